"""What a walk through a flow consists of: leaving a node, playing, listening, waiting, giving up.

A `Walk` is made for one step and gathers what that step yields. Methods that may leave a node
return the name of the next one, or None when the caller is to be waited for (or the flow is over).
"""

from collections.abc import Mapping

from contact_center.core.commands import (
    Listen,
    PlaySequence,
    PromptItem,
    RecordingScope,
    StartRecording,
    StopListen,
    StopPlayback,
    StopRecording,
    TelephonyCommand,
)
from contact_center.core.facts import CallFact, NodeLeft
from contact_center.core.ids import CallIds, RecordingId
from contact_center.core.ivr.expressions import ExpressionFailedError
from contact_center.core.ivr.flow import (
    AnyNode,
    Collect,
    Edge,
    FlowBundle,
    Menu,
    Prompt,
    Voicemail,
)
from contact_center.core.ivr.keys import MENU_TERMINATOR, longest
from contact_center.core.ivr.names import names_of
from contact_center.core.ivr.session import (
    Exit,
    HangUpExit,
    IvrSession,
    Phase,
)
from contact_center.core.ivr.speech import longest_us, speak

EXTRA_STEPS = 50
_RECORDING_MARGIN_US = 30_000_000
_LONGEST_MESSAGE_US = 3_600_000_000


class Walk:
    """The bundle, the session and what this step has yielded so far."""

    __slots__ = ("_again", "bundle", "exit", "ids", "now", "outputs", "session")

    def __init__(self, bundle: FlowBundle, session: IvrSession, ids: CallIds, now: int) -> None:
        self.bundle = bundle
        self.session = session
        self.ids = ids
        self.now = now
        self.outputs: list[TelephonyCommand | CallFact] = []
        self.exit: Exit | None = None
        self._again = False

    @property
    def node(self) -> AnyNode | None:
        """The node that the caller is in; None before the first, and while a farewell is said."""
        return self.bundle.nodes.get(self.session.node)

    # --- from node to node -------------------------------------------------------------------

    def arrive(self, name: str) -> bool:
        """Be in a node from now on, which costs a step; False when there are no steps left."""
        s = self.session
        if s.steps >= (s.step_limit or self.bundle.max_steps):
            return False
        s.steps += 1
        if not self._again:
            s.no_inputs = s.no_matches = 0
        self._again = False
        s.leaving = ""
        s.node = name
        s.entered_at = self.now
        return True

    def leave(self, label: str, edge: Edge) -> str | None:
        """Go out by `edge`, which reports call `label`."""
        s = self.session
        self.silence()
        self.note(label)
        if edge.tag and edge.tag not in s.tags:
            s.tags.append(edge.tag)
        if edge.goto == "hangup":
            s.node = ""
            return self.finish("hangup")
        target = edge.goto
        if target in ("repeat", "back"):
            target = self._before() if target == "back" else s.node or self.bundle.entry
            self._again = target == s.node
        s.node = ""
        return target

    def _before(self) -> str:
        """Where `back` goes: the waiting node before this one, or this one again."""
        history = self.session.history
        if len(history) > 1 and history[-1] == self.session.node:
            history.pop()
        return history[-1] if history else self.session.node or self.bundle.entry

    def note(self, label: str) -> None:
        """Report that the caller leaves the node, once; not when there is nothing to say of it."""
        s = self.session
        if not s.node or not label:
            return
        self.outputs.append(
            NodeLeft(
                at=self.now,
                call=self.ids.call,
                seq=self.ids.fact(),
                flow=self.bundle.flow,
                node=s.node,
                edge=label,
                entered_at=s.entered_at,
            )
        )

    def error(self) -> str | None:
        """Take the node's error edge, else the flow's, else say so and end the call."""
        node, edge = self.node, self.bundle.on_error
        if node is not None and node.error is not None:
            edge = node.error
        elif edge is not None and edge.goto == self.session.node:
            edge = None
        return self.give_up("error") if edge is None else self.leave("error", edge)

    def limit(self) -> str | None:
        """Take the flow's way out of endless calls, once; the second time the call ends."""
        s = self.session
        if s.limit_hit or self.bundle.on_limit is None:
            return self.give_up("limit")
        s.limit_hit = True
        s.step_limit = s.steps + EXTRA_STEPS
        return self.leave("limit", self.bundle.on_limit)

    def give_up(self, reason: str) -> str | None:
        """Say the farewell and end the call."""
        s = self.session
        self.silence()
        self.note(reason)
        s.node = ""
        s.leaving = ""
        s.ending = reason
        return self.bid_farewell()

    def bid_farewell(self) -> str | None:
        """Say the farewell, if it can be said, and end the call for the reason that was noted."""
        try:
            items = self.speak(self.bundle.farewell)
        except ExpressionFailedError:
            items = ()
        if not items:
            return self.finish(self.session.ending)
        self.play(items, interruptible=False)
        return None

    def finish(self, reason: str) -> str | None:
        """End the flow and with it the call."""
        self.depart(HangUpExit(reason=reason))
        self.session.phase = Phase.DONE
        return None

    def depart(self, way: Exit) -> None:
        """Hand the caller over to the call. Keys typed so far were meant for the flow."""
        self.silence()
        self.session.buffer.clear()
        self.session.phase = Phase.AWAY
        self.exit = way

    # --- what the caller hears, and waiting -----------------------------------------------------

    def speak(self, prompt: Prompt) -> tuple[PromptItem, ...]:
        """Make a prompt's items in the caller's language. Raises ExpressionFailedError."""
        if not prompt:
            return ()
        language = self.session.language or self.bundle.language
        return speak(prompt, language, self.bundle.language, self.names)

    def names(self) -> Mapping[str, object]:
        """What expressions can read now."""
        return names_of(self.session, self.now)

    def play(self, items: tuple[PromptItem, ...], *, interruptible: bool) -> None:
        """Play items and wait for their end, though not for ever."""
        s = self.session
        s.phase = Phase.PROMPT
        s.command = self.ids.command()
        s.playback = self.ids.playback()
        self.outputs.append(
            PlaySequence(
                cmd=s.command,
                call=self.ids.call,
                leg=s.leg,
                playback=s.playback,
                items=items,
                interruptible=interruptible,
            )
        )
        self.arm(longest_us(items))

    def arm(self, after_us: int) -> None:
        """Start the one timer anew."""
        self.session.timer = self.ids.timer()
        self.session.timer_due = self.now + after_us

    def silence(self) -> None:
        """Stop the playback, the listening and the timer, whichever there are."""
        s = self.session
        s.timer = s.timer_due = s.command = None
        self.stop_playback()
        self.stop_listen()

    def stop_playback(self) -> None:
        """Stop what is heard, if anything is."""
        s = self.session
        if s.playback is not None:
            cmd = self.ids.command()
            self.outputs.append(
                StopPlayback(cmd=cmd, call=self.ids.call, leg=s.leg, playback=s.playback)
            )
            s.playback = s.command = None

    def stop_listen(self) -> None:
        """Stop expecting keys, if they are expected."""
        s = self.session
        if s.listen is not None:
            cmd = self.ids.command()
            self.outputs.append(StopListen(cmd=cmd, call=self.ids.call, leg=s.leg, listen=s.listen))
            s.listen = None

    def listen(self, node: Menu | Collect) -> None:
        """Say what keys are expected."""
        s = self.session
        s.listen = self.ids.listen()
        self.outputs.append(
            Listen(
                cmd=self.ids.command(),
                call=self.ids.call,
                leg=s.leg,
                listen=s.listen,
                max_keys=longest(node),
                terminator=MENU_TERMINATOR if isinstance(node, Menu) else node.terminator,
                first_timeout_us=node.first_timeout_us,
                inter_digit_us=node.inter_digit_us,
            )
        )

    def record(self, node: Voicemail) -> None:
        """Record a message. What was typed before it is no answer to what comes after it."""
        s = self.session
        s.buffer.clear()
        s.phase = Phase.RECORDING
        s.recording = self.ids.recording()
        self.ask_to_record(node, s.recording)
        self.arm((node.max_us or _LONGEST_MESSAGE_US) + _RECORDING_MARGIN_US)

    def ask_to_record(self, node: Voicemail, recording: RecordingId) -> None:
        """Ask for a recording; one of that name that runs goes on, one that is over is told."""
        s = self.session
        s.command = self.ids.command()
        self.outputs.append(
            StartRecording(
                cmd=s.command,
                call=self.ids.call,
                leg=s.leg,
                recording=recording,
                scope=RecordingScope.LEG,
                max_us=node.max_us,
                silence_us=node.silence_us,
                terminator="#",
                beep=node.beep,
            )
        )

    def stop_recording(self) -> None:
        """Tell the recording to end and keep what there is, if one runs."""
        s = self.session
        if s.recording is not None:
            cmd = self.ids.command()
            self.outputs.append(
                StopRecording(cmd=cmd, call=self.ids.call, leg=s.leg, recording=s.recording)
            )

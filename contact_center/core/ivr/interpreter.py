"""The interpreter of flows: a pure function from a session and an event to what is to be done.

``step`` runs to completion: it reads one event, walks as many nodes as need no waiting, and stops
where the caller is to be waited for. It keeps nothing; the session, which is plain data, is all
there is to one caller. Every wait has a bound: ``session.timer_due`` is set in each phase in which
the interpreter waits (in AWAY the call does).

An event that no longer concerns the present (another playback, timer, recording or listening; a
phase that does not wait for it) changes nothing.
"""

from collections.abc import Callable, Collection
from typing import Any

from contact_center.core.commands import PromptItem
from contact_center.core.events import (
    CommandFailed,
    Event,
    KeyPressed,
    KeysCollected,
    PlaybackFailed,
    PlaybackFinished,
    RecordingFailed,
    RecordingFinished,
    RecordingPaused,
    RecordingResumed,
    RecordingStarted,
    SpeechFinal,
    SpeechStarted,
    TimerFired,
)
from contact_center.core.facts import VoicemailLeft
from contact_center.core.ids import CallIds, FlowId
from contact_center.core.ivr import (
    asking,
    choosing,
    keeping,
    looking,
    pressing,
    saying,
    tapes,
    taping,
)
from contact_center.core.ivr.edges import edge_after, exit_edges
from contact_center.core.ivr.expressions import ExpressionFailedError
from contact_center.core.ivr.flow import (
    FlowBundle,
    Lookup,
    Transfer,
    Voicemail,
)
from contact_center.core.ivr.nodes import after_prompt, enter, go_on, prompt_again
from contact_center.core.ivr.parting import message_left
from contact_center.core.ivr.secrecy import Secrecy
from contact_center.core.ivr.session import (
    AT_END,
    AT_KEYS,
    AT_LOOKUP,
    AT_PROMPT,
    LEFT,
    CallerHungUp,
    CustomerKnown,
    ExitReturned,
    IvrSession,
    IvrStarted,
    Message,
    Phase,
    ProcessRestarted,
    Step,
    StreamRecovered,
)
from contact_center.core.ivr.sound import HANGUP_US
from contact_center.core.ivr.utterances import understand
from contact_center.core.ivr.walk import Walk
from contact_center.core.lookups import LookupAnswered, SecretKept
from contact_center.core.quick import maker

STOPPING_US = 10_000_000
_NOTHING = Step()
_step = maker(Step)


class Interpreter:
    """Walks callers through one bundle; shared by all of them."""

    __slots__ = ("bundle", "secrecy")

    def __init__(self, bundle: FlowBundle) -> None:
        self.bundle = bundle
        self.secrecy = Secrecy(bundle)

    def step(
        self,
        session: IvrSession,
        ids: CallIds,
        event: Event,
        now: int,
        emergencies: Collection[str] = (),
    ) -> Step:
        """Take one event; changes `session` and `ids`. Never raises.

        `now` is microseconds since 1970 UTC; `emergencies` are the flows that are switched to
        emergency, or `EVERY_FLOW`. Once the session is DONE nothing comes any more.
        """
        handle = _ON.get(type(event))
        if handle is None or session.phase is AT_END:
            return _NOTHING
        walk = Walk(self.bundle, session, ids, now, emergencies)
        try:
            target = handle(walk, event)
        except ExpressionFailedError:
            target = walk.error()
        if target is not None:
            go_on(walk, target)
        if not walk.outputs and walk.exit is None:
            return _NOTHING
        return _step(outputs=tuple(walk.outputs), exit=walk.exit)

    def part(
        self,
        session: IvrSession,
        ids: CallIds,
        reason: str,
        words: tuple[PromptItem, ...],
        now: int,
    ) -> Step:
        """Leave the node for `reason`, say last words, which may be none, and end the call."""
        walk = Walk(self.bundle, session, ids, now)
        walk.unwind(reason)
        walk.note(reason)
        session.node, session.leaving, session.ending = "", "", reason
        if words:
            walk.play(words, interruptible=False)
        else:
            walk.finish(reason)
        return Step(outputs=tuple(walk.outputs), exit=walk.exit)

    def understood(self, session: IvrSession, event: SpeechFinal) -> str:
        """Give the phrase of an option in what the caller said; "" when words do not count now."""
        walk = Walk(self.bundle, session, CallIds(call=event.call), 0)
        asked = saying.listening_menu(walk, event)
        meant = understand(asked, walk.language, event.text) if asked is not None else None
        return meant[1] if meant is not None else ""

    def message_left(
        self, session: IvrSession, ids: CallIds, event: RecordingFinished, now: int
    ) -> VoicemailLeft | None:
        """Say what became of a message whose caller hung up: its recording ends after the flow.

        None when the session waits for no such recording, or it is too short to be a message.
        """
        if session.recording is None or event.recording != session.recording:
            return None
        session.recording = None
        flow, name = session.message_at
        node = self.bundle.subflows.get(FlowId(flow), self.bundle).nodes.get(name)
        if not isinstance(node, Voicemail) or event.ms * 1000 < node.min_us:
            return None
        return message_left(node, ids, _message(event), now)


def _message(event: RecordingFinished) -> Message:
    return Message(recording=event.recording, url=event.url, ms=event.ms)


# --- the call's own events ---------------------------------------------------------------------


def _started(walk: Walk, _: IvrStarted) -> str | None:
    s = walk.session
    if s.phase is not Phase.NEW:
        return None
    for name, value in walk.bundle.variables.items():
        s.variables.setdefault(name, value)
    if walk.bundle.ivr_time_us:
        s.ivr_due = walk.now + walk.bundle.ivr_time_us
    start = s.node if s.node in walk.bundle.nodes else walk.bundle.entry
    return enter(walk, start)


def _exit_returned(walk: Walk, event: ExitReturned) -> str | None:
    s, node, outcome = walk.session, walk.node, event.outcome
    if s.phase is not Phase.AWAY:
        return None
    walk.returned()
    if outcome == "connected":
        walk.note("answered" if isinstance(node, Transfer) else outcome)
        s.phase, s.away_at = Phase.DONE, walk.now
        return None
    after = edge_after(node) if outcome == LEFT else None
    if after is not None:  # how the caller left the node was told when they were connected
        return walk.leave("", after)
    edges = exit_edges(node)
    return walk.leave(outcome, edges[outcome]) if outcome in edges else walk.error()


def _caller_hung_up(walk: Walk, _: CallerHungUp) -> str | None:
    """Nobody is there to hear anything. A message that was being recorded stays to be kept."""
    s = walk.session
    if s.hung_up_at:
        return None
    begun = s.phase is not Phase.NEW
    if s.phase in (Phase.RECORDING, Phase.STOPPING):
        s.message_at = s.inside, s.node
        walk.note("recorded")
        walk.come_back_from_all("hangup")
    elif begun:
        if s.message is not None:  # it was being reviewed, and is kept
            walk.note("recorded")
            walk.come_back_from_all("hangup")
        else:
            walk.unwind("hangup")
            walk.note("hangup")
    s.playback = s.listen = s.timer = s.timer_due = s.command = None
    s.buffer.clear()
    s.hung_up_at = walk.now
    s.node = ""
    if begun and walk.root.on_hangup:
        return walk.root.on_hangup
    s.phase = Phase.DONE
    return None


def _recovered(walk: Walk, _: StreamRecovered) -> str | None:
    s, node = walk.session, walk.node
    if s.phase in (Phase.PROMPT, Phase.KEYS):
        return prompt_again(walk)
    if s.phase is Phase.TAPING:
        return tapes.ask_again(walk)
    if s.phase is Phase.RECORDING and s.recording is not None and isinstance(node, Voicemail):
        walk.ask_to_record(node, s.recording)  # the caller went on speaking meanwhile
    elif s.phase is Phase.STOPPING:
        walk.stop_recording()
    elif s.phase is Phase.LOOKING and isinstance(node, Lookup):
        return looking.lost_sight(walk, node)
    elif s.phase is Phase.PAUSING:
        taping.hold(walk)
    return None


def _customer_known(walk: Walk, event: CustomerKnown) -> str | None:
    walk.session.customer.update(event.values)
    walk.session.remembered = event.remembered
    return None


# --- playbacks, recordings, time ---------------------------------------------------------------


def _playback_over(walk: Walk, event: PlaybackFinished | PlaybackFailed) -> str | None:
    s = walk.session
    if s.playback is None or event.playback != s.playback:
        return None
    if isinstance(event, PlaybackFailed):
        s.prompts_failed += 1
    return _sound_over(walk)


def _sound_over(walk: Walk) -> str | None:
    node = walk.node
    if walk.session.phase is AT_LOOKUP and isinstance(node, Lookup):
        return looking.filler_over(walk, node)
    return _prompt_over(walk)


def _prompt_over(walk: Walk) -> str | None:
    s = walk.session
    s.playback = s.command = s.timer = s.timer_due = None
    return after_prompt(walk)


def _recording_finished(walk: Walk, event: RecordingFinished) -> str | None:
    s, node = walk.session, walk.node
    if event.recording == s.tape:
        return tapes.over(walk)
    if s.recording is None or event.recording != s.recording or not isinstance(node, Voicemail):
        return None
    s.recording = None
    if event.ms * 1000 < node.min_us:
        short = node.too_short
        if short is not None and event.ms > 0:
            return walk.leave("too_short", short)
        return walk.leave("empty", node.empty)
    s.message = _message(event)
    if node.review is None:
        return walk.leave("recorded", node.recorded)
    return choosing.review(walk, node.review)


def _recording_failed(walk: Walk, event: RecordingFailed) -> str | None:
    s, node = walk.session, walk.node
    if event.recording == s.tape:
        return tapes.failed(walk)
    if s.recording is None or event.recording != s.recording or not isinstance(node, Voicemail):
        return None
    s.recording = None
    return walk.leave("empty", node.empty)


def _timer_fired(walk: Walk, event: TimerFired) -> str | None:
    s, node = walk.session, walk.node
    if s.timer is None or event.timer != s.timer:
        return None
    s.timer = s.timer_due = None
    if s.hung_up_at and walk.now >= s.hung_up_at + HANGUP_US:
        return walk.give_up("hangup")
    if walk.is_time_up() and s.phase not in (Phase.RECORDING, Phase.STOPPING):
        tapes.take_back(walk)
        return walk.limit()
    if s.phase is AT_KEYS and isinstance(node, asking.ASKING):
        return asking.read_nothing_more(walk, node)
    if s.phase is AT_PROMPT:  # its end was not reported: go on rather than wait for ever
        walk.stop_playback()
        return after_prompt(walk)
    if s.phase is Phase.RECORDING:
        walk.stop_recording()
        s.phase = Phase.STOPPING
        walk.arm(STOPPING_US, whole=True)
        return None
    if s.phase is Phase.KEYS and (menu := choosing.menu_of(walk)) is not None:
        return choosing.nothing_more(walk, menu)
    if s.phase is Phase.LOOKING and isinstance(node, Lookup):
        return looking.time_passed(walk, node)
    if s.phase is Phase.TAPING:
        return tapes.failed(walk)
    s.recording = None
    return walk.error()


def _command_failed(walk: Walk, event: CommandFailed) -> str | None:
    """A prompt that cannot be played counts as played; a recording that cannot be made does not.

    What the provider could not be reached for is asked for again when it is back.
    """
    s = walk.session
    if s.command is None or event.cmd != s.command or event.code == "unreachable":
        return None
    if s.phase in (Phase.PROMPT, Phase.LOOKING):
        s.prompts_failed += 1
        return _sound_over(walk)
    if s.phase is Phase.TAPING:
        return tapes.failed(walk)
    s.recording = None
    return walk.error()


_ON: dict[type[Event], Callable[[Walk, Any], str | None]] = {
    IvrStarted: _started,
    ExitReturned: _exit_returned,
    CallerHungUp: _caller_hung_up,
    StreamRecovered: _recovered,
    ProcessRestarted: keeping.restarted,
    RecordingStarted: tapes.begun,
    RecordingPaused: tapes.paused,
    RecordingResumed: tapes.resumed,
    CustomerKnown: _customer_known,
    LookupAnswered: looking.answered,
    SecretKept: keeping.kept,
    KeyPressed: pressing.key_pressed,
    KeysCollected: pressing.keys_collected,
    SpeechStarted: saying.speech_started,
    SpeechFinal: saying.speech_final,
    PlaybackFinished: _playback_over,
    PlaybackFailed: _playback_over,
    RecordingFinished: _recording_finished,
    RecordingFailed: _recording_failed,
    TimerFired: _timer_fired,
    CommandFailed: _command_failed,
}

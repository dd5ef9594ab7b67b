"""What is said and heard in a flow: playing, listening, recording, and for how long.

Every wait has a bound: the one timer of a session, which each of these arms.
"""

from collections.abc import Mapping

from contact_center.core.commands import (
    Command,
    Listen,
    PlaySequence,
    PromptItem,
    RecordingScope,
    StartRecording,
    StopListen,
    StopPlayback,
    StopRecording,
)
from contact_center.core.facts import CallFact
from contact_center.core.ids import CallIds, RecordingId
from contact_center.core.ivr.flow import Collect, FlowBundle, Menu, Prompt, Voicemail
from contact_center.core.ivr.keys import MENU_TERMINATOR, longest
from contact_center.core.ivr.names import names_of
from contact_center.core.ivr.secrecy import is_sensitive
from contact_center.core.ivr.session import AT_PROMPT, IvrSession, Phase
from contact_center.core.ivr.speech import fallbacks, longest_us, speak
from contact_center.core.ivr.utterances import phrases_of
from contact_center.core.quick import maker

HANGUP_US = 5_000_000
"""How long a flow goes on that has something to do when its caller has hung up."""
_RECORDING_MARGIN_US = 30_000_000
_LONGEST_MESSAGE_US = 3_600_000_000

_play_sequence, _stop_playback = maker(PlaySequence), maker(StopPlayback)
_listening, _stop_listening = maker(Listen), maker(StopListen)


class Sound:
    """The flows, the session and what this step has yielded so far.

    ``root`` is the flow the call began with, ``bundle`` the one it is in.
    """

    __slots__ = ("bundle", "ids", "now", "outputs", "root", "session")

    bundle: FlowBundle
    ids: CallIds
    now: int
    outputs: list[Command | CallFact]
    root: FlowBundle
    session: IvrSession

    @property
    def language(self) -> str:
        """What the caller is spoken to in, and expected to speak."""
        return self.session.language or self.bundle.language

    def speak(self, prompt: Prompt) -> tuple[PromptItem, ...]:
        """Make a prompt's items in the caller's language. Raises ExpressionFailedError."""
        if not prompt:
            return ()
        language = self.language
        if len(prompt) == 1 and prompt[0].when is None:
            ready = prompt[0].items.get(language)
            if ready is not None:
                return ready
        instead = fallbacks(language, self.bundle.fallback, self.bundle.language)
        return speak(prompt, language, instead, self.names)

    def names(self) -> Mapping[str, object]:
        """What expressions can read now."""
        return names_of(self.session, self.now)

    def play(self, items: tuple[PromptItem, ...], *, interruptible: bool) -> None:
        """Play items and wait for their end, though not for ever."""
        s = self.session
        s.phase = AT_PROMPT
        s.command = self.ids.command()
        s.playback = self.ids.playback()
        self.outputs.append(
            _play_sequence(
                cmd=s.command,
                call=self.ids.call,
                leg=s.leg,
                playback=s.playback,
                items=items,
                interruptible=interruptible,
            )
        )
        self.arm(longest_us(items))

    def arm(self, after_us: int, *, whole: bool = False) -> None:
        """Start the one timer anew.

        It goes off early when the caller's time in the flow is over first, unless what is waited
        for has to be whole.
        """
        s = self.session
        s.timer = self.ids.timer()
        s.timer_due = self.now + after_us
        if s.hung_up_at:
            s.timer_due = min(s.timer_due, s.hung_up_at + HANGUP_US)
        elif s.ivr_due and not (whole or s.limit_hit):
            s.timer_due = min(s.timer_due, max(s.ivr_due, self.now))

    def silence(self) -> None:
        """Stop the playback, the listening and the timer, whichever there are."""
        s = self.session
        s.timer = s.timer_due = s.command = None
        if s.playback is not None:
            self.stop_playback()
        if s.listen is not None:
            self.stop_listen()

    def stop_playback(self) -> None:
        """Stop what is heard, if anything is."""
        s = self.session
        if s.playback is not None:
            cmd = self.ids.command()
            self.outputs.append(
                _stop_playback(cmd=cmd, call=self.ids.call, leg=s.leg, playback=s.playback)
            )
            s.playback = s.command = None

    def stop_listen(self) -> None:
        """Stop expecting keys, if they are expected."""
        s = self.session
        if s.listen is not None:
            cmd = self.ids.command()
            self.outputs.append(
                _stop_listening(cmd=cmd, call=self.ids.call, leg=s.leg, listen=s.listen)
            )
            s.listen = None

    def listen(self, node: Menu | Collect) -> None:
        """Say what keys are expected."""
        s = self.session
        s.listen, s.speaking = self.ids.listen(), False
        language = self.language
        self.outputs.append(
            _listening(
                cmd=self.ids.command(),
                call=self.ids.call,
                leg=s.leg,
                listen=s.listen,
                max_keys=longest(node),
                terminator=MENU_TERMINATOR if isinstance(node, Menu) else node.terminator,
                first_timeout_us=s.patience_us or node.first_timeout_us,
                inter_digit_us=node.inter_digit_us,
                masked=is_sensitive(node),
                words=phrases_of(node, language) if isinstance(node, Menu) else (),
                language=language,
            )
        )

    def record(self, node: Voicemail) -> None:
        """Record a message. What was typed before it is no answer to what comes after it."""
        s = self.session
        s.buffer.clear()
        s.phase = Phase.RECORDING
        s.recording = self.ids.recording()
        self.ask_to_record(node, s.recording)
        self.arm((node.max_us or _LONGEST_MESSAGE_US) + _RECORDING_MARGIN_US, whole=True)

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

"""Commands: what the core wants done outside. Imperative, frozen, complete in themselves.

Telephony commands are the same for every provider. They were chosen so that both an imperative
switch (each command is a request) and a webhook-and-document provider (the commands of one step are
compiled to one document) can carry them out. No command returns anything: success and failure come
back as events that carry the command's id.
"""

from dataclasses import dataclass
from enum import Enum

from contact_center.core.ids import (
    CallId,
    CommandId,
    LegId,
    ListenId,
    PlaybackId,
    RecordingId,
    TalkId,
    TimerId,
)
from contact_center.core.quick import quick


class EndCause(Enum):
    """Why a leg ended; every provider's causes map onto these."""

    NORMAL = "normal"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    INVALID_NUMBER = "invalid_number"
    UNREGISTERED = "unregistered"
    CONGESTION = "congestion"
    CANCELED = "canceled"
    AMD_MACHINE = "amd_machine"
    FAILED = "failed"
    SYSTEM = "system"


class PromptKind(Enum):
    """What one item of a prompt is."""

    TEXT = "text"
    FILE = "file"
    SILENCE = "silence"
    TONE = "tone"
    RECORDING = "recording"


RINGING = "ringing"
"""The tone of a phone that rings at the other end, with pauses."""


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class PromptItem:
    """One thing to be heard.

    ``text`` is spoken in ``language`` (rendered ahead of time, never on the call path); for FILE it
    names a prerecorded file, for TONE which one (RINGING, or "" for a beep), for RECORDING a
    recording that is kept. ``ms`` is the length of a silence, tone or recording.
    """

    kind: PromptKind
    text: str = ""
    language: str = ""
    ms: int = 0


class Role(Enum):
    """What a leg is in a talk."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    CONSULT = "consult"


class AmdProfile(Enum):
    """Whether a dialled leg is examined for an answering machine."""

    OFF = "off"
    ASYNC = "async"


class RecordingScope(Enum):
    """What a recording listens to: what one leg says, a talk, or all that a leg says and hears."""

    LEG = "leg"
    TALK = "talk"
    CALL = "call"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something to be done outside for `call`."""

    cmd: CommandId
    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class TelephonyCommand(Command):
    """A command that a telephony provider carries out on `leg`."""

    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(TelephonyCommand):
    """Pick up an offered leg."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject(TelephonyCommand):
    """Refuse an offered leg before it is answered."""

    cause: EndCause = EndCause.REJECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(TelephonyCommand):
    """Open early media without answering."""


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class PlaySequence(TelephonyCommand):
    """Play items one after the other as one playback; ends in one Finished or Failed event."""

    playback: PlaybackId
    items: tuple[PromptItem, ...]
    interruptible: bool = True


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class StopPlayback(TelephonyCommand):
    """Stop a playback; one that is over already counts as stopped."""

    playback: PlaybackId


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Listen(TelephonyCommand):
    """Say what keys are expected, for providers that only hear keys when asked, and what words.

    Times are microseconds; ``masked`` keys never show in a provider's or our own logs. ``words``
    are phrases in ``language`` that the caller may say instead: SpeechFinal tells of them. Where
    nobody can recognise them they mean nothing. Empty: nobody listens to what is said.
    """

    listen: ListenId
    max_keys: int = 1
    terminator: str = ""
    first_timeout_us: int = 0
    inter_digit_us: int = 0
    masked: bool = False
    words: tuple[str, ...] = ()
    language: str = ""


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class StopListen(TelephonyCommand):
    """Stop expecting keys and words; what was heard and not told yet is forgotten."""

    listen: ListenId


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTimer(TelephonyCommand):
    """Ask a provider that runs its own clock to report TimerFired; others ignore it."""

    timer: TimerId
    after_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTimer(TelephonyCommand):
    """Cancel a timer started with StartTimer."""

    timer: TimerId


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldMusic(TelephonyCommand):
    """Play music to the leg until something else is asked for."""

    music: str = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence(TelephonyCommand):
    """Play nothing: ends HoldMusic."""


NO_MUSIC = "none"
"""The music of callers who wait in silence: nothing is sent, which costs a switch nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterWaiting(TelephonyCommand):
    """Park the leg where callers wait, with music (NO_MUSIC for none); ends in WaitingEntered."""

    queue: str
    music: str = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveWaiting(TelephonyCommand):
    """Take the leg out of waiting (the music ends)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTalk(TelephonyCommand):
    """Make the talk; making one that exists is fine. `leg` is the customer's."""

    talk: TalkId


@dataclass(frozen=True, slots=True, kw_only=True)
class Join(TelephonyCommand):
    """Put the leg into the talk; ends in TalkJoined. Joining where it is already is fine."""

    talk: TalkId
    role: Role
    muted: bool = False
    coach_of: LegId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveTalk(TelephonyCommand):
    """Take the leg out of the talk, leaving it up."""

    talk: TalkId


@dataclass(frozen=True, slots=True, kw_only=True)
class EndTalk(TelephonyCommand):
    """Take the talk apart; its legs stay up. `leg` is the customer's."""

    talk: TalkId


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(TelephonyCommand):
    """Keep the leg in the talk's reach but let it hear music only."""

    talk: TalkId
    music: str = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unhold(TelephonyCommand):
    """Bring a held leg back into its talk."""

    talk: TalkId
    role: Role = Role.CUSTOMER


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute(TelephonyCommand):
    """Let the talk not hear this leg (`on`), or hear it again."""

    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce(TelephonyCommand):
    """Play items to the whole talk, or to the leg alone when `talk` is None."""

    playback: PlaybackId
    items: tuple[PromptItem, ...]
    talk: TalkId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRecording(TelephonyCommand):
    """Record the leg (voicemail), its talk, or all that the leg says and hears until it ends.

    ``max_us``: longest length, 0 for no limit. ``silence_us``: stop after that much silence, 0 for
    never. ``terminator``: keys that stop it, a string of key characters. ``beep``: sound one first.
    """

    recording: RecordingId
    scope: RecordingScope
    talk: TalkId | None = None
    max_us: int = 0
    silence_us: int = 0
    terminator: str = ""
    beep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRecording(TelephonyCommand):
    """Leave a gap in the recording from now on."""

    recording: RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRecording(TelephonyCommand):
    """Go on recording."""

    recording: RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRecording(TelephonyCommand):
    """End the recording and keep it."""

    recording: RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardRecording(TelephonyCommand):
    """Throw a recording away that is over; one that is not there counts as thrown away."""

    recording: RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class Originate(TelephonyCommand):
    """Dial `to` as the new leg `leg`.

    `to` is ``device:NAME`` for an agent's own phone (NAME as in the configuration, such as an
    extension; the adapter knows how to reach it) or ``number:+14155550123`` for a number outside.
    Repeating it for a leg that exists is fine and rings nothing. Ends in CallAnswered or CallEnded.
    ``amd``: listen whether a person or a machine answers; AmdResult follows the answer.
    ``auto_answer``: ask the phone to pick up by itself, at once.
    """

    to: str
    caller_id: str = ""
    caller_name: str = ""
    timeout_us: int = 30_000_000
    amd: AmdProfile = AmdProfile.OFF
    correlation: str = ""
    auto_answer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PickUp(TelephonyCommand):
    """Answer a ringing leg at its own device (capability ``pick_up``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindTransfer(TelephonyCommand):
    """Send the leg away to `to` (see Originate); ends in TransferResult."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendDigits(TelephonyCommand):
    """Send keys to the far end of the leg."""

    digits: str
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangup(TelephonyCommand):
    """End the leg; one that is gone already counts as ended."""

    cause: EndCause = EndCause.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVariable(TelephonyCommand):
    """Note something on the leg for operators and the switch's own logs; never read back."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindCustomer(Command):
    """Ask storage who calls from `ani` (as received); ends in CustomerLookedUp."""

    ani: str

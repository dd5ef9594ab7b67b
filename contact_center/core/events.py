"""Events: what happened outside, or what people asked for. Past tense, frozen.

The loop hands each to the core with the time it is handled at (microseconds since 1970 UTC, never
decreasing). An event may concern the present no more: ids are compared, a stale one is counted.
"""

from dataclasses import dataclass
from enum import Enum

from contact_center.core.commands import EndCause
from contact_center.core.ids import (
    CallId,
    CommandId,
    CustomerId,
    LegId,
    ListenId,
    PlaybackId,
    RecordingId,
    TalkId,
    TimerId,
)
from contact_center.core.quick import quick


class Direction(Enum):
    """Who began the call."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class EndedBy(Enum):
    """Who ended a leg."""

    FAR_END = "far_end"
    US = "us"
    SWITCH = "switch"
    UNKNOWN = "unknown"


class ProgressKind(Enum):
    """How far a dialled leg has come."""

    RINGING = "ringing"
    EARLY_MEDIA = "early_media"


class AmdVerdict(Enum):
    """What answered."""

    HUMAN = "human"
    MACHINE = "machine"
    FAX = "fax"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Anything the core is told."""


# --- telephony -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(Event):
    """Something that happened to one leg of a call."""

    call: CallId
    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffered(CallEvent):
    """A caller reached us (not answered yet unless `answered`).

    `ani` and `did` are as the switch gave them, stripped of control characters; `ani` is empty for
    an anonymous caller. Repeated offers of a known leg are ignored.
    """

    ani: str
    did: str
    ani_name: str = ""
    direction: Direction = Direction.INBOUND
    answered: bool = False
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallProgress(CallEvent):
    """A dialled leg rings or sounds; ``attestation``: as the carrier signed it, A, B, C or ""."""

    kind: ProgressKind
    attestation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(CallEvent):
    """A leg is up: one we dialled (`attestation`: see CallProgress), or one offered, by us."""

    attestation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmdResult(CallEvent):
    """Answering-machine detection has an opinion; times count from the answer.

    ``beep``: it takes messages from now on. ``speech_ms``, ``greeting_ms``: of its greeting."""

    verdict: AmdVerdict
    beep: bool = False
    after_ms: int = 0
    speech_ms: int | None = None
    greeting_ms: int | None = None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPressed(CallEvent):
    """One key: 0-9, ``*``, ``#``, A-D. Sent always, whether or not anyone listens."""

    key: str
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysCollected(CallEvent):
    """A provider that collects by itself returned several keys at once, in order."""

    listen: ListenId
    keys: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechStarted(CallEvent):
    """The caller began to say something; whoever recognises it is sure of that much."""

    listen: ListenId


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechPartial(CallEvent):
    """Recognition so far; never decides anything."""

    listen: ListenId
    text: str
    confidence: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechFinal(CallEvent):
    """What was said, as far as it was understood; ``text`` is empty when it was not.

    ``confidence``: 0 to 1. Of the text only words that were listened for come into the core.
    """

    listen: ListenId
    text: str
    confidence: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackStarted(CallEvent):
    """The first item sounds."""

    playback: PlaybackId


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackFinished(CallEvent):
    """The whole sequence was played, or was stopped."""

    playback: PlaybackId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackFailed(CallEvent):
    """The sequence could not be played (to its end)."""

    playback: PlaybackId
    cause: str = ""


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired(CallEvent):
    """A timer of the call is over: the core's own deadline, or a provider's clock."""

    timer: TimerId


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingEntered(CallEvent):
    """The leg hears waiting music."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLeft(CallEvent):
    """The leg left waiting."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkJoined(CallEvent):
    """The leg hears and is heard in the talk."""

    talk: TalkId


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkLeft(CallEvent):
    """The leg is out of the talk (it may still be up)."""

    talk: TalkId
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkEnded(CallEvent):
    """The talk is gone."""

    talk: TalkId
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStarted(CallEvent):
    """Recording runs."""

    recording: RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPaused(CallEvent):
    """From now on there is a gap."""

    recording: RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingResumed(CallEvent):
    """The gap is over."""

    recording: RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFinished(CallEvent):
    """Recording is over and kept; `url` names it to the provider's adapter, `ms` is its length."""

    recording: RecordingId
    url: str
    ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFailed(CallEvent):
    """Nothing usable was recorded."""

    recording: RecordingId
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferResult(CallEvent):
    """How a blind transfer ended: ``accepted`` or ``failed``."""

    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(CallEvent):
    """The leg is gone. Exactly once per leg, and the last event of it."""

    cause: EndCause
    by: EndedBy = EndedBy.UNKNOWN
    q850: int | None = None
    sip_code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFailed(CallEvent):
    """A command could not be carried out; `code` is one of the port's documented codes."""

    cmd: CommandId
    code: str
    retryable: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderGap(Event):
    """The provider's event stream was lost; commands fail until ProviderResynced."""

    provider: str


class LegState(Enum):
    """What a live leg is doing, as the switch sees it."""

    RINGING = "ringing"
    UP = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLeg:
    """One leg that the switch says is alive and ours. `talk` is the talk it is in, if any."""

    leg: LegId
    state: LegState
    ani: str = ""
    did: str = ""
    ani_name: str = ""
    talk: TalkId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderResynced(Event):
    """The stream is (again) complete, and this is all that is alive, in order of creation.

    Sent after every connect, the first one too, behind all events that were queued before it.
    The core compares: legs it knows that are gone have ended, legs it does not know are adopted
    (callers) or hung up (legs we dialled and nobody waits for), and what a live call should hear is
    asked for again.
    """

    provider: str
    legs: tuple[LiveLeg, ...]
    talks: tuple[TalkId, ...] = ()


# --- customers ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PastInteraction:
    """One line of a customer's history, newest first in a list. `at` is microseconds UTC."""

    call: CallId
    at: int
    direction: str
    queue: str
    agent: str
    outcome: str
    disposition: str
    notes: str
    talk_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who calls, as far as the screen-pop and the flow need it.

    ``attributes``: what else is known, by name (``churn_risk``, ``open_case``, ``owner`` ...).
    """

    customer: CustomerId
    name: str
    tier: str = ""
    language: str = ""
    email: str = ""
    note: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLookedUp(Event):
    """Answer to FindCustomer: `customers` is empty for no match, several for a shared number.

    ``language``: what was last chosen in a call with this number, to be remembered; "" for nothing.
    """

    call: CallId
    customers: tuple[Customer, ...]
    history: tuple[PastInteraction, ...] = ()
    failed: bool = False
    language: str = ""


# --- the process itself -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CenterStarted(Event):
    """The process is up. `epoch` grows with every start and fences reservations."""

    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinePassed(Event):
    """The time that ``next_deadline`` named has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainRequested(Event):
    """Take no new calls; finish those there are."""

"""What the emulated Twilio knows: numbers, calls, and the small doors between its parts.

Times are seconds since 1970 UTC on the emulator's clock, durations are seconds.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tests.emulators.twilio.parties import Party

Sound = tuple[str, ...]
"""Something that can be heard: ``("voice", call_sid)``, ``("play", url)``, ``("say", text)``,
``("music", url)``, ``("ringing",)``, ``("beep",)``."""
RINGING: Sound = ("ringing",)
BEEP: Sound = ("beep",)
HOLD_MUSIC = "http://com.twilio.sounds.music"
"""The name of the music that is Twilio's own."""


class CallStatus(StrEnum):
    """Where a call is. ``initiated`` is told in callbacks only; the API says ``queued``."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"


TERMINAL = frozenset(
    {
        CallStatus.COMPLETED,
        CallStatus.BUSY,
        CallStatus.FAILED,
        CallStatus.NO_ANSWER,
        CallStatus.CANCELED,
    }
)


class TwilioError(Exception):
    """What the API refuses: HTTP status, Twilio's code and words."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message


class Sids:
    """Unique ids of the right form: two letters and 32 hexadecimal digits, the same every run."""

    def __init__(self) -> None:
        self._numbers: dict[str, itertools.count[int]] = {}

    def new(self, prefix: str) -> str:
        """``CA`` call, ``CF`` conference, ``QU`` queue, ``RE`` recording, ``PN`` number..."""
        number = next(self._numbers.setdefault(prefix, itertools.count(1)))
        return f"{prefix}{number:032x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a call's next document comes from: a URL, or the document itself."""

    url: str = ""
    method: str = "POST"
    twiml: str = ""
    fallback_url: str = ""
    fallback_method: str = "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """Somebody who wants to be told; `events` as in ``StatusCallbackEvent``."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineDetection:
    """What a new call asks of AMD. `mode` is ``Enable`` or ``DetectMessageEnd``."""

    mode: str = "Enable"
    asynchronous: bool = False
    callback: Callback | None = None
    timeout_s: float = 30.0
    speech_threshold_s: float = 2.4
    speech_end_s: float = 1.2
    silence_s: float = 5.0


@dataclass(slots=True, kw_only=True)
class PhoneNumber:
    """One of the account's numbers, and what is asked when it is called."""

    sid: str
    number: str
    voice_url: str = ""
    voice_method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    friendly_name: str = ""
    created: float = 0.0


class Bridge(Protocol):
    """Where a call hears others: a conference, or two calls that were connected."""

    def sounds_for(self, call: EmulatedCall) -> frozenset[Sound]:
        """What this member hears now."""

    def leave(self, call: EmulatedCall, why: str) -> None:
        """The call is over (``hangup``) or runs another document now (``redirected``)."""


class Stoppable(Protocol):
    """Something that goes on until it is stopped: a recording, a stream."""

    def stop(self) -> object:
        """End it; fine when it is over."""


@dataclass(slots=True, kw_only=True, eq=False)
class EmulatedCall:
    """One call leg, inbound or dialled by us."""

    sid: str
    account_sid: str
    from_: str
    to: str
    direction: str
    """``inbound``, ``outbound-api`` or ``outbound-dial``."""
    created: float
    status: CallStatus = CallStatus.QUEUED
    parent_sid: str = ""
    source: Source = field(default_factory=Source)
    callback: Callback | None = None
    timeout_s: float = 60.0
    send_digits: str = ""
    caller_name: str = ""
    forwarded_from: str = ""
    machine_detection: MachineDetection | None = None
    answered_by: str = ""
    started: float | None = None
    """When it was answered, or began to ring if it never was."""
    answered_at: float | None = None
    ended_at: float | None = None
    sip_code: int = 0
    """SIP response at the end of an outgoing call; 0 is none."""
    error_code: int = 0
    queue_time_ms: int = 0
    party: Party = field(init=False)
    bridge: Bridge | None = None
    document_url: str = ""
    """Where the document it runs came from; relative URLs are relative to this."""
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    on_end: list[Callable[[EmulatedCall], object]] = field(default_factory=list)
    """Called once each, in order, when the call has ended."""
    extra: dict[str, str] = field(default_factory=dict)
    """More parameters of every webhook of this call."""
    started_by_name: dict[str, Stoppable] = field(default_factory=dict)
    """Recordings and streams that a document has started."""

    @property
    def live(self) -> bool:
        """Answered and not over."""
        return self.status is CallStatus.IN_PROGRESS

    @property
    def ended(self) -> bool:
        """Whether the status is terminal."""
        return self.status in TERMINAL

    @property
    def duration_s(self) -> int:
        """Whole seconds from the answer to the end, as Twilio bills them; 0 if not answered."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return max(0, round(self.ended_at - self.answered_at))


@dataclass(slots=True, kw_only=True)
class Faults:
    """What goes wrong on purpose. May be changed at any time."""

    reorder: bool = False
    """Status callbacks arrive in pairs, the later one first."""
    duplicate: bool = False
    """Every status callback arrives twice."""
    drop: set[str] = field(default_factory=set)
    """Status callbacks of these events (``completed``, ``ringing``...) never arrive."""
    delay_s: float = 0.0
    """Status callbacks arrive so much later."""
    burst: bool = False
    """Status callbacks of a call are kept back until it ends, then sent all at once."""
    late_action: bool = False
    """The action of a verb that was interrupted by an update is still asked for; what it answers
    is ignored."""
    repeat_webhooks: bool = False
    """Every request for a document is made twice, with the same idempotency token."""
    webhook_delay_s: float = 0.0
    """Every request for a document takes so much longer to get there."""
    signature: str = "sha1"
    """``sha1``, ``shared-key`` (the first), ``rotating`` (each shared key and the token in turn, as
    rules that split the traffic do), ``wrong``, ``missing``, ``with-port`` or ``without-port``."""
    rest_500_on_create: int = 0
    """So many creations of calls answer 500, *after* the call was made."""
    rest_late_after_create_s: float = 0.0
    """Every creation of a call is answered so much later, *after* the call was made."""
    rest_refuse_create: int = 0
    """So many creations of calls answer 500, and no call is made."""
    rest_down: bool = False
    """Every request to the API answers 503."""
    rest_delay_s: float = 0.0
    """Every answer of the API is late by so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueExit:
    """Why a call leaves its queue, and what then.

    `during` is run inside the waiting call (bridged to whoever dialled the queue) before its
    ``action`` is asked for; it returns the ``QueueResult``. With `source` the call runs that
    document instead of what the ``action`` answers.
    """

    result: str
    during: Callable[[], Coroutine[Any, Any, str]] | None = None
    source: Source | None = None


class Membership(Protocol):
    """One call's place in a queue. Made by the queues, waited for by Enqueue."""

    queue_sid: str
    queue_name: str
    entered: float
    exit: asyncio.Future[QueueExit]
    """Set by whoever takes the call out of the queue."""

    def position(self) -> int:
        """1 is the front."""

    def size(self) -> int:
        """How many wait in the queue now."""

    def average_wait_s(self) -> float:
        """Of those who are in the queue now."""

    def leave(self, result: str) -> None:
        """The call is no longer in the queue (``hangup``, ``leave``, ``redirected``...)."""


class Queues(Protocol):
    """Where calls wait."""

    def enter(self, call: EmulatedCall, name: str) -> Membership | None:
        """Put the call at the end of the queue, made when there is none; None when it is full."""


class RecordingInProgress(Protocol):
    """A recording that goes on."""

    sid: str

    @property
    def url(self) -> str:
        """Of its media, without an ending."""

    def stop(self, trim_silence_s: float = 0.0) -> int:
        """End it, less so much silence at the end; gives its length in whole seconds."""


class Recordings(Protocol):
    """Who writes down what is said."""

    def start(
        self,
        call: EmulatedCall,
        *,
        source: str,
        channels: int = 1,
        callback: Callback | None = None,
    ) -> RecordingInProgress:
        """Begin to record this call. `source` as in the API: ``RecordVerb``, ``DialVerb``..."""


class Admission(Protocol):
    """Who decides when a call that was created may be dialled."""

    async def turn(self, call: EmulatedCall) -> None:
        """Returns when it is this call's turn."""


class Listening(Protocol):
    """Who finds out whether a person or a machine has answered."""

    async def answered(self, call: EmulatedCall) -> dict[str, str]:
        """The call has just been answered. Waits for the verdict when that was asked for
        synchronously; gives the parameters to add to the first request (``AnsweredBy``)."""

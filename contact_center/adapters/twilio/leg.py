"""One leg, which is one call of Twilio's: what it is wanted to do, and what Twilio has done. Pure.

Twilio carries out one document at a time and asks for the next when it is through. `doing` is the
activity of the document it has, None when it has none and waits for our answer (`open`), or when we
do not know. Each document we hand out has a step of its own, each that replaces a running one a new
epoch; what comes back with an older one is about a document that is gone.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from contact_center.adapters.twilio.asks import Ask, Redocument
from contact_center.adapters.twilio.asks import Dial as DialAsk
from contact_center.adapters.twilio.statuses import Known
from contact_center.adapters.twilio.streamed import Streamed
from contact_center.adapters.twilio.urls import Place
from contact_center.adapters.twilio.wanted import (
    Activity,
    Idle,
    Music,
    Playback,
    Streaming,
    Talking,
    Undecided,
    Wanted,
)
from contact_center.core.events import CallEnded, CallEvent
from contact_center.core.ids import CallId, LegId, PlaybackId, TalkId

ENTER = "enter"
"""What an address is about that asks for a document while nothing was carried out before."""
REMEMBERED_STEPS = 64


@dataclass(slots=True, kw_only=True)
class Standing:
    """How a leg is in its talk, as far as Twilio has said yes to it."""

    muted: bool = False
    held: bool = False
    coach: str = ""


@dataclass(slots=True, kw_only=True)
class Leg:
    """One leg. Instants are microseconds UTC, 0 for never.

    ``sid``: Twilio's name for it, "" while it is not known. ``open``: the number of a request of
    Twilio's that waits for our document; ``settle_at`` is when it, or a running document, is to be
    dealt with. ``flying``: what REST is asked for it just now;
    ``landed``: it was done, by what has come back. ``finished``: it was told to end. ``adopted``:
    it was there before this process, and nothing is changed until something is asked of it.
    """

    leg: LegId
    call: CallId
    dialled: bool
    since: int
    epoch: int
    step: int = 0
    sid: str = ""
    ani: str = ""
    did: str = ""
    ani_name: str = ""
    known: Known = field(default_factory=Known)
    up: bool = False
    is_phone: bool = False
    adopted: bool = False
    wanted: Wanted = field(default_factory=Wanted)
    # What Twilio does
    doing: Activity | None = field(default_factory=Undecided)
    began_at: int = 0
    open: int | None = None
    open_at: int = 0
    late: list[int] = field(default_factory=list)
    flying: Ask | None = None
    landed: bool = False
    finished: bool = False
    started: PlaybackId | None = None
    look_due: int = 0
    settle_at: int = 0
    errands: deque[Ask] = field(default_factory=deque)
    told: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=REMEMBERED_STEPS))
    # Dialling
    dial: DialAsk | None = None
    dialled_at: int = 0
    unsure_at: int = 0
    find_at: int = 0
    amd: bool = False
    amd_due: int = 0
    answered_at: int = 0
    # Waiting
    queue_sid: str = ""
    entered: bool = False
    no_queue: bool = False
    # A media stream
    streamed: Streamed | None = None
    no_stream: bool = False
    # Talking
    in_talk: TalkId | None = None
    standing: Standing = field(default_factory=Standing)
    entry: Standing = field(default_factory=Standing)
    joins: int = 0
    join_due: int = 0
    tells: deque[Playback] = field(default_factory=deque)
    telling: Playback | None = None
    telling_due: int = 0
    # Life
    heard_at: int = 0
    tries: int = 0
    ended: CallEnded | None = None
    end_due: int = 0

    @property
    def is_member(self) -> bool:
        """Whether it is in the talk that it is to be in."""
        return self.in_talk is not None and self.in_talk == self.wanted.talk

    def activity(self) -> Activity:
        """Say what it is to do now. Over a stream goes what needs no document."""
        want = self.wanted.activity(is_member=self.is_member)
        if self.streamed is None or self.wanted.held or not isinstance(want, Idle | Music):
            return want
        streamed = self.streamed
        listens = isinstance(want, Idle) and want.words and not streamed.playing
        return want if listens and not streamed.heard else Streaming()

    def event(self, kind: type[CallEvent], /, **fields: Any) -> CallEvent:
        """Make an event of this leg."""
        return kind(call=self.call, leg=self.leg, **fields)

    # --- documents -----------------------------------------------------------------------------

    def place(self, about: str = "") -> Place:
        """Name where the leg is: what the next document's addresses say."""
        return Place(leg=self.leg, epoch=self.epoch, step=self.step, about=about)

    def next_step(self) -> None:
        """Begin the next document of the ones that are asked for."""
        self.step += 1

    def next_epoch(self) -> None:
        """Begin a document that replaces the one that is running."""
        self.epoch += 1
        self.step += 1

    def is_current(self, place: Place) -> bool:
        """Say whether an address is about the document that the leg has now."""
        return (place.epoch, place.step) == (self.epoch, self.step)

    def is_news(self, place: Place) -> bool:
        """Say whether nothing has come back from that document so far; it has now."""
        key = (place.epoch, place.step)
        if key in self.told:
            return False
        self.told.append(key)
        return True

    def begin(self, activity: Activity, now: int) -> None:
        """Twilio has a document for this from now on."""
        self.doing, self.began_at = activity, now
        if isinstance(activity, Talking):
            self.joins += 1

    def is_redocumented(self) -> bool:
        """Say whether Twilio is just being given another document."""
        return isinstance(self.flying, Redocument)

"""When something is to be done about a leg, and doing it. The lowest floor of the machine. Pure.

What is wanted is not acted upon at once. Behind a command more usually follow, and behind an
event the core's commands do; so a leg is settled a moment later. That moment only saves requests:
whatever comes after it is made up for by another document.
"""

import heapq

from contact_center.adapters.twilio import asks as a
from contact_center.adapters.twilio.asks import Ask
from contact_center.adapters.twilio.book import Book
from contact_center.adapters.twilio.documents import Documents
from contact_center.adapters.twilio.hearing import Hearing
from contact_center.adapters.twilio.landing import Landing
from contact_center.adapters.twilio.leg import Leg
from contact_center.adapters.twilio.settings import TwilioSettings
from contact_center.adapters.twilio.settling import COMING_US, WATCHDOG_US, Reply, Settling
from contact_center.adapters.twilio.sounds import Sounds
from contact_center.adapters.twilio.streamed import ToStream
from contact_center.adapters.twilio.talks import Talks
from contact_center.adapters.twilio.tapes import Tapes
from contact_center.adapters.twilio.twiml import Document
from contact_center.adapters.twilio.urls import Urls
from contact_center.adapters.twilio.wanted import Called
from contact_center.adapters.twilio.wishes import Wishes
from contact_center.core.events import AmdResult, AmdVerdict, Event, WaitingEntered
from contact_center.core.ids import LegId
from contact_center.ports import PromptSource

TOGETHER_US = 10_000
"""So long more commands are waited for behind a command."""
PATIENCE_US = 80_000
"""So long commands are waited for behind an event."""
SILENT_US = 120_000_000
"""A leg of which nothing was heard for so long is asked after."""

Effect = Event | Reply | Ask | ToStream
Effects = list[Effect]


class Agenda:
    """The legs of one account, and what is due of them.

    `key` makes addresses of recordings hard to guess; `first_epoch` is greater than any of an
    earlier process.
    """

    def __init__(
        self,
        settings: TwilioSettings,
        urls: Urls,
        prompts: PromptSource,
        *,
        key: bytes,
        first_epoch: int = 1,
    ) -> None:
        self.book = Book(first_epoch=first_epoch)
        self.sounds = Sounds(prompts, urls, key)
        self.documents = Documents(settings, urls)
        self.wishes = Wishes(self.book, self.sounds, settings, urls)
        self.talks = Talks(self.book, self.documents, self.wishes, urls)
        self.tapes = Tapes(self.book, self.documents)
        self.hearing = Hearing(self.book, self.talks, self.tapes)
        self.settling = Settling(self.book, self.documents, self.hearing, self.talks, self.tapes)
        self.landing = Landing(self.book, self.hearing, self.talks, self.tapes, self.settling)
        self.out: Effects = []
        self._agenda: list[tuple[int, LegId]] = []
        self._planned: dict[LegId, int] = {}

    @property
    def next_due(self) -> int | None:
        """When `tick` is to be called next."""
        due = [self._agenda[0][0]] if self._agenda else []
        tape = self.tapes.next_due
        return min([*due, tape], default=None) if tape else next(iter(due), None)

    def tick(self, now: int) -> Effects:
        """Do what is due."""
        for leg in self._take_due(now):  # each once, whatever becomes due meanwhile
            self._due(leg, now)
        if 0 < self.tapes.next_due <= now:
            self.out.extend(self.tapes.due(now))
            self.end_what_is_over(now)
            for leg in list(self.book.legs.values()):
                self.plan(leg)
        if self.book.errands:
            self.out.append(self.book.errands.popleft())
        return self.take()

    def _take_due(self, now: int) -> list[Leg]:
        legs = []
        while self._agenda and self._agenda[0][0] <= now:
            _, name = heapq.heappop(self._agenda)
            due = self._planned.get(name)
            leg = self.book.legs.get(name)
            if leg is None:
                self._planned.pop(name, None)
            elif due is not None and due <= now:
                del self._planned[name]
                legs.append(leg)
        return legs

    def take(self) -> Effects:
        """Give what has come together so far, once."""
        out, self.out = self.out, []
        return out

    def end_what_is_over(self, now: int) -> None:
        """Tell the ends that can be told."""
        for leg in [leg for leg in self.book.legs.values() if leg.ended is not None]:
            self.end_if_over(leg, now)

    def reply(self, token: int, document: Document) -> None:
        """Answer a request of Twilio's."""
        self.out.append(Reply(token=token, document=document))

    def settle_soon(self, leg: Leg, now: int, after_us: int) -> None:
        """Settle a leg in a moment."""
        leg.settle_at = now + after_us
        self.plan(leg)

    def plan(self, leg: Leg) -> None:
        """Note when something is due of a leg."""
        due = _due_of(leg)
        if due and leg.leg in self.book.legs and due < self._planned.get(leg.leg, due + 1):
            self._planned[leg.leg] = due
            heapq.heappush(self._agenda, (due, leg.leg))

    def _due(self, leg: Leg, now: int) -> None:
        if leg.amd_due and leg.amd_due <= now:
            leg.amd, leg.amd_due = False, 0
            after = max(1, (now - leg.answered_at) // 1000)
            self.out.append(leg.event(AmdResult, verdict=AmdVerdict.UNKNOWN, after_ms=after))
        if leg.telling_due and leg.telling_due <= now:
            leg.telling_due = 0
            self.out.extend(self.talks.told(leg))
            leg.settle_at = now
        if leg.join_due and leg.join_due <= now:
            leg.join_due = 0
            if leg.wanted.talk is not None:
                leg.errands.append(a.FindTalk(leg=leg.leg, talk=leg.wanted.talk))
                leg.settle_at = now
        if leg.unsure_at and leg.find_at <= now:
            leg.settle_at = now
        self._look_after(leg, now)
        self.end_if_over(leg, now)
        if leg.settle_at and leg.settle_at <= now:
            self.settle(leg, now)
        self.plan(leg)

    def _look_after(self, leg: Leg, now: int) -> None:
        silent = leg.heard_at + SILENT_US <= now
        if leg.sid and (silent or (leg.look_due and leg.look_due <= now)):
            leg.look_due, leg.heard_at = 0, now
            leg.finished = False
            if not any(isinstance(ask, a.Look) for ask in leg.errands):
                leg.errands.append(a.Look(leg=leg.leg, sid=leg.sid))
            leg.settle_at = now
        if isinstance(leg.doing, Called) and leg.began_at + COMING_US <= now:
            leg.doing, leg.settle_at = None, now

    def settle(self, leg: Leg, now: int) -> None:
        """Do the next thing for a leg, if there is one."""
        leg.settle_at = 0
        if self.settling.waits_aside(leg) and not leg.entered and leg.up and leg.ended is None:
            leg.entered = True
            self.out.append(leg.event(WaitingEntered))
        step, events = self.settling.next_step(leg, now)
        self.out.extend(events)
        if step is not None:
            self.out.append(step)
        if isinstance(step, Reply):
            self.settle_soon(leg, now, TOGETHER_US)
        self.end_if_over(leg, now)
        self.plan(leg)

    def end_if_over(self, leg: Leg, now: int) -> None:
        """Tell the end of a leg when nothing is left to be told before it."""
        if leg.ended is None or leg.leg not in self.book.legs:
            return
        for token in [*([leg.open] if leg.open is not None else []), *leg.late]:
            self.reply(token, self.documents.over())
        leg.open, leg.late = None, []
        if leg.end_due <= now or not self.tapes.runs(leg):
            self.book.end(leg)
            self._planned.pop(leg.leg, None)
            self.out.append(leg.ended)
        else:
            self.plan(leg)


def _due_of(leg: Leg) -> int:
    """When something is to be done about a leg."""
    instants = [
        leg.settle_at,
        leg.find_at if leg.unsure_at else 0,
        leg.amd_due,
        leg.telling_due,
        leg.join_due,
        leg.look_due,
        leg.end_due,
        leg.heard_at + SILENT_US if leg.sid else 0,
        leg.began_at + COMING_US if isinstance(leg.doing, Called) else 0,
        leg.open_at + WATCHDOG_US if leg.open is not None else 0,
    ]
    return min(filter(None, instants), default=0)

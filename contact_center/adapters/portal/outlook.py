"""What visitors are told of a queue: hours, the wait to expect, times to be called. Pure.

Counts of others never leave this: only whether a time can be had, and a range of minutes.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from contact_center.adapters.portal.settings import PortalSettings
from contact_center.core.bookings import Span, requests_in
from contact_center.core.center import Center
from contact_center.core.explain_call import expect_at_the_end
from contact_center.core.hours import Calendar, Interval
from contact_center.core.ids import QueueId
from contact_center.core.queue_settings import QueueSettings
from contact_center.core.slots import MINUTE_US, Slot, is_open, local, next_opening, slots

DAYS = 7
"""So many days of hours are shown."""
LOOK_AHEAD_DAYS = 30
"""The next opening is looked for so far ahead."""
PART = 4
"""Of the time of those who serve a queue, one part in so many is for calls that are booked."""
UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Day:
    """A day and its hours in local time; none when it is closed."""

    day: date
    hours: tuple[Interval, ...]
    special: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A queue as visitors see it. Instants are microseconds UTC.

    ``wait``: the range in minutes that four callers out of five wait; None when nobody is there.
    ``room``: how many are called in a slot. ``slots``: with room, empty when the queue does not
    call back. ``days`` is empty for a queue that is always open. ``elsewhere``: what agents have
    promised that the queue does not know of. ``talks``: visitors may talk in their browser.
    """

    queue: QueueId
    label: str
    zone: ZoneInfo
    open: bool
    next_at: int | None
    wait: tuple[int, int] | None
    calls_back: bool
    now_too: bool
    days: tuple[Day, ...] = ()
    slots: tuple[Slot, ...] = ()
    room: int = 0
    elsewhere: tuple[Span, ...] = ()
    talks: bool = False

    def most_in(self, slot: Slot) -> int:
        """Say how many may be called in a slot by what the queue itself has promised."""
        return self.room - sum(1 for a, b in self.elsewhere if a < slot.end and slot.begin < b)

    def wall(self, at: int) -> datetime:
        """Give the wall time of an instant where the center is."""
        return local(at, self.zone)


def outlook(
    center: Center,
    queue: QueueId,
    settings: PortalSettings,
    now: int,
    elsewhere: tuple[Span, ...] = (),
) -> Outlook:
    """Look at a queue of the center."""
    configuration = center.configuration
    wanted = configuration.queues[queue]
    calendars = [configuration.calendars[name] for name in _calendars(wanted)]
    zone = _zone(calendars, center)
    opened = is_open(calendars[:1], now)
    expected = expect_at_the_end(center.router, queue, now) if opened else None
    room = room_of(center, wanted, settings)
    return Outlook(
        queue=queue,
        label=wanted.label,
        zone=zone,
        open=opened,
        next_at=None if opened else next_opening(calendars[:1], now, LOOK_AHEAD_DAYS),
        wait=None if expected is None else _minutes(expected.low_us, expected.high_us),
        calls_back=wanted.callbacks is not None,
        now_too=wanted.callbacks is not None and is_open(calendars, now),
        days=_days(calendars[0], now) if calendars else (),
        slots=_slots(
            wanted, calendars, zone, room, [*promised(center, queue), *elsewhere], settings, now
        ),
        room=room,
        elsewhere=elsewhere,
        talks=queue in settings.talk,
    )


def room_of(center: Center, queue: QueueSettings, settings: PortalSettings) -> int:
    """Say how many are called in a slot.

    As the page is told; else a quarter of the time of the agents who serve the queue, in calls of
    the length the queue expects, at least one. Never more than the queue's own bound.
    """
    bound = queue.callbacks.at_once if queue.callbacks is not None else 0
    if settings.per_slot:
        room = settings.per_slot
    else:
        agents = center.configuration.agents.values()
        serving = sum(1 for a in agents if queue.queue in a.queues and queue.channel in a.channels)
        spent_us = serving * settings.slot_min * MINUTE_US // PART
        room = max(1, spent_us // max(1, queue.expected_handle_us))
    return min(room, bound) if bound else room


def promised(center: Center, queue: QueueId) -> list[Span]:
    """List the times that people of a queue have been promised."""
    calls = (center.calls.calls[name] for name in center.calls.book().listed())
    return [other.span for other in requests_in(calls, queue) if other.span is not None]


def _slots(
    queue: QueueSettings,
    calendars: list[Calendar],
    zone: ZoneInfo,
    room: int,
    others: list[Span],
    settings: PortalSettings,
    now: int,
) -> tuple[Slot, ...]:
    if queue.callbacks is None:
        return ()
    ahead_us = min(settings.ahead_days * 24 * 60 * MINUTE_US, queue.callbacks.ahead_us)
    window = (now + settings.notice_min * MINUTE_US, now + ahead_us)
    found = slots(calendars, zone, window, minutes=settings.slot_min, room=room, others=others)
    return tuple(found)


def _calendars(queue: QueueSettings) -> list[str]:
    """Name the queue's calendar, and the one in whose hours it calls back."""
    within = queue.callbacks.within if queue.callbacks is not None else ""
    return list(dict.fromkeys(name for name in (queue.calendar, within) if name))


def _zone(calendars: list[Calendar], center: Center) -> ZoneInfo:
    known = [*calendars, *center.configuration.calendars.values()]
    return known[0].zone if known else UTC


def _days(calendar: Calendar, now: int) -> tuple[Day, ...]:
    today = local(now, calendar.zone).date()
    days = [today + timedelta(days=n) for n in range(DAYS)]
    return tuple(Day(day, calendar.row(day), day in calendar.holidays) for day in days)


def _minutes(low_us: int, high_us: int) -> tuple[int, int]:
    """Give whole minutes that the range lies within."""
    return low_us // MINUTE_US, -(-high_us // MINUTE_US)

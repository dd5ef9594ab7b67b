"""What queues measure, for tiles and alerts: worked out now and then, and then had for a while."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from contact_center.core.alerts import Measure
from contact_center.core.center import Center
from contact_center.core.hours import Opening
from contact_center.core.ids import QueueId
from contact_center.reporting.live import LiveNumbers

EVERY_US: Final = 10_000_000
"""Books are summed up so often, while anybody asks."""
_BOOKS: Final = {
    Measure.SERVICE_LEVEL: ("interval", "sl_answered"),
    Measure.SERVICE_LEVEL_TODAY: ("today", "sl_answered"),
    Measure.ABANDONMENT: ("interval", "abandonment"),
    Measure.ABANDONMENT_TODAY: ("today", "abandonment"),
}


class FloorNumbers:
    """Numbers of queues. ``center`` gives the center of now, ``clock`` microseconds UTC."""

    def __init__(
        self, center: Callable[[], Center], numbers: LiveNumbers, clock: Callable[[], int]
    ) -> None:
        self._center = center
        self._numbers = numbers
        self._clock = clock
        self._told: Mapping[str, Any] = {}
        self._told_at = 0

    def books(self) -> Mapping[str, Any]:
        """Give ``interval`` and ``today`` of each queue, at most so old."""
        now = self._clock()
        if now - self._told_at >= EVERY_US:
            self._told = self._numbers.now(now, agents=()).get("queues", {})
            self._told_at = now
        return self._told

    def today(self, queue: str, measure: str) -> Any:
        """Give a measure of a queue's day; None when nothing is known."""
        found = self.books().get(queue)
        return None if found is None else found["today"].get(measure)

    def value(self, queue: QueueId, measure: Measure) -> float | None:
        """Give what an alert looks at; None for a queue that is gone or closed now."""
        center, now = self._center(), self._clock()
        settings = center.configuration.queues.get(queue)
        if settings is None:
            return None
        calendar = center.configuration.calendars.get(settings.calendar)
        if calendar is not None and calendar.at(now) is not Opening.OPEN:
            return None
        router = center.router
        idle, logged_in = router.staffing.get(queue, (0, 0, 0))[:2]
        match measure:
            case Measure.WAITING:
                return router.lines.length(queue)
            case Measure.LONGEST_WAIT:
                first = router.lines.first_of(queue)
                return 0 if first is None else now - router.waiting[first].since
            case Measure.FREE:
                return idle
            case Measure.LOGGED_IN:
                return logged_in
            case _:
                book, name = _BOOKS[measure]
                found = self.books().get(queue)
                value = None if found is None else found[book][name]
                return None if value is None else float(value)

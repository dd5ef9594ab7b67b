"""The other measures, each a function of one tally, and the table of them all by name.

Shares are exact fractions, means are exact fractions of microseconds, counts are integers. None
means undefined: there was nothing to measure.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from fractions import Fraction

from contact_center.core.events import Direction
from contact_center.core.facts import OfferResult, QueueOutcome
from contact_center.core.outcomes import CallbackResult
from contact_center.reporting.records import Activity
from contact_center.reporting.service_level import SERVICE_LEVELS, Share, share
from contact_center.reporting.tally import ATTEMPTED, REGISTERED, Tally

Value = int | Fraction | None
Measure = Callable[[Tally], Value]

AQ_ABANDONED = frozenset(
    {
        QueueOutcome.ABANDONED,
        QueueOutcome.TIMED_OUT,
        QueueOutcome.EVICTED,
        QueueOutcome.WITHDRAWN,
        QueueOutcome.FAILED,
    }
)
"""What Asterisk's app_queue counts in one number as abandoned."""


class Unit(Enum):
    """What a value means."""

    COUNT = "count"
    SHARE = "share"
    TIME = "us"


def asa(tally: Tally) -> Share:
    """Average speed of answer: the mean wait of those who were answered."""
    return _mean_wait(tally, QueueOutcome.ANSWERED)


def average_abandon(tally: Tally) -> Share:
    """The mean wait of those who gave up."""
    return _mean_wait(tally, QueueOutcome.ABANDONED)


def abandonment(tally: Tally) -> Share:
    """B / Q."""
    return share(tally.ended[QueueOutcome.ABANDONED], tally.queued)


def abandonment_noshort(tally: Tally) -> Share:
    """(B - S) / (Q - S)."""
    short = tally.short_abandons
    return share(tally.ended[QueueOutcome.ABANDONED] - short, tally.queued - short)


def aq_abandoned(tally: Tally) -> int:
    """Abandoned as app_queue counts, so that its reports can be compared with ours."""
    return sum(tally.ended[outcome] for outcome in AQ_ABANDONED)


def aht(tally: Tally, direction: Direction) -> Share:
    """Average handle time: talk, hold and wrap-up of a conversation."""
    return share(_handle_us(tally, direction), tally.handled[direction])


def average(times: Mapping[Direction, int], tally: Tally) -> Share:
    """A part of the handle time, of conversations both ways."""
    return share(sum(times.values()), tally.handled.total())


def occupancy(tally: Tally) -> Share:
    """Handling and wrap-up, of that and idle while ready. Ringing is in neither."""
    busy = _busy_us(tally)
    return share(busy, busy + tally.time_us[Activity.IDLE])


def utilisation(tally: Tally) -> Share:
    """Handling and wrap-up, of all time logged in."""
    return share(_busy_us(tally), logged_in_us(tally))


def logged_in_us(tally: Tally) -> int:
    """Time in which somebody was there, whatever they did."""
    return tally.time_us.total() - tally.time_us[Activity.AWAY]


def jain(tallies: Iterable[Tally]) -> Share:
    """Jain's index of how evenly conversations fall on agents: 1 is even, 1/n is all on one.

    Of the agents who were there, or handled something; None without any conversation.
    """
    there = [t for t in tallies if logged_in_us(t) > 0 or t.handled.total() > 0]
    counts = [tally.handled.total() for tally in there]
    return share(sum(counts) ** 2, len(counts) * sum(count * count for count in counts))


def _mean_wait(tally: Tally, outcome: QueueOutcome) -> Share:
    return share(tally.waited_us[outcome], tally.ended[outcome])


def _handle_us(tally: Tally, direction: Direction) -> int:
    parts = (tally.talk_us, tally.hold_us, tally.wrap_up_us)
    return sum(part[direction] for part in parts)


def _busy_us(tally: Tally) -> int:
    return tally.time_us[Activity.HANDLING] + tally.time_us[Activity.WRAP_UP]


def _percentile(percent: int) -> Measure:
    return lambda tally: tally.answered_waits.percentile(percent)


def _ended(outcome: QueueOutcome) -> Measure:
    return lambda tally: tally.ended[outcome]


def _callbacks(result: CallbackResult) -> Measure:
    return lambda tally: tally.callbacks[result.value]


def _offers(result: OfferResult) -> Measure:
    return lambda tally: tally.offers[result]


def _spent(kind: Activity) -> Measure:
    return lambda tally: tally.time_us[kind]


COUNTS: Mapping[str, Measure] = {
    "entered": lambda tally: tally.entered,
    "queued": lambda tally: tally.queued,
    **{outcome.value: _ended(outcome) for outcome in QueueOutcome},
    "short_abandons": lambda tally: tally.short_abandons,
    "answered_in_time": lambda tally: tally.within[QueueOutcome.ANSWERED],
    "aq_abandoned": aq_abandoned,
    "handled": lambda tally: tally.handled.total(),
    "handled_inbound": lambda tally: tally.handled[Direction.INBOUND],
    "handled_outbound": lambda tally: tally.handled[Direction.OUTBOUND],
    "transfers": lambda tally: tally.transfers,
    "callbacks_registered": lambda tally: tally.callbacks[REGISTERED],
    "callbacks_attempted": lambda tally: tally.callbacks[ATTEMPTED],
    **{f"callbacks_{result.value}": _callbacks(result) for result in CallbackResult},
    "offers": lambda tally: tally.offers.total(),
    **{f"offers_{result.value}": _offers(result) for result in OfferResult},
    "non_response": lambda tally: tally.unanswered,
    "non_response_caller_stayed": lambda t: t.unanswered - t.unanswered_caller_left,
    "overtaken": lambda tally: tally.overtaken,
}
SHARES: Mapping[str, Measure] = {
    **SERVICE_LEVELS,
    "abandonment": abandonment,
    "abandonment_noshort": abandonment_noshort,
    "occupancy": occupancy,
    "utilisation": utilisation,
}
TIMES: Mapping[str, Measure] = {
    "asa_us": asa,
    "average_abandon_us": average_abandon,
    "longest_wait_us": lambda tally: tally.longest_us if tally.ended.total() else None,
    "wait_p50_us": _percentile(50),
    "wait_p90_us": _percentile(90),
    "wait_p95_us": _percentile(95),
    "aht_inbound_us": lambda tally: aht(tally, Direction.INBOUND),
    "aht_outbound_us": lambda tally: aht(tally, Direction.OUTBOUND),
    "average_talk_us": lambda tally: average(tally.talk_us, tally),
    "average_hold_us": lambda tally: average(tally.hold_us, tally),
    "average_wrap_up_us": lambda tally: average(tally.wrap_up_us, tally),
    "logged_in_us": logged_in_us,
    **{f"{kind.value}_us": _spent(kind) for kind in Activity if kind is not Activity.AWAY},
}
MEASURES: Mapping[str, tuple[Unit, Measure]] = {
    **{name: (Unit.COUNT, measure) for name, measure in COUNTS.items()},
    **{name: (Unit.SHARE, measure) for name, measure in SHARES.items()},
    **{name: (Unit.TIME, measure) for name, measure in TIMES.items()},
}


def measured(tally: Tally) -> dict[str, float | int | None]:
    """Everything by name: counts, shares from 0 to 1 (six digits), times in whole microseconds."""
    return {name: _plain(unit, measure(tally)) for name, (unit, measure) in MEASURES.items()}


def _plain(unit: Unit, value: Value) -> float | int | None:
    if value is None or isinstance(value, int):
        return value
    return round(float(value), 6) if unit is Unit.SHARE else round(value)

"""What customers are worth: sales that may be, and how lately, often and much they bought. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from contact_center.core.customer_records import Opportunity

_DAY_US = 86_400_000_000
CHANCE: Mapping[str, int] = {
    "prospecting": 10,
    "qualification": 20,
    "proposal": 50,
    "negotiation": 80,
    "won": 100,
    "lost": 0,
}
"""Percent that is usual in a stage."""


def chance(deal: Opportunity) -> int:
    """Give the probability of a deal in percent: its own, or what is usual in its stage."""
    return deal.probability if deal.probability is not None else CHANCE[deal.stage]


def is_open(deal: Opportunity) -> bool:
    """Tell whether it is neither won nor lost."""
    return deal.stage not in ("won", "lost")


def pipeline(deals: Iterable[Opportunity]) -> Mapping[str, tuple[int, int]]:
    """Add up open deals by currency: whole, and weighted with their probability, in cents."""
    sums: dict[str, tuple[int, int]] = {}
    for deal in deals:
        if is_open(deal):
            whole, weighted = sums.get(deal.currency, (0, 0))
            part = round(deal.cents * chance(deal) / 100)
            sums[deal.currency] = (whole + deal.cents, weighted + part)
    return sums


def days_in_stage(deal: Opportunity, now: int) -> int:
    """Count whole days since a deal came to its stage."""
    return max(0, now - deal.stage_at) // _DAY_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """Purchases of one customer: the last one's instant, how many, and their sum in cents."""

    last_at: int
    times: int
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """Where quintiles end: four ascending values each. Days since, times, cents."""

    days: tuple[int, ...]
    times: tuple[int, ...]
    cents: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rfm:
    """Recency, frequency and money, 1 to 5 each, 5 the best; and what such customers are called."""

    recency: int
    frequency: int
    money: int
    segment: str


def cuts_of(everybody: Sequence[Bought], now: int) -> Cuts:
    """Find the quintiles of all who ever bought. With nobody there is nothing to cut: all zero."""
    return Cuts(
        days=_quintiles([_days(one, now) for one in everybody]),
        times=_quintiles([one.times for one in everybody]),
        cents=_quintiles([one.cents for one in everybody]),
    )


def rfm(bought: Bought, cuts: Cuts, now: int) -> Rfm:
    """Place a customer between the cuts. Equal values are in one quintile, always."""
    recency = 6 - _place(_days(bought, now), cuts.days)
    frequency = _place(bought.times, cuts.times)
    money = _place(bought.cents, cuts.cents)
    return Rfm(
        recency=recency,
        frequency=frequency,
        money=money,
        segment=segment_of(recency, frequency, money),
    )


def segment_of(recency: int, frequency: int, money: int) -> str:
    """Name the segment of three scores."""
    worth = (frequency + money) / 2
    if recency >= 4 and worth >= 4:
        return "champion"
    if recency >= 3 and worth >= 3:
        return "loyal"
    if recency >= 4:
        return "new" if frequency <= 1 else "promising"
    if recency <= 2 and worth >= 4:
        return "must_not_lose"
    if recency <= 2 and worth >= 2.5:
        return "at_risk"
    return "sleeping" if recency <= 2 else "needs_attention"


def _days(bought: Bought, now: int) -> int:
    return max(0, now - bought.last_at) // _DAY_US


def _quintiles(values: Sequence[int]) -> tuple[int, ...]:
    """Give the values at which the lowest fifth, two fifths, three and four end, inclusive."""
    if not values:
        return (0, 0, 0, 0)
    ordered = sorted(values)
    # The rank of the last one of each fifth, counted from 1 and rounded up.
    return tuple(ordered[-(-len(ordered) * fifth // 5) - 1] for fifth in (1, 2, 3, 4))


def _place(value: int, cuts: Sequence[int]) -> int:
    assert all(low <= high for low, high in pairwise(cuts))
    return 1 + sum(value > cut for cut in cuts)

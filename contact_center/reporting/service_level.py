"""The service level, in the seven ways the trade computes it. Each has a name.

With A answered, B abandoned, S short abandons, F sent on by a rule (overflowed), C turned into
callbacks, Q queued; an index X means: within the threshold. The moment that counts is the answer,
not the end of the call. A share is an exact fraction; None when nothing is in the denominator,
because "100 % of nobody" misleads as much as "0 %" does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from contact_center.core.facts import QueueOutcome
from contact_center.reporting.tally import Tally

Share = Fraction | None


def share(part: int, whole: int) -> Share:
    """Part of a whole; None of nothing."""
    return Fraction(part, whole) if whole > 0 else None


def answered_sl(tally: Tally) -> Share:
    """A_X / A: of those answered, how many in time."""
    answered, in_time = _answered(tally)
    return share(in_time, answered)


def aq2_sl(tally: Tally) -> Share:
    """(A_X + B_X) / (A + B): who gave up in time counts as if served."""
    answered, in_time = _answered(tally)
    gone, gone_in_time = _abandoned(tally)
    return share(in_time + gone_in_time, answered + gone)


def removed_sl(tally: Tally) -> Share:
    """(A_X + B_X + C_X) / Q: whoever left the queue in time, by answer, giving up or callback."""
    _, in_time = _answered(tally)
    _, gone_in_time = _abandoned(tally)
    return share(in_time + gone_in_time + tally.within[QueueOutcome.CALLBACK], tally.queued)


@dataclass(frozen=True, slots=True, kw_only=True)
class GcSwitches:
    """What the denominator of `gc_sl` takes in, for old intervals as for new ones."""

    flow_outs: bool = False
    abandons: bool = True
    short_abandons: bool = True


def gc_sl(tally: Tally, switches: GcSwitches | None = None) -> Share:
    """A_X / (A + B), with F, without S, or without B, as switched."""
    on = switches or GcSwitches()
    answered, in_time = _answered(tally)
    whole = answered
    if on.abandons:
        whole += tally.ended[QueueOutcome.ABANDONED]
        whole -= 0 if on.short_abandons else tally.short_abandons
    if on.flow_outs:
        whole += tally.ended[QueueOutcome.OVERFLOWED]
    return share(in_time, whole)


def strict_sl(tally: Tally) -> Share:
    """A_X / Q: of all who got into the queue; the wording of most contracts."""
    return share(_answered(tally)[1], tally.queued)


def noshort_sl(tally: Tally) -> Share:
    """A_X / (A + B - S): short abandons do not count. Ours, where no other is asked for."""
    answered, in_time = _answered(tally)
    return share(in_time, answered + tally.ended[QueueOutcome.ABANDONED] - tally.short_abandons)


def late_abandon_sl(tally: Tally) -> Share:
    """A_X / (A + (B - B_X)): who gave up within the threshold does not count."""
    answered, in_time = _answered(tally)
    gone, gone_in_time = _abandoned(tally)
    return share(in_time, answered + gone - gone_in_time)


def _answered(tally: Tally) -> tuple[int, int]:
    return tally.ended[QueueOutcome.ANSWERED], tally.within[QueueOutcome.ANSWERED]


def _abandoned(tally: Tally) -> tuple[int, int]:
    return tally.ended[QueueOutcome.ABANDONED], tally.within[QueueOutcome.ABANDONED]


SERVICE_LEVELS: Mapping[str, Callable[[Tally], Share]] = {
    "sl_answered": answered_sl,
    "sl_aq2": aq2_sl,
    "sl_removed": removed_sl,
    "sl_gc": gc_sl,
    "sl_strict": strict_sl,
    "sl_noshort": noshort_sl,
    "sl_late_abandon": late_abandon_sl,
}

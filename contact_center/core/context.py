"""What is known of a caller, turned into a place in line: a head start, a band, who may serve.

Rules are data, applied when a caller enters a queue and again, in place, when storage answers
late. Attributes are text; one that is missing is ``""``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from contact_center.core.ids import QueueId
from contact_center.core.skills import joined

ATTRIBUTES = ("known", "name", "tier", "language", "spoken", "number", "dialled")
"""Attributes that every call has, beside those of its customer."""


class Comparison(Enum):
    """How an attribute is compared. IS: any of the values; IS_NOT: none of them. The others read
    both sides as numbers, and are false for what is no number."""

    IS = "is"
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison of one attribute."""

    attribute: str
    comparison: Comparison
    values: tuple[str, ...]

    def holds(self, attributes: Mapping[str, str]) -> bool:
        """Say whether it is so."""
        found = attributes.get(self.attribute, "")
        match self.comparison:
            case Comparison.IS:
                return found in self.values
            case Comparison.IS_NOT:
                return found not in self.values
        has, bounds = number_in(found), [number_in(value) for value in self.values]
        if has is None or None in bounds:
            return False
        if self.comparison is Comparison.AT_LEAST:
            return all(bound is not None and has >= bound for bound in bounds)
        return all(bound is not None and has <= bound for bound in bounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextRule:
    """What callers get for whom all of `when` holds, in the queues named (none: in every queue).

    Of several rules that hold, boosts add up, the highest `priority` counts, and all that is
    required is required.
    """

    when: tuple[Condition, ...]
    queues: tuple[QueueId, ...] = ()
    boost_us: int = 0
    priority: int | None = None
    require: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What all rules together come to. ``priority``: the least band, None for no say in it."""

    boost_us: int = 0
    priority: int | None = None
    require: str = ""


def weigh(rules: Iterable[ContextRule], attributes: Mapping[str, str], queue: QueueId) -> Weight:
    """Apply every rule that holds for these attributes in this queue."""
    boost, bands, needed = 0, [], []
    for rule in rules:
        if rule.queues and queue not in rule.queues:
            continue
        if all(condition.holds(attributes) for condition in rule.when):
            boost += rule.boost_us
            needed.append(rule.require)
            if rule.priority is not None:
                bands.append(rule.priority)
    return Weight(boost_us=boost, priority=max(bands, default=None), require=joined(*needed))


def number_in(text: str) -> Fraction | None:
    """Read a number; None when the text is none."""
    try:
        return Fraction(text.strip()) if len(text) <= 40 else None
    except (ValueError, ZeroDivisionError):
        return None

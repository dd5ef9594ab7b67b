"""What to offer next: ranked, with who may be offered it, and why not the rest. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from contact_center.core.customer_records import Offer

_DAY_US = 86_400_000_000
REST_US = 90 * _DAY_US
"""So long nobody is offered again what they declined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """How it stands with a customer. ``today``: ISO date; ``owned``: titles of active products."""

    now: int
    today: str
    tier: str = ""
    owned: frozenset[str] = frozenset()
    open_complaint: bool = False
    overdue: bool = False
    vulnerable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """An offer in its place. ``why_not``: "" when it may be made, else the code of the reason."""

    offer: Offer
    why_not: str = ""


def ranked(offers: Iterable[Offer], how: Situation) -> tuple[Ranked, ...]:
    """Put those that may be made first, best first; then the rest with the reason."""
    found = [Ranked(offer=offer, why_not=_why_not(offer, how)) for offer in offers]
    return tuple(sorted(found, key=lambda one: (one.why_not != "", -one.offer.score)))


def _why_not(offer: Offer, how: Situation) -> str:
    if offer.answer == "accepted":
        return "accepted"
    if offer.answer == "declined" and how.now - (offer.answered_at or 0) < REST_US:
        return "declined"
    if offer.until_on and offer.until_on < how.today:
        return "expired"
    if offer.tiers and how.tier not in offer.tiers:
        return "tier"
    if not how.owned.issuperset(offer.needs):
        return "needs"
    if not how.owned.isdisjoint(offer.without):
        return "owned"
    # With these nobody wants to hear of more to buy.
    if how.open_complaint:
        return "complaint"
    if how.overdue:
        return "overdue"
    return "vulnerable" if how.vulnerable else ""

"""Consent: of what type, to whom, given and revoked when; and suppressions that it outlives or not.

Records are only ever added. What stands is computed from all of them: a revocation is a tombstone
that beats every consent not given after it, whenever that is brought in.

Types are words of the policies. One that ends in ``_written`` is also the one without it. Of the
type ``permission:SOURCE`` is the permission to call in spite of the list ``dnc:SOURCE``.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dialer.ids import PartyId

ALL = "all"
"""The type of a revocation that takes everything back."""

PERMISSION = "permission:"
LISTED = "dnc:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """A consent, or (``revoked``) a revocation, as somebody proved it.

    ``number``: "" for every number of the party. ``seller``: "" in a revocation is every seller;
    a consent without a seller is for nobody. ``at``: when it was given, not when it was brought in.
    ``until``: instant at which it ends, None for never. ``channel``: how it came (``key``, ``web``,
    ``voice``, ``paper``, ``import``); ``proof``: where the evidence is, a consent without is none.
    """

    party: PartyId
    at: int
    type: str
    number: str = ""
    seller: str = ""
    channel: str = ""
    proof: str = ""
    until: int | None = None
    revoked: bool = False


def standing(
    records: Iterable[ConsentRecord], party: PartyId, number: str, seller: str, now: int
) -> tuple[tuple[str, int], ...]:
    """Give (type, given at) of the consents that stand for a call, newest first, each type once.

    The order of `records` does not matter. A consent and a revocation of one instant: revoked.
    """
    records = [record for record in records if record.party == party]
    ends = [
        record
        for record in records
        if record.revoked and record.seller in ("", seller) and record.number in ("", number)
    ]
    stands = {
        (record.at, record.type)
        for record in records
        if not record.revoked
        and record.proof
        and seller
        and record.seller == seller
        and record.number in ("", number)
        and record.at <= now
        and (record.until is None or now < record.until)
        and not any(end.at >= record.at and covers(end.type, record.type) for end in ends)
    }
    newest: dict[str, int] = {}
    for at, kind in sorted(stands, reverse=True):
        newest.setdefault(kind, at)
    return tuple(newest.items())


def covers(revoked: str, given: str) -> bool:
    """Say whether a revocation of a type takes a consent back.

    Whoever takes back the weaker form takes back the written one of it too, and the other way.
    """
    return revoked == ALL or revoked.removesuffix("_written") == given.removesuffix("_written")


def satisfies(given: str, wanted: str) -> bool:
    """Say whether a consent of one type is as good as another."""
    return given == wanted or given == wanted + "_written"


def lifted(scope: str, consents: Iterable[tuple[str, int]]) -> bool:
    """Say whether a suppression does not count because of a permission that stands.

    Only those of public lists (``dnc:SOURCE``) can be lifted; what a person asked us never.
    """
    if not scope.startswith(LISTED):
        return False
    return any(kind == PERMISSION + scope.removeprefix(LISTED) for kind, _ in consents)

"""Which number a call shows: one we may show, where we may show it, in turn by the party.

Who is called twice sees the same number twice, as long as it may be shown: the choice follows from
the party and the day's use alone, so every process makes the same one.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b

from dialer.campaign import CallerId
from dialer.ids import PartyId
from dialer.jurisdiction import surely_in


def refused(
    pool: Sequence[CallerId],
    shown: str,
    region: str,
    local_presence: bool,
    shown_today: int,
    now: int,
) -> str:
    """Say why a number may not be shown to somebody in `region`; "" when it may.

    ``caller_id``: not of the campaign. ``:proof``: no proof of the right to show it. ``:expired``:
    the right has no end written down, or is over. ``:region``: not for there.
    ``:local_presence``: kept for a part of a country where numbers must not look near.
    ``:daily_cap``: shown often enough on this day (UTC).
    """
    found = next((one for one in pool if shown and one.number == shown), None)
    if found is None:
        return "caller_id"
    if not found.proof:
        return "caller_id:proof"
    if found.valid_until <= now:
        return "caller_id:expired"
    if found.regions and not any(surely_in(region, area) for area in found.regions):
        return "caller_id:region"
    if not local_presence and _is_local(found):
        return "caller_id:local_presence"
    if found.daily_cap and shown_today >= found.daily_cap:
        return "caller_id:daily_cap"
    return ""


def choose(
    pool: Sequence[CallerId],
    party: PartyId,
    region: str,
    local_presence: bool,
    shown_today: Mapping[str, int],
    now: int,
) -> str | None:
    """Choose the number to show; None when there is none that may be.

    Where numbers may look near, those of the smallest area that the party is in come first.
    Among equals a party has an order of its own (rendezvous hashing): a number that goes away or
    is used up moves only the parties it was shown to.
    """
    fit = [
        one
        for one in pool
        if not refused(
            (one,), one.number, region, local_presence, shown_today.get(one.number, 0), now
        )
    ]
    if not fit:
        return None
    return max(fit, key=lambda one: (_nearness(one, region), _turn(party, one.number))).number


def _is_local(one: CallerId) -> bool:
    return any("-" in area for area in one.regions)


def _nearness(one: CallerId, region: str) -> int:
    return max((len(area) for area in one.regions if surely_in(region, area)), default=0)


def _turn(party: PartyId, number: str) -> bytes:
    return blake2b(f"{party}\0{number}".encode(), digest_size=8).digest()

"""Promises to call at a time of the customer's: which instant that is, and whether it is lawful.

A wall time that a clock skips is taken after the gap, as far into it as was said; one that comes
twice is its first coming.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from dialer import calling_window, jurisdiction
from dialer.campaign import CampaignSettings, Mode
from dialer.gate import MARGIN_US, lawful
from dialer.lead import LeadNumber
from dialer.policy import Policy

QUARTER_US = 900_000_000
AHEAD_US = 366 * calling_window.DAY_US
"""Nobody means a day further ahead: it is a slip in the year."""
_HOUR_US = 3_600_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS = range(1970, 9_001)
"""Dates end soon after these years, and zones and searches reach beyond what is asked for."""


class WallTime(Enum):
    """What a zone makes of a wall time: there ONCE, SKIPPED by its clock, or TWICE."""

    ONCE = "once"
    SKIPPED = "skipped"
    TWICE = "twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a time cannot be promised.

    ``code``: ``past``, ``far`` (more than `AHEAD_US` ahead), ``hours`` (nobody may be called then)
    or ``never`` (and none is near). ``next_at``: the next time that could be.
    """

    code: str
    next_at: int | None = None


def instant_of(local: str, zone: str) -> int:
    """Give the instant (microseconds UTC) of a wall time, ISO without offset, in a zone.

    Raises ValueError when there is no such zone, or it is no such time.
    """
    return _us(_wall(local, zone, 0))


def kind_of(local: str, zone: str) -> WallTime:
    """Say what a zone makes of a wall time. Raises ValueError like `instant_of`."""
    first, second = (_us(_wall(local, zone, fold)) for fold in (0, 1))
    if first == second:
        return WallTime.ONCE
    return WallTime.TWICE if first < second else WallTime.SKIPPED


def wall_of(at: int, zone: str) -> str:
    """Give the wall time of an instant, ISO to the minute. Raises ValueError without the zone."""
    return calling_window.local_time(at, zone).strftime("%Y-%m-%dT%H:%M")


def refused(
    at: int, number: LeadNumber, campaign: CampaignSettings, policies: Sequence[Policy], now: int
) -> Refusal | None:
    """Say why nobody can promise to call `number` at `at`; None when it can be.

    What may change until then (caps, locks, consent) is left to the gate, which is asked again.
    """
    if at <= now:
        return Refusal(code="past", next_at=suggested(number, campaign, policies, now))
    if at > now + AHEAD_US:
        return Refusal(code="far")
    opens = _opens(at, number, campaign, policies)
    if opens == at:
        return None
    return Refusal(code="hours" if opens is not None else "never", next_at=opens)


def suggested(
    number: LeadNumber, campaign: CampaignSettings, policies: Sequence[Policy], now: int
) -> int | None:
    """Give a time to begin with: from an hour on, on a quarter of it, and lawful."""
    at = -(-(now + _HOUR_US) // QUARTER_US) * QUARTER_US
    return _opens(at, number, campaign, policies)


def _opens(
    at: int, number: LeadNumber, campaign: CampaignSettings, policies: Sequence[Policy]
) -> int | None:
    """Give the first instant from `at` on at which the gate's hours let a call begin."""
    held = jurisdiction.holding(policies, number.region, campaign.purpose, campaign.policies)
    margin = MARGIN_US + (campaign.preview_us if campaign.mode is Mode.PREVIEW else 0)
    return lawful(at, at, number, held, margin)


def _wall(local: str, zone: str, fold: int) -> datetime:
    found = calling_window.zone_of(zone)
    if found is None:
        raise ValueError(f"there is no time zone {zone!r}")
    wall = datetime.fromisoformat(local)
    if wall.tzinfo is not None:
        raise ValueError("a wall time has no offset")
    if wall.year not in _YEARS:
        raise ValueError(f"the year {wall.year} is none to call in")
    return wall.replace(tzinfo=found, fold=fold)


def _us(moment: datetime) -> int:
    return (moment.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)

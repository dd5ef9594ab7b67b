"""What a campaign has achieved: a fold over attempts, with intervals for every share.

Shares come with Wilson's interval, the difference to the arm that was never called with Newcombe's:
both hold for small numbers and near 0 and 1. 95 % throughout.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from dialer.attempt import LIVE, Attempt, AttemptEnd, Verdict
from dialer.campaign import CampaignSettings
from dialer.ids import LeadId, ListId

_Z = 1.959963984540054
_HOUR_US = 3_600_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An attempt as storage has it. ``end`` None: it goes on. ``person``: by its disposition."""

    attempt: Attempt
    end: AttemptEnd | None
    disposition: str = ""
    success: bool = False
    person: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`count` of `of`, and between what the true share is, with 95 % confidence. 0 of 0: unknown.

    ``value``: NaN never; 0.0 when `of` is 0, with the interval from 0 to 1.
    """

    count: int
    of: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """How much larger the share of successes is among those who were called; in share points."""

    called: Share
    held_out: Share
    value: float
    low: float
    high: float

    @property
    def certain(self) -> bool:
        """Say whether calling makes a difference, with 95 % confidence."""
        return self.low > 0 or self.high < 0


@dataclass(slots=True)
class Counts:
    """Counts of one group of attempts. ``leads``: different ones. Durations in microseconds.

    ``contacts``: dispositions that mean the right party was talked to.
    """

    attempts: int = 0
    leads: int = 0
    live: int = 0
    connected: int = 0
    abandoned: int = 0
    machines: int = 0
    contacts: int = 0
    successes: int = 0
    opted_out: int = 0
    talk_us: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)

    def answered(self) -> Share:
        """Give the share of attempts that a person answered."""
        return wilson(self.live, self.attempts)

    def contact(self) -> Share:
        """Give the share of attempts that reached the right party."""
        return wilson(self.contacts, self.attempts)

    def conversion(self) -> Share:
        """Give the share of conversations that were a success."""
        return wilson(self.successes, self.connected)

    def abandonment(self) -> Share:
        """Give the share of people who answered in vain."""
        return wilson(self.abandoned, self.live)


class Analysis:
    """Fed with attempts, oldest first; look at `total` and the groups afterwards.

    ``zone``: in which hours of the day are counted. Groups: by list, hour (0 to 23), caller id,
    agent, and by the number of the attempt on its lead (1, 2 ...), which is the penetration curve.
    Memory: a name for each lead.
    """

    def __init__(self, settings: CampaignSettings, zone: str = "UTC") -> None:
        self._contact = {code for code, rule in settings.dispositions.items() if rule.contact}
        self._cost_per_hour = settings.cost_per_hour
        self._zone = ZoneInfo(zone)
        self._tries: dict[LeadId, int] = {}
        self._groups: set[tuple[str, str, LeadId]] = set()
        self.total = Counts()
        self.by: dict[str, dict[str, Counts]] = {
            name: {} for name in ("list", "hour", "caller_id", "agent", "attempt")
        }

    def add(self, tried: Tried) -> None:
        """Count an attempt. One that was rung off before it rang, or is open, is no attempt."""
        end, attempt = tried.end, tried.attempt
        if end is None or (end.verdict is Verdict.CANCELLED and end.ringing_at is None):
            return
        number = self._tries[attempt.lead] = self._tries.get(attempt.lead, 0) + 1
        hour = datetime.fromtimestamp(attempt.opened_at / 1e6, self._zone).hour
        self._count(self.total, tried, end, first=number == 1)
        places = {
            "list": str(attempt.list),
            "hour": f"{hour:02}",
            "caller_id": attempt.caller_id,
            "attempt": str(number),
        }
        if end.agent is not None:
            places["agent"] = str(end.agent)
        for name, key in places.items():
            counts = self.by[name].setdefault(key, Counts())
            seen = (name, key, attempt.lead)
            first = name != "attempt" and seen not in self._groups
            if name != "attempt":
                self._groups.add(seen)
            self._count(counts, tried, end, first=first or name == "attempt")

    def _count(self, counts: Counts, tried: Tried, end: AttemptEnd, *, first: bool) -> None:
        verdict = end.verdict
        if verdict is Verdict.CONNECTED and end.machine and not tried.person:
            verdict = Verdict.MACHINE
        counts.attempts += 1
        counts.leads += first
        counts.live += verdict in LIVE
        counts.connected += verdict is Verdict.CONNECTED
        counts.abandoned += verdict in (Verdict.ABANDONED, Verdict.LOST)
        counts.machines += verdict is Verdict.MACHINE
        counts.contacts += tried.disposition in self._contact
        counts.successes += tried.success
        counts.opted_out += end.opted_out
        counts.talk_us += end.talk_us
        counts.verdicts[verdict.value] = counts.verdicts.get(verdict.value, 0) + 1

    def penetration(self, sizes: Mapping[ListId, int]) -> dict[str, Share]:
        """Give, for each list of so many leads and for all (``""``), the share that was called."""
        found = {
            str(name): wilson(min(self._leads_of(name), size), size) for name, size in sizes.items()
        }
        found[""] = wilson(
            min(sum(each.count for each in found.values()), sum(sizes.values())),
            sum(sizes.values()),
        )
        return found

    def _leads_of(self, name: ListId) -> int:
        counts = self.by["list"].get(str(name))
        return counts.leads if counts is not None else 0

    def cost_per_success(self, staffed_us: int | None = None) -> float | None:
        """Give the money that a success took; None without one, or without a cost per hour.

        ``staffed_us``: how long agents were there for it; None: their talks alone, which is less
        than it was.
        """
        if not self.total.successes or not self._cost_per_hour:
            return None
        worked = self.total.talk_us if staffed_us is None else staffed_us
        return worked / _HOUR_US * self._cost_per_hour / self.total.successes


def analyse(settings: CampaignSettings, tried: Iterable[Tried], zone: str = "UTC") -> Analysis:
    """Analyse attempts, oldest first."""
    found = Analysis(settings, zone)
    for each in tried:
        found.add(each)
    return found


def wilson(count: int, of: int) -> Share:
    """Give a share with Wilson's interval. Raises ValueError for a count that is not within."""
    if not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is no share")
    if of == 0:
        return Share(count=0, of=0, value=0.0, low=0.0, high=1.0)
    share, z2 = count / of, _Z * _Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return Share(
        count=count,
        of=of,
        value=share,
        low=0.0 if count == 0 else max(0.0, middle - half),
        high=1.0 if count == of else min(1.0, middle + half),
    )


def lift(successes: int, called: int, held_successes: int, held_out: int) -> Lift:
    """Compare people who were called with those held out, by Newcombe's hybrid interval.

    Counts are of people (everybody of each arm, reached or not), or the arms would not be alike.
    """
    one, other = wilson(successes, called), wilson(held_successes, held_out)
    value = one.value - other.value
    below = math.hypot(one.value - one.low, other.high - other.value)
    above = math.hypot(one.high - one.value, other.value - other.low)
    return Lift(
        called=one,
        held_out=other,
        value=value,
        low=max(-1.0, value - below),
        high=min(1.0, value + above),
    )

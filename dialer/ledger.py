"""Ledgers of abandonment: live answers and those in vain, by policy, key and window.

One call debits the ledger of every policy that held when it was opened. What nobody can say yet (a
person who waits, an attempt that was lost) is abandoned until it is known. A row told again takes
the place of what was told of its attempt before, so it does not matter how often or in which order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil

from dialer.attempt import LIVE, Attempt, AttemptEnd, Verdict
from dialer.calling_window import DAY_US, day_start, local_time, next_day
from dialer.campaign import CampaignSettings
from dialer.ids import AttemptId, CampaignId
from dialer.jurisdiction import versions
from dialer.pacing import Window
from dialer.policy import AbandonRule, Policy, StartPoint, WindowKind

NONE_YET = "none yet"
"""The name of the one window of a campaign that has called nobody yet: under the lowest cap."""

_HOUR_US = 3_600_000_000
_PERIOD_US = 30 * DAY_US


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """An attempt as a ledger sees it.

    ``end`` is None while it is open; then ``answered_at`` says whether a person may be waiting.
    ``person``: what its agent found, if it was taken for a machine and went to one all the same.
    """

    attempt: Attempt
    seller: str
    end: AttemptEnd | None = None
    answered_at: int | None = None
    person: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What one attempt adds to a ledger. ``machine``: it may have been a person."""

    at: int
    live: int = 0
    abandoned: int = 0
    machine: bool = False


def counted(row: LedgerRow, rule: AbandonRule) -> Count | None:
    """Say what an attempt adds to a ledger with this rule; None for nothing."""
    end = row.end
    if end is None:
        if row.answered_at is None:
            return None
        return Count(at=row.answered_at, live=1, abandoned=1)
    at = end.answered_at if end.answered_at is not None else end.at
    if end.verdict is Verdict.MACHINE:
        return Count(at=at, machine=True) if rule.count_false_machines else None
    if end.verdict not in LIVE:
        return None
    if end.verdict is Verdict.CONNECTED and end.machine and not row.person:
        return None  # an agent had it, so nobody was abandoned; nor may it make the share smaller
    return Count(at=at, live=1, abandoned=int(_in_vain(end, rule)))


def _in_vain(end: AttemptEnd, rule: AbandonRule) -> bool:
    start = started(end, rule.start)
    if end.verdict is Verdict.LEFT:
        late = start is None or end.at - start > rule.threshold_us
        return late or rule.early_counts
    if end.verdict is Verdict.CONNECTED:
        reached = end.connected_at
        return start is None or reached is None or reached - start > rule.threshold_us
    return True


def started(end: AttemptEnd, point: StartPoint) -> int | None:
    """Say from when the wait for an agent counts; what the switch did not hear is the answer."""
    found = None
    if point is StartPoint.GREETING_END:
        found = end.greeting_at
    elif point is StartPoint.SPEECH_START:
        found = end.speech_at
    return found if found is not None else end.answered_at


def window_of(rule: AbandonRule, started_at: int, at: int) -> tuple[int, int]:
    """Give the window (from, to) that `at` lies in; `started_at`: when the campaign began."""
    if rule.window is WindowKind.ROLLING:
        return at - rule.hours * _HOUR_US + 1, at + 1
    if rule.window is WindowKind.LOCAL_DAY:
        return day_start(at, rule.zone), next_day(at, rule.zone)
    if rule.window is WindowKind.CALENDAR_MONTH:
        return _month(at, rule.zone)
    begins = started_at + (at - started_at) // _PERIOD_US * _PERIOD_US
    return begins, begins + _PERIOD_US


def _month(at: int, zone: str) -> tuple[int, int]:
    local = local_time(at, zone)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    after = (first + timedelta(days=32)).replace(day=1)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    begins, ends = (
        (moment.astimezone(UTC) - epoch) // timedelta(microseconds=1) for moment in (first, after)
    )
    return begins, ends


@dataclass(slots=True)
class _Totals:
    live: int = 0
    abandoned: int = 0
    machines: dict[CampaignId, int] = field(default_factory=dict)

    def add(self, campaign: CampaignId, count: Count, sign: int) -> None:
        self.live += sign * count.live
        self.abandoned += sign * count.abandoned
        if count.machine:
            self.machines[campaign] = self.machines.get(campaign, 0) + sign

    def window(
        self, policy: Policy, rule: AbandonRule, shares: Mapping[CampaignId, float]
    ) -> Window:
        people = false_machines(self.machines, shares)
        return Window(
            policy=policy.policy,
            cap=rule.cap,
            live=self.live + people,
            abandoned=self.abandoned + people,
            strict=rule.strict,
            false_machines=people,
        )


def false_machines(machines: Mapping[CampaignId, int], shares: Mapping[CampaignId, float]) -> int:
    """Say how many of the machines count as people, all campaigns together, rounded up."""
    return ceil(round(sum(count * shares.get(name, 0.0) for name, count in machines.items()), 6))


_Key = tuple[str, str, str]
"""Policy, kind of key, and the key's value."""


class Ledger:
    """All ledgers of a center, as a fold over attempts.

    ``started``: when each campaign's first window began; one that is not there began in 1970.
    """

    def __init__(self, policies: Iterable[Policy], started: Mapping[CampaignId, int]) -> None:
        self._policies = tuple(policies)
        self._started = dict(started)
        self._of_attempt: dict[AttemptId, list[tuple[_Key, int | None, Count]]] = {}
        self._windows: dict[tuple[_Key, int], _Totals] = {}
        self._rolling: dict[_Key, dict[AttemptId, tuple[CampaignId, Count]]] = {}
        self._shares: dict[CampaignId, float] = {}
        self._debited: dict[CampaignId, dict[str, None]] = {}

    def began(self, campaign: CampaignId, at: int) -> None:
        """Note when a campaign's first window began; before any of its rows."""
        self._started[campaign] = at

    def suppose(self, campaign: CampaignId, share: float) -> None:
        """Take this share of a campaign's machines for people, in every window, from now on."""
        self._shares[campaign] = share

    def note(self, row: LedgerRow) -> None:
        """Count an attempt, or count it anew."""
        name, campaign = row.attempt.attempt, row.attempt.campaign
        for key, begins, before in self._of_attempt.pop(name, ()):
            if begins is None:
                self._rolling[key].pop(name, None)
            else:
                self._windows[(key, begins)].add(campaign, before, -1)
        debits = []
        for policy in versions(self._policies, row.attempt.policies, row.attempt.opened_at):
            if policy.abandon is None:
                continue
            self._debited.setdefault(campaign, {})[policy.policy] = None
            count = counted(row, policy.abandon)
            if count is not None:
                debits.append(self._debit(name, row, policy, policy.abandon, count))
        if debits:
            self._of_attempt[name] = debits

    def _debit(
        self, name: AttemptId, row: LedgerRow, policy: Policy, rule: AbandonRule, count: Count
    ) -> tuple[_Key, int | None, Count]:
        key = (policy.policy, rule.key, _value(rule, row.attempt.campaign, row.seller))
        if rule.window is WindowKind.ROLLING:
            self._rolling.setdefault(key, {})[name] = (row.attempt.campaign, count)
            return key, None, count
        begins, _ = window_of(rule, self._began(rule, row.attempt.campaign), count.at)
        totals = self._windows.setdefault((key, begins), _Totals())
        totals.add(row.attempt.campaign, count, 1)
        return key, begins, count

    def windows(self, campaign: CampaignSettings, now: int) -> tuple[Window, ...]:
        """Give where a campaign stands with every ledger that its calls debit, at `now`.

        Policies that it names are among them before its first call; without any, one window under
        the lowest cap that may come to hold.
        """
        names = dict.fromkeys(campaign.policies) | self._debited.get(campaign.campaign, {})
        found = [
            self._totals(policy, policy.abandon, campaign, now).window(
                policy, policy.abandon, self._shares
            )
            for policy in versions(self._policies, tuple(names), now)
            if policy.abandon is not None
        ]
        return tuple(found) or self._none_yet(campaign)

    def _none_yet(self, campaign: CampaignSettings) -> tuple[Window, ...]:
        caps = [
            policy.abandon.cap
            for policy in self._policies
            if policy.abandon is not None
            and (not policy.purposes or campaign.purpose in policy.purposes)
        ]
        if not caps:
            return ()
        return (Window(policy=NONE_YET, cap=min(caps), live=0, abandoned=0),)

    def _totals(
        self, policy: Policy, rule: AbandonRule, campaign: CampaignSettings, now: int
    ) -> _Totals:
        key = (policy.policy, rule.key, _value(rule, campaign.campaign, campaign.seller))
        begins, _ = window_of(rule, self._began(rule, campaign.campaign), now)
        if rule.window is not WindowKind.ROLLING:
            return self._windows.get((key, begins), _Totals())
        totals = _Totals()
        counts = self._rolling.get(key, {})
        for name in [name for name, (_, count) in counts.items() if count.at < begins - DAY_US]:
            del counts[name]
        for whose, count in counts.values():
            if count.at >= begins:  # what a clock that was set back left in the future counts too
                totals.add(whose, count, 1)
        return totals

    def _began(self, rule: AbandonRule, campaign: CampaignId) -> int:
        return self._started.get(campaign, 0) if rule.key == "campaign" else 0


def _value(rule: AbandonRule, campaign: CampaignId, seller: str) -> str:
    return {"campaign": campaign, "seller": seller}.get(rule.key, "")


def since(policies: Iterable[Policy], started_at: int, now: int) -> int:
    """Say from when on attempts are needed to know every window that runs at `now`."""
    rules = [policy.abandon for policy in policies if policy.abandon is not None]
    begins = (
        window_of(rule, started_at if rule.key == "campaign" else 0, now)[0] for rule in rules
    )
    return min(begins, default=now)


def windows(
    policies: Sequence[Policy],
    campaign: CampaignSettings,
    started_at: int,
    rows: Iterable[LedgerRow],
    now: int,
) -> tuple[Window, ...]:
    """Give where one campaign stands, from rows alone (of others too, for ledgers they share)."""
    ledger = Ledger(policies, {campaign.campaign: started_at})
    ledger.suppose(campaign.campaign, campaign.machine_false)
    for row in rows:
        ledger.note(row)
    return ledger.windows(campaign, now)

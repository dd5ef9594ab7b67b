"""The gate: may this number be called now? Asked at claim and again in the attempt's transaction.

Everything is checked, so that whoever is refused hears every reason. What is not known forbids.

Suppressions forbid for good; those of public lists (scopes ``dnc:SOURCE``) not where a permission
stands. Hours, caps and locks forbid for a time, and say until when: the first instant that all of
them have let go of and that is inside the hours; so do the parts of the day that a campaign names.
What a person has to mend (a stale list, a caller id without proof) is looked at again in `MEND_US`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from dialer import calling_window, consent, day_parts, jurisdiction
from dialer.attempt import Source
from dialer.caller_id import refused as caller_id_refused
from dialer.campaign import CampaignSettings, Mode, OnMachine
from dialer.ids import PartyId
from dialer.lead import LeadNumber, NumberKind
from dialer.policy import AttemptCap, Facts, GateVerdict, Policy

MEND_US = 3_600_000_000
"""After so long is looked again at what a person has to mend."""
OPEN_US = 60_000_000
"""After so long is looked again at a party with an open attempt."""
MARGIN_US = 2_000_000
"""What passed is dialled within so much time or never: hours have to last that long.

Who is shown to an agent first may be dialled as late as the look takes.
"""

_HOUR_US = 3_600_000_000
_DAY_US = 86_400_000_000
_ON_ITS_OWN = frozenset({Source.AUTO, Source.PREVIEW, Source.AGENTLESS})
"""Calls that nobody asked for: the campaign's parts of the day hold for these."""
_NOT_TRIED = frozenset(verdict.value for verdict in day_parts.NOT_TRIED)
_ROUNDS = 2 * day_parts.MOST_DAYS
_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")


@dataclass(slots=True)
class _Answer:
    """Reasons as they are found, and until when they hold."""

    now: int
    reasons: list[str] = field(default_factory=list)
    never: bool = False
    at: int = 0
    needs_agent: bool = False
    free: Callable[[int], int | None] | None = None
    """When, from an instant on, the campaign's parts of the day let a call through."""

    def never_because(self, reason: str) -> None:
        self.never = True
        self._note(reason)

    def until(self, at: int, reason: str) -> None:
        self.at = max(self.at, at, self.now + 1)
        self._note(reason)

    def mend(self, reason: str) -> None:
        self.until(self.now + MEND_US, reason)

    def _note(self, reason: str) -> None:
        if reason not in self.reasons:
            self.reasons.append(reason)


def check(
    number: LeadNumber,
    party: PartyId,
    campaign: CampaignSettings,
    policies: Iterable[Policy],
    facts: Facts,
    now: int,
    source: Source,
    guaranteed_agent: bool = False,
    caller_id: str = "",
) -> GateVerdict:
    """Say whether `number` may be called at `now` (microseconds UTC), showing `caller_id`.

    ``policies``: all there are, of any place and date; which hold is decided here.
    ``guaranteed_agent``: an agent is reserved who talks at once, whatever happens.
    """
    held = jurisdiction.holding(policies, number.region, campaign.purpose, campaign.policies)
    forced = jurisdiction.in_force(held, now, number.zones)
    answer = _Answer(now)
    _who(answer, number, party, facts)
    _law(answer, campaign, forced)
    _lists(answer, facts, forced, now)
    _consents(answer, number, campaign, facts, forced, source)
    _caps(answer, number, campaign, facts, forced)
    _locks(answer, number, facts, forced, guaranteed_agent)
    _shown(answer, campaign, caller_id, number.region, facts, forced)
    if source in _ON_ITS_OWN:
        _parts(answer, number, campaign, facts)
    margin = MARGIN_US + (campaign.preview_us if source is Source.PREVIEW else 0)
    _hours(answer, number, held, margin)
    return GateVerdict(
        allowed=not answer.reasons,
        reasons=tuple(answer.reasons),
        next_at=_next(answer, number, held, margin),
        policies=tuple(dict.fromkeys(policy.policy for policy in forced)),
        needs_agent=answer.needs_agent,
    )


def _next(answer: _Answer, number: LeadNumber, held: Sequence[Policy], margin: int) -> int | None:
    if not answer.reasons or answer.never:
        return None
    first = at = lawful(max(answer.at, answer.now + 1), answer.now, number, held, margin)
    for _ in range(_ROUNDS if answer.free is not None else 0):
        free = None if answer.free is None or at is None else answer.free(at)
        if at is None or free is None or free == at:
            break
        at = lawful(free, answer.now, number, held, margin)
    else:
        return first  # parts and hours that never meet: looked at again, as they may be changed
    return first if at is None else at


def lawful(
    at: int, now: int, number: LeadNumber, held: Sequence[Policy], margin: int
) -> int | None:
    """Give the first instant from `at` on that is open, and stays so for `margin`.

    ``held``: the policies that hold for the number. None without one in `HORIZON_DAYS` from `now`.
    """
    found = calling_window.next_open(at, number.zones, held)
    last = now + calling_window.HORIZON_DAYS * _DAY_US
    while found is not None and not calling_window.open_through(found, margin, number.zones, held):
        found = (
            calling_window.next_open(found + margin, number.zones, held) if found < last else None
        )
    return found


def _who(answer: _Answer, number: LeadNumber, party: PartyId, facts: Facts) -> None:
    if not _E164.match(number.number):
        answer.never_because("number")
    if number.dead:
        answer.never_because("dead_number")
    if not party:
        answer.never_because("party")
    if not calling_window.known(number.zones):
        answer.never_because("zone_unknown")
    for scope, _ in facts.suppressed:
        if not consent.lifted(scope, facts.consents):
            answer.never_because(f"suppressed:{scope}")
    if facts.open:
        answer.until(answer.now + OPEN_US, "open_attempt")


def _law(answer: _Answer, campaign: CampaignSettings, forced: Sequence[Policy]) -> None:
    if not forced:
        answer.mend("policy:none")
    there = {policy.policy for policy in forced}
    for named in campaign.policies:
        if named not in there:
            answer.mend(f"policy:{named}")


def _lists(answer: _Answer, facts: Facts, forced: Sequence[Policy], now: int) -> None:
    scrubbed: dict[str, int] = {}
    for source, at in facts.scrubbed:
        if at <= now + _DAY_US:  # a date further ahead is a mistake, not a fresh list
            scrubbed[source] = max(scrubbed.get(source, 0), at)
    for policy in forced:
        for source, days in policy.dnc:
            if source not in scrubbed or scrubbed[source] <= now - days * _DAY_US:
                answer.mend(f"dnc_stale:{source}")
    _reassigned(answer, facts, forced, now)


def _reassigned(answer: _Answer, facts: Facts, forced: Sequence[Policy], now: int) -> None:
    if facts.rnd is not None and facts.rnd[0] == "yes":
        answer.never_because("rnd")
        return
    days = min((policy.rnd_days for policy in forced if policy.rnd_days), default=0)
    if days and (facts.rnd is None or facts.rnd[0] != "no" or facts.rnd[1] <= now - days * _DAY_US):
        answer.mend("rnd")


def _consents(
    answer: _Answer,
    number: LeadNumber,
    campaign: CampaignSettings,
    facts: Facts,
    forced: Sequence[Policy],
    source: Source,
) -> None:
    ways = ways_of(number, campaign, source)
    wanted = sorted({kind for policy in forced for way, kind in policy.consent if way in ways})
    for kind in wanted:
        if not any(consent.satisfies(given, kind) for given, _ in facts.consents):
            answer.never_because(f"consent:{kind}")


def ways_of(number: LeadNumber, campaign: CampaignSettings, source: Source) -> frozenset[str]:
    """Name the ways of calling that a consent may be needed for.

    The campaign's mode (of an automatic call), or the source; ``any``; ``automatic`` when no person
    starts the call; ``mobile`` when that may go to a mobile; ``machine_drop`` when a machine would
    get a recorded message.
    """
    mode = campaign.mode.value if source is Source.AUTO else source.value
    ways = {"any", mode}
    if source in (Source.AUTO, Source.AGENTLESS):
        ways.add("automatic")
        if number.kind in (NumberKind.MOBILE, NumberKind.UNKNOWN):
            ways.add("mobile")
    if campaign.mode is Mode.AGENTLESS and source is Source.CALLBACK:
        ways.add(Mode.AGENTLESS.value)
    if campaign.on_machine is OnMachine.DROP:
        ways.add("machine_drop")
    return frozenset(ways)


def _caps(
    answer: _Answer,
    number: LeadNumber,
    campaign: CampaignSettings,
    facts: Facts,
    forced: Sequence[Policy],
) -> None:
    for policy in forced:
        for cap in policy.caps:
            times = _counted(cap, number, campaign.purpose, facts)
            free_at = _free_at(cap, times, number, answer.now)
            if free_at is not None:
                answer.until(free_at, f"cap:{policy.policy}")
        quiet = policy.quiet_after_contact_us
        if quiet and facts.contacted_at is not None and facts.contacted_at + quiet > answer.now:
            answer.until(facts.contacted_at + quiet, f"quiet:{policy.policy}")


def _counted(cap: AttemptCap, number: LeadNumber, purpose: str, facts: Facts) -> list[int]:
    """Give when attempts that count were made, newest first: of any source and any verdict.

    An unknown key counts everything.
    """
    times = [
        at
        for at, dialled, why, _ in facts.attempts
        if (cap.key != "number" or dialled == number.number)
        and (cap.key != "subject" or why == purpose)
    ]
    return sorted(times, reverse=True)


def _free_at(cap: AttemptCap, times: list[int], number: LeadNumber, now: int) -> int | None:
    """Say when the cap lets one more through; None when it does now."""
    if cap.most <= 0:
        return now + _DAY_US
    if cap.hours:
        span = cap.hours * _HOUR_US
        within = [at for at in times if at > now - span]
        return within[cap.most - 1] + span if len(within) >= cap.most else None
    full = [
        calling_window.next_day(max(now, times[cap.most - 1]), zone)
        for zone in number.zones
        if calling_window.zone_of(zone) is not None
        and len(times) >= cap.most
        and times[cap.most - 1] >= calling_window.day_start(now, zone)
    ]
    return max(full, default=None)


def _locks(
    answer: _Answer,
    number: LeadNumber,
    facts: Facts,
    forced: Sequence[Policy],
    guaranteed_agent: bool,
) -> None:
    lock = max((policy.lock_abandoned_us for policy in forced), default=0)
    if lock and facts.abandoned_at is not None and facts.abandoned_at + lock > answer.now:
        answer.needs_agent = True
        if not guaranteed_agent:
            answer.until(facts.abandoned_at + lock, "lock_abandoned")
    if facts.machine_at is None or not any(policy.lock_machine_same_day for policy in forced):
        return
    zones = [zone for zone in number.zones if calling_window.zone_of(zone) is not None]
    same = [
        calling_window.next_day(max(answer.now, facts.machine_at), zone)
        for zone in zones
        if facts.machine_at >= calling_window.day_start(answer.now, zone)
    ]
    if same:
        answer.needs_agent = True
        if not guaranteed_agent:
            answer.until(max(same), "lock_machine")


def _parts(answer: _Answer, number: LeadNumber, campaign: CampaignSettings, facts: Facts) -> None:
    """Hold to what the campaign allows in each part of the party's day, whoever tried."""
    quota = campaign.day_parts
    if quota is None or not calling_window.known(number.zones):
        return
    zone = number.zones[0]
    tried = [at for at, _, _, verdict in facts.attempts if verdict not in _NOT_TRIED]

    def free(at: int) -> int | None:
        return day_parts.next_free(quota, tried, at, zone)

    answer.free = free
    free_at = free(answer.now)
    if free_at != answer.now:
        part = day_parts.part_at(quota.parts, answer.now, zone)
        reason = "no_day_part" if part is None else f"day_part:{part.name}"
        answer.until(answer.now + _DAY_US if free_at is None else free_at, reason)


def _shown(
    answer: _Answer,
    campaign: CampaignSettings,
    caller_id: str,
    region: str,
    facts: Facts,
    forced: Sequence[Policy],
) -> None:
    local_presence = all(policy.local_presence for policy in forced)
    reason = caller_id_refused(
        campaign.caller_ids, caller_id, region, local_presence, facts.shown_today, answer.now
    )
    if reason:
        answer.mend(reason)


def _hours(answer: _Answer, number: LeadNumber, held: Sequence[Policy], margin: int) -> None:
    if calling_window.open_through(answer.now, margin, number.zones, held):
        return
    if calling_window.known(number.zones):
        at = calling_window.next_open(answer.now + 1, number.zones, held)
        if at is None:
            answer.never_because("hours")
        else:
            answer.until(at, "hours")

"""What becomes of a lead after an attempt: done, or dialled again, when, and at which number.

Rules are the campaign's, by verdict (``busy`` ...) and by disposition; what it leaves out is here.
Whether a party asked not to be called is a flag of the disposition, never guessed from its name,
and no rule, mapping or retry takes it away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from dialer import calling_window, day_parts
from dialer.attempt import AttemptEnd, Verdict
from dialer.campaign import CampaignSettings, RetryRule
from dialer.day_parts import DayPart
from dialer.lead import Lead, LeadNumber, LeadState

_MINUTE_US = 60_000_000
_HOUR_US = 60 * _MINUTE_US
_DAY_US = 24 * _HOUR_US
SOON_US = 1_000_000
"""When a lead's next number is tried: at once, but not in the same breath."""
SKIPPED = "skipped"
"""Cause, and rule, of a preview that was not dialled (``skipped:reason``)."""
OPT_OUT_SCOPE = "seller"
_JITTER = 0.1

DEFAULT_RULES: Mapping[str, RetryRule] = {
    Verdict.BUSY.value: RetryRule(delay_us=10 * _MINUTE_US, attempts=6, backoff=2.0),
    Verdict.NO_ANSWER.value: RetryRule(
        delay_us=4 * _HOUR_US, attempts=6, next_number=True, spread=True
    ),
    Verdict.MACHINE.value: RetryRule(delay_us=20 * _HOUR_US, attempts=4, spread=True),
    Verdict.ABANDONED.value: RetryRule(delay_us=72 * _HOUR_US, attempts=2),
    Verdict.LOST.value: RetryRule(delay_us=72 * _HOUR_US, attempts=2),
    Verdict.LEFT.value: RetryRule(delay_us=24 * _HOUR_US, attempts=2),
    Verdict.CANCELLED.value: RetryRule(delay_us=30 * _MINUTE_US, attempts=20),
    Verdict.FAILED.value: RetryRule(
        delay_us=2 * _MINUTE_US, attempts=12, backoff=2.0, most_us=12 * _HOUR_US
    ),
    SKIPPED: RetryRule(delay_us=30 * _MINUTE_US, attempts=6),
}
"""What holds where a campaign says nothing. CONNECTED is done, unless a disposition says else."""

_USUAL = day_parts.usual(most=1)
"""Parts of the day among which a retry is spread where a campaign names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """How a lead stands after an attempt. ``due_at``: None with an end state."""

    state: LeadState
    due_at: int | None = None
    number_dead: bool = False
    suppress: str = ""
    success: bool = False


def after_verdict(settings: CampaignSettings, lead: Lead, number: str, end: AttemptEnd) -> Next:
    """Tell what follows from how the call ended; an agent's disposition may refine it later."""
    if end.opted_out:
        return Next(state=LeadState.SUPPRESSED, suppress=OPT_OUT_SCOPE)
    verdict = end.verdict
    if verdict is Verdict.CONNECTED and end.sampled:
        verdict = Verdict.MACHINE  # as was heard, until its agent says what it was
    if verdict is Verdict.INVALID:
        return _without_number(lead, number, end)
    if verdict is Verdict.CONNECTED and verdict.value not in settings.verdicts:
        return Next(state=LeadState.DONE)
    kind = SKIPPED if end.cause.startswith(SKIPPED) else verdict.value
    if verdict is Verdict.CANCELLED and kind != SKIPPED and end.ringing_at is None:
        return Next(state=LeadState.OPEN, due_at=end.at)
    rule = settings.verdicts.get(kind) or DEFAULT_RULES.get(kind)
    if rule is None:
        return Next(state=LeadState.DONE)
    return _retry(settings, rule, kind, lead, number, end)


def after_disposition(
    settings: CampaignSettings, lead: Lead, number: str, end: AttemptEnd, code: str
) -> Next:
    """Tell what follows from an agent's disposition. One that nobody defined parks the lead.

    An opt-out of the same attempt (by key) stands, whatever the agent says.
    """
    rule = settings.dispositions.get(code)
    suppress = OPT_OUT_SCOPE if end.opted_out else ""
    if rule is not None and rule.suppress:
        suppress = rule.suppress
    success = rule is not None and rule.success
    if suppress:
        return Next(state=LeadState.SUPPRESSED, suppress=suppress, success=success)
    if rule is None:
        return Next(state=LeadState.PARKED)
    if rule.retry is None or success:
        return Next(state=LeadState.DONE, success=success)
    return _retry(settings, rule.retry, f"disposition:{code}", lead, number, end)


def choose_number(lead: Lead) -> LeadNumber | None:
    """Give the number to dial next: a callback's own, else the least tried, by rank; None: dead."""
    alive = [each for each in lead.numbers if not each.dead]
    if lead.callback is not None:
        promised = [each for each in alive if each.number == lead.callback.number]
        if promised:
            return promised[0]
    return min(alive, key=lambda each: (each.attempts, each.rank), default=None)


def tried(lead: Lead, kind: str) -> int:
    """Count the attempts of a kind before the present one; where unknown, all attempts."""
    if lead.outcomes:
        return lead.outcomes.get(kind, 0)
    return lead.tried


def _retry(
    settings: CampaignSettings,
    rule: RetryRule,
    kind: str,
    lead: Lead,
    number: str,
    end: AttemptEnd,
) -> Next:
    before = tried(lead, kind)
    if before + 1 > rule.attempts:
        return Next(state=LeadState.EXHAUSTED)
    if rule.next_number and _fresher(lead, number):
        soon = _in_parts(settings, end.at + SOON_US, lead, number, end)
        return Next(state=LeadState.OPEN, due_at=soon)
    grown = rule.delay_us * min(rule.backoff**before, 1e6)
    delay = min(int(grown), max(rule.most_us, rule.delay_us))
    due_at = end.at + max(delay + int(delay * _jitter(end)), SOON_US)
    if rule.spread:
        parts = _USUAL if settings.day_parts is None else settings.day_parts.parts
        due_at = _spread(due_at, parts, _tried_at(lead, end), _zone_of(lead, number) or "UTC")
    return Next(state=LeadState.OPEN, due_at=_in_parts(settings, due_at, lead, number, end))


def _without_number(lead: Lead, number: str, end: AttemptEnd) -> Next:
    others = [each for each in lead.numbers if not each.dead and each.number != number]
    if others:
        return Next(state=LeadState.OPEN, due_at=end.at + SOON_US, number_dead=True)
    return Next(state=LeadState.PARKED, number_dead=True)


def _fresher(lead: Lead, number: str) -> bool:
    """Say whether another live number was tried less often than this one will have been."""
    here = next((each.attempts for each in lead.numbers if each.number == number), 0) + 1
    return any(
        not each.dead and each.number != number and each.attempts < here for each in lead.numbers
    )


def _jitter(end: AttemptEnd) -> float:
    """Spread the returns of calls that ended together: 0 to 10 %, by the attempt's name."""
    return crc32(end.attempt.encode()) / 0xFFFFFFFF * _JITTER


def _tried_at(lead: Lead, end: AttemptEnd) -> tuple[int, ...]:
    """Give when somebody was really tried, this time included."""
    return lead.tried_at if end.verdict in day_parts.NOT_TRIED else (end.at, *lead.tried_at)


def _zone_of(lead: Lead, number: str) -> str:
    zones = next((each.zones for each in lead.numbers if each.number == number), ())
    return zones[0] if calling_window.known(zones) else ""


def _in_parts(
    settings: CampaignSettings, due_at: int, lead: Lead, number: str, end: AttemptEnd
) -> int:
    """Move an instant to where the campaign's parts of the day have an attempt left.

    The gate looks again at what was tried by then; this spares it leads that it would refuse.
    """
    zone = _zone_of(lead, number)
    if settings.day_parts is None or not zone:
        return due_at
    free = day_parts.next_free(settings.day_parts, _tried_at(lead, end), due_at, zone)
    return due_at if free is None else free


def _spread(due_at: int, parts: Sequence[DayPart], tried: Sequence[int], zone: str) -> int:
    """Move an instant into the part of the party's day that was tried least, never earlier."""
    clock = ZoneInfo(zone)
    day = datetime.fromtimestamp(due_at / 1e6, clock)
    least = day_parts.least_tried(parts, tried, zone)
    for ahead in range(3):
        for part in sorted(least, key=lambda each: each.begins):
            begins = _instant(day, ahead, part.begins, clock)
            if _instant(day, ahead, part.ends, clock) > due_at:
                return max(begins, due_at)
    return due_at


def _instant(day: datetime, ahead: int, minute: int, zone: ZoneInfo) -> int:
    local = datetime(day.year, day.month, day.day, tzinfo=zone)
    local += timedelta(days=ahead, minutes=minute)
    return int(local.timestamp() * 1_000_000)

"""A rule book in a few words, for tables that people read."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from contact_center.content.calendars import DAYS
from dialer.policy import AbandonRule, Policy, WindowKind

_HOUR_US = 3_600_000_000
_WINDOWS = {
    WindowKind.CAMPAIGN_30D: "30 days from its start",
    WindowKind.CALENDAR_MONTH: "a month",
    WindowKind.LOCAL_DAY: "a day",
}


def words_of(policy: Policy) -> tuple[str, ...]:
    """Say what a rule book asks, a phrase each."""
    return (*_when_and_how_often(policy), *_on_what_terms(policy))


def _when_and_how_often(policy: Policy) -> Iterator[str]:
    if policy.hours:
        yield f"hours {_hours(policy.hours)}"
    if policy.holidays:
        yield f"no calls on {len(policy.holidays)} holidays, known until {policy.holidays_until}"
    if policy.abandon is not None:
        yield _abandon(policy.abandon)
    if policy.min_ring_us:
        yield f"ring {policy.min_ring_us // 1_000_000} s at least"
    for cap in policy.caps:
        within = f"{cap.hours} h" if cap.hours else "a day"
        yield f"at most {cap.most} in {within} by {cap.key}"
    if policy.quiet_after_contact_us:
        yield f"quiet for {policy.quiet_after_contact_us // _HOUR_US} h after a conversation"
    if policy.lock_abandoned_us:
        yield f"none for {policy.lock_abandoned_us // _HOUR_US} h after an abandoned call"
    if policy.lock_machine_same_day:
        yield "none on the day a machine answered"


def _on_what_terms(policy: Policy) -> Iterator[str]:
    for source, days in policy.dnc:
        yield f"list {source} of the last {days} days"
    for way, kind in policy.consent:
        yield f"{way} needs consent {kind}"
    if not policy.local_presence:
        yield "no number that looks near"
    if policy.rnd_days:
        yield f"owner asked for in the last {policy.rnd_days} days"
    said = [
        *policy.message_must,
        *(["a key for no more calls"] if policy.opt_out_in_message else []),
    ]
    if said:
        yield f"message says {', '.join(said)}"
    yield f"records {policy.retention_years} years"


def _hours(week: Sequence[tuple[int, int] | None]) -> str:
    parts = []
    for row, days in groupby(zip(DAYS, week, strict=True), key=lambda pair: pair[1]):
        names = [day for day, _ in days]
        span = names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}"
        parts.append(f"{span} {_clock(row[0])}-{_clock(row[1])}" if row else f"{span} closed")
    return ", ".join(parts)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _abandon(rule: AbandonRule) -> str:
    window = _WINDOWS.get(rule.window, f"{rule.hours} h")
    return (
        f"abandoned at most {rule.cap:.0%} of live answers in {window} by {rule.key},"
        f" {rule.threshold_us / 1_000_000:g} s from {rule.start.value.replace('_', ' ')}"
    )

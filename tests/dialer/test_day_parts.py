"""Parts of the called party's day: so many attempts in each, within so many of their days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.attempt import Source
from dialer.calling_window import local_time
from dialer.day_parts import (
    MOST_DAYS,
    NOT_TRIED,
    DayPart,
    DayParts,
    least_tried,
    next_free,
    part_at,
    usual,
)
from dialer.policy import Facts
from tests.dialer.gate_samples import DAY, HOUR, NEW_YORK, ask, at, campaign, policy

MINUTE = HOUR // 60
TWICE = DayParts(
    days=5,
    parts=(
        DayPart(name="morning", begins=480, ends=720, most=2),
        DayPart(name="evening", begins=1020, ends=1200, most=3),
    ),
)
ZONES = (NEW_YORK, "Europe/London", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo")


def test_a_part_with_attempts_left_is_free_at_once() -> None:
    ten = at("2026-11-23T10:00")
    assert next_free(TWICE, (), ten, NEW_YORK) == ten
    assert next_free(TWICE, (ten - HOUR,), ten, NEW_YORK) == ten


def test_a_part_that_is_used_up_gives_way_to_the_next_of_the_day() -> None:
    ten = at("2026-11-23T10:00")
    tried = (ten - HOUR, ten - DAY)
    assert next_free(TWICE, tried, ten, NEW_YORK) == at("2026-11-23T17:00")


def test_between_the_parts_nobody_is_tried() -> None:
    assert next_free(TWICE, (), at("2026-11-23T12:00"), NEW_YORK) == at("2026-11-23T17:00")
    assert next_free(TWICE, (), at("2026-11-23T23:30"), NEW_YORK) == at("2026-11-24T08:00")
    assert next_free(TWICE, (), at("2026-11-23T02:00"), NEW_YORK) == at("2026-11-23T08:00")


def test_who_was_tried_in_every_part_waits_until_the_oldest_day_leaves_the_span() -> None:
    mornings = (at("2026-11-23T09:00"), at("2026-11-25T11:00"))
    evenings = tuple(at(f"2026-11-{day}T18:00") for day in (23, 24, 25))
    now = at("2026-11-25T19:00")
    assert next_free(TWICE, (*mornings, *evenings), now, NEW_YORK) == at("2026-11-28T08:00")


def test_what_was_tried_outside_every_part_counts_in_none() -> None:
    noon = tuple(at(f"2026-11-2{day}T13:00") for day in range(4))
    ten = at("2026-11-23T14:00")
    assert next_free(TWICE, noon, ten, NEW_YORK) == at("2026-11-23T17:00")


def test_days_are_those_of_the_partys_own_clock() -> None:
    tokyo = "Asia/Tokyo"
    late = at("2026-11-23T23:30", tokyo)
    one = DayParts(days=1, parts=(DayPart(name="night", begins=1320, ends=1440, most=1),))
    assert next_free(one, (late,), late + MINUTE, tokyo) == at("2026-11-24T22:00", tokyo)


@pytest.mark.parametrize(
    ("begins", "expected"),
    [(120, "2026-03-08T03:00"), (150, "2026-03-08T03:00"), (210, "2026-03-08T03:30")],
)
def test_a_part_that_begins_in_a_skipped_hour_begins_where_the_clock_jumps_to(
    begins: int, expected: str
) -> None:
    quota = DayParts(days=2, parts=(DayPart(name="early", begins=begins, ends=300, most=1),))
    assert next_free(quota, (), at("2026-03-08T00:30"), NEW_YORK) == at(expected)


def test_a_part_that_lies_in_a_skipped_hour_is_left_out_that_day() -> None:
    quota = DayParts(days=2, parts=(DayPart(name="early", begins=120, ends=180, most=1),))
    found = next_free(quota, (), at("2026-03-08T00:30"), NEW_YORK)
    assert found == at("2026-03-09T02:00")


def test_both_passes_of_an_hour_that_comes_twice_are_one_part_of_one_day() -> None:
    quota = DayParts(days=1, parts=(DayPart(name="early", begins=60, ends=120, most=1),))
    first, second = at("2026-11-01T01:20", fold=0), at("2026-11-01T01:20", fold=1)
    assert second - first == HOUR
    assert next_free(quota, (first,), second, NEW_YORK) == at("2026-11-02T01:00")


def test_the_usual_parts_are_morning_afternoon_and_evening() -> None:
    parts = usual(most=2)
    assert [(each.name, each.begins // 60, each.ends // 60) for each in parts] == [
        ("morning", 8, 12),
        ("afternoon", 12, 17),
        ("evening", 17, 21),
    ]
    assert part_at(parts, at("2026-11-23T12:00"), NEW_YORK) == parts[1]
    assert part_at(parts, at("2026-11-23T21:00"), NEW_YORK) is None
    tried = (at("2026-11-23T09:00"), at("2026-11-23T13:00"), at("2026-11-23T22:00"))
    assert [each.name for each in least_tried(parts, tried, NEW_YORK)] == ["evening"]


@st.composite
def quotas(draw: st.DrawFn) -> DayParts:
    cuts = sorted(draw(st.sets(st.integers(0, 48), min_size=2, max_size=8)))
    parts = tuple(
        DayPart(
            name=f"p{n}", begins=cuts[n] * 30, ends=cuts[n + 1] * 30, most=draw(st.integers(1, 3))
        )
        for n in range(0, len(cuts) - 1, 2)
    )
    return DayParts(days=draw(st.integers(1, MOST_DAYS)), parts=parts)


EDGES = {
    NEW_YORK: (at("2026-03-08T00:00"), at("2026-11-01T00:00")),
    "Europe/London": (at("2026-03-29T00:00"), at("2026-10-25T00:00")),
    "Australia/Lord_Howe": (at("2026-04-05T00:00"), at("2026-10-04T00:00")),
    "America/Santiago": (at("2026-04-05T00:00"), at("2026-09-06T00:00")),
    "Africa/Cairo": (at("2026-04-24T00:00"), at("2026-10-29T00:00")),
}


def used(quota: DayParts, tried: list[int], at_: int, zone: str) -> bool:
    """Say, counting by the calendar, whether one more attempt now would be one too many."""
    here = local_time(at_, zone)
    part = part_at(quota.parts, at_, zone)
    assert part is not None
    since: date = here.date() - timedelta(days=quota.days - 1)
    count = 0
    for each in tried:
        then = local_time(each, zone)
        minute = then.hour * 60 + then.minute
        inside = part.begins <= minute < part.ends
        count += inside and since <= then.date() <= here.date()
    return count >= part.most


@settings(deadline=None)
@given(
    quotas(),
    st.sampled_from(ZONES),
    st.integers(0, 1),
    st.integers(-3 * 1440, 3 * 1440),
    st.lists(st.integers(0, 40 * 1440), max_size=40),
)
def test_what_is_free_is_in_a_part_with_attempts_left_over_every_change_of_clocks(
    quota: DayParts, zone: str, edge: int, around: int, ago: list[int]
) -> None:
    now = EDGES[zone][edge] + around * MINUTE
    tried = [now - each * MINUTE for each in ago]
    found = next_free(quota, tried, now, zone)
    if found is None:
        # Only a clock that leaves out every part of a day could do so, and not for days.
        raise AssertionError("a lead would be lost")
    assert found >= now
    assert not used(quota, tried, found, zone)
    assert found <= now + (quota.days + 3) * DAY
    for step in range(0, min(found - now, 3 * DAY), 30 * MINUTE):
        earlier = now + step
        if part_at(quota.parts, earlier, zone) is not None and earlier < found - HOUR:
            again = local_time(earlier, zone).fold  # the second pass of an hour may be let go by
            assert again or used(quota, tried, earlier, zone)


@settings(deadline=None)
@given(quotas(), st.sampled_from(ZONES), st.integers(0, 1), st.integers(1, 300))
def test_a_lead_that_is_tried_whenever_it_may_never_exceeds_its_quota_and_never_stops(
    quota: DayParts, zone: str, edge: int, step: int
) -> None:
    now = EDGES[zone][edge] - 3 * DAY
    tried: list[int] = []
    for _ in range(30):
        found = next_free(quota, tried, now, zone)
        assert found is not None
        assert not used(quota, tried, found, zone)
        tried.append(found)
        now = found + step * MINUTE
    for each in tried:
        others = [other for other in tried if other < each]
        assert not used(quota, others, each, zone)


QUOTA = DayParts(days=5, parts=usual(most=1))
EVENINGS = DayParts(days=5, parts=(DayPart(name="evening", begins=1020, ends=1200, most=1),))


def tries(*when: str, number_: str = "+12125550123", verdict: str = "no_answer") -> Facts:
    """Attempts at these times, in the clock of New York."""
    made = sorted((at(text) for text in when), reverse=True)
    return Facts(attempts=tuple((each, number_, "sales", verdict) for each in made))


def test_the_gate_lets_nobody_be_tried_more_often_than_a_part_has() -> None:
    by = campaign(day_parts=QUOTA)
    morning = at("2026-11-18T10:00")
    assert ask(by=by, now=morning).allowed
    verdict = ask(by=by, now=morning, facts=tries("2026-11-16T09:00"))
    assert (verdict.reasons, verdict.next_at) == (
        ("day_part:morning",),
        at("2026-11-18T12:00"),
    )
    other = tries("2026-11-16T09:00", number_="+12125550199")
    assert not ask(by=by, now=morning, facts=other).allowed, "the party's other number"
    assert ask(by=campaign(), now=morning, facts=tries("2026-11-16T09:00")).allowed


def test_the_gate_names_when_parts_and_law_both_let_go() -> None:
    all_used = tries("2026-11-16T09:00", "2026-11-17T13:00", "2026-11-18T18:00")
    by = campaign(day_parts=QUOTA)
    wait = ask(by=by, now=at("2026-11-18T19:00"), facts=all_used)
    assert (wait.reasons, wait.next_at) == (("day_part:evening",), at("2026-11-21T08:00"))
    from_ten = policy(hours=((600, 1260),) * 7)
    later = ask(from_ten, by=by, now=at("2026-11-18T19:00"), facts=all_used)
    assert later.next_at == at("2026-11-21T10:00")
    between = ask(by=campaign(day_parts=EVENINGS), now=at("2026-11-18T13:00"))
    assert (between.reasons, between.next_at) == (("no_day_part",), at("2026-11-18T17:00"))
    closed = ask(from_ten, by=campaign(day_parts=EVENINGS), now=at("2026-11-18T08:00"))
    assert closed.reasons == ("no_day_part", "hours")
    assert closed.next_at == at("2026-11-18T17:00")


def test_a_part_outside_every_legal_hour_loses_nobody() -> None:
    until_five = policy(hours=((480, 1020),) * 7)
    verdict = ask(until_five, by=campaign(day_parts=EVENINGS), now=at("2026-11-18T10:00"))
    assert not verdict.allowed
    assert verdict.next_at is not None
    assert at("2026-11-18T10:00") < verdict.next_at <= at("2026-11-20T10:00")


def test_what_somebody_asked_for_is_counted_and_not_held() -> None:
    by = campaign(day_parts=QUOTA)
    facts = tries("2026-11-16T09:00")
    morning = at("2026-11-18T10:00")
    for source in (Source.MANUAL, Source.CALLBACK):
        assert ask(by=by, now=morning, facts=facts, source=source).allowed
    for source in (Source.PREVIEW, Source.AGENTLESS):
        assert not ask(by=by, now=morning, facts=facts, source=source).allowed


@pytest.mark.parametrize("verdict", sorted(each.value for each in NOT_TRIED))
def test_what_never_went_out_or_was_taken_back_uses_nothing_up(verdict: str) -> None:
    facts = tries("2026-11-16T09:00", "2026-11-18T09:00", verdict=verdict)
    assert ask(by=campaign(day_parts=QUOTA), now=at("2026-11-18T10:00"), facts=facts).allowed

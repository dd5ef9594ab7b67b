"""What becomes of a lead: retries, numbers, parts of the day, and who asked not to be called."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from dialer import day_parts
from dialer.attempt import AttemptEnd, Verdict
from dialer.campaign import CampaignSettings, DispositionRule, Mode, RetryRule
from dialer.day_parts import DayPart, DayParts
from dialer.ids import AttemptId, CampaignId, LeadId, ListId, PartyId
from dialer.lead import Callback, Lead, LeadNumber, LeadState
from dialer.recycling import after_disposition, after_verdict, choose_number

MINUTE = 60_000_000
HOUR = 60 * MINUTE
HOME, WORK = "+12025550100", "+12025550101"
ZONE = "America/New_York"


def instant(*local: int, zone: str = ZONE) -> int:
    return int(datetime(*local, tzinfo=ZoneInfo(zone)).timestamp() * 1e6)  # type: ignore[arg-type,misc]


NOW = instant(2026, 11, 23, 10)


def settings(**rest: object) -> CampaignSettings:
    made = CampaignSettings(
        campaign=CampaignId("c"),
        label="c",
        seller="s",
        queue="q",
        mode=Mode.PROGRESSIVE,
        flow="f",
        lists=(),
        caller_ids=(),
    )
    return replace(made, **rest)  # type: ignore[arg-type]


def lead(**rest: object) -> Lead:
    made = Lead(
        lead=LeadId("l"),
        party=PartyId("p"),
        list=ListId("list"),
        token=1,
        numbers=(
            LeadNumber(number=HOME, rank=1, zones=(ZONE,)),
            LeadNumber(number=WORK, rank=2, zones=(ZONE,)),
        ),
    )
    return replace(made, **rest)  # type: ignore[arg-type]


def over(verdict: Verdict, at: int = NOW, **rest: object) -> AttemptEnd:
    end = AttemptEnd(attempt=AttemptId("d-l-1"), at=at, verdict=verdict, ringing_at=at - MINUTE)
    return replace(end, **rest)  # type: ignore[arg-type]


def test_a_busy_number_is_tried_again_after_its_delay_which_grows() -> None:
    rule = RetryRule(delay_us=10 * MINUTE, attempts=9, backoff=2.0, most_us=30 * MINUTE)
    here = settings(verdicts={"busy": rule})
    delays = []
    for before in range(4):
        then = after_verdict(here, lead(outcomes={"busy": before}), HOME, over(Verdict.BUSY))
        assert then.due_at is not None
        delays.append((then.due_at - NOW) / MINUTE)
    for delay, least in zip(delays, (10, 20, 30, 30), strict=True):
        assert least <= delay <= least * 1.1


def test_attempts_of_a_kind_are_used_up() -> None:
    here = settings(verdicts={"busy": RetryRule(delay_us=MINUTE, attempts=2)})
    for before, state in ((0, LeadState.OPEN), (1, LeadState.OPEN), (2, LeadState.EXHAUSTED)):
        then = after_verdict(here, lead(outcomes={"busy": before}), HOME, over(Verdict.BUSY))
        assert then.state is state
    others = after_verdict(here, lead(outcomes={"machine": 7}), HOME, over(Verdict.BUSY))
    assert others.state is LeadState.OPEN


def test_nobody_is_tried_again_when_a_rule_allows_no_attempt() -> None:
    here = settings(verdicts={"machine": RetryRule(delay_us=MINUTE, attempts=0)})
    assert after_verdict(here, lead(), HOME, over(Verdict.MACHINE)).state is LeadState.EXHAUSTED


def test_the_next_number_is_tried_at_once_and_then_the_delay_holds() -> None:
    here = settings(
        verdicts={"no_answer": RetryRule(delay_us=4 * HOUR, attempts=9, next_number=True)}
    )
    first = after_verdict(here, lead(), HOME, over(Verdict.NO_ANSWER))
    assert first.due_at is not None
    assert first.due_at - NOW < MINUTE
    tried = replace(lead().numbers[0], attempts=1)
    again = lead(numbers=(tried, lead().numbers[1]), outcomes={"no_answer": 1})
    chosen = choose_number(again)
    assert chosen is not None
    assert chosen.number == WORK
    second = after_verdict(here, again, WORK, over(Verdict.NO_ANSWER))
    assert second.due_at is not None
    assert second.due_at - NOW >= 4 * HOUR


def test_a_number_that_is_none_gives_way_to_the_next_or_to_a_person() -> None:
    then = after_verdict(settings(), lead(), HOME, over(Verdict.INVALID))
    assert (then.state, then.number_dead) == (LeadState.OPEN, True)
    single = lead(numbers=lead().numbers[:1])
    then = after_verdict(settings(), single, HOME, over(Verdict.INVALID))
    assert (then.state, then.number_dead, then.due_at) == (LeadState.PARKED, True, None)


def test_the_least_tried_number_is_dialled_and_a_callback_has_its_own() -> None:
    home, work = lead().numbers
    assert choose_number(lead()) == home
    tired = lead(numbers=(replace(home, attempts=2), work))
    assert choose_number(tired) == work
    assert choose_number(lead(numbers=(replace(home, dead=True), work))) == work
    promised = Callback(lead=LeadId("l"), due_at=0, local="", zone=ZONE, number=WORK)
    assert choose_number(lead(callback=promised)) == work
    assert choose_number(lead(numbers=())) is None


def test_another_part_of_the_day_is_chosen_and_the_least_tried_one() -> None:
    rule = RetryRule(delay_us=HOUR, attempts=9, spread=True)
    here = settings(verdicts={"no_answer": rule})
    then = after_verdict(here, lead(), HOME, over(Verdict.NO_ANSWER))
    assert then.due_at == instant(2026, 11, 23, 12), "the morning was tried"
    afternoon = instant(2026, 11, 22, 14)
    then = after_verdict(here, lead(tried_at=(afternoon,)), HOME, over(Verdict.NO_ANSWER))
    assert then.due_at == instant(2026, 11, 23, 17), "morning and afternoon were"
    evening = instant(2026, 11, 21, 18)
    all_tried = lead(tried_at=(afternoon, evening))
    then = after_verdict(here, all_tried, HOME, over(Verdict.NO_ANSWER))
    assert then.due_at is not None
    assert instant(2026, 11, 23, 11) <= then.due_at < instant(2026, 11, 23, 12)


@given(st.integers(0, 400), st.integers(1, 48), st.booleans())
def test_a_lead_never_comes_back_before_its_delay(hours: int, delay: int, spread: bool) -> None:
    at = instant(2026, 3, 1, 0) + hours * HOUR
    rule = RetryRule(delay_us=delay * HOUR, attempts=99, spread=spread)
    then = after_verdict(
        settings(verdicts={"no_answer": rule}), lead(), HOME, over(Verdict.NO_ANSWER, at)
    )
    assert then.due_at is not None
    assert at + delay * HOUR <= then.due_at <= at + (delay * 1.1 + 49) * HOUR


def test_calls_that_ended_together_do_not_come_back_together() -> None:
    ends = [replace(over(Verdict.BUSY), attempt=AttemptId(f"d-l{n}-1")) for n in range(50)]
    due = {after_verdict(settings(), lead(), HOME, end).due_at for end in ends}
    assert len(due) > 40


def test_who_was_rung_off_before_it_rang_is_due_at_once() -> None:
    then = after_verdict(settings(), lead(), HOME, over(Verdict.CANCELLED, ringing_at=None))
    assert (then.state, then.due_at) == (LeadState.OPEN, NOW)
    rang = after_verdict(settings(), lead(), HOME, over(Verdict.CANCELLED))
    assert rang.due_at is not None
    assert rang.due_at >= NOW + 30 * MINUTE


def test_an_abandoned_person_is_left_alone_for_three_days_and_so_is_a_lost_one() -> None:
    for verdict in (Verdict.ABANDONED, Verdict.LOST):
        then = after_verdict(settings(), lead(), HOME, over(verdict))
        assert then.due_at is not None
        assert then.due_at >= NOW + 72 * HOUR


def test_a_talk_is_the_end_unless_the_agent_says_otherwise() -> None:
    again = RetryRule(delay_us=HOUR, attempts=3)
    here = settings(
        dispositions={
            "sold": DispositionRule(code="sold", success=True, contact=True),
            "later": DispositionRule(code="later", contact=True, retry=again),
        }
    )
    end = over(Verdict.CONNECTED)
    assert after_verdict(here, lead(), HOME, end).state is LeadState.DONE
    sold = after_disposition(here, lead(), HOME, end, "sold")
    assert (sold.state, sold.success) == (LeadState.DONE, True)
    later = after_disposition(here, lead(), HOME, end, "later")
    assert later.state is LeadState.OPEN
    used_up = lead(outcomes={"disposition:later": 3})
    assert after_disposition(here, used_up, HOME, end, "later").state is LeadState.EXHAUSTED


def test_a_disposition_that_nobody_defined_parks_the_lead() -> None:
    then = after_disposition(settings(), lead(), HOME, over(Verdict.CONNECTED), "whatever")
    assert (then.state, then.due_at) == (LeadState.PARKED, None)


@given(
    code=st.text(min_size=1, max_size=12),
    scope=st.sampled_from(["global", "seller", "campaign", "list"]),
    retry=st.none() | st.just(RetryRule(delay_us=MINUTE, attempts=99)),
    success=st.booleans(),
    verdict=st.sampled_from(Verdict),
)
def test_who_asked_not_to_be_called_is_suppressed_whatever_the_disposition_is_named(
    code: str, scope: str, retry: RetryRule | None, success: bool, verdict: Verdict
) -> None:
    rule = DispositionRule(code="named otherwise", suppress=scope, retry=retry, success=success)
    here = settings(dispositions={code: rule})
    then = after_disposition(here, lead(), HOME, over(verdict), code)
    assert (then.state, then.suppress, then.due_at) == (LeadState.SUPPRESSED, scope, None)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_key_to_opt_out_suppresses_after_any_verdict_and_disposition(verdict: Verdict) -> None:
    end = over(verdict, opted_out=True)
    assert after_verdict(settings(), lead(), HOME, end).suppress == "seller"
    again = DispositionRule(code="x", retry=RetryRule(delay_us=1, attempts=99))
    then = after_disposition(settings(dispositions={"x": again}), lead(), HOME, end, "x")
    assert (then.state, then.suppress) == (LeadState.SUPPRESSED, "seller")


def test_parts_of_the_day_are_the_partys_own_on_the_day_clocks_change() -> None:
    rule = RetryRule(delay_us=HOUR, attempts=9, spread=True)
    at = instant(2026, 10, 31, 20)
    then = after_verdict(
        settings(verdicts={"no_answer": rule}), lead(), HOME, over(Verdict.NO_ANSWER, at)
    )
    assert then.due_at is not None
    local = datetime.fromtimestamp(then.due_at / 1e6, ZoneInfo(ZONE))
    assert (local.day, local.hour, local.minute) == (1, 8, 0)
    assert datetime.fromtimestamp(then.due_at / 1e6, UTC).hour == 13


QUOTA = DayParts(days=3, parts=day_parts.usual(most=1))


def test_a_retry_is_put_where_the_campaigns_parts_of_the_day_have_an_attempt_left() -> None:
    rule = RetryRule(delay_us=HOUR, attempts=9, next_number=True)
    here = settings(verdicts={"no_answer": rule, "failed": rule}, day_parts=QUOTA)
    alone = lead(numbers=lead().numbers[:1])
    then = after_verdict(here, alone, HOME, over(Verdict.NO_ANSWER))
    assert then.due_at == instant(2026, 11, 23, 12), "the morning is used up"
    afternoon, evening = instant(2026, 11, 22, 14), instant(2026, 11, 21, 18)
    tried = replace(alone, tried_at=(afternoon, evening), tried=2)
    then = after_verdict(here, tried, HOME, over(Verdict.NO_ANSWER))
    assert (then.state, then.due_at) == (LeadState.OPEN, instant(2026, 11, 24, 17))
    both = lead(numbers=(replace(lead().numbers[0]), lead().numbers[1]))
    then = after_verdict(here, both, HOME, over(Verdict.NO_ANSWER))
    assert then.due_at == instant(2026, 11, 23, 12), "the next number is the same person's"
    then = after_verdict(here, alone, HOME, over(Verdict.FAILED))
    assert then.due_at is not None
    assert then.due_at < instant(2026, 11, 23, 12), "it never went out"


def test_a_retry_is_spread_over_the_parts_that_the_campaign_names() -> None:
    parts = (
        DayPart(name="early", begins=480, ends=660, most=9),
        DayPart(name="late", begins=900, ends=1200, most=9),
    )
    rule = RetryRule(delay_us=HOUR // 2, attempts=9, spread=True)
    here = settings(verdicts={"no_answer": rule}, day_parts=DayParts(days=5, parts=parts))
    then = after_verdict(here, lead(), HOME, over(Verdict.NO_ANSWER))
    assert then.due_at == instant(2026, 11, 23, 15)


@examples(deadline=None)
@given(st.integers(0, 400), st.lists(st.integers(1, 200), max_size=12), st.booleans())
def test_a_lead_is_never_used_up_for_its_parts_of_the_day_alone(
    hours: int, ago: list[int], spread: bool
) -> None:
    at = instant(2026, 10, 25, 0) + hours * HOUR
    rule = RetryRule(delay_us=HOUR, attempts=99, spread=spread)
    here = settings(verdicts={"no_answer": rule}, day_parts=QUOTA)
    tried = lead(tried_at=tuple(at - each * HOUR for each in sorted(ago)), tried=len(ago))
    then = after_verdict(here, tried, HOME, over(Verdict.NO_ANSWER, at))
    assert then.state is LeadState.OPEN
    assert then.due_at is not None
    assert at + HOUR <= then.due_at <= at + 5 * 24 * HOUR
    assert day_parts.next_free(QUOTA, (at, *tried.tried_at), then.due_at, ZONE) == then.due_at

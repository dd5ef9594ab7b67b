"""The gate: every reason not to call, and until when it holds."""

import pytest

from dialer.attempt import Source
from dialer.campaign import CallerId, Mode, OnMachine
from dialer.gate import MARGIN_US, lawful
from dialer.ids import PolicyId
from dialer.lead import NumberKind
from dialer.policy import AttemptCap, Facts
from tests.dialer.gate_samples import DAY, HOUR, NOON, SHOWN, ask, at, campaign, number, policy


def test_a_call_that_nothing_forbids_may_be_made() -> None:
    verdict = ask()
    assert verdict.allowed
    assert (verdict.reasons, verdict.next_at, verdict.policies) == ((), None, ("us",))


@pytest.mark.parametrize(
    "scope", ["global", "seller", "campaign", "list", "region", "dnc:us_national", "anything"]
)
def test_a_suppression_of_any_scope_forbids_for_good(scope: str) -> None:
    verdict = ask(facts=Facts(suppressed=((scope, NOON - 1),)))
    assert verdict.reasons == (f"suppressed:{scope}",)
    assert verdict.next_at is None


def test_a_permission_lifts_the_public_list_it_names_and_nothing_else() -> None:
    facts = Facts(
        suppressed=(("dnc:us_national", 1), ("dnc:us_tx", 1), ("seller", 1)),
        consents=(("permission:us_national", 2), ("permission:seller", 2)),
    )
    assert ask(facts=facts).reasons == ("suppressed:dnc:us_tx", "suppressed:seller")


def test_outside_the_hours_the_next_window_is_named() -> None:
    verdict = ask(now=at("2026-11-18T21:00"))
    assert verdict.reasons == ("hours",)
    assert verdict.next_at == at("2026-11-19T08:00")
    assert ask(now=at("2026-11-18T20:59:57")).allowed


def test_hours_that_end_before_a_call_can_begin_are_passed_over() -> None:
    late, law = at("2026-11-18T20:59:50"), (policy(),)
    assert lawful(late, NOON, number(), law, MARGIN_US) == late
    assert lawful(late, NOON, number(), law, 30_000_000) == at("2026-11-19T08:00")
    closed = (policy(hours=(None,) * 7),)
    assert lawful(late, NOON, number(), closed, MARGIN_US) is None


def test_a_call_that_may_reach_the_line_after_hours_is_not_begun() -> None:
    verdict = ask(now=at("2026-11-18T20:59:58"))
    assert (verdict.reasons, verdict.next_at) == (("hours",), at("2026-11-19T08:00"))


def test_who_is_shown_to_an_agent_first_is_called_in_hours_after_the_look_too() -> None:
    slow = campaign(preview_us=60_000_000)
    late = at("2026-11-18T20:59")
    assert ask(by=slow, now=late).allowed
    shown = ask(by=slow, now=late, source=Source.PREVIEW)
    assert (shown.reasons, shown.next_at) == (("hours",), at("2026-11-19T08:00"))
    minute = policy(hours=((480, 481),) * 7)
    never = ask(minute, by=slow, now=late, source=Source.PREVIEW)
    assert (never.reasons, never.next_at) == (("hours",), None)


def test_hours_are_those_of_every_zone_the_party_may_be_in() -> None:
    where = number(zones=("America/New_York", "America/Los_Angeles"))
    early = ask(to=where, now=at("2026-11-18T08:30"))
    assert early.next_at == at("2026-11-18T11:00")
    assert not ask(to=where, now=at("2026-11-18T21:00")).allowed


def test_hours_of_every_policy_hold_together() -> None:
    state = policy("ny", "US-NY", hours=((600, 1200),) * 7)
    assert ask(policy(), state, now=at("2026-11-18T08:30")).next_at == at("2026-11-18T10:00")


@pytest.mark.parametrize("zones", [(), ("Mars/Olympus",), ("America/New_York", "../etc/passwd")])
def test_a_party_in_no_known_zone_is_not_called(zones: tuple[str, ...]) -> None:
    verdict = ask(to=number(zones=zones))
    assert "zone_unknown" in verdict.reasons
    assert verdict.next_at is None


def test_where_nobody_says_any_hours_nobody_is_called() -> None:
    assert ask(policy(hours=())).reasons == ("hours",)


def test_where_no_policy_holds_nobody_is_called() -> None:
    verdict = ask(policy("gb", "GB"))
    assert "policy:none" in verdict.reasons


def test_a_policy_that_the_campaign_names_holds_everywhere_and_must_be_there() -> None:
    by = campaign(policies=(PolicyId("house"),))
    strict = policy("house", "GB", hours=((600, 660),) * 7)
    assert ask(policy(), strict, by=by).reasons == ("hours",)
    assert ask(policy(), by=by).reasons == ("policy:house",)
    assert ask(policy(), by=by).next_at == NOON + HOUR


def test_a_policy_of_another_purpose_does_not_hold() -> None:
    debt = policy("reg-f", purposes=("debt",), hours=((0, 1),) * 7)
    assert ask(policy(), debt).allowed
    assert not ask(policy(), debt, by=campaign(purpose="debt")).allowed


def test_of_an_unknown_region_every_policy_holds() -> None:
    florida = policy("fl", "US-FL", hours=((480, 1200),) * 7)
    late = at("2026-11-18T20:30")
    assert ask(policy(), florida, now=late).allowed
    for region in ("US", "", "US-FL"):
        assert not ask(policy(), florida, now=late, to=number(region=region)).allowed


def test_a_cap_lets_one_more_through_when_the_oldest_call_leaves_it() -> None:
    capped = policy(caps=(AttemptCap(most=3, hours=24),))
    times = [NOON - 20 * HOUR, NOON - 3 * HOUR, NOON - HOUR]
    facts = Facts(attempts=tuple((t, "+12125550123", "sales", "busy") for t in times))
    verdict = ask(capped, facts=facts)
    assert verdict.reasons == ("cap:us",)
    assert verdict.next_at == NOON + 4 * HOUR
    assert ask(capped, facts=facts, now=NOON + 4 * HOUR).allowed
    assert not ask(capped, facts=facts, now=NOON + 4 * HOUR - 1).allowed


def test_a_cap_that_lets_go_at_night_waits_for_the_morning() -> None:
    capped = policy(caps=(AttemptCap(most=1, hours=12),))
    facts = Facts(attempts=((NOON - HOUR, "+12125550123", "sales", "busy"),))
    assert ask(capped, facts=facts).next_at == at("2026-11-19T08:00")


@pytest.mark.parametrize(
    ("key", "forbids"), [("number", False), ("party", True), ("subject", False)]
)
def test_a_cap_counts_by_its_key(key: str, forbids: bool) -> None:
    capped = policy(caps=(AttemptCap(most=1, hours=24, key=key),))
    facts = Facts(attempts=((NOON - HOUR, "+12125550199", "survey", "no_answer"),))
    assert ask(capped, facts=facts).allowed is not forbids


def test_a_cap_of_a_day_is_that_of_the_party() -> None:
    capped = policy(caps=(AttemptCap(most=1, hours=0),))
    evening, morning = at("2026-11-17T20:00"), at("2026-11-18T09:00")
    called = Facts(attempts=((evening, "+12125550123", "sales", "busy"),))
    assert ask(capped, facts=called, now=morning).allowed
    called = Facts(attempts=((morning, "+12125550123", "sales", "busy"),))
    assert ask(capped, facts=called).next_at == at("2026-11-19T08:00")


def test_after_a_conversation_it_is_quiet() -> None:
    debt = policy(quiet_after_contact_us=7 * DAY)
    verdict = ask(debt, facts=Facts(contacted_at=NOON - DAY))
    assert verdict.reasons == ("quiet:us",)
    assert verdict.next_at == NOON + 6 * DAY


def test_after_an_abandoned_call_only_with_a_guaranteed_agent() -> None:
    locked = policy(lock_abandoned_us=72 * HOUR)
    facts = Facts(abandoned_at=NOON - HOUR)
    verdict = ask(locked, facts=facts)
    assert (verdict.reasons, verdict.needs_agent) == (("lock_abandoned",), True)
    assert verdict.next_at == NOON + 71 * HOUR
    with_agent = ask(locked, facts=facts, guaranteed_agent=True)
    assert (with_agent.allowed, with_agent.needs_agent) == (True, True)


def test_after_a_machine_the_same_day_only_with_a_guaranteed_agent() -> None:
    locked = policy(lock_machine_same_day=True)
    facts = Facts(machine_at=at("2026-11-18T08:01"))
    verdict = ask(locked, facts=facts)
    assert verdict.reasons == ("lock_machine",)
    assert verdict.next_at == at("2026-11-19T08:00")
    assert ask(locked, facts=facts, guaranteed_agent=True).allowed
    assert ask(locked, facts=Facts(machine_at=at("2026-11-17T20:59"))).allowed


def test_a_list_that_was_scrubbed_too_long_ago_or_never_forbids() -> None:
    listed = policy(dnc=(("us_national", 31),))
    assert ask(listed).reasons == ("dnc_stale:us_national",)
    assert ask(listed).next_at == NOON + HOUR
    assert ask(listed, facts=Facts(scrubbed=(("us_national", NOON - 31 * DAY),))).reasons
    assert ask(listed, facts=Facts(scrubbed=(("us_national", NOON - 30 * DAY),))).allowed
    assert not ask(listed, facts=Facts(scrubbed=(("us_national", NOON + 400 * DAY),))).allowed


def test_a_number_that_has_another_owner_is_not_called_whatever_the_policies() -> None:
    verdict = ask(facts=Facts(rnd=("yes", NOON - DAY)))
    assert (verdict.reasons, verdict.next_at) == (("rnd",), None)


@pytest.mark.parametrize("rnd", [None, ("no", NOON - 40 * DAY), ("no_data", NOON - DAY)])
def test_without_a_fresh_no_the_owner_is_not_known(rnd: tuple[str, int] | None) -> None:
    asked = policy(rnd_days=31)
    assert ask(asked, facts=Facts(rnd=rnd)).reasons == ("rnd",)
    assert ask(asked, facts=Facts(rnd=("no", NOON - DAY))).allowed


def test_recorded_calls_need_the_consent_that_the_law_names() -> None:
    asks = policy(consent=(("agentless", "prerecorded_written"), ("machine_drop", "prerecorded")))
    agentless = campaign(mode=Mode.AGENTLESS)
    drop = campaign(on_machine=OnMachine.DROP)
    assert ask(asks).allowed
    assert ask(asks, by=agentless).reasons == ("consent:prerecorded_written",)
    assert ask(asks, by=drop).reasons == ("consent:prerecorded",)
    written = Facts(consents=(("prerecorded_written", 1),))
    assert ask(asks, by=agentless, facts=written).allowed
    assert ask(asks, by=drop, facts=written).allowed
    spoken = Facts(consents=(("prerecorded", 1),))
    assert not ask(asks, by=agentless, facts=spoken).allowed


def test_what_may_be_a_mobile_is_called_by_hand_without_consent() -> None:
    asks = policy(consent=(("mobile", "express"),))
    for kind in (NumberKind.MOBILE, NumberKind.UNKNOWN):
        to = number(kind=kind)
        assert ask(asks, to=to).reasons == ("consent:express",)
        assert ask(asks, to=to, source=Source.PREVIEW).allowed
    assert ask(asks).allowed


def test_nobody_is_called_on_two_lines_at_once() -> None:
    verdict = ask(facts=Facts(open=True))
    assert verdict.reasons == ("open_attempt",)
    assert verdict.next_at == NOON + 60_000_000


def test_a_number_that_is_none_is_not_called() -> None:
    assert ask(to=number(dead=True)).reasons == ("dead_number",)
    assert ask(to=number(number="2125550123")).reasons == ("number",)


@pytest.mark.parametrize(
    ("mine", "reason"),
    [
        (CallerId(number="+12125550177", proof="x", valid_until=NOON + DAY), "caller_id"),
        (CallerId(number=SHOWN, valid_until=NOON + DAY), "caller_id:proof"),
        (CallerId(number=SHOWN, proof="x"), "caller_id:expired"),
        (CallerId(number=SHOWN, proof="x", valid_until=NOON), "caller_id:expired"),
        (
            CallerId(number=SHOWN, proof="x", valid_until=NOON + DAY, regions=("US-NJ",)),
            "caller_id:region",
        ),
        (
            CallerId(number=SHOWN, proof="x", valid_until=NOON + DAY, daily_cap=5),
            "caller_id:daily_cap",
        ),
    ],
)
def test_only_a_number_that_is_ours_is_shown(mine: CallerId, reason: str) -> None:
    verdict = ask(by=campaign(caller_ids=(mine,)), facts=Facts(shown_today=5))
    assert verdict.reasons == (reason,)
    assert verdict.next_at == NOON + HOUR


def test_everything_that_forbids_is_named_at_once() -> None:
    capped = policy(caps=(AttemptCap(most=1, hours=24),), lock_abandoned_us=72 * HOUR)
    late = at("2026-11-18T22:00")
    facts = Facts(
        attempts=((late - HOUR, "+12125550123", "sales", "abandoned"),), abandoned_at=late - HOUR
    )
    verdict = ask(capped, facts=facts, now=late)
    assert set(verdict.reasons) == {"cap:us", "lock_abandoned", "hours"}
    assert verdict.next_at == at("2026-11-21T21:00") + 11 * HOUR

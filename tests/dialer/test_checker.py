"""The checker: every rule, broken once, is found; a log of good calls is found good."""

from dataclasses import replace

import pytest

from dialer.attempt import Source, Verdict
from dialer.campaign import CallerId, CampaignSettings, Mode, OnMachine
from dialer.check_log import Agreed, Barred, Ended, Logged, Opened, OwnerAsked, Placed, Scrubbed
from dialer.checker import check
from dialer.day_parts import DayPart, DayParts
from dialer.ids import AttemptId, ListId, PartyId, PolicyId
from dialer.lead import NumberKind
from dialer.policy import AttemptCap, Policy
from tests.dialer.gate_samples import DAY, HOUR, NEW_YORK, NOON, SHOWN, at, campaign, policy

SECOND = 1_000_000


def opened(name: str = "a1", when: int = NOON, **changes: object) -> Opened:
    made = Opened(
        at=when,
        attempt=AttemptId(name),
        campaign=campaign().campaign,
        list=ListId("spring-list"),
        party=PartyId("ann"),
        number="+12125550123",
        kind=NumberKind.LANDLINE,
        region="US-NY",
        zones=(NEW_YORK,),
        caller_id=SHOWN,
        source=Source.AUTO,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def placed(name: str = "a1", when: int = NOON + 1, **changes: object) -> Placed:
    made = Placed(at=when, attempt=AttemptId(name), number="+12125550123", caller_id=SHOWN)
    return replace(made, **changes)  # type: ignore[arg-type]


def call(name: str = "a1", when: int = NOON, **changes: object) -> list[Logged]:
    return [opened(name, when, **changes), placed(name, when + 1)]


def over(
    verdict: Verdict = Verdict.BUSY, name: str = "a1", when: int = NOON + 60 * SECOND
) -> Ended:
    return Ended(at=when, attempt=AttemptId(name), verdict=verdict)


def rules(
    *log: Logged, law: tuple[Policy, ...] = (policy(),), by: CampaignSettings | None = None
) -> list[str]:
    made = by or campaign()
    return sorted({v.rule for v in check(log, law, {made.campaign: made})})


def test_a_good_call_is_good() -> None:
    assert rules(*call(), over(), *call("a2", NOON + HOUR)) == []


ORDER: dict[str, list[Logged]] = {
    "no_gate": [placed()],
    "late": [opened(), placed(when=NOON + 2 * SECOND + 1)],
    "twice": [opened(), placed(), placed(when=NOON + 2)],
    "wrong_number": [opened(), placed(number="+12125550199")],
    "two_lines": [*call(), *call("a2", NOON + 5)],
}


@pytest.mark.parametrize("rule", ORDER)
def test_calls_out_of_order_are_found(rule: str) -> None:
    assert rule in rules(*ORDER[rule])


def test_two_numbers_of_a_party_at_once_and_two_parties_of_a_number_are_two_lines() -> None:
    other = opened("a2", NOON + 5, number="+12125550199")
    assert rules(*call(), other, placed("a2", NOON + 6, number="+12125550199")) == ["two_lines"]
    assert rules(*call(), *call("a2", NOON + 5, party=PartyId("bob"))) == ["two_lines"]


BARS = [
    Barred(at=NOON - 9, kind="number", value="+12125550123"),
    Barred(at=NOON - 9, kind="party", value="ann"),
    Barred(at=NOON - 9, kind="prefix", value="+1212"),
    Barred(at=NOON - 9, kind="party", value="ann", scope="seller", whose="acme"),
    Barred(at=NOON - 9, kind="party", value="ann", scope="campaign", whose="spring"),
    Barred(at=NOON - 9, kind="party", value="ann", scope="list", whose="spring-list"),
    Barred(at=NOON - 9, kind="number", value="+12125550123", source="us_national"),
]


@pytest.mark.parametrize("bar", BARS)
def test_a_call_against_a_suppression_is_found_until_it_is_lifted(bar: Barred) -> None:
    assert rules(bar, *call()) == ["suppressed"]
    assert rules(bar, replace(bar, at=NOON - 5, lifted=True), *call()) == []
    if bar.scope != "global":
        assert rules(replace(bar, whose="another"), *call()) == []


def test_a_suppression_is_heeded_within_a_second_of_the_gate() -> None:
    bar = replace(BARS[0], at=NOON + 1)
    assert rules(opened(), bar, placed(when=NOON + SECOND)) == []
    assert rules(opened(), bar, placed(when=NOON + SECOND + 1)) == ["suppressed"]


def test_a_permission_lifts_the_public_list_it_names() -> None:
    def permitted(kind: str) -> Agreed:
        return Agreed(
            at=NOON - 5, party=PartyId("ann"), type=kind, given_at=1, seller="acme", proof="form"
        )

    assert rules(BARS[-1], permitted("permission:us_national"), *call()) == []
    assert rules(BARS[-1], permitted("permission:us_tx"), *call()) == ["suppressed"]


@pytest.mark.parametrize(
    ("when", "found"),
    [
        (at("2026-11-18T07:59"), True),
        (at("2026-11-18T08:00"), False),
        (at("2026-11-18T20:59:59"), False),
        (at("2026-11-18T21:00"), True),
    ],
)
def test_a_call_outside_the_hours_is_found(when: int, found: bool) -> None:
    assert rules(*call(when=when)) == (["window"] if found else [])
    two_zones = call(when=when, zones=(NEW_YORK, "America/Los_Angeles"))
    assert ("window" in rules(*two_zones)) is (found or when < at("2026-11-18T11:00"))


def test_a_call_on_a_holiday_or_after_they_are_known_is_found() -> None:
    assert rules(*call(), law=(policy(holidays=("2026-11-18",)),)) == ["window"]
    ends = policy(holidays=("2026-01-01",), holidays_until="2026-11-18")
    assert rules(*call(), law=(ends,)) == ["window"]


def test_a_call_under_no_law_is_found() -> None:
    assert "no_law" in rules(*call(), law=(policy("gb", "GB"),))
    assert "no_law" in rules(*call(), law=(policy(hours=()),))
    assert "no_law" in rules(*call(zones=()))


def test_a_law_holds_where_somebody_may_be_and_not_where_it_excepts() -> None:
    night = policy("fl", "US-FL", hours=((0, 1),) * 7)
    assert rules(*call(), law=(policy(), night)) == []
    assert rules(*call(region="US"), law=(policy(), night)) == ["window"]
    assert rules(*call(region=""), law=(policy(), night)) == ["window"]
    everywhere = policy("house", "*", except_in=("US",), hours=((0, 1),) * 7)
    assert rules(*call(), law=(policy(), everywhere)) == []
    named = campaign(policies=(PolicyId("fl"),))
    assert rules(*call(), law=(policy(), night), by=named) == ["window"]


@pytest.mark.parametrize("cap", [AttemptCap(most=1, hours=24), AttemptCap(most=1, hours=0)])
def test_a_call_over_a_cap_is_found_whatever_its_source(cap: AttemptCap) -> None:
    law = (policy(caps=(cap,)),)
    first = call(source=Source.CALLBACK)
    assert rules(*first, over(), *call("a2", NOON + HOUR), law=law) == ["cap"]
    assert rules(*first, over(), *call("a2", NOON + 24 * HOUR), law=law) == []


def test_a_cap_of_the_party_counts_its_other_numbers() -> None:
    law = (policy(caps=(AttemptCap(most=1, hours=24, key="party"),)),)
    other = [opened("a2", NOON + HOUR, number="+12125550199")]
    other_placed = placed("a2", NOON + HOUR + 1, number="+12125550199")
    assert rules(*call(), over(), *other, other_placed, law=law) == ["cap"]


@pytest.mark.parametrize(
    ("law", "verdict", "rule"),
    [
        ({"lock_abandoned_us": 72 * HOUR}, Verdict.ABANDONED, "lock_abandoned"),
        ({"lock_abandoned_us": 72 * HOUR}, Verdict.LOST, "lock_abandoned"),
        ({"lock_machine_same_day": True}, Verdict.MACHINE, "lock_machine"),
        ({"quiet_after_contact_us": 7 * DAY}, Verdict.CONNECTED, "quiet"),
    ],
)
def test_a_call_within_a_lock_out_is_found(
    law: dict[str, object], verdict: Verdict, rule: str
) -> None:
    book = (policy(**law),)
    assert rules(*call(), over(verdict), *call("a2", NOON + HOUR), law=book) == [rule]
    assert rules(*call(), over(), *call("a2", NOON + HOUR), law=book) == []
    later = call("a2", NOON + 8 * DAY)
    assert rules(*call(), over(verdict), *later, law=book) == []
    agent = call("a2", NOON + HOUR, guaranteed_agent=True)
    assert rules(*call(), over(verdict), *agent, law=book) == ([rule] if rule == "quiet" else [])


def agreed(kind: str, given_at: int = 1, **changes: object) -> Agreed:
    made = Agreed(
        at=NOON - 5, party=PartyId("ann"), type=kind, given_at=given_at, seller="acme", proof="form"
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("way", "by", "changes"),
    [
        ("any", campaign(), {"source": Source.MANUAL}),
        ("automatic", campaign(), {}),
        ("predictive", campaign(), {}),
        ("mobile", campaign(), {"kind": NumberKind.UNKNOWN}),
        ("agentless", campaign(mode=Mode.AGENTLESS), {}),
        ("machine_drop", campaign(on_machine=OnMachine.DROP), {}),
        ("preview", campaign(), {"source": Source.PREVIEW}),
    ],
)
def test_a_call_without_the_consent_it_needs_is_found(
    way: str, by: CampaignSettings, changes: dict[str, object]
) -> None:
    law = (policy(consent=((way, "express"),)),)
    made = call(**changes)
    assert rules(*made, law=law, by=by) == ["consent"]
    assert rules(agreed("express"), *made, law=law, by=by) == []
    assert rules(agreed("express_written"), *made, law=law, by=by) == []
    for void in ({"proof": ""}, {"seller": "other"}, {"until": NOON}, {"number": "+12125550199"}):
        assert rules(agreed("express", **void), *made, law=law, by=by) == ["consent"]


def test_a_revocation_beats_an_old_consent_that_is_imported_later() -> None:
    law = (policy(consent=(("any", "express"),)),)
    revoked = agreed("all", 10, seller="", proof="", revoked=True)
    assert rules(revoked, agreed("express", 9), *call(), law=law) == ["consent"]
    assert rules(revoked, agreed("express", 11), *call(), law=law) == []


def test_a_revocation_is_heeded_within_a_second_of_the_gate() -> None:
    law = (policy(consent=(("any", "express"),)),)
    revoked = agreed("all", NOON, seller="", proof="", revoked=True, at=NOON)
    before = agreed("express")
    assert rules(before, opened(), revoked, placed(when=NOON + SECOND - 1), law=law) == []
    assert rules(before, opened(), revoked, placed(when=NOON + SECOND), law=law) == ["consent"]
    assert rules(before, revoked, opened(), placed(), law=law) == ["consent"]


def test_a_stale_list_and_an_owner_who_is_not_known_are_found() -> None:
    law = (policy(dnc=(("us_national", 31),)),)
    fresh = Scrubbed(at=NOON - 1, source="us_national", dated=NOON - 30 * DAY)
    assert rules(*call(), law=law) == ["dnc_stale"]
    assert rules(fresh, *call(), law=law) == []
    assert rules(fresh, *call(when=NOON + DAY), law=law) == ["dnc_stale"]
    law = (policy(rnd_days=30),)
    owner = OwnerAsked(at=NOON - DAY, number="+12125550123", answer="no")
    assert rules(*call(), law=law) == ["owner"]
    assert rules(owner, *call(), law=law) == []
    assert rules(replace(owner, at=NOON - 30 * DAY), *call(), law=law) == ["owner"]
    assert rules(replace(owner, answer="yes"), *call()) == ["owner"]


@pytest.mark.parametrize(
    "ids",
    [
        (),
        (CallerId(number=SHOWN, valid_until=NOON + DAY),),
        (CallerId(number=SHOWN, proof="x", valid_until=NOON + 1),),
        (CallerId(number=SHOWN, proof="x", valid_until=NOON + DAY, regions=("US-FL",)),),
    ],
)
def test_a_number_that_may_not_be_shown_is_found(ids: tuple[CallerId, ...]) -> None:
    assert rules(*call(), by=campaign(caller_ids=ids)) == ["caller_id"]


def test_a_number_that_looks_near_and_one_shown_too_often_are_found() -> None:
    near = CallerId(number=SHOWN, proof="x", valid_until=NOON + DAY, regions=("US-NY",))
    honest = (policy(local_presence=False),)
    assert rules(*call(), by=campaign(caller_ids=(near,))) == []
    assert rules(*call(), by=campaign(caller_ids=(near,)), law=honest) == ["caller_id"]
    once = CallerId(number=SHOWN, proof="x", valid_until=NOON + DAY, daily_cap=1)
    again = [*call(), over(), *call("a2", NOON + HOUR)]
    assert rules(*again, by=campaign(caller_ids=(once,))) == ["caller_id"]


PARTS = DayParts(
    days=2,
    parts=(
        DayPart(name="noon", begins=11 * 60, ends=13 * 60, most=1),
        DayPart(name="evening", begins=17 * 60, ends=20 * 60, most=2),
    ),
)


def test_a_call_over_what_a_campaign_tries_in_a_part_of_the_day_is_found() -> None:
    by = campaign(day_parts=PARTS)
    day = [*call(), over()]
    assert rules(*day, by=by) == []
    assert rules(*day, *call("a2", NOON + 30 * 60 * SECOND), by=by) == ["day_part"]
    assert rules(*day, *call("a2", NOON + DAY), by=by) == ["day_part"]
    assert rules(*day, *call("a2", NOON + 2 * DAY), by=by) == []
    assert rules(*day, *call("a2", NOON + 6 * HOUR), by=by) == []
    assert rules(*call("a2", NOON + 3 * HOUR), by=by) == ["day_part"], "a part that nobody has"
    other = opened("a2", NOON + DAY, number="+12125550199")
    theirs = placed("a2", NOON + DAY + 1, number="+12125550199")
    assert rules(*day, other, theirs, by=by) == ["day_part"], "it is the party who is tried"
    for verdict in (Verdict.CANCELLED, Verdict.FAILED):
        assert rules(*call(), over(verdict), *call("a2", NOON + DAY), by=by) == []


def test_the_checker_shares_no_rule_with_the_gate() -> None:
    import ast
    from pathlib import Path

    files = [Path("dialer/checker.py"), Path("dialer/check_hours.py")]
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    named = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    ours = {name for name in named if name and name.startswith("dialer")}
    words = {"attempt", "campaign", "check_hours", "check_log", "ids", "policy"}
    assert ours == {f"dialer.{name}" for name in words}

"""Which number a call shows."""

from collections import Counter

from dialer.caller_id import choose, refused
from dialer.campaign import CallerId, Mode
from dialer.ids import AgentId, CampaignId, LeadId, PartyId
from dialer.messages import DialAsked, OpenAttempt
from tests.dialer.dialing_world import DialWorld, campaign
from tests.dialer.gate_samples import DAY, NOON


def mine(number: str, *regions: str, cap: int = 0) -> CallerId:
    return CallerId(
        number=number, regions=regions, proof="letter", valid_until=NOON + DAY, daily_cap=cap
    )


POOL = [mine(f"+1212555010{digit}") for digit in range(5)]


def shown(
    party: str, pool: list[CallerId], region: str = "US-NY", local: bool = True, **today: int
) -> str | None:
    counts = {f"+{number}": count for number, count in today.items()}
    return choose(pool, PartyId(party), region, local, counts, NOON)


def test_who_is_called_twice_sees_the_same_number_and_all_numbers_have_their_turn() -> None:
    turns = Counter(shown(f"party-{i}", POOL) for i in range(500))
    assert set(turns) == {one.number for one in POOL}
    assert min(turns.values()) > 60
    assert all(shown(f"party-{i}", POOL) == shown(f"party-{i}", POOL[::-1]) for i in range(50))


def test_a_number_that_goes_moves_only_those_it_was_shown_to() -> None:
    before = {i: shown(f"party-{i}", POOL) for i in range(200)}
    gone = POOL[2].number
    after = {i: shown(f"party-{i}", [one for one in POOL if one.number != gone]) for i in before}
    assert all(after[i] == number for i, number in before.items() if number != gone)


def test_a_number_that_was_shown_often_enough_today_rests() -> None:
    capped = [mine("+12125550100", cap=3), mine("+12125550101")]
    for i in range(50):
        assert choose(capped, PartyId(str(i)), "US", True, {"+12125550100": 3}, NOON) == (
            "+12125550101"
        )
    assert choose(capped[:1], PartyId("a"), "US", True, {"+12125550100": 3}, NOON) is None


def test_near_numbers_come_first_where_they_may() -> None:
    pool = [mine("+12125550100"), mine("+12125550101", "US"), mine("+13055550100", "US-FL")]
    assert shown("ann", pool, "US-FL") == "+13055550100"
    assert shown("ann", pool, "US-FL", local=False) != "+13055550100"
    assert shown("ann", pool, "US-NY") == "+12125550101"
    assert shown("ann", pool, "GB") == "+12125550100"


def test_a_number_of_a_part_of_the_country_is_not_shown_to_who_may_be_elsewhere() -> None:
    florida = [mine("+13055550100", "US-FL")]
    assert refused(florida, "+13055550100", "US", True, 0, NOON) == "caller_id:region"
    assert refused(florida, "+13055550100", "US-FL", True, 0, NOON) == ""
    assert refused(florida, "+13055550100", "US-FL", False, 0, NOON) == "caller_id:local_presence"
    assert refused(florida, "", "US-FL", True, 0, NOON) == "caller_id"


def test_without_proof_or_after_its_end_a_number_is_not_shown() -> None:
    unproved = CallerId(number="+12125550100", valid_until=NOON + DAY)
    ended = CallerId(number="+12125550101", proof="letter", valid_until=NOON)
    assert shown("ann", [unproved, ended]) is None


def test_an_agent_chooses_the_number_that_is_shown_and_the_gate_judges_it() -> None:
    shown = "+14155550177"
    world = DialWorld()
    world.come(2)
    world.start(campaign(mode=Mode.MANUAL), leads=3)
    world.run(3)
    asked = world.take_for_agent(LeadId("l1"))
    told = DialAsked(
        at=world.now,
        campaign=CampaignId("c"),
        agent=AgentId("a1"),
        lead=asked,
        number=asked.numbers[0].number,
        shown=shown,
    )
    (question,) = [out for out in world.dialing.handle(told) if isinstance(out, OpenAttempt)]
    assert question.caller_id == shown
    pool = campaign(mode=Mode.MANUAL).caller_ids
    assert refused(pool, shown, "US-CA", False, 0, world.now) == "caller_id"

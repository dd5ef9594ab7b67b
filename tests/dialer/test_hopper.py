"""The buffer of leads: seconds deep, pulled, never old."""

from __future__ import annotations

from dataclasses import replace

from dialer.hopper import CLAIM_WAIT_US, HELD_US, MOST, POLL_US, QUIET_US, Hopper
from dialer.ids import AgentId, LeadId, ListId, PartyId
from dialer.lead import Callback, Lead, LeadNumber

SECOND = 1_000_000


def lead(name: str, token: int = 1, owner: str = "", due_at: int = 0, odds: float = 1.0) -> Lead:
    made = Lead(
        lead=LeadId(name),
        party=PartyId(f"party-{name}"),
        list=ListId("list"),
        token=token,
        numbers=(LeadNumber(number=f"+1202555{name:>04}"),),
        odds=odds,
    )
    if not owner:
        return made
    callback = Callback(
        lead=made.lead,
        due_at=due_at,
        local="2026-11-22T10:00",
        zone="UTC",
        number=made.numbers[0].number,
        agent=AgentId(owner),
    )
    return replace(made, callback=callback)


def test_leads_come_out_in_the_order_they_went_in() -> None:
    hopper = Hopper()
    assert hopper.add([lead("0100"), lead("0101")], 0) == []
    assert [hopper.take().lead, hopper.take().lead] == ["0100", "0101"]
    assert len(hopper) == 0


def test_a_newer_claim_of_a_lead_takes_the_place_of_the_older_one() -> None:
    hopper = Hopper()
    hopper.add([lead("0100", token=4)], 0)
    hopper.add([lead("0100", token=7)], 1)
    hopper.add([lead("0100", token=5)], 2)
    assert len(hopper) == 1
    assert hopper.take().token == 7


def test_what_is_held_too_long_comes_out() -> None:
    hopper = Hopper()
    hopper.add([lead("0100")], 0)
    hopper.add([lead("0101")], SECOND)
    assert [each.lead for each in hopper.old(HELD_US)] == ["0100"]
    assert len(hopper) == 1


def test_what_does_not_fit_goes_back() -> None:
    hopper = Hopper()
    back = hopper.add([lead(str(number)) for number in range(MOST + 3)], 0)
    assert [each.lead for each in back] == [str(MOST), str(MOST + 1), str(MOST + 2)]


def test_only_one_claim_is_out_until_its_deadline() -> None:
    hopper = Hopper()
    count = hopper.wanted(0, staffed=10, idle=10)
    assert count == 30
    hopper.claiming(0, count)
    assert hopper.wanted(SECOND, staffed=10, idle=10) == 0
    assert hopper.wanted(CLAIM_WAIT_US, staffed=10, idle=10) == 30


def test_storage_that_has_nothing_is_asked_again_when_something_is_due() -> None:
    hopper = Hopper()
    hopper.claiming(0, 30)
    hopper.claimed(0, 0, 3 * SECOND, 0)
    assert not hopper.dry
    assert hopper.wanted(2 * SECOND, staffed=10, idle=10) == 0
    assert hopper.wanted(3 * SECOND, staffed=10, idle=10) == 30
    hopper.claiming(3 * SECOND, 30)
    hopper.claimed(0, 0, None, 3 * SECOND)
    assert hopper.dry
    assert hopper.wanted(4 * SECOND, staffed=10, idle=10) == 0
    assert hopper.wanted(3 * SECOND + POLL_US, staffed=10, idle=10) == 30


def test_behind_many_promises_more_is_asked_for() -> None:
    hopper = Hopper()
    hopper.claiming(0, 6)
    hopper.claimed(6, 0, None, 0)
    assert hopper.wanted(0, staffed=2, idle=2) == 6 + 16
    hopper.claiming(0, 22)
    hopper.claimed(22, 0, None, 0)
    assert hopper.wanted(0, staffed=2, idle=2) == 6 + 44
    hopper.claiming(0, 50)
    hopper.claimed(50, 3, None, 0)
    assert hopper.wanted(0, staffed=2, idle=2) == 6


def test_what_is_on_its_way_back_is_not_the_end_of_the_list() -> None:
    hopper = Hopper()
    hopper.touched(0)
    hopper.claiming(0, 5)
    hopper.claimed(0, 0, None, SECOND)
    assert not hopper.dry, "it may have been asked before the lead was back"
    assert hopper.wanted(QUIET_US, staffed=1, idle=1) > 0
    hopper.claiming(QUIET_US, 5)
    hopper.claimed(0, 0, None, QUIET_US)
    assert hopper.dry


def test_a_lead_of_ours_that_will_be_due_is_not_the_end_of_the_list() -> None:
    hopper = Hopper()
    hopper.claiming(0, 5)
    hopper.claimed(0, 0, None, 0)
    hopper.due(2 * SECOND)
    assert not hopper.dry
    assert hopper.wanted(2 * SECOND, staffed=1, idle=1) > 0


def test_the_buffer_is_as_deep_as_the_pace_needs() -> None:
    hopper, now = Hopper(), 0
    for _ in range(60):
        now += SECOND
        hopper.add([lead(f"{now}-{number}") for number in range(20)], now)
        for _ in range(20):
            hopper.take()
        hopper.wanted(now, staffed=1, idle=0)
    assert 80 <= hopper.wanted(now, staffed=1, idle=0) <= 110


def test_a_callback_is_kept_for_its_agent_until_the_fallback_time() -> None:
    hopper = Hopper()
    hopper.add([lead("0100", owner="ann", due_at=0)], 0)
    assert len(hopper) == 0
    assert hopper.owners(0) == {"ann"}
    assert hopper.take_for(AgentId("bob"), 0) is None
    taken = hopper.take_for(AgentId("ann"), 0)
    assert taken is not None
    assert taken.lead == "0100"
    hopper.add([lead("0101", owner="ann", due_at=0), lead("0102")], 15 * 60 * SECOND - SECOND)
    assert hopper.kept == 1
    hopper.old(15 * 60 * SECOND)
    assert hopper.kept == 0
    assert hopper.take().lead == "0101", "a promise goes first"


def test_who_may_not_be_called_any_more_comes_out() -> None:
    hopper = Hopper()
    hopper.add([lead("0100"), lead("0101"), lead("0102")], 0)
    assert [each.lead for each in hopper.bar(PartyId("party-0101"), "")] == ["0101"]
    assert [each.lead for each in hopper.bar(None, "+12025550102")] == ["0102"]
    assert len(hopper) == 1


def test_odds_are_told_only_when_somebody_differs() -> None:
    hopper = Hopper()
    hopper.add([lead("0100"), lead("0101")], 0)
    assert hopper.odds(9) == ()
    hopper.add([lead("0102", odds=2.0)], 0)
    assert hopper.odds(9) == (1.0, 1.0, 2.0)
    assert hopper.odds(2) == ()

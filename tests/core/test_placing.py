"""The place a caller takes: what queue, flow and context ask for together."""

from dataclasses import replace

from contact_center.core.call import Call
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.context import Comparison, Condition, ContextRule
from contact_center.core.events import Customer, Direction, PastInteraction
from contact_center.core.ids import CallId, CallIds, CustomerId
from contact_center.core.placing import Ask, attributes_of, elsewhere, merged, place, reweighed
from contact_center.core.queue_settings import WaitStep
from tests.stories.centers import SALES, SUPPORT, small_center

GOLD = ContextRule(
    when=(Condition(attribute="tier", comparison=Comparison.IS, values=("gold",)),),
    boost_us=60_000_000,
    priority=3,
    require="vip",
)


def center(**queue: object) -> CenterConfiguration:
    return replace(small_center(**queue), context=(GOLD,))


def caller(*customers: Customer, **more: object) -> Call:
    fields = {
        "call": CallId("c1"),
        "ids": CallIds(call=CallId("c1")),
        "direction": Direction.INBOUND,
        "ani": "+14155550123",
        "did": "+14155550100",
        "ani_name": "",
        "started_at": 0,
        "customers": customers,
    }
    return Call(**{**fields, **more})  # type: ignore[arg-type]


def eve(tier: str = "gold", **attributes: str) -> Customer:
    return Customer(
        customer=CustomerId("7"), name="Eve", tier=tier, attributes=tuple(attributes.items())
    )


def past(agent: str) -> PastInteraction:
    return PastInteraction(
        call=CallId("old"),
        at=0,
        direction="inbound",
        queue="sales",
        agent=agent,
        outcome="answered",
        disposition="",
        notes="",
        talk_s=10,
    )


def test_queue_flow_and_context_are_joined() -> None:
    ask = Ask(require="es >= 30", boost_us=5_000_000, max_wait_us=10**12)
    found = place(center(requirement="cards"), caller(eve()), SALES, ask)
    assert found.requirement == "cards and es >= 30 and vip"
    assert (found.boost_us, found.priority) == (65_000_000, 3)
    assert found.max_wait_us == 900_000_000, "the queue's bound holds"


def test_a_band_that_was_asked_for_is_only_ever_raised() -> None:
    assert place(center(), caller(eve()), SALES, Ask(priority=9)).priority == 9
    assert place(center(), caller(eve("lead")), SALES, Ask(priority=1)).priority == 1
    assert place(center(priority=2), caller(), SALES, Ask()).priority == 2


def test_people_who_share_a_number_are_nobody_in_particular() -> None:
    two = caller(eve(), replace(eve(), customer=CustomerId("8")))
    assert attributes_of(two)["known"] == "no"
    assert place(center(), two, SALES, Ask()).boost_us == 0


def test_each_side_relaxes_its_own_part() -> None:
    queues = (
        WaitStep(after_us=30, requirement="cards >= 20"),
        WaitStep(after_us=90, requirement=""),
    )
    flows = (WaitStep(after_us=60, requirement="es >= 10"), WaitStep(after_us=60, boost_us=5))
    steps = merged(("cards >= 80", queues), ("es >= 50", flows), "vip")
    assert [(s.after_us, s.requirement, s.boost_us) for s in steps] == [
        (30, "cards >= 20 and es >= 50 and vip", 0),
        (60, "cards >= 20 and es >= 10 and vip", 0),
        (60, None, 5),
        (90, "es >= 10 and vip", 0),
    ]


def test_the_last_agent_is_the_newest_one_who_still_works_here() -> None:
    call = caller(history=(past(""), past("retired"), past("bob"), past("anna")))
    found = place(center(), call, SALES, Ask(prefer="last_agent", prefer_us=7))
    assert (found.named, found.named_us) == ("bob", 7)
    assert place(center(), caller(), SALES, Ask(prefer="last_agent")).named is None


def test_the_owner_is_an_attribute_of_the_customer() -> None:
    found = place(center(prefer="owner"), caller(eve(owner="anna")), SALES, Ask())
    assert (found.named, found.named_us) == ("anna", 20_000_000)
    assert place(center(prefer="owner"), caller(eve(owner="gone")), SALES, Ask()).named is None
    assert place(center(), caller(), SALES, Ask(prefer="anna")).named == "anna"


def test_in_another_queue_the_flow_still_asks_for_what_it_asked_for() -> None:
    call = caller()
    call.place = place(center(), call, SALES, Ask(require="es >= 30", boost_us=9))
    found = elsewhere(center(requirement="cards"), call, SUPPORT)
    assert (found.queue, found.requirement, found.boost_us) == (SUPPORT, "cards and es >= 30", 9)


def test_what_is_learned_late_changes_the_place_only_when_it_matters() -> None:
    call = caller()
    call.queue, call.place = SALES, place(center(), call, SALES, Ask())
    assert reweighed(center(), call) is None
    call.customers = (eve("silver"),)
    assert reweighed(center(), call) is None
    call.customers = (eve(),)
    new = reweighed(center(), call)
    assert new is not None
    assert (new.boost_us, new.priority, new.requirement) == (60_000_000, 3, "vip")

"""Phones: used for something else, lost, found again, never taken for what they are not."""

from dataclasses import replace

from contact_center.core.acd_events import DeviceChanged, DeviceState
from contact_center.core.commands import EndCause
from contact_center.core.facts import AgentChanged, Presence
from contact_center.core.ids import AgentId
from contact_center.core.queue_settings import WrapUp
from contact_center.core.requests import PresenceRequested, PresenceWish
from tests.core.bare import SECOND, Bare
from tests.core.nasty import rough_center
from tests.stories.centers import DIRECT_NUMBER, SALES

ANNA, BOB = AgentId("anna"), AgentId("bob")


def phone(bare: Bare, state: DeviceState, device: str = "1001") -> None:
    bare.tell(DeviceChanged(device=device, state=state))


def outside(bare: Bare, agent: AgentId = ANNA) -> bool:
    return bare.center.router.agents[agent].outside_since is not None


def without_wrap_up() -> Bare:
    center = rough_center()
    sales = replace(center.queues[SALES], wrap_up=WrapUp(us=0))
    return Bare(replace(center, queues={**center.queues, SALES: sales}))


def with_phone(*agents: str) -> Bare:
    """Whose phones are known to be free."""
    bare = without_wrap_up()
    bare.ready(*(agents or ("anna",)))
    phone(bare, DeviceState.IDLE)
    phone(bare, DeviceState.IDLE, "1002")
    return bare


def test_a_phone_of_nobody_is_ignored() -> None:
    bare = with_phone()
    stale = bare.center.stale
    phone(bare, DeviceState.IN_USE, "trunk")
    assert bare.center.stale == stale + 1


def test_who_is_on_the_phone_elsewhere_gets_no_caller_until_they_hang_up() -> None:
    bare = with_phone()
    phone(bare, DeviceState.RINGING)
    phone(bare, DeviceState.IN_USE)
    told = [fact for fact in bare.said(AgentChanged) if isinstance(fact, AgentChanged)][-1]
    assert told.outside
    bare.call(DIRECT_NUMBER)
    assert bare.state("anna") == "ready idle"
    phone(bare, DeviceState.IDLE)
    assert bare.state("anna") == "ready offered"


def test_our_own_call_to_the_phone_is_no_call_elsewhere() -> None:
    bare = with_phone()
    bare.call(DIRECT_NUMBER)
    phone(bare, DeviceState.RINGING)
    bare.connect("c1")
    phone(bare, DeviceState.IN_USE)
    assert not outside(bare)
    bare.ends("c1")
    assert not outside(bare)
    phone(bare, DeviceState.IDLE)
    bare.wait(5)
    assert not outside(bare)
    assert bare.state("anna") == "ready idle"


def test_what_our_own_call_did_to_the_phone_may_be_told_late() -> None:
    bare = with_phone()
    bare.call(DIRECT_NUMBER)
    bare.ends("c1")
    phone(bare, DeviceState.RINGING)
    assert not outside(bare)
    bare.call(DIRECT_NUMBER, "c2")
    assert bare.state("anna") == "ready offered"
    phone(bare, DeviceState.IDLE)
    phone(bare, DeviceState.RINGING)
    bare.connect("c2")
    bare.ends("c2")
    phone(bare, DeviceState.IN_USE)
    phone(bare, DeviceState.IDLE)
    bare.wait(5)
    assert not outside(bare)


def test_a_phone_that_goes_on_after_our_call_is_in_use_elsewhere() -> None:
    """A second call was there all the time; the switch has nothing new to tell when ours ends."""
    bare = with_phone()
    bare.call(DIRECT_NUMBER)
    phone(bare, DeviceState.RINGING)
    bare.connect("c1")
    phone(bare, DeviceState.IN_USE)
    bare.ends("c1")
    bare.wait(1.1)
    assert outside(bare)
    bare.call(DIRECT_NUMBER, "c2")
    assert bare.state("anna") == "ready idle"
    phone(bare, DeviceState.IDLE)
    assert bare.state("anna") == "ready offered"


def test_a_call_made_during_wrap_up_is_seen_before_the_wrap_up_ends() -> None:
    bare = Bare()
    bare.ready("anna")
    phone(bare, DeviceState.IDLE)
    bare.call(DIRECT_NUMBER)
    bare.connect("c1")
    phone(bare, DeviceState.IN_USE)
    bare.ends("c1")
    phone(bare, DeviceState.IDLE)
    bare.wait(4)
    phone(bare, DeviceState.IN_USE)
    assert outside(bare)
    bare.call(DIRECT_NUMBER, "c2")
    bare.wait(7)
    assert bare.state("anna") == "ready idle"


def test_a_short_call_elsewhere_leaves_the_idle_clock_alone_and_a_long_one_does_not() -> None:
    bare = with_phone("anna", "bob")
    before = bare.center.router.agents[ANNA].available_since
    phone(bare, DeviceState.IN_USE)
    bare.wait(29)
    phone(bare, DeviceState.IDLE)
    assert bare.center.router.agents[ANNA].available_since == before
    phone(bare, DeviceState.IN_USE)
    bare.wait(30)
    phone(bare, DeviceState.IDLE)
    assert bare.center.router.agents[ANNA].available_since == bare.now
    bare.call(DIRECT_NUMBER)
    assert (bare.state("anna"), bare.state("bob")) == ("ready idle", "ready offered")


def test_who_loses_the_phone_gets_no_caller_and_is_signed_off_after_a_while() -> None:
    bare = with_phone()
    phone(bare, DeviceState.UNAVAILABLE)
    bare.call(DIRECT_NUMBER)
    assert bare.state("anna") == "ready idle"
    bare.wait(59)
    assert bare.center.router.agents[ANNA].presence is Presence.READY
    bare.wait(2)
    assert bare.center.router.agents[ANNA].presence is Presence.LOGGED_OUT


def test_who_logs_in_without_a_phone_has_the_whole_time_to_find_it() -> None:
    bare = without_wrap_up()
    phone(bare, DeviceState.UNAVAILABLE)
    bare.wait(500)
    bare.ready("anna")
    bare.wait(59)
    assert bare.center.router.agents[ANNA].presence is Presence.READY
    bare.wait(2)
    assert bare.center.router.agents[ANNA].presence is Presence.LOGGED_OUT
    bare.ready("anna")
    bare.wait(40)
    bare.ask(PresenceRequested, "anna", presence=PresenceWish.LOGGED_OUT)
    bare.ready("anna")
    bare.wait(50)
    phone(bare, DeviceState.IDLE)
    bare.wait(50)
    assert bare.center.router.agents[ANNA].presence is Presence.READY


def test_a_phone_that_comes_back_in_time_costs_nothing() -> None:
    bare = with_phone()
    phone(bare, DeviceState.UNAVAILABLE)
    bare.wait(30)
    phone(bare, DeviceState.IDLE)
    bare.wait(60)
    bare.call(DIRECT_NUMBER)
    assert bare.state("anna") == "ready offered"


def test_a_phone_lost_while_talking_signs_off_after_the_call() -> None:
    bare = with_phone()
    bare.call(DIRECT_NUMBER)
    bare.connect("c1")
    phone(bare, DeviceState.UNAVAILABLE)
    bare.wait(61)
    assert bare.state("anna") == "ready talking"
    bare.ends("c1")
    assert bare.center.router.agents[ANNA].presence is Presence.LOGGED_OUT


def test_an_agent_is_not_elsewhere_for_longer_than_a_call_may_be() -> None:
    bare = with_phone()
    phone(bare, DeviceState.IN_USE)
    bare.wait(4 * 3600 + 1)
    assert not outside(bare)


def test_phones_that_nobody_tells_of_cost_no_deadline() -> None:
    bare = without_wrap_up()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    bare.connect("c1")
    bare.ends("c1")
    assert bare.center.router.people_deadlines.due("phone", ANNA) is None


def test_an_offer_that_rang_out_at_a_phone_in_use_elsewhere_ends_outside() -> None:
    bare = with_phone("anna", "bob")
    bare.call(DIRECT_NUMBER)
    phone(bare, DeviceState.RINGING)
    phone(bare, DeviceState.IN_USE)
    bare.ends("c1", bare.rung("c1"), cause=EndCause.BUSY)
    assert not outside(bare)
    bare.wait(1.1)
    assert outside(bare)
    assert bare.now - (bare.center.router.agents[ANNA].outside_since or 0) < SECOND
    assert bare.state("bob") == "ready offered"

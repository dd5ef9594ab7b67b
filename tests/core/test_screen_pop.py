"""The screen-pop: names are put in once, and are never read as a template."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.core.call import Call
from contact_center.core.dialing import DialRequested
from contact_center.core.dialled import Dialled
from contact_center.core.events import Customer, Direction, PastInteraction
from contact_center.core.ids import (
    AgentId,
    CallId,
    CallIds,
    CustomerId,
    FlowId,
    QueueId,
    ReservationId,
)
from contact_center.core.queue_settings import AgentSettings, QueueSettings
from contact_center.core.screen_pop import completion, fill, pop

AGENT = AgentSettings(agent=AgentId("anna"), name="Anna", device="1", queues=())


def queue(*script: str, label: str = "Sales") -> QueueSettings:
    return QueueSettings(queue=QueueId("sales"), label=label, script=script)


def call(*names: str) -> Call:
    customers = tuple(
        Customer(customer=CustomerId(str(n)), name=name) for n, name in enumerate(names)
    )
    return Call(
        call=CallId("c1"),
        ids=CallIds(call=CallId("c1")),
        direction=Direction.INBOUND,
        ani="+14155550123",
        did="+14155550100",
        ani_name="",
        started_at=0,
        customers=customers,
        queued_at=1_000,
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Hello {customer}, this is {agent} of {queue}.", "Hello Eve, this is Anna of Sales."),
        ("{customer}{customer}", "EveEve"),
        ("Nothing to fill in", "Nothing to fill in"),
        ("{unknown} {customer", "{unknown} {customer"),
        ("{{customer}}", "{Eve}"),
        ("} {agent} {", "} Anna {"),
        ("", ""),
    ],
)
def test_placeholders_are_filled_in_and_nothing_else(line: str, said: str) -> None:
    assert fill(line, call("Eve"), queue(), AGENT) == said


@pytest.mark.parametrize("names", [(), ("Eve", "Adam")])
def test_only_an_unambiguous_customer_is_named(names: tuple[str, ...]) -> None:
    assert fill("Hello {customer}, welcome.", call(*names), queue(), AGENT) == "Hello, welcome."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("This is {agent}. Am I speaking with {customer}?", "This is Anna."),
        ("Am I speaking with {customer}? Good morning.", "Good morning."),
        ("Good to hear from you, {customer}.", "Good to hear from you."),
        ("Hello {customer}! What is it about?", "Hello! What is it about?"),
    ],
)
def test_a_stranger_is_not_asked_for_a_name_nobody_knows(line: str, said: str) -> None:
    assert fill(line, call(), queue(), AGENT) == said


def test_a_line_that_says_nothing_to_a_stranger_is_left_out() -> None:
    lines = queue("Am I speaking with {customer}?", "Hello.")
    assert pop(call(), lines, AGENT, ReservationId("r1"), 5_000).script == ("Hello.",)


HOSTILE = [
    "{agent}",
    "{queue}{customer}",
    "{",
    "}",
    "{0.__class__}",
    "%s",
    "</script>",
    "\x00",
    "𝓔",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_looks_like_a_template_stays_a_name(name: str) -> None:
    assert fill("a {customer} b {queue}", call(name), queue(), AGENT) == f"a {name} b Sales"
    assert fill("{agent}|{queue}", call(), queue(label=name), AGENT) == f"Anna|{name}"


@given(st.text(alphabet="{}customerqu abc"), st.text(alphabet="{}agent x"))
def test_no_line_and_no_name_makes_it_fail(line: str, name: str) -> None:
    said = fill(line, call(name), queue(), AGENT)
    if "{" not in line:
        assert said == line.replace("  ", " ").replace(" ,", ",").strip()


def test_the_first_part_holds_what_is_known_at_once() -> None:
    one = call("Eve")
    first = pop(one, queue("Hi {customer}", "Bye"), AGENT, ReservationId("r1"), 5_000)
    assert (first.seq, first.waited_us, first.reason) == (1, 4_000, "Sales")
    assert first.script == ("Hi Eve", "Bye")
    assert first.customers == one.customers
    one.reason = "Wants to buy"
    assert pop(one, queue(), AGENT, ReservationId("r1"), 5_000).reason == "Wants to buy"


def test_the_second_part_holds_the_history() -> None:
    one = call("Eve")
    past = PastInteraction(
        call=CallId("c0"), at=1, direction="inbound", queue="sales", agent="bob",
        outcome="answered", disposition="sold", notes="a rake", talk_s=9,
    )  # fmt: skip
    one.history = (past,)
    second = completion(one, AGENT, ReservationId("r1"), 5_000)
    assert (second.agent, second.reservation, second.history) == ("anna", "r1", (past,))


def test_whom_we_dialled_has_the_name_of_the_list_until_somebody_knows_better() -> None:
    asked = DialRequested(
        call=CallId("c1"),
        campaign="spring",
        lead_list="vip",
        number="+14155550123",
        caller_id="+14155550100",
        flow=FlowId("sale"),
        name="Eve Park",
        language="es",
    )
    dialled = call()
    dialled.dial = Dialled(asked=asked, flow=FlowId("sale"))
    shown = pop(dialled, queue("Is this {customer}?"), AGENT, ReservationId("r"), 2_000)
    assert [(one.name, one.language) for one in shown.customers] == [("Eve Park", "es")]
    assert shown.script == ("Is this Eve Park?",)
    assert (shown.campaign, shown.lead_list) == ("spring", "vip")
    assert completion(dialled, AGENT, ReservationId("r"), 2_000).customers == shown.customers
    known = call("Eva Park-Lee")
    known.dial = dialled.dial
    shown = pop(known, queue(), AGENT, ReservationId("r"), 2_000)
    assert [one.name for one in shown.customers] == ["Eva Park-Lee"]

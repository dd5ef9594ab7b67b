"""Which ways of a flow count as insisting on a person."""

from __future__ import annotations

from contact_center.core.ids import QueueId
from contact_center.core.ivr.flow import HangUp, Menu, Play, Queue, Set
from contact_center.reporting.zero_out import zero_outs
from tests.core.ivr.caller import bundle, say, to

DESK = Queue(
    name="desk", queue=QueueId("desk"), timeout=to("bye"), no_agents=to("bye"), full=to("bye")
)
BYE = HangUp(name="bye")


def menu(name: str, **keys: str) -> Menu:
    ways = {key.removeprefix("k"): to(goto) for key, goto in keys.items()}
    return Menu(
        name=name,
        say=say("?"),
        keys=ways,
        on_no_input=(),
        on_no_match=(),
        first_timeout_us=5_000_000,
        inter_digit_us=2_000_000,
    )


def test_the_key_0_and_keys_that_hold_everywhere_count_where_they_lead_to_people() -> None:
    flow = bundle(
        menu("first", k0="note", k1="desk", k2="second"),
        menu("second", k0="bye", k1="first"),
        menu("both", k0="desk", k1="desk"),
        Set(name="note", assign=(), next=to("tell")),
        Play(name="tell", say=say("One moment."), next=to("desk")),
        DESK,
        BYE,
        global_keys={"*": to("desk"), "9": to("second")},
    )
    assert zero_outs(flow) == {
        "first/choice:note",
        *(f"{node}/global:desk" for node in flow.nodes),
    }


def test_a_flow_that_asks_something_first_or_leads_in_circles_has_none() -> None:
    flow = bundle(
        menu("first", k0="second"),
        menu("second", k0="round", k1="desk"),
        Play(name="round", say=say("."), next=to("round")),
        DESK,
        BYE,
    )
    assert zero_outs(flow) == frozenset()

from zoneinfo import ZoneInfo

from contact_center.core.hours import Calendar
from contact_center.core.ivr.edges import edge_after, edges_of, edges_of_flow
from contact_center.core.ivr.flow import Hours, Transfer
from contact_center.core.ivr.interpreter import Interpreter
from tests.core.ivr.caller import to
from tests.core.ivr.test_session import rich_flow
from tests.stories.centers import SALES, to_queue

FLOW = rich_flow()


def ways(name: str) -> list[str]:
    return [
        f"{outcome} -> {edge.goto}"
        for outcome, edge in edges_of(Interpreter(FLOW).bundle.nodes[name])
    ]


def test_every_kind_of_node_tells_its_ways_out():
    assert ways("main")[:2] == ["1 -> who", "12 -> wait"]
    assert ways("main")[-2:] == ["no_input#2 -> box", "no_match#2 -> box"]
    assert ways("account")[0] == "next -> tell"
    assert ways("welcome") == ["next -> notice"]
    assert ways("circle") == ["next -> circle"]
    assert ways("who") == ["case#1 -> wait", "else -> second"]
    assert ways("wait") == ["timeout -> box", "no_agents -> main", "full -> bye"]
    assert ways("box") == ["recorded -> main", "empty -> second"]
    assert ways("away") == ["busy -> back", "no_answer -> main", "failed -> broken"]
    assert ways("bye") == []
    calendar = Calendar(name="c", zone=ZoneInfo("UTC"), weekly=((),) * 7)
    hours = Hours(
        name="h", calendar=calendar, open=to("a"), closed=to("b"), holiday=to("c"), error=to("d")
    )
    assert [outcome for outcome, _ in edges_of(hours)] == ["open", "closed", "holiday", "error"]


def test_the_ways_of_callers_who_were_left_alone_are_told_where_there_are_any():
    queue = to_queue("q", SALES, connected=to("ask"))
    assert [name for name, _ in edges_of(queue)][-1] == "connected"
    assert edge_after(queue) == to("ask")
    assert edge_after(to_queue("q", SALES)) is None
    assert edge_after(None) is None
    out = to("out")
    away = Transfer(
        name="t",
        to="600",
        timeout_us=1,
        busy=out,
        no_answer=out,
        failed=out,
        answered=to("ask"),
    )
    assert edges_of(away)[-1] == ("answered", to("ask"))
    assert edge_after(away) == to("ask")


def test_a_flow_tells_the_ways_out_of_any_node():
    assert [outcome for outcome, _ in edges_of_flow(FLOW)] == [
        "global:0",
        "global:*",
        "error",
        "limit",
    ]
    assert edges_of_flow(rich_flow(global_keys={}, on_error=None, on_limit=None)) == ()

"""Times to be called back in flow files."""

from __future__ import annotations

import pytest

from contact_center.content.center import load_content
from contact_center.core.ids import FlowId
from contact_center.core.ivr.flow import Appointment, Callback, Edge
from tests.content.samples import CENTER, FLOW, at, broken, problems_of, sources

WHEN = broken(
    CENTER, "    ring: 20s\n", "    ring: 20s\n    callbacks: {within: shop, at_once: 4}\n"
)
BOOKED = broken(
    broken(FLOW, "full: outside}", "full: book}"),
    "  bye: {do: hangup",
    """\
  book:
    do: callback
    queue: sales
    at: {day: 1, time: "09:00", window: 3h, into: order}
    registered: bye
    unavailable: outside
    refused: outside
  bye: {do: hangup""",
)


def appointment(flow: str, center: str = WHEN) -> Appointment:
    loaded = load_content(sources(center, flow)).configuration
    node = loaded.flows[FlowId("shop")].nodes["book"]
    assert isinstance(node, Callback)
    assert node.unavailable == Edge(goto="outside")
    assert node.at is not None
    return node.at


def test_a_time_is_in_the_hours_of_the_queues_calls_back() -> None:
    wanted = appointment(BOOKED)
    assert (wanted.calendar.name, wanted.window_us, wanted.into) == (
        "shop",
        3 * 3_600_000_000,
        "order",
    )
    assert (wanted.day.evaluate({}), wanted.time.evaluate({})) == (1, "09:00")


def test_a_node_may_name_its_own_hours_and_compute_the_day() -> None:
    flow = broken(BOOKED, 'day: 1, time: "09:00"', "day: vars.tries, time: 930, calendar: shop")
    wanted = appointment(flow, broken(WHEN, "within: shop, ", ""))
    assert wanted.day.evaluate({"vars": {"tries": 3}}) == 3
    assert wanted.time.evaluate({}) == 930


@pytest.mark.parametrize(
    ("old", "new", "code", "hint"),
    [
        ("3h, into: order", "3h, into: tries", "E041", "type: string"),
        ("window: 3h", "window: 1m", "E012", "window: 2h"),
        ("    unavailable: outside\n", "", "E202", "unavailable"),
        ("window: 3h", "calendar: moon", "E025", ""),
        ("day: 1", "day: nowhere", "E040", ""),
    ],
)
def test_a_mistake_in_a_time_is_reported(old: str, new: str, code: str, hint: str) -> None:
    found = [p for p in problems_of(WHEN, broken(BOOKED, old, new)) if p.is_error]
    assert [p.code for p in found] == [code]
    assert hint in found[0].hint
    assert at(found[0])[0] == "shop.yaml"


def test_without_hours_nobody_knows_what_the_time_means() -> None:
    found = [p for p in problems_of(broken(WHEN, "within: shop, ", ""), BOOKED) if p.is_error]
    assert [p.code for p in found] == ["E202"]
    assert "within" in found[0].hint

"""Flows as SVG: every node and every way is there, and callers are laid over them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from contact_center.content.center_files import load_center_file
from contact_center.core.ivr.drawing import MOST_ARROWS, Traffic, to_svg
from contact_center.core.ivr.edges import edges_of
from contact_center.core.ivr.flow import FlowBundle, HangUp, Play
from tests.core.ivr.caller import bundle, say, to

ROOT = Path(__file__).parents[3]
SVG = "{http://www.w3.org/2000/svg}"
FLOWS = [
    flow
    for name in ("retailer", "bank")
    for flow in load_center_file(ROOT / "config" / name).configuration.flows.values()
]


def drawn(flow: FlowBundle, traffic: Traffic | None = None) -> Xml.Element:
    return Xml.fromstring(to_svg(flow, traffic))


def texts(picture: Xml.Element, kind: str | None = None) -> list[str]:
    found = picture.iter(f"{SVG}text")
    return [t.text or "" for t in found if kind is None or t.get("class") == kind]


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.flow)
def test_every_node_and_every_way_of_shipped_flows_is_drawn(flow: FlowBundle) -> None:
    picture = drawn(flow)
    assert sorted(texts(picture, "name")) == sorted(flow.nodes)
    ways = {(name, edge.goto) for name, node in flow.nodes.items() for _, edge in edges_of(node)}
    assert len(picture.findall(f"{SVG}path")) >= len(ways)
    assert to_svg(flow) == to_svg(flow)


def test_boxes_stand_within_the_paper() -> None:
    for flow in FLOWS:
        picture = drawn(flow)
        left, top, width, height = map(float, str(picture.get("viewBox")).split())
        for box in picture.iter(f"{SVG}rect"):
            if box.get("width") == "100%":
                continue
            x, y = float(str(box.get("x"))), float(str(box.get("y")))
            assert left <= x <= left + width - float(str(box.get("width")))
            assert top <= y <= top + height - float(str(box.get("height")))


def test_what_people_write_cannot_break_the_picture() -> None:
    node = HangUp(name="bye", label='<script>alert("&")</script>')
    assert '<script>alert("&")</script>' in texts(drawn(bundle(node)))


def hello(name: str, goto: str) -> Play:
    return Play(name=name, say=say("Hello."), next=to(goto))


def test_ways_that_name_no_node_end_beside_their_source() -> None:
    flow = bundle(hello("a", "b"), hello("b", "repeat"), hello("c", "hangup"), HangUp(name="end"))
    assert {"the same again", "hang up"} <= set(texts(drawn(flow)))


def test_where_very_many_arrows_would_meet_they_say_where_they_lead() -> None:
    many = [hello(f"n{number}", "end") for number in range(MOST_ARROWS + 1)]
    assert texts(drawn(bundle(*many, HangUp(name="end")))).count("to end") == MOST_ARROWS + 1
    few = bundle(*many[1:], HangUp(name="end"))
    assert "to end" not in texts(drawn(few))


def test_callers_are_laid_over_the_picture() -> None:
    flow = bundle(hello("a", "b"), hello("b", "end"), hello("c", "end"), HangUp(name="end"))
    traffic = Traffic(
        left={"a": {"next": 30, "hangup": 10}, "b": {"next": 30}, "end": {"ended": 30}}
    )
    picture = drawn(flow, traffic)
    assert texts(picture, "lost") == ["10 hung up (25%)"]
    assert {"40 callers", "30 (75%)", "30 (100%)", "0 callers"} <= set(texts(picture, "count"))
    widths = {
        path.get("class"): float(str(path.get("stroke-width")))
        for path in picture.findall(f"{SVG}path")
    }
    assert widths["edge busy"] > widths["edge pale"]
    pale = [group for group in picture.findall(f"{SVG}g") if group.get("class") == "pale"]
    assert "c" in {text.text for group in pale for text in group}

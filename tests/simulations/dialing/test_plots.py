"""Plots are whole SVGs with everything in them."""

from __future__ import annotations

from xml.etree import ElementTree

from simulations.dialing.plots import frontier, timeline

SVG = "{http://www.w3.org/2000/svg}"


def test_the_frontier_has_a_dot_for_each_policy_and_a_line_through_ratios() -> None:
    points = {
        "look_ahead": (0.85, 0.028),
        "vicidial_hard": (0.47, 0.034),
        "ours & theirs": (0.5, 0.2),
    }
    drawn = ElementTree.fromstring(frontier("a < b", points, [(0.4, 0.0), (0.6, 0.01)], 0.03))
    assert len(drawn.findall(f"{SVG}circle")) == 3
    texts = [text.text or "" for text in drawn.findall(f"{SVG}text")]
    assert "look_ahead 85.0% at 2.8%" in texts
    assert "ours & theirs 50.0% at 20.0%" in texts
    line = drawn.find(f"{SVG}polyline")
    assert line is not None
    assert len(line.attrib["points"].split()) == 2


def test_more_utilisation_is_higher_and_more_abandonment_is_further_right() -> None:
    points = {"look_ahead": (0.85, 0.028), "vicidial_hard": (0.47, 0.034)}
    drawn = ElementTree.fromstring(frontier("both", points, [], 0.03))
    (ax, ay), (bx, by) = (
        (float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in drawn.findall(f"{SVG}circle")
    )
    assert ax < bx
    assert ay < by


def test_a_timeline_has_a_panel_for_each_value_and_a_line_for_each_name() -> None:
    lines = {"look_ahead": [0.1] * 120, "vicidial_hard": [0.2] * 120}
    drawn = ElementTree.fromstring(timeline("t", [("one", 1.0, lines), ("two", 50.0, lines)]))
    assert len(drawn.findall(f"{SVG}polyline")) == 4
    texts = [text.text for text in drawn.findall(f"{SVG}text")]
    assert {"one", "two", "look_ahead", "vicidial_hard", "0:00", "1:00", "2:00"} <= set(texts)

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


def test_no_label_of_the_frontier_is_under_a_dot_or_another_label() -> None:
    points = {
        "oracle_answers": (0.936, 0.027),
        "oracle_talks": (0.867, 0.028),
        "look_ahead": (0.853, 0.028),
        "mean_matching": (0.822, 0.031),
        "best_ratio": (0.796, 0.017),
        "vicidial_tapered": (0.563, 0.032),
        "vicidial_average": (0.469, 0.034),
        "vicidial_hard": (0.468, 0.034),
        "progressive": (0.457, 0.0),
    }
    drawn = ElementTree.fromstring(frontier("20 agents", points, [], 0.03))
    dots = [(float(d.attrib["cx"]), float(d.attrib["cy"])) for d in drawn.findall(f"{SVG}circle")]
    boxes = []
    for text in drawn.findall(f"{SVG}text"):
        words = text.text or ""
        if words.split(" ")[0] in points:
            across, base, wide = float(text.attrib["x"]), float(text.attrib["y"]), 7.0 * len(words)
            left = across - wide if text.attrib["text-anchor"] == "end" else across
            boxes.append((left, base - 10, left + wide, base + 2))
    assert len(boxes) == len(dots) == len(points)
    for left, top, right, bottom in boxes:
        under = [(x, y) for x, y in dots if left - 5 < x < right + 5 and top - 5 < y < bottom + 5]
        assert under == []
        assert left >= 0
        assert right <= 860
    for one, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[one + 1 :]:
            assert not (
                left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
            )


def test_a_timeline_has_a_panel_for_each_value_and_a_line_for_each_name() -> None:
    lines = {"look_ahead": [0.1] * 120, "vicidial_hard": [0.2] * 120}
    drawn = ElementTree.fromstring(timeline("t", [("one", 1.0, lines), ("two", 50.0, lines)]))
    assert len(drawn.findall(f"{SVG}polyline")) == 4
    texts = [text.text for text in drawn.findall(f"{SVG}text")]
    assert {"one", "two", "look_ahead", "vicidial_hard", "0:00", "1:00", "2:00"} <= set(texts)

"""Plots are well-formed, and show what they are given."""

from typing import Any
from xml.etree import ElementTree

from simulations.center.plots import plots

SVG = "{http://www.w3.org/2000/svg}"


def row(from_s: float, mean: float | None) -> dict[str, Any]:
    reach = 0.1
    one = (
        {"mean": None, "low": None, "high": None, "count": 0}
        if mean is None
        else {"mean": mean, "low": mean - reach, "high": mean + reach, "count": 3}
    )
    return {"from_s": from_s, "service_level": one, "mean_wait_s": one, "occupancy": one}


def points(svg: str, tag: str) -> list[list[float]]:
    shape = ElementTree.fromstring(svg).find(f"{SVG}{tag}")
    assert shape is not None
    return [[float(n) for n in pair.split(",")] for pair in shape.attrib["points"].split()]


def test_a_higher_value_is_drawn_higher_and_a_later_one_further_right() -> None:
    drawn = plots({"intervals": [row(28_800, 0.4), row(30_600, 0.9), row(32_400, None)]})
    first, second = points(drawn["service_level.svg"], "polyline")
    assert first[0] < second[0]
    assert first[1] > second[1]
    assert len(points(drawn["occupancy.svg"], "polygon")) == 4


def test_nothing_to_show_is_an_empty_plot() -> None:
    for svg in plots({"intervals": []}).values():
        assert points(svg, "polyline") == []

"""What became of callers in a flow, as plain data."""

from __future__ import annotations

import pytest

from contact_center.core.ivr.drawing import Traffic
from contact_center.core.ivr.flow import HangUp, Play
from contact_center.reporting.flow_book import FlowBook, nearest_rank, share
from contact_center.reporting.flow_fold import fold_flow
from tests.core.ivr.caller import bundle, say, to
from tests.reporting.test_flow_fold import ASKED, LOG

FLOW = bundle(
    Play(name="deal", label="Who hears what", say=say("."), next=to("menu")),
    Play(name="menu", say=say("."), next=to("bye")),
    Play(name="never", say=say("."), next=to("bye")),
    HangUp(name="bye"),
    version="v2",
)


@pytest.fixture
def book() -> FlowBook:
    return fold_flow(LOG, ASKED)


def test_nodes_are_in_the_order_of_the_flow_and_those_that_are_gone_after_them(
    book: FlowBook,
) -> None:
    told = book.plain(FLOW)
    new, old = told["versions"]
    assert [(new["version"], new["current"]), (old["version"], old["current"])] == [
        ("v2", True),
        ("v1", False),
    ]
    names = [node["node"] for node in new["nodes"]]
    assert names == ["deal", "menu", "never", "bye", "balance", "people", "out"]
    deal, menu, never = new["nodes"][:3]
    assert (deal["label"], deal["reached"], deal["edges"][0]["edge"]) == (
        "Who hears what",
        0.5,
        "arm:a",
    )
    assert (menu["drop_off"]["count"], menu["drop_off"]["of"]) == (3, 9)
    assert menu["failures"] == {
        "no_input": 4, "no_match": 2, "error": 0, "limit": 0, "max_failures": 1,
    }  # fmt: skip
    assert (never["visits"], never["drop_off"]["share"], never["p50_us"]) == (0, None, None)


def test_without_the_flow_nodes_are_in_the_order_of_their_callers(book: FlowBook) -> None:
    nodes = [node["node"] for node in book.plain()["versions"][0]["nodes"]]
    assert nodes[:2] == ["menu", "deal"]


def test_arms_stand_beside_each_other_with_intervals(book: FlowBook) -> None:
    first, second = book.plain(FLOW)["versions"][0]["splits"]
    assert (first["arm"], first["calls"], second["arm"], second["calls"]) == ("a", 3, "b", 2)
    assert first["containment"] == {
        "count": 1, "of": 3, "share": 0.333333, "low": 0.061492, "high": 0.79234,
    }  # fmt: skip
    assert second["milestones"]["told"]["count"] == 1


def test_traffic_is_what_pictures_take(book: FlowBook) -> None:
    laid = Traffic(left=book.plain(FLOW)["traffic"])
    # Over all versions: two of nine visits of the new text and one of the old went on.
    assert (laid.entered("menu"), laid.lost("menu")) == (10, 3)


def test_a_share_of_nothing_is_unknown_and_percentiles_are_of_the_numbers() -> None:
    assert share(0, 0) == {"count": 0, "of": 0, "share": None, "low": 0.0, "high": 1.0}
    numbers = list(range(1, 11))
    assert [nearest_rank(numbers, percent) for percent in (1, 50, 90, 99)] == [1, 5, 9, 10]

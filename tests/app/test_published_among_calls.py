"""A flow published over HTTP while callers press keys in it: each finishes as they began."""

from __future__ import annotations

from pathlib import Path

from contact_center.core.events import Event, KeyPressed, PlaybackFinished
from contact_center.core.facts import NodeLeft
from contact_center.core.ids import CallId, FlowId, LegId, PlaybackId
from tests.benchmarks.publishing import astray, lost, publish_among, way

CALL, LEG = CallId("c1"), LegId("c1")


async def test_calls_in_flight_finish_on_their_version_and_no_event_is_lost(tmp_path: Path) -> None:
    found = await publish_among(tmp_path, live=40, nodes=100)
    assert (found.events_lost, found.calls_astray) == (0, 0)
    keys_of_two_parts = 40 * 2 * 10
    assert found.events > keys_of_two_parts
    assert found.during > 0


def key(number: str) -> Event:
    return KeyPressed(call=CALL, leg=LEG, key=number)


def test_an_event_that_was_told_and_not_handled_is_counted() -> None:
    over = PlaybackFinished(call=CALL, leg=LEG, playback=PlaybackId("p"))
    told = [key("1"), key("1"), over, key("2")]
    assert lost(told, list(reversed(told))) == 0
    assert lost(told, [key("1"), over, key("2")]) == 1
    assert lost(told, [key("2"), key("3")]) == 3


def left(*steps: str, version: str = "old") -> list[NodeLeft]:
    names = [step.split("/") for step in steps]
    return [
        NodeLeft(
            at=1, call=CALL, seq=n, flow=FlowId("long"), node=node, edge=edge, entered_at=0,
            version=version,
        )
        for n, (node, edge) in enumerate(names)
    ]  # fmt: skip


def test_a_call_that_went_another_way_or_version_or_not_to_the_end_is_counted() -> None:
    gone = [*way(2), "bye/ended"]
    assert astray(left(*gone), [CALL], 2, "old") == 0
    assert astray(left(*gone), [CALL], 2, "new") == 1
    assert astray(left(*gone[:-1]), [CALL], 2, "old") == 1
    assert astray(left(*gone), [CALL], 3, "old") == 1
    assert astray(left(*gone[:3], *gone[4:]), [CALL], 2, "old") == 1
    mixed = [*left(*gone[:4]), *left(*gone[4:], version="new")]
    assert astray(mixed, [CALL], 2, "old") == 1
    assert astray([*left(*gone)], [CALL, CallId("c2")], 2, "old") == 1

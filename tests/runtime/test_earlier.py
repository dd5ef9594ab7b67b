"""Versions of flows that calls are still in, over reloads, crashes and other files."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from contact_center.core import events as e
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import CallQueued, NodeLeft
from contact_center.core.ids import CallId, FlowId, LegId
from contact_center.runtime.earlier import as_earlier, made_again, needed
from contact_center.runtime.journal import segments
from contact_center.runtime.loop import Content
from contact_center.runtime.recovery import recover
from contact_center.runtime.replay import replay
from tests.runtime.test_loop import Rim, running
from tests.stories.centers import SALES, small_center

MAIN = FlowId("main")
NUMBER = "+14155550100"
NEW = Content(center="small", sources={"flow": "2"})


def load(_name: str, sources: Mapping[str, str]) -> CenterConfiguration:
    """The small center; where its text says so, its main flow leads 1 to support, as version 2."""
    center = small_center(absent_at_entry=None, absent_waiting=None)
    version = sources.get("flow", "1")
    if version == "1":
        return center
    flow = center.flows[MAIN]
    menu = flow.nodes["menu"]
    nodes = {**flow.nodes, "menu": replace(menu, keys={**menu.keys, "1": menu.keys["2"]})}
    flow = replace(flow, nodes=nodes, version=version)
    return replace(center, flows={**center.flows, MAIN: flow})


def a_call(name: str) -> list[e.Event]:
    leg = LegId(name)
    return [e.CallOffered(call=CallId(name), leg=leg, ani="", did=NUMBER, answered=True)]


def chosen(name: str) -> e.Event:
    return e.KeyPressed(call=CallId(name), leg=LegId(name), key="1")


START = [e.CenterStarted(epoch=1), e.ProviderResynced(provider="test", legs=())]


def test_of_contents_only_what_calls_need_is_kept_each_flow_once() -> None:
    first, second = (load("small", {"flow": number}) for number in "12")
    contents = [as_earlier(second, "b", {"flow": "2"}), as_earlier(first, "a", {"flow": "1"})]
    direct = first.flows[FlowId("direct")]
    kept = needed([first.flows[MAIN], direct], contents)
    assert [(one.center, one.flows) for one in kept] == [
        ("b", [(direct.flow, direct.version)]),
        ("a", [(MAIN, "1")]),
    ]
    again = made_again(kept, load)
    assert {(one.flow, one.version) for one in again} == {(direct.flow, "1"), (MAIN, "1")}
    assert needed([], contents) == ()


async def test_a_call_finishes_on_its_version_over_a_reload_and_the_journal_replays(
    tmp_path: Path,
) -> None:
    rim = Rim(tmp_path)
    async with running(rim) as loop:
        for event in [*START, *a_call("c1")]:
            loop.post(event)
        await asyncio.wait_for(loop.settle(), 5)
        loop.reload(load("small", NEW.sources), NEW, "v2")
        for event in [*a_call("c2"), chosen("c1"), chosen("c2")]:
            loop.post(event)
        await asyncio.wait_for(loop.settle(), 5)
        loop.begin_segment()
    queues = {fact.call: fact.queue for fact in rim.of(CallQueued)}
    assert queues["c1"] == SALES != queues["c2"]
    assert {(f.call, f.version) for f in rim.of(NodeLeft)} == {("c1", "1"), ("c2", "2")}
    header = segments(tmp_path)[-1].header()
    assert [one.flows for one in header.earlier] == [[(MAIN, "1")]]
    result = replay(tmp_path, load)
    assert (result.segments, result.difference) == (3, None)


async def test_a_process_that_dies_or_is_started_with_other_files_finds_the_version_again(
    tmp_path: Path,
) -> None:
    rim = Rim(tmp_path)
    async with running(rim) as loop:
        for event in [*START, *a_call("c1")]:
            loop.post(event)
        await asyncio.wait_for(loop.settle(), 5)
        loop.reload(load("small", NEW.sources), NEW, "v2")
        await asyncio.wait_for(loop.settle(), 5)
    same = recover(tmp_path, "small", NEW.sources, load, 1)
    other = recover(tmp_path, "small", {"flow": "3"}, load, 1)
    for back in (same, other):
        assert [one.version for one in back.center.calls.flows.earlier] == ["1"]
        assert [one.flows for one in back.earlier] == [[(MAIN, "1")]]
        session = back.center.calls.calls[CallId("c1")].session
        assert session is not None
        assert session.version == "1"


async def test_a_version_is_let_go_when_no_call_is_in_it(tmp_path: Path) -> None:
    rim = Rim(tmp_path)
    async with running(rim) as loop:
        for event in [*START, *a_call("c1")]:
            loop.post(event)
        await asyncio.wait_for(loop.settle(), 5)
        loop.reload(load("small", NEW.sources), NEW, "v2")
        assert loop.center.calls.flows.has_earlier
        del loop.center.calls.calls[CallId("c1")]
        loop.post(e.DeadlinePassed())
        await asyncio.wait_for(loop.settle(), 5)
        assert not loop.center.calls.flows.has_earlier

"""Measuring flows: what is measured is what is meant."""

from __future__ import annotations

import json

import pytest

from contact_center.content.center import load_content
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import CallId
from simulations.__main__ import main
from simulations.bench import ivr


def loaded(nodes: int = 20, words: str = "Thank you.") -> CenterConfiguration:
    return load_content(ivr.sources(nodes, words)).configuration


def test_the_flow_has_about_as_many_nodes_as_asked_for_and_no_warning() -> None:
    center = load_content(ivr.sources(300))
    assert center.warnings == ()
    assert 294 <= len(center.configuration.flows[ivr.FLOW].nodes) <= 306


def test_callers_go_all_the_way_before_and_after_a_publish() -> None:
    ways = ivr.ways_of_a_day(loaded(), loaded(words="Thank you very much."), 3)
    assert len(ways) == 3
    for way in ways.values():
        assert way[0] == "p0_menu/choice:p0_ask"
        assert "p1_count/next" in way
    assert len({tuple(way) for way in ways.values()}) == 1


def test_nothing_is_lost_in_a_publish_and_what_is_lost_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert ivr.lost_in_a_publish(20, 5) == 0
    real = ivr.ways_of_a_day

    def with_a_loss(
        old: CenterConfiguration, new: CenterConfiguration, live: int
    ) -> dict[CallId, list[str]]:
        ways = real(old, new, live)
        if old is not new:
            ways[CallId("c0")].pop()
        return ways

    monkeypatch.setattr(ivr, "ways_of_a_day", with_a_loss)
    assert ivr.lost_in_a_publish(20, 5) == 1


def test_the_command_prints_what_it_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "ivr", "--nodes", "20", "--calls", "2", "--live", "2", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["steps_per_s"] > document["nodes_per_s"] > 0
    assert document["steps_alone_per_s"] > 0
    assert (document["events_lost"], document["live"], document["nodes"]) == (0, 2, 20)
    assert document["load_ms"] > 0
    assert main(["bench", "ivr", "--nodes", "3"]) == 2

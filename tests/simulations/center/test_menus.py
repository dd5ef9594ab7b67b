"""Callers press keys in flows by a mix, services answer by shares, and all of it is counted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from contact_center.content.center import load_content
from contact_center.core.events import Event
from contact_center.core.facts import CallFinished, CallQueued, CallStarted, FaultFound, NodeLeft
from contact_center.core.output import Output
from simulations.center.manners import Manners
from simulations.center.outcome import FlowTally
from simulations.center.scenario import Plan, Route, Scenario, load_scenario, scenario_of
from simulations.center.world import World
from simulations.workload import Workload
from tests.simulations.center.busy_hour import FOLDER

CENTER = """\
center: Shop
schema: 1
region: US
language: en-US
timezone: UTC
flows: [menu.yaml]
numbers: {"+14155550100": menu}
queues: {sales: {label: Sales}}
agents: {ann: {name: Ann, login: ann, extension: 1001, queues: [sales]}}
"""
FLOW = """\
flow: menu
schema: 1
entry: welcome
defaults: {first_timeout: 5s, inter_digit: 2s}
global_keys: {"0": sales}
services:
  stock: {url: "http://stock.example.com/", timeout: 2s, returns: {left: body.left}}
vars: {left: {type: int}, pin: {type: secret}}
nodes:
  welcome:
    do: menu
    say: "Welcome. For what is left, press 1."
    keys: {"1": look, "2": ask_pin, "3": listen}
    on_no_input: [{goto: bye}]
    on_no_match: [{goto: bye}]
  look: {do: lookup, service: stock, ok: told, not_found: sales, timeout: slow, error: broken}
  told: {do: hangup, say: "There are ${vars.left}.", contained: true}
  slow: {do: hangup, reason: slow}
  broken: {do: hangup, reason: broken}
  ask_pin:
    do: collect
    say: Your code.
    into: pin
    length: 4
    sensitive: true
    check: {regex: "1[0-9]+"}
    on_no_input: [{goto: bye}]
    on_no_match: [{goto: bye}]
    next: told_pin
  told_pin: {do: hangup, contained: true}
  listen:
    do: menu
    say: This is said to its end, whoever presses what, for everybody who calls has to hear it all.
    barge_in: false
    keys: {"5": bye}
    on_no_input: [{goto: bye}]
    on_no_match: [{goto: bye}]
  sales: {do: queue, queue: sales, timeout: bye, no_agents: bye, full: bye}
  bye: {do: hangup, say: Goodbye.}
"""
LOAD = {
    "first_day": "2026-11-02",
    "queues": {
        "sales": {
            "arrivals": {"kind": "profile", "interval_s": 3600, "calls": {"mon": [60]}},
            "types": {"all": {"talk": {"kind": "constant", "seconds": 30}}},
        }
    },
    "agents": {"ann": {}},
}


def shop(**manners: Any) -> Scenario:
    texts = {"center.yaml": CENTER, "menu.yaml": FLOW}
    read: Manners = TypeAdapter(Manners).validate_python(manners)
    plan = Plan(
        name="Shop",
        center="",
        level="center",
        routes={"sales": Route(did="+14155550100")},
        flows={"menu": read},
    )
    workload: Workload = TypeAdapter(Workload).validate_python(LOAD)
    assert workload.first_day == date(2026, 11, 2)
    return scenario_of(plan, load_content(texts).configuration, workload)


class Day:
    """A day, and which ways were gone."""

    def __init__(self, scenario: Scenario, seed: int = 1) -> None:
        self.ways: Counter[str] = Counter()
        self.facts: list[Output] = []
        self.world = World(scenario, seed)
        self.world.on_step = self._step
        self.outcome = self.world.run()

    def _step(self, event: Event, at: int, outputs: Sequence[Output]) -> None:
        self.facts += outputs
        for output in outputs:
            assert not isinstance(output, FaultFound), output
            if isinstance(output, NodeLeft):
                self.ways[f"{output.node}/{output.edge}"] += 1

    @property
    def menu(self) -> FlowTally:
        return self.outcome.flows["menu"]


def test_keys_are_pressed_by_their_weights() -> None:
    day = Day(shop(nodes={"welcome": {"1": 3, "0": 1}}))
    pressed = day.ways["welcome/choice:look"], day.ways["welcome/global:sales"]
    assert sum(pressed) == day.menu.calls == day.menu.finished > 40
    assert 0.55 < pressed[0] / sum(pressed) < 0.92
    assert day.menu.zero_outs == pressed[1]
    assert day.menu.contained == 0  # nobody said what the service answers: there is nothing
    assert day.ways["look/not_found"] == pressed[0]
    assert day.menu.to_people == day.menu.calls == day.outcome.total().offered


def test_the_same_seed_gives_the_same_and_another_does_not() -> None:
    scenario = shop(nodes={"welcome": {"1": 1, "0": 1, "nothing": 1}})
    one, again, other = Day(scenario), Day(scenario), Day(scenario, seed=2)
    assert one.outcome == again.outcome
    assert one.ways == again.ways != other.ways


def test_some_never_press_anything() -> None:
    nodes = {"welcome": {"0": 1}}
    assert Day(shop(nodes=nodes, silent=1.0)).ways["welcome/global:sales"] == 0
    some = Day(shop(nodes=nodes, silent=0.5))
    assert 0.25 < some.ways["welcome/no_input#1"] / some.menu.calls < 0.75


def test_where_nothing_is_written_nothing_is_pressed() -> None:
    day = Day(shop())
    assert day.ways["welcome/no_input#1"] == day.menu.calls > 40
    assert (day.menu.to_people, day.menu.zero_outs) == (0, 0)


def test_who_hangs_up_is_gone() -> None:
    day = Day(shop(nodes={"welcome": {"hang up": 1}}))
    assert day.ways == {"welcome/hangup": day.menu.calls}


def test_who_has_no_patience_is_not_there_any_more() -> None:
    hasty = {"kind": "constant", "seconds": 1.5}
    day = Day(shop(nodes={"welcome": {"0": 1}}, patience=hasty))
    assert day.ways == {"welcome/hangup": day.menu.calls}
    assert day.menu.in_flow_s / day.menu.timed == pytest.approx(1.5, abs=0.2)
    # Nobody's patience with the flow ends what comes after it.
    soon = {"kind": "constant", "seconds": 0.5}
    talked = Day(shop(nodes={"welcome": {"0": 1}}, patience=hasty, thinks=soon))
    assert talked.outcome.total().answered > 0
    assert talked.ways["welcome/hangup"] == 0


@pytest.mark.parametrize(
    ("answers", "way"),
    [
        ({"values": {"left": [3]}}, "look/ok"),
        ({"found": 0.0}, "look/not_found"),
        ({"failed": 1.0}, "look/error"),
        ({"time": {"kind": "constant", "seconds": 5}}, "look/timeout"),
        ({"values": {"left": ["many"]}}, "look/error"),
    ],
)
def test_services_answer_as_the_scenario_says(answers: dict[str, Any], way: str) -> None:
    day = Day(shop(nodes={"welcome": {"1": 1}}, lookups={"stock": answers}))
    assert day.ways[way] == day.menu.calls
    assert day.menu.contained == (day.menu.calls if way == "look/ok" else 0)


def test_an_answer_takes_its_time_and_may_be_one_of_several() -> None:
    answers = {
        "found": 0.5,
        "time": {"kind": "constant", "seconds": 1},
        "values": {"left": [3, 4]},
    }
    day = Day(shop(nodes={"welcome": {"1": 1}}, lookups={"stock": answers}))
    assert day.ways["look/ok"] + day.ways["look/not_found"] == day.menu.calls
    assert 0.25 < day.ways["look/ok"] / day.menu.calls < 0.75
    took = {
        fact.at - fact.entered_at
        for fact in day.facts
        if isinstance(fact, NodeLeft) and fact.node == "look"
    }
    assert took == {1_000_000}


def test_codes_are_looked_at_as_the_vault_would() -> None:
    day = Day(shop(nodes={"welcome": {"2": 1}, "ask_pin": {"1234": 1, "9999": 1}}))
    assert day.ways["ask_pin/next"] > 0 < day.ways["ask_pin/no_match#1"]
    assert day.ways["ask_pin/next"] == day.menu.contained


def test_callers_hear_to_its_end_what_they_cannot_cut_short() -> None:
    day = Day(shop(nodes={"welcome": {"3": 1}, "listen": {"5": 1}}))
    assert day.ways["listen/choice:bye"] == day.menu.calls


def test_the_time_in_the_flow_ends_where_the_line_begins() -> None:
    day = Day(shop(nodes={"welcome": {"0": 1, "1": 1}}))
    began = {f.call: f.at for f in day.facts if isinstance(f, CallStarted)}
    ended: dict[str, int] = {}
    for fact in day.facts:
        if isinstance(fact, CallQueued | CallFinished):
            ended.setdefault(fact.call, fact.at)
    spent = sum(ended[call] - began[call] for call in began) / 1e6
    assert day.menu.in_flow_s == pytest.approx(spent)
    assert day.menu.measures()["in_flow_s"] == pytest.approx(spent / day.menu.calls)


def test_who_goes_by_a_script_presses_nothing_else() -> None:
    scenario = shop(nodes={"welcome": {"1": 1}})
    routes = {"sales": Route(did="+14155550100", script=("press 0 after 1 s",))}
    day = Day(replace(scenario, plan=replace(scenario.plan, routes=routes)))
    assert day.ways["welcome/global:sales"] == day.menu.calls


def test_the_bank_s_lines_serve_some_and_bring_others_to_people() -> None:
    day = Day(load_scenario(Path(FOLDER) / "bank_lines.yaml"))
    found, cards = (day.outcome.flows[flow] for flow in ("tidewater", "tidewater-cards"))
    measures = {name: value or 0.0 for name, value in found.measures().items()}
    assert found.calls == found.finished > 100
    assert 0.1 < measures["contained"] < 0.5
    assert 0.1 < measures["zero_out"] < 0.4
    assert measures["contained"] + measures["to_people"] < 1.0
    assert cards.to_people == cards.calls > 10
    for way in ("identify/ok", "identify/not_found", "verify/ok", "get_balance/ok"):
        assert day.ways[way] > 0


def test_the_nursery_s_lines_tell_orders_and_hours_and_take_messages_when_nobody_is_there() -> None:
    """The evening in which the nursery closes: its main line, and the gardeners' own number."""
    day = Day(load_scenario(Path(FOLDER) / "nursery_lines.yaml"))
    main, gardeners = (day.outcome.flows[flow] for flow in ("larkfield", "larkfield-after-hours"))
    assert main.calls == main.finished > 40
    told_closed = day.outcome.flows["larkfield-closure"].calls
    assert main.to_people == main.calls - told_closed, "what is told does not end a call there"
    for way in ("choice:sales", "choice:ask_order", "choice:support"):
        assert day.ways[f"main/{way}"] > 0
    assert day.ways["look_order/ok"] == day.ways["tell_order/next"] > 0
    assert (
        day.ways["look_order/not_found"] + day.ways["look_order/error"]
        <= day.ways["read_back/next"]
    )
    assert gardeners.calls == gardeners.finished == day.ways["gate/open"] + day.ways["gate/closed"]
    assert gardeners.to_people == day.ways["gate/open"] > 0, "who comes in time waits for one"
    assert day.ways["told_hours/next"] > 0
    assert day.ways["tomorrow/registered"] == day.ways["will_call/next"] > 0
    messages = day.ways["message/recorded"], day.ways["take_message/recorded"]
    assert day.ways["thanks/ended"] == sum(messages) > messages[0] > 0
    survey, closure = (day.outcome.flows[f"larkfield-{name}"] for name in ("survey", "closure"))
    assert 0 < survey.calls < main.calls, "some gardeners hang up first"
    assert day.ways["after_talk/answered"] > 0
    assert (
        closure.calls
        == day.ways["closed_today/heard"]
        + day.ways["closed_today/urgent"]
        + (day.ways["closed_today/hangup"])
    )
    assert 0 < closure.calls < main.calls, "a quarter of an hour, and then no more"
    frost = day.outcome.flows["outbound-message"]
    assert frost.timed == frost.finished == frost.calls < 25, "who was not reached was not in it"
    assert 0 < day.ways["message/choice:advice"] < frost.calls
    assert day.ways["message/no_input#1"] > 0, "some say nothing"

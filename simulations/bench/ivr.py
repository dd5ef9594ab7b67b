"""How fast flows run and load, and whether a publish in the middle of calls loses anything.

A step is one event of one caller, with all that the flow does about it: the nodes it walks
through, the expressions it evaluates, the commands and facts that come of it. The flow is loaded
from YAML as any other, so it is checked as any other.
"""

import gc
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec

from contact_center.content.center import load_content
from contact_center.core.acd_events import ConfigurationReloaded
from contact_center.core.center import Center
from contact_center.core.commands import PlaySequence
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.events import (
    CallOffered,
    CenterStarted,
    CustomerLookedUp,
    Event,
    KeyPressed,
    PlaybackFinished,
    ProviderResynced,
    TimerFired,
)
from contact_center.core.facts import NodeLeft
from contact_center.core.ids import CallId, CallIds, FlowId, LegId
from contact_center.core.ivr.flow import FlowBundle
from contact_center.core.ivr.interpreter import Interpreter
from contact_center.core.ivr.session import CustomerKnown, IvrSession, IvrStarted, Phase
from contact_center.core.output import Output
from contact_center.core.snapshot import CenterSnapshot, restore, snapshot

NUMBER = "+14155550100"
FLOW = FlowId("long")
NODES_A_PART = 6
START_US = 1_795_446_000_000_000
_SECOND_US = 1_000_000

_CENTER = """\
center: Bench
schema: 1
region: US
language: en-US
timezone: UTC
flows: [long.yaml]
numbers: {"+14155550100": long}
queues: {sales: {label: Sales}}
agents: {ann: {name: Ann, login: ann, extension: 1001, queues: [sales]}}
"""
_HEAD = """\
flow: long
schema: 1
entry: p0_menu
limits: {steps: 10000}
global_keys: {"0": operator}
vars:
  number: {type: string, default: ""}
  tier: {type: enum, of: [none, gold]}
  count: {type: int, default: 0}
nodes:
  operator: {do: queue, queue: sales, timeout: bye, no_agents: bye, full: bye}
  bye: {do: hangup, say: "Thank you, goodbye."}
"""
_PART = """\
  p{n}_menu:
    do: menu
    say: "This is part {n}. To go on, press 1. To hear it again, press 2."
    keys: {{"1": p{n}_ask, "2": repeat, "12": p{n}_tell}}
    on_no_input: ["Please choose.", {{goto: operator}}]
    on_no_match: ["Please choose.", {{goto: operator}}]
  p{n}_ask:
    do: collect
    say: Please enter your number.
    into: number
    min: 4
    max: 8
    check: {{regex: "[1-9][0-9]+"}}
    on_no_input: ["Please enter it.", {{goto: operator}}]
    on_no_match: ["Please enter it again.", {{goto: operator}}]
    next: p{n}_look
  p{n}_look: {{do: branch, cases: [{{if: vars.tier == 'gold', goto: operator}}], else: p{n}_count}}
  p{n}_count: {{do: set, vars: {{count: vars.count + 1}}, next: p{n}_tell}}
  p{n}_tell: {{do: play, say: "Thank you.", next: p{n}_note}}
  p{n}_note: {{do: tag, milestone: part_{n}, next: {next}}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class IvrSize:
    """What is measured: nodes of the flow, calls in it, and how often."""

    nodes: int = 300
    calls: int = 200
    live: int = 500
    runs: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class IvrTimes:
    """``steps_per_s`` and ``nodes_per_s`` of the processor, the best of the runs.

    They are with what callers do: looking where they are, deciding, making events.
    ``steps_alone_per_s`` is for the same steps when their events are there beforehand.
    ``load_ms`` is for YAML, checks, expressions and the graph: the median, of the processor, beside
    the same on the clock. ``events_lost``: calls of `live` that did not come to where they would
    have without the publish in the middle.
    """

    nodes: int
    steps_per_s: float
    steps_alone_per_s: float
    nodes_per_s: float
    load_ms: float
    load_wall_ms: float
    live: int
    events_lost: int


@contextmanager
def as_the_product_runs() -> Iterator[None]:
    """Have garbage looked for as seldom as the product does, and not among what is there."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def sources(nodes: int, words: str = "Thank you.") -> dict[str, str]:
    """Write a center with one flow of about `nodes` nodes, which is one long way."""
    parts = max(1, (nodes - 2) // NODES_A_PART)
    ways = [f"p{n + 1}_menu" for n in range(parts - 1)] + ["bye"]
    body = "".join(_PART.format(n=n, next=way) for n, way in enumerate(ways))
    return {"center.yaml": _CENTER, "long.yaml": _HEAD + body.replace("Thank you.", words)}


def measure(size: IvrSize) -> IvrTimes:
    """Load, run, publish."""
    texts = sources(size.nodes)
    loads, walls = [], []
    for _ in range(size.runs):
        gc.collect()
        began, wall = time.process_time(), time.perf_counter()
        loaded = load_content(texts)
        loads.append(time.process_time() - began)
        walls.append(time.perf_counter() - wall)
    bundle = loaded.configuration.flows[FLOW]
    with as_the_product_runs():
        steps, nodes = max(_walk(bundle, size.calls) for _ in range(size.runs))
        alone = max(_alone(bundle, size.calls) for _ in range(size.runs))
    return IvrTimes(
        nodes=len(bundle.nodes),
        steps_per_s=steps,
        steps_alone_per_s=alone,
        nodes_per_s=nodes,
        load_ms=statistics.median(loads) * 1_000,
        load_wall_ms=statistics.median(walls) * 1_000,
        live=size.live,
        events_lost=lost_in_a_publish(size.nodes, size.live),
    )


def _walk(bundle: FlowBundle, calls: int) -> tuple[float, float]:
    """Let callers go all the way, some prompts heard to their end; steps and nodes a second."""
    interpreter = Interpreter(bundle)
    steps = nodes = 0
    now = START_US
    gc.collect()
    began = time.process_time()
    for number in range(calls):
        session, ids = _caller(bundle, number)
        begin: tuple[Event, ...] = (CustomerKnown(values=(("tier", ""),)), IvrStarted())
        for event in begin:
            interpreter.step(session, ids, event, now)
            steps += 1
        while session.phase is not Phase.DONE:
            now += _SECOND_US
            for event in _next(session, ids, number):
                interpreter.step(session, ids, event, now)
                steps += 1
        nodes += session.steps
    took = time.process_time() - began
    return steps / took, nodes / took


def _alone(bundle: FlowBundle, calls: int) -> float:
    """Let callers go the same way once more with the events of the first time; steps a second."""
    interpreter = Interpreter(bundle)
    told = [_events(interpreter, number) for number in range(calls)]
    gc.collect()
    gc.freeze()  # nor among what is kept here, which is nothing that the interpreter keeps
    began = time.process_time()
    for number, events in enumerate(told):
        session, ids = _caller(bundle, number)
        for event, now in events:
            interpreter.step(session, ids, event, now)
    took = time.process_time() - began
    assert session.phase is Phase.DONE
    return sum(map(len, told)) / took


def _events(interpreter: Interpreter, number: int) -> list[tuple[Event, int]]:
    """Walk one caller, and give what they did, with the instants."""
    session, ids = _caller(interpreter.bundle, number)
    now = START_US
    told: list[tuple[Event, int]] = [
        (CustomerKnown(values=(("tier", ""),)), now),
        (IvrStarted(), now),
    ]
    for event, at in told:
        interpreter.step(session, ids, event, at)
    while session.phase is not Phase.DONE:
        now += _SECOND_US
        for event in _next(session, ids, number):
            interpreter.step(session, ids, event, now)
            told.append((event, now))
    return told


def _caller(bundle: FlowBundle, number: int) -> tuple[IvrSession, CallIds]:
    call = CallId(f"c{number}")
    session = IvrSession(
        flow=bundle.flow,
        version=bundle.version,
        leg=LegId(call),
        ani=f"+1415555{number:04}",
        did=NUMBER,
    )
    return session, CallIds(call=call)


def _next(session: IvrSession, ids: CallIds, number: int) -> list[Event]:
    """What a caller does where they are: hear a prompt out, or press what is asked for."""
    leg, call = session.leg, ids.call
    plays = session.node.endswith("_tell") or session.node in ("bye", "")
    hears = session.playback is not None and (plays or (session.steps + number) % 2 == 0)
    if hears and session.playback is not None:
        return [PlaybackFinished(call=call, leg=leg, playback=session.playback)]
    if session.node.endswith("_menu"):
        if session.digits and session.timer is not None:
            return [TimerFired(call=call, leg=leg, timer=session.timer)]
        return [KeyPressed(call=call, leg=leg, key="1")]
    return [KeyPressed(call=call, leg=leg, key=key) for key in "12345678"]


# --- a publish in the middle of calls ------------------------------------------------------------


def lost_in_a_publish(nodes: int, live: int) -> int:
    """Count the calls of `live` whose way differs from the one without a publish."""
    old = load_content(sources(nodes)).configuration
    new = load_content(sources(nodes, "Thank you very much.")).configuration
    plain, published = ways_of_a_day(old, old, live), ways_of_a_day(old, new, live)
    return sum(plain[call] != published[call] for call in plain)


def ways_of_a_day(
    old: CenterConfiguration, new: CenterConfiguration, live: int
) -> dict[CallId, list[str]]:
    """Let `live` callers go on at the same time; after half of their keys the new flow is there."""
    center = Center(old)
    now = START_US
    ways: dict[CallId, list[str]] = {CallId(f"c{n}"): [] for n in range(live)}
    playing: dict[CallId, PlaybackFinished] = {}

    def tell(event: Event) -> None:
        for output in center.handle(event, now):
            _keep(output, ways, playing)

    tell(CenterStarted(epoch=1))
    tell(ProviderResynced(provider="bench", legs=()))
    for call in ways:
        offered = CallOffered(
            call=call, leg=LegId(call), ani="+14155550111", did=NUMBER, answered=True
        )
        tell(offered)
        tell(CustomerLookedUp(call=call, customers=(), history=()))
    for number, key in enumerate(_KEYS):
        if number == len(_KEYS) // 2:
            taken = msgspec.json.encode(snapshot(center))
            center = restore(new, msgspec.json.decode(taken, type=CenterSnapshot))
            tell(ConfigurationReloaded(version="new"))
        for call in ways:
            now += 1_000
            if key == "." and call in playing:
                tell(playing.pop(call))
            elif key != ".":
                tell(KeyPressed(call=call, leg=LegId(call), key=key))
    return ways


_KEYS = ("1#" + "12345678" + ".") * 3
"""What every caller does; a dot is hearing a prompt out."""


def _keep(
    output: Output, ways: dict[CallId, list[str]], playing: dict[CallId, PlaybackFinished]
) -> None:
    if isinstance(output, NodeLeft):
        ways[output.call].append(f"{output.node}/{output.edge}")
    elif isinstance(output, PlaySequence):
        over = PlaybackFinished(call=output.call, leg=output.leg, playback=output.playback)
        playing[output.call] = over

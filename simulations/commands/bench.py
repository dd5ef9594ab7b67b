"""``bench``: how fast and how well the router, the simulations and the dialer do their work."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from simulations.bench.engine import compare
from simulations.bench.expected_wait import Load, foretell
from simulations.bench.ivr import IvrSize
from simulations.bench.ivr import measure as measure_ivr
from simulations.bench.routing import DEPARTMENTS, Size, Times, measure
from simulations.commands import bench_dialer
from simulations.commands.outcome import FINE, UsageError
from simulations.processes import alone

HELP = "measure: routing, engine, expected-wait, dialer, ivr, speech"
QUEUES = (10, 100, 1_000, 10_000)
_IVR = IvrSize()


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be said."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    routing = what.add_parser("routing", help="decisions, with many agents and callers")
    routing.add_argument("--agents", type=int, default=10_000)
    routing.add_argument("--waiting", type=int, default=100_000)
    routing.add_argument(
        "--queues", type=int, nargs="+", default=list(QUEUES), help="one run each (10 to 10000)"
    )
    routing.add_argument("--types", type=int, default=500, help="kinds of agents (500)")
    routing.add_argument("--classes", type=int, default=300, help="kinds of callers (300)")
    routing.add_argument("--decisions", type=int, default=20_000, help="measured, of each kind")
    engine = what.add_parser("engine", help="simulated calls a second, beside Ciw")
    engine.add_argument("--calls", type=int, default=20_000)
    engine.add_argument("--runs", type=int, default=3)
    wait = what.add_parser("expected-wait", help="foretold waits beside two simpler rules")
    wait.add_argument("--calls", type=int, default=Load.calls)
    wait.add_argument("--seed", type=int, default=1)
    wait.add_argument("--hours", type=float, default=2.0, help="of one swing of the load (2)")
    dialer = what.add_parser("dialer", help="ways of pacing side by side, in many scenarios")
    bench_dialer.arguments(dialer)
    ivr = what.add_parser("ivr", help="steps of flows a second, loading, a publish among calls")
    ivr.add_argument("--nodes", type=int, default=_IVR.nodes, help="of the flow (300)")
    ivr.add_argument("--calls", type=int, default=_IVR.calls, help="walked through it (200)")
    ivr.add_argument("--live", type=int, default=_IVR.live, help="at the publish (500)")
    speech = what.add_parser("speech", help="words understood on the telephone (needs espeak-ng)")
    speech.add_argument("--tuned", action="store_true", help="of the voices it was tuned by")
    for each in (routing, engine, wait, dialer, ivr, speech):
        each.add_argument("--json", action="store_true", help="print JSON instead of lines")


def run(chosen: argparse.Namespace) -> int:
    """Measure, and print."""
    document = {**_MEASURES[chosen.what](chosen), "load_average": os.getloadavg()[0]}
    if chosen.json:
        print(json.dumps(document))
    elif chosen.what == "dialer":
        print("\n".join(bench_dialer.table(document)))
    else:
        print("\n".join(lines(document)))
    return FINE


def lines(document: Mapping[str, Any], indent: str = "") -> list[str]:
    """Write a document for people: a line a value."""
    found: list[str] = []
    for name, value in document.items():
        if isinstance(value, dict):
            found += [f"{indent}{name}:", *lines(value, indent + "  ")]
        elif isinstance(value, list):
            for each in value:
                found += [f"{indent}{name}:", *lines(each, indent + "  ")]
        else:
            shown = f"{value:,.3f}" if isinstance(value, float) else value
            found.append(f"{indent}{name}: {shown}")
    return found


def _routing(chosen: argparse.Namespace) -> dict[str, Any]:
    least = 12 * DEPARTMENTS
    if min(chosen.agents, chosen.waiting, chosen.decisions) < 1 or chosen.types > chosen.agents:
        raise UsageError("at least one agent of each kind, one caller and one decision")
    if chosen.classes < least or chosen.classes > 66 * DEPARTMENTS or chosen.types < DEPARTMENTS:
        raise UsageError(f"{least} to {66 * DEPARTMENTS} kinds of callers, {DEPARTMENTS} of agents")
    if any(queues < DEPARTMENTS for queues in chosen.queues):
        raise UsageError(f"at least {DEPARTMENTS} queues: one for each department")
    runs: list[Times] = []
    for queues in chosen.queues:
        sys.stderr.write(f"{queues} queues ...\n")
        size = Size(
            agents=chosen.agents,
            waiting=chosen.waiting,
            queues=queues,
            types=chosen.types,
            classes=chosen.classes,
            idle=max(1, chosen.agents // 10),
            decisions=chosen.decisions,
        )
        runs.append(alone(measure, size))
    first, last = runs[0], runs[-1]
    return {
        **{name: value for name, value in asdict(first).items() if name != "queues"},
        "agents": chosen.agents,
        "waiting": chosen.waiting,
        "most_queues_to_fewest_p50": last.agent_free_p50_us / first.agent_free_p50_us,
        "by_queues": [asdict(times) for times in runs],
    }


def _engine(chosen: argparse.Namespace) -> dict[str, Any]:
    if chosen.calls < 100 or chosen.runs < 1:
        raise UsageError("at least one run of 100 calls")
    return compare(calls=chosen.calls, runs=chosen.runs).document()


def _expected_wait(chosen: argparse.Namespace) -> dict[str, Any]:
    if chosen.calls < Load.warm_up or chosen.hours <= 0:
        raise UsageError(f"at least {Load.warm_up} calls, and a swing of some length")
    load = Load(calls=chosen.calls, seed=chosen.seed, period_s=chosen.hours * 3600)
    return {**foretell(load).document(), "swing_hours": chosen.hours}


def _ivr(chosen: argparse.Namespace) -> dict[str, Any]:
    if chosen.nodes < 8 or min(chosen.calls, chosen.live) < 1:
        raise UsageError("at least 8 nodes, one call and one live call")
    size = IvrSize(nodes=chosen.nodes, calls=chosen.calls, live=chosen.live)
    times = asdict(alone(measure_ivr, size))
    load = times.pop("load_ms")
    return {"load_300_nodes_ms" if chosen.nodes == _IVR.nodes else "load_ms": load, **times}


def _speech(chosen: argparse.Namespace) -> dict[str, Any]:
    # Its engine is loaded by whoever measures it, and by nobody else.
    from simulations.bench import speech

    try:
        return speech.measure(speech.TUNED if chosen.tuned else speech.VOICES)
    except FileNotFoundError:
        raise UsageError(
            f"{speech.PROGRAM} is not there: apt-get install {speech.PROGRAM}"
        ) from None


_MEASURES: Mapping[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "routing": _routing,
    "engine": _engine,
    "expected-wait": _expected_wait,
    "dialer": bench_dialer.run,
    "ivr": _ivr,
    "speech": _speech,
}

"""Side by side with app_queue on one Asterisk: the same load, the same phones, the same machine.

    python -m tests.benchmarks.peers                            every row
    python -m tests.benchmarks.peers --only free --seconds 60   one row, for longer
    python -m tests.benchmarks.peers --list

Callers and agents are one user agent with the kernel's receive stamps. app_queue goes first, then
our product on an Asterisk of its own. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.peers.profile import sample
from tests.benchmarks.peers.rows import ROWS
from tests.benchmarks.peers.run import Scenario, run
from tests.benchmarks.peers.trials import TRIALS

SEED = 20
EVERY = [*ROWS, *TRIALS]

TOP = {
    "p50_ms": ("free", "p50_ms"),
    "p99_ms": ("free", "p99_ms"),
    "idle_while_waiting_s": ("restricted", "idle_while_waiting_s"),
    "arrival_p50_ms": ("arrival", "p50_ms"),
}
"""The keys that stand for the whole comparison, and the rows they are taken from."""


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _pooled(measured: Sequence[dict[str, object]]) -> dict[str, object]:
    """The median of each number over repetitions; what is no number is as it was at first."""
    if len(measured) == 1:
        return measured[0]
    keys: dict[str, object] = {"repetitions": len(measured)}
    for name, first in measured[0].items():
        values = [m[name] for m in measured if isinstance(m.get(name), int | float)]
        keys[name] = round(median(values), 4) if values else first  # type: ignore[type-var]
    return keys


async def compare(scenario: Scenario, options: argparse.Namespace) -> dict[str, object]:
    """Both sides of a row, one after the other: their keys, each with its side in front."""
    found: dict[str, object] = {"row": scenario.row, "goal": scenario.goal}
    seconds = options.seconds or scenario.seconds
    arms = [("app_queue", arm) for arm in scenario.arms if not (arm and options.best_only)]
    arms += [("ours", arm) for arm in scenario.ours_arms]
    for side, arm in arms:
        if options.side not in ("both", side):
            continue
        prefix = f"{side}_{arm}_" if arm else f"{side}_"
        if side == "ours" and scenario.needs and not options.anyway:
            found[f"{prefix}missing"] = "not yet: " + ", ".join(scenario.needs)
            say(f"{scenario.name:12} {side:9} {arm:10} {found[f'{prefix}missing']}")
            continue
        probe = sample(Path(options.profile), seconds) if options.profile else None
        measured = [
            scenario.measure(await run(scenario, side, arm, seconds, SEED + again, probe), scenario)
            for again in range(options.repeat)
        ]
        keys = _pooled(measured)
        found |= {f"{prefix}{name}": value for name, value in keys.items()}
        say(f"{scenario.name:12} {side:9} {arm:10} {json.dumps(keys)}")
    return found


async def everything(chosen: Sequence[Scenario], options: argparse.Namespace) -> dict[str, Any]:
    result: dict[str, Any] = {
        "bench": "peers",
        "cores": os.cpu_count(),
        "peer": "app_queue of the same Asterisk",
    }
    rows = {scenario.name: await compare(scenario, options) for scenario in chosen}
    for side in ("ours", "app_queue"):
        for key, (row, name) in TOP.items():
            result[f"{side}_{key}"] = rows.get(row, {}).get(f"{side}_{name}")
    return result | {"rows": rows}


def main() -> int:
    """Run what is asked for; the last line is the result."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers")
    parser.add_argument("--only", action="append", metavar="ROW", help="this row (repeatable)")
    parser.add_argument("--seconds", type=float, help="how long each run is measured")
    parser.add_argument("--repeat", type=int, default=1, help="runs a side; medians are given")
    parser.add_argument("--side", choices=["both", "ours", "app_queue"], default="both")
    parser.add_argument("--best-only", action="store_true", help="app_queue at its best alone")
    parser.add_argument("--anyway", action="store_true", help="try what ours cannot do yet")
    parser.add_argument("--profile", metavar="FILE", help="sample our process with py-spy")
    parser.add_argument("--list", action="store_true", help="name the rows and stop")
    options = parser.parse_args()
    if options.list:
        for scenario in EVERY:
            missing = f" (ours not yet: {', '.join(scenario.needs)})" if scenario.needs else ""
            print(f"{scenario.name:12} {scenario.row}{missing}")
        return 0
    names = [scenario.name for scenario in EVERY]
    unknown = sorted(set(options.only or ()) - set(names))
    if unknown:
        parser.error(f"no row {', '.join(unknown)}; there are {', '.join(names)}")
    chosen = [s for s in EVERY if not options.only or s.name in options.only]
    print(json.dumps(asyncio.run(everything(chosen, options))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""``validate``: an engine held against exact Erlang B, C and A."""

import argparse
import json
import sys
from collections.abc import Mapping

from simulations.center.engine import router_engine
from simulations.commands.outcome import FINE, NOT_AS_HOPED, UsageError
from simulations.heap_engine import heap_engine
from simulations.model import Engine
from simulations.processes import cores
from simulations.validate import Validation, validate

HELP = "hold an engine against exact Erlang B, C and A"

ENGINES: Mapping[str, Engine] = {"router": router_engine, "heap": heap_engine}
"""The engines by name. The first is held against theory when none is named."""
WARM_UP_CALLS = 3_000
"""So many callers at least are left out at the beginning, or as many as are counted."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be said."""
    parser.add_argument("--engine", choices=sorted(ENGINES), default=next(iter(ENGINES)))
    parser.add_argument("--replications", type=int, default=10, help="of each point (10)")
    parser.add_argument("--calls", type=int, default=6_000, help="of each replication (6000)")
    parser.add_argument("--jobs", type=int, default=cores(), help="processes (one for each core)")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (1)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(chosen: argparse.Namespace) -> int:
    """Print the table, or JSON, and give 1 when any interval misses."""
    if chosen.replications < 2 or chosen.calls < 100 or chosen.jobs < 1:
        raise UsageError("at least 2 replications of 100 calls, in at least 1 process")
    result = validate(
        ENGINES[chosen.engine],
        replications=chosen.replications,
        calls=chosen.calls,
        warm_up_calls=max(chosen.calls // 4, min(chosen.calls, WARM_UP_CALLS)),
        jobs=chosen.jobs,
        first_seed=chosen.seed,
        progress=lambda name: print(f"{name} ...", file=sys.stderr),
    )
    if chosen.json:
        print(json.dumps({"engine": chosen.engine, **result.document()}))
    else:
        print(table(result))
    return NOT_AS_HOPED if result.outside else FINE


def table(result: Validation) -> str:
    """Write the findings as a table, and how many miss."""
    name = max(len(finding.name) for finding in result.points)
    measure = max(len(finding.measure) for finding in result.points)
    lines = [f"{'':{name + measure + 2}} {'exact':>10} {'estimate':>10} {'low':>10} {'high':>10}"]
    lines += [
        f"{f.name:{name}}  {f.measure:{measure}} {f.exact:10.4f} {f.estimate:10.4f}"
        f" {f.low:10.4f} {f.high:10.4f}{'' if f.inside else '  outside'}"
        for f in result.points
    ]
    inside = len(result.points) - result.outside
    lines.append(f"{inside} inside, {result.outside} outside")
    return "\n".join(lines)

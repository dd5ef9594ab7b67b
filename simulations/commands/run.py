"""``run``: a scenario, simulated many times."""

import argparse
import functools
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulations.center.day import simulate_days
from simulations.center.findings import findings
from simulations.center.outcome import Outcome
from simulations.center.plots import plots
from simulations.center.scenario import load_scenario
from simulations.center.world import simulate_center
from simulations.commands.outcome import FINE, UsageError
from simulations.commands.progress import Progress
from simulations.processes import cores, spread
from simulations.streams import seeds

HELP = "simulate a scenario: a table, JSON, and plots"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be said."""
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--replications", type=int, help="instead of the scenario's own")
    parser.add_argument("--seed", type=int, help="the first seed, instead of the scenario's own")
    parser.add_argument("--jobs", type=int, default=cores(), help="processes (one for each core)")
    parser.add_argument("--out", type=Path, help="a JSON file to write")
    parser.add_argument("--plots", type=Path, help="a folder to put plots into, as SVG")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(chosen: argparse.Namespace) -> int:
    """Simulate, print, and write what was asked for."""
    scenario = load_scenario(chosen.scenario)
    plan = scenario.plan
    count = plan.replications if chosen.replications is None else chosen.replications
    if count < 1 or chosen.jobs < 1:
        raise UsageError("at least one replication, in at least one process")
    first = plan.seed if chosen.seed is None else chosen.seed
    progress = Progress(plan.name, count, sys.stderr)
    outcomes: list[Outcome] = []
    simulate = simulate_center if plan.level == "center" else simulate_days
    work = functools.partial(simulate, scenario)
    for outcome in spread(work, seeds(first, count), chosen.jobs):
        outcomes.append(outcome)
        progress.step()
    found = {**findings(scenario, outcomes), "seed": first}
    if chosen.out is not None:
        _write(chosen.out, json.dumps(found, indent=1) + "\n")
    if chosen.plots is not None:
        chosen.plots.mkdir(parents=True, exist_ok=True)
        for name, text in plots(found).items():
            _write(chosen.plots / name, text)
    print(json.dumps(found) if chosen.json else table(found))
    return FINE


def table(found: Mapping[str, Any]) -> str:
    """Write queues and intervals as tables."""
    head = f"{'':14} {'calls':>8} {'level %':>14} {'answer s':>14} {'left %':>14} {'busy %':>7}"
    rows = [(name, row) for name, row in found["queues"].items()]
    lines = [head, *(_row(name, row) for name, row in rows), _row("all", found["total"]), ""]
    lines += [*_flows(found["flows"]), head]
    lines += [_row(_clock(row["from_s"]), row) for row in found["intervals"]]
    return "\n".join(lines)


def _flows(found: Mapping[str, Any]) -> list[str]:
    """Write what came of callers in flows; nothing where no scenario says what they do there."""
    if not found:
        return []
    titles = ("served %", "asked 0 %", "to people %", "in flow s")
    head = f"{'':14} {'calls':>8}" + "".join(f" {title:>14}" for title in titles)
    measures = (("contained", 100), ("zero_out", 100), ("to_people", 100), ("in_flow_s", 1))
    rows = [
        f"{name[:14]:14} {row['calls']['mean']:8.1f} "
        + " ".join(_cell(row[measure], factor) for measure, factor in measures)
        for name, row in found.items()
    ]
    return [head, *rows, ""]


def _row(name: str, row: Mapping[str, Any]) -> str:
    busy = row["occupancy"]["mean"] if "occupancy" in row else None
    return (
        f"{name[:14]:14} {row['offered']['mean']:8.1f} {_cell(row['service_level'], 100)}"
        f" {_cell(row['asa_s'], 1)} {_cell(row['abandoned'], 100)}"
        f" {'' if busy is None else f'{100 * busy:.1f}':>7}"
    )


def _cell(measure: Mapping[str, Any], factor: float) -> str:
    mean, low, high = measure["mean"], measure["low"], measure["high"]
    if mean is None:
        return f"{'-':>14}"
    if low is None:
        return f"{mean * factor:14.1f}"
    reach = f"±{(high - low) / 2 * factor:.1f}"
    return f"{mean * factor:7.1f} {reach:>6}"


def _clock(from_s: float) -> str:
    day, second = divmod(int(from_s), 86_400)
    return f"day {day} {second // 3600:02d}:{second % 3600 // 60:02d}"


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None

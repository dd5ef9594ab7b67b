"""``bench dialer``: every way of pacing in every scenario, as rows, a page and plots."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from simulations.bench.dialing import (
    BEST_RATIO,
    EVERY,
    Task,
    bounds,
    frontier,
    measure,
    rows,
    series,
    tasks,
)
from simulations.commands.outcome import UsageError
from simulations.commands.progress import Progress
from simulations.dialing import plots
from simulations.dialing.page import benchmark, with_benchmark
from simulations.dialing.scenarios import QUICK, TABLE
from simulations.dialing.testbed import CAP, Measures

QUICK_SEEDS, SEEDS = 2, 3
QUICK_POLICIES = ("look_ahead", "progressive", BEST_RATIO, "vicidial_tapered", "vicidial_hard")
SHOCK, SHOWN = "N20_shock15-45-15", ("look_ahead", "vicidial_tapered")
FRONTIERS = ("N5_p25_aht60", "N20_p25_aht60", "N100_p25_aht60")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be said."""
    parser.add_argument("--scenario", nargs="+", metavar="NAME", help="only these (all 35)")
    parser.add_argument(
        "--policies", nargs="+", metavar="NAME", help=f"only these ({', '.join(EVERY)}, ratio_R)"
    )
    parser.add_argument("--seeds", type=int, help=f"runs of each ({SEEDS}; quick: {QUICK_SEEDS})")
    parser.add_argument("--quick", action="store_true", help="four scenarios, five policies")
    parser.add_argument("--jobs", type=int, help="processes (one for each core)")
    parser.add_argument(
        "--keep", type=Path, metavar="FILE", help="write runs there; do not repeat what is there"
    )
    parser.add_argument(
        "--from-kept", action="store_true", help="run nothing: sum up what was kept (--keep)"
    )
    parser.add_argument(
        "--write-docs",
        nargs="?",
        type=Path,
        const=Path("docs"),
        metavar="FOLDER",
        help="put table and plots into dialing.md and images/ of this folder (docs)",
    )


def run(chosen: argparse.Namespace) -> dict[str, Any]:
    """Measure, and give the document."""
    scenarios = chosen.scenario or list(QUICK if chosen.quick else TABLE)
    policies = chosen.policies or list(QUICK_POLICIES if chosen.quick else EVERY)
    seeds = chosen.seeds or (QUICK_SEEDS if chosen.quick else SEEDS)
    try:
        todo = tasks(scenarios, policies, seeds)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if seeds < 1 or (chosen.from_kept and chosen.keep is None):
        raise UsageError("at least one seed, and --keep with --from-kept")
    found = _measured(todo, chosen)
    summed = rows(found, scenarios, policies)
    limits = bounds(scenarios, summed)
    document = {"rows": [asdict(row) for row in summed], "bounds": limits, "seeds": seeds}
    if chosen.write_docs is not None:
        write(chosen.write_docs, document, found)
    return document


def table(document: Mapping[str, Any]) -> list[str]:
    """Write the rows for people."""
    heading = f"{'scenario':20} {'policy':18} {'util %':>7} {'abandoned %':>12} {'worst':>6}"
    return [
        f"{heading} {'bound %':>8} {'p99 us':>7}",
        *(
            f"{row['scenario']:20} {row['setting'] or row['policy']:18}"
            f" {100 * row['utilisation']:7.1f} {100 * row['abandonment']:12.2f}"
            f" {100 * row['abandonment_worst']:6.2f} {100 * row['bound']:8.1f}"
            f" {row['decision_p99_us']:7.0f}"
            for row in document["rows"]
        ),
    ]


def write(folder: Path, document: Mapping[str, Any], found: Mapping[Task, Measures]) -> None:
    """Put the table into the page and the plots beside it."""
    page = folder / "dialing.md"
    made = benchmark(document["rows"], document["bounds"])
    try:
        text = with_benchmark(page.read_text(encoding="utf-8"), made)
    except (OSError, ValueError) as error:
        raise UsageError(f"{page}: {error}") from error
    page.write_text(text, encoding="utf-8")
    images = folder / "images"
    images.mkdir(exist_ok=True)
    for name, text in _plots(document, found).items():
        (images / name).write_text(text, encoding="utf-8")


def _measured(todo: Sequence[Task], chosen: argparse.Namespace) -> dict[Task, Measures]:
    found: dict[Task, Measures] = {}
    if chosen.keep is not None and chosen.keep.exists():
        for line in chosen.keep.read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            found[Task(*said["task"])] = Measures(**said["measures"])
    missing = [] if chosen.from_kept else [task for task in todo if task not in found]
    progress = Progress("dialer", len(missing), sys.stderr)
    for task, measures in measure(missing, chosen.jobs):
        progress.step()
        found[task] = measures
        if chosen.keep is not None:
            said = {"task": list(task), "measures": asdict(measures)}
            with chosen.keep.open("a", encoding="utf-8") as kept:
                kept.write(json.dumps(said) + "\n")
    return {task: found[task] for task in todo if task in found}


def _plots(document: Mapping[str, Any], found: Mapping[Task, Measures]) -> dict[str, str]:
    made: dict[str, str] = {}
    for scenario in FRONTIERS:
        points = {
            row["policy"]: (row["utilisation"], row["abandonment"])
            for row in document["rows"]
            if row["scenario"] == scenario
        }
        if points:
            ratios = [(row.utilisation, row.abandonment) for row in frontier(found, scenario)]
            heading = f"Utilisation and abandonment: {scenario}"
            made[f"dialing-frontier-{scenario.split('_')[0]}.svg"] = plots.frontier(
                heading, points, ratios, CAP
            )
    if any(task.scenario == SHOCK for task in found):
        made["dialing-shock.svg"] = _shock()
    return made


def _shock() -> str:
    runs = {name: series(SHOCK, name) for name in SHOWN}
    panels = [
        (title, top, {name: lines[key] for name, lines in runs.items()})
        for title, key, top in (
            ("dials a minute, of the last 5 minutes", "dials", 100.0),
            ("answered by a person, of dials in the last 5 minutes", "answered", 0.6),
            ("abandoned, of people who answered in the last 15 minutes", "abandonment", 0.2),
            ("utilisation of the last 5 minutes", "utilisation", 1.0),
        )
    ]
    return plots.timeline("15 % answer, then 45 %, then 15 %: 20 agents, 120 s", panels)

"""``staff``: agents needed by interval, for a target."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from simulations.arrivals import WEEKDAYS
from simulations.center.scenario import load_scenario
from simulations.center.staffing import Need, Wanted, needs
from simulations.commands.outcome import FINE, UsageError

HELP = "find out how many agents each queue of a scenario needs, interval by interval"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be said."""
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--queue", action="append", help="only this queue; may be said again")
    parser.add_argument("--day", choices=WEEKDAYS, default="mon")
    parser.add_argument("--share", type=float, default=0.8, help="to be answered in time (0.8)")
    parser.add_argument("--within", type=float, default=20.0, help="seconds that are in time (20)")
    parser.add_argument("--calls", type=int, default=1_000, help="tried with each number (1000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(chosen: argparse.Namespace) -> int:
    """Find out, and print."""
    if not 0 < chosen.share < 1 or chosen.within < 0 or chosen.calls < 100:
        raise UsageError("a share between 0 and 1, no negative seconds, and at least 100 calls")
    scenario = load_scenario(chosen.scenario)
    queues = chosen.queue or list(scenario.workload.queues)
    unknown = [queue for queue in queues if queue not in scenario.workload.queues]
    if unknown:
        raise UsageError(f'nobody calls "{unknown[0]}" in {chosen.scenario}')
    wanted = Wanted(
        share=chosen.share, within_s=chosen.within, calls=chosen.calls, seed=chosen.seed
    )
    found: dict[str, list[Need]] = {}
    for queue in queues:
        sys.stderr.write(f"{queue} ...\n")
        found[queue] = needs(scenario, queue, chosen.day, wanted)
    if chosen.json:
        rows = {queue: [asdict(need) for need in several] for queue, several in found.items()}
        print(json.dumps({"target": asdict(wanted), "day": chosen.day, "queues": rows}))
    else:
        print("\n".join(line for queue, several in found.items() for line in table(queue, several)))
    return FINE


def table(queue: str, several: list[Need]) -> list[str]:
    """Write one queue's needs, a line an interval."""
    return [
        f"{queue:20} {'calls':>7} {'theory':>7} {'agents':>7} {'level %':>8}",
        *(
            f"{int(need.from_s) // 3600:02d}:{int(need.from_s) % 3600 // 60:02d}{'':15}"
            f" {need.calls:7.1f} {need.guess:7d} {need.agents:7d} {100 * need.service_level:8.1f}"
            for need in several
        ),
    ]

"""``check``: what must never happen, looked for in as many simulated attempts as one likes."""

import argparse
import json
import sys
from pathlib import Path

from contact_center.content.policies import load_policies_folder
from simulations.commands.outcome import FINE, NOT_AS_HOPED, UsageError
from simulations.commands.progress import Progress
from simulations.dialing_check.drive import Report, drive
from simulations.dialing_check.people import more_policies

HELP = "look for calls that were not to be made, among simulated attempts with faults"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be said."""
    parser.add_argument("what", choices=["dialer"], help="what is checked")
    parser.add_argument("--attempts", type=int, default=20_000, help="asked of the gate (20000)")
    parser.add_argument("--seed", type=int, default=1, help="of chance (1)")
    parser.add_argument(
        "--policies", type=Path, default=Path("config/compliance"), help="folder of rule books"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(chosen: argparse.Namespace) -> int:
    """Print what was found, and give 1 when anybody was called who was not to be."""
    if chosen.attempts < 100:
        raise UsageError("at least 100 attempts")
    law = (*load_policies_folder(chosen.policies), *more_policies())
    progress = Progress("attempts", 100, sys.stderr)
    report = drive(chosen.attempts, law, chosen.seed, progress=progress.step)
    print(json.dumps(report.document()) if chosen.json else table(report))
    return NOT_AS_HOPED if report.found else FINE


def table(report: Report) -> str:
    """Write a report for people."""
    lines = [
        f"{report.asked:>9,}  attempts asked of the gate",
        f"{report.opened:>9,}  let through",
        f"{report.placed:>9,}  calls placed and judged",
        f"{report.found:>9,}  that were not to be made",
        "",
        "refused for",
        *(f"{count:>9,}  {why}" for why, count in sorted(report.refused.items())),
        "",
        "faults injected",
        *(f"{count:>9,}  {what}" for what, count in sorted(report.faults.items())),
        "",
        *(f"{one.rule}: {one.attempt} at {one.at}: {one.why}" for one in report.violations[:20]),
        f"{report.seconds:.0f} s",
    ]
    return "\n".join(lines)

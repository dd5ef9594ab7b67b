"""``fit``: a workload from a call-by-call file."""

import argparse
import math
import sys
from pathlib import Path

from simulations.calls_file import BadRowsError, Row, read_calls
from simulations.commands.outcome import FINE, UsageError
from simulations.fitting import fit
from simulations.workload import Workload, mean_handle_s
from simulations.workload_file import workload_text

HELP = "find out from a call-by-call file who calls and who answers, and write it as a scenario"
_MOST_SHOWN = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be said."""
    parser.add_argument("calls", type=Path, help="a CSV file; docs/simulations.md has its columns")
    parser.add_argument("--out", type=Path, required=True, help="the scenario to write")
    parser.add_argument("--skip-bad-rows", action="store_true", help="name bad rows, and go on")


def run(chosen: argparse.Namespace) -> int:
    """Read, fit, write, and say what was found."""
    rows, problems = _read(chosen.calls)
    if problems:
        sys.stderr.write("\n".join(_shortened(problems)) + "\n")
        if not chosen.skip_bad_rows:
            raise UsageError(f"{len(problems)} mistakes; --skip-bad-rows leaves those rows out")
    try:
        workload = fit(rows)
    except ValueError as error:
        raise UsageError(f"{chosen.calls}: {error}") from None
    remarks = {
        "fitted to": f"{chosen.calls.name}, {len(rows)} rows",
        "still to write": "duties and breaks of agents, skills, and how fast they answer",
    }
    try:
        chosen.out.write_text(workload_text(workload, remarks), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{chosen.out}: {error.strerror}") from None
    print(report(workload))
    return FINE


def report(workload: Workload) -> str:
    """Say in a table what was found, one line a queue."""
    lines = [f"{'queue':20} {'calls a week':>12} {'handle, s':>10} {'patience, s':>11}"]
    for name, load in workload.queues.items():
        week = sum(load.arrivals.expected(day, 0, 86_400) for day in ("mon", "tue", "wed", "thu"))
        week += sum(load.arrivals.expected(day, 0, 86_400) for day in ("fri", "sat", "sun"))
        patience = load.patience.mean_s
        shown = "for ever" if math.isinf(patience) else f"{patience:.0f}"
        lines.append(f"{name:20} {week:12.0f} {mean_handle_s(load):10.0f} {shown:>11}")
    lines.append(f"{len(workload.agents)} agents")
    return "\n".join(lines)


def _read(path: Path) -> tuple[list[Row], list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return read_calls(lines, path.name)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not UTF-8; save it as UTF-8") from None
    except BadRowsError as error:
        raise UsageError(str(error)) from None


def _shortened(problems: list[str]) -> list[str]:
    more = len(problems) - _MOST_SHOWN
    return problems[:_MOST_SHOWN] + ([f"and {more} more"] if more > 0 else [])

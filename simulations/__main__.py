"""The command line: ``python -m simulations COMMAND``. Each command is a module of its own."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence

from contact_center.content.problems import ContentError
from simulations.commands import bench, check, fit, run, staff, telemarketing, validate
from simulations.commands.outcome import FAILED, UsageError

Command = Callable[[argparse.Namespace], int]

COMMANDS: Mapping[str, tuple[str, Callable[[argparse.ArgumentParser], None], Command]] = {
    "bench": (bench.HELP, bench.arguments, bench.run),
    "check": (check.HELP, check.arguments, check.run),
    "fit": (fit.HELP, fit.arguments, fit.run),
    "run": (run.HELP, run.arguments, run.run),
    "staff": (staff.HELP, staff.arguments, staff.run),
    "telemarketing": (telemarketing.HELP, telemarketing.arguments, telemarketing.run),
    "validate": (validate.HELP, validate.arguments, validate.run),
}
"""Of each command: a line of help, what adds its arguments, and what runs it. A new one is a module
in ``commands`` with these three, and a row here."""


def parser() -> argparse.ArgumentParser:
    """Make the parser of the whole command line."""
    top = argparse.ArgumentParser(prog="python -m simulations", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (line, arguments, _) in COMMANDS.items():
        arguments(commands.add_parser(name, help=line, description=line))
    return top


def main(words: Sequence[str] | None = None) -> int:
    """Run one command. Gives the status to exit with: 0 all well, 1 not as hoped, 2 bad input."""
    chosen = parser().parse_args(words)
    try:
        return COMMANDS[chosen.command][2](chosen)
    except (ContentError, UsageError) as error:
        sys.stderr.write(f"{error}\n")
        return FAILED


if __name__ == "__main__":
    sys.exit(main())

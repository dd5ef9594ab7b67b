"""The whole run: ``python -m tests.whole`` (``make test``).

Tests of the edges drive a real Asterisk, real databases and real browsers, three at a time. When a
few of those fail, each is run once more, alone, on the machine that is quiet by then: what was only
crowded out passes, and is named as unsteady so that somebody mends it; what is wrong fails again.
What was unsteady stands in ``build/unsteady.txt`` as well, which a green run empties.
Tests without edges (the core, the dialer, the simulations) depend on nothing, and get one run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
LAST_FAILED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
UNSTEADY = ROOT / "build" / "unsteady.txt"
EDGES = ("adapters", "app", "contracts", "emulators", "end_to_end", "real")
"""Folders of tests that wait for other programs."""
MOST = 4
"""More than so many is no accident."""
TOGETHER = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")


def second_look(failed: Sequence[str]) -> list[str]:
    """Choose what is run once more: all of what failed, or nothing."""
    if not 0 < len(failed) <= MOST:
        return []
    at_an_edge = all(test.startswith(tuple(f"tests/{e}/" for e in EDGES)) for test in failed)
    return list(failed) if at_an_edge else []


def whole_run(
    run: Callable[[Sequence[str]], int],
    last_failed: Path,
    say: Callable[[str], object],
    unsteady: Path = UNSTEADY,
) -> int:
    """Run everything, and look twice where that is fair. Gives the exit status.

    ``unsteady``: a file that says afterwards what passed only alone, "" for nothing.
    """
    last_failed.unlink(missing_ok=True)
    unsteady.parent.mkdir(parents=True, exist_ok=True)
    unsteady.write_text("", encoding="utf-8")
    status = run(TOGETHER)
    if status != 1 or not last_failed.is_file():
        return status
    again = second_look(sorted(json.loads(last_failed.read_text(encoding="utf-8"))))
    if not again:
        return status
    say(f"\n{len(again)} tests of the edges failed. Each runs once more, alone.\n")
    status = run(("-n", "0", *again))
    if status == 0:
        tests = "".join(f"UNSTEADY {test}\n" for test in again)
        unsteady.write_text(tests, encoding="utf-8")
        say(f"\nAll tests pass; these did so only alone, and want mending:\n{tests}")
    return status


def _pytest(args: Sequence[str]) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *args], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(whole_run(_pytest, LAST_FAILED, lambda text: print(text, flush=True)))

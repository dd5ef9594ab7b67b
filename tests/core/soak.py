"""Long runs of the router's and the center's random days: `make soak`.

    python -m tests.core.soak --events 1000000 --minutes 60 --seed 1

Prints the seed of every failure; ``--seed N --days 1`` lives through that day again. Exit code 1
when a promise was broken.
"""

import argparse
import multiprocessing
import os
import subprocess
import sys
import time

from tests.core.router_days import live_through

STEPS = 400
BATCH = 20


def _live(seed: int) -> tuple[int, int, str]:
    """Live through a day; gives the seed, the events, and what went wrong."""
    try:
        return seed, live_through(seed, STEPS).events, ""
    except Exception as error:  # noqa: BLE001 - whatever it is, the seed is to be told
        return seed, 0, f"{type(error).__name__}: {error}"


def _router(events: int, until: float, seed: int, days: int | None, processes: int) -> int:
    lived = happened = failed = 0
    with multiprocessing.Pool(processes) as pool:
        while happened < events and time.monotonic() < until and (days is None or lived < days):
            count = BATCH if days is None else min(BATCH, days - lived)
            for which, number, wrong in pool.imap_unordered(_live, range(seed, seed + count)):
                happened += number
                failed += bool(wrong)
                if wrong:
                    print(f"seed {which}: {wrong[:2_000]}", flush=True)
            lived, seed = lived + count, seed + count
            print(f"router: {lived} days, {happened} events, next seed {seed}", flush=True)
    return failed


def _machines(examples: int, seed: int) -> int:
    """Run the Hypothesis machines of the router and of the center with larger numbers."""
    environment = {
        **os.environ,
        "CORE_EXAMPLES": str(examples),
        "STORY_EXAMPLES": str(max(1, examples // 5)),
        "ROUTER_EXAMPLES": str(examples),
        "ROUTER_DAYS": "1",
    }
    files = ["router_machine", "nasty"]
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=0"),
        *(f"--hypothesis-seed={seed}", "tests/stories/test_random_days.py"),
        *(f"tests/core/test_{name}.py" for name in files),
    ]
    print(" ".join(command[1:]), flush=True)
    return subprocess.run(command, env=environment, check=False).returncode


def main() -> int:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=None)
    parser.add_argument("--examples", type=int, default=1_000, help="of each machine, 0 for none")
    parser.add_argument("--processes", type=int, default=max(1, (os.cpu_count() or 2) - 1))
    asked = parser.parse_args()
    until = time.monotonic() + 60 * asked.minutes
    failed = _router(asked.events, until, asked.seed, asked.days, asked.processes)
    broken = _machines(asked.examples, asked.seed) if asked.examples and asked.days is None else 0
    print(f"seed {asked.seed}: {failed} days of the router and {broken} machines failed")
    return 1 if failed or broken else 0


if __name__ == "__main__":
    sys.exit(main())

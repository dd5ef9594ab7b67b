"""How fast flows run and load, and what a publish loses of the calls that are in them.

    python -m tests.benchmarks.bench_ivr

Steps and loading are those of `python -m simulations bench ivr`, in a process of its own. The
publish is the real one: see `publishing`. The last line is one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from contact_center.adapters.prompts.engines import choose
from tests.benchmarks.publishing import Published, publish_among

LIVE = 500
NODES = 300
_LIMIT_S = 600


def steps_and_loading() -> dict[str, Any]:
    """What the simulations measure. The swap of a bare core in it is not the publish meant here."""
    command = [sys.executable, "-m", "simulations", "bench", "ivr", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_LIMIT_S)
    found: dict[str, Any] = json.loads(done.stdout)
    found["astray_in_a_bare_swap"] = found.pop("events_lost")
    return found


def published() -> Published:
    """Publish among so many calls, and speak what is new in the flow if there is a voice."""
    engine = "auto" if choose("auto").speaks else "none"
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(publish_among(Path(folder), LIVE, NODES, engine))


def main() -> int:
    """Measure, and print; 1 when anything was lost."""
    found = published()
    print(json.dumps({"bench": "ivr", **steps_and_loading(), **asdict(found)}))
    return 1 if found.events_lost or found.calls_astray else 0


if __name__ == "__main__":
    sys.exit(main())

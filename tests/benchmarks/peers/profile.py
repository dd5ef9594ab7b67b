"""Where our process spends its time during a run: py-spy, if it is there, from outside."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from tests.benchmarks.peers.sides import Ours


class ProfileError(Exception):
    """The process could not be looked at; the message says why."""


def sample(file: Path, seconds: float) -> Callable[[Ours], Coroutine[Any, Any, None]]:
    """A probe that writes folded stacks (`a;b;c count`) of all threads to a file."""

    async def probe(side: Ours) -> None:
        program = shutil.which("py-spy")
        if program is None:
            raise ProfileError("py-spy is missing: pip install py-spy, anywhere on the PATH")
        process = await asyncio.create_subprocess_exec(
            *(program, "record", "--pid", str(side.product.pid), "--rate", "200"),
            *(
                "--duration",
                str(max(1, int(seconds - 1))),
                "--format",
                "raw",
                "--threads",
                "--nonblocking",
            ),
            *("--output", str(file)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await process.communicate()
        if process.returncode != 0:
            raise ProfileError(told.decode(errors="replace"))

    return probe

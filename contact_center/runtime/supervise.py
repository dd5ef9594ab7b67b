"""Tasks that nobody loses: named, kept hold of, heard when they crash, ended in a bounded time."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Crash:
    """A task that ended although nobody ended it; `error` is None when it returned."""

    task: str
    error: BaseException | None

    def __str__(self) -> str:
        if self.error is None:
            return f"{self.task} ended although it was to run until the service stops"
        return f"{self.task} crashed: {type(self.error).__name__}: {self.error}"


class Supervisor:
    """Keeps hold of the tasks of one service.

    A crash is always logged. When the task was essential the service cannot go on: `crashed`
    returns, and ``on_crash`` is called (once for each essential task, from the loop's thread).
    """

    def __init__(self, on_crash: Callable[[Crash], None] | None = None) -> None:
        self._tasks: dict[asyncio.Task[Any], bool] = {}
        self._on_crash = on_crash
        self._first: asyncio.Future[Crash] | None = None
        self._crash: Crash | None = None
        self._stopping = False

    def start(
        self, name: str, work: Coroutine[Any, Any, Any], *, essential: bool = False
    ) -> asyncio.Task[Any]:
        """Run `work` under `name`.

        ``essential``: it is to run until it is stopped; that it crashes, or returns, means the end
        of the service. Raises RuntimeError once stopping has begun.
        """
        if self._stopping:
            work.close()
            raise RuntimeError(f"{name} cannot be started: the service is stopping")
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks[task] = essential
        task.add_done_callback(self._ended)
        return task

    @property
    def names(self) -> list[str]:
        """The tasks that run, oldest first."""
        return [task.get_name() for task in self._tasks]

    @property
    def crash(self) -> Crash | None:
        """The first crash of an essential task, if there was one."""
        return self._crash

    async def crashed(self) -> Crash:
        """Wait until an essential task crashes. Any number may wait; cancelling one is fine."""
        if self._crash is not None:
            return self._crash
        if self._first is None:
            self._first = asyncio.get_running_loop().create_future()
        return await asyncio.shield(self._first)

    async def cancel(self, task: asyncio.Task[Any], deadline_s: float = 5.0) -> bool:
        """End one task of ours; False when it did not end in time."""
        if task in self._tasks:
            self._tasks[task] = False  # ended on purpose, essential or not
        return not await _end({task}, deadline_s)

    async def stop(self, deadline_s: float = 10.0) -> list[str]:
        """End all tasks and start no more; the names of those that did not end in time.

        A task that swallows its cancellation is cancelled once more, late in that time.
        """
        self._stopping = True
        stubborn = await _end(set(self._tasks), deadline_s)
        names = sorted(task.get_name() for task in stubborn)
        if names:
            _log.error("these tasks did not end within %g s: %s", deadline_s, ", ".join(names))
        return names

    def _ended(self, task: asyncio.Task[Any]) -> None:
        essential = self._tasks.pop(task, False)
        if task.cancelled():
            error: BaseException | None = None
            as_wished = self._stopping or not essential
        else:
            error = task.exception()
            as_wished = error is None and (self._stopping or not essential)
        if as_wished:
            return
        crash = Crash(task.get_name(), error)
        _log.error("%s", crash, exc_info=error, extra={"task": crash.task, "essential": essential})
        if essential and not self._stopping:
            self._report(crash)

    def _report(self, crash: Crash) -> None:
        if self._crash is None:
            self._crash = crash
            if self._first is not None and not self._first.done():
                self._first.set_result(crash)
        if self._on_crash is not None:
            self._on_crash(crash)


async def _end(tasks: set[asyncio.Task[Any]], deadline_s: float) -> set[asyncio.Task[Any]]:
    """Cancel until they end; those that did not in time."""
    pending = {task for task in tasks if task is not asyncio.current_task() and not task.done()}
    # Once, with most of the time for cleaning up; once more for those that swallowed it.
    for share in (0.8, 0.2):
        for task in pending:
            task.cancel()
        if pending:
            _, pending = await asyncio.wait(pending, timeout=deadline_s * share)
    return pending

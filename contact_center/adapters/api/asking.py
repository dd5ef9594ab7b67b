"""Asking the core, and waiting for the fact that tells what became of it."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contact_center.core.errors import InboxFullError
from contact_center.core.events import Event
from contact_center.core.facts import CallFinished, CallStarted, Fact, SupervisorAnswered
from contact_center.core.ids import CallId, CommandId
from contact_center.core.supervisor_requests import SupervisorRequest
from contact_center.core.visits import VisitorAnswered
from contact_center.ports import Post

MOST_ASKING = 1_000
"""Bound on questions without an answer yet; one more is refused."""


class BusyError(Exception):
    """Too much is being asked already."""


class NoAnswerError(Exception):
    """The core did not answer in time; it may or may not have happened."""


@dataclass(slots=True)
class _Asked:
    """Somebody who waits for a fact."""

    fits: Callable[[Fact], bool]
    answer: asyncio.Future[Fact]


_HEARD = (SupervisorAnswered, CallStarted, CallFinished, VisitorAnswered)


class Asking:
    """A reader of facts that gives back the one somebody waits for."""

    def __init__(self, post: Post, within_s: float = 5.0) -> None:
        self._post = post
        self._within_s = within_s
        self._asked: list[_Asked] = []

    @property
    def waiting(self) -> int:
        """How many wait for an answer."""
        return len(self._asked)

    def publish(self, facts: Sequence[Fact]) -> None:
        """Take facts, in order."""
        if not self._asked:
            return
        for fact in facts:
            if isinstance(fact, _HEARD):
                for asked in self._asked:
                    if not asked.answer.done() and asked.fits(fact):
                        asked.answer.set_result(fact)

    def tell(self, event: Event) -> None:
        """Post what nobody answers. Raises BusyError."""
        try:
            self._post(event)
        except InboxFullError as full:
            raise BusyError from full

    async def supervise(self, kind: type[SupervisorRequest], by: str, **fields: object) -> str:
        """Ask as a supervisor; gives the code of what stands against it, "" when it was done.

        Raises BusyError and NoAnswerError.
        """
        cmd = CommandId(f"api-{secrets.token_hex(8)}")

        def answers(fact: Fact) -> bool:
            return isinstance(fact, SupervisorAnswered) and fact.cmd == cmd

        fact = await self._ask(kind(cmd=cmd, by=by, **fields), answers)
        assert isinstance(fact, SupervisorAnswered)
        return fact.code

    async def visit(self, event: Event, name: CallId) -> str:
        """Ask for a visitor; gives the code of the answer. Raises BusyError and NoAnswerError."""
        fact = await self._ask(
            event, lambda fact: isinstance(fact, VisitorAnswered) and fact.visit == name
        )
        assert isinstance(fact, VisitorAnswered)
        return fact.code

    async def until_started(self, event: Event, call: CallId) -> None:
        """Post, and wait until there is such a call. Raises BusyError and NoAnswerError."""
        await self._ask(event, lambda fact: isinstance(fact, CallStarted) and fact.call == call)

    async def until_finished(self, event: Event, call: CallId) -> None:
        """Post, and wait until the call is over. Raises BusyError and NoAnswerError."""
        await self._ask(event, lambda fact: isinstance(fact, CallFinished) and fact.call == call)

    async def _ask(self, event: Event, fits: Callable[[Fact], bool]) -> Fact:
        if len(self._asked) >= MOST_ASKING:
            raise BusyError
        asked = _Asked(fits, asyncio.get_running_loop().create_future())
        self._asked.append(asked)
        try:
            self.tell(event)
            async with asyncio.timeout(self._within_s):
                return await asked.answer
        except TimeoutError:
            raise NoAnswerError from None
        finally:
            self._asked.remove(asked)

"""Asking the core: each gets the answer to their own question, in time or not at all."""

from __future__ import annotations

import asyncio

import pytest

from contact_center.adapters.api import asking as module
from contact_center.adapters.api.asking import Asking, BusyError, NoAnswerError
from contact_center.core.errors import InboxFullError
from contact_center.core.events import Event
from contact_center.core.facts import SupervisorAnswered
from contact_center.core.ids import CallId
from contact_center.core.supervisor_requests import SupervisorRequest, WithdrawRequested


async def withdraw(asking: Asking) -> str:
    return await asking.supervise(WithdrawRequested, "dana", call=CallId("c1"))


def answer(request: Event, code: str) -> SupervisorAnswered:
    assert isinstance(request, SupervisorRequest)
    return SupervisorAnswered(at=1, by=request.by, cmd=request.cmd, code=code)


async def test_answers_find_whoever_asked_in_any_order() -> None:
    posted: list[Event] = []
    asking = Asking(posted.append, within_s=5)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(withdraw(asking)) for _ in range(3)]
        group.create_task(_answer_backwards(asking, posted))
    assert [task.result() for task in tasks] == ["a", "b", "c"]
    assert asking.waiting == 0


async def _answer_backwards(asking: Asking, posted: list[Event]) -> None:
    facts = [answer(request, code) for request, code in zip(posted, "abc", strict=True)]
    asking.publish(list(reversed(facts)))


async def test_an_answer_that_does_not_come_is_not_waited_for_for_ever() -> None:
    asking = Asking(lambda _event: None, within_s=0.01)
    with pytest.raises(NoAnswerError):
        await withdraw(asking)
    assert asking.waiting == 0


async def test_a_full_inbox_is_told_at_once() -> None:
    def full(_event: Event) -> None:
        raise InboxFullError("full")

    asking = Asking(full, within_s=5)
    with pytest.raises(BusyError):
        await withdraw(asking)
    with pytest.raises(BusyError):
        asking.tell(WithdrawRequested(cmd="x", by="dana", call=CallId("c1")))  # type: ignore[arg-type]
    assert asking.waiting == 0


async def test_only_so_many_ask_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ASKING", 0)
    with pytest.raises(BusyError):
        await withdraw(Asking(lambda _event: None, within_s=5))

"""The loop: one inbox, one consumer, one timer, and the journal before everything."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from contact_center.core import events as e
from contact_center.core.acd_events import ScoresGiven, WorkWithdrawn
from contact_center.core.center import Center
from contact_center.core.commands import Command, FindCustomer, Originate, TelephonyCommand
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.errors import InboxFullError
from contact_center.core.facts import (
    AgentOffered,
    CallStarted,
    Fact,
    FaultFound,
    RequestAnswered,
    ScreenPopped,
)
from contact_center.core.ids import AgentId, CallId, CommandId, LegId
from contact_center.core.queue_settings import AgentSettings
from contact_center.core.requests import DeskConnected, PresenceRequested, PresenceWish
from contact_center.core.supervisor_requests import WithdrawRequested
from contact_center.runtime import journal as journal_module
from contact_center.runtime import loop as module
from contact_center.runtime.journal import Journal, JournalError, segments
from contact_center.runtime.loop import CenterLoop, Content
from contact_center.runtime.recovery import recover
from contact_center.runtime.replay import replay
from tests.runtime.recording import START, a_day, load
from tests.stories.centers import DIRECT_NUMBER, MAIN_NUMBER, SALES, small_center


class Rim:
    """Everything around the loop. ``log`` is what was done, in order."""

    def __init__(self, folder: Path) -> None:
        self.now = START
        self.folder = folder
        self.log: list[object] = []
        self.on_command: Callable[[object], None] = lambda _: None
        self.journal = Journal(folder, 1)
        self.loop = CenterLoop(
            center=Center(small_center()),
            journal=self.journal,
            telephony=self,  # type: ignore[arg-type]
            commands=Commands(self),
            sinks=[Sink(self)],
            clock=lambda: self.now,
            content=Content(center="small", sources={}),
        )
        self.loop.begin_segment()

    async def submit(self, commands: Sequence[TelephonyCommand]) -> None:
        for command in commands:
            self.log.append(command)
            self.on_command(command)

    def of(self, *kinds: type) -> list[object]:
        return [entry for entry in self.log if isinstance(entry, kinds)]


class Commands:
    def __init__(self, rim: Rim) -> None:
        self.rim = rim

    def submit(self, command: Command) -> None:
        self.rim.log.append(command)


class Sink:
    def __init__(self, rim: Rim) -> None:
        self.rim = rim

    def publish(self, facts: Sequence[Fact]) -> None:
        self.rim.log += facts


@asynccontextmanager
async def running(rim: Rim) -> AsyncIterator[CenterLoop]:
    task = asyncio.ensure_future(rim.loop.run())
    try:
        yield rim.loop
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        rim.journal.close()


def offered(name: str, did: str = DIRECT_NUMBER, ani: str = "") -> e.CallOffered:
    return e.CallOffered(call=CallId(name), leg=LegId(name), ani=ani, did=did, answered=True)


async def test_the_screen_has_its_pop_before_the_phone_is_dialled(tmp_path: Path) -> None:
    rim = Rim(tmp_path)
    async with running(rim) as loop:
        for event in a_day():
            loop.post(event)
        await asyncio.wait_for(loop.settle(), 5)
    kinds = [type(entry) for entry in rim.log]
    assert kinds.index(ScreenPopped) < kinds.index(Originate)


async def test_nothing_is_asked_for_that_is_not_in_the_journal(tmp_path: Path) -> None:
    rim = Rim(tmp_path)
    written: list[bool] = []

    def look(command: object) -> None:
        text = segments(tmp_path)[0].path.read_text()
        written.append(f'"{command.cmd}"' in text)  # type: ignore[attr-defined]

    rim.on_command = look
    async with running(rim) as loop:
        for event in a_day():
            loop.post(event)
        await asyncio.wait_for(loop.settle(), 5)
    assert written
    assert all(written)


async def test_what_was_run_can_be_replayed(tmp_path: Path) -> None:
    rim = Rim(tmp_path)
    async with running(rim) as loop:
        for event in a_day():
            loop.post(event)
        await asyncio.wait_for(loop.settle(), 5)
        assert loop.handled == len(a_day())
    result = replay(tmp_path, load)
    assert (result.events, result.difference) == (len(a_day()), None)


async def test_more_than_a_batch_is_handled_in_order(tmp_path: Path) -> None:
    rim = Rim(tmp_path)
    names = [f"c{n}" for n in range(3 * module.BATCH)]
    async with running(rim) as loop:
        for name in names:
            loop.post(offered(name))
        assert loop.depth == len(names)
        await asyncio.wait_for(loop.settle(), 20)
        assert loop.depth == 0
    assert [fact.call for fact in rim.of(CallStarted)] == names  # type: ignore[attr-defined]


async def test_whatever_is_overdue_passes_with_the_next_event(tmp_path: Path) -> None:
    rim = Rim(tmp_path)
    async with running(rim) as loop:
        loop.post(e.ProviderResynced(provider="test", legs=()))
        for name in ("c1", "c2", "c3"):
            loop.post(offered(name, MAIN_NUMBER))
        await asyncio.wait_for(loop.settle(), 5)
        handled = loop.handled
        rim.now += 10 * 60 * 1_000_000
        loop.post(e.CustomerLookedUp(call=CallId("nobody"), customers=()))
        await asyncio.wait_for(loop.settle(), 5)
        assert loop.handled == handled + 2
        due = loop.center.next_deadline()
        assert due is not None
        assert due > rim.now


async def test_a_deadline_passes_by_itself(tmp_path: Path) -> None:
    rim = Rim(tmp_path)
    clock = asyncio.get_running_loop().time
    zero = clock()
    rim.loop._clock = lambda: START + round((clock() - zero) * 1_000_000)
    changed = asyncio.Event()
    rim.on_command = lambda command: changed.set() if command.cmd == "c1:2" else None  # type: ignore[attr-defined]
    async with running(rim) as loop:
        loop.post(e.ProviderResynced(provider="test", legs=()))
        # Storage never answers: after a second the flow begins without it.
        loop.post(offered("c1", MAIN_NUMBER, ani="+14155550123"))
        await asyncio.wait_for(loop.settle(), 5)
        assert len(rim.of(FindCustomer)) == 1
        await asyncio.wait_for(changed.wait(), 10)


def test_people_are_told_to_try_again_before_the_switch_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REQUESTS_BOUND", 3)
    monkeypatch.setattr(module, "INBOX_BOUND", 5)
    rim = Rim(tmp_path)
    request = PresenceRequested(
        cmd=CommandId("q"), agent=AgentId("anna"), presence=PresenceWish.READY
    )
    for _ in range(3):
        rim.loop.post(request)
    call = CallId("c1")
    others = (
        WithdrawRequested(cmd=CommandId("s"), by="dana", call=call),
        WorkWithdrawn(call=call),
        ScoresGiven(call=call, scores=()),
    )
    for refused in (request, *others):
        with pytest.raises(InboxFullError, match="3 events wait"):
            rim.loop.post(refused)
    rim.loop.post(offered("c1"))
    rim.loop.post(offered("c2"))
    with pytest.raises(InboxFullError, match="5 events wait"):
        rim.loop.post(offered("c3"))
    rim.journal.close()


async def test_a_journal_that_cannot_be_written_ends_the_loop_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rim = Rim(tmp_path)

    def full(_fd: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal_module.os, "write", full)
    for event in a_day():
        rim.loop.post(event)
    with pytest.raises(JournalError, match="No space left"):
        await asyncio.wait_for(rim.loop.run(), 5)
    assert rim.log == []
    monkeypatch.undo()
    rim.journal.close()


async def test_a_long_segment_is_followed_by_one_that_can_stand_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "MAX_EVENTS_A_SEGMENT", 4)
    rim = Rim(tmp_path)
    async with running(rim) as loop:
        for event in a_day():
            loop.post(event)
            await asyncio.wait_for(loop.settle(), 5)
    assert len(segments(tmp_path)) == 2
    result = replay(segments(tmp_path)[1].path, load)
    assert (result.events, result.difference) == (2, None)


async def test_a_contained_bug_is_logged_without_stopping(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rim = Rim(tmp_path)

    def broken(*_: object) -> None:
        raise KeyError("planted")

    rim.loop.center.calls.looked_up = broken  # type: ignore[method-assign, assignment]
    async with running(rim) as loop:
        loop.post(offered("c1"))
        loop.post(e.CustomerLookedUp(call=CallId("c1"), customers=()))
        loop.post(
            PresenceRequested(
                cmd=CommandId("q"), agent=AgentId("anna"), presence=PresenceWish.READY
            )
        )
        await asyncio.wait_for(loop.settle(), 5)
    assert len(rim.of(FaultFound)) == 1
    assert len(rim.of(RequestAnswered)) == 1
    assert "a bug was contained" in caplog.text


# --- another configuration ---------------------------------------------------------------------


def with_carl(_name: str = "", sources: Mapping[str, str] | None = None) -> CenterConfiguration:
    """The small center, and one more agent for sales when its texts say so."""
    center = small_center()
    if sources == {}:
        return center
    carl = AgentSettings(agent=CARL, name="Carl", device="109", queues=(SALES,))
    return replace(center, agents={**center.agents, CARL: carl})


CARL = AgentId("carl")
MORE = Content(center="small", sources={"center.yaml": "one more\n"})


def carl_gets_ready() -> list[e.Event]:
    wish = PresenceRequested(cmd=CommandId("r1"), agent=CARL, presence=PresenceWish.READY)
    return [DeskConnected(agent=CARL), wish]


async def test_a_caller_who_waits_is_given_to_an_agent_who_came_with_a_reload(
    tmp_path: Path,
) -> None:
    rim = Rim(tmp_path)
    async with running(rim) as loop:
        for event in a_day():
            loop.post(event)
        await asyncio.wait_for(loop.settle(), 5)
        old = loop.center
        loop.reload(with_carl(), MORE, "v2")
        assert loop.center is not old
        for event in carl_gets_ready():
            loop.post(event)
        await asyncio.wait_for(loop.settle(), 5)
    offered_to = {fact.agent: fact.call for fact in rim.of(AgentOffered)}
    assert offered_to == {"anna": "c1", CARL: "c2"}


async def test_a_reload_is_the_border_of_two_segments_and_can_be_replayed(tmp_path: Path) -> None:
    rim = Rim(tmp_path)
    async with running(rim) as loop:
        for event in a_day():
            loop.post(event)
        await asyncio.wait_for(loop.settle(), 5)
        for event in carl_gets_ready():
            loop.post(event)
        loop.reload(with_carl(), MORE, "v2")
        await asyncio.wait_for(loop.settle(), 5)
    first, second = segments(tmp_path)
    assert second.header().sources == MORE.sources
    names = [type(event).__name__ for _, event in second.events()]
    assert names == ["ConfigurationReloaded", "DeskConnected", "PresenceRequested"]
    assert [line.number for line in first.lines()] == [1, 2, 3, 4, 5, 6]
    result = replay(tmp_path, with_carl)
    assert (result.segments, result.events, result.difference) == (2, 9, None)


async def test_a_process_that_dies_after_a_reload_takes_it_up(tmp_path: Path) -> None:
    rim = Rim(tmp_path)
    async with running(rim) as loop:
        for event in a_day():
            loop.post(event)
        await asyncio.wait_for(loop.settle(), 5)
        loop.reload(with_carl(), MORE, "v2")
        await asyncio.wait_for(loop.settle(), 5)
    back = recover(tmp_path, "small", MORE.sources, with_carl, 1)
    assert CARL in back.center.router.agents
    assert set(back.center.calls.calls) == {"c1", "c2"}


async def test_what_goes_wrong_while_swapping_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_: object) -> Center:
        raise LookupError("no such queue")

    rim = Rim(tmp_path)
    async with running(rim) as loop:
        for event in a_day()[:-1]:
            loop.post(event)
        await asyncio.wait_for(loop.settle(), 5)
        center = loop.center
        monkeypatch.setattr(module, "restore", cannot)
        with pytest.raises(LookupError):
            loop.reload(with_carl(), MORE, "v2")
        loop.post(a_day()[-1])
        await asyncio.wait_for(loop.settle(), 5)
        assert loop.center is center
    assert len(segments(tmp_path)) == 1
    assert replay(tmp_path, load).difference is None


async def test_a_journal_that_cannot_be_written_at_a_reload_ends_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_fd: int, _data: object) -> int:
        raise OSError(28, "No space left on device")

    rim = Rim(tmp_path)
    task = asyncio.ensure_future(rim.loop.run())
    await asyncio.wait_for(rim.loop.settle(), 5)
    with monkeypatch.context() as patch:
        patch.setattr(journal_module.os, "write", full)
        with pytest.raises(JournalError, match="No space left"):
            rim.loop.reload(with_carl(), MORE, "v2")
    with pytest.raises(JournalError, match="No space left"):
        await asyncio.wait_for(task, 5)
    rim.journal.close()

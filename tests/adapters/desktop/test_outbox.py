"""Outgoing frames: in order, bounded, at once when nobody is in the way."""

import asyncio
from dataclasses import dataclass, field

import pytest

from contact_center.adapters.desktop.outbox import CONGESTED_BYTES, Outbox
from tests.adapters.desktop.conftest import until


@dataclass
class FakeWire:
    """A transport whose reader can be slow."""

    written: list[bytes] = field(default_factory=list)
    buffered: int = 0
    free: asyncio.Event = field(default_factory=asyncio.Event)
    closing: bool = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def get_write_buffer_size(self) -> int:
        return self.buffered

    def is_closing(self) -> bool:
        return self.closing

    async def drain(self) -> None:
        await self.free.wait()


def congested(**options: int) -> tuple[FakeWire, Outbox, list[str]]:
    wire = FakeWire(buffered=CONGESTED_BYTES + 1)
    overflows: list[str] = []
    return wire, Outbox(wire, wire.drain, lambda: overflows.append("full"), **options), overflows


async def test_a_frame_is_written_within_the_call_when_nothing_waits() -> None:
    wire = FakeWire()
    Outbox(wire, wire.drain, lambda: None).push(b"pop")
    assert wire.written == [b"pop"]


async def test_what_waited_goes_first_and_snapshots_last_and_only_the_newest() -> None:
    wire, outbox, _ = congested()
    outbox.put("queue:a", b"a1")
    outbox.push(b"1")
    outbox.put("queue:b", b"b1")
    outbox.put("queue:a", b"a2")
    outbox.push(b"2")
    wire.buffered = 0
    outbox.push(b"3")
    assert wire.written == []
    writing = asyncio.ensure_future(outbox.run())
    wire.free.set()
    await until(lambda: len(wire.written) == 5)
    assert wire.written == [b"1", b"2", b"3", b"a2", b"b1"]
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing


@pytest.mark.parametrize("options", [{"max_frames": 3}, {"max_bytes": 30}])
async def test_a_reader_that_is_too_slow_is_reported_once_and_gets_no_more(
    options: dict[str, int],
) -> None:
    wire, outbox, overflows = congested(**options)
    for _ in range(20):
        outbox.push(b"0123456789")
    assert overflows == ["full"]
    assert len(outbox) == 0
    assert wire.written == []


async def test_snapshots_alone_never_fill_the_outbox() -> None:
    _, outbox, overflows = congested(max_frames=3, max_bytes=100)
    for number in range(1000):
        outbox.put("queue:a", b"%d" % number)
    assert overflows == []
    assert len(outbox) == 1


async def test_before_a_replay_waiting_ledger_frames_are_dropped_but_answers_stay() -> None:
    wire, outbox, _ = congested()
    outbox.push(b"ledger")
    outbox.push(b"answer", is_ledger=False)
    outbox.forget_ledger()
    outbox.push(b"replayed")
    writing = asyncio.ensure_future(outbox.run())
    wire.free.set()
    await until(lambda: len(wire.written) == 2)
    assert wire.written == [b"answer", b"replayed"]
    writing.cancel()


async def test_nothing_is_written_to_a_closing_transport() -> None:
    wire = FakeWire(closing=True)
    outbox = Outbox(wire, wire.drain, lambda: None)
    outbox.push(b"1")
    outbox.put("queue:a", b"a")
    assert wire.written == []

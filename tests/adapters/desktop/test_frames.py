"""What a client may do wrong on an open socket, and what it gets for it."""

import json

import pytest

from contact_center.adapters.desktop.settings import DeskSettings
from contact_center.core import requests as r
from tests.adapters.desktop.conftest import Center, StartCenter, until
from tests.adapters.desktop.wire import closed, dial, hear, resume

MALFORMED = [
    "",
    "nonsense",
    "[]",
    "{}",
    '{"t": 5}',
    '{"t": "cmd.ready"}',
    '{"t": "cmd.ready", "id": ""}',
    '{"t": "cmd.ready", "id": "a b"}',
    '{"t": "cmd.ready", "id": "' + "x" * 65 + '"}',
    '{"t": "cmd.pause", "id": "c1", "d": {}}',
    '{"t": "cmd.hold", "id": "c1", "call": "x", "d": {"on": "yes"}}',
    '{"t": "resume", "d": {"channels": {"agent:maria": {"ep": "x", "seq": -1}}}}',
    "[" * 50_000,
    '{"t": "x", "a": ' + "[" * 50_000,
    '{"t": "pop.shown", "call": "c", "d": {"t_recv": 1e400, "t_paint": 1}}',
    b"\x00\x01",
]


@pytest.mark.parametrize("frame", MALFORMED)
async def test_a_malformed_frame_is_answered_and_the_socket_lives(
    center: Center, frame: str | bytes
) -> None:
    async with dial(center) as ws:
        await resume(ws)
        await ws.send(frame)
        assert (await hear(ws, "error"))["err"]["code"] == "malformed"
        await ws.send('{"t": "ping", "id": "p1"}')
        assert (await hear(ws, "pong"))["re"] == "p1"
    assert center.core.requests == []


async def test_a_malformed_command_is_answered_under_its_id(center: Center) -> None:
    async with dial(center) as ws:
        await resume(ws)
        await ws.send('{"t": "cmd.pause", "id": "c1", "d": {"reason": 5}}')
        assert (await hear(ws, "error"))["re"] == "c1"


async def test_five_malformed_frames_close_the_socket(center: Center) -> None:
    async with dial(center) as ws:
        await resume(ws)
        for _ in range(5):
            await ws.send("nonsense")
        assert await closed(ws) == 4400


async def test_an_oversized_frame_closes_the_socket(center: Center) -> None:
    async with dial(center) as ws:
        await resume(ws)
        await ws.send("x" * (64 * 1024 + 1))
        assert await closed(ws) == 1009


async def test_a_frame_at_the_bound_is_read(center: Center) -> None:
    async with dial(center) as ws:
        await resume(ws)
        frame = '{"t": "ping", "id": "p1", "x": ""}'
        await ws.send(frame[:-2] + "x" * (64 * 1024 - len(frame)) + '"}')
        assert (await hear(ws, "pong"))["re"] == "p1"


async def test_a_flood_is_told_when_to_come_back_and_closed(center: Center) -> None:
    async with dial(center) as ws:
        await resume(ws)
        for number in range(60):
            await ws.send(json.dumps({"t": "ping", "id": f"p{number}"}))
        refusal = await hear(ws, "error")
        assert refusal["err"]["code"] == "rate"
        assert refusal["err"]["retry_after_ms"] > 0
        assert await closed(ws) == 4429


async def test_unknown_types_are_ignored_unless_they_must_be_understood(center: Center) -> None:
    async with dial(center) as ws:
        await resume(ws)
        await ws.send('{"t": "cmd.dance", "id": "c1"}')
        await ws.send('{"t": "cmd.dance", "id": "c2", "must": true}')
        refusal = await hear(ws, "error")
        assert (refusal["re"], refusal["err"]["code"]) == ("c2", "unknown_type")


async def test_unknown_fields_are_ignored(center: Center) -> None:
    async with dial(center) as ws:
        await resume(ws)
        await ws.send('{"t": "ping", "id": "p1", "v": 7, "new": {"a": 1}}')
        assert (await hear(ws, "pong"))["re"] == "p1"


async def test_commands_before_resume_are_refused(center: Center) -> None:
    async with dial(center) as ws:
        await hear(ws, "hello")
        await ws.send('{"t": "cmd.ready", "id": "c1"}')
        assert (await hear(ws, "error"))["err"]["code"] == "not_resumed"
    assert center.core.requests == []


async def test_a_command_sent_twice_is_posted_once_and_answered_twice(center: Center) -> None:
    async with dial(center) as ws:
        await resume(ws)
        for _ in range(3):
            await ws.send('{"t": "cmd.ready", "id": "c1"}')
            assert (await hear(ws, "done"))["re"] == "c1"
    assert len(center.core.requests) == 1


async def test_a_repeat_on_a_new_socket_gets_the_stored_answer(center: Center) -> None:
    center.core.is_silent = True
    async with dial(center) as ws:
        await resume(ws)
        await ws.send('{"t": "cmd.hangup", "id": "c1", "call": "call-1"}')
        await until(lambda: center.core.requests)
    await until(lambda: r.DeskLost(agent="maria") in center.core.posted)
    center.core.answer(center.core.requests[0], "not_talking")
    async with dial(center) as ws:
        await resume(ws)
        await ws.send('{"t": "cmd.hangup", "id": "c1", "call": "call-1"}')
        refusal = await hear(ws, "error")
        assert (refusal["re"], refusal["err"]["code"]) == ("c1", "not_talking")
    assert len(center.core.requests) == 1


async def test_a_command_nobody_answers_times_out(center: Center) -> None:
    center.core.is_silent = True
    now = center.desk.clock()
    async with dial(center) as ws:
        await resume(ws)
        center.desk.clock = lambda: now
        await ws.send('{"t": "cmd.ready", "id": "c1"}')
        await until(lambda: center.core.requests)
        center.desk.clock = lambda: now + 5_000_000
        center.desk.housekeep()
        refusal = await hear(ws, "error")
        assert (refusal["re"], refusal["err"]["code"]) == ("c1", "timeout")
        await ws.send('{"t": "cmd.ready", "id": "c1"}')
        assert (await hear(ws, "error"))["err"]["code"] == "timeout"
    assert len(center.core.requests) == 1


async def test_a_full_inbox_says_try_again_and_trying_again_works(center: Center) -> None:
    async with dial(center) as ws:
        await resume(ws)
        center.core.is_full = True
        await ws.send('{"t": "cmd.ready", "id": "c1"}')
        refusal = await hear(ws, "error")
        assert refusal["err"]["code"] == "busy"
        assert refusal["err"]["retry_after_ms"] > 0
        center.core.is_full = False
        await ws.send('{"t": "cmd.ready", "id": "c1"}')
        assert (await hear(ws, "done"))["re"] == "c1"


async def test_a_screen_that_could_not_be_announced_is_announced_later(center: Center) -> None:
    center.core.is_full = True
    async with dial(center) as ws:
        await resume(ws)
        assert center.core.posted == []
        center.core.is_full = False
        await until(lambda: center.core.posted == [r.DeskConnected(agent="maria")])


async def test_a_silent_client_is_pinged_and_then_closed(start_center: StartCenter) -> None:
    quick = DeskSettings(public_url="http://127.0.0.1", ping_us=50_000, ping_jitter_us=1000)
    center = await start_center(settings=quick)
    async with dial(center) as ws:
        await hear(ws, "ping")
        await hear(ws, "ping")
        assert await closed(ws) == 4408


async def test_a_client_that_answers_pings_stays(start_center: StartCenter) -> None:
    quick = DeskSettings(public_url="http://127.0.0.1", ping_us=30_000, ping_jitter_us=1000)
    center = await start_center(settings=quick)
    async with dial(center) as ws:
        for _ in range(8):
            await hear(ws, "ping")
            await ws.send('{"t": "pong"}')
        assert center.server.open_sockets == 1


async def test_protocol_pings_are_answered_and_are_life(start_center: StartCenter) -> None:
    quick = DeskSettings(public_url="http://127.0.0.1", ping_us=200_000, ping_jitter_us=1000)
    center = await start_center(settings=quick)
    async with dial(center) as ws:
        await hear(ws, "hello")
        for _ in range(3):
            await hear(ws, "ping")
            await (await ws.ping())
        assert center.server.open_sockets == 1


async def test_a_flood_of_protocol_pings_is_a_flood(center: Center) -> None:
    async with dial(center) as ws:
        await resume(ws)
        for number in range(60):
            await ws.ping(str(number))
        assert await closed(ws) == 4429

"""Nothing is lost between one socket and the next."""

import asyncio
import json
from dataclasses import replace

from websockets.asyncio.client import ClientConnection

from contact_center.core import facts as f
from contact_center.core import requests as r
from tests.adapters.desktop.conftest import Center, StartCenter, running, until, wall_clock
from tests.adapters.desktop.scripted_core import ScriptedCore
from tests.adapters.desktop.wire import PlainSocket, closed, dial, hear, resume


async def test_after_a_drop_exactly_what_was_missed_comes_in_order(center: Center) -> None:
    maria = await center.agent()
    center.core.offer("call-1")
    await until(lambda: maria.screen.call)
    seen = len(maria.heard)
    await maria.client.drop()
    await until(lambda: center.desk.screen_of("maria") is None)
    center.core.complete("call-1")
    center.core.connect("call-1")
    center.core.hang_up("call-1")
    await until(lambda: maria.screen.state["work"] == "wrap_up")
    numbered = [
        message for message in maria.heard if message.get("seq") and message["t"] != "state"
    ]
    assert [message["seq"] for message in numbered] == list(range(1, len(numbered) + 1))
    assert maria.types()[seen:] == [
        "pop.more",
        "offer.ended",
        "call.connected",
        "agent.state",
        "call.ended",
        "agent.state",
    ]
    assert maria.client.counts.gaps == 1  # the first connect
    assert maria.client.counts.doubles == 0


async def test_a_command_under_way_when_the_line_breaks_is_carried_out_once(
    center: Center,
) -> None:
    maria = await center.agent()
    center.core.is_silent = True
    asking = asyncio.ensure_future(maria.client.command("cmd.ready"))
    await until(lambda: center.core.requests)
    await maria.client.drop()
    await until(lambda: center.desk.screen_of("maria") is None)
    center.core.answer(center.core.requests[0])
    await asking
    assert len(center.core.requests) == 1
    assert maria.screen.state["presence"] == "ready"


async def test_a_pop_of_a_call_that_ended_meanwhile_is_replayed_as_over(center: Center) -> None:
    async with dial(center) as ws:
        state = await resume(ws)
    await until(lambda: center.desk.screen_of("maria") is None)
    center.core.offer("call-1")
    center.core.end_offer("call-1", f.OfferResult.REVOKED)
    async with dial(center) as ws:
        await hear(ws, "hello")
        await send_resume(ws, state["ep"], state["seq"])
        ok = await hear(ws, "resume.ok")
        replayed = [json.loads(await ws.recv()) for _ in range(ok["d"]["count"])]
    pop = next(message for message in replayed if message["t"] == "pop.show")
    assert pop["d"]["ended"] == "revoked"
    assert replayed[-2]["t"] == "call.missed"
    assert replayed[-2]["d"]["result"] == "revoked"


async def test_a_reload_in_the_middle_of_a_call_shows_all_of_it(center: Center) -> None:
    maria = await center.agent()
    center.core.offer("call-1")
    center.core.complete("call-1")
    center.core.connect("call-1")
    await maria.client.command("cmd.notes", {"text": "half a sent"}, call="call-1")
    async with dial(center) as ws:
        call = (await resume(ws))["d"]["call"]
    assert call["notes"] == "half a sent"
    assert call["pop"]["customers"][0]["name"] == "Anna Kowalska"
    assert len(call["more"]["history"]) == 3
    assert call["connected_at"] is not None
    assert call["expires_at"] is None


async def test_a_second_device_takes_over_without_the_agent_seeming_to_leave(
    center: Center,
) -> None:
    async with dial(center) as first:
        await resume(first)
        async with dial(center) as second:
            await resume(second)
            assert await closed(first) == 4409
            center.core.offer("call-1")
            await hear(second, "pop.show")
        await until(lambda: len(center.core.posted) == 2)
    assert center.core.posted == [r.DeskConnected(agent="maria"), r.DeskLost(agent="maria")]


async def test_a_displaced_client_does_not_come_back_by_itself(center: Center) -> None:
    first = await center.agent()
    await center.agent()
    assert first.task is not None
    assert await asyncio.wait_for(first.task, 10) == 4409


async def test_a_restart_of_the_process_is_a_gap_and_a_full_state() -> None:
    core = ScriptedCore(wall_clock)
    async with running(epoch="e1", core=core) as before:
        maria = await before.agent()
        token = maria.client.token
        core.offer("call-1")
        core.connect("call-1")
        await until(lambda: maria.screen.state.get("work") == "talking")
        port, session = before.port, before.server.sessions.find(token)
        before.clients.clear()
    assert core.posted == [r.DeskConnected(agent="maria")]
    assert session is not None
    assert maria.task is not None
    again = ScriptedCore(wall_clock)
    async with running(epoch="e2", core=again, port=port) as after:
        after.server.sessions._by_key[session.key] = session
        after.clients.append(maria.task)
        # What the core tells again when it starts: the call, its pop and the agent.
        again.state = core.state
        again.offer("call-1")
        again.connect("call-1")
        gaps = maria.client.counts.gaps
        await until(lambda: maria.client.counts.gaps == gaps + 1)
        await until(lambda: maria.screen.state.get("work") == "talking")
        assert maria.screen.call is not None
        assert maria.screen.call["pop"]["customers"][0]["name"] == "Anna Kowalska"
        await until(lambda: again.posted == [r.DeskConnected(agent="maria")])


async def test_whoever_was_away_too_long_gets_the_full_state(center: Center) -> None:
    async with dial(center) as ws:
        state = await resume(ws)
    for number in range(600):
        center.core.publish(center.core.change(reason=f"r{number}"))
    async with dial(center) as ws:
        await hear(ws, "hello")
        await send_resume(ws, state["ep"], state["seq"])
        assert (await hear(ws, "resume.gap"))["d"]["reason"] == "too_old"
        full = await hear(ws, "state")
        assert full["d"]["state"]["reason"] == "r599"
        center.core.publish(center.core.change(reason="live"))
        assert (await hear(ws, "agent.state"))["seq"] == full["seq"] + 1


async def test_a_client_that_sees_a_hole_asks_again(center: Center) -> None:
    maria = await center.agent()
    center.core.publish(center.core.change(reason="one"))
    await until(lambda: maria.screen.state["reason"] == "one")
    # Two messages that the screen never gets, then one that it does.
    place = center.desk._places["maria"]
    screen, place.screen = place.screen, None
    center.core.publish(center.core.change(reason="two"), center.core.change(reason="three"))
    place.screen = screen
    center.core.publish(center.core.change(reason="four"))
    await until(lambda: maria.screen.state["reason"] == "four")
    assert maria.client.counts.holes == 1
    reasons = [m["d"]["reason"] for m in maria.heard if m["t"] == "agent.state"]
    assert reasons == ["one", "two", "three", "four"]


async def test_the_pop_is_on_the_wire_when_publish_returns(center: Center) -> None:
    plain = PlainSocket(center)
    try:
        await plain.open()
        plain.now()
        center.core.offer("call-1")
        arrived = plain.now()
        assert b'"pop.show"' in arrived
        assert b"Anna Kowalska" in arrived
    finally:
        plain.sock.close()


async def test_a_reader_that_stalls_is_let_go_and_delays_nobody(center: Center) -> None:
    jonas = await center.agent("jonas")
    async with dial(center, max_queue=1, close_timeout=1) as ws:
        await resume(ws)
        text = "x" * 10_000
        for number in range(2000):
            center.core.publish(
                f.NotesSaved(**center.core.where("call-1"), agent="maria", text=text)
            )
            state = replace(center.core.state, agent="jonas", reason=f"r{number}")
            center.core.publish(state)
            if center.desk.counts.slow_readers:
                break
            await until(lambda n=number: jonas.screen.state["reason"] == f"r{n}")
        assert center.desk.counts.slow_readers == 1
        assert center.desk.screen_of("maria") is None
        code = await closed(ws)
        # 4413 when the line still took it, 1006 when it had to be cut.
        assert code in (4413, 1006)


async def test_a_graceful_stop_asks_clients_to_come_back_spread_out(
    start_center: StartCenter,
) -> None:
    async with running() as center, dial(center) as ws:
        await resume(ws)
        await center.runner.cleanup()
        assert await closed(ws) == 1012
        assert "spread_ms=300" in ws.close_reason
        assert center.core.posted == [r.DeskConnected(agent="maria")]


async def send_resume(ws: ClientConnection, ep: str, seq: int) -> None:
    where = {"agent:maria": {"ep": ep, "seq": seq}}
    await ws.send(json.dumps({"t": "resume", "d": {"channels": where}}))

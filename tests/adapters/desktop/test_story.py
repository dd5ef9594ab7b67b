"""One agent's calls over a real socket, with the client on the websockets library."""

import asyncio

import pytest

from contact_center.core import facts as f
from contact_center.core import requests as r
from contact_center.desk_client import CommandFailedError, log_in
from tests.adapters.desktop.conftest import PASSWORD, Center, until


async def test_an_agent_logs_in_goes_ready_takes_a_call_and_wraps_it_up(center: Center) -> None:
    token = await log_in(center.url, "maria", PASSWORD)
    assert center.server.sessions.find(token) is not None
    maria = await center.agent()
    screen = maria.screen
    await until(lambda: center.core.posted)
    assert center.core.posted == [r.DeskConnected(agent="maria")]

    await maria.client.command("cmd.ready")
    assert screen.state["presence"] == "ready"
    center.core.offer("call-1")
    await until(lambda: screen.call and screen.call["pop"])
    assert screen.is_ringing
    assert screen.call["pop"]["customers"][0]["name"] == "Anna Kowalska"
    center.core.complete("call-1")
    await until(lambda: screen.call["more"])
    assert len(screen.call["more"]["history"]) == 3

    await maria.client.command("cmd.accept", {"reservation": screen.call["reservation"]})
    assert screen.state["work"] == "talking"
    await maria.client.command("cmd.hold", {"on": True}, call="call-1")
    assert screen.call["held"]
    await maria.client.command("cmd.notes", {"text": "Wants a refund."}, call="call-1")
    assert screen.call["notes"] == "Wants a refund."
    await maria.client.command("cmd.hangup", call="call-1")
    assert screen.state["work"] == "wrap_up"
    assert screen.state["wrap_up_until"] > screen.state["since"]
    await maria.client.command("cmd.disposition", {"code": "order"}, call="call-1")
    await until(lambda: screen.call is None)
    assert screen.state["work"] == "idle"
    assert screen.missed == []


async def test_a_refused_command_says_why(center: Center) -> None:
    maria = await center.agent()
    center.core.is_silent = True
    asking = asyncio.ensure_future(maria.client.command("cmd.hangup", call="call-9"))
    await until(lambda: center.core.requests)
    center.core.answer(center.core.requests[0], "not_talking", "You are in no call.")
    with pytest.raises(CommandFailedError, match="You are in no call") as failed:
        await asking
    assert failed.value.code == "not_talking"


@pytest.mark.parametrize(
    ("t", "d", "call", "code"),
    [
        ("cmd.pause", {"reason": "holiday"}, "", "unknown_reason"),
        ("cmd.disposition", {"code": "nonsense"}, "call-1", "unknown_disposition"),
        ("cmd.hangup", None, "not an id!", "bad_id"),
        ("cmd.accept", {"reservation": "a b"}, "", "bad_id"),
        ("cmd.notes", {"text": "x" * 10_001}, "call-1", "malformed"),
        ("cmd.hold", {"on": "yes"}, "call-1", "malformed"),
    ],
)
async def test_a_command_that_names_nothing_is_refused_at_the_desk(
    center: Center, t: str, d: dict[str, object] | None, call: str, code: str
) -> None:
    maria = await center.agent()
    with pytest.raises(CommandFailedError) as failed:
        await maria.client.command(t, d, call=call)
    assert failed.value.code == code
    assert center.core.requests == []


async def test_a_pause_during_a_call_is_shown_as_what_comes_next(center: Center) -> None:
    maria = await center.agent()
    await maria.client.command("cmd.ready")
    center.core.offer("call-1")
    center.core.connect("call-1")
    await maria.client.command("cmd.pause", {"reason": "lunch"})
    assert maria.screen.state["presence"] == "ready"
    assert maria.screen.state["next_presence"] == "paused"
    assert maria.screen.state["next_reason"] == "lunch"


async def test_a_break_from_one_queue_is_asked_for_with_a_reason_and_shown(
    center: Center,
) -> None:
    maria = await center.agent()
    await maria.client.command("cmd.ready")
    center.core.is_silent = True
    wish = {"queue": "sales", "on": True, "reason": "lunch"}
    asking = asyncio.ensure_future(maria.client.command("cmd.pause_queue", wish))
    await until(lambda: len(center.core.requests) > 1)
    asked = center.core.requests[-1]
    assert isinstance(asked, r.QueuePauseRequested)
    assert (asked.agent, asked.queue, asked.on, asked.reason) == ("maria", "sales", True, "lunch")
    center.core.answer(asked, "not_your_queue")
    with pytest.raises(CommandFailedError, match="You do not serve this queue"):
        await asking
    assert maria.screen.state["paused_in"] == []
    with pytest.raises(CommandFailedError) as failed:
        await maria.client.command("cmd.pause_queue", {**wish, "reason": "holiday"})
    assert failed.value.code == "unknown_reason"


@pytest.mark.parametrize(
    "result", [f.OfferResult.NO_ANSWER, f.OfferResult.REVOKED, f.OfferResult.DECLINED]
)
async def test_an_offer_that_came_to_nothing_is_a_missed_call_with_its_reason(
    center: Center, result: f.OfferResult
) -> None:
    maria = await center.agent()
    center.core.offer("call-1")
    center.core.end_offer("call-1", result)
    await until(lambda: maria.screen.missed)
    assert maria.screen.call is None
    row = maria.screen.missed[0]
    assert (row["name"], row["ani"], row["result"]) == (
        "Anna Kowalska",
        "+48221234567",
        result.value,
    )


async def test_queue_tiles_go_to_the_agents_of_the_queue_only(center: Center) -> None:
    maria, jonas = await center.agent("maria"), await center.agent("jonas")
    center.core.queue(3, "service")
    center.core.queue(1, "returns")
    await until(lambda: "returns" in jonas.screen.tiles and "returns" in maria.screen.tiles)
    assert maria.screen.tiles["service"]["waiting"] == 3
    assert set(jonas.screen.tiles) == {"returns"}


async def test_a_phone_system_out_of_reach_shows_at_once_and_to_who_comes_later(
    center: Center,
) -> None:
    maria = await center.agent("maria")
    center.core.publish(f.ProviderChanged(at=center.core.clock(), provider="asterisk", up=False))
    await until(lambda: maria.screen.providers == {"asterisk": False})
    jonas = await center.agent("jonas")
    await until(lambda: jonas.screen.providers == {"asterisk": False})

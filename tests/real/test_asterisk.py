"""The real parts together: Asterisk, the dial plan we ship, callers and phones."""

from __future__ import annotations

import asyncio
import hashlib
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from contact_center.adapters.asterisk.local import Instance, OutboundWebsocket, Tree
from tests.real import audio
from tests.real.asterisk import PASSWORD, PlainAri, settings
from tests.real.ports import free_port
from tests.real.sip import Answer, Caller, CallRejectedError, Ignore, Manual, Phone, Reject, until
from tests.real.test_audio import babble

pytestmark = pytest.mark.real


class Prompts:
    """A web server with prompts at addresses of their content, as ours are."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.port = 0
        self._wavs: dict[str, bytes] = {}

    def add(self, samples: array[int]) -> str:
        wav = audio.wav(samples)
        name = hashlib.sha256(wav).hexdigest()
        self._wavs[name] = wav
        return f"http://127.0.0.1:{self.port}/prompts/{name}.wav"

    async def serve(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.asked.append((request.method, name))
        if name not in self._wavs:
            return web.Response(status=404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": f'"{name}"'}
        return web.Response(body=self._wavs[name], content_type="audio/wav", headers=headers)


@asynccontextmanager
async def prompt_server() -> AsyncIterator[Prompts]:
    prompts = Prompts()
    app = web.Application()
    app.router.add_get("/prompts/{name}.wav", prompts.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        prompts.port = runner.addresses[0][1]
        yield prompts
    finally:
        await runner.cleanup()


def test_the_tree_holds_all_it_needs_and_nothing_comes_from_the_system(
    asterisk_tree: Tree,
) -> None:
    assert asterisk_tree.missing() == []


async def test_a_caller_reaches_the_application_and_hears_a_prompt(asterisk_tree: Tree) -> None:
    wanted, other = babble(1), babble(2)
    async with (
        prompt_server() as prompts,
        Instance(settings(), asterisk_tree) as asterisk,
        PlainAri(asterisk) as ari,
        Caller(asterisk.sip_port) as caller,
    ):
        url = prompts.add(wanted)
        call = await caller.dial("5550100", number="15551230001", display='Ann, "the" O\'Neil')
        start = await ari.event("StasisStart", within=30)
        channel = start["channel"]
        assert start["args"] == ["inbound", "5550100"]
        # Asterisk hands on the escapes of SIP's quoted name as they came.
        assert channel["caller"] == {"name": 'Ann, \\"the\\" O\'Neil', "number": "15551230001"}
        await ari.post(f"channels/{channel['id']}/answer")
        await call.answered(within=30)
        await ari.post(f"channels/{channel['id']}/play", media=f"sound:{url}")
        finished = await ari.event("PlaybackFinished", within=30)
        assert finished["playback"]["state"] == "done"
        await call.hears_prompt(wanted, within=30)
        assert not call.media.heard.prompt(other)
        await ari.request("DELETE", f"channels/{channel['id']}")
        await call.ended(within=30)
        assert call.ended_by == "remote"


async def test_a_prompt_is_fetched_once_and_a_list_goes_on_after_a_missing_one(
    asterisk_tree: Tree,
) -> None:
    first, second = babble(3, 0.8), babble(4, 0.8)
    async with (
        prompt_server() as prompts,
        Instance(settings(), asterisk_tree) as asterisk,
        PlainAri(asterisk) as ari,
        Caller(asterisk.sip_port) as caller,
    ):
        urls = [prompts.add(first), prompts.add(second)]
        missing = f"http://127.0.0.1:{prompts.port}/prompts/{'0' * 64}.wav"
        call = await caller.dial("5550100")
        channel = (await ari.event("StasisStart", within=30))["channel"]["id"]
        await ari.post(f"channels/{channel}/answer")
        await call.answered(within=30)
        for media in ([*urls], [urls[1], urls[0]], [urls[0], missing, urls[1]]):
            since = caller.loop.time()
            await ari.post(
                f"channels/{channel}/play", media=",".join(f"sound:{url}" for url in media)
            )
            await ari.event("PlaybackFinished", within=10)
            await call.hears_prompt(first, within=30, since=since)
            await call.hears_prompt(second, within=30, since=since)
        names = [name for _, name in prompts.asked if name != "0" * 64]
        assert len(names) == 2, prompts.asked
        await ari.post(f"channels/{channel}/play", media=f"sound:{missing}")
        finished = await ari.event("PlaybackFinished", within=10)
        assert finished["playback"]["state"] == "failed"


async def test_text_to_speech_of_the_tree_speaks(asterisk_tree: Tree) -> None:
    argv = asterisk_tree.command("espeak-ng", "--stdout", "Welcome. For sales press one.")
    process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
    spoken, _ = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0
    assert spoken.startswith(b"RIFF")
    assert len(spoken) > 40_000


@pytest.mark.parametrize("ms", [60, 120])
async def test_digits_by_rfc_4733_arrive_in_order(asterisk_tree: Tree, ms: int) -> None:
    async with (
        Instance(settings(), asterisk_tree) as asterisk,
        PlainAri(asterisk) as ari,
        Caller(asterisk.sip_port) as caller,
    ):
        call = await caller.dial("5550100")
        channel = (await ari.event("StasisStart", within=30))["channel"]["id"]
        await ari.post(f"channels/{channel}/answer")
        await call.answered(within=30)
        await call.media.send_digits("12*9#", ms=ms)
        heard = [await ari.event("ChannelDtmfReceived", within=30) for _ in range(5)]
        assert "".join(event["digit"] for event in heard) == "12*9#"
        await call.send_info_digit("7")
        assert (await ari.event("ChannelDtmfReceived", within=30))["digit"] == "7"


@pytest.mark.parametrize(
    ("number", "origin", "seen"),
    [
        ("anonymous", None, "anonymous"),
        ("+15551230001", None, "+15551230001"),
        ("", "<sip:127.0.0.1>", ""),
        ("x", '"Zoë \\"Z\\" O\'Hara, 100%;x=1" <sip:x@127.0.0.1>', "x"),
    ],
)
async def test_odd_caller_ids_reach_the_application(
    asterisk_tree: Tree, number: str, origin: str | None, seen: str
) -> None:
    async with (
        Instance(settings(), asterisk_tree) as asterisk,
        PlainAri(asterisk) as ari,
        Caller(asterisk.sip_port) as caller,
    ):
        call = await caller.dial("+15550100", number=number, origin=origin)
        start = await ari.event("StasisStart", within=30)
        assert start["args"] == ["inbound", "+15550100"]
        assert start["channel"]["caller"]["number"] == seen
        await call.hang_up()
        await call.ended(within=30)
        assert call.status == 487


async def test_a_phone_registers_is_called_and_the_two_hear_each_other(
    asterisk_tree: Tree,
) -> None:
    async with (
        Instance(settings(phones=("ana",)), asterisk_tree) as asterisk,
        PlainAri(asterisk) as ari,
        Caller(asterisk.sip_port) as caller,
        Phone("ana", asterisk.sip_port, password=PASSWORD, tone_hz=523) as phone,
    ):
        await phone.register()
        call = await caller.dial("5550100")
        inbound = (await ari.event("StasisStart", within=30))["channel"]["id"]
        await ari.post(f"channels/{inbound}/answer")
        await ari.post("channels", endpoint="PJSIP/ana", app="acd", channelId="leg-1")
        leg = await phone.called(within=30)
        assert leg.invited_at == phone.invited_at[0]
        await leg.answered(within=30)
        await ari.event("StasisStart", within=30)
        bridge = await ari.post("bridges", type="mixing")
        await ari.post(f"bridges/{bridge['id']}/addChannel", channel=f"{inbound},leg-1")
        call.media.tone(440)
        await call.hears_tone(523, within=30)
        await leg.hears_tone(440, within=30)
        await leg.hang_up()
        await ari.event("ChannelDestroyed", within=30)
        assert call.is_up
        await call.hang_up()


async def test_a_phone_with_the_wrong_password_is_refused(asterisk_tree: Tree) -> None:
    async with (
        Instance(settings(phones=("ana",)), asterisk_tree) as asterisk,
        Phone("ana", asterisk.sip_port, password="wrong") as phone,
    ):
        with pytest.raises(CallRejectedError):
            await phone.register()


async def test_phones_ring_refuse_and_are_called_off(asterisk_tree: Tree) -> None:
    async with (
        Instance(settings(phones=("ana",)), asterisk_tree) as asterisk,
        PlainAri(asterisk) as ari,
        Phone("ana", asterisk.sip_port, password=PASSWORD, behaviour=Reject(603)) as phone,
    ):
        await phone.register()
        await ari.post("channels", endpoint="PJSIP/ana", app="acd", channelId="refused")
        destroyed = await ari.event("ChannelDestroyed", within=30)
        assert destroyed["cause"] == 21
        phone.behaviour = Ignore()
        await ari.post("channels", endpoint="PJSIP/ana", app="acd", channelId="ignored")
        await until(lambda: phone.call_count == 2, within=30, what="the second call")
        await ari.event("Dial", within=30, having={"dialstatus": "RINGING"})
        await ari.request("DELETE", "channels/ignored")
        await phone.calls[1].ended(within=30)
        assert phone.calls[1].status == 487
        phone.behaviour = Manual()
        await ari.post("channels", endpoint="PJSIP/ana", app="acd", channelId="manual")
        await until(lambda: phone.call_count == 3, within=30, what="the third call")
        await phone.calls[2].ringing(within=30)
        await phone.calls[2].accept()
        await ari.event("StasisStart", within=30)
        await phone.calls[2].hold()
        await ari.event("ChannelHold", within=30)
        await phone.calls[2].resume()
        await ari.event("ChannelUnhold", within=30)


async def test_a_phone_that_hangs_up_as_it_answers_says_both_in_that_order(
    asterisk_tree: Tree,
) -> None:
    async with (
        Instance(settings(phones=("ana",)), asterisk_tree) as asterisk,
        PlainAri(asterisk) as ari,
        Phone("ana", asterisk.sip_port, password=PASSWORD, behaviour=Manual()) as phone,
    ):
        await phone.register()
        for turn in range(5):
            await ari.post("channels", endpoint="PJSIP/ana", app="acd", channelId=f"turn{turn}")
            call = await phone.called(within=30)
            await call.accept()
            await call.hang_up()
            await ari.event("StasisStart", within=30)
            await ari.event("ChannelDestroyed", within=30)


async def test_a_number_outside_is_called_over_the_trunk(asterisk_tree: Tree) -> None:
    async with (
        Phone("trunk", 0, behaviour=Answer(after_s=0.3)) as far_end,
        Instance(settings(trunk=f"127.0.0.1:{far_end.port}"), asterisk_tree) as asterisk,
        PlainAri(asterisk) as ari,
    ):
        far_end.server = ("127.0.0.1", asterisk.sip_port)
        await ari.post("channels", endpoint="PJSIP/15559990000@trunk", app="acd")
        call = await far_end.called(within=30)
        assert call.invite is not None
        assert call.invite.start.startswith("INVITE sip:15559990000@")
        await call.answered(within=30)
        await ari.event("StasisStart", within=30)
        await call.hang_up()


async def test_a_caller_is_kept_with_music_while_we_are_away_and_gets_in_when_we_are_back(
    asterisk_tree: Tree,
) -> None:
    async with (
        Instance(settings(), asterisk_tree) as asterisk,
        Caller(asterisk.sip_port) as caller,
    ):
        call = await caller.dial("5550100")
        await call.answered(within=30)
        await call.hears_sound(within=30)
        # One piece of music is 1 s here: after 5 s it has asked for the application several times.
        since = caller.loop.time() + 4.0
        await until(lambda: caller.loop.time() > since, within=6, what="some retries")
        assert call.is_up
        await call.hears_sound(within=30)
        async with PlainAri(asterisk) as ari:
            start = await ari.event("StasisStart", within=30)
            assert start["args"] == ["inbound", "5550100"]
            assert start["channel"]["state"] == "Up"
            await call.hears_silence(seconds=0.5, within=30)
            assert call.is_up
            await ari.request("DELETE", f"channels/{start['channel']['id']}")
            await call.ended(within=30)


async def until_closed(socket: web.WebSocketResponse, events: list[dict[str, Any]]) -> None:
    while (message := await socket.receive()).type is WSMsgType.TEXT:
        events.append(message.json())


async def test_with_a_websocket_from_asterisk_a_caller_rings_until_we_are_there(
    asterisk_tree: Tree,
) -> None:
    events: list[dict[str, Any]] = []

    async def serve(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=["ari"])
        await socket.prepare(request)
        await until_closed(socket, events)
        return socket

    app = web.Application()
    app.router.add_get("/ari", serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    port = free_port()
    target = OutboundWebsocket(uri=f"ws://127.0.0.1:{port}/ari")
    async with (
        Instance(settings(outbound_websocket=target), asterisk_tree) as asterisk,
        Caller(asterisk.sip_port) as caller,
    ):
        call = await caller.dial("5550100")
        await call.ringing(within=30)
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            start = await until(
                lambda: next((e for e in events if e["type"] == "StasisStart"), None),
                within=30,
                what="StasisStart over Asterisk's own connection",
            )
            assert start["args"] == ["inbound", "5550100"]
            assert not call.is_up
            assert call.ended_at is None
            await call.hang_up()
        finally:
            await runner.cleanup()


async def test_the_last_resort_is_called_when_patience_ends(asterisk_tree: Tree) -> None:
    async with Phone("backup", 0, tone_hz=660) as backup:
        resort = "PJSIP/5559@trunk"
        changes = (("ACD_RETRY_S", "1"), ("ACD_PATIENCE_S", "2"), ("ACD_LAST_RESORT", resort))
        wanted = settings(trunk=f"127.0.0.1:{backup.port}", globals=changes)
        async with (
            Instance(wanted, asterisk_tree) as asterisk,
            Caller(asterisk.sip_port) as caller,
        ):
            backup.server = ("127.0.0.1", asterisk.sip_port)
            call = await caller.dial("5550100")
            await backup.called(within=10)
            await call.hears_tone(660, within=30)
            await call.hang_up()


async def test_without_a_last_resort_the_caller_is_told_and_only_then_let_go(
    asterisk_tree: Tree,
) -> None:
    changes = (("ACD_RETRY_S", "1"), ("ACD_PATIENCE_S", "1"))
    async with (
        Instance(settings(globals=changes), asterisk_tree) as asterisk,
        Caller(asterisk.sip_port) as caller,
    ):
        call = await caller.dial("5550100")
        await call.answered(within=30)
        await call.ended(within=15)
        assert call.ended_by == "remote"
        assert call.ended_at is not None
        assert call.answered_at is not None
        assert call.ended_at - call.answered_at > 2


async def test_a_dead_lookup_server_does_not_keep_a_call_from_the_application(
    asterisk_tree: Tree,
) -> None:
    async with (
        Instance(settings(fastagi="127.0.0.1:9"), asterisk_tree) as asterisk,
        PlainAri(asterisk) as ari,
    ):
        endpoint = "Local/5550100@inbound-with-lookup"
        await ari.post("channels", endpoint=endpoint, extension="600", context="agents")
        start = await ari.event("StasisStart", within=30)
        assert start["args"] == ["inbound", "5550100"]

"""Media streams end to end: the emulated Twilio, or somebody worse, at the other end."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from contact_center.adapters.twilio import twiml, ulaw
from contact_center.adapters.twilio.settings import Secret
from contact_center.adapters.twilio.signature import Keyring, Verifier, sign
from contact_center.adapters.twilio.stream_link import LinkBounds, StreamCounts, StreamLink
from contact_center.adapters.twilio.stream_orders import Stream
from contact_center.adapters.twilio.stream_sounds import StreamSounds
from contact_center.adapters.twilio.streams import PATH, MediaStreams, StreamSettings
from contact_center.adapters.twilio.tokens import StreamKey
from contact_center.adapters.twilio.tones import tone
from contact_center.core.commands import (
    Hangup,
    HoldMusic,
    PlaySequence,
    PromptItem,
    PromptKind,
    Silence,
    StopPlayback,
    TelephonyCommand,
)
from contact_center.core.events import (
    Event,
    KeyPressed,
    PlaybackFailed,
    PlaybackFinished,
    PlaybackStarted,
)
from contact_center.core.ids import CallId, CommandId, LegId, PlaybackId
from tests.adapters.twilio.rest_server import until
from tests.emulators.site import Asked, Site
from tests.emulators.twilio.clock import RealClock
from tests.emulators.twilio.emulator import ACCOUNT_SID, AUTH_TOKEN, TwilioEmulator
from tests.emulators.twilio.parties import Party
from tests.emulators.twilio.streams import MediaStream
from tests.real.ports import free_port

NUMBER, CALLER = "+14155550100", "+14155550123"
NOW = 1_795_000_000_000_000
BEEP = PromptItem(kind=PromptKind.TONE)
LONG = PromptItem(kind=PromptKind.SILENCE, ms=60_000)
MISSING = PromptItem(kind=PromptKind.FILE, text="missing")
SLOW = PromptItem(kind=PromptKind.FILE, text="slow")
LEG = LegId("CA1")


class Center:
    """Streams and their owner: what it was told."""

    def __init__(self, settings: StreamSettings) -> None:
        self.events: list[Event] = []
        self.told: list[tuple[str, LegId]] = []
        self.now = NOW
        self.go = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.streams = MediaStreams(
            settings,
            verifier=Verifier(
                f"http://127.0.0.1:{settings.port}",
                Keyring.of([Secret(AUTH_TOKEN)], []),
                account_sid=ACCOUNT_SID,
            ),
            key=StreamKey.of(Secret(AUTH_TOKEN)),
            account_sid=ACCOUNT_SID,
            wav=self.wav,
            music=self.music,
            clock=lambda: self.now,
            watch=self,
        )

    async def wav(self, item: PromptItem) -> bytes | None:
        if item is SLOW:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self.go.wait(), self._loop))
        return None if item.text == "missing" else tone("beep.wav")

    async def music(self, name: str) -> bytes | None:
        return tone("music.wav") if name == "default" else None

    def stream_opened(self, leg: LegId, call_sid: str) -> None:
        self.told.append(("opened", leg))

    def stream_closed(self, leg: LegId, call_sid: str) -> None:
        self.told.append(("closed", leg))

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.streams.port}{PATH}"

    def do(self, kind: Callable[..., TelephonyCommand], leg: LegId, **fields: Any) -> bool:
        return self.streams.submit(
            kind(cmd=CommandId(f"{leg}:1"), call=CallId(leg), leg=leg, **fields)
        )

    def play(self, leg: LegId, name: str, *items: PromptItem) -> bool:
        return self.do(PlaySequence, leg, playback=PlaybackId(name), items=items)

    def keys(self) -> str:
        return "".join(event.key for event in self.events if isinstance(event, KeyPressed))

    def of(self, kind: type[Event], name: str = "") -> list[Event]:
        return [
            event
            for event in self.events
            if isinstance(event, kind) and getattr(event, "playback", "") == name
        ]


@asynccontextmanager
async def center(**more: Any) -> AsyncIterator[Center]:
    more.setdefault("port", free_port())
    bounds = LinkBounds(**{"start_s": 20.0, "send_s": 20.0, **more.pop("bounds", {})})
    made = Center(StreamSettings(bounds=bounds, **more))
    await made.streams.start(made.events.append)
    try:
        yield made
    finally:
        made.go.set()
        await made.streams.stop()


# --- with the emulated Twilio ------------------------------------------------------------------


@asynccontextmanager
async def calling(made: Center, token: str = AUTH_TOKEN) -> AsyncIterator[tuple[Party, LegId]]:
    """A caller whose call is handed to a stream; signed with `token`."""

    def voice(asked: Asked) -> str:
        leg = LegId(asked.params["CallSid"])
        stream = twiml.connect_stream(
            made.url,
            action=f"{site.url}/after",
            name="s1",
            parameters=made.streams.parameters(leg, CallId(leg)),
        )
        return twiml.document(stream).body.decode()

    clock = RealClock()
    async with Site(clock) as site, TwilioEmulator(clock=clock, validation=False) as twilio:
        site.pages["/voice"] = voice
        site.documents(after="<Hangup/>")
        twilio.number(NUMBER, voice_url=f"{site.url}/voice")
        twilio.auth_token = token
        party = await twilio.dial(CALLER, NUMBER)
        yield party, LegId(party.call.sid)
        if not party.over:
            party.hang_up()


def stream_of(party: Party) -> MediaStream:
    [stream] = party.twilio.streams.values()
    return stream


async def test_every_key_arrives_in_order_also_before_anybody_listens() -> None:
    async with center() as made, calling(made) as (party, leg):
        await until(lambda: made.streams.is_open(leg))
        party.press("12")
        party.press("34#*")
        await until(lambda: len(made.keys()) == 6)
        assert made.keys() == "1234#*"
        assert not party.twilio.dropped_keys
        assert made.told == [("opened", leg)]
        assert made.streams.counts.keys == 6


async def test_a_prompt_is_heard_and_told_of_and_a_missing_one_too() -> None:
    async with center() as made, calling(made) as (party, leg):
        await until(lambda: made.streams.is_open(leg))
        assert made.play(leg, "p-1", BEEP, BEEP)
        assert made.play(leg, "p-2", MISSING)
        await until(lambda: made.of(PlaybackFinished, "p-1") and made.of(PlaybackFailed, "p-2"))
        beep = ulaw.from_wav(tone("beep.wav") or b"")
        assert bytes(stream_of(party).heard) == beep + beep
        assert made.of(PlaybackStarted, "p-1")
        failed = made.of(PlaybackFailed, "p-2")[0]
        assert isinstance(failed, PlaybackFailed)
        assert failed.cause == "media_missing"


async def test_a_caller_who_interrupts_hears_nothing_more_of_the_prompt() -> None:
    async with center() as made, calling(made) as (party, leg):
        await until(lambda: made.streams.is_open(leg))
        made.play(leg, "p-1", LONG)
        await until(lambda: party.hears_now)
        party.press("2")
        await until(lambda: made.keys() == "2")
        made.do(StopPlayback, leg, playback=PlaybackId("p-1"))
        await until(lambda: made.of(PlaybackFinished, "p-1"))
        made.play(leg, "p-2", BEEP)
        await until(lambda: made.of(PlaybackFinished, "p-2"))
        assert len(stream_of(party).heard) < 8 * 30_000


async def test_music_is_heard_until_silence_is_asked_for() -> None:
    async with center() as made, calling(made) as (party, leg):
        await until(lambda: made.streams.is_open(leg))
        assert made.do(HoldMusic, leg, music="default")
        await until(lambda: len(stream_of(party).heard) > 4000)
        music = ulaw.from_wav(tone("music.wav") or b"")
        assert bytes(stream_of(party).heard[:4000]) == music[:4000]
        assert made.do(Silence, leg)
        await until(lambda: not party.hears_now)
        made.do(HoldMusic, leg, music="unknown")
        made.do(HoldMusic, leg, music="none")
        made.play(leg, "p-1", BEEP)
        await until(lambda: made.of(PlaybackFinished, "p-1"))
        assert not party.hears_now


async def test_somebody_who_listens_hears_the_caller() -> None:
    async with center() as made, calling(made) as (party, leg):
        assert made.streams.listen(leg) is None
        await until(lambda: made.streams.is_open(leg))
        quiet = made.streams.listen(leg)
        tap = made.streams.listen(leg)
        assert tap is not None
        assert quiet is not None
        async with asyncio.timeout(20):
            while await quiet.get() is not None:
                pass
            party.start_talking()
            loud = await tap.get()
            while loud is not None and loud.ulaw == ulaw.silence(20):
                loud = await tap.get()
        assert loud is not None
        assert (loud.leg, loud.track, len(loud.ulaw)) == (leg, "inbound", 160)
        party.hang_up()
        async with asyncio.timeout(20):
            while await tap.get() is not None:
                pass
        assert made.streams.counts.frames_in > 0
        assert made.streams.counts.frames_lost == 0


async def test_a_caller_who_hangs_up_ends_the_stream_and_every_prompt() -> None:
    async with center() as made, calling(made) as (party, leg):
        await until(lambda: made.streams.is_open(leg))
        made.play(leg, "p-1", LONG)
        made.play(leg, "p-2", SLOW)
        await until(lambda: made.of(PlaybackStarted, "p-1"))
        party.hang_up()
        await until(lambda: ("closed", leg) in made.told)
        await until(lambda: made.of(PlaybackFailed, "p-1") and made.of(PlaybackFailed, "p-2"))
        assert not made.streams.is_open(leg)
        assert not made.play(leg, "p-3", BEEP)
        assert made.streams.counts.open == 0


async def test_a_stream_that_we_close_lets_the_document_go_on() -> None:
    async with center() as made, calling(made) as (party, leg):
        await until(lambda: made.streams.is_open(leg))
        made.streams.close(leg)
        await until(lambda: party.over)
        assert made.told == [("opened", leg), ("closed", leg)]
        assert party.twilio.errors == []


async def test_a_call_signed_by_somebody_else_gets_no_stream() -> None:
    async with center() as made, calling(made, token="another token") as (party, leg):
        await until(lambda: party.over)
        assert made.told == []
        assert made.streams.counts.refused == 1
        assert party.twilio.errors
        assert not made.streams.is_open(leg)


# --- with somebody worse -----------------------------------------------------------------------


async def no_wav(_what: object) -> bytes | None:
    return None


def begin(made: Center, **more: Any) -> list[dict[str, Any]]:
    token = more.pop("token", None) or made.streams.parameters(LEG, CallId(LEG))["token"]
    return begin_with(token, **more)


def begin_with(token: str, **more: Any) -> list[dict[str, Any]]:
    start = {
        "accountSid": ACCOUNT_SID,
        "callSid": "CA1",
        "streamSid": "MZ1",
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"token": token},
        **more,
    }
    return [{"event": "connected"}, {"event": "start", "streamSid": "MZ1", "start": start}]


async def say(peer: ClientConnection, *messages: dict[str, Any]) -> None:
    for message in messages:
        await peer.send(json.dumps(message))


async def closed(peer: ClientConnection) -> int:
    """Wait until the other side closes; gives its code."""
    async with asyncio.timeout(20):
        while True:
            try:
                await peer.recv()
            except ConnectionClosed:
                return peer.close_code or 0


@asynccontextmanager
async def peer_of(made: Center, url: str = "") -> AsyncIterator[ClientConnection]:
    url = url or made.url
    signature = sign(Secret(AUTH_TOKEN), url).decode()
    async with connect(url, additional_headers={"X-Twilio-Signature": signature}) as peer:
        yield peer


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"token": "v1:CA1:1:0:" + "a" * 43}, 1008),
        ({"accountSid": "AC2"}, 1008),
        ({"customParameters": {}}, 1008),
        ({"mediaFormat": {}}, 1007),
        ({"callSid": ""}, 1007),
    ],
    ids=str,
)
async def test_a_stream_that_is_not_ours_is_closed(changed: dict[str, Any], code: int) -> None:
    async with center() as made, peer_of(made) as peer:
        await say(peer, *begin(made, **changed))
        assert await closed(peer) == code
        assert made.told == []
        assert made.streams.counts.refused == 1


async def test_a_token_is_good_once_and_for_its_time() -> None:
    async with center(token_lives_s=60) as made:
        opening = begin(made)
        async with peer_of(made) as first:
            await say(first, *opening)
            await until(lambda: made.streams.is_open(LEG))
            async with peer_of(made) as second:
                await say(second, *opening)
                assert await closed(second) == 1008
        late = begin(made)
        made.now += 61_000_000
        async with peer_of(made) as third:
            await say(third, *late)
            assert await closed(third) == 1008


async def test_the_newest_stream_of_a_leg_takes_the_place_of_the_one_before() -> None:
    async with center() as made, peer_of(made) as first, peer_of(made) as second:
        await say(first, *begin(made))
        await until(lambda: made.streams.is_open(LEG))
        await say(second, *begin(made))
        assert await closed(first) == 1001
        await say(second, {"event": "dtmf", "dtmf": {"digit": "d"}})
        await until(lambda: made.keys() == "D")
        assert made.streams.is_open(LEG)
        assert made.told == [("opened", LEG), ("opened", LEG)]


@pytest.mark.parametrize(
    "message",
    [
        "no json",
        '{"event": "dtmf"}',
        '{"event": "connected"}',
        '{"event": "media", "media": {"payload": "***"}}',
    ],
)
async def test_a_stream_that_says_nonsense_is_closed(message: str) -> None:
    async with center() as made, peer_of(made) as peer:
        await say(peer, *begin(made))
        await until(lambda: made.streams.is_open(LEG))
        assert made.streams.listen(LEG) is not None
        await say(peer, {"event": "mark", "mark": {"name": "unknown"}}, {"event": "weather"})
        await until(lambda: made.streams.is_open(LEG))
        await peer.send(message)
        assert await closed(peer) == 1007
        await until(lambda: ("closed", LEG) in made.told)
        assert made.streams.counts.broken == 1


async def test_a_stream_that_says_too_much_or_too_long_is_closed() -> None:
    async with center(bounds={"messages_per_s": 10}) as made:
        for messages in (['{"event": "weather"}'] * 30, ["x" * 70_000]):
            async with peer_of(made) as peer:
                await say(peer, *begin(made))
                await until(lambda: made.streams.is_open(LEG))
                for message in messages:
                    await peer.send(message)
                assert await closed(peer) == 1009
            await until(lambda: not made.streams.is_open(LEG))


async def test_a_socket_that_says_nothing_is_closed() -> None:
    async with center(bounds={"start_s": 0.1}) as made, peer_of(made) as peer:
        assert await closed(peer) == 1008
    async with center() as made, peer_of(made) as peer:
        await say(peer, begin(made)[1])
        assert await closed(peer) == 1007
        async with peer_of(made) as second:
            await say(second, {"event": "connected"}, {"event": "connected"})
            assert await closed(second) == 1007


class Stuck:
    """A socket that says how it begins, and takes nothing."""

    def __init__(self, opening: list[dict[str, Any]]) -> None:
        self.opening = [json.dumps(message) for message in opening]
        self.closed_with: list[int] = []

    async def recv(self) -> str:
        if not self.opening:
            await asyncio.Event().wait()
        return self.opening.pop(0)

    async def send(self, _message: bytes, *, text: bool) -> None:
        assert text
        await asyncio.Event().wait()

    async def close(self, code: int) -> None:
        self.closed_with.append(code)


async def test_a_stream_that_takes_nothing_is_closed() -> None:
    stuck = Stuck(begin_with("token"))
    events: list[Event] = []
    counts = StreamCounts()

    def opened(stream: Stream) -> None:
        order = PlaySequence(
            cmd=CommandId("1"), call=CallId(LEG), leg=LEG, playback=PlaybackId("p-1"), items=(LONG,)
        )
        stream.order(order)

    link = StreamLink(
        stuck,  # type: ignore[arg-type]
        believe=lambda _beginning, _token: (LEG, CallId(LEG)),
        opened=opened,
        tell=events.append,
        sounds=StreamSounds(no_wav),
        music=no_wav,
        counts=counts,
        bounds=LinkBounds(send_s=0.05),
    )
    async with asyncio.timeout(20):
        await link.run()
    assert stuck.closed_with == [1013]
    assert counts.broken == 1
    assert isinstance(events[-1], PlaybackFailed)


@pytest.mark.parametrize(
    ("path", "signed", "status"),
    [("/other", True, 404), (f"{PATH}/x", True, 404), (PATH, False, 403)],
)
async def test_who_may_not_come_gets_no_socket(path: str, signed: bool, status: int) -> None:
    async with center() as made:
        url = f"ws://127.0.0.1:{made.streams.port}{path}"
        signature = sign(Secret(AUTH_TOKEN if signed else "x"), url).decode()
        with pytest.raises(InvalidStatus) as refused:
            async with connect(url, additional_headers={"X-Twilio-Signature": signature}):
                pass
        assert refused.value.response.status_code == status


async def test_there_are_no_more_streams_than_the_bound() -> None:
    async with center(most=1, signed=False) as made, connect(made.url) as peer:
        await say(peer, *begin(made))
        await until(lambda: made.streams.is_open(LEG))
        with pytest.raises(InvalidStatus) as refused:
            async with connect(made.url):
                pass
        assert refused.value.response.status_code == 503


async def test_when_we_stop_streams_are_told_to_go_and_nothing_is_left() -> None:
    async with center() as made:
        async with peer_of(made) as peer:
            await say(peer, *begin(made))
            await until(lambda: made.streams.is_open(LEG))
            tap = made.streams.listen(LEG)
            made.play(LEG, "p-1", LONG)
            await until(lambda: made.of(PlaybackStarted, "p-1"))
            await made.streams.stop()
            assert await closed(peer) == 1001
            assert tap is not None
            async with asyncio.timeout(20):
                while await tap.get() is not None:
                    pass
        assert not made.play(LEG, "p-2", BEEP)
        assert made.streams.listen(LEG) is None
        await made.streams.stop()


async def test_a_port_that_is_taken_is_told_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            async with center(port=taken.getsockname()[1]):
                pass


async def test_what_is_not_for_a_stream_is_left_to_the_document() -> None:
    async with center() as made, peer_of(made) as peer:
        await say(peer, *begin(made))
        await until(lambda: made.streams.is_open(LEG))
        assert not made.do(Hangup, LEG)
        assert not made.play(LegId("CA2"), "p-1", BEEP)


async def test_more_orders_than_the_bound_fail_and_stopping_one_in_search_ends_it() -> None:
    async with center() as made, peer_of(made) as peer:
        await say(peer, *begin(made))
        await until(lambda: made.streams.is_open(LEG))
        made.play(LEG, "slow", SLOW)
        for number in range(80):
            made.play(LEG, f"p-{number}", BEEP)
        await until(lambda: made.of(PlaybackFailed, "p-79"))
        made.do(StopPlayback, LEG, playback=PlaybackId("slow"))
        await until(lambda: made.of(PlaybackFinished, "slow"))
        made.do(StopPlayback, LEG, playback=PlaybackId("p-0"))
        await until(lambda: made.of(PlaybackFinished, "p-0"))
        made.go.set()
        await until(lambda: made.of(PlaybackStarted, "p-1"))
        assert not made.of(PlaybackStarted, "slow")
        assert not made.of(PlaybackStarted, "p-0")
        await say(peer, {"event": "stop"})
        await until(lambda: ("closed", LEG) in made.told)
        ends = [e for e in made.events if isinstance(e, PlaybackFinished | PlaybackFailed)]
        assert len(ends) == len({e.playback for e in ends}) == 81

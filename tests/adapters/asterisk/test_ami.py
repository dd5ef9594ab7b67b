"""The AMI side feed: on a real Asterisk, and against a server that breaks every rule."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from asterisk.agi import AGI
from asterisk.manager import Manager

from contact_center.adapters.asterisk import ami
from contact_center.adapters.asterisk.ami import (
    AmiDownError,
    AmiFeed,
    AmiNews,
    AmiSettings,
    AmiState,
    ContactChanged,
    EndpointChanged,
    FeedChanged,
    RegistrationChanged,
    news_of,
)
from contact_center.adapters.asterisk.ami_client import AmiActionError, AmiMessage
from contact_center.adapters.asterisk.local import Instance, find
from tests.adapters.asterisk.fake_ari import Wire
from tests.real import asterisk as real
from tests.real.sip import Phone

Handler = Callable[[asyncio.StreamWriter, dict[str, str]], Awaitable[None]]


class News:
    def __init__(self) -> None:
        self.told: list[AmiNews] = []
        self._changed = asyncio.Event()

    def __call__(self, news: AmiNews) -> None:
        self.told.append(news)
        self._changed.set()

    async def until(self, found: Callable[[list[AmiNews]], object], within: float = 8.0) -> None:
        try:
            async with asyncio.timeout(within):
                while not found(self.told):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise TimeoutError(f"not told; there came {self.told}") from None

    async def state(self, state: AmiState) -> FeedChanged:
        def found(told: list[AmiNews]) -> list[FeedChanged]:
            return [n for n in told if isinstance(n, FeedChanged) and n.state is state]

        await self.until(found)
        return found(self.told)[-1]


@asynccontextmanager
async def feeding(settings: AmiSettings) -> AsyncIterator[tuple[AmiFeed, News]]:
    news = News()
    feed = AmiFeed(settings, news)
    task = asyncio.get_running_loop().create_task(feed.run())
    try:
        yield feed, news
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert feed.state.state is AmiState.STOPPED


class FakeAmi:
    """Says the greeting, accepts the login, and leaves everything else to the test."""

    def __init__(self) -> None:
        self.actions: list[dict[str, str]] = []
        self.greeting = b"Asterisk Call Manager/9.0.0\r\n"
        self.handler: Handler | None = None
        self.writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def settings(self) -> AmiSettings:
        assert self._server is not None
        port = self._server.sockets[0].getsockname()[1]
        return AmiSettings(port=port, password="secret", deadline_s=5.0, longest_retry_s=0.05)

    async def __aenter__(self) -> "FakeAmi":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self.writers:
            writer.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.writers.append(writer)
        writer.write(self.greeting)
        try:
            while True:
                pack = (await reader.readuntil(b"\r\n\r\n")).decode()
                action = dict(line.split(": ", 1) for line in pack.strip().split("\r\n"))
                self.actions.append(action)
                if action["Action"] == "Login" or self.handler is None:
                    writer.write(reply(action, "Success"))
                else:
                    await self.handler(writer, action)
        except (asyncio.IncompleteReadError, OSError):
            writer.close()

    def send(self, data: bytes) -> None:
        self.writers[-1].write(data)


def reply(action: dict[str, str], status: str, **more: str) -> bytes:
    values = {"Response": status, "ActionID": action["ActionID"], **more}
    return "".join(f"{k}: {v}\r\n" for k, v in values.items()).encode() + b"\r\n"


CONTACT = (
    b"Event: ContactStatus\r\nURI: sip:a@x\r\nContactStatus: Reachable\r\nEndpointName: ana\r\n"
)


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[FakeAmi, AmiFeed, News]]:
    async with FakeAmi() as fake:
        listed = asyncio.Event()

        async def refuse_lists(writer: asyncio.StreamWriter, action: dict[str, str]) -> None:
            listing = action["Action"].startswith("PJSIPShow")
            writer.write(reply(action, "Error" if listing else "Success", Message="none found"))
            if action["Action"] == "PJSIPShowRegistrationsOutbound":
                listed.set()

        fake.handler = refuse_lists
        async with feeding(fake.settings) as (feed, news):
            async with asyncio.timeout(5):
                await listed.wait()
            yield fake, feed, news


async def test_an_event_in_pieces_becomes_news() -> None:
    async with connected() as (fake, _, news):
        for at in range(0, len(CONTACT), 7):
            fake.send(CONTACT[at : at + 7])
            await asyncio.sleep(0)
        fake.send(b"RoundtripUsec: 1500\r\n\r\n")
        await news.until(lambda told: any(isinstance(n, ContactChanged) for n in told))
        assert news.told[-1] == ContactChanged(
            endpoint="ana", uri="sip:a@x", reachable=True, state="Reachable", round_trip_us=1500
        )


async def test_silence_longer_than_the_packages_timeout_does_not_end_the_reader() -> None:
    async with connected() as (fake, feed, news):
        assert feed._client is not None
        assert feed._client._socket.gettimeout() is None
        fake.send(CONTACT + b"\r\n")
        await news.until(lambda told: any(isinstance(n, ContactChanged) for n in told))


async def test_an_exception_in_the_callback_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async with connected() as (fake, feed, news):
        real_callback, feed._on_news = feed._on_news, lambda _news: 1 / 0  # type: ignore[assignment]
        fake.send(CONTACT + b"\r\n")
        await feed.act("Ping")
        feed._on_news = real_callback
        fake.send(CONTACT + b"\r\n")
        await news.until(lambda told: any(isinstance(n, ContactChanged) for n in told))
    assert any("news of AMI" in r.getMessage() for r in caplog.records)


@pytest.mark.parametrize(
    "noise",
    [
        b"\r\n\r\n",
        b"Event\r\n\r\n",
        b"Event:\r\n\r\n",
        b"Response: \r\n\r\n",
        b"nonsense without a colon\r\n\r\n",
        b"Event: ContactStatus\r\nno colon\r\n\r\n",
        b"\xff\xfe\x00\r\n\r\n",
        b"Event: X\r\nChanVariable: broken\r\n\r\n",
        b"Response: Success\r\nActionID: cc-999\r\n\r\n",
        b"Event: Y\r\nActionID: cc-1\r\nEventList: Complete\r\n\r\n",
    ],
)
async def test_odd_messages_are_survived(noise: bytes) -> None:
    async with connected() as (fake, feed, news):
        fake.send(noise)
        fake.send(CONTACT + b"\r\n")
        await news.until(lambda told: any(isinstance(n, ContactChanged) for n in told))
        assert (await feed.act("Ping")).name == "Success"


@pytest.mark.parametrize(
    "character", ["\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x85", "\n", "\r"]
)
async def test_a_phone_cannot_forge_a_header_with_a_strange_line_break(character: str) -> None:
    async with connected() as (fake, _, news):
        forged = f"UserAgent: nice{character}ContactStatus: Unreachable\r\n\r\n"
        fake.send(CONTACT + forged.encode())
        await news.until(lambda told: any(isinstance(n, ContactChanged) for n in told))
        assert isinstance(news.told[-1], ContactChanged)
        assert news.told[-1].reachable


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Ping", {"X": "a\r\nAction: Command"}),
        ("Ping", {"X": "a\nb"}),
        ("Ping", {"X": "a\rb"}),
        ("Ping", {"X": "a\x00b"}),
        ("Ping\r\nX: y", {}),
        ("Ping", {"X: y\r\nZ": "a"}),
        ("", {}),
    ],
)
async def test_an_action_that_would_forge_another_is_never_sent(
    name: str, values: dict[str, str]
) -> None:
    async with connected() as (fake, feed, _):
        before = len(fake.actions)
        with pytest.raises(AmiActionError):
            await feed.act(name, **values)
        await feed.act("Ping")
        assert [action["Action"] for action in fake.actions[before:]] == ["Ping"]
        assert feed._pending == {}


async def test_an_action_that_is_not_answered_fails_and_is_forgotten() -> None:
    async with connected() as (fake, feed, _):

        async def mute(_writer: asyncio.StreamWriter, _action: dict[str, str]) -> None:
            pass

        fake.handler = mute
        feed._settings = AmiSettings(password="x", deadline_s=0.1)
        with pytest.raises(AmiDownError):
            await feed.act("Ping")
        assert feed._pending == {}
        assert feed._client is not None
        assert feed._client._futures == {}


async def test_answers_find_their_actions_in_any_order() -> None:
    async with connected() as (fake, feed, _):
        waiting: list[dict[str, str]] = []

        async def hold(writer: asyncio.StreamWriter, action: dict[str, str]) -> None:
            waiting.append(action)
            if len(waiting) == 20:
                for one in reversed(waiting):
                    writer.write(reply(one, "Success", Echo=one["X"]))

        fake.handler = hold
        answers = await asyncio.gather(*(feed.act("Say", X=str(n)) for n in range(20)))
        assert [answer.values["Echo"] for answer in answers] == [str(n) for n in range(20)]


async def test_a_list_is_collected_by_its_id_among_other_events() -> None:
    async with connected() as (fake, feed, _):

        async def listing(writer: asyncio.StreamWriter, action: dict[str, str]) -> None:
            key = action["ActionID"].encode()
            writer.write(reply(action, "Success", EventList="start"))
            writer.write(b"Event: Row\r\nActionID: " + key + b"\r\nN: 1\r\n\r\n")
            writer.write(CONTACT + b"\r\n")
            writer.write(b"Event: Row\r\nActionID: other\r\nN: 9\r\n\r\n")
            writer.write(b"Event: Row\r\nActionID: " + key + b"\r\nN: 2\r\n\r\n")
            done = b"Event: RowComplete\r\nActionID: " + key + b"\r\nEventList: Complete\r\n\r\n"
            writer.write(done)

        fake.handler = listing
        rows = await feed.collect("Rows")
        assert [row.values["N"] for row in rows] == ["1", "2"]


async def test_a_lost_connection_is_told_once_and_made_again() -> None:
    async with connected() as (fake, feed, news):
        fake.writers[-1].close()
        await news.until(
            lambda told: (
                [n.state for n in told if isinstance(n, FeedChanged)]
                == [AmiState.CONNECTED, AmiState.CONNECTING, AmiState.CONNECTED]
            )
        )
        gone = [n for n in news.told if isinstance(n, FeedChanged)][1]
        assert "Asterisk closed the connection" in gone.detail
        assert (await feed.act("Ping")).name == "Success"


async def test_a_peer_that_is_no_ami_is_said_so() -> None:
    async with FakeAmi() as fake:
        fake.greeting = b"220 mail.example ESMTP\r\n"
        async with feeding(fake.settings) as (_, news):
            said = await news.state(AmiState.CONNECTING)
            assert "no AMI" in said.detail


async def test_more_events_than_fit_are_dropped_and_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ami, "HAND_OFF_BOUND", 10)
    async with connected() as (_, feed, _news):
        feed._settings = AmiSettings(password="x", ping_every_s=0.05)
        message = AmiMessage(False, "ContactStatus", {})
        for _ in range(15):  # as the reader's thread would, while the loop is busy
            feed._received(message)
        # The reader's own thread may have put something of the login there as well.
        assert len(feed._inbox) == 10
        assert feed.dropped >= 5
        assert feed._lost


@pytest.mark.parametrize(
    ("name", "values", "news"),
    [
        (
            "EndpointList",
            {"ObjectName": "ana", "DeviceState": "Not in use"},
            EndpointChanged(endpoint="ana", reachable=True, state="Not in use"),
        ),
        (
            "PeerStatus",
            {"Peer": "PJSIP/ana", "PeerStatus": "Unreachable"},
            EndpointChanged(endpoint="ana", reachable=False, state="Unreachable"),
        ),
        (
            "Registry",
            {"Username": "u", "Domain": "sip:d", "Status": "Rejected"},
            RegistrationChanged(trunk="u@sip:d", registered=False, state="Rejected"),
        ),
        (
            "OutboundRegistrationDetail",
            {"ObjectName": "provider", "Status": "Registered"},
            RegistrationChanged(trunk="provider", registered=True, state="Registered"),
        ),
        ("FullyBooted", {}, None),
    ],
)
def test_events_say_what_can_be_reached(
    name: str, values: dict[str, str], news: AmiNews | None
) -> None:
    assert news_of(AmiMessage(False, name, values)) == news


def test_both_libraries_named_asterisk_can_be_imported() -> None:
    assert AGI.__module__ == "asterisk.agi"
    assert Manager.__module__ == "asterisk.manager"


# --- a real Asterisk ---------------------------------------------------------------------------


def settings_of(asterisk: Instance, port: int = 0, password: str = "") -> AmiSettings:
    known = asterisk.settings
    return AmiSettings(
        port=port or asterisk.manager_port,
        user=known.manager_user,
        password=password or known.manager_password,
        longest_retry_s=0.1,
    )


@pytest_asyncio.fixture
async def asterisk() -> AsyncIterator[Instance]:
    async with Instance(real.settings(phones=("ana",)), find()) as instance:
        yield instance


def is_reachable(news: AmiNews) -> bool:
    return isinstance(news, ContactChanged) and news.endpoint == "ana" and news.reachable


@pytest.mark.real
async def test_the_feed_on_a_real_asterisk(asterisk: Instance) -> None:
    unreachable = EndpointChanged(endpoint="ana", reachable=False, state="Unavailable")
    async with (
        Wire(asterisk.manager_port) as cable,
        feeding(settings_of(asterisk, cable.port)) as (feed, news),
        Phone("ana", asterisk.sip_port, password=real.PASSWORD) as phone,
    ):
        await news.state(AmiState.CONNECTED)
        await news.until(lambda told: unreachable in told)
        await phone.register()
        await news.until(lambda told: any(map(is_reachable, told)))
        cable.cut()
        await news.state(AmiState.CONNECTING)
        news.told.clear()
        cable.mend()
        await news.state(AmiState.CONNECTED)
        await news.until(lambda told: any(map(is_reachable, told)))
        assert (await feed.act("Ping")).values["Ping"] == "Pong"
        endpoints = await feed.collect("PJSIPShowEndpoints")
        assert {e.values["ObjectName"] for e in endpoints} >= {"ana", "anonymous"}
        with pytest.raises(AmiActionError):
            await feed.act("NoSuchAction")


@pytest.mark.real
async def test_a_wrong_password_is_refused_said_once_and_mended(asterisk: Instance) -> None:
    async with feeding(settings_of(asterisk, password="wrong")) as (feed, news):
        refused = await news.state(AmiState.REFUSED)
        assert "manager.conf" in refused.detail
        assert "wrong" not in refused.detail
        feed._settings = settings_of(asterisk)
        await news.state(AmiState.CONNECTED)
        states = [n.state for n in news.told if isinstance(n, FeedChanged)]
        assert states == [AmiState.REFUSED, AmiState.CONNECTED]

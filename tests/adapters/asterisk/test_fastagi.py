"""The FastAGI server: for a real dial plan, and for peers that misbehave."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest
from asterisk.config import Config

from contact_center.adapters.asterisk.ari_http import AriHttp
from contact_center.adapters.asterisk.ari_link import Ask
from contact_center.adapters.asterisk.fastagi import CallData, FastAgiServer, Lookup
from contact_center.adapters.asterisk.local import Instance, find
from tests.real import asterisk as real
from tests.real.sip import Caller

HEADERS = {
    "agi_network": "yes",
    "agi_network_script": "lookup",
    "agi_uniqueid": "17.1",
    "agi_callerid": "15551230001",
    "agi_calleridname": "Ann",
    "agi_dnid": "5550100",
    "agi_arg_1": "ACCOUNT",
}


async def nothing(_: CallData) -> Mapping[str, str]:
    return {}


class DialPlan:
    """The Asterisk side of one AGI connection, spoken by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.variables = {"ACCOUNT": "4711"}
        self.set: dict[str, str] = {}
        self.lines: list[str] = []

    def send(self, text: str) -> None:
        self.writer.write(text.encode())

    def begin(self, headers: Mapping[str, str] = HEADERS) -> None:
        self.send("".join(f"{k}: {v}\n" for k, v in headers.items()) + "\n")

    async def serve(self) -> None:
        """Answer commands until the server closes."""
        while line := (await self.reader.readline()).decode():
            self.lines.append(line)
            words = line.strip().split('"')
            if line.startswith("GET VARIABLE"):
                value = self.variables.get(words[1])
                self.send(f"200 result=1 ({value})\n" if value is not None else "200 result=0\n")
            else:
                self.set[words[1]] = words[3]
                self.send("200 result=1\n")


@asynccontextmanager
async def serving(lookup: Lookup, **more: float) -> AsyncIterator[FastAgiServer]:
    async with FastAgiServer(lookup, port=0, **more) as server:  # type: ignore[arg-type]
        yield server


@asynccontextmanager
async def dialling(server: FastAgiServer) -> AsyncIterator[DialPlan]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        async with asyncio.timeout(8):
            yield DialPlan(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def test_a_dial_plan_hands_over_a_call_and_gets_variables_back() -> None:
    asked: list[CallData] = []

    async def lookup(data: CallData) -> Mapping[str, str]:
        asked.append(data)
        return {"ACD_CUSTOMER": 'Ann "A" Example', "ACD_TIER": "gold"}

    async with serving(lookup) as server, dialling(server) as plan:
        plan.begin()
        await plan.serve()
    assert asked == [
        CallData(
            channel="17.1",
            ani="15551230001",
            ani_name="Ann",
            did="5550100",
            request="lookup",
            variables={"ACCOUNT": "4711"},
        )
    ]
    assert plan.set["ACD_TIER"] == "gold"
    assert plan.set["ACD_LOOKUP"] == "ok"
    assert any(r'"Ann \"A\" Example"' in line for line in plan.lines)


async def test_nothing_found_is_said() -> None:
    async with serving(nothing) as server, dialling(server) as plan:
        plan.begin()
        await plan.serve()
    assert plan.set == {"ACD_LOOKUP": "empty"}


async def test_a_look_up_that_takes_too_long_is_given_up() -> None:
    async def slow(_: CallData) -> Mapping[str, str]:
        await asyncio.Event().wait()
        return {}

    async with serving(slow, deadline_s=0.1) as server, dialling(server) as plan:
        plan.begin()
        await plan.serve()
    assert plan.set == {"ACD_LOOKUP": "timeout"}


async def test_a_look_up_that_fails_is_said_and_the_call_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(_: CallData) -> Mapping[str, str]:
        raise RuntimeError("no database")

    async with serving(broken) as server, dialling(server) as plan:
        plan.begin()
        await plan.serve()
    assert plan.set == {"ACD_LOOKUP": "failed"}
    assert any("look-up" in record.getMessage() for record in caplog.records)


async def test_a_value_cannot_carry_a_command_and_a_bad_name_is_left_out() -> None:
    async def lookup(_: CallData) -> Mapping[str, str]:
        return {"NAME": "x\nEXEC System rm", "SHELL(id)": "y", "OK": "z"}

    async with serving(lookup) as server, dialling(server) as plan:
        plan.begin()
        await plan.serve()
    assert plan.set == {"NAME": "x EXEC System rm", "OK": "z", "ACD_LOOKUP": "ok"}
    assert all(line.split()[0] in ("GET", "SET") for line in plan.lines)


async def test_a_variable_name_that_is_a_function_is_not_read() -> None:
    async with serving(nothing) as server, dialling(server) as plan:
        plan.begin({**HEADERS, "agi_arg_1": "SHELL(id)"})
        await plan.serve()
    assert [line for line in plan.lines if "SHELL" in line] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "GET / HTTP/1.1\r\n\r\n",
        "agi_network: yes\n",
        "a: b\n" * 500,
        "x" * 20000,
        "agi_network: yes\n\n520-usage\n",
        "agi_network: yes\n\n510 no\n",
        "agi_network: yes\n\nnonsense\n",
        "agi_network: yes\n\nHANGUP\n",
    ],
)
async def test_a_peer_that_misbehaves_or_goes_is_let_go(text: str) -> None:
    async with serving(nothing) as server:
        async with dialling(server) as rude:
            with contextlib.suppress(OSError):
                rude.send(text)
                rude.writer.write_eof()
                while await rude.reader.read(4096):
                    pass
        async with dialling(server) as plan:
            plan.begin()
            await plan.serve()
        assert plan.set == {"ACD_LOOKUP": "empty"}


async def test_a_silent_peer_is_cut_off_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contact_center.adapters.asterisk.fastagi._GRACE_S", 0.1)
    async with serving(nothing, deadline_s=0.1) as server, dialling(server) as silent:
        assert await silent.reader.read() == b""


async def test_more_calls_than_the_bound_are_turned_away() -> None:
    holding = asyncio.Event()
    inside = asyncio.Semaphore(0)

    async def hold(_: CallData) -> Mapping[str, str]:
        inside.release()
        await holding.wait()
        return {}

    async with (
        serving(hold, at_once=2, deadline_s=8.0) as server,
        dialling(server) as one,
        dialling(server) as two,
    ):
        serving_both = [asyncio.ensure_future(plan.serve()) for plan in (one, two)]
        one.begin()
        two.begin()
        await inside.acquire()
        await inside.acquire()
        async with dialling(server) as third:
            assert await third.reader.read() == b""
        assert server.turned_away == 1
        holding.set()
        await asyncio.gather(*serving_both)
    assert one.set == two.set == {"ACD_LOOKUP": "empty"}


async def test_a_port_that_is_taken_is_an_error() -> None:
    async with serving(nothing) as server:
        with pytest.raises(OSError, match="in use"):
            await FastAgiServer(nothing, port=server.port).__aenter__()


@pytest.mark.real
async def test_the_shipped_dial_plan_asks_us_and_has_the_answer_on_the_channel() -> None:
    asked: list[CallData] = []

    async def lookup(data: CallData) -> Mapping[str, str]:
        asked.append(data)
        return {"ACD_TIER": "gold"}

    async with serving(lookup) as server:
        settings = real.settings(
            fastagi=f"127.0.0.1:{server.port}",
            dialplan="[inbound](+)\nexten => 77,1,Goto(inbound-with-lookup,5550100,1)\n",
        )
        async with (
            Instance(settings, find()) as asterisk,
            real.PlainAri(asterisk) as ari,
            Caller(asterisk.sip_port) as caller,
        ):
            call = await caller.dial("77", number="15551230001", display="Ann")
            started = await ari.event("StasisStart", within=8)
            assert [(data.ani, data.ani_name) for data in asked] == [("15551230001", "Ann")]
            known = asterisk.settings
            async with AriHttp(
                asterisk.ari_url, user=known.ari_user, password=known.ari_password
            ) as http:
                for name, value in (("ACD_TIER", "gold"), ("ACD_LOOKUP", "ok")):
                    uri = f"channels/{started['channel']['id']}/variable"
                    reply = await http.call(Ask("GET", uri, (("variable", name),)))
                    assert f'"{value}"' in reply.body
            await call.hang_up()


# pyst2 leaves the file it reads open.
@pytest.mark.filterwarnings("ignore:unclosed file", "ignore:Exception ignored in. <_io.FileIO")
@pytest.mark.real
async def test_the_configuration_we_write_is_read_the_same_by_another_parser() -> None:
    async with Instance(real.settings(phones=("ana",)), find()) as asterisk:
        config = Config(str(asterisk.folder / "etc" / "pjsip.conf"))
    kinds = {
        (category.name, item.value)
        for category in config.categories
        for item in category.items
        if item.name == "type"
    }
    assert {("ana", "endpoint"), ("ana", "auth"), ("ana", "aor")} <= kinds

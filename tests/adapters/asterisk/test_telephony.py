"""The telephony port on a real Asterisk, with real SIP phones. See also the contract suite."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from contact_center.adapters.asterisk.ari import AriState
from contact_center.adapters.asterisk.ari_http import AriHttp
from contact_center.adapters.asterisk.ari_link import Ask
from contact_center.adapters.asterisk.local import Instance, OutboundWebsocket, find
from contact_center.adapters.asterisk.settings import OutboundListener
from contact_center.adapters.asterisk.telephony import AsteriskTelephony
from contact_center.core.commands import (
    Answer,
    BlindTransfer,
    CreateTalk,
    EndCause,
    EnterWaiting,
    Hangup,
    Join,
    Originate,
    PlaySequence,
    RecordingScope,
    Role,
    SetVariable,
    StartRecording,
    StopPlayback,
    StopRecording,
)
from contact_center.core.events import (
    CallAnswered,
    CallEnded,
    CallOffered,
    CallProgress,
    CommandFailed,
    EndedBy,
    KeyPressed,
    LegState,
    PlaybackFinished,
    PlaybackStarted,
    ProviderGap,
    ProviderResynced,
    RecordingFinished,
    TalkJoined,
    TransferResult,
    WaitingEntered,
)
from contact_center.core.ids import CallId, LegId, agent_leg, reservation_id, talk_of
from tests.adapters.asterisk.exchange import HELLO, STORY, Exchange, Prompts, exchange, settings_of
from tests.adapters.asterisk.fake_ari import Wire
from tests.real import asterisk as real
from tests.real.sip import Ignore, Manual, Phone, Reject

pytestmark = pytest.mark.real


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def switch() -> AsyncIterator[Instance]:
    settings = real.settings(phones=("ana", "ben"), trunk="127.0.0.1:9")
    async with Instance(settings, find()) as instance:
        yield instance


@pytest_asyncio.fixture
async def board(switch: Instance) -> AsyncIterator[Exchange]:
    async with exchange(switch) as board:
        yield board


async def phone(board: Exchange, name: str = "ana", **how: object) -> Phone:
    made: Phone = await board.enter(
        Phone(name, board.asterisk.sip_port, password=real.PASSWORD, **how)  # type: ignore[arg-type]
    )
    await made.register()
    return made


def leg_for(call: str, attempt: int = 1) -> LegId:
    return agent_leg(reservation_id(CallId(call), 1, attempt))


async def dial(board: Exchange, leg: LegId, to: str = "device:ana", **fields: object) -> None:
    await board.do(Originate, leg, to=to, **fields)


async def test_a_whole_call_from_ring_to_hang_up(board: Exchange) -> None:
    await phone(board, tone_hz=700)
    caller, leg = await board.caller(number="15551230001", display="Ann Example")
    offered = await board.event(CallOffered)
    assert (offered.ani, offered.did, offered.ani_name) == ("15551230001", "5550100", "Ann Example")
    await board.do(Answer, leg)
    await board.event(CallAnswered, leg)
    await board.do(PlaySequence, leg, playback=f"p-{leg}-1", items=(HELLO, STORY))
    await board.event(PlaybackStarted, leg)
    await caller.hears_tone(440, within=5)
    await caller.hears_tone(600, within=5)
    await caller.media.send_digits("2")
    assert (await board.event(KeyPressed, leg)).key == "2"
    await board.do(StopPlayback, leg, playback=f"p-{leg}-1")
    await board.event(PlaybackFinished, leg)
    await board.do(EnterWaiting, leg, queue="sales")
    await board.event(WaitingEntered, leg)
    await caller.hears_sound(within=5)
    agent = leg_for(leg)
    await dial(board, agent, caller_id="15551230001", caller_name='A"nn\r\nX: y')
    await board.event(CallProgress, agent)
    await board.event(CallAnswered, agent)
    talk = talk_of(CallId(leg))
    await board.do(CreateTalk, leg, talk=talk)
    await board.do(Join, leg, talk=talk, role=Role.CUSTOMER)
    await board.do(Join, agent, talk=talk, role=Role.AGENT)
    await board.event(TalkJoined, agent)
    await caller.hears_tone(700, within=5)
    await caller.hang_up()
    ended = await board.event(CallEnded, leg)
    assert (ended.cause, ended.by) == (EndCause.NORMAL, EndedBy.FAR_END)
    await board.do(Hangup, agent)
    ended = await board.event(CallEnded, agent)
    assert (ended.cause, ended.by) == (EndCause.NORMAL, EndedBy.US)
    assert board.seen(CommandFailed) == []


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (486, EndCause.BUSY),
        (600, EndCause.BUSY),
        (603, EndCause.REJECTED),
        (403, EndCause.REJECTED),
        (404, EndCause.INVALID_NUMBER),
        (484, EndCause.INVALID_NUMBER),
        (480, EndCause.NO_ANSWER),
        (408, EndCause.NO_ANSWER),
        (503, EndCause.CONGESTION),
        (500, EndCause.CONGESTION),
        (488, EndCause.FAILED),
    ],
)
async def test_what_a_phone_answers_becomes_the_cause(
    board: Exchange, status: int, cause: EndCause
) -> None:
    await phone(board, behaviour=Reject(status))
    agent = leg_for(f"cause-{status}")
    await dial(board, agent)
    ended = await board.event(CallEnded, agent)
    assert (ended.cause, ended.sip_code) == (cause, status)


async def test_a_phone_nobody_answers_ends_as_no_answer(board: Exchange) -> None:
    await phone(board, behaviour=Ignore())
    agent = leg_for("nobody-answers")
    await dial(board, agent, timeout_us=1_000_000)
    ended = await board.event(CallEnded, agent)
    assert (ended.cause, ended.by) == (EndCause.NO_ANSWER, EndedBy.SWITCH)


async def test_a_ringing_phone_that_we_hang_up_ends_as_canceled_by_us(board: Exchange) -> None:
    await phone(board, behaviour=Ignore())
    agent = leg_for("canceled")
    await dial(board, agent)
    await board.event(CallProgress, agent)
    await board.do(Hangup, agent)
    ended = await board.event(CallEnded, agent)
    assert (ended.cause, ended.by) == (EndCause.CANCELED, EndedBy.US)


async def test_a_caller_who_gives_up_before_the_answer_ends_as_canceled(board: Exchange) -> None:
    caller, leg = await board.caller()
    await caller.hang_up()
    ended = await board.event(CallEnded, leg)
    assert (ended.cause, ended.by) == (EndCause.CANCELED, EndedBy.FAR_END)


async def test_an_unregistered_phone_ends_as_unregistered_also_after_a_real_conflict(
    board: Exchange,
) -> None:
    await phone(board, behaviour=Ignore())
    there = leg_for("conflict")
    await dial(board, there)
    await board.event(CallProgress, there)
    # The same id again, past our own book, as another process would: Asterisk says 409, and says
    # so ever after for each phone it cannot dial.
    known = board.asterisk.settings
    async with AriHttp(
        board.asterisk.ari_url, user=known.ari_user, password=known.ari_password
    ) as http:
        query = (("endpoint", "PJSIP/ana"), ("app", known.app), ("channelId", str(there)))
        assert (await http.call(Ask("POST", "channels", query))).status == 409
    board.telephony._book.legs.pop(there)
    await dial(board, there)
    gone = leg_for("conflict", 2)
    await dial(board, gone, to="device:ben")
    ended = await board.event(CallEnded, gone)
    assert ended.cause is EndCause.UNREGISTERED
    assert [failed.leg for failed in board.seen(CommandFailed)] == [gone]
    assert board.seen(CallEnded, there) == []
    await board.do(Hangup, there)
    await board.event(CallEnded, there)


@pytest.mark.parametrize(
    "to", ["PJSIP/ana", "device:", "device:a/b", "number:+1&PJSIP/x", "number:", "sip:x@y", ""]
)
async def test_what_is_no_address_is_never_dialled(board: Exchange, to: str) -> None:
    agent = leg_for(f"odd-{abs(hash(to))}")
    await dial(board, agent, to=to)
    assert (await board.event(CommandFailed, agent)).code == "refused"
    await board.event(CallEnded, agent)


async def test_a_variable_that_is_a_function_is_refused(board: Exchange) -> None:
    _, leg = await board.caller()
    await board.do(SetVariable, leg, name="SHELL(id)", value="x")
    assert (await board.event(CommandFailed, leg)).code == "refused"
    await board.do(SetVariable, leg, name="ACD_QUEUE", value="sales\r\nx")
    await board.do(Hangup, leg)
    await board.event(CallEnded, leg)
    assert len(board.seen(CommandFailed)) == 1


@pytest.mark.parametrize(
    ("origin", "ani"),
    [
        ('"Anonymous" <sip:anonymous@anonymous.invalid>', ""),
        ("<sip:127.0.0.1>", ""),
        ("<sip:Gr%C3%BC%C3%9Fe@127.0.0.1>", None),
        ('"x\x07y" <sip:+15551230001;phone-context=x@127.0.0.1>', None),
        (f"<sip:{'9' * 300}@127.0.0.1>", None),
        ("<sip:alice@127.0.0.1>", "alice"),
    ],
)
async def test_odd_caller_ids_are_taken(board: Exchange, origin: str, ani: str | None) -> None:
    caller, leg = await board.caller(origin=origin)
    offered = await board.event(CallOffered, leg)
    assert offered.ani == ani or (ani is None and offered.ani.isprintable())
    assert offered.ani_name.isprintable()
    await caller.hang_up()
    await board.event(CallEnded, leg)


async def test_a_prompt_interrupts_waiting_music_which_then_goes_on(board: Exchange) -> None:
    caller, leg = await board.caller()
    await board.do(Answer, leg)
    await board.do(EnterWaiting, leg, queue="sales")
    await caller.hears_sound(within=5)
    await board.do(PlaySequence, leg, playback=f"p-{leg}-1", items=(HELLO,))
    await board.event(PlaybackFinished, leg)
    await caller.hears_sound(within=5)
    await caller.hang_up()
    await board.event(CallEnded, leg)


async def test_a_recording_can_be_fetched(board: Exchange) -> None:
    caller, leg = await board.caller()
    await board.do(Answer, leg)
    await board.event(CallAnswered, leg)
    recording = f"r-{leg}-1"
    await board.do(StartRecording, leg, recording=recording, scope=RecordingScope.LEG)
    caller.media.tone(500)
    await caller.agent.loop.run_in_executor(None, lambda: None)
    async with asyncio.timeout(5):
        await asyncio.sleep(1.2)  # a second of sound has to pass to be recorded
    await board.do(StopRecording, leg, recording=recording)
    finished = await board.event(RecordingFinished, leg)
    assert finished.ms >= 1000
    assert (await board.telephony.download(finished.url)).startswith(b"RIFF")
    await caller.hang_up()
    await board.event(CallEnded, leg)


async def test_a_leg_that_is_transferred_talks_elsewhere_and_is_gone_from_here(
    board: Exchange,
) -> None:
    agent = await phone(board, tone_hz=700)
    caller, leg = await board.caller()
    await board.do(Answer, leg)
    await board.event(CallAnswered, leg)
    await board.do(BlindTransfer, leg, to="device:ana")
    ended = await board.event(CallEnded, leg)
    assert [event.result for event in board.seen(TransferResult, leg)] == ["accepted"]
    assert (ended.cause, ended.by) == (EndCause.NORMAL, EndedBy.US)
    await caller.hears_tone(700, within=5)
    await caller.hang_up()
    await (await agent.called(within=1)).ended(within=5)


# --- connections -------------------------------------------------------------------------------


async def test_a_cut_wire_is_a_gap_and_then_everything_alive_is_told(switch: Instance) -> None:
    async with (
        Wire(switch.settings.http_port) as cable,
        exchange(switch, settings_of(switch, cable.port)) as board,
    ):
        caller, leg = await board.caller(number="15551230042")
        await board.do(Answer, leg)
        await board.event(CallAnswered, leg)
        ringing, other = await board.caller(number="15551230043")
        cable.cut()
        await board.event(ProviderGap)
        await board.do(PlaySequence, leg, playback=f"p-{leg}-1", items=(HELLO,))
        failed = await board.event(CommandFailed, leg)
        assert (failed.code, failed.retryable) == ("unreachable", True)
        await ringing.hang_up()
        cable.mend()
        resynced = await board.event(ProviderResynced, count=2)
        assert [(live.leg, live.state, live.ani, live.did) for live in resynced.legs] == [
            (leg, LegState.UP, "15551230042", "5550100")
        ]
        assert board.seen(CallEnded, other) == []
        assert len(board.seen(ProviderGap)) == 1
        await caller.hang_up()
        assert (await board.event(CallEnded, leg)).by is EndedBy.FAR_END


async def test_a_new_process_adopts_what_is_alive(switch: Instance) -> None:
    async with exchange(switch) as old:
        await phone(old, behaviour=Manual())
        caller, leg = await old.caller(number="15551230044")
        await old.do(Answer, leg)
        await old.event(CallAnswered, leg)
        agent = leg_for(leg)
        await dial(old, agent)
        await old.event(CallProgress, agent)
        await old.telephony.stop()
        async with exchange(switch) as new:
            resynced = await new.event(ProviderResynced)
            assert [(live.leg, live.state) for live in resynced.legs] == [
                (leg, LegState.UP),
                (agent, LegState.RINGING),
            ]
            await caller.media.send_digits("7")
            assert (await new.event(KeyPressed, leg)).key == "7"
            await new.do(Hangup, agent)
            assert (await new.event(CallEnded, agent)).cause is EndCause.CANCELED
            await caller.hang_up()
            await new.event(CallEnded, leg)


async def test_asterisk_connects_to_us_and_tells_what_happened_meanwhile() -> None:
    listener = OutboundListener(port=0, user="u", password="p")
    async with Wire(1) as cable:
        target = OutboundWebsocket(uri=f"ws://127.0.0.1:{cable.port}/ari", user="u", password="p")
        settings = real.settings(outbound_websocket=target)
        async with (
            Instance(settings, find()) as switch,
            exchange_behind(cable, switch, listener) as board,
        ):
            caller, leg = await board.caller()
            await board.do(Answer, leg)
            await board.event(CallAnswered, leg)
            cable.cut()
            await board.event(ProviderGap)
            await caller.hang_up()
            cable.mend()
            await board.event(ProviderResynced, count=2)
            kinds = [type(event) for event in board.events]
            # Kept by Asterisk while we were away, told before what is alive now.
            assert kinds[-2:] == [CallEnded, ProviderResynced]


def exchange_behind(cable: Wire, switch: Instance, listener: OutboundListener):  # type: ignore[no-untyped-def]
    from contextlib import asynccontextmanager

    @asynccontextmanager
    async def opened() -> AsyncIterator[Exchange]:
        prompts = Prompts()
        async with prompts.served():
            telephony = AsteriskTelephony(settings_of(switch, listener=listener), prompts)
            board = Exchange(switch, telephony)
            await telephony.start(board.post)
            cable.lead_to(telephony.listening_port or 0)
            try:
                await board.event(ProviderResynced, within=15)
                yield board
            finally:
                await board.close()
                await telephony.stop()

    return opened()


async def test_a_second_process_takes_over_and_the_first_says_so(switch: Instance) -> None:
    async with exchange(switch) as first:
        _, leg = await first.caller()
        async with exchange(switch) as second:
            await first.event(ProviderGap)
            assert first.telephony.health.state is AriState.REPLACED
            assert not first.telephony.is_ready
            assert "another process" in first.telephony.health.detail
            assert second.telephony.is_ready
            assert [live.leg for live in (await second.event(ProviderResynced)).legs] == [leg]
            await second.do(Hangup, leg)
            await second.event(CallEnded, leg)


async def test_a_wrong_password_is_said_and_nothing_is_ready(switch: Instance) -> None:
    wrong = settings_of(switch)
    wrong = type(wrong)(url=wrong.url, user=wrong.user, password="wrong", app=wrong.app)
    telephony = AsteriskTelephony(wrong, Prompts())
    events: list[object] = []
    await telephony.start(events.append)
    try:
        async with asyncio.timeout(5):
            health = await telephony._client.wait_for_state(AriState.REFUSED)
        assert "ari.conf" in health.mend
        assert not telephony.is_ready
        assert events == []
    finally:
        await telephony.stop()


async def test_stopping_leaves_calls_alone(switch: Instance) -> None:
    async with exchange(switch) as board:
        caller, leg = await board.caller()
        await board.do(Answer, leg)
        await board.event(CallAnswered, leg)
        await board.do(EnterWaiting, leg, queue="sales")
        await board.event(WaitingEntered, leg)
        await board.telephony.stop()
        await caller.hears_sound(within=5)
        assert caller.is_up

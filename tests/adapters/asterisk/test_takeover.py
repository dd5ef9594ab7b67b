"""A phone that transfers its call by itself, on a real Asterisk with real phones."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from contact_center.adapters.asterisk.local import Instance, Settings, SipAccount, find
from contact_center.core.commands import Answer, CreateTalk, Join, Originate, Role
from contact_center.core.events import CallAnswered, CallEnded, CallOffered, TalkJoined
from contact_center.core.ids import CallId, LegId, agent_leg, reservation_id, talk_of
from tests.adapters.asterisk.exchange import Exchange, exchange
from tests.real import asterisk as real
from tests.real.sip import Call, Phone

pytestmark = pytest.mark.real

CALLER_TONE = 1000.0


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def switch() -> AsyncIterator[Instance]:
    accounts = (
        SipAccount(name="ana", password=real.PASSWORD),
        SipAccount(name="ben", password=real.PASSWORD, transfers=True),
    )
    async with Instance(Settings(accounts=accounts), find()) as instance:
        yield instance


@pytest_asyncio.fixture
async def board(switch: Instance) -> AsyncIterator[Exchange]:
    async with exchange(switch) as board:
        yield board


async def talking(board: Exchange, name: str) -> tuple[Call, LegId, Call, LegId]:
    """A caller and this phone in a talk: each with its leg."""
    phone = Phone(name, board.asterisk.sip_port, password=real.PASSWORD)
    await board.enter(phone)
    await phone.register()
    caller, leg = await board.caller()
    await board.do(Answer, leg)
    await board.event(CallAnswered, leg)
    agent = agent_leg(reservation_id(CallId(leg), 1, 1))
    await board.do(Originate, agent, to=f"device:{name}", caller_id="1", timeout_us=20_000_000)
    await board.event(CallAnswered, agent)
    talk = talk_of(CallId(leg))
    await board.do(CreateTalk, leg, talk=talk)
    await board.do(Join, leg, talk=talk, role=Role.CUSTOMER)
    await board.do(Join, agent, talk=talk, role=Role.AGENT)
    await board.event(TalkJoined, agent)
    caller.media.tone(CALLER_TONE)
    return caller, leg, await phone.called(within=1), agent


async def test_a_phone_that_may_not_transfer_is_refused_and_the_talk_goes_on(
    board: Exchange,
) -> None:
    caller, leg, phone, _ = await talking(board, "ana")
    assert await phone.refer("600") >= 400
    since = phone.agent.loop.time()
    await phone.hears_tone(CALLER_TONE, within=5, since=since)
    assert not board.seen(CallEnded)
    await caller.hang_up()
    await board.event(CallEnded, leg)


async def test_a_caller_cannot_transfer_themselves_into_our_dial_plan(board: Exchange) -> None:
    caller, leg, _, agent = await talking(board, "ana")
    assert await caller.refer("5550100") >= 400
    assert not board.seen(CallEnded)
    await caller.hang_up()
    await board.event(CallEnded, leg)
    assert not board.seen(CallEnded, agent)


async def test_a_caller_whom_an_agent_transfers_is_elsewhere_and_no_new_call_appears(
    board: Exchange,
) -> None:
    caller, leg, phone, agent = await talking(board, "ben")
    assert await phone.refer("600") == 202
    await board.event(CallEnded, leg)
    since = caller.agent.loop.time()
    await caller.hears_tone(CALLER_TONE, within=5, since=since)  # 600 is an echo
    assert len(board.seen(CallOffered)) == 1
    assert caller.is_up
    await phone.hang_up()
    await board.event(CallEnded, agent)
    assert caller.is_up
    await caller.hang_up()

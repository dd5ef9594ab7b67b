"""Situations that many rules of the contract begin with."""

from __future__ import annotations

from dataclasses import dataclass

from contact_center.core.commands import Answer, CreateTalk, Join, Originate, Role
from contact_center.core.events import CallAnswered, CallEnded, TalkJoined
from contact_center.core.ids import CallId, LegId, TalkId, agent_leg, reservation_id, talk_of
from tests.contracts.telephony.world import ANA, Contract, Party


def agents_leg(call: LegId, attempt: int = 1) -> LegId:
    """The leg that rings an agent for this call."""
    return agent_leg(reservation_id(CallId(call), 1, attempt))


async def answered_caller(contract: Contract) -> tuple[Party, LegId]:
    """A caller whom we answered."""
    party, leg = await contract.caller()
    await contract.do(Answer, leg)
    await contract.event(CallAnswered, leg)
    return party, leg


async def ring(contract: Contract, leg: LegId, to: str = f"device:{ANA}", **fields: object) -> None:
    """Dial an agent's phone or a number as this leg."""
    await contract.do(Originate, leg, to=to, **fields)


async def ended(contract: Contract, leg: LegId) -> CallEnded:
    """The end of a leg."""
    return await contract.event(CallEnded, leg)


@dataclass(frozen=True)
class Conversation:
    """A caller and an agent who talk, each making their own sound."""

    caller: Party
    caller_leg: LegId
    agent: Party
    agent_leg: LegId
    talk: TalkId


async def conversation(
    contract: Contract, device: str = ANA, *, caller: tuple[Party, LegId] | None = None
) -> Conversation:
    """Connect a caller (a new one, unless there is one) and the agent at this phone."""
    person_calling, leg = caller or await answered_caller(contract)
    contract.world.device(device).behave("answer")
    agent = agents_leg(leg)
    await ring(contract, agent, f"device:{device}")
    await contract.event(CallAnswered, agent)
    talk = talk_of(CallId(leg))
    await contract.do(CreateTalk, leg, talk=talk)
    await contract.do(Join, leg, talk=talk, role=Role.CUSTOMER)
    await contract.do(Join, agent, talk=talk, role=Role.AGENT)
    await contract.event(TalkJoined, leg, talk=talk)
    await contract.event(TalkJoined, agent, talk=talk)
    person = await contract.world.device(device).party()
    person_calling.start_talking()
    person.start_talking()
    return Conversation(
        caller=person_calling, caller_leg=leg, agent=person, agent_leg=agent, talk=talk
    )

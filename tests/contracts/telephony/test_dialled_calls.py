"""Calls that a dialer asks for, on every network: a whole core, phones and people outside.

Between the core and the network is nothing but the port, so what is told here of a story is what
the provider made of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contact_center.core.center import Center
from contact_center.core.commands import FindCustomer, TelephonyCommand
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.dialing import (
    OPT_OUT,
    CountsFrom,
    DialEnded,
    DialRequested,
    DialStage,
    DialStaged,
    MachineAction,
    RingOffRequested,
)
from contact_center.core.events import CenterStarted, CustomerLookedUp, DeadlinePassed, Event
from contact_center.core.facts import Fact, QueueChanged
from contact_center.core.ids import AgentId, CallId, FlowId
from contact_center.core.ivr.flow import Edge, Failure, FlowBundle, HangUp, Menu, Speech, SpeechKind
from contact_center.core.requests import (
    DeskConnected,
    HangupRequested,
    PresenceRequested,
    PresenceWish,
)
from tests.contracts.telephony.world import ANA, HELLO, MENU, OUTSIDE, World
from tests.stories.centers import SALES, small_center, to_queue

S = DialStage
CALL = CallId("d-1")
SECOND = 1_000_000


def _say(text: str) -> tuple[Speech, ...]:
    return (Speech(kind=SpeechKind.TEXT, texts={"en": text}),)


def _flow(name: str, *nodes: Any) -> FlowBundle:
    made = [*nodes, HangUp(name="bye")]
    known = {node.name: node for node in made}
    return FlowBundle(
        flow=FlowId(name), version="1", entry=made[0].name, nodes=known, language="en", variables={}
    )


def center() -> CenterConfiguration:
    """One agent, a flow for people and one for machines."""
    plain = small_center()
    sorry, bye = Edge(goto="sorry"), (Failure(edge=Edge(goto="bye")),)
    wait = to_queue("agents", SALES, max_wait_us=2 * SECOND, timeout=sorry, no_agents=sorry)
    words = Menu(
        name="sorry",
        say=_say(HELLO.text),
        keys={"9": Edge(goto="bye", tag=OPT_OUT)},
        on_no_input=bye,
        on_no_match=bye,
        first_timeout_us=10 * SECOND,
        inter_digit_us=SECOND,
    )
    people = _flow("people", replace(wait, full=sorry), words)
    machines = _flow("machines", HangUp(name="words", say=_say(MENU.text)))
    ana = replace(plain.agents[AgentId("anna")], device=ANA, auto_answer=True)
    return replace(
        plain,
        agents={ana.agent: ana},
        flows={**plain.flows, people.flow: people, machines.flow: machines},
    )


class Story:
    """A core on a network, driven by what the network says and by the clock."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.facts: list[Fact] = []
        self._center = Center(center())
        self._heard = 0
        self._clock: Callable[[], int] = getattr(
            world.telephony, "now", lambda: time.time_ns() // 1_000
        )

    async def begin(self, *, ready: bool = True) -> None:
        """Start, and let the agent be there, whatever an earlier test did to the phone."""
        await self.world.register(ANA, on=True)
        await self.tell(CenterStarted(epoch=1))
        await self.pump()
        who: dict[str, Any] = {"agent": AgentId("anna")}
        await self.tell(DeskConnected(**who))
        if ready:
            await self.tell(PresenceRequested(**who, cmd="r", presence=PresenceWish.READY))
            # A switch may take a while to say that the phone is there.
            await self.until(self._somebody_is_idle, "the agent can be had")
        self.world.device(ANA).behave("asked")

    def _somebody_is_idle(self) -> bool:
        queues = [fact for fact in self.facts if isinstance(fact, QueueChanged)]
        return any(fact.queue == SALES and fact.idle for fact in queues)

    async def tell(self, event: Event) -> None:
        outputs = self._center.handle(event, self._clock())
        self.facts += [output for output in outputs if isinstance(output, Fact)]
        commands = [output for output in outputs if isinstance(output, TelephonyCommand)]
        if commands:
            await self.world.telephony.submit(commands)
        for output in outputs:
            if isinstance(output, FindCustomer):
                await self.tell(CustomerLookedUp(call=output.call, customers=()))

    async def pump(self) -> None:
        """Hand on what the network said, and what the clock says."""
        while self._heard < len(self.world.events):
            self._heard += 1
            await self.tell(self.world.events[self._heard - 1])
        due = self._center.next_deadline()
        if due is not None and due <= self._clock():
            await self.tell(DeadlinePassed())

    async def until(self, condition: Callable[[], Any], what: str, within_s: float = 30) -> None:
        """Let the story go on until this is so."""
        last = self._clock() + round(within_s * SECOND)
        while not condition():
            if self._clock() > last:
                raise TimeoutError(f"not within {within_s} s: {what}; {self.facts}")
            await self.pump()
            await self.world.pass_time(0.02)

    async def dial(self, **fields: Any) -> None:
        asked = {"caller_id": "+14155550100", "flow": FlowId("people"), "queue": SALES, **fields}
        await self.tell(DialRequested(call=CALL, campaign="spring", number=OUTSIDE, **asked))

    def stages(self) -> list[DialStage]:
        return [fact.stage for fact in self.facts if isinstance(fact, DialStaged)]

    async def comes_to(self, stage: DialStage) -> None:
        await self.until(lambda: stage in self.stages(), f"{stage}")

    async def end(self) -> DialEnded:
        """What the dialer is told when it is over."""

        def told() -> list[DialEnded]:
            return [fact for fact in self.facts if isinstance(fact, DialEnded)]

        await self.until(told, "it is over")
        assert len(told()) == 1
        return told()[0]


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)


async def test_who_answers_talks_with_an_agent_whose_phone_picks_up_by_itself(
    story: Story,
) -> None:
    await story.begin()
    story.world.device(OUTSIDE).behave("answer")
    await story.dial()
    await story.comes_to(S.CONNECTED)
    customer = await story.world.device(OUTSIDE).party()
    agent = await story.world.device(ANA).party()
    customer.start_talking()
    agent.start_talking()
    await story.until(lambda: agent.hears(customer) and customer.hears(agent), "they talk")
    await customer.hang_up()
    end = await story.end()
    assert story.stages() == [S.RINGING, S.ANSWERED, S.QUEUED, S.CONNECTED, S.DONE]
    assert (end.end, end.agent) == (S.DONE, "anna")


async def test_nobody_there_is_said_so_after_two_seconds_and_the_key_is_heard(
    story: Story,
) -> None:
    await story.begin(ready=False)
    story.world.device(OUTSIDE).behave("answer")
    await story.dial()
    await story.comes_to(S.ABANDONED)
    customer = await story.world.device(OUTSIDE).party()
    await story.until(lambda: customer.has_heard(HELLO), "the message is heard")
    await customer.press("9")
    end = await story.end()
    assert (end.end, end.opted_out) == (S.ABANDONED, True)
    assert end.answered_at is not None
    assert end.message_at is not None
    assert end.message_at >= end.answered_at, "the message began after the answer"


async def test_a_person_is_told_from_a_machine_and_gets_the_agent(story: Story) -> None:
    await story.begin()
    story.world.device(OUTSIDE).behave("answer")
    await story.dial(amd=True, counts_from=CountsFrom.GREETING)
    await story.comes_to(S.ANSWERED)
    await (await story.world.device(OUTSIDE).party()).greet(0.8)
    await story.comes_to(S.CONNECTED)
    await (await story.world.device(OUTSIDE).party()).hang_up()
    end = await story.end()
    assert (end.end, end.certain, end.machine) == (S.DONE, True, False)


async def test_a_machine_gets_the_message_after_its_greeting(story: Story) -> None:
    await story.begin()
    device = story.world.device(OUTSIDE)
    device.behave("machine")
    await story.dial(amd=True, on_machine=MachineAction.DROP, machine_flow=FlowId("machines"))
    await story.comes_to(S.ANSWERED)
    machine = await device.party()
    await machine.greet(4.0)
    await story.until(lambda: machine.has_heard(MENU), "the message is left", 40)
    assert (await story.end()).end is S.MACHINE
    assert S.CONNECTED not in story.stages()


async def test_whoever_is_taken_for_a_machine_talks_with_an_agent_when_a_sample(
    story: Story,
) -> None:
    await story.begin()
    device = story.world.device(OUTSIDE)
    device.behave("machine")
    await story.dial(amd=True, machine_sample=True)
    await story.comes_to(S.ANSWERED)
    person = await device.party()
    await person.greet(4.0)
    await story.comes_to(S.CONNECTED)
    await story.world.pass_time(1.2)
    await person.hang_up()
    end = await story.end()
    assert (end.end, end.machine, end.sampled) == (S.DONE, True, True)
    assert S.MACHINE not in story.stages()


async def test_the_agent_is_on_the_line_before_the_customer(story: Story) -> None:
    await story.begin()
    story.world.device(OUTSIDE).behave("answer")
    await story.dial(agent=AgentId("anna"), agent_first=True)
    await story.comes_to(S.CONNECTED)
    assert S.QUEUED not in story.stages()
    await story.world.pass_time(1.2)
    who: dict[str, Any] = {"agent": AgentId("anna"), "cmd": "h"}
    await story.tell(HangupRequested(**who, call=CALL))
    assert (await story.end()).end is S.DONE


async def test_a_phone_that_rings_is_rung_off(story: Story) -> None:
    await story.begin()
    device = story.world.device(OUTSIDE)
    device.behave("manual")
    await story.dial()
    await story.comes_to(S.RINGING)
    party = await device.party()
    await story.tell(RingOffRequested(call=CALL, why="shed"))
    end = await story.end()
    assert (end.end, end.cause, end.answered_at) == (S.CANCELLED, "shed", None)
    await story.until(lambda: party.over, "the phone stopped ringing")

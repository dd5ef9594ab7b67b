"""Flows on every network: the same keys leave the same trace, on our own and on a real one.

Between the core and the network is nothing but the port. The rules are those of docs/flows.md;
what the interpreter makes of them without a network is in tests/core/ivr/test_semantics.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contact_center.core.center import Center
from contact_center.core.commands import FindCustomer, TelephonyCommand
from contact_center.core.configuration import CenterConfiguration, NumberSettings
from contact_center.core.events import (
    CallAnswered,
    CenterStarted,
    CustomerLookedUp,
    DeadlinePassed,
    Event,
)
from contact_center.core.facts import CallFinished, Fact, NodeLeft
from contact_center.core.ids import FlowId
from contact_center.core.ivr.flow import (
    Call,
    Check,
    Collect,
    Edge,
    Failure,
    FlowBundle,
    HangUp,
    Menu,
    Play,
    Return,
    Speech,
    SpeechKind,
    Tag,
    Transfer,
)
from tests.contracts.telephony.world import DID, HELLO, LONG, MENU, OUTSIDE, Party, World
from tests.stories.centers import small_center

SECOND = 1_000_000
TIMES: dict[str, Any] = {"first_timeout_us": 2 * SECOND, "inter_digit_us": 1_500_000}
LEAVE = (Failure(edge=Edge(goto="bye")),)


def say(text: str) -> tuple[Speech, ...]:
    return (Speech(kind=SpeechKind.TEXT, texts={"en": text}),)


def to(goto: str) -> Edge:
    return Edge(goto=goto)


def flow(name: str, *nodes: Any, **more: Any) -> FlowBundle:
    return FlowBundle(
        flow=FlowId(name),
        version="1",
        entry=nodes[0].name,
        nodes={node.name: node for node in nodes},
        language="en",
        variables={"typed": ""},
        **more,
    )


INNER = flow(
    "inner",
    Collect(
        name="ask",
        say=say(MENU.text),
        into="typed",
        min=2,
        max=4,
        terminator="#",
        clear_key="*",
        check=Check(luhn=True),
        next=to("found"),
        on_no_input=(Failure(edge=to("none")),),
        on_no_match=(Failure(edge=to("none")),),
        **TIMES,
    ),
    Return(name="found", outcome="found"),
    Return(name="none", outcome="none"),
    returns={"found": {}, "none": {}},
)
OUTER = flow(
    "outer",
    Menu(
        name="main",
        say=say(HELLO.text),
        keys={
            "1": to("second"),
            "12": to("bye"),
            "3": to("inner"),
            "7": to("notice"),
            "8": to("outside"),
        },
        on_no_input=(Failure(say=say(MENU.text)), *LEAVE),
        on_no_match=(Failure(say=say(MENU.text)), *LEAVE),
        **TIMES,
    ),
    Menu(
        name="second",
        say=say(MENU.text),
        keys={"2": to("bye"), "9": to("back")},
        on_no_input=LEAVE,
        on_no_match=LEAVE,
        **TIMES,
    ),
    Transfer(
        name="outside",
        to=OUTSIDE,
        timeout_us=20 * SECOND,
        busy=to("bye"),
        no_answer=to("bye"),
        failed=to("bye"),
        ask=say(MENU.text),
        accept="1",
        declined=to("second"),
    ),
    Play(name="notice", say=say(HELLO.text), next=to("second"), barge_in=False),
    Call(name="inner", flow=INNER.flow, returns={"found": to("second"), "none": to("bye")}),
    HangUp(name="bye"),
    Tag(name="gone", milestone="left", next=to("hangup")),
    global_keys={"0": to("bye")},
    on_hangup="gone",
    subflows={INNER.flow: INNER},
)


def center() -> CenterConfiguration:
    plain = small_center()
    number = NumberSettings(did=DID, flow=OUTER.flow)
    return replace(
        plain, flows={**plain.flows, OUTER.flow: OUTER}, numbers={**plain.numbers, DID: number}
    )


class Story:
    """A core on a network, and a caller."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.facts: list[Fact] = []
        self._center = Center(center())
        self._heard = 0
        self._clock: Callable[[], int] = getattr(
            world.telephony, "now", lambda: time.time_ns() // 1_000
        )

    async def begin(self) -> Party:
        await self._tell(CenterStarted(epoch=1))
        caller = await self.world.dial()
        await self.until(lambda: self.node == "main", "the flow begins")
        return caller

    @property
    def node(self) -> str:
        """Where the caller is."""
        sessions = [call.session for call in self._center.calls.calls.values()]
        return sessions[-1].node if sessions and sessions[-1] is not None else ""

    @property
    def answers(self) -> int:
        return sum(isinstance(event, CallAnswered) for event in self.world.events)

    @property
    def edges(self) -> list[str]:
        left = [fact for fact in self.facts if isinstance(fact, NodeLeft)]
        return [f"{fact.node}/{fact.edge}" for fact in left]

    @property
    def is_over(self) -> bool:
        return any(isinstance(fact, CallFinished) for fact in self.facts)

    async def _tell(self, event: Event) -> None:
        outputs = self._center.handle(event, self._clock())
        self.facts += [output for output in outputs if isinstance(output, Fact)]
        commands = [output for output in outputs if isinstance(output, TelephonyCommand)]
        if commands:
            await self.world.telephony.submit(commands)
        for output in outputs:
            if isinstance(output, FindCustomer):
                await self._tell(CustomerLookedUp(call=output.call, customers=()))

    async def pump(self) -> None:
        while self._heard < len(self.world.events):
            self._heard += 1
            await self._tell(self.world.events[self._heard - 1])
        due = self._center.next_deadline()
        if due is not None and due <= self._clock():
            await self._tell(DeadlinePassed())

    async def until(self, condition: Callable[[], Any], what: str, within_s: float = 40) -> None:
        last = self._clock() + round(within_s * SECOND)
        while not condition():
            if self._clock() > last:
                raise TimeoutError(f"not within {within_s} s: {what}; {self.edges}")
            await self.pump()
            await self.world.pass_time(0.02)


# What a caller does, step by step: keys, "HELLO" and "MENU" for hearing that out (once more), or
# "@node" for waiting until they are there; then nothing. And the trace that is left.
WAYS: dict[str, tuple[list[str], list[str]]] = {
    "rule_2_type_ahead": (["12"], ["main/choice:bye", "bye/ended"]),
    "rule_7b_a_longer_option_is_waited_for": (
        ["1", "@second", "2"],
        ["main/choice:second", "second/choice:bye", "bye/ended"],
    ),
    "rule_7b_pound_ends_the_wait": (
        ["1#", "2"],
        ["main/choice:second", "second/choice:bye", "bye/ended"],
    ),
    "rule_7d_a_key_that_leads_nowhere_is_for_the_next": (
        ["19", "@main", "0"],
        ["main/choice:second", "second/choice:back", "main/global:bye", "bye/ended"],
    ),
    "rule_10_silence_twice": (["HELLO"], ["main/no_input#2", "bye/ended"]),
    "rule_10_a_wrong_key_and_a_right_one": (["5", "MENU", "12"], ["main/choice:bye", "bye/ended"]),
    "rule_12_a_global_key": (["0"], ["main/global:bye", "bye/ended"]),
    "rule_8_digits_with_a_terminator_in_a_called_flow": (
        ["3", "@ask", "18#", "@second", "2"],
        [
            *("main/choice:inner", "ask/next", "found/found", "inner/found"),
            *("second/choice:bye", "bye/ended"),
        ],
    ),
    "rule_8_cleared_and_too_long_a_pause": (
        ["3", "@ask", "5*18", "@second", "2"],
        [
            *("main/choice:inner", "ask/next", "found/found", "inner/found"),
            *("second/choice:bye", "bye/ended"),
        ],
    ),
    "a_check_digit_that_is_wrong": (
        ["3", "@ask", "19#"],
        [
            *("main/choice:inner", "ask/no_match#1", "none/none", "inner/none", "bye/ended"),
        ],
    ),
    "rule_12_a_global_key_of_the_calling_flow_is_a_digit_in_a_collection": (
        ["3", "@ask", "00#", "@second", "0"],
        [
            *("main/choice:inner", "ask/next", "found/found", "inner/found"),
            *("second/global:bye", "bye/ended"),
        ],
    ),
    "rule_4_a_notice_is_heard_whole": (
        ["7", "@notice", "2", "@second", "2"],
        ["main/choice:notice", "notice/next", "second/choice:bye", "bye/ended"],
    ),
    "rule_20_hanging_up_in_a_called_flow": (
        ["3", "@ask", "hang up"],
        ["main/choice:inner", "ask/hangup", "inner/hangup", "gone/next"],
    ),
}
PROMPTS = {"HELLO": HELLO, "MENU": MENU, "LONG": LONG}


@pytest.mark.parametrize("name", WAYS)
async def test_the_same_keys_leave_the_same_trace(world: World, name: str) -> None:
    does, trace = WAYS[name]
    story = Story(world)
    caller = await story.begin()
    for step in does:
        if step == "hang up":
            await caller.hang_up()
        elif step.startswith("@"):
            wanted = step[1:]
            await story.until(lambda wanted=wanted: story.node == wanted, f"in {wanted}")
        elif step in PROMPTS:
            await story.until(lambda step=step: caller.has_heard(PROMPTS[step]), f"{step} heard")
        else:
            await caller.press(step)
    await story.until(lambda: story.is_over, "the call is over")
    assert story.edges == trace


@pytest.mark.parametrize(("key", "edge"), [("1", "outside/answered"), ("2", "outside/declined")])
async def test_whoever_is_outside_says_whether_they_take_the_caller(
    world: World, key: str, edge: str
) -> None:
    story = Story(world)
    world.device(OUTSIDE).behave("answer")
    caller = await story.begin()
    await caller.press("8")
    await story.until(lambda: story.answers == 2, "somebody outside picks up")
    duty = await world.device(OUTSIDE).party()
    await story.until(lambda: duty.has_heard(MENU), "whoever answered is asked")
    caller.start_talking()
    assert not duty.hears(caller)
    await duty.press(key)
    if key == "1":
        await story.until(lambda: duty.hears(caller), "they talk")
        await duty.hang_up()
    else:
        await story.until(lambda: duty.over, "the number is let go")
        await story.until(lambda: story.node == "second", "the flow goes on")
        await caller.hang_up()
    await story.until(lambda: story.is_over, "the call is over")
    assert edge in story.edges

"""The production center on each provider: the same keys take the same edges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from contact_center.core.center import Center
from contact_center.core.commands import FindCustomer, PlaySequence, TelephonyCommand
from contact_center.core.events import (
    CenterStarted,
    CustomerLookedUp,
    DeadlinePassed,
    Event,
    PlaybackStarted,
)
from contact_center.core.facts import CallFinished, Fact, NodeLeft
from contact_center.core.ivr.session import IvrSession, Phase
from contact_center.ports import KeyMode
from contact_center.runtime.clock import WallClock
from tests.contracts.telephony.traces import (
    STORIES,
    Asked,
    HangUp,
    Press,
    Recorded,
    Story,
    Until,
    center,
)
from tests.contracts.telephony.world import Contract, Party, World

PATIENCE_S = 60.0
LOOK_S = 0.05
SAID_US = 400_000


class CenterOnAWorld:
    """A center whose commands go to the world's provider and whose events come from it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.center = Center(center())
        self.trace: list[str] = []
        self.asked: Counter[str] = Counter()
        self.session: IvrSession | None = None
        self.over = False
        self._read = 0
        self._gathers = world.telephony.capabilities.keys is KeyMode.GATHER
        self._played = ""
        self._silent_since = 0
        clock = getattr(world.telephony, "clock", getattr(world.telephony, "now", None))
        self.now: Callable[[], int] = clock if callable(clock) else WallClock().now

    async def start(self) -> None:
        await self._tell(CenterStarted(epoch=1))

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Let time pass, and the center act, until this is so."""
        last = self.now() + round(PATIENCE_S * 1_000_000)
        while not condition():
            assert self.now() < last, f"never: {what}; trace: {self.trace}"
            await self.world.pass_time(LOOK_S)
            await self._turn()

    async def _turn(self) -> None:
        while self._read < len(self.world.events):
            self._read += 1
            await self._tell(self.world.events[self._read - 1])
        due = self.center.next_deadline()
        if due is not None and due <= self.now():
            await self._tell(DeadlinePassed())

    async def _tell(self, event: Event) -> None:
        outputs = self.center.handle(event, self.now())
        for call in self.center.calls.calls.values():
            self.session = call.session or self.session
        commands = [output for output in outputs if isinstance(output, TelephonyCommand)]
        for output in outputs:
            if isinstance(output, Fact):
                self._note(output)
            elif isinstance(output, PlaySequence) and self.session is not None:
                self.asked[self.session.node] += 1
                self._played = output.playback
        await self.world.telephony.submit(commands)
        for output in outputs:
            if isinstance(output, FindCustomer):
                await self._tell(CustomerLookedUp(call=output.call, customers=()))

    def _note(self, fact: Fact) -> None:
        if isinstance(fact, NodeLeft):
            self.trace.append(f"{fact.node}/{fact.edge}")
        self.over = self.over or isinstance(fact, CallFinished)

    def records(self) -> bool:
        return self.session is not None and self.session.phase is Phase.RECORDING

    def listens(self, step: Asked, caller: Party) -> bool:
        session = self.session
        return (
            session is not None
            and (session.phase is Phase.KEYS or self._is_gathered(caller))
            and session.node == step.node
            and self.asked[step.node] >= step.times
        )

    def _is_gathered(self, caller: Party) -> bool:
        """Whether a provider that says and listens in one has said everything, for a while.

        Of such a one the core hears when it is through with listening, too.
        """
        begun = any(
            isinstance(event, PlaybackStarted) and event.playback == self._played
            for event in self.world.events
        )
        if not self._gathers or not begun or not caller.hears_nothing():
            self._silent_since = self.now()
        return self._gathers and self.now() - self._silent_since > SAID_US


async def tell(story: Story, there: CenterOnAWorld, caller: Party) -> None:
    for step in story.does:
        if isinstance(step, Press):
            await caller.press(step.keys)
        elif isinstance(step, Until):
            edge = step.edge
            await there.until(lambda edge=edge: edge in there.trace, step.edge)  # type: ignore[misc]
        elif isinstance(step, Asked):
            await there.until(lambda step=step: there.listens(step, caller), str(step))  # type: ignore[misc]
        elif isinstance(step, Recorded):
            await there.until(there.records, "a recording")
            caller.start_talking()
            last = there.now() + round(step.seconds * 1_000_000)
            await there.until(lambda last=last: there.now() >= last, "so much time")  # type: ignore[misc]
        elif isinstance(step, HangUp):
            await caller.hang_up()
    await there.until(lambda: there.over, "the end of the call")


@pytest.mark.parametrize("name", STORIES)
async def test_the_same_keys_take_the_same_edges(contract: Contract, name: str) -> None:
    story = STORIES[name]
    there = CenterOnAWorld(contract.world)
    await there.start()
    caller = await contract.world.dial()
    await there.until(lambda: there.session is not None, "the flow begins")
    await tell(story, there, caller)
    assert tuple(there.trace) == story.trace
    assert there.session is not None
    assert there.session.variables["number"] == story.number

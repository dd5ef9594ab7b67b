"""What stories about talking share: three agents, a supervisor, an outside number, and ears."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contact_center.adapters.simulated.phones import phone
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import (
    AgentOffered,
    CallConnected,
    CallFact,
    CallFinished,
    CallOutcome,
    CallQueued,
    ConversationEnded,
    FaultFound,
    SupervisorAnswered,
    WaitEnded,
)
from contact_center.core.ids import AgentId, CommandId, LegId
from contact_center.core.requests import (
    ConsultRequested,
    ConsultStep,
    ConsultStepRequested,
    DispositionRequested,
)
from contact_center.core.talk_facts import AgentJoined, CallParked
from contact_center.reporting.books import CENTER, Books, Grid
from contact_center.reporting.fold import Fold
from tests.stories.centers import DIRECT_NUMBER, OUTSIDE, agent, small_center
from tests.stories.world import World

SUPERVISOR = "9001"
MakeWorld = Callable[..., World]


def center(**queue_fields: object) -> CenterConfiguration:
    """Three agents who serve both queues."""
    staff = (agent("anna", 1001), agent("bob", 1002), agent("carl", 1003))
    return small_center(*staff, **queue_fields)


class Floor:
    """A world in which a caller talks with anna."""

    def __init__(self, world: World, *others: str) -> None:
        self.world = world
        world.network.plug_in(phone(SUPERVISOR, "manual"))
        world.network.plug_in(phone(OUTSIDE, "manual"))
        world.ready("anna")
        self.call = world.call(did=DIRECT_NUMBER)
        world.pick_up("anna")
        world.ready(*others)
        self.started = world.now
        assert world.state("anna") == "ready talking"

    # --- ears -----------------------------------------------------------------------------------

    def hears(self, who: str) -> str:
        """Name whom somebody hears (sorted), or say ``music``, ``silence``, ``gone``..."""
        leg = self.leg(who)
        heard = self.world.network.hears(leg) if leg is not None else None
        if heard is None:
            return "gone"
        if heard.whom:
            return " ".join(sorted(self._name(leg) for leg in heard.whom))
        return heard.kind.value

    def leg(self, who: str) -> LegId | None:
        """Name the leg of somebody."""
        if who == "caller":
            return LegId(self.call)
        if who in self.world.configuration.agents:
            return self.world.agent_leg(who)
        device = {"boss": SUPERVISOR, "outside": OUTSIDE}.get(who, who)
        legs = self.world.network.at_phone(device)
        return legs[0].leg if legs else None

    def _name(self, leg: LegId) -> str:
        known = ("caller", *self.world.configuration.agents, "boss", "outside")
        return next((name for name in known if self.leg(name) == leg), str(leg))

    def all_hear(self, **expected: str) -> None:
        """Check what everybody hears, at once."""
        heard = {who: self.hears(who) for who in expected}
        assert heard == expected

    # --- hands ----------------------------------------------------------------------------------

    def ask(self, request: type, agent: str, **fields: object) -> str:
        """Ask for something about the call."""
        return self.world.ask(request, agent, call=self.call, **fields)

    def step(self, step: ConsultStep, agent: str = "anna") -> str:
        """Go on with a consultation."""
        return self.ask(ConsultStepRequested, agent, step=step)

    def consulting(self, who: str = "bob") -> None:
        """Let anna consult somebody who picks up."""
        to = f"number:{OUTSIDE}" if who == "outside" else f"agent:{who}"
        assert self.ask(ConsultRequested, "anna", to=to) == ""
        self.pick_up(who)

    def pick_up(self, who: str) -> None:
        """Let somebody answer their phone."""
        leg = self.leg(who)
        assert leg is not None, f"{who}'s phone does not ring"
        assert self.world.network.answer(leg, self.world.now)
        self.world.pump()

    def hang_up(self, who: str) -> None:
        """Let somebody put the receiver down."""
        leg = self.leg(who)
        assert leg is not None
        assert self.world.network.hang_up(leg, self.world.now)
        self.world.pump()

    def supervise(self, request: type, by: str = "eva", **fields: object) -> str:
        """Ask for something as a supervisor; gives the code of the answer."""
        world = self.world
        cmd = CommandId(f"sup-{len(world.said(SupervisorAnswered))}-{world.now}")
        world.tell(request(cmd=cmd, by=by, call=self.call, **fields))
        world.pump()
        codes = [f.code for f in world.said(SupervisorAnswered) if f.cmd == cmd]
        assert len(codes) == 1, "answered exactly once"
        return codes[0]

    def dispose(self, *agents: str) -> None:
        """Let agents finish their notes."""
        for name in agents:
            assert self.ask(DispositionRequested, name, code="sold") == ""

    # --- the books ------------------------------------------------------------------------------

    def told(self, kind: type) -> list[Any]:
        """The facts of one kind about the call, in order."""
        return [f for f in self.world.said(kind) if isinstance(f, CallFact)]

    def ended(self) -> list[ConversationEnded]:
        """The parts that are over."""
        return [f for f in self.told(ConversationEnded) if isinstance(f, ConversationEnded)]

    def told_parked(self) -> list[Any]:
        """How often the caller was parked."""
        return self.told(CallParked)

    def settled(self, outcome: CallOutcome | None = CallOutcome.ANSWERED) -> None:
        """Nothing is left over, every part is accounted for, and the outcome is counted once.

        Without an outcome: answered, if anybody was more than gone at once.
        """
        self.world.wait(60)
        assert self.world.said(FaultFound) == []
        finished = self.told(CallFinished)
        (found,) = [f.outcome for f in finished if isinstance(f, CallFinished)]
        if outcome is None:
            talked = any(not part.missed for part in self.ended())
            assert (found is CallOutcome.ANSWERED) == talked
        else:
            assert found is outcome
        assert self.parts() == self.spans()
        self.counted_once()
        assert self.world.network.legs() == ()
        router = self.world.center.router
        assert router.reservations == {}
        assert router.waiting == {}
        assert self.world.center.calls.calls == {}

    def counted_once(self) -> None:
        """The books have each part, each offer and each wait once, and not a microsecond more."""
        books = Books(grid=Grid(length_us=1 << 60))
        fold = Fold(books)
        fold.take(self.world.facts)
        fold.take(self.world.facts)
        fold.close(self.world.now)
        total, said = books.total(CENTER), self.world.said
        lengths = [f.talk_us + f.hold_us for f in said(ConversationEnded)]  # type: ignore[attr-defined]
        assert total.handled.total() == len(lengths)
        assert total.talk_us.total() + total.hold_us.total() == sum(lengths)
        assert total.offers.total() == len(said(AgentOffered))
        assert total.ended.total() == len(said(WaitEnded))
        assert total.entered == len(said(CallQueued))

    def parts(self) -> dict[tuple[AgentId, int], int]:
        """Talk and hold that agents were credited with, by agent and end, in microseconds."""
        return {(f.agent, f.at): f.talk_us + f.hold_us for f in self.ended()}

    def spans(self) -> dict[tuple[AgentId, int], int]:
        """How long each agent was in the talk, by the beginnings and ends that were told."""
        began: dict[AgentId, int] = {}
        spans: dict[tuple[AgentId, int], int] = {}
        for fact in self.world.facts:
            if isinstance(fact, (CallConnected, AgentJoined)) and fact.call == self.call:
                # Passed on while being consulted: the part goes on.
                began.setdefault(fact.agent, fact.at)
            elif isinstance(fact, ConversationEnded) and fact.call == self.call:
                spans[fact.agent, fact.at] = fact.at - began.pop(fact.agent)
        assert began == {}, "a part never ends"
        return spans


def floor(make_world: MakeWorld, *others: str, **queue_fields: object) -> Floor:
    """A caller talks with anna; the others are ready."""
    return Floor(make_world(center(**queue_fields)), *others)

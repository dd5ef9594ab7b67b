"""A center in which everything is used at once, its promises, and what people may do in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from contact_center.adapters.simulated.phones import phone
from contact_center.core.center import Center
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.events import Event
from contact_center.core.facts import (
    AgentChanged,
    AgentOffered,
    CallConnected,
    CallFact,
    CallFinished,
    CallQueued,
    CallStarted,
    ConversationEnded,
    Fact,
    FaultFound,
    OfferEnded,
    QueueChanged,
    RequestAnswered,
    SupervisorAnswered,
    WaitEnded,
)
from contact_center.core.ids import AgentId, CallId, CommandId, FlowId, QueueId, ReservationId
from contact_center.core.ivr.flow import FlowBundle, Voicemail
from contact_center.core.output import Output
from contact_center.core.queue_settings import (
    Callbacks,
    Channel,
    ChannelLimit,
    Overflow,
    OverflowWhen,
    QueueSettings,
    Recording,
    WrapUp,
    WrapUpMode,
)
from contact_center.core.talk_facts import AgentJoined
from contact_center.core.waiting_room import WaitingRoom
from tests.core.nasty import rough_center
from tests.core.router_invariants import check_router
from tests.core.router_turns import watch_order
from tests.stories.centers import SALES, SUPPORT, say
from tests.stories.world import World

TASKS = QueueId("tasks")
CUSTOMERS = ("+14155550123", "+14155550124", "+14155550125")
SECOND = 1_000_000


def full_center(strategy: str = "ring_all") -> CenterConfiguration:
    """Two queues that call back, overflow into each other and ring several; one for other work."""
    center = rough_center()
    shared = {
        "callbacks": Callbacks(attempts=2, retry_us=60 * SECOND, ring_us=15 * SECOND),
        "redial_us": 60 * SECOND,
        "recording": Recording(on=True),
        "promote_us": 80 * SECOND,
        "max_wait_us": 120 * SECOND,
    }
    sales = replace(
        center.queues[SALES],
        strategy=strategy,
        ring_us=12 * SECOND,
        overflow=(
            Overflow(when=OverflowWhen.LENGTH, most=3, to=SUPPORT),
            Overflow(when=OverflowWhen.WAITED, us=30 * SECOND, to=SUPPORT),
        ),
        wrap_up=WrapUp(us=10 * SECOND, extend_us=5 * SECOND, most_us=30 * SECOND),
        **shared,  # type: ignore[arg-type]
    )
    support = replace(
        center.queues[SUPPORT],
        strategy="progressive",
        ring_step_us=4 * SECOND,
        overflow=(Overflow(when=OverflowWhen.NO_AGENTS, to=SALES),),
        wrap_up=WrapUp(mode=WrapUpMode.OPTIONAL, us=8 * SECOND),
        **shared,  # type: ignore[arg-type]
    )
    tasks = QueueSettings(queue=TASKS, label="Tasks", channel=Channel.TASK, absent_at_entry=None)
    limits = {Channel.VOICE: ChannelLimit(cost=60), Channel.TASK: ChannelLimit(cost=40, most=2)}
    agents = {
        name: replace(one, queues=(*one.queues, TASKS), channels=limits)
        for name, one in center.agents.items()
    }
    room = WaitingRoom(
        greeting=say("You are in line."),
        comfort=(say("Thank you for waiting."),),
        announce_every_us=15 * SECOND,
        keys={"1": "callback", "2": "leave"},
        whisper=say("A caller."),
    )
    return replace(
        center,
        queues={SALES: sales, SUPPORT: support, TASKS: tasks},
        agents=agents,
        flows=_leading(center.flows),
        rooms={SALES: room, SUPPORT: room},
    )


def _leading(flows: Mapping[FlowId, FlowBundle], *, tasks: bool = True) -> dict[FlowId, FlowBundle]:
    """Flows whose messages are work, as long as there is a queue for them."""
    box = TASKS if tasks else None
    return {
        name: replace(
            flow,
            nodes={
                key: replace(node, queue=box) if isinstance(node, Voicemail) else node
                for key, node in flow.nodes.items()
            },
        )
        for name, flow in flows.items()
    }


def reloads() -> tuple[CenterConfiguration, ...]:
    """The same center after changes: another strategy, no tasks, fewer agents."""
    whole = full_center()
    fewer = {name: one for name, one in whole.agents.items() if name not in {"anna", "bob"}}
    calm = full_center("longest_idle")

    def without(queue: QueueId) -> CenterConfiguration:
        queues = {
            name: replace(one, overflow=tuple(rule for rule in one.overflow if rule.to != queue))
            for name, one in whole.queues.items()
            if name != queue
        }
        agents = {
            name: replace(one, queues=tuple(q for q in one.queues if q != queue))
            for name, one in whole.agents.items()
        }
        return replace(
            whole, queues=queues, agents=agents, flows=_leading(whole.flows, tasks=queue != TASKS)
        )

    return (whole, calm, without(TASKS), replace(whole, agents=fewer))


class Promises:
    """What was promised in facts: each thing begins once, ends once, and is told as it is."""

    def __init__(self) -> None:
        self.seqs: dict[CallId, int] = {}
        self.started: set[CallId] = set()
        self.finished: set[CallId] = set()
        self.waiting: set[CallId] = set()
        self.offers: dict[ReservationId, AgentId] = {}
        self.parts: set[tuple[CallId, AgentId]] = set()
        self.answers: set[CommandId] = set()
        self.told: dict[str, AgentChanged | QueueChanged] = {}

    def observe(self, center: Center, outputs: Sequence[Output]) -> None:
        """Take what came of an event, and compare with what is so now."""
        for output in outputs:
            if isinstance(output, Fact):
                self._fact(output)
        for queue in center.configuration.queues:
            told = self.told.get(queue)
            assert told is None or told == center.router.queue_state(queue, told.at)
        calls = center.calls.calls.values()
        asking = {c.call for c in calls if c.consult is not None and c.consult.queue is not None}
        check_router(center.router, center.now, consulting=asking)
        for call in calls:
            if call.call in center.router.waiting:
                assert call.in_line or call.consult is not None, f"{call} does not know it waits"

    def _fact(self, fact: Fact) -> None:
        assert not isinstance(fact, FaultFound), f"a bug of ours: {fact}"
        if isinstance(fact, CallFact):
            assert fact.seq == self.seqs.get(fact.call, 0) + 1, f"a fact is missing before {fact}"
            self.seqs[fact.call] = fact.seq
        match fact:
            case AgentChanged():
                self.told[fact.agent] = fact
            case QueueChanged():
                self.told[fact.queue] = fact
            case RequestAnswered() | SupervisorAnswered():
                assert fact.cmd not in self.answers, f"{fact.cmd} is answered twice"
                self.answers.add(fact.cmd)
            case CallStarted():
                assert fact.call not in self.started
                self.started.add(fact.call)
            case CallFinished():
                assert fact.call not in self.finished
                assert fact.call not in self.waiting, f"{fact.call} finishes while it waits"
                self.finished.add(fact.call)
            case CallQueued():
                assert fact.call not in self.waiting, f"{fact.call} waits twice"
                self.waiting.add(fact.call)
            case WaitEnded():
                assert fact.waited_us >= 0
                self.waiting.remove(fact.call)
            case AgentOffered():
                assert fact.reservation not in self.offers
                self.offers[fact.reservation] = fact.agent
            case OfferEnded():
                assert self.offers.pop(fact.reservation) == fact.agent
            case CallConnected() | AgentJoined():
                self.offers.pop(fact.reservation, None)
                self.parts.add((fact.call, fact.agent))
            case ConversationEnded():
                assert fact.talk_us >= 0
                assert fact.hold_us >= 0
                self.parts.remove((fact.call, fact.agent))


class WatchedWorld(World):
    """A world that checks every promise after every event."""

    def __init__(self, configuration: CenterConfiguration, *, queue_events: bool) -> None:
        self.promises = Promises()
        self.is_sound = True
        """False once a promise was broken: what comes after that tells nothing."""
        super().__init__(configuration, queue_events=queue_events)
        for number in (*CUSTOMERS, "+14155550198", "+14155550199"):
            self.network.plug_in(phone(number, "manual"))

    def tell(self, event: Event) -> list[Output]:
        if "handle" not in vars(self.center):
            self._watch(self.center)
        return super().tell(event)

    def _watch(self, center: Center) -> None:
        watch_order(center.router)
        handle = center.handle

        def watched(event: Event, now: int) -> list[Output]:
            outputs = handle(event, now)
            self.is_sound = False
            self.promises.observe(center, outputs)
            self.is_sound = True
            return outputs

        center.handle = watched  # type: ignore[method-assign]

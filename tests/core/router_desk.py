"""A few people and queues around a router, for tests that tell one thing each."""

from collections.abc import Mapping
from dataclasses import replace

from contact_center.core.acd import (
    AgentReserved,
    EnterQueue,
    ReportAnswered,
    ReportConnected,
    ReportFailed,
    ReportFinished,
    ToCall,
    ToRouter,
)
from contact_center.core.agent import Agent
from contact_center.core.center import Center
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import OfferResult
from contact_center.core.ids import AgentId, CallId, CommandId, QueueId, ReservationId
from contact_center.core.queue_settings import AgentSettings, QueueSettings
from contact_center.core.requests import DeskConnected, PresenceRequested, PresenceWish
from contact_center.core.skills import joined
from tests.core.router_invariants import check_router
from tests.core.router_rig import Rig

START = 1_764_000_000_000_000
SECOND = 1_000_000
SALES = QueueId("sales")


def queue(name: str = "sales", **changes: object) -> QueueSettings:
    """A queue without wrap-up to speak of, in which callers may stay alone."""
    usual = QueueSettings(
        queue=QueueId(name), label=name, absent_at_entry=None, absent_waiting=None
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def agent(name: str, *queues: str, **changes: object) -> AgentSettings:
    """An agent of some queues."""
    usual = AgentSettings(
        agent=AgentId(name),
        name=name,
        device=f"device-{name}",
        queues=tuple(map(QueueId, queues or ("sales",))),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


class Desk:
    """A router, a clock, and who has which caller."""

    def __init__(
        self, queues: list[QueueSettings], agents: list[AgentSettings], **changes: object
    ) -> None:
        usual = CenterConfiguration(
            name="desk",
            region="US",
            language="en",
            queues={one.queue: one for one in queues},
            agents={one.agent: one for one in agents},
            numbers={},
            flows={},
            calendars={},
            dispositions={},
        )
        self.now = START
        self.rig = Rig(
            Center(replace(usual, **changes)),  # type: ignore[arg-type]
            watched=True,
        )
        self.told: list[ToCall] = []
        self.asked: list[tuple[str, str]] = []
        self.rings: dict[tuple[str, str], ReservationId] = {}
        self._cmd = 0
        self.do(lambda router, now, out: router.set_provider(True, now, out))

    def do(self, act) -> None:  # type: ignore[no-untyped-def]
        """Let something happen."""
        self._hear(self.rig.do(act, self.now).told)

    def tell(self, message: ToRouter) -> None:
        """Let a call say something."""
        self.do(lambda router, now, out: router.handle(message, now, out))

    def _hear(self, told: list[ToCall]) -> None:
        self.told += told
        for message in told:
            if isinstance(message, AgentReserved):
                self.asked.append((message.call, message.agent))
                self.rings[message.call, message.agent] = message.reservation
        check_router(self.rig.router, self.now)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        until = self.now + round(seconds * SECOND)
        while (due := self.rig.next_deadline()) is not None and due <= until:
            self.now = max(self.now, due)
            self._hear(self.rig.deadlines(self.now).told)
        self.now = until

    def ready(self, *names: str) -> None:
        """Agents come, a second apart."""
        for name in names:
            event = DeskConnected(agent=AgentId(name))
            self.do(lambda router, now, out, event=event: router.desk(event, now, out))
            self.choose(name, PresenceWish.READY)
            self.wait(1)

    def choose(self, name: str, wish: PresenceWish, *, once: bool = False) -> None:
        """An agent chooses a presence."""
        self._cmd += 1
        request = PresenceRequested(
            cmd=CommandId(f"q{self._cmd}"), agent=AgentId(name), presence=wish, once=once
        )
        self.do(lambda router, now, out: router.request_presence(request, now, out))

    def call(self, name: str, to: str = "sales", require: str = "", **more: object) -> None:
        """Somebody comes."""
        settings = self.rig.center.configuration.queues[QueueId(to)]
        usual = EnterQueue(
            call=CallId(name),
            queue=settings.queue,
            priority=settings.priority,
            requirement=joined(settings.requirement, require),
            max_wait_us=settings.max_wait_us,
            steps=settings.steps,
        )
        self.tell(replace(usual, **more))  # type: ignore[arg-type]

    def answer(self, call: str, name: str, **more: int) -> None:
        """An agent picks up."""
        made = self.rings[call, name]
        self.tell(ReportAnswered(call=CallId(call), reservation=made, **more))

    def talk(self, call: str, name: str) -> None:
        """An agent picks up, and both talk."""
        self.answer(call, name)
        self.tell(ReportConnected(call=CallId(call), reservation=self.rings[call, name]))

    def fail(self, call: str, name: str, result: OfferResult) -> None:
        """The agent does not come to talk."""
        made = self.rings[call, name]
        self.tell(ReportFailed(call=CallId(call), reservation=made, result=result))

    def finish(self, call: str, name: str, *, wrap_up: bool = False) -> None:
        """The talk is over."""
        made = self.rings[call, name]
        self.tell(ReportFinished(call=CallId(call), reservation=made, wrap_up=wrap_up))

    def served(self, call: str, name: str, seconds: float = 1) -> None:
        """A whole conversation."""
        self.talk(call, name)
        self.wait(seconds)
        self.finish(call, name)

    def of(self, name: str) -> Agent:
        """Give an agent."""
        return self.rig.router.agents[AgentId(name)]

    def line(self, name: str = "sales") -> list[str]:
        """List who waits in a queue, first to last."""
        return list(map(str, self.rig.router.lines.in_queue(QueueId(name))))

    def heard(self, kind: type) -> list[ToCall]:
        """List what calls were told, of a kind."""
        return [message for message in self.told if isinstance(message, kind)]


def only(**skills: int) -> Mapping[str, int]:
    """Write skills."""
    return skills

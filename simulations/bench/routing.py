"""How fast the router decides, with many agents, many waiting callers and any number of queues.

The same callers and agents each time, in ten departments; only into how many queues the callers of
a department are put differs. Agents are in all queues of theirs. What is timed is a whole step of
the router: the message, what it leads to, and the facts about it.
"""

import gc
import resource
import statistics
import time
from dataclasses import dataclass
from itertools import combinations
from random import Random

from contact_center.core.acd import (
    AgentReserved,
    EnterQueue,
    Message,
    ReportAnswered,
    ReportConnected,
    ReportFinished,
)
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import AgentId, CallId, CommandId, QueueId
from contact_center.core.output import Outbox
from contact_center.core.queue_settings import AgentSettings, QueueSettings, WrapUp, WrapUpMode
from contact_center.core.requests import DeskConnected, PresenceRequested, PresenceWish
from contact_center.core.routing import Router
from simulations.statistics import quantile
from simulations.streams import Streams

DEPARTMENTS = 10
SKILLS = 12
"""Of one department; an agent has three to eight, a caller asks for one or two."""
_FOR_EVER_US = 10**15
_STEP_US = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What is measured. `idle` agents are free when arrivals are."""

    agents: int = 10_000
    waiting: int = 100_000
    queues: int = 10
    types: int = 500
    classes: int = 300
    idle: int = 1_000
    decisions: int = 20_000
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Microseconds of one step, of the processor; ``wall``: on the clock, neighbours included.

    ``calls_per_s``: whole calls with all their messages, on the clock. ``rss_mb``: the memory of
    the process with everybody in it.
    """

    queues: int
    lines: int
    agent_free_p50_us: float
    agent_free_p99_us: float
    arrival_p50_us: float
    arrival_p99_us: float
    agent_free_wall_p99_us: float
    arrival_wall_p99_us: float
    decisions_per_s: float
    calls_per_s: float
    rss_mb: float


def measure(size: Size) -> Times:
    """Fill a router and time it. Wants a process of its own, for the memory."""
    hall = Hall(size)
    hall.sign_in()
    while len(hall.reserved) < size.agents:
        hall.arrive()
    for _ in range(size.waiting):
        hall.arrive()
    gc.collect()
    gc.freeze()
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.perf_counter()
    free = [hall.free_and_refill() for _ in range(size.decisions)]
    whole = time.perf_counter() - began
    hall.empty(size.idle)
    came = [hall.arrive_and_free() for _ in range(size.decisions)]
    return Times(
        queues=size.queues,
        lines=len(hall.router.lines.lines),
        agent_free_p50_us=statistics.median(took.cpu_us for took in free),
        agent_free_p99_us=quantile([took.cpu_us for took in free], 0.99),
        arrival_p50_us=statistics.median(took.cpu_us for took in came),
        arrival_p99_us=quantile([took.cpu_us for took in came], 0.99),
        agent_free_wall_p99_us=quantile([took.wall_us for took in free], 0.99),
        arrival_wall_p99_us=quantile([took.wall_us for took in came], 0.99),
        decisions_per_s=len(free) / (sum(took.cpu_us for took in free) / 1e6),
        calls_per_s=size.decisions / whole,
        rss_mb=rss,
    )


@dataclass(frozen=True, slots=True)
class Took:
    """How long one step took."""

    cpu_us: float
    wall_us: float


class Hall:
    """A router, with callers who come to it and agents who are done."""

    def __init__(self, size: Size) -> None:
        self._size = size
        self._chance = Streams(size.seed).of("routing")
        self._asked = asked_for(size, Streams(size.seed).of("asked"))
        self.configuration = configuration(size, self._asked)
        self.router = Router(self.configuration)
        self.router.epoch = 1
        self.reserved: list[AgentReserved] = []
        self._out = Outbox()
        self._now = 1_000_000
        self._came = 0
        self.router.set_provider(True, self._now, self._out)
        self._step()

    def sign_in(self) -> None:
        """Let every agent be ready."""
        for agent in self.configuration.agents:
            self._now += _STEP_US
            self.router.desk(DeskConnected(agent=agent), self._now, self._out)
            request = PresenceRequested(
                agent=agent, cmd=CommandId("r"), presence=PresenceWish.READY
            )
            self.router.request_presence(request, self._now, self._out)
            self._step()

    def arrive(self) -> Took:
        """Let a caller come."""
        self._came += 1
        self._now += _STEP_US
        place = self._chance.randrange(len(self._asked))
        department, requirement = self._asked[place]
        message = EnterQueue(
            call=CallId(f"c{self._came}"),
            queue=queue_of(self._size, department, place, self._came),
            priority=0,
            requirement=requirement,
            max_wait_us=_FOR_EVER_US,
        )
        return self._tell(message)

    def free(self) -> Took:
        """Let an agent be done with a talk."""
        self._now += _STEP_US
        place = self._chance.randrange(len(self.reserved))
        self.reserved[place], self.reserved[-1] = self.reserved[-1], self.reserved[place]
        done = self.reserved.pop()
        return self._tell(ReportFinished(call=done.call, reservation=done.reservation))

    def free_and_refill(self) -> Took:
        """Time an agent who becomes free while callers wait; another caller comes in turn."""
        took = self.free()
        self.arrive()
        return took

    def arrive_and_free(self) -> Took:
        """Time a caller who comes while agents are idle; another agent becomes free in turn."""
        took = self.arrive()
        self.free()
        return took

    def empty(self, idle: int) -> None:
        """Let everybody who waits be served, and then so many agents be idle."""
        while self.router.total_waiting or self._idle() < idle:
            self.free()

    def _idle(self) -> int:
        return len(self.configuration.agents) - len(self.reserved)

    def _tell(self, message: Message) -> Took:
        out, router, now = self._out, self.router, self._now
        wall, cpu = time.perf_counter_ns(), time.thread_time_ns()
        router.handle(message, now, out)  # type: ignore[arg-type]
        router.settle(now, out)
        router.tell_changes(now, out)
        took = Took((time.thread_time_ns() - cpu) / 1_000, (time.perf_counter_ns() - wall) / 1_000)
        self._step()
        return took

    def _step(self) -> None:
        """Answer what rings, and connect it."""
        out, router, now = self._out, self.router, self._now
        while out.mail:
            message = out.mail.popleft()
            if isinstance(message, AgentReserved):
                answered = ReportAnswered(call=message.call, reservation=message.reservation)
                router.handle(answered, now, out)
                connected = ReportConnected(call=message.call, reservation=message.reservation)
                router.handle(connected, now, out)
                self.reserved.append(message)
        router.settle(now, out)
        router.tell_changes(now, out)
        out.outputs.clear()


def asked_for(size: Size, chance: Random) -> list[tuple[int, str]]:
    """Give what callers ask for: a department and an expression each, all different."""
    each = size.classes // DEPARTMENTS
    asked = []
    for department in range(DEPARTMENTS):
        names = [f"d{department}s{number}" for number in range(SKILLS)]
        pairs = [f"{a} >= 50 and {b} >= 20" for a, b in combinations(names, 2)]
        expressions = [*names, *chance.sample(pairs, each - SKILLS)]
        asked += [(department, expression) for expression in expressions]
    return asked


def queue_of(size: Size, department: int, place: int, turn: int) -> QueueId:
    """Name the queue that a caller comes to: by turns one of those for what they ask.

    With more queues than things to ask for, each queue is for one of them; with fewer, for several.
    """
    each, kinds = size.queues // DEPARTMENTS, size.classes // DEPARTMENTS
    number = place % kinds + kinds * (turn % max(1, each // kinds))
    return QueueId(f"q{department}-{number % each}")


def configuration(size: Size, asked: list[tuple[int, str]]) -> CenterConfiguration:
    """Make the center: agents of as many types as are wanted, all in the queues of a department."""
    chance = Streams(size.seed).of("agents")
    each = size.queues // DEPARTMENTS
    queues = {
        name: QueueSettings(
            queue=name,
            label=name,
            max_waiting=10**9,
            max_wait_us=_FOR_EVER_US,
            wrap_up=WrapUp(mode=WrapUpMode.NONE),
        )
        for name in (QueueId(f"q{d}-{n}") for d in range(DEPARTMENTS) for n in range(each))
    }
    of_department = [tuple(QueueId(f"q{d}-{n}") for n in range(each)) for d in range(DEPARTMENTS)]
    types = []
    for number in range(size.types):
        department = number % DEPARTMENTS
        # The first of a department can do everything, so that nobody asks for what nobody can.
        count = SKILLS if number < DEPARTMENTS else chance.randint(3, 8)
        skills = {
            f"d{department}s{skill}": 100 if number < DEPARTMENTS else chance.randint(10, 100)
            for skill in chance.sample(range(SKILLS), count)
        }
        types.append((of_department[department], skills))
    agents = {}
    for number in range(size.agents):
        name = AgentId(f"a{number}")
        of, skills = types[number % size.types]
        agents[name] = AgentSettings(agent=name, name=name, device=name, queues=of, skills=skills)
    return CenterConfiguration(
        name="bench",
        region="US",
        language="en",
        queues=queues,
        agents=agents,
        numbers={},
        flows={},
        calendars={},
        dispositions={},
    )

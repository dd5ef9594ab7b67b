"""Runs a pacer forward through a made-up world: for benchmarks, plans and what-ifs.

It is the live dialer's loop with time that jumps: everything that happens goes to the floor and
then to the pacer (`observe`), which is asked (`decide`) at every tick and whenever an agent becomes
idle. One heap of events and no processes: a simulated hour of 20 agents has 30,000 events, and a
benchmark runs hundreds of such hours.

What it takes::

    rehearsal = Rehearsal(
        pacer=pacer,              # any `Pacer`; a what-if gives a deep copy of the live one
        world=world,              # how callees and agents behave: a `World`
        leads=leads,              # what there is to dial: a `Leads` (`Endless()`, `Listed(...)`)
        terms=Terms(target=0.027, hold_us=2_000_000, calls_per_s=20.0, windows=(...)),
        floor=floor,              # where to start from: agents with work and since, calls ringing
        start_at=now,             #   since; it is changed. `Floor()`: nobody is there yet
        shifts=(Shift(at=..., agent=..., comes=True), ...),   # who comes and goes, when
    )
    rehearsal.run(until)          # may be called again with a later time; or until the leads end
    rehearsal.minutes             # a `Minute` for each, from start_at
    rehearsal.totals              # counts of the whole run
    rehearsal.finished_at         # when the last lead of a finite list was done with, or None

The parts are in ``rehearsal_parts``. Chance is the world's: the same world, pacer and floor give
the same run.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from dialer.floor import AgentSeen, AgentWork, CallOn, CallSeen, CallStage, Floor, Seen
from dialer.ids import AgentId, AttemptId, LeadId, attempt_id
from dialer.pacing import TICK_US, Ask, Pacer, Window
from dialer.rehearsal_parts import Lead, Leads, Outcome, Shift, Terms, World, later, longer
from dialer.rehearsal_tally import SECOND_US, Minute, Tally

PREVIEW = 256
"""Of how many leads at most the pacer is told the odds."""

_TICK, _END, _HELD, _TALKED, _WRAPPED, _SHIFT, _INBOUND, _SERVED = range(8)


@dataclass(slots=True)
class Coming:
    """A call of ours, and how it will end if nobody interferes. For oracles to look at."""

    lead: Lead
    outcome: Outcome
    at: int


class Rehearsal:
    """One run. Times in microseconds. ``coming`` and ``free_at`` are the truth, for oracles."""

    def __init__(
        self,
        *,
        pacer: Pacer,
        world: World,
        leads: Leads,
        terms: Terms,
        start_at: int,
        floor: Floor | None = None,
        shifts: Sequence[Shift] = (),
    ) -> None:
        self.floor = Floor() if floor is None else floor
        self.now = start_at
        self.tally = Tally(start_at)
        self.finished_at: int | None = None
        self.coming: dict[AttemptId, Coming] = {}
        self.free_at: dict[AgentId, int] = {}
        self.world = world
        self._pacer, self._leads, self._terms = pacer, leads, terms
        self._shifts = list(shifts)
        self._heap: list[tuple[int, int, int, str]] = []
        self._order = 0
        self._attempts = 0
        self._idle: deque[AgentId] = deque()
        self._waiting: dict[AttemptId, None] = {}
        self._outside = 0
        self._staff: set[AgentId] = set()
        self._leaving: set[AgentId] = set()
        self._call_of: dict[AgentId, AttemptId] = {}
        self._wraps: dict[AgentId, int] = {}
        self._live = self._abandoned = 0
        self._windows = terms.windows
        self._tokens = self._bucket = float("inf")
        if terms.calls_per_s is not None:
            self._tokens = self._bucket = max(1.0, terms.calls_per_s)
        self._filled_at = start_at
        self._adopt()
        for place, shift in enumerate(self._shifts):
            self._push(max(shift.at, start_at), _SHIFT, str(place))
        self._await_inbound()
        self._push(start_at, _TICK, "")

    def run(self, until: int) -> None:
        """Let everything happen up to `until`, or to the end of a finite list."""
        heap = self._heap
        while heap and heap[0][0] <= until and self.finished_at is None:
            at, _, kind, key = heappop(heap)
            self.now = at
            if at >= self.tally.ends_at:
                self.tally.upto(at)
            self._happen(at, kind, key)
            if not self.coming and not self._leads.left():
                self.finished_at = at
        self.now = self.finished_at or max(self.now, until)
        self.tally.upto(self.now)

    @property
    def minutes(self) -> list[Minute]:
        """Give what happened in each minute from the start; the last one may not be over."""
        return self.tally.minutes

    @property
    def totals(self) -> Minute:
        """Give what happened in all of it."""
        return self.tally.total()

    def _happen(self, at: int, kind: int, key: str) -> None:
        if kind == _TICK:
            self._push(at + TICK_US, _TICK, "")
            self._decide(at)
        elif kind == _END:
            self._call_ends(at, AttemptId(key))
        elif kind == _HELD:
            self._give_up(at, AttemptId(key))
        elif kind == _TALKED:
            self._talk_ends(at, AgentId(key))
        elif kind == _WRAPPED:
            self.tally.change(at, wrapping=-1)
            self._free(at, AgentId(key))
        elif kind == _SHIFT:
            self._shift(at, self._shifts[int(key)])
        elif kind == _INBOUND:
            self._await_inbound()
            self._outside += 1
            self._match(at)
        else:
            self.tally.change(at, inbound=-1)
            self._free(at, AgentId(key))

    # Deciding and dialling.

    def _decide(self, at: int) -> None:
        room = self._room(at)
        decision = self._pacer.decide(
            self.floor,
            Ask(
                now=at,
                room=room,
                target=self._terms.target,
                hold_us=self._terms.hold_us,
                min_ring_us=self._terms.min_ring_us,
                reserved=self._terms.reserved,
                keep_free=self._terms.keep_free,
                one_to_one=self._staying() < self._terms.predictive_from,
                inbound_per_s=self.world.inbound_per_s(at) * self._terms.inbound_weight,
                windows=self._windows,
                odds=self._leads.odds(at, min(room, PREVIEW)),
            ),
        )
        if not 0 <= decision.dial <= room:
            raise ValueError(f"{self._pacer.name} dials {decision.dial}, with room for {room}")
        for attempt in decision.shed:
            self._shed(at, attempt)
        for _ in range(decision.dial):
            self._dial(at)

    def _staying(self) -> int:
        """Count the agents who will take another call some time."""
        return len(self._staff) - len(self._leaving)

    def _room(self, at: int) -> int:
        room = self._leads.ready(at)
        rate = self._terms.calls_per_s
        if rate is not None:
            gained = (at - self._filled_at) / SECOND_US * rate
            self._tokens = min(self._bucket, self._tokens + gained)
            self._filled_at = at
            room = min(room, int(self._tokens + 1e-9))
        if self._terms.lines is not None:
            room = min(room, max(0, self._terms.lines - len(self.floor.calls)))
        return room

    def _dial(self, at: int) -> None:
        lead = self._leads.take(at)
        outcome = self.world.outcome(at, lead)
        self._tokens -= 1
        self._attempts += 1
        self.tally.minute.dials += 1
        attempt = attempt_id(LeadId(str(lead.number)), self._attempts)
        self.coming[attempt] = Coming(lead, outcome, at + outcome.after_us)
        self._push(at + outcome.after_us, _END, attempt)
        self._tell(CallSeen(at=at, attempt=attempt, stage=CallStage.DIALLED, odds=lead.odds))

    def _shed(self, at: int, attempt: AttemptId) -> None:
        call = self.floor.flying.get(attempt)
        if call is None or call.stage is CallStage.WAITING:
            return
        if at - (at if call.dialled_at is None else call.dialled_at) < self._terms.min_ring_us:
            raise ValueError(f"{self._pacer.name} rings off {attempt} before its minimum ring")
        self._over(at, attempt, CallStage.CANCELLED)

    # Calls.

    def _call_ends(self, at: int, attempt: AttemptId) -> None:
        coming = self.coming.get(attempt)
        if coming is None or coming.at != at:
            return
        if coming.outcome.stage is CallStage.WAITING:
            self._waiting[attempt] = None
            self._push(at + self._terms.hold_us, _HELD, attempt)
            self._tell(CallSeen(at=at, attempt=attempt, stage=CallStage.WAITING))
            self._match(at)
            return
        if coming.outcome.person:
            self._verdict(abandoned=True)
        self._over(at, attempt, coming.outcome.stage)

    def _give_up(self, at: int, attempt: AttemptId) -> None:
        if attempt in self._waiting:
            del self._waiting[attempt]
            self._waited(at, attempt)
            self._verdict(abandoned=True)
            self._over(at, attempt, CallStage.ABANDONED)

    def _over(self, at: int, attempt: AttemptId, stage: CallStage) -> None:
        coming = self.coming.pop(attempt)
        self.tally.minute.ended += 1
        self._tell(CallSeen(at=at, attempt=attempt, stage=stage))
        self._leads.over(at, coming.lead, stage)

    def _waited(self, at: int, attempt: AttemptId) -> None:
        self.tally.minute.waited_s += (at - self.coming[attempt].at) / SECOND_US

    def _verdict(self, *, abandoned: bool) -> None:
        """Count a live answer, in every window."""
        minute = self.tally.minute
        minute.live += 1
        minute.abandoned += abandoned
        minute.connected += not abandoned
        self._live += 1
        self._abandoned += abandoned
        self._windows = tuple(
            Window(
                policy=window.policy,
                cap=window.cap,
                live=window.live + self._live,
                abandoned=window.abandoned + self._abandoned,
                strict=window.strict,
            )
            for window in self._terms.windows
        )

    # Agents.

    def _match(self, at: int) -> None:
        """Bring idle agents to who waits: our own first, for they hear nothing."""
        while self._idle and (self._waiting or self._outside):
            agent = self._idle.popleft()
            if not self._waiting:
                self._outside -= 1
                self.tally.change(at, inbound=1)
                self._tell(AgentSeen(at=at, agent=agent, work=AgentWork.AWAY))
                self._push(at + self.world.inbound_us(at), _SERVED, agent)
                continue
            attempt = next(iter(self._waiting))
            del self._waiting[attempt]
            self._waited(at, attempt)
            talk = self.world.talk_us(at)
            self._wraps[agent] = self.world.wrap_us(at)
            self.free_at[agent] = at + talk + self._wraps[agent]
            self._call_of[agent] = attempt
            self.tally.change(at, talking=1)
            self._verdict(abandoned=False)
            self._tell(CallSeen(at=at, attempt=attempt, stage=CallStage.CONNECTED, agent=agent))
            self._tell(AgentSeen(at=at, agent=agent, work=AgentWork.TALKING))
            self._push(at + talk, _TALKED, agent)

    def _talk_ends(self, at: int, agent: AgentId) -> None:
        self.tally.change(at, talking=-1)
        attempt = self._call_of.pop(agent, None)
        if attempt is not None:
            self._over(at, attempt, CallStage.DONE)
        wrap = self._wraps.pop(agent)
        if not wrap:
            self._free(at, agent)
            return
        self.tally.change(at, wrapping=1)
        leaving = agent in self._leaving
        self._tell(AgentSeen(at=at, agent=agent, work=AgentWork.WRAP_UP, leaving=leaving))
        self._push(at + wrap, _WRAPPED, agent)

    def _free(self, at: int, agent: AgentId) -> None:
        """An agent has nothing to do any more: they leave, or are there for the next."""
        self.free_at.pop(agent, None)
        if agent in self._leaving:
            self._leave(at, agent)
            return
        self._idle.append(agent)
        self._tell(AgentSeen(at=at, agent=agent, work=AgentWork.IDLE))
        self._match(at)
        if self._idle:
            self._decide(at)

    def _shift(self, at: int, shift: Shift) -> None:
        agent = shift.agent
        if shift.comes:
            if agent in self._leaving:
                self._leaving.discard(agent)
                self._say_leaving(at, agent, leaving=False)
            elif agent not in self._staff:
                self._staff.add(agent)
                self.tally.change(at, staffed=1)
                self._free(at, agent)
        elif agent in self._idle:
            self._idle.remove(agent)
            self._leave(at, agent)
        elif agent in self._staff:
            self._leaving.add(agent)
            self._say_leaving(at, agent, leaving=True)

    def _leave(self, at: int, agent: AgentId) -> None:
        self._staff.discard(agent)
        self._leaving.discard(agent)
        self.tally.change(at, staffed=-1)
        self._tell(AgentSeen(at=at, agent=agent, work=AgentWork.AWAY))

    def _say_leaving(self, at: int, agent: AgentId, *, leaving: bool) -> None:
        known = self.floor.agents.get(agent)
        if known is not None:
            self._tell(AgentSeen(at=at, agent=agent, work=known.work, leaving=leaving))

    # Where it starts, and what moves it.

    def _adopt(self) -> None:
        """Take over who is on the floor already: what goes on lasts longer than it has yet."""
        at, world = self.now, self.world
        for agent in sorted(self.floor.agents.values(), key=lambda each: each.since):
            self._staff.add(agent.agent)
            self.tally.change(at, staffed=1)
            if agent.leaving:
                self._leaving.add(agent.agent)
            if agent.work is AgentWork.IDLE:
                self._idle.append(agent.agent)
                continue
            talks = agent.work is AgentWork.TALKING
            rest = longer(world.talk_us if talks else world.wrap_us, at, at - agent.since)
            wrap = world.wrap_us(at) if talks else 0
            self.free_at[agent.agent] = at + rest + wrap
            self.tally.change(at, talking=int(talks), wrapping=int(not talks))
            if talks:
                self._wraps[agent.agent] = wrap
            self._push(at + rest, _TALKED if talks else _WRAPPED, agent.agent)
        for agent_id in [each for each in self._idle if each in self._leaving]:
            self._idle.remove(agent_id)
            self._leave(at, agent_id)
        for call in list(self.floor.calls.values()):
            self._adopt_call(call)

    def _adopt_call(self, call: CallOn) -> None:
        at = self.now
        lead = Lead(-1, call.odds)
        if call.stage is CallStage.CONNECTED:
            self.coming[call.attempt] = Coming(lead, Outcome(CallStage.DONE, 0), -1)
            if call.agent is not None:
                self._call_of[call.agent] = call.attempt
        elif call.stage is CallStage.WAITING:
            since = at if call.answered_at is None else call.answered_at
            self.coming[call.attempt] = Coming(lead, Outcome(CallStage.WAITING, 0), since)
            self._waiting[call.attempt] = None
            self._push(max(at, since + self._terms.hold_us), _HELD, call.attempt)
        else:
            since = at if call.dialled_at is None else call.dialled_at
            outcome = later(self.world, since, lead, at - since)
            ends = since + outcome.after_us
            self.coming[call.attempt] = Coming(lead, outcome, ends)
            self._push(ends, _END, call.attempt)

    def _await_inbound(self) -> None:
        at = self.world.next_inbound(self.now)
        if at is not None:
            self._push(max(at, self.now), _INBOUND, "")

    def _push(self, at: int, kind: int, key: str) -> None:
        self._order += 1
        heappush(self._heap, (at, self._order, kind, key))

    def _tell(self, seen: Seen) -> None:
        self.floor.see(seen)
        self._pacer.observe(seen, self.floor)

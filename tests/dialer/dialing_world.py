"""What the dialing reducer is surrounded by, in memory: storage, gate, switch, agents, callees.

The world answers what the reducer asks, now or later, and keeps its own books; the checks in
`check` compare the two after every message.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from dialer.attempt import Attempt, AttemptEnd, Source, Verdict
from dialer.campaign import (
    CallerId,
    CampaignSettings,
    CampaignState,
    CampaignTrigger,
    ListShare,
    Mode,
)
from dialer.dialing import Dialing
from dialer.flights import STAGES
from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage
from dialer.ids import AgentId, AttemptId, CampaignId, LeadId, ListId, PartyId, PoolId
from dialer.lead import Callback, Lead, LeadNumber, LeadState
from dialer.messages import (
    AttemptAdopted,
    AttemptOpened,
    AttemptOver,
    AttemptRefused,
    CampaignMoved,
    CampaignSet,
    ClaimLeads,
    CloseAttempt,
    Disposed,
    In,
    LeadsClaimed,
    OfferPreview,
    OpenAttempt,
    Out,
    PlaceCall,
    PoolSeen,
    ReleaseLeads,
    RingOff,
    RoomSeen,
    StateChanged,
    Ticked,
    Told,
)

START = 1_764_000_000_000_000
SECOND = 1_000_000
QUEUE = PoolId("sales")


def campaign(name: str = "c", mode: Mode = Mode.PROGRESSIVE, **rest: object) -> CampaignSettings:
    settings = CampaignSettings(
        campaign=CampaignId(name),
        label=name,
        seller="Larkfield",
        queue="sales",
        mode=mode,
        flow="outbound",
        lists=(ListShare(list=ListId(f"{name}-list")),),
        caller_ids=(CallerId(number="+442079460001", proof="contract", valid_until=1 << 60),),
    )
    return replace(settings, **rest)  # type: ignore[arg-type]


@dataclass(slots=True)
class Row:
    """A lead as storage has it."""

    lead: Lead
    campaign: CampaignId
    state: LeadState = LeadState.OPEN
    due_at: int = 0
    token: int = 0
    lease_until: int = 0


Outcome = tuple[CallStage, int]
"""WAITING for an answer, or an end; and after how many microseconds."""


def nobody_answers(_: Attempt) -> Outcome:
    return CallStage.NO_ANSWER, 20 * SECOND


def everybody_answers(_: Attempt) -> Outcome:
    return CallStage.WAITING, 5 * SECOND


@dataclass
class DialWorld:
    """Run it by `run`; look at `placed`, `closed`, `told` and the rows afterwards."""

    seed: int = 0
    outcome: Callable[[Attempt], Outcome] = nobody_answers
    gate: Callable[[OpenAttempt], tuple[str, ...]] = lambda _: ()
    storage_us: int = 0
    release_us: int = 0
    talk_us: int = 60 * SECOND
    talk: Callable[[], int] | None = None
    wrap_us: int = 5 * SECOND
    hold_us: int = 2 * SECOND
    lease_us: int = 60 * SECOND
    room: int = 1000
    check_every: int = 1
    now: int = START
    dialing: Dialing = field(default_factory=Dialing)
    rows: dict[LeadId, Row] = field(default_factory=dict)
    placed: list[PlaceCall] = field(default_factory=list)
    previews: list[OfferPreview] = field(default_factory=list)
    closed: list[CloseAttempt] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    changes: list[StateChanged] = field(default_factory=list)
    rung_off: list[RingOff] = field(default_factory=list)
    opened: dict[AttemptId, Attempt] = field(default_factory=dict)
    books: dict[AttemptId, str] = field(default_factory=dict)
    live: dict[AttemptId, CallStage] = field(default_factory=dict)
    idle: list[AgentId] = field(default_factory=list)
    staff: set[AgentId] = field(default_factory=set)
    later: list[tuple[int, int, Callable[[], None]]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    dispose: Callable[[Attempt], str] = lambda _: ""

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self._order = 0
        self._token = 0
        self.waiting: list[AttemptId] = []

    # Setting up.

    def start(self, settings: CampaignSettings, leads: int = 100) -> None:
        self.tell(CampaignSet(at=self.now, settings=settings, state=CampaignState.DRAFT))
        self.give(settings, leads)
        self.move(settings.campaign, CampaignTrigger.START)

    def give(self, settings: CampaignSettings, leads: int) -> None:
        first = len(self.rows)
        for number in range(first, first + leads):
            lead = Lead(
                lead=LeadId(f"l{number}"),
                party=PartyId(f"p{number}"),
                list=settings.lists[0].list,
                token=0,
                numbers=(LeadNumber(number=f"+4420794{number:05d}", zones=("Europe/London",)),),
            )
            self.rows[lead.lead] = Row(lead, settings.campaign, due_at=self.now)

    def promise(self, lead: LeadId, agent: AgentId | None, due_at: int) -> None:
        row = self.rows[lead]
        callback = Callback(
            lead=lead,
            due_at=due_at,
            local="2025-11-24T16:00",
            zone="Europe/London",
            number=row.lead.numbers[0].number,
            agent=agent,
        )
        row.lead, row.due_at = replace(row.lead, callback=callback), due_at

    def move(self, name: CampaignId, trigger: CampaignTrigger) -> None:
        self.tell(CampaignMoved(at=self.now, campaign=name, trigger=trigger, by="rose"))

    def come(self, count: int, prefix: str = "a") -> None:
        for number in range(count):
            agent = AgentId(f"{prefix}{number}")
            self.staff.add(agent)
            self.free(agent)

    def go(self, agent: AgentId) -> None:
        self.staff.discard(agent)
        if agent in self.idle:
            self.idle.remove(agent)
        self.agent(agent, AgentWork.AWAY)

    def take_for_agent(self, name: LeadId) -> Lead:
        """Claim a lead that an agent asks for."""
        row = self.rows[name]
        self._token += 1
        row.state, row.token = LeadState.CLAIMED, self._token
        row.lease_until = self.now + self.lease_us
        return replace(row.lead, token=row.token)

    def restart(self) -> None:
        """A new reducer takes over from what storage and switch know, at once."""
        known = list(self.dialing.campaigns.values())
        self.dialing = Dialing()
        for each in known:
            self.tell(CampaignSet(at=self.now, settings=each.settings, state=each.state))
        for row in self.rows.values():
            if row.state is LeadState.CLAIMED:
                row.state = LeadState.OPEN
        for name, stage in self.live.items():
            attempt = self.opened[name]
            lead = self.rows[attempt.lead].lead
            self.tell(AttemptAdopted(at=self.now, attempt=attempt, lead=lead, stage=stage))
        for agent in sorted(self.staff):
            work = AgentWork.IDLE if agent in self.idle else AgentWork.TALKING
            self.agent(agent, work)

    # Time.

    def run(self, seconds: float) -> None:
        """Let everything happen, with ticks when the reducer wants them."""
        until = self.now + int(seconds * SECOND)
        tick = self.now
        while True:
            due = self.later[0][0] if self.later else until + 1
            at = min(due, tick)
            if at > until:
                break
            self.now = at
            if due <= tick:
                heapq.heappop(self.later)[2]()
                continue
            left = self.room - len(self.live)
            self.tell(RoomSeen(at=at, lines=left, calls_now=self.room, trunk=self.room))
            self.tell(Ticked(at=at))
            tick = self.dialing.next_tick(at)
            assert tick > at
        self.now = until

    def after(self, delay_us: int, then: Callable[[], None]) -> None:
        self._order += 1
        heapq.heappush(self.later, (self.now + delay_us, self._order, then))

    # The two sides.

    def tell(self, message: In) -> list[Out]:
        out = self.dialing.handle(message)
        self.counts["messages"] += 1
        for each in out:
            self.counts[type(each).__name__] += 1
            self._take(each)
        if self.counts["messages"] % self.check_every == 0:
            self.check()
        return out

    def storage(self, work: Callable[[], None]) -> None:
        """Have storage do something, after its time."""
        self.after(self.storage_us, work)

    def answer(self, message: In) -> None:
        """Storage answers."""
        self.tell(message)

    def _take(self, out: Out) -> None:
        if isinstance(out, ClaimLeads):
            self.storage(lambda: self.claim(out))
        elif isinstance(out, ReleaseLeads):
            self.after(self.release_us, lambda: self._release(out))
        elif isinstance(out, OpenAttempt):
            assert out.attempt not in self.live
            self.storage(lambda: self.open(out))
        elif isinstance(out, PlaceCall):
            assert self.books.get(out.attempt.attempt) == "open", "dialled without the books"
            assert out.attempt.attempt not in self.live, "dialled twice"
            self.placed.append(out)
            self.dial(out.attempt)
        elif isinstance(out, OfferPreview):
            assert self.books.get(out.attempt.attempt) == "open"
            self.previews.append(out)
        elif isinstance(out, RingOff):
            self.rung_off.append(out)
            self.after(10_000, lambda: self._end(out.attempt, CallStage.CANCELLED))
        elif isinstance(out, CloseAttempt):
            self.close(out)
        elif isinstance(out, Told):
            self.told.append(out)
        elif isinstance(out, StateChanged):
            self.changes.append(out)

    def claim(self, asked: ClaimLeads) -> None:
        due: list[Lead] = []
        rows = [
            r
            for r in self.rows.values()
            if r.campaign == asked.campaign and r.state in (LeadState.OPEN, LeadState.CLAIMED)
        ]
        rows.sort(key=lambda r: (r.lead.callback is None, r.due_at))
        for row in rows:
            if row.state is LeadState.CLAIMED and row.lease_until <= self.now:
                row.state = LeadState.OPEN
            if row.state is LeadState.OPEN and row.due_at <= self.now and len(due) < asked.count:
                self._token += 1
                row.state, row.token = LeadState.CLAIMED, self._token
                row.lease_until = self.now + self.lease_us
                due.append(replace(row.lead, token=row.token, due_at=row.due_at))
        left = [r.due_at for r in rows if r.state is LeadState.OPEN]
        self.answer(
            LeadsClaimed(
                at=self.now,
                campaign=asked.campaign,
                leads=tuple(due),
                next_due_at=min(left, default=None),
            )
        )

    def _release(self, out: ReleaseLeads) -> None:
        for name, token in out.leads:
            row = self.rows[name]
            if row.state is LeadState.CLAIMED and row.token == token:
                row.state = LeadState.OPEN
                row.due_at = out.due_at or row.due_at

    def open(self, asked: OpenAttempt) -> None:
        row = self.rows[asked.lead.lead]
        reasons = self.gate(asked)
        if row.state is not LeadState.CLAIMED or row.token != asked.lead.token:
            reasons = ("token",)
        elif reasons:
            row.state, row.due_at = LeadState.OPEN, self.now + 3600 * SECOND
        if reasons:
            self.answer(
                AttemptRefused(
                    at=self.now,
                    campaign=asked.campaign,
                    attempt=asked.attempt,
                    lead=asked.lead.lead,
                    reasons=reasons,
                )
            )
            return
        row.state = LeadState.DIALLING
        row.lead = replace(row.lead, tried=row.lead.tried + 1)
        attempt = Attempt(
            attempt=asked.attempt,
            campaign=asked.campaign,
            list=row.lead.list,
            lead=row.lead.lead,
            party=row.lead.party,
            number=asked.number,
            caller_id=asked.caller_id,
            source=asked.source,
            opened_at=self.now,
            agent=asked.agent,
        )
        assert asked.attempt not in self.books, "opened twice"
        self.books[asked.attempt] = "open"
        self.opened[asked.attempt] = attempt
        self.answer(AttemptOpened(at=self.now, attempt=attempt))

    def skip(self, name: AttemptId, reason: str = "not_now") -> None:
        """The agent does not want to call whom they are shown."""
        end = AttemptEnd(
            attempt=name, at=self.now, verdict=Verdict.CANCELLED, cause=f"skipped:{reason}"
        )
        self.tell(AttemptOver(at=self.now, campaign=self.opened[name].campaign, end=end))

    def close(self, out: CloseAttempt) -> None:
        self.closed.append(out)
        self.books[out.end.attempt] = "closed"
        row = self.rows[out.lead]
        assert (out.due_at is None) == (out.state is not LeadState.OPEN)
        if row.state is not LeadState.SUPPRESSED:
            row.state, row.due_at = out.state, out.due_at or row.due_at
        outcomes = {**row.lead.outcomes}
        if not out.disposition:
            kind = out.end.verdict.value
            outcomes[kind] = outcomes.get(kind, 0) + 1
        row.lead = replace(row.lead, outcomes=outcomes, callback=None)

    # The switch and the agents.

    def dial(self, attempt: Attempt) -> None:
        name = attempt.attempt
        self.live[name] = CallStage.DIALLED
        stage, took = self.outcome(attempt)
        if stage is CallStage.WAITING:
            self.after(took, lambda: self._answered(name))
        else:
            self.after(took, lambda: self._end(name, stage))

    def _answered(self, name: AttemptId) -> None:
        if self.live.get(name) is CallStage.DIALLED:
            self.live[name] = CallStage.WAITING
            self.tell_call(name, CallStage.WAITING)
            self.waiting.append(name)
            self.after(self.hold_us, lambda: self._give_up(name))
            self._match()

    def _give_up(self, name: AttemptId) -> None:
        if name in self.waiting:
            self.waiting.remove(name)
            self._end(name, CallStage.ABANDONED)

    def _match(self) -> None:
        for name in list(self.waiting):
            named = self.opened[name].agent
            agent = next((a for a in self.idle if named is None or a == named), None)
            if agent is None and named is not None and named not in self.staff:
                agent = named
            if agent is None:
                continue
            self.waiting.remove(name)
            self.live[name] = CallStage.CONNECTED
            if agent in self.idle:
                self.idle.remove(agent)
                self.agent(agent, AgentWork.TALKING)
            self.tell_call(name, CallStage.CONNECTED, agent)
            took = self.talk_us if self.talk is None else self.talk()
            self.after(took, lambda n=name, a=agent: self._talked(n, a))  # type: ignore[misc]

    def _talked(self, name: AttemptId, agent: AgentId) -> None:
        self._end(name, CallStage.DONE, agent)
        if agent in self.staff:
            self.agent(agent, AgentWork.WRAP_UP)
            self.after(self.wrap_us, lambda: self.free(agent))
        code = self.dispose(self.opened[name])
        if code:
            self.tell(
                Disposed(
                    at=self.now,
                    campaign=self.opened[name].campaign,
                    attempt=name,
                    agent=agent,
                    disposition=code,
                )
            )

    def free(self, agent: AgentId) -> None:
        if agent in self.staff:
            if agent not in self.idle:
                self.idle.append(agent)
            self.agent(agent, AgentWork.IDLE)
            self._match()

    def agent(self, agent: AgentId, work: AgentWork, *, leaving: bool = False) -> None:
        self.tell(
            PoolSeen(
                at=self.now,
                pool=QUEUE,
                seen=AgentSeen(at=self.now, agent=agent, work=work, leaving=leaving),
            )
        )

    def tell_call(self, name: AttemptId, stage: CallStage, agent: AgentId | None = None) -> None:
        seen = CallSeen(at=self.now, attempt=name, stage=stage, agent=agent)
        campaign_id = self.opened[name].campaign
        self.tell(PoolSeen(at=self.now, pool=QUEUE, seen=seen, campaign=campaign_id))

    def _end(self, name: AttemptId, stage: CallStage, agent: AgentId | None = None) -> None:
        """A call is over: told as a stage and as a verdict, in either order."""
        preview = name not in self.live
        if preview and self.books.get(name) != "open":
            return
        if stage is CallStage.CANCELLED and self.live.get(name) in (
            CallStage.WAITING,
            CallStage.CONNECTED,
        ):
            return
        self.live.pop(name, None)
        if name in self.waiting:
            self.waiting.remove(name)
        verdict = next(v for v, s in STAGES.items() if s is stage)
        end = AttemptEnd(
            attempt=name,
            at=self.now,
            verdict=verdict,
            agent=agent,
            ringing_at=None if preview else self.opened[name].opened_at,
        )
        steps: list[Callable[[], object]] = [
            lambda: self.tell_call(name, stage, agent),
            lambda: self.tell(
                AttemptOver(at=self.now, campaign=self.opened[name].campaign, end=end)
            ),
        ]
        self.random.shuffle(steps)
        for step in steps:
            step()

    # What must hold after every message.

    def check(self) -> None:
        dialing = self.dialing
        held: Counter[LeadId] = Counter()
        for each in dialing.campaigns.values():
            held.update(lead.lead for lead in each.hopper.everybody())
            under_way = [f for f in dialing.flights.by_attempt.values() if f.campaign == each.id]
            assert each.open == len(under_way)
            assert each.bucket.busy == len(under_way)
            assert each.talking == sum(f.stage is CallStage.CONNECTED for f in under_way)
        held.update(f.lead.lead for f in dialing.flights.by_attempt.values())
        assert max(held.values(), default=0) <= 1, "a lead is in two places"
        everything = dialing.flights.by_attempt.values()
        assert dialing.room.pending == sum(f.opened is None for f in everything)
        for flight in everything:
            directed = flight.attempt in flight.pool.floor.flying and flight.directed
            assert not directed, "a call that has its agent is no demand"
        for pool in dialing.pools.values():
            for attempt in [*pool.floor.calls, *pool.directed]:
                assert attempt in dialing.flights.by_attempt, "the floor has a call nobody has"

    # Questions.

    def state(self, name: str = "c") -> CampaignState:
        return self.dialing.campaigns[CampaignId(name)].state

    def verdicts(self) -> Counter[Verdict]:
        return Counter(each.end.verdict for each in self.closed if not each.disposition)

    def sources(self) -> Sequence[Source]:
        return [each.attempt.source for each in self.placed]

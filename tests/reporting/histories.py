"""Days of a center as plans, the facts they come to, and counts made by looking at the plans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from contact_center.core.events import Direction
from contact_center.core.facts import (
    AgentChanged,
    AgentOffered,
    CallbackAttempted,
    CallbackDone,
    CallbackRegistered,
    CallConnected,
    CallFact,
    CallFinished,
    CallOutcome,
    CallQueued,
    CallStarted,
    ConversationEnded,
    Fact,
    HoldChanged,
    LegAnswered,
    LegStarted,
    OfferEnded,
    OfferResult,
    Presence,
    QueueOutcome,
    WaitEnded,
    Work,
)
from contact_center.core.ids import (
    AgentId,
    CallId,
    FlowId,
    QueueId,
    ReservationId,
    agent_leg,
)
from contact_center.core.outcomes import AttemptResult, CallbackResult
from contact_center.reporting.records import Activity

S = 1_000_000
QUEUES = ("cards", "loans")
REQUIREMENTS = {"": (), "es >= 30": ("es",), "es and not trainee": ("es",), "gold": ("gold",)}
NO_AGENT = [o for o in QueueOutcome if o is not QueueOutcome.ANSWERED]
FAILED_OFFERS = [r for r in OfferResult if r is not OfferResult.CONNECTED]


@dataclass
class PlannedOffer:
    call: str
    queue: str
    agent: str
    at: int
    end: int
    result: OfferResult
    picked_up: bool = False
    caller_left: bool = False
    channel: str = "voice"


@dataclass
class PlannedWait:
    call: str
    queue: str
    requirement: str
    entered: int
    ended: int
    outcome: QueueOutcome
    direction: Direction = Direction.INBOUND
    channel: str = "voice"

    @property
    def waited(self) -> int:
        return self.ended - self.entered


@dataclass
class PlannedTalk:
    call: str
    queue: str
    agent: str
    requirement: str
    direction: Direction
    began: int
    talk: int
    hold: int
    wrap_up: int
    channel: str = "voice"

    @property
    def ended(self) -> int:
        return self.began + self.talk + self.hold


@dataclass
class Day:
    waits: list[PlannedWait] = field(default_factory=list)
    offers: list[PlannedOffer] = field(default_factory=list)
    talks: list[PlannedTalk] = field(default_factory=list)
    time: list[tuple[str, Activity, int, int]] = field(default_factory=list)
    callbacks: list[tuple[str, str, int]] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    seqs: Counter[str] = field(default_factory=Counter)
    end: int = 0

    def log(self) -> list[Fact]:
        """The facts in the order they would be told; those of a call and agent as numbered."""
        return sorted(self.facts, key=lambda fact: fact.at)

    def tell(self, kind: type[CallFact], at: int, call: str, **fields: object) -> None:
        self.seqs[call] += 1
        self.facts.append(kind(at=at, call=CallId(call), seq=self.seqs[call], **fields))  # type: ignore[arg-type]


@dataclass
class Caller:
    """One call, told bit by bit."""

    day: Day
    name: str
    queue: str
    requirement: str
    direction: Direction
    entered: int
    channel: str = "voice"
    offers: int = 0

    def begin(self) -> None:
        self.day.tell(
            CallStarted,
            self.entered,
            self.name,
            ani="+14155550101",
            did="+14155550199",
            ani_name="",
            direction=self.direction,
            flow=FlowId("main"),
            channel=self.channel,
        )
        self.day.tell(
            CallQueued,
            self.entered,
            self.name,
            queue=QueueId(self.queue),
            priority=0,
            requirement=self.requirement,
        )

    def offer(
        self,
        agent: str,
        at: int,
        end: int,
        result: OfferResult,
        *,
        pick_up: bool,
        caller_left: bool = False,
    ) -> ReservationId:
        self.offers += 1
        reservation = ReservationId(f"{self.name}-e1-n{self.offers}")
        who = {"reservation": reservation, "agent": AgentId(agent)}
        tell = self.day.tell
        tell(AgentOffered, at, self.name, queue=QueueId(self.queue), expires_at=end, **who)
        tell(LegStarted, at, self.name, leg=agent_leg(reservation), agent=AgentId(agent))
        if pick_up:
            tell(LegAnswered, end, self.name, leg=agent_leg(reservation))
        if result is not OfferResult.CONNECTED:
            tell(OfferEnded, end, self.name, result=result, **who)
        self.day.offers.append(
            PlannedOffer(
                self.name,
                self.queue,
                agent,
                at,
                end,
                result,
                pick_up,
                caller_left=caller_left,
                channel=self.channel,
            )
        )
        return reservation

    def leave(self, at: int, outcome: QueueOutcome) -> None:
        self.day.tell(
            WaitEnded,
            at,
            self.name,
            queue=QueueId(self.queue),
            outcome=outcome,
            waited_us=at - self.entered,
        )
        self.day.waits.append(
            PlannedWait(
                self.name,
                self.queue,
                self.requirement,
                self.entered,
                at,
                outcome,
                self.direction,
                self.channel,
            )
        )

    def talk(
        self, agent: str, reservation: ReservationId, began: int, talk: int, hold: int, wrap_up: int
    ) -> None:
        who, queue, end = AgentId(agent), QueueId(self.queue), began + talk + hold
        tell = self.day.tell
        tell(
            CallConnected,
            began,
            self.name,
            reservation=reservation,
            agent=who,
            queue=queue,
            waited_us=began - self.entered,
        )
        if hold:
            tell(HoldChanged, began + talk // 2, self.name, agent=who, on=True)
            tell(HoldChanged, began + talk // 2 + hold, self.name, agent=who, on=False)
        tell(ConversationEnded, end, self.name, agent=who, queue=queue, talk_us=talk, hold_us=hold)
        self.day.talks.append(
            PlannedTalk(
                call=self.name,
                queue=self.queue,
                agent=agent,
                requirement=self.requirement,
                direction=self.direction,
                began=began,
                talk=talk,
                hold=hold,
                wrap_up=wrap_up,
                channel=self.channel,
            )
        )

    def finish(self, at: int, outcome: CallOutcome) -> None:
        self.day.tell(CallFinished, at, self.name, outcome=outcome, queue=QueueId(self.queue))


def _caller(draw: st.DrawFn, day: Day, latest: int) -> Caller:
    caller = Caller(
        day,
        name=f"k{len(day.seqs)}",
        queue=draw(st.sampled_from(QUEUES)),
        requirement=draw(st.sampled_from(sorted(REQUIREMENTS))),
        direction=draw(st.sampled_from(Direction)),
        entered=latest - draw(st.integers(0, min(latest, 90 * S))),
        channel=draw(st.sampled_from(["voice", "voice", "chat"])),
    )
    caller.begin()
    return caller


class _Shift:
    """One agent's day, step after step."""

    def __init__(self, draw: st.DrawFn, day: Day, agent: str) -> None:
        self.draw, self.day, self.agent = draw, day, agent
        self.at = draw(st.integers(0, 100 * S))

    def spend(
        self,
        kind: Activity,
        us: int,
        work: Work,
        presence: Presence = Presence.READY,
        call: str | None = None,
        *,
        outside: bool = False,
    ) -> None:
        self.day.facts.append(
            AgentChanged(
                at=self.at,
                agent=AgentId(self.agent),
                presence=presence,
                reason="",
                work=work,
                since=self.at,
                call=None if call is None else CallId(call),
                outside=outside,
            )
        )
        self.day.time.append((self.agent, kind, self.at, self.at + us))
        self.at += us

    def some(self, most_s: int) -> int:
        return self.draw(st.integers(0, most_s * S))

    def rest(self) -> None:
        kind = self.draw(
            st.sampled_from([Activity.IDLE, Activity.PAUSED, Activity.AWAY, Activity.OUTSIDE])
        )
        presence = {Activity.PAUSED: Presence.PAUSED, Activity.AWAY: Presence.LOGGED_OUT}
        self.spend(
            kind,
            self.some(60),
            Work.IDLE,
            presence.get(kind, Presence.READY),
            outside=kind is Activity.OUTSIDE,
        )

    def serve(self) -> None:
        caller = _caller(self.draw, self.day, self.at)
        offered, ring = self.at, self.some(20)
        self.spend(Activity.RINGING, ring, Work.OFFERED, call=caller.name)
        began, talk = self.at, self.some(120)
        hold = self.draw(st.just(0) | st.integers(1, 30 * S))
        reservation = caller.offer(self.agent, offered, began, OfferResult.CONNECTED, pick_up=True)
        caller.leave(began, QueueOutcome.ANSWERED)
        wrap_up = self.some(40)
        caller.talk(self.agent, reservation, began, talk, hold, wrap_up)
        caller.finish(began + talk + hold, CallOutcome.ANSWERED)
        self.spend(Activity.HANDLING, talk + hold, Work.TALKING, call=caller.name)
        self.spend(Activity.WRAP_UP, wrap_up, Work.WRAP_UP, call=caller.name)

    def miss(self) -> None:
        """An offer that fails; the caller goes then, or some time later."""
        caller = _caller(self.draw, self.day, self.at)
        offered, ring = self.at, self.some(20)
        self.spend(Activity.RINGING, ring, Work.OFFERED, call=caller.name)
        result = self.draw(st.sampled_from(FAILED_OFFERS))
        outcome = self.draw(st.sampled_from(NO_AGENT))
        stays = self.draw(st.booleans()) * (1 + self.some(30))
        left = result is OfferResult.REVOKED and outcome is QueueOutcome.ABANDONED and not stays
        pick_up = self.draw(st.booleans())
        caller.offer(self.agent, offered, self.at, result, pick_up=pick_up, caller_left=left)
        caller.leave(self.at + stays, outcome)
        caller.finish(self.at + stays, CallOutcome.ABANDONED)

    def call_back(self) -> None:
        """Somebody asks to be called back, and is, or is not."""
        caller = _caller(self.draw, self.day, self.at)
        queue, tell = QueueId(caller.queue), self.day.tell
        tell(CallbackRegistered, self.at, caller.name, origin=CallId("k"), queue=queue, since=0)
        attempts = self.draw(st.integers(0, 2))
        for attempt in range(attempts):
            tell(
                CallbackAttempted,
                self.at + attempt * S,
                caller.name,
                queue=queue,
                agent=None,
                attempt=attempt,
                result=AttemptResult.BUSY,
            )
        result = self.draw(st.sampled_from(CallbackResult))
        done = self.at + 2 * S
        tell(CallbackDone, done, caller.name, queue=queue, result=result, attempts=attempts)
        self.day.callbacks += [
            (caller.queue, "registered", self.at),
            *((caller.queue, "attempted", self.at + number * S) for number in range(attempts)),
            (caller.queue, result.value, done),
        ]
        caller.leave(done, QueueOutcome.WITHDRAWN)
        caller.finish(done, CallOutcome.ABANDONED)

    def lose(self) -> None:
        """Somebody is never offered."""
        caller = _caller(self.draw, self.day, self.at)
        end = caller.entered + self.some(60)
        caller.leave(end, self.draw(st.sampled_from(NO_AGENT)))
        caller.finish(end, CallOutcome.ABANDONED)


@st.composite
def days(draw: st.DrawFn) -> Day:
    """A day of up to three agents and some thirty callers."""
    day = Day()
    for agent in ("ann", "bob", "cid")[: draw(st.integers(1, 3))]:
        shift = _Shift(draw, day, agent)
        for _ in range(draw(st.integers(1, 10))):
            draw(
                st.sampled_from([shift.rest, shift.serve, shift.miss, shift.lose, shift.call_back])
            )()
        shift.rest()
        day.end = max(day.end, shift.at)
    day.end = max([day.end, *(fact.at for fact in day.facts)]) + 1
    return day


def overtaken(log: Sequence[Fact], queue: str) -> int:
    """Offers of a queue, each times those who came before, wait, and have none: all looked at."""
    count = 0
    for index, fact in enumerate(log):
        if not isinstance(fact, AgentOffered) or fact.queue != queue:
            continue
        came: dict[str, int] = {}
        offered: Counter[str] = Counter()
        for earlier in log[:index]:
            match earlier:
                case CallQueued() if earlier.queue == queue:
                    came[earlier.call] = earlier.at
                case WaitEnded() | CallFinished():
                    came.pop(earlier.call, None)
                case AgentOffered():
                    offered[earlier.call] += 1
                case OfferEnded():
                    offered[earlier.call] -= 1
        mine = came.get(fact.call)
        if mine is not None:
            count += sum(at < mine for call, at in came.items() if not offered[call])
    return count

"""What a pacer sees: the agents of a pool and the calls that were made for them.

A floor is fed with what happened (`AgentSeen`, `CallSeen`) and knows who is where since when. It
is the one bookkeeping that the live dialer, the simulations and the what-if share, so a pacer
works on the same picture everywhere.
"""

from dataclasses import dataclass
from enum import Enum

from dialer.ids import AgentId, AttemptId


class AgentWork(Enum):
    """What an agent of the pool does. AWAY: paused, logged out, or at other work than ours."""

    IDLE = "idle"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    AWAY = "away"


class CallStage(Enum):
    """How far a dialled call is.

    QUEUED: handed to the provider, which has not sent it out yet (its ring age has not begun).
    DIALLED: on its way, or ringing. WAITING: a person answered and no agent has them yet.
    CONNECTED: an agent has them. Then one of the ends: ABANDONED (a person, and no agent in time),
    LEFT (the person hung up while they waited), DONE (after an agent), MACHINE, NO_ANSWER, BUSY,
    INVALID (no such number), CANCELLED (rung off by us), FAILED (no line, or the switch said no).
    """

    QUEUED = "queued"
    DIALLED = "dialled"
    WAITING = "waiting"
    CONNECTED = "connected"
    ABANDONED = "abandoned"
    LEFT = "left"
    DONE = "done"
    MACHINE = "machine"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    INVALID = "invalid"
    CANCELLED = "cancelled"
    FAILED = "failed"


OPEN = frozenset({CallStage.QUEUED, CallStage.DIALLED, CallStage.WAITING, CallStage.CONNECTED})
"""Stages of calls that go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSeen:
    """An agent's work changed, at `at`.

    ``leaving``: will not take another call after the present one (a pause was asked for, the shift
    ends); such an agent is no supply from this moment on.
    """

    at: int
    agent: AgentId
    work: AgentWork
    leaving: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSeen:
    """A dialled call came to a stage, at `at`.

    ``odds``: with DIALLED or QUEUED, how much likelier than the list's average this lead is to
    answer in person (1.0: like the average). ``agent``: with CONNECTED, who has them.
    ``route``: whose law of ringing it follows (a trunk, a country); "" for the only one.
    """

    at: int
    attempt: AttemptId
    stage: CallStage
    odds: float = 1.0
    agent: AgentId | None = None
    route: str = ""


Seen = AgentSeen | CallSeen


@dataclass(slots=True, kw_only=True)
class AgentOn:
    """An agent of the pool. ``since``: when the present work began.

    ``talked_us``: of one in wrap-up, how long the talk before it was.
    """

    agent: AgentId
    work: AgentWork
    since: int
    leaving: bool = False
    talked_us: int = 0


@dataclass(slots=True, kw_only=True)
class CallOn:
    """A call that goes on. ``dialled_at``: when its ringing began, None while QUEUED.

    ``answered_at``: when a person answered.
    """

    attempt: AttemptId
    stage: CallStage
    dialled_at: int | None
    odds: float = 1.0
    route: str = ""
    answered_at: int | None = None
    agent: AgentId | None = None


class Floor:
    """Who is where, since when. The dictionaries keep the order of coming.

    ``calls`` are all that go on, ``flying`` those of them that no agent has yet (queued, dialled or
    waiting: the same objects), so that with 500 agents a pacer does not look at 500 talks to find
    what rings. Only `see` may change anything here.
    """

    def __init__(self) -> None:
        self.agents: dict[AgentId, AgentOn] = {}
        self.calls: dict[AttemptId, CallOn] = {}
        self.flying: dict[AttemptId, CallOn] = {}
        self._idle = 0

    def see(self, seen: Seen) -> None:
        """Note what happened; what is said twice, or of a call that is over, changes nothing."""
        if isinstance(seen, AgentSeen):
            self._agent(seen)
        else:
            self._call(seen)

    def _agent(self, seen: AgentSeen) -> None:
        known = self.agents.get(seen.agent)
        if known is not None and known.work is AgentWork.IDLE and not known.leaving:
            self._idle -= 1
        if seen.work is AgentWork.AWAY:
            self.agents.pop(seen.agent, None)
            return
        if seen.work is AgentWork.IDLE and not seen.leaving:
            self._idle += 1
        if known is None:
            self.agents[seen.agent] = AgentOn(
                agent=seen.agent, work=seen.work, since=seen.at, leaving=seen.leaving
            )
            return
        known.leaving = seen.leaving
        if known.work is not seen.work:
            talked = known.work is AgentWork.TALKING and seen.work is AgentWork.WRAP_UP
            known.talked_us = seen.at - known.since if talked else 0
            known.work, known.since = seen.work, seen.at

    def _call(self, seen: CallSeen) -> None:
        known = self.calls.get(seen.attempt)
        if seen.stage not in OPEN:
            self.calls.pop(seen.attempt, None)
            self.flying.pop(seen.attempt, None)
        elif known is not None:
            known.stage = seen.stage
            known.agent = seen.agent or known.agent
            if seen.stage is CallStage.DIALLED and known.dialled_at is None:
                known.dialled_at = seen.at
            if seen.stage is CallStage.WAITING:
                known.answered_at = seen.at
            elif seen.stage is CallStage.CONNECTED:
                self.flying.pop(seen.attempt, None)
        else:
            queued = seen.stage is CallStage.QUEUED
            known = self.calls[seen.attempt] = CallOn(
                attempt=seen.attempt,
                stage=seen.stage,
                dialled_at=None if queued else seen.at,
                odds=seen.odds,
                route=seen.route,
                answered_at=seen.at if seen.stage is CallStage.WAITING else None,
                agent=seen.agent,
            )
            if seen.stage is not CallStage.CONNECTED:
                self.flying[seen.attempt] = known

    def idle(self) -> int:
        """Count agents who can take a call now."""
        return self._idle

    def in_flight(self) -> int:
        """Count calls that nobody has answered yet, and those that wait for an agent."""
        return len(self.flying)

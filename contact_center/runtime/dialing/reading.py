"""From the center's facts to what the dialer is told. Pure; one reader for one process."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from contact_center.core.configuration import CenterConfiguration
from contact_center.core.dialing import DialEnded, DialStage, DialStaged
from contact_center.core.events import Direction
from contact_center.core.facts import (
    AgentChanged,
    CallQueued,
    CallStarted,
    DispositionRecorded,
    Fact,
    Presence,
    Work,
)
from contact_center.core.ids import AgentId as CenterAgent
from contact_center.core.ids import CallId, QueueId
from dialer.attempt import AttemptEnd, Verdict
from dialer.campaign import CampaignSettings
from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage
from dialer.ids import AgentId, AttemptId, CampaignId, PoolId
from dialer.messages import AttemptOver, Disposed, In, PoolForecast, PoolSeen

FORECAST_OVER_US = 900_000_000
"""Over how long calls from outside are counted to say how many to expect."""
MOST_ARRIVALS = 10_000

_STAGE = {
    DialStage.QUEUED: CallStage.WAITING,
    DialStage.CONNECTED: CallStage.CONNECTED,
    DialStage.DONE: CallStage.DONE,
    DialStage.ABANDONED: CallStage.ABANDONED,
    DialStage.LEFT: CallStage.LEFT,
    DialStage.MACHINE: CallStage.MACHINE,
    DialStage.NO_ANSWER: CallStage.NO_ANSWER,
    DialStage.BUSY: CallStage.BUSY,
    DialStage.INVALID: CallStage.INVALID,
    DialStage.CANCELLED: CallStage.CANCELLED,
    DialStage.FAILED: CallStage.FAILED,
    DialStage.SKIPPED: CallStage.CANCELLED,
}
_VERDICT = {
    DialStage.DONE: Verdict.CONNECTED,
    DialStage.ABANDONED: Verdict.ABANDONED,
    DialStage.LEFT: Verdict.LEFT,
    DialStage.MACHINE: Verdict.MACHINE,
    DialStage.NO_ANSWER: Verdict.NO_ANSWER,
    DialStage.BUSY: Verdict.BUSY,
    DialStage.INVALID: Verdict.INVALID,
    DialStage.CANCELLED: Verdict.CANCELLED,
    DialStage.FAILED: Verdict.FAILED,
    DialStage.SKIPPED: Verdict.CANCELLED,
}
_BUSY = {
    Work.TALKING: AgentWork.TALKING,
    Work.WRAP_UP: AgentWork.WRAP_UP,
    Work.IDLE: AgentWork.IDLE,
}


def pool_of(campaign: CampaignSettings) -> PoolId:
    """Give the pool whose agents a campaign uses."""
    return campaign.pool if campaign.pool is not None else PoolId(campaign.queue)


@dataclass(slots=True)
class FactReader:
    """Reads facts for the campaigns there are.

    ``queues``: the pools that each queue's callers take agents from. ``agents``: the pools each
    agent belongs to. ``feeds``: by which queues of the campaigns' an agent belongs to a pool.
    """

    pools: Mapping[CampaignId, PoolId]
    queues: Mapping[QueueId, tuple[PoolId, ...]]
    agents: Mapping[CenterAgent, tuple[PoolId, ...]]
    feeds: Mapping[PoolId, Mapping[CenterAgent, frozenset[QueueId]]] = field(default_factory=dict)
    _ours: dict[CallId, tuple[CampaignId, DialStage]] = field(default_factory=dict)
    _inbound: set[CallId] = field(default_factory=set)
    _arrivals: dict[PoolId, deque[int]] = field(default_factory=dict)
    _over: dict[CallId, CampaignId] = field(default_factory=dict)

    def read(self, facts: Sequence[Fact]) -> list[In]:
        """Translate; most facts are none of the dialer's business."""
        told: list[In] = []
        for fact in facts:
            match fact:
                case AgentChanged():
                    told += self._agent(fact)
                case DialStaged() | DialEnded() if not fact.campaign:
                    pass  # asked for by whoever was called, and no campaign's
                case DialStaged():
                    told += self._staged(fact)
                case DialEnded():
                    told.append(self._ended(fact))
                case DispositionRecorded():
                    told += self._disposed(fact)
                case CallStarted() if fact.direction is Direction.INBOUND:
                    self._note(fact.call)
                case CallQueued():
                    self._arrived(fact)
                case _:
                    pass
        return told

    def again(self, new: "FactReader") -> "FactReader":
        """Give a reader of other settings that remembers what this one does."""
        new._ours, new._inbound = self._ours, self._inbound
        new._arrivals, new._over = self._arrivals, self._over
        # Calls of a campaign that is gone go on, and so does what is told of them.
        new.pools = {**self.pools, **new.pools}
        return new

    def left(self, new: "FactReader", at: int) -> list[In]:
        """Say who belongs to a pool no longer, by the settings that `new` has."""
        return [
            PoolSeen(
                at=at,
                pool=pool,
                seen=AgentSeen(at=at, agent=AgentId(agent), work=AgentWork.AWAY, leaving=True),
            )
            for agent, pools in self.agents.items()
            for pool in pools
            if pool not in new.agents.get(agent, ())
        ]

    def forecast(self, now: int) -> list[In]:
        """Say how many calls from outside are to be expected, for every pool."""
        told: list[In] = []
        for pool in dict.fromkeys(self.pools.values()):
            arrivals = self._arrivals.get(pool, deque())
            while arrivals and arrivals[0] < now - FORECAST_OVER_US:
                arrivals.popleft()
            per_s = len(arrivals) / (FORECAST_OVER_US / 1_000_000)
            told.append(PoolForecast(at=now, pool=pool, inbound_per_s=per_s))
        return told

    def _agent(self, fact: AgentChanged) -> Iterable[In]:
        pools = self.agents.get(fact.agent, ())
        if not pools:
            return ()
        work, leaving = self._work(fact), fact.next_presence not in (None, Presence.READY)
        told: list[In] = []
        for pool in pools:
            by = self.feeds.get(pool, {}).get(fact.agent, frozenset())
            # On a break from every queue by which the pool has them, they are none of its supply.
            gone = bool(by) and by <= set(fact.paused_in)
            mine = AgentWork.AWAY if gone and work is AgentWork.IDLE else work
            seen = AgentSeen(
                at=fact.at, agent=AgentId(fact.agent), work=mine, leaving=leaving or gone
            )
            told.append(PoolSeen(at=fact.at, pool=pool, seen=seen))
        return told

    def _work(self, fact: AgentChanged) -> AgentWork:
        if fact.presence is not Presence.READY or fact.outside:
            return AgentWork.AWAY
        if fact.work in _BUSY:
            return _BUSY[fact.work]
        # Whose phone rings for one of our own who waits is still the supply for that very caller;
        # counted as busy, the two would be held against the campaign twice.
        ours = self._ours.get(fact.call) if fact.call is not None else None
        waits = ours is not None and ours[1] is DialStage.QUEUED
        return AgentWork.IDLE if waits else AgentWork.TALKING

    def _staged(self, fact: DialStaged) -> Iterable[In]:
        campaign = CampaignId(fact.campaign)
        pool = self.pools.get(campaign)
        stage = _STAGE.get(fact.stage)
        if stage is None or stage in _ENDS:
            self._ours.pop(fact.call, None)
        if stage not in _ENDS:
            self._ours[fact.call] = (campaign, fact.stage)
        if pool is None or stage is None:
            return ()
        agent = AgentId(fact.agent) if fact.agent is not None else None
        seen = CallSeen(at=fact.at, attempt=AttemptId(fact.call), stage=stage, agent=agent)
        return (PoolSeen(at=fact.at, pool=pool, campaign=campaign, seen=seen),)

    def _ended(self, fact: DialEnded) -> In:
        campaign = CampaignId(fact.campaign)
        self._ours.pop(fact.call, None)
        self._over[fact.call] = campaign
        while len(self._over) > MOST_ARRIVALS:
            del self._over[next(iter(self._over))]
        return AttemptOver(
            at=fact.at,
            campaign=campaign,
            end=AttemptEnd(
                attempt=AttemptId(fact.call),
                at=fact.at,
                verdict=_VERDICT[fact.end],
                ringing_at=fact.ringing_at,
                answered_at=fact.answered_at,
                speech_at=fact.speech_at,
                greeting_at=fact.greeting_at,
                connected_at=fact.connected_at,
                message_at=fact.message_at,
                agent=AgentId(fact.agent) if fact.agent is not None else None,
                opted_out=fact.opted_out,
                cause=fact.cause,
                talk_us=fact.talk_us,
                machine=fact.machine,
                sampled=fact.sampled,
                attestation=fact.attestation,
            ),
        )

    def _disposed(self, fact: DispositionRecorded) -> Iterable[In]:
        ours = self._ours.get(fact.call)
        campaign = ours[0] if ours is not None else self._over.get(fact.call)
        if campaign is None:
            return ()
        return (
            Disposed(
                at=fact.at,
                campaign=campaign,
                attempt=AttemptId(fact.call),
                agent=AgentId(fact.agent),
                disposition=fact.code,
            ),
        )

    def _note(self, call: CallId) -> None:
        if len(self._inbound) >= MOST_ARRIVALS:
            self._inbound.clear()  # long gone, or far more than the forecast needs
        self._inbound.add(call)

    def _arrived(self, fact: CallQueued) -> None:
        if fact.call not in self._inbound:
            return
        self._inbound.discard(fact.call)
        for pool in self.queues.get(fact.queue, ()):
            arrivals = self._arrivals.setdefault(pool, deque(maxlen=MOST_ARRIVALS))
            arrivals.append(fact.at)


_ENDS = frozenset(stage for stage in _STAGE.values()) - {CallStage.WAITING, CallStage.CONNECTED}


def reader(configuration: CenterConfiguration, campaigns: Iterable[CampaignSettings]) -> FactReader:
    """Make a reader for a center and its campaigns."""
    known = tuple(campaigns)
    of_queue: dict[QueueId, dict[PoolId, None]] = {}
    for campaign in known:
        of_queue.setdefault(QueueId(campaign.queue), {})[pool_of(campaign)] = None
    agents: dict[CenterAgent, tuple[PoolId, ...]] = {}
    drawn: dict[QueueId, dict[PoolId, None]] = {}
    feeds: dict[PoolId, dict[CenterAgent, frozenset[QueueId]]] = {}
    for agent in configuration.agents.values():
        pools: dict[PoolId, None] = {}
        for queue in agent.queues:
            pools.update(of_queue.get(queue, {}))
            for pool in of_queue.get(queue, {}):
                mine = feeds.setdefault(pool, {})
                mine[agent.agent] = mine.get(agent.agent, frozenset()) | {queue}
        if pools:
            agents[agent.agent] = tuple(pools)
            # Callers of every queue that these agents serve take them away from the dialer.
            for queue in agent.queues:
                drawn.setdefault(queue, {}).update(pools)
    return FactReader(
        pools={campaign.campaign: pool_of(campaign) for campaign in known},
        queues={queue: tuple(pools) for queue, pools in drawn.items()},
        agents=agents,
        feeds=feeds,
    )

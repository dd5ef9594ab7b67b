"""The whole state of a center as plain data, and a center made of it again.

A snapshot holds only what cannot be derived: lines, benches and counts are built anew. It refers to
the configuration by ids, but brings along the settings of whatever is in use: what the
configuration of today lacks and a live call still needs (a queue that was removed while somebody
waits in it, an agent who is talking) is carried over, through any number of restarts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from contact_center.core.agent import Agent
from contact_center.core.call import Call, CallPhase
from contact_center.core.calls import Calls
from contact_center.core.center import Center
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.estimate import QueueHistory
from contact_center.core.ids import CallId, QueueId
from contact_center.core.ivr.flow import FlowBundle
from contact_center.core.ivr.session import IvrSession
from contact_center.core.lines import Waiting
from contact_center.core.live_changes import AgentChange, QueueChange
from contact_center.core.outcomes import Work
from contact_center.core.overlays import overlaid
from contact_center.core.pool import Reservation, ReservationState
from contact_center.core.queue_settings import AgentSettings, QueueSettings
from contact_center.core.routing import Router
from contact_center.core.visits import Expected

K = TypeVar("K")
V = TypeVar("V")

Due = tuple[int, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CenterSnapshot:
    """What a center knows, in the order in which it came to know it.

    ``queues`` and ``staff`` are the settings of the queues and agents that calls are with.
    """

    at: int
    epoch: int
    up: bool
    provider: str
    draining: bool
    sequence: int
    offers: int
    draws: int
    calls: list[Call]
    agents: list[Agent]
    waiting: list[Waiting]
    reservations: list[Reservation]
    ringing: list[CallId]
    last_asked: dict[QueueId, int]
    history: dict[QueueId, QueueHistory]
    resumable: dict[str, tuple[int, int]]
    staffing: dict[QueueId, tuple[int, int, int]]
    untold: list[QueueId]
    media_deadlines: list[Due]
    people_deadlines: list[Due]
    queues: list[QueueSettings]
    staff: list[AgentSettings]
    emergencies: list[str] = field(default_factory=list)
    agent_changes: list[AgentChange] = field(default_factory=list)
    queue_changes: list[QueueChange] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)


def snapshot(center: Center) -> CenterSnapshot:
    """Write a center down. The objects are the center's own: encode them before going on."""
    router = center.router
    queues = {w.queue for w in router.waiting.values()}
    queues |= {r.queue for r in router.reservations.values()}
    queues |= {c.queue for c in center.calls.calls.values() if c.queue is not None}
    queues |= {job.queue for agent in router.agents.values() for job in agent.jobs.values()}
    # Breaks from queues, too, are ended by name and not forgotten.
    busy = [a.agent for a in router.agents.values() if a.jobs or a.paused_in]
    return CenterSnapshot(
        at=center.now,
        epoch=router.epoch,
        up=router.up,
        provider=center.provider,
        draining=center.calls.draining,
        sequence=router.sequence,
        offers=router.offers,
        draws=router.draws,
        calls=list(center.calls.calls.values()),
        agents=list(router.agents.values()),
        waiting=list(router.waiting.values()),
        reservations=list(router.reservations.values()),
        ringing=list(router.ringing),
        last_asked=router.last_asked,
        history=router.history,
        resumable=router.resumable,
        staffing=router.staffing,
        untold=router.untold(),
        media_deadlines=router.media_deadlines.entries(),
        people_deadlines=router.people_deadlines.entries(),
        queues=[center.floor.base.queues[queue] for queue in sorted(queues)],
        staff=[center.floor.base.agents[agent] for agent in busy],
        emergencies=sorted(center.calls.flows.emergencies),
        agent_changes=list(center.floor.agents.values()),
        queue_changes=list(center.floor.queues.values()),
        expected=list(center.calls.expected.values()),
    )


def flows_in_use(center: Center, tomorrow: CenterConfiguration) -> tuple[FlowBundle, ...]:
    """Give the versions of flows that calls are in and another configuration lacks."""
    return center.calls.flows.in_use(_sessions(center), tomorrow)


def release_flows(center: Center) -> None:
    """Let go of versions that no call is in any more."""
    center.calls.flows.release(_sessions(center))


def _sessions(center: Center) -> list[IvrSession]:
    calls = center.calls.calls.values()
    return [call.session for call in calls if call.session is not None]


def restore(
    configuration: CenterConfiguration,
    taken: CenterSnapshot,
    earlier: Iterable[FlowBundle] = (),
) -> Center:
    """Make a center of a snapshot, under the configuration of today.

    `earlier` are versions of flows that calls of the snapshot are in; calls in others go on with
    the flow as it is today.
    """
    base = _carried_over(configuration, taken)
    # Who is no longer in the file keeps their call, and no change lets them get another.
    changes = [c for c in taken.agent_changes if c.agent in configuration.agents]
    agents = {change.agent: change for change in changes}
    queues = {change.queue: change for change in taken.queue_changes}
    center = Center(overlaid(base, agents, queues))
    center.floor.restore(base, changes, taken.queue_changes)
    center.calls.flows.keep(earlier)
    router, calls = center.router, center.calls
    router.epoch, router.up, center.provider = taken.epoch, taken.up, taken.provider
    center.now = taken.at
    router.sequence, router.offers, router.draws = taken.sequence, taken.offers, taken.draws
    calls.draining = taken.draining
    calls.flows.emergencies = set(taken.emergencies)
    calls.expected = {one.visit: one for one in taken.expected}
    for agent in taken.agents:
        if agent.agent in router.agents:
            agent.order = router.agents[agent.agent].order
            router.agents[agent.agent] = agent
    router.restore_breaks()
    for call in taken.calls:
        calls.calls[call.call] = call
        if call.session is not None and not calls.flows.refit(call.session):
            _start_over(calls, call, call.session)
    _restore_routing(router, taken)
    _restore_indexes(router, taken)
    router.media_deadlines.restore(taken.media_deadlines)
    router.people_deadlines.restore(taken.people_deadlines)
    return center


def _start_over(calls: Calls, call: Call, old: IvrSession) -> None:
    """Let a caller whose place in a flow is gone begin again, when it is time to."""
    call.session = calls.flows.begin(call)
    # What still plays and listens is stopped before the flow begins.
    call.session.playback, call.session.listen = old.playback, old.listen
    if call.phase is CallPhase.IVR:
        call.phase = CallPhase.OFFERED


def _restore_routing(router: Router, taken: CenterSnapshot) -> None:
    for waiting in taken.waiting:
        router.waiting[waiting.call] = waiting
        router.waiting_in[waiting.queue] = router.waiting_in.get(waiting.queue, 0) + 1
        router.total_waiting += 1
        if not waiting.counted:
            router.uncounted_in[waiting.queue] = router.uncounted_in.get(waiting.queue, 0) + 1
        router.lines.enter(waiting)
        if not waiting.reservations:
            router.stand(waiting)
    for reservation in taken.reservations:
        router.reservations[reservation.reservation] = reservation
        if reservation.state is not ReservationState.CONNECTED and not reservation.consult:
            offering = router.offering_in.get(reservation.queue, 0)
            router.offering_in[reservation.queue] = offering + 1
    router.ringing = dict.fromkeys(taken.ringing)
    router.last_asked, router.history = taken.last_asked, taken.history
    router.resumable = taken.resumable


def _restore_indexes(router: Router, taken: CenterSnapshot) -> None:
    for agent in router.agents.values():
        for job in agent.jobs.values():
            if job.work is Work.WRAP_UP:
                router.wrapping[job.reservation] = agent.agent
        # As it was looked at last, or those ordered by calls of late might change places.
        router.seat(agent.agent, agent.seated_at)
    router.told_so_far(taken.staffing, taken.untold)
    router.emptied.clear()
    router.more_experts = False
    router.people_deadlines.cancel("count", "")
    router.dirty_agents.clear()
    router.dirty_queues.clear()


def _carried_over(today: CenterConfiguration, taken: CenterSnapshot) -> CenterConfiguration:
    # Nobody serves a queue that was taken out: its callers are let go by its rules, none is left.
    kept = {queue.queue for queue in taken.queues}
    queues = {
        queue.queue: replace(
            queue,
            absent_waiting=queue.absent_waiting or frozenset(),
            overflow=tuple(
                rule
                for rule in queue.overflow
                if rule.to is None or rule.to in kept or rule.to in today.queues
            ),
        )
        for queue in taken.queues
    }
    # Whoever was taken out finishes what they are at, and gets no other call.
    agents = {agent.agent: replace(agent, queues=(), members=()) for agent in taken.staff}
    return replace(
        today, queues=_joined(today.queues, queues), agents=_joined(today.agents, agents)
    )


def _joined(first: Mapping[K, V], rest: Mapping[K, V]) -> dict[K, V]:
    return {**first, **{key: value for key, value in rest.items() if key not in first}}

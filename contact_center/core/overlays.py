"""Live changes laid over the configuration of the file."""

from collections.abc import Mapping
from dataclasses import replace

from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import AgentId, QueueId
from contact_center.core.live_changes import (
    LONGEST_US,
    MOST_AGENTS,
    NOT_HAD,
    AgentChange,
    ChangeAgentsRequested,
    ChangeQueueRequested,
    QueueChange,
)
from contact_center.core.queue_settings import AgentSettings, QueueSettings


def overlaid(
    base: CenterConfiguration,
    agents: Mapping[AgentId, AgentChange],
    queues: Mapping[QueueId, QueueChange],
) -> CenterConfiguration:
    """Give the configuration of the file with live changes over it; what is gone is passed over."""
    if not agents and not queues:
        return base
    return replace(
        base,
        agents={
            name: _agent(settings, agents[name], base) if name in agents else settings
            for name, settings in base.agents.items()
        },
        queues={
            name: _queue(settings, queues[name]) if name in queues else settings
            for name, settings in base.queues.items()
        },
    )


def _agent(of: AgentSettings, change: AgentChange, base: CenterConfiguration) -> AgentSettings:
    stays = tuple(queue for queue in of.queues if queue not in change.leave)
    comes = tuple(q for q in change.join if q not in of.queues and q in base.queues)
    skills = {**of.skills, **dict(change.skills)}
    most = dict(change.most)
    return replace(
        of,
        queues=(*stays, *comes),
        skills={skill: level for skill, level in skills.items() if level != NOT_HAD},
        capacity=change.capacity or of.capacity,
        channels={
            channel: replace(limit, most=most.get(channel, limit.most))
            for channel, limit in of.channels.items()
        },
    )


def _queue(of: QueueSettings, change: QueueChange) -> QueueSettings:
    return replace(
        of,
        weight=of.weight if change.weight is None else change.weight,
        priority=of.priority if change.priority is None else change.priority,
    )


def added(
    of: AgentSettings, had: AgentChange | None, asked: ChangeAgentsRequested, now: int
) -> AgentChange:
    """Add what is asked for to what was changed of an agent; only what differs from the file."""
    left = {q for q in (had.leave if had else ()) if q not in asked.join} | {*asked.leave}
    joined = [q for q in (had.join if had else ()) if q not in asked.leave]
    joined += [q for q in asked.join if q not in joined]
    skills = {**dict(had.skills if had else ()), **dict(asked.skills)}
    most = {**dict(had.most if had else ()), **dict(asked.most)}
    capacity = asked.capacity or (had.capacity if had else None)
    return AgentChange(
        agent=of.agent,
        by=asked.by,
        why=asked.why,
        since=now,
        until=asked.until,
        with_shift=asked.with_shift,
        join=tuple(q for q in joined if q not in of.queues),
        leave=tuple(q for q in of.queues if q in left),
        skills=tuple(
            (skill, level)
            for skill, level in sorted(skills.items())
            if level != of.skills.get(skill, NOT_HAD)
        ),
        capacity=capacity if capacity != of.capacity else None,
        # The file may have taken a channel from them meanwhile.
        most=tuple(
            (channel, n)
            for channel, n in most.items()
            if channel in of.channels and n != of.channels[channel].most
        ),
    )


def problem_of_end(until: int, now: int) -> str:
    """Say why a live change cannot end then; "" when it can."""
    return "" if now < until <= now + LONGEST_US else "bad_end"


def problem_of_agents(base: CenterConfiguration, asked: ChangeAgentsRequested, now: int) -> str:
    """Say why agents cannot be changed so; "" when they can."""
    if not 0 < len(asked.agents) <= MOST_AGENTS:
        return "too_many_agents"
    if any(name not in base.agents for name in asked.agents):
        return "unknown_agent"
    if any(queue not in base.queues for queue in (*asked.join, *asked.leave)):
        return "no_such_queue"
    if any(skill not in known_skills(base) for skill, _ in asked.skills):
        return "no_such_skill"
    for name in asked.agents:
        settings = base.agents[name]
        if any(base.queues[queue].channel not in settings.channels for queue in asked.join):
            return "other_channel"
        if any(channel not in settings.channels for channel, _ in asked.most):
            return "other_channel"
        dearest = max((limit.cost for limit in settings.channels.values()), default=0)
        if asked.capacity is not None and asked.capacity < dearest:
            return "no_room"
    return problem_of_end(asked.until, now)


def problem_of_queue(base: CenterConfiguration, asked: ChangeQueueRequested, now: int) -> str:
    """Say why a queue cannot be changed so; "" when it can."""
    if asked.queue not in base.queues:
        return "no_such_queue"
    return problem_of_end(asked.until, now)


def known_skills(base: CenterConfiguration) -> frozenset[str]:
    """Give the skills that some agent of the file has."""
    return frozenset(skill for agent in base.agents.values() for skill in agent.skills)

"""Reasons: what an explanation is made of, and in what one word an agent's state is told.

An explanation is data; ``explain_words`` says it in English. Keys that end in ``_us`` are
microseconds: ``left_us`` from now on, ``for_us`` up to now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from contact_center.core.acd_events import DeviceState
from contact_center.core.agent import Agent
from contact_center.core.facts import Presence
from contact_center.core.graph import AgentType
from contact_center.core.lines import Waiting
from contact_center.core.outcomes import Work
from contact_center.core.queue_settings import Channel, KeepBack, QueueSettings
from contact_center.core.routing import Router
from contact_center.core.skills import Requirement

MOST_NAMES = 5
"""So many agents or callers of a kind are named; of the rest, only how many there are."""
GONE = frozenset({"logged_out", "paused", "phone_lost"})
"""States, as `standing` gives them, of agents who are not at work."""
AWAY = frozenset({DeviceState.UNAVAILABLE, DeviceState.INVALID})

Value = int | str | bool | None | Sequence[str]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a code that programs go by, and particulars."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What is explained (``call``, ``agent``, ``offer``), how it stands, and why; the reason that
    counts most is first."""

    about: str
    name: str
    state: str
    reasons: tuple[Reason, ...]
    values: Mapping[str, Value] = field(default_factory=dict)


def standing(router: Router, agent: Agent, channel: Channel) -> str:
    """Say in a word what keeps an agent from work of a channel; ``free`` when nothing does."""
    if agent.presence is Presence.LOGGED_OUT:
        return "logged_out"
    if router.bench.is_seated(agent.agent, channel):
        return "free"
    if agent.jobs:
        return _at(agent)
    if agent.outside_since is not None:
        return "outside"
    if agent.device in AWAY:
        return "phone_lost"
    if agent.presence is Presence.PAUSED:
        return "paused"
    return "resting" if agent.resting_until else "full"


def _at(agent: Agent) -> str:
    # Thousands are asked in one question: no property, and no table, as enums hash slowly.
    job = next(iter(agent.jobs.values())) if len(agent.jobs) == 1 else agent.job
    work = job.work if job is not None else Work.IDLE
    if work is Work.TALKING or work is Work.CONNECTING:
        return "talking"
    if work is Work.OFFERED:
        return "ringing"
    return "wrap_up" if work is Work.WRAP_UP else "full"


def for_caller(
    router: Router,
    agent: Agent,
    kind: AgentType,
    waiting: Waiting,
    asked: Requirement,
    settings: QueueSettings,
) -> str:
    """Say what keeps an agent who has the skills from a caller: as `standing`, or a rule."""
    state = standing(router, agent, settings.channel)
    if waiting.queue in kind.paused and state not in GONE:
        return "paused_here"
    if state != "free":
        return state
    if kind.members[waiting.queue].delay_us > waiting.reach_us:
        return "delayed"
    if waiting.avoids == agent.agent and router.kept_from(waiting) == agent.agent:
        return "gave_back"
    for rule in rules_for(settings, kind, waiting, asked):
        if router.experts.get((settings.channel, rule.skill), 0) <= rule.keep:
            return "kept_back"
    return "free"


def rules_for(
    settings: QueueSettings, kind: AgentType, waiting: Waiting, asked: Requirement
) -> list[KeepBack]:
    """List the rules that may keep such agents from the caller."""
    in_force = sorted(settings.keep_back, key=lambda rule: rule.until_us)[waiting.spare :]
    return [
        rule
        for rule in in_force
        if kind.skills.get(rule.skill, 0) > 0 and rule.skill not in asked.wants
    ]

"""The place a caller takes: what the queue, the flow and what is known of the caller ask for.

Pure. What a flow's node asks for comes on top of what the queue asks for, and neither's steps
touch the other's part: when the queue asks for a skill no longer, the flow's "speaks Spanish" still
holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from contact_center.core.call import Call
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.context import Weight, weigh
from contact_center.core.ids import AgentId, QueueId
from contact_center.core.place import Place
from contact_center.core.queue_settings import QueueSettings, WaitStep
from contact_center.core.skills import joined

LAST_AGENT = "last_agent"
OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a flow, or a person, asks for beside the queue. ``None`` and "": nothing of its own.

    ``prefer``: an agent's id, ``last_agent`` or ``owner``, for `prefer_us` (None: as the queue).
    """

    priority: int | None = None
    boost_us: int = 0
    require: str = ""
    steps: tuple[WaitStep, ...] = ()
    max_wait_us: int | None = None
    prefer: str = ""
    prefer_us: int | None = None


def place(
    configuration: CenterConfiguration, call: Call, queue: QueueId, ask: Ask, spoken: str = ""
) -> Place:
    """Make the place that a call takes in a queue."""
    settings = configuration.queues[queue]
    weight = weigh(configuration.context, attributes_of(call, spoken), queue)
    longest = settings.max_wait_us if ask.max_wait_us is None else ask.max_wait_us
    named_us = settings.prefer_us if ask.prefer_us is None else ask.prefer_us
    named = _preferred(configuration, call, ask.prefer or settings.prefer)
    return Place(
        queue=queue,
        priority=_band(settings, ask.priority, weight),
        boost_us=ask.boost_us + weight.boost_us,
        requirement=joined(settings.requirement, ask.require, weight.require),
        max_wait_us=min(longest, settings.max_wait_us),
        steps=merged(
            (settings.requirement, settings.steps), (ask.require, ask.steps), weight.require
        ),
        own=ask.require,
        own_boost_us=ask.boost_us,
        own_priority=ask.priority,
        own_steps=ask.steps,
        named=named,
        named_us=named_us if named is not None else 0,
    )


def elsewhere(
    configuration: CenterConfiguration, call: Call, queue: QueueId, spoken: str = ""
) -> Place:
    """Make the place for another queue, or the same again, of the place the call had last."""
    had = call.place
    if had is None:
        return place(configuration, call, queue, Ask(), spoken)
    ask = Ask(
        priority=had.own_priority,
        boost_us=had.own_boost_us,
        require=had.own,
        steps=had.own_steps,
    )
    return place(configuration, call, queue, ask, spoken)


def reweighed(configuration: CenterConfiguration, call: Call, spoken: str = "") -> Place | None:
    """Say what the call's place comes to now that more is known; None when nothing changes."""
    had = call.place
    if had is None or call.queue is None:
        return None
    new = elsewhere(configuration, call, call.queue, spoken)
    if (new.priority, new.boost_us, new.requirement) == (
        had.priority,
        had.boost_us,
        had.requirement,
    ):
        return None
    return replace(new, max_wait_us=had.max_wait_us, named=had.named, named_us=had.named_us)


def attributes_of(call: Call, spoken: str = "") -> dict[str, str]:
    """Gather what is known of a caller, and what their flow has noted.

    Of people who share a number, only that they do.
    """
    one = call.customers[0] if len(call.customers) == 1 else None
    known: Mapping[str, str] = dict(one.attributes) if one is not None else {}
    return {
        **known,
        **(call.session.wish.attributes if call.session is not None else {}),
        "known": "yes" if one is not None else "no",
        "name": one.name if one is not None else "",
        "tier": one.tier if one is not None else "",
        "language": one.language if one is not None else "",
        "spoken": spoken,
        "number": call.ani,
        "dialled": call.did,
    }


Part = tuple[str, tuple[WaitStep, ...]]
"""A requirement, and the steps that replace it with time."""


def merged(first: Part, second: Part, always: str = "") -> tuple[WaitStep, ...]:
    """Merge two lists of steps in time, each of which changes its own requirement only.

    `always` is required whatever the steps say. A step under a condition is taken to have happened
    when a later one is worded.
    """
    marked = [(step.after_us, 0, step) for step in first[1]]
    marked += [(step.after_us, 1, step) for step in second[1]]
    parts = [first[0], second[0]]
    result: list[WaitStep] = []
    for _, which, step in sorted(marked, key=lambda one: one[:2]):
        if step.requirement is None:
            result.append(step)
            continue
        parts[which] = step.requirement
        result.append(replace(step, requirement=joined(*parts, always)))
    return tuple(result)


def _band(settings: QueueSettings, asked: int | None, weight: Weight) -> int:
    band = settings.priority if asked is None else asked
    return band if weight.priority is None else max(band, weight.priority)


def _preferred(configuration: CenterConfiguration, call: Call, prefer: str) -> AgentId | None:
    """Find the agent meant; None when there is none, or no longer."""
    if prefer == LAST_AGENT:
        spoke = (past.agent for past in call.history if past.agent in configuration.agents)
        prefer = next(spoke, "")
    elif prefer == OWNER:
        one = call.customers[0] if len(call.customers) == 1 else None
        prefer = dict(one.attributes).get(OWNER, "") if one is not None else ""
    return AgentId(prefer) if prefer in configuration.agents else None

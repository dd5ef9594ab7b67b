"""Why an agent gets no caller now: what keeps them, or what keeps those who wait."""

from collections.abc import Iterable

from contact_center.core.agent import Agent
from contact_center.core.center import Center
from contact_center.core.facts import Presence
from contact_center.core.graph import AgentType
from contact_center.core.ids import AgentId, CallId
from contact_center.core.lines import Waiting
from contact_center.core.queue_settings import Channel
from contact_center.core.reasons import (
    AWAY,
    MOST_NAMES,
    Explanation,
    Reason,
    Value,
    for_caller,
    standing,
)
from contact_center.core.routing import Router
from contact_center.core.skills import requirement

_KEPT = {
    "delayed": "not_yet_for_you",
    "kept_back": "you_are_kept_back",
    "gave_back": "given_back_by_you",
    "paused_here": "you_are_on_a_break",
}
MOST_LOOKED_AT = 500
"""So many waiting callers are looked at when an agent's idleness is explained."""


def explain_agent(center: Center, name: AgentId, now: int) -> Explanation | None:
    """Say why an agent gets no caller now; None for no such agent."""
    router = center.router
    agent = router.agents.get(name)
    if agent is None:
        return None
    kind = router.types[name]
    reasons = [*_kept_by(router, agent, now), *_breaks(agent, now)]
    if router.bench.seated(name):
        reasons += _idle_because(router, agent, kind, now)
    state = standing(router, agent, Channel.VOICE)
    values: dict[str, Value] = {
        "presence": agent.presence.value,
        "work": agent.work.value,
        "queues": sorted(kind.members),
        "device": agent.device.value,
    }
    return Explanation(about="agent", name=name, state=state, reasons=tuple(reasons), values=values)


def _kept_by(router: Router, agent: Agent, now: int) -> Iterable[Reason]:
    """What keeps an agent from work, all of it."""
    if not router.up:
        yield Reason("provider_down")
    if agent.presence is Presence.LOGGED_OUT:
        yield Reason("logged_out", {"for_us": now - agent.since})
    if agent.presence is Presence.PAUSED:
        yield Reason("paused", {"reason": agent.reason, "for_us": now - agent.since})
    if agent.device in AWAY:
        left = router.people_deadlines.due("device", agent.agent)
        signed_off = None if left is None else max(0, left - now)
        yield Reason("phone_lost", {"device_is": agent.device.value, "left_us": signed_off})
    if agent.outside_since is not None:
        yield Reason("outside", {"for_us": now - agent.outside_since})
    for job in agent.jobs.values():
        values: dict[str, Value] = {
            "work": job.work.value,
            "call": job.call,
            "queue": job.queue,
            "for_us": now - job.since,
            "left_us": None if job.wrap_up_until is None else max(0, job.wrap_up_until - now),
        }
        yield Reason("at_work", values)
    if agent.resting_until:
        yield Reason("resting", {"left_us": max(0, agent.resting_until - now)})
    if agent.next_presence is not None:
        yield Reason("next", {"presence": agent.next_presence.value, "reason": agent.next_reason})
    if not agent.jobs and agent.is_available and not router.bench.seated(agent.agent):
        yield Reason("no_queues")


def _breaks(agent: Agent, now: int) -> Iterable[Reason]:
    """From which queues alone an agent is on a break."""
    for queue, pause in agent.paused_in.items():
        values: dict[str, Value] = {
            "queue": queue,
            "reason": pause.reason,
            "for_us": now - pause.since,
        }
        yield Reason("paused_in", values)


def _idle_because(router: Router, agent: Agent, kind: AgentType, now: int) -> Iterable[Reason]:
    """Why none of those who wait comes to an agent who is free."""
    found: dict[str, list[CallId]] = {}
    wanted: dict[str, None] = {}
    looked = waiting_in_all = 0
    for queue in kind.members:
        waiting_in_all += router.lines.length(queue)
        for call in router.lines.page(queue, 0, MOST_LOOKED_AT - looked):
            looked += 1
            waiting = router.waiting[call]
            code = _not_for(router, agent, kind, waiting)
            found.setdefault(code, []).append(call)
            if code == "lacks_skills":
                wanted[router.asked_by(waiting)] = None
    if not waiting_in_all:
        yield Reason("nobody_waits", {"idle_us": now - agent.available_since})
        return
    for code, calls in found.items():
        values: dict[str, Value] = {"count": len(calls), "calls": list(calls[:MOST_NAMES])}
        if code == "lacks_skills":
            values["requirements"] = list(wanted)[:MOST_NAMES]
        yield Reason(code, values)
    if looked < waiting_in_all:
        yield Reason("more_wait", {"count": waiting_in_all - looked})


def _not_for(router: Router, agent: Agent, kind: AgentType, waiting: Waiting) -> str:
    settings = router.configuration.queues[waiting.queue]
    asked = requirement(router.asked_by(waiting))
    if waiting.reservations:
        return "rung_for_already"
    if not router.up:
        return "waits_for_the_provider"
    if waiting.named is not None and waiting.named != agent.agent:
        return "held_for_another"
    if not router.bench.is_seated(agent.agent, settings.channel):
        return "no_room_for_channel"
    if waiting.named is None:
        if not asked.test(kind.skills):
            return "lacks_skills"
        why = for_caller(router, agent, kind, waiting, asked, settings)
        if why != "free":
            return _KEPT[why]
    if router.media_deadlines.due("score", waiting.call) is not None:
        return "awaits_scores"
    return "should_come"

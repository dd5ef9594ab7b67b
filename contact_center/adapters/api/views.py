"""What the center looks like, as JSON: queues, who waits, agents, explanations.

Nothing of a caller but the id of the call. Times are seconds; ``..._at`` are microseconds since
1970 UTC, as in the stream of facts.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from contact_center.adapters.api.memory import PastCall, PastOffer
from contact_center.core.call import Call
from contact_center.core.center import Center
from contact_center.core.explain import Explanation, offer_told, words
from contact_center.core.explain_words import sentence
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.core.lines import Waiting
from contact_center.core.live_changes import AgentChange, QueueChange


def queues(center: Center) -> list[dict[str, Any]]:
    """Every queue, with how many wait and (as of a second ago) are there."""
    router = center.router
    found = []
    for name, settings in center.configuration.queues.items():
        idle, logged_in = router.staffing.get(name, (0, 0, 0))[:2]
        first = router.lines.first_of(name)
        found.append(
            {
                "queue": name,
                "label": settings.label,
                "channel": settings.channel.value,
                "waiting": router.lines.length(name),
                "offering": router.offering_in.get(name, 0),
                "oldest_at": router.waiting[first].since if first is not None else None,
                "agents_idle": idle,
                "agents_logged_in": logged_in,
            }
        )
    return found


def waiting_in(
    center: Center, queue: QueueId, now: int, *, offset: int, limit: int
) -> list[dict[str, Any]]:
    """Who waits in a queue, first to last, those being rung for included."""
    router = center.router
    page = router.lines.page(queue, offset, limit)
    return [
        {"position": offset + number, **_waiting(center, router.waiting[call], now)}
        for number, call in enumerate(page, 1)
    ]


def _waiting(center: Center, waiting: Waiting, now: int) -> dict[str, Any]:
    router = center.router
    return {
        "call": waiting.call,
        "state": "offering" if waiting.reservations else "waiting",
        "waited_s": seconds(now - waiting.entered_at),
        "age_s": seconds(now - waiting.since),
        "since_at": waiting.since,
        "priority": waiting.band,
        "boost_s": seconds(waiting.boost_us),
        "requirement": router.asked_by(waiting),
        "held_for": waiting.named,
        "ringing": [router.reservations[name].agent for name in waiting.reservations],
    }


def callbacks(
    center: Center, queue: QueueId | None, now: int, *, offset: int, limit: int
) -> list[dict[str, Any]]:
    """Who is to be called back, of one queue or all: those who named a time by it, then others."""
    requests = [
        call
        for call in center.calls.calls.values()
        if call.callback is not None
        and not call.callback.over
        and not call.is_over
        and queue in (None, call.callback.queue)
    ]
    requests.sort(key=lambda call: (call.callback.begins_at if call.callback else 0, call.call))
    return [_callback(call, now) for call in requests[offset : offset + limit]]


def _callback(call: Call, now: int) -> dict[str, Any]:
    request = call.callback
    assert request is not None
    begin, end = request.span or (None, None)
    return {
        "call": call.call,
        "queue": request.queue,
        "state": call.phase.value,
        "registered_at": request.registered_at,
        "asked_in": request.origin,
        "begin_at": begin,
        "end_at": end,
        "late": end is not None and end < now,
        "attempts": request.attempts,
        "agent": call.agent,
    }


def agents(
    center: Center, now: int, *, queue: QueueId | None, offset: int, limit: int
) -> list[dict[str, Any]]:
    """The agents in the order of the configuration, of one queue or all."""
    of_queue = (
        name for name, kind in center.router.types.items() if queue is None or queue in kind.members
    )
    return [_agent(center, name, now) for name in islice(of_queue, offset, offset + limit)]


def _agent(center: Center, name: AgentId, now: int) -> dict[str, Any]:
    settings = center.configuration.agents[name]
    agent = center.router.agents[name]
    state = agent.changed(now, settings.capacity)
    return {
        "agent": name,
        "name": settings.name,
        "queues": list(settings.queues),
        "presence": state.presence.value,
        "reason": state.reason,
        "paused_in": breaks(center, name),
        "next_presence": state.next_presence.value if state.next_presence else None,
        "work": state.work.value,
        "call": state.call,
        "since_at": state.since,
        "device": agent.device.value,
        "outside": state.outside,
        "at_desk": agent.at_desk,
        "load_percent": state.load,
        "help_since_at": state.help_since,
        "help_note": state.help_note,
    }


def breaks(center: Center, name: AgentId) -> list[dict[str, Any]]:
    """The queues that an agent is on a break from alone; none for no such agent."""
    agent = center.router.agents.get(name)
    return [
        {"queue": queue, "reason": pause.reason, "since_at": pause.since}
        for queue, pause in sorted(agent.paused_in.items() if agent is not None else ())
    ]


def presence(center: Center, name: AgentId, now: int) -> dict[str, Any] | None:
    """What an agent is, for who changes it; None for no such agent."""
    if name not in center.router.agents:
        return None
    agent = _agent(center, name, now)
    return {part: agent[part] for part in ("presence", "reason", "work")}


def place(center: Center, call: CallId) -> dict[str, Any] | None:
    """Where a caller waits, for who moves them; None for who does not wait."""
    waiting = center.router.waiting.get(call)
    if waiting is None:
        return None
    return {
        "queue": waiting.queue,
        "priority": waiting.band,
        "boost_s": seconds(waiting.boost_us),
        "position": center.router.lines.position(call) + 1,
    }


def change_of_agent(change: AgentChange) -> dict[str, Any]:
    """What is other of an agent than in the file, why and until when."""
    return {
        "by": change.by,
        "why": change.why,
        "since_at": change.since,
        "until_at": change.until,
        "with_shift": change.with_shift,
        "join": list(change.join),
        "leave": list(change.leave),
        "skills": dict(change.skills),
        "capacity": change.capacity,
        "most": {channel.value: most for channel, most in change.most},
    }


def change_of_queue(change: QueueChange) -> dict[str, Any]:
    """What is other of a queue than in the file, why and until when."""
    return {
        "by": change.by,
        "why": change.why,
        "since_at": change.since,
        "until_at": change.until,
        "weight": change.weight,
        "priority": change.priority,
    }


def explained(found: Explanation) -> dict[str, Any]:
    """An explanation: data, and the same in words."""
    return {
        found.about: found.name,
        "state": found.state,
        "words": words(found),
        "reasons": [
            {"code": reason.code, "words": sentence(reason), **in_seconds(reason.values)}
            for reason in found.reasons
        ],
        **in_seconds(found.values),
    }


def past_offer(offer: PastOffer) -> dict[str, Any]:
    """An offer that is over."""
    made = offer.made
    told = offer_told(
        made.reservation,
        made.call,
        made.agent,
        made.queue,
        made.why,
        state=offer.result or "offered",
    )
    return {**explained(told), "offered_at": made.at}


def past_call(name: CallId, call: PastCall) -> dict[str, Any]:
    """A call that is over."""
    said = f"The call is over ({call.outcome or 'its end is not known'})."
    if call.wait:
        said += f" Its last wait, in {call.queue}, ended as {call.wait}."
    return {
        "call": name,
        "state": "finished",
        "words": [said],
        "reasons": [],
        "queue": call.queue or None,
        "wait_ended": call.wait or None,
        "waited_s": None if call.waited_us is None else seconds(call.waited_us),
        "outcome": call.outcome or None,
    }


def in_seconds(values: Mapping[str, Any]) -> dict[str, Any]:
    """Write microseconds as seconds, under a name that says so."""
    written: dict[str, Any] = {}
    for name, value in values.items():
        if name.endswith("_us"):
            written[f"{name[:-3]}_s"] = None if value is None else seconds(value)
        else:
            written[name] = value
    return written


def seconds(us: int) -> float:
    """Give seconds, to the millisecond."""
    return round(us / 1_000_000, 3)

"""Why a caller is not served yet: what holds them up, what agents do, who is before, what comes.

Questions, not messages: they read the state between two events and change nothing, not even what
is derived from it, so asking leaves no trace in a replay.
"""

from collections.abc import Iterable
from dataclasses import replace

from contact_center.core.absences import mask_of
from contact_center.core.bench import NEVER
from contact_center.core.call import Call
from contact_center.core.center import Center
from contact_center.core.estimate import Estimate, expected_wait
from contact_center.core.graph import CallClass, bits
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.core.lines import Waiting
from contact_center.core.queue_settings import Absence, QueueSettings
from contact_center.core.reasons import (
    GONE,
    MOST_NAMES,
    Explanation,
    Reason,
    Value,
    for_caller,
    rules_for,
    standing,
)
from contact_center.core.routing import Router
from contact_center.core.skills import Requirement, requirement
from contact_center.core.strategies import STRATEGIES

_GONE = GONE | {"paused_here"}
_BUSY = frozenset({"ringing", "talking", "wrap_up", "resting", "outside", "full"})


def explain_call(center: Center, name: CallId, now: int) -> Explanation | None:
    """Say why a caller is not served yet, or where else the call is; None for no such call."""
    waiting = center.router.waiting.get(name)
    if waiting is not None:
        return _explain_waiting(center.router, waiting, now)
    call = center.calls.calls.get(name)
    if call is None:
        return None
    reason = Reason(call.phase.value, _of_call(call))
    return Explanation(about="call", name=name, state=call.phase.value, reasons=(reason,))


def _of_call(call: Call) -> dict[str, Value]:
    return {"agent": call.agent, "queue": call.queue}


def _explain_waiting(router: Router, waiting: Waiting, now: int) -> Explanation:
    settings = router.configuration.queues[waiting.queue]
    asked = requirement(router.asked_by(waiting))
    reasons = [*_held_up(router, waiting, settings, now)]
    if waiting.named is None and not waiting.reservations:
        reasons += _about_agents(router, waiting, settings, asked, now)
    reasons += _in_line(router, waiting, now)
    reasons += _to_come(router, waiting, settings, now)
    values: dict[str, Value] = {
        "queue": waiting.queue,
        "waited_us": now - waiting.entered_at,
        "age_us": now - waiting.since,
        "requirement": asked.text,
        "band": waiting.band,
        "boost_us": waiting.boost_us,
        "position": router.lines.position(waiting.call) + 1,
        "waiting": router.lines.length(waiting.queue),
        "strategy": settings.strategy,
        **_expected(expect(router, waiting, now)),
    }
    state = "offering" if waiting.reservations else "waiting"
    return Explanation(
        about="call", name=waiting.call, state=state, reasons=tuple(reasons), values=values
    )


def _held_up(
    router: Router, waiting: Waiting, settings: QueueSettings, now: int
) -> Iterable[Reason]:
    """What keeps a caller whatever agents do."""
    if not router.up:
        yield Reason("provider_down")
    for name in waiting.reservations:
        made = router.reservations[name]
        until = max(0, made.expires_at - now)
        yield Reason("phone_rings", {"agent": made.agent, "reservation": name, "left_us": until})
    if waiting.named is not None and not waiting.reservations:
        agent = router.agents[waiting.named]
        values: dict[str, Value] = {
            "agent": waiting.named,
            "agent_is": standing(router, agent, settings.channel),
            "left_us": _left(router, "named", waiting.call, now),
        }
        yield Reason("named", values)
    scored = STRATEGIES[settings.strategy].scored and waiting.scores is None
    left = _left(router, "score", waiting.call, now)
    if scored and left is not None and not waiting.reservations:
        yield Reason("score_awaited", {"left_us": left})


def _about_agents(
    router: Router, waiting: Waiting, settings: QueueSettings, asked: Requirement, now: int
) -> Iterable[Reason]:
    """Who could serve the caller, and what they do instead."""
    queue = waiting.queue
    serving = router.graph.types_of_queue.get(queue, ())
    eligible = {kind.index for kind in serving if asked.test(kind.skills)}
    if not eligible:
        code = "nobody_has_the_skills" if serving else "nobody_serves_the_queue"
        yield Reason(code, {"queue": queue, "requirement": asked.text})
        return
    counts, found, soonest = _counted(router, waiting, settings, asked, eligible)
    named: dict[str, Value] = {f"{state}_agents": names for state, names in found.items()}
    able = sum(counts.values())
    values: dict[str, Value] = {
        "able": able,
        **dict(sorted(counts.items())),
        **dict(sorted(named.items())),
    }
    states = set(found)
    if states <= _GONE:
        yield Reason("nobody_is_there", values)
    elif states <= _GONE | _BUSY:
        yield Reason("all_are_busy", values)
    else:
        yield Reason("able", values)
    if "delayed" in found:
        left = max(0, waiting.entered_at + soonest - now)
        yield Reason("delayed", {"agents": found["delayed"], "left_us": left})
    if "kept_back" in found:
        kind = router.types[found["kept_back"][0]]
        rule = next(
            rule
            for rule in rules_for(settings, kind, waiting, asked)
            if router.experts.get((settings.channel, rule.skill), 0) <= rule.keep
        )
        left = max(0, waiting.entered_at + rule.until_us - now)
        told: dict[str, Value] = {"skill": rule.skill, "keep": rule.keep, "left_us": left}
        yield Reason("kept_back", {"agents": found["kept_back"], **told})


def _counted(
    router: Router,
    waiting: Waiting,
    settings: QueueSettings,
    asked: Requirement,
    eligible: set[int],
) -> tuple[dict[str, int], dict[str, list[AgentId]], int]:
    """Count agents by what they do, name some of each, and say when the first delay is over."""
    found: dict[str, list[AgentId]] = {}
    counts: dict[str, int] = {}
    soonest = NEVER
    for name, kind in router.types.items():
        if kind.base not in eligible:
            continue
        agent = router.agents[name]
        state = standing(router, agent, settings.channel)
        if state == "free" or waiting.queue in kind.paused:
            state = for_caller(router, agent, kind, waiting, asked, settings)
            if state == "delayed":
                soonest = min(soonest, kind.members[waiting.queue].delay_us)
        names = found.setdefault(state, [])
        if len(names) < MOST_NAMES:
            names.append(name)
        counts[state] = counts.get(state, 0) + 1
    return counts, found, soonest


def _in_line(router: Router, waiting: Waiting, now: int) -> Iterable[Reason]:
    """Who is served before, by the same agents."""
    count, first = router.lines.before(waiting.call, MOST_NAMES)
    if count:
        yield Reason("others_are_before", {"before": count, "calls": [str(call) for call in first]})


def _to_come(
    router: Router, waiting: Waiting, settings: QueueSettings, now: int
) -> Iterable[Reason]:
    """What changes for the caller by itself, and when."""
    for step in waiting.steps[waiting.step : waiting.step + 1]:
        values: dict[str, Value] = {
            "left_us": max(0, waiting.entered_at + step.after_us - now),
            "requirement": step.requirement,
            "band": step.band,
            "boost_us": step.boost_us,
            "only_if_over_us": step.over_expected_us,
        }
        yield Reason("next_step", values)
    if settings.promote_us is not None and not (waiting.promoted or waiting.placed):
        left = max(0, waiting.since + settings.promote_us - now)
        yield Reason("goes_first", {"left_us": left})
    left_overflow = _left(router, "overflow", waiting.call, now)
    if left_overflow is not None:
        yield Reason("overflow", {"left_us": left_overflow})
    left_wait = _left(router, "wait", waiting.call, now)
    if left_wait is not None:
        yield Reason("longest_wait", {"left_us": left_wait})


def _left(router: Router, kind: str, owner: str, now: int) -> int | None:
    due = router.media_deadlines.due(kind, owner)
    return None if due is None else max(0, due - now)


def _expected(found: Estimate | None) -> dict[str, Value]:
    if found is None:
        return {"expected_us": None}
    return {"expected_us": found.mean_us, "low_us": found.low_us, "high_us": found.high_us}


def expect(router: Router, waiting: Waiting, now: int) -> Estimate | None:
    """Estimate a caller's wait as `Waits.estimate` does, without touching anything."""
    kind = router.graph.classes.get(
        (waiting.queue, router.asked_by(waiting), waiting.reach_us, waiting.spare)
    )
    if kind is None:
        return None
    return _estimated(router, kind, router.lines.position(waiting.call), now)


def expect_at_the_end(router: Router, queue: QueueId, now: int) -> Estimate | None:
    """Estimate the wait of somebody who comes now, and asks for what the queue asks for.

    None when nobody is at work; no wait when somebody is free and nobody waits.
    """
    idle, _logged_in = router.staffing.get(queue, (0, 0, 0))[:2]
    ahead = router.lines.length(queue)
    if idle and not ahead:
        return Estimate(0, 0, 0)
    key = (queue, router.configuration.queues[queue].requirement, 0, 0)
    kind = router.graph.classes.get(key) or router.graph.new_class(*key[:3], spare=0)
    return _estimated(router, kind, ahead, now)


def _estimated(router: Router, kind: CallClass, ahead: int, now: int) -> Estimate | None:
    agents = _agents_for(router, kind)
    if agents <= 0:
        return None
    prior = router.configuration.queues[kind.queue].expected_handle_us
    known = router.history.get(kind.queue)
    if known is None:
        return expected_wait(ahead, agents, prior, 0.0)
    history = replace(known)
    history.age(now)
    return expected_wait(ahead, agents, history.handle_us(prior), history.leave_rate())


def _agents_for(router: Router, kind: CallClass) -> float:
    line = router.lines.known_line(kind)
    mine = max(1, len(line.keys) if line is not None else 0)
    away = mask_of(frozenset({Absence.PAUSED, Absence.UNAVAILABLE, Absence.INVALID}))
    total = 0.0
    for index in bits(kind.types):
        there = router.count_present(index, away)
        if there:
            ready = router.lines.ready_for(router.graph.types[index])
            others = sum(len(other.keys) for other in ready if other is not line)
            total += there * mine / (mine + others)
    return total

"""Whose turn it is: who must be asked for a caller, and whom a free agent must get.

Every reservation is compared with the choice that one makes by looking at everybody: every caller's
claim by the discipline, every agent's rank by the strategy, seeds and memories included. Nothing is
taken from lines, benches, classes or masks.
"""

from collections.abc import Callable

from contact_center.core.agent import Agent
from contact_center.core.configuration import Discipline
from contact_center.core.lines import TOP_BAND, Waiting
from contact_center.core.outcomes import Decided, Why
from contact_center.core.output import Outbox
from contact_center.core.queue_settings import Order, QueueSettings
from contact_center.core.routing import Router
from contact_center.core.skills import requirement
from contact_center.core.strategies import STRATEGIES, Rings, draw
from tests.core.router_invariants import (
    asked_by,
    awaits_scores,
    boost_of,
    free_for,
    has_room,
    is_kept_back,
    may_serve,
    member,
    place_of,
)

Rank = tuple[int, ...]


def watch_order(router: Router) -> None:
    """From now on, check at each reservation that it is the ones whose turn it is (I4, I8)."""
    make = router.reserve

    def reserve_and_check(
        waiting: Waiting, agent: str, settings: QueueSettings, why: Why, now: int, out: Outbox
    ) -> None:
        me = router.agents[agent]  # type: ignore[index]
        assert waiting.call in router.waiting, "I4: an offer for somebody who has gone"
        assert has_room(router, me, settings), f"I1: {me} is not free for {waiting}"
        assert me in free_for(router, waiting), f"I6: {me} is not to be asked for {waiting}"
        if why.decided is Decided.AGENT_FREE and not waiting.reservations:
            _check_the_callers_turn(router, waiting, me, now)
        else:
            _check_the_agents_turn(router, waiting, me, why, now)
            _check_nobody_is_passed_over(router, waiting, me, now)
        make(waiting, me.agent, settings, why, now, out)

    router.reserve = reserve_and_check  # type: ignore[method-assign,assignment]


# --- callers ------------------------------------------------------------------------------------


def claim(router: Router, waiting: Waiting, now: int, agent: Agent | None = None) -> Rank:
    """Give a caller's claim to an agent, lower is better: the agent's preference among queues (left
    out when no agent is named), the band, the discipline, the age, the place."""
    mine = member(router, agent.agent, waiting.queue) if agent is not None else None
    settings = router.configuration.queues[waiting.queue]
    band = TOP_BAND if waiting.promoted else waiting.band
    aged = settings.slope * waiting.since - 1_000 * boost_of(router, waiting)
    rank = _rank(router, waiting, aged, now)
    preference = mine.preference if mine is not None else 0
    return (preference, -band, rank, aged, *place_of(router, waiting))


def _rank(router: Router, waiting: Waiting, aged: int, now: int) -> int:
    queues = router.configuration.queues
    settings = queues[waiting.queue]
    gathered = settings.slope * now - aged
    match router.configuration.discipline:
        case Discipline.AGING:
            most = settings.ceiling_us
            return -(gathered if most is None else min(gathered, 1_000 * most))
        case Discipline.FIXED_RATIO:
            mine = sum(w.queue == waiting.queue for w in router.waiting.values())
            shares = sum(queue.share for queue in queues.values())
            return settings.share * len(router.waiting) - shares * mine
        case Discipline.COST:
            history = router.history.get(waiting.queue)
            prior = settings.expected_handle_us
            handle = history.handle_us(prior) if history is not None else prior
            return max(1, settings.weight) * -gathered * 1_000 // max(1, round(handle))


def _is_lifo(router: Router, waiting: Waiting) -> bool:
    return router.configuration.queues[waiting.queue].order is Order.LIFO


def rivals(router: Router, agent: Agent, channel: object) -> list[Waiting]:
    """List those who stand in line and could have an agent; of a queue that serves the last first,
    that one only."""
    queues = router.configuration.queues
    found = [
        w
        for w in router.waiting.values()
        if not w.reservations
        and queues[w.queue].channel is channel
        and has_room(router, agent, queues[w.queue])
        and may_serve(router, agent.agent, w)
        and not is_kept_back(router, agent.agent, w)
    ]
    return [
        one
        for one in found
        if not _is_lifo(router, one)
        or not any(
            w.queue == one.queue and place_of(router, w) < place_of(router, one) for w in found
        )
    ]


def _check_the_callers_turn(router: Router, waiting: Waiting, agent: Agent, now: int) -> None:
    """I8: a free agent gets whoever has the best claim; I7: and overtaking has a bound."""
    channel = router.configuration.queues[waiting.queue].channel
    found = rivals(router, agent, channel)
    first = min(found, key=lambda one: claim(router, one, now, agent))
    assert waiting is first, f"I8: {waiting} is served before {first}"
    for passed in found:
        _check_overtaking(router, waiting, passed)


def _check_overtaking(router: Router, over: Waiting, passed: Waiting) -> None:
    """I7: in one queue that ages, whoever came later had a head start that is larger by more than
    the time between them."""
    queue = router.configuration.queues[over.queue]
    same = over.queue == passed.queue and over.band == passed.band
    if not same or queue.order is Order.LIFO or over.promoted or not queue.slope:
        return
    later = (over.since - passed.since) * queue.slope
    assert later <= 1_000 * (over.boost_us - passed.boost_us), f"I7: {over} overtakes {passed}"


def _check_nobody_is_passed_over(router: Router, waiting: Waiting, agent: Agent, now: int) -> None:
    """I8: whoever looks for an agent takes none whom somebody with a better claim could have."""
    channel = router.configuration.queues[waiting.queue].channel
    own = claim(router, waiting, now)
    for other in rivals(router, agent, channel):
        if other is waiting or awaits_scores(router, other, now):
            continue
        if _is_lifo(router, other) and other.queue != waiting.queue:
            continue
        if STRATEGIES[router.configuration.queues[other.queue].strategy].scored:
            continue
        if _is_lifo(router, other):
            better = place_of(router, other) < place_of(router, waiting)
        else:
            better = claim(router, other, now) < own
        assert not better, f"I8: {waiting} takes {agent.agent} before {other}"


# --- agents -------------------------------------------------------------------------------------


def _tier(router: Router, agent: Agent, waiting: Waiting) -> int:
    mine = member(router, agent.agent, waiting.queue)
    assert mine is not None
    return mine.tier


def _check_the_agents_turn(
    router: Router, waiting: Waiting, agent: Agent, why: Why, now: int
) -> None:
    """I8: of those who are free, in the lowest tier, the strategy's choice is asked."""
    if waiting.named is not None:
        assert agent.agent == waiting.named, f"I8: {agent.agent} is asked for {waiting}"
        return
    settings = router.configuration.queues[waiting.queue]
    many = STRATEGIES[settings.strategy].rings
    free = free_for(router, waiting)
    tier = min(_tier(router, one, waiting) for one in free)
    if waiting.reservations and many is Rings.ALL:
        first = router.reservations[waiting.reservations[0]].why.tier
        if why.decided is Decided.AGENT_FREE:
            assert _tier(router, agent, waiting) <= first, f"I8: {agent.agent} joins from behind"
            return
        tier = first
    assert _tier(router, agent, waiting) == tier, f"I8: {agent.agent} is asked before a lower tier"
    mine = [one for one in free if _tier(router, one, waiting) == tier]
    chosen = choice_of(router, waiting, mine, now)
    assert agent is chosen, f"I8: {agent} is asked instead of {chosen} ({settings.strategy})"


def choice_of(router: Router, waiting: Waiting, free: list[Agent], now: int) -> Agent:
    """Choose by a queue's strategy, looking at everybody."""
    return _CHOICES[router.configuration.queues[waiting.queue].strategy](router, waiting, free, now)


Chooser = Callable[[Router, Waiting, list[Agent], int], Agent]


def _idle_rank(router: Router, waiting: Waiting, agent: Agent, now: int) -> Rank:
    never = agent.last_call_end is None
    match router.configuration.queues[waiting.queue].idle_clock.value:
        case "available":
            rank = agent.available_since
        case "last_call":
            rank = agent.last_call_end or 0
        case "last_call_new_last":
            rank = 1 << 62 if never else agent.last_call_end or 0
        case "last_inbound":
            rank = agent.last_inbound_end or agent.login_at
        case _:
            rank = agent.last_call_end or agent.login_at
    return (agent.cost, rank, agent.order)


def _idle(router: Router, waiting: Waiting, free: list[Agent], now: int) -> Agent:
    return min(free, key=lambda one: _idle_rank(router, waiting, one, now))


def _in_window(router: Router, waiting: Waiting, agent: Agent, now: int) -> list[int]:
    due = router.people_deadlines.due("window", agent.agent)
    if due is not None and due <= now:
        now = agent.seated_at  # a call grows too old just now: both counts are right
    span = router.configuration.queues[waiting.queue].window_us
    return [length for end, length in agent.handled if end > now - span]


def _fewest(router: Router, waiting: Waiting, free: list[Agent], now: int) -> Agent:
    return min(
        free,
        key=lambda a: (len(_in_window(router, waiting, a, now)), a.available_since, a.order),
    )


def _least_talk(router: Router, waiting: Waiting, free: list[Agent], now: int) -> Agent:
    return min(
        free,
        key=lambda a: (sum(_in_window(router, waiting, a, now)), a.available_since, a.order),
    )


def _linear(router: Router, waiting: Waiting, free: list[Agent], now: int) -> Agent:
    return min(free, key=lambda one: one.order)


def _round(router: Router, waiting: Waiting, free: list[Agent], now: int) -> Agent:
    last = router.last_asked.get(waiting.queue, -1)
    return min(free, key=lambda one: (one.order <= last, one.order))


def _top_down(router: Router, waiting: Waiting, free: list[Agent], now: int) -> Agent:
    return min(free, key=lambda one: (one.order <= waiting.tried, one.order))


def _by_type(router: Router, free: list[Agent]) -> list[Agent]:
    return sorted(free, key=lambda one: (router.types[one.agent].index, one.order))


def _random(router: Router, waiting: Waiting, free: list[Agent], now: int) -> Agent:
    drawn = draw(router.configuration.seed, router.draws, len(free))
    return _by_type(router, free)[drawn]


def _weighted(router: Router, waiting: Waiting, free: list[Agent], now: int) -> Agent:
    staff = router.configuration.agents
    tickets = [
        one for one in _by_type(router, free) for _ in range(max(1, staff[one.agent].weight))
    ]
    return tickets[draw(router.configuration.seed, router.draws, len(tickets))]


def _best_skilled(router: Router, waiting: Waiting, free: list[Agent], now: int) -> Agent:
    wants = requirement(asked_by(waiting)).wants

    def rank(one: Agent) -> Rank:
        skills = router.configuration.agents[one.agent].skills
        level = sum(skills.get(skill, 0) for skill in wants)
        return (-level, *_idle_rank(router, waiting, one, now))

    return min(free, key=rank)


def _least_skilled(router: Router, waiting: Waiting, free: list[Agent], now: int) -> Agent:
    wants = requirement(asked_by(waiting)).wants

    def rank(one: Agent) -> Rank:
        skills = router.configuration.agents[one.agent].skills
        return (len(set(skills) - set(wants)), *_idle_rank(router, waiting, one, now))

    return min(free, key=rank)


def _external(router: Router, waiting: Waiting, free: list[Agent], now: int) -> Agent:
    scores = waiting.scores or {}
    return min(
        free,
        key=lambda one: (
            -scores[one.agent] if one.agent in scores else 1 << 62,
            *_idle_rank(router, waiting, one, now),
        ),
    )


_CHOICES: dict[str, Chooser] = {
    "longest_idle": _idle,
    "ring_all": _idle,
    "progressive": _idle,
    "fewest_calls": _fewest,
    "least_talk_time": _least_talk,
    "round_robin": _round,
    "linear": _linear,
    "top_down": _top_down,
    "random": _random,
    "weighted_random": _weighted,
    "best_skilled": _best_skilled,
    "least_skilled": _least_skilled,
    "external": _external,
}

"""What must be true of the router after every event, worked out by looking at everybody.

The oracle trusts no index: who may serve whom, whose turn it is and what a count should be are
computed from the agents, the waits and the configuration alone. The numbers are those of the
invariants in docs/architecture.md.
"""

from collections import Counter

from contact_center.core.acd_events import DeviceState
from contact_center.core.agent import Agent
from contact_center.core.configuration import Discipline
from contact_center.core.facts import Presence, QueueChanged
from contact_center.core.ids import AgentId
from contact_center.core.lines import TOP_BAND, Waiting
from contact_center.core.outcomes import Work
from contact_center.core.output import Outbox
from contact_center.core.pool import Reservation, ReservationState
from contact_center.core.queue_settings import Membership, Order, QueueSettings
from contact_center.core.routing import Router
from contact_center.core.skills import requirement
from contact_center.core.strategies import STRATEGIES, Rings

R = ReservationState
WORK_OF = {R.OFFERED: Work.OFFERED, R.ANSWERED: Work.CONNECTING, R.CONNECTED: Work.TALKING}


def check_router(router: Router, now: int) -> None:
    """Check all that can be checked between two events."""
    _agents_have_a_reason(router)
    _reservations_are_bounded(router)
    _waits_go_on(router)
    _indexes_are_right(router)
    _nobody_waits_beside_an_idle_agent(router, now)


def _agents_have_a_reason(router: Router) -> None:
    """I1 and I3: no agent has more than they have room for, or is busy with nothing."""
    held = {r.reservation: r for r in router.reservations.values()}
    for agent in router.agents.values():
        settings = router.configuration.agents[agent.agent]
        assert agent.cost <= settings.capacity, f"{agent} has more than they have room for"
        per_channel = Counter(job.channel for job in agent.jobs.values())
        for channel, count in per_channel.items():
            limit = settings.channels.get(channel)
            assert limit is None or count <= limit.most, f"{agent} has too many of {channel}"
        for name, job in agent.jobs.items():
            reservation = held.pop(name, None)
            if reservation is None:
                assert job.work is Work.WRAP_UP, f"{agent} is busy with nothing"
                assert router.wrapping[name] == agent.agent
                assert router.people_deadlines.due("wrapup", name) == job.wrap_up_until
                assert job.wrap_up_until is not None
                assert job.wrap_up_until <= job.wrap_up_most
            else:
                assert reservation.agent == agent.agent
                assert reservation.call == job.call
                assert job.work is WORK_OF[reservation.state], (job, reservation)
            if job.work is Work.OFFERED:
                assert agent.presence is Presence.READY
                assert agent.resting_until == 0
        if agent.resting_until:
            assert router.people_deadlines.due("rest", agent.agent) == agent.resting_until
        if agent.outside_since is not None:
            assert router.people_deadlines.due("outside", agent.agent) is not None
        if not agent.jobs:
            assert agent.next_presence is None, f"{agent}: a wish is not fulfilled"
    assert not held, "a reservation holds nobody"
    assert set(router.wrapping) == {
        name
        for agent in router.agents.values()
        for name, job in agent.jobs.items()
        if job.work is Work.WRAP_UP
    }


def _reservations_are_bounded(router: Router) -> None:
    """I2 and I3: at most one reservation of a call is past ringing, and every ringing ends."""
    won = Counter(
        r.call for r in router.reservations.values() if not r.consult and r.state is not R.OFFERED
    )
    assert all(n == 1 for n in won.values()), "a caller has two agents"
    due = router.media_deadlines.due
    for reservation in router.reservations.values():
        if reservation.state is R.OFFERED:
            assert due("offer", reservation.reservation) == reservation.expires_at
        elif reservation.state is R.ANSWERED:
            assert due("setup", reservation.reservation) is not None
        if not reservation.consult and reservation.state is not R.CONNECTED:
            assert reservation.reservation in router.waiting[reservation.call].reservations


def _waits_go_on(router: Router) -> None:
    """I5: whoever waits has a deadline, and is in line or has a phone ringing, never both."""
    for waiting in router.waiting.values():
        assert router.media_deadlines.due("wait", waiting.call) is not None or waiting.overdue
        if waiting.avoids is not None:
            assert router.media_deadlines.due("avoid", waiting.call) is not None
        assert router.lines.is_standing(waiting.call) == (not waiting.reservations)
        for name in waiting.reservations:
            assert router.reservations[name].call == waiting.call
            assert router.reservations[name].queue == waiting.queue
        if not waiting.reservations:
            assert not waiting.overdue
            assert waiting.call not in router.ringing


def _indexes_are_right(router: Router) -> None:
    """Counts are what one counts; orders are what one sorts."""
    waiting = Counter(w.queue for w in router.waiting.values())
    offering = Counter(
        r.queue
        for r in router.reservations.values()
        if r.state is not R.CONNECTED and not r.consult
    )
    assert router.total_waiting == len(router.waiting)
    for queue, settings in router.configuration.queues.items():
        mine = sorted(
            (w for w in router.waiting.values() if w.queue == queue),
            key=lambda w: place_of(router, w),
        )
        assert router.lines.in_queue(queue) == [w.call for w in mine]
        for position, one in enumerate(mine):
            assert router.lines.position(one.call) == position
        idle, logged_in = router.staffing.get(queue, (0, 0))
        assert router.queue_state(queue, 0) == QueueChanged(
            at=0,
            queue=queue,
            waiting=waiting[queue],
            offering=offering[queue],
            idle=idle,
            logged_in=logged_in,
            oldest_since=mine[0].since if mine else None,
        )
        serving = [a for a in router.agents.values() if member(router, a.agent, queue)]
        counted = (
            sum(has_room(router, a, settings) for a in serving),
            sum(a.presence is not Presence.LOGGED_OUT for a in serving),
        )
        assert router.count_staff(queue) == counted
        if queue not in router.untold():
            assert (idle, logged_in) == counted, f"what was told of {queue} is old"


def boost_of(router: Router, waiting: Waiting) -> int:
    """Give a caller's whole head start."""
    settings = router.configuration.queues[waiting.queue]
    return waiting.boost_us + settings.weight * router.configuration.weight_us


def place_of(router: Router, waiting: Waiting) -> tuple[int, int, int]:
    """Give a caller's place in their queue, worked out by hand."""
    settings = router.configuration.queues[waiting.queue]
    if waiting.promoted:
        band, lifo = TOP_BAND, False
    else:
        band, lifo = waiting.band, settings.order is Order.LIFO
    aged = settings.slope * waiting.since
    boost = 1_000 * boost_of(router, waiting)
    if lifo:
        return (-band, -aged - boost, -waiting.seq)
    return (-band, aged - boost, waiting.seq)


def member(router: Router, agent: AgentId, queue: str) -> Membership | None:
    """Give an agent's membership of a queue."""
    settings = router.configuration.agents[agent]
    for one in settings.members:
        if one.queue == queue and queue in settings.queues:
            return one
    return Membership(queue=queue) if queue in settings.queues else None  # type: ignore[arg-type]


def has_room(router: Router, agent: Agent, settings: QueueSettings) -> bool:
    """Say whether one more job of a queue's channel may be offered to an agent."""
    own = router.configuration.agents[agent.agent]
    limit = own.channels.get(settings.channel)
    if limit is None or agent.presence is not Presence.READY or agent.resting_until:
        return False
    if agent.outside_since is not None or agent.device in {
        DeviceState.UNAVAILABLE,
        DeviceState.INVALID,
    }:
        return False
    same = sum(job.channel is settings.channel for job in agent.jobs.values())
    return same < limit.most and agent.cost + limit.cost <= own.capacity


def may_serve(router: Router, agent: AgentId, waiting: Waiting) -> bool:
    """Say whether an agent may be given a caller as both are now, worked out by hand."""
    mine = member(router, agent, waiting.queue)
    if mine is None or mine.delay_us > waiting.reach_us:
        return False
    if waiting.named is not None:
        return agent == waiting.named
    if agent == waiting.avoids and others_could(router, agent, waiting):
        return False
    return has_the_skills(router, agent, waiting)


def has_the_skills(router: Router, agent: AgentId, waiting: Waiting) -> bool:
    """Say whether an agent has what a caller asks for."""
    asked = waiting.requirement if waiting.relaxed is None else waiting.relaxed
    return requirement(asked).test(router.configuration.agents[agent].skills)


def others_could(router: Router, agent: AgentId, waiting: Waiting) -> bool:
    """Say whether anybody else at work may serve a caller, busy or not."""
    channel = router.configuration.queues[waiting.queue].channel
    for other in router.agents.values():
        mine = member(router, other.agent, waiting.queue)
        if (
            other.agent != agent
            and mine is not None
            and mine.delay_us <= waiting.reach_us
            and other.presence is Presence.READY
            and other.device not in {DeviceState.UNAVAILABLE, DeviceState.INVALID}
            and channel in router.configuration.agents[other.agent].channels
            and has_the_skills(router, other.agent, waiting)
        ):
            return True
    return False


def is_kept_back(router: Router, agent: AgentId, waiting: Waiting) -> bool:
    """Say whether an agent is one of the last experts, kept for those who need them."""
    queue = router.configuration.queues[waiting.queue]
    if waiting.spare or waiting.named is not None:
        return False
    asked = requirement(waiting.requirement if waiting.relaxed is None else waiting.relaxed)
    for rule in queue.keep_back:
        skilled = router.configuration.agents[agent].skills.get(rule.skill, 0) > 0
        if skilled and rule.skill not in asked.wants:
            idle = sum(
                router.configuration.agents[a.agent].skills.get(rule.skill, 0) > 0
                and has_room(router, a, queue)
                for a in router.agents.values()
            )
            return idle <= rule.keep
    return False


def _nobody_waits_beside_an_idle_agent(router: Router, now: int) -> None:
    """I6: but for declared holds, no caller stands in line beside an agent who may serve them."""
    if not router.up:
        return
    for waiting in router.waiting.values():
        if waiting.reservations:
            continue
        settings = router.configuration.queues[waiting.queue]
        if STRATEGIES[settings.strategy].scored and waiting.scores is None:
            due = router.media_deadlines.due("score", waiting.call)
            if due is not None and due >= now:
                continue
        beside = [
            a.agent
            for a in router.agents.values()
            if has_room(router, a, settings)
            and may_serve(router, a.agent, waiting)
            and not is_kept_back(router, a.agent, waiting)
        ]
        assert not beside, f"{waiting} waits beside {beside}"


def score_of(router: Router, waiting: Waiting, now: int) -> int:
    """Give what a caller has gathered, in thousandths of a microsecond."""
    settings = router.configuration.queues[waiting.queue]
    score = settings.slope * (now - waiting.since) + 1_000 * boost_of(router, waiting)
    return score if settings.ceiling_us is None else min(score, 1_000 * settings.ceiling_us)


def watch_order(router: Router) -> None:
    """From now on, check at each reservation that it is the ones whose turn it is (I4, I8)."""
    make = router.reserve

    def reserve_and_check(  # type: ignore[no-untyped-def]
        waiting: Waiting, agent: AgentId, settings, why, now: int, out: Outbox
    ) -> None:
        me = router.agents[agent]
        assert waiting.call in router.waiting, "an offer for somebody who has gone"
        assert has_room(router, me, settings), f"{me} is not free for {waiting}"
        assert may_serve(router, agent, waiting)
        assert not is_kept_back(router, agent, waiting)
        if not waiting.reservations:
            _check_the_callers_turn(router, waiting, agent, now)
            _check_the_tier(router, waiting, agent)
        make(waiting, agent, settings, why, now, out)

    router.reserve = reserve_and_check  # type: ignore[method-assign]


def _check_the_callers_turn(router: Router, waiting: Waiting, agent: AgentId, now: int) -> None:
    """I8: nobody who stands in line and could have this agent has a better claim."""
    if router.configuration.discipline is not Discipline.AGING:
        return
    channel = router.configuration.queues[waiting.queue].channel

    def claim(one: Waiting) -> tuple[int, int, int, int]:
        mine = member(router, agent, one.queue)
        assert mine is not None
        band = TOP_BAND if one.promoted else one.band
        preference = 0 if one.named is not None else mine.preference
        return (preference, -band, -score_of(router, one, now), one.seq)

    rivals = [
        w
        for w in router.waiting.values()
        if not w.reservations
        and w.queue != waiting.queue
        and router.configuration.queues[w.queue].channel is channel
        and router.configuration.queues[w.queue].order is Order.FIFO
        and may_serve(router, agent, w)
        and not is_kept_back(router, agent, w)
        and not (STRATEGIES[router.configuration.queues[w.queue].strategy].scored)
    ]
    own = router.configuration.queues[waiting.queue]
    if own.order is Order.FIFO and own.ceiling_us is None:
        better = [w for w in rivals if claim(w) < claim(waiting)]
        assert not better, f"{waiting} is served before {better[0]}"
    for other in router.waiting.values():
        if other.queue == waiting.queue and not other.reservations and other is not waiting:
            ahead = place_of(router, other) < place_of(router, waiting)
            same = other.named == waiting.named
            if ahead and same and may_serve(router, agent, other):
                kept = is_kept_back(router, agent, other)
                scored = STRATEGIES[own.strategy].scored
                assert kept or scored, f"{waiting} is served before {other}"


def _check_the_tier(router: Router, waiting: Waiting, agent: AgentId) -> None:
    """Lower tiers first, whatever the strategy; longest idle within the tier when it is that."""
    if waiting.named is not None:
        return
    settings = router.configuration.queues[waiting.queue]
    free = [
        a
        for a in router.agents.values()
        if has_room(router, a, settings)
        and may_serve(router, a.agent, waiting)
        and not is_kept_back(router, a.agent, waiting)
    ]

    def tier(one: AgentId) -> int:
        mine = member(router, one, waiting.queue)
        assert mine is not None
        return mine.tier

    best = min(tier(a.agent) for a in free)
    assert tier(agent) == best, f"{agent} is asked before a lower tier"
    if settings.strategy == "longest_idle" and settings.idle_clock.value == "available":
        longest = min(
            (a.cost, a.available_since, a.order, a.agent) for a in free if tier(a.agent) == best
        )
        assert agent == longest[3], f"{agent} is rung out of turn"


def rings_many(router: Router, reservation: Reservation) -> bool:
    """Say whether the reservation's queue rings several phones."""
    strategy = router.configuration.queues[reservation.queue].strategy
    return STRATEGIES[strategy].rings is not Rings.ONE

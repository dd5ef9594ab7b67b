"""What must be true of the router between two events, worked out by looking at everybody.

The oracle trusts no index: who may serve whom and what a count should be are computed from the
agents, the waits and the configuration alone. Whose turn it is, is in ``router_turns``. Messages of
assertions begin with the number of the invariant.
"""

from collections import Counter
from collections.abc import Collection

from contact_center.core.acd_events import DeviceState
from contact_center.core.agent import Agent
from contact_center.core.facts import Presence, QueueChanged
from contact_center.core.ids import AgentId, CallId
from contact_center.core.lines import TOP_BAND, Waiting
from contact_center.core.outcomes import Work
from contact_center.core.pool import ReservationState
from contact_center.core.queue_settings import Channel, Membership, Order, QueueSettings
from contact_center.core.routing import Router
from contact_center.core.skills import requirement
from contact_center.core.strategies import STRATEGIES

R = ReservationState
WORK_OF = {R.OFFERED: Work.OFFERED, R.ANSWERED: Work.CONNECTING, R.CONNECTED: Work.TALKING}


def check_router(
    router: Router, now: int, *, shrunk: bool = False, consulting: Collection[CallId] = ()
) -> None:
    """Check all that can be checked between two events.

    ``shrunk``: a reload took away capacity that agents use. ``consulting``: calls whose agents ask
    a whole queue about them.
    """
    _agents_have_a_reason(router, shrunk=shrunk)
    _reservations_are_bounded(router, consulting)
    _waits_go_on(router)
    _indexes_are_right(router)
    _steps_are_taken(router, now)
    _nobody_waits_beside_an_idle_agent(router, now)


def _agents_have_a_reason(router: Router, *, shrunk: bool) -> None:
    """I1 and I3: no agent has more than they have room for, or is busy with nothing."""
    held = {r.reservation: r for r in router.reservations.values()}
    for agent in router.agents.values():
        settings = router.configuration.agents[agent.agent]
        fits = shrunk or agent.cost <= settings.capacity
        assert fits, f"I1: {agent} has more than they have room for"
        per_channel = Counter(job.channel for job in agent.jobs.values())
        for channel, count in per_channel.items():
            limit = settings.channels.get(channel)
            most = shrunk or limit is None or count <= limit.most
            assert most, f"I1: {agent} has too many of {channel}"
        for call, count in Counter(job.call for job in agent.jobs.values()).items():
            assert count == 1, f"I1: {agent} has {call} more than once"
        for name, job in agent.jobs.items():
            reservation = held.pop(name, None)
            if reservation is None:
                assert job.work is Work.WRAP_UP, f"I3: {agent} is busy with nothing"
                assert router.wrapping[name] == agent.agent
                assert router.people_deadlines.due("wrapup", name) == job.wrap_up_until
                assert job.wrap_up_until is not None
                assert job.wrap_up_until <= job.wrap_up_most
            else:
                assert reservation.agent == agent.agent
                assert reservation.call == job.call
                assert job.work is WORK_OF[reservation.state], (job, reservation)
            if job.work is Work.OFFERED:
                assert agent.presence is Presence.READY, f"I3: {agent} is rung on a break"
        if agent.resting_until:
            assert router.people_deadlines.due("rest", agent.agent) == agent.resting_until
        if agent.presence is Presence.LOGGED_OUT:
            assert not agent.paused_in, f"I14: {agent} is on a break from a queue and gone"
        assert set(agent.paused_in) <= set(settings.queues), f"I14: {agent}: a break from nothing"
        if agent.outside_since is not None:
            assert router.people_deadlines.due("outside", agent.agent) is not None
        if not agent.jobs:
            assert agent.next_presence is None, f"I14: {agent}: a wish is not fulfilled"
    assert not held, "I3: a reservation holds nobody"
    assert set(router.wrapping) == {
        name
        for agent in router.agents.values()
        for name, job in agent.jobs.items()
        if job.work is Work.WRAP_UP
    }


def _reservations_are_bounded(router: Router, consulting: Collection[CallId]) -> None:
    """I2 and I3: at most one reservation of a call is past ringing, and every ringing ends.

    A second agent may talk with the first one: of those who ask a whole queue about a caller.
    """
    won = Counter(
        r.call for r in router.reservations.values() if not r.consult and r.state is not R.OFFERED
    )
    for call, n in won.items():
        assert n <= 1 + (call in consulting), f"I2: {call} has {n} agents"
    due = router.media_deadlines.due
    for reservation in router.reservations.values():
        if reservation.state is R.OFFERED:
            ends = due("offer", reservation.reservation)
            assert ends == reservation.expires_at, f"I3: {reservation} rings for ever"
        elif reservation.state is R.ANSWERED:
            ends = due("setup", reservation.reservation)
            assert ends is not None, f"I3: {reservation} is connected for ever"
        if not reservation.consult and reservation.state is not R.CONNECTED:
            known = router.waiting[reservation.call].reservations
            assert reservation.reservation in known, f"I4: {reservation} is for nobody"
            if reservation.state is R.ANSWERED:
                assert len(known) == 1, f"I2: others ring beside {reservation}"


def _waits_go_on(router: Router) -> None:
    """I5: whoever waits has a deadline, and is in line or has a phone ringing, never both."""
    for waiting in router.waiting.values():
        bounded = router.media_deadlines.due("wait", waiting.call) is not None or waiting.overdue
        assert bounded, f"I5: {waiting} waits for ever"
        standing = router.lines.is_standing(waiting.call)
        assert standing == (not waiting.reservations), f"I5: {waiting} is nowhere, or twice"
        if waiting.avoids is not None:
            ends = router.media_deadlines.due("avoid", waiting.call)
            assert ends is not None, f"I5: {waiting} is kept from somebody for ever"
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
        assert router.lines.in_queue(queue) == [w.call for w in mine], f"I8: the order of {queue}"
        for position, one in enumerate(mine):
            assert router.lines.position(one.call) == position
        idle, logged_in = router.staffing.get(queue, (0, 0, 0))[:2]
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
            sum(has_room(router, a, settings) for a in serving if queue not in a.paused_in),
            sum(a.presence is not Presence.LOGGED_OUT for a in serving),
        )
        assert router.count_staff(queue) == counted
        if queue not in router.untold():
            assert (idle, logged_in) == counted, f"what was told of {queue} is old"


def _steps_are_taken(router: Router, now: int) -> None:
    """I16: what time was to change has changed, unless its deadline is just now."""
    if not router.up:
        return
    for waiting in router.waiting.values():
        due = router.media_deadlines.due("step", waiting.call)
        if due is not None and due <= now:
            continue
        queue = router.configuration.queues[waiting.queue]
        waited = now - waiting.entered_at
        for agent in router.agents.values():
            mine = member(router, agent.agent, waiting.queue)
            late = mine is not None and waiting.reach_us < mine.delay_us <= waited
            assert not late, f"I16: {waiting} has waited long enough for {agent}"
        over = sum(rule.until_us <= waited for rule in queue.keep_back)
        assert waiting.spare >= over, f"I16: {waiting} has waited long enough for experts"
        for step in waiting.steps[waiting.step : waiting.step + 1]:
            later = step.after_us > waited or step.over_expected_us is not None
            assert later, f"I16: {waiting} has not taken a step"
        if queue.promote_us is not None and now - waiting.since >= queue.promote_us:
            put_back = waiting.placed or due is None
            assert waiting.promoted or put_back, f"I7: {waiting} is not promoted"


def _nobody_waits_beside_an_idle_agent(router: Router, now: int) -> None:
    """I6: but for declared holds, no caller stands in line beside an agent who may serve them."""
    if not router.up:
        return
    for waiting in router.waiting.values():
        if not waiting.reservations and not awaits_scores(router, waiting, now):
            beside = [agent.agent for agent in free_for(router, waiting)]
            assert not beside, f"I6: {waiting} waits beside {beside}"


# --- asking everybody ---------------------------------------------------------------------------


def boost_of(router: Router, waiting: Waiting) -> int:
    """Give a caller's whole head start."""
    settings = router.configuration.queues[waiting.queue]
    return waiting.boost_us + settings.weight * router.configuration.weight_us


def place_of(router: Router, waiting: Waiting) -> tuple[int, int, int]:
    """Give a caller's place in their queue, worked out by hand."""
    settings = router.configuration.queues[waiting.queue]
    band = TOP_BAND if waiting.promoted else waiting.band
    aged = settings.slope * waiting.since
    boost = 1_000 * boost_of(router, waiting)
    if settings.order is Order.LIFO and not waiting.promoted:
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
    if agent.outside_since is not None or agent.next_presence is not None:
        return False
    if agent.device in {DeviceState.UNAVAILABLE, DeviceState.INVALID}:
        return False
    same = sum(job.channel is settings.channel for job in agent.jobs.values())
    return same < limit.most and agent.cost + limit.cost <= own.capacity


def asked_by(waiting: Waiting) -> str:
    """Write what a caller asks for now."""
    return waiting.requirement if waiting.relaxed is None else waiting.relaxed


def may_serve(router: Router, agent: AgentId, waiting: Waiting) -> bool:
    """Say whether an agent may be given a caller as both are now, worked out by hand."""
    mine = member(router, agent, waiting.queue)
    if mine is None or waiting.queue in router.agents[agent].paused_in:
        return False
    if waiting.named is not None:
        return agent == waiting.named
    if mine.delay_us > waiting.reach_us:
        return False
    if agent == waiting.avoids and others_could(router, agent, waiting):
        return False
    return has_the_skills(router, agent, waiting)


def has_the_skills(router: Router, agent: AgentId, waiting: Waiting) -> bool:
    """Say whether an agent has what a caller asks for."""
    return requirement(asked_by(waiting)).test(router.configuration.agents[agent].skills)


def others_could(router: Router, agent: AgentId, waiting: Waiting) -> bool:
    """Say whether anybody else at work may serve a caller, busy or not."""
    channel = router.configuration.queues[waiting.queue].channel
    for other in router.agents.values():
        mine = member(router, other.agent, waiting.queue)
        if (
            other.agent != agent
            and mine is not None
            and waiting.queue not in other.paused_in
            and mine.delay_us <= waiting.reach_us
            and other.presence is Presence.READY
            and other.device not in {DeviceState.UNAVAILABLE, DeviceState.INVALID}
            and channel in router.configuration.agents[other.agent].channels
            and has_the_skills(router, other.agent, waiting)
        ):
            return True
    return False


def is_kept_back(router: Router, agent: AgentId, waiting: Waiting) -> bool:
    """Say whether an agent is one of the last experts, kept for those who need them. Experts are
    those who serve any queue of the channel."""
    queue = router.configuration.queues[waiting.queue]
    if waiting.named is not None:
        return False
    wants = requirement(asked_by(waiting)).wants
    staff = router.configuration.agents
    for rule in sorted(queue.keep_back, key=lambda rule: rule.until_us)[waiting.spare :]:
        if staff[agent].skills.get(rule.skill, 0) > 0 and rule.skill not in wants:
            idle = sum(
                staff[a.agent].skills.get(rule.skill, 0) > 0 and has_room(router, a, queue)
                for a in router.agents.values()
                if queue.channel in _channels(router, a)
            )
            if idle <= rule.keep:
                return True
    return False


def _channels(router: Router, agent: Agent) -> set[Channel]:
    queues = router.configuration.queues
    mine = router.configuration.agents[agent.agent].queues
    return {queues[queue].channel for queue in mine if queue in queues}


def free_for(router: Router, waiting: Waiting) -> list[Agent]:
    """List the agents who could be asked for a caller now, and are not being asked."""
    settings = router.configuration.queues[waiting.queue]
    asked = {router.reservations[name].agent for name in waiting.reservations}
    return [
        agent
        for agent in router.agents.values()
        if agent.agent not in asked
        and has_room(router, agent, settings)
        and may_serve(router, agent.agent, waiting)
        and not is_kept_back(router, agent.agent, waiting)
    ]


def awaits_scores(router: Router, waiting: Waiting, now: int) -> bool:
    """Say whether a caller is held for scores from outside: declared, and bounded by a deadline."""
    settings = router.configuration.queues[waiting.queue]
    if not STRATEGIES[settings.strategy].scored or waiting.scores is not None:
        return False
    due = router.media_deadlines.due("score", waiting.call)
    return due is not None and due >= now

"""The staff: presence, work, rests and wrap-up of the agents of one pool.

This is the lowest floor of the router: it knows agents and their deadlines, and asks the floors
above for callers whenever somebody becomes available.
"""

from abc import ABC, abstractmethod

from contact_center.core.acd import WrapUpEnded
from contact_center.core.acd_events import DeviceChanged, DeviceState
from contact_center.core.agent import Agent, Job, WorkTrigger
from contact_center.core.facts import OfferResult, Presence, RequestAnswered
from contact_center.core.ids import AgentId, CommandId, ReservationId
from contact_center.core.outcomes import Work
from contact_center.core.output import Outbox
from contact_center.core.pool import Pool
from contact_center.core.queue_settings import AfterNoAnswer, Channel, WrapUpMode
from contact_center.core.requests import (
    DeclineRequested,
    DeskConnected,
    DeskLost,
    PresenceRequested,
    PresenceWish,
    WrapUpRequested,
)

LOGGED_OUT_AFTER_GRACES = 20
"""An agent without a screen is paused after one grace period and logged out after this many."""
SHORTEST_REST_US = 1_000_000
"""Nobody is rung again sooner than that after an offer that failed."""
SETTLE_US = 1_000_000
"""So long after our own call to a phone ended, its state may still be that of our call."""
_AWAY = {DeviceState.UNAVAILABLE, DeviceState.INVALID}
_BUSY = {DeviceState.IN_USE, DeviceState.RINGING}


class Staff(Pool, ABC):
    """What people and their phones do."""

    @abstractmethod
    def offer_agent(self, agent_id: AgentId, now: int, out: Outbox) -> None:
        """Give an agent who became available the caller who should have them."""

    @abstractmethod
    def end_offer(
        self,
        reservation_id: ReservationId,
        result: OfferResult,
        now: int,
        out: Outbox,
        cmd: CommandId | None = None,
    ) -> bool:
        """End an offer that the call does not yet know is over."""

    # --- what people ask for ------------------------------------------------------------------

    def request_presence(self, request: PresenceRequested, now: int, out: Outbox) -> None:
        """Be ready, pause or log out: at once when possible, else after the call."""
        code = self.set_presence(
            request.agent, request.presence, request.reason, now, out, once=request.once
        )
        out.emit(RequestAnswered(at=now, agent=request.agent, cmd=request.cmd, code=code))
        self.offer_agent(request.agent, now, out)

    def set_presence(
        self,
        agent_id: AgentId,
        wish: PresenceWish,
        reason: str,
        now: int,
        out: Outbox,
        *,
        once: bool = False,
    ) -> str:
        """Let an agent be ready, paused or logged out; gives the code of what stands against it."""
        agent = self.agents[agent_id]
        code = ""
        if wish is PresenceWish.READY:
            agent.resting_until = 0
            agent.unanswered = 0
            self.people_deadlines.cancel("rest", agent.agent)
            agent.choose(Presence.READY, "", now)
            agent.once = once
            for job in [job for job in agent.jobs.values() if job.work is Work.WRAP_UP]:
                code = self._leave_wrap_up(agent, job, now, out) or code
        else:
            self._step_back(agent, Presence(wish.value), reason, now, out)
        logged_in = agent.presence is not Presence.LOGGED_OUT
        patient = self.people_deadlines.due("desk", agent.agent) is not None
        if logged_in and not agent.at_desk and not patient:
            # Whoever asks has a screen; if it went meanwhile, patience with that begins now.
            due = now + self.configuration.timing.desk_grace_us
            self.people_deadlines.set("desk", agent.agent, due)
        self._bear_without_phone(agent, now)
        self.seat(agent.agent, now)
        return code

    def _leave_wrap_up(self, agent: Agent, job: Job, now: int, out: Outbox) -> str:
        wrap_up = self.configuration.queues[job.queue].wrap_up
        if wrap_up.mode is WrapUpMode.MANDATORY:
            return "disposition_needed"
        if not wrap_up.early:
            return "wrap_up_is_not_over"
        self.end_wrap_up(job.reservation, now, out)
        return ""

    def _step_back(
        self, agent: Agent, presence: Presence, reason: str, now: int, out: Outbox
    ) -> None:
        """Pause or log out; while work is with the agent, only after it."""
        offered = [job for job in agent.jobs.values() if job.work is Work.OFFERED]
        if agent.jobs:
            agent.next_presence, agent.next_reason = presence, reason
        for job in offered:
            self.end_offer(job.reservation, OfferResult.DECLINED, now, out)
        if not agent.jobs and not offered:
            agent.choose(presence, reason, now)
            if presence is Presence.LOGGED_OUT:
                self.people_deadlines.cancel("device", agent.agent)
            self.gone.append(agent.agent)

    def request_decline(self, request: DeclineRequested, now: int, out: Outbox) -> None:
        """Do not take an offer."""
        agent = self.agents[request.agent]
        code = ""
        if request.reservation not in agent.jobs or not self.end_offer(
            request.reservation, OfferResult.DECLINED, now, out
        ):
            code = "offer_is_over"
        out.emit(RequestAnswered(at=now, agent=agent.agent, cmd=request.cmd, code=code))

    def request_wrap_up(self, request: WrapUpRequested, now: int, out: Outbox) -> None:
        """Want time after the call, or more of it."""
        agent = self.agents[request.agent]
        job = next((job for job in agent.jobs.values() if job.call == request.call), None)
        code = self._wrap_up_wish(job, request, now)
        self.dirty_agents[agent.agent] = None
        out.emit(RequestAnswered(at=now, agent=agent.agent, cmd=request.cmd, code=code))

    def _wrap_up_wish(self, job: Job | None, request: WrapUpRequested, now: int) -> str:
        if job is None:
            return "not_your_call"
        wrap_up = self.configuration.queues[job.queue].wrap_up
        if not request.extend:
            job.wants_wrap_up = True
            return "" if wrap_up.mode is not WrapUpMode.NONE else "there_is_no_wrap_up"
        if job.work is not Work.WRAP_UP or job.wrap_up_until is None:
            return "not_in_wrap_up"
        if wrap_up.extend_us <= 0:
            return "no_extension"
        until = min(max(job.wrap_up_until, now) + wrap_up.extend_us, job.wrap_up_most)
        if until <= job.wrap_up_until:
            return "longest_wrap_up"
        job.wrap_up_until = until
        self.people_deadlines.set("wrapup", job.reservation, until)
        return ""

    # --- screens and phones -------------------------------------------------------------------

    def desk(self, event: DeskConnected | DeskLost, now: int, out: Outbox) -> None:
        """An agent's screen came or went."""
        agent = self.agents.get(event.agent)
        if agent is None:
            out.ignore()
            return
        agent.at_desk = isinstance(event, DeskConnected)
        if not agent.at_desk:
            due = now + self.configuration.timing.desk_grace_us
            self.people_deadlines.set("desk", agent.agent, due)
            return
        self.people_deadlines.cancel("desk", agent.agent)
        if agent.presence is Presence.LOGGED_OUT:
            agent.choose(Presence.PAUSED, "signed_in", now)
        elif agent.next_reason == "screen_lost":
            agent.next_presence, agent.next_reason = None, ""
        self._bear_without_phone(agent, now)
        self.seat(agent.agent, now)
        self.offer_agent(agent.agent, now, out)

    def device(self, event: DeviceChanged, now: int, out: Outbox) -> None:
        """An agent's phone changed: it is lost, is used for something else, or is free again."""
        agent_id = self.by_device.get(event.device)
        if agent_id is None:
            out.ignore()
            return
        agent = self.agents[agent_id]
        agent.device = event.state
        if event.state not in _AWAY:
            self.people_deadlines.cancel("device", agent_id)
        self._bear_without_phone(agent, now)
        if event.state in _BUSY:
            # Soon after a call of ours, it may be that call's; and then nothing more is told when
            # the phone goes on with another one. So it is looked at again when that has settled.
            if self.people_deadlines.due("phone", agent_id) is None:
                self._look_outside(agent, now)
        elif agent.outside_since is not None:
            self._outside_over(agent, now)
        self.seat(agent_id, now)
        self.offer_agent(agent_id, now, out)

    def _bear_without_phone(self, agent: Agent, now: int) -> None:
        """Be patient with somebody who is logged in and whose phone is lost, for a while."""
        lost = agent.device in _AWAY and agent.presence is not Presence.LOGGED_OUT
        if lost and self.people_deadlines.due("device", agent.agent) is None:
            due = now + self.configuration.timing.device_grace_us
            self.people_deadlines.set("device", agent.agent, due)

    def _look_outside(self, agent: Agent, now: int) -> None:
        """A phone is in use: for a call of ours, or for one that we have nothing to do with."""
        if agent.device not in _BUSY or agent.outside_since is not None or _is_rung(agent):
            return
        agent.outside_since = now
        due = now + self.configuration.timing.max_call_us
        self.people_deadlines.set("outside", agent.agent, due)

    def _phone_settles(self, agent: Agent, job: Job, now: int) -> None:
        """Our call to a phone ends: look at the phone when that has come through."""
        if job.channel is Channel.VOICE and agent.device is not DeviceState.UNKNOWN:
            self.people_deadlines.set("phone", agent.agent, now + SETTLE_US)

    def _outside_over(self, agent: Agent, now: int) -> None:
        assert agent.outside_since is not None
        grace = self.configuration.agents[agent.agent].idle_grace_us
        if now - agent.outside_since >= grace:
            agent.available_since = now
        agent.outside_since = None
        self.people_deadlines.cancel("outside", agent.agent)

    def staff_deadline(self, kind: str, owner: str, now: int, out: Outbox) -> None:
        """A rest, a wrap-up or the patience with a lost screen or phone is over."""
        if kind == "wrapup":
            self.end_wrap_up(ReservationId(owner), now, out)
            return
        agent = self.agents.get(AgentId(owner))
        if agent is None:
            return
        match kind:
            case "rest":
                agent.resting_until = 0
            case "desk":
                self._screen_lost(agent, now, out)
            case "device":
                self._step_back(agent, Presence.LOGGED_OUT, "device_lost", now, out)
            case "phone":
                self._look_outside(agent, now)
            case "outside" if agent.outside_since is not None:
                self._outside_over(agent, now)
        self.seat(agent.agent, now)
        self.offer_agent(agent.agent, now, out)

    def _screen_lost(self, agent: Agent, now: int, out: Outbox) -> None:
        if agent.at_desk or agent.presence is Presence.LOGGED_OUT:
            return
        gone = agent.presence is Presence.PAUSED and not agent.jobs
        presence = Presence.LOGGED_OUT if gone else Presence.PAUSED
        self._step_back(agent, presence, "screen_lost", now, out)
        if presence is Presence.PAUSED:
            grace = self.configuration.timing.desk_grace_us
            self.people_deadlines.set("desk", agent.agent, now + LOGGED_OUT_AFTER_GRACES * grace)

    # --- what calls do to agents --------------------------------------------------------------

    def release(
        self, agent_id: AgentId, reservation: ReservationId, result: OfferResult, now: int
    ) -> None:
        """An offer came to nothing: free the agent, with the consequences of the result.

        A revoked offer is nobody's fault and costs the agent nothing, not even their place among
        the idle. After the other results the longest-idle clock starts anew, so that one deaf
        phone does not attract every call.
        """
        agent = self.agents[agent_id]
        job = agent.jobs.pop(reservation)
        answered = job.work is Work.CONNECTING
        job.move(WorkTrigger.RELEASE, now)
        self._phone_settles(agent, job, now)
        if result is not OfferResult.REVOKED:
            settings = self.configuration.queues[job.queue]
            if result is not OfferResult.DECLINED or settings.declined_restarts_clock:
                agent.available_since = now
            self._consequence(agent, result, now, answered=answered)
        self._take_up_next(agent, now)
        self.seat(agent_id, now)

    def _consequence(self, agent: Agent, result: OfferResult, now: int, *, answered: bool) -> None:
        settings = self.configuration.agents[agent.agent]
        rests = settings.back_off or self.configuration.timing.back_off
        match result:
            case OfferResult.NO_ANSWER:
                agent.unanswered += 1
                limit = settings.no_answers
                if settings.after_no_answer is AfterNoAnswer.PAUSE and agent.unanswered >= limit:
                    if agent.next_presence is None:
                        agent.next_presence, agent.next_reason = Presence.PAUSED, "no_answer"
                    return
                rest = rests.no_answer_us
            case OfferResult.DECLINED:
                # Who answered is there and wants calls: no more than the shortest rest.
                rest = 0 if answered else rests.declined_us
            case OfferResult.BUSY:
                rest = rests.busy_us
            case OfferResult.UNREGISTERED:
                rest = rests.unregistered_us
            case _:
                rest = rests.failed_us
        rested = now + max(rest, SHORTEST_REST_US)
        agent.resting_until = max(agent.resting_until, rested)
        self.people_deadlines.set("rest", agent.agent, agent.resting_until)

    def finish_job(
        self, agent_id: AgentId, reservation: ReservationId, now: int, out: Outbox, *, wrap_up: bool
    ) -> None:
        """An agent's part in a conversation is over: wrap-up begins, or they are free."""
        agent = self.agents[agent_id]
        job = agent.jobs[reservation]
        job.move(WorkTrigger.FINISH, now)
        self._phone_settles(agent, job, now)
        job.held = False
        talked = now - (job.connected_at if job.connected_at is not None else now)
        agent.last_call_end = now
        if not job.outbound:
            agent.last_inbound_end = now
        agent.unanswered = 0
        self.remember_call(agent, now, talked)
        span = self._wrap_up_span(agent_id, job, wrap_up=wrap_up)
        most = max(span, self.configuration.queues[job.queue].wrap_up.most_us)
        job.wrap_up_until, job.wrap_up_most = now + span, now + most
        self.wrapping[reservation] = agent_id
        if span <= 0:
            self.end_wrap_up(reservation, now, out)
        else:
            self.people_deadlines.set("wrapup", reservation, job.wrap_up_until)
            self.seat(agent_id, now)

    def _wrap_up_span(self, agent_id: AgentId, job: Job, *, wrap_up: bool) -> int:
        settings = self.configuration.queues[job.queue].wrap_up
        own = self.configuration.agents[agent_id].wrap_up_us
        span = settings.us if own is None else own
        match settings.mode:
            case _ if not wrap_up:
                return 0
            case WrapUpMode.TIMED:
                return span
            case WrapUpMode.OPTIONAL:
                return span if job.wants_wrap_up else 0
            case WrapUpMode.MANDATORY | WrapUpMode.DISCRETIONARY:
                return settings.most_us
            case WrapUpMode.NONE:
                return 0

    def end_wrap_up(self, reservation: ReservationId, now: int, out: Outbox) -> None:
        """Wrap-up is over: the agent becomes what they asked to be next, or available."""
        agent_id = self.wrapping.pop(reservation, None)
        if agent_id is None:
            out.ignore()
            return
        agent = self.agents[agent_id]
        job = agent.jobs.pop(reservation)
        self.people_deadlines.cancel("wrapup", reservation)
        job.move(WorkTrigger.WRAPPED_UP, now)
        agent.available_since = now
        if job.connected_at is not None:
            history = self.history_of(job.queue, now)
            history.handled += 1
            history.handled_us += now - job.connected_at
        out.tell(WrapUpEnded(call=job.call, agent=agent_id))
        self._take_up_next(agent, now)
        self.seat(agent_id, now)
        self.offer_agent(agent_id, now, out)

    def wrapped_up(self, agent_id: AgentId, call: str, now: int, out: Outbox) -> None:
        """The agent said how the call ended: the wrap-up of that call is over."""
        for job in list(self.agents[agent_id].jobs.values()):
            if job.call == call and job.work is Work.WRAP_UP:
                self.end_wrap_up(job.reservation, now, out)
                return
        out.ignore()

    def _take_up_next(self, agent: Agent, now: int) -> None:
        if agent.next_presence is not None and not agent.jobs:
            presence = agent.next_presence
            agent.choose(presence, agent.next_reason, now)
            if presence is Presence.LOGGED_OUT:
                self.people_deadlines.cancel("device", agent.agent)
            if presence is not Presence.READY:
                self.gone.append(agent.agent)


def _is_rung(agent: Agent) -> bool:
    """Say whether a call of ours is at the agent's phone."""
    jobs = agent.jobs.values()
    return any(job.channel is Channel.VOICE and job.work is not Work.WRAP_UP for job in jobs)

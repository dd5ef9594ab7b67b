"""Breaks from one queue alone: an agent goes on with the others.

The floor between the waits and the doors. Whoever takes such a break is of another type than before
(see `graph`), so that deciding costs no more for it; the callers of that queue stand in lines of
their own from then on.
"""

from contact_center.core.agent import Agent, QueuePause
from contact_center.core.facts import OfferResult, Presence, RequestAnswered
from contact_center.core.graph import AgentType
from contact_center.core.ids import AgentId, QueueId
from contact_center.core.lines import Waiting
from contact_center.core.outcomes import Work
from contact_center.core.output import Outbox
from contact_center.core.requests import QueuePauseRequested
from contact_center.core.staff_facts import QueuePauseChanged
from contact_center.core.supervisor_requests import SetQueuePauseRequested
from contact_center.core.waits import Waits


class QueuePauses(Waits):
    """Who is on a break from which queue."""

    def request_queue_pause(self, request: QueuePauseRequested, now: int, out: Outbox) -> None:
        """Take a break from one queue, or end it."""
        settings = self.configuration.queues.get(request.queue)
        if request.on and settings is not None and not settings.pausable:
            code = "not_allowed"
        else:
            code = self.pause_in(request, now, out)
        out.emit(RequestAnswered(at=now, agent=request.agent, cmd=request.cmd, code=code))

    def pause_in(
        self, wish: QueuePauseRequested | SetQueuePauseRequested, now: int, out: Outbox
    ) -> str:
        """Let an agent be on a break from a queue or not; gives the code of what stands against it.

        It begins at once: what is offered from that queue goes to others, a call goes on.
        """
        agent, queue = self.agents.get(wish.agent), wish.queue
        if agent is None:
            return "unknown_agent"
        if queue not in self.types[agent.agent].members:
            return "not_your_queue"
        if agent.presence is Presence.LOGGED_OUT:
            return "logged_out"
        known = agent.paused_in.get(queue)
        reason = wish.reason if wish.on else ""
        if known is None and not wish.on:
            return ""
        if known is not None and wish.on and known.reason == reason:
            return ""
        by = wish.by if isinstance(wish, SetQueuePauseRequested) else ""
        self._over(agent, queue, now, out, by)
        if wish.on:
            agent.paused_in[queue] = QueuePause(reason=reason, since=now)
            self._told(agent, queue, now, out, by, on=True)
        self._of_type(agent, now)
        if wish.on:
            self._let_others_have(agent, queue, now, out)
        self.offer_agent(agent.agent, now, out)
        return ""

    def _let_others_have(self, agent: Agent, queue: QueueId, now: int, out: Outbox) -> None:
        """See to those of a queue who were to get an agent who takes a break from it."""
        for job in [j for j in agent.jobs.values() if j.queue == queue]:
            offered = job.work is Work.OFFERED and job.reservation in agent.jobs
            if offered and not self.reservations[job.reservation].consult:
                self.end_offer(job.reservation, OfferResult.DECLINED, now, out)
        for call in self.lines.waiting_for(agent.agent):
            if self.waiting[call].queue == queue:
                self.no_longer_named(call, now, out)

    def is_on_break(self, waiting: Waiting) -> bool:
        """Say whether the agent a caller waits for is on a break from the queue."""
        agent = self.agents.get(waiting.named) if waiting.named is not None else None
        return agent is not None and waiting.queue in agent.paused_in

    def signed_off(self, agent_id: AgentId, now: int, out: Outbox) -> None:
        """Look after those who wait for this agent only; breaks from queues end with the login."""
        super().signed_off(agent_id, now, out)
        agent = self.agents[agent_id]
        if agent.presence is Presence.LOGGED_OUT and agent.paused_in:
            for queue in sorted(agent.paused_in):
                self._over(agent, queue, now, out, "")
            self._of_type(agent, now)

    def end_void_pauses(self, now: int, out: Outbox) -> None:
        """End the breaks from queues that agents do not serve any more."""
        for agent in self.agents.values():
            members = self.types[agent.agent].members
            for queue in sorted(queue for queue in agent.paused_in if queue not in members):
                self._over(agent, queue, now, out, "")
                self.dirty_agents[agent.agent] = None

    def _over(self, agent: Agent, queue: QueueId, now: int, out: Outbox, by: str) -> None:
        if queue in agent.paused_in:
            self._told(agent, queue, now, out, by, on=False)
            del agent.paused_in[queue]

    def _told(
        self, agent: Agent, queue: QueueId, now: int, out: Outbox, by: str, *, on: bool
    ) -> None:
        pause = agent.paused_in[queue]
        out.emit(
            QueuePauseChanged(
                at=now,
                agent=agent.agent,
                queue=queue,
                on=on,
                reason=pause.reason,
                since=pause.since,
                by=by,
            )
        )

    # --- types --------------------------------------------------------------------------------

    def _of_type(self, agent: Agent, now: int) -> None:
        """Let an agent be of the type that their breaks make them."""
        old = self.types[agent.agent]
        base = self.graph.types[old.base]
        self.bench.leave(agent.agent, old)
        self._discount(agent, old)
        self._enter_type(agent, base)
        if old.index != old.base:
            old.agents -= 1
        self._dirty_types |= base.bit
        self.seat(agent.agent, now)
        if old.index != old.base and old.agents == 0:
            self.graph.retire(old)
            self.bench.retire(old)

    def _discount(self, agent: Agent, old: AgentType) -> None:
        """Take an agent out of the counts of who is there."""
        mask = self._counted.pop(agent.agent, None)
        if mask is not None:
            counts = self._present[old.index]
            counts[mask] -= 1
            if counts[mask] == 0:
                del counts[mask]
                self.emptied[old.base] = None

    def _enter_type(self, agent: Agent, base: AgentType) -> None:
        paused = frozenset(queue for queue in agent.paused_in if queue in base.members)
        if not paused:
            agent.kind = -1
            self.types[agent.agent] = base
            return
        for queue in sorted(paused):
            if self.lines.set_apart(queue):
                self._stand_again(queue)
        kind, new = self.graph.variant(base, paused, agent.kind)
        if new:
            self.lines.take_up(kind)
        kind.agents += 1
        agent.kind = kind.index
        self.types[agent.agent] = kind

    def _stand_again(self, queue: QueueId) -> None:
        for call in self.lines.in_queue(queue):
            waiting = self.waiting[call]
            if waiting.named is None and self.lines.is_standing(call):
                self.lines.step_out(call)
                self.stand(waiting)

    def restore_breaks(self) -> None:
        """Take up the breaks of agents that were written down, before anybody stands in a line."""
        away = [agent for agent in self.agents.values() if agent.paused_in]
        known = [agent for agent in away if agent.kind >= len(self.graph.types)]
        for agent in (*known, *(agent for agent in away if agent not in known)):
            self._enter_type(agent, self.graph.types[self.types[agent.agent].base])

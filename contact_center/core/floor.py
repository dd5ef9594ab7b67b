"""What supervisors ask for, and the live changes they made: the floor of one pool."""

from collections.abc import Iterable

from contact_center.core.calls import Calls
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import Presence, SupervisorAnswered
from contact_center.core.ids import AgentId, QueueId
from contact_center.core.live_changes import (
    AgentChange,
    AgentChangedLive,
    ChangeAgentsRequested,
    ChangeQueueRequested,
    EndChangesRequested,
    EndWrapUpRequested,
    LiveChangeEnded,
    LiveRequest,
    QueueChange,
    QueueChangedLive,
    WrapUpEndedBySupervisor,
)
from contact_center.core.outcomes import Work
from contact_center.core.output import Outbox
from contact_center.core.overlays import added, overlaid, problem_of_agents, problem_of_queue
from contact_center.core.routing import Router
from contact_center.core.supervisor_requests import (
    EmergencySwitched,
    SuperviseEndRequested,
    SuperviseRequested,
    SupervisorRequest,
)

FLOOR_KINDS = frozenset({"live-agent", "live-queue"})
"""Kinds of deadlines that are the floor's."""


class Floor:
    """Live changes of one pool. ``base`` is the configuration as the file says it."""

    def __init__(self, base: CenterConfiguration, router: Router, calls: Calls) -> None:
        self.base = base
        self.agents: dict[AgentId, AgentChange] = {}
        self.queues: dict[QueueId, QueueChange] = {}
        self._router = router
        self._calls = calls

    # --- requests -----------------------------------------------------------------------------

    def ask(self, request: SupervisorRequest, now: int, out: Outbox) -> None:
        """Act on what a supervisor asks for, and answer it."""
        match request:
            case EmergencySwitched():
                code = self._calls.flows.switch(request.flow, on=request.on)
                self._calls.tell_supervisor(request, code, now, out)
            case SuperviseRequested() | SuperviseEndRequested():
                self._supervise(request, now, out)
            case LiveRequest() | EndWrapUpRequested():
                code = self._change(request, now, out)
                out.emit(SupervisorAnswered(at=now, by=request.by, cmd=request.cmd, code=code))
            case _:
                self._router.supervise(request, now, out)

    def _supervise(
        self, request: SuperviseRequested | SuperviseEndRequested, now: int, out: Outbox
    ) -> None:
        call = self._calls.calls.get(request.call)
        if call is None:
            self._calls.tell_supervisor(request, "no_such_call", now, out)
        elif isinstance(request, SuperviseRequested):
            self._calls.supervise(call, request, now, out)
        else:
            self._calls.stop_supervising(call, request, now, out)

    def _change(self, request: SupervisorRequest, now: int, out: Outbox) -> str:
        match request:
            case ChangeAgentsRequested():
                return self._change_agents(request, now, out)
            case ChangeQueueRequested():
                return self._change_queue(request, now, out)
            case EndChangesRequested():
                return self._end_changes(request, now, out)
            case EndWrapUpRequested():
                return self._end_wrap_up(request, now, out)
        return "unknown_request"

    def _change_agents(self, request: ChangeAgentsRequested, now: int, out: Outbox) -> str:
        problem = problem_of_agents(self.base, request, now)
        if problem:
            return problem
        gone = {n for n, a in self._router.agents.items() if a.presence is Presence.LOGGED_OUT}
        if request.with_shift and not gone.isdisjoint(request.agents):
            return "logged_out"  # their shift would be over before it began
        for name in dict.fromkeys(request.agents):
            change = added(self.base.agents[name], self.agents.get(name), request, now)
            if change.says_nothing:
                self._end_agent(name, "undone", request.by, now, out)
                continue
            self.agents[name] = change
            self._router.people_deadlines.set("live-agent", name, change.until)
            out.emit(AgentChangedLive(at=now, change=change))
        self._take_effect(request.agents, now, out)
        return ""

    def _change_queue(self, request: ChangeQueueRequested, now: int, out: Outbox) -> str:
        problem = problem_of_queue(self.base, request, now)
        if problem:
            return problem
        name, of = request.queue, self.base.queues[request.queue]
        had = self.queues.get(name)
        weight = request.weight if request.weight is not None else had.weight if had else None
        band = request.priority if request.priority is not None else had.priority if had else None
        change = QueueChange(
            queue=name,
            by=request.by,
            why=request.why,
            since=now,
            until=request.until,
            weight=weight if weight != of.weight else None,
            priority=band if band != of.priority else None,
        )
        if change.weight is None and change.priority is None:
            self._end_queue(name, "undone", request.by, now, out)
        else:
            self.queues[name] = change
            self._router.people_deadlines.set("live-queue", name, change.until)
            out.emit(QueueChangedLive(at=now, change=change))
        self._take_effect((), now, out)
        return ""

    def _end_changes(self, request: EndChangesRequested, now: int, out: Outbox) -> str:
        agents = [name for name in request.agents if name in self.agents]
        queues = [name for name in request.queues if name in self.queues]
        if not agents and not queues:
            return "no_such_change"
        for agent in agents:
            self._end_agent(agent, "ended", request.by, now, out)
        for queue in queues:
            self._end_queue(queue, "ended", request.by, now, out)
        self._take_effect(agents, now, out)
        return ""

    def _end_wrap_up(self, request: EndWrapUpRequested, now: int, out: Outbox) -> str:
        agent = self._router.agents.get(request.agent)
        if agent is None:
            return "unknown_agent"
        stuck = [job.reservation for job in agent.jobs.values() if job.work is Work.WRAP_UP]
        if not stuck:
            return "not_in_wrap_up"
        told = WrapUpEndedBySupervisor(at=now, agent=request.agent, by=request.by, jobs=len(stuck))
        out.emit(told)
        for reservation in stuck:
            self._router.end_wrap_up(reservation, now, out)
        return ""

    # --- the end ------------------------------------------------------------------------------

    def deadline(self, kind: str, owner: str, now: int, out: Outbox) -> None:
        """The time of a live change is over."""
        if kind == "live-agent" and AgentId(owner) in self.agents:
            self._end_agent(AgentId(owner), "time", "", now, out)
            self._take_effect([AgentId(owner)], now, out)
        elif kind == "live-queue" and QueueId(owner) in self.queues:
            self._end_queue(QueueId(owner), "time", "", now, out)
            self._take_effect((), now, out)

    def settle(self, now: int, out: Outbox) -> None:
        """Let live changes end that were for a shift, when the agent has logged out."""
        if not self.agents:
            return
        over = [
            name
            for name in self._router.dirty_agents
            if name in self.agents
            and self.agents[name].with_shift
            and self._router.agents[name].presence is Presence.LOGGED_OUT
        ]
        for name in over:
            self._end_agent(name, "shift", "", now, out)
        if over:
            self._take_effect(over, now, out)

    def _end_agent(self, name: AgentId, cause: str, by: str, now: int, out: Outbox) -> None:
        if self.agents.pop(name, None) is not None:
            self._router.people_deadlines.cancel("live-agent", name)
            out.emit(LiveChangeEnded(at=now, agent=name, cause=cause, by=by))

    def _end_queue(self, name: QueueId, cause: str, by: str, now: int, out: Outbox) -> None:
        if self.queues.pop(name, None) is not None:
            self._router.people_deadlines.cancel("live-queue", name)
            out.emit(LiveChangeEnded(at=now, queue=name, cause=cause, by=by))

    def _take_effect(self, agents: Iterable[AgentId], now: int, out: Outbox) -> None:
        configuration = overlaid(self.base, self.agents, self.queues)
        self._calls.configuration = configuration
        self._router.refitted(configuration, agents, now, out)

    def restore(
        self,
        base: CenterConfiguration,
        agents: Iterable[AgentChange],
        queues: Iterable[QueueChange],
    ) -> None:
        """Take up live changes; the router was made with them already."""
        self.base = base
        self.agents = {change.agent: change for change in agents}
        self.queues = {change.queue: change for change in queues}

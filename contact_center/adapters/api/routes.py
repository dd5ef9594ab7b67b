"""The doors: one function each. Everything is checked before the core is asked."""

import logging
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from contact_center.adapters.api import bodies, views
from contact_center.adapters.api.access import Access, refusal
from contact_center.adapters.api.asking import Asking
from contact_center.adapters.api.doors import Ask, Doors, read_body, within
from contact_center.adapters.api.floor_changes import FloorChanges
from contact_center.adapters.api.memory import FindOffer, Memory
from contact_center.adapters.api.outcomes import outcome
from contact_center.adapters.api.reports import (
    FindFlow,
    FindPauses,
    FindScript,
    FindSurveys,
    Reports,
)
from contact_center.core.acd_events import ScoresGiven, WorkOffered, WorkWithdrawn
from contact_center.core.center import Center
from contact_center.core.explain import explain_agent, explain_call, explain_offer, reservation_of
from contact_center.core.ids import (
    AgentId,
    CallId,
    FlowId,
    QueueId,
    ReservationId,
)
from contact_center.core.ivr.walk import EVERY_FLOW
from contact_center.core.permissions import Permission
from contact_center.core.skills import RequirementError, requirement
from contact_center.core.supervisor_requests import (
    EmergencySwitched,
    HelpSeenToRequested,
    MoveRequested,
    ReprioritiseRequested,
    SetPresenceRequested,
    SetQueuePauseRequested,
    SuperviseEndRequested,
    SuperviseRequested,
    SupervisorRequest,
    WithdrawRequested,
)

MOST_ROWS: Final = 1_000

_OVER: Final = frozenset({"ending", "ended"})
_FINISHED: Final = "finished"
_WITHDRAWABLE: Final = frozenset({"waiting", "offering", "scheduled"})
_log = logging.getLogger(__name__)


class Api:
    """The API of one process.

    ``center`` gives the center of now (a reload makes another); ``clock`` microseconds UTC.
    """

    def __init__(
        self,
        *,
        center: Callable[[], Center],
        clock: Callable[[], int],
        access: Access,
        asking: Asking,
        memory: Memory,
        find_offer: FindOffer,
        find_surveys: FindSurveys,
        find_flow: FindFlow,
        find_script: FindScript,
        find_pauses: FindPauses,
    ) -> None:
        self._center = center
        self._clock = clock
        self._doors = Doors(access, clock)
        self._asking = asking
        self._memory = memory
        self._find_offer = find_offer
        self._reports = Reports(self._doors, find_surveys, find_flow, find_script, find_pauses)
        self._changes = FloorChanges(self._doors, center, self._ask)

    def routes(self) -> list[web.AbstractRouteDef]:
        """All of them."""
        read, feed = Permission.SEE_FLOOR, Permission.FEED_WORK
        return [
            web.get("/api/queues", self._doors.door(read, self._queues)),
            web.get("/api/queues/{queue}/waiting", self._doors.door(read, self._waiting)),
            web.get("/api/callbacks", self._doors.door(read, self._callbacks)),
            web.get("/api/agents", self._doors.door(read, self._agents)),
            web.get("/api/explain/offer/{offer}", self._doors.door(read, self._explain_offer)),
            web.post("/api/scores", self._doors.door(feed, self._scores)),
            web.post("/api/work", self._doors.door(feed, self._work)),
            web.delete("/api/work/{work}", self._doors.door(feed, self._withdraw_work)),
            *self._reports.routes(),
            *self.floor_routes("/api"),
        ]

    def floor_routes(self, at: str) -> list[web.AbstractRouteDef]:
        """What a supervisor asks and changes on the floor; `at` is the path before each."""
        read, change, door = Permission.SEE_FLOOR, Permission.STEER_CALLS, self._doors.door
        hear, people = Permission.HEAR_CALLS, Permission.STEER_AGENTS
        switch = Permission.SWITCH_EMERGENCY
        return [
            web.get(f"{at}/emergency", door(read, self._emergencies)),
            web.post(f"{at}/emergency", door(switch, self._switch_emergency)),
            web.get(f"{at}/explain/call/{{call}}", door(read, self._explain_call, 5)),
            web.get(f"{at}/explain/call/{{call}}/agent", door(read, self._explain_together)),
            web.get(f"{at}/explain/agent/{{agent}}", door(read, self._explain_agent)),
            web.post(f"{at}/calls/{{call}}/priority", door(change, self._priority)),
            web.post(f"{at}/calls/{{call}}/move", door(change, self._move)),
            web.post(f"{at}/calls/{{call}}/withdraw", door(change, self._withdraw)),
            web.post(f"{at}/calls/{{call}}/supervise", door(hear, self._supervise)),
            web.delete(f"{at}/calls/{{call}}/supervise", door(hear, self._leave)),
            web.post(f"{at}/agents/{{agent}}/presence", door(people, self._presence)),
            web.delete(f"{at}/agents/{{agent}}/help", door(people, self._seen_to)),
            web.post(
                f"{at}/agents/{{agent}}/queues/{{queue}}/pause", door(people, self._queue_pause)
            ),
            *self._changes.routes(at),
        ]

    # --- reading ------------------------------------------------------------------------------

    async def _queues(self, ask: Ask) -> web.Response:
        return web.json_response({"queues": views.queues(self._center())})

    async def _waiting(self, ask: Ask) -> web.Response:
        center, queue = self._center(), QueueId(ask.name("queue"))
        if queue not in center.configuration.queues:
            return outcome("no_such_queue")
        offset, limit = _page(ask.request)
        rows = views.waiting_in(center, queue, ask.now, offset=offset, limit=limit)
        total = center.router.lines.length(queue)
        return web.json_response({"queue": queue, "total": total, "waiting": rows})

    async def _callbacks(self, ask: Ask) -> web.Response:
        center, named = self._center(), ask.request.query.get("queue")
        queue = QueueId(named) if named is not None else None
        if queue is not None and queue not in center.configuration.queues:
            return outcome("no_such_queue")
        offset, limit = _page(ask.request)
        rows = views.callbacks(center, queue, ask.now, offset=offset, limit=limit)
        return web.json_response({"callbacks": rows})

    async def _agents(self, ask: Ask) -> web.Response:
        center = self._center()
        named = ask.request.query.get("queue")
        queue = QueueId(named) if named is not None else None
        if queue is not None and queue not in center.configuration.queues:
            return outcome("no_such_queue")
        offset, limit = _page(ask.request)
        rows = views.agents(center, ask.now, queue=queue, offset=offset, limit=limit)
        return web.json_response({"agents": rows})

    async def _explain_call(self, ask: Ask) -> web.Response:
        name = CallId(ask.name("call"))
        found = explain_call(self._center(), name, ask.now)
        past = self._memory.calls.get(name)
        if found is not None and (past is None or found.state not in _OVER):
            return web.json_response(views.explained(found))
        if past is None:
            return outcome("no_such_call")
        return web.json_response(views.past_call(name, past))

    async def _explain_agent(self, ask: Ask) -> web.Response:
        found = explain_agent(self._center(), AgentId(ask.name("agent")), ask.now)
        if found is None:
            return outcome("unknown_agent")
        return web.json_response(views.explained(found))

    async def _explain_together(self, ask: Ask) -> web.Response:
        name = reservation_of(self._center(), CallId(ask.name("call")))
        if name is None:
            return refusal(404, "no_such_offer", "Nobody has this call, or is rung for it.")
        return await self._told_of_offer(name, ask.now)

    async def _explain_offer(self, ask: Ask) -> web.Response:
        return await self._told_of_offer(ReservationId(ask.name("offer")), ask.now)

    async def _told_of_offer(self, name: ReservationId, now: int) -> web.Response:
        found = explain_offer(self._center(), name, now)
        if found is not None:
            return web.json_response(views.explained(found))
        past = self._memory.offers.get(name) or await self._find_offer(name)
        if past is None:
            return refusal(404, "no_such_offer", "There is no such offer.")
        return web.json_response(views.past_offer(past))

    # --- supervisors --------------------------------------------------------------------------

    async def _ask(self, ask: Ask, kind: type[SupervisorRequest], **fields: Any) -> web.Response:
        code = await self._asking.supervise(kind, ask.who.name, **fields)
        told = {name: str(getattr(what, "value", what)) for name, what in fields.items()}
        _log.info(
            "asked by a supervisor",
            extra={"who": ask.who.name, "asked": kind.__name__, "refused": code, "fields": told},
        )
        return outcome(code)

    async def _priority(self, ask: Ask) -> web.Response:
        body = await read_body(ask, bodies.Priority)
        priority = body.priority if isinstance(body.priority, int) else None
        boost = bodies.us(body.boost_s) if isinstance(body.boost_s, float) else None
        if priority is None and boost is None:
            raise bodies.BadBodyError({"": "say priority or boost_s"})
        call = CallId(ask.name("call"))
        ask.note.before = views.place(self._center(), call)
        return await self._ask(
            ask, ReprioritiseRequested, call=call, priority=priority, boost_us=boost
        )

    async def _move(self, ask: Ask) -> web.Response:
        body = await read_body(ask, bodies.Move)
        queue = self._queue(body.queue)
        within(ask, queues=[queue])
        call = CallId(ask.name("call"))
        ask.note.before = views.place(self._center(), call)
        return await self._ask(ask, MoveRequested, call=call, queue=queue, position=body.position)

    async def _withdraw(self, ask: Ask) -> web.Response:
        await read_body(ask, bodies.Body)
        call = CallId(ask.name("call"))
        ask.note.before = views.place(self._center(), call)
        return await self._ask(ask, WithdrawRequested, call=call)

    async def _supervise(self, ask: Ask) -> web.Response:
        body = await read_body(ask, bodies.Supervise)
        return await self._ask(
            ask,
            SuperviseRequested,
            call=CallId(ask.name("call")),
            mode=body.mode,
            device=ask.who.device or body.device,
        )

    async def _leave(self, ask: Ask) -> web.Response:
        return await self._ask(ask, SuperviseEndRequested, call=CallId(ask.name("call")))

    async def _presence(self, ask: Ask) -> web.Response:
        body = await read_body(ask, bodies.Presence)
        ask.note.before = views.presence(self._center(), AgentId(ask.name("agent")), ask.now)
        return await self._ask(
            ask,
            SetPresenceRequested,
            agent=AgentId(ask.name("agent")),
            presence=body.presence,
            reason=body.reason,
        )

    async def _seen_to(self, ask: Ask) -> web.Response:
        return await self._ask(ask, HelpSeenToRequested, agent=AgentId(ask.name("agent")))

    async def _queue_pause(self, ask: Ask) -> web.Response:
        body = await read_body(ask, bodies.QueuePause)
        ask.note.before = views.breaks(self._center(), AgentId(ask.name("agent")))
        return await self._ask(
            ask,
            SetQueuePauseRequested,
            agent=AgentId(ask.name("agent")),
            queue=QueueId(ask.name("queue")),
            on=body.on,
            reason=body.reason,
        )

    async def _emergencies(self, ask: Ask) -> web.Response:
        switched = self._center().calls.flows.emergencies
        flows = sorted(flow for flow in switched if flow != EVERY_FLOW)
        known = sorted(self._center().configuration.flows)
        return web.json_response({"all": EVERY_FLOW in switched, "flows": flows, "known": known})

    async def _switch_emergency(self, ask: Ask) -> web.Response:
        body = await read_body(ask, bodies.Emergency)
        ask.note.object = body.flow or "all flows"
        ask.note.before = sorted(self._center().calls.flows.emergencies)
        flow = FlowId(body.flow) if body.flow is not None else None
        return await self._ask(ask, EmergencySwitched, flow=flow, on=body.on)

    # --- other systems ------------------------------------------------------------------------

    async def _scores(self, ask: Ask) -> web.Response:
        body = await read_body(ask, bodies.Scores)
        ask.note.quiet = True  # another system's everyday work, and nobody's change
        router = self._center().router
        strangers = [name for name in body.scores if AgentId(name) not in router.agents]
        if strangers:
            raise bodies.BadBodyError({f"scores.{strangers[0]}": "there is no such agent"})
        if CallId(body.call) not in router.waiting:
            return outcome("not_waiting")
        scores = tuple((AgentId(name), score) for name, score in body.scores.items())
        self._asking.tell(ScoresGiven(call=CallId(body.call), scores=scores))
        return web.json_response({"taken": True}, status=202)

    async def _work(self, ask: Ask) -> web.Response:
        body = await read_body(ask, bodies.Work)
        ask.note.quiet = True
        queue = self._queue(body.queue)
        try:
            requirement(body.requirement)
        except RequirementError as wrong:
            raise bodies.BadBodyError({"requirement": f"{wrong} (at {wrong.at})"}) from None
        call = _work_name(body.id)
        known = self._work_state(call)
        if known is None:
            event = WorkOffered(
                call=call,
                queue=queue,
                subject=body.subject,
                customer=body.customer,
                requirement=body.requirement,
                priority=body.priority,
                boost_us=bodies.us(body.boost_s),
            )
            await self._asking.until_started(event, call)
        state = self._work_state(call)
        answer = {"call": call, "known": known is not None, "state": state}
        return web.json_response(answer, status=201 if known is None else 200)

    async def _withdraw_work(self, ask: Ask) -> web.Response:
        call = _work_name(ask.name("work"))
        ask.note.quiet = True
        state = self._work_state(call)
        if state is None:
            return refusal(404, "no_such_work", "There is no such piece of work.")
        if state == _FINISHED:
            return web.json_response({"done": True, "state": _FINISHED})
        if state not in _WITHDRAWABLE:
            return refusal(409, "taken", "Somebody is at it.")
        await self._asking.until_finished(WorkWithdrawn(call=call), call)
        return web.json_response({"done": True, "state": _FINISHED})

    def _work_state(self, call: CallId) -> str | None:
        found = self._center().calls.calls.get(call)
        if found is not None and found.phase.value not in _OVER:
            return found.phase.value
        known = found is not None or call in self._memory.calls
        return _FINISHED if known else None

    def _queue(self, name: str) -> QueueId:
        if QueueId(name) not in self._center().configuration.queues:
            raise bodies.BadBodyError({"queue": "there is no such queue"})
        return QueueId(name)


def _page(request: web.Request) -> tuple[int, int]:
    """Read ``offset`` (from 0) and ``limit`` (1 to 1000, 100 by default). Raises BadBodyError."""
    found = []
    for name, default, low, high in (("offset", 0, 0, 10**9), ("limit", 100, 1, MOST_ROWS)):
        text = request.query.get(name, str(default))
        if not (
            text.isascii() and text.isdecimal() and len(text) < 10 and low <= int(text) <= high
        ):
            raise bodies.BadBodyError({name: f"a number from {low} to {high}"})
        found.append(int(text))
    return found[0], found[1]


def _work_name(name: str) -> CallId:
    return CallId(f"w-{name}")

"""The center: the call reducer and the router of one pool, behind one door.

``handle(event, now)`` gives what to do and what was decided, in order; ``next_deadline()`` says
when it wants to be called again. The same events at the same times give the same outputs, for ever.

While the phone system is out of reach, the clocks of calls stand still: nobody's wait runs out and
no offer expires while nobody could act on it. People's clocks (wrap-up, rest) go on.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contact_center.core.acd import ToCall, ToRouter
from contact_center.core.acd_events import (
    ConfigurationReloaded,
    DeviceChanged,
    ScoresGiven,
    WorkOffered,
    WorkWithdrawn,
)
from contact_center.core.call import Call
from contact_center.core.calls import OUT_OF_FLOW, Calls
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.dialing import (
    ClickToDialRequested,
    DialRefused,
    DialRequested,
    PreviewDialRequested,
    PreviewSkipRequested,
    RingOffRequested,
)
from contact_center.core.errors import OurError
from contact_center.core.events import (
    CallEvent,
    CenterStarted,
    CustomerLookedUp,
    DeadlinePassed,
    DrainRequested,
    Event,
    ProviderGap,
    ProviderResynced,
    SpeechFinal,
)
from contact_center.core.facts import FaultFound, ProviderChanged, RequestAnswered
from contact_center.core.floor import FLOOR_KINDS, Floor
from contact_center.core.ids import CallId, ReservationId
from contact_center.core.ivr.secrecy import holds_stand_ins
from contact_center.core.ivr.session import ASKED_OUTSIDE, ProcessRestarted
from contact_center.core.lookups import LookupAnswered, SecretKept
from contact_center.core.output import Outbox, Output
from contact_center.core.queue_settings import Channel
from contact_center.core.reconcile import reloaded, resync
from contact_center.core.requests import (
    AcceptRequested,
    AgentRequest,
    ConsultRequested,
    ConsultStepRequested,
    DeclineRequested,
    DeskConnected,
    DeskLost,
    DigitsRequested,
    DispositionRequested,
    HangupRequested,
    HelpRequested,
    HoldRequested,
    MuteRequested,
    NotesRequested,
    ParkRequested,
    PresenceRequested,
    QueuePauseRequested,
    RecordingRequested,
    RequeueRequested,
    RetrieveRequested,
    TransferRequested,
    WorkDoneRequested,
    WrapUpRequested,
)
from contact_center.core.routing import ROUTER_KINDS, Router
from contact_center.core.supervisor_requests import SupervisorRequest
from contact_center.core.visits import VisitorAsked, VisitorCancelled, VisitorComes

BUGS = (
    *(OurError, AssertionError, LookupError, ValueError, TypeError, AttributeError),
    ArithmeticError,
)
"""What a bug of ours may look like. Nothing that happens outside raises any of these."""
_OF_WORK = (HangupRequested, NotesRequested, DispositionRequested, WorkDoneRequested)
"""What may be asked of a piece of work that is no call."""
DEADLINES_A_TURN = 1_000
"""Bound on deadlines acted on in one event; the rest are due at once, in the next."""


class Center:
    """State of one pool, and the only way to change it."""

    def __init__(self, configuration: CenterConfiguration) -> None:
        self.router = Router(configuration)
        self.calls = Calls(configuration, self.router.media_deadlines, self.router.people_deadlines)
        self.floor = Floor(configuration, self.router, self.calls)
        self.provider = ""
        self.stale = 0
        self.now = 0
        self._on_call: dict[type[AgentRequest], Callable[[Call, Any, int, Outbox], None]] = {
            HangupRequested: self.calls.hang_up,
            HoldRequested: self.calls.hold,
            MuteRequested: self.calls.mute,
            RecordingRequested: self.calls.record,
            DigitsRequested: self.calls.send_digits,
            TransferRequested: self.calls.transfer,
            RequeueRequested: self.calls.requeue,
            ConsultRequested: self.calls.consult,
            ConsultStepRequested: self.calls.step_consult,
            ParkRequested: self.calls.park,
            NotesRequested: self.calls.notes,
            DispositionRequested: self.calls.disposition,
            WorkDoneRequested: self.calls.work_done,
            PreviewDialRequested: self.calls.preview_dial,
            PreviewSkipRequested: self.calls.preview_skip,
        }

    @property
    def configuration(self) -> CenterConfiguration:
        """What the file says, with live changes over it."""
        return self.router.configuration

    def handle(self, event: Event, now: int) -> list[Output]:
        """Act on one event. Never raises for anything that happened outside."""
        out = Outbox()
        self.now = now
        try:
            self._take(event, now, out)
        except BUGS as bug:
            self._contain(getattr(event, "call", None), event, bug, now, out)
        self._deliver(now, out)
        self._settle(now, out)
        self.router.tell_changes(now, out)
        self.stale += out.stale
        return out.outputs

    def next_deadline(self) -> int | None:
        """Say when the next DeadlinePassed is wanted, in microseconds UTC."""
        people = self.router.people_deadlines.next()
        media = self.router.media_deadlines.next() if self.router.up else None
        if people is None or media is None:
            return media if people is None else people
        return min(people, media)

    def masks_keys(self, event: CallEvent, key: str) -> bool:
        """Say whether `key` is a secret of the caller, who pressed it: see ``ivr.secrecy``."""
        flows = self.calls.flows
        if not flows.has_secrets:
            return False
        call = self.calls.calls.get(event.call)
        return call is not None and event.leg == call.caller and flows.masks(call, key)

    def ignores_keys(self, event: CallEvent) -> bool:
        """Say whether nobody reads keys of this leg now: its call talks, or is not known."""
        call = self.calls.calls.get(event.call)
        if call is not None and self.calls.is_asked(call, event.leg):
            return False
        return call is None or event.leg != call.caller or call.phase in OUT_OF_FLOW

    def overheard(self, event: SpeechFinal) -> SpeechFinal:
        """Give the event with no more of what was said than the words that were listened for."""
        call = self.calls.calls.get(event.call)
        text = self.calls.flows.understood(call, event) if call is not None else ""
        return replace(event, text=text)

    @property
    def live_calls(self) -> int:
        """Count calls that have a live leg."""
        return sum(1 for call in self.calls.calls.values() if call.legs)

    # --- events -------------------------------------------------------------------------------

    def _take(self, event: Event, now: int, out: Outbox) -> None:
        match event:
            case CallEvent():
                self.calls.handle(event, now, out)
            case CustomerLookedUp():
                self.calls.looked_up(event, now, out)
            case DeadlinePassed():
                self._deadlines(now, out)
            case AgentRequest() | SupervisorRequest():
                self._asked(event, now, out)
            case DeskConnected() | DeskLost():
                self.router.desk(event, now, out)
            case ProviderGap():
                self._provider(event.provider, False, now, out)
            case ProviderResynced():
                self._resync(event, now, out)
            case DialRequested() | RingOffRequested() | DialRefused():
                self.calls.dial(event, now, out)
            case WorkOffered() | WorkWithdrawn():
                self.calls.work(event, now, out)
            case _:
                self._take_rare(event, now, out)

    def _take_rare(self, event: Event, now: int, out: Outbox) -> None:
        match event:
            case LookupAnswered() | SecretKept():
                self._tell_flow(event, now, out)
            case CenterStarted():
                self._started(event, now, out)
            case DrainRequested():
                self.calls.draining = True
            case _:
                self._distribution(event, now, out)

    def _distribution(self, event: Event, now: int, out: Outbox) -> None:
        match event:
            case DeviceChanged():
                self.router.device(event, now, out)
            case ScoresGiven():
                self.router.scores(event, now, out)
            case VisitorAsked() | VisitorCancelled() | VisitorComes():
                self.calls.visit(event, now, out)
            case ConfigurationReloaded():
                self.router.reloaded(now, out)
                if self.router.up:
                    reloaded(self.calls, now, out)
            case _:
                out.ignore()

    def _tell_flow(self, event: LookupAnswered | SecretKept, now: int, out: Outbox) -> None:
        call = self.calls.calls.get(event.call)
        if call is None:
            out.ignore()
        else:
            self.calls.step(call, event, now, out)

    def _deliver(self, now: int, out: Outbox) -> None:
        while out.mail:
            message = out.mail.popleft()
            try:
                if isinstance(message, ToRouter):
                    self.router.handle(message, now, out)
                elif isinstance(message, ToCall):
                    self.calls.told(message, now, out)
            except BUGS as bug:
                self._contain(message.call, message, bug, now, out)

    def _settle(self, now: int, out: Outbox) -> None:
        try:
            self.floor.settle(now, out)
            self.router.settle(now, out)
        except BUGS as bug:
            self._contain(None, DeadlinePassed(), bug, now, out)
        self._deliver(now, out)

    def _deadlines(self, now: int, out: Outbox) -> None:
        queues = [self.router.people_deadlines]
        if self.router.up:
            queues.insert(0, self.router.media_deadlines)
        for deadlines in queues:
            for _ in range(DEADLINES_A_TURN):
                key = deadlines.pop(now)
                if key is None:
                    break
                self._deadline(*key, now, out)
                self._deliver(now, out)

    def _deadline(self, kind: str, owner: str, now: int, out: Outbox) -> None:
        people = self.floor if kind in FLOOR_KINDS else self.calls
        reducer = self.router if kind in ROUTER_KINDS else people
        try:
            reducer.deadline(kind, owner, now, out)
        except BUGS as bug:
            reservation = self.router.reservations.get(ReservationId(owner))
            call = reservation.call if reservation is not None else CallId(owner)
            self._contain(call, DeadlinePassed(), bug, now, out)

    def _resync(self, event: ProviderResynced, now: int, out: Outbox) -> None:
        try:
            resync(self.calls, event, now, out)
        except BUGS as bug:
            # The other calls must not be out of reach for the sake of one.
            self._contain(None, event, bug, now, out)
        self._deliver(now, out)
        self._provider(event.provider, True, now, out)

    def _started(self, event: CenterStarted, now: int, out: Outbox) -> None:
        """Begin, or begin again: every screen is gone, and everything is told anew."""
        self.router.epoch = event.epoch
        self.router.up = False
        self.calls.draining = False  # a drain is asked of one process, not of its successors
        self.router.end_void_pauses(now, out)
        for agent in self.router.agents.values():
            if agent.at_desk:
                self.router.desk(DeskLost(agent=agent.agent), now, out)
            self.router.seat(agent.agent, now)
        self.router.count_again(now)
        self.router.dirty_queues.update(dict.fromkeys(self.configuration.queues))
        for call in list(self.calls.calls.values()):
            self.calls.pop_again(call, now, out)
            session = call.session
            if session is None:
                continue
            if session.phase in ASKED_OUTSIDE or holds_stand_ins(session):
                self.calls.step(call, ProcessRestarted(), now, out)

    def _provider(self, name: str, up: bool, now: int, out: Outbox) -> None:
        self.provider = name
        out.emit(ProviderChanged(at=now, provider=name, up=up))
        self.router.set_provider(up, now, out)

    # --- requests -----------------------------------------------------------------------------

    def _asked(self, request: AgentRequest | SupervisorRequest, now: int, out: Outbox) -> None:
        if isinstance(request, SupervisorRequest):
            self.floor.ask(request, now, out)
        else:
            self._request(request, now, out)

    def _request(self, request: AgentRequest, now: int, out: Outbox) -> None:
        if request.agent not in self.router.agents:
            self._refuse(request, "unknown_agent", now, out)
            return
        match request:
            case PresenceRequested() | QueuePauseRequested() | WrapUpRequested():
                self.router.request(request, now, out)
            case DeclineRequested() | HelpRequested():
                self.router.request(request, now, out)
            case AcceptRequested():
                reservation = self.router.current(request.reservation, request.agent)
                call = self.calls.calls.get(reservation.call) if reservation else None
                if call is None:
                    self._refuse(request, "offer_is_over", now, out)
                else:
                    self.calls.accept(call, request, now, out)
            case ClickToDialRequested():
                code = self.router.why_not(request.agent, Channel.VOICE)
                if code:
                    self._refuse(request, code, now, out)
                else:
                    self.calls.click(request, now, out)
            case RetrieveRequested():
                self.calls.retrieve(request, now, out)
            case _:
                self._request_on_call(request, now, out)

    def _request_on_call(self, request: AgentRequest, now: int, out: Outbox) -> None:
        act = self._on_call.get(type(request))
        if act is None:
            return
        call = self.calls.calls.get(getattr(request, "call", CallId("")))
        if call is None:
            self._refuse(request, "no_such_call", now, out)
        elif call.task is not None and not isinstance(request, _OF_WORK):
            self._refuse(request, "not_a_call", now, out)
        else:
            act(call, request, now, out)

    def _refuse(self, request: AgentRequest, code: str, now: int, out: Outbox) -> None:
        out.emit(RequestAnswered(at=now, agent=request.agent, cmd=request.cmd, code=code))

    # --- our own bugs -------------------------------------------------------------------------

    def _contain(
        self, call_id: CallId | None, cause: object, bug: Exception, now: int, out: Outbox
    ) -> None:
        """Fail the call concerned, loudly, and keep the center.

        What had been decided so far stays decided; then the call is ended the ordinary way. If
        even that is not possible, it is dropped from the books and its agent is freed.
        """
        known = call_id if call_id is not None and call_id in self.calls.calls else None
        message = f"{type(bug).__name__}: {bug}"
        out.emit(FaultFound(at=now, call=known, event=type(cause).__name__, message=message))
        if call_id is None:
            return
        out.forget(call_id)
        call = self.calls.calls.get(call_id)
        if call is not None and not call.is_over:
            try:
                self.calls.end(call, now, out)
            except BUGS:
                out.forget(call_id)
            else:
                return
        if call is not None:
            self.calls.drop(call, now, out)
        self.router.drop(call_id, now, out)

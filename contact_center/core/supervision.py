"""Supervisors in a call: listening, whispering, barging in, taking over.

The supervisor's own phone rings first. Who listens or whispers hangs on the agent's ear, never on
the caller's; when another agent has the caller, they go along. When no agent has, they are let go.
"""

from contact_center.core.call import Call, CallPhase, CallTrigger, Leg, LegKind
from contact_center.core.commands import EndCause, Join, Originate, Role
from contact_center.core.events import CommandFailed
from contact_center.core.facts import SupervisorAnswered
from contact_center.core.ids import LegId, supervisor_leg, talk_of
from contact_center.core.offers import WITH_AGENT
from contact_center.core.outcomes import Listening, TransferKind
from contact_center.core.output import Outbox
from contact_center.core.parking import Parking
from contact_center.core.parties import Supervisor
from contact_center.core.supervisor_requests import (
    SuperviseEndRequested,
    SuperviseRequested,
    SupervisorRequest,
)
from contact_center.core.talk_facts import SupervisionChanged

MAX_SUPERVISORS = 5
"""Bound on supervisors in one call."""
RING_US = 30_000_000
_MARGIN_US = 5_000_000


class Supervision(Parking):
    """What supervisors do in calls."""

    def supervise(self, call: Call, request: SuperviseRequested, now: int, out: Outbox) -> None:
        """Let a supervisor in, or do something else in the call they are in."""
        known = call.supervisors.get(request.by)
        problem = self._cannot_supervise(call, request, known)
        self.tell_supervisor(request, problem, now, out)
        if problem:
            return
        if known is None:
            self._ring_supervisor(call, request, now, out)
        elif known.mode is not request.mode:
            known.mode = request.mode
            if known.on:
                self._take_up(call, known, now, out)

    def _cannot_supervise(
        self, call: Call, request: SuperviseRequested, known: Supervisor | None
    ) -> str:
        if call.phase not in WITH_AGENT:
            return "no_agent"
        if known is not None:
            return ""
        if len(call.supervisors) >= MAX_SUPERVISORS:
            return "too_many"
        return "" if request.device else "no_device"

    def stop_supervising(
        self, call: Call, request: SuperviseEndRequested, now: int, out: Outbox
    ) -> None:
        """Let a supervisor out; one who took over ends the call with it."""
        supervisor = call.supervisors.get(request.by)
        self.tell_supervisor(request, "" if supervisor else "not_supervising", now, out)
        if supervisor is not None:
            self._leave_call(call, supervisor, "", now, out)

    def tell_supervisor(self, request: SupervisorRequest, code: str, now: int, out: Outbox) -> None:
        """Tell a supervisor what became of a request."""
        out.emit(SupervisorAnswered(at=now, by=request.by, cmd=request.cmd, code=code))

    def _ring_supervisor(
        self, call: Call, request: SuperviseRequested, now: int, out: Outbox
    ) -> None:
        call.supervised += 1
        leg = supervisor_leg(call.call, call.supervised)
        call.legs[leg] = Leg(leg=leg, kind=LegKind.SUPERVISOR)
        supervisor = Supervisor(by=request.by, leg=leg, mode=request.mode, since=now)
        call.supervisors[request.by] = supervisor
        self._tell_supervision(call, supervisor, now, out)
        self.leg_started(call, leg, now, out)
        out.emit(
            Originate(
                cmd=call.ids.command(),
                call=call.call,
                leg=leg,
                to=f"device:{request.device}",
                caller_id=call.ani,
                caller_name=call.ani_name,
                timeout_us=RING_US,
            )
        )
        self._arm_supervisors(call, out)

    # --- the supervisor's leg -------------------------------------------------------------------

    def supervisor_answered(self, call: Call, leg: Leg, now: int, out: Outbox) -> None:
        """The supervisor picked up: let them hear, and be heard as far as they wish."""
        supervisor = self.supervisor_at(call, leg.leg)
        if supervisor is None or call.phase not in WITH_AGENT:
            self.hang_up_leg(call, leg.leg, out)
        else:
            self._let_in(call, supervisor, out)

    def supervisor_joined(self, call: Call, leg: Leg, now: int, out: Outbox) -> None:
        """The supervisor is in the talk."""
        supervisor = self.supervisor_at(call, leg.leg)
        if supervisor is None or supervisor.on:
            return
        supervisor.on = True
        if supervisor.mode is Listening.TAKE_OVER:
            self._take_over(call, supervisor, now, out)
        self._tell_supervision(call, supervisor, now, out)

    def supervisor_gone(
        self, call: Call, leg: LegId, cause: EndCause, now: int, out: Outbox
    ) -> None:
        """The supervisor hung up, or did not answer."""
        supervisor = self.supervisor_at(call, leg)
        if supervisor is not None:
            reason = "gone" if supervisor.on else cause.value
            self._leave_call(call, supervisor, reason, now, out)

    def supervisor_failed(self, call: Call, event: CommandFailed, now: int, out: Outbox) -> bool:
        """The switch cannot let them in; False when it is about somebody else."""
        supervisor = self.supervisor_at(call, event.leg)
        if supervisor is None:
            return False
        if event.cmd == supervisor.joining and event.code != "unreachable":
            self._leave_call(call, supervisor, event.code, now, out)
        return True

    def supervisor_at(self, call: Call, leg: LegId) -> Supervisor | None:
        """Find the supervisor whose leg this is."""
        return next((s for s in call.supervisors.values() if s.leg == leg), None)

    def supervisors_unanswered(self, call: Call, now: int, out: Outbox) -> None:
        """Do without supervisors of whom the switch does not say that they did not answer."""
        for supervisor in list(call.supervisors.values()):
            if not supervisor.on and supervisor.since + RING_US + _MARGIN_US <= now:
                self._let_out(call, supervisor, EndCause.NO_ANSWER.value, now, out)
        self._arm_supervisors(call, out)

    def _arm_supervisors(self, call: Call, out: Outbox) -> None:
        ringing = [s.since for s in call.supervisors.values() if not s.on]
        if ringing:
            due = min(ringing) + RING_US + _MARGIN_US
            self.media_deadlines.set("supervise", call.call, due)
        else:
            self.media_deadlines.cancel("supervise", call.call)

    # --- what they do ---------------------------------------------------------------------------

    def _take_up(self, call: Call, supervisor: Supervisor, now: int, out: Outbox) -> None:
        """Do as the mode says, from now on."""
        if supervisor.mode is Listening.TAKE_OVER:
            self._take_over(call, supervisor, now, out)
        self._let_in(call, supervisor, out)
        self._tell_supervision(call, supervisor, now, out)

    def _let_in(self, call: Call, supervisor: Supervisor, out: Outbox) -> None:
        # Until the agent is let go, who will take over listens like the others.
        openly = supervisor.mode is Listening.BARGE or call.part is None
        silent = supervisor.mode is Listening.LISTEN
        if supervisor.mode is Listening.TAKE_OVER:
            openly, silent = True, False
        supervisor.joining = call.ids.command()
        out.emit(
            Join(
                cmd=supervisor.joining,
                call=call.call,
                leg=supervisor.leg,
                talk=talk_of(call.call),
                role=Role.SUPERVISOR,
                muted=silent,
                coach_of=None if openly or call.part is None else call.part.leg,
            )
        )

    def _take_over(self, call: Call, supervisor: Supervisor, now: int, out: Outbox) -> None:
        """Let the agent go; the caller talks with the supervisor."""
        part = call.part
        if part is None or call.phase not in WITH_AGENT:
            return
        self.consult_over(call, "taken_over", now, out)
        for other in list(call.supervisors.values()):
            if other is not supervisor:
                self._let_out(call, other, "taken_over", now, out)
        self.part_over(call, part, now, out)
        to = f"supervisor:{supervisor.by}"
        self.tell_transfer(call, part, TransferKind.SUPERVISOR, to, None, now, out)
        self.hang_up_leg(call, part.leg, out, EndCause.NORMAL)
        if call.legs[call.caller].held:
            self.unhold_leg(call, call.legs[call.caller], out)
        call.move(CallTrigger.BRIDGE)

    def agent_changed(self, call: Call, now: int, out: Outbox) -> None:
        """Another agent has the caller: who listened goes along."""
        for supervisor in call.supervisors.values():
            if supervisor.on and supervisor.mode in {Listening.LISTEN, Listening.WHISPER}:
                self._let_in(call, supervisor, out)
            self._tell_supervision(call, supervisor, now, out)

    def supervisors_again(self, call: Call, out: Outbox) -> None:
        """After a gap in what we heard: let in once more who should be in."""
        for supervisor in call.supervisors.values():
            leg = call.legs.get(supervisor.leg)
            if leg is not None and leg.up:
                self._let_in(call, supervisor, out)

    # --- it ends --------------------------------------------------------------------------------

    def supervisors_over(self, call: Call, reason: str, now: int, out: Outbox) -> None:
        """Let every supervisor out of the call."""
        for supervisor in list(call.supervisors.values()):
            self._let_out(call, supervisor, reason, now, out)

    def _leave_call(
        self, call: Call, supervisor: Supervisor, reason: str, now: int, out: Outbox
    ) -> None:
        """Let a supervisor out. Nobody but one who took over talks with the caller."""
        alone = supervisor.mode is Listening.TAKE_OVER and call.phase is CallPhase.BRIDGED
        self._let_out(call, supervisor, reason, now, out)
        if alone:
            self.left_alone(call, now, out)

    def _let_out(
        self, call: Call, supervisor: Supervisor, reason: str, now: int, out: Outbox
    ) -> None:
        del call.supervisors[supervisor.by]
        self.hang_up_leg(call, supervisor.leg, out, EndCause.NORMAL)
        self._arm_supervisors(call, out)
        self._tell_supervision(call, supervisor, now, out, over=True, reason=reason)

    def _tell_supervision(
        self,
        call: Call,
        supervisor: Supervisor,
        now: int,
        out: Outbox,
        *,
        over: bool = False,
        reason: str = "",
    ) -> None:
        out.emit(
            SupervisionChanged(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                by=supervisor.by,
                mode=supervisor.mode,
                agent=call.part.agent if call.part is not None else None,
                on=supervisor.on and not over,
                over=over,
                reason=reason,
            )
        )

"""Caller and agent: how they are brought together, hold, mute, recording on request, hanging up.

The agent may hear something first, alone (the whisper announcement); the caller hears music until
it is over. Whatever goes wrong with it, they are joined all the same.
"""

from abc import abstractmethod

from contact_center.core import recording
from contact_center.core.acd import ReportConnected, ReportHold
from contact_center.core.call import Call, CallPhase, CallTrigger, Leg, LegKind
from contact_center.core.commands import (
    CreateTalk,
    Hold,
    Join,
    LeaveWaiting,
    Mute,
    PlaySequence,
    PromptItem,
    PromptKind,
    Role,
    SendDigits,
    StopPlayback,
    Unhold,
)
from contact_center.core.events import CommandFailed, PlaybackFailed, PlaybackFinished
from contact_center.core.facts import CallConnected, HoldChanged, QueueOutcome
from contact_center.core.ids import LegId, talk_of
from contact_center.core.ivr.expressions import ExpressionFailedError
from contact_center.core.ivr.names import names_of
from contact_center.core.ivr.speech import speak
from contact_center.core.offers import WITH_AGENT, Offers
from contact_center.core.outcomes import ConsultState
from contact_center.core.output import Outbox
from contact_center.core.parties import Part
from contact_center.core.requests import (
    AgentRequest,
    DigitsRequested,
    HangupRequested,
    HoldRequested,
    MuteRequested,
    RecordingRequested,
)
from contact_center.core.talk_facts import KeysNotSent, MuteChanged

MOST_PRESSING = 8
"""Bound on keys under way to the switch of which is remembered that an agent sent them."""

TONE_MS = 250
"""How long the tone is for an agent whose phone picked up by itself."""

WHISPER_US = 8_000_000
"""The agent hears the whisper announcement for so long at most, and never for more than half of the
time in which the two have to be connected."""


class Conversations(Offers):
    """What happens between a caller and an agent who has them."""

    @abstractmethod
    def handed_over(self, call: Call, now: int, out: Outbox) -> None:
        """Tell the flow that its caller is with somebody."""

    @abstractmethod
    def agent_gone(self, call: Call, now: int, out: Outbox) -> None:
        """The agent who has the caller hung up on them."""

    def stop_announcing(self, call: Call, now: int, out: Outbox) -> None:
        """End what the caller is told while waiting: somebody is there."""

    # --- from the answer to the talk ------------------------------------------------------------

    def serve(self, call: Call, now: int, out: Outbox) -> None:
        """The agent of the call's part answered: bring them together, once they heard about it."""
        assert call.part is not None
        items = (*self._tone(call, call.part), *self._whisper(call, call.part, now))
        if not items:
            self.bring_together(call, now, out)
            return
        call.whispering = call.ids.playback()
        most = min(WHISPER_US, self.configuration.timing.setup_us // 2)
        self.media_deadlines.set("whisper", call.call, now + most)
        out.emit(
            PlaySequence(
                cmd=call.ids.command(),
                call=call.call,
                leg=call.part.leg,
                playback=call.whispering,
                items=items,
            )
        )

    def _tone(self, call: Call, part: Part) -> tuple[PromptItem, ...]:
        """Tell an agent whose phone picked up by itself that somebody is there.

        Not of somebody whom we dialled: who has said hello must not wait.
        """
        if call.dial is not None or not self.configuration.queues[part.queue].auto_answer:
            return ()
        return (PromptItem(kind=PromptKind.TONE, ms=TONE_MS),)

    def _whisper(self, call: Call, part: Part, now: int) -> tuple[PromptItem, ...]:
        room = self.configuration.rooms.get(part.queue)
        if room is None or not room.whisper:
            return ()
        language = self.configuration.language
        waited_s = (now - (call.since if call.since is not None else call.queued_at)) // 1_000_000
        waited = {"name": part.queue, "waited_s": waited_s, "waited_min": -(-waited_s // 60)}
        known = names_of(call.session, now) if call.session is not None else {}
        names = {**known, "queue": waited}
        try:
            return speak(room.whisper, language, (), lambda: names)
        except ExpressionFailedError:
            return ()

    def whispered(
        self,
        call: Call,
        event: PlaybackFinished | PlaybackFailed | CommandFailed,
        now: int,
        out: Outbox,
    ) -> bool:
        """Go on when the announcement to the agent is over; False when it is about another."""
        part = call.part
        if call.whispering is None or part is None or event.leg != part.leg:
            return False
        if isinstance(event, CommandFailed) or event.playback == call.whispering:
            self.bring_together(call, now, out)
        return True

    def whispered_enough(self, call: Call, now: int, out: Outbox) -> None:
        """The announcement takes too long: do without the rest."""
        if call.whispering is not None and call.part is not None:
            stop = StopPlayback(
                cmd=call.ids.command(),
                call=call.call,
                leg=call.part.leg,
                playback=call.whispering,
            )
            out.emit(stop)
            self.bring_together(call, now, out)

    def bring_together(self, call: Call, now: int, out: Outbox) -> None:
        """Take the caller out of waiting and into the talk with the agent."""
        call.whispering = None
        self.media_deadlines.cancel("whisper", call.call)
        self.stop_announcing(call, now, out)
        out.emit(LeaveWaiting(cmd=call.ids.command(), call=call.call, leg=call.caller))
        self.join_all(call, out)

    def join_all(self, call: Call, out: Outbox) -> None:
        """Put the caller, and who has them, into the talk."""
        talk = talk_of(call.call)
        call.has_talk = True
        commands: list[CreateTalk | Join] = [
            CreateTalk(cmd=call.ids.command(), call=call.call, leg=call.caller, talk=talk)
        ]
        for leg in call.legs.values():
            if self.talks(call, leg) and leg.kind is not LegKind.SUPERVISOR and not leg.held:
                leg.joined = False
                commands.append(self.join(call, leg))
        call.joining = tuple(command.cmd for command in commands)
        for command in commands:
            out.emit(command)

    def join(self, call: Call, leg: Leg) -> Join:
        """Make the command that puts one leg into the talk."""
        role = Role.AGENT if leg.kind is LegKind.AGENT else Role.CUSTOMER
        if call.consult is not None and call.consult.leg == leg.leg:
            role = Role.CONSULT
        return Join(
            cmd=call.ids.command(),
            call=call.call,
            leg=leg.leg,
            talk=talk_of(call.call),
            role=role,
            muted=leg.muted,
        )

    def talks(self, call: Call, leg: Leg) -> bool:
        """Say whether a leg should be in the talk as things are, on hold or not."""
        consult = call.consult
        if consult is not None and consult.leg == leg.leg:
            return leg.up
        match leg.kind:
            case LegKind.CALLER:
                return True
            case LegKind.AGENT:
                return call.part is not None and call.part.leg == leg.leg
            case LegKind.NUMBER:
                return call.phase is CallPhase.BRIDGED and self.is_wanted(call, leg)
            case LegKind.SUPERVISOR:
                return leg.up and self.is_wanted(call, leg)

    def joined(self, call: Call, leg: Leg, now: int, out: Outbox) -> None:
        """A leg is in the talk; the second one makes it a conversation."""
        leg.joined = True
        part = call.part
        if call.phase is not CallPhase.CONNECTING or part is None:
            return
        other, caller = call.legs.get(part.leg), call.legs.get(call.caller)
        if other is None or caller is None or not (other.joined and caller.joined):
            return
        call.move(CallTrigger.CONNECT)
        caller.held = False
        self.part_begins(call, part, now, out)
        if self.configuration.queues[part.queue].recording.on:
            recording.begin(call, part, now, out)
        self.handed_over(call, now, out)

    def part_begins(self, call: Call, part: Part, now: int, out: Outbox) -> None:
        """State that an agent is at work for the caller from now on: the wait is over."""
        if call.connected_at is None:
            call.connected_at = now
        call.served_by, part.since = part.agent, now
        out.tell(ReportConnected(call=call.call, reservation=part.reservation))
        if call.in_line:
            self.wait_ended(call, QueueOutcome.ANSWERED, now, out)
        out.emit(
            CallConnected(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                reservation=part.reservation,
                agent=part.agent,
                queue=part.queue,
                waited_us=now - call.queued_at,
            )
        )

    # --- hold and mute --------------------------------------------------------------------------

    def hold(self, call: Call, request: HoldRequested, now: int, out: Outbox) -> None:
        """Put the caller on hold, or bring them back; asking for what is already so is fine."""
        if not self.has_caller(call, request):
            self.answer(request, "not_talking", now, out)
            return
        if call.consult is not None:
            self.answer(request, "consulting", now, out)
            return
        self.answer(request, "", now, out)
        if request.on and call.phase is CallPhase.TALKING:
            self.hold_caller(call, now, out)
        elif not request.on and call.phase is CallPhase.HELD:
            self.unhold_caller(call, now, out)

    def hold_caller(self, call: Call, now: int, out: Outbox) -> None:
        """Let the caller hear music only."""
        assert call.part is not None
        call.move(CallTrigger.HOLD)
        self.hold_leg(call, call.legs[call.caller], out)
        call.part.hold(now)
        recording.hold(call, True, now, out)
        self._tell_hold(call, call.part, True, now, out)

    def unhold_caller(self, call: Call, now: int, out: Outbox) -> None:
        """Let caller and agent hear each other again."""
        assert call.part is not None
        call.move(CallTrigger.UNHOLD)
        self.unhold_leg(call, call.legs[call.caller], out)
        call.part.unhold(now)
        recording.hold(call, False, now, out)
        self._tell_hold(call, call.part, False, now, out)

    def hold_leg(self, call: Call, leg: Leg, out: Outbox) -> None:
        """Let a leg of the talk hear music only."""
        leg.held = True
        out.emit(Hold(cmd=call.ids.command(), call=call.call, leg=leg.leg, talk=talk_of(call.call)))

    def unhold_leg(self, call: Call, leg: Leg, out: Outbox) -> None:
        """Bring a leg on hold back into the talk."""
        leg.held = False
        role = self.join(call, leg).role
        out.emit(
            Unhold(
                cmd=call.ids.command(),
                call=call.call,
                leg=leg.leg,
                talk=talk_of(call.call),
                role=role,
            )
        )

    def _tell_hold(self, call: Call, part: Part, on: bool, now: int, out: Outbox) -> None:
        out.tell(ReportHold(call=call.call, reservation=part.reservation, on=on))
        out.emit(HoldChanged(at=now, call=call.call, seq=call.ids.fact(), agent=part.agent, on=on))

    def mute(self, call: Call, request: MuteRequested, now: int, out: Outbox) -> None:
        """Let nobody hear the agent, or let them be heard again."""
        part = self.part_of(call, request)
        leg = call.legs.get(part.leg) if part is not None else None
        if part is None or part.since is None or leg is None:
            self.answer(request, "not_talking", now, out)
            return
        self.answer(request, "", now, out)
        if leg.muted == request.on:
            return
        leg.muted = part.muted = request.on
        out.emit(Mute(cmd=call.ids.command(), call=call.call, leg=leg.leg, on=request.on))
        out.emit(
            MuteChanged(
                at=now, call=call.call, seq=call.ids.fact(), agent=part.agent, on=request.on
            )
        )

    def send_digits(self, call: Call, request: DigitsRequested, now: int, out: Outbox) -> None:
        """Press keys for whom the agent talks with: the consulted, else the caller."""
        leg = self._far_end(call, request)
        if leg is None:
            self.answer(request, "not_talking", now, out)
            return
        self.answer(request, "", now, out)
        cmd = call.ids.command()
        call.pressing = (*call.pressing[1 - MOST_PRESSING :], cmd)
        out.emit(SendDigits(cmd=cmd, call=call.call, leg=leg, digits=request.digits, masked=True))

    def _far_end(self, call: Call, request: DigitsRequested) -> LegId | None:
        part, consult = call.part, call.consult
        if part is None or part.since is None or not self.has_caller(call, request):
            return None
        if consult is not None and consult.state is ConsultState.TALKING:
            # An agent who is consulted has nobody at their phone whom keys are for.
            return consult.leg if consult.part is None else None
        return call.caller if call.phase is CallPhase.TALKING else None

    def digits_failed(self, call: Call, event: CommandFailed, now: int, out: Outbox) -> bool:
        """Keys could not be sent; False when it is about something else."""
        if event.cmd not in call.pressing:
            return False
        if call.part is not None:
            agent = call.part.agent
            fact = KeysNotSent(
                at=now, call=call.call, seq=call.ids.fact(), agent=agent, code=event.code
            )
            out.emit(fact)
        return True

    def record(self, call: Call, request: RecordingRequested, now: int, out: Outbox) -> None:
        """Pause the recording of the agent's conversation, or let it go on, where that is allowed.

        Asking for what is already so is fine.
        """
        part = call.part
        if part is None or not self.has_caller(call, request):
            self.answer(request, "not_talking", now, out)
        elif not recording.is_on(call, part):
            self.answer(request, "not_recorded", now, out)
        elif not self.configuration.queues[part.queue].recording.pausable:
            self.answer(request, "not_allowed", now, out)
        else:
            self.answer(request, "", now, out)
            recording.wish(call, part, request.on, now, out, by_script=request.by_script)

    # --- hanging up -----------------------------------------------------------------------------

    def hang_up(self, call: Call, request: HangupRequested, now: int, out: Outbox) -> None:
        """The agent ends the conversation they are in: with the caller, or with the consulted."""
        part, consult = self.part_of(call, request), call.consult
        if part is None or call.phase not in WITH_AGENT:
            self.answer(request, "not_talking", now, out)
            return
        self.answer(request, "", now, out)
        if consult is not None and part is consult.part:
            self.hang_up_leg(call, part.leg, out)
        elif consult is not None and consult.state in {ConsultState.CALLING, ConsultState.TALKING}:
            self.consult_over(call, "", now, out)
        else:
            self.agent_gone(call, now, out)

    def has_caller(self, call: Call, request: AgentRequest) -> bool:
        """Say whether who asks is the agent who has the caller."""
        part = call.part
        return part is not None and part.agent == request.agent and call.phase in WITH_AGENT

    def part_of(self, call: Call, request: AgentRequest) -> Part | None:
        """Find the part of who asks, as the one who has the caller or who is consulted."""
        parts = (call.part, call.consult.part if call.consult is not None else None)
        mine = (p for p in parts if p is not None and p.agent == request.agent)
        return next(mine, None)

"""The customer's leg of a dialled call, and what is told of it: stages, and the end.

The lowest of the three floors of outbound calls; above it lie ``previews`` (the agent is there
first) and ``outbound`` (what is asked for, and what happens from the answer on).
"""

from abc import abstractmethod

from contact_center.core.call import Call, CallPhase, Leg, LegKind
from contact_center.core.commands import AmdProfile, EndCause, Originate
from contact_center.core.dialing import OPT_OUT, DialEnded, DialStage, DialStaged
from contact_center.core.dialled import Dialled, cause_of, how_it_ended, outcome_of
from contact_center.core.events import (
    AmdResult,
    AmdVerdict,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallProgress,
    EndedBy,
    PlaybackStarted,
)
from contact_center.core.ids import AgentId, transfer_leg
from contact_center.core.output import Outbox
from contact_center.core.parties import Part
from contact_center.core.supervision import Supervision

SILENT_US = 5_000_000
"""How much longer than the phone rings the switch may take to say what became of it."""
_ENDS = frozenset(DialStage) - {
    DialStage.RINGING,
    DialStage.ANSWERED,
    DialStage.QUEUED,
    DialStage.CONNECTED,
}


class Dialling(Supervision):
    """Legs of customers whom we dial."""

    @abstractmethod
    def examined(self, call: Call, dial: Dialled, event: AmdResult, now: int, out: Outbox) -> None:
        """The switch has an opinion on who answered."""

    # --- the leg ------------------------------------------------------------------------------

    def dial_customer(self, call: Call, dial: Dialled, now: int, out: Outbox) -> None:
        """Let the customer's phone ring."""
        call.transfers += 1
        leg = Leg(leg=transfer_leg(call.call, call.transfers), kind=LegKind.CALLER)
        call.legs[leg.leg] = leg
        call.customer_leg = leg.leg
        self.leg_started(call, leg.leg, now, out)
        listens = dial.asked.amd and not dial.agent_first
        out.emit(
            Originate(
                cmd=call.ids.command(),
                call=call.call,
                leg=leg.leg,
                to=f"number:{dial.asked.number}",
                caller_id=dial.asked.caller_id,
                timeout_us=dial.asked.ring_us,
                amd=AmdProfile.ASYNC if listens else AmdProfile.OFF,
            )
        )
        self.media_deadlines.set("ring", call.call, now + dial.asked.ring_us + SILENT_US)

    def dial_news(self, call: Call, event: CallEvent, now: int, out: Outbox) -> None:
        """Note what happens to the customer's leg, before anybody acts on it."""
        dial = call.dial
        if dial is None or event.leg != call.customer_leg:
            return
        if isinstance(event, CallProgress | CallAnswered):
            dial.attestation = event.attestation or dial.attestation
        match event:
            case CallProgress() if dial.ringing_at is None and dial.answered_at is None:
                dial.ringing_at = now
                self.stage(call, dial, DialStage.RINGING, now, out)
            case CallAnswered() if dial.answered_at is None:
                dial.answered_at = now
                self.media_deadlines.cancel("ring", call.call)
                self.stage(call, dial, DialStage.ANSWERED, now, out)
            case AmdResult() if not call.is_over:
                self.examined(call, dial, event, now, out)
            case PlaybackStarted() if dial.end is DialStage.ABANDONED:
                if dial.message_at is None:
                    dial.message_at = now
            case CallEnded() if event.leg in call.legs:
                dial.ended, dial.cause = event.cause, dial.cause or cause_of(event)
                # Whom the switch cut off, or we did, has not hung up on us.
                theirs = event.by is not EndedBy.SWITCH and not call.is_over
                dial.left = theirs and dial.answered_at is not None
            case _:
                pass

    def switch_silent(self, call: Call, dial: Dialled, now: int, out: Outbox) -> None:
        """The switch did not say in time what became of the customer's phone."""
        dial.ended, dial.cause = EndCause.NO_ANSWER, "switch_silent"
        self.end(call, now, out, EndCause.CANCELED)

    # --- what is told -------------------------------------------------------------------------

    def stage(
        self,
        call: Call,
        dial: Dialled,
        stage: DialStage,
        now: int,
        out: Outbox,
        agent: AgentId | None = None,
    ) -> None:
        """State how far the call is; of the ends only the first is one."""
        if dial.end is not None:
            return
        if stage in _ENDS:
            dial.end = stage
        out.emit(
            DialStaged(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                campaign=dial.asked.campaign,
                stage=stage,
                agent=agent,
                cause=dial.cause if stage in _ENDS else "",
                reason=dial.skipped or "",
            )
        )

    def connected_with(
        self, call: Call, dial: Dialled, agent: AgentId | None, now: int, out: Outbox
    ) -> None:
        """State that somebody, or something, has the person who answered."""
        if dial.connected_at is None:
            dial.connected_at, dial.agent = now, agent
            self.stage(call, dial, DialStage.CONNECTED, now, out, agent)

    def end(self, call: Call, now: int, out: Outbox, cause: EndCause = EndCause.NORMAL) -> None:
        """End the call; what the person asked for in the flow is not forgotten."""
        dial = call.dial
        if dial is not None and not call.is_over and call.session is not None:
            dial.opted_out = dial.opted_out or OPT_OUT in call.session.tags
        super().end(call, now, out, cause)

    def finish_if_gone(self, call: Call, now: int, out: Outbox) -> None:
        """State how a dialled call ended, once its last leg is gone."""
        if call.dial is not None and not call.legs and call.phase is CallPhase.ENDING:
            self.dial_over_with(call, call.dial, now, out)
        super().finish_if_gone(call, now, out)

    def drop(self, call: Call, now: int, out: Outbox) -> None:
        """Strike a call off the books (our own bug); its dialer is told that it is over."""
        if call.dial is not None:
            self.dial_over_with(call, call.dial, now, out)
        super().drop(call, now, out)

    def dial_over_with(self, call: Call, dial: Dialled, now: int, out: Outbox) -> None:
        """State everything about a dialled call, once."""
        if dial.over:
            return
        dial.over = True
        end = how_it_ended(dial, lost=call.lost)
        self.stage(call, dial, end, now, out)
        call.outcome = outcome_of(dial, end)
        if dial.asked.external and dial.connected_at is not None and not dial.talk_us:
            dial.talk_us = now - dial.connected_at
        unsure = dial.asked.amd and dial.verdict in (None, AmdVerdict.UNKNOWN)
        out.emit(
            DialEnded(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                campaign=dial.asked.campaign,
                number=dial.asked.number,
                end=end,
                ringing_at=dial.ringing_at,
                answered_at=dial.answered_at,
                speech_at=dial.speech_at,
                greeting_at=dial.greeting_at,
                connected_at=dial.connected_at,
                message_at=dial.message_at,
                agent=dial.agent,
                opted_out=dial.opted_out,
                certain=not (unsure and dial.answered_at is not None),
                cause=dial.cause,
                talk_us=dial.talk_us,
                machine=dial.machine,
                sampled=dial.sampled,
                reason=dial.skipped or "",
                attestation=dial.attestation,
            )
        )

    def part_over(
        self,
        call: Call,
        part: Part,
        now: int,
        out: Outbox,
        *,
        wrap_up: bool = True,
        missed: bool = False,
    ) -> None:
        """Count how long agents talked."""
        super().part_over(call, part, now, out, wrap_up=wrap_up, missed=missed)
        if call.dial is not None and part.since is not None:
            call.dial.talk_us += now - part.since - part.held_us

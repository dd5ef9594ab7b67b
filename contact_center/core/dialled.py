"""What a call keeps that a dialer asked for: how far it came, and what the law wants to know.

Plain data, written down with the call, and the pure rules that read nothing else. Instants are
microseconds UTC.
"""

from dataclasses import dataclass, replace

from contact_center.core.acd import EnterQueue
from contact_center.core.commands import EndCause
from contact_center.core.dialing import CountsFrom, DialRequested, DialStage
from contact_center.core.events import AmdVerdict, CallEnded
from contact_center.core.ids import AgentId, FlowId, ReservationId
from contact_center.core.outcomes import CallOutcome

FIRST_BAND = 100
"""People whom we dialled come before callers, unless their flow says otherwise."""
AGENT_RINGS_US = 60_000_000
"""How much longer than a preview its agent is held, for their phone to ring, at most."""
_UNANSWERED = {
    EndCause.BUSY: DialStage.BUSY,
    EndCause.REJECTED: DialStage.BUSY,
    EndCause.NO_ANSWER: DialStage.NO_ANSWER,
    EndCause.UNREGISTERED: DialStage.NO_ANSWER,
    EndCause.NORMAL: DialStage.NO_ANSWER,
    EndCause.INVALID_NUMBER: DialStage.INVALID,
    EndCause.AMD_MACHINE: DialStage.MACHINE,
}
"""What it means when a leg ended that was never answered; anything else is FAILED."""
_OUTCOME = {
    DialStage.ABANDONED: CallOutcome.ABANDONED,
    DialStage.LEFT: CallOutcome.ABANDONED,
    DialStage.SKIPPED: CallOutcome.WITHDRAWN,
}


@dataclass(slots=True, kw_only=True)
class Dialled:
    """A call that a dialer asked for.

    ``flow``: what whoever answers goes through. ``kept``: the reservation of an agent who is held
    for the call while it rings. ``accepted``: that of the agent who wants the customer dialled.
    ``unsure_at``: when the switch gave up listening without having heard a greeting, or a machine
    was let through. ``sampled``: it was, for an agent to say what it is.
    ``left``: the person hung up, and not we; ``rang_off``: the dialer took the call back.
    ``ended``: how the customer's leg did; ``cause``: the same as the switch named it. ``end``: how
    it all ended, as was told. ``over``: everything was told. ``attestation``: how the carrier
    signed the call, "" where it did not say.
    """

    asked: DialRequested
    flow: FlowId
    kept: ReservationId | None = None
    accepted: ReservationId | None = None
    ringing_at: int | None = None
    answered_at: int | None = None
    speech_at: int | None = None
    greeting_at: int | None = None
    unsure_at: int | None = None
    connected_at: int | None = None
    message_at: int | None = None
    verdict: AmdVerdict | None = None
    machine: bool = False
    sampled: bool = False
    queued: bool = False
    left: bool = False
    rang_off: bool = False
    skipped: str | None = None
    opted_out: bool = False
    ended: EndCause | None = None
    cause: str = ""
    end: DialStage | None = None
    over: bool = False
    agent: AgentId | None = None
    talk_us: int = 0
    attestation: str = ""

    @property
    def agent_first(self) -> bool:
        """Whether an agent is on the line before the customer is dialled."""
        return self.asked.agent_first or self.asked.preview_us > 0

    @property
    def agentless(self) -> bool:
        """Whether the flow talks with whoever answers, and no agent need be there in time."""
        return self.asked.queue is None and not self.asked.external and not self.agent_first

    @property
    def waits(self) -> bool:
        """Whether a person is on the line for whom an agent must be there in time."""
        answered = self.answered_at is not None and self.end is None
        return answered and self.connected_at is None and not self.agentless

    @property
    def counts_from(self) -> int:
        """Since when the person waits."""
        assert self.answered_at is not None
        if self.sampled and self.unsure_at is not None:
            # Listening may have taken longer than anybody may wait, and nobody waits for sure.
            return self.unsure_at
        if self.asked.counts_from is CountsFrom.ANSWER:
            return self.answered_at
        spoke = self.asked.counts_from is CountsFrom.SPEECH
        known = self.speech_at if spoke else self.greeting_at
        return known or self.unsure_at or self.answered_at


def dialled_entry(dial: Dialled, entry: EnterQueue) -> EnterQueue:
    """Say how a call stands in line of somebody whom we dial, or have dialled."""
    asked = dial.asked
    by_name = asked.agent_first and asked.agent is not None and dial.connected_at is None
    return replace(
        entry,
        caller="",
        outbound=True,
        counted=dial.connected_at is not None,
        strict=dial.waits,
        only=by_name,
        at_once=dial.sampled and dial.waits and dial.kept is None,
        offer_us=asked.preview_us + AGENT_RINGS_US if asked.preview_us else 0,
    )


def how_it_ended(dial: Dialled, *, lost: bool) -> DialStage:
    """Say how a dialled call ended, now that its last leg is gone. `lost`: the switch lost it."""
    if dial.end is not None:
        return dial.end
    if dial.skipped is not None:
        return DialStage.SKIPPED
    if dial.connected_at is not None:
        return DialStage.DONE
    if dial.machine:
        return DialStage.MACHINE
    if dial.answered_at is not None:
        # Nobody can say what became of a call that the switch lost: the worst is assumed.
        return DialStage.LEFT if dial.left and not lost else DialStage.ABANDONED
    if dial.rang_off:
        return DialStage.CANCELLED
    if dial.ended is None:
        return DialStage.FAILED
    return _UNANSWERED.get(dial.ended, DialStage.FAILED)


def outcome_of(dial: Dialled, end: DialStage) -> CallOutcome:
    """Say what a dialled call was to those who count all calls alike."""
    if dial.connected_at is None:
        return _OUTCOME.get(end, CallOutcome.NOT_REACHED)
    if dial.agentless:
        return CallOutcome.ENDED_IN_IVR
    return CallOutcome.TRANSFERRED if dial.asked.external else CallOutcome.ANSWERED


def cause_of(event: CallEnded) -> str:
    """Name the cause of a leg's end as the switch did: our word, and the codes it came from."""
    codes = (("q850", event.q850), ("sip", event.sip_code))
    return " ".join([event.cause.value, *(f"{name}={code}" for name, code in codes if code)])

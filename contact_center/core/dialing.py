"""The messages of outbound calls: what a dialer asks the center for, and what it is told back.

The dialer decides whom to call and when, and asks its gate; the center makes the call, leads
whoever answers to an agent or through a flow, and says what came of it. Instants are microseconds
UTC.
"""

from dataclasses import dataclass
from enum import Enum

from contact_center.core.commands import NO_MUSIC, Command
from contact_center.core.events import Event
from contact_center.core.facts import CallFact
from contact_center.core.ids import AgentId, CallId, CommandId, FlowId, QueueId
from contact_center.core.requests import AgentRequest


class MachineAction(Enum):
    """What happens when a machine answers: the words to say after the beep are a flow's."""

    HANG_UP = "hang_up"
    DROP = "drop"
    AGENT = "agent"


class CountsFrom(Enum):
    """From when a person who answered has the flow's `max_wait`: the answer is the strictest.

    What the switch did not tell (SPEECH: when they began to speak, GREETING: when they had said
    their greeting) is taken for the answer; where it listened in vain, for the end of listening.
    """

    ANSWER = "answer"
    SPEECH = "speech"
    GREETING = "greeting"


OPT_OUT = "opt_out"
"""The tag of a flow's edge by which somebody goes who asks not to be called again."""


class DialStage(Enum):
    """How far a dialled call is; the last ten are ends, and a call has exactly one of them.

    RINGING. ANSWERED: somebody (or something that may be a person) picked up. QUEUED: they wait for
    an agent. CONNECTED: an agent, or of a call without agents the flow, has them. Ends: DONE (after
    CONNECTED), ABANDONED (a person, and nobody in time), LEFT (they hung up before), MACHINE,
    NO_ANSWER, BUSY, INVALID, CANCELLED (we rang off), FAILED, SKIPPED (a preview that was not
    dialled).
    """

    RINGING = "ringing"
    ANSWERED = "answered"
    QUEUED = "queued"
    CONNECTED = "connected"
    DONE = "done"
    ABANDONED = "abandoned"
    LEFT = "left"
    MACHINE = "machine"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    INVALID = "invalid"
    CANCELLED = "cancelled"
    FAILED = "failed"
    SKIPPED = "skipped"


# --- events --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DialRequested(Event):
    """Call somebody: the gate has let it pass.

    A `call` that is known already is ignored, and so is one that is no safe id.

    ``queue``: whose agents it is for; None without agents. ``flow``: what a person goes through
    from the answer on; its queue node is where they are connected, or abandoned by its `timeout`.
    ``agent``: rung first, before the customer, when `agent_first`; else whom the call is kept for.
    ``preview_us``: over 0, the agent is shown the lead, and the customer is dialled when they
    accept, or when the time is over if `preview_dials`; else the attempt ends as SKIPPED.
    ``external``: an endpoint that takes the call instead of an agent (``number:+...``), or "".
    ``fields``: what is known of the lead, for flow, screen-pop and script; in a flow they are
    ``customer.NAME``. ``skip_reasons``: with which an agent may skip the preview, any when empty.
    ``machine_sample``: should a machine answer, let an agent who is free at once hear what it is.
    ``counts_from``: see there. ``music``: what a person hears who waits for an agent.
    ``request``: the `cmd` of the AskToDial that this answers, if any. ``lead_list``: the list that
    the lead is of.
    """

    call: CallId
    campaign: str
    number: str
    caller_id: str
    flow: FlowId
    queue: QueueId | None = None
    agent: AgentId | None = None
    agent_first: bool = False
    preview_us: int = 0
    preview_dials: bool = False
    external: str = ""
    ring_us: int = 25_000_000
    amd: bool = False
    on_machine: MachineAction = MachineAction.HANG_UP
    machine_flow: FlowId | None = None
    machine_sample: bool = False
    name: str = ""
    language: str = ""
    reason: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    skip_reasons: tuple[str, ...] = ()
    counts_from: CountsFrom = CountsFrom.ANSWER
    music: str = NO_MUSIC
    request: CommandId | None = None
    lead_list: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingOffRequested(Event):
    """Hang up a dialled call that nobody has answered; one that was answered goes on."""

    call: CallId
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialRefused(Event):
    """Answer to AskToDial: the gate, or the dialer, says no, and why in codes."""

    agent: AgentId
    request: CommandId
    reasons: tuple[str, ...]


# --- requests of agents --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickToDialRequested(AgentRequest):
    """Call a number: the agent's phone rings, then the customer's. The gate decides first.

    ``shown``: the number that the customer is to see; "" for whichever fits.
    """

    number: str
    campaign: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewDialRequested(AgentRequest):
    """Dial the customer whom the agent is shown."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewSkipRequested(AgentRequest):
    """Do not call the customer whom the agent is shown; ``reason`` is one of the campaign's."""

    call: CallId
    reason: str


# --- commands ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AskToDial(Command):
    """Ask the dialer to have a number checked and dialled for an agent who is at a desk.

    Ends in a DialRequested with `agent_first`, or in DialRefused; `request` of either is `cmd`.
    There is no call yet, so `call` is empty.
    """

    agent: AgentId
    number: str
    campaign: str
    shown: str = ""


# --- facts ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DialStaged(CallFact):
    """A dialled call came to a stage. ``cause``: as the switch named it, of ends that failed.

    ``reason``: of SKIPPED, why. ``agent``: of CONNECTED, who.
    """

    campaign: str
    stage: DialStage
    agent: AgentId | None = None
    cause: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialEnded(CallFact):
    """A dialled call is over: everything that the law asks for, in one. None: never came to that.

    ``message_at``: when the message to an abandoned person began. ``certain``: the verdict of
    machine detection, if it decided, was sure. ``machine``: what answered was taken for one, also
    when an agent had it after all; ``sampled``: and it was let through to one to find out.
    ``opted_out``: the person asked, in the flow, not to be called again. ``reason``: of SKIPPED,
    why. ``attestation``: how the carrier signed the call, "" where it did not say.
    """

    campaign: str
    number: str
    end: DialStage
    ringing_at: int | None = None
    answered_at: int | None = None
    speech_at: int | None = None
    greeting_at: int | None = None
    connected_at: int | None = None
    message_at: int | None = None
    agent: AgentId | None = None
    opted_out: bool = False
    certain: bool = True
    cause: str = ""
    talk_us: int = 0
    machine: bool = False
    sampled: bool = False
    reason: str = ""
    attestation: str = ""

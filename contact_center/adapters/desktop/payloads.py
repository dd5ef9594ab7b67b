"""What messages of ``desk.v1`` carry in ``d``; the frames around them are in ``messages``.

All times are milliseconds UTC, durations end in ``_ms`` (or ``_s``). Texts are free of control
characters but otherwise as people typed them: a screen shows them as text, never as markup.
"""

from typing import Annotated

from msgspec import Meta, Struct

from contact_center.adapters.desktop.dial_payloads import LeadField, Preview
from contact_center.adapters.desktop.disposition_payloads import Choice as Choice
from contact_center.adapters.desktop.disposition_payloads import DispositionChoice
from contact_center.core.facts import OfferResult, Presence, Work
from contact_center.core.outcomes import ConsultState, Listening, TransferKind
from contact_center.core.requests import ConsultStep

Name = Annotated[str, Meta(max_length=120)]
Notes = Annotated[str, Meta(max_length=10_000)]


class ChannelPosition(Struct, frozen=True, kw_only=True):
    """How far a ledger has come: its epoch and its newest number."""

    ch: str
    ep: str
    seq: int


class Position(Struct, frozen=True, kw_only=True):
    """How far a client has come in a ledger."""

    ep: Annotated[str, Meta(max_length=64)]
    seq: Annotated[int, Meta(ge=0)]


class Greeting(Struct, frozen=True, kw_only=True):
    """First words of the server; the client answers with ``resume``."""

    session: str
    agent: str
    ping_ms: int
    resume_window: int
    channels: list[ChannelPosition]
    server_time: int


class Job(Struct, frozen=True, kw_only=True):
    """One piece of work an agent is at; `channel` is ``voice``, ``chat``, ``email`` or ``task``."""

    reservation: str
    call: str
    channel: str
    work: Work
    since: int


class AgentState(Struct, frozen=True, kw_only=True):
    """What the person chose (`presence`) and what the system sees (`work`).

    `outside`: on the phone with somebody the center has nothing to do with; no calls come. `load`:
    how much of the capacity is taken, in percent. `jobs`: everything the agent is at, `call`
    included; empty for agents who do one thing at a time. `help_since`: supervisors are asked for
    help, with a note of what it is about. `paused_in`: queues they are on a break from alone.
    """

    presence: Presence
    reason: str
    work: Work
    since: int
    next_presence: Presence | None = None
    next_reason: str = ""
    call: str | None = None
    reservation: str | None = None
    held: bool = False
    wrap_up_until: int | None = None
    outside: bool = False
    load: int = 0
    jobs: list[Job] = []
    help_since: int | None = None
    help_note: str = ""
    paused_in: list[str] = []


class PopCustomer(Struct, frozen=True, kw_only=True):
    """One customer the number may belong to."""

    customer: str
    name: str
    tier: str = ""
    language: str = ""
    email: str = ""
    note: str = ""


class Pop(Struct, frozen=True, kw_only=True):
    """Who calls and why: the first part of the screen-pop, at most 4 KiB as a frame.

    `ended` is empty while the call may still concern the agent; otherwise it says how it ended, and
    the pop must not open anything on the screen. `shortened`: texts were cut to fit the bound.
    `maybe_machine`: detection took whoever answered for an answering machine.
    """

    reservation: str
    ani: str
    did: str
    queue: str
    queue_label: str
    reason: str
    waited_ms: int
    customers: list[PopCustomer]
    script: list[str]
    ended: str = ""
    shortened: bool = False
    maybe_machine: bool = False


class HistoryRow(Struct, frozen=True, kw_only=True):
    """One earlier interaction of the customer."""

    call: str
    at: int
    direction: str
    queue: str
    agent: str
    outcome: str
    disposition: str
    notes: str
    talk_s: int


class PopMore(Struct, frozen=True, kw_only=True):
    """The second part of the pop. `script` is set only when the first part was shortened.

    `fields`: what a campaign knows of whom it called.
    """

    reservation: str
    customers: list[PopCustomer]
    history: list[HistoryRow]
    script: list[str] = []
    fields: list[LeadField] = []


class Offer(Struct, frozen=True, kw_only=True):
    """The agent's phone rings until `expires_at`; with a `preview`, the agent decides first."""

    reservation: str
    queue: str
    expires_at: int
    preview: Preview | None = None


class OfferOver(Struct, frozen=True, kw_only=True):
    """The offer is over; ``connected`` means that they talk now."""

    reservation: str
    result: OfferResult


class Connected(Struct, frozen=True, kw_only=True):
    """Caller and agent hear each other."""

    reservation: str
    queue: str
    waited_ms: int


class Hold(Struct, frozen=True, kw_only=True):
    """The customer is on hold, or back."""

    on: bool


class Muted(Struct, frozen=True, kw_only=True):
    """The others do not hear the agent, or hear them again."""

    on: bool


class Consult(Struct, frozen=True, kw_only=True):
    """A consultation: whom (``agent:``, ``queue:`` or ``number:``), and how far it is.

    `reason` says why it is over, if the agent did not end it.
    """

    state: ConsultState
    to: str
    consulted: str | None = None
    reason: str = ""


class Transferred(Struct, frozen=True, kw_only=True):
    """The caller was passed on; the agent's part is over."""

    how: TransferKind
    to: str
    to_agent: str | None = None


class ParkedCall(Struct, frozen=True, kw_only=True):
    """The caller is in a slot until somebody takes them, at most until `until`."""

    slot: int
    until: int


class RecordingState(Struct, frozen=True, kw_only=True):
    """The conversation is recorded; `paused` by the agent or the call script, `since` when."""

    paused: bool
    since: int | None = None
    by_script: bool = False


class Listener(Struct, frozen=True, kw_only=True):
    """A supervisor in the agent's call, told where the center lets agents see them."""

    by: str
    name: str
    mode: Listening


class Listeners(Struct, frozen=True, kw_only=True):
    """Every supervisor who is in the call now."""

    listeners: list[Listener]


class Talked(Struct, frozen=True, kw_only=True):
    """The conversation is over."""

    talk_ms: int
    hold_ms: int


class SavedNotes(Struct, frozen=True, kw_only=True):
    """The notes as they are kept now, whole."""

    text: Notes


class MissedCall(Struct, frozen=True, kw_only=True):
    """An offer that did not become a conversation, and why."""

    call: str
    reservation: str
    at: int
    ani: str
    name: str
    queue_label: str
    result: OfferResult


class CurrentCall(Struct, frozen=True, kw_only=True):
    """All there is to know about the call the agent is busy with."""

    call: str
    reservation: str
    queue: str = ""
    offered_at: int | None = None
    expires_at: int | None = None
    connected_at: int | None = None
    held: bool = False
    held_at: int | None = None
    pop: Pop | None = None
    more: PopMore | None = None
    notes: str = ""
    disposition: str = ""
    disposition_fields: dict[str, str] = {}
    talk_ms: int | None = None
    muted: bool = False
    consult: Consult | None = None
    recording: RecordingState | None = None
    listeners: list[Listener] = []
    preview: Preview | None = None


class QueueInfo(Struct, frozen=True, kw_only=True):
    """A queue of this agent and the codes that end its calls."""

    queue: str
    label: str
    dispositions: list[str]


class FullState(Struct, frozen=True, kw_only=True):
    """Everything of the ledger channel at `seq`; it replaces whatever the client had."""

    agent: str
    name: str
    state: AgentState
    call: CurrentCall | None
    missed: list[MissedCall]
    dispositions: list[DispositionChoice]
    pause_reasons: list[Choice]
    queues: list[QueueInfo]


class QueueTile(Struct, frozen=True, kw_only=True):
    """A queue right now; `oldest_since` is when the caller at its head arrived."""

    queue: str
    label: str
    waiting: int
    offering: int
    idle: int
    logged_in: int
    oldest_since: int | None


class ProviderUp(Struct, frozen=True, kw_only=True):
    """Whether the phone system can be reached."""

    provider: str
    up: bool


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why something was not done. ``next_local``: the next wall time at which it could be."""

    code: str
    message_key: str
    message: str = ""
    retry_after_ms: int | None = None
    next_local: str = ""


class Replaying(Struct, frozen=True, kw_only=True):
    """So many missed messages follow, oldest first, without a hole."""

    count: int


class Gap(Struct, frozen=True, kw_only=True):
    """Why nothing can be replayed: ``new``, ``epoch`` or ``too_old``."""

    reason: str


class Resuming(Struct, frozen=True, kw_only=True):
    """Where the client stands in each ledger; an unknown channel is left out."""

    channels: Annotated[dict[str, Position], Meta(max_length=16)]


class PopShown(Struct, frozen=True, kw_only=True):
    """When the pop came in and when it was painted, by the client's clock."""

    t_recv: int
    t_paint: int


class Reason(Struct, frozen=True, kw_only=True):
    """Why the agent pauses: one of the codes of the center."""

    reason: Name


class Readiness(Struct, frozen=True, kw_only=True):
    """``once``: for one call only, and paused after it."""

    once: bool = False


class Extension(Struct, frozen=True, kw_only=True):
    """``extend``: more of the wrap-up that runs. Otherwise: wrap-up after this call, please."""

    extend: bool = False


class OfferRef(Struct, frozen=True, kw_only=True):
    """The offer that is meant."""

    reservation: Name


class Switch(Struct, frozen=True, kw_only=True):
    """On or off."""

    on: bool


class Target(Struct, frozen=True, kw_only=True):
    """To whom: ``agent:ID``, ``queue:ID`` or ``number:+14155550123``."""

    to: Name


class Step(Struct, frozen=True, kw_only=True):
    """How a consultation goes on."""

    step: ConsultStep


class Slot(Struct, frozen=True, kw_only=True):
    """A slot of a parked caller."""

    slot: Annotated[int, Meta(ge=1, le=9999)]

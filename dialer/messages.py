"""What the dialing reducer is told and what it asks for.

The runner of the live dialer, the simulations and the checkers speak to `Dialing` in these only,
beside `Seen` of ``floor.py``. *In*: past tense. *Out*: requests, and `Told` for those who watch.
"""

from dataclasses import dataclass

from dialer.answer_prior import Expected
from dialer.attempt import Attempt, AttemptEnd, Source
from dialer.campaign import CampaignSettings, CampaignState, CampaignTrigger
from dialer.floor import CallStage, Seen
from dialer.ids import AgentId, AttemptId, CampaignId, LeadId, PartyId, PoolId
from dialer.lead import Lead, LeadState
from dialer.pacing import Decision, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class In:
    """Anything the reducer is told. ``at``: microseconds UTC, never decreasing."""

    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked(In):
    """A tick: look at everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignSet(In):
    """A campaign is there, or its settings changed; `started_at` of the present run, or None.

    ``state`` and ``successes`` (so far in this run) are taken when the campaign is new to the
    reducer; later it knows them better.
    """

    settings: CampaignSettings
    state: CampaignState
    started_at: int | None = None
    successes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignMoved(In):
    """A person, a schedule or a rule moves a campaign. An illegal move is answered and ignored."""

    campaign: CampaignId
    trigger: CampaignTrigger
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSeen(In):
    """An agent or a call of a pool changed. `campaign` is None for agents."""

    pool: PoolId
    seen: Seen
    campaign: CampaignId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolForecast(In):
    """What else wants the pool's agents: callbacks due, experts kept back, calls coming in."""

    pool: PoolId
    reserved: int = 0
    inbound_per_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSeen(In):
    """How many lines and calls per second trunk and account have left now.

    ``trunk``: lines that there are in all, 0 when that is not known.
    """

    lines: int
    calls_now: int
    trunk: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadsClaimed(In):
    """Answer to ClaimLeads; fewer than asked for when there are no more that are due.

    ``next_due_at``: when the next lead that is not due yet will be, None for none at all: with no
    leads, none in flight and None here, the campaign is complete.
    """

    campaign: CampaignId
    leads: tuple[Lead, ...]
    next_due_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptOpened(In):
    """The gate let it pass and it is on the books: it may be dialled, at once or never."""

    attempt: Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptAdopted(In):
    """After a restart: an attempt that is on the books and was found on the switch, at `stage`."""

    attempt: Attempt
    lead: Lead
    stage: CallStage


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRefused(In):
    """The gate refused; storage has moved the lead on already."""

    campaign: CampaignId
    attempt: AttemptId
    lead: LeadId
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptOver(In):
    """An attempt's call is over; the verdict is final."""

    campaign: CampaignId
    end: AttemptEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposed(In):
    """An agent said how an attempt's conversation ended."""

    campaign: CampaignId
    attempt: AttemptId
    agent: AgentId
    disposition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DialAsked(In):
    """An agent asks to call a lead that was claimed for this (click-to-dial); `number` is its.

    ``shown``: the caller id that they chose, for the gate to judge; "" for one that fits.
    Not paced. Answered by OpenAttempt, or, when the campaign is not running, by ReleaseLeads.
    """

    campaign: CampaignId
    agent: AgentId
    lead: Lead
    number: str
    shown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred(In):
    """A party, or one number of anybody ("" for none), may not be called any more.

    Leads that are buffered are given back for the gate to judge; what an agent is shown and has not
    dialled is taken back. A call that rings goes on: when it was dialled, it was allowed.
    """

    party: PartyId | None = None
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSet(In):
    """Where a campaign stands with every cap, as storage counts; sent at start and regularly."""

    campaign: CampaignId
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersExpected(In):
    """How many of a campaign's calls will be answered, by what was learned on days before.

    Sent at the start, and when the hour or the lists are others.
    """

    campaign: CampaignId
    expected: Expected


# --- out -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """Anything the reducer asks for or tells."""

    campaign: CampaignId


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLeads(Out):
    """Claim up to `count` leads that are due; answered by LeadsClaimed. One at a time."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLeads(Out):
    """Give claimed leads (id, token) back as they were.

    ``due_at``: not to be claimed before; None: at once.
    """

    leads: tuple[tuple[LeadId, int], ...]
    due_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAttempt(Out):
    """Ask the gate, and put the attempt on the books; answered by AttemptOpened or -Refused."""

    attempt: AttemptId
    lead: Lead
    number: str
    caller_id: str
    source: Source
    agent: AgentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCall(Out):
    """Dial. ``stage``: what pacers were told (QUEUED or DIALLED)."""

    attempt: Attempt
    lead: Lead
    stage: CallStage = CallStage.DIALLED


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPreview(Out):
    """Show the lead to an agent (None: whoever is next), who dials, skips, or lets time pass."""

    attempt: Attempt
    lead: Lead
    agent: AgentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RingOff(Out):
    """Hang up a call that nobody has answered. ``why``: ``shed``, ``stopped``."""

    attempt: AttemptId
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseAttempt(Out):
    """Write down what became of an attempt, and how its lead stands from now on.

    ``due_at``: when the lead may be dialled again; None with an end state. ``number_dead``: the
    attempt's number is none. ``suppress``: the scope in which the party is suppressed, "" for none.
    ``person``: whether one was there, by the disposition; None: it does not say.
    """

    end: AttemptEnd
    lead: LeadId
    state: LeadState
    due_at: int | None = None
    number_dead: bool = False
    suppress: str = ""
    disposition: str = ""
    success: bool = False
    person: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Out):
    """For those who watch and for explanations: what was decided at a tick, and why."""

    at: int
    decision: Decision
    idle: int
    agents: int
    ringing: int
    waiting: int
    talking: int
    buffered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanged(Out):
    """A campaign's state changed, or a move was refused (``refused`` says why)."""

    at: int
    state: CampaignState
    by: str
    why: str = ""
    refused: str = ""

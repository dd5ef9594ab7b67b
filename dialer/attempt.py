"""Attempts: one try to reach a lead at one number, and what came of it."""

from dataclasses import dataclass
from enum import Enum

from dialer.ids import AgentId, AttemptId, CampaignId, LeadId, ListId, PartyId


class Source(Enum):
    """Why a number is dialled. Caps on attempts count every source."""

    AUTO = "auto"
    PREVIEW = "preview"
    MANUAL = "manual"
    CALLBACK = "callback"
    AGENTLESS = "agentless"


class Verdict(Enum):
    """What came of an attempt.

    CONNECTED: a person, and an agent (or, agentless, the message) in time. ABANDONED: a person, and
    nobody in time. LEFT: the person hung up before the deadline, unconnected. MACHINE: a machine
    answered. BUSY, NO_ANSWER, INVALID, CANCELLED (rung off by us), FAILED (never went out, or the
    switch said no). LOST: the dialer died, and nobody can say; counted like ABANDONED.
    """

    CONNECTED = "connected"
    ABANDONED = "abandoned"
    LEFT = "left"
    MACHINE = "machine"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    INVALID = "invalid"
    CANCELLED = "cancelled"
    FAILED = "failed"
    LOST = "lost"


LIVE = frozenset({Verdict.CONNECTED, Verdict.ABANDONED, Verdict.LEFT, Verdict.LOST})
"""A person answered, or may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt that the gate let pass: it is on the books before anything is dialled.

    ``policies``: ids of all policies that held, for ledgers and evidence. ``verdict`` None: open.
    """

    attempt: AttemptId
    campaign: CampaignId
    list: ListId
    lead: LeadId
    party: PartyId
    number: str
    caller_id: str
    source: Source
    opened_at: int
    region: str = ""
    policies: tuple[str, ...] = ()
    agent: AgentId | None = None
    odds: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEnd:
    """What became of an attempt; every instant is None if it never came to that.

    ``speech_at``/``greeting_at``: when the person began and ended their greeting, where the switch
    can tell. ``message_at``: when the message to an abandoned person began. ``opted_out``: they
    pressed the key. ``cause``: as the switch named it. ``machine``: detection took it for one, also
    when an agent had it; ``sampled``: and it was let through to an agent to find out.
    ``attestation``: how the carrier signed the call (``A``, ``B``, ``C``), "" where it did not say.
    """

    attempt: AttemptId
    at: int
    verdict: Verdict
    ringing_at: int | None = None
    answered_at: int | None = None
    speech_at: int | None = None
    greeting_at: int | None = None
    connected_at: int | None = None
    message_at: int | None = None
    agent: AgentId | None = None
    opted_out: bool = False
    cause: str = ""
    talk_us: int = 0
    machine: bool = False
    sampled: bool = False
    attestation: str = ""

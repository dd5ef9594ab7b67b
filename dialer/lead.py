"""Leads: whom to call, at which numbers, and how they stand. Instants are microseconds UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from dialer.ids import AgentId, AttemptId, LeadId, ListId, PartyId


class LeadState(Enum):
    """How a lead stands.

    OPEN: may be dialled from `due_at` on. CLAIMED: a dialer holds it, until the claim's lease ends.
    DIALLING: an attempt is open. PARKED: a person has to look (a callback that may not be made, a
    number that is no number any more). DONE, EXHAUSTED (attempts used up) and SUPPRESSED (may not
    be called) are ends; an import does not reopen them.
    """

    OPEN = "open"
    CLAIMED = "claimed"
    DIALLING = "dialling"
    PARKED = "parked"
    DONE = "done"
    EXHAUSTED = "exhausted"
    SUPPRESSED = "suppressed"


class NumberKind(Enum):
    """What kind of line a number is, as far as anyone knows."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    VOIP = "voip"
    UNKNOWN = "unknown"


FieldValue = str | int | float | bool | None
"""The value of a custom field: typed by the list's definition, dates as ISO text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadNumber:
    """One number of a lead, in E.164.

    ``rank``: from 1, the order to try them in. ``zones``: every IANA zone the called party may be
    in, by number, address and what was last known; never empty, strictest wins. ``region``: the
    most that is known of the jurisdiction, ``US-FL``, ``GB``, or "" for unknown.
    ``dead``: not to be tried again (no such number).
    """

    number: str
    rank: int = 1
    kind: NumberKind = NumberKind.UNKNOWN
    label: str = ""
    zones: tuple[str, ...] = ()
    region: str = ""
    attempts: int = 0
    dead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """A promise to call at a time of the customer's.

    ``local``: wall time, ISO without offset, in `zone`; ``due_at``: the same as an instant.
    ``agent``: who promised, None for anyone; after `fallback_us` past due it is anyone's.
    """

    lead: LeadId
    due_at: int
    local: str
    zone: str
    number: str
    agent: AgentId | None = None
    fallback_us: int = 15 * 60_000_000
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A lead as a dialer claims it.

    ``token``: the fencing token of the claim; whoever acts on the lead must show it, and a later
    claim makes it void. ``fields``: custom fields by name. ``odds``: how much likelier than the
    list's average a person answers now. ``tried``: attempts ever made, over all numbers;
    ``outcomes``: how many of them by verdict (`Verdict` values); ``tried_at``: when the last ones
    were opened that could have reached somebody, newest first, a few.
    """

    lead: LeadId
    party: PartyId
    list: ListId
    token: int
    numbers: tuple[LeadNumber, ...]
    name: str = ""
    language: str = ""
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    priority: int = 0
    odds: float = 1.0
    tried: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    tried_at: tuple[int, ...] = ()
    due_at: int = 0
    last_attempt: AttemptId | None = None
    last_disposition: str = ""
    callback: Callback | None = None

"""The law as data: what a jurisdiction asks of a call. Dated, with its source, never a constant.

Several policies hold for one call (the seller's, the called party's, the caller's place): hours are
intersected, caps take the minimum, ring and lock times the maximum, every ledger is debited. What
is unknown is taken as strictly as can be.
"""

from dataclasses import dataclass
from enum import Enum

from dialer.ids import PolicyId


class WindowKind(Enum):
    """Over what abandonment is counted.

    CAMPAIGN_30D: successive periods of 30 days from the campaign's start, or portion of one.
    CALENDAR_MONTH, LOCAL_DAY (midnight to midnight in the policy's zone), ROLLING (`hours`).
    """

    CAMPAIGN_30D = "campaign_30d"
    CALENDAR_MONTH = "calendar_month"
    LOCAL_DAY = "local_day"
    ROLLING = "rolling"


class StartPoint(Enum):
    """From when the seconds to an agent count: the answer is the strictest."""

    ANSWER = "answer"
    SPEECH_START = "speech_start"
    GREETING_END = "greeting_end"


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonRule:
    """How abandonment is counted and capped. ``cap``: a share of live answers, never of dials.

    ``key``: ``campaign``, ``seller`` or ``center``. ``early_counts``: people who hung up before the
    deadline count as abandoned. ``strict``: over the cap only one call per idle agent.
    """

    cap: float
    window: WindowKind
    key: str = "campaign"
    hours: int = 24
    zone: str = "UTC"
    threshold_us: int = 2_000_000
    start: StartPoint = StartPoint.ANSWER
    early_counts: bool = False
    count_false_machines: bool = True
    strict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptCap:
    """At most `most` attempts within `hours` (0: within the local day), counted by ``key``.

    ``key``: ``number``, ``party`` or ``subject`` (party and purpose).
    """

    most: int
    hours: int
    key: str = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One rule book: of a law, an industry code, or the house.

    ``region``: ``US``, ``US-FL``, ``GB``, ``CA`` ..., ``*`` for everywhere; ``except_in``: parts of
    it that have rules of their own instead. ``effective_from`` and ``effective_to``: ISO dates of
    the called party's, the latter excluded, "" for open. ``purposes``: () for every one.
    ``hours``: for weekdays 0 (Monday) to 6, minutes from and to in the called party's zone, None
    for no calls that day. ``holidays``: ISO dates without calls; from ``holidays_until`` on nobody
    knows them, and there are no calls at all.
    ``dnc``: (source, highest age of the scrubbed list in days). ``consent``: (way of calling, type
    of consent that it needs), ways as `dialer.gate.ways_of` names them. ``local_presence``: a
    caller id chosen to look near is allowed. ``lock_abandoned_us``: after an abandoned call none
    without a guaranteed agent; ``lock_machine_same_day`` likewise after a machine. ``rnd_days``:
    how fresh the answer on a reassigned number must be, 0 for not asked for. ``message_must``: what
    an abandoned-call message has to contain. ``quiet_after_contact_us``: none so long after a
    conversation. ``verify``: what of this a lawyer has to look at before it is relied upon.
    """

    policy: PolicyId
    region: str
    title: str
    source: str
    effective_from: str
    effective_to: str = ""
    except_in: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    abandon: AbandonRule | None = None
    min_ring_us: int = 0
    hours: tuple[tuple[int, int] | None, ...] = ()
    holidays: tuple[str, ...] = ()
    holidays_until: str = ""
    caps: tuple[AttemptCap, ...] = ()
    quiet_after_contact_us: int = 0
    lock_abandoned_us: int = 0
    lock_machine_same_day: bool = False
    dnc: tuple[tuple[str, int], ...] = ()
    consent: tuple[tuple[str, str], ...] = ()
    local_presence: bool = True
    rnd_days: int = 0
    message_must: tuple[str, ...] = ()
    opt_out_in_message: bool = False
    retention_years: int = 5
    verify: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What storage knows at the moment of the check, of one number, party and caller id.

    ``suppressed``: (scope, since) of every entry that holds; those of public lists have the scope
    ``dnc:SOURCE``, and are lifted by a consent of type ``permission:SOURCE``. ``consents``: (type,
    given at), of those that stand. ``attempts``: (at, number, purpose, verdict) of the party and
    the number, of every source and campaign, newest first, as far back as any policy looks.
    ``open``: an attempt on number or party is open. ``contacted_at``: the last conversation.
    ``abandoned_at``: the last abandoned call. ``machine_at``: the last one that a machine took.
    ``scrubbed``: (source, at) of each list of suppressions that was scrubbed against. ``rnd``:
    (answer, at) or None; answers are ``yes`` (it has another owner now), ``no``, ``no_data``.
    ``shown_today``: calls that showed the caller id on this day (UTC).
    """

    suppressed: tuple[tuple[str, int], ...] = ()
    consents: tuple[tuple[str, int], ...] = ()
    attempts: tuple[tuple[int, str, str, str], ...] = ()
    open: bool = False
    contacted_at: int | None = None
    abandoned_at: int | None = None
    machine_at: int | None = None
    scrubbed: tuple[tuple[str, int], ...] = ()
    rnd: tuple[str, int] | None = None
    shown_today: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GateVerdict:
    """Whether a call may be made now.

    ``reasons``: codes, empty when it may: ``suppressed:SCOPE``, ``hours``, ``cap:POLICY``,
    ``quiet:POLICY``, ``lock_abandoned``, ``lock_machine``, ``consent:TYPE``, ``open_attempt``,
    ``day_part:NAME`` (its calls are used up), ``no_day_part`` (it is between the campaign's),
    ``caller_id`` and ``caller_id:...``, ``zone_unknown``, ``number``, ``dead_number``, ``party``,
    ``rnd``, ``dnc_stale:SOURCE``, ``policy:none``, ``policy:NAME`` for one that is missing.
    ``next_at``: the earliest instant it may become possible, always later than now; None when
    never by itself. ``policies``: all that held. ``needs_agent``: a lock holds that only a
    guaranteed agent opens.
    """

    allowed: bool
    reasons: tuple[str, ...] = ()
    next_at: int | None = None
    policies: tuple[PolicyId, ...] = ()
    needs_agent: bool = False

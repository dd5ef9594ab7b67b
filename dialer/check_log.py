"""What a checker is told of calls: a log, in the order in which things were committed.

``at`` is what the clock said, and clocks are set back at times; the order of the log is the truth.
"""

from dataclasses import dataclass

from dialer.attempt import Source, Verdict
from dialer.ids import AttemptId, CampaignId, ListId, PartyId
from dialer.lead import NumberKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """Anything in the log."""

    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Logged):
    """An attempt is on the books: it may be dialled, at once or never."""

    attempt: AttemptId
    campaign: CampaignId
    list: ListId
    party: PartyId
    number: str
    kind: NumberKind
    region: str
    zones: tuple[str, ...]
    caller_id: str
    source: Source
    guaranteed_agent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed(Logged):
    """The switch was asked to call. ``number``: what it was told to dial."""

    attempt: AttemptId
    number: str
    caller_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Logged):
    """An attempt is over."""

    attempt: AttemptId
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred(Logged):
    """A suppression was written down, or lifted by a person.

    ``kind``: ``number``, ``party`` or ``prefix`` (of numbers). ``scope``: ``global``, ``seller``,
    ``campaign`` or ``list``, and ``whose``. ``source``: ``internal``, or the name of a public list.
    """

    kind: str
    value: str
    scope: str = "global"
    whose: str = ""
    source: str = "internal"
    lifted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed(Logged):
    """A consent or a revocation was brought in. ``given_at``: when the party said it."""

    party: PartyId
    type: str
    given_at: int
    seller: str
    number: str = ""
    proof: str = ""
    until: int | None = None
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubbed(Logged):
    """A public list of this date was brought in."""

    source: str
    dated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerAsked(Logged):
    """Whether a number has another owner now: ``yes``, ``no`` or ``no_data``."""

    number: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A call that was not to be made. ``rule``: as in the list of `dialer.checker`."""

    attempt: AttemptId
    at: int
    rule: str
    why: str

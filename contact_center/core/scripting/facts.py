"""What happened in a run of a script: kept for history, and what the reports are counted from.

No answer to a secret question is in any of them.
"""

from dataclasses import dataclass

from contact_center.core.scripting.answers import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptFact:
    """Something that happened at `at` (microseconds since 1970 UTC) on `page`."""

    at: int
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEntered(ScriptFact):
    """A page is before the agent; `came` is ``entry``, ``next``, ``back``, ``arm:NAME`` or such."""

    came: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePassed(ScriptFact):
    """A page that nobody saw was passed by `way`: a split, or an offer when there is none."""

    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLeft(ScriptFact):
    """The agent went on, by `way`, after so long."""

    way: str
    dwell_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(ScriptFact):
    """An answer was given, changed, or taken back (None)."""

    question: str
    answer: Answer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureConfirmed(ScriptFact):
    """The agent says that it was said, after `read_us` on the page.

    ``recording`` is of the conversation: `recorded_us` of that time are in it, and end
    `recording_us` from the beginning of its sound; None when nothing of it was recorded.
    """

    disclosure: str
    digest: str
    language: str
    read_us: int
    recording: str | None = None
    recording_us: int | None = None
    recorded_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionMet(ScriptFact):
    """An objection came up."""

    objection: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HintDue(ScriptFact):
    """It was time for a hint; `shown`, or its condition was not true."""

    hint: str
    shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HintClosed(ScriptFact):
    """The agent has read it; `way`: ``close``, or ``take`` where it led on."""

    hint: str
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTaken(ScriptFact):
    """The agent pressed a button of the page. What came of it is told elsewhere: it is the same as
    with the desk's own buttons, and may be refused like them."""

    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferShown(ScriptFact):
    """The customer was offered this."""

    offer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAnswered(ScriptFact):
    """And said yes, or no."""

    offer: str
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(ScriptFact):
    """Another agent goes on with it."""

    agent: str
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded(ScriptFact):
    """The script is over. `complete`: on a last page, and not by the call's end before it."""

    disposition: str
    complete: bool

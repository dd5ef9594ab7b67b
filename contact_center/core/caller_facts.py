"""Facts of what callers leave behind and take up: answers to surveys, times to be called, places.

See `facts`."""

from dataclasses import dataclass, replace
from typing import TypeVar

from contact_center.core.facts import CallFact
from contact_center.core.ids import AgentId, QueueId

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswered(CallFact):
    """A caller answered one question of a survey with a number.

    ``queue``, ``agent``: who had served the caller last, None when nobody had.
    """

    survey: str
    question: str
    value: int
    queue: QueueId | None = None
    agent: AgentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyEnded(CallFact):
    """A survey is over for a caller who answered so many of its questions; once for each visit.

    ``outcome``: ``done``, ``abandoned``, ``hangup``, or how else the node was left.
    """

    survey: str
    outcome: str
    questions: int
    answered: int
    queue: QueueId | None = None
    agent: AgentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageChosen(CallFact):
    """A caller chose a language that is to be remembered for their next call."""

    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackMoved(CallFact):
    """Who is to be called back named a time, another than before: from `begin` to `end`."""

    queue: QueueId
    begin: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceTakenUp(CallFact):
    """The caller who has just come into line hung up there lately: their age began at `since`."""

    since: int


def attributed(output: Told, queue: QueueId | None, agent: AgentId | None) -> Told:
    """Say of what a survey tells who had served the caller, if anybody had."""
    if agent is None or not isinstance(output, SurveyAnswered | SurveyEnded):
        return output
    return replace(output, queue=queue, agent=agent)

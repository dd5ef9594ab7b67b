"""What callers answered: counts by survey, question, queue and agent, and what they come to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from contact_center.core.caller_facts import SurveyAnswered, SurveyEnded
from contact_center.core.facts import Fact

BY = ("center", "queue", "agent")
"""By whom surveys can be counted."""


@dataclass(slots=True)
class SurveyTally:
    """One survey of one queue or agent. ``ended``: how often it was over, by outcome. ``replied``:
    how often anything was answered. ``answers``: by question, how often each value was given."""

    ended: Counter[str] = field(default_factory=Counter)
    replied: int = 0
    answers: dict[str, Counter[int]] = field(default_factory=dict)

    @property
    def rate(self) -> Fraction | None:
        """Which share answered anything; None when nobody was asked."""
        asked = self.ended.total()
        return Fraction(self.replied, asked) if asked else None


@dataclass(slots=True)
class SurveyBook:
    """Tallies by survey and by the name of queue or agent ("" where nobody had served the caller,
    and for the center)."""

    by: str = "queue"
    tallies: dict[tuple[str, str], SurveyTally] = field(default_factory=dict)

    def count_end(
        self, survey: str, queue: str, agent: str, outcome: str, *, replied: bool, times: int = 1
    ) -> None:
        """Count surveys that are over."""
        tally = self._of(survey, queue, agent)
        tally.ended[outcome] += times
        tally.replied += times * replied

    def count_answer(
        self, survey: str, queue: str, agent: str, question: str, value: int, times: int = 1
    ) -> None:
        """Count answers."""
        answers = self._of(survey, queue, agent).answers.setdefault(question, Counter())
        answers[value] += times

    def take(self, facts: Iterable[Fact]) -> None:
        """Count what facts tell."""
        for fact in facts:
            if isinstance(fact, SurveyEnded):
                self.count_end(
                    fact.survey,
                    fact.queue or "",
                    fact.agent or "",
                    fact.outcome,
                    replied=fact.answered > 0,
                )
            elif isinstance(fact, SurveyAnswered):
                self.count_answer(
                    fact.survey, fact.queue or "", fact.agent or "", fact.question, fact.value
                )

    def plain(self) -> list[dict[str, Any]]:
        """Everything as plain data, in the order of names. Means have four digits."""
        return [_plain(self.by, *key, tally) for key, tally in sorted(self.tallies.items())]

    def _of(self, survey: str, queue: str, agent: str) -> SurveyTally:
        name = {"queue": queue, "agent": agent}.get(self.by, "")
        return self.tallies.setdefault((survey, name), SurveyTally())


def mean(answers: Counter[int]) -> Fraction | None:
    """Average the answers to a question; None when there is none."""
    total = sum(value * times for value, times in answers.items())
    return Fraction(total, answers.total()) if answers.total() else None


def _plain(by: str, survey: str, name: str, tally: SurveyTally) -> dict[str, Any]:
    rate = tally.rate
    return {
        "survey": survey,
        by: name or None,
        "asked": tally.ended.total(),
        "replied": tally.replied,
        "answer_rate": None if rate is None else round(float(rate), 6),
        "ended": dict(sorted(tally.ended.items())),
        "questions": [
            {
                "question": question,
                "answers": answers.total(),
                "mean": round(float(mean(answers) or 0), 4),
                "distribution": {str(value): answers[value] for value in sorted(answers)},
            }
            for question, answers in sorted(tally.answers.items())
        ],
    }

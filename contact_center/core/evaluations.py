"""How conversations are evaluated: forms of questions with points, and what they come to. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MOST_QUESTIONS: Final = 40
MOST_POINTS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FormQuestion:
    """One question: from none to `most` points, which count `weight` times."""

    code: str
    ask: str
    most: int
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationForm:
    """A form; a question that is not answered does not count."""

    form: str
    label: str
    questions: tuple[FormQuestion, ...]

    def problem(self, answers: Mapping[str, int]) -> str:
        """Say which answer does not fit; "" for none."""
        known = {question.code: question.most for question in self.questions}
        return next(
            (code for code, points in answers.items() if not 0 <= points <= known.get(code, -1)),
            "" if answers else "answers",
        )

    def score(self, answers: Mapping[str, int]) -> float:
        """Give the share of the points there were, from 0 to 1, to four places."""
        asked = [question for question in self.questions if question.code in answers]
        most = sum(question.most * question.weight for question in asked)
        reached = sum(answers[question.code] * question.weight for question in asked)
        return round(reached / most, 4) if most else 0.0

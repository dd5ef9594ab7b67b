"""What is known of people before they are called: how likely they answer, and how likely they buy.

Everybody is judged by the *other* half of the list, as if that were an earlier campaign: nothing
that became of a person tells of that person. A rate of few people is drawn towards that of all.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dialer.lead import FieldValue
from simulations.dialing_list.source import Person, half

_WORTH = 25.0
"""The rate of all counts like so many people beside those of a group."""
_OWN = 4.0
"""How much the group's rate counts beside a person's own attempts, in attempts."""
_LEAST, _MOST = 0.03, 0.9
GROUPS = ("contact", "job", "poutcome", "education", "marital")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a dialer may know. ``answers``: of a call; ``buys``: of a conversation."""

    answers: float
    buys: float

    @property
    def worth(self) -> float:
        """Sales to be expected of a call."""
        return self.answers * self.buys


class Judge:
    """Rates by group, learned from one half: (reached, tries, bought) of each value."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._all = [0, 0, 0]
        self._by: dict[tuple[str, FieldValue], list[int]] = {}
        for person in people:
            told = (1, person.tries, int(person.buys))
            keys = [(name, person.row.fields.get(name)) for name in GROUPS]
            for counts in (self._all, *(self._by.setdefault(key, [0, 0, 0]) for key in keys)):
                for place, value in enumerate(told):
                    counts[place] += value
        reached, tries, bought = self._all
        if not reached:
            raise ValueError("nobody to learn from")
        self.answers = reached / tries
        self.buys = bought / reached

    def of(self, fields: Mapping[str, FieldValue]) -> Known:
        """Judge somebody by their groups, each taken by itself (as if they were independent)."""
        answers, buys = _logit(self.answers), _logit(self.buys)
        for name in GROUPS:
            counts = self._by.get((name, fields.get(name)))
            if counts is None:
                continue
            reached, tries, bought = counts
            rate = (reached + _WORTH * self.answers) / (tries + _WORTH)
            answers += _logit(rate) - _logit(self.answers)
            rate = (bought + _WORTH * self.buys) / (reached + _WORTH)
            buys += _logit(rate) - _logit(self.buys)
        return Known(answers=_share(answers), buys=_share(buys))


def judged(people: Sequence[Person]) -> list[Known]:
    """Judge everybody by the other half."""
    judges = [Judge(p for p in people if half(p) != side) for side in (0, 1)]
    return [judges[half(person)].of(person.row.fields) for person in people]


def truly_answers(person: Person, known: Known) -> float:
    """Tell how probably somebody answers a call, which no dialer knows.

    They settled the matter at their `tries`-th call; one number says little, so what people like
    them do counts too.
    """
    share = (_OWN * known.answers + 1.0) / (_OWN + person.tries)
    return min(max(share, _LEAST), _MOST)


def _logit(share: float) -> float:
    held = min(max(share, 1e-4), 1 - 1e-4)
    return math.log(held / (1 - held))


def _share(logit: float) -> float:
    return min(max(1 / (1 + math.exp(-logit)), 1e-3), _MOST)

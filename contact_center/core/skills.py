"""Skills: who may serve whom.

Who may serve a caller is a boolean expression over skills with proficiencies from 0 to 100:

    es >= 30 and (cards or fraud >= 50) and not trainee

A skill by itself means a proficiency of at least 1; a skill that somebody lacks counts as -1.
Expressions are kept as text, so that they can be written down and compared, and compiled once.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

Skills = Mapping[str, int]
Test = Callable[[Skills], bool]

MISSING = -1
_TOKEN = re.compile(r"\s*(?:(?P<op>>=|<=|==|=|>|<|\(|\))|(?P<number>\d+)|(?P<word>[\w.-]+))")
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    ">=": lambda has, level: has >= level,
    ">": lambda has, level: has > level,
    "<=": lambda has, level: has <= level,
    "<": lambda has, level: has < level,
    "=": lambda has, level: has == level,
    "==": lambda has, level: has == level,
}
_WORDS = frozenset({"and", "or", "not"})


class RequirementError(ValueError):
    """An expression that cannot be read; ``at`` is the offset of what is wrong."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Requirement:
    """A compiled expression. ``wants``: the skills it asks for (not those it excludes), sorted."""

    text: str
    wants: tuple[str, ...]
    mentions: tuple[str, ...]
    test: Test

    def score(self, skills: Skills) -> int:
        """Say how good someone is at what is asked for: the sum of the proficiencies."""
        return sum(max(0, skills.get(skill, 0)) for skill in self.wants)


@lru_cache(maxsize=50_000)
def requirement(text: str) -> Requirement:
    """Compile an expression; ``""`` is met by everybody. Raises RequirementError."""
    if not text.strip():
        return Requirement("", (), (), lambda skills: True)
    reader = _Reader(text)
    test = reader.either()
    reader.end()
    return Requirement(text, tuple(sorted(reader.wants)), tuple(sorted(reader.mentions)), test)


def text_of(needed: Mapping[str, int]) -> str:
    """Write ``{skill: least proficiency}`` as an expression, in the order of the names."""
    return " and ".join(f"{skill} >= {level}" for skill, level in sorted(needed.items()))


def joined(*texts: str) -> str:
    """Write what all of several expressions ask for as one, each part once."""
    parts = dict.fromkeys(part for text in texts for part in _parts(text.strip()) if part)
    if len(parts) == 1:
        return next(iter(parts))
    return " and ".join(f"({part})" if " or " in f" {part} " else part for part in parts)


def _parts(text: str) -> list[str]:
    """Take what is joined by nothing but ``and`` apart."""
    plain = "(" not in text and " or " not in f" {text} "
    return [part.strip() for part in text.split(" and ")] if plain else [text]


class _Reader:
    """Reads by recursive descent: ``or`` binds least, then ``and``, then ``not``."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, int]] = []
        self._next = 0
        self.wants: set[str] = set()
        self.mentions: set[str] = set()
        at, text = 0, text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise RequirementError(f"{text[at:].strip()[:1]!r} has no meaning here", at)
            self._tokens.append((match.group().strip(), match.start()))
            at = match.end()
        self._length = len(text)
        self._depth = 0

    def either(self, *, wanted: bool = True) -> Test:
        """Read alternatives."""
        tests = [self._both(wanted=wanted)]
        while self._take("or"):
            tests.append(self._both(wanted=wanted))
        if len(tests) == 1:
            return tests[0]
        return lambda skills: any(test(skills) for test in tests)

    def end(self) -> None:
        """Expect that nothing is left."""
        if self._next < len(self._tokens):
            token, at = self._tokens[self._next]
            raise RequirementError(f"there is 'and' or 'or' missing before {token!r}", at)

    def _both(self, *, wanted: bool) -> Test:
        tests = [self._one(wanted=wanted)]
        while self._take("and"):
            tests.append(self._one(wanted=wanted))
        if len(tests) == 1:
            return tests[0]
        return lambda skills: all(test(skills) for test in tests)

    def _one(self, *, wanted: bool) -> Test:
        self._depth += 1
        if self._depth > 50:
            raise RequirementError("this is nested too deep", self._place())
        try:
            if self._take("not"):
                inner = self._one(wanted=not wanted)
                return lambda skills: not inner(skills)
            if self._take("("):
                inner = self.either(wanted=wanted)
                if not self._take(")"):
                    raise RequirementError("a ')' is missing", self._place())
                return inner
            return self._skill(wanted=wanted)
        finally:
            self._depth -= 1

    def _skill(self, *, wanted: bool) -> Test:
        token, at = self._peek()
        if not re.fullmatch(r"[^\W\d][\w.-]*", token) or token in _WORDS:
            raise RequirementError(
                f"a skill is expected, not {token!r}" if token else "a skill is missing at the end",
                at,
            )
        self._next += 1
        operator, _ = self._peek()
        compare = _COMPARE.get(operator)
        level = 1
        if compare is None:
            compare = _COMPARE[">="]
        else:
            self._next += 1
            number, where = self._peek()
            if not number.isdigit() or int(number) > 100:
                raise RequirementError("a proficiency is a number from 0 to 100", where)
            self._next += 1
            level = int(number)
        self.mentions.add(token)
        if wanted == (operator not in {"<", "<="}):
            self.wants.add(token)
        return lambda skills: compare(skills.get(token, MISSING), level)

    def _peek(self) -> tuple[str, int]:
        return self._tokens[self._next] if self._next < len(self._tokens) else ("", self._length)

    def _place(self) -> int:
        return self._peek()[1]

    def _take(self, token: str) -> bool:
        if self._peek()[0] == token:
            self._next += 1
            return True
        return False

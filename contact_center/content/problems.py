"""What may be wrong with a file that a person wrote, and where.

Every check reports a `Problem`; loading goes on as long as it makes sense and then raises one
`ContentError` that carries all problems of all files. A code never changes its meaning: people
search for it and tests rely on it.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

CODES: Mapping[str, str] = {
    "E001": "not well-formed YAML",
    "E002": "not UTF-8 text, or a character that YAML does not allow",
    "E003": "the same key twice in one mapping",
    "E004": "an anchor, an alias or a tag",
    "E005": "too large, too deep or too many values",
    "E006": "an unquoted # key, which YAML reads as a comment",
    "E010": "a field that does not exist",
    "E011": "a field that is missing",
    "E012": "a value of the wrong kind or out of range",
    "E013": "a node type that does not exist",
    "E014": "a name with characters that are not allowed, or a reserved one",
    "E015": "not a duration",
    "E020": "an edge to a node that does not exist",
    "E021": "a node that nothing leads to",
    "E022": "a node from which the call can never leave the flow",
    "E023": "a cycle without a node that waits for the caller",
    "E024": "a queue that does not exist",
    "E025": "a calendar that does not exist",
    "E026": "a flow that does not exist",
    "E027": "a prompt that does not exist",
    "E028": "a disposition that does not exist",
    "E029": "a skill that does not exist",
    "E030": "an escalation list that does not leave the node, or goes on after leaving it",
    "E031": "a key that hides a global key",
    "E032": "a key that can never be completed because shorter ones are taken at once",
    "E033": "words for an option that has no key of its own",
    "E034": "more options than a caller can keep in mind",
    "E035": "a prompt text that looks like an edge",
    "E036": "an agent who does not exist",
    "E037": "a number that the center may not show",
    "E038": "the same words for two options",
    "E040": "a variable or name that does not exist",
    "E041": "a value of the wrong type for a variable or a condition",
    "E042": "a secret where it could be read, or no secret where only one may be",
    "E043": "a variable that is read where it may not be set yet",
    "E044": "a call of a flow, or a return, that does not fit what the flow declares",
    "E045": "flows that call each other in a circle, or too deep",
    "E046": "a node that speaks or asks where the caller has hung up",
    "E050": "a prompt without text in an offered language",
    "E051": "a prompt file that does not exist",
    "E052": "languages of one text that interpolate different values",
    "E060": "opening hours that overlap, are empty or cannot be read",
    "E070": "a service that does not exist, or is not given what it needs",
    "E071": "a request that is sent again and may be done twice",
    "E080": "an outcome without an edge",
    "E090": "an expression that is not allowed or cannot be compiled",
    "E100": "a file that does not exist or cannot be read",
    "E101": "a number dialled that is not a telephone number or is there twice",
    "E102": "two agents with one extension",
    "E103": "two agents with one login name",
    "E104": "a time zone that does not exist",
    "E105": "a region or language code that does not exist",
    "E106": "two flows with one id, or not exactly one center",
    "E110": "a queue that nobody serves",
    "E111": "a skill that nobody has",
    "E112": "queues that overflow in a circle",
    "E113": "a change that needs a restart",
    "E120": "a test of a flow that can never come true",
    "E121": "a test of a flow that fails",
    "E130": "a way of pacing that does not exist",
    "E131": "a policy that does not exist",
    "E132": "two versions of a policy in force on one day",
    "E200": "a secret in a file",
    "E201": "an address, URL, path or port that cannot be used",
    "E202": "a setting that another one needs",
    "E203": "an environment variable that is not known",
    "E140": "a question or a disclosure of a call script that does not exist",
    "E141": "an end that a call can come to without a disclosure that it needs",
    "E142": "a circle of pages on which nothing is asked",
    "E143": "a call script of a campaign or list that calls nobody for the queue",
    "W100": "a flow that leads to no person",
    "W101": "keys while waiting that nobody tells callers of",
    "W102": "an option that holds the key that ends what is typed",
    "W103": "words that are missing in an offered language",
    "W140": "a question that no page asks",
    "W104": "words of two options that sound alike",
    "W105": "words that the recogniser has no sound for",
    "W110": "a message to abandoned people that a rule book would not have",
}


class Severity(Enum):
    """Errors stop the center from starting; warnings do not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong. `line` and `column` count from 1; both are 0 without a position.

    `hint` says what to write instead.
    """

    file: str
    code: str
    message: str
    line: int = 0
    column: int = 0
    severity: Severity = Severity.ERROR
    hint: str = ""

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"unknown problem code {self.code}")

    @property
    def is_error(self) -> bool:
        """Whether the center cannot start with it."""
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        warning = "warning: " if self.severity is Severity.WARNING else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{where}: {self.code} {warning}{self.message}{hint}"


class ContentError(Exception):
    """Content cannot be used. `problems` holds all of them, warnings too, by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort by file, line and column, each problem once."""
    return tuple(
        sorted(dict.fromkeys(problems), key=lambda p: (p.file, p.line, p.column, p.code, p.message))
    )


def raise_errors(problems: Sequence[Problem]) -> None:
    """Raise ContentError if any problem is an error."""
    if any(problem.is_error for problem in problems):
        raise ContentError(problems)


def renamed(problem: Problem, file: str) -> Problem:
    """Give the same problem under another name of its file."""
    return replace(problem, file=file)


def as_data(problem: Problem) -> dict[str, str | int]:
    """Give a problem as it stands in JSON."""
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint,
    }


def did_you_mean(written: str, known: Iterable[str], otherwise: str = "") -> str:
    """Word a hint: the closest known name, else the known names if they are few."""
    names = sorted(known)
    close = difflib.get_close_matches(written, names, n=3, cutoff=0.6)
    same_letters = [name for name in close if sorted(name) == sorted(written)]
    if close:
        return f'did you mean "{(same_letters or close)[0]}"?'
    if otherwise:
        return otherwise
    return f"known: {', '.join(names)}" if 0 < len(names) <= 24 else ""

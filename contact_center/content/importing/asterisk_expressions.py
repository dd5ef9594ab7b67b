"""Variables and ``$[...]`` of Asterisk's dial plan as expressions of ours. Pure.

Everything in a dial plan is a text. Here `<` and its like compare numbers, `=` and `!=` compare
texts unless one side is computed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from contact_center.content.importing.liquid import (
    LONGEST,
    UntranslatableError,
    checked_pattern,
    quoted,
)

_INNER = re.compile(r"\$\{([^${}]*)\}|\$\[")
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*")|(?P<sign>!=|<=|>=|==|=~|&&|\|\||[=<>&|+*/%()!-])"""
    r"""|(?P<word>(?:\$\{[^{}]*\}|[^\s"=<>!&|+*/%()])+))"""
)
_NUMBER = re.compile(r"-?\d{1,12}\Z", re.ASCII)
_LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"|", "||"}),
    frozenset({"&", "&&"}),
    frozenset({"=", "==", "!=", "<", ">", "<=", ">=", "=~"}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "%"}),
)
MOST_DEPTH = 20

Name = Callable[[str], str]
"""From the name of a variable to an expression of a text. Raises UntranslatableError."""


@dataclass(frozen=True, slots=True)
class Term:
    """An expression and what it gives: ``text``, ``number`` or ``truth``."""

    source: str
    gives: str = "text"

    def as_number(self) -> str:
        """The source as a number; an empty text is 0."""
        if self.gives == "number":
            return self.source
        if self.gives == "truth":
            return f"({self.source} ? 1 : 0)"
        literal = re.fullmatch(r"'(-?\d{1,12})'", self.source, re.ASCII)
        if literal:
            return str(int(literal[1]))
        return f"({self.source} == '' ? 0 : int({self.source}))"

    def as_text(self) -> str:
        """The source as a text."""
        if self.gives == "truth":
            return f"({self.source} ? '1' : '0')"
        return self.source if self.gives == "text" else f"string({self.source})"

    def as_truth(self) -> str:
        """The source as a condition: neither empty nor 0."""
        if self.gives == "truth":
            return self.source
        if self.gives == "number":
            return f"{self.source} != 0"
        return f"({self.source} != '' && {self.source} != '0')"


def text_of(written: str, name: Name) -> str:
    """Write a text with ``${...}`` and ``$[...]`` as an expression that gives a text."""
    return _bounded(_text(written, name, 0).as_text())


def condition_of(written: str, name: Name) -> str:
    """Write what stands before the ? of GotoIf as a condition."""
    return _bounded(_text(written.strip(), name, 0).as_truth())


def _bounded(source: str) -> str:
    if len(source) > LONGEST:
        raise UntranslatableError(f"an expression longer than {LONGEST} characters")
    return source


def _text(written: str, name: Name, depth: int) -> Term:
    if depth > MOST_DEPTH:
        raise UntranslatableError("nested too deeply")
    terms: list[Term] = []
    at = 0
    for match in _INNER.finditer(written):
        if match.start() < at:
            continue
        if match.start() > at:
            terms.append(Term(quoted(written[at : match.start()])))
        if match[0] == "$[":
            end = _closing(written, match.end())
            terms.append(_Parser(written[match.end() : end], name, depth + 1).whole())
            at = end + 1
        else:
            terms.append(Term(name(match[1])))
            at = match.end()
    if at < len(written):
        terms.append(Term(quoted(written[at:])))
    if any("${" in term.source for term in terms):
        raise UntranslatableError("a variable in the name of a variable")
    if len(terms) == 1:
        return terms[0]
    return Term(" + ".join(term.as_text() for term in terms) or "''")


def _closing(written: str, at: int) -> int:
    depth = 1
    for index in range(at, len(written)):
        depth += {"[": 1, "]": -1}.get(written[index], 0)
        if depth == 0:
            return index
    raise UntranslatableError("$[ without its ]")


@dataclass(slots=True)
class _Parser:
    written: str
    name: Name
    depth: int
    tokens: list[tuple[str, str]] = field(default_factory=list)
    at: int = 0

    def whole(self) -> Term:
        at, text = 0, self.written.rstrip()
        while at < len(text):
            at += len(text[at:]) - len(text[at:].lstrip())
            if text.startswith("$[", at):
                end = _closing(text, at + 2) + 1
                self.tokens.append(("word", text[at:end]))
                at = end
                continue
            match = _TOKEN.match(text, at)
            if match is None or match.lastgroup is None:
                raise UntranslatableError(f"$[{text[:60]}]")
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()
        if not self.tokens:
            return Term("''")
        term = self._level(0)
        if self.at < len(self.tokens):
            raise UntranslatableError(f"$[{text[:60]}]")
        return term

    def _peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def _level(self, level: int) -> Term:
        if level == len(_LEVELS):
            return self._one()
        left = self._level(level + 1)
        while self._peek() in _LEVELS[level] and self.tokens[self.at][0] == "sign":
            sign = self._peek()
            self.at += 1
            left = _joined(left, sign, self._level(level + 1))
        return left

    def _one(self) -> Term:
        self.depth += 1
        if self.at >= len(self.tokens) or self.depth > MOST_DEPTH + 10:
            raise UntranslatableError(f"$[{self.written[:60]}]")
        kind, token = self.tokens[self.at]
        self.at += 1
        if kind == "sign":
            made = self._signed(token)
        elif kind == "text":
            made = _text(token[1:-1], self.name, self.depth)
        else:
            made = _text(token, self.name, self.depth)
        self.depth -= 1
        return made

    def _signed(self, sign: str) -> Term:
        if sign == "!":
            return Term(f"!({self._one().as_truth()})", "truth")
        if sign == "-":
            return Term(f"(0 - {self._one().as_number()})", "number")
        if sign == "(":
            inner = self._level(0)
            if self._peek() == ")":
                self.at += 1
                return Term(f"({inner.source})", inner.gives)
        raise UntranslatableError(f"$[{self.written[:60]}]")


def _joined(left: Term, sign: str, right: Term) -> Term:
    if sign in ("|", "||"):
        return Term(f"({left.as_truth()} || {right.as_truth()})", "truth")
    if sign in ("&", "&&"):
        return Term(f"({left.as_truth()} && {right.as_truth()})", "truth")
    if sign in ("+", "-", "*", "/", "%"):
        return Term(f"({left.as_number()} {sign} {right.as_number()})", "number")
    if sign == "=~":
        found = re.fullmatch(r"'((?:[^'\\]|\\.)*)'", right.as_text())
        if found is None:
            raise UntranslatableError("a regular expression that is not written there")
        checked_pattern(re.sub(r"\\(.)", r"\1", found[1]))
        source = left.as_text()
        source = f"({source})" if "+" in source else source  # else it would be of the last part
        return Term(f"{source}.matches({right.as_text()})", "truth")
    sign = "==" if sign == "=" else sign
    numeric = sign not in ("==", "!=") or "number" in (left.gives, right.gives)
    if numeric:
        return Term(f"({left.as_number()} {sign} {right.as_number()})", "truth")
    return Term(f"({left.as_text()} {sign} {right.as_text()})", "truth")

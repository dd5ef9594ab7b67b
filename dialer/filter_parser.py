"""Reads filters over leads: text into the tree of ``lead_filter``, with names and types checked."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

from dialer.lead_filter import (
    LEAD_FIELDS,
    SEGMENTS,
    All,
    Always,
    AnyOf,
    Compare,
    Constant,
    FilterError,
    Has,
    InSegment,
    IsTrue,
    Name,
    Not,
    OneOf,
    Term,
    TextTest,
)
from dialer.list_definition import FieldKind

LONGEST = 2_000
DEEPEST = 40
MOST_TERMS = 500
MOST = 10**18

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?u?)|(?P<name>[A-Za-z_]\w*)
    |(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<sign>&&|\|\||==|!=|<=|>=|[<>!()\[\],.\-+*/%?:=&|])|(?P<odd>\S))""",
    re.X,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.S)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}
_HALVES = frozenset({"d8", "d9", "da", "db", "dc", "dd", "de", "df"})
_COMPARE = ("==", "!=", "<=", ">=", "<", ">")
_METHODS = ("startsWith", "endsWith", "contains")
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
_TEXTS = frozenset({FieldKind.TEXT, FieldKind.DATE, FieldKind.CHOICE})
_NUMBERS = frozenset({FieldKind.INTEGER, FieldKind.DECIMAL})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(source: str, fields: Mapping[str, FieldKind] | None = None) -> Term:
    """Read a filter; "" matches everything. Raises FilterError.

    ``fields``: the list's fields; None when they are not known yet, and then every name passes and
    its kind is guessed from what it is compared with.
    """
    if len(source) > LONGEST:
        raise FilterError(f"{len(source)} characters", LONGEST, f"write at most {LONGEST}")
    if not source.strip():
        return Always(value=True)
    return _Parser(source, fields).whole()


class _Parser:
    """Recursive descent, in CEL's order of precedence: ``||``, ``&&``, relations, ``!``."""

    def __init__(self, source: str, fields: Mapping[str, FieldKind] | None) -> None:
        self._fields = fields
        self._tokens = list(_scan(source))
        self._next = 0
        self._depth = 0
        self._terms = 0

    def whole(self) -> Term:
        term = self._or()
        token = self._peek()
        if token.kind != "end":
            self._stop(token)
        return term

    def _or(self) -> Term:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FilterError("brackets too deep", self._peek().at, f"at most {DEEPEST}")
        terms = [self._and()]
        while self._taken("||"):
            terms.append(self._and())
        self._depth -= 1
        return terms[0] if len(terms) == 1 else AnyOf(terms=tuple(terms))

    def _and(self) -> Term:
        terms = [self._not()]
        while self._taken("&&"):
            terms.append(self._not())
        return terms[0] if len(terms) == 1 else All(terms=tuple(terms))

    def _not(self) -> Term:
        self._terms += 1
        if self._terms > MOST_TERMS:
            raise FilterError("too many conditions", self._peek().at, f"at most {MOST_TERMS}")
        signs = 0
        while self._taken("!"):
            signs += 1
        start = self._peek()
        term = self._relation(alone=signs > 0)
        if signs and self._peek().text in _COMPARE:
            raise FilterError("! before a comparison", start.at, "put the comparison in brackets")
        if isinstance(term, IsTrue) and self._fields and term.left.kind is not FieldKind.YES_NO:
            raise FilterError(
                f"{term.left.name} is no yes-or-no field",
                start.at,
                f"compare it: {_sample(term.left)}",
            )
        for _ in range(signs % 2):
            term = Not(term=term)
        return term

    def _relation(self, *, alone: bool) -> Term:
        token = self._peek()
        if self._taken("("):
            term = self._or()
            self._expect(")")
            return term
        if token.kind == "name" and token.text in ("true", "false"):
            value = self._constant()
            compared = self._peek().text in (*_COMPARE, "in")
            return self._flipped(value, token) if compared else Always(value=bool(value))
        if token.kind == "name" and token.text == "has" and self._ahead(1).text == "(":
            return self._has()
        if token.kind in ("number", "text") or token.text == "-":
            return self._flipped(self._constant(), token)
        if token.kind != "name":
            self._stop(token)
        return self._about(self._name(), token, alone=alone)

    def _about(self, name: Name, token: _Token, *, alone: bool) -> Term:
        sign = self._peek()
        if sign.text == "." and self._ahead(1).text in _METHODS:
            return self._method(name)
        if not alone and sign.kind == "sign" and sign.text in _COMPARE:
            self._next += 1
            return self._compare(name, sign.text, token)
        if not alone and sign.text == "in":
            self._next += 1
            return self._one_of(name)
        if sign.text not in ("", ")", "&&", "||") and not (alone and sign.text in _COMPARE):
            self._stop(sign)
        return IsTrue(left=name)

    def _compare(self, name: Name, sign: str, token: _Token) -> Term:
        other = self._peek()
        if other.kind == "name" and other.text not in ("true", "false", "null"):
            right = self._name()
            self._fits(name, _example(right.kind), token)
            if name.kind is FieldKind.YES_NO and sign not in ("==", "!="):
                raise FilterError("yes or no has no order", token.at, "compare with == or !=")
            return Compare(left=name, sign=sign, right=right)
        value = self._constant()
        self._fits(name, value, other)
        if isinstance(value, bool) and sign not in ("==", "!="):
            raise FilterError("yes or no has no order", token.at, "compare with == or !=")
        return Compare(left=self._guessed(name, value), sign=sign, right=value)

    def _flipped(self, value: Constant, token: _Token) -> Term:
        sign = self._peek()
        if sign.text == "in" and isinstance(value, str):
            self._next += 1
            return self._in_segment(value)
        if sign.text not in _COMPARE:
            raise FilterError("a constant by itself", token.at, "compare a field with it")
        self._next += 1
        other = self._peek()
        if other.kind != "name" or other.text in ("true", "false"):
            raise FilterError("two constants", other.at, "compare a field with a constant")
        name = self._name()
        self._fits(name, value, token)
        flipped = _FLIPPED[sign.text]
        return Compare(left=self._guessed(name, value), sign=flipped, right=value)

    def _one_of(self, name: Name) -> Term:
        self._expect("[")
        values: list[Constant] = []
        while not self._taken("]"):
            token = self._peek()
            value = self._constant()
            self._fits(name, value, token)
            values.append(value)
            if self._peek().text != "]":
                self._expect(",")
        guessed = self._guessed(name, values[0]) if values else name
        return OneOf(left=guessed, values=tuple(values))

    def _in_segment(self, segment: str) -> Term:
        at = self._peek().at
        words = [self._take().text for _ in range(3)]
        if words != ["lead", ".", SEGMENTS]:
            raise FilterError(
                "in what?", at, 'write "NAME" in lead.segments, or fields.NAME in ["A", "B"]'
            )
        return InSegment(segment=segment)

    def _has(self) -> Term:
        self._next += 1
        self._expect("(")
        if self._ahead(1).text != ".":
            token = self._peek()
            raise FilterError("has() of what?", token.at, f"write has(fields.{token.text})")
        name = self._name()
        self._expect(")")
        return Has(left=name)

    def _method(self, name: Name) -> Term:
        self._next += 1
        method = self._take()
        self._expect("(")
        token = self._peek()
        text = self._constant()
        if not isinstance(text, str):
            raise FilterError("no text", token.at, f'write {method.text}("...")')
        self._fits(name, text, method)
        self._expect(")")
        return TextTest(left=self._guessed(name, text), method=method.text, text=text)

    def _name(self) -> Name:
        token = self._take()
        if self._peek().text == "(":
            known = ("has", *_METHODS)
            raise FilterError(f"there is no {token.text}()", token.at, _near(token.text, known))
        root, name = "fields", token
        if self._peek().text == "." and self._ahead(1).text not in _METHODS:
            self._next += 1
            root, name = token.text, self._take()
            if name.kind != "name":
                self._stop(name)
        if root == "lead":
            kind = LEAD_FIELDS.get(name.text)
            if kind is None:
                mend = _near(name.text, (*LEAD_FIELDS, SEGMENTS))
                raise FilterError(f'there is no "lead.{name.text}"', name.at, mend)
            return Name(root="lead", name=name.text, kind=kind)
        if root != "fields":
            raise FilterError(f'there is no "{root}"', token.at, f"write fields.{name.text}")
        if token is name and token.text in ("lead", "fields", "in", "null"):
            raise FilterError(f'"{token.text}" cannot stand here', token.at, "write fields.NAME")
        if self._fields is None:
            return Name(root=root, name=name.text, kind=FieldKind.TEXT)
        kind = self._fields.get(name.text)
        if kind is None:
            mend = _near(name.text, tuple(self._fields))
            raise FilterError(f'the list has no field "{name.text}"', name.at, mend)
        return Name(root=root, name=name.text, kind=kind)

    def _guessed(self, name: Name, value: Constant) -> Name:
        if self._fields is not None or name.root == "lead":
            return name
        return Name(root=name.root, name=name.name, kind=_kind_of(value))

    def _fits(self, name: Name, value: Constant, token: _Token) -> None:
        if self._fields is None and name.root == "fields":
            return
        wanted = _family(name.kind)
        if _family(_kind_of(value)) != wanted:
            raise FilterError(
                f"{name.name} is a {wanted} and is compared with something else",
                token.at,
                f"write {_sample(name)}",
            )

    def _constant(self) -> Constant:
        token = self._take()
        negative = token.text == "-" and token.kind == "sign"
        if negative:
            token = self._take()
        if token.kind == "number":
            if token.text.endswith("u"):
                raise FilterError("an unsigned number", token.at, f"write {token.text[:-1]}")
            value = float(token.text) if set(token.text) & set(".eE") else int(token.text)
            if abs(value) > MOST:
                raise FilterError("too large a number", token.at, "use a smaller one")
            return -value if negative else value
        if negative or (token.kind == "name" and token.text == "null"):
            raise FilterError("no constant", token.at, "write has(fields.NAME) for what is there")
        if token.kind == "text":
            return _unquoted(token)
        if token.kind == "name" and token.text in ("true", "false"):
            return token.text == "true"
        return self._stop(token)

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _ahead(self, count: int) -> _Token:
        return self._tokens[min(self._next + count, len(self._tokens) - 1)]

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def _taken(self, sign: str) -> bool:
        if self._peek().kind == "sign" and self._peek().text == sign:
            self._next += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._taken(sign):
            token = self._peek()
            found = "the end" if token.kind == "end" else f"{token.text}"
            raise FilterError(f"{sign} expected, not {found}", token.at, f"write {sign}")

    def _stop(self, token: _Token) -> NoReturn:
        raise FilterError(*_worded(token))


def _scan(source: str) -> Iterator[_Token]:
    end = 0
    for match in _TOKEN.finditer(source):
        kind = match.lastgroup or "odd"
        at = match.start(kind) + 1
        if kind == "odd":
            mend = "close the quote" if match[kind] in "\"'" else "take it out"
            raise FilterError(f"{match[kind]} cannot stand here", at, mend)
        yield _Token(kind, match[kind], at)
        end = match.end()
    yield _Token("end", "", end + 1)


def _worded(token: _Token) -> tuple[str, int, str]:
    signs = {"and": "&&", "or": "||", "not": "!", "=": "==", "&": "&&", "|": "||"}
    words = {wrong: f"write {right}" for wrong, right in signs.items()}
    if token.kind == "end":
        return "it ends too early", token.at, "finish the condition"
    mend = words.get(token.text.lower(), "write a condition, as in fields.age > 30")
    if token.text in ("+", "*", "/", "%", "?", ":"):
        mend = "filters do not compute: compare a field with a constant"
    return f"{token.text} cannot stand here", token.at, mend


def _unquoted(token: _Token) -> str:
    def plain(match: re.Match[str]) -> str:
        if match[1] and (match[1] == "0000" or match[1][:2].lower() in _HALVES):
            raise FilterError(f"\\u{match[1]} is no character", token.at, "take it out")
        if match[1]:
            return chr(int(match[1], 16))
        if match[2] not in _ESCAPES:
            raise FilterError(f"\\{match[2]} means nothing", token.at, "write \\\\ for a \\")
        return _ESCAPES[match[2]]

    return _ESCAPE.sub(plain, token.text[1:-1])


def _kind_of(value: Constant) -> FieldKind:
    if isinstance(value, bool):
        return FieldKind.YES_NO
    if isinstance(value, str):
        return FieldKind.TEXT
    return FieldKind.INTEGER if isinstance(value, int) else FieldKind.DECIMAL


def _example(kind: FieldKind) -> Constant:
    examples: Mapping[str, Constant] = {"text": "", "number": 0, "yes or no": True}
    return examples[_family(kind)]


def _family(kind: FieldKind) -> str:
    if kind in _NUMBERS:
        return "number"
    return "text" if kind in _TEXTS else "yes or no"


def _sample(name: Name) -> str:
    full = f"{name.root}.{name.name}"
    samples = {
        FieldKind.TEXT: f'{full} == "text"',
        FieldKind.CHOICE: f'{full} == "choice"',
        FieldKind.DATE: f'{full} >= "2026-01-31"',
        FieldKind.INTEGER: f"{full} >= 1",
        FieldKind.DECIMAL: f"{full} >= 1.5",
        FieldKind.YES_NO: f"{full}, or !{full}",
    }
    return samples[name.kind]


def _near(word: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f'did you mean "{close[0]}"?'
    return f"known: {', '.join(sorted(known)[:24])}" if known else "the list has no fields"

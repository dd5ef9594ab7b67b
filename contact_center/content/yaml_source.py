"""Text of a YAML file -> plain values, with the line and column of every key and value.

One pass over libyaml's events. Events arrive one at a time, so size, depth and number of values
are bounded before anything is built, and anchors, aliases and tags are refused where they stand.

Scalars follow YAML 1.2, narrowly: only ``null``, ``true``, ``false`` and decimal numbers without a
leading zero or sign ``+`` are anything but text. So ``17:30``, ``no``, ``010``, ``+14155550100``
and ``2026-12-25`` are what they look like. Keys of mappings are always text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from contact_center.content.problems import Problem, Severity

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 50
MAX_NODES = 200_000

PathItem = str | int
Path = tuple[PathItem, ...]
Plain = str | int | float | bool | list["Plain"] | dict[str, "Plain"] | None

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}\Z")
_WORDS: Mapping[str, bool | None] = {
    "null": None,
    "~": None,
    "": None,
    "true": True,
    "false": False,
}
_HASH_KEY = re.compile(r"(?:^|[\s{,])(#)\s*:(?:\s|$)")
_STAR_KEY = re.compile(r"(?:^|[\s{,])(\*)\s*:(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Place:
    """A line and column, from 1."""

    line: int
    column: int


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


class UnusableTextError(Exception):
    """The text is no YAML that we read. Carries the one problem that ended the reading."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(slots=True)
class Document:
    """One file, read. ``keys`` and ``values`` map a path to where it stands."""

    file: str
    data: Plain = None
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def resolve(self, path: Path) -> Path:
        """Follow `path` as far as it exists, leaving out elements that were not written.

        Short forms are expanded before checking ("text" becomes a list with one item), so a path
        may hold elements that are not in the file; the nearest written one is meant.
        """
        here: Any = self.data
        found: Path = ()
        for item in path:
            written = (isinstance(here, dict) and item in here) or (
                isinstance(here, list) and isinstance(item, int) and 0 <= item < len(here)
            )
            if written:
                here = here[item]
                found = (*found, item)
        return found

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Where the value at `path` stands, or its key."""
        found = self.resolve(path)
        if key and found in self.keys:
            return self.keys[found]
        return self.values.get(found, Place(1, 1))

    def report(
        self,
        path: Path,
        code: str,
        message: str,
        hint: str = "",
        *,
        key: bool = False,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Note a problem with what stands at `path` (with its key when `key`)."""
        place = self.place(path, key=key)
        self.problems.append(
            Problem(
                file=self.file,
                line=place.line,
                column=place.column,
                code=code,
                message=message,
                hint=hint,
                severity=severity,
            )
        )

    def warn(
        self, path: Path, code: str, message: str, hint: str = "", *, key: bool = False
    ) -> None:
        """Note a problem that does not stop the center from starting."""
        self.report(path, code, message, hint, key=key, severity=Severity.WARNING)


def decode(file: str, content: bytes) -> str:
    """Decode UTF-8. Raises UnusableTextError with the place of the first byte that is not."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        place = _place_at(before, len(before))
        raise _unusable(
            file,
            place,
            "E002",
            f"byte 0x{content[error.start]:02x} is not UTF-8",
            "save the file as UTF-8",
        ) from None


def read(file: str, text: str) -> Document:
    """Read `text`. The document is there even when it is unusable; then ``data`` is None.

    Problems are in ``problems``: one that ended the reading, and warnings about traps.
    """
    document = Document(file)
    try:
        _Builder(document, text).build()
    except UnusableTextError as error:
        document.data = None
        document.problems.append(error.problem)
    return document


def resolve_scalar(text: str) -> Plain:
    """Read a plain scalar as YAML 1.2 would, narrowly."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text


def _unusable(
    file: str, place: Place, code: str, message: str, hint: str = ""
) -> UnusableTextError:
    return UnusableTextError(
        Problem(
            file=file, line=place.line, column=place.column, code=code, message=message, hint=hint
        )
    )


def _place_at(text: str, index: int) -> Place:
    before = text[:index]
    return Place(before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)


class _Builder:
    """Builds one document from libyaml's events."""

    def __init__(self, document: Document, text: str) -> None:
        self._document = document
        self._text = text
        self._nodes = 0
        self._block_lines: set[int] = set()

    def build(self) -> None:
        size = len(self._text.encode("utf-8", "surrogatepass"))
        if size > MAX_BYTES:
            raise self._fail(
                Place(1, 1), "E005", f"{size} bytes are more than {MAX_BYTES}", "split the file"
            )
        try:
            self._build()
        except yaml.MarkedYAMLError as error:
            raise self._syntax(error) from None
        except yaml.reader.ReaderError as error:
            place = _place_at(self._text, error.position)
            raise self._fail(
                place,
                "E002",
                f"a character that YAML does not allow: {error.reason}",
                "remove it, or write it as an escape in double quotes",
            ) from None
        except UnicodeEncodeError as error:
            place = _place_at(self._text, error.start)
            raise self._fail(
                place, "E002", "half of a surrogate pair", "save the file as UTF-8"
            ) from None
        self._hash_keys()

    def _build(self) -> None:
        events = iter(yaml.parse(self._text, Loader=yaml.CSafeLoader))
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self._document.values:
                    raise self._fail(
                        _place(event.start_mark),
                        "E001",
                        "a second document",
                        "one document a file; remove the line ---",
                    )
                self._document.data = self._value(next(events), events, (), 1)
        if not self._document.values:
            raise self._fail(Place(1, 1), "E001", "the file is empty", "write at least the id")

    def _value(self, event: Any, events: Iterator[Any], path: Path, depth: int) -> Plain:
        place = _place(event.start_mark)
        self._admit(event, place, depth)
        self._document.values[path] = place
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path, depth)
        return self._mapping(events, path, depth)

    def _admit(self, event: Any, place: Place, depth: int) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._fail(place, "E005", f"more than {MAX_NODES} values", "split the file")
        if depth > MAX_DEPTH:
            raise self._fail(place, "E005", f"nested deeper than {MAX_DEPTH}", "flatten it")
        if isinstance(event, yaml.AliasEvent):
            raise self._fail(
                place,
                "E004",
                f"alias *{event.anchor}",
                'write the value out; a text that begins with * needs quotes: "*"',
            )
        if event.anchor is not None:
            self._note(
                place,
                "E004",
                f"anchor &{event.anchor}",
                "write the value out where it is used; a text that begins with & needs quotes",
            )
        if event.tag is not None:
            self._note(
                place,
                "E004",
                f"tag {event.tag}",
                "remove the tag; a text that begins with ! needs quotes",
            )

    def _scalar(self, event: Any) -> Plain:
        first, last = event.start_mark.line, event.end_mark.line
        if last > first:
            self._block_lines.update(range(first + 1, last + 1))
        if not event.style:
            return resolve_scalar(event.value)
        return str(event.value)

    def _sequence(self, events: Iterator[Any], path: Path, depth: int) -> list[Plain]:
        items: list[Plain] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._value(event, events, (*path, len(items)), depth + 1))
        return items

    def _mapping(self, events: Iterator[Any], path: Path, depth: int) -> dict[str, Plain]:
        mapping: dict[str, Plain] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            place = _place(event.start_mark)
            self._admit(event, place, depth)
            if not isinstance(event, yaml.ScalarEvent):
                raise self._fail(
                    place,
                    "E001",
                    "a key that is itself a list or a mapping",
                    "if you meant a value in braces, put it in quotes",
                )
            name = str(event.value)
            here = (*path, name)
            if name in mapping:
                first = self._document.keys[here]
                self._note(
                    place,
                    "E003",
                    f'"{name}" is already defined at line {first.line}, column {first.column}',
                    "remove or rename one of the two",
                )
                self._value(next(events), events, (*here, "(twice)"), depth + 1)
                continue
            self._document.keys[here] = place
            mapping[name] = self._value(next(events), events, here, depth + 1)
        return mapping

    def _hash_keys(self) -> None:
        for number, line in enumerate(self._text.split("\n")):
            match = _HASH_KEY.match(line.lstrip())
            if match and number not in self._block_lines:
                column = len(line) - len(line.lstrip()) + match.start(1) + 1
                self._note(
                    Place(number + 1, column),
                    "E006",
                    "an unquoted # begins a comment, so this key is not there",
                    'write "#": in quotes',
                )

    def _syntax(self, error: yaml.MarkedYAMLError) -> UnusableTextError:
        mark = error.problem_mark or error.context_mark
        place = _place(mark) if mark is not None else Place(1, 1)
        line = self._line(place.line)
        message = error.problem or error.context or "not well-formed"
        if error.context and error.problem:
            message = f"{error.problem} {error.context}"
        star = _STAR_KEY.search(line)
        if star:
            place = Place(place.line, star.start(1) + 1)
            return self._fail(
                place, "E001", "an unquoted * begins an alias", 'write "*": in quotes'
            )
        return self._fail(place, "E001", message, self._syntax_hint(place, message))

    def _syntax_hint(self, place: Place, message: str) -> str:
        line = self._line(place.line)
        for number in range(place.line, 0, -1):
            before = self._line(number)
            if _HASH_KEY.search(before) and ("{" in before or number == place.line):
                return f'line {number}: an unquoted # begins a comment; write "#": in quotes'
            if place.line - number > 200:
                break
        if "\t" in line[: len(line) - len(line.lstrip())] or "'\\t'" in message:
            return "indent with spaces, not tabs"
        if "mapping values are not allowed" in message:
            return 'put a text that contains ": " in quotes, and check the indentation'
        if "quoted scalar" in message:
            return "a quote is not closed"
        if "expected ',' or" in message:
            return "a bracket or brace is not closed, or a comma is missing"
        return "check quotes, brackets and indentation here and on the line above"

    def _line(self, number: int) -> str:
        lines = self._text.split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def _note(self, place: Place, code: str, message: str, hint: str) -> None:
        self._document.problems.append(self._fail(place, code, message, hint).problem)

    def _fail(self, place: Place, code: str, message: str, hint: str = "") -> UnusableTextError:
        return _unusable(self._document.file, place, code, message, hint)

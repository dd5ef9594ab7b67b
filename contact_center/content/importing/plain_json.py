"""JSON with the lines it stands on. Depth and doubled keys are bounded and refused. Pure."""

import json
import re
from bisect import bisect_right
from typing import Any

MOST_DEPTH = 60
_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}


class JsonError(ValueError):
    """The text cannot be read; the message says where."""


class Fields(dict[str, Any]):
    """An object. ``line`` is where it begins, ``lines`` where each of its keys stands."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    def text(self, key: str) -> str:
        """What is written at a key, numbers too, as a text; "" for nothing and for structures."""
        value = self.get(key)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return ""
        return str(value)

    def within(self, key: str) -> "Fields":
        """The object at a key; an empty one when there is none."""
        value = self.get(key)
        return value if isinstance(value, Fields) else Fields(self.lines.get(key, self.line))

    def rows(self, key: str) -> list["Fields"]:
        """The objects of the list at a key."""
        value = self.get(key)
        return [row for row in value if isinstance(row, Fields)] if isinstance(value, list) else []


class _Reader:
    def __init__(self, file: str, text: str) -> None:
        self.file, self.text, self.at = file, text, 0
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def line(self) -> int:
        return bisect_right(self._ends, self.at - 1) + 1

    def wrong(self, words: str) -> JsonError:
        line = self.line()
        column = self.at - (self._ends[line - 2] if line > 1 else -1)
        return JsonError(f"{self.file}:{line}:{column}: {words}")

    def skip(self) -> str:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.text[self.at : self.at + 1]

    def value(self, depth: int) -> Any:
        if depth > MOST_DEPTH:
            raise self.wrong(f"nested deeper than {MOST_DEPTH}")
        first = self.skip()
        if first == "{":
            return self._object(depth)
        if first == "[":
            return self._list(depth)
        if first == '"':
            return self.string()
        for word, value in _WORDS.items():
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        match = _NUMBER.match(self.text, self.at)
        if match is None:
            raise self.wrong("this is not JSON" if first else "the text ends too early")
        self.at = match.end()
        return json.loads(match[0])

    def string(self) -> str:
        match = _STRING.match(self.text, self.at)
        if match is None:
            raise self.wrong("a text that does not end, or a character that is not allowed in it")
        self.at = match.end()
        text: str = json.loads(match[0])
        # Half a surrogate pair is no character, and cannot be written.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _object(self, depth: int) -> Fields:
        made = Fields(self.line())
        self.at += 1
        if self.skip() == "}":
            self.at += 1
            return made
        while True:
            if self.skip() != '"':
                raise self.wrong("a key in quotes is missing here")
            line, key = self.line(), self.string()
            if key in made:
                raise self.wrong(f'the key "{key[:60]}" twice in one object')
            if self.skip() != ":":
                raise self.wrong("a colon is missing here")
            self.at += 1
            made.lines[key] = line
            made[key] = self.value(depth + 1)
            if self._ends_with("}"):
                return made

    def _list(self, depth: int) -> list[Any]:
        made: list[Any] = []
        self.at += 1
        if self.skip() == "]":
            self.at += 1
            return made
        while True:
            made.append(self.value(depth + 1))
            if self._ends_with("]"):
                return made

    def _ends_with(self, end: str) -> bool:
        found = self.skip()
        if found not in (end, ",") or not found:
            raise self.wrong(f'"," or "{end}" is missing here')
        self.at += 1
        return found == end


def read_json(file: str, text: str) -> Fields:
    """Read a text that is one object. Raises JsonError."""
    reader = _Reader(file, text)
    made = reader.value(0)
    if reader.skip():
        raise reader.wrong("there is more after the end")
    if not isinstance(made, Fields):
        raise JsonError(f"{file}:1: this is JSON, but no object")
    return made

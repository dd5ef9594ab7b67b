"""What is different between two parts of flows, in words: any field of whatever is in them."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from contact_center.core.hours import Calendar
from contact_center.core.ivr.flow_parts import Edge, Speech, SpeechKind
from contact_center.core.ivr.flow_talk import Menu
from contact_center.core.ivr.values import VariableType

SECOND_US = 1_000_000
_WORDS = {"otherwise": "else", "assign": "vars"}
_UNNAMED = frozenset({"say"})
"""What an item of an escalation list is about: told as the item itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference. ``node`` is "" for the flow as a whole; `before` or `after` may be ""."""

    node: str
    what: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        where = f"{self.node}: " if self.node else ""
        if self.before and self.after:
            return f"{where}{self.what}: {self.after}; before: {self.before}"
        told = self.after or (f"no more; before: {self.before}" if self.before else "")
        return f"{where}{self.what}{': ' if told else ''}{told}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """Tells what is different in the fields of one node, or of the flow ("").

    ``ways``: whether edges are told here; they are not where they have been told by outcome.
    """

    node: str
    ways: bool = False

    def fields(
        self, what: str, old: Any, new: Any, leave_out: Iterable[str] = ()
    ) -> Iterator[Change]:
        """Compare two dataclasses of one type, field by field; `what` is "" for a node itself."""
        for field in dataclasses.fields(new):
            if field.name in leave_out or not field.init:  # the latter follows from others
                continue
            name = _WORDS.get(field.name, field.name)
            if "#" in what and field.name in _UNNAMED:
                path = what
            else:
                path = f"{what}.{name}" if what else name
            yield from self.values(path, getattr(old, field.name), getattr(new, field.name))

    def values(self, what: str, old: object, new: object) -> Iterator[Change]:
        """Compare two values of a field."""
        if old == new or (not self.ways and _is_way(old, new)):
            return
        if isinstance(old, Calendar) and isinstance(new, Calendar) and old.name == new.name:
            yield Change(node=self.node, what=f"the calendar {new.name} has other hours")
        elif isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from self.named(what, old, new)
        elif isinstance(old, tuple) and isinstance(new, tuple):
            yield from self._rows(what, old, new)
        elif isinstance(old, Menu) and isinstance(new, Menu):
            # Nobody takes the edges of a menu inside a node: no outcome tells of them.
            inside = dataclasses.replace(self, ways=True)
            yield from inside.fields(what, old, new, ("name",))
        elif _has_fields(old) and type(old) is type(new):
            yield from self.fields(what, old, new)
        else:
            yield self._one(what, old, new)

    def named(
        self, what: str, old: Mapping[Any, object], new: Mapping[Any, object]
    ) -> Iterator[Change]:
        """Compare what has names, name by name."""
        for name in (*new, *(name for name in old if name not in new)):
            yield from self._there(f"{what}.{name}", old.get(name, _GONE), new.get(name, _GONE))

    def _rows(self, what: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[Change]:
        """Compare rows one by one; a prompt, and what is a list of names, as a whole."""
        both = (*old, *new)
        if all(isinstance(item, Speech) for item in both):
            yield self._one(what, old, new)
        elif all(isinstance(item, tuple) and isinstance(item[1], Edge) for item in both):
            plain = ([item[0] for item in items] for items in (old, new))
            yield from self._numbered(what, *plain)
        elif all(_has_fields(item) for item in both):
            yield from self._numbered(what, old, new)
        else:
            yield self._one(what, old, new)

    def _numbered(
        self, what: str, old: Sequence[object], new: Sequence[object]
    ) -> Iterator[Change]:
        for at in range(max(len(old), len(new))):
            before = old[at] if at < len(old) else _GONE
            after = new[at] if at < len(new) else _GONE
            yield from self._there(f"{what}#{at + 1}", before, after)

    def _there(self, what: str, old: object, new: object) -> Iterator[Change]:
        """Compare what may be there in one of the two only."""
        if old is not _GONE and new is not _GONE:
            yield from self.values(what, old, new)
            return
        there = old if new is _GONE else new
        if not self.ways and isinstance(there, Edge):
            return
        words = shown(there, ways=self.ways) or "nothing"
        if new is _GONE:
            yield Change(node=self.node, what=what, before=words)
        else:
            yield Change(node=self.node, what=f"new {what}", after=words)

    def _one(self, what: str, old: object, new: object) -> Change:
        before, after = shown(old), shown(new)
        if what.endswith("_us"):
            what, before, after = what.removesuffix("_us"), _time(old), _time(new)
        elif before == after and isinstance(old, tuple) and isinstance(new, tuple):
            before, after = (written(prompt, tagged=True) for prompt in (old, new))
        return Change(
            node=self.node, what=what, before=before or "nothing", after=after or "nothing"
        )


_GONE = object()


def _has_fields(value: object) -> bool:
    return (
        dataclasses.is_dataclass(value)
        and not isinstance(value, Edge | Speech | Calendar | VariableType)
        and not hasattr(value, "source")
    )


def _is_way(old: object, new: object) -> bool:
    edges = [isinstance(value, Edge) for value in (old, new) if value is not None]
    return bool(edges) and all(edges)


# --- words --------------------------------------------------------------------------------------


def shown(value: object, *, ways: bool = True) -> str:
    """Write a value down as somebody would who writes flows; "" for nothing.

    ``ways``: with the edges that are in it.
    """
    if isinstance(value, Edge):
        return way(value) if ways else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Calendar):
        return value.name
    if isinstance(value, VariableType):
        return f"{value.kind} of {', '.join(value.of)}" if value.of else value.kind
    if isinstance(value, Mapping):
        pairs = ((name, shown(item, ways=ways)) for name, item in value.items())
        return ", ".join(f"{name}: {item}" if item else str(name) for name, item in pairs)
    if isinstance(value, tuple | list):
        return _list_shown(value, ways=ways)
    if _has_fields(value):
        return _fields_shown(value, ways=ways)
    source = getattr(value, "source", None)
    return str(source) if source is not None else "" if value is None else str(value)


def _list_shown(value: Sequence[Any], *, ways: bool) -> str:
    if value and all(isinstance(item, Speech) for item in value):
        return written(value)
    if value and all(isinstance(item, tuple) and len(item) == 2 for item in value):
        return ", ".join(f"{name} = {shown(item, ways=ways)}" for name, item in value)
    return ", ".join(shown(item, ways=ways) for item in value)


def _fields_shown(value: Any, *, ways: bool) -> str:
    """Write down the fields that are not as they are when nobody says anything."""
    told = []
    for field in (field for field in dataclasses.fields(value) if field.init):
        item = getattr(value, field.name)
        is_time = field.name.endswith("_us")
        words = _time(item) if is_time and item else shown(item, ways=ways)
        if words and item != field.default and item not in (0, False):
            told.append(f"{field.name.removesuffix('_us')} {words}")
    return ", ".join(told)


def _time(value: object) -> str:
    if not isinstance(value, int):
        return "nothing"
    return f"{value / SECOND_US:g}s"


def way(edge: Edge) -> str:
    """Write down where an edge leads, and what it does on the way."""
    tag = f", tag {edge.tag}" if edge.tag else ""
    sets = ", ".join(f"{name} = {expression.source}" for name, expression in edge.set)
    return f"to {edge.goto}{tag}{f', sets {sets}' if sets else ''}"


def written(prompt: Sequence[Speech], *, tagged: bool = False) -> str:
    """Write a prompt down, in all its languages; with the name of one only when `tagged`."""
    languages = list(dict.fromkeys(tag for speech in prompt for tag in speech.texts))
    if len(languages) < 2 and not tagged:
        return f'"{_said(prompt, languages[0])}"' if languages else _said(prompt, "")
    return " ".join(f'{language} "{_said(prompt, language)}"' for language in languages)


def _said(prompt: Sequence[Speech], language: str) -> str:
    return " ".join(filter(None, (_item(speech, language) for speech in prompt)))


def _item(speech: Speech, language: str) -> str:
    text = speech.texts.get(language, "")
    if speech.kind is SpeechKind.FILE:
        text = f"[{speech.file}{f': {text}' if text else ''}]"
    elif speech.kind is SpeechKind.SILENCE:
        text = f"[{speech.ms} ms]"
    elif speech.kind is SpeechKind.VALUE and speech.value is not None:
        unit = f" {speech.currency}" if speech.currency else ""
        text = f"<{speech.value.source} as {speech.form.value}{unit}>"
    return f"(if {speech.when.source}: {text})" if speech.when is not None and text else text

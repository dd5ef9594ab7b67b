"""Facts as plain JSON values for others, without anything that is private to a caller.

What a field may hold is decided by its name: ids, codes, counts and times pass, whatever else is
text does not. A field nobody has thought of yet is therefore left out, not given away: numbers of
callers, what they keyed in, names, notes, messages, addresses of recordings.
"""

import dataclasses
from enum import Enum
from typing import Any

from contact_center.core.events import Direction
from contact_center.core.facts import CallFact, Fact

_TEXT = frozenset(
    {"agent", "box", "by", "call", "channel", "cmd", "code", "customer", "decided", "did", "edge"}
    | {"event", "flow", "leg", "node", "origin", "provider", "queue", "reason", "recording"}
    | {"requirement", "reservation", "strategy", "to_agent", "to_queue"}
    | {"cause", "measure", "rule"}
)
"""Fields whose text passes."""
_SCREENS = frozenset(
    {"ScreenPopped", "ScreenPopCompleted", "NotesSaved", "RequestAnswered", "SupervisorAnswered"}
)
"""Facts for one person's screen; nobody else's business."""


def is_told(fact: Fact) -> bool:
    """Whether others may know of this at all."""
    return type(fact).__name__ not in _SCREENS


def plain(fact: Fact) -> dict[str, Any]:
    """Give ``{"type": ..., "id": ..., "fact": {...}}``.

    ``id`` names a fact of a call for ever, ``CALL/SEQ``; who has seen it may pass over it. Facts of
    no call have none: the newest is the truth.
    """
    made: dict[str, Any] = {"type": type(fact).__name__, "fact": _fields(fact)}
    if getattr(fact, "direction", Direction.INBOUND) is Direction.OUTBOUND:
        made["fact"].pop("did", None)  # here it is the customer's number
    if isinstance(fact, CallFact):
        made["id"] = f"{fact.call}/{fact.seq}"
    return made


def _fields(value: Any) -> dict[str, Any]:
    found = {}
    for field in dataclasses.fields(value):
        inner = getattr(value, field.name)
        if not isinstance(inner, str) or field.name in _TEXT:
            kept = _value(inner, field.name)
            if kept is not _LEFT_OUT:
                found[field.name] = kept
    return found


def _value(value: Any, name: str) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value if name in _TEXT else _LEFT_OUT
    if dataclasses.is_dataclass(value):
        return _fields(value)
    if isinstance(value, tuple):
        inner = [_value(item, name) for item in value]
        return _LEFT_OUT if _LEFT_OUT in inner else inner
    return _LEFT_OUT


_LEFT_OUT = object()

"""Facts as JSON objects and back: ``{"at": ..., "call": ..., ...}`` with the class name beside it.

Text is cleaned on the way in. A fact of a kind this version does not know (the database was written
by a newer one) reads as ``None``; unknown fields are ignored.
"""

import inspect
from typing import Any

import msgspec

from contact_center.adapters.sql.text import clean_tree
from contact_center.core import caller_facts, facts, talk_facts
from contact_center.core.facts import CallFact

CALL_FACTS: dict[str, type[CallFact]] = {
    name: kind
    for module in (facts, talk_facts, caller_facts)
    for name, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, CallFact) and kind is not CallFact
}


def fact_kind(fact: CallFact) -> str:
    """Name the class of a fact; stored beside its body."""
    return type(fact).__name__


def fact_body(fact: CallFact) -> dict[str, Any]:
    """Turn a fact into plain JSON values, clean."""
    body: dict[str, Any] = clean_tree(msgspec.to_builtins(fact))
    return body


def fact_from(kind: str, body: dict[str, Any]) -> CallFact | None:
    """Read a fact back; ``None`` when the kind is unknown or the body does not fit it."""
    known = CALL_FACTS.get(kind)
    if known is None:
        return None
    try:
        return msgspec.convert(body, type=known)
    except msgspec.ValidationError:
        return None

"""What a service answered: the values a flow gets, or why it gets none."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from contact_center.core.ivr.expressions import ExpressionFailedError, Scalar
from contact_center.core.ivr.services import Returned, Service
from contact_center.core.ivr.values import fit
from contact_center.core.lookups import LookupOutcome

MAX_BYTES = 64 * 1024
MAX_DEPTH = 20
MAX_TEXT = 1_000
"""Longest text that is taken over into a variable, in characters."""
_MOST_INT = 2**63


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How it ended. ``reason`` is for the log and holds nothing of the answer.

    ``well``: whether the service did its work, for its breaker; ``again``: worth another try.
    """

    outcome: LookupOutcome
    values: tuple[tuple[str, Scalar], ...] = ()
    reason: str = ""
    well: bool = True
    again: bool = False


def failed(reason: str, *, well: bool = False, again: bool = False) -> Answer:
    """Make the answer of a lookup that went wrong."""
    return Answer(outcome=LookupOutcome.ERROR, reason=reason, well=well, again=again)


def read(service: Service, status: int, body: bytes) -> Answer:
    """Read an answer by what the flow says of it."""
    if status == 404:
        return Answer(outcome=LookupOutcome.NOT_FOUND)
    if not 200 <= status < 300:
        again = status in (429, 500, 502, 503, 504)
        return failed(f"status {status}", well=status < 500, again=again)
    try:
        names = {"body": decode(body) if service.method != "HEAD" else {}, "status": status}
    except ValueError as problem:
        return failed(str(problem))
    try:
        if service.found is not None and service.found.evaluate(names) is not True:
            return Answer(outcome=LookupOutcome.NOT_FOUND)
        values = tuple((one.name, _value(one, names)) for one in service.returns)
    except ExpressionFailedError:
        # Its text holds what the service sent.
        return failed("the answer does not fit what the flow expects")
    return Answer(outcome=LookupOutcome.OK, values=values)


def decode(body: bytes) -> Any:
    """Read JSON, not too deep. Raises ValueError, with a text that holds nothing of it."""
    if not body.strip():
        return {}
    try:
        value = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ValueError("the answer is no JSON") from None
    except RecursionError:
        raise ValueError("the answer is nested too deeply") from None
    _check(value, MAX_DEPTH)
    return value


def _check(value: Any, depth: int) -> None:
    if isinstance(value, int) and not -_MOST_INT <= value < _MOST_INT:
        raise ValueError("the answer holds a number that is too large")
    if isinstance(value, list | dict):
        if depth == 0:
            raise ValueError("the answer is nested too deeply")
        for item in value.values() if isinstance(value, dict) else value:
            _check(item, depth - 1)


def _value(one: Returned, names: Mapping[str, object]) -> Scalar:
    value = one.value.evaluate(names)
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise ExpressionFailedError("a text that is too long")
    if one.type.kind == "decimal" and isinstance(value, float):
        value = format(Decimal(repr(value)), "f")
    return fit(value, one.type)

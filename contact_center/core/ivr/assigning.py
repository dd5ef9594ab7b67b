"""Assigning: what a name on the left of an assignment means, and which values it takes."""

from collections.abc import Callable, Mapping

from contact_center.core.ivr.expressions import Expression, ExpressionFailedError, Scalar
from contact_center.core.ivr.session import IvrSession, Wish
from contact_center.core.ivr.values import VariableType, fit
from contact_center.core.skills import RequirementError, joined, requirement

LANGUAGE = "call.language"
MAX_PRIORITY = 100
_SECOND_US = 1_000_000
_LONGEST_BOOST_S = 7 * 24 * 3600


def assign(
    session: IvrSession,
    types: Mapping[str, VariableType],
    assignments: tuple[tuple[str, Expression], ...],
    names: Callable[[], Mapping[str, object]],
) -> None:
    """Evaluate and assign one after the other; a later one reads what an earlier one assigned.

    Raises ExpressionFailedError when one fails, or gives a value that its name does not take.
    """
    for name, expression in assignments:
        put(session, types, name, expression.evaluate(names()))


def put(session: IvrSession, types: Mapping[str, VariableType], name: str, value: Scalar) -> None:
    """Assign one value. Raises ExpressionFailedError when it does not fit."""
    if name == LANGUAGE:
        session.language = str(value or "")
        return
    wished = ROUTED.get(name)
    if wished is not None:
        wished(session.wish, value)
        return
    wanted = types.get(name)
    session.variables[name] = value if wanted is None else fit(value, wanted)


def _priority(wish: Wish, value: Scalar) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_PRIORITY:
        raise ExpressionFailedError("a priority is a whole number from 0 to 100")
    wish.priority = value


def _boost(wish: Wish, value: Scalar) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ExpressionFailedError("a boost is a number of seconds")
    if not 0 <= value <= _LONGEST_BOOST_S:
        raise ExpressionFailedError("a boost is at most seven days")
    wish.boost_us = round(value * _SECOND_US)


def _require(wish: Wish, value: Scalar) -> None:
    wish.require = _skills(value)


def _and_skills(wish: Wish, value: Scalar) -> None:
    wish.require = joined(wish.require, _skills(value))


def _skills(value: Scalar) -> str:
    if not isinstance(value, str):
        raise ExpressionFailedError("not a skill expression")
    try:
        requirement(value)
    except RequirementError as problem:
        raise ExpressionFailedError(f"not a skill expression: {problem}") from problem
    return value


def _reason(wish: Wish, value: Scalar) -> None:
    wish.reason = str(value if value is not None else "")[:120]


ROUTED: Mapping[str, Callable[[Wish, Scalar], None]] = {
    "route.priority": _priority,
    "route.boost": _boost,
    "route.require": _require,
    "route.skills": _and_skills,
    "route.reason": _reason,
}
"""What may be assigned beside variables and the language: wishes for the queue node to come."""

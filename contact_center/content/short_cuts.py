"""Short ways through plain expressions: names and literals, compared and added without the engine.

Most expressions of flows are as plain as ``vars.tier == 'gold'``, and the engine needs longer to be
given the names than to compare. A short way answers only where nothing can be doubted: both sides
have the same type, texts are ASCII, numbers and their sum fit into 64 bits. In every other case it
answers with NOTHING, and the engine, which alone says what CEL means, is asked.
"""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

NOTHING: Final = object()
"""The answer of a short way that does not know."""
ShortCut = Callable[[Mapping[str, Any]], object]
"""From names to a value, or NOTHING."""

_LITERAL = r"'[^'\\\n]*'|\"[^\"\\\n]*\"|0|[1-9][0-9]{0,14}|true|false"
_NAME = r"[A-Za-z_]\w*\s*\.\s*[A-Za-z_]\w*"
_SIDE = re.compile(rf"\s*(?:(?P<literal>{_LITERAL})|(?P<name>{_NAME}))\s*\Z", re.ASCII)
_TWO = re.compile(r"((?:'[^']*'|\"[^\"]*\"|[^'\"=!<>+-])+)(==|!=|<=|>=|<|>|\+|-)(.+)\Z", re.ASCII)
_SAME: Mapping[str, Callable[[Any, Any], Any]] = {"==": operator.eq, "!=": operator.ne}
_OPERATORS: Mapping[type, Mapping[str, Callable[[Any, Any], Any]]] = {
    bool: _SAME,
    str: {**_SAME, "+": operator.add},
    int: {
        **_SAME,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "+": operator.add,
        "-": operator.sub,
    },
}
_MOST = 2**63 - 1


def short_cut(source: str) -> ShortCut | None:
    """Find the short way through an expression that the engine has compiled; None without one."""
    one = _side(source)
    if one is not None:
        return one
    match = _TWO.match(source)
    if match is None:
        return None
    left, right = _side(match[1]), _side(match[3])
    if left is None or right is None:
        return None
    by_type = {kind: known.get(match[2]) for kind, known in _OPERATORS.items()}
    return _two(left, by_type, right)


def _side(text: str) -> ShortCut | None:
    match = _SIDE.match(text)
    if match is None:
        return None
    if match["name"] is None:
        return _constant(match["literal"])
    root, member = (part.strip() for part in match["name"].split("."))

    def named(names: Mapping[str, Any]) -> object:
        members = names.get(root)
        if type(members) is not dict:
            return NOTHING
        value = members.get(member, NOTHING)
        kind = type(value)
        if kind is str:
            return value if value.isascii() else NOTHING
        if kind is int:
            return value if -_MOST <= value <= _MOST else NOTHING
        return value if kind is bool else NOTHING

    return named


def _constant(literal: str) -> ShortCut | None:
    value: object
    if literal[0] in "'\"":
        value = literal[1:-1]
        if not literal.isascii():
            return None
    else:
        value = literal == "true" if literal in ("true", "false") else int(literal)
    return lambda names: value


def _two(
    left: ShortCut, by_type: Mapping[type, Callable[[Any, Any], Any] | None], right: ShortCut
) -> ShortCut:
    def found(names: Mapping[str, Any]) -> object:
        one, other = left(names), right(names)
        kind = type(one)
        work = by_type.get(kind)
        if work is None or kind is not type(other):
            return NOTHING
        value = work(one, other)
        if kind is int and not -_MOST <= value <= _MOST:
            return NOTHING
        return value

    return found

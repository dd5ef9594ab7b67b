"""The comparisons of Twilio Studio's splits as conditions of ours. Pure."""

import re
from collections.abc import Callable, Mapping

from contact_center.content.importing.liquid import (
    LONGEST,
    Resolve,
    UntranslatableError,
    checked_pattern,
    expression_of,
    quoted,
)
from contact_center.content.importing.plain_json import Fields

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?\Z", re.ASCII)
_KEYS = re.compile(r"[0-9*#]{1,6}\Z", re.ASCII)
_DIGITS = re.compile(r"\s*\{\{\s*widgets\.([\w-]+)\.Digits\s*\}\}\s*\Z", re.ASCII)

Compare = Callable[[str, str, Resolve], str]


def _values(written: str) -> list[str]:
    return [value.strip() for value in written.split(",") if value.strip()]


def _equal(given: str, value: str, resolve: Resolve) -> str:
    return f"{given} == {expression_of(value.strip(), resolve)}"


def _any_of(given: str, value: str, resolve: Resolve) -> str:
    return " || ".join(_equal(given, one, resolve) for one in _values(value)) or "false"


def _regex(given: str, value: str, _: Resolve) -> str:
    return f"{given}.matches({quoted(checked_pattern(value))})"


def _than(sign: str) -> Compare:
    def compare(given: str, value: str, _: Resolve) -> str:
        number = value.strip()
        if not _NUMBER.match(number):
            raise UntranslatableError(f"{number[:40]!r} is no number to compare with")
        number = number if "." in number else f"{number}.0"
        return f"{given} != '' && double({given}) {sign} {number}"

    return compare


def _method(name: str, sign: str = "") -> Compare:
    return lambda given, value, resolve: (
        f"{sign}{given}.{name}({expression_of(value.strip(), resolve)})"
    )


_COMPARISONS: Mapping[str, Compare] = {
    "equal_to": _equal,
    "not_equal_to": lambda g, v, r: f"{g} != {expression_of(v.strip(), r)}",
    "matches_any_of": _any_of,
    "does_not_match_any_of": lambda g, v, r: f"!({_any_of(g, v, r)})",
    "is_blank": lambda g, _, __: f"{g} == ''",
    "is_not_blank": lambda g, _, __: f"{g} != ''",
    "regex": _regex,
    "contains": _method("contains"),
    "does_not_contain": _method("contains", "!"),
    "starts_with": _method("startsWith"),
    "does_not_start_with": _method("startsWith", "!"),
    "less_than": _than("<"),
    "greater_than": _than(">"),
}
_OF_TIME = ("is_before_time", "is_after_time", "is_before_date", "is_after_date")


def _argument(row: Fields, default: str) -> str:
    arguments = row.get("arguments")
    first = arguments[0] if isinstance(arguments, list) and arguments else default
    return first if isinstance(first, str) else str(first)


def condition_of(row: Fields, default: str, resolve: Resolve) -> str:
    """Write one comparison as a condition; `default` is what the split is based on.

    Raises UntranslatableError.
    """
    kind = row.text("type")
    if kind in _OF_TIME:
        raise UntranslatableError(f"{kind}: write a calendar, and an hours node before")
    if kind not in _COMPARISONS:
        raise UntranslatableError(f"there is no comparison {kind[:40]!r}")
    given = expression_of(_argument(row, default), resolve)
    given = f"({given})" if "+" in given else given
    condition = _COMPARISONS[kind](given, row.text("value"), resolve)
    if len(condition) > LONGEST:
        raise UntranslatableError(f"a condition longer than {LONGEST} characters")
    return condition


def keys_of(split: Fields, gather: str) -> list[tuple[str, Fields]] | None:
    """Read a split that only asks which key was pressed in `gather`: keys and their transitions.

    None when it asks anything else, so that it is a branch.
    """
    default = split.within("properties").text("input")
    keys: list[tuple[str, Fields]] = []
    for transition in split.rows("transitions"):
        if transition.text("event") != "match":
            continue
        conditions = transition.rows("conditions")
        if len(conditions) != 1:
            return None
        found = _DIGITS.match(_argument(conditions[0], default))
        kind, value = conditions[0].text("type"), conditions[0].text("value")
        if found is None or found[1] != gather or kind not in ("equal_to", "matches_any_of"):
            return None
        values = [value.strip()] if kind == "equal_to" else _values(value)
        if not values or not all(_KEYS.match(one) for one in values):
            return None
        keys += [(one, transition) for one in values]
    return keys or None

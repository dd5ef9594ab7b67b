"""Expressions in flows: CEL, compiled when a flow is loaded, behind the core's `Expression`.

CEL is total and has no attributes to walk, so an expression cannot reach anything but the names it
is given. What is left to guard is time and memory, and that is done here, before compiling: length,
no nested comprehensions (they can run for hours and hold the interpreter lock), a short list of
functions. Names are checked too, so that a misspelt variable is found before a caller finds it.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

import cel

from contact_center.content.problems import did_you_mean
from contact_center.content.short_cuts import NOTHING, short_cut
from contact_center.core.ivr.expressions import ExpressionFailedError, Scalar

MAX_LENGTH = 400
FUNCTIONS = frozenset(
    {"size", "startsWith", "endsWith", "contains", "matches", "int", "double", "string", "has"}
)
_MACROS = ("all", "exists", "exists_one", "map", "filter")
_MACRO = re.compile(rf"\.\s*({'|'.join(_MACROS)})\s*\(\s*(\w+)\s*,")
_CALL = re.compile(r"(\.?)\s*\b([A-Za-z_]\w*)\s*\(")
_TOKEN = re.compile(
    r"""(?P<odd>//|[rRbB]{1,2}(?=["'])|"{3}|'{3})|(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
    r"""|[A-Za-z_]\w*|.""",
    re.S,
)
_NAME = re.compile(r"(?<![\w.])([A-Za-z_]\w*)((?:\s*\.\s*[A-Za-z_]\w*)*)(\s*[\[(])?")
_ATTRIBUTE = re.compile(r"(?<![\w.])customer\s*\.\s*([A-Za-z_]\w*)")
_ASKED_FOR = re.compile(r"\bhas\s*\(\s*customer\s*\.\s*([A-Za-z_]\w*)\s*\)")
_WORDS = frozenset({"true", "false", "null", "in"})

ANSWER = frozenset({"body", "status"})
"""What can be read of the answer of a service."""
_CALLER = {"number": "", "name": "", "language": ""}
_CALL_SAMPLE = {"did": "", "direction": "inbound", "flow": "", "language": "en-US", "tags": []}
_CUSTOMER = {"known": False, "name": "", "tier": "", "language": ""}
_SYS = {"now": 0, "failures": 0, "steps": 0}


class ExpressionRefusedError(Exception):
    """An expression that may not be used. ``code`` is a problem code."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


class CelExpression:
    """A compiled expression. Two with one source are equal."""

    __slots__ = ("_attributes", "_program", "_reads", "_short_cut", "_source")

    def __init__(self, source: str) -> None:
        """Compile `source`. Raises ExpressionRefusedError (E090)."""
        self._source = source
        try:
            self._program: Any = cel.compile(source)
        except (ValueError, RuntimeError) as error:
            raise ExpressionRefusedError("E090", *_worded(source, str(error))) from None
        # Customers have whichever attributes somebody gave them; one that is missing reads as "",
        # unless the expression itself asks whether it is there.
        asked_for = {*_ASKED_FOR.findall(source), *_CUSTOMER}
        self._attributes = dict.fromkeys(set(_ATTRIBUTE.findall(source)) - asked_for, "")
        self._reads = _reads(source)
        self._short_cut = short_cut(source)

    @property
    def source(self) -> str:
        """The text as written."""
        return self._source

    def evaluate(self, names: Mapping[str, object]) -> Scalar:
        """Compute the value. Raises ExpressionFailedError."""
        if self._short_cut is not None:
            known: Any = self._short_cut(names)
            if known is not NOTHING:
                return known  # type: ignore[no-any-return]
        try:
            value = self.execute(names)
        except Exception as error:  # noqa: BLE001 - the engine raises a dozen kinds, all the same to us
            raise ExpressionFailedError(f"{self._source}: {_first_line(error)}") from None
        if value is None or isinstance(value, str | int | float | bool):
            return value
        raise ExpressionFailedError(f"{self._source}: gives a {type(value).__name__}, not a value")

    def execute(self, names: Mapping[str, object]) -> object:
        """Compute the value, whatever it is. Raises what the engine raises."""
        given: dict[str, object] = {}
        for root, members in self._reads:
            known = names.get(root)
            if isinstance(known, Mapping):
                # The engine copies what it is given, which costs more than evaluating.
                if members is not None:
                    known = {name: known[name] for name in members if name in known}
                if self._attributes and root == "customer":
                    known = {**self._attributes, **known}
            elif root not in names:
                continue
            given[root] = known
        value: object = self._program.execute(given)
        return value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CelExpression) and other._source == self._source

    def __hash__(self) -> int:
        return hash(self._source)

    def __reduce__(self) -> tuple[type["CelExpression"], tuple[str]]:
        """Copy and pickle by source: the compiled form belongs to this process."""
        return CelExpression, (self._source,)

    def __repr__(self) -> str:
        return f"CelExpression({self._source!r})"


def sample_names(
    variables: Mapping[str, Scalar], secrets: Iterable[str] = ()
) -> dict[str, dict[str, object]]:
    """Every name that an expression can read in a flow with `variables`, with a value each.

    With `secrets` there is ``secret`` too, which none can read: who tries is told so.

    The roots and members are those of ``core.ivr.names``; a test holds the two together.
    """
    hidden: dict[str, dict[str, object]] = {"secret": dict.fromkeys(secrets, "")} if secrets else {}
    return {
        **hidden,
        "caller": dict(_CALLER),
        "call": dict(_CALL_SAMPLE),
        "customer": dict(_CUSTOMER),
        "vars": dict(variables),
        "queue": {},
        "sys": dict(_SYS),
    }


def whisper_names() -> dict[str, dict[str, object]]:
    """Every name that can be read in what an agent hears before the caller is there."""
    waited: dict[str, object] = {"name": "sales", "waited_s": 90, "waited_min": 2}
    return {**sample_names({}), "queue": waited}


def compile_expression(source: str, names: Mapping[str, Mapping[str, object]]) -> CelExpression:
    """Guard and compile `source`, which may read `names`. Raises ExpressionRefusedError."""
    _guard(source)
    expression = CelExpression(source)
    _check_names(source, names)
    return expression


def compile_answer(source: str) -> CelExpression:
    """Guard and compile an expression over an answer: ``body`` and ``status``.

    Raises ExpressionRefusedError.
    """
    _guard(source)
    bare = _without_texts(source)
    bound = {name for _, name in _MACRO.findall(bare)}
    for root, members, bracket in _NAME.findall(bare):
        is_function = bracket.strip() == "(" and not members
        if root not in {*_WORDS, *bound, *ANSWER} and not is_function:
            raise ExpressionRefusedError(
                "E040",
                f'there is no name "{root}" in an answer',
                did_you_mean(root, ANSWER, "write body.name"),
            )
    return CelExpression(source)


def check_type(
    expression: CelExpression, names: Mapping[str, Mapping[str, object]], wanted: type | None
) -> None:
    """Try `expression` on sample values. Raises ExpressionRefusedError (E041) on a type mistake.

    Failures that depend on the value (a text that is no number) are left to run time.
    """
    for values in (names, _varied(names)):
        _try(expression, values, wanted)


def _varied(names: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, object]]:
    """Other values of the same types, so that both sides of && and || are looked at."""
    other = {str: "1", bool: True, int: 1, float: 1.0}
    return {
        root: {name: other.get(type(value), value) for name, value in members.items()}
        for root, members in names.items()
    }


def _try(
    expression: CelExpression, names: Mapping[str, Mapping[str, object]], wanted: type | None
) -> None:
    try:
        value = expression.execute(names)
    except TypeError as error:
        raise ExpressionRefusedError(
            "E041",
            f"types do not fit in: {expression.source}",
            f"{_first_line(error)[:80]}; convert with int(x) or string(x)",
        ) from None
    except Exception:  # noqa: BLE001 - depends on the value: the error edge is for that
        return
    if wanted is None or value is None:
        return
    fits = type(value) is wanted or (wanted is float and type(value) is int)
    if not fits:
        raise ExpressionRefusedError(
            "E041",
            f"{expression.source} gives a {_kind(type(value))} where a {_kind(wanted)} is needed",
            _type_hint(wanted),
        )


def _guard(source: str) -> None:
    if len(source) > MAX_LENGTH:
        raise ExpressionRefusedError(
            "E090",
            f"the expression has {len(source)} characters, more than {MAX_LENGTH}",
            "split it: set a variable first",
        )
    if not source.strip():
        raise ExpressionRefusedError(
            "E090", "the expression is empty", 'write "true" or a condition'
        )
    bare = _without_texts(source)
    if len(re.findall(rf"\b({'|'.join(_MACROS)})\s*\(", bare)) > 1:
        raise ExpressionRefusedError(
            "E090", "more than one of all, exists, map and filter", "use one a expression"
        )
    for _, function in _CALL.findall(bare):
        if function not in FUNCTIONS and function not in _MACROS and function not in _WORDS:
            raise ExpressionRefusedError(
                "E090",
                f"the function {function} is not available",
                did_you_mean(function, FUNCTIONS),
            )


def _without_texts(source: str) -> str:
    """Blank out quoted texts. Refuses literals and comments that would need a full scanner."""
    parts: list[str] = []
    for token in _TOKEN.finditer(source):
        if token["odd"] is not None:
            raise ExpressionRefusedError(
                "E090",
                "a raw, byte or triple-quoted text, or a comment",
                "write a plain text in single quotes",
            )
        parts.append(token[0] if token["text"] is None else "''")
    return "".join(parts)


def _check_names(source: str, names: Mapping[str, Mapping[str, object]]) -> None:
    bare = _without_texts(source)
    bound = {name for _, name in _MACRO.findall(bare)}
    for root, members, bracket in _NAME.findall(bare):
        if root in _WORDS or root in bound or (bracket.strip() == "(" and not members):
            continue
        path = [part.strip() for part in members.split(".")[1:]]
        secrets = names.get("secret", {})
        if root == "secret" or (root == "vars" and path and path[0] in secrets):
            raise ExpressionRefusedError(
                "E042",
                "a secret cannot be read in an expression",
                "it can only be sent: as secret.name under body or headers of a service",
            )
        if root not in names:
            in_vars = did_you_mean(f"vars.{root}", (f"vars.{n}" for n in names.get("vars", {})))
            hint = in_vars if in_vars.startswith("did") else did_you_mean(root, names)
            raise ExpressionRefusedError("E040", f'there is no name "{root}"', hint)
        if not path:
            raise ExpressionRefusedError(
                "E040", f'"{root}" is a group of names', f"write {root}.name"
            )
        if path[0] not in names[root] and not _is_attribute(root, path[0]):
            raise ExpressionRefusedError(
                "E040",
                f'there is no "{root}.{path[0]}"',
                did_you_mean(path[0], names[root], _undeclared(root)),
            )


def _reads(source: str) -> tuple[tuple[str, tuple[str, ...] | None], ...]:
    """List the roots that an expression reads, each with its members, or None for all of them."""
    found: dict[str, set[str] | None] = {}
    # Whatever a text between quotes looks like, it can only make this list longer.
    for root, members, bracket in _NAME.findall(source):
        path = [part.strip() for part in members.split(".")[1:]]
        known = found.setdefault(root, set())
        if not path or (bracket and len(path) == 1):
            found[root] = None
        elif known is not None:
            known.add(path[0])
    return tuple(
        (root, None if names is None else tuple(sorted(names))) for root, names in found.items()
    )


def _is_attribute(root: str, name: str) -> bool:
    """Whether it may be an attribute of customers; what is nearly one of ours is a mistake."""
    is_slip = difflib.get_close_matches(name, _CUSTOMER, n=1, cutoff=0.8)
    return root == "customer" and not is_slip and not name.startswith("__")


def _undeclared(root: str) -> str:
    return "declare it under vars" if root == "vars" else ""


def _worded(source: str, error: str) -> tuple[str, str]:
    shown = source if len(source) <= 60 else source[:57] + "..."
    match = re.search(r"<input>:\d+:(\d+): (?:Syntax error: )?([^\n]{0,80})", error)
    what = match[2].split(" expecting")[0] if match else "cannot be read"
    where = f" at character {match[1]}" if match else ""
    if re.search(r"(?<![=!<>])=(?!=)", source):
        return f"not an expression: {shown}", "compare with =="
    if re.search(r"\b(and|or|not)\b", source):
        return f"not an expression: {shown}", "write &&, || and !"
    return f"not an expression: {shown}", f"{what}{where}"


def _first_line(error: BaseException) -> str:
    return str(error).split("\n", 1)[0].split(". ", 1)[0][:160]


def _kind(kind: type) -> str:
    names = {str: "text", bool: "truth value", int: "whole number", float: "number", list: "list"}
    return names.get(kind, kind.__name__)


def _type_hint(wanted: type) -> str:
    if wanted is bool:
        return "compare it with something, as in vars.tier == 'gold'"
    if wanted is str:
        return "put a text into quotes inside the quotes: \"'gold'\", or write string(x)"
    return "convert with int(x) or double(x)"

"""The door to pydantic: field types that all content shares, and errors turned into problems.

Models live at the edge only. They are checked piece by piece (one node, one queue at a time), so
that a mistake in one piece does not hide those in the others.
"""

import dataclasses
import re
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from contact_center.content.problems import CODES, did_you_mean
from contact_center.content.yaml_source import Document, Path
from contact_center.core.ids import is_safe_id

_UNITS_US: Mapping[str, int] = {"ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000}
_DURATION = re.compile(r"(0|[1-9][0-9]{0,8})(ms|s|m|h)\Z")
_DURATION_PATTERN = "^(0|[1-9][0-9]{0,8})(ms|s|m|h)$"
MAX_DURATION_US = 7 * 24 * 3_600_000_000

M = TypeVar("M", bound=BaseModel)


class Shape(BaseModel):
    """Something written in YAML. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def refused(code: str, message: str, hint: str = "") -> PydanticCustomError:
    """Make the error that a validator raises, with our own code and hint."""
    return PydanticCustomError(code, "{message}", {"message": message, "hint": hint})


def parse_duration(value: object) -> int:
    """Read ``500ms``, ``5s``, ``2m`` or ``1h`` into microseconds.

    Raises PydanticCustomError (E015).
    """
    match = _DURATION.match(value) if isinstance(value, str) else None
    if match is None:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        hint = f'which unit? write "{value}s" or "{value}ms"' if number else "write 500ms, 5s or 2m"
        raise refused("E015", f"{_shown(value)} is not a duration", hint)
    microseconds = int(match[1]) * _UNITS_US[match[2]]
    if microseconds > MAX_DURATION_US:
        raise refused("E015", f"{value} is longer than seven days", "use a shorter one")
    return microseconds


def _name(value: object) -> object:
    if isinstance(value, str) and not is_safe_id(value):
        raise refused(
            "E014",
            f"{_shown(value)} is not a usable name",
            "use letters, digits, '.', '_' and '-', at most 120",
        )
    return value


def _digits(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Duration = Annotated[
    int,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": _DURATION_PATTERN}),
]
Name = Annotated[str, BeforeValidator(_name), Field(min_length=1, max_length=120)]
Digits = Annotated[str, BeforeValidator(_digits, json_schema_input_type=str | int)]
"""Text that may be written as a number without quotes, such as an extension."""
Proficiency = Annotated[StrictInt, Field(ge=0, le=100)]
Words = Annotated[str, Field(min_length=1, max_length=2_000)]


def validate(
    model: type[M],
    document: Document,
    path: Path = (),
    *,
    later: Mapping[str, str] | None = None,
    outcomes: frozenset[str] = frozenset(),
    expanded: object = None,
) -> M | None:
    """Check the mapping at `path` against `model`; None after reporting every problem.

    `later` names fields that a coming release will have, each with what to do meanwhile;
    `outcomes` those that are edges, whose absence has a code of its own. `expanded` stands for what
    is written there when that is a short form.
    """
    try:
        return model.model_validate(value_at(document, path) if expanded is None else expanded)
    except ValidationError as error:
        report_errors(model, document, path, error, later or {}, outcomes)
        return None


def validate_leniently(
    model: type[M],
    document: Document,
    leave_out: Iterable[str],
    placeholders: Mapping[str, Any],
    later: Mapping[str, str] | None = None,
) -> M:
    """Check the top of a document, without the sections `leave_out`.

    Reports every problem and still gives a model: fields that are wrong are replaced by their
    defaults or by `placeholders`, so that the rest of the file can be checked too.
    """
    data = value_at(document, ())
    skipped = frozenset(leave_out)
    top = {k: v for k, v in data.items() if k not in skipped} if isinstance(data, dict) else data
    try:
        return model.model_validate(top)
    except ValidationError as error:
        report_errors(model, document, (), error, later or {})
        kept = _without(top, error)
    try:
        return model.model_validate({**placeholders, **kept})
    except ValidationError as error:  # an entry was not the whole trouble: leave the section out
        wrong = {detail["loc"][0] for detail in error.errors() if detail["loc"]}
        return model.model_validate(
            {**placeholders, **{k: v for k, v in kept.items() if k not in wrong}}
        )


def _without(top: Any, error: ValidationError) -> dict[str, Any]:
    """What is left when each wrong field, or each wrong entry of a section, is taken out."""
    kept = dict(top) if isinstance(top, dict) else {}
    for detail in error.errors():
        loc = detail["loc"]
        section = kept.get(str(loc[0])) if loc else None
        if len(loc) > 1 and isinstance(section, dict):
            kept[str(loc[0])] = {k: v for k, v in section.items() if k != loc[1]}
        elif loc:
            kept.pop(str(loc[0]), None)
    return kept


def value_at(document: Document, path: Path) -> Any:
    """Give the plain value at an existing path."""
    here: Any = document.data
    for item in path:
        here = here[item]
    return here


def report_errors(
    model: Any,
    document: Document,
    path: Path,
    error: ValidationError,
    later: Mapping[str, str],
    outcomes: frozenset[str] = frozenset(),
) -> None:
    """Turn pydantic's errors into problems with positions."""
    for detail in error.errors():
        where = (*path, *detail["loc"])
        code, message, hint, at_key = describe(model, detail, later)
        if code == "E011" and len(detail["loc"]) == 1 and detail["loc"][0] in outcomes:
            name = detail["loc"][0]
            code, message = "E080", f'the outcome "{name}" has no edge'
            hint = f"add {name}: and the node that follows"
        document.report(where, code, message, hint, key=at_key)


def describe(
    model: Any, detail: ErrorDetails, later: Mapping[str, str]
) -> tuple[str, str, str, bool]:
    """Word one error: code, message, hint, and whether it is about the key."""
    kind, loc = detail["type"], detail["loc"]
    context = detail.get("ctx", {})
    name = str(loc[-1]) if loc else ""
    if kind in CODES:
        return kind, str(context["message"]), str(context["hint"]), loc[-1:] == ("[key]",)
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        if name in later:
            return "E010", f'the field "{name}" is not supported yet', later[name], True
        known = fields_at(model, loc[:-1])
        if " " in name:
            hint = "inside { } a text with a comma or colon needs quotes"
            return "E010", f'there is no field "{name}" here', hint, True
        return "E010", f'there is no field "{name}" here', did_you_mean(name, known), True
    if kind in ("missing", "missing_argument"):
        return "E011", f'the field "{name}" is missing', f"add {name}:", False
    message, hint = _reworded(kind, context, detail)
    return "E012", message, hint, loc[-1:] == ("[key]",)


def _reworded(kind: str, context: Mapping[str, Any], detail: ErrorDetails) -> tuple[str, str]:
    shown = _shown(detail["input"])
    if kind in ("model_type", "dict_type", "dataclass_type", "mapping_type"):
        return f"{shown} where fields were expected", "write name: value, indented under it"
    if kind in ("list_type", "tuple_type"):
        return f"{shown} where a list was expected", "write [a, b], or one line each with - "
    if kind == "string_type":
        return f"{shown} where text was expected", "put it in quotes"
    if kind == "bool_type":
        return f"{shown} where true or false was expected", "write true or false"
    if kind in ("int_type", "int_parsing", "float_type"):
        return f"{shown} where a number was expected", "write it without quotes"
    if kind in ("literal_error", "enum"):
        return f"{shown} is not one of the choices", f"choose {context.get('expected', '')}"
    if kind == "string_pattern_mismatch":
        return f"{shown} cannot stand here", f"what can: {context.get('pattern', '')}"
    if kind in ("too_short", "string_too_short"):
        return "nothing where at least one was expected", "add one, or leave the line out"
    if kind in ("greater_than_equal", "less_than_equal"):
        least, most = context.get("ge"), context.get("le")
        return (
            f"{shown} is out of range",
            f"at least {least}" if most is None else f"at most {most}",
        )
    return f"{shown}: {detail['msg'].lower()}", "see the schema of the file"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = text if len(text) <= 40 else text[:37] + "..."
    return f'"{text}"' if isinstance(value, str) else text


def fields_at(model: Any, loc: Iterable[int | str]) -> frozenset[str]:
    """Name the fields that may be written at `loc` inside `model`."""
    here = [model]
    for item in loc:
        here = [inner for option in here for inner in _inside(option, item)]
    return frozenset(name for option in here for name in _fields(option))


def _annotations(option: Any) -> dict[str, Any]:
    if isinstance(option, type) and issubclass(option, BaseModel):
        return {
            field.alias or name: field.annotation for name, field in option.model_fields.items()
        }
    if isinstance(option, type) and dataclasses.is_dataclass(option):
        hints = typing.get_type_hints(option, include_extras=True)
        return {field.name: hints[field.name] for field in dataclasses.fields(option)}
    return {}


def _fields(option: Any) -> Iterable[str]:
    return (n for choice in _choices(option) for n in _annotations(choice))


def _choices(option: Any) -> list[Any]:
    origin = typing.get_origin(option)
    if origin is Annotated:
        return _choices(typing.get_args(option)[0])
    if origin in (typing.Union, types.UnionType):
        return [c for argument in typing.get_args(option) for c in _choices(argument)]
    return [option]


def _inside(option: Any, item: int | str) -> Iterable[Any]:
    for choice in _choices(option):
        origin, arguments = typing.get_origin(choice), typing.get_args(choice)
        if origin in (list, tuple, set, frozenset) and arguments:
            yield arguments[0]
        elif origin in (dict, Mapping) and len(arguments) == 2:
            yield arguments[1]
        elif item in (known := _annotations(choice)):
            yield known[str(item)]


def _write_durations(schema: Any) -> None:
    """Defaults of durations are microseconds in the models; show them as they are written."""
    for inner in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(inner, dict | list):
            _write_durations(inner)
    if isinstance(schema, dict) and isinstance(schema.get("default"), int):
        options = [schema, *schema.get("anyOf", ())]
        if any(option.get("pattern") == _DURATION_PATTERN for option in options):
            schema["default"] = f"{schema['default'] // 1000}ms"


def json_schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    """Generate the JSON Schema that editors use."""
    schema = TypeAdapter(model).json_schema(by_alias=True, mode="validation")
    schema["title"] = title
    _write_durations(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}

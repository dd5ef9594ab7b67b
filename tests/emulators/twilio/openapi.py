"""Replies and requests held against Twilio's own description of its REST API.

The description marks nothing as required and hardly anything as closed; `Description` is stricter:
a reply has exactly the properties that the description knows, all of those that every example of
the description has, and null only where the description or one of its examples has null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tests.real import twilio_spec

Json = Any
_REFERENCE = "#/components/schemas/"
_RFC_2822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} "
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} \+0000"
)
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
}


class Operation(NamedTuple):
    """One method of one path of the description."""

    pattern: re.Pattern[str]
    method: str
    content: Mapping[str, Json]
    names: tuple[str, ...]
    """Of the path's parameters, in the order of the pattern's groups."""


class Description:
    """The description, ready to check messages against."""

    def __init__(self, spec: Mapping[str, Json]) -> None:
        self._schemas: Mapping[str, Json] = spec["components"]["schemas"]
        self._operations = tuple(_operations(spec["paths"]))
        self._shapes = {
            name: _Shape.of(schema, self._examples(spec["paths"], name))
            for name, schema in self._schemas.items()
            if "properties" in schema
        }

    def reply_problems(self, method: str, path: str, status: int, body: Json) -> list[str]:
        """What is wrong with the JSON body of a reply (None: there was no body); [] is right.

        `path` is the URL's path with `.json`; error replies have Twilio's error body.
        """
        if status >= 400:
            return _error_problems(status, body)
        operation = self._operation(method, path)
        if operation is None:
            return [f"{method} {path}: the description has no such operation"]
        answers: Mapping[str, Json] = operation.content["responses"]
        if str(status) not in answers:
            return [f"{method} {path}: status {status}, not one of {', '.join(answers)}"]
        content = answers[str(status)].get("content")
        if content is None:
            return [] if body is None else [f"{method} {path}: a body where there is none"]
        schema = content["application/json"]["schema"]
        return [f"{method} {path}: {p}" for p in self._problems(schema, body, "")]

    def request_problems(
        self, method: str, path: str, form: Mapping[str, list[str]]
    ) -> list[tuple[str, str]]:
        """Parameters of a form that the description does not know or allow, as (name, why)."""
        operation = self._operation(method, path)
        if operation is None:
            return [("", f"{method} {path}: the description has no such operation")]
        body = operation.content.get("requestBody", {"content": {}})["content"]
        schema = body.get("application/x-www-form-urlencoded", {}).get("schema", {})
        properties: Mapping[str, Json] = schema.get("properties", {})
        found = [(n, "missing") for n in schema.get("required", ()) if not any(form.get(n, ()))]
        for name, values in form.items():
            if name not in properties:
                found.append((name, "unknown"))
            else:
                wanted = self._resolved(properties[name])
                found += [(name, p) for value in values for p in _text_problems(wanted, value)]
        return found

    def knows(self, method: str, path: str) -> bool:
        """Whether the description has this operation."""
        return self._operation(method, path) is not None

    def examples(self) -> Iterator[tuple[str, str, int, Json]]:
        """(method, path, status, body) of every example of the description."""
        for operation in self._operations:
            for status, answer in operation.content["responses"].items():
                content = answer.get("content", {}).get("application/json", {})
                for example in content.get("examples", {}).values():
                    yield operation.method, operation.pattern.pattern, int(status), example["value"]

    def schema_problems(self, method: str, pattern: str, status: int, body: Json) -> list[str]:
        """As `reply_problems`, the operation named by its pattern (as `examples` gives it)."""
        operation = next(
            o for o in self._operations if (o.method, o.pattern.pattern) == (method, pattern)
        )
        answer = operation.content["responses"][str(status)]
        schema = answer["content"]["application/json"]["schema"]
        return list(self._problems(schema, body, ""))

    def _operation(self, method: str, path: str) -> Operation | None:
        fitting = (o for o in self._operations if o.method == method and o.pattern.fullmatch(path))
        return next(fitting, None)

    def _resolved(self, schema: Mapping[str, Json]) -> Mapping[str, Json]:
        reference = schema.get("$ref")
        if reference is None:
            return schema
        found: Mapping[str, Json] = self._schemas[reference.removeprefix(_REFERENCE)]
        return found

    def _examples(self, paths: Mapping[str, Json], name: str) -> list[Json]:
        """The examples' objects of one schema: replies themselves, and items of lists."""
        found = []
        for operation in _operations(paths):
            for answer in operation.content["responses"].values():
                content = answer.get("content", {}).get("application/json", {})
                where = _places(content.get("schema", {}), _REFERENCE + name)
                for example in content.get("examples", {}).values():
                    if where == "":
                        found.append(example["value"])
                    elif where:
                        found += example["value"].get(where) or []
        return found

    def _problems(self, schema: Mapping[str, Json], value: Json, at: str) -> Iterator[str]:
        reference = schema.get("$ref", "").removeprefix(_REFERENCE)
        full = self._resolved(schema)
        if value is None:
            if not full.get("nullable"):
                yield f"{at or 'body'} is null"
            return
        wanted = full.get("type")
        if wanted is not None and not _is(value, wanted):
            yield f"{at or 'body'} is {value!r}, not {wanted}"
            return
        yield from (f"{at} {p}" for p in _value_problems(full, value))
        if isinstance(value, list) and "items" in full:
            for number, item in enumerate(value):
                yield from self._problems(full["items"], item, f"{at}[{number}]")
        elif isinstance(value, dict) and "properties" in full:
            yield from self._object_problems(full, self._shapes.get(reference), value, at)

    def _object_problems(
        self, schema: Mapping[str, Json], shape: _Shape | None, value: Json, at: str
    ) -> Iterator[str]:
        properties: Mapping[str, Json] = schema["properties"]
        yield from (f"{at}.{n} is not in the description" for n in value if n not in properties)
        whole = properties if at == "" else ()  # a list's envelope, which no schema names
        required = whole if shape is None else shape.required
        yield from (f"{at}.{n} is missing" for n in required if n not in value)
        for name, part in properties.items():
            if name in value and not (
                value[name] is None and shape is not None and name in shape.nulls
            ):
                yield from self._problems(part, value[name], f"{at}.{name}")


class _Shape(NamedTuple):
    """What the examples of a schema say that the schema does not."""

    required: frozenset[str]
    nulls: frozenset[str]

    @staticmethod
    def of(schema: Mapping[str, Json], examples: list[Json]) -> _Shape:
        names = frozenset(schema["properties"])
        if not examples:
            return _Shape(frozenset(), frozenset())
        return _Shape(
            frozenset(n for n in names if all(n in e for e in examples)),
            frozenset(n for n in names if any(n in e and e[n] is None for e in examples)),
        )


def description() -> Description:
    """Twilio's, fetched when it is not in the cache yet; a failure is not tried again.

    Raises: twilio_spec.SpecError.
    """
    found = _description()
    if isinstance(found, str):
        raise twilio_spec.SpecError(found)
    return found


@cache
def _description() -> Description | str:
    """Or why there is none."""
    try:
        return Description(twilio_spec.load())
    except twilio_spec.SpecError as missing:
        return str(missing)


def _operations(paths: Mapping[str, Json]) -> Iterator[Operation]:
    """Paths without parameters at the end first: `Local.json` is no sid."""
    for path in sorted(paths, key=lambda p: (p.count("{"), p)):
        names = tuple(re.findall(r"\{(\w+)\}", path))
        pattern = re.compile(re.sub(r"\\\{\w+\\\}", r"([^/]+?)", re.escape(path)))
        for method in ("get", "post", "delete"):
            if method in paths[path]:
                yield Operation(pattern, method.upper(), paths[path][method], names)


def _places(schema: Mapping[str, Json], reference: str) -> str | None:
    """Where the reference is in a reply: "" itself, a name of a list's property, None nowhere."""
    if schema.get("$ref") == reference:
        return ""
    for name, part in schema.get("properties", {}).items():
        if part.get("items", {}).get("$ref") == reference:
            return str(name)
    return None


def _is(value: Json, wanted: str) -> bool:
    if isinstance(value, bool):
        return wanted == "boolean"
    return isinstance(value, _TYPES[wanted])


def _value_problems(schema: Mapping[str, Json], value: Json) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        yield f"is {value!r}, not one of {schema['enum']}"
    if not isinstance(value, str):
        return
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"is {value!r}, not {schema['pattern']}"
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"is {value!r}, too short or too long"
    if schema.get("format") == "date-time-rfc-2822" and not _is_date(value):
        yield f"is {value!r}, not a date of RFC 2822 in UTC"
    if schema.get("format") == "uri" and not _is_uri(value):
        yield f"is {value!r}, not a URI"


def _is_date(value: str) -> bool:
    """In the one form that Twilio writes, on a day of the week that it was."""
    if not _RFC_2822.fullmatch(value):
        return False
    try:
        day = parsedate_to_datetime(value)
    except ValueError:
        return False
    return day.strftime("%a") == value[:3]


def _is_uri(value: str) -> bool:
    parts = urlsplit(value)
    return " " not in value and (parts.scheme != "" or value == "" or value.startswith("/"))


def _text_problems(schema: Mapping[str, Json], text: str) -> Iterator[str]:
    """Of a value in a form, where everything is text."""
    kind = schema.get("type")
    if kind == "array":
        yield from _text_problems(schema["items"], text)
    elif kind == "integer" and not re.fullmatch(r"-?\d+", text):
        yield f"{text!r} is not a whole number"
    elif kind == "boolean" and text.lower() not in {"true", "false"}:
        yield f"{text!r} is neither true nor false"
    elif kind == "string":
        yield from _value_problems(schema, text)


def _error_problems(status: int, body: Json) -> list[str]:
    """Twilio's error body, which the description does not describe."""
    kinds = {"code": int, "message": str, "more_info": str, "status": int}
    if not isinstance(body, dict) or set(body) != set(kinds):
        return [f"an error's body has exactly {', '.join(kinds)}; this is {body!r}"]
    found = [f"{n} is {body[n]!r}" for n, kind in kinds.items() if type(body[n]) is not kind]
    if body["status"] != status:
        found.append(f"the body says status {body['status']}, the reply is {status}")
    return found

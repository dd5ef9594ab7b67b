"""How a list is defined: a YAML file that says what the columns of its files are."""

import re
from collections.abc import Iterable
from pathlib import Path as File
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool, field_validator

from contact_center.content.center_files import read_bytes
from contact_center.content.numbers import is_region
from contact_center.content.problems import ContentError, Problem, did_you_mean, raise_errors
from contact_center.content.shapes import Name, Shape, refused, validate
from contact_center.content.yaml_source import (
    MAX_BYTES,
    Document,
    UnusableTextError,
    decode,
    read,
)
from dialer.ids import ListId
from dialer.list_definition import (
    DuplicateScope,
    FieldKind,
    FieldSpec,
    ListDefinition,
    NumberColumn,
)

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
QUOTES = {"double": '"', "single": "'", "none": "\0"}
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}\Z")
_TAKEN = frozenset({"lead", "fields", "in", "has", "true", "false", "null"})

Column = Annotated[str, Field(min_length=1, max_length=200)]
Columns = Annotated[
    list[Column],
    BeforeValidator(
        lambda c: [c] if isinstance(c, str) else c, json_schema_input_type=str | list[str]
    ),
]


class NumberColumnShape(Shape):
    """A column of telephone numbers. ``kind``: of line, if all of them are of one."""

    column: Column
    label: str = Field("", max_length=40)
    kind: Literal["mobile", "landline", "voip"] | None = None


NumberInput = Annotated[
    NumberColumnShape,
    BeforeValidator(
        lambda n: {"column": n} if isinstance(n, str) else n,
        json_schema_input_type=str | NumberColumnShape,
    ),
]


class FieldShape(Shape):
    """A custom field. ``column``: by default its name. ``empty``: texts that mean nothing."""

    type: Literal["text", "integer", "decimal", "yes_no", "date", "choice"] = "text"
    column: Column | None = None
    required: StrictBool = False
    choices: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(default_factory=list)
    empty: list[str] = Field(default_factory=list)
    decimal_comma: StrictBool = False


FieldInput = Annotated[
    FieldShape,
    BeforeValidator(
        lambda f: {"type": f} if isinstance(f, str) else f,
        json_schema_input_type=Literal["text", "integer", "decimal", "yes_no", "date"] | FieldShape,
    ),
]


class ListFile(Shape):
    """A list: what its columns mean, and when two rows are one lead.

    ``party``: the column with a person's key, the same in every list; ``household``: with what all
    who are called as one have in common. ``duplicates``: where a lead may be only once.
    ``region``: the country whose national numbers are meant, and whose states ``state`` has (two
    letters). What the file looks like is found out
    unless ``delimiter``, ``quote`` or ``encoding`` say it.
    """

    list_id: Name = Field(alias="list")
    label: str = Field("", max_length=200)
    region: str = "US"
    numbers: list[NumberInput] = Field(min_length=1)
    name: Columns = Field(default_factory=list)
    language: Column | None = None
    priority: Column | None = None
    party: Column | None = None
    household: Column | None = None
    zone: Column | None = None
    state: Column | None = None
    fields: dict[str, FieldInput] = Field(default_factory=dict)
    duplicates: Literal["list", "campaign", "system"] = "list"
    delimiter: Literal["comma", "semicolon", "tab", "bar"] | None = None
    quote: Literal["double", "single", "none"] | None = None
    encoding: Literal["utf-8", "utf-16", "windows-1252", "latin-1"] | None = None

    @field_validator("region")
    @classmethod
    def _known(cls, region: str) -> str:
        if not is_region(region):
            raise refused("E105", f'"{region}" is no country', "write two letters, as in US or GB")
        return region


def load_list_file(file: File) -> ListDefinition:
    """Read a definition. Raises ContentError with every problem."""
    try:
        text = decode(str(file), read_bytes(file, MAX_BYTES + 1))
    except UnusableTextError as error:
        raise ContentError([error.problem]) from None
    except OSError as error:
        problem = Problem(
            file=str(file), code="E100", message=f"the file cannot be read: {error.strerror}"
        )
        raise ContentError([problem]) from None
    return load_list(str(file), text)


def load_list(file: str, text: str) -> ListDefinition:
    """Make a definition of a text. Raises ContentError with every problem."""
    document = read(file, text)
    if document.data is None:
        raise ContentError(document.problems)
    shape = validate(ListFile, document)
    if shape is not None:
        _check_fields(document, shape)
        _check_columns(document, shape)
    raise_errors(document.problems)
    if shape is None:  # only after problems, and they were raised
        raise ContentError(document.problems)
    return _made(shape)


def _check_fields(document: Document, shape: ListFile) -> None:
    for name, spec in shape.fields.items():
        here = ("fields", name)
        if not _FIELD.match(name) or name in _TAKEN:
            document.report(
                here,
                "E014",
                f'"{name}" cannot be the name of a field',
                "use letters, digits and _, and say column: for what the file calls it",
                key=True,
            )
        if (spec.type == "choice") is not bool(spec.choices):
            hint = "add choices:" if spec.type == "choice" else "write type: choice"
            document.report(here, "E012", f"a field of type {spec.type} and choices", hint)
        if len(set(spec.choices)) < len(spec.choices):
            document.report((*here, "choices"), "E012", "a choice is there twice", "remove one")
        if spec.decimal_comma and spec.type != "decimal":
            document.report(
                (*here, "decimal_comma"), "E012", f"a {spec.type} has no comma", "remove the line"
            )


def _check_columns(document: Document, shape: ListFile) -> None:
    seen: dict[str, int] = {}
    for index, number in enumerate(shape.numbers):
        if number.column in seen:
            document.report(
                ("numbers", index),
                "E012",
                f'the column "{number.column}" is there twice',
                "remove one",
            )
        seen[number.column] = index


def missing_columns(definition: ListDefinition, head: Iterable[str]) -> list[str]:
    """Say which columns a file does not have, one sentence each."""
    there = list(head)
    return [
        f'the file has no column "{column}" ({did_you_mean(column, there, _all(there))})'
        for column in definition.columns
        if column not in there
    ]


def _all(there: list[str]) -> str:
    return f"it has: {', '.join(there[:30])}"


def _made(shape: ListFile) -> ListDefinition:
    return ListDefinition(
        list=ListId(shape.list_id),
        label=shape.label or shape.list_id,
        numbers=tuple(
            NumberColumn(column=each.column, label=each.label, kind=each.kind or "")
            for each in shape.numbers
        ),
        fields=tuple(
            FieldSpec(
                name=name,
                column=spec.column or name,
                kind=FieldKind(spec.type),
                required=spec.required,
                choices=tuple(spec.choices),
                empty=tuple(spec.empty),
                decimal_comma=spec.decimal_comma,
            )
            for name, spec in shape.fields.items()
        ),
        name=tuple(shape.name),
        language=shape.language or "",
        priority=shape.priority or "",
        party=shape.party or "",
        household=shape.household or "",
        zone=shape.zone or "",
        state=shape.state or "",
        region=shape.region,
        scope=DuplicateScope(shape.duplicates),
        delimiter=DELIMITERS[shape.delimiter] if shape.delimiter else "",
        quote=QUOTES[shape.quote] if shape.quote else "",
        encoding=shape.encoding or "",
    )

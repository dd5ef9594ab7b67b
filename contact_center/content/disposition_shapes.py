"""How dispositions are written in a center file, and what is made of them."""

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, model_validator

from contact_center.content.shapes import Name, Shape, Words, refused
from contact_center.content.yaml_source import Document
from contact_center.core.disposition import Disposition, DispositionField
from contact_center.core.scripting.script import Kind

Group = Annotated[str, Field(min_length=1, max_length=80)]
FieldKind = Literal[
    "text", "long", "int", "float", "money", "date", "bool", "choice", "email", "phone"
]
_BOUNDED: Final = frozenset({"text", "long", "int", "float", "money"})


class FieldShape(Shape):
    """Something to be said of a call that ended so."""

    label: Annotated[str, Field(min_length=1, max_length=80)]
    kind: FieldKind = "text"
    required: StrictBool = False
    options: dict[Name, Group] = Field(
        default_factory=dict, max_length=50, description="Of a choice: code and label."
    )
    least: StrictInt | float | None = None
    most: StrictInt | float | None = None
    pattern: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _fits(self) -> "FieldShape":
        if (self.kind == "choice") != bool(self.options):
            raise refused(
                "E012", "options are what a choice has", "write kind: choice, options: {}"
            )
        if self.kind not in _BOUNDED and (self.least is not None or self.most is not None):
            raise refused("E012", f"a {self.kind} has no bounds", "remove least and most")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise refused("E012", "least is more than most", "swap the two")
        try:
            re.compile(self.pattern)
        except re.error as wrong:
            raise refused("E012", f"the pattern cannot be read: {wrong}", "") from wrong
        return self


class DispositionShape(Shape):
    """How a call may have ended; where in the tree, by which key, and what has to be said."""

    label: Words
    under: list[Group] = Field(
        default_factory=list, max_length=3, description="Groups that lead to it, outermost first."
    )
    key: Annotated[StrictInt, Field(ge=1, le=9)] | None = Field(
        None, description="A digit that chooses it at once."
    )
    fields: dict[Name, FieldShape] = Field(default_factory=dict, max_length=12)


DispositionInput = Annotated[
    DispositionShape,
    BeforeValidator(
        lambda d: {"label": d} if isinstance(d, str) else d,
        json_schema_input_type=str | DispositionShape,
    ),
]


def dispositions_of(
    document: Document, written: Mapping[str, DispositionShape]
) -> dict[str, Disposition]:
    """Make them, and report keys that are given twice."""
    keys: dict[int, str] = {}
    for code, shape in written.items():
        if shape.key is None:
            continue
        first = keys.setdefault(shape.key, code)
        if first != code:
            message = f'the key {shape.key} chooses "{first}" already'
            path = ("dispositions", code, "key")
            document.report(path, "E012", message, "give it another digit, or none")
    return {code: _disposition(code, shape) for code, shape in written.items()}


def _disposition(code: str, shape: DispositionShape) -> Disposition:
    return Disposition(
        code=code,
        label=shape.label,
        under=tuple(shape.under),
        key="" if shape.key is None else str(shape.key),
        fields=tuple(
            DispositionField(
                name=name,
                label=one.label,
                kind=Kind(one.kind),
                required=one.required,
                options=one.options,
                least=one.least,
                most=one.most,
                pattern=one.pattern,
            )
            for name, one in shape.fields.items()
        ),
    )

"""How nodes look that nobody hears."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from contact_center.content.node_shapes import NodeShape
from contact_center.content.prompt_shapes import EdgeShape
from contact_center.content.shapes import Name, Shape, refused


class CaseShape(Shape):
    """One row of a branch."""

    condition: str = Field(alias="if")
    goto: Name
    tag: Name | Literal[""] = ""


class BranchShape(NodeShape):
    """The first true case, else `else`."""

    do: Literal["branch"]
    cases: list[CaseShape] = Field(min_length=1)
    otherwise: EdgeShape = Field(alias="else")


Assigned = Annotated[
    str,
    BeforeValidator(
        lambda value: str(value).lower() if isinstance(value, bool | int | float) else value,
        json_schema_input_type=str | bool | float,
    ),
]
"""An expression, which may be a bare number or true or false."""


class SetShape(NodeShape):
    """Assign variables, each the value of an expression, and switch to another language."""

    do: Literal["set"]
    vars: dict[str, Assigned] = Field(default_factory=dict)
    language: str | None = Field(None, description="The caller is spoken to in it from now on.")
    next: EdgeShape

    @model_validator(mode="after")
    def _something(self) -> "SetShape":
        if not self.vars and self.language is None:
            raise refused("E011", "nothing to set", "add vars: {name: expression}")
        return self


class HoursShape(NodeShape):
    """Ask a calendar. Without `holiday`, holidays count as closed."""

    do: Literal["hours"]
    calendar: str
    open: EdgeShape
    closed: EdgeShape
    holiday: EdgeShape | None = None

"""How nodes look that nobody hears."""

from typing import Literal

from pydantic import Field, model_validator

from contact_center.content.node_shapes import NodeShape
from contact_center.content.prompt_shapes import Assigned, EdgeShape, PromptShape
from contact_center.content.shapes import Duration, Name, Shape, refused


class CaseShape(Shape):
    """One row of a branch."""

    condition: str = Field(alias="if")
    goto: Name
    tag: Name | Literal[""] = ""
    assign: dict[str, Assigned] = Field(default_factory=dict, alias="set")


class BranchShape(NodeShape):
    """The first true case, else `else`."""

    do: Literal["branch"]
    cases: list[CaseShape] = Field(min_length=1)
    otherwise: EdgeShape = Field(alias="else")


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
    emergency: EdgeShape | None = Field(None, description="Taken while the flow is in one.")


class FillerShape(Shape):
    """What callers hear who wait for an answer: after a while, and again that long after it."""

    after: Duration = 1_000_000
    say: PromptShape


class LookupShape(NodeShape):
    """Ask a service. `args` fill its URL; `into` renames: variable and what is returned."""

    do: Literal["lookup"]
    service: str
    args: dict[str, Assigned] = Field(default_factory=dict)
    into: dict[str, str] = Field(default_factory=dict)
    max_wait: Duration | None = Field(None, description="Instead of the service's timeout.")
    filler: FillerShape | None = None
    ok: EdgeShape
    not_found: EdgeShape
    timeout: EdgeShape
    error: EdgeShape = Field(description="It could not be asked, or did not make sense.")

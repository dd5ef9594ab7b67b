"""How nodes look that decide, note and wish, beside branch, set and hours."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictInt, model_validator

from contact_center.content.node_shapes import NodeShape
from contact_center.content.prompt_shapes import Assigned, EdgeObject, EdgeShape
from contact_center.content.shapes import Duration, Name, Proficiency, refused
from contact_center.content.steps import Requirement

Value = Annotated[
    str,
    BeforeValidator(
        lambda value: str(value).lower() if isinstance(value, bool | int) else value,
        json_schema_input_type=str,
    ),
]
"""A value as text: ``gold``, ``12``, ``true``."""


class SwitchShape(NodeShape):
    """The edge of the value that `on` has, else `else`."""

    do: Literal["switch"]
    on: str = Field(description="An expression.")
    values: dict[Value, EdgeShape] = Field(min_length=1)
    otherwise: EdgeShape = Field(alias="else")


class TagShape(NodeShape):
    """Note a milestone, tags, or how the call is to be counted."""

    do: Literal["tag"]
    outcome: Name | Literal[""] = Field("", description="What the call is counted as.")
    next: EdgeShape

    @model_validator(mode="after")
    def _something(self) -> "TagShape":
        if not (self.milestone or self.tags or self.outcome):
            raise refused(
                "E011", "nothing to note", "add milestone: name, tags: [name] or outcome:"
            )
        return self


class ArmShape(EdgeObject):
    """One way of a split."""

    weight: Annotated[StrictInt, Field(ge=1, le=10_000)] = 1


class SplitShape(NodeShape):
    """Send callers different ways, the same caller (or call) always the same way."""

    do: Literal["split"]
    by: Literal["caller", "call"] = "caller"
    salt: str = Field("", max_length=80, description="Another one deals the callers anew.")
    arms: dict[Name, ArmShape] = Field(min_length=2, max_length=20)


class RouteShape(NodeShape):
    """Note what a queue node to come asks for where it says nothing itself."""

    do: Literal["route"]
    queue: str | None = Field(None, description="Of queue nodes that name no queue.")
    priority: Assigned | None = Field(None, description="An expression: 0 to 100.")
    boost: Duration = 0
    skills: dict[str, Proficiency] = Field(default_factory=dict)
    require: Requirement = ""
    reason: str = Field("", max_length=120)
    attributes: dict[Name, Assigned] = Field(
        default_factory=dict, description="Shown to the agent, each with an expression."
    )
    next: EdgeShape

    @model_validator(mode="after")
    def _something(self) -> "RouteShape":
        wishes = (self.queue, self.priority, self.boost, self.skills, self.require, self.reason)
        if not any((*wishes, self.attributes)):
            raise refused(
                "E011", "nothing to note", "add priority: 40, skills: {name: 3} or reason:"
            )
        return self

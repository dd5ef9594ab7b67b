"""What every node of a flow file may have."""

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from contact_center.content.prompt_shapes import EdgeShape, PromptShape
from contact_center.content.shapes import Name, Shape

Band = Annotated[StrictInt, Field(ge=0, le=100)]


class NodeShape(Shape):
    """What every node may have."""

    note: str = Field("", description="For the reader; not used.")
    label: str = Field("", max_length=80, description="The node's name in reports.")
    error: EdgeShape | None = Field(None, description="Taken when an expression fails.")
    tags: list[Name] = Field(default_factory=list, description="Put on the call.")
    milestone: Name | Literal[""] = Field("", description="Reached by whoever passes the node.")
    when: str | None = Field(None, description="The node is skipped unless this is true.")
    otherwise: EdgeShape | None = Field(
        None, alias="else", description="Where callers go that skip the node; without it, next."
    )
    say_first: PromptShape = Field(
        default_factory=list, description="Said before the node does its own work, once a visit."
    )

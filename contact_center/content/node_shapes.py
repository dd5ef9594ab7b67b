"""What every node of a flow file may have."""

from typing import Annotated

from pydantic import Field, StrictInt

from contact_center.content.prompt_shapes import EdgeShape
from contact_center.content.shapes import Shape

Band = Annotated[StrictInt, Field(ge=0, le=100)]


class NodeShape(Shape):
    """What every node may have."""

    note: str = Field("", description="For the reader; not used.")
    label: str = Field("", max_length=80, description="The node's name in reports.")
    error: EdgeShape | None = Field(None, description="Taken when an expression fails.")

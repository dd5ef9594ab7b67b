"""How nodes look that call another flow, or come back from one."""

from typing import Literal

from pydantic import Field

from contact_center.content.node_shapes import NodeShape
from contact_center.content.prompt_shapes import Assigned, EdgeShape
from contact_center.content.service_shapes import Variable
from contact_center.content.shapes import Name


class CallShape(NodeShape):
    """Let another flow of the center do something; `on` says where each of its returns leads."""

    do: Literal["call"]
    flow: Name
    args: dict[Variable, Assigned] = Field(default_factory=dict)
    into: dict[Variable, Variable] = Field(
        default_factory=dict, description="Our variable: the value that is returned."
    )
    on: dict[Name, EdgeShape] = Field(min_length=1)


class ReturnShape(NodeShape):
    """Go back to the flow that called this one."""

    do: Literal["return"]
    outcome: Name = Field(alias="as")
    values: dict[Variable, Assigned] = Field(default_factory=dict)

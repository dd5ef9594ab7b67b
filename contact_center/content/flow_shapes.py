"""How a flow file looks: its head, and which model each node type has."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StrictBool, StrictInt, model_validator

from contact_center.content.calendars import CalendarShape
from contact_center.content.logic_shapes import BranchShape, HoursShape, SetShape
from contact_center.content.node_shapes import NodeShape
from contact_center.content.prompt_shapes import (
    EdgeObject,
    EdgeShape,
    FailureObject,
    ItemShape,
    LibraryPrompt,
    PromptShape,
)
from contact_center.content.scenario_shapes import ScenarioShape
from contact_center.content.shapes import Duration, Name, Shape, refused
from contact_center.content.talk_shapes import (
    CollectShape,
    HangUpShape,
    ListeningShape,
    MenuShape,
    PlayShape,
    VoicemailShape,
)
from contact_center.content.way_shapes import CallbackShape, QueueNodeShape, TransferShape

__all__ = [
    "BranchShape",
    "CallbackShape",
    "CollectShape",
    "EdgeObject",
    "FailureObject",
    "HangUpShape",
    "HoursShape",
    "ItemShape",
    "LibraryPrompt",
    "ListeningShape",
    "MenuShape",
    "NodeShape",
    "PlayShape",
    "QueueNodeShape",
    "SetShape",
    "TransferShape",
    "VoicemailShape",
]
"""Whoever reads flows takes them from here."""

NODE_SHAPES: Mapping[str, type[NodeShape]] = {
    "play": PlayShape,
    "menu": MenuShape,
    "collect": CollectShape,
    "branch": BranchShape,
    "set": SetShape,
    "hours": HoursShape,
    "queue": QueueNodeShape,
    "callback": CallbackShape,
    "voicemail": VoicemailShape,
    "transfer": TransferShape,
    "hangup": HangUpShape,
}


class LanguagesShape(Shape):
    """Languages of a flow, as BCP 47 tags such as en-US."""

    default: str
    offered: list[str] = Field(default_factory=list)
    fallback: dict[str, str] = Field(default_factory=dict)


class DefaultsShape(Shape):
    """What nodes use that do not say otherwise."""

    first_timeout: Duration = 5_000_000
    inter_digit: Duration = 3_000_000
    barge_in: StrictBool = True
    type_ahead: StrictBool = True


class LimitsShape(Shape):
    """Bounds of one call in this flow; `call_failures` 0 means no bound over all nodes."""

    steps: Annotated[StrictInt, Field(ge=1, le=10_000)] = 500
    call_failures: Annotated[StrictInt, Field(ge=0, le=100)] = 0


class VariableShape(Shape):
    """A variable of a flow."""

    type: Literal["string", "int", "float", "bool", "enum"]
    default: Any = None
    of: list[str] = Field(default_factory=list)
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _later(cls, value: object) -> object:
        if isinstance(value, dict) and value.get("type") in ("secret", "decimal"):
            raise refused(
                "E012",
                f'the type "{value["type"]}" is not supported yet',
                "use string, int, float, bool or enum",
            )
        return value


class HandlersShape(Shape):
    """Where a call goes when an expression fails or a limit is reached."""

    error: EdgeShape | None = None
    limit: EdgeShape | None = None


class FlowHeader(Shape):
    """A flow file without its nodes."""

    flow: Name
    version: Literal[1] = Field(alias="schema")
    entry: str
    note: str = ""
    languages: LanguagesShape | None = None
    defaults: DefaultsShape = DefaultsShape()
    limits: LimitsShape = LimitsShape()
    vars: dict[str, VariableShape] = Field(default_factory=dict)
    calendars: dict[str, CalendarShape] = Field(default_factory=dict)
    prompts: dict[str, LibraryPrompt] = Field(default_factory=dict)
    global_keys: dict[Annotated[str, Field(pattern=r"^[0-9*#]$")], EdgeShape] = Field(
        default_factory=dict
    )
    on: HandlersShape = HandlersShape()
    farewell: PromptShape = Field(
        default_factory=list, description="Said before ending a call that no edge could help."
    )
    tests: list[ScenarioShape] = Field(
        default_factory=list, description="Run by python -m contact_center ivr test."
    )


AnyNodeShape = Annotated[
    PlayShape
    | MenuShape
    | CollectShape
    | BranchShape
    | SetShape
    | HoursShape
    | QueueNodeShape
    | CallbackShape
    | VoicemailShape
    | TransferShape
    | HangUpShape,
    Discriminator("do"),
]


class FlowFile(FlowHeader):
    """A whole flow file, for the JSON Schema."""

    nodes: dict[str, AnyNodeShape] = Field(min_length=1)

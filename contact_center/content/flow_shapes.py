"""How a flow file looks: its head, and which model each node type has."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, StrictBool, StrictInt

from contact_center.content.calendars import CalendarShape
from contact_center.content.call_shapes import CallShape, ReturnShape
from contact_center.content.logic_shapes import BranchShape, HoursShape, LookupShape, SetShape
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
from contact_center.content.service_shapes import ServiceShape, Variable
from contact_center.content.shapes import Duration, Name, Shape
from contact_center.content.signatures import PLAIN_TYPES
from contact_center.content.silent_shapes import RouteShape, SplitShape, SwitchShape, TagShape
from contact_center.content.survey_shapes import QuestionShape, SurveyShape
from contact_center.content.talk_shapes import (
    CollectShape,
    ConfirmShape,
    HangUpShape,
    LanguageShape,
    ListeningShape,
    MenuShape,
    PlayShape,
    ReadBackShape,
    RecordShape,
    VoicemailShape,
)
from contact_center.content.way_shapes import (
    AppointmentShape,
    CallbackShape,
    QueueNodeShape,
    TransferShape,
)
from contact_center.content.word_shapes import ConfidenceShape, Inputs, keys_too

__all__ = [
    "AppointmentShape",
    "BranchShape",
    "CallShape",
    "CallbackShape",
    "CollectShape",
    "ConfirmShape",
    "EdgeObject",
    "FailureObject",
    "HangUpShape",
    "HoursShape",
    "ItemShape",
    "LanguageShape",
    "LibraryPrompt",
    "ListeningShape",
    "LookupShape",
    "MenuShape",
    "NodeShape",
    "PlayShape",
    "QuestionShape",
    "QueueNodeShape",
    "ReadBackShape",
    "RecordShape",
    "ReturnShape",
    "RouteShape",
    "SetShape",
    "SplitShape",
    "SurveyShape",
    "SwitchShape",
    "TagShape",
    "TransferShape",
    "VoicemailShape",
]
"""Whoever reads flows takes them from here."""

NODE_SHAPES: Mapping[str, type[NodeShape]] = {
    "play": PlayShape,
    "menu": MenuShape,
    "collect": CollectShape,
    "confirm": ConfirmShape,
    "language": LanguageShape,
    "branch": BranchShape,
    "switch": SwitchShape,
    "set": SetShape,
    "hours": HoursShape,
    "tag": TagShape,
    "split": SplitShape,
    "route": RouteShape,
    "call": CallShape,
    "return": ReturnShape,
    "lookup": LookupShape,
    "queue": QueueNodeShape,
    "callback": CallbackShape,
    "voicemail": VoicemailShape,
    "record": RecordShape,
    "survey": SurveyShape,
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
    confidence: ConfidenceShape = ConfidenceShape()
    input: Annotated[
        Inputs | None,
        AfterValidator(keys_too),
        Field(description="[keys, words]: also yes and no may be said; [keys]: nothing may."),
    ] = None


class LimitsShape(Shape):
    """Bounds of one call in this flow; `call_failures` 0 means no bound over all nodes."""

    steps: Annotated[StrictInt, Field(ge=1, le=10_000)] = 500
    call_failures: Annotated[StrictInt, Field(ge=0, le=100)] = 0
    ivr_time: Duration = Field(
        default=0, description="In the flow, waiting for agents not counted."
    )


class VariableShape(Shape):
    """A variable of a flow."""

    type: Literal["string", "int", "float", "bool", "enum", "decimal", "secret"]
    default: Any = None
    of: list[str] = Field(default_factory=list)
    note: str = ""


class HandlersShape(Shape):
    """Where a call goes when an expression fails or a limit is reached."""

    error: EdgeShape | None = None
    limit: EdgeShape | None = None
    hangup: Name | None = Field(
        default=None, description="The node that begins what is done when the caller has hung up."
    )
    emergency: EdgeShape | None = Field(
        default=None, description="Where callers go while operators switch the flow to emergency."
    )


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
    services: dict[Variable, ServiceShape] = Field(default_factory=dict)
    calendars: dict[str, CalendarShape] = Field(default_factory=dict)
    params: list[Variable] = Field(
        default_factory=list, description="Variables that flows give which call this one."
    )
    returns: dict[Name, dict[Variable, Literal[*PLAIN_TYPES]]] = Field(  # type: ignore[valid-type]
        default_factory=dict, description="How it comes back to them, and with which values."
    )
    prompts: dict[str, LibraryPrompt] = Field(default_factory=dict)
    global_keys: dict[Annotated[str, Field(pattern=r"^[0-9*#]$")], EdgeShape] = Field(
        default_factory=dict
    )
    on: HandlersShape = HandlersShape()
    farewell: PromptShape = Field(
        default_factory=list, description="Said before ending a call that no edge could help."
    )
    tests: list[ScenarioShape] = Field(
        default_factory=list,
        max_length=500,
        description="Run by python -m contact_center ivr test.",
    )


AnyNodeShape = Annotated[
    PlayShape
    | MenuShape
    | CollectShape
    | ConfirmShape
    | LanguageShape
    | BranchShape
    | SwitchShape
    | SetShape
    | HoursShape
    | TagShape
    | SplitShape
    | RouteShape
    | CallShape
    | ReturnShape
    | LookupShape
    | QueueNodeShape
    | CallbackShape
    | VoicemailShape
    | RecordShape
    | SurveyShape
    | TransferShape
    | HangUpShape,
    Discriminator("do"),
]


class FlowFile(FlowHeader):
    """A whole flow file, for the JSON Schema."""

    nodes: dict[str, AnyNodeShape] = Field(min_length=1)

"""How a flow file looks: one model per node type, and what only later releases know."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, StrictBool, StrictInt, model_validator

from contact_center.content.calendars import CalendarShape
from contact_center.content.prompt_shapes import (
    EdgeObject,
    EdgeShape,
    FailureObject,
    FailureShape,
    ItemShape,
    LibraryPrompt,
    PromptShape,
)
from contact_center.content.shapes import Digits, Duration, Name, Proficiency, Shape, refused
from contact_center.content.steps import Requirement, StepShape

__all__ = ["EdgeObject", "FailureObject", "ItemShape", "LibraryPrompt"]
"""Kept here for those who read flows."""

_KEYS_PATTERN = r"^[0-9*#]{1,6}$"


Band = Annotated[StrictInt, Field(ge=0, le=100)]


class NodeShape(Shape):
    """What every node may have."""

    note: str = Field("", description="For the reader; not used.")
    label: str = Field("", max_length=80, description="The node's name in reports.")
    error: EdgeShape | None = Field(None, description="Taken when an expression fails.")


class PlayShape(NodeShape):
    """Say something."""

    do: Literal["play"]
    say: PromptShape
    next: EdgeShape
    barge_in: StrictBool | None = None


class ListeningShape(NodeShape):
    """What menu and collect share."""

    say: PromptShape
    on_no_input: list[FailureShape]
    on_no_match: list[FailureShape]
    first_timeout: Duration | None = None
    inter_digit: Duration | None = None
    barge_in: StrictBool | None = None
    type_ahead: StrictBool | None = None
    max_failures: Annotated[StrictInt, Field(ge=0, le=20)] = 0


class MenuShape(ListeningShape):
    """Keys to edges."""

    do: Literal["menu"]
    keys: dict[Annotated[str, Field(pattern=_KEYS_PATTERN)], EdgeShape] = Field(min_length=1)


class CheckShape(Shape):
    """What the digits have to look like."""

    regex: str = Field(max_length=200)


class CollectShape(ListeningShape):
    """Digits into a variable: of a fixed `length`, or from `min` to `max`."""

    do: Literal["collect"]
    into: str
    length: Annotated[StrictInt, Field(ge=1, le=32)] | None = None
    min: Annotated[StrictInt, Field(ge=1, le=32)] | None = None
    max: Annotated[StrictInt, Field(ge=1, le=32)] | None = None
    terminator: Annotated[Digits, Field(pattern=r"^[0-9*#]?$")] | None = None
    clear_key: Annotated[Digits, Field(pattern=r"^[0-9*#]?$")] = ""
    empty: Literal["no_input", "accept"] = "no_input"
    check: CheckShape | None = None
    next: EdgeShape

    @model_validator(mode="after")
    def _bounds(self) -> "CollectShape":
        if (self.length is None) == (self.max is None) or (self.length and self.min):
            raise refused("E012", "collect needs length, or max (and min)", "write length: 8")
        if self.max is not None and self.min is not None and self.min > self.max:
            raise refused("E012", f"min {self.min} is more than max {self.max}", "swap them")
        return self


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


class QueueNodeShape(NodeShape):
    """Wait for an agent. `keys` says where keys lead that are pressed meanwhile, by action."""

    do: Literal["queue"]
    queue: str
    say: PromptShape = Field(default_factory=list)
    priority: Band | None = None
    boost: Duration = Field(0, description="A head start: as if the caller had waited that long.")
    skills: dict[str, Proficiency] = Field(default_factory=dict)
    require: Requirement = Field("", description='Who may serve, such as "es >= 30 and cards".')
    steps: list[StepShape] = Field(default_factory=list)
    prefer: str = Field("", description="last_agent, owner, or an agent.")
    prefer_for: Duration | None = None
    max_wait: Duration | None = None
    reason: str = Field("", max_length=120, description="What the agent reads about the call.")
    timeout: EdgeShape
    no_agents: EdgeShape
    full: EdgeShape
    closed: EdgeShape | None = None
    overflow: EdgeShape | None = None
    withdrawn: EdgeShape | None = None
    keys: dict[Name, EdgeShape] = Field(default_factory=dict)


class CallbackShape(NodeShape):
    """Note that the caller wants to be called back, in the place they have by now."""

    do: Literal["callback"]
    queue: str
    number: str | None = Field(None, description="An expression; the caller's own without it.")
    priority: Band | None = None
    boost: Duration = 0
    require: Requirement = ""
    registered: EdgeShape
    already: EdgeShape | None = None
    refused: EdgeShape


class VoicemailShape(NodeShape):
    """Record a message."""

    do: Literal["voicemail"]
    box: Name
    queue: str | None = Field(None, description="An agent of this queue is to hear the message.")
    say: PromptShape = Field(default_factory=list)
    max: Duration = 120_000_000
    silence: Duration = 4_000_000
    min: Duration = 1_000_000
    beep: StrictBool = True
    recorded: EdgeShape
    empty: EdgeShape


class TransferShape(NodeShape):
    """Connect the caller to a number outside."""

    do: Literal["transfer"]
    to: Annotated[Digits, Field(min_length=1, max_length=40)]
    say: PromptShape = Field(default_factory=list)
    timeout: Duration = 30_000_000
    busy: EdgeShape
    no_answer: EdgeShape
    failed: EdgeShape


class HangUpShape(NodeShape):
    """End the call, perhaps after a word."""

    do: Literal["hangup"]
    say: PromptShape = Field(default_factory=list)
    reason: str = Field("", max_length=120)


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

"""How nodes look that lead out of the flow."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from contact_center.content.node_shapes import Band, NodeShape
from contact_center.content.prompt_shapes import Assigned, EdgeShape, PromptShape
from contact_center.content.shapes import Digits, Duration, Name, Proficiency, Shape, refused
from contact_center.content.steps import Requirement, StepShape


class QueueNodeShape(NodeShape):
    """Wait for an agent. `keys` says where keys lead that are pressed meanwhile, by action."""

    do: Literal["queue"]
    queue: str = Field("", description="Without it, the queue of a route node before.")
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
    connected: EdgeShape | None = Field(
        None, description="Taken when the agent has left and the caller is still there."
    )
    keys: dict[Name, EdgeShape] = Field(default_factory=dict)


class AppointmentShape(Shape):
    """When the caller wants to be called: from a time of a day on, for as long as `window`."""

    day: Assigned = Field(
        description="Days from today, or an expression that gives them, or a day as 1224."
    )
    time: Assigned = Field(description="As 09:00, or an expression that gives such a text, or 900.")
    window: Duration = 3_600_000_000
    calendar: str | None = Field(
        None, description="Hours, and the zone they are in; the queue's for calls back without it."
    )
    into: str = Field("", description="A variable of type string that the time goes into.")


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
    at: AppointmentShape | None = None
    unavailable: EdgeShape | None = Field(
        None, description="Taken when nobody can be called at that time; goes with `at`."
    )

    @model_validator(mode="after")
    def _both(self) -> "CallbackShape":
        if (self.at is None) != (self.unavailable is None):
            missing = "at" if self.at is None else "unavailable"
            raise refused("E202", "at and unavailable go together", f"add {missing}:")
        return self


class TransferShape(NodeShape):
    """Connect the caller to a number outside; with `mode: consult` only if it says yes."""

    do: Literal["transfer"]
    to: Annotated[Digits, Field(min_length=1, max_length=40)]
    mode: Literal["blind", "consult"] = "blind"
    ask: PromptShape = Field(
        default_factory=list,
        description="What whoever answers hears, in the flow's own language; goes with consult.",
    )
    accept: Annotated[str, Field(pattern=r"^[0-9*#]$")] | None = Field(
        None, description="The key by which they take the caller; 1 without it."
    )
    declined: EdgeShape | None = Field(
        None, description="Taken when they do not take the caller; no_answer without it."
    )
    say: PromptShape = Field(default_factory=list)
    timeout: Duration = 30_000_000
    busy: EdgeShape
    no_answer: EdgeShape
    failed: EdgeShape
    answered: EdgeShape | None = Field(
        None, description="Taken when the far end has left and the caller is still there."
    )
    caller_id: Digits | None = Field(
        None, max_length=40, description="A number of the center, shown to the far end."
    )

    @model_validator(mode="after")
    def _asks(self) -> "TransferShape":
        if self.mode == "consult" and not self.ask:
            raise refused("E202", "mode: consult asks nothing", "add ask:, with the key to press")
        if self.mode == "blind" and (self.ask or self.accept or self.declined):
            hint = "add mode: consult, or leave ask, accept and declined out"
            raise refused("E202", "whoever answers is asked only with mode: consult", hint)
        return self

"""How nodes look that say something and hear keys or a message."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, model_validator

from contact_center.content.node_shapes import NodeShape
from contact_center.content.prompt_shapes import EdgeShape, FailureShape, PromptShape
from contact_center.content.shapes import Digits, Duration, Name, Shape, refused

_KEYS_PATTERN = r"^[0-9*#]{1,6}$"


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


class HangUpShape(NodeShape):
    """End the call, perhaps after a word."""

    do: Literal["hangup"]
    say: PromptShape = Field(default_factory=list)
    reason: str = Field("", max_length=120)

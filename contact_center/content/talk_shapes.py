"""How nodes look that say something and hear keys or a message."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt, model_validator

from contact_center.content.node_shapes import NodeShape
from contact_center.content.prompt_shapes import EdgeShape, FailureShape, PromptShape
from contact_center.content.shapes import Digits, Duration, Name, Shape, refused
from contact_center.content.word_shapes import (
    ConfidenceShape,
    Inputs,
    Phrases,
    YesNoWordsShape,
    keys_too,
)
from contact_center.core.ivr.checks import DATE_FORMATS

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
    short: PromptShape = Field(
        default_factory=list, description="Said instead of say when the caller is asked again."
    )


class MenuShape(ListeningShape):
    """Keys to edges."""

    do: Literal["menu"]
    keys: dict[Annotated[str, Field(pattern=_KEYS_PATTERN)], EdgeShape] = Field(min_length=1)
    words: dict[str, Phrases] = Field(
        default_factory=dict,
        description="What may be said instead: by key, or by the node that the key leads to.",
    )
    confidence: ConfidenceShape | None = None
    input: Annotated[Inputs | None, AfterValidator(keys_too)] = None


class YesNoShape(Shape):
    """The keys for yes and no."""

    yes: Annotated[Digits, Field(pattern=_KEYS_PATTERN)] = "1"
    no: Annotated[Digits, Field(pattern=_KEYS_PATTERN)] = "2"

    @model_validator(mode="after")
    def _differ(self) -> "YesNoShape":
        if self.yes == self.no:
            raise refused("E012", f'the key "{self.yes}" is both yes and no', "use two keys")
        return self


class ConfirmShape(ListeningShape):
    """Ask for yes or no: a menu of two keys."""

    do: Literal["confirm"]
    yes: EdgeShape
    no: EdgeShape
    keys: YesNoShape = YesNoShape()
    words: YesNoWordsShape | None = None
    confidence: ConfidenceShape | None = None
    input: Annotated[Inputs | None, AfterValidator(keys_too)] = None


class LanguageShape(ListeningShape):
    """Let the caller choose a language: keys to languages, all of which go on by `next`."""

    do: Literal["language"]
    keys: dict[Annotated[str, Field(pattern=_KEYS_PATTERN)], str] = Field(min_length=1)
    next: EdgeShape
    remember: StrictBool = Field(
        False, description="Who chose once is not asked in the next call; to come back asks again."
    )


class CheckShape(Shape):
    """What the digits have to look like; all that is given has to hold."""

    regex: str = Field("", max_length=200)
    luhn: StrictBool = Field(False, description="The last digit is a check digit, as on cards.")
    date: Literal["", *DATE_FORMATS] = ""  # type: ignore[valid-type]
    range: Annotated[list[StrictInt], Field(min_length=2, max_length=2)] | None = None
    cel: str | None = Field(None, description="A condition; reads the digits as their variable.")

    @model_validator(mode="after")
    def _something(self) -> "CheckShape":
        if not (self.regex or self.luhn or self.date or self.range or self.cel):
            hint = "write luhn: true, date: MMDDYYYY, range: [1, 31], cel or regex"
            raise refused("E012", "nothing to check", hint)
        if self.range is not None and self.range[0] > self.range[1]:
            raise refused("E012", "a range that begins after its end", "swap the two")
        return self


class ReadBackShape(YesNoShape):
    """Ask whether the digits are right before going on."""

    say: PromptShape
    words: YesNoWordsShape | None = None
    confidence: ConfidenceShape | None = None


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
    confirm: ReadBackShape | None = Field(None, description="Reads back and asks: yes or no?")
    globals: StrictBool = Field(False, description="Global keys work before the first digit.")
    sensitive: StrictBool = Field(False, description="Nobody may read it: into a secret.")
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
    review: PromptShape = Field(
        default_factory=list,
        description="Asked after the message: 1 keeps it, 2 records another, 3 plays it.",
    )
    recorded: EdgeShape
    empty: EdgeShape
    too_short: EdgeShape | None = None


class RecordShape(NodeShape):
    """Record the caller's whole call, or pause, go on with, or end that."""

    do: Literal["record"]
    action: Literal["start", "pause", "resume", "stop"]
    next: EdgeShape


class HangUpShape(NodeShape):
    """End the call, perhaps after a word."""

    do: Literal["hangup"]
    say: PromptShape = Field(default_factory=list)
    reason: str = Field("", max_length=120)
    contained: StrictBool | None = Field(
        None, description="For reports: callers who end here got what they wanted, or did not."
    )

"""How tests look that stand in a flow's file: what is given, the steps, what is expected."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool, WithJsonSchema, model_validator

from contact_center.content.shapes import Digits, Duration, Shape, refused

Words = Annotated[
    list[str],
    BeforeValidator(
        lambda value: [value] if isinstance(value, str) else value,
        json_schema_input_type=str | list[str],
    ),
]
"""One text or several."""
Value = Annotated[Any, Field(json_schema_extra={"type": ["string", "number", "boolean", "null"]})]
_KEYS = r"^[0-9*#A-D]{1,64}$"
_TELEPHONE = (
    r"^(answer|busy|decline|ignore|machine|manual|silent|unregistered)"
    r"( after [0-9]+(\.[0-9]+)?(\.\.[0-9]+(\.[0-9]+)?)? ?s)?"
    r"(, ?press [0-9*#]( after [0-9]+(\.[0-9]+)? ?s)?)?$"
)
_TIMES = r"^[1-9][0-9]?x$"


class CallerShape(Shape):
    """Who calls: a number, a name, the number they dialled, and the language they once chose."""

    number: Digits = "+14155550123"
    name: str = ""
    dialled: Digits = ""
    language: str = ""


class AnswerShape(Shape):
    """How a service answers."""

    outcome: Literal["ok", "not_found", "timeout", "error"] = "ok"
    values: dict[str, Value] = Field(default_factory=dict)
    after: Duration = 0


def _answer(value: object) -> object:
    if isinstance(value, str):
        return {"outcome": value}
    if isinstance(value, dict) and "outcome" not in value:
        return {"values": value}
    return value


class GivenShape(Shape):
    """What is so when the caller calls."""

    time: str = Field("", description="Such as 2026-11-23T10:00, or with -05:00 behind it.")
    caller: Annotated[
        CallerShape,
        BeforeValidator(
            lambda v: {"number": v} if isinstance(v, str | int) else v,
            json_schema_input_type=CallerShape | str | int,
        ),
    ] = CallerShape()
    customer: dict[str, Value] = Field(
        default_factory=dict, description="What is known of the caller; nothing for a stranger."
    )
    services: dict[
        str,
        Annotated[
            AnswerShape,
            BeforeValidator(
                _answer,
                json_schema_input_type=AnswerShape
                | Literal["ok", "not_found", "timeout", "error"]
                | dict[str, Any],
            ),
        ],
    ] = Field(default_factory=dict, description="By service: an outcome, or values.")
    numbers: dict[str, Annotated[str, Field(pattern=_TELEPHONE)]] = Field(
        default_factory=dict,
        description="What telephones outside do: answer after 2 s, busy, ignore, decline.",
    )
    agents: Literal["at_work", "none"] = "at_work"
    emergency: StrictBool = False
    direction: Literal["inbound", "outbound"] = Field(
        "inbound", description="outbound: the center calls this number, as a campaign does."
    )


_NOTHING: Sequence[object] = (None, [], {})


class ExpectShape(Shape):
    """What must be so."""

    heard: Words = Field(default_factory=list)
    not_heard: Words = Field(default_factory=list)
    node: str | None = None
    edges: Words = Field(default_factory=list, description="As node/outcome, in this order.")
    vars: dict[str, Value] = Field(default_factory=dict)
    queue: str | None = None
    tag: Words = Field(default_factory=list)
    language: str | None = None
    talking: StrictBool | None = None
    ended: StrictBool | None = None
    reason: str | None = None

    @model_validator(mode="after")
    def _something(self) -> "ExpectShape":
        if not any(getattr(self, name) not in _NOTHING for name in self.model_fields_set):
            raise refused("E012", "nothing is expected", "write {expect: {node: main}}")
        return self


def _silence(value: object) -> object:
    return "1x" if value is True else value


Pressed = Annotated[
    Digits,
    Field(pattern=_KEYS),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": _KEYS}, {"type": "integer", "minimum": 0}]}
    ),
]
Often = Annotated[
    str,
    BeforeValidator(_silence),
    Field(pattern=_TIMES),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "pattern": _TIMES}, {"const": True}],
            "description": "So many times nothing is pressed, such as 3x.",
        }
    ),
]


class StepShape(Shape):
    """One step: exactly one of its fields."""

    keys: Pressed | None = None
    wait: Duration | None = None
    silence: Often | None = None
    speech: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    hangup: Literal[True] | None = None
    agent: Literal["answers", "leaves"] | None = None
    emergency: Literal["on", "off"] | None = None
    expect: ExpectShape | None = None

    @model_validator(mode="after")
    def _one(self) -> "StepShape":
        if len(self.model_fields_set) != 1:
            found = " and ".join(sorted(self.model_fields_set)) or "none of them"
            raise refused(
                "E012",
                f"a step is one of {', '.join(sorted(type(self).model_fields))}; here: {found}",
                "write several steps as a list",
            )
        (name,) = self.model_fields_set
        if getattr(self, name) is None:
            raise refused("E012", f'nothing is written after "{name}:"', "complete it")
        return self


class ScenarioShape(Shape):
    """One test."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    note: str = ""
    given: GivenShape = Field(default_factory=lambda: GivenShape.model_validate({}))
    steps: list[
        Annotated[
            StepShape,
            BeforeValidator(
                lambda v: {"hangup": True} if v == "hangup" else v,
                json_schema_input_type=StepShape | Literal["hangup"],
            ),
        ]
    ] = Field(min_length=1, max_length=500)

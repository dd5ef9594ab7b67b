"""What supervisors see of a center: how old states may be, whose numbers are shown, alerts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictInt, model_validator

from contact_center.content.center_references import References
from contact_center.content.shapes import Duration, Name, Shape, Words, parse_duration, refused
from contact_center.content.yaml_source import Path
from contact_center.core.alerts import AlertRule, Measure, Severity
from contact_center.core.evaluations import (
    MOST_POINTS,
    MOST_QUESTIONS,
    EvaluationForm,
    FormQuestion,
)
from contact_center.core.ids import AgentId, QueueId

AgeState = Literal["free", "ringing", "talking", "wrap_up", "paused"]
_SHARE = re.compile(r"(100|[0-9]{1,2})(\.[0-9])? ?%\Z")
_TIMES = frozenset({"longest_wait"})
_SHARES = frozenset({"service_level", "service_level_today", "abandonment", "abandonment_today"})


class AgeShape(Shape):
    """How long an agent may be in a state before it is shown as long, and as too long."""

    long: Duration
    too_long: Duration

    @model_validator(mode="after")
    def _in_order(self) -> "AgeShape":
        if self.long >= self.too_long:
            raise refused("E012", "long is not less than too_long", "swap them")
        return self


_AGES: Mapping[AgeState, Mapping[str, str]] = {
    "ringing": {"long": "15s", "too_long": "30s"},
    "talking": {"long": "10m", "too_long": "20m"},
    "wrap_up": {"long": "2m", "too_long": "5m"},
    "paused": {"long": "15m", "too_long": "45m"},
}
"""Where a center says nothing."""


def _ages() -> dict[AgeState, AgeShape]:
    return {state: AgeShape.model_validate(age) for state, age in _AGES.items()}


def _threshold(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Threshold = Annotated[
    str, BeforeValidator(_threshold, json_schema_input_type=str | int), Field(max_length=20)
]


class AlertShape(Shape):
    """When supervisors are told: a measure of queues beyond a threshold, for a while.

    Thresholds are a duration for longest_wait, a share such as 80% for service levels and
    abandonment, a count for the others. ``clear``: where it is well again, the threshold itself
    without one.
    """

    queues: list[str] | Literal["all"] = "all"
    measure: Literal[
        "longest_wait",
        "waiting",
        "service_level",
        "service_level_today",
        "abandonment",
        "abandonment_today",
        "free",
        "logged_in",
    ]
    above: Threshold | None = None
    below: Threshold | None = None
    clear: Threshold | None = None
    for_: Duration = Field(0, alias="for")
    severity: Literal["warning", "critical"] = "warning"
    whom: list[str] = Field(default_factory=list, description="Agents; all supervisors without.")
    say: str = Field("", max_length=200)

    @model_validator(mode="after")
    def _fits(self) -> "AlertShape":
        if (self.above is None) == (self.below is None):
            raise refused("E012", "write above or below, one of them", "as in above: 60s")
        limit, clear = self.limit, self.well
        if (clear > limit) if self.above is not None else (clear < limit):
            raise refused("E012", "clear is beyond the threshold", "or it would never be well")
        return self

    @property
    def limit(self) -> float:
        """The threshold as a number."""
        return _number(self.measure, self.above if self.above is not None else self.below or "")

    @property
    def well(self) -> float:
        """Where it is well again."""
        return self.limit if self.clear is None else _number(self.measure, self.clear)


def _number(measure: str, text: str) -> float:
    if measure in _TIMES:
        return float(parse_duration(text))
    if measure in _SHARES:
        if _SHARE.match(text) is None:
            raise refused("E012", f'"{text}" is not a share', "write it as 80%")
        return float(text.rstrip("% ")) / 100
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise refused("E012", f'"{text}" is not a number', "write it as 5")
    return float(text)


class QuestionShape(Shape):
    """A question of a form: from none to `most` points, which count `weight` times."""

    ask: Words
    most: Annotated[StrictInt, Field(ge=1, le=MOST_POINTS)] = 5
    weight: Annotated[StrictInt, Field(ge=1, le=100)] = 1


class EvaluationShape(Shape):
    """A form by which conversations are evaluated."""

    label: Words
    questions: dict[Name, QuestionShape] = Field(min_length=1, max_length=MOST_QUESTIONS)


class FloorShape(Shape):
    """What supervisors see."""

    ages: dict[AgeState, AgeShape] = Field(
        default_factory=_ages, description="From which age on a state is long, and too long."
    )
    alerts: dict[Name, AlertShape] = Field(default_factory=dict, max_length=200)
    wall_seconds: Annotated[StrictInt, Field(ge=3, le=600)] = Field(
        12, description="How long the wall board shows a page of queues."
    )
    evaluations: dict[Name, EvaluationShape] = Field(
        default_factory=dict, max_length=20, description="Forms by which recordings are evaluated."
    )
    announcement: Words | None = Field(None, description="A line at the foot of the wall board.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorWords:
    """What consoles need to know of a center. Ages in microseconds: long, and too long, by state.

    ``skills``: their names, by skill.
    """

    ages: Mapping[str, tuple[int, int]]
    alerts: tuple[AlertRule, ...] = ()
    skills: Mapping[str, str]
    wall_us: int = 12_000_000
    announcement: str = ""
    forms: Mapping[str, EvaluationForm] = field(default_factory=dict)


NO_WORDS = FloorWords(ages={}, skills={})


def build_floor(written: FloorShape, names: References, skills: Mapping[str, str]) -> FloorWords:
    """Build it; queues and agents that do not exist are reported."""
    path: Path = ("floor", "alerts")
    return FloorWords(
        ages={state: (age.long, age.too_long) for state, age in written.ages.items()},
        alerts=tuple(
            _rule(name, shape, names, (*path, name)) for name, shape in written.alerts.items()
        ),
        skills=dict(skills),
        wall_us=written.wall_seconds * 1_000_000,
        announcement=written.announcement or "",
        forms={name: _form(name, shape) for name, shape in written.evaluations.items()},
    )


def _form(name: str, shape: EvaluationShape) -> EvaluationForm:
    questions = tuple(
        FormQuestion(code=code, ask=one.ask, most=one.most, weight=one.weight)
        for code, one in shape.questions.items()
    )
    return EvaluationForm(form=name, label=shape.label, questions=questions)


def _rule(name: str, shape: AlertShape, names: References, path: Path) -> AlertRule:
    queues = tuple(names.queues) if shape.queues == "all" else tuple(shape.queues)
    if shape.queues != "all":
        for index, queue in enumerate(queues):
            names.queue(queue, (*path, "queues", index))
    for index, agent in enumerate(shape.whom):
        names.agent(agent, (*path, "whom", index))
    return AlertRule(
        name=name,
        queues=tuple(QueueId(queue) for queue in queues),
        measure=Measure(shape.measure),
        above=shape.above is not None,
        limit=shape.limit,
        clear=shape.well,
        for_us=shape.for_,
        severity=Severity(shape.severity),
        whom=tuple(AgentId(agent) for agent in shape.whom),
        say=shape.say,
    )

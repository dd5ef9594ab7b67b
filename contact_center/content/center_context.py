"""Rules about what is known of callers: how they look in a center file, and what they become."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field, StrictInt, model_validator

from contact_center.content.center_references import References
from contact_center.content.shapes import Duration, Name, Shape, refused
from contact_center.content.yaml_source import Path
from contact_center.core.context import Comparison, Condition, ContextRule, number_in
from contact_center.core.ids import QueueId


def _text(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _texts(value: object) -> object:
    return [_text(v) for v in value] if isinstance(value, list) else [_text(value)]


Value = Annotated[str, BeforeValidator(_text, json_schema_input_type=str | int | float | bool)]
Values = Annotated[
    list[str],
    BeforeValidator(
        _texts, json_schema_input_type=str | int | float | bool | list[str | int | float | bool]
    ),
    Field(min_length=1),
]


class ConditionShape(Shape):
    """How an attribute is compared; a bare value, or several, mean `is`."""

    any_of: Values | None = Field(None, alias="is")
    none_of: Values | None = Field(None, alias="not")
    at_least: Value | None = None
    at_most: Value | None = None

    @model_validator(mode="after")
    def _sound(self) -> "ConditionShape":
        given = [self.any_of, self.none_of, self.at_least, self.at_most]
        if all(value is None for value in given):
            raise refused("E012", "a comparison with nothing", "write {at_least: 5}, or a value")
        if self.any_of is not None and self.none_of is not None:
            raise refused("E012", "is and not of one attribute", "one of them is enough")
        for bound in (self.at_least, self.at_most):
            if bound is not None and number_in(bound) is None:
                raise refused("E012", f'"{bound}" is no number', "write {at_least: 5}")
        return self


ConditionInput = Annotated[
    ConditionShape,
    BeforeValidator(
        lambda v: v if isinstance(v, dict) else {"is": v},
        json_schema_input_type=ConditionShape
        | str
        | int
        | float
        | bool
        | list[str | int | float | bool],
    ),
]


class ContextRuleShape(Shape):
    """What callers get for whom all of `when` holds, in these queues or in every one."""

    when: dict[Name, ConditionInput] = Field(min_length=1)
    queues: list[str] = Field(default_factory=list)
    boost: Duration = 0
    priority: Annotated[StrictInt, Field(ge=0, le=100)] | None = None
    require: Annotated[str, Field(max_length=1_000)] = ""
    note: str = ""

    @model_validator(mode="after")
    def _something(self) -> "ContextRuleShape":
        if not self.boost and self.priority is None and not self.require:
            raise refused("E012", "a rule that gives nothing", "add boost, priority or require")
        return self


@dataclass(slots=True)
class ContextBuilder:
    """Builds the rules and checks what they name."""

    names: References

    def build(self, written: Sequence[ContextRuleShape]) -> tuple[ContextRule, ...]:
        """Build every rule."""
        return tuple(self._rule(rule, ("context", index)) for index, rule in enumerate(written))

    def _rule(self, s: ContextRuleShape, path: Path) -> ContextRule:
        for index, queue in enumerate(s.queues):
            self.names.queue(queue, (*path, "queues", index))
        return ContextRule(
            when=tuple(c for name, shape in s.when.items() for c in _conditions(name, shape)),
            queues=tuple(QueueId(queue) for queue in s.queues),
            boost_us=s.boost,
            priority=s.priority,
            require=self.names.requirement(s.require, (*path, "require")),
        )


def _conditions(name: str, s: ConditionShape) -> list[Condition]:
    wanted = {
        Comparison.IS: s.any_of,
        Comparison.IS_NOT: s.none_of,
        Comparison.AT_LEAST: None if s.at_least is None else [s.at_least],
        Comparison.AT_MOST: None if s.at_most is None else [s.at_most],
    }
    return [
        Condition(attribute=name, comparison=comparison, values=tuple(values))
        for comparison, values in wanted.items()
        if values is not None
    ]

"""How a node looks that asks callers to answer with numbers."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, model_validator

from contact_center.content.node_shapes import NodeShape
from contact_center.content.prompt_shapes import EdgeShape, PromptShape
from contact_center.content.shapes import Duration, Name, Shape, refused


class QuestionShape(Shape):
    """A question that is answered with a number from `low` to `high`."""

    id: Name = Field(description="Its name in reports.")
    say: PromptShape
    low: Annotated[StrictInt, Field(ge=0, le=98)] = 1
    high: Annotated[StrictInt, Field(ge=1, le=99)] = 5
    into: str = Field("", description="A variable of type int that the answer goes into.")

    @model_validator(mode="after")
    def _bounds(self) -> "QuestionShape":
        if self.low >= self.high:
            raise refused("E012", f"low {self.low} is not less than high {self.high}", "swap them")
        return self


class SurveyShape(NodeShape):
    """Questions answered with numbers, one after the other."""

    do: Literal["survey"]
    survey: Name | None = Field(None, description="Its name in reports; without it the node's.")
    questions: list[QuestionShape] = Field(min_length=1, max_length=20)
    retry: PromptShape = Field(
        default_factory=list, description="Said before a question is asked once more."
    )
    first_timeout: Duration | None = None
    inter_digit: Duration | None = None
    barge_in: StrictBool | None = None
    type_ahead: StrictBool | None = None
    done: EdgeShape
    abandoned: EdgeShape

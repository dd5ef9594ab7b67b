"""How words look that callers may say instead of pressing a key."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from contact_center.content.shapes import Shape, refused

Phrase = Annotated[str, Field(pattern=r"^[^\W_]([^\W_]|[ '’-])*$", max_length=60)]
"""Words as they are said: letters and digits, with spaces between them."""
_OneOrMore = Annotated[
    list[Phrase],
    BeforeValidator(
        lambda value: [value] if isinstance(value, str) else value,
        json_schema_input_type=Phrase | list[Phrase],
    ),
    Field(min_length=1, max_length=12),
]
Phrases = Annotated[
    dict[str, _OneOrMore],
    BeforeValidator(
        lambda value: value if isinstance(value, dict) else {"": value},
        json_schema_input_type=Phrase | list[Phrase] | dict[str, _OneOrMore],
    ),
    Field(min_length=1),
]
"""Phrases for one option: in the flow's own language, or by language."""
Inputs = Annotated[list[Literal["keys", "words"]], Field(min_length=1, max_length=2)]
"""How callers may answer."""


class ConfidenceShape(Shape):
    """How sure a recogniser has to be: below `reject` nothing was understood, from `accept` on it
    was, and in between the caller is asked."""

    reject: Annotated[float, Field(ge=0, le=1)] = 0.3
    accept: Annotated[float, Field(ge=0, le=1)] = 0.6

    @model_validator(mode="after")
    def _in_order(self) -> "ConfidenceShape":
        if self.reject > self.accept:
            message = f"reject {self.reject:g} is more than accept {self.accept:g}"
            raise refused("E012", message, "swap them")
        return self


class YesNoWordsShape(Shape):
    """What may be said for yes and for no."""

    yes: Phrases
    no: Phrases


def keys_too(value: list[str] | None) -> list[str] | None:
    """Refuse a way of answering without keys: whoever cannot be understood needs them."""
    if value is not None and "keys" not in value:
        raise refused("E012", "callers can always press keys", "write [keys] or [keys, words]")
    return value

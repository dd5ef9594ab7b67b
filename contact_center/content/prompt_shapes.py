"""How prompts and edges look in a file: what nodes of a flow, and rooms of queues, are made of."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from contact_center.content.shapes import Duration, Name, Shape, refused

_ITEM_FIELDS = frozenset({"text", "file", "value", "silence", "prompt"})


class ItemShape(Shape):
    """One item of a prompt: exactly one of text, file, value, silence and prompt."""

    text: Annotated[
        dict[str, str] | None,
        BeforeValidator(
            lambda t: {"": t} if isinstance(t, str) else t,
            json_schema_input_type=str | dict[str, str],
        ),
        Field(description="What is said: a text, or one text per language."),
    ] = None
    file: Name | None = Field(None, description="A prerecorded file, by name without extension.")
    value: str | None = Field(None, description="An expression whose value is spoken.")
    form: Literal["digits", "number"] | None = Field(None, alias="as")
    silence: Duration | None = None
    prompt: str | None = Field(None, description="A prompt of the library, by name.")
    when: str | None = Field(None, description="Said only when this expression is true.")

    @model_validator(mode="after")
    def _one_of(self) -> "ItemShape":
        given = [name for name in sorted(_ITEM_FIELDS) if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none of them"
            raise refused(
                "E012",
                f"a prompt item is one of text, file, value, silence and prompt; here: {found}",
                "write several items as a list",
            )
        if self.form is not None and self.value is None:
            raise refused("E012", '"as" belongs to "value"', "remove it")
        return self


def _items(value: object) -> object:
    if isinstance(value, list):
        return [{"text": item} if isinstance(item, str) else item for item in value]
    return [{"text": value} if isinstance(value, str) else value]


def _library_items(value: object) -> object:
    if isinstance(value, dict) and not _ITEM_FIELDS & value.keys():
        return [{"text": value}]
    return _items(value)


_PromptInput = str | ItemShape | list[str | ItemShape]
PromptShape = Annotated[
    list[ItemShape], BeforeValidator(_items, json_schema_input_type=_PromptInput)
]
LibraryPrompt = Annotated[
    list[ItemShape],
    BeforeValidator(_library_items, json_schema_input_type=_PromptInput | dict[str, str]),
]


class EdgeObject(Shape):
    """An edge with a tag for reports."""

    goto: Name
    tag: Name | Literal[""] = ""


EdgeShape = Annotated[
    EdgeObject,
    BeforeValidator(
        lambda edge: {"goto": edge} if isinstance(edge, str) else edge,
        json_schema_input_type=str | EdgeObject,
    ),
]


class FailureObject(Shape):
    """One item of an escalation list: something to say, an edge, or both."""

    say: PromptShape = Field(default_factory=list)
    goto: Name | None = None
    tag: Name | Literal[""] = ""

    @model_validator(mode="after")
    def _something(self) -> "FailureObject":
        if not self.say and self.goto is None:
            raise refused("E012", "an empty item", "write a text to say, or {goto: node}")
        return self


def _failure(value: object) -> object:
    if isinstance(value, dict) and not _ITEM_FIELDS & value.keys():
        return value
    return {"say": value}


FailureShape = Annotated[
    FailureObject,
    BeforeValidator(
        _failure, json_schema_input_type=str | FailureObject | ItemShape | list[str | ItemShape]
    ),
]

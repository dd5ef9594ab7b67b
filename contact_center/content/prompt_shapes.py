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
    form: (
        Literal[
            "digits",
            "number",
            "decimal",
            "money",
            "date",
            "time",
            "duration",
            "phone",
            "ordinal",
        ]
        | None
    ) = Field(None, alias="as", description="What the value is, and so how it is said.")
    currency: Literal["USD", "CAD", "AUD", "EUR", "GBP", "CHF", "MXN", "JPY"] | None = Field(
        None, description="Of money, as an ISO 4217 code."
    )
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
        if (self.currency is None) == (self.form == "money"):
            raise refused(
                "E012",
                '"as: money" and "currency" belong together',
                "write {value: vars.balance, as: money, currency: USD}",
            )
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


Assigned = Annotated[
    str,
    BeforeValidator(
        lambda value: str(value).lower() if isinstance(value, bool | int | float) else value,
        json_schema_input_type=str | bool | float,
    ),
]
"""An expression, which may be a bare number or true or false."""


class EdgeObject(Shape):
    """An edge with a tag for reports, and with what it assigns."""

    goto: Name
    tag: Name | Literal[""] = ""
    assign: dict[str, Assigned] = Field(
        default_factory=dict,
        alias="set",
        description="Variables, call.language, and route.priority, boost (in seconds), require, "
        "skills and reason of a queue node to come, each with an expression.",
    )


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
    assign: dict[str, Assigned] = Field(default_factory=dict, alias="set")
    first_timeout: Duration | None = Field(None, description="How long the caller has this time.")

    @model_validator(mode="after")
    def _something(self) -> "FailureObject":
        if not self.say and self.goto is None:
            raise refused("E012", "an empty item", "write a text to say, or {goto: node}")
        if self.goto is None and (self.tag or self.assign):
            raise refused("E012", "tag and set belong to an edge", "add goto: node")
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

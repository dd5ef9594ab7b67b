"""How call scripts look in their files."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, model_validator

from contact_center.content.flow_shapes import LanguagesShape
from contact_center.content.shapes import Duration, Name, Shape, refused
from contact_center.core.scripting.script import Kind

Label = Annotated[str, Field(min_length=1, max_length=4_000)]
KindName = Literal[
    "text",
    "long",
    "int",
    "float",
    "money",
    "date",
    "bool",
    "choice",
    "several",
    "email",
    "phone",
    "secret",
]
_TEXTUAL = frozenset({"text", "long", "email", "phone", "secret"})
_WHOM = re.compile(r"(?:(?:queue|agent):[A-Za-z0-9._-]{1,64}|number:\+[1-9][0-9]{6,14})\Z")
_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[^\s<>\"'\\]*)?\Z")
_FIELD = r"^[a-z][a-z0-9_]{0,62}(\.[a-z][a-z0-9_]{0,62})?$"
_COLUMNS = frozenset({"name", "tier", "language", "email", "note"})
"""What a customer's record has besides attributes: an attribute of that name would be hidden."""
Value = Annotated[Any, Field(json_schema_extra={"type": ["string", "number", "boolean", "null"]})]


class PartShape(Shape):
    """One part of a text: words in one language or in several, or a fragment by its name."""

    text: (
        Annotated[
            dict[str, Label],
            BeforeValidator(
                lambda t: {"": t} if isinstance(t, str) else t,
                json_schema_input_type=Label | dict[str, Label],
            ),
        ]
        | None
    ) = None
    fragment: str | None = None
    when: str | None = Field(None, description="Read only where this expression is true.")

    @model_validator(mode="after")
    def _one(self) -> "PartShape":
        if (self.text is None) == (self.fragment is None):
            raise refused("E012", "a part is a text or a fragment", "write several as a list")
        return self


def _parts(value: object) -> object:
    """Bring every way a text may be written into a list of parts."""
    items = value if isinstance(value, list) else [value]
    return [_part(item) for item in items]


def _part(item: object) -> object:
    if isinstance(item, str):
        return {"text": {"": item}}
    if isinstance(item, dict) and not {"text", "fragment", "when"} & set(item):
        return {"text": item}
    return item


Parts = Annotated[
    list[PartShape],
    BeforeValidator(
        _parts, json_schema_input_type=Label | dict[str, Label] | list[PartShape | Label]
    ),
    Field(min_length=1, max_length=50),
]
"""What is read: a text, one per language, or a list of those and of fragments."""


class WayShape(Shape):
    """A way to another page."""

    goto: str
    when: str | None = Field(None, description="Taken only when this expression is true.")
    tag: Annotated[str, Field(max_length=60)] = ""


def _ways(value: object) -> object:
    items = value if isinstance(value, list) else [value]
    return [{"goto": item} if isinstance(item, str) else item for item in items]


Ways = Annotated[
    list[WayShape],
    BeforeValidator(_ways, json_schema_input_type=str | WayShape | list[WayShape | str]),
    Field(max_length=30),
]


class ArmShape(Shape):
    """One arm of a split."""

    goto: str
    weight: Annotated[StrictInt, Field(ge=1, le=1_000)] = 1


class OfferShape(Shape):
    """Where it goes on when the offer is taken, when it is not, and when there is none."""

    accepted: str
    declined: str
    none: str


class QuestionShape(Shape):
    """A question, and what answers it takes."""

    ask: Parts
    type: KindName = "text"
    help: Parts | None = None
    options: dict[Name, Parts] = Field(default_factory=dict)
    required: StrictBool = False
    min: float | str | None = None
    max: float | str | None = None
    pattern: Annotated[str, Field(max_length=200)] = ""
    write: Annotated[str, Field(pattern=_FIELD)] | None = Field(
        None, description="The field of the customer's record that gets the answer."
    )
    map: dict[str, str] = Field(
        default_factory=dict, description="What an option is called in the record."
    )

    @model_validator(mode="after")
    def _fits(self) -> "QuestionShape":
        chooses = self.type in ("choice", "several")
        if chooses and not self.options:
            raise refused("E011", f"a {self.type} has options", "add options:")
        if self.options and not chooses:
            raise refused("E012", f"a {self.type} has no options", "write type: choice")
        if self.pattern and self.type not in _TEXTUAL:
            raise refused("E012", f"a {self.type} has no pattern", "remove it")
        if self.map and not (chooses and self.write):
            raise refused("E012", "map belongs to options that are written", "add write:")
        if self.type == "secret" and self.write:
            raise refused("E042", "a secret is written nowhere", "remove write:")
        if self.write in _COLUMNS:
            message = f'the record has "{self.write}" already, and by another name'
            raise refused("E012", message, f"write customer.{self.write} to change it")
        if self.write in ("known", "customer.known"):
            raise refused("E012", "whether somebody is known cannot be written", "write another")
        return self

    @property
    def kind(self) -> Kind:
        """What the answer is."""
        return Kind(self.type)


class AskShape(Shape):
    """A question by its name, perhaps asked only where something is so."""

    question: str
    when: str | None = Field(None, description="Asked only where this expression is true.")


def _asks(value: object) -> object:
    items = value if isinstance(value, list) else [value]
    return [{"question": item} if isinstance(item, str) else item for item in items]


class ProductShape(Shape):
    """Something that may be offered, and to whom."""

    name: Parts
    text: Parts
    price: Annotated[str, Field(max_length=60)] = ""
    when: str | None = Field(None, description="To whom: an expression over their record.")
    worth: str | int | float | None = Field(
        None, description="What it is worth to offer: the best of all is offered."
    )
    again: StrictBool = Field(False, description="Offered again to who declined it before.")


class ActionShape(Shape):
    """A button of pages."""

    title: Parts
    do: Literal["callback", "transfer", "open"]
    to: Annotated[str, Field(max_length=300)] = Field(
        "", description="queue:NAME, agent:NAME or number:+..., or the https address to open."
    )

    @model_validator(mode="after")
    def _fits(self) -> "ActionShape":
        if self.do == "callback" and self.to:
            raise refused("E012", "a call back has no to:", "remove it: the agent says when")
        if self.do == "transfer" and not _WHOM.match(self.to):
            hint = "write to: queue:NAME, agent:NAME or number:+14155550100"
            raise refused("E012", f'nobody can be reached as "{self.to}"', hint)
        if self.do == "open" and not _ADDRESS.match(self.to):
            raise refused("E012", f'"{self.to}" is not opened', "write an address with https://")
        return self


class ButtonShape(Shape):
    """An action by its name, perhaps there only where something is so."""

    action: str
    when: str | None = Field(None, description="There only where this expression is true.")


def _buttons(value: object) -> object:
    items = value if isinstance(value, list) else [value]
    return [{"action": item} if isinstance(item, str) else item for item in items]


class PageShape(Shape):
    """A page: what is said, what is asked, and where it goes on."""

    title: Parts | None = None
    say: Parts | None = None
    ask: Annotated[
        list[AskShape],
        BeforeValidator(_asks, json_schema_input_type=str | list[str | AskShape]),
        Field(max_length=30),
    ] = Field(default_factory=list)
    next: Ways = Field(default_factory=list)
    split: dict[Name, ArmShape] = Field(default_factory=dict)
    offer: OfferShape | None = None
    actions: Annotated[
        list[ButtonShape],
        BeforeValidator(_buttons, json_schema_input_type=str | list[str | ButtonShape]),
        Field(max_length=10),
    ] = Field(default_factory=list)
    disclose: str | None = None
    disposition: str | None = None
    end: StrictBool = False
    max_visits: Annotated[StrictInt, Field(ge=1, le=100)] | None = None

    @model_validator(mode="after")
    def _goes_on(self) -> "PageShape":
        ways = [
            name
            for name, there in (
                ("next", bool(self.next)),
                ("split", bool(self.split)),
                ("offer", self.offer is not None),
                ("end", self.end),
            )
            if there
        ]
        if len(ways) != 1:
            found = " and ".join(ways) or "none of them"
            raise refused(
                "E012", f"a page goes on by one of next, split, offer and end; here: {found}"
            )
        if self.split and (self.ask or self.say or self.disclose or self.actions):
            raise refused("E012", "nobody sees the page of a split", "put a page before it")
        return self


class ObjectionShape(Shape):
    """What may be said against it, and the answer."""

    title: Parts
    say: Parts
    goto: str | None = None


class HintShape(Shape):
    """Words that come up when the conversation is so old."""

    after: Duration
    say: Parts
    when: str | None = Field(None, description="Only where this expression is true then.")
    goto: str | None = Field(None, description="Where it leads when the agent takes it.")


class DisclosureShape(Shape):
    """Words that have to be said."""

    say: Parts
    least: Duration = 0
    required_for: list[str] = Field(
        default_factory=list, description="Dispositions that no call may end with without it."
    )


class GivenShape(Shape):
    """What a test begins with."""

    customer: dict[str, Value] = Field(default_factory=dict)
    call: dict[str, Value] = Field(default_factory=dict)
    offer: dict[str, Value] = Field(default_factory=dict)
    language: str | None = None
    id: Name = "test"


class ExpectShape(Shape):
    """What must be so."""

    page: str | None = None
    shows: str | None = Field(None, description="Words that are read on the page.")
    asks: list[str] | None = None
    suggests: str | None = None
    refused: str | None = Field(None, description="How the step before was refused.")
    writes: dict[str, Value] | None = None
    missing: list[str] | None = Field(None, description="Values that the page lacks.")
    hints: list[str] | None = Field(None, description="Hints that are before the agent.")
    actions: list[str] | None = Field(None, description="Buttons that the page has.")
    over: StrictBool | None = None

    @model_validator(mode="after")
    def _something(self) -> "ExpectShape":
        if not any(getattr(self, name) is not None for name in self.model_fields_set):
            raise refused("E012", "nothing is expected", "write {expect: {page: close}}")
        return self


class StepShape(Shape):
    """One step: exactly one of its fields."""

    answer: dict[str, Any] | None = None
    do: Literal["next", "back", "confirm", "close"] | None = None
    offer: Literal["accepted", "declined"] | None = None
    objection: str | None = None
    take: Literal[True] | None = None
    act: str | None = Field(None, description="Press this button.")
    hint: str | None = Field(None, description="Close this hint.")
    take_hint: str | None = Field(None, description="Go where this hint leads.")
    wait: Duration | None = None
    hand_over: str | None = None
    end: str | None = None
    expect: ExpectShape | None = None

    @model_validator(mode="after")
    def _one(self) -> "StepShape":
        written = sorted(self.model_fields_set)
        if len(written) != 1 or getattr(self, written[0]) is None:
            found = " and ".join(written) or "none of them"
            known = ", ".join(sorted(type(self).model_fields))
            raise refused("E012", f"a step is one of {known}; here: {found}")
        return self


class ScriptTestShape(Shape):
    """A test that stands in the script's file."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    given: GivenShape = Field(default_factory=GivenShape)
    steps: list[
        Annotated[
            StepShape,
            BeforeValidator(
                lambda v: {"do": v} if isinstance(v, str) else v,
                json_schema_input_type=StepShape | Literal["next", "back", "confirm", "close"],
            ),
        ]
    ] = Field(min_length=1, max_length=300)


OfferName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,50}$")]
"""Offers are read as customer.offer_NAME, so they are named like that."""


class ScriptHeader(Shape):
    """A script file without its pages and questions."""

    script: Name
    version: Literal[1] = Field(alias="schema")
    title: Parts | None = None
    note: str = ""
    languages: LanguagesShape | None = None
    entry: str
    fragments: dict[Name, Parts] = Field(default_factory=dict)
    dispositions: list[Name] = Field(
        default_factory=list, description="What the script may suggest; all when left out."
    )
    objections: dict[Name, ObjectionShape] = Field(default_factory=dict)
    disclosures: dict[Name, DisclosureShape] = Field(default_factory=dict)
    actions: dict[Name, ActionShape] = Field(default_factory=dict, max_length=50)
    hints: dict[Name, HintShape] = Field(default_factory=dict, max_length=50)
    offers: dict[OfferName, ProductShape] = Field(default_factory=dict, max_length=50)
    tests: list[ScriptTestShape] = Field(default_factory=list, max_length=200)


class ScriptFile(ScriptHeader):
    """A whole script file, for the JSON Schema."""

    questions: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], QuestionShape] = Field(
        default_factory=dict
    )
    pages: dict[Name, PageShape] = Field(min_length=1)


QUESTION_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")
"""Questions are read as answers.NAME, so they are named like that."""

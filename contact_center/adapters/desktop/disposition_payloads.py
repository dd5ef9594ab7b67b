"""What the desk shows of how calls may end, and hears of how they did."""

from typing import Annotated

from msgspec import Meta, Struct

from contact_center.adapters.desktop.roster import DeskDisposition

FieldText = Annotated[str, Meta(max_length=4_000)]
Code = Annotated[str, Meta(max_length=120)]


class Choice(Struct, frozen=True, kw_only=True):
    """Something to choose by its code: a reason for a pause, an option of a field."""

    code: str
    label: str


class DispositionAsk(Struct, frozen=True, kw_only=True):
    """Something to be said of a call that ended so; `kind` as of a call script's questions."""

    name: str
    label: str
    kind: str
    required: bool
    options: list[Choice] = []
    least: float | None = None
    most: float | None = None


class DispositionChoice(Struct, frozen=True, kw_only=True):
    """How a call may have ended: ``under`` groups, outermost first; ``key`` chooses it at once."""

    code: str
    label: str
    under: list[str] = []
    key: str = ""
    fields: list[DispositionAsk] = []


class SavedDisposition(Struct, frozen=True, kw_only=True):
    """How the call ended, as the agent says, with what was said to its fields."""

    code: str
    fields: dict[str, str] = {}


class ChosenDisposition(Struct, frozen=True, kw_only=True):
    """How the call ended, with its fields, and the last word of the notes, if any."""

    code: Code
    notes: Annotated[str, Meta(max_length=10_000)] | None = None
    fields: Annotated[dict[Code, FieldText], Meta(max_length=12)] = {}


def choice_of(one: DeskDisposition) -> DispositionChoice:
    """Describe a disposition."""
    return DispositionChoice(
        code=one.code,
        label=one.label,
        under=list(one.under),
        key=one.key,
        fields=[
            DispositionAsk(
                name=ask.name,
                label=ask.label,
                kind=ask.kind.value,
                required=ask.required,
                options=[Choice(code=code, label=label) for code, label in ask.options.items()],
                least=ask.least,
                most=ask.most,
            )
            for ask in one.fields
        ],
    )

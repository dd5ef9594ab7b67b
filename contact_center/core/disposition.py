"""How a call may have ended: a tree to choose from, and what has to be said besides."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contact_center.core.scripting.answers import Answer, AnswerRefusedError, checked
from contact_center.core.scripting.script import Kind, Question

Given = tuple[tuple[str, str], ...]
"""Names of fields and what was said to them, in the order of the fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionField:
    """Something to be said of a call that ended so; as a question of a call script.

    ``options``: of a choice, code and label. ``least``, ``most``: of numbers, dates (as days since
    1970) and the length of texts.
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    least: float | None = None
    most: float | None = None
    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """How a call may have ended, for the agent to choose.

    ``under``: the groups that lead to it, outermost first. ``key``: a digit that chooses it at
    once, without the groups; "" for none.
    """

    code: str
    label: str
    under: tuple[str, ...] = ()
    key: str = ""
    fields: tuple[DispositionField, ...] = ()


class FieldRefusedError(Exception):
    """A field cannot be taken as it is. The words are for the agent."""


def taken(disposition: Disposition, given: Given) -> Given:
    """Bring what was said to the fields into its form, in their order, empty ones left out.

    Raises FieldRefusedError for what is missing, wrong, or no field of this disposition.
    """
    said = dict(given)
    kept = []
    for one in disposition.fields:
        try:
            answer = checked(_question(one), said.pop(one.name, "").strip())
        except AnswerRefusedError as wrong:
            raise FieldRefusedError(f"{one.label}: {wrong}.") from wrong
        if answer is not None:
            kept.append((one.name, _text(answer)))
        elif one.required:
            raise FieldRefusedError(f"{one.label}: this has to be said.")
    if said:
        raise FieldRefusedError(f"There is no field {min(said)}.")
    return tuple(kept)


def _question(one: DispositionField) -> Question:
    return Question(
        name=one.name,
        kind=one.kind,
        ask={},
        options={code: {} for code in one.options},
        least=one.least,
        most=one.most,
        pattern=one.pattern,
    )


def _text(answer: Answer) -> str:
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    if isinstance(answer, float) and answer.is_integer():
        return str(int(answer))
    return str(answer)

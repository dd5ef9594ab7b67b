"""What nodes of a flow are made of: prompts, edges, escalations, and what every node has.

A prompt is a tuple of `Speech`, already translated: one bundle holds every offered language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.commands import PromptItem, PromptKind
from contact_center.core.ivr.expressions import Expression


class SpeechKind(Enum):
    """What one item of a prompt is made of."""

    TEXT = "text"
    FILE = "file"
    SILENCE = "silence"
    VALUE = "value"


class ValueForm(Enum):
    """How a computed value is spoken; composed of fragments rendered at publish time."""

    DIGITS = "digits"
    NUMBER = "number"
    DECIMAL = "decimal"
    MONEY = "money"
    DATE = "date"
    TIME = "time"
    DURATION = "duration"
    PHONE = "phone"
    ORDINAL = "ordinal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """One item of a prompt. ``texts`` maps language to text; VALUE speaks ``value`` as ``form``.

    ``currency``: of money, as an ISO 4217 code. ``items``: what is played for a text, by language;
    worked out once, since every caller hears the same.
    """

    kind: SpeechKind
    texts: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    ms: int = 0
    value: Expression | None = None
    form: ValueForm = ValueForm.DIGITS
    currency: str = ""
    when: Expression | None = None
    items: Mapping[str, tuple[PromptItem, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ready = {
            language: (PromptItem(kind=PromptKind.TEXT, text=text, language=language),)
            for language, text in self.texts.items()
            if text
        }
        object.__setattr__(self, "items", ready)


Prompt = tuple[Speech, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Where to go: a node id, or one of ``back``, ``main``, ``repeat``, ``hangup``.

    On the way it notes a tag and assigns, in order: variables, ``call.language`` and what a later
    queue node asks for (``route.priority``, ``boost``, ``require``, ``skills``, ``reason``).
    """

    goto: str
    tag: str = ""
    set: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The n-th item of an escalation list: say something and ask again, or leave by `edge`.

    ``first_timeout_us``: how long the caller has this time, None for as long as ever.
    """

    say: Prompt = ()
    edge: Edge | None = None
    first_timeout_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """How sure a recogniser has to be, from 0 to 1.

    Below ``reject`` nothing was understood; from ``accept`` on it is so; in between the caller is
    asked whether they said that.
    """

    reject: float = 0.3
    accept: float = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What every node has. ``label`` is for reports; ``error`` catches failed expressions.

    ``tags`` are put on the call by whoever comes in, ``milestone`` is reached by whoever passes.
    ``when``: a caller for whom it is false is sent on by ``skip``. ``say_first`` is said before the
    node does its own work, and not again when it asks again.
    """

    name: str
    label: str = ""
    error: Edge | None = None
    tags: tuple[str, ...] = ()
    milestone: str = ""
    when: Expression | None = None
    skip: Edge | None = None
    say_first: Prompt = ()

"""A call script, checked and compiled: pages that an agent reads, with questions and ways on.

Scripts and flows share expressions, languages and edges by name. They differ in who performs: a
flow is performed by a machine that has to go on when nobody presses a key; a script is read by a
person, who may take any time, go back, and leave the line of pages to meet an objection.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.ivr.expressions import Expression


class Kind(Enum):
    """What the answer to a question is."""

    TEXT = "text"
    LONG = "long"
    WHOLE = "int"
    NUMBER = "float"
    MONEY = "money"
    DATE = "date"
    YES_NO = "bool"
    CHOICE = "choice"
    SEVERAL = "several"
    EMAIL = "email"
    PHONE = "phone"
    SECRET = "secret"  # noqa: S105 - a kind of question


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text, or a value that is put there in `form` (see `texts.FORMS`).

    With `when`, it is only there when that is true.
    """

    text: str = ""
    value: Expression | None = None
    form: str = ""
    instead: str = ""
    when: Expression | None = None


Text = Mapping[str, tuple[Piece, ...]]
"""One text per language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing to find out.

    ``least`` and ``most`` bound numbers, amounts, the length of texts and how many of several;
    dates are bounded as days since 1970. ``write``: the field of the customer's record that gets
    the answer, by `mapped` for a choice that is called otherwise there; empty for none.
    """

    name: str
    kind: Kind
    ask: Text
    help: Text = field(default_factory=dict)
    options: Mapping[str, Text] = field(default_factory=dict)
    required: bool = False
    least: float | None = None
    most: float | None = None
    pattern: str = ""
    write: str = ""
    mapped: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_secret(self) -> bool:
        """Say whether the answer may be kept nowhere."""
        return self.kind is Kind.SECRET


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way on to the page `goto`, taken when `when` is true; None is always."""

    goto: str
    when: Expression | None = None
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One arm of a split: so many of the calls go there."""

    name: str
    goto: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A page that offers the customer the best there is for them, and what follows."""

    accepted: str
    declined: str
    none: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Something that can be offered, to whom `when` is true of.

    The one with the highest `worth` is offered: what it brings, times how likely it is taken, by
    whatever the customer's record says. Who declined it is asked `again` only if it says so.
    """

    name: str
    title: Text
    say: Text
    price: str = ""
    when: Expression | None = None
    worth: Expression | None = None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of a page, asked only where `when` is true; None is always."""

    question: str
    when: Expression | None = None


class Does(Enum):
    """What a button of a page does."""

    CALLBACK = "callback"
    TRANSFER = "transfer"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button. ``to``: whom the caller is passed on to (``queue:``, ``agent:`` or ``number:``), or
    the address that is opened; empty for a call back."""

    name: str
    does: Does
    title: Text
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An action of a page, there only where `when` is true; None is always."""

    action: str
    when: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the agent has before them.

    ``most``: how often it may be come back to by going on, 0 for any number. ``end``: the script is
    over here. ``disposition``: what the call's end is suggested to be called from here on.
    """

    name: str
    title: Text
    say: Text
    ask: tuple[Asked, ...] = ()
    next: tuple[Way, ...] = ()
    arms: tuple[Arm, ...] = ()
    offer: Offer | None = None
    disclose: str = ""
    disposition: str = ""
    end: bool = False
    most: int = 0
    actions: tuple[Button, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """Every question that the page may ask."""
        return tuple(asked.question for asked in self.ask)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What may be said against it at any time, and the answer to that.

    Closed, it leads back to the page where it came up; taken, to `goto` if there is one.
    """

    name: str
    title: Text
    say: Text
    goto: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Words that come up beside the page when the conversation is `after_us` old, if `when` is true
    then. They lead to `goto`, if there is one, when the agent takes it, and never by themselves.
    """

    name: str
    say: Text
    after_us: int
    when: Expression | None = None
    goto: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """Words that the law or the house wants said, and said by the agent to be said.

    ``least_us``: nobody can have read it in less. ``required_for``: dispositions that no call may
    end with before this was confirmed. ``digest`` names exactly this text.
    """

    name: str
    say: Text
    least_us: int = 0
    required_for: tuple[str, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A call script, whole. ``version`` names exactly this text."""

    script: str
    version: str
    title: Text
    language: str
    entry: str
    pages: Mapping[str, Page]
    questions: Mapping[str, Question]
    objections: Mapping[str, Objection] = field(default_factory=dict)
    disclosures: Mapping[str, Disclosure] = field(default_factory=dict)
    products: Mapping[str, Product] = field(default_factory=dict)
    hints: Mapping[str, Hint] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    fallback: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()

    def words(self, text: Text, language: str) -> tuple[Piece, ...]:
        """Choose a text's language: the one asked for, what stands in for it, the script's."""
        for wanted in (language, self.fallback.get(language, ""), self.language):
            if wanted in text:
                return text[wanted]
        return next(iter(text.values()), ())

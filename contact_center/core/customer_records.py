"""What is known of a customer besides name and number: the types. Pure.

Instants are microseconds since 1970 UTC, days ISO dates (``2026-12-31``, "" for none), money whole
cents of a currency. Consent, do-not-call, campaign responses and list membership are not here: the
dialer's tables are their one truth, and so are the tables of calls for interactions and surveys.
"""

from dataclasses import dataclass
from typing import Literal

DealStage = Literal["prospecting", "qualification", "proposal", "negotiation", "won", "lost"]
QuoteState = Literal["draft", "sent", "accepted", "declined", "expired"]
OrderState = Literal["placed", "sent", "delivered", "returned", "cancelled"]
InvoiceState = Literal["open", "paid", "overdue", "written_off", "refunded"]

MOST_EMAILS = 10
MOST_LINES = 50
MOST_REASONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where somebody lives, or an organisation is."""

    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A firm, club or authority. ``kind`` tells who sells for us."""

    organisation: str
    name: str
    kind: Literal["customer", "partner", "reseller"] = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The person. ``emails``: others than the first, which the customer has. ``reports_to`` is a
    customer; ``partner`` the organisation that looks after this one. ``care``: what is to be minded
    with a vulnerable customer, for those alone who may see it."""

    customer: str
    address: Address = Address()
    emails: tuple[str, ...] = ()
    organisation: str = ""
    role: str = ""
    reports_to: str = ""
    partner: str = ""
    pinned: str = ""
    pinned_by: str = ""
    pinned_at: int | None = None
    care: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to do for the customer. ``due_at``: until when, None for whenever."""

    record: str
    title: str
    agent: str = ""
    due_at: int | None = None
    done_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """A sale that may be. ``stage`` since `stage_at`; ``probability`` in percent, None for what is
    usual in the stage."""

    record: str
    title: str
    at: int
    stage: DealStage
    stage_at: int
    cents: int
    currency: str = "USD"
    probability: int | None = None
    close_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a quote or an order."""

    title: str
    count: int = 1
    cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What was offered in writing. Its record is its number."""

    record: str
    at: int
    state: QuoteState
    lines: tuple[Line, ...] = ()
    currency: str = "USD"
    expires_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A purchase. Its record is its number."""

    record: str
    at: int
    state: OrderState
    cents: int
    currency: str = "USD"
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What is to be paid. Its record is its number; ``order`` what for."""

    record: str
    at: int
    state: InvoiceState
    cents: int
    currency: str = "USD"
    order: str = ""
    due_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What a customer owns, or has a contract for. ``renews_on``: when it goes on or ends."""

    record: str
    title: str
    at: int
    state: Literal["active", "ended", "suspended"] = "active"
    renews_on: str = ""
    cents: int = 0
    currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What could be offered. ``score``: how promising, higher first.

    Only to those of ``tiers`` (all, without), who own all of ``needs`` and none of ``without``
    (titles of products), and until ``until_on``. ``answer`` is the customer's, with who heard it.
    """

    record: str
    title: str
    say: str = ""
    score: float = 0.0
    tiers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    until_on: str = ""
    answer: Literal["", "accepted", "declined"] = ""
    answered_at: int | None = None
    answered_by: str = ""
    call: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LifetimeValue:
    """What a customer is worth to come, by a model: never without its interval and its date."""

    cents: int
    low_cents: int
    high_cents: int
    model: str
    model_on: str
    currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChurnRisk:
    """How likely a customer leaves, 0 to 1, by a model: never without its reasons."""

    risk: float
    reasons: tuple[str, ...]
    model: str
    model_on: str


Record = Task | Opportunity | Quote | Order | Invoice | Product | Offer
KINDS: dict[str, type[Record]] = {
    "task": Task,
    "opportunity": Opportunity,
    "quote": Quote,
    "order": Order,
    "invoice": Invoice,
    "product": Product,
    "offer": Offer,
}
Score = LifetimeValue | ChurnRisk
SCORES: dict[str, type[Score]] = {"lifetime_value": LifetimeValue, "churn_risk": ChurnRisk}


def problem_of(record: Record | Score | Profile | Organisation) -> str:
    """Say what makes no sense in a record, and what to mend; "" for nothing."""
    return next((mend for holds, mend in _wanted(record) if not holds), "")


def _wanted(record: Record | Score | Profile | Organisation) -> tuple[tuple[bool, str], ...]:
    match record:
        case ChurnRisk():
            few = 1 <= len(record.reasons) <= MOST_REASONS
            return (
                (0 <= record.risk <= 1, "write the risk as a share from 0 to 1"),
                (few, f"a risk has 1 to {MOST_REASONS} reasons: a number alone helps nobody"),
            )
        case LifetimeValue():
            ordered = record.low_cents <= record.cents <= record.high_cents
            return (
                (ordered, "write low_cents, cents and high_cents in this order of size"),
                (record.model_on != "", "write model_on, the date of the model"),
            )
        case Opportunity():
            share = record.probability is None or 0 <= record.probability <= 100
            return ((share, "write the probability in percent, 0 to 100"),)
        case Quote() | Order():
            return ((len(record.lines) <= MOST_LINES, f"{MOST_LINES} lines at most"),)
        case Profile():
            return (
                (len(record.emails) <= MOST_EMAILS, f"{MOST_EMAILS} e-mail addresses at most"),
                (record.reports_to != record.customer, "nobody reports to themselves"),
            )
        case _:
            return ()

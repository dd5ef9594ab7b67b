"""Services that flows ask: what is sent where, and what is read out of the answer.

The core computes what is sent; asking, and reading the answer, is done outside.
"""

from dataclasses import dataclass
from enum import Enum

from contact_center.core.ivr.expressions import Expression
from contact_center.core.ivr.values import VariableType

REPEATABLE = frozenset({"GET", "HEAD", "PUT"})
"""Methods that may be sent twice: the second time does nothing."""


class Place(Enum):
    """Where something is written in a request."""

    URL = "url"
    BODY = "body"
    HEADER = "header"


class IdempotencyKey(Enum):
    """What is the same request again: everything of a CALL, or of one VISIT of a node."""

    NONE = "none"
    CALL = "call"
    VISIT = "visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One value of a request: that of an expression, or a secret's (then ``value`` is None)."""

    place: Place
    name: str
    value: Expression | None = None
    secret: str = ""

    @property
    def key(self) -> str:
        """What it is called in RunLookup."""
        return f"{self.place.value}.{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """One value of an answer: an expression over ``body`` and ``status``, and its type."""

    name: str
    value: Expression
    type: VariableType


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service of a flow. ``url`` has the places of ``url`` values in braces.

    ``timeout_us`` is for all tries together. ``found`` is an expression over the answer: false
    says that there is nothing, as status 404 does.
    """

    name: str
    method: str
    url: str
    timeout_us: int
    retries: int = 0
    idempotency: IdempotencyKey = IdempotencyKey.NONE
    sent: tuple[Sent, ...] = ()
    returns: tuple[Returned, ...] = ()
    found: Expression | None = None

    @property
    def may_repeat(self) -> bool:
        """Whether to ask twice does no more than to ask once."""
        return self.method in REPEATABLE or self.idempotency is not IdempotencyKey.NONE

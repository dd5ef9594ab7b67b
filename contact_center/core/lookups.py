"""Lookups and secrets: what flows ask of other systems, and what nobody but those may know.

The core never sees a secret. What a caller keys into a sensitive node reaches it as stand-ins (see
``ivr.secrecy``); it says which of them make a secret, and which lookup is to be given it.
"""

from dataclasses import dataclass
from enum import Enum

from contact_center.core.commands import Command
from contact_center.core.events import Event
from contact_center.core.ids import CallId, FlowId, LookupId
from contact_center.core.ivr.expressions import Scalar


class LookupOutcome(Enum):
    """How a lookup ended: the names of the edges of its node."""

    OK = "ok"
    NOT_FOUND = "not_found"
    TIMEOUT = "timeout"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLookup(Command):
    """Ask a service of a flow; ends in LookupAnswered, within ``timeout_us``.

    ``args`` are what is sent, by place and name: ``url.phone``, ``body.id``, ``header.X-Branch``;
    ``secrets`` the same for what only the vault knows: the names of secrets instead of values.
    One that is asked again while it runs is the same lookup.
    """

    lookup: LookupId
    flow: FlowId
    version: str
    service: str
    args: tuple[tuple[str, Scalar], ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()
    timeout_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepSecret(Command):
    """Put what the stand-ins `keys` stand for aside as `secret`; ends in SecretKept.

    ``regex`` (the whole of it has to match) and ``luhn`` (the check digit of payment cards) say
    what it has to look like.
    """

    secret: str
    keys: str
    regex: str = ""
    luhn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupAnswered(Event):
    """A service answered, or will not: `values` by the names under ``returns``, when OK."""

    call: CallId
    lookup: LookupId
    outcome: LookupOutcome
    values: tuple[tuple[str, Scalar], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKept(Event):
    """A secret is in the vault, or is not because it did not look as it has to."""

    call: CallId
    secret: str
    passed: bool

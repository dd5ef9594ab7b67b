"""How a visitor's browser reaches a telephone network: three ways, one of which a center has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SipVoice:
    """By SIP over a websocket, which we hand on to `target`. ``ice``: STUN servers for sound."""

    target: str
    ice: tuple[str, ...] = ()
    kind: str = "sip"
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenVoice:
    """By a provider's own package, with a token that `token` makes for a visit at an instant
    (microseconds UTC). ``sources``: whom the page talks to. Raises ValueError where it cannot.
    """

    token: Callable[[str, int], str]
    edge: str = ""
    sources: tuple[str, ...] = ()
    kind: str = "twilio"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUpVoice:
    """A simulated network: nobody's microphone, a voice that is made up.

    ``begin`` places the call of a visit and names its leg, "" where there is no room. ``view``
    tells what the leg hears from an entry on (``state``, ``next``, ``heard``), None when it is
    gone. ``press`` and ``hang_up`` are what the caller does.
    """

    begin: Callable[[str], str]
    view: Callable[[str, int], Mapping[str, Any] | None]
    press: Callable[[str, str], None]
    hang_up: Callable[[str], None]
    kind: str = "made-up"
    sources: tuple[str, ...] = ()


Voice = SipVoice | TokenVoice | MadeUpVoice

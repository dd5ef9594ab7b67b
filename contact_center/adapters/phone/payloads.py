"""What a page with a phone is told, and asks.

The page's types are made from these (``python -m contact_center.app.phone_schema``).
"""

from typing import Literal

from msgspec import Struct

WayName = Literal["browser", "desk", "outside"]


class PhoneState(Struct, frozen=True, kw_only=True):
    """Whose phone it is, where it is (``number``: of one outside), and where else it can be."""

    agent: str
    name: str
    device: str
    way: WayName
    number: str
    ways: list[WayName]


class PhoneChoice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the phone is to be from the next call on."""

    way: WayName
    number: str = ""


class SipLine(Struct, frozen=True, kw_only=True, tag="sip", tag_field="kind"):
    """How a browser registers at a SIP server. ``url``: of its websocket; a path is ours."""

    url: str
    user: str
    domain: str
    password: str
    ice: list[str]


class TwilioLine(Struct, frozen=True, kw_only=True, tag="twilio", tag_field="kind"):
    """How a browser registers at Twilio. ``until``: milliseconds UTC; ask again before."""

    token: str
    identity: str
    edge: str
    until: int


class PhoneRefusal(Struct, frozen=True, kw_only=True):
    """Why something was not done. ``error`` is for programs, ``message`` for people."""

    error: str
    message: str


PhoneLine = SipLine | TwilioLine
PAYLOADS: tuple[type[Struct], ...] = (PhoneState, PhoneChoice, SipLine, TwilioLine, PhoneRefusal)

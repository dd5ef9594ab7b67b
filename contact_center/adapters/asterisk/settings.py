"""What has to be known to use an Asterisk as the telephone network."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from contact_center.adapters.asterisk.errors import AriFault, AriRefusedError

_APP = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
BROWSER = "browser"
"""Where a phone is that is a browser."""


def on_their_desk(_device: str) -> str:
    """Say of every phone that it is where it always was."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundListener:
    """Where Asterisk connects to us: websocket_client.conf has the same in uri, username, password.

    Listen on a loopback or private address; there is no TLS here.
    """

    host: str = "127.0.0.1"
    port: int = 8089
    path: str = "/ari"
    user: str = "asterisk"
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskSettings:
    """One Asterisk.

    ``url``: its HTTP server, ``http://HOST:PORT``; used for events and requests unless `listener`
    is given, and always for downloads. ``device_address`` and ``number_address``: how ``device:``
    and ``number:`` addresses are dialled. ``where`` says of an agent's phone, at every call, if
    it is now in a browser (`BROWSER`; dialled as ``browser_address``) or is another number
    (``+14155550100``); "" when it is the phone itself. ``transfer_context``: where the dial plan
    takes over a leg that is sent away (``config/asterisk/extensions.conf``). ``amd_context``: where
    it listens whether a machine answered, "" where it cannot. ``transfer_number``: for trunks that
    take a REFER, what the caller's phone is told to call instead, ``sip:{number}@HOST``; it has to
    hang up with us then.
    """

    url: str
    user: str = "acd"
    password: str = field(repr=False)
    app: str = "acd"
    listener: OutboundListener | None = None
    device_address: str = "PJSIP/{device}"
    number_address: str = "PJSIP/{number}@trunk"
    browser_address: str = "PJSIP/{device}-browser"
    where: Callable[[str], str] = field(default=on_their_desk, repr=False, compare=False)
    transfer_context: str = "acd-transfer"
    amd_context: str = "acd-amd"
    transfer_number: str = ""
    request_deadline_s: float = 5.0
    ping_every_s: float = 5.0
    transfer_within_s: float = 10.0

    def __post_init__(self) -> None:
        if _APP.match(self.app) is None:
            raise AriRefusedError(
                AriFault.APPLICATION,
                f"{self.app!r} cannot be the name of a Stasis application",
                "Use up to 64 letters, digits, _ and -.",
            )
        for name, text, wanted in (
            ("device_address", self.device_address, "{device}"),
            ("browser_address", self.browser_address, "{device}"),
            ("number_address", self.number_address, "{number}"),
            ("transfer_number", self.transfer_number, "{number}"),
        ):
            if text and wanted not in text:
                raise AriRefusedError(
                    AriFault.PROTOCOL, f"{name}={text!r} is not usable", f"Put {wanted} into it."
                )

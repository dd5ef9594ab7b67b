"""How browsers of visitors talk on the telephone network of a process, and with which files."""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from contact_center.adapters.console.pages import STATIC
from contact_center.adapters.portal.talk import EXPECTED_S
from contact_center.adapters.portal.voice import MadeUpVoice, SipVoice, TokenVoice, Voice
from contact_center.adapters.simulated.demo import Demo
from contact_center.adapters.simulated.network import NetworkFullError
from contact_center.adapters.twilio.tokens import visitor_token
from contact_center.app.phones import TWILIO_SOURCES, TwilioLines
from contact_center.app.providers import AsteriskProvider, Provider, SimulatedProvider
from contact_center.core.ids import LegId

FIRST: Final = "talk-*.js"
_NEEDS: Final = re.compile(r"\./([\w.-]+\.js)")


def voice_of(provider: Provider) -> Voice | None:
    """Say how visitors talk on this network; None where they cannot."""
    lines = provider.lines
    if isinstance(provider, SimulatedProvider):
        return _made_up(provider.demo)
    if isinstance(provider, AsteriskProvider):
        url = urlsplit(provider.telephony.url)
        scheme = "wss" if url.scheme == "https" else "ws"
        target = urlunsplit((scheme, url.netloc, f"{url.path.rstrip('/')}/ws", "", ""))
        return SipVoice(target=target, ice=provider.phones.ice)
    if isinstance(lines, TwilioLines) and lines.has_browsers and lines.account.application_sid:
        account = lines.account
        return TokenVoice(
            token=lambda visit, now: visitor_token(account, visit, now=now, lives_s=EXPECTED_S),
            edge=account.edge,
            sources=TWILIO_SOURCES,
        )
    return None


def voice_files() -> Mapping[str, bytes]:
    """Read the script of the page that talks, and all that it loads; nothing else of the client."""
    folder = STATIC / "assets"
    wanted, read = [path.name for path in folder.glob(FIRST)], dict[str, bytes]()
    while wanted:
        name = wanted.pop()
        if name not in read:
            read[name] = (folder / name).read_bytes()
            wanted += _NEEDS.findall(read[name].decode())
    return read


def _made_up(demo: Demo) -> MadeUpVoice:
    """Somebody who calls from nowhere, and hears what a caller hears."""

    def begin(visit: str) -> str:
        try:
            return demo.call("", visit)
        except NetworkFullError:
            return ""

    def view(leg: str, after: int) -> Mapping[str, Any] | None:
        return demo.view(LegId(leg), after)

    def press(leg: str, keys: str) -> None:
        demo.press(LegId(leg), keys)

    def hang_up(leg: str) -> None:
        demo.hang_up(LegId(leg))

    return MadeUpVoice(begin=begin, view=view, press=press, hang_up=hang_up)

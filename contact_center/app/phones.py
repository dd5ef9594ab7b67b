"""Agents' phones of a process: where each one is, and how a browser becomes one."""

import base64
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar
from urllib.parse import urlsplit, urlunsplit

from contact_center.adapters.desktop.server import DeskServer
from contact_center.adapters.desktop.throttle import Throttle
from contact_center.adapters.phone.choices import Choice, Choices, Way
from contact_center.adapters.phone.payloads import PhoneLine, SipLine, TwilioLine
from contact_center.adapters.phone.server import LineError, PhoneServer
from contact_center.adapters.twilio.dialects import DIALECTS
from contact_center.adapters.twilio.settings import TwilioSettings
from contact_center.adapters.twilio.tokens import TokenError, softphone_token
from contact_center.content.center import Center as Content
from contact_center.content.numbers import is_called
from contact_center.settings import PhoneSettings, Settings

FILE: Final = "phones.json"
RELAY: Final = "/phone/api/sip"
TOKEN_S: Final = 1_800
TWILIO_SOURCES: Final = (
    "https://eventgw.twilio.com",
    "https://*.twilio.com",
    "wss://*.twilio.com",
    "https://media.twiliocdn.com",
)
"""Whom Twilio's package talks to; pages may talk to nobody else."""


def sip_password(secret: str, user: str) -> str:
    """Make the password of a browser phone: of a secret, so that nobody has to keep a list."""
    made = hmac.digest(secret.encode(), f"contact-center browser phone {user}".encode(), "sha256")
    return base64.b32encode(made[:20]).decode().lower()


def pjsip_sections(settings: PhoneSettings, devices: Sequence[str]) -> str:
    """Write the part of pjsip.conf that lets browsers be these phones. Raises LineError."""
    if not settings.secret:
        raise LineError("set CC_PHONES_SECRET: passwords are made of it")
    parts = ["; Made by `python -m contact_center phones`: passwords are in it.\n"]
    for device in devices:
        user = sip_user(settings, device)
        parts.append(
            f"[{user}](browser)\nauth={user}\naors={user}\n\n"
            f"[{user}](browser-auth)\nusername={user}\n"
            f"password={sip_password(settings.secret.reveal(), user)}\n\n"
            f"[{user}](browser-aor)\n"
        )
    return "\n".join(parts)


def sip_user(settings: PhoneSettings, device: str) -> str:
    """Name the SIP user of a browser phone."""
    return settings.endpoint.replace("{extension}", device).removeprefix("PJSIP/")


class Lines(Protocol):
    """How browsers become phones at one telephone network."""

    @property
    def has_browsers(self) -> bool:
        """Whether they can."""

    @property
    def upstream(self) -> str:
        """The SIP server's websocket that we hand on to; "" for none."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Whom a page may talk to besides us."""

    def usual(self, device: str) -> Way:
        """Say where a phone is that nobody said anything about."""

    def line(self, device: str, page: str, now: int) -> PhoneLine:
        """Say how a browser registers. ``now``: microseconds UTC. Raises LineError."""


class NoLines:
    """A network without browsers: the simulated one."""

    has_browsers = False
    upstream = ""
    sources: tuple[str, ...] = ()

    def usual(self, device: str) -> Way:
        """Where it always was."""
        return Way.DESK

    def line(self, device: str, page: str, now: int) -> PhoneLine:
        """There is none."""
        raise LineError("This network has no phones in browsers.")


@dataclass(slots=True, kw_only=True)
class SipLines:
    """Browsers at an Asterisk. ``http``: its HTTP server."""

    settings: PhoneSettings
    http: str

    @property
    def has_browsers(self) -> bool:
        """Whether there are passwords for them."""
        return self.settings.browser and bool(self.settings.secret)

    @property
    def upstream(self) -> str:
        """Asterisk's own websocket, unless pages reach it by themselves."""
        if self.settings.sip_url:
            return ""
        url = urlsplit(self.http)
        scheme = "wss" if url.scheme == "https" else "ws"
        return urlunsplit((scheme, url.netloc, f"{url.path.rstrip('/')}/ws", "", ""))

    @property
    def sources(self) -> tuple[str, ...]:
        """The websocket that was named."""
        url = urlsplit(self.settings.sip_url)
        return (f"{url.scheme}://{url.netloc}",) if url.netloc else ()

    def usual(self, device: str) -> Way:
        """A desk phone."""
        return Way.DESK

    def line(self, device: str, page: str, now: int) -> PhoneLine:
        """A SIP user with its password; Asterisk knows those of the last start or reload."""
        user = sip_user(self.settings, device)
        password = sip_password(self.settings.secret.reveal(), user)
        url = self.settings.sip_url or RELAY
        domain = urlsplit(self.settings.sip_url or page).hostname or "contact-center"
        return SipLine(
            url=url, user=user, domain=domain, password=password, ice=list(self.settings.ice)
        )


@dataclass(slots=True, kw_only=True)
class TwilioLines:
    """Browsers at Twilio; they talk to Twilio by themselves."""

    settings: PhoneSettings
    account: TwilioSettings

    @property
    def has_browsers(self) -> bool:
        """Whether there is a key to make tokens with."""
        has_tokens = "softphone tokens" not in DIALECTS[self.account.dialect].unsupported
        return self.settings.browser and self.account.api_key is not None and has_tokens

    @property
    def upstream(self) -> str:
        """Nobody is handed on."""
        return ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Twilio."""
        return TWILIO_SOURCES

    def usual(self, device: str) -> Way:
        """A browser, where the account's settings say so."""
        written = self.account.devices.get(device, self.account.device_address)
        is_browser = written in ("client:{device}", f"client:{device}")
        return Way.BROWSER if is_browser and self.has_browsers else Way.DESK

    def line(self, device: str, page: str, now: int) -> PhoneLine:
        """A token that lives half an hour."""
        try:
            token = softphone_token(self.account, device, now=now, lives_s=TOKEN_S)
        except TokenError as problem:
            raise LineError(str(problem)) from problem
        until = now // 1_000 + TOKEN_S * 1_000
        return TwilioLine(token=token, identity=device, edge=self.account.edge, until=until)


class Network(Protocol):
    """A telephone network."""

    @property
    def lines(self) -> Lines:
        """How browsers become agents' phones."""

    def moved(self, device: str) -> None:
        """An agent's phone is elsewhere from now on."""


SomeNetwork = TypeVar("SomeNetwork", bound=Network)


class PhoneBook:
    """Where every agent's phone is; networks ask it at every call."""

    def __init__(
        self, settings: Settings, content: Callable[[], Content], clock: Callable[[], int]
    ) -> None:
        self._settings = settings.phones
        self._choices = Choices(settings.state_dir / FILE)
        self._content = content
        self._clock = clock
        self._known: _Known | None = None
        self._lines: Lines = NoLines()
        self._moved: Callable[[str], None] = lambda _device: None

    def join(self, network: SomeNetwork) -> SomeNetwork:
        """Serve this network from now on; gives it back."""
        self._lines, self._moved = network.lines, network.moved
        return network

    def where(self, device: str) -> str:
        """Say where a phone is: "" where it always was, "browser", or a number."""
        agent = self._people().agents.get(device)
        return self.choice(agent).at if agent is not None else ""

    def places(self) -> dict[str, str]:
        """Say so of every phone that the center's file has now."""
        return {device: self.where(device) for device in self._people().agents}

    def _people(self) -> "_Known":
        content = self._content()
        if self._known is None or self._known.content is not content:
            self._known = _Known.of(content)
        return self._known

    @property
    def sources(self) -> tuple[str, ...]:
        """Whom a page that is a phone talks to besides us."""
        return self._lines.sources if self._lines.has_browsers else ()

    # --- for the doors --------------------------------------------------------------------------

    def ways(self) -> tuple[Way, ...]:
        """Say where a phone can be here."""
        if isinstance(self._lines, NoLines):
            return (Way.DESK,)
        browser = (Way.BROWSER,) if self._lines.has_browsers else ()
        return (*browser, Way.DESK, Way.OUTSIDE)

    def choice(self, agent: str) -> Choice:
        """Say where an agent's phone is: as they chose, as the center says, or as is usual."""
        people = self._people()
        chosen = self._choices.of(agent) or people.said.get(agent)
        if chosen is not None and chosen.way in self.ways():
            return chosen
        return Choice(way=self._lines.usual(people.devices.get(agent, "")))

    def choose(self, agent: str, device: str, choice: Choice) -> None:
        """Have it somewhere else from the next call on. Raises OSError, ValueError."""
        region = self._content().configuration.region
        if choice.number and not is_called(choice.number, self._settings.countries or (region,)):
            raise ValueError("This center does not call that number.")
        if choice == self.choice(agent):
            return
        try:
            self._choices.choose(agent, choice)
        finally:
            self._moved(device)

    def line(self, device: str, page: str) -> PhoneLine:
        """Say how a browser becomes this phone. Raises LineError."""
        return self._lines.line(device, page, self._clock())

    def server(self, desk: DeskServer) -> PhoneServer:
        """Make the doors, for whoever is logged in at the desk."""
        throttle = Throttle(rate_per_s=1, burst=30)
        return PhoneServer(
            self,
            who=desk.visitor,
            is_ours=desk.is_ours,
            wait_us=lambda agent: throttle.take(agent, self._clock()),
            sip_url=self._lines.upstream if self._lines.has_browsers else "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What a center says of phones: agents by device, devices by agent, and where they are."""

    content: Content
    agents: Mapping[str, str]
    devices: Mapping[str, str]
    said: Mapping[str, Choice]

    @staticmethod
    def of(content: Content) -> "_Known":
        known = content.configuration.agents.values()
        return _Known(
            content=content,
            agents={one.device: one.agent for one in known},
            devices={one.agent: one.device for one in known},
            said={user.agent: Choice.read(user.phone) for user in content.users if user.phone},
        )

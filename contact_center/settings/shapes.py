"""The settings as values: plain frozen dataclasses, and what a value has to look like."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    StrictBool,
    StrictInt,
)

from contact_center.content.shapes import refused
from contact_center.settings.oidc import OidcSettings
from contact_center.settings.phones import PhoneSettings
from contact_center.settings.portal import Address, PortalSettings
from contact_center.settings.secret import NO_SECRET as NO_SECRET
from contact_center.settings.secret import Secret as Secret


def _url(*schemes: str) -> AfterValidator:
    def check(url: str) -> str:
        if not url:
            return url
        try:
            parts = urlsplit(url)
            usable = bool(parts.scheme in schemes and parts.hostname and parts.port != 0)
        except ValueError:
            usable = False
            parts = urlsplit("")
        if not usable or re.search(r"\s", url):
            raise refused("E201", "not a usable URL", f"write {schemes[0]}://host:port")
        if parts.username or parts.password:
            raise refused("E200", "a user or password inside a URL", "take it out of the URL")
        return url.rstrip("/")

    return AfterValidator(check)


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
        raise refused("E201", f'"{text}" is not an origin', "write https://desk.example.com")
    return text


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_-]{1,253}", text):
        raise refused("E201", f'"{text[:40]}" is not a host', "write a name or an address alone")
    return text


def _written_path(value: object) -> object:
    if isinstance(value, str) and (not value.strip() or "\0" in value):
        raise refused("E201", "an empty path", "write a path, or leave the line out")
    return value


def _template(place: str) -> AfterValidator:
    def check(text: str) -> str:
        if text.count(place) != 1 or re.search(r"[\s;&]", text) or text.count("{") != 1:
            raise refused("E201", f'"{text}" is not an endpoint', f"write PJSIP/{place}")
        return text

    return AfterValidator(check)


def _twilio_template(place: str) -> AfterValidator:
    def check(text: str) -> str:
        kind = text.partition(":")[0]
        one = text.count(place) == 1 and text.count("{") == 1
        if not one or kind not in ("client", "sip") or re.search(r"[\s;,?&]", text):
            raise refused("E201", f'"{text[:60]}" is not an address', f"write client:{place}")
        return text

    return AfterValidator(check)


def _twilio_address(text: str) -> str:
    if not re.fullmatch(r"client:[\w.@+-]{1,120}|sips?:[^\s;,?&]{3,200}|\+[1-9][0-9]{6,14}", text):
        hint = "write client:NAME, sip:NAME@host or a number as +14155550100"
        raise refused("E201", f'"{text[:60]}" is not an address', hint)
    return text


def _lookup_host(text: str) -> str:
    host, colon, port = text.rpartition(":")
    bracketed = re.fullmatch(r"\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?", text)
    named = re.fullmatch(r"[A-Za-z0-9.-]{1,253}", host if colon else text)
    if not (bracketed or (named and (not colon or port.isdecimal()))):
        raise refused("E201", f'"{text[:60]}" is not a host', "write name, name:port or [::1]:port")
    return text.lower()


LookupHost = Annotated[str, AfterValidator(_lookup_host)]
Port = Annotated[StrictInt, Field(ge=1, le=65535)]
Host = Annotated[str, AfterValidator(_host)]
WebUrl = Annotated[str, _url("http", "https")]
Folder = Annotated[Path, BeforeValidator(_written_path)]
Hours = Annotated[StrictInt, Field(ge=1, le=24 * 30)]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
PublicKey = Annotated[str, Field(pattern=r"^([A-Za-z0-9+/]{43}=)?$")]
Label = Annotated[str, Field(pattern=r"^([A-Za-z0-9.+-]{1,64})?$")]
TwilioAddress = Annotated[str, AfterValidator(_twilio_address)]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """Where we listen. `public_url` is what people type into the browser; made up when empty.

    `api_token` lets programs read (live numbers, facts, the API), besides the token of the state
    folder; `api_tokens_file` says who else may ask what of the API. `proxies`: addresses of reverse
    proxies, whose ``X-Forwarded-For`` says who asks.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    host: Host = "127.0.0.1"
    port: Port = 8080
    public_url: WebUrl = ""
    allowed_origins: tuple[Annotated[str, AfterValidator(_origin)], ...] = ()
    api_token: InstanceOf[Secret] = NO_SECRET
    api_tokens_file: Folder | None = None
    proxies: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenSettings:
    """Where Asterisk's persistent outbound websocket reaches us (connection: outbound)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    host: Host = "127.0.0.1"
    port: Port = 8090
    path: Annotated[str, Field(pattern=r"^/[A-Za-z0-9._/-]{0,100}$")] = "/ari"
    user: Identifier = "asterisk"
    password: InstanceOf[Secret] = NO_SECRET


@dataclass(frozen=True, slots=True, kw_only=True)
class AmiSettings:
    """Asterisk's manager interface, the side feed for trunk and phone health."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    enabled: StrictBool = True
    host: Host = "127.0.0.1"
    port: Port = 5038
    user: Identifier = "acd"
    password: InstanceOf[Secret] = NO_SECRET


@dataclass(frozen=True, slots=True, kw_only=True)
class FastAgiSettings:
    """Where dial plans hand a call's data to us."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    enabled: StrictBool = True
    host: Host = "127.0.0.1"
    port: Port = 4573


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskSettings:
    """How to reach Asterisk.

    `connection`: ``local`` sets one up and stops it with us; ``inbound`` connects to `url`;
    ``outbound`` waits for Asterisk at `listen`. The endpoints say how a phone and an outside number
    are dialled. `recogniser` understands words of callers where a flow listens for them.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    connection: Literal["local", "inbound", "outbound"] = "local"
    url: WebUrl = "http://127.0.0.1:8088"
    app: Identifier = "acd"
    user: Identifier = "acd"
    password: InstanceOf[Secret] = NO_SECRET
    listen: ListenSettings = ListenSettings()
    ami: AmiSettings = AmiSettings()
    fastagi: FastAgiSettings = FastAgiSettings()
    agent_endpoint: Annotated[str, _template("{extension}")] = "PJSIP/{extension}"
    number_endpoint: Annotated[str, _template("{number}")] = "PJSIP/{number}@trunk"
    recogniser: Literal["auto", "none"] = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioListenSettings:
    """Where Twilio's webhooks arrive: on loopback, behind whatever holds the certificate."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    host: Host = "127.0.0.1"
    port: Port = 8091


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioSettings:
    """A Twilio account, or one of a service that speaks its dialect.

    `public_base_url` is what Twilio is told, to the letter: signatures are made over it.
    `auth_token_next` is valid besides `auth_token` while tokens are changed. `shared_keys_file`:
    a line each, ``ID SECRET``. `public_key`: of a provider that signs with a private one, and
    `public_key_next` besides while they change. `devices` says how a phone is reached where
    `device_address` does not; ``{device}`` in it is the phone's name. `music`: addresses of music
    by its name, "default" for any other. `rest_url` replaces the provider's own API host.
    `stream_port`: where media streams arrive, on the host of `listen`; without it there are none.
    `stream_url`: where Twilio reaches that, if not at `public_base_url`. `recogniser`: who
    understands words of callers, Twilio or our engine, which needs streams.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    account_sid: Label = ""
    auth_token: InstanceOf[Secret] = NO_SECRET
    auth_token_file: Folder | None = None
    auth_token_next: InstanceOf[Secret] = NO_SECRET
    shared_keys_file: Folder | None = None
    public_key: PublicKey = ""
    public_key_next: PublicKey = ""
    api_key_sid: Label = ""
    api_key_secret: InstanceOf[Secret] = NO_SECRET
    public_base_url: WebUrl = ""
    listen: TwilioListenSettings = TwilioListenSettings()
    region: Label = ""
    edge: Label = ""
    rest_url: WebUrl = ""
    dialect: Literal["twilio", "signalwire", "telnyx"] = "twilio"
    caller_id: Label = ""
    device_address: Annotated[str, _twilio_template("{device}")] = "client:{device}"
    devices: dict[Identifier, TwilioAddress] = field(default_factory=dict)
    application_sid: Label = ""
    music: dict[Identifier, WebUrl] = field(default_factory=dict)
    voice: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{0,80}$")] = ""
    stream_port: Port | None = None
    stream_url: Annotated[str, _url("wss", "ws")] = ""
    recogniser: Literal["twilio", "ours"] = "twilio"
    max_calls_per_s: Annotated[float, Field(gt=0, le=1_000)] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSettings:
    """Rendered speech and recordings. `base_url` is where the switch fetches them from."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    cache_dir: Folder | None = None
    files_dir: Folder | None = None
    engine: Literal["auto", "espeak-ng", "none"] = "auto"
    base_url: WebUrl = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """The agents' desk. `demo` lets everybody log in with the password that is printed at start."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    session_idle_hours: Hours = 12
    session_hours: Hours = 24
    idle_logout_minutes: Annotated[StrictInt, Field(ge=0, le=24 * 60)] = 0
    passwords_file: Folder | None = None
    demo: StrictBool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """Somebody facts are posted to. The secret that signs them is in a file, or in a variable.

    `facts` names the kinds; all of calls and agents when it is left out.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    name: Identifier
    url: WebUrl
    secret_file: Folder | None = None
    secret_env: Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")] = ""
    facts: tuple[Annotated[str, Field(pattern=r"^[A-Z][A-Za-z]{2,60}$")], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DialerSettings:
    """The outbound dialer. `campaigns`: their file, by default campaigns.yaml beside the center.

    `policies`: the folder of rule books. `lines` and `calls_per_s` bound all campaigns together,
    as trunk and account do.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    enabled: StrictBool = True
    campaigns: Folder | None = None
    policies: Folder = Path("config/compliance")
    lines: Annotated[StrictInt, Field(ge=1, le=100_000)] = 200
    calls_per_s: Annotated[float, Field(gt=0, le=1_000)] = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupSettings:
    """Which hosts flows may ask, as ``host`` or ``host:port``.

    `private_hosts` may have addresses inside (loopback, private networks) and be asked without
    encryption. `tokens_file` has what proves to a host who asks: a line each, ``HOST TOKEN``.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    hosts: tuple[LookupHost, ...] = ()
    private_hosts: tuple[LookupHost, ...] = ()
    tokens_file: Folder | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """What is logged, and how."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "text"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings. Paths are relative to the working directory."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    center: Folder = Path("config/retailer/center.yaml")
    provider: Literal["simulated", "asterisk", "twilio"] = "simulated"
    state_dir: Folder = Path("var")
    database_url: InstanceOf[Secret] = NO_SECRET
    http: HttpSettings = HttpSettings()
    asterisk: AsteriskSettings = AsteriskSettings()
    twilio: TwilioSettings = TwilioSettings()
    prompts: PromptSettings = PromptSettings()
    desk: DeskSettings = DeskSettings()
    oidc: OidcSettings = field(default_factory=OidcSettings)
    dialer: DialerSettings = DialerSettings()
    lookups: LookupSettings = LookupSettings()
    portal: PortalSettings = field(default_factory=PortalSettings)
    phones: PhoneSettings = field(default_factory=PhoneSettings)
    log: LogSettings = LogSettings()
    webhooks: tuple[WebhookSettings, ...] = ()

    @property
    def public_url(self) -> str:
        """What people type into the browser, without a slash at the end."""
        return self.http.public_url or f"http://{_bracketed(self.http.host)}:{self.http.port}"

    @property
    def campaigns(self) -> Path | None:
        """The file of campaigns; None when there is none, and so no dialer."""
        if not self.dialer.enabled:
            return None
        if self.dialer.campaigns is not None:
            return self.dialer.campaigns
        folder = self.center if self.center.is_dir() else self.center.parent
        beside = folder / "campaigns.yaml"
        return beside if beside.is_file() else None

    @property
    def prompts_url(self) -> str:
        """Where the switch fetches prompts from."""
        return self.prompts.base_url or f"http://127.0.0.1:{self.http.port}/prompts"

    @property
    def prompts_dir(self) -> Path:
        """Where rendered speech is kept."""
        return self.prompts.cache_dir or self.state_dir / "prompts"

    @property
    def database(self) -> str:
        """The database's URL, by default a file under `state_dir`. May hold a password."""
        default = f"sqlite+aiosqlite:///{self.state_dir / 'contact-center.db'}"
        return self.database_url.reveal() or default


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host

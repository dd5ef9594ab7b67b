"""What has to be known to use a Twilio account as the telephone network."""

import base64
import binascii
import hmac
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from types import MappingProxyType
from urllib.parse import urlsplit

from contact_center.adapters.twilio.dialects import DIALECTS, SignatureScheme

_SID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,63}\Z")
_HOST_PART = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\Z")
_DEVICE = re.compile(r"[A-Za-z0-9._-]{1,120}\Z")
_ADDRESS = re.compile(
    r"(?:client:[A-Za-z0-9_.@%+-]{1,120}|sips?:[^\s<>\"']{1,240}|\+[1-9]\d{4,14})\Z"
)
_PUBLIC_KEY_BYTES = 32
BROWSER = "browser"
"""Where a phone is that is a browser."""
STREAM_PATH = "/twilio/stream"
"""How the address of media streams ends."""
_NUMBER = re.compile(r"\+[1-9]\d{4,14}\Z")


def as_written(_device: str) -> str:
    """Say of every phone that it is what the settings say."""
    return ""


class TwilioSettingsError(ValueError):
    """Settings that cannot be used. `field` names the one; `mend` says what to write instead."""

    def __init__(self, name: str, problem: str, mend: str) -> None:
        super().__init__(f"{name}: {problem}. {mend}")
        self.field = name
        self.mend = mend


class Secret:
    """A text that never shows: not in a repr, a log, an error or a comparison's time."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """Give the text to whoever has to send it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(Secret)

    def __repr__(self) -> str:
        return "Secret(***)" if self._text else "Secret(empty)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret is neither copied into a file nor sent to another process")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key for REST requests and softphone tokens, so that the auth token stays in a drawer."""

    sid: str
    secret: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedKey:
    """A secret that webhooks may be signed with instead of the auth token; `key` is its id."""

    key: str
    secret: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioSettings:
    """One account (or subaccount) in one region.

    ``auth_tokens``: the one in use first, then the one that is being rotated in or out; webhooks
    are signed with any of them. ``public_keys``: base64, of a provider that signs with a private
    key; the token makes requests there. ``api_key``: what REST requests are made with; the first
    auth token when there is none. ``public_base_url``: where Twilio reaches us, path prefix
    included; webhooks are verified against this and nothing else. ``rest_url``: asks this instead
    of ``https://api[.EDGE][.REGION].twilio.com``. ``devices``: what an agent's phone is, by its
    name in the configuration: ``client:IDENTITY``, ``sip:USER@DOMAIN`` or a number.
    ``device_address``: what any other phone is, with its name in the place of ``{device}``.
    ``where`` says of an agent's phone, at every call, whether it is now in a browser (`BROWSER`:
    ``client:{device}``) or is another number; "" when it is as the two before say.
    ``application_sid``: the TwiML application that browser softphones may call out with.
    ``stream_port``: where media streams are listened for, on ``listen_host``; None is without them.
    ``stream_url``: where Twilio reaches that, if not at the public base with ``wss``.
    ``music_url``: what callers who wait or are on hold hear, by the name of the music; "default"
    for any other. ``max_calls_per_s``: what the account may dial.
    """

    account_sid: str
    auth_tokens: tuple[Secret, ...] = field(default=(), repr=False)
    public_keys: tuple[str, ...] = ()
    api_key: ApiKey | None = None
    shared_keys: tuple[SharedKey, ...] = ()
    public_base_url: str = field(repr=False)
    region: str = ""
    edge: str = ""
    rest_url: str = ""
    listen_host: str = "127.0.0.1"
    listen_port: int = 8087
    devices: Mapping[str, str] = field(default_factory=dict)
    device_address: str = ""
    where: Callable[[str], str] = field(default=as_written, repr=False, compare=False)
    caller_id: str = ""
    application_sid: str = ""
    music_url: Mapping[str, str] = field(default_factory=dict)
    max_calls_per_s: float = 1.0
    dialect: str = "twilio"
    say_voice: str = ""
    stream_port: int | None = None
    stream_url: str = ""
    request_deadline_s: float = 5.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "devices", MappingProxyType(dict(self.devices)))
        object.__setattr__(self, "music_url", MappingProxyType(dict(self.music_url)))
        self._check_account()
        self._check_places()
        self._check_phones()
        self._check_dialect()

    def _check_account(self) -> None:
        dialect = DIALECTS.get(self.dialect)
        if dialect is None:
            raise TwilioSettingsError(
                "dialect", f"{self.dialect!r} is unknown", f"One of {', '.join(sorted(DIALECTS))}."
            )
        if _SID.match(self.account_sid) is None:
            raise TwilioSettingsError(
                "account_sid", f"{self.account_sid!r} is no account", "It begins with AC."
            )
        if dialect.signature is SignatureScheme.ED25519:
            self._check_public_keys()
        elif not any(self.auth_tokens) and not self.shared_keys:
            raise TwilioSettingsError(
                "auth_tokens",
                "nothing to verify webhooks with",
                "Give the auth token of the account in this region, or a shared key.",
            )
        if not any(self.auth_tokens) and self.api_key is None:
            raise TwilioSettingsError(
                "api_key", "nothing to make REST requests with", "Give an API key or an auth token."
            )
        if not (math.isfinite(self.max_calls_per_s) and 0 < self.max_calls_per_s <= 1000):
            raise TwilioSettingsError(
                "max_calls_per_s", "is out of range", "More than 0; 1 unless Twilio raised it."
            )
        if not 0.1 <= self.request_deadline_s <= 60:
            raise TwilioSettingsError("request_deadline_s", "is out of range", "0.1 to 60 s.")

    def _check_public_keys(self) -> None:
        for key in self.public_keys:
            try:
                well = len(base64.b64decode(key, validate=True)) == _PUBLIC_KEY_BYTES
            except binascii.Error:
                well = False
            if not well:
                raise TwilioSettingsError(
                    "public_keys", "one is no public key", "Copy it from the portal: base64."
                )
        if not self.public_keys:
            raise TwilioSettingsError(
                "public_keys",
                "nothing to verify webhooks with",
                "Give the account's public key: the portal shows it under Keys & Credentials.",
            )
        if not any(self.auth_tokens):
            raise TwilioSettingsError(
                "auth_tokens", "nothing to make REST requests with", "Give an API key."
            )

    def _check_dialect(self) -> None:
        """What is not there cannot be asked for."""
        dialect = DIALECTS[self.dialect]
        if dialect.needs_application and not self.application_sid:
            raise TwilioSettingsError(
                "application_sid",
                f"{dialect.name} makes calls for an application",
                "Give the id of the one that the numbers are assigned to.",
            )
        for name, asked, what in (
            ("shared_keys", bool(self.shared_keys), "shared keys"),
            ("stream_port", self.stream_port is not None, "streams"),
        ):
            if asked and what in dialect.unsupported:
                raise TwilioSettingsError(name, f"{dialect.name} has no {what}", "Leave it out.")
        if "Client" not in dialect.missing_verbs:
            return
        for name, phones in (
            ("device_address", [self.device_address]),
            ("devices", self.devices.values()),
        ):
            if any(phone.startswith("client:") for phone in phones):
                raise TwilioSettingsError(
                    name,
                    f"{dialect.name} has no softphones with names",
                    "Write sip:{device}@DOMAIN, or a number.",
                )

    def _check_places(self) -> None:
        dialect = DIALECTS[self.dialect]
        if not self.rest_url and not dialect.host:
            raise TwilioSettingsError(
                "rest_url", f"{dialect.name} has none of its own", "Write https://YOURS."
            )
        if (self.region or self.edge) and not dialect.regions:
            raise TwilioSettingsError("region", f"{dialect.name} has none", "Leave it out.")
        _check_url("public_base_url", self.public_base_url)
        if self.rest_url:
            _check_url("rest_url", self.rest_url)
        for name, part in (("region", self.region), ("edge", self.edge)):
            if part and _HOST_PART.match(part) is None:
                raise TwilioSettingsError(name, f"{part!r} is none", "Such as ie1 or dublin.")
        for name, url in self.music_url.items():
            _check_url(f"music_url[{name}]", url)
        self._check_streams()
        if not 0 <= self.listen_port <= 65535:
            raise TwilioSettingsError("listen_port", "is no port", "0 to 65535.")

    def _check_streams(self) -> None:
        if self.stream_url:
            _check_url("stream_url", self.stream_url, ("ws", "wss"))
            if not self.stream_url.endswith(STREAM_PATH):
                raise TwilioSettingsError(
                    "stream_url",
                    "has another path",
                    f"Write wss://HOST[:PORT][/PATH]{STREAM_PATH}.",
                )
        if self.stream_port is not None and not 0 <= self.stream_port <= 65535:
            raise TwilioSettingsError("stream_port", "is no port", "0 to 65535, or none.")

    def _check_phones(self) -> None:
        for name, address in self.devices.items():
            if _DEVICE.match(name) is None or _ADDRESS.match(address) is None:
                raise TwilioSettingsError(
                    "devices",
                    f"{name!r} cannot be reached as {address!r}",
                    "Write client:IDENTITY, sip:USER@DOMAIN or +NUMBER.",
                )
        if self.device_address:
            example = self.device_address.replace("{device}", "ana")
            if example == self.device_address or _ADDRESS.match(example) is None:
                raise TwilioSettingsError(
                    "device_address",
                    f"{self.device_address!r} is none",
                    "Write client:{device} or sip:{device}@DOMAIN.",
                )
        if self.caller_id and _NUMBER.match(self.caller_id) is None:
            raise TwilioSettingsError(
                "caller_id", "is no number", "Write it with country code, as in +14155550100."
            )

    def address_of(self, device: str) -> str | None:
        """Say what to dial for an agent's phone; None when it cannot be reached."""
        if _DEVICE.match(device) is not None and (at := self.where(device)):
            if at != BROWSER:
                return at
            has_clients = "Client" not in DIALECTS[self.dialect].missing_verbs
            return f"client:{device}" if has_clients else None
        if device in self.devices:
            return self.devices[device]
        if not self.device_address or _DEVICE.match(device) is None:
            return None
        return self.device_address.replace("{device}", device)

    @property
    def rest_base(self) -> str:
        """Where REST requests go, without a slash at the end."""
        if self.rest_url:
            return self.rest_url.rstrip("/")
        return DIALECTS[self.dialect].rest_base(self.edge, self.region)


def _check_url(name: str, url: str, schemes: tuple[str, str] = ("http", "https")) -> None:
    """An absolute URL; plain http only where nobody else can listen, or it is said to be so."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in schemes and bool(parts.hostname)
        usable = usable and (parts.port is None or 0 < parts.port < 65536)
        if "[" in parts.netloc:
            ip_address(parts.hostname or "")
    except ValueError:
        usable = False
    plain = all(" " < char < "\x7f" for char in url)
    if not usable or not plain or "?" in url or "#" in url:
        raise TwilioSettingsError(
            name, "is no usable URL", f"Write {schemes[1]}://HOST[:PORT][/PATH], without query."
        )

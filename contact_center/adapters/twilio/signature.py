"""Whether a request really comes from Twilio. Pure, and never raises: what is odd is refused.

The URL that was signed is rebuilt from the configured base and the request line as it came, never
from what a proxy says the host was. Twilio is not consistent about ports and about some characters
of the query, so a few spellings *of the same URL* are tried. A form is signed with its fields, JSON
by a hash of the body in the URL; the content type says which, so nobody can choose the weaker one.

Concatenation does not keep fields apart (``A=""&B=1`` signs as ``AB=1`` does), so whoever reads the
fields takes those it knows and checks what they look like.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol
from urllib.parse import parse_qsl, quote, urlsplit

from contact_center.adapters.twilio.settings import Secret, SharedKey

SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"
SHA1, SHA256 = "HMAC_SHA1", "HMAC_SHA256"
LONGEST_BODY = 256 * 1024
LONGEST_TARGET = 8192
MOST_FIELDS = 500

FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_HEX256 = re.compile(r"[0-9a-fA-F]{64}\Z")
_SIGNED = re.compile(r"[A-Za-z0-9+/]{27}=|[A-Za-z0-9+/]{43}=")
_BASE = re.compile(
    r"(?P<scheme>https?)://(?P<user>[^@/]*@)?(?P<host>\[[^\]/]*\]|[^:/\[\]]+)"
    r"(?P<port>:\d+)?(?P<path>/.*)?\Z"
)
_QUOTED = re.compile(r"[\"'<>`{|}\\^ ]")


class Why(Enum):
    """Why a request was refused; for counting. Whoever asked is told nothing but 403."""

    ODD = "odd"
    TOO_LONG = "too_long"
    NO_SIGNATURE = "no_signature"
    SETTINGS = "settings"
    CONTENT_TYPE = "content_type"
    BODY = "body"
    BODY_HASH = "body_hash"
    SIGNATURE = "signature"
    TIME = "time"
    SEAL = "seal"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came: `target` is the path and query of the request line, untouched."""

    method: str
    target: str = field(repr=False)
    headers: Sequence[tuple[str, str]] = field(repr=False)
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> list[str]:
        """Give all values of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to be thought of a request: refused for `why`, or believed with these `fields`.

    ``fields`` are those of the form, or of the query when it was a GET, as they were signed: nobody
    has to parse them a second time. ``json`` is the body of a request that was signed as JSON.
    """

    why: Why | None = None
    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    json: bytes | None = field(default=None, repr=False)

    @property
    def ok(self) -> bool:
        """Say whether Twilio sent it."""
        return self.why is None

    def get(self, name: str) -> str:
        """Give a field that is there once; "" when it is not, or is there with several values."""
        values = {value for key, value in self.fields if key == name}
        return values.pop() if len(values) == 1 else ""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Everything that webhooks may be signed with now: during a rotation the old and the new."""

    auth_tokens: tuple[Secret, ...] = ()
    shared_keys: Mapping[str, Secret] = field(default_factory=dict)

    @classmethod
    def of(cls, auth_tokens: Sequence[Secret], shared_keys: Sequence[SharedKey]) -> "Keyring":
        """Make a ring. Empty secrets are left out: anybody could sign with those."""
        return cls(
            tuple(token for token in auth_tokens if token),
            {one.key: one.secret for one in shared_keys if one.key and one.secret},
        )

    def candidates(self, settings: Sequence[str]) -> list[tuple[str, Secret]] | None:
        """Give what a request may be signed with: algorithm and secret; None when that is odd.

        `settings`: the values of the header that says so, such as ``key=ID,algorithm=HMAC_SHA256``.
        Without it, or without an algorithm in it, auth tokens and SHA-1 count.
        """
        if len(settings) > 1:
            return None
        named: dict[str, str] = {}
        for part in settings[0].split(",") if settings and settings[0].strip() else ():
            name, _, value = part.partition("=")
            if name.strip() in named:
                return None
            named[name.strip()] = value.strip()
        algorithm = (named.get("algorithm") or SHA1).upper()
        key = named.get("key", "")
        if algorithm == SHA256:
            secret = self.shared_keys.get(key)
            return [(SHA256, secret)] if secret is not None else None
        if algorithm != SHA1:
            return None
        pairs = [(SHA1, token) for token in self.auth_tokens]
        if key in self.shared_keys:
            pairs.append((SHA1, self.shared_keys[key]))
        return pairs or None


class Verifies(Protocol):
    """Somebody who tells whom to believe."""

    def verify(self, asked: Asked, *, socket: bool = False, needs_account: bool = True) -> Verdict:
        """Say whether to believe a request; see `Verifier.verify`."""


class Verifier:
    """Verifies requests to one public base, signed by one account."""

    def __init__(
        self,
        public_base_url: str,
        keyring: Keyring,
        *,
        account_sid: str,
        signature_header: str = "X-Twilio-Signature",
    ) -> None:
        self._keyring = keyring
        self._account = account_sid
        self._header = signature_header
        base = public_base_url.rstrip("/")
        self._bases = spellings(base)
        self._path = urlsplit(base).path

    def rotate(self, keyring: Keyring) -> None:
        """Believe these keys from now on."""
        self._keyring = keyring

    def verify(self, asked: Asked, *, socket: bool = False, needs_account: bool = True) -> Verdict:
        """Say whether to believe a request.

        ``socket``: it asks for a websocket, which is signed with the scheme of one.
        ``needs_account``: it has to name our account (and may never name another).
        """
        if len(asked.target) > LONGEST_TARGET or len(asked.body) > LONGEST_BODY:
            return Verdict(why=Why.TOO_LONG)
        if not asked.target.startswith("/") or not asked.target.isascii() or "#" in asked.target:
            return Verdict(why=Why.ODD)
        signatures = asked.header(self._header)
        if len(signatures) != 1 or _SIGNED.fullmatch(signatures[0]) is None:
            return Verdict(why=Why.NO_SIGNATURE)
        pairs = self._keyring.candidates(asked.header(SETTINGS_HEADER))
        if pairs is None:
            return Verdict(why=Why.SETTINGS)
        read = _read(asked)
        if read.why is not None:
            return read
        signed = read.fields if asked.method == "POST" and read.json is None else ()
        if not self._is_signed(asked.target, signed, signatures[0], pairs, socket=socket):
            return Verdict(why=Why.SIGNATURE)
        return of_account(read, {self._account}, needs_account=needs_account)

    def _is_signed(
        self,
        target: str,
        fields: Sequence[tuple[str, str]],
        signature: str,
        pairs: Sequence[tuple[str, Secret]],
        *,
        socket: bool,
    ) -> bool:
        tail = joined(fields)
        path, _, query = target.partition("?")
        # A lone question mark may be lost on the way, and says nothing.
        ends = [f"?{one}" for one in query_spellings(query)] if query else ["", "?"]
        found = False
        # Every spelling is tried whatever the others gave: nothing is to be learned from the time.
        for base in self._bases:
            cut = path.removeprefix(self._path) if path.startswith(f"{self._path}/") else path
            for way in {cut, path}:
                for end in ends:
                    url = f"{base}{way}{end}"
                    for one in (url, _socket(url)) if socket else (url,):
                        for algorithm, secret in pairs:
                            made = sign(secret, one + tail, algorithm)
                            found |= hmac.compare_digest(made, signature.encode())
        return found


def of_account(read: Verdict, ours: Set[str], *, needs_account: bool) -> Verdict:
    """Believe only what names our account, by one of its names, and no other."""
    accounts = {value for name, value in read.fields if name == "AccountSid"}
    if read.json is not None:
        accounts = _named_account(read.json)
    if accounts - ours or (needs_account and read.json is None and not accounts):
        return Verdict(why=Why.ACCOUNT)
    return read


def _named_account(body: bytes) -> set[str]:
    """Give the account that a JSON body names, if it is an object that names one."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return set()
    named = read.get("AccountSid") if isinstance(read, dict) else None
    return {str(named)} if named is not None else set()


def sign(secret: Secret, text: str, algorithm: str = SHA1) -> bytes:
    """Sign a text, base64."""
    kind = hashlib.sha256 if algorithm == SHA256 else hashlib.sha1
    mac = hmac.new(secret.reveal().encode(), text.encode("utf-8", "surrogatepass"), kind)
    return base64.b64encode(mac.digest())


def joined(fields: Sequence[tuple[str, str]]) -> str:
    """Put fields one behind the other as they are signed: sorted, and each value once."""
    return "".join(f"{name}{value}" for name, value in sorted(set(fields)))


def spellings(base: str) -> list[str]:
    """Give the ways in which the beginning of a URL may have been signed: its port, or none."""
    match = _BASE.match(base)
    if match is None:
        return [base]
    scheme, port, path = match["scheme"], match["port"], match["path"] or ""
    start = f"{scheme}://{match['user'] or ''}{match['host']}"
    ports = dict.fromkeys((port or "", "", ":443" if scheme == "https" else ":80"))
    return [f"{start}{one}{path}" for one in ports]


def query_spellings(query: str) -> list[str]:
    """Give the ways in which the same query may have been signed; as it came first."""
    quoted = _QUOTED.sub(lambda match: f"%{ord(match[0]):02X}", query)
    plain = query.replace("%27", "'")
    found = [query, quoted, plain]
    try:
        fields = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        return list(dict.fromkeys(found))
    found.extend(
        "&".join(
            f"{_quote(name, safe, space)}={_quote(value, safe, space)}" for name, value in fields
        )
        for safe in ("!~*'()", "")
        for space in ("%20", "+")
    )
    return list(dict.fromkeys(found))


def _quote(text: str, safe: str, space: str) -> str:
    return quote(text, f"{safe} ").replace(" ", space)


def _socket(url: str) -> str:
    return url.replace("http", "ws", 1)


def _read(asked: Asked) -> Verdict:
    """Take a request apart as its content type says it was signed."""
    query = asked.target.partition("?")[2]
    hashes = re.findall(r"(?:\A|&)bodySHA256=([^&]*)", query)
    if asked.method == "GET":
        return read_form(query.encode()) if not asked.body else Verdict(why=Why.BODY)
    if asked.method != "POST":
        return Verdict(why=Why.ODD)
    types = asked.header("Content-Type")
    kind = types[0].partition(";")[0].strip().lower() if len(types) == 1 else ""
    if kind not in (FORM, _JSON):
        return Verdict(why=Why.CONTENT_TYPE)
    if hashes or kind == _JSON:
        if len(hashes) != 1 or _HEX256.match(hashes[0]) is None:
            return Verdict(why=Why.BODY_HASH)
        made = hashlib.sha256(asked.body).hexdigest()
        if not hmac.compare_digest(made, hashes[0].lower()):
            return Verdict(why=Why.BODY_HASH)
    return Verdict(json=asked.body) if kind == _JSON else read_form(asked.body)


def read_form(body: bytes) -> Verdict:
    """Take a form apart, strictly."""
    try:
        fields = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        return Verdict(why=Why.BODY)
    return Verdict(fields=tuple(fields))

"""Where providers that speak Twilio's dialect differ from it: a row each, and nowhere else. Pure.

To add one is to add a row and a test. What is said otherwise (documents, requests, parameters) is
rewritten by what is here on its way in or out; what it has not is in ``unsupported``, and settings
that ask for that are refused instead of half working.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from urllib.parse import parse_qsl

_STATUS = "CallStatus"

Field = str | int | bool | tuple[str, ...] | None
"""What a request says of one thing; several values, or None for nothing."""
Json = str | int | bool | list[dict[str, str]]

Words = Mapping[str, str | None]
"""What is written instead; None: it is left out."""


class SignatureScheme(Enum):
    """How webhooks are signed."""

    TWILIO = "twilio"
    """HMAC of URL and sorted form, base64."""
    ED25519 = "ed25519"
    """With a private key of the provider's, over a time and the raw body; not over the URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestWords:
    """How the REST interface is asked otherwise. Paths are below the account, ids in them ``*``.

    ``json_paths``: the paths that end in ``.json``, by what is in them; all others do not.
    ``names``: other names of fields, by path. ``values``: other values, by field. ``added``: fields
    that every request to a path has besides; ``{application}`` is the application's id. ``lists``:
    what stands between the values of a field that has several; "" where the field is repeated.
    ``json``: the paths that are sent JSON, where the headers that a SIP phone is called with are
    `CustomHeaders` instead of a query of its address. ``over``: codes of errors that say that a
    call is over. ``live``: the statuses that a list of calls may be asked for. ``media_named``:
    where a recording's sound is, the recording says.
    """

    json_paths: tuple[str, ...] = ("",)
    names: Mapping[str, Words] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    added: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lists: str = ""
    json: frozenset[str] = frozenset()
    over: frozenset[int] = frozenset({21220, 20404})
    live: tuple[str, ...] = ("in-progress", "ringing", "queued")
    media_named: bool = False

    def path(self, path: str) -> str:
        """Write a path as it is called there."""
        ends = any(part in path for part in self.json_paths)
        return path if ends else path.removesuffix(".json")

    def fields(
        self, method: str, path: str, fields: Iterable[tuple[str, str]], application: str
    ) -> list[tuple[str, str]]:
        """Write a request's fields as they are called there."""
        kind = kind_of(path)
        names = self.names.get(kind, {})
        written: dict[str, list[str]] = {}
        for name, value in fields:
            called = names.get(name, name)
            if called is not None:
                told = self.values.get(name, {}).get(value, value)
                written.setdefault(called, []).append(told)
        if method == "POST":
            for name, value in self.added.get(kind, {}).items():
                written[name] = [value.replace("{application}", application)]
        if self.lists:
            return [(name, self.lists.join(values)) for name, values in written.items()]
        return [(name, value) for name, values in written.items() for value in values]

    def body(
        self, path: str, fields: Mapping[str, Field], application: str
    ) -> dict[str, Json] | None:
        """Write a request as JSON; None where it is a form."""
        kind = kind_of(path)
        if kind not in self.json:
            return None
        names = self.names.get(kind, {})
        written: dict[str, Json] = {}
        for name, value in fields.items():
            called = names.get(name, name)
            if called is not None and value is not None:
                written[called] = self.lists.join(value) if isinstance(value, tuple) else value
        for name, text in self.added.get(kind, {}).items():
            written[name] = text.replace("{application}", application)
        address, _, wishes = str(written.get("To") or "").partition("?")
        if wishes:
            headers = parse_qsl(wishes, keep_blank_values=True)
            written["To"] = address
            written["CustomHeaders"] = [{"name": name, "value": value} for name, value in headers]
        return written


def kind_of(path: str) -> str:
    """Say of which kind a path is: ``/Calls/CA1/Recordings.json`` is ``/Calls/*/Recordings``."""
    parts = path.removesuffix(".json").split("/")[1:]
    return "/" + "/".join("*" if number % 2 else part for number, part in enumerate(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One provider's way to speak TwiML and the REST interface that goes with it.

    ``host``: of the REST interface, "" where every customer has one of their own (``rest_url`` says
    it then). ``api_root``: the path in front of ``/Accounts``. ``signature_header`` carries the
    signature of a webhook. ``parameters``: names of parameters that mean one of Twilio's, by the
    name they come with. ``statuses``: values of CallStatus that mean one of Twilio's.
    ``missing_verbs`` may stand in no document, ``attributes`` are written otherwise, by verb, and
    no Gather may wait longer than ``longest_gather_s``. ``rest``: how requests are made.
    ``patience``: how an address is fetched may stand in its fragment. ``members``: who waits in a
    queue can be taken out of it one by one. ``numbers``: which numbers lead to us can be asked.
    ``coaches_at_once``: a document may say whom somebody whispers to. ``tells_announcements``:
    that one is over is told. ``needs_application``: calls are made on behalf of an application.
    ``unsupported``: what the adapter can do on Twilio and not here, in words.
    """

    name: str
    host: str
    api_root: str
    signature: SignatureScheme = SignatureScheme.TWILIO
    signature_header: str = "X-Twilio-Signature"
    idempotency_header: str = "I-Twilio-Idempotency-Token"
    regions: bool = False
    bearer_auth: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    missing_verbs: frozenset[str] = frozenset()
    attributes: Mapping[str, Words] = field(default_factory=dict)
    longest_gather_s: int = 3600
    rest: RestWords = RestWords()
    patience: bool = True
    members: bool = True
    numbers: bool = True
    coaches_at_once: bool = True
    tells_announcements: bool = True
    needs_application: bool = False
    unsupported: frozenset[str] = frozenset()

    def rest_base(self, edge: str, region: str) -> str:
        """Make the root of the REST interface, without a slash at the end; "" when unknown."""
        if not self.host:
            return ""
        if not self.regions:
            return f"https://{self.host}"
        name, _, domain = self.host.partition(".")
        # An edge alone is one of the first region; a host with an edge always names its region.
        parts = [name, edge, region or ("us1" if edge else ""), domain]
        return "https://" + ".".join(part for part in parts if part)

    def translated(self, fields: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Give a webhook's fields the names, and CallStatus the values, that Twilio has for them.

        A field that has Twilio's name already counts more than one that is only called otherwise.
        """
        given = tuple(fields)
        names = {name for name, _ in given}
        told: list[tuple[str, str]] = []
        for name, value in given:
            known = self.parameters.get(name, name)
            if known != name and known in names:
                continue
            told.append((known, self.statuses.get(value, value) if known == _STATUS else value))
        return tuple(told)


TWILIO = Dialect(name="twilio", host="api.twilio.com", api_root="/2010-04-01", regions=True)

SIGNALWIRE = Dialect(
    name="signalwire",
    host="",
    api_root="/api/laml/2010-04-01",
    signature_header="X-SignalWire-Signature",
    idempotency_header="",
    unsupported=frozenset({"shared keys", "softphone tokens", "regions"}),
)
"""Signs as Twilio does, with the signing key of the project in place of the auth token. Its
callbacks are not numbered: they count in the order they come."""

TELNYX = Dialect(
    name="telnyx",
    host="api.telnyx.com",
    api_root="/v2/texml",
    signature=SignatureScheme.ED25519,
    signature_header="telnyx-signature-ed25519",
    idempotency_header="",
    bearer_auth=True,
    missing_verbs=frozenset({"Client"}),
    attributes=MappingProxyType(
        {
            # A Gather that hears nothing goes on behind itself, always.
            "Gather": {"actionOnEmptyResult": None},
            "Conference": {"coach": None, "statusCallbackEvent": "start end join leave"},
            "Record": {"trim": None, "channels": "single"},
            "Enqueue": {"maxQueueSize": None},
            "Dial": {"answerOnBridge": None},
        }
    ),
    longest_gather_s=120,
    rest=RestWords(
        json_paths=("/Recordings",),
        names=MappingProxyType(
            {
                "/Calls": {"Method": "UrlMethod", "FallbackMethod": None, "SendDigits": None},
                "/Calls/*": {"Twiml": "Texml"},
                "/Calls/*/Recordings/*": {"PauseBehavior": None},
            }
        ),
        # "mono" and "dual" are Twilio's words; what is not answered yet is "completed", too.
        values=MappingProxyType(
            {"RecordingChannels": {"mono": "single"}, "Status": {"canceled": "completed"}}
        ),
        added=MappingProxyType(
            {
                "/Calls": {"ApplicationSid": "{application}"},
                "/Calls/*/Recordings": {"PlayBeep": "false"},
            }
        ),
        lists=" ",
        json=frozenset({"/Calls"}),
        over=frozenset({10005, 90015, 90018}),
        live=("in-progress", "ringing"),
        media_named=True,
    ),
    patience=False,
    members=False,
    numbers=False,
    coaches_at_once=False,
    tells_announcements=False,
    needs_application=True,
    unsupported=frozenset({"shared keys", "softphones", "softphone tokens", "regions", "streams"}),
)
"""Numbers and SIP phones; its key signs webhooks, an API key makes requests."""

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {dialect.name: dialect for dialect in (TWILIO, SIGNALWIRE, TELNYX)}
)

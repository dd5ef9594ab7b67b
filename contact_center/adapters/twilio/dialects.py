"""Where providers that speak Twilio's dialect differ from it: a row each, and nowhere else. Pure.

To add one is to add a row and a test. What it has not is in ``unsupported``. What no row can say
yet (a signature of another kind) is in ``refused``: settings that ask for it are refused instead of
half working.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

_STATUS = "CallStatus"


class SignatureScheme(Enum):
    """How webhooks are signed."""

    TWILIO = "twilio"
    """HMAC of URL and sorted form, base64."""
    ED25519 = "ed25519"
    """A public key over a time and the raw body; we cannot verify it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One provider's way to speak TwiML and the REST interface that goes with it.

    ``host``: of the REST interface, "" where every customer has one of their own (``rest_url`` says
    it then). ``api_root``: the path in front of ``/Accounts``. ``signature_header`` carries the
    signature of a webhook, ``sequence_numbers`` says whether status callbacks are numbered.
    ``parameters``: names of parameters that mean one of Twilio's, by the name they come with.
    ``statuses``: values of CallStatus that mean one of Twilio's. ``missing_verbs`` may stand in no
    document, and no Gather may wait longer than ``longest_gather_s``. ``unsupported``: what the
    adapter can do on Twilio and not here, in words. ``refused``: why settings that ask for it are
    refused, "" where they are not.
    """

    name: str
    host: str
    api_root: str
    signature: SignatureScheme = SignatureScheme.TWILIO
    signature_header: str = "X-Twilio-Signature"
    idempotency_header: str = "I-Twilio-Idempotency-Token"
    sequence_numbers: bool = True
    regions: bool = False
    bearer_auth: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    missing_verbs: frozenset[str] = frozenset()
    longest_gather_s: int = 3600
    unsupported: frozenset[str] = frozenset()
    refused: str = ""

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
    sequence_numbers=False,
    unsupported=frozenset({"shared keys", "softphone tokens", "regions"}),
)
"""Signs as Twilio does, with the signing key of the project in place of the auth token."""

TELNYX = Dialect(
    name="telnyx",
    host="api.telnyx.com",
    api_root="/v2/texml",
    signature=SignatureScheme.ED25519,
    signature_header="telnyx-signature-ed25519",
    idempotency_header="",
    sequence_numbers=False,
    bearer_auth=True,
    missing_verbs=frozenset({"Client"}),
    longest_gather_s=120,
    unsupported=frozenset({"shared keys", "softphones", "softphone tokens", "regions"}),
    refused=(
        "its webhooks carry a signature of another kind (Ed25519 over a time and the body), which"
        " we do not verify and which its own libraries were reported not to verify for TeXML; and"
        " its calls have ids with a colon in them, which no address of ours may have"
    ),
)
"""Its numbers and SIP phones could be used, but for that."""

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {dialect.name: dialect for dialect in (TWILIO, SIGNALWIRE, TELNYX)}
)

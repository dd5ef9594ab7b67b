"""How a service that speaks Twilio's dialect does otherwise what Twilio does.

From its public documentation and the sources of its own libraries; not tried on a live account.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.emulators.twilio import signing


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """``root``: what is in front of ``/Accounts`` in the paths of the API. ``signature``: the
    header that webhooks are signed in, with ``signing_key`` instead of the account's token where
    there is one. ``numbered``: callbacks have a SequenceNumber. ``tokens``: requests carry an
    idempotency token. ``texml``: requests, replies, webhooks and documents are Telnyx's, see
    `texml`; it knows no overrides in fragments.
    """

    root: str = "/2010-04-01"
    signature: str = signing.SIGNATURE
    signing_key: str = ""
    numbered: bool = True
    tokens: bool = True
    texml: bool = False


TWILIO = Manner()
SIGNALWIRE = Manner(
    root="/api/laml/2010-04-01",
    signature="X-SignalWire-Signature",
    signing_key="the-signing-key-of-a-project",
    numbered=False,
    tokens=False,
)
TELNYX = Manner(root="/v2/texml", signature="telnyx-signature-ed25519", tokens=False, texml=True)

"""How a service that speaks Twilio's dialect does otherwise what Twilio does.

From its public documentation and the sources of its own libraries; not tried on a live account.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.emulators.twilio import signing


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """``root``: what is in front of the paths of the API. ``signature``: the header that webhooks
    are signed in, with ``signing_key`` instead of the account's token where there is one.
    ``numbered``: callbacks have a SequenceNumber. ``tokens``: requests carry an idempotency token.
    """

    root: str = ""
    signature: str = signing.SIGNATURE
    signing_key: str = ""
    numbered: bool = True
    tokens: bool = True


TWILIO = Manner()
SIGNALWIRE = Manner(
    root="/api/laml",
    signature="X-SignalWire-Signature",
    signing_key="the-signing-key-of-a-project",
    numbered=False,
    tokens=False,
)

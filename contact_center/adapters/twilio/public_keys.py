"""Whether a request really comes from somebody who signs with Ed25519, as Telnyx does. Pure.

Signed are a time and the raw body, ``TIME|BODY``; the URL is not. So a time that is not about now
is refused, what comes without a body is, too (its signature would fit any address), and what our
own addresses are about is sealed, see `seals`. Never raises: what is odd is refused.
"""

import base64
import binascii
import re
from collections.abc import Callable, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from contact_center.adapters.twilio.signature import (
    FORM,
    LONGEST_BODY,
    LONGEST_TARGET,
    Asked,
    Verdict,
    Why,
    of_account,
    read_form,
)

TIME_HEADER = "telnyx-timestamp"
WINDOW_S = 300
"""So far a request's time may be from ours, either way."""
KEY_BYTES = 32
_SIGNED = re.compile(r"[A-Za-z0-9+/]{86}==")
_TIME = re.compile(r"[1-9][0-9]{0,11}\Z", re.ASCII)


def public_key(text: str) -> Ed25519PublicKey:
    """Read a public key as the provider shows it, base64. Raises ValueError for anything else."""
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as problem:
        raise ValueError("no base64") from problem
    if len(raw) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes")
    return Ed25519PublicKey.from_public_bytes(raw)


class PublicKeyVerifier:
    """Verifies requests that are signed with one of `keys`; two while they change.

    ``accounts``: what the account may be called. ``now``: microseconds UTC.
    """

    def __init__(
        self,
        keys: Sequence[Ed25519PublicKey],
        *,
        accounts: frozenset[str],
        signature_header: str,
        now: Callable[[], int],
    ) -> None:
        self._keys = tuple(keys)
        self._accounts = accounts
        self._header = signature_header
        self._now = now

    def verify(self, asked: Asked, *, socket: bool = False, needs_account: bool = True) -> Verdict:
        """Say whether to believe a request. Sockets are signed by nobody, so none is believed."""
        if len(asked.target) > LONGEST_TARGET or len(asked.body) > LONGEST_BODY:
            return Verdict(why=Why.TOO_LONG)
        if socket or asked.method != "POST" or not asked.body:
            return Verdict(why=Why.ODD)
        if not asked.target.startswith("/") or not asked.target.isascii() or "#" in asked.target:
            return Verdict(why=Why.ODD)
        signatures, times = asked.header(self._header), asked.header(TIME_HEADER)
        if len(signatures) != 1 or _SIGNED.fullmatch(signatures[0]) is None:
            return Verdict(why=Why.NO_SIGNATURE)
        if len(times) != 1 or _TIME.match(times[0]) is None:
            return Verdict(why=Why.TIME)
        if abs(self._now() // 1_000_000 - int(times[0])) > WINDOW_S:
            return Verdict(why=Why.TIME)
        if not self._is_signed(signatures[0], times[0].encode() + b"|" + asked.body):
            return Verdict(why=Why.SIGNATURE)
        types = asked.header("Content-Type")
        if len(types) != 1 or types[0].partition(";")[0].strip().lower() != FORM:
            return Verdict(why=Why.CONTENT_TYPE)
        read = read_form(asked.body)
        if read.why is not None:
            return read
        return of_account(read, self._accounts, needs_account=needs_account)

    def _is_signed(self, signature: str, text: bytes) -> bool:
        raw = base64.b64decode(signature)
        for key in self._keys:
            try:
                key.verify(raw, text)
            except InvalidSignature:
                continue
            return True
        return False

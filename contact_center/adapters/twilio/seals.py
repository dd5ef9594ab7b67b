"""Seals on addresses that we hand out, for providers that do not sign the URL. Pure.

A request that is signed rightly could be sent again, as it is, to another of our addresses. So each
address that is about something says with a seal that it was made here, for this, by somebody who
knows the key.
"""

import hashlib
import hmac
from collections.abc import Sequence

from contact_center.adapters.twilio.settings import Secret

NAME = "seal"
_LENGTH = 20


class Seals:
    """Seals what was made with `secrets`, the first for new ones: the others are on their way out.

    The same secret makes the same seals, so that another process knows them.
    """

    def __init__(self, secrets: Sequence[Secret]) -> None:
        self._keys = [
            hmac.digest(one.reveal().encode(), b"contact-center addresses", "sha256")
            for one in secrets
            if one
        ]
        if not self._keys:
            raise ValueError("nothing to seal with")

    def sealed(self, route: str, query: str) -> str:
        """Give the query with its seal at the end."""
        return f"{query}&{NAME}={_seal(self._keys[0], route, query)}"

    def fits(self, route: str, query: str) -> bool:
        """Say whether a query, as it came, is one of ours for this route."""
        plain, mark, seal = query.rpartition(f"&{NAME}=")
        found = False
        for key in self._keys:
            found |= hmac.compare_digest(_seal(key, route, plain).encode(), seal.encode())
        return bool(mark) and found


def _seal(key: bytes, route: str, query: str) -> str:
    return hmac.new(key, f"{route}?{query}".encode(), hashlib.sha256).hexdigest()[:_LENGTH]

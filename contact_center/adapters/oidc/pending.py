"""Log-ins under way, from leaving for the provider to coming back: bounded, each counts once."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

LASTS_US: Final = 600_000_000
MOST: Final = 2_000
MOST_OF_ONE: Final = 1_000
"""A shift may begin behind one address, which a proxy makes of everybody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """One of them. ``browser`` is in a cookie of the browser that began it.

    ``before``: the login it had when it left us. A provider's redirect does not bring the cookie of
    that along (``SameSite=Strict``), so it could not be told afterwards.
    """

    browser: str
    nonce: str
    verifier: str
    address: str
    to: str
    since: int
    before: str = ""


class UnderWay:
    """All of them, by state."""

    def __init__(self) -> None:
        self._by_state: OrderedDict[str, Pending] = OrderedDict()

    def begin(self, address: str, to: str, now: int, before: str = "") -> tuple[str, Pending]:
        """Begin one; at the bounds the oldest is forgotten, first those of the same address."""
        mine = [state for state, one in self._by_state.items() if one.address == address]
        for state in mine[: max(0, len(mine) - MOST_OF_ONE + 1)]:
            del self._by_state[state]
        while len(self._by_state) >= MOST:
            self._by_state.popitem(last=False)
        state = secrets.token_urlsafe(32)
        made = Pending(
            browser=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            address=address,
            to=to,
            since=now,
            before=before,
        )
        self._by_state[state] = made
        return state, made

    def take(self, state: str, browser: str, now: int) -> Pending | None:
        """Take one out for the browser that began it; None for nobody's, another's, or an old one.

        What is asked for once is gone, whoever asked.
        """
        found = self._by_state.pop(state, None)
        if found is None or now - found.since > LASTS_US:
            return None
        return found if secrets.compare_digest(found.browser, browser) else None

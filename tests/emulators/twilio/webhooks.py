"""Requests to the account's own servers: documents, callbacks and media."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.emulators.twilio.model import EmulatedCall

if TYPE_CHECKING:
    from tests.emulators.twilio.emulator import TwilioEmulator


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered."""

    status: int
    content_type: str
    body: bytes
    url: str


class WebhookClient:
    """Signs, sends, retries, and writes down."""

    def __init__(self, twilio: TwilioEmulator) -> None:
        self._twilio = twilio

    async def tell(
        self, url: str, method: str, params: Mapping[str, str], call: EmulatedCall | None = None
    ) -> None:
        """Send a callback whose answer does not matter (conference, recording, AMD events)."""
        raise NotImplementedError

    async def media(self, url: str, call: EmulatedCall | None = None) -> Reply:
        """Fetch something to play. Raises `FetchFailed`."""
        raise NotImplementedError

"""Dates as Twilio writes and reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime


def rfc2822(at: float) -> str:
    """Seconds since 1970 as in ``Tue, 31 Aug 2010 20:36:28 +0000``."""
    return format_datetime(datetime.fromtimestamp(at, UTC))


def instant(text: str) -> tuple[float, float]:
    """The first second of a day (``2026-11-22``) or of an instant (``2026-11-22T10:00:00Z``) and
    the first second after it. Raises ValueError.
    """
    begin = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if begin.tzinfo is None:
        begin = begin.replace(tzinfo=UTC)
    return begin.timestamp(), begin.timestamp() + (86400 if len(text) == 10 else 1)

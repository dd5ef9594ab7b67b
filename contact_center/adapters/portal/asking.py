"""How the page asks the core."""

from collections.abc import Awaitable, Callable

from contact_center.core.events import Event
from contact_center.core.ids import CallId

Ask = Callable[[Event, CallId], Awaitable[str]]
"""Hands an event to the core; gives the code of its answer, "" for none in time."""

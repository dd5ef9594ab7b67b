"""What the public page is made with; the composition root fills it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from contact_center.core.ids import QueueId


class NumberError(ValueError):
    """A number that is not called; the message is a code: ``not_a_number`` or ``not_called``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSettings:
    """The page's settings.

    ``queues``: those that are public. ``public_url``: what visitors type, without a slash at the
    end. ``key`` seals our own notes, ``context_key`` those of the shop's pages (empty: none are
    taken). ``origins``: whose pages may show the widget. ``proxies``: addresses whose word on who
    asks is taken. ``caller_id``: shown to who is called. ``per_slot``: calls in a slot, 0 to work
    it out of the staff. ``talk``: the number whose callers visitors are led as who talk in their
    browser, by queue. ``number_of`` gives a number in E.164, or raises NumberError.
    """

    queues: tuple[QueueId, ...]
    name: str
    public_url: str
    key: bytes
    number_of: Callable[[str], str]
    context_key: bytes = b""
    origins: frozenset[str] = frozenset()
    proxies: frozenset[str] = frozenset()
    caller_id: str = ""
    slot_min: int = 30
    ahead_days: int = 7
    notice_min: int = 30
    per_slot: int = 0
    talk: Mapping[QueueId, str] = field(default_factory=dict)

"""What a visitor sent, read and held against what may be: form, page context, name, number, time.

Nothing of it is taken for identity: the page context says what somebody looked at, not who it is.
"""

import secrets
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from contact_center.adapters.portal.outlook import Outlook
from contact_center.adapters.portal.settings import NumberError, PortalSettings
from contact_center.adapters.portal.signed import CONTEXT, FORM, NoteError, derived, opened, seal
from contact_center.core.ids import CallId, QueueId
from contact_center.core.slots import Slot

FORM_LASTS_S: Final = 2 * 3600
CONTEXT_LASTS_S: Final = 15 * 60
MOST_NAME: Final = 60
MOST_NUMBER: Final = 30
MOST_TEXT: Final = 120
"""Bound on each thing that a shop's page says, in characters."""
MOST_VIEWED: Final = 5
MOST_FIELDS: Final = 12
MOST_KEYS: Final = 20
KEYS: Final = frozenset("0123456789*#")


class VisitError(ValueError):
    """A visit that cannot be taken; the message is one of the page's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """What a shop's page says of a visit. ``nonce`` is for using it once; "" for no context."""

    page: str = ""
    case: str = ""
    viewed: tuple[str, ...] = ()
    nonce: str = ""

    @property
    def reason(self) -> str:
        """Say it in a line: From the page Roses: order 4711."""
        if not self.page:
            return self.case
        return f"From the page {self.page}{f': {self.case}' if self.case else ''}"

    def noted(self) -> tuple[tuple[str, str], ...]:
        """Give it as names and values for the agent."""
        named = {"page": self.page, "case": self.case, "looked_at": "; ".join(self.viewed)}
        return tuple((name, text) for name, text in named.items() if text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form that we gave out: its ``nonce`` makes sending it twice the same as once."""

    queue: QueueId
    nonce: str
    context: PageContext = PageContext()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What was sent, bounded; as it was typed, but for control characters."""

    form: str = ""
    name: str = ""
    number: str = ""
    slot: int = 0
    context: str = ""
    note: str = ""
    keys: str = ""
    over: bool = False
    helped: bool = False


def read(body: bytes) -> Sent:
    """Read a form's body; whatever cannot be read is empty."""
    try:
        fields = dict(parse_qsl(body.decode(), max_num_fields=MOST_FIELDS, keep_blank_values=True))
    except (UnicodeDecodeError, ValueError):
        return Sent()
    slot = fields.get("slot", "")
    return Sent(
        form=fields.get("form", ""),
        name=one_line(fields.get("name", ""))[: MOST_NAME + 1],
        number=one_line(fields.get("number", ""))[: MOST_NUMBER + 1],
        slot=int(slot) if slot.isascii() and slot.isdecimal() and len(slot) <= 18 else 0,
        context=fields.get("context", ""),
        note=fields.get("t", ""),
        keys="".join(key for key in fields.get("keys", "")[:MOST_KEYS] if key in KEYS),
        over=fields.get("over", "") == "1",
        helped=fields.get("helped", "") == "1",
    )


def one_line(text: object) -> str:
    """Give text without control and format characters, and with single spaces."""
    told = text if isinstance(text, str) else ""
    return " ".join("".join(c if c.isprintable() else " " for c in told).split())


def context_of(key: bytes, note: str, now_s: int) -> PageContext:
    """Read a page context. Raises NoteError."""
    content = opened(key, CONTEXT, note, now_s, CONTEXT_LASTS_S)
    nonce = content.get("nonce")
    if not isinstance(nonce, str) or not 8 <= len(nonce) <= 64:
        raise NoteError("malformed")
    return _context(content)


def new_form(settings: PortalSettings, queue: QueueId, context: PageContext, now_s: int) -> str:
    """Make the note that a form carries, with what the shop's page said inside."""
    content: dict[str, Any] = {"at": now_s, "queue": queue, "form": secrets.token_hex(8)}
    if context.nonce:
        content |= {
            "page": context.page,
            "case": context.case,
            "viewed": list(context.viewed),
            "nonce": context.nonce,
        }
    return seal(settings.key, FORM, content)


def form_of(settings: PortalSettings, queue: QueueId, sent: Sent, now_s: int) -> Form:
    """Read what a form carried; a context beside it counts too. Raises VisitError."""
    try:
        content = opened(settings.key, FORM, sent.form, now_s, FORM_LASTS_S)
    except NoteError:
        raise VisitError("stale") from None
    if content.get("queue") != queue:
        raise VisitError("stale")
    context = _context(content)
    if sent.context:
        try:
            context = context_of(settings.context_key, sent.context, now_s)
        except NoteError:
            raise VisitError("bad_context") from None
    return Form(queue=queue, nonce=str(content.get("form", "")), context=context)


def number_of(settings: PortalSettings, sent: Sent) -> str:
    """Check name and number; gives the number in E.164. Raises VisitError."""
    if not 0 < len(sent.name) <= MOST_NAME:
        raise VisitError("bad_name")
    if len(sent.number) > MOST_NUMBER:
        raise VisitError("bad_number")
    try:
        return settings.number_of(sent.number)
    except NumberError as problem:
        raise VisitError("not_called" if str(problem) == "not_called" else "bad_number") from None


def slot_of(found: Outlook, sent: Sent) -> Slot:
    """Find the slot that was chosen, if it is still to be had. Raises VisitError."""
    chosen = next((slot for slot in found.slots if slot.begin == sent.slot), None)
    if chosen is None:
        raise VisitError("unavailable" if sent.slot else "bad_time")
    return chosen


def visit_name(settings: PortalSettings, form: Form, process: str) -> CallId:
    """Name the visit that a form makes: the same for the same form, never again in another life."""
    return CallId(f"web-{process}-{derived(settings.key, 'visit', process, form.nonce)}")


def _context(content: dict[str, Any]) -> PageContext:
    viewed = content.get("viewed")
    listed = viewed[:MOST_VIEWED] if isinstance(viewed, list) else []
    nonce = content.get("nonce")
    return PageContext(
        page=one_line(content.get("page"))[:MOST_TEXT],
        case=one_line(content.get("case"))[:MOST_TEXT],
        viewed=tuple(filter(None, (one_line(one)[:MOST_TEXT] for one in listed))),
        nonce=nonce if isinstance(nonce, str) else "",
    )

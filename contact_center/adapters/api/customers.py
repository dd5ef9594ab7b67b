"""The doors to customers and their cases: for pages of agents and supervisors, and for programs.

What is shown of a customer is masked here on the server until an agent has verified in a call who
it is; whoever may see numbers sees everything. Money is whole cents, times are milliseconds.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal, Protocol

from aiohttp import web
from msgspec import Meta

from contact_center.adapters.api import bodies
from contact_center.adapters.api.access import Access, refusal
from contact_center.adapters.api.customer_shapes import CaseWay
from contact_center.adapters.api.doors import Act, Ask, Doors, read_body
from contact_center.core.permissions import Permission, is_allowed

_Text = Annotated[str, Meta(max_length=4_000)]
_Call = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{0,120}$")]
_Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,120}$")]
_Why = Annotated[str, Meta(min_length=1, max_length=500)]
_Priority = Literal["low", "normal", "high", "urgent"]


class PinNote(bodies.Body, frozen=True, kw_only=True):
    """The pinned note; "" takes it off."""

    text: Annotated[str, Meta(max_length=2_000)]


class Care(bodies.Body, frozen=True, kw_only=True):
    """What is to be minded with a vulnerable customer; "" for nothing any more."""

    text: Annotated[str, Meta(max_length=2_000)]
    why: _Why


class Verify(bodies.Body, frozen=True, kw_only=True):
    """By what an agent found out in a call who this is."""

    call: _Id
    way: Literal["birth_date", "passphrase", "order_number", "address", "document", "voice"]


class OfferAnswer(bodies.Body, frozen=True, kw_only=True):
    """What was said to an offer."""

    answer: Literal["accepted", "declined"]
    call: _Call = ""


class OpenCase(bodies.Body, frozen=True, kw_only=True):
    """A case to be opened. ``reason``: of a complaint, as in ``delivery.late``."""

    kind: Literal["question", "request", "problem", "complaint"] = "question"
    subject: Annotated[str, Meta(min_length=1, max_length=200)]
    text: _Text = ""
    reason: Annotated[str, Meta(max_length=100)] = ""
    priority: _Priority = "normal"
    mine: bool = False
    call: _Call = ""


class ChangeCase(bodies.Body, frozen=True, kw_only=True):
    """A change of a case. ``version``: the one that was looked at; ``public``: the customer may
    read the comment, and is answered by it."""

    version: Annotated[int, Meta(ge=1)]
    status: CaseWay | None = None
    priority: _Priority | None = None
    agent: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{0,120}$")] | None = None
    comment: _Text = ""
    public: bool = False
    acknowledged: bool = False


class MergeBody(bodies.Body, frozen=True, kw_only=True):
    """Whom to merge into this customer, and why."""

    gone: _Id
    why: _Why


class PutRecord(bodies.Body, frozen=True, kw_only=True):
    """A record as files of the import have it: what a shop tells when somebody buys."""

    kind: Literal["task", "opportunity", "quote", "order", "invoice", "product", "offer"]
    body: dict[str, Any]


class CannotError(Exception):
    """What was asked for makes no sense, or cannot be; the message says why."""


class ConflictError(Exception):
    """Somebody else changed it meanwhile."""


class Viewer:
    """Who looks. ``whole``: may see numbers; ``care``: may see who is vulnerable."""

    def __init__(self, ask: Ask) -> None:
        self.name = ask.who.name
        self.now = ask.now
        # Who leads a team sees numbers of its calls, and not everybody's.
        bound = ask.who.reach is not None
        self.whole = not bound and is_allowed(ask.who.roles, Permission.SEE_NUMBERS)
        self.care = is_allowed(ask.who.roles, Permission.SEE_VULNERABLE)
        self.merges = not bound and is_allowed(ask.who.roles, Permission.MERGE_CUSTOMERS)
        self.call = ask.request.query.get("call", "")[:120]


class Customers(Protocol):
    """What storage and the center know. Gives None for no such thing; raises CannotError,
    ConflictError and HistoryAwayError."""

    async def search(self, text: str) -> list[dict[str, Any]]:
        """Find customers."""

    async def card(self, customer: str, viewer: Viewer) -> dict[str, Any] | None:
        """Give what is shown beside a call; parts that are late are named, not waited for."""

    async def page(self, customer: str, viewer: Viewer) -> dict[str, Any] | None:
        """Give everything, with the time line."""

    async def pin(self, customer: str, body: PinNote, viewer: Viewer) -> str:
        """Write the pinned note; gives the one before."""

    async def mind(self, customer: str, body: Care) -> str:
        """Write what is to be minded; gives what was before."""

    async def verify(self, customer: str, body: Verify, viewer: Viewer) -> None:
        """Note that the agent of a call verified who this is."""

    async def answer(
        self, customer: str, offer: str, body: OfferAnswer, viewer: Viewer
    ) -> dict[str, Any] | None:
        """Write down what was said to an offer."""

    async def done(self, customer: str, task: str, viewer: Viewer) -> bool:
        """Take a task off the list."""

    async def open_case(self, customer: str, body: OpenCase, viewer: Viewer) -> dict[str, Any]:
        """Open a case."""

    async def case(self, case: str, viewer: Viewer) -> dict[str, Any] | None:
        """Give a case with its story."""

    async def change_case(
        self, case: str, body: ChangeCase, viewer: Viewer
    ) -> dict[str, Any] | None:
        """Change a case."""

    async def merge(self, customer: str, body: MergeBody, viewer: Viewer) -> dict[str, Any]:
        """Make two customers one."""

    async def unmerge(self, merge: int, viewer: Viewer) -> bool:
        """Take a merge back."""

    async def record(self, customer: str, body: PutRecord, now: int) -> None:
        """Keep a record."""


class CustomerApi:
    """The doors of one process."""

    def __init__(self, access: Access, clock: Callable[[], int], customers: Customers) -> None:
        self._doors = Doors(access, clock)
        self._customers = customers

    def routes(self, at: str) -> list[web.AbstractRouteDef]:
        """All of them; `at` is the path before each."""
        one, see, keep = (
            f"{at}/customers/{{customer}}",
            Permission.SEE_CUSTOMERS,
            Permission.KEEP_CUSTOMERS,
        )
        return [
            web.get(f"{at}/customers", self._door(see, self._search)),
            web.get(one, self._door(see, self._page)),
            web.get(f"{one}/card", self._door(see, self._card)),
            web.post(f"{one}/note", self._door(keep, self._pin)),
            web.post(f"{one}/identity", self._door(keep, self._verify)),
            web.post(f"{one}/cases", self._door(keep, self._open_case)),
            web.post(f"{one}/offers/{{offer}}", self._door(keep, self._answer)),
            web.post(f"{one}/tasks/{{task}}/done", self._door(keep, self._done)),
            web.post(f"{one}/care", self._door(Permission.SEE_VULNERABLE, self._mind)),
            web.post(f"{one}/merge", self._door(Permission.MERGE_CUSTOMERS, self._merge)),
            web.post(f"{one}/records", self._door(Permission.KEEP_PEOPLE, self._record)),
            web.delete(
                f"{at}/merges/{{merge}}", self._door(Permission.MERGE_CUSTOMERS, self._unmerge)
            ),
            web.get(f"{at}/cases/{{case}}", self._door(see, self._case)),
            web.post(f"{at}/cases/{{case}}", self._door(keep, self._change_case)),
        ]

    def _door(self, what: Permission, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def careful(ask: Ask) -> web.Response:
            try:
                return await act(ask)
            except CannotError as problem:
                return refusal(422, "cannot", str(problem))
            except ConflictError as problem:
                return refusal(409, "changed", str(problem))

        return self._doors.door(what, careful, 1)

    async def _search(self, ask: Ask) -> web.Response:
        text = ask.request.query.get("q", "").strip()[:200]
        found = await self._customers.search(text) if len(text) > 1 else []
        return _json({"customers": found})

    async def _page(self, ask: Ask) -> web.Response:
        return _found(await self._customers.page(ask.name("customer"), Viewer(ask)))

    async def _card(self, ask: Ask) -> web.Response:
        return _found(await self._customers.card(ask.name("customer"), Viewer(ask)))

    async def _pin(self, ask: Ask) -> web.Response:
        body = await read_body(ask, PinNote)
        before = await self._customers.pin(ask.name("customer"), body, Viewer(ask))
        ask.note.before = {"text": before}
        return _json({"done": True})

    async def _mind(self, ask: Ask) -> web.Response:
        body = await read_body(ask, Care)
        await self._customers.mind(ask.name("customer"), body)
        ask.note.after = None  # whoever reads the audit log may not be one who may see it
        return _json({"done": True})

    async def _verify(self, ask: Ask) -> web.Response:
        body = await read_body(ask, Verify)
        await self._customers.verify(ask.name("customer"), body, Viewer(ask))
        return _json({"done": True})

    async def _answer(self, ask: Ask) -> web.Response:
        body = await read_body(ask, OfferAnswer)
        customer, offer = ask.name("customer"), ask.name("offer")
        return _found(await self._customers.answer(customer, offer, body, Viewer(ask)))

    async def _done(self, ask: Ask) -> web.Response:
        customer, task = ask.name("customer"), ask.name("task")
        done = await self._customers.done(customer, task, Viewer(ask))
        return _found({"done": True} if done else None)

    async def _open_case(self, ask: Ask) -> web.Response:
        body = await read_body(ask, OpenCase)
        made = await self._customers.open_case(ask.name("customer"), body, Viewer(ask))
        return _json(made, 201)

    async def _case(self, ask: Ask) -> web.Response:
        return _found(await self._customers.case(ask.name("case"), Viewer(ask)))

    async def _change_case(self, ask: Ask) -> web.Response:
        body = await read_body(ask, ChangeCase)
        return _found(await self._customers.change_case(ask.name("case"), body, Viewer(ask)))

    async def _merge(self, ask: Ask) -> web.Response:
        body = await read_body(ask, MergeBody)
        return _json(await self._customers.merge(ask.name("customer"), body, Viewer(ask)))

    async def _unmerge(self, ask: Ask) -> web.Response:
        name = ask.name("merge")
        number = int(name) if name.isdecimal() and len(name) < 10 else -1
        undone = await self._customers.unmerge(number, Viewer(ask))
        return _found({"done": True} if undone else None)

    async def _record(self, ask: Ask) -> web.Response:
        body = await read_body(ask, PutRecord)
        await self._customers.record(ask.name("customer"), body, ask.now)
        return _json({"done": True})


def _found(body: dict[str, Any] | None) -> web.Response:
    return _json(body) if body is not None else refusal(404, "not_there", "There is no such thing.")


def _json(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.json_response(body, status=status, headers={"Cache-Control": "no-store"})

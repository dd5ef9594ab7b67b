"""The doors about people we may or may not call: suppressions, consents, promises, tasks.

For other programs (a CRM, a web form) as much as for people: whoever hears that somebody wants no
calls can say so here, and it holds for the next call.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal, Protocol

from aiohttp import web
from msgspec import Meta

from contact_center.adapters.api import bodies
from contact_center.adapters.api.access import Access, refusal
from contact_center.adapters.api.doors import Act, Ask, Doors, read_body
from contact_center.core.permissions import Permission
from dialer.errors import NoSuchCampaignError, NotNowError

Number = Annotated[str, Meta(pattern=r"^\+[1-9][0-9]{6,14}$")]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:+-]{0,120}$")]
Text = Annotated[str, Meta(max_length=500)]
Why = Annotated[str, Meta(min_length=1, max_length=500)]
Seconds = Annotated[float, Meta(ge=0, le=10_000_000_000)]
Local = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$")]


class Suppress(bodies.Body, frozen=True, kw_only=True):
    """Nobody calls this number, party, or any number that begins so (``value``)."""

    kind: Literal["number", "party", "prefix"] = "number"
    value: Annotated[str, Meta(min_length=1, max_length=120)]
    scope: Literal["global", "seller", "campaign", "list"] = "global"
    whose: Text = ""
    why: Why
    until: Seconds | None = None


class Consent(bodies.Body, frozen=True, kw_only=True):
    """Somebody allowed something, or took it back (``revoked``)."""

    number: Number
    type: Annotated[str, Meta(pattern=r"^[a-z0-9_:]{1,60}$")]
    seller: Text = ""
    proof: Text = ""
    channel: Text = ""
    at: Seconds
    until: Seconds | None = None
    revoked: bool = False


class Owner(bodies.Body, frozen=True, kw_only=True):
    """What a database of reassigned numbers says of a number."""

    number: Number
    answer: Literal["yes", "no", "no_data"]
    at: Seconds


class Promise(bodies.Body, frozen=True, kw_only=True):
    """Call a lead at a wall time (``local``) of theirs, in a zone; ``agent``: who promised it.

    ``fallback_s``: so long after it is due anybody may make the call.
    """

    lead: Name
    local: Local
    zone: Annotated[str, Meta(min_length=1, max_length=60)]
    number: Number | None = None
    agent: bodies.Id | None = None
    fallback_s: Annotated[float, Meta(ge=0, le=604_800)] = 900
    note: Text = ""


class Reason(bodies.Body, frozen=True, kw_only=True):
    """Why."""

    why: Why


class CannotError(Exception):
    """What was asked for makes no sense, or cannot be; the message says why."""


class People(Protocol):
    """What storage does about people. Times are microseconds."""

    async def suppress(self, body: Suppress, by: str) -> None:
        """Bar somebody from being called. Raises CannotError."""

    async def unsuppress(self, body: Suppress, by: str) -> bool:
        """Lift an entry; False when there was none."""

    async def consent(self, body: Consent, by: str) -> int:
        """Note what was said, for every party who has the number; gives how many."""

    async def owner(self, body: Owner, by: str) -> None:
        """Note what is known of a number's owner."""

    async def promise(self, campaign: str, body: Promise, by: str) -> dict[str, Any]:
        """Keep a promise. Raises CannotError and NoSuchCampaignError."""

    async def unpromise(self, lead: str, by: str, why: str) -> bool:
        """Take a promise back; False when there was none."""

    async def reopen(self, lead: str, by: str, why: str) -> bool:
        """Open a lead that is at an end; False when it is not."""

    async def tasks(self) -> list[dict[str, Any]]:
        """Give what a person has to look at."""

    async def task_done(self, task: str, by: str) -> bool:
        """Take a task off the list; False when it was not on it."""


class PeopleApi:
    """The doors of one process."""

    def __init__(self, access: Access, clock: Callable[[], int], people: People) -> None:
        self._doors = Doors(access, clock)
        self._people = people

    def routes(self) -> list[web.AbstractRouteDef]:
        """All of them."""
        return [
            web.post("/api/suppressions", self._door(self._suppress)),
            web.delete("/api/suppressions", self._door(self._unsuppress)),
            web.post("/api/consents", self._door(self._consent)),
            web.post("/api/owners", self._door(self._owner)),
            web.post("/api/campaigns/{campaign}/callbacks", self._door(self._promise)),
            web.delete("/api/leads/{lead}/callback", self._door(self._unpromise)),
            web.post("/api/leads/{lead}/reopen", self._door(self._reopen)),
            web.get("/api/tasks", self._door(self._tasks)),
            web.post("/api/tasks/{task}/done", self._door(self._task_done)),
        ]

    def _door(self, act: Act) -> Any:
        async def careful(ask: Ask) -> web.Response:
            try:
                return await act(ask)
            except CannotError as problem:
                return refusal(422, "cannot", str(problem))
            except NoSuchCampaignError:
                return refusal(404, "no_such_campaign", "There is no such campaign.")
            except NotNowError as problem:
                return refusal(503, "not_now", str(problem))

        return self._doors.door(Permission.KEEP_PEOPLE, careful, 1)

    async def _suppress(self, ask: Ask) -> web.Response:
        await self._people.suppress(await read_body(ask, Suppress), ask.who.name)
        return web.json_response({"done": True})

    async def _unsuppress(self, ask: Ask) -> web.Response:
        held = await self._people.unsuppress(await read_body(ask, Suppress), ask.who.name)
        return _found(held, "There is no such entry.")

    async def _consent(self, ask: Ask) -> web.Response:
        parties = await self._people.consent(await read_body(ask, Consent), ask.who.name)
        return web.json_response({"done": True, "parties": parties})

    async def _owner(self, ask: Ask) -> web.Response:
        await self._people.owner(await read_body(ask, Owner), ask.who.name)
        return web.json_response({"done": True})

    async def _promise(self, ask: Ask) -> web.Response:
        body = await read_body(ask, Promise)
        kept = await self._people.promise(ask.name("campaign"), body, ask.who.name)
        return web.json_response(kept)

    async def _unpromise(self, ask: Ask) -> web.Response:
        body = await read_body(ask, Reason)
        had = await self._people.unpromise(ask.name("lead"), ask.who.name, body.why)
        return _found(had, "Nothing was promised to this lead.")

    async def _reopen(self, ask: Ask) -> web.Response:
        body = await read_body(ask, Reason)
        was = await self._people.reopen(ask.name("lead"), ask.who.name, body.why)
        return _found(was, "There is no such lead at an end.")

    async def _tasks(self, ask: Ask) -> web.Response:
        return web.json_response({"tasks": await self._people.tasks()})

    async def _task_done(self, ask: Ask) -> web.Response:
        done = await self._people.task_done(ask.name("task"), ask.who.name)
        return _found(done, "There is no such task.")


def _found(was: bool, otherwise: str) -> web.Response:
    return web.json_response({"done": True}) if was else refusal(404, "not_there", otherwise)

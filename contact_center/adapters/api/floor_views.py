"""The doors of views of the floor: everybody has their own, and may share them with a team."""

import secrets
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, Literal, Protocol

import msgspec
from aiohttp import web
from msgspec import Meta, field

from contact_center.adapters.api.access import refusal
from contact_center.adapters.api.bodies import Body, Id
from contact_center.adapters.api.doors import Ask, Doors, NotTheirsError, read_body, within
from contact_center.core.permissions import Permission, is_allowed

TileFact = Literal["longest", "free", "level", "abandoned", "states"]
FACTS: Final[tuple[TileFact, ...]] = ("longest", "free", "level", "abandoned", "states")


class ViewSpec(Body, frozen=True, kw_only=True):
    """What is shown: tiles of these queues in this order (all without), and what is on them.

    ``text``, ``queue``, ``state``: which agents; ``sort``, ``down``: in which order.
    """

    queues: Annotated[list[Id], Meta(max_length=200)] = field(default_factory=list)
    facts: Annotated[list[TileFact], Meta(max_length=5)] = field(
        default_factory=lambda: list(FACTS)
    )
    text: Annotated[str, Meta(max_length=60)] = ""
    queue: Annotated[str, Meta(max_length=120)] = ""
    state: Literal["", "free", "ringing", "talking", "wrap_up", "paused", "out"] = ""
    sort: Literal["name", "state", "since", "queue", "queues"] = "state"
    down: bool = False


class ViewSave(Body, frozen=True, kw_only=True):
    """A view. ``shared``: "" with nobody, "all", or the queue whose supervisors see it, too."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    spec: ViewSpec
    shared: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{0,120}$")] = ""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A view as it is told. ``mine``: whether whoever asks may change it."""

    view: str
    owner: str
    shared: str
    name: str
    spec: ViewSpec
    mine: bool = False


class ViewKeeper(Protocol):
    """Keeps views. May raise HistoryAwayError."""

    async def seen_by(self, agent: str) -> Sequence[Shown]:
        """Those of somebody, and those that are shared with them."""

    async def get(self, view: str) -> Shown | None:
        """Give one."""

    async def put(self, view: Shown, at: int) -> bool:
        """Keep one; False when its owner has too many."""

    async def delete(self, view: str) -> None:
        """Take one out."""


class ViewDoors:
    """The doors of one process. ``queues`` gives those there are."""

    def __init__(
        self, doors: Doors, keeper: ViewKeeper, queues: Callable[[], Sequence[str]]
    ) -> None:
        self._doors = doors
        self._keeper = keeper
        self._queues = queues

    def routes(self, at: str) -> list[web.AbstractRouteDef]:
        """All of them; `at` is the path before each."""
        door, see = self._doors.door, Permission.SEE_FLOOR
        return [
            web.get(f"{at}/views", door(see, self._list)),
            web.post(f"{at}/views", door(see, self._make)),
            web.put(f"{at}/views/{{view}}", door(see, self._change)),
            web.delete(f"{at}/views/{{view}}", door(see, self._delete)),
        ]

    async def _list(self, ask: Ask) -> web.Response:
        found = await self._keeper.seen_by(ask.who.name)
        rows = [msgspec.structs.replace(one, mine=one.owner == ask.who.name) for one in found]
        return web.json_response({"views": msgspec.to_builtins(rows)})

    async def _make(self, ask: Ask) -> web.Response:
        body = await read_body(ask, ViewSave)
        _within(ask, body.shared)
        return await self._put(ask, f"v-{secrets.token_hex(6)}", body)

    async def _change(self, ask: Ask) -> web.Response:
        body = await read_body(ask, ViewSave)
        _within(ask, body.shared)
        refused = await self._against(ask)
        return refused or await self._put(ask, ask.name("view"), body)

    async def _put(self, ask: Ask, name: str, body: ViewSave) -> web.Response:
        if body.shared and not is_allowed(ask.who.roles, Permission.STEER_AGENTS):
            needed = Permission.STEER_AGENTS.value
            return refusal(403, "role", f"Sharing a view takes a role that may {needed}.")
        if body.shared not in ("", "all", *self._queues()):
            return refusal(404, "no_such_queue", "There is no such queue.")
        made = Shown(
            view=name, owner=ask.who.name, shared=body.shared, name=body.name, spec=body.spec
        )
        if not await self._keeper.put(made, ask.now):
            return refusal(409, "too_many_views", "You have as many views as there may be.")
        ask.note.object = name
        return web.json_response({"view": name})

    async def _delete(self, ask: Ask) -> web.Response:
        refused = await self._against(ask)
        if refused is not None:
            return refused
        await self._keeper.delete(ask.name("view"))
        return web.json_response({"done": True})

    async def _against(self, ask: Ask) -> web.Response | None:
        """Say why somebody may not change a view; what it was is noted."""
        known = await self._keeper.get(ask.name("view"))
        if known is None and ask.who.reach is not None:
            raise NotTheirsError
        if known is None:
            return refusal(404, "no_such_view", "There is no such view any more.")
        if known.owner != ask.who.name:
            return refusal(403, "not_yours", "Only whoever made a view changes it.")
        was: dict[str, Any] = msgspec.to_builtins(known)
        ask.note.before = {name: was[name] for name in ("name", "shared", "spec")}
        return None


def _within(ask: Ask, shared: str) -> None:
    """Raises NotTheirsError when whoever leads teams would share a view with others."""
    if shared == "all" and ask.who.reach is not None:
        raise NotTheirsError
    within(ask, queues=[shared] if shared else [])

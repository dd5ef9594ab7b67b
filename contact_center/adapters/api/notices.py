"""The doors of messages to agents: send one, see who has not read it, take it back."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Protocol

from aiohttp import web
from msgspec import Meta, field

from contact_center.adapters.api.access import Holder, refusal
from contact_center.adapters.api.bodies import BadBodyError, Body, Id
from contact_center.adapters.api.doors import Ask, Doors, NotTheirsError, read_body, within
from contact_center.core.ids import AgentId, QueueId
from contact_center.core.live_changes import MOST_AGENTS
from contact_center.core.notices import MOST_TEXT
from contact_center.core.permissions import Permission
from contact_center.core.teams import Reach

REFUSED: Final = {
    "nobody": (404, "There is nobody to be told."),
    "empty": (400, "Say something."),
    "told_enough": (429, "You have sent enough for a minute."),
    "said_already": (409, "You have told them the same a moment ago."),
    "too_many_unread": (409, "They have more than enough that they have not read yet."),
}


class NoticeSend(Body, frozen=True, kw_only=True):
    """A message: to these agents, to those who serve a queue, or to everybody."""

    text: Annotated[str, Meta(min_length=1, max_length=MOST_TEXT)]
    agents: Annotated[list[Id], Meta(max_length=MOST_AGENTS)] = field(default_factory=list)
    queue: Id | None = None
    everybody: bool = False


class NoticeKeeper(Protocol):
    """Keeps the board."""

    def addressees(
        self, agents: Sequence[AgentId], queue: QueueId | None, reach: Reach | None
    ) -> tuple[str, list[AgentId]]:
        """Say in words whom a message is for, and name them; nobody when one is not known.

        Without agents and queue it is everybody, of the teams of whoever leads some.
        """

    def send(self, who: Holder, to: str, agents: Sequence[AgentId], text: str) -> tuple[str, str]:
        """Hang a message up; gives its name, and the code of what stands against it, "" for none.

        Keys of `REFUSED`.
        """

    def take_back(self, notice: str) -> dict[str, Any] | None:
        """Take one down; gives what it was, None when it is not there."""

    def sent(self, reach: Reach | None) -> list[dict[str, Any]]:
        """What is up, newest first, with who has not read it; times in milliseconds.

        Of whoever leads teams: what went to these alone.
        """


class NoticeDoors:
    """The doors of one process."""

    def __init__(self, doors: Doors, keeper: NoticeKeeper) -> None:
        self._doors = doors
        self._keeper = keeper

    def routes(self, at: str) -> list[web.AbstractRouteDef]:
        """All of them; `at` is the path before each."""
        door, steer = self._doors.door, Permission.STEER_AGENTS
        return [
            web.get(f"{at}/notices", door(Permission.SEE_FLOOR, self._list)),
            web.post(f"{at}/notices", door(steer, self._send)),
            web.delete(f"{at}/notices/{{notice}}", door(steer, self._take_back)),
        ]

    async def _list(self, ask: Ask) -> web.Response:
        return web.json_response({"notices": self._keeper.sent(ask.who.reach)})

    async def _send(self, ask: Ask) -> web.Response:
        body = await read_body(ask, NoticeSend)
        if sum((bool(body.agents), body.queue is not None, body.everybody)) != 1:
            raise BadBodyError({"": "say agents, queue or everybody, one of them"})
        queue = QueueId(body.queue) if body.queue is not None else None
        named = [AgentId(name) for name in body.agents]
        within(ask, named, [queue] if queue is not None else [])
        to, agents = self._keeper.addressees(named, queue, ask.who.reach)
        notice, code = self._keeper.send(ask.who, to, agents, " ".join(body.text.split()))
        if code:
            status, words = REFUSED[code]
            return refusal(status, code, words)
        ask.note.object, ask.note.after = notice, {"to": to, "text": body.text}
        return web.json_response({"notice": notice, "agents": len(agents)}, status=201)

    async def _take_back(self, ask: Ask) -> web.Response:
        name, reach = ask.name("notice"), ask.who.reach
        if reach is not None and all(one["notice"] != name for one in self._keeper.sent(reach)):
            raise NotTheirsError
        was = self._keeper.take_back(name)
        if was is None:
            return refusal(404, "no_such_notice", "There is no such message any more.")
        ask.note.before = was
        return web.json_response({"done": True})

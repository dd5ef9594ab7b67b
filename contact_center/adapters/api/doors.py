"""What every door of the API does: who may, how often, what is logged, how mistakes are told."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from contact_center.adapters.api import bodies
from contact_center.adapters.api.access import Access, Holder, refusal
from contact_center.adapters.api.asking import BusyError, NoAnswerError
from contact_center.adapters.api.auditing import Note, done_of
from contact_center.adapters.api.memory import HistoryAwayError
from contact_center.core.permissions import Needs, needs, role_for

MAX_BODY: Final = 32 * 1024

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request that was let in. ``note``: what is written down when it changes something."""

    who: Holder
    request: web.Request
    now: int
    note: Note = field(default_factory=Note)

    def name(self, part: str) -> str:
        """Give a part of the path."""
        return self.request.match_info[part]


class NoSoundError(Exception):
    """There is no sound to be given out; `status` and `code` are what the asker is told."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class NotTheirsError(Exception):
    """What was asked for is of another team."""


Act = Callable[[Ask], Awaitable[web.Response]]


class Doors:
    """Makes doors. ``clock`` gives microseconds UTC."""

    def __init__(self, access: Access, clock: Callable[[], int]) -> None:
        self._access = access
        self._clock = clock

    def door(
        self, what: Needs, act: Act, cost: int = 1
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Make a door for those who may do `what`; asking counts `cost` times."""

        @needs(what)
        async def handle(request: web.Request) -> web.Response:
            began = self._clock()
            who = self._access.let_in(request, what, cost)
            if isinstance(who, web.Response):
                response, name = who, ""
            else:
                ask = Ask(who, request, began)
                response, name = await self._answer(ask, act), who.name
                await self._write_down(ask, what, response.status)
            resource = request.match_info.route.resource
            # The door's own path, not what was asked for: ids come from others and may be numbers.
            _log.info(
                "api",
                extra={
                    "who": name,
                    "method": request.method,
                    "door": resource.canonical if resource is not None else "",
                    "status": response.status,
                    "ms": (self._clock() - began) // 1_000,
                },
            )
            return response

        return handle

    async def _write_down(self, ask: Ask, what: Needs, status: int) -> None:
        book, who, role = self._access.book, ask.who.name, role_for(ask.who.roles, what)
        done = done_of(ask.request, ask.note, who=who, role=role, at=self._clock(), status=status)
        if book is not None and done is not None:
            await book.write(done)

    async def _answer(self, ask: Ask, act: Act) -> web.Response:
        try:
            return await act(ask)
        except bodies.BadBodyError as bad:
            return refusal(400, "bad_request", str(bad), fields=bad.fields)
        except web.HTTPRequestEntityTooLarge:
            return refusal(413, "too_large", "This is larger than what is taken here.")
        except BusyError:
            answer = refusal(503, "busy", "Too much is being asked; try again.")
            answer.headers["Retry-After"] = "1"
            return answer
        except NotTheirsError:
            return refusal(403, "team", "This is not of your team.")
        except NoSoundError as problem:
            return refusal(problem.status, problem.code, str(problem))
        except HistoryAwayError:
            return refusal(503, "no_history", "The database cannot be asked; try again.")
        except NoAnswerError:
            return refusal(504, "no_answer", "No answer in time; it may or may not have happened.")


def within(ask: Ask, agents: Iterable[str] = (), queues: Iterable[str] = ()) -> None:
    """Raises NotTheirsError when one of these is not of the teams of who asks."""
    reach = ask.who.reach
    if reach is not None and not (reach.has_agents(agents) and reach.has_queues(queues)):
        raise NotTheirsError


async def read_body(ask: Ask, kind: type[bodies.B]) -> bodies.B:
    """Read a body of a kind. Raises BadBodyError, and what aiohttp does for one too large."""
    if (ask.request.content_length or 0) > MAX_BODY:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY, ask.request.content_length or 0)
    text = await ask.request.read()
    if len(text) > MAX_BODY:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY, len(text))
    body = bodies.read(kind, text)
    ask.note.take(body)
    return body

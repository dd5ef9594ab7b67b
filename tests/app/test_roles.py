"""What each role may: every door and command of the running product is tried by every role."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest_asyncio
from msgspec import inspect as look

from contact_center.adapters.desktop.desk_socket import TOO_MANY
from contact_center.adapters.desktop.needs import NEEDS
from contact_center.adapters.desktop.pulse import TokenBucket
from contact_center.adapters.desktop.sessions import Entrance
from contact_center.app.service import Service
from contact_center.core.permissions import PEOPLE, Permission, Role, is_allowed, needed
from tests.app.open_center import cookie, open_center, token

OF_PAGES = ("/console", "/phone", "/customer")
NOT_TRIED = {"/api/reload", "/console/api/stream"}
"""What only the operator's token opens and would do at once; and what refuses with the code of a
close, see ``tests/adapters/console/test_streams.py``."""


@pytest_asyncio.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with open_center(tmp_path) as running:
        yield running


def doors(service: Service, *, pages: bool) -> Iterator[tuple[str, str, Permission]]:
    """Every door that takes a permission: method, path and which; of pages, or of programs."""
    for route in service.web.application.router.routes():
        what = needed(route.handler)
        path = route.resource.canonical if route.resource is not None else ""
        is_door = isinstance(what, Permission) and route.method != "HEAD"
        is_tried = path not in NOT_TRIED and path.startswith(OF_PAGES) is pages
        if is_door and is_tried:
            assert isinstance(what, Permission)
            yield route.method, re.sub(r"\{\w+\}", "nothing", path), what


async def refusals(
    service: Service, role: Role, headers: dict[str, str], *, pages: bool
) -> dict[str, bool]:
    """Try every door with nothing in the hand; tells of each whether the role was refused."""
    found = {}
    async with aiohttp.ClientSession(service.web.url, headers=headers) as http:
        for method, path, _ in doors(service, pages=pages):
            async with http.request(method, path) as answer:
                told = await answer.text()
                # 429 is not: how often somebody asks is looked at after who they are.
                assert answer.status not in (401, 500), (role, path, told)
                found[f"{method} {path}"] = answer.status == 403
    return found


async def test_a_program_goes_through_the_doors_of_its_role_and_no_others(
    service: Service,
) -> None:
    for role in Role:
        wanted = {
            f"{method} {path}": not is_allowed({role}, what)
            for method, path, what in doors(service, pages=False)
        }
        assert len(wanted) > 50
        headers = {"Authorization": f"Bearer {token(role)}"}
        assert await refusals(service, role, headers, pages=False) == wanted, role


async def test_a_person_goes_through_the_doors_of_their_role_and_no_others(
    service: Service,
) -> None:
    for role in PEOPLE:
        wanted = {
            f"{method} {path}": not is_allowed({role}, what)
            for method, path, what in doors(service, pages=True)
        }
        assert len(wanted) >= 8
        assert await refusals(service, role, cookie(service, role), pages=True) == wanted, role


def sample(kind: look.Type) -> Any:
    """The least that a message may carry."""
    match kind:
        case look.StructType():
            fields = {f.encode_name: sample(f.type) for f in kind.fields if f.required}
            tag = {kind.tag_field: kind.tag} if kind.tag_field is not None else {}
            return {**tag, **fields}
        case look.EnumType():
            return next(iter(kind.cls)).value
        case look.LiteralType():
            return kind.values[0]
        case look.UnionType():
            return sample(kind.types[0])
        case look.Metadata():
            return sample(kind.type)
        case look.StrType() if kind.pattern is not None and "T" in kind.pattern:
            return "2026-11-30T10:00"
        case look.StrType():
            return "12" * (1 + (kind.min_length or 0) // 2)
        case look.IntType() | look.FloatType():
            return max(1, int(kind.ge or 0), 1 + int(kind.gt or 0))
        case look.BoolType():
            return True
        case look.ListType() | look.VarTupleType() | look.DictType():
            return {} if isinstance(kind, look.DictType) else []
        case look.NoneType():
            return None
        case _:
            raise NotImplementedError(kind)


class Line:
    """A desk's socket, as a tool opens it."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self._ws = ws

    async def begin(self) -> None:
        hello = await self._ws.receive_json(timeout=30)
        assert hello["t"] == "hello"
        channels = {one["ch"]: {"ep": "", "seq": 0} for one in hello["d"]["channels"]}
        await self._ws.send_json({"t": "resume", "d": {"channels": channels}})

    async def ask(self, frame: dict[str, Any]) -> dict[str, Any]:
        """Send a command and give its answer."""
        await self._ws.send_json(frame)
        while True:
            told = await self._ws.receive(timeout=30)
            assert told.type is aiohttp.WSMsgType.TEXT, (frame, told, TOO_MANY)
            message: dict[str, Any] = json.loads(told.data)
            if message.get("re") == frame["id"]:
                return message


async def test_every_command_of_a_desk_is_refused_to_roles_that_may_not(service: Service) -> None:
    for role in PEOPLE:
        await try_commands(service, role)


async def try_commands(service: Service, role: Role) -> None:
    desk = service.desk_server
    held, session = desk.sessions.open("ana", Entrance(roles=frozenset({role})))
    headers = {"Authorization": f"Bearer {held}"}
    async with (
        aiohttp.ClientSession(service.web.url, headers=headers) as http,
        http.ws_connect("/ws", protocols=["desk.v1"]) as ws,
    ):
        line = Line(ws)
        await line.begin()
        socket = next(one for one in desk._sockets if one.session is session)
        for number, (kind, what) in enumerate(NEEDS.items()):
            socket._bucket = TokenBucket(desk.desk.clock())  # how fast is another test's
            frame = {**sample(look.type_info(kind)), "id": f"{role.value}-{number}"}
            told = await line.ask(frame)
            code = told.get("err", {}).get("code", "")
            assert code != "malformed", (frame, told)
            assert (code == "forbidden") is not is_allowed({role}, what), (frame, told)


async def test_who_loses_a_role_may_no_more_in_the_page_that_is_open(service: Service) -> None:
    desk = service.desk_server
    held, session = desk.sessions.open("ana", Entrance(roles=frozenset({Role.SUPERVISOR})))
    headers = {"Authorization": f"Bearer {held}"}
    async with (
        aiohttp.ClientSession(service.web.url, headers=headers) as http,
        http.ws_connect("/ws", protocols=["desk.v1"]) as ws,
    ):
        line = Line(ws)
        await line.begin()
        listen = {"t": "cmd.supervise", "d": {"agent": "ben", "mode": "listen"}}
        told = await line.ask({**listen, "id": "before"})
        assert told["err"]["code"] == "no_agent"
        session.entrance = Entrance(roles=frozenset({Role.AGENT}))
        told = await line.ask({**listen, "id": "after"})
        assert told["err"]["code"] == "forbidden"


def test_samples_are_messages() -> None:
    for kind in NEEDS:
        msgspec.convert({**sample(look.type_info(kind)), "id": "c"}, kind)

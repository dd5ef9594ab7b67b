"""Who leads a team sees and changes that team, and nothing over its edge: each door and command.

Doors and commands are those of the running product: a new one without a rule fails here.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from msgspec import inspect as look

from contact_center.adapters.api.reaching import BY_ITSELF, door_of
from contact_center.adapters.desktop.needs import NEEDS
from contact_center.adapters.desktop.pulse import TokenBucket
from contact_center.adapters.desktop.sessions import Entrance
from contact_center.adapters.simulated.people import Caller
from contact_center.adapters.simulated.scripts import read_script
from contact_center.app.service import Service
from contact_center.core.ids import AgentId
from contact_center.core.permissions import OF_TEAMS, Permission, Role, needed
from contact_center.core.requests import DeskConnected
from tests.app.open_center import ROOT, cookie, open_center
from tests.app.test_pop_before_ring import network_of
from tests.app.test_roles import Line, sample
from tests.real.dialog import until

pytestmark = [pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]
TEAMS = "\nteams: {front: {led_by: [dev], agents: [ana, ben], queues: [sales]}}\n"
OWN = frozenset({Permission.TAKE_CALLS, Permission.DIAL_NUMBERS, Permission.PROMISE_CALLBACKS})
"""What is somebody's own work at their own desk, and reaches nobody else."""
_CHANGE = {"for_s": 600, "why": "a test"}
_VIEW: dict[str, Any] = {"name": "Mine", "spec": {}}
OVER: Mapping[str, list[dict[str, Any]]] = {
    "POST /changes/agents": [
        {**_CHANGE, "agents": ["erin"], "capacity": 50},
        {**_CHANGE, "agents": ["ana", "erin"], "capacity": 50},
        {**_CHANGE, "agents": ["ana"], "join": ["support"]},
        {**_CHANGE, "agents": ["ana"], "leave": ["orders"]},
    ],
    "POST /changes/end": [
        {"agents": ["erin"], "why": "a test"},
        {"queues": ["orders"], "why": "a test"},
    ],
    "POST /alerts/{alert}/seen": [{}],
    "GET /recordings/{recording}": [{}],
    "POST /notices": [
        {"text": "hello", "agents": ["ana", "erin"]},
        {"text": "hello", "queue": "orders"},
    ],
    "DELETE /notices/{notice}": [{}],
    "POST /views": [{**_VIEW, "shared": "all"}, {**_VIEW, "shared": "orders"}],
    "PUT /views/{view}": [{**_VIEW, "shared": "orders"}, _VIEW],
    "DELETE /views/{view}": [{}],
    "GET /notices": [],
    "GET /views": [],
    "GET /changes": [],
    "GET /report": [],
    "GET /recordings": [],
}
"""What doors that narrow by themselves are asked over the edge; lists are looked at below."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    tmp_path = tmp_path_factory.mktemp("teams")
    center = tmp_path / "retailer"
    shutil.copytree(ROOT / "config" / "retailer", center)
    file = center / "center.yaml"
    text = file.read_text(encoding="utf-8").replace("../../", f"{ROOT}/")
    file.write_text(text + TEAMS, encoding="utf-8")
    async with open_center(tmp_path, CC_CENTER=str(file)) as running:
        yield running


def enter(service: Service) -> None:
    """Somebody calls and chooses sales."""
    phones = network_of(service)
    script = read_script(["press 1 after 1..2 s"])
    caller = Caller(ani="+442079460123", did="+14155550100", script=script)
    phones.network.place_call(caller, phones.now())
    phones.pump()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def calls(service: Service) -> dict[str, str]:
    """Two callers wait, one of them in a queue of others: gives the call of each queue."""
    router, at = service.loop.center.router, "/console/api"
    whole = cookie(service, Role.SUPERVISOR, "chloe")
    async with aiohttp.ClientSession(service.web.url, headers=whole) as http:
        for agent in ("ana", "erin"):  # somebody has to be there for whom callers wait
            service.post(DeskConnected(agent=AgentId(agent)))
            rest = {"presence": "paused", "reason": "lunch"}
            assert (await ask(http, "POST", f"{at}/agents/{agent}/presence", rest))[0] == 200
        for _ in range(2):
            enter(service)
        await until(lambda: len(router.waiting) == 2, within=60, what="two callers wait")
        path = f"{at}/calls/{next(iter(router.waiting))}/move"
        assert (await ask(http, "POST", path, {"queue": "orders"}))[0] == 200
    return {caller.queue: call for call, caller in router.waiting.items()}


def doors(service: Service) -> list[tuple[str, str, Permission]]:
    """Every door of the console that takes a permission, but the stream."""
    found = []
    for route in service.web.application.router.routes():
        what = needed(route.handler)
        path = route.resource.canonical if route.resource is not None else ""
        is_door = route.method != "HEAD" and path.startswith("/console/api/")
        if is_door and isinstance(what, Permission) and not path.endswith("/stream"):
            found.append((route.method, path, what))
    return found


async def ask(
    http: aiohttp.ClientSession, method: str, path: str, body: Any = None
) -> tuple[int, dict[str, Any]]:
    while True:
        async with http.request(method, path, json=body) as answer:
            if answer.status != 429:
                return answer.status, await answer.json()
            await asyncio.sleep(int(answer.headers["Retry-After"]))


async def test_no_door_of_the_console_is_open_over_the_edge_of_a_team(
    service: Service, calls: dict[str, str]
) -> None:
    there = {"agent": "erin", "queue": "orders", "call": calls["orders"]}
    assert OVER.keys() == BY_ITSELF, "a door that narrows by itself is tried"
    tried = 0
    for role in (Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.ADMIN):
        mine = cookie(service, role, "dev")
        async with aiohttp.ClientSession(service.web.url, headers=mine) as http:
            for method, path, what in doors(service):
                where = re.sub(r"\{(\w+)\}", lambda part: there.get(part[1], "other"), path)
                for body in OVER.get(door_of(method, path), [{}]):
                    status, told = await ask(http, method, where, body if body else None)
                    assert status == 403, (role, method, where, told)
                    is_theirs = what in OF_TEAMS and role is Role.SUPERVISOR
                    assert told["error"] in (["team"] if is_theirs else ["team", "role"]), where
                    tried += 1
    assert tried > 80
    router = service.loop.center.router
    assert {caller.queue for caller in router.waiting.values()} == set(calls), "nobody was moved"
    assert not service.loop.center.floor.agents, "nobody was changed"


async def test_within_the_team_all_is_as_for_others_and_lists_end_at_its_edge(
    service: Service, calls: dict[str, str]
) -> None:
    mine = cookie(service, Role.SUPERVISOR, "dev")
    boss = cookie(service, Role.SUPERVISOR, "chloe")
    at, call = "/console/api", calls["sales"]
    async with (
        aiohttp.ClientSession(service.web.url, headers=mine) as http,
        aiohttp.ClientSession(service.web.url, headers=boss) as whole,
    ):
        status, me = await ask(http, "GET", f"{at}/me")
        assert (status, me["pages"]) == (200, ["floor", "alerts", "reports", "recordings"])
        assert not {"see.audit", "switch.emergency", "see.sessions"} & set(me["may"])
        for name in ("ana", "erin"):
            change = {**_CHANGE, "agents": [name], "join": ["support"]}
            assert (await ask(whole, "POST", f"{at}/changes/agents", change))[0] == 200
        status, told = await ask(http, "GET", f"{at}/changes")
        assert (status, list(told["agents"])) == (200, ["ana"])
        within = [
            ("GET", f"explain/call/{call}", None),
            ("GET", "explain/agent/ana", None),
            ("POST", f"calls/{call}/priority", {"priority": 3}),
            ("POST", "changes/agents", {**_CHANGE, "agents": ["ben"], "leave": ["sales"]}),
            ("POST", "changes/end", {"agents": ["ana"], "why": "a test"}),
            ("GET", "recordings", None),
            ("POST", "views", {**_VIEW, "shared": "sales"}),
        ]
        for method, path, body in within:
            assert (await ask(http, method, f"{at}/{path}", body))[0] == 200, path
        told_all = {"text": "to everybody", "everybody": True}
        assert (await ask(whole, "POST", f"{at}/notices", told_all))[0] == 201
        status, told = await ask(http, "POST", f"{at}/notices", {**told_all, "text": "mine"})
        assert (status, told["agents"]) == (201, 2), "everybody of the team"
        for who, texts in ((http, ["mine"]), (whole, ["mine", "to everybody"])):
            _, told = await ask(who, "GET", f"{at}/notices")
            assert [one["text"] for one in told["notices"]] == texts
        over = {"queue": "orders"}
        assert (await ask(http, "POST", f"{at}/calls/{call}/move", over))[1]["error"] == "team"
        for of, known in (("queue", {"sales"}), ("agent", {"ana", "ben"}), ("center", set())):
            status, told = await ask(http, "GET", f"{at}/report?by={of}")
            assert status == 200
            assert {row["name"] for row in told["rows"]} <= known, of
        status, told = await ask(http, "GET", "/api/sessions?of=all")
        assert status == 403


async def test_the_floor_they_are_told_ends_at_the_edge_of_the_team(
    service: Service, calls: dict[str, str]
) -> None:
    mine = cookie(service, Role.SUPERVISOR, "dev")
    async with (
        aiohttp.ClientSession(service.web.url, headers=mine) as http,
        http.ws_connect("/console/api/stream", protocols=["console.v1"]) as stream,
    ):
        for _ in range(2):
            frame = await stream.receive_json(timeout=60)
            assert {row["agent"] for row in frame["agents"]} == {"ana", "ben"}
            assert {row["queue"] for row in frame["queues"]} == {"sales"}
            assert {row["queue"] for row in frame["callers"]} == {"sales"}
            enter(service)
    assert set(calls) == {"sales", "orders"}, "there was somebody else"


async def test_no_command_of_a_desk_reaches_over_the_edge_of_a_team(service: Service) -> None:
    desk = service.desk_server
    held, session = desk.sessions.open("dev", Entrance(roles=frozenset({Role.SUPERVISOR})))
    headers = {"Authorization": f"Bearer {held}"}
    beyond = {kind: what for kind, what in NEEDS.items() if what not in OWN}
    async with (
        aiohttp.ClientSession(service.web.url, headers=headers) as http,
        http.ws_connect("/ws", protocols=["desk.v1"]) as ws,
    ):
        line = Line(ws)
        await line.begin()
        socket = next(one for one in desk._sockets if one.session is session)
        for number, kind in enumerate(beyond):
            for agent, code in (("erin", "not_your_team"), ("ana", "no_agent")):
                socket._bucket = TokenBucket(desk.desk.clock())  # how fast is another test's
                frame = sample(look.type_info(kind))
                assert "agent" in frame["d"], f"{kind.__name__}: say whom it is about"
                frame["d"]["agent"] = agent
                told = await line.ask({**frame, "id": f"{agent}-{number}"})
                assert told["err"]["code"] == code, frame
    assert len(beyond) >= 2

"""Every door and every command says what it takes; nothing is open by being forgotten."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast, get_args

import pytest
from aiohttp import web

from contact_center.adapters.desktop.messages import ClientUnion, Command
from contact_center.adapters.desktop.needs import NEEDS
from contact_center.adapters.twilio.webhooks import Webhooks
from contact_center.app.doors import check_doors, name_of
from contact_center.app.state_folder import StartError
from contact_center.core.permissions import (
    ALLOWED,
    PAGES,
    PEOPLE,
    Open,
    Permission,
    Role,
    needed,
    pages_of,
)
from tests.app.open_center import ROOT, open_center

WITHOUT_A_PERMISSION = {
    Open.EVERYBODY: {
        "/", "/desk/", "/console", "/customer", "/demo", "/help", "/phone", "/sessions",
        "/api/login", "/api/logout", "/healthz", "/readyz", "/metrics", "/prompts/",
    },
    Open.LOGGED_IN: {"/api/me", "/ws", "/console/api/me", "/api/sessions"},
}  # fmt: skip
"""Where nothing or only a login is asked for: what these begin with. Think before adding."""


async def test_every_door_of_the_process_says_what_it_takes(tmp_path: Path) -> None:
    async with open_center(tmp_path) as service:
        routes = list(service.web.application.router.routes())
        assert len(routes) > 100
        assert [name_of(route) for route in routes if needed(route.handler) is None] == []
        for route in routes:
            what = needed(route.handler)
            if isinstance(what, Open):
                where = name_of(route).partition(" ")[2]
                known = WITHOUT_A_PERMISSION[what]
                ours = [one for one in known if where == one or _is_below(where, one)]
                assert ours, f"{name_of(route)} is open: {what.value}"


def _is_below(where: str, known: str) -> bool:
    return known != "/" and where.startswith(known if known.endswith("/") else known + "/")


def test_the_doors_of_twilio_take_its_signature() -> None:
    hooks = Webhooks(cast("Any", None), cast("Any", None), cast("Any", None))
    routes = list(hooks.application().router.routes())
    found = {name_of(route): needed(route.handler) for route in routes}
    assert None not in found.values()
    assert Open.SIGNED in found.values()


def test_a_process_with_a_door_on_which_nothing_is_written_does_not_start() -> None:
    async def door(_request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_get("/api/secrets", door)
    with pytest.raises(StartError, match="GET /api/secrets"):
        check_doors(app)


def test_every_command_of_a_desk_says_what_it_takes() -> None:
    commands = {kind for kind in get_args(ClientUnion) if issubclass(kind, Command)}
    assert len(commands) > 25
    assert commands - set(NEEDS) == set(), "add a line to contact_center/adapters/desktop/needs.py"
    assert set(NEEDS) - commands == set()


def test_every_permission_is_somebodys_and_no_person_has_all() -> None:
    assert set(ALLOWED) == set(Role)
    assert set().union(*ALLOWED.values()) == set(Permission)
    assert all(allowed != set(Permission) for allowed in ALLOWED.values())
    auditor = ALLOWED[Role.AUDITOR]
    assert {one.value.partition(".")[0] for one in auditor} == {"see"}
    assert Permission.SEE_NUMBERS not in auditor


def test_every_page_of_the_console_says_what_it_takes_and_each_role_sees_its_own() -> None:
    written = (ROOT / "client" / "src" / "pages.ts").read_text(encoding="utf-8")
    assert re.findall(r"at: '(\w+)'", written) == list(PAGES)
    seen = {role: pages_of([role]) for role in PEOPLE}
    assert seen[Role.COMPLIANCE] == ("reports", "recordings", "campaigns", "audit")
    assert seen[Role.AUTHOR] == ("reports",)
    assert seen[Role.AGENT] == ()
    assert seen[Role.LEAD] == ("floor", "alerts", "reports")
    assert seen[Role.SUPERVISOR] == tuple(PAGES)

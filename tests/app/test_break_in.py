"""Ways in that people try: paths, headers, bodies, passwords, proxies, old and stolen sessions.

Against the running product with all its doors; those are taken from it, not from a list here.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
import pytest_asyncio
from yarl import URL

from contact_center.adapters.desktop.sessions import Entrance
from contact_center.adapters.web.server import WebSettings
from contact_center.app.service import Service
from contact_center.core.permissions import Open, Permission, Role, needed
from tests.app.open_center import cookie, open_center, token

pytestmark = [pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]
SHARED = ("/console/assets/", "/desk/", "/demo", "/prompts/", "/sessions", "/help")
"""Where there is nothing of anybody: these may be kept by a browser."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder = tmp_path_factory.mktemp("break-in")
    async with open_center(folder, CC_PROXIES="127.0.0.1") as running:
        yield running


def routes(service: Service) -> Iterator[tuple[str, str, Permission | Open]]:
    """Every door: method, path with something in its gaps, and what it takes."""
    for route in service.web.application.router.routes():
        what = needed(route.handler)
        path = route.resource.canonical if route.resource is not None else ""
        if what is not None and route.method != "HEAD":
            yield route.method, re.sub(r"\{[^}]+\}", "nothing", path), what


async def test_every_answer_tells_the_browser_what_to_refuse_and_none_of_ours_is_kept(
    service: Service,
) -> None:
    mine = cookie(service, Role.SUPERVISOR)
    seen = 0
    async with aiohttp.ClientSession(service.web.url, headers=mine) as http:
        for method, path, _ in routes(service):
            if method != "GET" or path in ("/ws", "/console/api/stream", "/phone/api/sip"):
                continue
            async with http.get(path, allow_redirects=False) as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy, path
                assert "unsafe" not in policy, path
                assert "frame-ancestors" in policy, path
                assert answer.headers["X-Content-Type-Options"] == "nosniff", path
                assert answer.headers["Referrer-Policy"] in ("no-referrer", "same-origin"), path
                assert "aiohttp" not in answer.headers["Server"].lower(), path
                kept = answer.headers["Cache-Control"]
                if not path.startswith(SHARED):
                    assert "no-store" in kept, (path, kept)
                assert answer.status != 500, path
                seen += 1
    assert seen > 50


async def test_no_path_leads_out_of_a_folder(service: Service) -> None:
    outs = ["..%2f..%2fpages.py", "%2e%2e/%2e%2e/pages.py", "....//pages.py", "%2fetc%2fpasswd"]
    outs += ["..%5c..%5cpages.py", "%00", "..%c0%af..%c0%afpages.py", "manifest.json"]
    folders = ["/console/assets", "/desk/assets", "/desk", "/sessions", "/prompts", "/help"]
    folders += ["/console/api/recordings", "/api/recordings"]
    mine = cookie(service, Role.SUPERVISOR, "erin")
    programs = {"Authorization": f"Bearer {token(Role.SYSTEM)}"}
    async with aiohttp.ClientSession() as http:
        for folder in folders:
            headers = programs if folder == "/api/recordings" else mine
            # Sound costs a lot of what somebody may ask at once.
            for out in outs[:3] if "recordings" in folder else outs:
                url = URL(f"{service.web.url}{folder}/{out}", encoded=True)
                async with http.get(url, headers=headers) as answer:
                    assert answer.status in (400, 403, 404), (url, answer.status)
                    assert "import " not in await answer.text()


async def test_what_is_too_large_is_refused_before_it_is_read_by_every_door(
    service: Service,
) -> None:
    mine = cookie(service, Role.SUPERVISOR)
    large = b'{"why": "' + b"x" * (WebSettings().max_body_bytes + 1_024) + b'"}'
    tried = 0
    async with aiohttp.ClientSession(service.web.url) as http:
        for method, path, what in routes(service):
            if method != "POST" or path == "/api/reload":
                continue
            is_page = path.startswith(("/console", "/phone")) or isinstance(what, Open)
            programs = {"Authorization": f"Bearer {token(Role.SYSTEM)}"}
            headers = {**(mine if is_page else programs), "Content-Type": "application/json"}
            async with http.post(path, data=large, headers=headers) as answer:
                # A door that takes no body does not look at it, and may do what it does.
                assert answer.status != 500, (path, await answer.text())
                assert answer.status >= 400 or path == "/api/logout", path
                tried += 1
    assert tried > 20


async def test_a_redirect_takes_nothing_along_that_somebody_wrote(service: Service) -> None:
    async with aiohttp.ClientSession() as http:
        for where in ("%0d%0aSet-Cookie:%20a=b", "//evil.example", "https:%2f%2fevil.example"):
            for door in ("/api/oidc/start?to=", "/api/oidc/back?state="):
                url = URL(f"{service.web.url}{door}{where}", encoded=True)
                async with http.get(url, allow_redirects=False) as answer:
                    assert "evil" not in answer.headers.get("Location", "")
                    assert "Set-Cookie" not in answer.headers


async def try_password(service: Service, login: str, address: str) -> int:
    headers = {"X-Forwarded-For": address}
    body = {"login": login, "password": "not it"}
    async with (
        aiohttp.ClientSession(service.web.url, headers=headers) as http,
        http.post("/api/login", json=body) as answer,
    ):
        return answer.status


async def test_passwords_are_tried_a_few_times_by_account_wherever_from_and_by_address(
    service: Service,
) -> None:
    one = [await try_password(service, "ben", f"198.51.100.{n}") for n in range(20)]
    assert 401 in one
    assert 429 in one, "one account from many addresses"
    many = [await try_password(service, f"nobody{n}", "203.0.113.9") for n in range(200)]
    assert many[0] == 401
    assert 429 in many, "one address at many accounts"
    assert await try_password(service, "erin", "203.0.113.10") == 401, (
        "others behind the proxy go on"
    )


async def test_a_session_that_was_put_into_a_browser_does_not_become_somebodys(
    service: Service,
) -> None:
    made_up = "a" * 43
    planted, _ = service.desk_server.sessions.open("ben")
    password = service._directory.password  # type: ignore[union-attr]
    for before in (made_up, planted):
        headers = {"Cookie": f"desk_session={before}", "Origin": service.web.url}
        body = {"login": "chloe", "password": password}
        async with aiohttp.ClientSession(service.web.url) as http:
            async with http.post("/api/login", json=body, headers=headers) as answer:
                assert answer.status == 200
                assert answer.cookies["desk_session"].value not in (before, "")
            thief = {"Cookie": f"desk_session={before}"}
            async with http.get("/api/me", headers=thief) as answer:
                assert answer.status == 401, "what was there before is worth nothing"


async def test_who_ended_whose_login_is_on_record(service: Service) -> None:
    _, theirs = service.desk_server.sessions.open("ben", Entrance(via="company"))
    mine = {**cookie(service, Role.ADMIN, "chloe"), "X-Forwarded-For": "198.51.100.77"}
    async with aiohttp.ClientSession(service.web.url, headers=mine) as http:
        async with http.delete(f"/api/sessions/{theirs.name}") as answer:
            assert await answer.json() == {"ended": 1}
        async with http.get("/console/api/audit?action=session.end") as answer:
            (row, *_) = (await answer.json())["entries"]
    told = [row[name] for name in ("who", "role", "via", "action", "object")]
    assert told == ["chloe", "admin", "sessions 198.51.100.77", "session.end", "ben"]
    assert row["before"] == {"session": theirs.name, "via": "company"}

"""Who gets in: logging in and out, Origins, sessions, headers."""

import re
from contextlib import AsyncExitStack

import pytest
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from contact_center.adapters.desktop.settings import DeskSettings
from contact_center.adapters.desktop.throttle import Throttle
from contact_center.core import facts as f
from contact_center.core import requests as r
from tests.adapters.desktop.conftest import PASSWORD, Center, StartCenter, until
from tests.adapters.desktop.wire import ask, closed, dial, hear, log_in, resume


async def test_a_login_gives_a_cookie_that_scripts_cannot_read(center: Center) -> None:
    answer = await log_in(center)
    assert answer.status == 200
    assert answer.json == {"agent": "maria", "name": "Maria Silva", "login": "maria"}
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("desk_session=")
    for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie
    assert "Secure" not in cookie
    me = await ask(center, "GET", "/api/me", headers={"Cookie": answer.cookie})
    assert me.json["agent"] == "maria"


def test_over_https_the_cookie_is_bound_to_our_host() -> None:
    settings = DeskSettings(public_url="https://desk.example.org")
    assert settings.cookie_name == "__Host-desk"
    assert settings.is_https
    assert settings.origins() == {"https://desk.example.org"}


def test_loopback_is_known_by_all_its_names_and_only_on_its_port() -> None:
    origins = DeskSettings(public_url="http://127.0.0.1:8080").origins()
    assert "http://localhost:8080" in origins
    assert "http://localhost:8081" not in origins
    assert "https://localhost:8080" not in origins


@pytest.mark.parametrize(
    ("login", "password"),
    [("maria", "wrong"), ("nobody", PASSWORD), ("maria", ""), ("maria", "\ud83d\ude00")],
)
async def test_a_wrong_password_and_a_wrong_login_look_the_same(
    center: Center, login: str, password: str
) -> None:
    answer = await log_in(center, login, password)
    assert answer.status == 401
    assert answer.json["err"]["code"] == "wrong"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"login": "maria"}', 400),
        (b'{"login": 1, "password": 2}', 400),
        (b'{"login": "' + b"x" * 200 + b'", "password": "x"}', 400),
        (b'{"login": "maria", "password": "' + b"x" * 5000 + b'"}', 400),
        (b"[" * 4000, 400),
        (b"\xff\xfe", 400),
    ],
)
async def test_what_is_not_a_login_is_refused(center: Center, body: bytes, status: int) -> None:
    answer = await ask(center, "POST", "/api/login", body)
    assert answer.status == status
    assert answer.json["err"]["message"]


async def test_a_form_from_another_page_cannot_log_in(center: Center) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await ask(center, "POST", "/api/login", b"login=maria", form)
    assert answer.status == 415


async def test_guessing_is_slowed_down_per_login(start_center: StartCenter) -> None:
    center = await start_center(login_throttle=Throttle(rate_per_s=0.001, burst=3))
    for _ in range(3):
        assert (await log_in(center, "maria", "guess")).status == 401
    refused = await log_in(center)
    assert refused.status == 429
    assert int(refused.headers["retry-after"]) > 100
    assert (await log_in(center, "jonas")).status == 200


async def test_guessing_is_slowed_down_per_address(start_center: StartCenter) -> None:
    center = await start_center(address_throttle=Throttle(rate_per_s=0.001, burst=3))
    for number in range(3):
        assert (await log_in(center, f"guess-{number}", "guess")).status == 401
    assert (await log_in(center)).status == 429


async def test_a_browser_is_not_given_its_token_but_a_tool_that_asks_is(center: Center) -> None:
    body = {"login": "maria", "password": PASSWORD, "token": True}
    browser = await ask(center, "POST", "/api/login", body, {"Origin": center.origin})
    assert "token" not in browser.json
    tool = await ask(center, "POST", "/api/login", body)
    bearer = {"Authorization": f"Bearer {tool.json['token']}"}
    assert (await ask(center, "GET", "/api/me", headers=bearer)).status == 200


@pytest.mark.parametrize("path", ["/api/login", "/api/logout"])
async def test_a_foreign_page_may_not_post(center: Center, path: str) -> None:
    body = {"login": "maria", "password": PASSWORD}
    answer = await ask(center, "POST", path, body, {"Origin": "http://evil.example"})
    assert answer.status == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_foreign_origin_is_refused_before_the_upgrade(center: Center, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await dial(center, origin=origin)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}])
async def test_a_tool_without_a_session_gets_401(center: Center, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await dial(center, headers=headers)
    assert refused.value.response.status_code == 401


@pytest.mark.parametrize("headers", [{}, {"Cookie": "desk_session=nonsense"}])
async def test_a_browser_without_a_session_is_told_to_log_in(
    center: Center, headers: dict[str, str]
) -> None:
    async with dial(center, headers=headers, origin=center.origin) as ws:
        assert await closed(ws) == 4401


async def test_a_cookie_without_an_origin_opens_no_socket(center: Center) -> None:
    cookie = (await log_in(center)).cookie
    with pytest.raises(InvalidStatus) as refused:
        await dial(center, headers={"Cookie": cookie})
    assert refused.value.response.status_code == 401


async def test_a_cookie_from_our_own_page_opens_a_socket(center: Center) -> None:
    cookie = (await log_in(center)).cookie
    async with dial(center, headers={"Cookie": cookie}, origin=center.origin) as ws:
        assert (await hear(ws, "hello"))["d"]["agent"] == "maria"


@pytest.mark.parametrize("subprotocols", [None, [Subprotocol("desk.v9")]])
async def test_a_client_of_another_version_is_told_so(
    center: Center, subprotocols: list[Subprotocol] | None
) -> None:
    async with dial(center, subprotocols=subprotocols) as ws:
        assert await closed(ws) == 4406


async def test_one_socket_too_many_is_asked_to_come_later(start_center: StartCenter) -> None:
    center = await start_center(settings=DeskSettings(public_url="http://127.0.0.1", max_sockets=1))
    async with dial(center) as first:
        await hear(first, "hello")
        async with dial(center, headers=center.bearer("jonas")) as second:
            assert await closed(second) == 1013


async def test_one_agent_cannot_take_all_sockets(center: Center) -> None:
    headers = center.bearer()
    async with AsyncExitStack() as stack:
        for _ in range(8):
            ws = await stack.enter_async_context(dial(center, headers=headers))
            await hear(ws, "hello")
        ninth = await stack.enter_async_context(dial(center, headers=headers))
        assert await closed(ninth) == 1013
        other = await stack.enter_async_context(dial(center, headers=center.bearer("jonas")))
        await hear(other, "hello")


async def test_logging_out_ends_the_session_the_socket_and_the_work(center: Center) -> None:
    cookie = (await log_in(center)).cookie
    headers = {"Cookie": cookie, "Origin": center.origin}
    center.core.publish(center.core.change(presence=f.Presence.READY))
    async with dial(center, headers={"Cookie": cookie}, origin=center.origin) as ws:
        await resume(ws)
        assert (await ask(center, "POST", "/api/logout", headers=headers)).status == 200
        await hear(ws, "auth.changed")
        assert await closed(ws) == 4401
    wishes = [q for q in center.core.requests if isinstance(q, r.PresenceRequested)]
    assert [wish.presence for wish in wishes] == [r.PresenceWish.LOGGED_OUT]
    assert (await ask(center, "GET", "/api/me", headers=headers)).status == 401
    await until(lambda: r.DeskLost(agent="maria") in center.core.posted)


async def test_pages_forbid_inline_script_framing_and_sniffing(center: Center) -> None:
    page = await ask(center, "GET", "/")
    assert page.status == 200
    assert b"<script>" not in page.body
    assert b"style=" not in page.body
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "microphone=(self)" in page.headers["permissions-policy"]


@pytest.mark.parametrize("path", ["/desk/nothing.js", "/desk/..%2fserver.py", "/desk/.."])
async def test_only_the_page_and_its_parts_are_served(center: Center, path: str) -> None:
    answer = await ask(center, "GET", path)
    assert answer.status == 404
    assert "content-security-policy" in answer.headers


async def test_scripts_are_served_as_scripts(center: Center) -> None:
    page = await ask(center, "GET", "/")
    script = re.search(rb'src="(/desk/assets/[^"]+)"', page.body)
    assert script is not None
    answer = await ask(center, "GET", script[1].decode())
    assert "javascript" in answer.headers["content-type"]

"""Logging in through a provider that is a process of its own, and everything it may do wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import pytest_asyncio
from yarl import URL

from contact_center.adapters.oidc.words import WORDS, words_for
from contact_center.app.service import Service
from contact_center.content.problems import ContentError
from contact_center.core.permissions import Role
from contact_center.settings import load_settings
from tests.app.open_center import open_center
from tests.real.oidc_provider import CLIENT, SECRET, Running, provider

GROUPS = "{cc-agents: agent, cc-leads: supervisor, cc-it: admin}"
ANA: dict[str, Any] = {"preferred_username": "ana", "groups": ["cc-agents", "everybody"]}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[Running]:
    async with provider() as running:
        yield running


def oidc(issuer: str) -> str:
    return f"oidc: {{issuer: '{issuer}', client_id: {CLIENT}, roles: {GROUPS}}}\n"


@dataclass
class Front:
    """A browser before the center: follows where it is sent, keeps its cookies."""

    service: Service
    house: Running
    http: aiohttp.ClientSession

    async def go(self, url: str) -> tuple[int, str, str]:
        """Go somewhere; gives the status, where it is sent on, and what is there."""
        async with self.http.get(URL(url, encoded=True), allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", ""), await answer.text()

    async def leave(self, to: str = "/") -> str:
        """Press the button, and let the provider send us back; gives where to."""
        _, away, _ = await self.go(f"{self.service.web.url}/api/oidc/start?to={to}")
        status, back, _ = await self.go(away)
        assert status == 303
        return back

    async def log_in(self, to: str = "/") -> tuple[int, str, str]:
        return await self.go(await self.leave(to))

    async def me(self) -> dict[str, Any] | None:
        async with self.http.get(f"{self.service.web.url}/api/me") as answer:
            me: dict[str, Any] = await answer.json()
            return me if answer.status == 200 else None


@asynccontextmanager
async def front(folder: Path, house: Running) -> AsyncIterator[Front]:
    """The center with this provider, and a browser that knows nobody yet."""
    secret = {"CC_OIDC_CLIENT_SECRET": SECRET}
    async with open_center(folder, more=oidc(house.issuer), **secret) as service:
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as http:
            yield Front(service, house, http)


@pytest.mark.asyncio(loop_scope="module")
async def test_who_is_known_there_is_logged_in_here_with_the_roles_of_their_groups(
    house: Running, tmp_path: Path
) -> None:
    async with front(tmp_path, house) as seen:
        await house.be(**{**ANA, "groups": ["cc-leads", "other"]})
        assert (await seen.log_in("/console"))[:2] == (303, "/console")
        me = await seen.me()
        assert me is not None
        assert me["agent"] == "ana"
        (session,) = seen.service.desk_server.sessions.living()
        assert session.entrance.via == "company"
        assert seen.service.desk_server.roles_of(session) == {Role.SUPERVISOR}
        names = {cookie.key for cookie in seen.http.cookie_jar}
        assert names == {"desk_session"}, "the cookie of the way there is gone"


@pytest.mark.asyncio(loop_scope="module")
async def test_the_login_that_the_browser_had_is_over_though_its_cookie_does_not_come_back(
    house: Running, tmp_path: Path
) -> None:
    async with front(tmp_path, house) as seen:
        await house.be(**ANA)
        assert (await seen.log_in())[0] == 303
        back = await seen.leave()
        # Sent by another site, a browser keeps the cookie that is SameSite=Strict to itself.
        (held,) = [one.value for one in seen.http.cookie_jar if one.key == "desk_session"]
        seen.http.cookie_jar.clear(lambda one: one.key == "desk_session")
        assert (await seen.go(back))[0] == 303
        living = list(seen.service.desk_server.sessions.living())
        assert len(living) == 1, "the earlier one has ended"
        assert seen.service.desk_server.sessions.find(held) is None
        me = await seen.me()
        assert me is not None
        assert me["agent"] == "ana"


@pytest.mark.asyncio(loop_scope="module")
async def test_nobody_is_sent_to_a_place_that_is_not_ours(house: Running, tmp_path: Path) -> None:
    async with front(tmp_path, house) as seen:
        await house.be(**ANA)
        assert (await seen.log_in("//evil.example/"))[:2] == (303, "/")


WRONG: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("another nonce", {}, {"nonce": "of-another-log-in"}, "nonce"),
    ("no nonce", {"nonce": None}, {}, "nonce"),
    ("no signature", {}, {"sign": "none"}, "signature"),
    ("the public key as a secret", {}, {"sign": "public key as secret"}, "signature"),
    ("a key of somebody else", {}, {"sign": "other key"}, "signature"),
    ("claims changed afterwards", {}, {"sign": "changed"}, "signature"),
    ("over", {}, {"shift": {"exp": -61, "iat": -400}}, "expired"),
    ("no end", {"exp": None}, {}, "time"),
    ("from the future", {}, {"shift": {"iat": 90}}, "early"),
    ("not yet", {}, {"shift": {"nbf": 90}}, "early"),
    ("for somebody else", {"aud": "other-client"}, {}, "audience"),
    ("for several, given to another", {"aud": [CLIENT, "b"], "azp": "b"}, {}, "audience"),
    ("from somebody else", {"iss": "https://evil.example"}, {}, "issuer"),
    ("of nobody here", {"preferred_username": "mallory"}, {}, "nobody"),
    ("without a name", {"preferred_username": None}, {}, "login"),
    ("without a group of ours", {"groups": ["everybody"]}, {}, "groups"),
    ("groups that are none", {"groups": {"cc-it": True}}, {}, "groups"),
    ("a refusal", {}, {"back": {"code": None, "error": "access_denied"}}, "denied"),
    ("another provider in between", {}, {"back": {"iss": "https://evil.example"}}, "issuer"),
    ("a made-up code", {}, {"back": {"code": "made-up"}}, "code"),
    ("a state of nobody", {}, {"back": {"state": "made-up"}}, "state"),
]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_token_that_is_wrong_in_any_way_logs_nobody_in(
    house: Running, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with front(tmp_path, house) as seen:
        for what, claims, how, code in WRONG:
            await house.be(how=how, **{**ANA, **claims})
            status, to, page = await seen.log_in()
            assert (status, to) == (403, ""), what
            assert f"({code})" in page, (what, page)
            assert await seen.me() is None, what
            assert list(seen.service.desk_server.sessions.living()) == [], what
        await house.be(**ANA)
        assert (await seen.log_in())[0] == 303
    assert "eyJ" not in caplog.text, "a token in the log"
    assert SECRET not in caplog.text


@pytest.mark.asyncio(loop_scope="module")
async def test_clocks_may_differ_by_a_minute(house: Running, tmp_path: Path) -> None:
    async with front(tmp_path, house) as seen:
        for shift in ({"exp": -40, "iat": -300}, {"iat": 40}):
            await house.be(how={"shift": shift}, **ANA)
            assert (await seen.log_in())[0] == 303, shift


@pytest.mark.asyncio(loop_scope="module")
async def test_a_code_counts_once_and_only_in_the_browser_that_asked(
    house: Running, tmp_path: Path
) -> None:
    async with front(tmp_path, house) as seen:
        await house.be(**ANA)
        back = await seen.leave()
        async with aiohttp.ClientSession() as thief, thief.get(back) as answer:
            assert answer.status == 403, "a browser that did not begin it"
        status, _, page = await seen.go(back)
        assert (status, "(state)" in page) == (403, True), "and then it is gone"
        back = await seen.leave()
        assert (await seen.go(back))[0] == 303
        status, _, page = await seen.go(back)
        assert (status, "(state)" in page) == (403, True), "the same a second time"


@pytest.mark.asyncio(loop_scope="module")
async def test_keys_that_the_provider_changes_are_fetched_and_not_for_every_token(
    house: Running, tmp_path: Path
) -> None:
    async with front(tmp_path, house) as seen:
        await house.be(**ANA)
        assert (await seen.log_in())[0] == 303
        await house.be(how={"new_key": True}, **ANA)
        assert (await seen.log_in())[0] == 303, "a new key is looked for"
        before = await house.be(how={"sign": "unknown key"}, **ANA)
        for _ in range(3):
            status, _, page = await seen.log_in()
            assert (status, "(key)" in page) == (403, True)
        assert await house.be(**ANA) == before, "not again so soon"


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_asked_for_is_a_code_with_a_proof(house: Running, tmp_path: Path) -> None:
    async with front(tmp_path, house) as seen:
        _, away, _ = await seen.go(f"{seen.service.web.url}/api/oidc/start")
        asked = parse_qs(urlsplit(away).query)
        assert asked["response_type"] == ["code"]
        assert asked["code_challenge_method"] == ["S256"]
        assert len(asked["state"][0]) >= 32
        assert len(asked["nonce"][0]) >= 32
        (cookie,) = seen.http.cookie_jar
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        assert cookie.value not in away
        async with seen.http.get(f"{seen.service.web.url}/api/login/ways") as answer:
            ways = await answer.json()
        assert ways == {
            "password": True,
            "company": {"label": "Company login", "start": "/api/oidc/start"},
        }


@pytest.mark.asyncio(loop_scope="module")
async def test_a_provider_that_is_away_or_another_one_is_said_so(
    house: Running, tmp_path: Path
) -> None:
    async with front(tmp_path, house) as seen:
        await house.be(how={"issuer": "https://evil.example"})
        status, _, page = await seen.go(f"{seen.service.web.url}/api/oidc/start")
        assert (status, "(away)" in page) == (503, True)
        spanish = {"Accept-Language": "es-ES,es;q=0.9,en;q=0.8"}
        url = f"{seen.service.web.url}/api/oidc/start"
        async with seen.http.get(url, headers=spanish, allow_redirects=False) as answer:
            page = await answer.text()
        assert '<html lang="es">' in page
        assert "El acceso de la empresa no responde ahora. (away)" in page


def test_every_refusal_has_words_in_both_languages() -> None:
    assert WORDS["en"].keys() == WORDS["es"].keys()
    assert [words_for(text)["lang"] for text in ("", "de", "es-MX", "de,es;q=0.5", "en,es")] == [
        "en",
        "en",
        "es",
        "es",
        "en",
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{issuer: 'http://login.example.com', client_id: c}", "without encryption"),
        ("{issuer: 'https://login.example.com'}", "client_id"),
        ("{issuer: 'https://login.example.com', client_id: c, scopes: [email]}", "openid"),
        ("{issuer: 'https://login.example.com', client_id: c, roles: {a: boss}}", "boss"),
        ("{issuer: 'https://login.example.com', client_id: c, client_secret: x}", "secret"),
    ],
)
def test_settings_that_do_not_fit_are_named(tmp_path: Path, written: str, said: str) -> None:
    file = tmp_path / "service.yaml"
    file.write_text(f"desk: {{demo: true}}\noidc: {written}\n")
    with pytest.raises(ContentError) as wrong:
        load_settings({}, file)
    assert said in str(wrong.value)


def test_with_a_provider_nobody_needs_a_password(tmp_path: Path) -> None:
    file = tmp_path / "service.yaml"
    file.write_text("oidc: {issuer: 'https://login.example.com', client_id: c}\n")
    assert load_settings({}, file).oidc.client_id == "c"

"""Health, metrics and prompts as a probe, a scraper and a switch see them."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.parser import text_string_to_metric_families

from contact_center.adapters.web import health_routes, metrics_routes, prompt_routes

KEY, OTHER = "ab" * 32, "cd" * 32


async def test_a_process_that_lives_says_so_even_when_it_is_not_ready(serve, client):
    server = await serve(health_routes({"database": lambda: "the disk is full"}))
    async with client.get(f"{server.url}/healthz") as response:
        assert (response.status, await response.json()) == (200, {"alive": True})


async def test_it_is_ready_when_nothing_speaks_against_it(serve, client):
    async def database() -> None:
        await asyncio.sleep(0)

    server = await serve(health_routes({"provider": lambda: None, "database": database}))
    async with client.get(f"{server.url}/readyz") as response:
        assert response.status == 200
        assert await response.json() == {
            "ready": True,
            "checks": {"provider": "ok", "database": "ok"},
        }
        assert response.headers["Cache-Control"] == "no-store"


async def test_all_reasons_are_told_at_once(serve, client):
    async def hangs() -> str | None:
        await asyncio.Event().wait()
        return None

    def breaks() -> str | None:
        raise ValueError("the password is hunter22")

    checks = {
        "provider": lambda: "Asterisk cannot be reached",
        "database": hangs,
        "center": breaks,
        "draining": lambda: None,
    }
    server = await serve(health_routes(checks, within_s=0.05))
    async with client.get(f"{server.url}/readyz") as response:
        assert response.status == 503
        assert await response.json() == {
            "ready": False,
            "checks": {
                "provider": "Asterisk cannot be reached",
                "database": "no answer within 0.05 s",
                "center": "the check failed (ValueError); see the log",
                "draining": "ok",
            },
        }


async def test_readiness_follows_what_is_true_now(serve, client):
    reason: list[str | None] = [None]
    server = await serve(health_routes({"draining": lambda: reason[0]}))
    for now, status in ((None, 200), ("calls are being finished", 503), (None, 200)):
        reason[0] = now
        async with client.get(f"{server.url}/readyz") as response:
            assert response.status == status


async def test_metrics_are_those_of_the_registry_and_no_other(serve, client):
    registry = CollectorRegistry()
    Counter("calls", "Calls", registry=registry).inc(3)
    server = await serve(metrics_routes(registry))
    async with client.get(f"{server.url}/metrics") as response:
        assert response.status == 200
        assert response.content_type == "text/plain"
        families = list(text_string_to_metric_families(await response.text()))
    assert [family.name for family in families if family.type == "counter"] == ["calls"]
    assert families[0].samples[0].value == 3
    openmetrics = {"Accept": "application/openmetrics-text"}
    async with client.get(f"{server.url}/metrics", headers=openmetrics) as response:
        assert response.content_type == "application/openmetrics-text"
        assert (await response.text()).endswith("# EOF\n")


@pytest.fixture
async def prompts(tmp_path, serve):
    sound = tmp_path / f"{KEY}.wav"
    sound.write_bytes(b"RIFF sound")
    files = {KEY: sound, OTHER: tmp_path / "gone.wav"}
    server = await serve(prompt_routes(files.get))
    return f"{server.url}/prompts"


async def test_a_prompt_is_fetched_whole_and_may_be_kept_for_ever(prompts, client):
    async with client.get(f"{prompts}/{KEY}.wav") as response:
        assert response.status == 200
        assert await response.read() == b"RIFF sound"
        assert response.content_type == "audio/wav"
        assert response.headers["Content-Length"] == "10"
        assert response.headers["ETag"] == f'"{KEY}"'
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_a_head_request_gets_the_same_headers_and_no_sound(prompts, client):
    async with client.head(f"{prompts}/{KEY}.wav") as response:
        assert response.status == 200
        assert response.headers["Content-Length"] == "10"
        assert response.headers["ETag"] == f'"{KEY}"'
        assert await response.read() == b""


@pytest.mark.parametrize(
    ("tag", "status"),
    [(f'"{KEY}"', 304), (f'W/"{KEY}"', 304), ("*", 304), ('"x", "y"', 200), ("garbage", 200)],
)
async def test_a_switch_that_has_it_already_does_not_get_it_again(prompts, client, tag, status):
    async with client.get(f"{prompts}/{KEY}.wav", headers={"If-None-Match": tag}) as response:
        assert response.status == status
        assert response.headers["ETag"] == f'"{KEY}"'
        assert "immutable" in response.headers["Cache-Control"]
        assert (await response.read() == b"") == (status == 304)


@pytest.mark.parametrize(
    "name",
    [
        f"{'ef' * 32}.wav",
        f"{OTHER}.wav",
        f"{KEY}.json",
        f"{KEY}",
        f"{KEY.upper()}.wav",
        f"{KEY}.wav%00",
        f"{KEY}%0a.wav",
        f"..%2f{KEY}.wav",
        "../../../../etc/passwd",
        "",
    ],
)
async def test_nothing_else_can_be_fetched(prompts, client, name):
    async with client.get(f"{prompts}/{name}") as response:
        assert response.status == 404
        assert (await response.json())["error"] == "not_found"
        assert "immutable" not in response.headers["Cache-Control"]

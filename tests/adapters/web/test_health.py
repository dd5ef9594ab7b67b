"""Health and readiness as a probe sees them."""

import asyncio

from contact_center.adapters.web import health_routes
from contact_center.adapters.web.health import Note


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


async def test_what_is_only_worth_knowing_is_told_and_counts_as_ready(serve, client):
    checks = {"database": lambda: None, "recogniser": lambda: Note("it is starting")}
    server = await serve(health_routes(checks))
    async with client.get(f"{server.url}/readyz") as response:
        assert response.status == 200
        assert await response.json() == {
            "ready": True,
            "checks": {"database": "ok", "recogniser": "it is starting"},
        }

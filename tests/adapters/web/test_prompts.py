"""Prompts as a switch sees them."""

import pytest

from contact_center.adapters.web import prompt_routes

KEY, OTHER = "ab" * 32, "cd" * 32


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

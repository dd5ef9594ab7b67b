"""Who may ask the running process for something, and how they are answered."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from contact_center.adapters.web.admin import admin_routes, new_token

RIGHT = {"Authorization": "Bearer secret"}


class Actions:
    def __init__(self) -> None:
        self.done = 0

    async def reload(self) -> tuple[int, dict[str, Any]]:
        self.done += 1
        return 422, {"problems": ["one"]}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "Bearer secre"}, 401),
        ({"Authorization": "Basic secret"}, 401),
        ({"Authorization": "Bearer sécret"}, 401),
        ({**RIGHT, "Origin": "http://127.0.0.1"}, 403),
        (RIGHT, 422),
        ({"Authorization": "bearer  secret "}, 422),
    ],
)
async def test_only_the_token_opens_the_door(serve, client, headers, status):
    actions = Actions()
    server = await serve(admin_routes("secret", {"reload": actions.reload}))
    async with client.post(f"{server.url}/api/reload", headers=headers) as response:
        assert response.status == status
        answer = await response.json()
    assert actions.done == (status == 422)
    assert ("problems" in answer) == (status == 422)


async def test_nothing_is_done_by_looking(serve, client):
    actions = Actions()
    server = await serve(admin_routes("secret", {"reload": actions.reload}))
    async with client.get(f"{server.url}/api/reload", headers=RIGHT) as response:
        assert response.status == 405
    assert actions.done == 0


def test_every_process_has_a_token_of_its_own_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "admin-token"
    first, second = new_token(file), new_token(file)
    assert first != second
    assert file.read_text() == second + "\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["admin-token"]

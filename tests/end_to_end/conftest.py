from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from contact_center.adapters.asterisk.local import Tree
from tests.end_to_end.product import Floor


@pytest.fixture
async def make_floor(
    asterisk_tree: Tree, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[Callable[..., Any]]:
    async with AsyncExitStack() as stack:

        async def make(mode: str = "inbound", **changes: Any) -> Floor:
            folder: Path = tmp_path_factory.mktemp("floor")
            return await stack.enter_async_context(Floor(folder, asterisk_tree, mode, **changes))

        yield make


@pytest.fixture
async def floor(make_floor: Callable[..., Any]) -> Floor:
    made: Floor = await make_floor()
    return made

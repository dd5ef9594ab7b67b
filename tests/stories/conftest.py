from collections.abc import Callable, Iterator

import pytest

from contact_center.core.configuration import CenterConfiguration
from tests.stories.centers import small_center
from tests.stories.world import World


@pytest.fixture
def make_world() -> Iterator[Callable[..., World]]:
    worlds: list[World] = []

    def make(configuration: CenterConfiguration | None = None, **options: bool) -> World:
        world = World(configuration or small_center(), **options)
        worlds.append(world)
        return world

    yield make
    for world in worlds:
        world.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()

"""What is on disk appears whole, is checked before it is used, and may be spoilt."""

import asyncio
import os
import stat
import sys

import pytest

from tests.adapters.prompts.engine_programs import program, runs
from tests.adapters.prompts.stores import HELLO, make_store


@pytest.mark.parametrize(
    "harm", ["cut", "flip", "empty", "no_index", "index_garbage", "index_list"]
)
async def test_a_spoilt_file_in_the_cache_is_rendered_again(tmp_path, harm):
    argv, log = program(tmp_path)
    store = make_store(tmp_path, argv)
    await store.publish([HELLO])
    key = store.media_url(*HELLO).rsplit("/", 1)[1].removesuffix(".wav")
    sound = store.path_of(key)
    good = sound.read_bytes()
    index = sound.with_suffix(".json")
    if harm == "cut":
        sound.write_bytes(good[: len(good) // 2])
    elif harm == "flip":
        sound.write_bytes(good[:1000] + bytes(10) + good[1010:])
    elif harm == "empty":
        sound.write_bytes(b"")
    elif harm == "no_index":
        index.unlink()
    else:
        index.write_text("{oops" if harm == "index_garbage" else "[1]")
    assert await make_store(tmp_path, argv).publish([HELLO]) == []
    assert runs(log) == 2
    assert sound.read_bytes() == good


async def test_what_a_killed_process_left_half_written_is_cleared_away(tmp_path):
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await killed.wait()
    cache = tmp_path / "cache"
    cache.mkdir()
    for name in (str(killed.pid), str(os.getpid()), "1", "x", "99999999999999999999"):
        (cache / f".writing-{name}-abc").write_bytes(b"half")
    await make_store(tmp_path).publish([])
    assert {path.name for path in cache.iterdir()} == {
        f".writing-{os.getpid()}-abc",
        ".writing-1-abc",
    }


async def test_others_may_read_what_was_rendered(tmp_path):
    store = make_store(tmp_path)
    await store.publish([HELLO])
    for path in (tmp_path / "cache").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o644

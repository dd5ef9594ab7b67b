"""One Asterisk of our own: start, stop, kill, start again, and what goes wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from contact_center.adapters.asterisk.local import Instance, InstanceError, Tree
from tests.real.asterisk import PASSWORD, PlainAri, settings
from tests.real.sip import CallRejectedError, Phone, until

pytestmark = pytest.mark.real


async def test_an_instance_starts_answers_and_stops(asterisk_tree: Tree) -> None:
    instance = Instance(settings(), asterisk_tree)
    async with instance:
        assert "Asterisk 22" in await instance.cli("core show version")
        assert instance.rss_bytes() > 1_000_000
        assert instance.cpu_s() > 0
        assert "ERROR" not in instance.log()
        assert "WARNING" not in instance.log()
    assert not instance.running
    assert not instance.folder.exists()


async def test_an_instance_comes_back_on_the_same_ports_after_it_was_killed(
    asterisk_tree: Tree,
) -> None:
    async with Instance(settings(), asterisk_tree) as instance:
        before = instance.settings
        await instance.kill()
        with pytest.raises(InstanceError):
            await instance.cli("core show version")
        await instance.start()
        assert instance.settings == before
        async with PlainAri(instance) as ari:
            assert (await ari.request("GET", "asterisk/ping"))[0] == 200


async def test_a_taken_port_is_named_when_it_does_not_start(asterisk_tree: Tree) -> None:
    async with Instance(settings(), asterisk_tree) as first:
        second = Instance(settings(sip_port=first.sip_port), asterisk_tree)
        with pytest.raises(InstanceError, match="port is taken"):
            await second.start()
    # The port is free now, and the complaint in the log is of yesterday.
    async with second:
        assert second.sip_port == first.sip_port


async def test_an_asterisk_left_behind_in_a_folder_is_ended_by_the_next_start(
    asterisk_tree: Tree, tmp_path: Path
) -> None:
    left_behind = Instance(settings(), asterisk_tree, tmp_path)
    await left_behind.start()
    async with Instance(left_behind.settings, asterisk_tree, tmp_path) as instance:
        await until(lambda: not left_behind.running, within=3, what="the end of the old one")
        assert instance.sip_port == left_behind.sip_port
        assert "Asterisk 22" in await instance.cli("core show version")


async def test_a_start_that_is_called_off_leaves_no_process(asterisk_tree: Tree) -> None:
    instance = Instance(settings(), asterisk_tree)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.15), instance:
            pytest.fail("it cannot be ready so soon")
    assert not instance.running
    assert not instance.folder.exists()


async def test_a_folder_with_a_long_path_does_not_keep_it_from_starting(
    asterisk_tree: Tree, tmp_path: Path
) -> None:
    folder = tmp_path / ("a" * 90)
    folder.mkdir()
    async with Instance(settings(), asterisk_tree, folder) as instance:
        assert "Asterisk 22" in await instance.cli("core show version")
    assert folder.is_dir()


async def test_a_folder_may_be_named_from_where_we_are(
    asterisk_tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with Instance(settings(), asterisk_tree, Path("var/asterisk")) as instance:
        assert "Asterisk 22" in await instance.cli("core show version")


async def test_many_run_side_by_side(asterisk_tree: Tree) -> None:
    async with (
        Instance(settings(), asterisk_tree) as one,
        Instance(settings(), asterisk_tree) as other,
    ):
        ports = {
            port
            for it in (one.settings, other.settings)
            for port in (it.http_port, it.sip_port, it.manager_port)
        }
        assert len(ports) == 6


async def test_a_phone_that_was_added_meanwhile_registers_and_the_others_stay(
    asterisk_tree: Tree,
) -> None:
    async with (
        Instance(settings(phones=("ana",)), asterisk_tree) as instance,
        Phone("ana", instance.sip_port, password=PASSWORD) as ana,
        Phone("zoe", instance.sip_port, password=PASSWORD) as zoe,
    ):
        await ana.register()
        with pytest.raises(CallRejectedError):
            await zoe.register()
        await instance.add_accounts(settings(phones=("ana", "zoe")).accounts)
        await zoe.register()
        contacts = await instance.cli("pjsip show contacts")
        assert "ana/sip:" in contacts
        assert "zoe/sip:" in contacts
        assert "ERROR" not in instance.log()

"""Starting on something wrong: a clear line that names it and the mend, and a fitting exit code."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
import sys
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from contact_center.adapters.asterisk.local import Instance, Tree
from tests.end_to_end.product import Product
from tests.real.asterisk import settings
from tests.real.dialog import until
from tests.real.ports import free_port

CENTER = Path(__file__).parents[1] / "end_to_end" / "center" / "center.yaml"


async def run(folder: Path, **environment: str) -> tuple[int, str]:
    """Start the product on what is wrong; gives its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "contact_center", "run"),
        env={
            **os.environ,
            "CC_CENTER": str(CENTER),
            "CC_STATE_DIR": str(folder / "state"),
            "CC_HTTP_PORT": str(free_port()),
            "CC_DESK_DEMO": "true",
            **environment,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(60):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, said.decode()


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = await run(tmp_path, CC_HTTP_PORT=str(port))
    assert code == 1
    assert f"port {port} on 127.0.0.1 is taken by another program" in said
    assert "Traceback" not in said


async def test_a_broken_center_lists_every_problem(tmp_path: Path) -> None:
    (tmp_path / "center.yaml").write_text("center: X\nschema: 1\nregoin: US\nqueues: {a: {}}\n")
    code, said = await run(tmp_path, CC_CENTER=str(tmp_path / "center.yaml"))
    assert code == 1
    assert "center.yaml:3:1: " in said
    assert said.count("center.yaml:") > 1
    assert "Traceback" not in said


async def test_a_line_of_the_password_file_that_is_no_hash_is_named(tmp_path: Path) -> None:
    (tmp_path / "passwords").write_text("# staff\nana:hunter2\n")
    file = str(tmp_path / "passwords")
    code, said = await run(tmp_path, CC_DESK_DEMO="false", CC_DESK_PASSWORDS_FILE=file)
    assert code == 1
    assert "passwords:2: expected login" in said
    assert "hunter2" not in said
    assert "Traceback" not in said


async def test_a_state_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file is in the way")
    code, said = await run(tmp_path)
    assert code == 1
    assert "CC_STATE_DIR" in said
    assert "Traceback" not in said


async def test_two_processes_do_not_share_a_state_folder(tmp_path: Path) -> None:
    product = Product(tmp_path, {"CC_PROVIDER": "simulated"}, CENTER)
    await product.start(takes_calls=False)
    try:
        code, said = await run(tmp_path)
    finally:
        await product.stop()
    assert code == 1
    assert "another process runs on" in said


async def test_a_database_that_is_locked_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    path = tmp_path / "state" / "contact-center.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin exclusive")
        code, said = await run(tmp_path)
    assert code == 1
    assert "locked" in said
    assert "Traceback" not in said


async def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    path = tmp_path / "state" / "contact-center.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table alembic_version (version_num varchar(32) not null)")
        database.execute("insert into alembic_version values ('9999')")
        database.commit()
    code, said = await run(tmp_path)
    assert code == 1
    assert "9999" in said
    assert "Traceback" not in said


async def test_a_journal_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "journal"
    folder.mkdir(parents=True)
    (folder / "00000001-000001.journal").write_text("not a journal\n")
    code, said = await run(tmp_path)
    assert code == 1
    assert "00000001-000001.journal:1:" in said
    assert "Traceback" not in said


@pytest.mark.real
async def test_a_wrong_ari_password_shows_in_readyz_and_is_never_told(
    tmp_path: Path, asterisk_tree: Tree
) -> None:
    async with Instance(settings(), asterisk_tree) as asterisk:
        environment = {
            "CC_PROVIDER": "asterisk",
            "CC_ARI_CONNECTION": "inbound",
            "CC_ARI_URL": f"http://127.0.0.1:{asterisk.settings.http_port}",
            "CC_ARI_PASSWORD": "quite-wrong-password",
            "CC_AMI_PORT": str(asterisk.settings.manager_port),
            "CC_AMI_PASSWORD": asterisk.settings.manager_password,
        }
        product = Product(tmp_path, environment, CENTER)
        await product.start(takes_calls=False)
        try:
            told = await until(
                lambda: _reason(product), within=15, what="readyz names the password"
            )
        finally:
            await product.stop()
        assert "CC_ARI_PASSWORD" in told or "password" in told
        assert "quite-wrong-password" not in product.log + told


@pytest.mark.real
async def test_an_asterisk_that_is_not_there_shows_in_readyz(tmp_path: Path) -> None:
    environment = {
        "CC_PROVIDER": "asterisk",
        "CC_ARI_CONNECTION": "inbound",
        "CC_ARI_URL": f"http://127.0.0.1:{free_port()}",
        "CC_ARI_PASSWORD": "x",
        "CC_AMI_PASSWORD": "x",
    }
    product = Product(tmp_path, environment, CENTER)
    await product.start(takes_calls=False)
    try:
        told = await until(lambda: _reason(product), within=15, what="readyz says why")
    finally:
        assert await product.stop() == 0
    assert "Is Asterisk running" in told


def _reason(product: Product) -> str:
    """What /readyz says of Asterisk, once it says more than that it is not there yet."""
    try:
        with urllib.request.urlopen(f"{product.url}/readyz", timeout=5):
            return ""
    except urllib.error.HTTPError as answer:
        with answer:
            checks = json.load(answer)["checks"]
    told = str(checks["asterisk"])
    return "" if told in {"ok", "not connected yet"} else told

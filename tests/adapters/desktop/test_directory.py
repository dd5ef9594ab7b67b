"""Passwords in a file, and the one password of a demonstration."""

import os
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from contact_center.adapters.desktop import directory
from contact_center.adapters.desktop.directory import (
    DemoDirectory,
    PasswordFile,
    passwd_command,
    password_line,
    put_line,
)

AGENTS = {"maria": "a-1", "jonas": "a-2"}


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # noqa: E731
    monkeypatch.setattr(directory, "PasswordHasher", cheap)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "passwords"
    path.write_text(
        f"# agents\n\n{password_line('maria', 'secret-1')}\n{password_line('ghost', 'boo-boo-1')}\n"
    )
    return path


def test_the_right_password_names_the_agent(file: Path) -> None:
    assert PasswordFile(file, AGENTS).verify("maria", "secret-1") == "a-1"


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("maria", "secret-2"),
        ("maria", ""),
        ("jonas", "secret-1"),
        ("ghost", "boo-boo-1"),
        ("", ""),
        ("maria", "x" * 2000),
    ],
)
def test_anything_else_names_nobody(file: Path, login: str, password: str) -> None:
    assert PasswordFile(file, AGENTS).verify(login, password) is None


def test_a_changed_file_is_read_again(file: Path) -> None:
    people = PasswordFile(file, AGENTS)
    put_line(file, "jonas", password_line("jonas", "secret-2"))
    assert people.verify("jonas", "secret-2") == "a-2"
    put_line(file, "maria", password_line("maria", "secret-3"))
    assert people.verify("maria", "secret-1") is None
    assert people.verify("maria", "secret-3") == "a-1"


@pytest.mark.parametrize("damage", ["gone", "broken"])
def test_while_the_file_cannot_be_used_what_it_said_before_holds(file: Path, damage: str) -> None:
    people = PasswordFile(file, AGENTS)
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(b"maria:plain\n\xff")
    assert people.verify("maria", "secret-1") == "a-1"
    assert people.verify("maria", "secret-2") is None


def test_hashes_are_argon2id() -> None:
    assert password_line("maria", "secret-1").startswith("maria:$argon2id$")


@pytest.mark.parametrize("line", ["maria", "maria:plain", ":$argon2id$x", "maria:$2b$x"])
def test_a_line_that_is_no_hash_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "passwords"
    path.write_text(f"# first\n{line}\n")
    with pytest.raises(ValueError, match=r"passwords:2: expected login"):
        PasswordFile(path, AGENTS)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        PasswordFile(tmp_path / "nothing", AGENTS)


def test_a_demonstration_has_one_password_for_all() -> None:
    people = DemoDirectory(AGENTS)
    assert len(people.password) >= 8
    assert people.verify("jonas", people.password) == "a-2"
    assert people.verify("nobody", people.password) is None
    assert people.verify("jonas", people.password + "x") is None
    assert DemoDirectory(AGENTS).password != people.password


def test_passwd_writes_a_file_only_its_owner_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "long-enough")
    path = tmp_path / "passwords"
    assert passwd_command(["maria", str(path)]) == 0
    assert passwd_command(["maria", str(path)]) == 0
    assert len(path.read_text().splitlines()) == 1
    assert os.stat(path).st_mode & 0o077 == 0
    assert PasswordFile(path, AGENTS).verify("maria", "long-enough") == "a-1"


def test_passwd_refuses_short_passwords_and_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "short")
    assert passwd_command(["maria"]) == 1
    assert passwd_command([]) == 2
    assert passwd_command(["a:b"]) == 2
    assert "usage" in capsys.readouterr().err

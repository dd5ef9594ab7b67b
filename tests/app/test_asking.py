"""Commands ask the running center over its API, and say alike what became of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from contact_center.app.asking import TOKEN_FILE, ask, asking, changed, refused
from contact_center.app.dialer_command import dialer_command
from contact_center.app.emergency_command import emergency_command
from contact_center.app.explain_command import explain_command
from contact_center.app.ivr.command import ivr_command
from contact_center.app.reload_command import reload_command
from contact_center.content.problems import Problem, Severity, as_data
from contact_center.settings import Settings

COMMANDS: dict[str, Any] = {
    "reload": lambda: reload_command([]),
    "explain": lambda: explain_command(["call", "c-1"]),
    "emergency": lambda: emergency_command(["show"]),
    "dialer": lambda: dialer_command(["list"]),
    "ivr": lambda: ivr_command(["versions", "larkfield"]),
}


class _Door(BaseHTTPRequestHandler):
    said: tuple[int, bytes] = (200, b"")
    heard: list[tuple[str, str, str]] = []  # noqa: RUF012 - emptied by the fixture

    def do_GET(self) -> None:
        self.heard.append((self.command, self.path, self.headers["Authorization"]))
        status, body = self.said
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - its name is the protocol's

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Door]]:
    """A service that says what it is told to, with a token in its state folder."""
    (tmp_path / TOKEN_FILE).write_text("secret\n", encoding="ascii")
    _Door.heard.clear()
    with HTTPServer(("127.0.0.1", 0), _Door) as server:
        monkeypatch.setenv("CC_STATE_DIR", str(tmp_path))
        monkeypatch.setenv("CC_HTTP_PORT", str(server.server_port))
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield _Door
        finally:
            server.shutdown()
            serving.join()


def test_who_asks_shows_the_token_and_hears_status_and_words(door: type[_Door]) -> None:
    door.said = (404, b'{"message": "There is no such call."}')
    heard: list[tuple[int, dict[str, Any]]] = []

    def act(settings: Settings) -> int:
        heard.append(ask(settings, "GET", "/api/explain/call/c-1"))
        return refused(*heard[0])

    assert asking(None, act) == 1
    assert heard == [(404, {"message": "There is no such call."})]
    assert door.heard == [("GET", "/api/explain/call/c-1", "Bearer secret")]


@pytest.mark.parametrize("name", COMMANDS)
def test_an_answer_that_is_no_answer_is_said_by_every_command(
    door: type[_Door], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    door.said = (200, b"<html>")
    assert COMMANDS[name]() == 2
    assert "the answer is no JSON" in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_that_nobody_answers(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CC_STATE_DIR", str(tmp_path))
    assert COMMANDS[name]() == 2
    assert "is the contact center running" in capsys.readouterr().err


@pytest.mark.parametrize(("status", "code"), [(404, 1), (409, 1), (401, 2), (503, 2)])
def test_what_there_is_not_is_another_code_than_what_fails(
    status: int, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(status, {}) == code
    assert refused(status, {"message": "No."}) == code
    assert capsys.readouterr().err == f"status {status}\nNo.\n"


def test_wrong_content_is_told_with_its_problems(capsys: pytest.CaptureFixture[str]) -> None:
    problem = Problem(file="a.yaml", code="E020", message="no node", line=3, column=1)
    told = {"problems": [{**as_data(problem), "text": str(problem)}]}
    assert changed(422, told, "published") == 1
    assert capsys.readouterr().err == f"{problem}\nnot published: nothing was changed\n"
    assert changed(200, {"warnings": [], "changes": []}, "published") == 0
    assert capsys.readouterr().out == "nothing changed\n"


def test_a_problem_as_data_says_all_that_it_knows() -> None:
    problem = Problem(
        file="a.yaml", code="W101", message="m", line=3, column=5, severity=Severity.WARNING,
        hint="h",
    )  # fmt: skip
    assert as_data(problem) == {
        "file": "a.yaml", "line": 3, "column": 5, "code": "W101", "severity": "warning",
        "message": "m", "hint": "h",
    }  # fmt: skip

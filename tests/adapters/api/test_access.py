"""Who gets in: tokens, roles, files of tokens, and how often."""

from __future__ import annotations

from pathlib import Path

import pytest

from contact_center.adapters.api.access import Holder, TokenFileError, granted
from contact_center.core.permissions import Role
from tests.adapters.api.conftest import Bench


@pytest.mark.parametrize(
    ("who", "method", "path", "status"),
    [
        ("wall", "GET", "/api/queues", 200),
        ("crm", "GET", "/api/queues", 200),
        ("dana", "GET", "/api/queues", 200),
        ("wall", "POST", "/api/calls/c1/withdraw", 403),
        ("crm", "POST", "/api/calls/c1/withdraw", 403),
        ("dana", "POST", "/api/calls/c1/withdraw", 404),
        ("wall", "POST", "/api/work", 403),
        ("dana", "POST", "/api/work", 403),
        ("crm", "POST", "/api/work", 400),
        ("nobody-has-this-token", "GET", "/api/queues", 401),
    ],
)
async def test_each_role_may_do_its_own(
    bench: Bench, who: str, method: str, path: str, status: int
) -> None:
    assert (await bench.ask(method, path, who=who))[0] == status


async def test_without_a_token_it_is_said_what_is_wanted(bench: Bench) -> None:
    async with bench.http.get(f"{bench.url}/api/queues") as answer:
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    basic = {"Authorization": "Basic token-of-dana-1234"}
    async with bench.http.get(f"{bench.url}/api/queues", headers=basic) as answer:
        assert answer.status == 401


async def test_pages_do_not_get_in_whatever_they_send(bench: Bench) -> None:
    status, told = await bench.ask("GET", "/api/queues", Origin="https://desk.example.com")
    assert (status, told["error"]) == (403, "origin")


async def test_who_asks_too_often_has_to_wait_and_nobody_else(bench: Bench) -> None:
    answers = [(await bench.ask("GET", "/api/queues"))[0] for _ in range(51)]
    assert answers == [200] * 50 + [429]
    assert (await bench.ask("GET", "/api/queues", who="wall"))[0] == 200
    bench.seconds = 1.0
    assert (await bench.ask("GET", "/api/queues"))[0] == 200
    assert (await bench.ask("GET", "/api/queues"))[0] == 429


async def test_a_question_that_costs_much_counts_more_than_once(bench: Bench) -> None:
    answers = [(await bench.ask("GET", "/api/explain/call/c1"))[0] for _ in range(11)]
    assert answers == [404] * 10 + [429]


def tokens(folder: Path, text: str) -> Path:
    file = folder / "tokens"
    file.write_text(text)
    file.chmod(0o600)
    return file


def test_a_file_of_tokens_has_a_role_a_name_and_a_token_a_line(tmp_path: Path) -> None:
    file = tokens(
        tmp_path,
        "# who may ask\n\nsupervisor dana 0123456789abcdef\nsystem crm fedcba9876543210 # soon\n",
    )
    assert granted(file) == [
        ("0123456789abcdef", Holder("dana", frozenset({Role.SUPERVISOR}))),
        ("fedcba9876543210", Holder("crm", frozenset({Role.SYSTEM}))),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("supervisor dana", "write ROLE NAME TOKEN"),
        ("boss dana 0123456789abcdef", "write ROLE NAME TOKEN"),
        ("reader wall short", "16 letters"),
        (f"reader {'w' * 65} 0123456789abcdef", "64 letters"),
    ],
)
def test_a_line_that_is_none_is_named_without_its_token(
    tmp_path: Path, line: str, said: str
) -> None:
    with pytest.raises(TokenFileError) as wrong:
        granted(tokens(tmp_path, f"# first\n{line}\n"))
    assert said in str(wrong.value)
    assert ":2:" in str(wrong.value)
    assert "0123456789abcdef" not in str(wrong.value)


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tokens(tmp_path, "reader wall 0123456789abcdef\n")
    file.chmod(0o644)
    with pytest.raises(TokenFileError, match="chmod 600"):
        granted(file)

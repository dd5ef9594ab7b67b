"""The board of messages to agents: until they are read, bounded, and nobody is spammed."""

from __future__ import annotations

import pytest

from contact_center.core.ids import AgentId
from contact_center.core.notices import (
    LASTING_US,
    MOST_A_MINUTE,
    MOST_KEPT,
    MOST_UNREAD,
    SAME_WITHIN_US,
    Notice,
    NoticeBoard,
)

ANA, BEN = AgentId("ana"), AgentId("ben")
MINUTE = 60_000_000


def notice(name: str, *agents: AgentId, at: int = 0, by: str = "dana", text: str = "") -> Notice:
    names = agents or (ANA, BEN)
    return Notice(
        notice=name, at=at, by=by, by_name="Dana", to="all", agents=names, text=text or name
    )


def shown(board: NoticeBoard, agent: AgentId) -> list[str]:
    return [one.notice for one in board.of(agent)]


def test_each_has_a_message_until_they_have_read_it() -> None:
    board = NoticeBoard()
    assert board.hang(notice("n1")) == [ANA, BEN]
    assert board.read(ANA, "n1")
    assert (shown(board, ANA), shown(board, BEN)) == ([], ["n1"])
    assert not board.read(ANA, "n1")
    assert not board.read(AgentId("nobody"), "n1")
    assert [sorted(one.unread) for one in board.hung()] == [[BEN]]


def test_a_message_is_taken_back_from_those_who_have_not_read_it() -> None:
    board = NoticeBoard()
    board.hang(notice("n1"))
    board.read(ANA, "n1")
    assert board.take_down("n1") == [BEN]
    assert board.take_down("n1") is None
    assert shown(board, BEN) == []


def test_a_message_is_over_in_the_end_and_who_read_it_before_a_restart_has_read_it() -> None:
    board = NoticeBoard()
    board.hang(notice("n1"), read_by=[ANA])
    assert shown(board, ANA) == []
    assert board.look(LASTING_US - 1) == []
    assert board.look(LASTING_US) == [BEN]
    assert board.hung() == []


@pytest.mark.parametrize(
    ("by", "agents", "text", "at", "code"),
    [
        ("dana", [ANA], "", 0, "empty"),
        ("dana", [], "hello", 0, "nobody"),
        ("dana", [ANA], "n0", MINUTE, "said_already"),
        ("dana", [AgentId("eve")], "n0", MINUTE, ""),
        ("sam", [ANA], "n0", 0, ""),
        ("dana", [ANA], "n0", SAME_WITHIN_US, ""),
        ("dana", [ANA], "another", MINUTE - 1, "told_enough"),
        ("dana", [ANA], "another", MINUTE, ""),
    ],
)
def test_a_sender_has_so_many_a_minute_and_says_nothing_twice(
    by: str, agents: list[AgentId], text: str, at: int, code: str
) -> None:
    board = NoticeBoard()
    for n in range(MOST_A_MINUTE):
        board.hang(notice(f"n{n}"))
    assert board.problem(by, agents, text, at) == code


def test_a_desk_has_so_many_unread_and_no_more() -> None:
    board = NoticeBoard()
    for n in range(MOST_UNREAD):
        board.hang(notice(f"n{n}", ANA))
    assert board.problem("sam", [ANA], "more", 0) == "too_many_unread"
    assert board.problem("sam", [ANA, BEN], "more", 0) == ""
    assert board.hang(notice("more", ANA, BEN)) == [BEN]
    assert len(shown(board, ANA)) == MOST_UNREAD


def test_a_board_holds_so_many_and_the_oldest_make_room() -> None:
    board = NoticeBoard()
    names = [AgentId(f"a{n}") for n in range(MOST_KEPT + 1)]
    for n, name in enumerate(names):
        told = board.hang(notice(f"n{n}", name))
    assert told == [names[0], names[-1]]
    assert len(board.hung()) == MOST_KEPT
    assert shown(board, names[0]) == []

"""A command is carried out once, however often it is sent."""

from contact_center.adapters.desktop.command_book import DEADLINE_US, KEEP_US, CommandBook
from contact_center.adapters.desktop.wish import problem


def test_a_repeat_finds_the_stored_answer_for_ten_minutes() -> None:
    book = CommandBook()
    book.ask("maria", "c1", 0)
    assert book.settle("maria", "c1", problem("not_talking"))
    asked = book.find("maria", "c1", KEEP_US)
    assert asked is not None
    assert asked.problem is not None
    assert asked.problem.code == "not_talking"
    assert book.find("maria", "c1", KEEP_US + 1) is None


def test_ids_of_different_agents_do_not_meet() -> None:
    book = CommandBook()
    book.ask("maria", "c1", 0)
    assert book.find("jonas", "c1", 0) is None


def test_a_command_without_an_answer_is_overdue_once() -> None:
    book = CommandBook()
    book.ask("maria", "c1", 0)
    book.ask("maria", "c2", 10)
    assert book.overdue(DEADLINE_US - 1) == []
    assert book.overdue(DEADLINE_US) == [("maria", "c1")]
    assert book.overdue(DEADLINE_US + 10) == [("maria", "c2")]
    assert book.overdue(DEADLINE_US * 2) == []


def test_a_late_answer_is_kept_for_a_repeat_but_not_sent_again() -> None:
    book = CommandBook()
    book.ask("maria", "c1", 0)
    book.overdue(DEADLINE_US)
    assert not book.settle("maria", "c1", None)
    asked = book.find("maria", "c1", DEADLINE_US + 1)
    assert asked is not None
    assert asked.is_answered


def test_a_second_answer_changes_nothing() -> None:
    book = CommandBook()
    book.ask("maria", "c1", 0)
    assert book.settle("maria", "c1", None)
    assert not book.settle("maria", "c1", problem("failed"))
    assert not book.settle("maria", "never-asked", None)


def test_the_memory_is_bounded_per_agent() -> None:
    book = CommandBook(max_per_agent=10)
    for number in range(1000):
        book.ask("maria", f"c{number}", number)
    assert book.find("maria", "c989", 1000) is None
    assert book.find("maria", "c990", 1000) is not None
    assert len(book.overdue(10 * DEADLINE_US)) == 10


def test_a_dropped_command_may_be_asked_again() -> None:
    book = CommandBook()
    book.ask("maria", "c1", 0)
    book.drop("maria", "c1")
    assert book.find("maria", "c1", 0) is None
    assert book.overdue(DEADLINE_US) == []

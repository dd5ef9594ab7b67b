"""A flow tried out by lines: keys, commands, and what is written."""

from __future__ import annotations

import os
import re

import pytest

from contact_center.app.ivr.terminal import Pace, Terminal, run_in_real_time, run_lines
from contact_center.core.ivr.scenario import Given
from tests.app.ivr.shop import SHOP, TEN, shop


def written(*lines: str, pace: Pace = Pace.FAST, **given: object) -> str:
    text: list[str] = []
    about = Given(**{"at": TEN, "number": "+14155550123", **given})  # type: ignore[arg-type]
    terminal = Terminal(shop(), SHOP, about, text.append, pace)
    run_lines(terminal, lines, lambda line: text.append(f"> {line}\n"))
    return "".join(text)


def test_what_the_caller_hears_is_written_with_the_node_and_the_time() -> None:
    text = written("1", "4711")
    assert "2026-11-23 18:00:00+00:00  a call from +14155550123 to shop\n" in text
    assert ' 0:00.0  main              "For an order press 1. To buy press 2."\n' in text
    assert "main              -> choice:ask\n" in text
    assert 'read              "Order 4 7 1 1"\n' in text
    assert "sales             waits in the queue sales\n" in text


def test_whoever_is_still_there_at_the_end_hangs_up() -> None:
    assert written().endswith("main              the call is over: ended_in_ivr\n")


def test_agents_answer_and_leave() -> None:
    text = written("2", ":wait 30", ":agent answers", ":wait 1m", ":agent leaves")
    assert " 0:32.2  sales             talks with ann\n" in text
    assert "talks no more with ann\n" in text
    assert text.count("the call is over") == 1


def test_silence_and_listening_on() -> None:
    assert "Hello?" in written(":silence")
    assert "waits in the queue sales" in written(":silence 2")
    assert "Hello?" in written("")


def test_in_steps_time_passes_only_when_it_is_told_to() -> None:
    assert "-> choice:sales" in written("2", pace=Pace.STEPS)
    assert " 0:00.0  main              -> choice:sales\n" in written("2", pace=Pace.STEPS)
    assert " 0:03.0  main              -> choice:sales\n" in written(
        ":wait 3", "2", pace=Pace.STEPS
    )


def test_a_new_call_at_another_time() -> None:
    text = written(":time 2026-11-23T22:00-08:00", ":again")
    assert text.count("a call from") == 3
    assert "gate              -> closed\n" in text


def test_the_state_is_shown() -> None:
    text = written("9", "14711", ":state")
    assert re.search(r"node +sales\n", text)
    assert re.search(r"language +es-US\n", text)
    assert re.search(r"vars.order +'4711'\n", text)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("hello", "'hello' are no keys; commands begin with a colon"),
        (":sing", "there is no command :sing; :help names them all"),
        (":wait long", "write :wait 6"),
        (":agent", "write :agent answers or :agent leaves"),
        (":agent answers", "there is no agent who may take this call now"),
        (":lookup crm", "write :lookup NAME ok"),
        (":time noon", "write :time 2026-11-23T10:00-05:00"),
        (":emergency perhaps", "write :emergency on or :emergency off"),
        (":silence often", "write :silence, or :silence 3"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_happens(line: str, answer: str) -> None:
    text = written(line)
    assert f"! {answer}" in text
    assert text.endswith("the call is over: ended_in_ivr\n")


def test_help_names_every_command_and_quit_ends_at_once() -> None:
    text = written(":help", ":quit", "1")
    for command in (":wait", ":silence", ":hangup", ":time", ":agent", ":lookup", ":state"):
        assert command in text
    assert "> 1" not in text


def test_in_real_time_keys_come_when_they_are_typed() -> None:
    read, write = os.pipe()
    text: list[str] = []
    about = Given(at=TEN, number="+14155550123")
    terminal = Terminal(shop(), SHOP, about, text.append, Pace.REAL)
    try:
        os.write(write, b"1\n4711\n:wait 10\n")
        os.close(write)
        run_in_real_time(terminal, read)
    finally:
        os.close(read)
    assert "waits in the queue sales" in "".join(text)
    assert terminal.tryout.now - TEN >= 10_000_000


def test_keys_that_are_secret_are_not_written_down() -> None:
    text = written("4", "4821", ":state")
    assert "> ****\n" in text
    assert "4821" not in text


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["4\n", "4821\r\n"], ["4", "****"]),
        (["4", "  4821"], ["4", "****"]),
        (["4", "48 21"], ["4", "** **"]),
        (["4", "4821x"], ["4", "****x"]),
        (["44821"], ["4****"]),
        ([" 44821#"], ["4*****"]),
        ([":wait 1", "48 21"], [":wait 1", "** **"]),
    ],
)
def test_keys_that_may_be_secret_are_not_written_down_either(
    lines: list[str], shown: list[str]
) -> None:
    text = written(*lines, ":state")
    assert [line[2:] for line in text.splitlines() if line.startswith("> ")] == [*shown, ":state"]
    assert "4821" not in text
    assert "48 21" not in text


def test_a_service_answers_as_it_is_told_to() -> None:
    text = written(":lookup orders ok state=sent", "4", "4821")
    assert "(the service orders answers ok state=sent)" in text
    assert '"It was sent."' in text
    assert "(the service orders fails: nothing is given for it)" in written("4", "4821")

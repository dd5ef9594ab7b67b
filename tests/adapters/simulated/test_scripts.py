"""Scripts of people, read from plain words."""

from __future__ import annotations

from random import Random

import pytest

from contact_center.adapters.simulated.people import caller
from contact_center.adapters.simulated.phones import Rings, phone
from contact_center.adapters.simulated.scripts import AT_ONCE, Does, Span, Step, read_script


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("wait 3 s", Step(Does.WAIT, "", Span(3, 3))),
        ("wait 1.5..4s", Step(Does.WAIT, "", Span(1.5, 4))),
        ("press 2", Step(Does.PRESS, "2", AT_ONCE)),
        ("press 12#*A after 3 s", Step(Does.PRESS, "12#*A", Span(3, 3))),
        ("say good morning after 1..2 s", Step(Does.SAY, "good morning", Span(1, 2))),
        ("say after you", Step(Does.SAY, "after you", AT_ONCE)),
        ("hang up", Step(Does.HANG_UP, "", AT_ONCE)),
        ("hang  up after 40 s", Step(Does.HANG_UP, "", Span(40, 40))),
        ("wait until hearing press two", Step(Does.HEAR, "press two")),
        ("wait until hearing sorry for at most 9 s", Step(Does.HEAR, "sorry", Span(9, 9))),
        ("wait for music", Step(Does.MUSIC)),
        ("wait for somebody for at most 60 s", Step(Does.SOMEBODY, "", Span(60, 60))),
    ],
)
def test_a_line_of_a_script_is_a_step(line: str, step: Step) -> None:
    assert read_script([line]) == (step,)


@pytest.mark.parametrize(
    "line",
    ["", "dance", "press", "press x", "press 2 after soon", "hang up now", "wait", "wait 9..3 s",
     "wait 99999 s", "wait for rain", "wait -1 s"],
)  # fmt: skip
def test_a_line_that_nobody_understands_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="line 1"):
        read_script([line])


def test_all_bad_lines_of_a_script_are_named() -> None:
    with pytest.raises(ValueError, match=r"line 1: .*; line 3: "):
        read_script(["dance", "press 1", "sing"])


def test_a_span_is_drawn_evenly_from_the_seeded_generator() -> None:
    rng = Random(7)
    drawn = [Span(1, 3).draw_us(rng) for _ in range(100)]
    assert all(1_000_000 <= us <= 3_000_000 for us in drawn)
    assert drawn == [Span(1, 3).draw_us(again) for again in [Random(7)] for _ in range(100)]


def test_a_caller_is_read_from_plain_data() -> None:
    dana = caller(
        {"ani": "+15551", "did": "100", "name": "Dana", "script": ["press 1"], "patience_s": 9}
    )
    assert (dana.ani, dana.did, dana.name, dana.patience_s) == ("+15551", "100", "Dana", 9)
    assert dana.script == (Step(Does.PRESS, "1", AT_ONCE),)


@pytest.mark.parametrize(
    "data",
    [
        {"ani": "1"},
        {"did": "1", "color": "red"},
        {"did": "1", "script": "press 1"},
        {"did": "1", "script": [1]},
        {"did": "1", "patience_s": "long"},
    ],
)
def test_a_misshapen_caller_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"caller|patience"):
        caller(data)


@pytest.mark.parametrize(
    ("words", "rings", "after"),
    [
        ("manual", Rings.MANUAL, AT_ONCE),
        ("answer", Rings.ANSWERS, AT_ONCE),
        ("answer after 2..4 s", Rings.ANSWERS, Span(2, 4)),
        ("decline after 1 s", Rings.DECLINES, Span(1, 1)),
        ("wordy after 1 s", Rings.WORDY, Span(1, 1)),
        ("ignore", Rings.IGNORES, AT_ONCE),
        ("busy", Rings.BUSY, AT_ONCE),
        ("unregistered", Rings.UNREGISTERED, AT_ONCE),
    ],
)
def test_a_phone_is_read_from_words(words: str, rings: Rings, after: Span) -> None:
    read = phone("1001", words)
    assert (read.device, read.rings, read.after) == ("1001", rings, after)


@pytest.mark.parametrize("words", ["", "explode", "answer later", "busy bee"])
def test_a_phone_that_nobody_understands_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"1001|time"):
        phone("1001", words)

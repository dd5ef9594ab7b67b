"""Messages to people for whom nobody was free: what has to be said, and what may not."""

import pytest

from dialer.jurisdiction import Terms
from dialer.message_lint import lint

ASKED = Terms(message_must=("seller", "telephone", "purpose"), opt_out_in_message=True)
GOOD = (
    "This was a sales call from Larkfield Garden Supply, 4 1 5, 5 5 5, 0 1 0 0. "
    "If you would like no more calls from us, press 9."
)


def wrong(text: str, keys: str = "9", asked: Terms = ASKED) -> tuple[str, ...]:
    return lint(text, "Larkfield Garden Supply", "sales", asked, tuple(keys))


def test_a_message_that_says_everything_passes() -> None:
    assert wrong(GOOD) == ()


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("Larkfield Garden Supply", "your garden shop", "seller"),
        ("0 1 0 0", "and so on", "telephone"),
        ("a sales call", "a call", "purpose"),
        (", press 9", "", "opt_out"),
        ("press 9", "press 1", "opt_out"),
        ("press 9.", "press 9. Ask for our special offer!", "pitch"),
        ("press 9.", "press 9. Roses are ten percent off.", "pitch"),
    ],
)
def test_what_is_missing_or_too_much_is_named(before: str, after: str, code: str) -> None:
    assert before in GOOD
    assert wrong(GOOD.replace(before, after)) == (code,)


def test_a_key_that_is_said_has_to_work_too() -> None:
    assert wrong(GOOD, keys="") == ("opt_out",)
    assert wrong(GOOD, keys="12") == ("opt_out",)


@pytest.mark.parametrize(
    ("said", "key"),
    [("press nine", "9"), ("press the star key", "*"), ("push 9", "9"), ("press #", "#")],
)
def test_a_key_may_be_said_in_words(said: str, key: str) -> None:
    assert wrong(GOOD.replace("press 9", said), keys=key) == ()


@pytest.mark.parametrize(
    "number",
    ["(415) 555-0100", "+1 415 555 0100", "four one five five five five oh one oh oh"],
)
def test_a_number_may_be_written_in_any_way(number: str) -> None:
    assert wrong(GOOD.replace("4 1 5, 5 5 5, 0 1 0 0", number)) == ()


def test_what_no_policy_asks_for_is_not_missed() -> None:
    assert wrong("Hello.", asked=Terms()) == ()
    assert wrong("Hello, what a discount.", asked=Terms()) == ("pitch",)

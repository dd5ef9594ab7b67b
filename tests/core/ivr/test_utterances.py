import pytest

from contact_center.core.ivr.flow import Menu
from contact_center.core.ivr.utterances import (
    asked_back,
    doubt_menu,
    phrases_of,
    tokens,
    understand,
)
from tests.core.ivr.caller import SECOND, to

MENU = Menu(
    name="main",
    say=(),
    keys={"1": to("need_id"), "2": to("lost_card"), "3": to("sales")},
    on_no_input=(),
    on_no_match=(),
    first_timeout_us=SECOND,
    inter_digit_us=SECOND,
    words={
        "1": {"en-US": ("balance", "account"), "es-US": ("saldo",)},
        "2": {"en-US": ("lost", "lost card", "card"), "es-US": ("perdí la tarjeta",)},
    },
)


@pytest.mark.parametrize(
    ("said", "key", "phrase"),
    [
        ("balance", "1", "balance"),
        ("I would like my account, please", "1", "account"),
        ("BALANCE!", "1", "balance"),
        ("I lost my card", "2", "lost"),
        ("the lost card of my account", "2", "lost card"),
    ],
)
def test_the_option_is_meant_whose_words_stand_in_what_was_said(said, key, phrase):
    assert understand(MENU, "en-US", said) == (key, phrase)


@pytest.mark.parametrize("said", ["", "weather", "balances", "card account", "...", "saldo"])
def test_words_of_no_option_or_of_two_mean_nothing(said):
    assert understand(MENU, "en-US", said) is None


def test_accents_do_not_count_and_another_land_speaks_the_same_language():
    assert understand(MENU, "es-MX", "Perdi la tarjeta") == ("2", "perdí la tarjeta")
    assert understand(MENU, "fr-FR", "balance") is None


def test_every_phrase_of_a_language_is_listened_for_once():
    assert phrases_of(MENU, "en-GB") == ("balance", "account", "lost", "lost card", "card")
    assert phrases_of(MENU, "de-DE") == ()


def test_apostrophes_do_not_part_a_word():
    assert tokens("I don’t know, y'all") == ("i", "dont", "know", "yall")


def test_what_may_be_asked_back_is_known_beforehand_in_every_language():
    back = set(asked_back(MENU))
    assert ("en-US", "lost card") in back
    assert ("es-US", "saldo") in back
    assert doubt_menu(MENU, "es-US", "saldo").say[0].texts == {
        "es-US": "¿Dijo saldo? Diga sí, u oprima 1. Diga no, u oprima 2."
    }

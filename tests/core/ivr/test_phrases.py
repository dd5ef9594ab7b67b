import pytest

from contact_center.core.commands import PromptItem
from contact_center.core.ivr import phrases
from contact_center.core.ivr.numbers import fragments

MINUTE = 60_000_000


def words(items: tuple[PromptItem, ...]) -> str:
    return " ".join(item.text for item in items)


@pytest.mark.parametrize(
    ("place", "english", "spanish"),
    [
        (1, "You are next in line.", "Usted es el siguiente."),
        (3, "You are number three in line.", "Usted es el número tres en la fila."),
        (10, "You are number ten in line.", "Usted es el número diez en la fila."),
        (
            11,
            "There are more than ten callers before you.",
            "Hay más de diez personas antes que usted.",
        ),
    ],
)
def test_places_are_worded(place: int, english: str, spanish: str) -> None:
    assert words(phrases.position(place, 10, "en-US")) == english
    assert words(phrases.position(place, 10, "es-US")) == spanish


@pytest.mark.parametrize(
    ("low", "high", "english", "spanish"),
    [
        (0, 0, "You will wait for less than a minute.", "Esperará menos de un minuto."),
        (0, 1, "You will wait for less than a minute.", "Esperará menos de un minuto."),
        (0, 5, "You will wait for less than five minutes.", "Esperará menos de cinco minutos."),
        (1, 1, "You will wait for about a minute.", "Esperará alrededor de un minuto."),
        (4, 4, "You will wait for about four minutes.", "Esperará alrededor de cuatro minutos."),
        (
            4,
            6,
            "You will wait for between four and six minutes.",
            "Esperará entre cuatro y seis minutos.",
        ),
        (
            20,
            21,
            "You will wait for between twenty and twenty one minutes.",
            "Esperará entre veinte y veintiún minutos.",
        ),
        (
            25,
            45,
            "You will wait for between twenty five and thirty minutes.",
            "Esperará entre veinticinco y treinta minutos.",
        ),
        (30, 40, "You will wait for more than thirty minutes.", "Esperará más de treinta minutos."),
    ],
)
def test_waits_are_worded_as_ranges(low: int, high: int, english: str, spanish: str) -> None:
    for language, expected in (("en", english), ("es", spanish)):
        said = phrases.expected(low * MINUTE, high * MINUTE, 30 * MINUTE, language)
        assert words(said) == expected


def test_a_wait_that_grew_is_admitted_first() -> None:
    said = phrases.expected(4 * MINUTE, 6 * MINUTE, 60 * MINUTE, "en", grew=True)
    assert words(said).startswith("It takes longer than we expected. You will wait for between")


def test_nothing_is_said_in_a_language_without_phrases() -> None:
    assert phrases.position(3, 10, "fr-FR") == ()
    assert phrases.expected(MINUTE, MINUTE, 60 * MINUTE, "de") == ()
    assert phrases.texts("fr") == ()


@pytest.mark.parametrize("language", ["en-US", "es", "es-US"])
def test_all_that_is_said_was_rendered_beforehand(language: str) -> None:
    rendered = {*phrases.texts(language), *fragments(language)}
    for number in range(130):
        said = [*phrases.position(number, 100, language)]
        said += phrases.expected(number * MINUTE, (number + 3) * MINUTE, 90 * MINUTE, language)
        assert {item.text for item in said} <= rendered
    for name in ("callback", "callback_again", "callback_refused"):
        assert {item.text for item in phrases.say(name, language)} <= rendered

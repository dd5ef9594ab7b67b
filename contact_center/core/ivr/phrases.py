"""What waiting callers are told that nobody writes down: place in line, wait, callbacks.

Composed of fragments that were rendered beforehand, in the languages there is a grammar for; in
other languages these things are not said. A phrase is a list of fragments; ``#`` stands for a
number.
"""

from collections.abc import Iterable, Mapping

from contact_center.core.commands import PromptItem, PromptKind
from contact_center.core.ivr.numbers import count, count_minutes, has_grammar

_MINUTE_US = 60_000_000
_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "next": ("You are next in line.",),
        "place": ("You are number", "#", "in line."),
        "beyond": ("There are more than", "#", "callers before you."),
        "under_one": ("You will wait for less than a minute.",),
        "under": ("You will wait for less than", "#", "minutes."),
        "about_one": ("You will wait for about a minute.",),
        "about": ("You will wait for about", "#", "minutes."),
        "between": ("You will wait for between", "#", "and", "#", "minutes."),
        "over": ("You will wait for more than", "#", "minutes."),
        "grew": ("It takes longer than we expected.",),
        "callback": ("We will call you back. You keep your place in line. Goodbye.",),
        "callback_again": (
            "We have already noted that you want to be called back. You keep your place. Goodbye.",
        ),
        "callback_refused": ("We are sorry, we cannot call you back on this number.",),
    },
    "es": {
        "next": ("Usted es el siguiente.",),
        "place": ("Usted es el número", "#", "en la fila."),
        "beyond": ("Hay más de", "#", "personas antes que usted."),
        "under_one": ("Esperará menos de un minuto.",),
        "under": ("Esperará menos de", "#", "minutos."),
        "about_one": ("Esperará alrededor de un minuto.",),
        "about": ("Esperará alrededor de", "#", "minutos."),
        "between": ("Esperará entre", "#", "y", "#", "minutos."),
        "over": ("Esperará más de", "#", "minutos."),
        "grew": ("La espera es más larga de lo que pensábamos.",),
        "callback": ("Le devolveremos la llamada. Usted conserva su lugar en la fila. Adiós.",),
        "callback_again": (
            "Ya hemos anotado que desea que le llamemos. Usted conserva su lugar. Adiós.",
        ),
        "callback_refused": ("Lo sentimos, no podemos llamarle a este número.",),
    },
}
_IN_MINUTES = frozenset({"under", "about", "between", "over"})


def texts(language: str) -> tuple[str, ...]:
    """List every fragment that is no number, to be rendered beforehand; none without a grammar."""
    phrases = _phrases(language).values()
    return tuple(dict.fromkeys(text for phrase in phrases for text in phrase if text != "#"))


def position(place: int, most: int, language: str) -> tuple[PromptItem, ...]:
    """Word a place in line, from 1; beyond `most` only that there are more than that."""
    if place <= 1:
        return say("next", language)
    if place > most:
        return say("beyond", language, max(1, most))
    return say("place", language, place)


def expected(
    low_us: int, high_us: int, most_us: int, language: str, *, grew: bool = False
) -> tuple[PromptItem, ...]:
    """Word a wait as a range in minutes; `grew`: it is longer than the caller was told before."""
    low, high = low_us // _MINUTE_US, max(1, -(-high_us // _MINUTE_US))
    most = max(1, most_us // _MINUTE_US)
    before = say("grew", language) if grew else ()
    if low >= most:
        return (*before, *say("over", language, most))
    if high > most:
        high = most
    if low < 1:
        wait = say("under_one", language) if high == 1 else say("under", language, high)
    elif low == high:
        wait = say("about_one", language) if high == 1 else say("about", language, high)
    else:
        wait = say("between", language, low, high)
    return (*before, *wait)


def say(name: str, language: str, *numbers: int) -> tuple[PromptItem, ...]:
    """Fill a phrase's numbers in; nothing where the language has no such phrase."""
    spoken = count_minutes if name in _IN_MINUTES else count
    left = iter(numbers)
    words: list[str] = []
    for fragment in _phrases(language).get(name, ()):
        words += spoken(next(left), language) if fragment == "#" else [fragment]
    return _items(words, language)


def _phrases(language: str) -> Mapping[str, tuple[str, ...]]:
    return _WORDS.get(language.partition("-")[0].lower(), {}) if has_grammar(language) else {}


def _items(words: Iterable[str], language: str) -> tuple[PromptItem, ...]:
    return tuple(PromptItem(kind=PromptKind.TEXT, text=word, language=language) for word in words)

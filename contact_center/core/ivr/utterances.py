"""What a caller's words mean to a menu: the rules alone, nothing remembered.

A recogniser, or a provider, gives a text. The option whose words stand in it, one after the other,
is meant; of several the one with the most words. Texts that hold words of two options equally, or
of none, mean nothing. Case, accents and punctuation do not count.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from contact_center.core.ivr.flow_parts import Edge, Speech, SpeechKind
from contact_center.core.ivr.flow_talk import Menu

YES_KEY, NO_KEY = "1", "2"
_WORD = re.compile(r"\w+")
_YES_NO: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {"yes": ("yes", "yeah", "correct"), "no": ("no", "nope", "wrong")},
    "es": {"yes": ("sí", "claro", "correcto"), "no": ("no", "incorrecto")},
}
_DID_YOU_SAY: Mapping[str, str] = {
    "en": "Did you say {}? Say yes, or press 1. Say no, or press 2.",
    "es": "¿Dijo {}? Diga sí, u oprima 1. Diga no, u oprima 2.",
}
"""Whole sentences: a word put into the middle of a recorded one is hardly understood."""


def tokens(text: str) -> tuple[str, ...]:
    """Split a text into the words that count: lower case, without accents and apostrophes."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("'", "").replace("’", ""))
    return tuple(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


def base_of(language: str) -> str:
    """Give the language of a tag without its land."""
    return language.partition("-")[0].lower()


def yes_no_words(language: str) -> Mapping[str, tuple[str, ...]]:
    """What people say for ``yes`` and ``no``; nothing in languages that nobody wrote down here."""
    return _YES_NO.get(base_of(language), {})


def words_in(menu: Menu, language: str) -> Mapping[str, tuple[str, ...]]:
    """Give the phrases for each key in `language`, or in one that differs by the land only."""
    found: dict[str, tuple[str, ...]] = {}
    for key, by_language in menu.words.items():
        phrases = by_language.get(language) or next(
            (said for tag, said in by_language.items() if base_of(tag) == base_of(language)), ()
        )
        if phrases:
            found[key] = phrases
    return found


def phrases_of(menu: Menu, language: str) -> tuple[str, ...]:
    """List all that may be said to a menu, each phrase once."""
    if not menu.words:
        return ()
    said = words_in(menu, language).values()
    return tuple(dict.fromkeys(phrase for phrases in said for phrase in phrases))


def understand(menu: Menu, language: str, text: str) -> tuple[str, str] | None:
    """Say which key is meant by `text`, and by which phrase; None when that is not clear."""
    heard = tokens(text)
    best: list[tuple[str, str]] = []
    most = 0
    for key, phrases in words_in(menu, language).items():
        for phrase in phrases:
            wanted = tokens(phrase)
            if not wanted or len(wanted) < most or not _stands_in(wanted, heard):
                continue
            if len(wanted) > most:
                best, most = [], len(wanted)
            best.append((key, phrase))
    return best[0] if len({key for key, _ in best}) == 1 else None


def _stands_in(wanted: tuple[str, ...], heard: tuple[str, ...]) -> bool:
    size = len(wanted)
    return any(heard[at : at + size] == wanted for at in range(len(heard) - size + 1))


# --- asking whether that was said ---------------------------------------------------------------


def is_yes_or_no(menu: Menu) -> bool:
    """Say whether a menu asks for yes or no; nobody is asked whether they said yes."""
    return set(menu.outcomes.values()) == {"yes", "no"}


def asks_back_in(language: str) -> bool:
    """Say whether it can be asked in a language whether something was said."""
    return base_of(language) in _DID_YOU_SAY


def doubt_text(phrase: str, language: str) -> str:
    """Word the question whether the caller said `phrase`; "" where it cannot be asked."""
    return _DID_YOU_SAY.get(base_of(language), "").format(phrase)


def asked_back(menu: Menu) -> Iterator[tuple[str, str]]:
    """List what callers of a menu may be asked whether they said it: languages and phrases."""
    if is_yes_or_no(menu):
        return
    for by_language in menu.words.values():
        for language, phrases in by_language.items():
            if asks_back_in(language):
                yield from ((language, phrase) for phrase in phrases)


def doubt_menu(menu: Menu, language: str, phrase: str) -> Menu:
    """Make the question whether the caller said `phrase`; its edges are not taken."""
    here = Edge(goto="repeat")
    said = yes_no_words(language)
    # In the languages that it was rendered in.
    tags = [
        tag
        for by_language in menu.words.values()
        for tag, phrases in by_language.items()
        if phrase in phrases and base_of(tag) == base_of(language)
    ]
    texts = {tag: doubt_text(phrase, tag) for tag in tags}
    return Menu(
        name=menu.name,
        say=(Speech(kind=SpeechKind.TEXT, texts=texts),),
        keys={YES_KEY: here, NO_KEY: here},
        outcomes={YES_KEY: "yes", NO_KEY: "no"},
        words={
            YES_KEY: {language: said.get("yes", ())},
            NO_KEY: {language: said.get("no", ())},
        },
        on_no_input=menu.on_no_input,
        on_no_match=menu.on_no_match,
        first_timeout_us=menu.first_timeout_us,
        inter_digit_us=menu.inter_digit_us,
        barge_in=menu.barge_in,
        confidence=menu.confidence,
    )

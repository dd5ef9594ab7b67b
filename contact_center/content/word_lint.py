"""How words of menus sound: what a recogniser cannot hear, and what it would take for another.

This needs a dictionary, so it is not part of loading: a center with words that cannot be heard is
right, and its callers press keys.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

from contact_center.content.center_files import flow_in
from contact_center.content.problems import Problem
from contact_center.content.yaml_source import Document, Path, read
from contact_center.core.ids import FlowId
from contact_center.core.ivr.flow import FlowBundle, Menu


class Lexicon(Protocol):
    """A recogniser's dictionary."""

    def hears(self, language: str) -> bool:
        """Say whether it has a model of a language."""

    def unknown(self, phrase: str) -> tuple[str, ...]:
        """List the words of a phrase without a pronunciation."""

    def alike(self, phrases: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """List the pairs of phrases that sound alike."""


def check_sounds(
    sources: Mapping[str, str],
    flows: Mapping[FlowId, FlowBundle],
    open_lexicon: Callable[[], Lexicon],
) -> tuple[Problem, ...]:
    """Warn of words in flows that are right otherwise; the lexicon is opened when one has any."""
    spoken = {str(flow): menus for flow, bundle in flows.items() if (menus := list(_menus(bundle)))}
    if not spoken:
        return ()
    lexicon = open_lexicon()
    problems: list[Problem] = []
    for name, text in sources.items():
        if said := spoken.get(flow_in(text)):
            document = read(name, text)
            before = len(document.problems)
            for menu in said:
                _check(document, menu, lexicon)
            problems += document.problems[before:]
    return tuple(problems)


def _menus(bundle: FlowBundle) -> Iterator[Menu]:
    return (node for node in bundle.nodes.values() if isinstance(node, Menu) and node.words)


def _check(document: Document, menu: Menu, lexicon: Lexicon) -> None:
    path: Path = ("nodes", menu.name, "words")
    owner: dict[str, dict[str, str]] = {}
    for key, by_language in menu.words.items():
        for language, phrases in by_language.items():
            if lexicon.hears(language):
                owner.setdefault(language, {}).update(dict.fromkeys(phrases, key))
    for keys in owner.values():
        for phrase in keys:
            if unknown := lexicon.unknown(phrase):
                document.warn(
                    path,
                    "W105",
                    f'"{phrase}" is not listened for: no pronunciation of {", ".join(unknown)}',
                    "use words of the dictionary; numbers are written out",
                    key=True,
                )
        for one, other in lexicon.alike(keys):
            if keys[one] != keys[other]:
                document.warn(
                    path,
                    "W104",
                    f'"{one}" and "{other}" sound alike and mean different options',
                    "use another word, or a longer phrase, for one of them",
                    key=True,
                )

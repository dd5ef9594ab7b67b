"""What agents look things up in: canned texts, articles as blocks of text, and a search in them.

An article is no markup any more: blocks and stretches of plain text, so that whoever shows it has
nothing to escape and nothing to run.
"""

import math
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace

TITLE, TAG, BODY = 6.0, 4.0, 1.0
"""How much a word counts by where it is."""
SNIPPET = 160
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedText:
    """A text that is said or written again and again. ``queues``: for these alone; empty for all.

    ``{customer}``, ``{agent}`` and ``{queue}`` in it are filled in for the call at hand.
    """

    code: str
    title: str
    text: str
    queues: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of text. ``kind``: ``text``, ``strong``, ``emphasis``, ``code``, ``link`` (to the
    address `to`) or ``article`` (to the article `to`)."""

    text: str
    kind: str = "text"
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """``heading``, ``text``, ``item`` (with a `mark` when it is numbered), ``quote`` or ``code``.

    ``level``: of a heading, from 1; how far an item is indented, from 0.
    """

    kind: str
    spans: tuple[Span, ...]
    level: int = 0
    mark: str = ""

    @property
    def text(self) -> str:
        """What is to be read."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article of the knowledge base. ``queues``: for these alone; empty for all.

    ``public``: visitors of the web page read it too, under ``category`` ("" for none).
    """

    name: str
    title: str
    blocks: tuple[Block, ...]
    tags: tuple[str, ...] = ()
    queues: frozenset[str] = frozenset()
    public: bool = False
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found: an article, and where in it."""

    article: Article
    snippet: str


def public_part(articles: Iterable[Article]) -> "Knowledge":
    """Give what anybody may read: articles that are public, in themselves and in their links."""
    shown = [replace(one, queues=frozenset()) for one in articles if one.public]
    names = {one.name for one in shown}
    return Knowledge([replace(one, blocks=tuple(_plain(one.blocks, names))) for one in shown])


def _plain(blocks: Iterable[Block], names: Set[str]) -> Iterable[Block]:
    for block in blocks:
        spans = (
            replace(span, kind="text", to="")
            if span.kind == "article" and span.to not in names
            else span
            for span in block.spans
        )
        yield replace(block, spans=tuple(spans))


def words_of(text: str) -> list[str]:
    """Give the words of a text as they are searched for: without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))


@dataclass(slots=True)
class Knowledge:
    """Articles and texts of a center, and what is needed to find them."""

    articles: Sequence[Article] = ()
    texts: Sequence[CannedText] = ()
    _weights: dict[str, dict[int, float]] = field(default_factory=dict)
    _words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number, article in enumerate(self.articles):
            self._note(number, words_of(article.title), TITLE)
            self._note(number, words_of(" ".join(article.tags)), TAG)
            for block in article.blocks:
                self._note(number, words_of(block.text), BODY)
        self._words = sorted(self._weights)

    def _note(self, number: int, words: Iterable[str], weight: float) -> None:
        for word in words:
            there = self._weights.setdefault(word, {})
            there[number] = there.get(number, 0.0) + weight

    def article(self, name: str) -> Article | None:
        """Find an article by its name."""
        return next((one for one in self.articles if one.name == name), None)

    def texts_for(self, queues: Set[str], search: str) -> list[CannedText]:
        """Give the canned texts of some queues in which every word of `search` begins a word."""
        wanted = words_of(search)
        return [
            one
            for one in self.texts
            if (not one.queues or one.queues & queues)
            and all(
                any(word.startswith(begin) for word in words_of(f"{one.title} {one.text}"))
                for begin in wanted
            )
        ]

    def find(self, queues: Set[str], search: str, most: int = 10) -> list[Found]:
        """Give the articles in which every word of `search` begins a word, the best first.

        Without words, those that are of the queues come before those that are of all.
        """
        wanted = words_of(search)
        scores = self._scores(wanted)
        mine = [
            number
            for number in scores
            if not self.articles[number].queues or self.articles[number].queues & queues
        ]
        mine.sort(
            key=lambda number: (
                -scores[number],
                not self.articles[number].queues,
                self.articles[number].title.casefold(),
            )
        )
        return [
            Found(article=self.articles[n], snippet=_snippet(self.articles[n], wanted))
            for n in mine[:most]
        ]

    def _scores(self, wanted: Sequence[str]) -> dict[int, float]:
        scores = dict.fromkeys(range(len(self.articles)), 0.0)
        for begin in wanted:
            best: dict[int, float] = {}
            at = bisect_left(self._words, begin)
            while at < len(self._words) and self._words[at].startswith(begin):
                word = self._words[at]
                there = self._weights[word]
                rare = math.log(1 + len(self.articles) / len(there))
                whole = 2.0 if word == begin else 1.0
                for number, weight in there.items():
                    worth = rare * whole * math.log1p(weight)
                    best[number] = max(best.get(number, 0.0), worth)
                at += 1
            scores = {n: score + best[n] for n, score in scores.items() if n in best}
        return scores


def _snippet(article: Article, wanted: Sequence[str]) -> str:
    texts = [block.text for block in article.blocks if block.kind != "heading"]
    for text in texts:
        words = words_of(text)
        if any(word.startswith(begin) for begin in wanted for word in words):
            return _cut(text)
    return _cut(texts[0]) if texts else ""


def _cut(text: str) -> str:
    return text if len(text) <= SNIPPET else text[: SNIPPET - 1].rstrip() + "…"

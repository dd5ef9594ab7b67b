"""Looking things up: what is found, in which order, and for whom."""

from __future__ import annotations

import pytest

from contact_center.core.knowledge import (
    Article,
    Block,
    CannedText,
    Knowledge,
    Span,
    public_part,
    words_of,
)

NOBODY: frozenset[str] = frozenset()


def article(name: str, title: str, text: str, *tags: str, queues: str = "") -> Article:
    block = Block(kind="text", spans=(Span(text=text),))
    return Article(
        name=name, title=title, blocks=(block,), tags=tags, queues=frozenset(queues.split())
    )


BOOK = Knowledge(
    articles=[
        article("returns", "Returns and refunds", "A parcel may be sent back.", "money"),
        article("parcels", "Where is my parcel", "Ask for the order. A refund comes late."),
        article("roses", "Caring for roses", "Crème for leaves.", queues="garden"),
    ],
    texts=[
        CannedText(code="hello", title="Greeting", text="Good afternoon, {customer}."),
        CannedText(code="soil", title="Soil", text="Use peat.", queues=frozenset({"garden"})),
    ],
)


def found(search: str, *queues: str) -> list[str]:
    return [one.article.name for one in BOOK.find(frozenset(queues), search)]


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("refund", ["returns", "parcels"]),  # in a title before in a text
        ("parcel", ["parcels", "returns"]),
        ("MONEY", ["returns"]),
        ("ref par", ["returns", "parcels"]),  # the beginnings of words, all of them
        ("parcel roses", []),
        ("nothing", []),
    ],
)
def test_every_word_begins_a_word_and_titles_count_for_most(search: str, names: list[str]) -> None:
    assert sorted(found(search)) == sorted(names)
    assert found(search)[:1] == names[:1]


def test_accents_and_case_make_no_difference() -> None:
    assert words_of("Crème BRÛLÉE, 2x") == ["creme", "brulee", "2x"]
    assert found("creme", "garden") == ["roses"]


def test_what_is_for_a_queue_is_found_there_alone_and_comes_first_there() -> None:
    assert "roses" not in found("")
    assert found("", "garden")[0] == "roses"
    assert [one.code for one in BOOK.texts_for(NOBODY, "")] == ["hello"]
    assert [one.code for one in BOOK.texts_for(frozenset({"garden"}), "peat")] == ["soil"]
    assert BOOK.texts_for(frozenset({"garden"}), "pea hello") == []


def test_a_snippet_shows_where_it_was_found_and_is_short() -> None:
    long = article("long", "Long", "about nothing " * 40)
    (one,) = Knowledge(articles=[long]).find(NOBODY, "nothing")
    assert len(one.snippet) <= 160
    assert one.snippet.endswith("…")


def test_an_article_is_opened_by_its_name() -> None:
    assert BOOK.article("returns") is BOOK.articles[0]
    assert BOOK.article("../returns") is None


def test_the_public_part_has_public_articles_with_links_among_them_alone() -> None:
    spans = (Span(text="a", kind="article", to="roses"), Span(text="b", kind="article", to="x"))
    shown = Article(
        name="open", title="Open", blocks=(Block(kind="text", spans=spans),), public=True,
        queues=frozenset({"garden"}),
    )  # fmt: skip
    roses = Article(name="roses", title="Roses", blocks=(), public=True)
    part = public_part([shown, roses, *BOOK.articles])
    assert [one.name for one in part.articles] == ["open", "roses"]
    assert [one.article.name for one in part.find(NOBODY, "")] == ["open", "roses"]
    assert [span.kind for span in part.articles[0].blocks[0].spans] == ["article", "text"]

"""Articles: Markdown made into plain blocks, and mistakes told with their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from contact_center.content.articles import article_of, blocks_of, spans_of
from contact_center.content.center_files import load_center_file
from contact_center.content.problems import ContentError
from contact_center.core.knowledge import Article, Block, Span
from tests.content.samples import CENTER, FLOW

FRONT = """\
---
title: Returns
tags: [refund]
queues: [sales]
---
"""


def test_fields_stand_before_the_article() -> None:
    made, document = article_of(
        "a.md", "returns", f"{FRONT}# Returns\n\nSend it back.\n", {"sales"}
    )
    assert document.problems == []
    assert made == Article(
        name="returns",
        title="Returns",
        tags=("refund",),
        queues=frozenset({"sales"}),
        blocks=(Block(kind="text", spans=(Span(text="Send it back."),)),),
    )


def test_without_fields_the_first_heading_is_the_title() -> None:
    made, _ = article_of("a.md", "a", "# Where is it\n\nAsk.\n\n## More\n", set())
    assert made is not None
    assert made.title == "Where is it"
    assert [block.kind for block in made.blocks] == ["text", "heading"]


def test_blocks_are_told_apart() -> None:
    text = """\
# Head #
One
line.

- an item
  2) the second
> said
```
x = **1**
```
last"""
    assert list(blocks_of(text)) == [
        Block(kind="heading", level=1, spans=(Span(text="Head"),)),
        Block(kind="text", spans=(Span(text="One line."),)),
        Block(kind="item", spans=(Span(text="an item"),)),
        Block(kind="item", level=1, mark="2)", spans=(Span(text="the second"),)),
        Block(kind="quote", spans=(Span(text="said"),)),
        Block(kind="code", spans=(Span(text="x = **1**"),)),
        Block(kind="text", spans=(Span(text="last"),)),
    ]


def test_stretches_of_a_line() -> None:
    line = (
        "Say **yes**, *maybe* or `no`; see [rules](rules.md) and [more](https://example.org/a_b)."
    )
    assert spans_of(line) == (
        Span(text="Say "),
        Span(text="yes", kind="strong"),
        Span(text=", "),
        Span(text="maybe", kind="emphasis"),
        Span(text=" or "),
        Span(text="no", kind="code"),
        Span(text="; see "),
        Span(text="rules", kind="article", to="rules"),
        Span(text=" and "),
        Span(text="more", kind="link", to="https://example.org/a_b"),
        Span(text="."),
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,hello)",
        "[x](//example.org)",
        "[x](../../etc/passwd)",
        "<img src=x onerror=alert(1)>",
        "snake_case_name and 2*3*4",
    ],
)
def test_what_is_no_link_and_no_markup_of_ours_is_text(text: str) -> None:
    spans = spans_of(text)
    assert {span.kind for span in spans} == {"text"}
    assert "".join(span.text for span in spans) == text


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("---\ntitle: A\nqueues: [sale]\n---\n", "E024", 3),
        ("---\ntitle: A\ntag: [x]\n---\n", "E010", 3),
        ("---\ntags: [x]\n---\ntext\n", "E011", 0),
        ("---\ntitle: [\n---\n", "E001", 3),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, code: str, line: int) -> None:
    made, document = article_of("a.md", "a", text, {"sales"})
    assert made is None
    assert document.problems[0].file == "a.md"
    assert document.problems[0].code == code
    if line:
        assert document.problems[0].line == line


def test_a_center_has_its_texts_and_its_folder_of_articles(tmp_path: Path) -> None:
    more = """\
knowledge: handbook
texts:
  hello: {title: Greeting, text: "Good day, {customer}.", queues: [sales]}
"""
    (tmp_path / "center.yaml").write_text(CENTER + more, encoding="utf-8")
    (tmp_path / "shop.yaml").write_text(FLOW, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_center_file(tmp_path)
    assert "there is no such folder" in str(caught.value)
    (tmp_path / "handbook").mkdir()
    (tmp_path / "handbook" / "returns.md").write_text(FRONT + "Back.\n", encoding="utf-8")
    (tmp_path / "handbook" / "notes.txt").write_text("not one", encoding="utf-8")
    look_up = load_center_file(tmp_path).look_up
    assert [one.name for one in look_up.articles] == ["returns"]
    assert [(one.code, one.queues) for one in look_up.texts] == [("hello", frozenset({"sales"}))]
    (tmp_path / "handbook" / "bad.md").write_text("no title", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_center_file(tmp_path)
    assert "bad.md" in str(caught.value)
    assert "the article has no title" in str(caught.value)


def test_a_text_for_a_queue_that_is_not_there_is_told_with_its_line(tmp_path: Path) -> None:
    more = "texts:\n  hello: {title: Greeting, text: Hi., queues: [sale]}\n"
    (tmp_path / "center.yaml").write_text(CENTER + more, encoding="utf-8")
    (tmp_path / "shop.yaml").write_text(FLOW, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_center_file(tmp_path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) == ("E024", len(CENTER.splitlines()) + 2)

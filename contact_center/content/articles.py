"""Articles of the knowledge base: Markdown with a few fields before it, made into plain blocks.

Headings, paragraphs, lists, quotes, code, ``**strong**``, ``*emphasis*``, links. Everything else,
HTML above all, is text. Links lead to https, http, mailto, tel, or another article.
"""

import re
from collections.abc import Collection, Iterator
from typing import Annotated, Final

from pydantic import Field

from contact_center.content.problems import did_you_mean
from contact_center.content.shapes import Shape, validate
from contact_center.content.yaml_source import Document, read
from contact_center.core.knowledge import Article, Block, Span

MOST_ARTICLES: Final = 2_000
SUFFIX: Final = ".md"
_HEADING: Final = re.compile(r"(#{1,6})\s+(.*?)\s*#*\Z")
_ITEM: Final = re.compile(r"(\s*)(?:[-*+]|(\d{1,9}[.)]))\s+(.*)\Z")
_FENCE: Final = re.compile(r"\s*(```|~~~)")
_SPAN: Final = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|\*\*(?P<strong>[^*]+)\*\*"
    r"|(?<!\w)[*_](?P<emphasis>[^*_]+)[*_](?!\w)"
    r"|\[(?P<label>[^\]\[]+)\]\((?P<to>[^()\s]+)\)"
)
_ADDRESS: Final = re.compile(r"(?:https?://|mailto:|tel:)[^\s<>\"']+\Z", re.IGNORECASE)
_OTHER: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)\.md\Z")


class FrontShape(Shape):
    """What stands before an article, between two lines of ``---``."""

    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    tags: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(
        default_factory=list, max_length=20
    )
    queues: list[str] = Field(default_factory=list, max_length=100)
    public: bool = False
    category: Annotated[str, Field(max_length=60)] = ""


def article_of(
    file: str, name: str, text: str, queues: Collection[str]
) -> tuple[Article | None, Document]:
    """Read one article; None when something is wrong, which the document tells with its place.

    `name` is what others link to: the file's name without its end.
    """
    front, body = _parted(text)
    document = read(file, front if front.strip() else "{}\n")
    if document.problems:
        return None, document
    shape = validate(FrontShape, document)
    if shape is None:
        return None, document
    for index, queue in enumerate(shape.queues):
        if queue not in queues:
            message = f'there is no queue "{queue}"'
            document.report(("queues", index), "E024", message, did_you_mean(queue, queues))
    blocks = tuple(blocks_of(body))
    title = shape.title or next((b.text for b in blocks if b.kind == "heading"), "")
    if not title:
        hint = "begin with # and the title, or write title: between two lines of ---"
        document.report((), "E011", "the article has no title", hint)
    if any(problem.is_error for problem in document.problems):
        return None, document
    if blocks and blocks[0].kind == "heading" and blocks[0].text == title:
        blocks = blocks[1:]
    made = Article(
        name=name,
        title=title,
        blocks=blocks,
        tags=tuple(shape.tags),
        queues=frozenset(shape.queues),
        public=shape.public,
        category=shape.category,
    )
    return made, document


def _parted(text: str) -> tuple[str, str]:
    """Part what stands before the article from it; both keep their line numbers."""
    lines = text.splitlines()
    if not lines or lines[0].rstrip() != "---":
        return "", text
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == "---":
            return "\n".join(["", *lines[1:number]]) + "\n", "\n".join(lines[number + 1 :])
    return "", text


def blocks_of(text: str) -> Iterator[Block]:
    """Read the blocks of a Markdown text."""
    lines = iter(text.splitlines())
    open_: list[str] = []
    for line in lines:
        fence = _FENCE.match(line)
        heading, item = _HEADING.match(line), _ITEM.match(line)
        if fence or heading or item or not line.strip() or line.startswith(">"):
            yield from _paragraph(open_)
            open_ = []
        if fence:
            code = []
            for inside in lines:
                if inside.strip().startswith(fence[1]):
                    break
                code.append(inside)
            yield Block(kind="code", spans=(Span(text="\n".join(code)),))
        elif heading:
            level = len(heading[1])
            yield Block(kind="heading", spans=spans_of(heading[2]), level=level)
        elif item:
            level = min(len(item[1].expandtabs(4)) // 2, 3)
            yield Block(kind="item", spans=spans_of(item[3]), level=level, mark=item[2] or "")
        elif line.startswith(">"):
            yield Block(kind="quote", spans=spans_of(line[1:].strip()))
        elif line.strip():
            open_.append(line.strip())
    yield from _paragraph(open_)


def _paragraph(lines: list[str]) -> Iterator[Block]:
    if lines:
        yield Block(kind="text", spans=spans_of(" ".join(lines)))


def spans_of(text: str) -> tuple[Span, ...]:
    """Read the stretches of a line."""
    spans = []
    at = 0
    for found in _SPAN.finditer(text):
        span = _span(found)
        if span is None:
            continue
        if found.start() > at:
            spans.append(Span(text=text[at : found.start()]))
        spans.append(span)
        at = found.end()
    if at < len(text):
        spans.append(Span(text=text[at:]))
    return tuple(spans)


def _span(found: re.Match[str]) -> Span | None:
    for kind in ("code", "strong", "emphasis"):
        if found[kind] is not None:
            return Span(text=found[kind], kind=kind)
    if _ADDRESS.match(found["to"]):
        return Span(text=found["label"], kind="link", to=found["to"])
    other = _OTHER.match(found["to"])
    return Span(text=found["label"], kind="article", to=other["name"]) if other else None

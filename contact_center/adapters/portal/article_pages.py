"""Articles as HTML: found, sorted by category, read, voted on. Everything is escaped. Pure."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from contact_center.adapters.portal import pages
from contact_center.adapters.portal.words import LANGUAGES
from contact_center.core.knowledge import Article, Block, Found, Span

_TAGS = {"strong": "strong", "emphasis": "em", "code": "code"}


def searching(language: str, wanted: str = "") -> str:
    """Make the form that finds articles."""
    words = LANGUAGES[language]
    return (
        "<form role=search method=get action='/help/articles' class=search>"
        f"<input type=hidden name=lang value={language}>"
        f"<label for=q>{words['search_label']}</label>"
        f"<input id=q name=q type=search maxlength=100 value='{escape(wanted)}'>"
        f"<button>{words['search']}</button></form>"
    )


def found_page(
    name: str, found: Sequence[Found], wanted: str, elsewhere: str, language: str
) -> str:
    """Make the page of what was found; without words, of everything by category.

    ``elsewhere``: HTML of the ways to ask a person.
    """
    words = LANGUAGES[language]
    body = searching(language, wanted)
    if not found:
        body += f"<p role=status>{words['found_none']}</p>{elsewhere}"
    elif wanted:
        body += _listed(found, language)
    else:
        ones = sorted(found, key=lambda one: (not one.article.category, one.article.category))
        for category, group in groupby(ones, lambda one: one.article.category):
            body += f"<h2>{escape(category) or words['other_articles']}</h2>"
            body += _listed(list(group), language)
    return pages.whole(words["articles"], body, language, name=name, switch=True)


def article_page(name: str, article: Article, form: str, language: str) -> str:
    """Make the page of an article, with the question whether it helped."""
    words = LANGUAGES[language]
    vote = (
        f"<form method=post action='/help/articles/{escape(article.name)}/vote?lang={language}'"
        " class=vote aria-labelledby=helpful>"
        f"<h2 id=helpful>{words['helpful']}</h2>"
        f"<input type=hidden name=form value='{escape(form)}'>"
        f"<button name=helped value=1 class=second>{words['helped']}</button>"
        f"<button name=helped value=0 class=second>{words['not_helped']}</button></form>"
    )
    back = f"<p><a href='/help/articles?lang={language}'>{words['all']}</a></p>"
    body = f"<article>{''.join(_blocks(article.blocks, language))}</article>{vote}{back}"
    return pages.whole(article.title, body, language, name=name, switch=True)


def voted_page(name: str, elsewhere: str, language: str, *, helped: bool) -> str:
    """Thank for an answer; whom it did not help is led to people."""
    words = LANGUAGES[language]
    back = f"<p><a href='/help/articles?lang={language}'>{words['all']}</a></p>"
    body = back if helped else f"<p>{words['sorry']}</p>{elsewhere}{back}"
    return pages.whole(words["thanks"], body, language, name=name)


def _listed(found: Iterable[Found], language: str) -> str:
    rows = "".join(
        f"<li><a href='/help/articles/{escape(one.article.name)}?lang={language}'>"
        f"{escape(one.article.title)}</a><p class=note>{escape(one.snippet)}</p></li>"
        for one in found
    )
    return f"<ul class=queues>{rows}</ul>"


def _blocks(blocks: Iterable[Block], language: str) -> Iterable[str]:
    """Write blocks; items that follow each other are one list."""
    for is_item, group in groupby(blocks, lambda block: block.kind == "item"):
        if is_item:
            ones = list(group)
            kind = "ol" if ones[0].mark else "ul"
            items = "".join(f"<li>{_spans(one.spans, language)}</li>" for one in ones)
            yield f"<{kind}>{items}</{kind}>"
            continue
        for block in group:
            text = _spans(block.spans, language)
            match block.kind:
                case "heading":
                    yield f"<h2>{text}</h2>" if block.level <= 2 else f"<h3>{text}</h3>"
                case "quote":
                    yield f"<blockquote>{text}</blockquote>"
                case "code":
                    yield f"<pre>{text}</pre>"
                case _:
                    yield f"<p>{text}</p>"


def _spans(spans: Iterable[Span], language: str) -> str:
    return "".join(_span(span, language) for span in spans)


def _span(span: Span, language: str) -> str:
    text = escape(span.text)
    if span.kind in _TAGS:
        return f"<{_TAGS[span.kind]}>{text}</{_TAGS[span.kind]}>"
    if span.kind == "article":
        return f"<a href='/help/articles/{escape(span.to)}?lang={language}'>{text}</a>"
    if span.kind == "link":
        return f"<a rel='noopener noreferrer' href='{escape(span.to)}'>{text}</a>"
    return text

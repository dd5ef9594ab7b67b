"""What agents look up, as their screen is told: texts with names filled in, articles as blocks."""

from collections.abc import Set
from typing import Final

from contact_center.adapters.desktop import beside_messages as bm
from contact_center.adapters.desktop.places import Place
from contact_center.adapters.desktop.roster import DeskRoster
from contact_center.adapters.desktop.screen_text import clean, clean_lines
from contact_center.core.knowledge import Article, CannedText

MOST_TEXTS: Final = 30
MOST_SIGNS: Final = 40_000
"""Of an article, so that it fits into a frame whatever it is written in."""


def looked_up(place: Place, roster: DeskRoster, search: str, article: str) -> bm.KnowledgeShown:
    """Look something up for whoever sits at a place."""
    queues, knowledge = _queues(place, roster), roster.knowledge
    opened = knowledge.article(article) if article else None
    if opened is not None and opened.queues and not opened.queues & queues:
        opened = None
    texts = knowledge.texts_for(queues, search)[:MOST_TEXTS]
    return bm.KnowledgeShown(
        search=search,
        texts=[_text(one, place) for one in texts],
        found=[
            bm.ArticleFound(
                article=one.article.name,
                title=clean(one.article.title),
                snippet=clean(one.snippet),
            )
            for one in knowledge.find(queues, search)
        ],
        article=None if opened is None else _article(opened),
    )


def _queues(place: Place, roster: DeskRoster) -> Set[str]:
    """Name the queue of the call at hand; without one, those of the agent."""
    call = place.view.call
    if call is not None and call.queue:
        return frozenset({call.queue})
    return frozenset(queue.id for queue in roster.queues_of(place.view.agent.id))


def _text(one: CannedText, place: Place) -> bm.TextShown:
    call = place.view.call
    pop = call.pop if call is not None else None
    customers = pop.customers if pop is not None else []
    names = {
        "{customer}": customers[0].name if len(customers) == 1 else "",
        "{agent}": place.view.agent.name,
        "{queue}": pop.queue_label if pop is not None else "",
    }
    text = one.text
    for hole, name in names.items():
        text = text.replace(hole, name)
    return bm.TextShown(code=one.code, title=clean(one.title), text=clean_lines(text, 4_000))


def _article(article: Article) -> bm.ArticleShown:
    blocks, signs = [], 0
    for block in article.blocks:
        signs += len(block.text) + sum(len(span.to) + 40 for span in block.spans)
        if signs > MOST_SIGNS:
            break
        blocks.append(
            bm.ArticleBlock(
                kind=block.kind,
                spans=[
                    bm.ArticleSpan(text=clean_lines(s.text), kind=s.kind, to=s.to)
                    for s in block.spans
                ],
                level=block.level,
                mark=block.mark,
            )
        )
    return bm.ArticleShown(
        article=article.name,
        title=clean(article.title),
        blocks=blocks,
        cut=len(blocks) < len(article.blocks),
    )

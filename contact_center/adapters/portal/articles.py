"""Articles for all: doors of finding, reading, and saying whether it helped. See `routes`."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from contact_center.adapters.portal import article_pages
from contact_center.adapters.portal.limits import Limit
from contact_center.adapters.portal.lobby import SECOND, AwayError, Lobby, html, spoken
from contact_center.adapters.portal.pages import ways_to_people
from contact_center.adapters.portal.signed import NoteError, Used, opened, seal
from contact_center.adapters.portal.visit import FORM_LASTS_S, one_line, read
from contact_center.core.knowledge import Article, Knowledge, words_of

VOTE: Final = "vote"
MOST_SHOWN: Final = 50
MOST_WORDS: Final = 6
MOST_SEARCH: Final = 100
"""Bounds on what is searched for: characters, and words that count."""

Vote = Callable[[str, bool], Awaitable[None]]
"""Counts whether an article helped. Raises AwayError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Articles:
    """What is public now, and where it is counted whom it helped."""

    knowledge: Callable[[], Knowledge]
    vote: Vote


@dataclass(slots=True, kw_only=True)
class ArticleDoors:
    """The doors of articles. ``knowledge`` gives what is public now."""

    lobby: Lobby
    knowledge: Callable[[], Knowledge]
    vote: Vote
    _once: Used = field(default_factory=lambda: Used(FORM_LASTS_S))
    _votes: Limit = field(default_factory=lambda: Limit(burst=10, each_us=60 * SECOND))
    _all_votes: Limit = field(default_factory=lambda: Limit(burst=60, each_us=SECOND))

    def routes(self) -> list[web.AbstractRouteDef]:
        """Give the doors."""
        door = self.lobby.door
        return [
            web.get("/help/articles", door(self._find)),
            web.get("/help/articles/{article}", door(self._read)),
            web.post("/help/articles/{article}/vote", door(self._vote)),
        ]

    async def _find(self, request: web.Request) -> web.Response:
        wanted = one_line(request.query.get("q", "")[:MOST_SEARCH])
        search = " ".join(words_of(wanted)[:MOST_WORDS])
        found = self.knowledge().find(frozenset(), search, MOST_SHOWN)
        language = spoken(request)
        elsewhere = self._elsewhere(language)
        name = self.lobby.settings.name
        return html(article_pages.found_page(name, found, wanted, elsewhere, language))

    async def _read(self, request: web.Request) -> web.Response:
        article = self._article(request)
        if article is None:
            return self.lobby.not_found(request)
        content = {
            "at": self.lobby.seconds(),
            "article": article.name,
            "form": secrets.token_hex(8),
        }
        form = seal(self.lobby.settings.key, VOTE, content)
        name = self.lobby.settings.name
        return html(article_pages.article_page(name, article, form, spoken(request)))

    async def _vote(self, request: web.Request) -> web.Response:
        article = self._article(request)
        if article is None:
            return self.lobby.not_found(request)
        body = await self.lobby.body(request)
        if isinstance(body, web.Response):
            return body
        sent, at = read(body), self.lobby.seconds()
        try:
            content = opened(self.lobby.settings.key, VOTE, sent.form, at, FORM_LASTS_S)
        except NoteError:
            return self.lobby.say(request, "stale", 409)
        nonce = str(content.get("form", ""))
        if content.get("article") != article.name:
            return self.lobby.say(request, "stale", 409)
        now = self.lobby.clock()
        wait = self._votes.take(self.lobby.address(request), now)
        if wait or (wait := self._all_votes.take("", now)):
            return self.lobby.too_often(request, wait)
        # Sent twice it is one vote, with the same answer.
        if nonce not in self._once and self._once.claim(nonce, "", at):
            try:
                await self.vote(article.name, sent.helped)
            except AwayError:
                self._once.free(nonce)
                return self.lobby.say(request, "refused", 503)
        language = spoken(request)
        elsewhere = self._elsewhere(language, article.name)
        name = self.lobby.settings.name
        return html(article_pages.voted_page(name, elsewhere, language, helped=sent.helped))

    def _article(self, request: web.Request) -> Article | None:
        return self.knowledge().article(request.match_info["article"])

    def _elsewhere(self, language: str, about: str = "") -> str:
        queues = self.lobby.settings.queues
        found = [seen for queue in queues if (seen := self.lobby.look(queue)) is not None]
        return ways_to_people(found, language, about)

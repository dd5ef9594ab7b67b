"""The public page of a process, put together: which queues, which numbers, which keys."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from aiohttp import web

from contact_center.adapters.api.asking import BusyError, NoAnswerError
from contact_center.adapters.portal.articles import Articles
from contact_center.adapters.portal.lobby import AwayError
from contact_center.adapters.portal.routes import NO_FILES, Portal
from contact_center.adapters.portal.settings import NumberError, PortalSettings
from contact_center.adapters.sql.article_votes import ArticleVotes
from contact_center.adapters.sql.customers import Customers
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import StorageError
from contact_center.app.api import ApiParts
from contact_center.app.dialing import DialerParts
from contact_center.app.providers import Provider
from contact_center.app.self_service import own_of
from contact_center.app.state_folder import StartError, own_key
from contact_center.app.voice import voice_files, voice_of
from contact_center.content.center import Center as Content
from contact_center.content.numbers import is_called
from contact_center.core.bookings import Span
from contact_center.core.configuration import CenterConfiguration, e164
from contact_center.core.events import Event
from contact_center.core.ids import CallId, FlowId, QueueId
from contact_center.core.knowledge import Article, Knowledge, public_part
from contact_center.runtime.clock import WallClock
from contact_center.runtime.loop import CenterLoop
from contact_center.settings import Settings

KEY_FILE = "portal.key"
SHORTEST_KEY = 32
"""Of a key that a shop's pages sign with, in bytes."""

RESERVED = frozenset({"articles", "cancel", "mine", "help.css", "widget.js"})
"""Names of pages below /help, which no public queue can have."""

_log = logging.getLogger(__name__)


class HasParts(Protocol):
    """What the page needs of a service."""

    settings: Settings
    api: ApiParts
    clock: WallClock
    loop: CenterLoop
    provider: Provider
    dialing: DialerParts | None
    content: Content
    customers: Customers
    database: Database


def routes(service: HasParts) -> list[web.AbstractRouteDef]:
    """Make the page's doors; none when no queue is public. Raises StartError."""
    if not service.settings.portal.queues:
        return []
    made = portal_settings(service.settings, lambda: service.loop.center.configuration)

    async def ask(event: Event, name: CallId) -> str:
        try:
            return await service.api.asking.visit(event, name)
        except (BusyError, NoAnswerError):
            _log.warning("a visitor could not be answered in time")
            return ""

    async def promised(queue: QueueId, until: int) -> list[Span]:
        if service.dialing is None:
            return []
        queues = service.loop.center.configuration.queues
        takes_us = queues[queue].expected_handle_us if queue in queues else 0
        try:
            dues = await service.dialing.due_times(queue, until)
        except StorageError as problem:
            raise AwayError from problem
        return [(due, due + takes_us) for due in dues]

    way = voice_of(service.provider) if made.talk else None
    if made.talk and way is None:
        _log.warning("the public page cannot let anybody talk: this network has no browsers")
        made = replace(made, talk={})
    return Portal(
        made,
        lambda: service.loop.center,
        ask,
        service.clock.now,
        promised,
        way,
        voice_files() if way is not None else NO_FILES,
        _articles(service),
        own_of(service, made) if service.settings.portal.code_flow else None,
    ).routes()


def _articles(service: HasParts) -> Articles:
    """Give what is public of the center's articles of now, read again when they have changed."""
    votes = ArticleVotes(service.database)
    known: list[tuple[Sequence[Article], Knowledge]] = []

    def knowledge() -> Knowledge:
        written = service.content.look_up.articles
        if not known or known[0][0] is not written:
            known[:] = [(written, public_part(written))]
        return known[0][1]

    async def vote(article: str, helped: bool) -> None:
        try:
            await votes.vote(article, service.clock.now(), helped=helped)
        except StorageError as problem:
            raise AwayError from problem

    return Articles(knowledge=knowledge, vote=vote)


def portal_settings(
    settings: Settings, configuration: Callable[[], CenterConfiguration]
) -> PortalSettings:
    """Fill in what the page needs of settings, center and state folder. Raises StartError."""
    portal, now = settings.portal, configuration()
    for name in portal.queues:
        if name in RESERVED:
            raise StartError(f"portal.queues: /help/{name} is a page of its own; name it otherwise")
        if QueueId(name) not in now.queues:
            raise StartError(f"portal.queues: there is no queue {name} in the center")
        if now.queues[QueueId(name)].callbacks is None:
            _log.warning("the public page cannot take calls back for %s: callbacks are off", name)
    if portal.code_flow and FlowId(portal.code_flow) not in now.flows:
        raise StartError(f"portal.code_flow: there is no flow {portal.code_flow} in the center")
    for name, number in portal.talk.items():
        if name not in portal.queues or number not in now.numbers:
            raise StartError(
                f"portal.talk: {name} is not among portal.queues, or {number} is no number of the"
                " center"
            )
    numbers = [number for number in now.numbers if e164(number)]
    return PortalSettings(
        queues=tuple(QueueId(name) for name in portal.queues),
        name=now.name,
        public_url=settings.public_url,
        key=own_key(settings.state_dir / KEY_FILE),
        context_key=_context_key(portal.context_key_file),
        origins=frozenset(portal.origins),
        proxies=frozenset(portal.proxies),
        caller_id=portal.caller_id or next(iter(numbers), ""),
        slot_min=portal.slot,
        ahead_days=portal.ahead,
        notice_min=portal.notice,
        per_slot=portal.per_slot,
        talk={QueueId(name): number for name, number in portal.talk.items()},
        number_of=_numbers(configuration, portal.countries),
    )


def _context_key(file: Path | None) -> bytes:
    if file is None:
        return b""
    if file.stat().st_mode & 0o077:
        raise StartError(f"{file}: others may read it; say chmod 600 {file}")
    key = file.read_bytes().strip()
    if len(key) < SHORTEST_KEY:
        raise StartError(f"{file}: a key has {SHORTEST_KEY} bytes or more")
    return key


def _numbers(
    configuration: Callable[[], CenterConfiguration], countries: tuple[str, ...]
) -> Callable[[str], str]:
    def number_of(text: str) -> str:
        now = configuration()
        number = now.number_of(text)
        if number is None:
            raise NumberError("not_a_number")
        if not is_called(number, countries or (now.region,)):
            raise NumberError("not_called")
        return number

    return number_of

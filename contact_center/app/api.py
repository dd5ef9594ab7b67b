"""The API of a process, put together: who may ask, whom it asks, what it remembers."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final

from aiohttp import web

from contact_center.adapters.api.access import Access, Grant, Holder, granted
from contact_center.adapters.api.asking import Asking
from contact_center.adapters.api.audit import AuditApi, MayUndo
from contact_center.adapters.api.memory import HistoryAwayError, Memory, PastOffer
from contact_center.adapters.api.recordings import Kept, Mark, RecordingDoors
from contact_center.adapters.api.routes import Api
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import StorageError
from contact_center.adapters.sql.node_visits import NodeVisits
from contact_center.adapters.sql.past import Past
from contact_center.adapters.sql.queue_pauses import QueuePauseTimes
from contact_center.adapters.sql.script_reports import ScriptReports
from contact_center.adapters.sql.surveys import Surveys
from contact_center.app.audit import Audit
from contact_center.app.flow_report import flow_question
from contact_center.app.script_report import script_called
from contact_center.app.sounds import Download, Sounds
from contact_center.core.center import Center
from contact_center.core.ids import FlowId, ReservationId
from contact_center.core.permissions import Permission, Role
from contact_center.core.scripting.script import Script
from contact_center.ports import FactSink, Post
from contact_center.reporting.script_book import ScriptQuestion
from contact_center.settings import Settings

OPERATOR = Holder("operator", frozenset(Role))
"""Whoever may read the state folder may do everything."""
READER = Holder("reader", frozenset({Role.READER}))
HISTORY_WITHIN_S: Final = 2.0
"""How long a request waits for the database."""
FLOW_WITHIN_S: Final = 10.0
"""The same for reports of flows and scripts, where every visit of every node or page is counted."""


class ApiParts:
    """What the API needs of a service: `post` takes events, `center` gives the center of now.

    `scripts` gives the call scripts of now, for the titles and the order of their pages.
    """

    def __init__(
        self,
        settings: Settings,
        post: Post,
        center: Callable[[], Center],
        clock: Callable[[], int],
        database: Database,
        scripts: Callable[[], Iterable[Script]] = tuple,
    ) -> None:
        self.asking = Asking(post)
        self.audit = Audit(database, clock)
        self.memory = Memory()
        self.center = center
        self._scripts = scripts
        self._clock = clock
        self._grants = grants_of(settings)
        self._past = Past(database)
        self._surveys = Surveys(database)
        self._pauses = QueuePauseTimes(database)
        self._visits = NodeVisits(database)
        self._script_reports = ScriptReports(database)
        self._access: Access | None = None

    @property
    def sinks(self) -> list[FactSink]:
        """Who reads along."""
        return [self.asking, self.memory]

    def api(self, token: str) -> Api:
        """Make the doors; `token` is the operator's."""
        return self.doors(self.access(token))

    def audit_doors(
        self, access: Access, at: str = "/api", may_undo: MayUndo | None = None
    ) -> list[web.AbstractRouteDef]:
        """Make the doors to the audit log, for whom `access` lets in; `at` is the path before."""
        return AuditApi(access, self._clock, self.audit, may_undo).routes(at)

    def recording_doors(
        self, access: Access, at: str, download: Download | None
    ) -> list[web.AbstractRouteDef]:
        """Make the doors to recordings, for whom `access` lets in; `at` is the path before."""
        access.book = self.audit
        sound = Sounds(self._past, download).find
        return RecordingDoors(access, self._clock, self._recordings, sound).routes(at)

    async def _recordings(self, most: int) -> list[Kept]:
        try:
            async with asyncio.timeout(HISTORY_WITHIN_S):
                rows = await self._past.recordings(most)
                said = await self._past.said_in({call for _, call, *_ in rows})
        except (StorageError, TimeoutError) as problem:
            raise HistoryAwayError from problem
        marks: dict[str, tuple[Mark, ...]] = {}
        for one in said:
            mark = Mark(
                disclosure=one.disclosure, from_ms=one.from_us // 1_000, to_ms=one.to_us // 1_000
            )
            marks[one.recording] = (*marks.get(one.recording, ()), mark)
        return [
            Kept(
                recording=name,
                call=call,
                kind=kind,
                box=box,
                at=at // 1_000,
                ms=ms,
                marks=marks.get(name, ()),
            )
            for name, call, kind, box, at, ms in rows
        ]

    def doors(self, access: Access) -> Api:
        """Make doors for whom `access` lets in; what they change is written down."""
        access.book = self.audit
        return Api(
            center=self.center,
            clock=self._clock,
            access=access,
            asking=self.asking,
            memory=self.memory,
            find_offer=self._find_offer,
            find_surveys=self._find_surveys,
            find_flow=self._find_flow,
            find_script=self._find_script,
            find_pauses=self._find_pauses,
        )

    def access(self, token: str) -> Access:
        """Say who may ask what; `token` is the operator's. All doors count together."""
        if self._access is None:
            grants = [(token, OPERATOR), *self._grants]
            self._access = Access(grants, lambda: self._clock() / 1_000_000)
            self._access.book = self.audit
        return self._access

    def refusal(self, request: web.Request, token: str) -> web.Response | None:
        """Say why somebody may not read facts; None for who may."""
        who = self.access(token).let_in(request, Permission.SEE_FACTS)
        return who if isinstance(who, web.Response) else None

    async def _find_offer(self, name: ReservationId) -> PastOffer | None:
        try:
            async with asyncio.timeout(HISTORY_WITHIN_S):
                found = await self._past.offer(name)
        except (StorageError, TimeoutError) as problem:
            raise HistoryAwayError from problem
        if found is None:
            return None
        return PastOffer(found.made, found.result.value if found.result is not None else "")

    async def _find_surveys(
        self, begin: int, end: int, by: str, queue: str, agent: str
    ) -> list[dict[str, Any]]:
        try:
            async with asyncio.timeout(HISTORY_WITHIN_S):
                book = await self._surveys.book(begin, end, by=by, queue=queue, agent=agent)
        except (StorageError, TimeoutError) as problem:
            raise HistoryAwayError from problem
        return book.plain()

    async def _find_pauses(
        self, begin: int, end: int, queue: str, agent: str
    ) -> list[dict[str, Any]]:
        until = min(end, self._clock())
        try:
            async with asyncio.timeout(HISTORY_WITHIN_S):
                book = await self._pauses.book(begin, until, queue=queue, agent=agent)
        except (StorageError, TimeoutError) as problem:
            raise HistoryAwayError from problem
        return book.plain()

    async def _find_flow(
        self, flow: str, begin: int, end: int, successes: frozenset[str]
    ) -> dict[str, Any] | None:
        bundle = self.center().configuration.flows.get(FlowId(flow))
        asked = flow_question(flow, bundle, begin, end, self._clock(), successes)
        try:
            async with asyncio.timeout(FLOW_WITHIN_S):
                book = await self._visits.book(asked)
        except (StorageError, TimeoutError) as problem:
            raise HistoryAwayError from problem
        return book.plain(bundle) if bundle is not None or book.versions else None

    async def _find_script(self, asked: ScriptQuestion) -> dict[str, Any] | None:
        script = script_called(asked.script, self._scripts())
        try:
            async with asyncio.timeout(FLOW_WITHIN_S):
                book = await self._script_reports.book(asked)
        except (StorageError, TimeoutError) as problem:
            raise HistoryAwayError from problem
        return book.plain(script) if script is not None or book.groups else None


def grants_of(settings: Settings) -> list[Grant]:
    """Read who has tokens. Raises TokenFileError, and OSError when the file cannot be read."""
    file = settings.http.api_tokens_file
    grants = granted(file) if file is not None else []
    return [*grants, (settings.http.api_token.reveal(), READER)]

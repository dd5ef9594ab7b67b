"""What people see and change of their own on the public page: codes by telephone, calls, cases."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Protocol

from aiohttp import web

from contact_center.adapters.api import people as people_api
from contact_center.adapters.api.asking import BusyError, NoAnswerError
from contact_center.adapters.api.case_files import CaseFileDoors
from contact_center.adapters.api.doors import Doors
from contact_center.adapters.api.memory import HistoryAwayError
from contact_center.adapters.portal.lobby import AwayError
from contact_center.adapters.portal.own_pages import Mine, OwnCase
from contact_center.adapters.portal.settings import PortalSettings
from contact_center.adapters.portal.uploads import Upload
from contact_center.adapters.sql.case_files import CaseFiles, NoRoomError, SentFile
from contact_center.adapters.sql.cases import Cases
from contact_center.adapters.sql.customers import Customers
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import StorageError
from contact_center.app.api import ApiParts
from contact_center.app.dialing import DialerParts
from contact_center.core.cases import (
    CannotChangeCaseError,
    Case,
    CaseKind,
    CaseOrigin,
    CasePriority,
    NewCase,
)
from contact_center.core.dialing import DialRequested
from contact_center.core.ids import CallId, FlowId
from contact_center.runtime.clock import WallClock
from contact_center.settings import Settings
from dialer.consent import standing
from dialer.errors import NotNowError

BY: Final = "self-service"
"""Who did it, on the books."""
WHY: Final = "asked on the self-service page; a code was told at the number"
DATA_DAYS: Final = 30
MOST_OPEN: Final = 10
"""Bound on open cases of a number; one more is not taken from the page."""
SHOWN, TOLD = 20, 10
"""So many cases are listed, and of so many what was answered."""
_SECOND: Final = 1_000_000
_AWAY: Final = (StorageError, people_api.CannotError, NotNowError)
FOLDER: Final = "case-files"
COPY, ERASE = "privacy.copy", "privacy.erase"


class HasOwn(Protocol):
    """What this needs of a service."""

    settings: Settings
    api: ApiParts
    clock: WallClock
    dialing: DialerParts | None
    customers: Customers
    database: Database


def own_of(service: HasOwn, portal: PortalSettings) -> "OwnThings":
    """Put it together."""
    return OwnThings(
        service=service,
        caller_id=portal.caller_id,
        cases=Cases(service.database),
        files=files_of(service.settings, service.database),
    )


class GivenOut:
    """Files of cases, as the API gives them out."""

    def __init__(self, files: CaseFiles) -> None:
        self._files = files

    async def of(self, case: str) -> list[dict[str, Any]]:
        """List them; times are seconds since 1970."""
        try:
            return [{**asdict(one), "at": one.at / _SECOND} for one in await self._files.of(case)]
        except StorageError as problem:
            raise HistoryAwayError from problem

    async def content(self, case: str, file: str) -> tuple[str, bytes] | None:
        """Read one."""
        try:
            found = await self._files.content(case, file)
        except StorageError as problem:
            raise HistoryAwayError from problem
        return None if found is None else (found[0].name, found[1])


def case_file_doors(
    settings: Settings, database: Database, doors: Doors, at: str = "/api"
) -> list[web.AbstractRouteDef]:
    """Make the doors to files of cases; `at` is the path before each."""
    return CaseFileDoors(doors, GivenOut(files_of(settings, database))).routes(at)


def files_of(settings: Settings, database: Database) -> CaseFiles:
    """Give the files of cases, which lie in the state folder."""
    return CaseFiles(database, settings.state_dir / FOLDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnThings:
    """Answers the page. Every method raises AwayError when something is out of reach."""

    service: HasOwn
    caller_id: str
    cases: Cases
    files: CaseFiles

    async def tell(self, number: str, code: str) -> None:
        """Have the number called by the flow for it; nobody's campaign, nobody's queue."""
        call = CallId(f"code-{secrets.token_hex(8)}")
        event = DialRequested(
            call=call,
            campaign="",
            number=number,
            caller_id=self.caller_id,
            flow=FlowId(self.service.settings.portal.code_flow),
            reason="A code for the self-service page",
            fields=(("code", code),),
        )
        try:
            await self.service.api.asking.until_started(event, call)
        except (BusyError, NoAnswerError) as problem:
            raise AwayError from problem

    async def mine(self, number: str) -> Mine:
        """Say what stands for a number."""
        now = self.service.clock.now()
        try:
            entries = await self._barred(number)
            consents = await self._consents(number, now)
            cases = await self._cases(number)
            told = [await self._told(case, n < TOLD) for n, case in enumerate(cases)]
        except _AWAY as problem:
            raise AwayError from problem
        return Mine(
            barred=bool(entries),
            by_us=any(by != BY for by in entries),
            consents=consents,
            campaigns=self.service.dialing is not None,
            cases=told,
        )

    async def bar(self, number: str) -> None:
        """Bar it at the dialer, whose books are the only ones; what is at hand is given back."""
        dialing, now = self.service.dialing, self.service.clock.now()
        if dialing is None:
            raise AwayError
        try:
            # What others wrote stays theirs: it is not for this page to lift.
            if not await self._barred(number):
                await dialing.people.suppress(people_api.Suppress(value=number, why=WHY), BY)
            revoked = people_api.Consent(
                number=number, type="all", at=now / _SECOND, channel="web", proof=WHY, revoked=True
            )
            await dialing.people.consent(revoked, BY)
        except _AWAY as problem:
            raise AwayError from problem

    async def unbar(self, number: str) -> bool:
        """Lift it, if it was barred here and by nobody else."""
        dialing = self.service.dialing
        if dialing is None:
            raise AwayError
        try:
            if any(by != BY for by in await self._barred(number)):
                return False
            await dialing.people.unsuppress(people_api.Suppress(value=number, why=WHY), BY)
        except _AWAY as problem:
            raise AwayError from problem
        return True

    async def ask_for_data(self, number: str, *, erase: bool) -> OwnCase:
        """Open a case for people to look at, with the day by which it has to be answered."""
        now = self.service.clock.now()
        reason = ERASE if erase else COPY
        until = _day(now) + timedelta(days=DATA_DAYS)
        what = "Erase my data" if erase else "A copy of my data"
        new = NewCase(
            party=number,
            kind=CaseKind.REQUEST,
            reason=reason,
            subject=f"{what}: to be answered by {until.isoformat()}",
            text=f"Asked for at the self-service page; {WHY}. Make sure who it is before you act.",
            priority=CasePriority.HIGH,
            origin=CaseOrigin.PORTAL,
        )
        try:
            had = await self.cases.of(party=number, only_open=True)
            found = next((case for case in had if case.reason == reason), None)
            return _shown(found or await self.cases.open(new, BY, now))
        except StorageError as problem:
            raise AwayError from problem

    async def open_case(
        self, number: str, kind: str, subject: str, text: str, files: Sequence[Upload]
    ) -> OwnCase | None:
        """Open a case of the number's, with what was sent along."""
        new = NewCase(
            party=number,
            kind=CaseKind(kind),
            subject=subject,
            text=text,
            origin=CaseOrigin.PORTAL,
        )
        try:
            if len(await self.cases.of(party=number, only_open=True)) >= MOST_OPEN:
                return None
            if not await self.files.room(sum(len(one.content) for one in files)):
                return None
            now = self.service.clock.now()
            case = await self.cases.open(new, BY, now)
            sent = [SentFile(name=f.name, kind=f.kind, content=f.content) for f in files]
            await self.files.keep(case.case, sent, now)
            return _shown(case)
        except (CannotChangeCaseError, NoRoomError):
            return None
        except (StorageError, OSError) as problem:
            raise AwayError from problem

    async def _barred(self, number: str) -> list[str]:
        """Say who has barred the number, of what stands."""
        if self.service.dialing is None:
            return []
        now = self.service.clock.now()
        kept = await self.service.dialing.store.sql.suppressions_of("number", number)
        return [
            one.entry.by
            for one in kept
            if one.lifted_at is None and (one.entry.until is None or one.entry.until > now)
        ]

    async def _consents(self, number: str, now: int) -> int:
        """Count the consents that stand for calls to the number."""
        dialing = self.service.dialing
        count = 0
        for party in await dialing.people.parties_of(number) if dialing is not None else ():
            assert dialing is not None
            records = await dialing.store.sql.consents_of(party)
            sellers = {record.seller for record in records if record.seller}
            count += sum(len(standing(records, party, number, one, now)) for one in sellers)
        return count

    async def _cases(self, number: str) -> Sequence[Case]:
        """List the number's cases, and those of the one customer who has it, newest first."""
        found = {case.case: case for case in await self.cases.of(party=number, most=SHOWN)}
        people = (await self.service.customers.find(number)).customers
        if len(people) == 1:
            of_them = await self.cases.of(customer=people[0].customer, most=SHOWN)
            found |= {case.case: case for case in of_them}
        return sorted(found.values(), key=lambda case: -case.opened_at)[:SHOWN]

    async def _told(self, case: Case, with_answers: bool) -> OwnCase:
        events = await self.cases.events(case.case, public=True) if with_answers else ()
        return _shown(case, tuple(event.text for event in events if event.text))


def _shown(case: Case, answers: tuple[str, ...] = ()) -> OwnCase:
    return OwnCase(
        case=case.case,
        subject=case.subject,
        status=f"case_{case.status.value}",
        opened=_day(case.opened_at).isoformat(),
        answers=answers,
    )


def _day(at: int) -> date:
    return datetime.fromtimestamp(at / _SECOND, UTC).date()

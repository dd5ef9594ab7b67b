"""What pages ask of customers, answered from the database: part by part, each in its own time."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from contact_center.adapters.api import customers as api
from contact_center.adapters.api.memory import HistoryAwayError
from contact_center.adapters.sql import customer_past as past
from contact_center.adapters.sql import customer_reading as reading
from contact_center.adapters.sql.cases import CaseChangedError, Cases
from contact_center.adapters.sql.customer_keeping import CannotKeepError, CustomerKeeping
from contact_center.adapters.sql.customer_merges import CustomerMerges
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.e164 import e164
from contact_center.adapters.sql.errors import StorageError
from contact_center.app import customer_views as views
from contact_center.core.case_clocks import CasePolicy, is_to_escalate
from contact_center.core.cases import (
    CannotChangeCaseError,
    CaseChange,
    CaseKind,
    CaseOrigin,
    CasePriority,
    CaseStatus,
    NewCase,
)
from contact_center.core.customer_records import KINDS

CARD_WITHIN_S: Final = 0.3
"""The time budget of a part of the card; whatever takes longer is left out and named."""
PAGE_WITHIN_S: Final = 2.0
VERIFIED_FOR_US: Final = 4 * 3_600_000_000
ESCALATE_EVERY_S: Final = 30.0
DEALS: Final = ("opportunity", "quote", "order", "invoice", "product", "offer", "task")
_log = logging.getLogger(__name__)

Part = Callable[[Connection], Any]


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except CaseChangedError as problem:
        raise api.ConflictError(str(problem)) from problem
    except (CannotKeepError, CannotChangeCaseError) as problem:
        raise api.CannotError(str(problem)) from problem
    except StorageError as problem:
        raise HistoryAwayError from problem


class CustomersOf:
    """Answers the doors. ``policy`` gives what was promised for cases, now; ``has_call`` tells
    whether an agent has a call; ``region``: in which country numbers without + are read."""

    def __init__(
        self,
        database: Database,
        policy: Callable[[], CasePolicy],
        has_call: Callable[[str, str], bool],
        region: Callable[[], str],
    ) -> None:
        self._database = database
        self._policy = policy
        self._has_call = has_call
        self._region = region
        self._cases = Cases(database)
        self._keeping = CustomerKeeping(database)
        self._merges = CustomerMerges(database)

    async def search(self, text: str) -> list[dict[str, Any]]:
        """Find customers by name, e-mail, number or id."""
        number = e164(text, self._region())
        with _in_our_words():
            rows = await self._database.read(partial(reading.search, text=text, number=number))
        return [{"customer": c, "name": n, "tier": t} for c, n, t in rows]

    async def card(self, customer: str, viewer: api.Viewer) -> dict[str, Any] | None:
        """What is shown beside a call."""
        return await self._told(await self._now_called(customer), viewer, CARD_WITHIN_S, {})

    async def page(self, customer: str, viewer: api.Viewer) -> dict[str, Any] | None:
        """Everything."""
        customer = await self._now_called(customer)
        more: Mapping[str, Part] = {
            "time_line": partial(past.time_line, customer=customer, now=viewer.now),
            "alike": partial(reading.alike, customer=customer),
        }
        return await self._told(customer, viewer, PAGE_WITHIN_S, more)

    async def _told(
        self, customer: str, viewer: api.Viewer, within_s: float, more: Mapping[str, Part]
    ) -> dict[str, Any] | None:
        person, known, found, late = await self._parts(customer, viewer, within_s, more)
        if person is None:
            return None
        whole = viewer.whole or known is not None
        told = self._views(person, found, viewer, whole=whole)
        return {
            "customer": customer,
            "verified": views.plain(known, whole=True) if known is not None else None,
            "can_verify": self._has_call(viewer.name, viewer.call),
            "masked": not whole,
            "may_merge": viewer.merges,
            "may_care": viewer.care,
            "late": late,
            **told,
        }

    async def _now_called(self, customer: str) -> str:
        with _in_our_words():
            return await self._database.read(partial(reading.now_called, customer=customer))

    async def _parts(
        self, customer: str, viewer: api.Viewer, within_s: float, more: Mapping[str, Part]
    ) -> tuple[reading.Person | None, reading.Identity | None, dict[str, Any], list[str]]:
        since = viewer.now - VERIFIED_FOR_US
        with _in_our_words():
            # Who it is, and what may be shown of it, is no part that may be missing.
            person = await self._database.read(partial(reading.person, customer=customer))
            known = await self._database.read(
                partial(
                    reading.identity,
                    customer=customer,
                    call=viewer.call,
                    agent=viewer.name,
                    since=since,
                )
            )
        parts: dict[str, Part] = {
            "deals": partial(reading.records, customer=customer, kinds=DEALS),
            "values": partial(reading.values, customer=customer),
            "consent": partial(past.standing_of, customer=customer, now=viewer.now),
            "promised": partial(past.promises_of, customer=customer),
            "campaigns": partial(past.campaigns_of, customer=customer),
            "surveys": partial(past.surveys_of, customer=customer),
            **more,
        }
        if person is None:
            return None, None, {}, []
        names = ["cases", *parts]
        asked = [
            self._in_time(self._cases.of(customer=customer), within_s),
            *(self._in_time(self._database.read(part), within_s) for part in parts.values()),
        ]
        answers = dict(zip(names, await asyncio.gather(*asked), strict=True))
        found = {name: one for name, one in answers.items() if one is not None}
        return person, known, found, [name for name in names if name not in found]

    async def _in_time(self, asked: Any, within_s: float) -> Any:
        try:
            async with asyncio.timeout(within_s):
                return await asked
        except TimeoutError:
            return None
        except Exception as problem:  # noqa: BLE001 - one part that fails takes no other with it
            _log.error("a part of a customer cannot be read: %s", type(problem).__name__)
            return None

    def _views(
        self, person: reading.Person, found: Mapping[str, Any], viewer: api.Viewer, *, whole: bool
    ) -> dict[str, Any]:
        now, vulnerable = viewer.now, person.profile.care != ""
        told: dict[str, Any] = {
            "person": views.person(person, whole=whole, care=viewer.care),
        }
        if "cases" in found:
            told["cases"] = views.of_cases(found["cases"], self._policy(), now)
        if "deals" in found:
            told["deals"] = views.deals(found["deals"], now, whole=whole)
            told["tasks"] = views.tasks(found["deals"], found.get("promised", ()))
        if "deals" in found and "cases" in found:
            # Without the cases nobody knows whether an offer would be out of place.
            told["offers"] = views.offers(
                found["deals"], found["cases"], person.tier, now, vulnerable=vulnerable
            )
        if "values" in found:
            told["value"] = views.value(found["values"])
        if "consent" in found:
            told["consent"] = views.consent(found["consent"], whole=whole)
        if "campaigns" in found:
            told["campaigns"] = views.campaigns(found["campaigns"])
        if "surveys" in found:
            told["surveys"] = views.surveys(found["surveys"])
        if "time_line" in found:
            told["time_line"] = [views.moment(one) for one in found["time_line"]]
        if "alike" in found:
            told["alike"] = views.alike(found["alike"])
        return told

    async def pin(self, customer: str, body: api.PinNote, viewer: api.Viewer) -> str:
        """Write the pinned note."""
        with _in_our_words():
            return await self._keeping.pin(customer, body.text, viewer.name, viewer.now)

    async def mind(self, customer: str, body: api.Care) -> str:
        """Write what is to be minded."""
        with _in_our_words():
            return await self._keeping.mind(customer, body.text)

    async def verify(self, customer: str, body: api.Verify, viewer: api.Viewer) -> None:
        """Note that somebody was verified, by whoever has the call."""
        if not self._has_call(viewer.name, body.call):
            raise api.CannotError("only the agent of a call verifies who is on it")
        with _in_our_words():
            await self._keeping.verified(customer, body.call, viewer.name, body.way, viewer.now)

    async def answer(
        self, customer: str, offer: str, body: api.OfferAnswer, viewer: api.Viewer
    ) -> dict[str, Any] | None:
        """Write down what was said to an offer."""
        with _in_our_words():
            done = await self._keeping.answer(
                customer, offer, body.answer, viewer.name, body.call, viewer.now
            )
        return {"offer": done.record, "answer": done.answer} if done is not None else None

    async def done(self, customer: str, task: str, viewer: api.Viewer) -> bool:
        """Take a task off the list."""
        with _in_our_words():
            return await self._keeping.done(customer, task, viewer.now) is not None

    async def open_case(
        self, customer: str, body: api.OpenCase, viewer: api.Viewer
    ) -> dict[str, Any]:
        """Open a case."""
        with _in_our_words():
            if await self._database.read(partial(reading.person, customer=customer)) is None:
                raise api.CannotError("there is no such customer")
            new = NewCase(
                customer=customer,
                kind=CaseKind(body.kind),
                subject=body.subject,
                text=body.text,
                reason=body.reason,
                priority=CasePriority(body.priority),
                origin=CaseOrigin.DESK,
                agent=viewer.name if body.mine else "",
                call=body.call,
            )
            made = await self._cases.open(new, viewer.name, viewer.now)
        return views.case(made, self._policy(), viewer.now)

    async def case(self, case: str, viewer: api.Viewer) -> dict[str, Any] | None:
        """Give a case with its story."""
        with _in_our_words():
            found = await self._cases.get(case)
            story = await self._cases.events(case)
        if found is None:
            return None
        told = views.case(found, self._policy(), viewer.now)
        return {**told, "events": [views.event(one) for one in story]}

    async def change_case(
        self, case: str, body: api.ChangeCase, viewer: api.Viewer
    ) -> dict[str, Any] | None:
        """Change a case."""
        change = CaseChange(
            status=CaseStatus(body.status) if body.status is not None else None,
            priority=CasePriority(body.priority) if body.priority is not None else None,
            agent=body.agent,
            comment=body.comment,
            public=body.public,
            acknowledged=body.acknowledged,
        )
        with _in_our_words():
            new = await self._cases.change(case, change, viewer.name, viewer.now, body.version)
        return views.case(new, self._policy(), viewer.now) if new is not None else None

    async def merge(self, customer: str, body: api.MergeBody, viewer: api.Viewer) -> dict[str, Any]:
        """Make two customers one."""
        with _in_our_words():
            done = await self._merges.merge(customer, body.gone, viewer.name, body.why, viewer.now)
        return {"merge": done.merge, "kept": done.kept, "gone": done.gone}

    async def unmerge(self, merge: int, viewer: api.Viewer) -> bool:
        """Take a merge back."""
        with _in_our_words():
            return await self._merges.undo(merge, viewer.name, viewer.now) is not None

    async def record(self, customer: str, body: api.PutRecord, now: int) -> None:
        """Keep a record; a purchase places the customer anew."""
        try:
            record = msgspec.convert(body.body, KINDS[body.kind])
        except msgspec.ValidationError as problem:
            raise api.CannotError(str(problem)) from None
        with _in_our_words():
            await self._keeping.put(customer, record, now)

    async def escalate(self, clock: Callable[[], int]) -> None:
        """Look, for ever, for cases whose clocks ran out, and write each down once."""
        while True:
            try:
                await self.escalate_once(clock())
            except StorageError as problem:
                _log.error("late cases cannot be found: %s", problem)
            await asyncio.sleep(ESCALATE_EVERY_S)

    async def escalate_once(self, now: int) -> int:
        """Write down which cases are late; gives how many. Raises DatabaseUnavailableError."""
        policy = self._policy()
        late = [
            one.case for one in await self._cases.still_open() if is_to_escalate(one, policy, now)
        ]
        done = await self._cases.escalate(late, now) if late else 0
        if done:
            _log.warning("cases are late: %d", done)
        return done

"""Days of calls over the real storage and the real gate, judged by a checker that knows neither."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.store import DialStore, StoreSettings
from contact_center.adapters.sql.dialing.suppressions import Suppression
from dialer.attempt import Verdict
from dialer.check_log import Agreed, Barred, Ended, Logged, Opened, OwnerAsked, Placed, Scrubbed
from dialer.checker import Checker
from dialer.consent import ConsentRecord
from dialer.gate import check
from dialer.ids import PartyId, PolicyId
from dialer.lead import Lead, LeadState, NumberKind
from dialer.messages import AttemptOpened
from dialer.policy import AttemptCap, GateVerdict, Policy
from tests.adapters.sql.dialing.book import (
    CAMPAIGN,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    SECOND,
    asked,
    closed,
    number_of,
    put,
)

LAW = (
    Policy(
        policy=PolicyId("law"),
        region="US",
        title="A test's",
        source="none",
        effective_from="2000-01-01",
        hours=((480, 1260),) * 7,
        caps=(
            AttemptCap(most=4, hours=24, key="party"),
            AttemptCap(most=3, hours=0, key="number"),
        ),
        quiet_after_contact_us=9 * HOUR,
        lock_abandoned_us=30 * HOUR,
        lock_machine_same_day=True,
        dnc=(("us_national", 31),),
        consent=(("any", "express"),),
    ),
)
LEADS = 24
VERDICTS = (
    Verdict.CONNECTED,
    Verdict.ABANDONED,
    Verdict.MACHINE,
    *[Verdict.BUSY, Verdict.NO_ANSWER] * 4,
)


class Days:
    """One dialer at work, with people who speak up between its steps."""

    def __init__(self, database: Database, seed: int, **settings: object) -> None:
        self.random = Random(seed)
        self.dial = DialStore(database, LAW, StoreSettings(**settings))  # type: ignore[arg-type]
        self.checker = Checker(LAW, {CAMPAIGN.campaign: CAMPAIGN})
        self.now = NOW
        self.talking: list[AttemptOpened] = []

    def log(self, entry: Logged) -> None:
        self.checker.read(entry)

    async def prepare(self, database: Database) -> None:
        rows = [
            {"party": f"p{index // 2}", "numbers": [number_of(index), number_of(index // 3 + 50)]}
            for index in range(LEADS)
        ]
        await put(database, *rows)
        for index in range(LEADS // 2):
            await self.agree(f"p{index}", "express", self.now - DAY)
        await self.dial.import_suppressions([], "us_national", self.now - DAY, self.now, by="eve")
        self.log(Scrubbed(at=self.now, source="us_national", dated=self.now - DAY))

    async def agree(self, party: str, kind: str, given_at: int, revoked: bool = False) -> None:
        record = ConsentRecord(
            party=PartyId(party),
            at=given_at,
            type=kind,
            seller="acme",
            proof="form",
            revoked=revoked,
        )
        await self.dial.import_consents([record], "eve", self.now)
        self.log(
            Agreed(
                at=self.now,
                party=record.party,
                type=kind,
                given_at=given_at,
                seller="acme",
                proof="form",
                revoked=revoked,
            )
        )

    async def somebody_speaks(self) -> None:
        party = f"p{self.random.randrange(LEADS // 2)}"
        number = number_of(self.random.randrange(LEADS))
        what = self.random.randrange(4)
        if what == 0:
            await self.agree(party, "express", self.now, revoked=True)
            await self.agree(party, "express_written", self.now - HOUR)
        elif what == 1:
            await self.agree(party, "express", self.now)
        elif what == 2:
            entry = Suppression(kind="number", value=number, scope="seller", whose="acme", by="eve")
            await self.dial.suppress(entry, self.now)
            bar = Barred(at=self.now, kind="number", value=number, scope="seller", whose="acme")
            self.log(bar)
            if self.random.random() < 0.7:
                self.now += MINUTE
                await self.dial.unsuppress(entry, "eve", "a mistake", self.now)
                self.log(replace(bar, at=self.now, lifted=True))
        else:
            await self.dial.rnd_answer(number, "no", self.now, "eve")
            self.log(OwnerAsked(at=self.now, number=number, answer="no"))

    async def step(self) -> None:
        self.now += self.random.randrange(50 * MINUTE)
        if self.random.random() < 0.3:
            await self.somebody_speaks()
        leads = (await self.dial.claim(CAMPAIGN, 2, self.now)).leads
        if leads and self.random.random() < 0.2:
            await self.somebody_speaks()
        twice = [lead for lead in leads for _ in range(2)]  # two workers with one claim
        answers = await asyncio.gather(*(self.ask(lead) for lead in twice))
        for opened in answers:
            if isinstance(opened, AttemptOpened):
                self.place(opened)
        while self.talking and self.random.random() < 0.7:
            await self.end(self.talking.pop(0))
        if self.random.random() < 0.05:
            await self.crash()

    async def ask(self, lead: Lead) -> object:
        number = self.random.choice(lead.numbers).number
        return await self.dial.open_attempt(CAMPAIGN, asked(lead, number), self.now)

    def place(self, opened: AttemptOpened) -> None:
        attempt = opened.attempt
        if attempt.attempt in {other.attempt.attempt for other in self.talking}:
            return  # the other worker's answer: the same attempt, told twice
        self.log(
            Opened(
                at=attempt.opened_at,
                attempt=attempt.attempt,
                campaign=attempt.campaign,
                list=attempt.list,
                party=attempt.party,
                number=attempt.number,
                kind=NumberKind.LANDLINE,
                region="US-NY",
                zones=("America/New_York",),
                caller_id=attempt.caller_id,
                source=attempt.source,
            )
        )
        self.log(
            Placed(
                at=self.now,
                attempt=attempt.attempt,
                number=attempt.number,
                caller_id=attempt.caller_id,
            )
        )
        self.talking.append(opened)

    async def end(self, opened: AttemptOpened) -> None:
        verdict = self.random.choice(VERDICTS)
        self.now += 30 * SECOND
        close = closed(opened, verdict, LeadState.OPEN, self.now, due_at=self.now + MINUTE)
        await self.dial.close_attempt(close, self.now)
        self.log(Ended(at=self.now, attempt=opened.attempt.attempt, verdict=verdict))

    async def crash(self) -> None:
        alive, self.talking = self.talking[:1], self.talking[:1]
        names = frozenset(opened.attempt.attempt for opened in alive)
        for end in await self.dial.recover(names, self.now, sole=True):
            self.log(Ended(at=end.at, attempt=end.attempt, verdict=end.verdict))


async def test_nobody_is_called_who_is_not_to_be(database: Database) -> None:
    days = Days(database, 1)
    await days.prepare(database)
    for _ in range(80):
        await days.step()
    assert days.checker.violations == []
    assert days.checker.placed > 12


# Suppressions are not among these: storage takes such leads out as they are suppressed, too.
@pytest.mark.parametrize("forgotten", ["attempts", "abandoned_at", "consents"])
async def test_a_storage_that_forgets_is_found_out(
    sqlite_database: Database, forgotten: str
) -> None:
    blank: dict[str, object] = {
        "attempts": (),
        "abandoned_at": None,
        "consents": (("express", 1),),
    }

    def gate(*given: Any, **more: Any) -> GateVerdict:
        number, party, by, law, facts, *rest = given
        less = replace(facts, **{forgotten: blank[forgotten]})
        return check(number, party, by, law, less, *rest, **more)

    days = Days(sqlite_database, 1, gate=gate)
    await days.prepare(sqlite_database)
    for _ in range(80):
        await days.step()
    assert days.checker.found > 0

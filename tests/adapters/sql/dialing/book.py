"""Leads, campaigns and attempts for tests of the dialer's storage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.leads import bucket_of
from contact_center.adapters.sql.dialing.store import DialStore, StoreSettings
from contact_center.adapters.sql.dialing.tables import attempts, lead_numbers, leads, lists
from dialer.attempt import AttemptEnd, Source, Verdict
from dialer.campaign import CallerId, CampaignSettings, ListShare, Mode
from dialer.ids import AgentId, AttemptId, CampaignId, ListId, PolicyId, attempt_id
from dialer.lead import Lead, LeadNumber, LeadState
from dialer.messages import AttemptOpened, AttemptRefused, CloseAttempt, OpenAttempt, ReleaseLeads
from dialer.policy import GateVerdict, Policy

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NOW = 1_795_000_000 * SECOND
CALLER_ID = "+12125550100"
ANYWHERE = Policy(
    policy=PolicyId("anywhere"),
    region="*",
    title="A test's",
    source="none",
    effective_from="2000-01-01",
    hours=((0, 1440),) * 7,
)
"""A policy that lets everything pass that nobody else forbids."""
CAMPAIGN = CampaignSettings(
    campaign=CampaignId("winter"),
    label="Winter",
    seller="acme",
    queue="sales",
    mode=Mode.PREDICTIVE,
    flow="sale",
    lists=(ListShare(list=ListId("l")),),
    caller_ids=(CallerId(number=CALLER_ID, proof="contract 1", valid_until=NOW + 365 * DAY),),
)


def campaign(*shares: ListShare, name: str = "winter", **more: Any) -> CampaignSettings:
    """A campaign over these lists (by default one named l)."""
    from dataclasses import replace

    lists_ = shares or CAMPAIGN.lists
    return replace(CAMPAIGN, lists=lists_, campaign=CampaignId(name), **more)


def number_of(index: int) -> str:
    """A number of nobody's, another one for each index."""
    area, line = divmod(index, 100)
    return f"+1{200 + area:03}55501{line:02}"


class Doorman:
    """A gate that lets everything pass, until it is told otherwise (for some numbers, or all)."""

    def __init__(self) -> None:
        self.refuses: GateVerdict | None = None
        self.only: tuple[str, ...] = ()

    def refuse(self, reason: str, next_at: int | None, *only: str) -> None:
        """Refuse from now on."""
        self.refuses = GateVerdict(allowed=False, reasons=(reason,), next_at=next_at)
        self.only = only

    def __call__(self, number: LeadNumber, *_: Any, **__: Any) -> GateVerdict:
        """Answer like the gate."""
        if self.refuses is not None and (not self.only or number.number in self.only):
            return self.refuses
        return GateVerdict(allowed=True, policies=(PolicyId("anywhere"),))


def store(database: Database, **settings: Any) -> DialStore:
    """A storage with the real gate under one lenient policy."""
    return DialStore(database, (ANYWHERE,), StoreSettings(**settings))


async def put(database: Database, *rows: dict[str, Any], list_: str = "l") -> None:
    """Put leads on a list: by default each of another party, with one number, open and due."""
    insert_ = postgresql.insert if database.backend == "postgresql" else sqlite.insert

    def change(connection: Connection) -> None:
        shape = {"fields": {"age": "integer", "job": "text"}}
        new = {"list": list_, "created_at": NOW, "shape": shape}
        connection.execute(insert_(lists).on_conflict_do_nothing(), new)
        known = len(connection.execute(select(leads.c.lead)).all())
        for index, row in enumerate(rows, known):
            name = row.get("lead", f"a{index}")
            party = row.get("party", f"p-{name}")
            numbers = row.pop("numbers", [number_of(index)])
            full = {
                "list": list_,
                "added_at": NOW - DAY + index,
                "bucket": bucket_of(party),
                "lead": name,
                "party": party,
                **row,
            }
            connection.execute(insert(leads), full)
            connection.execute(
                insert(lead_numbers),
                [
                    {
                        "lead": name,
                        "number": number,
                        "rank": rank,
                        "zones": ["America/New_York"],
                        "region": "US-NY",
                        "kind": "landline",
                    }
                    for rank, number in enumerate(numbers, 1)
                ],
            )

    await database.write(change)


def asked(lead: Lead, number: str = "", agent: str | None = None, **more: Any) -> OpenAttempt:
    """A request for the next attempt on a lead."""
    return OpenAttempt(
        campaign=CAMPAIGN.campaign,
        attempt=attempt_id(lead.lead, lead.tried + 1),
        lead=lead,
        number=number or lead.numbers[0].number,
        caller_id=CALLER_ID,
        source=more.pop("source", Source.AUTO),
        agent=None if agent is None else AgentId(agent),
    )


def back(lead: Lead, due_at: int | None = None) -> ReleaseLeads:
    """A lead to be given back."""
    return ReleaseLeads(campaign=CAMPAIGN.campaign, leads=((lead.lead, lead.token),), due_at=due_at)


def closed(
    opened: AttemptOpened, verdict: Verdict, state: LeadState, at: int = NOW, **more: Any
) -> CloseAttempt:
    """How an attempt ended."""
    end = {"opted_out", "cause", "answered_at", "connected_at"} & set(more)
    return CloseAttempt(
        campaign=opened.attempt.campaign,
        end=AttemptEnd(
            attempt=opened.attempt.attempt,
            at=at,
            verdict=verdict,
            **{name: more.pop(name) for name in end},
        ),
        lead=opened.attempt.lead,
        state=state,
        **more,
    )


async def lead_row(database: Database, lead: str) -> Any:
    """A lead as it is stored."""
    return await database.read(lambda c: c.execute(select(leads).where(leads.c.lead == lead)).one())


async def attempt_row(database: Database, attempt: AttemptId) -> Any:
    """An attempt as it is stored."""
    return await database.read(
        lambda c: c.execute(select(attempts).where(attempts.c.attempt == attempt)).one()
    )


def names(claimed: Sequence[Lead]) -> list[str]:
    """The leads' names, in order."""
    return [str(lead.lead) for lead in claimed]


async def claimed(dial: DialStore, now: int = NOW) -> Lead:
    """Claim the only lead that is due."""
    (lead,) = (await dial.claim(CAMPAIGN, 1, now)).leads
    return lead


async def opened(dial: DialStore, lead: Lead, now: int = NOW, number: str = "") -> AttemptOpened:
    """Open an attempt that the gate lets pass."""
    answer = await dial.open_attempt(CAMPAIGN, asked(lead, number), now)
    assert isinstance(answer, AttemptOpened), answer
    return answer


async def refused(dial: DialStore, lead: Lead, now: int = NOW, number: str = "") -> AttemptRefused:
    """Ask for an attempt that is refused."""
    answer = await dial.open_attempt(CAMPAIGN, asked(lead, number), now)
    assert isinstance(answer, AttemptRefused), answer
    return answer

"""Campaigns' states, live changes of their settings, and who did what: everything with a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from contact_center.adapters.sql import audit as audit_book
from contact_center.adapters.sql.dialing.tables import campaigns, dial_decisions
from dialer.campaign import CampaignState
from dialer.ids import CampaignId

_KIND = "campaign."


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A campaign as storage has it.

    ``began_at``: when it first ran; ``started_at``: of the present run; None before the first.
    """

    campaign: CampaignId
    state: CampaignState
    began_at: int | None
    started_at: int | None
    overrides: Mapping[str, Any]
    changed_at: int
    changed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """Who changed what, from what to what, and why."""

    at: int
    campaign: CampaignId
    who: str
    what: str
    before: Any
    after: Any
    why: str


def all_kept(connection: Connection) -> dict[CampaignId, Kept]:
    """Give every campaign that was ever more than a file."""
    return {
        CampaignId(row.campaign): Kept(
            campaign=CampaignId(row.campaign),
            state=CampaignState(row.state),
            began_at=row.began_at,
            started_at=row.started_at,
            overrides=row.overrides,
            changed_at=row.changed_at,
            changed_by=row.changed_by,
        )
        for row in connection.execute(select(campaigns))
    }


def save_state(
    connection: Connection,
    campaign: CampaignId,
    state: CampaignState,
    by: str,
    why: str,
    now: int,
    tidy: audit_book.Tidy,
) -> None:
    """Keep a state, with a line in the audit log. Saved again, nothing happens.

    A run begins when a campaign runs that was a draft, scheduled or complete; a pause and an
    emergency stop belong to the run.
    """
    old = _row(connection, campaign, now)
    before = CampaignState(old["state"])
    if before is state:
        return
    values: dict[str, Any] = {"state": state.value, "changed_at": now, "changed_by": by}
    fresh = (CampaignState.DRAFT, CampaignState.SCHEDULED, CampaignState.COMPLETE)
    if state is CampaignState.RUNNING and (before in fresh or old["started_at"] is None):
        values["started_at"] = now
        values["began_at"] = old["began_at"] or now
    connection.execute(update(campaigns).where(campaigns.c.campaign == campaign).values(values))
    audit(connection, campaign, by, "state", before.value, state.value, why, now, tidy)


def save_override(
    connection: Connection,
    campaign: CampaignId,
    name: str,
    value: Any,
    by: str,
    why: str,
    now: int,
    tidy: audit_book.Tidy,
) -> None:
    """Keep a live change of one setting (None: as the file says again), with a line of audit."""
    old = dict(_row(connection, campaign, now)["overrides"])
    before = old.pop(name, None)
    if before == value:
        return
    if value is not None:
        old[name] = value
    values = {"overrides": old, "changed_at": now, "changed_by": by}
    connection.execute(update(campaigns).where(campaigns.c.campaign == campaign).values(values))
    audit(connection, campaign, by, name, before, value, why, now, tidy)


def _row(connection: Connection, campaign: CampaignId, now: int) -> dict[str, Any]:
    query = select(campaigns).where(campaigns.c.campaign == campaign).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is not None:
        return dict(row._mapping)
    new: dict[str, Any] = {
        "campaign": campaign,
        "state": CampaignState.DRAFT.value,
        "overrides": {},
        "began_at": None,
        "started_at": None,
        "changed_at": now,
        "changed_by": "",
    }
    connection.execute(insert(campaigns), new)
    return new


def audit(
    connection: Connection,
    campaign: CampaignId,
    who: str,
    what: str,
    before: Any,
    after: Any,
    why: str,
    now: int,
    tidy: audit_book.Tidy,
) -> None:
    """Write down who did what, in the audit log; what goes in is `tidy`'s."""
    change = audit_book.Change(
        at=now,
        who=who,
        via="dialer",
        action=f"{_KIND}{what}",
        object=campaign,
        before=before,
        after=after,
        why=why,
    )
    audit_book.append(connection, tidy(change))


def audited(connection: Connection, campaign: CampaignId, since: int = 0) -> list[AuditRow]:
    """Give what was done to a campaign, oldest first."""
    log = audit_book.audit_log.c
    query = (
        select(audit_book.audit_log)
        .where(log.object == campaign, log.action.startswith(_KIND), log.at >= since)
        .order_by(log.n)
    )
    return [
        AuditRow(
            at=entry.change.at,
            campaign=campaign,
            who=entry.change.who,
            what=entry.change.action.removeprefix(_KIND),
            before=entry.change.before,
            after=entry.change.after,
            why=entry.change.why,
        )
        for entry in map(audit_book.entry_of, connection.execute(query))
    ]


def decided(
    connection: Connection,
    campaign: CampaignId,
    at: int,
    dial: int,
    why: str,
    numbers: Mapping[str, Any],
) -> None:
    """Keep why so many were dialled; twice for one instant, the first is kept."""
    key = (dial_decisions.c.campaign == campaign) & (dial_decisions.c.at == at)
    if connection.execute(select(dial_decisions.c.at).where(key)).first() is None:
        row = {"campaign": campaign, "at": at, "dial": dial, "why": why, "body": dict(numbers)}
        connection.execute(insert(dial_decisions), row)


def forget_decisions(connection: Connection, before: int) -> int:
    """Let go of decisions that are older; return how many."""
    return connection.execute(dial_decisions.delete().where(dial_decisions.c.at < before)).rowcount


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """Why so many were dialled at a tick. ``numbers``: what it was computed from, by name."""

    at: int
    dial: int
    why: str
    numbers: Mapping[str, Any]


def decisions(
    connection: Connection, campaign: CampaignId, begin: int, end: int
) -> list[DecisionRow]:
    """Give decisions in [begin, end), oldest first."""
    query = (
        select(dial_decisions)
        .where(
            dial_decisions.c.campaign == campaign,
            dial_decisions.c.at >= begin,
            dial_decisions.c.at < end,
        )
        .order_by(dial_decisions.c.at)
    )
    return [
        DecisionRow(at=row.at, dial=row.dial, why=row.why, numbers=row.body)
        for row in connection.execute(query)
    ]

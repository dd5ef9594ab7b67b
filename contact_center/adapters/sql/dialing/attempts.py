"""Attempts: opened after the gate let them pass, closed once, whatever is told twice.

An attempt and what follows for its lead, number, promise and suppression are one transaction.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Update, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from contact_center.adapters.sql.dialing import facts as known
from contact_center.adapters.sql.dialing import leads as book
from contact_center.adapters.sql.dialing import promises, refusals, suppressions
from contact_center.adapters.sql.dialing.refusals import Gate
from contact_center.adapters.sql.dialing.tables import attempts, lead_numbers, leads
from dialer.attempt import Attempt, Source, Verdict
from dialer.campaign import CampaignSettings
from dialer.ids import AgentId, AttemptId, CampaignId, LeadId, ListId, PartyId
from dialer.lead import LeadNumber, LeadState
from dialer.messages import AttemptOpened, AttemptRefused, CloseAttempt, OpenAttempt
from dialer.policy import Facts, GateVerdict, Policy

AGAIN_US = 60_000_000
"""When to ask again after somebody else opened an attempt on the number in the same instant."""


_ATTEMPT = select(attempts).where(attempts.c.attempt == bindparam("of"))
_ATTEMPT_HELD = _ATTEMPT.with_for_update()
_NUMBER = select(lead_numbers).where(
    lead_numbers.c.lead == bindparam("of"), lead_numbers.c.number == bindparam("at")
)
_DIALLING = (
    update(leads)
    .where(leads.c.lead == bindparam("of"))
    .values(
        state=LeadState.DIALLING.value,
        lease_until=None,
        tried=leads.c.tried + 1,
        last_attempt=bindparam("made"),
        last_at=bindparam("now"),
    )
)
_TRIED = (
    update(lead_numbers)
    .where(lead_numbers.c.lead == bindparam("of"), lead_numbers.c.number == bindparam("at"))
    .values(attempts=lead_numbers.c.attempts + 1)
)
_ADD = {
    "sqlite": sqlite.insert(attempts).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(attempts).on_conflict_do_nothing(),
}


def open_attempt(
    connection: Connection,
    campaign: CampaignSettings,
    wanted: OpenAttempt,
    policies: Sequence[Policy],
    gate: Gate,
    now: int,
) -> AttemptOpened | AttemptRefused:
    """Ask the gate and write the attempt down, or move the lead on.

    Asked again for an attempt that is open, the answer is the same. Without a valid token, or for
    an attempt that is over, it is refused and nothing is changed.
    """
    there = connection.execute(_ATTEMPT, {"of": wanted.attempt}).one_or_none()
    if there is not None:
        mine = there.closed_at is None and there.token == wanted.lead.token
        return (
            AttemptOpened(at=now, attempt=attempt_from(there)) if mine else _no(wanted, now, "over")
        )
    lead = book.locked(connection, wanted.lead.lead)
    if lead is None or (lead.state, lead.version) != (LeadState.CLAIMED.value, wanted.lead.token):
        return _no(wanted, now, "token")
    number = _number(connection, lead.lead, wanted.number)
    if number is None:
        return _no(wanted, now, "number_not_of_lead")
    asked = known.whom(lead.party, wanted.number, lead.list)
    back_us = known.horizon_us(policies)
    facts = known.load(connection, [asked], campaign, now, wanted.caller_id, back_us)[asked]
    verdict = gate(
        number,
        PartyId(lead.party),
        campaign,
        policies,
        facts,
        now,
        wanted.source,
        guaranteed_agent=wanted.agent is not None,
        caller_id=wanted.caller_id,
    )
    if verdict.allowed:
        row = _row(campaign, wanted, lead, number, verdict, facts, now)
        if connection.execute(_ADD[connection.dialect.name], row).rowcount > 0:
            _begun(connection, wanted, lead, now)
            return AttemptOpened(at=now, attempt=_attempt(row))
        # Somebody opened one on this number after we looked.
        verdict = replace(verdict, allowed=False, reasons=("open_attempt",), next_at=now + AGAIN_US)
    refused = {lead.lead: {number.number: verdict}}
    refusals.block(connection, refused)
    refusals.move_on(connection, refused, now)
    if lead.was != LeadState.OPEN.value:
        _leave(connection, lead)
    return _no(wanted, now, *verdict.reasons)


def _no(wanted: OpenAttempt, now: int, *reasons: str) -> AttemptRefused:
    return AttemptRefused(
        at=now,
        campaign=wanted.campaign,
        attempt=wanted.attempt,
        lead=wanted.lead.lead,
        reasons=reasons,
    )


def _leave(connection: Connection, lead: Row[Any]) -> None:
    """A lead that an agent asked for was at an end: nobody else shall dial it now."""
    there = book.locked(connection, lead.lead)
    if there is not None and there.state == LeadState.OPEN.value:
        book.move(connection, [lead.lead], LeadState(lead.was))


def _number(connection: Connection, lead: str, number: str) -> LeadNumber | None:
    row = connection.execute(_NUMBER, {"of": lead, "at": number}).one_or_none()
    return None if row is None else book.number_from(row)


def _row(
    campaign: CampaignSettings,
    wanted: OpenAttempt,
    lead: Row[Any],
    number: LeadNumber,
    verdict: GateVerdict,
    facts: Facts,
    now: int,
) -> dict[str, Any]:
    return {
        "attempt": wanted.attempt,
        "campaign": campaign.campaign,
        "seller": campaign.seller,
        "purpose": campaign.purpose,
        "mode": campaign.mode.value,
        "list": lead.list,
        "lead": lead.lead,
        "token": lead.version,
        "party": lead.party,
        "number": number.number,
        "caller_id": wanted.caller_id,
        "source": wanted.source.value,
        "region": number.region,
        "policies": list(verdict.policies),
        "facts": known.plain(facts),
        "agent": wanted.agent,
        "odds": lead.odds,
        "opened_at": now,
        "changed_at": now,
    }


def _begun(connection: Connection, wanted: OpenAttempt, lead: Row[Any], now: int) -> None:
    mine = {"of": lead.lead, "at": wanted.number, "made": wanted.attempt, "now": now}
    connection.execute(_DIALLING, mine)
    connection.execute(_TRIED, mine)
    if wanted.lead.callback is not None:
        promises.dialled(connection, lead.lead, wanted.attempt)


def close_attempt(connection: Connection, close: CloseAttempt, now: int) -> None:
    """Write down how an attempt ended, and how its lead stands.

    The first verdict stands, except that what was LOST may become known. Told again with a
    disposition, the lead is moved again, unless somebody has it by now; a suppression and an end
    hold in any case. An attempt that is not on the books is ignored.
    """
    end = close.end
    row = connection.execute(_ATTEMPT_HELD, {"of": end.attempt}).one_or_none()
    if row is None:
        return
    lead = book.locked(connection, row.lead)
    lost = row.verdict == Verdict.LOST.value and end.verdict is not Verdict.LOST
    news = row.closed_at is None or lost
    values = _ended(close, row, now) if news else {}
    if close.disposition or close.success:
        said = {"disposition": close.disposition or row.disposition, "success": close.success}
        values |= {**said, "changed_at": now}
    if close.disposition:
        values["person"] = close.person
    if values:
        told = {f"to_{name}": value for name, value in values.items()}
        connection.execute(_changed(tuple(values)), {"of": end.attempt, **told})
    if close.number_dead:
        dead = (lead_numbers.c.lead == row.lead) & (lead_numbers.c.number == row.number)
        connection.execute(update(lead_numbers).where(dead).values(dead=True))
    scope = close.suppress or ("seller" if end.opted_out else "")
    if scope:
        suppressions.of_attempt(connection, row, scope, now)
    if lead is not None and (news or close.disposition or close.success or scope):
        _after(connection, close, row, lead, barred=bool(scope), now=now)


@lru_cache(maxsize=16)
def _changed(given: tuple[str, ...]) -> Update:
    """Make the change of these columns once; that takes longer than the change."""
    values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in given}
    return update(attempts).where(attempts.c.attempt == bindparam("of")).values(values)


def _ended(close: CloseAttempt, row: Row[Any], now: int) -> dict[str, Any]:
    end = close.end
    return {
        "changed_at": now,
        "closed_at": max(end.at, row.opened_at),
        "verdict": end.verdict.value,
        "ringing_at": end.ringing_at,
        "answered_at": end.answered_at,
        "speech_at": end.speech_at,
        "greeting_at": end.greeting_at,
        "connected_at": end.connected_at,
        "message_at": end.message_at,
        "agent": end.agent or row.agent,
        "opted_out": end.opted_out,
        "cause": end.cause,
        "talk_us": end.talk_us,
        "machine": end.machine or end.verdict is Verdict.MACHINE,
        "sampled": end.sampled,
        "attestation": end.attestation,
    }


def _after(
    connection: Connection,
    close: CloseAttempt,
    row: Row[Any],
    lead: Row[Any],
    *,
    barred: bool,
    now: int,
) -> None:
    if lead.last_attempt != row.attempt:
        return
    barred = barred or lead.state == LeadState.SUPPRESSED.value  # no later word undoes it
    state = LeadState.SUPPRESSED if barred else close.state
    rests = state in (LeadState.OPEN, LeadState.CLAIMED, LeadState.DIALLING)
    held = lead.state == LeadState.CLAIMED.value
    if held and rests and not close.success:
        return  # claimed again since: a repeated word about the last attempt does not end that
    more: dict[str, Any] = {}
    if close.disposition:
        more["last_disposition"] = close.disposition
    if close.success:
        more["won_by"] = row.campaign
    connected = close.end.verdict is Verdict.CONNECTED
    promise = promises.after(connection, row, close, state, connected=connected, now=now)
    if promise is not None and not barred:
        book.move(connection, [lead.lead], LeadState.OPEN, promise, **more)
        return
    if rests and lead.was != LeadState.OPEN.value:
        book.move(connection, [lead.lead], LeadState(lead.was), **more)
        return
    due_at = (close.due_at or now) if rests else None
    book.move(connection, [lead.lead], LeadState.OPEN if rests else state, due_at, **more)


def _attempt(values: dict[str, Any]) -> Attempt:
    agent = values["agent"]
    return Attempt(
        attempt=AttemptId(values["attempt"]),
        campaign=CampaignId(values["campaign"]),
        list=ListId(values["list"]),
        lead=LeadId(values["lead"]),
        party=PartyId(values["party"]),
        number=values["number"],
        caller_id=values["caller_id"],
        source=Source(values["source"]),
        opened_at=values["opened_at"],
        region=values["region"],
        policies=tuple(values["policies"]),
        agent=None if agent is None else AgentId(agent),
        odds=values["odds"],
    )


def attempt_from(row: Row[Any]) -> Attempt:
    """Make an attempt of a row of `attempts`."""
    return _attempt(dict(row._mapping))

"""What becomes of leads the gate refuses, at the claim and when an attempt would be opened.

A refused number is not asked about before the gate said that it may pass; a lead whose numbers are
all refused rests until the first of them may, or has come to an end. So nobody is asked about twice
in vain, and a lead never comes back at once.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam, case, func, select, update

from contact_center.adapters.sql.dialing import facts as known
from contact_center.adapters.sql.dialing import leads as book
from contact_center.adapters.sql.dialing import promises
from contact_center.adapters.sql.dialing.leads import NEVER, chunks
from contact_center.adapters.sql.dialing.tables import lead_numbers
from dialer.asking import shown_to
from dialer.attempt import Source
from dialer.campaign import CampaignSettings, Mode
from dialer.lead import Lead, LeadNumber, LeadState
from dialer.policy import Facts, GateVerdict, Policy

Gate = Callable[..., GateVerdict]
"""`dialer.gate.check`."""
Refused = Mapping[str, Mapping[str, GateVerdict]]
"""Verdicts by lead and number."""

_SOURCES = {
    Mode.PREVIEW: Source.PREVIEW,
    Mode.MANUAL: Source.MANUAL,
    Mode.AGENTLESS: Source.AGENTLESS,
}
_AGENT_FIRST = (Mode.PREVIEW, Mode.MANUAL, Mode.PROGRESSIVE)
"""Modes in which an agent may be kept for the call; whether one is, is known when it is opened."""


def screen(
    connection: Connection,
    campaign: CampaignSettings,
    claimed: Sequence[Lead],
    policies: Sequence[Policy],
    gate: Gate,
    now: int,
) -> list[Lead]:
    """Keep those of the claimed leads that might be called now, with the numbers they might be
    called at; move the others on.
    """
    asked = {
        (lead.lead, number.number): known.whom(lead.party, number.number, lead.list)
        for lead in claimed
        for number in lead.numbers
        if not number.dead
    }
    everything = list(set(asked.values()))
    facts = known.load(connection, everything, campaign, now, "", known.horizon_us(policies))
    kept: list[Lead] = []
    refused: dict[str, dict[str, GateVerdict]] = {}
    for lead in claimed:
        no: dict[str, GateVerdict] = {}
        for number in lead.numbers:
            of = asked.get((lead.lead, number.number))
            if of is not None:
                verdict = _asked(gate, campaign, lead, number, policies, facts[of], now)
                if not _might_pass(verdict):
                    no[number.number] = verdict
        left = tuple(each for each in lead.numbers if each.number not in no)
        if no:
            refused[lead.lead] = no
        if any(not each.dead for each in left):
            kept.append(replace(lead, numbers=left))
        else:
            refused.setdefault(lead.lead, {})
    staying = {lead.lead for lead in kept}
    block(connection, refused)
    move_on(connection, {n: v for n, v in refused.items() if n not in staying}, now)
    return kept


def _asked(
    gate: Gate,
    campaign: CampaignSettings,
    lead: Lead,
    number: LeadNumber,
    policies: Sequence[Policy],
    facts: Facts,
    now: int,
) -> GateVerdict:
    promised = lead.callback is not None
    return gate(
        number,
        lead.party,
        campaign,
        policies,
        facts,
        now,
        Source.CALLBACK if promised else _SOURCES.get(campaign.mode, Source.AUTO),
        guaranteed_agent=promised or campaign.mode in _AGENT_FIRST,
        caller_id=shown_to(campaign, lead, number, now),
    )


def _might_pass(verdict: GateVerdict) -> bool:
    """Which number is shown is chosen when the attempt is opened."""
    return all(reason.startswith("caller_id") for reason in verdict.reasons)


def block(connection: Connection, refused: Refused) -> None:
    """Do not ask about these numbers of these leads before their verdicts say so."""
    rows = [
        {
            "of": lead,
            "at": number,
            "until": NEVER if verdict.next_at is None else verdict.next_at,
        }
        for lead, verdicts in refused.items()
        for number, verdict in verdicts.items()
    ]
    change = update(lead_numbers).where(
        lead_numbers.c.lead == bindparam("of"), lead_numbers.c.number == bindparam("at")
    )
    if rows:
        connection.execute(change.values(blocked_until=bindparam("until")), rows)


def move_on(connection: Connection, refused: Refused, now: int) -> None:
    """Move leads on whose numbers were refused: to when one of them may pass, or to an end.

    Suppressed when that is what stands against a number; else somebody has to look.
    """
    next_at = _next_at(connection, list(refused))
    together: dict[tuple[LeadState, int | None, tuple[str, ...]], list[str]] = defaultdict(list)
    for lead, verdicts in refused.items():
        at = next_at.get(lead, NEVER)
        reasons = tuple(dict.fromkeys(r for each in verdicts.values() for r in each.reasons))
        reasons = reasons or ("no_number",)
        if at < NEVER:
            together[LeadState.OPEN, max(at, now + 1), reasons].append(lead)
        elif any(reason.startswith("suppressed") for reason in reasons):
            together[LeadState.SUPPRESSED, None, reasons].append(lead)
        else:
            together[LeadState.PARKED, None, reasons].append(lead)
    for (state, due_at, reasons), names in together.items():
        book.move(connection, names, state, due_at, refused=list(reasons), refused_at=now)
        for name in book.promises(connection, names):
            if due_at is not None:
                promises.put_off(connection, name, due_at)
            else:
                promises.failed(connection, name, now, "refused: " + ", ".join(reasons))


def _next_at(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    """When the first of each lead's numbers may be asked about; `NEVER` without any."""
    alive = case((lead_numbers.c.dead, NEVER), else_=lead_numbers.c.blocked_until)
    found: dict[str, int] = {}
    for part in chunks(names):
        query = (
            select(lead_numbers.c.lead, func.min(alive))
            .where(lead_numbers.c.lead.in_(part))
            .group_by(lead_numbers.c.lead)
        )
        found |= {row[0]: row[1] for row in connection.execute(query)}
    return found

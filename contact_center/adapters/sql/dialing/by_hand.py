"""What a person does to one lead: puts it on a list to call it at once, or opens it again."""

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from contact_center.adapters.sql.audit import Tidy
from contact_center.adapters.sql.dialing import campaigns
from contact_center.adapters.sql.dialing import leads as book
from contact_center.adapters.sql.dialing.tables import lead_numbers, leads, lists
from dialer.ids import CampaignId, LeadId, ListId, PartyId
from dialer.lead import LeadNumber, LeadState

_ENDS = (LeadState.DONE, LeadState.EXHAUSTED, LeadState.PARKED, LeadState.SUPPRESSED)


def add(
    connection: Connection, list_: ListId, party: PartyId, number: LeadNumber, name: str, now: int
) -> LeadId:
    """Put a number on a list, unless a lead by this name is there; give the lead's name.

    It is not due by itself: nobody but who asks for it calls it. The list is made if there is none.
    """
    lead = LeadId(f"hand-{list_}-{number.number.removeprefix('+')}")
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(make(lists).on_conflict_do_nothing(), {"list": list_, "created_at": now})
    connection.execute(
        make(leads).on_conflict_do_nothing(),
        {
            "lead": lead,
            "list": list_,
            "party": party,
            "bucket": book.bucket_of(party),
            "state": LeadState.DONE.value,
            "name": name,
            "added_at": now,
        },
    )
    connection.execute(
        make(lead_numbers).on_conflict_do_nothing(),
        {
            "lead": lead,
            "number": number.number,
            "rank": number.rank,
            "kind": number.kind.value,
            "label": number.label,
            "zones": list(number.zones),
            "region": number.region,
        },
    )
    return lead


def reopen(connection: Connection, lead: LeadId, by: str, why: str, now: int, tidy: Tidy) -> bool:
    """Open a lead that is at an end, and ask about its numbers anew; say whether it was at one.

    What suppressed its party goes on doing so: that is lifted by itself.
    """
    row = connection.execute(
        select(leads.c.state).where(leads.c.lead == lead).with_for_update()
    ).one_or_none()
    if row is None or row.state not in [state.value for state in _ENDS]:
        return False
    book.move(connection, [lead], LeadState.OPEN, now)
    mine = update(lead_numbers).where(lead_numbers.c.lead == lead)
    connection.execute(mine.values(blocked_until=0))
    nobody = CampaignId("")
    campaigns.audit(connection, nobody, by, f"lead {lead}", row.state, "open", why, now, tidy)
    return True

"""Leads: rows into what a dialer claims, and the ways a lead's row is moved.

Whoever changes how a lead stands does it here, so that `ready` and `version` stay true.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from zlib import crc32

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Update,
    bindparam,
    case,
    literal_column,
    select,
    update,
)

from contact_center.adapters.sql.dialing.tables import attempts, callbacks, lead_numbers, leads
from dialer.attempt import Verdict
from dialer.campaign import CampaignSettings
from dialer.day_parts import NOT_TRIED
from dialer.ids import AgentId, AttemptId, LeadId, ListId, PartyId
from dialer.lead import Callback, Lead, LeadNumber, LeadState, NumberKind
from dialer.recycling import SKIPPED

BUCKETS = 10_000
NEVER = 1 << 62
"""An instant that does not come."""
LIVE_CALLBACK = ("scheduled", "due", "dialling")
# Written out, not parameters: a partial index is used only where the query is seen to imply it.
IS_LIVE = callbacks.c.state.in_([literal_column(f"'{state}'") for state in LIVE_CALLBACK])
IS_HELD = leads.c.state.in_([literal_column("'claimed'"), literal_column("'dialling'")])
_CHUNK = 5_000
"""Names in one query, at most: databases bound the number of parameters."""
_TRIED_AT = 12
_NOT_TRIED = frozenset(verdict.value for verdict in NOT_TRIED)


def bucket_of(party: str) -> int:
    """Give the bucket of a party, 0 to `BUCKETS` - 1: the same for all of its leads, for ever."""
    return crc32(party.encode()) % BUCKETS


def held_out(campaign: CampaignSettings, party: str) -> bool:
    """Say whether a party is in the arm of a campaign that is never called.

    Parties, not leads, are drawn: a call to one lead of a household would treat the others too.
    """
    bound = round(campaign.holdout * BUCKETS)
    return (bucket_of(party) + _turn(campaign)) % BUCKETS < bound


def may_be_called(campaign: CampaignSettings) -> ColumnElement[bool] | None:
    """Make the condition that a lead is not held out; None when nobody is."""
    bound = round(campaign.holdout * BUCKETS)
    if bound <= 0:
        return None
    return (leads.c.bucket + _turn(campaign)) % BUCKETS >= bound


def _turn(campaign: CampaignSettings) -> int:
    """Campaigns hold out different people."""
    return crc32(campaign.campaign.encode()) % BUCKETS


def chunks(names: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Cut into parts that fit into a query."""
    for start in range(0, len(names), _CHUNK):
        yield names[start : start + _CHUNK]


def load(connection: Connection, rows: Sequence[Row[Any]], now: int) -> list[Lead]:
    """Make leads of rows of `leads`, in their order, with numbers, history and promises.

    Numbers that the gate has refused until later than `now` are left out.
    """
    names = [row.lead for row in rows]
    numbers = numbers_of(connection, names, now)
    outcomes, tried_at = _history(connection, names)
    promised = promises(connection, names)
    return [
        Lead(
            lead=LeadId(row.lead),
            party=PartyId(row.party),
            list=ListId(row.list),
            token=row.version,
            numbers=tuple(numbers.get(row.lead, ())),
            name=row.name,
            language=row.language,
            fields=row.fields,
            priority=row.priority,
            odds=float(row.odds),
            tried=row.tried,
            outcomes=outcomes.get(row.lead, {}),
            tried_at=tuple(tried_at.get(row.lead, ())),
            due_at=row.due_at,
            last_attempt=None if row.last_attempt is None else AttemptId(row.last_attempt),
            last_disposition=row.last_disposition,
            callback=promised.get(row.lead),
        )
        for row in rows
    ]


def numbers_of(
    connection: Connection, names: Sequence[str], now: int | None = None
) -> dict[str, list[LeadNumber]]:
    """Give leads' numbers by rank; with `now`, those that may be asked about then."""
    found: dict[str, list[LeadNumber]] = defaultdict(list)
    for part in chunks(names):
        query = (
            select(lead_numbers)
            .where(lead_numbers.c.lead.in_(part))
            .order_by(lead_numbers.c.lead, lead_numbers.c.rank, lead_numbers.c.number)
        )
        if now is not None:
            query = query.where(lead_numbers.c.blocked_until <= now)
        for row in connection.execute(query):
            found[row.lead].append(number_from(row))
    return found


def number_from(row: Row[Any]) -> LeadNumber:
    """Make a number of a row of `lead_numbers`."""
    return LeadNumber(
        number=row.number,
        rank=row.rank,
        kind=NumberKind(row.kind),
        label=row.label,
        zones=tuple(row.zones),
        region=row.region,
        attempts=row.attempts,
        dead=row.dead,
    )


def _history(
    connection: Connection, names: Sequence[str]
) -> tuple[dict[str, Mapping[str, int]], dict[str, list[int]]]:
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    tried_at: dict[str, list[int]] = defaultdict(list)
    columns = ("lead", "verdict", "cause", "disposition", "opened_at", "sampled")
    for part in chunks(names):
        query = (
            select(*(attempts.c[name] for name in columns))
            .where(attempts.c.lead.in_(part))
            .order_by(attempts.c.opened_at.desc())
        )
        for lead, verdict, cause, disposition, opened_at, sampled in connection.execute(query):
            if sampled and not disposition:
                outcomes[lead][Verdict.MACHINE.value] += 1  # as `after_verdict` has it
            elif verdict:
                outcomes[lead][SKIPPED if cause.startswith(SKIPPED) else verdict] += 1
            if disposition:
                outcomes[lead][f"disposition:{disposition}"] += 1
            if verdict not in _NOT_TRIED and len(tried_at[lead]) < _TRIED_AT:
                tried_at[lead].append(opened_at)
    return {lead: dict(counts) for lead, counts in outcomes.items()}, tried_at


def promises(connection: Connection, names: Sequence[str]) -> dict[str, Callback]:
    """Give the promises to leads that are not kept yet."""
    found: dict[str, Callback] = {}
    for part in chunks(names):
        query = select(callbacks).where(callbacks.c.lead.in_(part), IS_LIVE)
        for row in connection.execute(query):
            found[row.lead] = promise_from(row)
    return found


def promise_from(row: Row[Any]) -> Callback:
    """Make a promise of a row of `callbacks`."""
    return Callback(
        lead=LeadId(row.lead),
        due_at=row.due_at,
        local=row.local,
        zone=row.zone,
        number=row.number,
        agent=None if row.agent is None else AgentId(row.agent),
        fallback_us=row.fallback_us,
        note=row.note,
    )


_HELD = select(leads).where(leads.c.lead == bindparam("of")).with_for_update()


def locked(connection: Connection, lead: str) -> Row[Any] | None:
    """Read a lead and keep others from changing it until the transaction is over."""
    return connection.execute(_HELD, {"of": lead}).one_or_none()


def move(
    connection: Connection,
    names: Iterable[str],
    state: LeadState,
    due_at: int | None = None,
    **more: Any,
) -> None:
    """Put leads into a state in which nobody holds them; every claim of them is void from now on.

    ``due_at``: None keeps what it is.
    """
    values: dict[str, Any] = {"state": state.value, **more}
    if due_at is not None:
        values["due_at"] = due_at
    change = _moved(tuple(values))
    told = {f"to_{name}": value for name, value in values.items()}
    for part in chunks(list(names)):
        connection.execute(change, {"names": part, **told})


@lru_cache(maxsize=64)
def _moved(given: tuple[str, ...]) -> Update:
    """Make the change of `move`, once for each set of columns: that takes longer than the move."""
    return (
        update(leads)
        .where(leads.c.lead.in_(bindparam("names", expanding=True)))
        .values(
            {
                "ready": 0,
                "version": leads.c.version + 1,
                "lease_until": None,
                "claimed_by": "",
                "was": LeadState.OPEN.value,
                **{name: bindparam(f"to_{name}") for name in given},
            }
        )
    )


def give_back(connection: Connection, names: Iterable[str], due_at: int | None = None) -> None:
    """Put claimed leads back into the state they were claimed in, ready unless `due_at` is said."""
    open_ = leads.c.was == LeadState.OPEN.value
    values: dict[str, Any] = {
        "state": leads.c.was,
        "ready": 0 if due_at is not None else case((open_, 1), else_=0),
        "version": leads.c.version + 1,
        "lease_until": None,
        "claimed_by": "",
        "was": LeadState.OPEN.value,
    }
    if due_at is not None:
        values["due_at"] = due_at
    for part in chunks(list(names)):
        connection.execute(update(leads).where(leads.c.lead.in_(part)).values(values))

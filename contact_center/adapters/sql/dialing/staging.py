"""The rows of an import, a batch at a time: what each is to the list, and its lead put aside.

New leads are written where they will stay, in the state ``staged``, in which nobody else knows
them. What is new of leads that are there waits in ``import_rows``. So nothing of a file is seen
before all of it has been read, and memory holds one batch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, insert, or_, select

from contact_center.adapters.sql.dialing.bulk import among, as_json, put
from contact_center.adapters.sql.dialing.facts import INTERNAL
from contact_center.adapters.sql.dialing.filters import STAGED
from contact_center.adapters.sql.dialing.leads import bucket_of
from contact_center.adapters.sql.dialing.tables import (
    import_rows,
    lead_numbers,
    leads,
    lists,
    parties,
    suppressions,
)
from dialer.ids import ListId
from dialer.lead import LeadNumber, NumberKind
from dialer.list_definition import DuplicateScope
from dialer.list_row import BadRow, LeadRow, Remark, Row, RowVerdict

SUPPRESSED_AFTERWARDS = -1
"""``ready`` of a staged lead that becomes suppressed instead of open when it is switched in."""
_ENDED = frozenset({"done", "exhausted", "suppressed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Where a batch belongs. ``beside``: the other lists of the campaign, for that scope."""

    run: str
    list: ListId
    scope: DuplicateScope
    beside: tuple[ListId, ...] = ()
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a row, and why."""

    row: int
    line: int
    verdict: RowVerdict
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class _There:
    lead: str
    list: str
    state: str
    party: str


def stage(connection: Connection, batch: Batch, rows: Sequence[Row]) -> list[Verdict]:
    """Put a batch of rows aside; the same rows staged twice are duplicates of themselves."""
    known = _Known(connection, batch, [row for row in rows if isinstance(row, LeadRow)])
    made = _Made()
    verdicts = [
        Verdict(row=row.row, line=row.line, verdict=RowVerdict.REJECTED, remarks=row.remarks)
        if isinstance(row, BadRow)
        else _decide(row, batch, known, made)
        for row in rows
    ]
    made.write(connection)
    return verdicts


def _decide(row: LeadRow, batch: Batch, known: "_Known", made: "_Made") -> Verdict:
    party, kind = known.party_of(row)
    there = known.here(row)
    if there is not None and (there.state == STAGED or there.lead in known.updated):
        return _told(row, RowVerdict.DUPLICATE, "in_file", "remove one of the two rows")
    elsewhere = None if there is not None else known.elsewhere(row)
    if elsewhere is not None:
        mend = f'it is in the list "{elsewhere}": remove it there, or leave it out here'
        return _told(row, RowVerdict.DUPLICATE, "in_list", mend)
    allowed = known.allowed(row.numbers)
    if there is not None:
        return _update(row, batch, there, allowed, known, made)
    suppressed = not allowed or known.is_party_suppressed(party)
    numbers = row.numbers if suppressed else allowed
    lead = f"{batch.run}.{row.row:07}"
    made.parties[party] = (party, kind, row.household or row.key, batch.now)
    made.leads.append(
        (
            *(lead, batch.list, party, STAGED, SUPPRESSED_AFTERWARDS if suppressed else 0),
            *(row.priority, bucket_of(party), row.name, row.language, as_json(row.fields)),
            *(row.key, batch.now),
        )
    )
    for n in numbers:
        made.numbers.append(
            (lead, n.number, n.rank, _KINDS[n.kind], n.label, _zones(n.zones), n.region)
        )
    known.add(row, _There(lead, batch.list, STAGED, party))
    if suppressed:
        return _told(row, RowVerdict.SUPPRESSED, "suppressed", "nothing: nobody is called there")
    return _imported(row, RowVerdict.IMPORTED, len(numbers))


def _update(
    row: LeadRow,
    batch: Batch,
    there: _There,
    allowed: tuple[LeadNumber, ...],
    known: "_Known",
    made: "_Made",
) -> Verdict:
    known.updated.add(there.lead)
    made.updates.append(
        {
            "run": batch.run,
            "row": row.row,
            "verdict": RowVerdict.UPDATED.value,
            "lead": there.lead,
            "party": there.party,
            "key": row.key,
            "body": {
                "name": row.name,
                "language": row.language,
                "priority": row.priority,
                "fields": row.fields,
                "numbers": [number_row(there.lead, number) for number in allowed],
            },
        }
    )
    if there.state in _ENDED:
        mend = f"nothing: it is {there.state} and stays so, its fields are as in the file"
        return _told(row, RowVerdict.UPDATED, "kept", mend)
    return _imported(row, RowVerdict.UPDATED, len(allowed))


def _told(row: LeadRow, verdict: RowVerdict, code: str, mend: str) -> Verdict:
    remarks = (Remark(code=code, mend=mend), *row.remarks)
    return Verdict(row=row.row, line=row.line, verdict=verdict, remarks=remarks)


def _imported(row: LeadRow, verdict: RowVerdict, kept: int) -> Verdict:
    remarks = row.remarks
    if kept < len(row.numbers):
        mend = f"nothing: {len(row.numbers) - kept} of its numbers may not be called"
        remarks = (*remarks, Remark(code="suppressed", mend=mend))
    return Verdict(row=row.row, line=row.line, verdict=verdict, remarks=remarks)


def _ranked(numbers: Iterable[LeadNumber]) -> tuple[LeadNumber, ...]:
    return tuple(
        number if number.rank == rank else replace(number, rank=rank)
        for rank, number in enumerate(numbers, 1)
    )


def number_row(lead: str, number: LeadNumber) -> dict[str, Any]:
    """Make a row of ``lead_numbers``, of what a file says about a number."""
    return {
        "lead": lead,
        "number": number.number,
        "rank": number.rank,
        "kind": number.kind.value,
        "label": number.label,
        "zones": list(number.zones),
        "region": number.region,
    }


def party_id(kind: str, key: str) -> str:
    """Name a party by what it is recognised by: the same everywhere, and no personal data."""
    return f"{kind}-{blake2b(key.encode(), digest_size=10).hexdigest()}"


_PARTIES = ("party", "kind", "key", "created_at")
_LEADS = (
    *("lead", "list", "party", "state", "ready", "priority", "bucket", "name", "language"),
    *("fields", "external_key", "added_at"),
)
_KINDS = {kind: kind.value for kind in NumberKind}
_NUMBERS = ("lead", "number", "rank", "kind", "label", "zones", "region")


class _Made:
    """What a batch adds, as rows of the columns above."""

    def __init__(self) -> None:
        self.parties: dict[str, tuple[Any, ...]] = {}
        self.leads: list[tuple[Any, ...]] = []
        self.numbers: list[tuple[Any, ...]] = []
        self.updates: list[dict[str, Any]] = []

    def write(self, connection: Connection) -> None:
        # In the order of their index: neighbours are on the same page.
        of_parties = sorted(self.parties.values())
        put(connection, parties, _PARTIES, of_parties, unless_there=True)
        put(connection, leads, _LEADS, self.leads)
        put(connection, lead_numbers, _NUMBERS, self.numbers)
        if self.updates:
            connection.execute(insert(import_rows), self.updates)


@lru_cache(maxsize=4096)
def _zones(zones: tuple[str, ...]) -> str:
    return as_json(zones)


class _Known:
    """What the database knows about a batch's numbers, keys and parties, and the batch itself."""

    def __init__(self, connection: Connection, batch: Batch, rows: Sequence[LeadRow]) -> None:
        self._batch = batch
        self._parties: dict[tuple[str, str], str] = {}
        self._by_key: dict[str, _There] = {}
        self._by_number: dict[str, list[_There]] = {}
        self._elsewhere: dict[str, list[_There]] = {}
        self._beside = frozenset(_beside(connection, batch))
        numbers = list({number.number for row in rows for number in row.numbers})
        self._read_numbers(connection, numbers)
        self._read_keys(connection, list({row.key for row in rows if row.key}))
        of_rows = list({self.party_of(row)[0] for row in rows})
        self._suppressed = _suppressed(connection, batch, "number", numbers)
        self._suppressed_parties = _suppressed(connection, batch, "party", of_rows)
        self._prefixes = tuple(_suppressed(connection, batch, "prefix", None))
        self.updated: set[str] = set()
        there = [each.lead for each in self._in_list()]
        if there:
            query = select(import_rows.c.lead).where(
                import_rows.c.run == batch.run, among(connection, import_rows.c.lead, there)
            )
            self.updated.update(connection.execute(query).scalars())

    def add(self, row: LeadRow, there: _There) -> None:
        """Know a row of the batch too."""
        if row.key:
            self._by_key[row.key] = there
        for number in row.numbers:
            self._by_number.setdefault(number.number, []).append(there)

    def party_of(self, row: LeadRow) -> tuple[str, str]:
        """Give a row's party and its kind: by household, by key, or by its numbers."""
        if row.household:
            return self._party_id("h", row.household), "household"
        if row.key:
            return self._party_id("p", row.key), "person"
        for number in row.numbers:
            for there in self._by_number.get(number.number, ()):
                return there.party, "person"
        return self._party_id("n", row.numbers[0].number), "person"

    def _party_id(self, kind: str, key: str) -> str:
        name = self._parties.get((kind, key))
        if name is None:
            name = self._parties[kind, key] = party_id(kind, key)
        return name

    def here(self, row: LeadRow) -> _There | None:
        """Find the row's lead in its own list: by its key, or without one by any number."""
        if row.key:
            return self._by_key.get(row.key)
        for number in row.numbers:
            for there in self._by_number.get(number.number, ()):
                if there.list == self._batch.list:
                    return there
        return None

    def elsewhere(self, row: LeadRow) -> str | None:
        """Find a list within the scope of duplicates that has the lead already."""
        found = self._elsewhere.get(row.key, []) if row.key else self._of_numbers(row)
        for there in found:
            if there.list in self._beside and there.list != self._batch.list:
                return there.list
        return None

    def _of_numbers(self, row: LeadRow) -> list[_There]:
        return [t for n in row.numbers for t in self._by_number.get(n.number, ())]

    def allowed(self, numbers: tuple[LeadNumber, ...]) -> tuple[LeadNumber, ...]:
        """Give those numbers at which somebody may be called, ranked anew."""
        if not self._suppressed and not self._prefixes:
            return numbers
        kept = [each for each in numbers if not self._is_suppressed(each.number)]
        return numbers if len(kept) == len(numbers) else _ranked(kept)

    def _is_suppressed(self, number: str) -> bool:
        return number in self._suppressed or number.startswith(self._prefixes)

    def is_party_suppressed(self, party: str) -> bool:
        """Say whether a party may not be called."""
        return party in self._suppressed_parties

    def _in_list(self) -> list[_There]:
        of_numbers = [each for there in self._by_number.values() for each in there]
        known = [*self._by_key.values(), *of_numbers]
        return [each for each in known if each.list == self._batch.list]

    def _read_numbers(self, connection: Connection, numbers: Sequence[str]) -> None:
        columns = (leads.c.lead, leads.c.list, leads.c.state, leads.c.party)
        query = (
            select(lead_numbers.c.number, *columns)
            .join(leads, leads.c.lead == lead_numbers.c.lead)
            .where(among(connection, lead_numbers.c.number, numbers))
            .order_by(leads.c.lead)
        )
        for number, *rest in connection.execute(query):
            self._by_number.setdefault(number, []).append(_There(*rest))

    def _read_keys(self, connection: Connection, keys: Sequence[str]) -> None:
        columns = (leads.c.lead, leads.c.list, leads.c.state, leads.c.party)
        of_lists = list({self._batch.list, *self._beside})
        query = select(leads.c.external_key, *columns).where(
            leads.c.list.in_(of_lists), among(connection, leads.c.external_key, keys)
        )
        for key, *rest in connection.execute(query):
            there = _There(*rest)
            if there.list == self._batch.list:
                self._by_key[key] = there
            else:
                self._elsewhere.setdefault(key, []).append(there)


def _beside(connection: Connection, batch: Batch) -> Sequence[str]:
    if batch.scope is DuplicateScope.LIST:
        return ()
    if batch.scope is DuplicateScope.CAMPAIGN:
        return batch.beside
    return connection.execute(select(lists.c.list)).scalars().all()


def _suppressed(
    connection: Connection, batch: Batch, kind: str, values: Sequence[str] | None
) -> set[str]:
    """Give those who asked not to be called by anybody, or for the list; None asks for all.

    Not those of lists from outside, which a consent may overrule, and not those of sellers and
    campaigns, which are not known here: the gate knows them all before every call.
    """
    query = select(suppressions.c.value).where(
        suppressions.c.kind == kind,
        suppressions.c.source == INTERNAL,
        suppressions.c.lifted_at.is_(None),
        or_(suppressions.c.until.is_(None), suppressions.c.until > batch.now),
        or_(
            suppressions.c.scope == "global",
            (suppressions.c.scope == "list") & (suppressions.c.whose == batch.list),
        ),
    )
    if values is None:
        return set(connection.execute(query).scalars())
    asked = query.where(among(connection, suppressions.c.value, values))
    return set(connection.execute(asked).scalars())

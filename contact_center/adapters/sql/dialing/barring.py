"""Storage's door for who may not be called: suppressions, consents, reassigned numbers."""

from collections.abc import Iterable
from functools import partial
from itertools import islice

from contact_center.adapters.sql.dialing import consents, suppressions
from contact_center.adapters.sql.dialing.suppressions import BATCH, Suppression
from contact_center.adapters.sql.dialing.transactions import Transactions
from dialer.consent import ConsentRecord
from dialer.ids import PartyId

_PART = 10 * BATCH
"""Entries of a file in one transaction: attempts are opened between."""


class Barring(Transactions):
    """Each method raises SuppressionError for what makes no sense, and then writes nothing."""

    async def suppress(self, entry: Suppression, now: int) -> None:
        """Suppress; every attempt that is opened after this returns is refused."""
        await self._write(partial(suppressions.add, entries=[entry], now=now))

    async def unsuppress(self, entry: Suppression, by: str, why: str, now: int) -> bool:
        """Lift one entry, by a person who says why; say whether it held.

        The row stays, and leads that ended by it stay ended: a person opens them (`reopen`).
        """
        return await self._write(partial(suppressions.lift, entry=entry, by=by, why=why, now=now))

    async def import_suppressions(
        self,
        entries: Iterable[Suppression],
        source: str,
        listed_at: int,
        now: int,
        *,
        by: str,
        digest: str = "",
        whole: bool = False,
    ) -> int:
        """Bring a list from outside in; return how many entries it has.

        ``listed_at``: the date of the list, by which it gets stale. ``whole``: what is not in it
        any more is lifted. The scrub is noted last: an import that fell over can be done again, and
        until then calls that need it are refused.
        """
        left = iter(entries)
        came = 0
        while part := list(islice(left, _PART)):
            wrong = next((entry for entry in part if entry.source != source), None)
            if wrong is not None:
                raise suppressions.SuppressionError(f"an entry of {wrong.source!r} in {source!r}")
            came += await self._write(
                partial(suppressions.add, entries=part, now=now, seen_at=listed_at)
            )
        if whole:
            await self._write(
                partial(suppressions.drop_missing, source=source, at=listed_at, by=by, now=now)
            )
        await self._write(
            partial(
                suppressions.scrubbed,
                source=source,
                at=listed_at,
                entries=came,
                by=by,
                digest=digest,
                now=now,
            )
        )
        return came

    async def suppressions_of(self, kind: str, value: str) -> list[suppressions.Kept]:
        """Give every entry on a number, party or prefix, lifted ones too."""
        return await self._read(partial(suppressions.kept, kind=kind, value=value))

    async def consent(self, record: ConsentRecord, by: str, now: int) -> None:
        """Note a consent, or (``revoked``) that one was taken back."""
        await self._write(partial(consents.note, records=[record], by=by, now=now))

    async def import_consents(self, records: Iterable[ConsentRecord], by: str, now: int) -> None:
        """Note many; none that was taken back since stands again."""
        left = iter(records)
        while part := list(islice(left, _PART)):
            await self._write(partial(consents.note, records=part, by=by, now=now))

    async def consents_of(self, party: PartyId) -> list[ConsentRecord]:
        """Give everything a party ever said, oldest first."""
        return await self._read(partial(consents.of, party=party))

    async def rnd_answer(self, number: str, answer: str, at: int, by: str) -> None:
        """Keep what a database of reassigned numbers said: ``yes``, ``no`` or ``no_data``."""
        await self._write(partial(consents.note_owner, number=number, answer=answer, at=at, by=by))

"""What is long over, read back: offers from the facts of their calls, and what was recorded."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import told_as_unavailable
from contact_center.adapters.sql.fact_json import fact_from
from contact_center.adapters.sql.tables import events, recordings, script_steps
from contact_center.core.facts import AgentOffered, CallConnected, OfferEnded, OfferResult
from contact_center.core.ids import (
    RecordingId,
    ReservationId,
    agent_leg,
    call_of_leg,
    call_of_recording,
)

_TELL = (AgentOffered.__name__, OfferEnded.__name__, CallConnected.__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferOnRecord:
    """An offer as it was made, and how it ended; None when no end is on record."""

    made: AgentOffered
    result: OfferResult | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Where in a recording it is that words of a disclosure were said: from, to (microseconds)."""

    recording: str
    disclosure: str
    from_us: int
    to_us: int


class Past:
    """Reads what was written before, by this process or an earlier one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def offer(self, name: ReservationId) -> OfferOnRecord | None:
        """Find an offer; None when there was none. Raises DatabaseUnavailableError."""
        with told_as_unavailable(self._database.url):
            return await self._database.read(lambda connection: _offer(connection, name))

    async def recording(self, name: RecordingId) -> str | None:
        """Say where the network has a recording; None when there was none.

        Raises DatabaseUnavailableError.
        """
        query = select(recordings.c.url).where(
            recordings.c.call == call_of_recording(name), recordings.c.recording == name
        )
        with told_as_unavailable(self._database.url):
            url: str | None = await self._database.read(lambda c: c.execute(query).scalar())
        return url

    async def recordings(self, most: int) -> list[tuple[str, str, str, str, int, int]]:
        """List so many recordings, newest first: name, call, kind, box, when (microseconds), ms.

        Raises DatabaseUnavailableError.
        """
        r = recordings.c
        query = (
            select(r.recording, r.call, r.kind, r.box, r.at, r.ms)
            .order_by(r.at.desc(), r.recording)
            .limit(most)
        )
        with told_as_unavailable(self._database.url):
            rows = await self._database.read(lambda c: c.execute(query).all())
        return [(*map(str, row[:4]), row[4], row[5]) for row in rows]

    async def said_in(self, calls: Collection[str]) -> list[Said]:
        """List where disclosures were said in the recordings of calls, in order.

        Raises DatabaseUnavailableError.
        """
        s = script_steps.c
        query = (
            select(s.recording, s.disclosure, s.recording_us, s.recorded_us)
            .where(s.call.in_(sorted(calls)), s.recording.is_not(None))
            .order_by(s.recording, s.recording_us)
        )
        with told_as_unavailable(self._database.url):
            rows = await self._database.read(lambda c: c.execute(query).all())
        return [
            Said(recording=name, disclosure=what, from_us=end - long, to_us=end)
            for name, what, end, long in rows
        ]


def _offer(connection: Connection, name: ReservationId) -> OfferOnRecord | None:
    # The name of an offer says of which call: the primary key finds it, no index is needed.
    call = call_of_leg(agent_leg(name))
    query = (
        select(events.c.kind, events.c.body)
        .where(events.c.call == call, events.c.kind.in_(_TELL))
        .order_by(events.c.seq)
    )
    made: AgentOffered | None = None
    result: OfferResult | None = None
    for kind, body in connection.execute(query):
        match fact_from(kind, body):
            case AgentOffered() as fact if fact.reservation == name:
                made = made or fact
            case OfferEnded() as fact if fact.reservation == name:
                result = fact.result
            # Not every offer that was taken has an end of its own.
            case CallConnected() as fact if fact.reservation == name:
                result = result or OfferResult.CONNECTED
            case _:
                pass
    return OfferOnRecord(made=made, result=result) if made is not None else None

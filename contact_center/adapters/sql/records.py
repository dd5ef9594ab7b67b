"""Keeping what happened: facts in, rows out."""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from typing import ClassVar

from contact_center.adapters.sql.call_store import CallStore, Kept
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.e164 import e164
from contact_center.adapters.sql.writer import Writer, WriterSettings
from contact_center.core.facts import CallFact, CallStarted, Fact
from contact_center.core.ids import CallId

_CALLS_KNOWN = 50_000
"""Bound on calls whose caller's number is remembered, oldest forgotten first."""
_ANYBODY = ""
"""Stands for the number of a call that is not remembered."""


class CallRecords(Writer[Kept]):
    """The fact sink that fills the tables.

    Facts of calls and of agents are kept; queue states, answers to requests and the state of
    providers are not history and pass by. ``start`` before use, ``close`` to flush.
    """

    elsewhere: ClassVar[str] = "the journal still has them"

    def __init__(
        self, database: Database, region: str, settings: WriterSettings | None = None
    ) -> None:
        super().__init__(database, settings)
        self._region = region
        self._store = CallStore(database, region)
        self._number_of: OrderedDict[CallId, str] = OrderedDict()
        self._waiting_of_number: Counter[str] = Counter()
        self._waiting_of_call: Counter[CallId] = Counter()

    def publish(self, facts: Sequence[Fact]) -> None:
        """Take facts. Returns at once; never raises, never blocks, never grows over its bound."""
        self._take([fact for fact in facts if isinstance(fact, Kept)])

    def awaits(self, number: str, but: str = "") -> bool:
        """Say whether a fact about another call from this number is not written yet.

        A lookup of that E.164 number has to wait only then. Calls whose number is not remembered
        count as from anybody, and the call `but`, whose lookup it is, does not count.
        """
        own = self._waiting_of_call[CallId(but)]
        return self._waiting_of_number[number] > own or self._waiting_of_number[_ANYBODY] > 0

    async def _keep(self, batch: Sequence[Kept]) -> int:
        return await self._store.write(batch)

    def _noted(self, one: Kept) -> None:
        if not isinstance(one, CallFact):
            return
        if isinstance(one, CallStarted):
            # Somebody who withholds their number has no history to wait for.
            self._number_of[one.call] = e164(one.ani, self._region) or "withheld"
            if len(self._number_of) > _CALLS_KNOWN:
                self._number_of.popitem(last=False)
        self._waiting_of_number[self._number_of.get(one.call, _ANYBODY)] += 1
        self._waiting_of_call[one.call] += 1

    def _through(self, one: Kept) -> None:
        if not isinstance(one, CallFact):
            return
        number = self._number_of.get(one.call, _ANYBODY)
        self._waiting_of_number[number] -= 1
        if self._waiting_of_number[number] <= 0:
            del self._waiting_of_number[number]
        self._waiting_of_call[one.call] -= 1
        if self._waiting_of_call[one.call] <= 0:
            del self._waiting_of_call[one.call]

"""What storage does about people we may or may not call, and what the live dialer is told of it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from contact_center.adapters.api import people as api
from contact_center.adapters.sql.dialing.looking import Looking
from contact_center.adapters.sql.dialing.store import DialStore
from contact_center.adapters.sql.dialing.suppressions import Suppression, SuppressionError
from contact_center.app.promises import CannotPromiseError, Promises, Wanted
from contact_center.app.storage_away import away_as, for_people
from dialer.campaign import CampaignSettings
from dialer.consent import ConsentRecord
from dialer.errors import NoSuchCampaignError
from dialer.ids import AgentId, CampaignId, LeadId, PartyId
from dialer.messages import Barred, In

_S = 1_000_000


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        with away_as(for_people):
            yield
    except SuppressionError as problem:
        raise api.CannotError(str(problem)) from problem


class DialPeople:
    """Answers the doors. ``tell``: what the live dialer hears at once, not at the next claim."""

    def __init__(
        self,
        store: DialStore,
        looking: Looking,
        campaigns: Callable[[], Mapping[CampaignId, CampaignSettings]],
        tell: Callable[[In], None],
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._looking = looking
        self._campaigns = campaigns
        self._tell = tell
        self._clock = clock
        self.promises = Promises(store, looking, campaigns, clock)

    async def suppress(self, body: api.Suppress, by: str) -> None:
        """Bar somebody; leads at hand are given back, and previews that were not dialled."""
        now = self._clock()
        with _in_our_words():
            await self._store.suppress(_entry(body, by), now)
        if body.kind == "number":
            self._tell(Barred(at=now, number=body.value))
        elif body.kind == "party":
            self._tell(Barred(at=now, party=PartyId(body.value)))

    async def unsuppress(self, body: api.Suppress, by: str) -> bool:
        """Lift an entry."""
        with _in_our_words():
            return await self._store.unsuppress(_entry(body, by), by, body.why, self._clock())

    async def consent(self, body: api.Consent, by: str) -> int:
        """Note what was said by whoever has the number; by the number alone when nobody does."""
        with _in_our_words():
            parties = await self._looking.parties_at(body.number)
            for party in parties or [PartyId(f"number:{body.number}")]:
                record = ConsentRecord(
                    party=party,
                    at=int(body.at * _S),
                    type=body.type,
                    number=body.number,
                    seller=body.seller,
                    channel=body.channel,
                    proof=body.proof,
                    until=int(body.until * _S) if body.until is not None else None,
                    revoked=body.revoked,
                )
                if not body.revoked and not (body.proof and body.seller):
                    raise api.CannotError("a consent has a proof and a seller, or it is none")
                await self._store.consent(record, by, self._clock())
        if body.revoked:
            self._tell(Barred(at=self._clock(), number=body.number))
        return len(parties)

    async def parties_of(self, number: str) -> list[PartyId]:
        """Name every party who has a number, by the lists; by the number alone besides."""
        with _in_our_words():
            found = await self._looking.parties_at(number)
        return [*found, PartyId(f"number:{number}")]

    async def owner(self, body: api.Owner, by: str) -> None:
        """Note what is known of a number's owner."""
        with _in_our_words():
            await self._store.rnd_answer(body.number, body.answer, int(body.at * _S), by)

    async def promise(self, campaign: str, body: api.Promise, by: str) -> dict[str, Any]:
        """Keep a promise to call at a wall time; one that a clock skips is after the gap."""
        settings = self._campaigns().get(CampaignId(campaign))
        if settings is None:
            raise NoSuchCampaignError(campaign)
        wanted = Wanted(
            lead=LeadId(body.lead),
            local=body.local,
            zone=body.zone,
            number=body.number or "",
            agent=AgentId(body.agent) if body.agent is not None else None,
            fallback_us=int(body.fallback_s * _S),
            note=body.note,
        )
        with _in_our_words():
            try:
                name, made = await self.promises.keep(settings, wanted, by)
            except CannotPromiseError as problem:
                raise api.CannotError(str(problem)) from problem
        return {"callback": name, "due_at": made.due_at / _S}

    async def unpromise(self, lead: str, by: str, why: str) -> bool:
        """Take a promise back."""
        with _in_our_words():
            return await self._store.cancel_promise(LeadId(lead), by, why, self._clock())

    async def reopen(self, lead: str, by: str, why: str) -> bool:
        """Open a lead that is at an end."""
        with _in_our_words():
            return await self._store.reopen_lead(LeadId(lead), by, why, self._clock())

    async def tasks(self) -> list[dict[str, Any]]:
        """Give what a person has to look at."""
        with _in_our_words():
            found = await self._store.tasks()
        return [
            {
                "task": task.task,
                "kind": task.kind,
                "campaign": task.campaign,
                "lead": task.lead,
                "at": task.at / _S,
                "why": task.why,
            }
            for task in found
        ]

    async def task_done(self, task: str, by: str) -> bool:
        """Take a task off the list."""
        with _in_our_words():
            return await self._store.task_done(task, by, self._clock())


def _entry(body: api.Suppress, by: str) -> Suppression:
    return Suppression(
        kind=body.kind,
        value=body.value,
        scope=body.scope,
        whose=body.whose,
        reason=body.why,
        by=by,
        until=int(body.until * _S) if body.until is not None else None,
    )

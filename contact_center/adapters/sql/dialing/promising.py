"""Storage's door for callbacks, and for what a person has to look at."""

from functools import partial

from contact_center.adapters.sql.dialing import promises
from contact_center.adapters.sql.dialing.transactions import Transactions
from dialer.ids import CampaignId, LeadId
from dialer.lead import Callback

LATE_US = 30 * 60_000_000


class Promising(Transactions):
    """Callbacks and tasks."""

    async def promise(self, campaign: CampaignId, made: Callback, by: str, now: int) -> str | None:
        """Keep a promise to call, in place of an earlier one; None when the lead may not be."""
        return await self._write(
            partial(promises.promise, campaign=campaign, made=made, by=by, now=now)
        )

    async def cancel_promise(self, lead: LeadId, by: str, why: str, now: int) -> bool:
        """Let a person take a promise back; say whether there was one."""
        return await self._write(partial(promises.cancel, lead=lead, by=by, why=why, now=now))

    async def due_promises(self, campaign: CampaignId, until: int) -> list[promises.Promise]:
        """Give the promises that are due until then, the longest due first."""
        return await self._read(partial(promises.due, campaign=campaign, until=until))

    async def escalate_promises(self, now: int, late_us: int = LATE_US) -> int:
        """Put promises that nobody keeps on the list of tasks; return how many are new there."""
        return await self._write(partial(promises.escalate, now=now, late_us=late_us))

    async def tasks(self, campaign: CampaignId | None = None) -> list[promises.Task]:
        """Give what a person has to look at, oldest first."""
        return await self._read(partial(promises.tasks, campaign=campaign))

    async def task_done(self, task: str, by: str, now: int) -> bool:
        """Take something off the list; say whether it was on it."""
        return await self._write(partial(promises.task_done, name=task, by=by, now=now))

"""The doors to customers of one process, put together, and who looks after late cases."""

import asyncio
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from contact_center.adapters.api.access import Access
from contact_center.adapters.api.customers import CustomerApi
from contact_center.adapters.sql.database import Database
from contact_center.app.api import ApiParts
from contact_center.app.customers import CustomersOf
from contact_center.core.case_clocks import CasePolicy
from contact_center.core.ids import AgentId


class CustomerDoors:
    """Customers behind doors for pages and programs.

    ``policy`` gives what the center's file promises for cases, ``clock`` microseconds UTC.
    """

    def __init__(
        self,
        database: Database,
        api: ApiParts,
        policy: Callable[[], CasePolicy],
        clock: Callable[[], int],
    ) -> None:
        self._api = api
        self._clock = clock
        self.customers = CustomersOf(database, policy, self.has_call, self._region)

    def has_call(self, agent: str, call: str) -> bool:
        """Whether an agent has a call, or wraps it up."""
        known = self._api.center().router.agents.get(AgentId(agent))
        return known is not None and any(job.call == call for job in known.jobs.values())

    def routes(self, pages: Access) -> list[web.AbstractRouteDef]:
        """The doors, for pages of ours and for programs with a token."""
        return [
            *CustomerApi(pages, self._clock, self.customers).routes("/customer/api"),
            *CustomerApi(self._api.access(""), self._clock, self.customers).routes("/api"),
        ]

    async def keep(self, app: web.Application) -> AsyncIterator[None]:
        """Look for cases that are late; for ``cleanup_ctx``."""
        task = asyncio.get_running_loop().create_task(self.customers.escalate(self._clock))
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def _region(self) -> str:
        return self._api.center().configuration.region

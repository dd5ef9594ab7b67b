"""What storage knows of campaigns, as plain data for the API: analysis, plan, evidence, audit."""

from collections.abc import Callable, Mapping
from typing import Any

from contact_center.adapters.sql.dialing.store import DialStore
from dialer.campaign import CampaignSettings
from dialer.errors import NotNowError
from dialer.ids import CampaignId


class DialRecords:
    """Answers from storage; `campaigns` gives those of now."""

    def __init__(
        self,
        store: DialStore,
        campaigns: Callable[[], Mapping[CampaignId, CampaignSettings]],
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._campaigns = campaigns
        self._clock = clock

    async def explain_lead(self, campaign: str | None, lead: str) -> dict[str, Any] | None:
        """Say why a lead is not dialled, or will be."""
        raise NotNowError("not there yet")

    async def analysis(self, campaign: str, since: int, until: int) -> dict[str, Any]:
        """Say what a campaign has achieved."""
        raise NotNowError("not there yet")

    async def plan(self, campaign: str) -> dict[str, Any]:
        """Say how long a campaign will take."""
        raise NotNowError("not there yet")

    async def evidence(self, campaign: str, since: int, until: int) -> bytes:
        """Give the bundle that proves what was done."""
        raise NotNowError("not there yet")

    async def audit(self, campaign: str, since: int) -> list[dict[str, Any]]:
        """Say who changed what."""
        raise NotNowError("not there yet")

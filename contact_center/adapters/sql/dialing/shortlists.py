"""The next leads of lists in an order that no index has: looked up beside the claims, for a while.

Sorting a million leads takes a second, in which nobody else could write. So it is done while others
do, and a claim chooses among the best few thousand. Whether one of them may still be had the claim
finds out itself; only its place in the order may be some seconds old.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from contact_center.adapters.sql.dialing.choosing import Wanted
from contact_center.adapters.sql.dialing.claims import of_list
from dialer.campaign import CampaignSettings, ListShare
from dialer.ids import CampaignId

SHORTLISTED = 3_000
OLD_US = 10_000_000
_BY_INDEX = ((), ("priority",), ("priority", "fresh"))


@dataclass(frozen=True, slots=True)
class _Shortlist:
    settings: CampaignSettings
    made_at: int
    names: Sequence[str]


class Shortlists:
    """One process's shortlists."""

    def __init__(self) -> None:
        self._made: dict[tuple[CampaignId, str], _Shortlist] = {}

    def wanted(self, campaign: CampaignSettings, now: int) -> list[ListShare]:
        """Say which lists have to be looked up before the next claim."""
        return [
            share
            for share in campaign.lists
            if share.on and share.order not in _BY_INDEX and self._old(campaign, share, now)
        ]

    def _old(self, campaign: CampaignSettings, share: ListShare, now: int) -> bool:
        made = self._made.get((campaign.campaign, str(share.list)))
        return (
            made is None
            or made.settings != campaign
            or not made.made_at <= now < made.made_at + OLD_US
        )

    def look_up(
        self,
        connection: Connection,
        campaign: CampaignSettings,
        shares: Sequence[ListShare],
        now: int,
    ) -> None:
        """Look these lists up."""
        wanted = Wanted(connection, campaign)
        for share in shares:
            query = (
                of_list(campaign, share, wanted.conditions)
                .order_by(*wanted.orders[str(share.list)])
                .limit(SHORTLISTED)
            )
            names = [row.lead for row in connection.execute(query)]
            key = (campaign.campaign, str(share.list))
            self._made[key] = _Shortlist(campaign, now, names)

    def of(self, campaign: CampaignSettings, now: int) -> Mapping[str, Sequence[str]]:
        """Give the shortlists that still hold, by list."""
        return {
            str(share.list): self._made[campaign.campaign, str(share.list)].names
            for share in campaign.lists
            if share.order not in _BY_INDEX and share.on and not self._old(campaign, share, now)
        }

    def spent(self, campaign: CampaignSettings) -> None:
        """Look up anew before the next claim: there was not enough in them."""
        for share in campaign.lists:
            self._made.pop((campaign.campaign, str(share.list)), None)

"""Where campaigns stand with every cap: ledgers kept in memory, fed by what changed in storage."""

from collections.abc import Sequence

from sqlalchemy import Connection

from contact_center.adapters.sql.dialing import campaigns
from contact_center.adapters.sql.dialing.evidence import found, ledger_rows
from dialer.campaign import CampaignSettings
from dialer.ids import CampaignId
from dialer.ledger import Ledger, since
from dialer.machine_audit import SPAN_US, estimate
from dialer.pacing import Window
from dialer.policy import Policy

_OVERLAP_US = 120_000_000
"""What changed shortly before we last looked is read again: clocks differ, commits come late."""
_ANEW_US = 6 * 3_600_000_000
"""So often the ledgers are made from nothing, to let go of what no window needs any more."""


class Ledgers:
    """One process's ledgers. What several processes dial is counted, as all of it is stored."""

    def __init__(self) -> None:
        self._ledger: Ledger | None = None
        self._policies: Sequence[Policy] = ()
        self._began: dict[CampaignId, int] = {}
        self._shares: dict[CampaignId, float] = {}
        self._made_at = 0
        self._read_at = 0

    def windows(
        self,
        connection: Connection,
        policies: Sequence[Policy],
        campaign: CampaignSettings,
        now: int,
    ) -> tuple[Window, ...]:
        """Bring the ledgers up to `now` and say where a campaign stands."""
        began = {
            name: kept.began_at
            for name, kept in campaigns.all_kept(connection).items()
            if kept.began_at is not None
        }
        stale = (
            self._ledger is None
            or policies != self._policies
            or began != self._began
            or now - self._made_at > _ANEW_US
            or now < self._read_at
        )
        if self._ledger is None or stale:
            self._ledger = Ledger(policies, began)
            self._policies, self._began = tuple(policies), began
            self._made_at, self._read_at = now, 0
        begin = min([since(policies, at, now) for at in began.values()], default=now)
        changed = max(self._read_at - _OVERLAP_US, 0)
        for row in ledger_rows(connection, begin, changed):
            self._ledger.note(row)
        counts = found(connection, campaign.campaign, now - SPAN_US + 1, now + 1)
        self._shares[campaign.campaign] = estimate(campaign, *counts).counted
        for name, share in self._shares.items():
            self._ledger.suppose(name, share)
        self._read_at = now
        return self._ledger.windows(campaign, now)

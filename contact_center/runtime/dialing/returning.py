"""Changes of the pacing that are watched, and taken back by themselves when they do harm.

They are watched in memory: a process that ends lets go of them, and the change stays.
"""

import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from dialer.campaign_life import CampaignOn
from dialer.ids import CampaignId
from dialer.messages import In, Out, Ticked
from dialer.stepping_back import Standing, Watch, why_back

BY: Final = "rule"

log = logging.getLogger(__name__)

Start = Callable[[str, Coroutine[Any, Any, None]], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A change that was taken back, when and why."""

    at: int
    by: str
    why: str
    former: Mapping[str, Any]


class Steered(Protocol):
    """What can be asked of campaigns, and told."""

    def campaigns(self) -> list[CampaignOn]:
        """Give every campaign."""

    def cap(self, campaign: CampaignOn) -> float:
        """Give the lowest cap that holds for a campaign."""

    def step_back(self, campaign: CampaignOn, former: Mapping[str, Any]) -> None:
        """Let former settings hold at once."""

    async def keep_back(self, campaign: CampaignId, former: Mapping[str, Any], why: str) -> None:
        """Write them down, however long that takes."""


class Returning:
    """Watches. ``start`` runs what takes a while."""

    def __init__(self, steered: Steered, start: Start) -> None:
        self._steered = steered
        self._start = start
        self._watched: dict[CampaignId, Watch] = {}
        self.returned: dict[CampaignId, Returned] = {}
        """The last one of each campaign."""

    def watched(self, campaign: CampaignId) -> Watch | None:
        """Give what is watched of a campaign."""
        return self._watched.get(campaign)

    def changed(self, campaign: CampaignOn, watch: Watch | None) -> None:
        """A person changed the pacing: this is watched from now on, or nothing is."""
        self.returned.pop(campaign.id, None)
        self._watched.pop(campaign.id, None)
        if watch is not None and watch.former:
            self._watched[campaign.id] = watch

    def see(self, told: In, asked: Sequence[Out]) -> None:
        """Look on; at every tick, look at what is watched."""
        if not self._watched or not isinstance(told, Ticked):
            return
        for campaign in self._steered.campaigns():
            watch = self._watched.get(campaign.id)
            if watch is None:
                continue
            why = why_back(watch, standing_of(campaign), self._steered.cap(campaign))
            if why:
                self._take_back(campaign, watch, why, told.at)
            elif told.at >= watch.until:
                del self._watched[campaign.id]

    def _take_back(self, campaign: CampaignOn, watch: Watch, why: str, now: int) -> None:
        del self._watched[campaign.id]
        log.warning("a change of %s is taken back: %s", campaign.id, why)
        self.returned[campaign.id] = Returned(at=now, by=watch.by, why=why, former=watch.former)
        # First what people who are called need, then what is written down about it.
        self._steered.step_back(campaign, watch.former)
        keeping = self._steered.keep_back(campaign.id, watch.former, why)
        try:
            self._start("dialer returns", keeping)
        except RuntimeError:
            log.warning("the service is stopping: what was taken back is not written down")


def standing_of(campaign: CampaignOn) -> Standing:
    """Give where a campaign stands; people who talk now have answered, and are not over yet."""
    return Standing(
        live=campaign.live + campaign.talking,
        abandoned=campaign.abandoned,
        windows=campaign.ledgers(),
    )

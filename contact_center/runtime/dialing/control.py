"""What people see of campaigns while they run, and change about them.

Every change is checked whole, written to the audit log with before, after, who and why, and holds
from the next tick on, half a second at most. Nothing here can ask for more than the law's caps.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from contact_center.runtime.dialing.runner import Dialer
from dialer.campaign import CampaignSettings, CampaignState, CampaignTrigger
from dialer.campaign_life import CampaignOn, pool_of
from dialer.changes import changed, difference
from dialer.dialing import Dialing
from dialer.errors import NoSuchCampaignError, NotNowError
from dialer.floor import CallSeen, CallStage
from dialer.ids import CampaignId
from dialer.messages import (
    CampaignMoved,
    CampaignSet,
    CloseAttempt,
    In,
    Out,
    PlaceCall,
    PoolSeen,
    StateChanged,
    Told,
)
from dialer.modes import MakePacer
from dialer.what_if import Forecast, Sampler, forecast

WITHIN_S: Final = 5.0
KEPT: Final = 600
"""Decisions kept for each campaign: five minutes of ticks."""
HARDEST_CAP: Final = 0.03
"""What a target has to be under while no ledger was read yet."""


class ChangeStore(Protocol):
    """Where changes are kept."""

    async def save_changes(
        self, campaign: CampaignId, wishes: Mapping[str, Any], by: str, why: str, now: int
    ) -> None:
        """Keep live changes, by the word they were asked for with, with a line of audit each."""


@dataclass(slots=True)
class Watched:
    """What was seen of one campaign. Counts are of this process, by `Verdict` value."""

    told: deque[Told] = field(default_factory=lambda: deque(maxlen=KEPT))
    dialled: int = 0
    ends: dict[str, int] = field(default_factory=dict)
    successes: int = 0
    sampler: Sampler = field(default_factory=Sampler)


class Control:
    """The door for people. Reads the rules' state, and never writes it but by messages."""

    def __init__(
        self,
        rules: Dialing,
        store: ChangeStore,
        clock: Callable[[], int],
        make: MakePacer,
        pacers: Mapping[str, object],
    ) -> None:
        self.dialer: Dialer | None = None
        self._rules = rules
        self._store = store
        self._clock = clock
        self._make = make
        self._pacers = pacers
        self._seen: dict[CampaignId, Watched] = {}
        self._asked: dict[tuple[CampaignId, str], deque[asyncio.Future[StateChanged]]] = {}

    # --- watching -------------------------------------------------------------------------------

    def see(self, told: In, asked: Sequence[Out]) -> None:
        """Look on; called for every message, so it is brief."""
        if isinstance(told, PoolSeen):
            for campaign in self._rules.campaigns.values():
                if told.campaign in (None, campaign.id) and pool_of(campaign.settings) == told.pool:
                    self.watched(campaign.id).sampler.observe(told.seen)
        for out in asked:
            match out:
                case Told():
                    self.watched(out.campaign).told.append(out)
                case PlaceCall() | CloseAttempt():
                    self._count(out)
                case StateChanged():
                    self._answer(out)
                case _:
                    pass

    def _count(self, out: PlaceCall | CloseAttempt) -> None:
        seen = self.watched(out.campaign)
        if isinstance(out, PlaceCall):
            seen.dialled += 1
            attempt = out.attempt
            placed = CallSeen(at=self._clock(), attempt=attempt.attempt, stage=CallStage.DIALLED)
            seen.sampler.observe(placed)
            return
        if not out.disposition:  # else it was counted when the call ended
            name = out.end.verdict.value
            seen.ends[name] = seen.ends.get(name, 0) + 1
        seen.successes += out.success

    def _answer(self, out: StateChanged) -> None:
        """Answer who asked for this move; one of a rule, or of somebody else, is not theirs."""
        waiting = self._asked.get((out.campaign, out.by), deque())
        while waiting:
            answer = waiting.popleft()
            if not answer.done():  # else they had stopped waiting for it
                answer.set_result(out)
                return

    def watched(self, campaign: CampaignId) -> Watched:
        """Give what was seen of a campaign."""
        return self._seen.setdefault(campaign, Watched())

    def campaigns(self) -> list[CampaignOn]:
        """Give every campaign as the rules have it; to be read only."""
        return list(self._rules.campaigns.values())

    def campaign(self, name: str) -> CampaignOn:
        """Give one campaign. Raises NoSuchCampaignError."""
        found = self._rules.campaigns.get(CampaignId(name))
        if found is None:
            raise NoSuchCampaignError(name)
        return found

    def cap(self, campaign: CampaignOn) -> float:
        """Give the lowest cap that holds for a campaign."""
        return min((window.cap for window in campaign.windows), default=HARDEST_CAP)

    # --- changing -------------------------------------------------------------------------------

    async def move(self, name: str, trigger: CampaignTrigger, by: str, why: str) -> StateChanged:
        """Start, pause, stop ... Raises NoSuchCampaignError and NotNowError.

        A move that is not legal is in the answer (`refused`), and changes nothing.
        """
        campaign = self.campaign(name)
        assert self.dialer is not None
        answer = asyncio.get_running_loop().create_future()
        self._asked.setdefault((campaign.id, by), deque()).append(answer)
        self.dialer.tell(
            CampaignMoved(at=self._clock(), campaign=campaign.id, trigger=trigger, by=by, why=why)
        )
        try:
            async with asyncio.timeout(WITHIN_S):
                found: StateChanged = await answer
        except TimeoutError:
            raise NotNowError("the dialer did not answer in time") from None
        return found

    async def stop_all(self, by: str, why: str) -> list[StateChanged]:
        """Stop every campaign that begins calls, at once: what rings is rung off."""
        live = {CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.DRAINING}
        return [
            await self.move(campaign.id, CampaignTrigger.STOP, by, why)
            for campaign in self.campaigns()
            if campaign.state in live
        ]

    async def change(
        self, name: str, wishes: Mapping[str, Any], by: str, why: str
    ) -> dict[str, tuple[object, object]]:
        """Change settings from the next tick on; gives before and after of what differs.

        Raises NoSuchCampaignError, ChangeError, and what the store raises (nothing is changed
        then: a change that cannot be written down is not made).
        """
        campaign = self.campaign(name)
        before = campaign.settings
        after = self.wished(campaign, wishes)
        differs = difference(before, after)
        if differs:
            kept = {wish: as_kept(after, wish, value) for wish, value in wishes.items()}
            await self._store.save_changes(campaign.id, kept, by, why, self._clock())
            assert self.dialer is not None
            self.dialer.set_campaign(
                CampaignSet(
                    at=self._clock(),
                    settings=after,
                    state=campaign.state,
                    started_at=campaign.started_at,
                )
            )
        return differs

    def wished(self, campaign: CampaignOn, wishes: Mapping[str, Any]) -> CampaignSettings:
        """Give the settings that wishes make. Raises ChangeError."""
        return changed(campaign.settings, wishes, cap=self.cap(campaign), pacers=self._pacers)

    # --- asking ---------------------------------------------------------------------------------

    async def what_if(self, name: str, wishes: Mapping[str, Any], minutes: float) -> Forecast:
        """Say what a change would do, by the production pacer run forward from now.

        Raises NoSuchCampaignError and ChangeError.
        """
        campaign = self.campaign(name)
        pool = self._rules.pools.get(pool_of(campaign.settings))
        settings = self.wished(campaign, wishes)
        if pool is None:
            raise NoSuchCampaignError(name)
        # Copies first: the run itself is long, in a thread, and the live ones go on meanwhile.
        floor, pacer = deepcopy(pool.floor), deepcopy(campaign.pacer)
        sampler = deepcopy(self.watched(campaign.id).sampler)
        return await asyncio.to_thread(
            forecast,
            settings=settings,
            before=campaign.settings,
            pacer=pacer,
            make=self._make,
            floor=floor,
            windows=campaign.windows,
            sampler=sampler,
            now=self._clock(),
            horizon_us=int(minutes * 60_000_000),
            inbound_per_s=pool.inbound_per_s,
            reserved=pool.reserved,
        )


def as_kept(settings: CampaignSettings, wish: str, value: Any) -> Any:
    """Give a wish as it is kept, so that it means the same when it is asked for again."""
    if wish != "lists":
        return value
    return {
        share.list: {
            "on": share.on,
            "weight": share.weight,
            "filter": share.filter,
            "order": list(share.order),
        }
        for share in settings.lists
    }

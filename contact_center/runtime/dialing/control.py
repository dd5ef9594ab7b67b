"""What people see of campaigns while they run, and change about them.

Every change is checked whole, written to the audit log with before, after, who and why, and holds
from the next tick on, half a second at most. Nothing here can ask for more than the law's caps.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from contact_center.runtime.dialing.forecasting import in_thread
from contact_center.runtime.dialing.returning import BY, Returning, Start, standing_of
from contact_center.runtime.dialing.runner import Bounds, Dialer
from contact_center.runtime.dialing.store import StoreAwayError
from dialer.campaign import CampaignSettings, CampaignState, CampaignTrigger
from dialer.campaign_life import CampaignOn, pool_of
from dialer.changes import ChangeError, changed, difference
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
from dialer.modes import PACED
from dialer.stepping_back import Watch, former_of
from dialer.what_if import Forecast, Present, Sampler

WITHIN_S: Final = 5.0
KEPT: Final = 600
"""Decisions kept for each campaign: five minutes of ticks."""
HARDEST_CAP: Final = 0.03
"""What a target has to be under while no ledger was read yet."""


AGAIN_S: Final = 2.0

log = logging.getLogger(__name__)

Forecasts = Callable[[Present, Sequence[CampaignSettings]], Awaitable[list[Forecast]]]
"""Runs a campaign forward under each of some settings. Raises NotNowError."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What is to be expected as it is (None: its mode has no pacer), and with a change.

    ``limit``: the lowest cap that holds. ``sharing``: other campaigns that dial for the same
    agents, which a forecast does not know of.
    """

    now: Forecast | None
    then: Forecast
    limit: float
    sharing: tuple[CampaignId, ...]


class Control:
    """The door for people. Reads the rules' state, and never writes it but by messages."""

    def __init__(
        self,
        rules: Dialing,
        store: ChangeStore,
        clock: Callable[[], int],
        pacers: Mapping[str, object],
        forecasts: Forecasts = in_thread,
        bounds: Bounds | None = None,
        start: Start | None = None,
    ) -> None:
        """``start`` runs what takes a while; ``bounds`` is what trunk and account allow."""
        self.dialer: Dialer | None = None
        self.returning = Returning(self, start or _alone)
        self._rules = rules
        self._store = store
        self._clock = clock
        self._pacers = pacers
        self._forecasts = forecasts
        self._bounds = bounds
        self._changing = asyncio.Lock()
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
        self.returning.see(told, asked)

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
        self, name: str, wishes: Mapping[str, Any], by: str, why: str, watch_us: int = 0
    ) -> dict[str, tuple[object, object]]:
        """Change settings from the next tick on; gives before and after of what differs.

        ``watch_us``: for so long the pacing is taken back as soon as abandonment passes its limit.
        Raises NoSuchCampaignError, ChangeError, and what the store raises (nothing is changed
        then: a change that cannot be written down is not made).
        """
        async with self._changing:
            return await self._change(self.campaign(name), wishes, by, why, watch_us)

    async def _change(
        self, campaign: CampaignOn, wishes: Mapping[str, Any], by: str, why: str, watch_us: int
    ) -> dict[str, tuple[object, object]]:
        before = campaign.settings
        after = self.wished(campaign, wishes)
        differs = difference(before, after)
        if differs:
            await self._keep(campaign.id, after, wishes, by, why)
            # Meanwhile an earlier change may have been taken back, or the file been read again.
            before = self._held(campaign)
            after = changed(before, wishes, cap=self.cap(campaign), pacers=self._pacers)
            watch = None
            if watch_us:
                now = self._clock()
                watch = Watch(
                    by=by,
                    since=now,
                    until=now + watch_us,
                    former=former_of(before, wishes),
                    standing=standing_of(campaign),
                )
            self._hold(campaign, after)
            if former_of(before, wishes):
                self.returning.changed(campaign, watch)
        return differs

    def _held(self, campaign: CampaignOn) -> CampaignSettings:
        """Give the settings that hold, though the rules may not have been told of them yet."""
        assert self.dialer is not None
        return self.dialer.campaigns.get(campaign.id, campaign.settings)

    def step_back(self, campaign: CampaignOn, former: Mapping[str, Any]) -> None:
        """Let former settings hold from the next tick on; what may not be any more is left out."""
        after = self._held(campaign)
        for name, value in former.items():
            try:
                after = changed(after, {name: value}, cap=self.cap(campaign), pacers=self._pacers)
            except ChangeError as problem:
                log.warning("%s of %s is not taken back: %s", name, campaign.id, problem)
        self._hold(campaign, after)

    async def keep_back(self, campaign: CampaignId, former: Mapping[str, Any], why: str) -> None:
        """Write former settings down, as soon as storage can be asked; those that still hold."""
        while True:
            try:
                async with self._changing:
                    held = self._held(self.campaign(campaign))
                    still = {n: v for n, v in former.items() if former_of(held, {n: v}) == {n: v}}
                    if still:
                        await self._keep(campaign, held, still, BY, why)
            except StoreAwayError as problem:
                log.warning("what was taken back is not written down yet: %s", problem)
                await asyncio.sleep(AGAIN_S)
            else:
                return

    async def _keep(
        self,
        campaign: CampaignId,
        after: CampaignSettings,
        wishes: Mapping[str, Any],
        by: str,
        why: str,
    ) -> None:
        kept = {wish: as_kept(after, wish, value) for wish, value in wishes.items()}
        await self._store.save_changes(campaign, kept, by, why, self._clock())

    def _hold(self, campaign: CampaignOn, after: CampaignSettings) -> None:
        assert self.dialer is not None
        self.dialer.set_campaign(
            CampaignSet(
                at=self._clock(),
                settings=after,
                state=campaign.state,
                started_at=campaign.started_at,
            )
        )

    def wished(self, campaign: CampaignOn, wishes: Mapping[str, Any]) -> CampaignSettings:
        """Give the settings that wishes make. Raises ChangeError."""
        return changed(campaign.settings, wishes, cap=self.cap(campaign), pacers=self._pacers)

    # --- asking ---------------------------------------------------------------------------------

    async def what_if(self, name: str, wishes: Mapping[str, Any], minutes: float) -> Forecast:
        """Say what a change would do, by the production pacer run forward from now.

        Raises NoSuchCampaignError, ChangeError and NotNowError.
        """
        campaign = self.campaign(name)
        settings = self.wished(campaign, wishes)
        (found,) = await self._forecasts(self._present(campaign, minutes), [settings])
        return found

    async def compare(self, name: str, wishes: Mapping[str, Any], minutes: float) -> Compared:
        """Say what is to be expected as it is and with a change. Raises as `what_if`."""
        campaign = self.campaign(name)
        before, after = campaign.settings, self.wished(campaign, wishes)
        if after.mode not in PACED:
            raise ChangeError({"mode": "what agents ask for themselves cannot be forecast"})
        asked = [before, after] if before.mode in PACED else [after]
        if before == after:
            asked = [after]
        found = await self._forecasts(self._present(campaign, minutes), asked)
        return Compared(
            now=found[0] if before.mode in PACED else None,
            then=found[-1],
            limit=self.cap(campaign),
            sharing=tuple(
                other.id
                for other in self._rules.campaigns.values()
                if other is not campaign
                and other.dials
                and pool_of(other.settings) == pool_of(before)
            ),
        )

    def _present(self, campaign: CampaignOn, minutes: float) -> Present:
        pool = self._rules.pools.get(pool_of(campaign.settings))
        if pool is None:
            raise NoSuchCampaignError(campaign.id)
        others = sum(each.open for each in self._rules.campaigns.values() if each is not campaign)
        return Present(
            settings=campaign.settings,
            pacer=campaign.pacer,
            floor=pool.floor,
            windows=campaign.ledgers(),
            sampler=self.watched(campaign.id).sampler,
            now=self._clock(),
            horizon_us=int(minutes * 60_000_000),
            inbound_per_s=pool.inbound_per_s,
            reserved=pool.reserved,
            lines=max(0, self._bounds.lines - others) if self._bounds else None,
            calls_per_s=self._bounds.calls_per_s if self._bounds else None,
            prior=campaign.expected.rate if campaign.expected is not None else None,
            trunk=self._bounds.lines if self._bounds else 0,
        )


def _alone(_name: str, work: Coroutine[Any, Any, None]) -> object:
    return asyncio.ensure_future(work)


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

"""The ground floor of the dialing reducer: what it knows, and how it asks for an attempt.

Whoever is asked for is in flight from the question on, so nobody is dialled twice because an answer
takes its time; and a gate that does not answer is given up at a deadline.
"""

from collections.abc import Collection

from dialer.attempt import Source
from dialer.caller_id import choose
from dialer.campaign import CampaignSettings, CampaignState
from dialer.campaign_life import CampaignOn, pool_of
from dialer.flights import Flight, Flights
from dialer.floor import CallSeen, CallStage, Seen
from dialer.ids import (
    AgentId,
    CampaignId,
    ListId,
    PoolId,
    attempt_id,
)
from dialer.lead import Lead, LeadNumber
from dialer.limits import SharedRoom
from dialer.messages import (
    AttemptRefused,
    OpenAttempt,
    Out,
    ReleaseLeads,
)
from dialer.recycling import choose_number
from dialer.supply import Pool

_DAY_US = 86_400_000_000


class Asking:
    """Campaigns, pools and what is under way."""

    def __init__(self) -> None:
        self.campaigns: dict[CampaignId, CampaignOn] = {}
        self.pools: dict[PoolId, Pool] = {}
        self.flights = Flights()
        self.room = SharedRoom()
        self._out: list[Out] = []
        self._now = 0

    def _pool(self, pool: PoolId) -> Pool:
        found = self.pools.get(pool)
        if found is None:
            found = self.pools[pool] = Pool(pool)
        return found

    def _sharing(self, pool: Pool) -> list[CampaignOn]:
        return [each for each in self.campaigns.values() if pool_of(each.settings) == pool.pool]

    def _see(self, pool: Pool, seen: Seen) -> None:
        """Tell the floor, then every pacer of the pool."""
        changes = pool.see(seen)
        if changes:
            self._observe(pool, changes)

    def _observe(self, pool: Pool, changes: list[Seen]) -> None:
        for campaign in self._sharing(pool):
            for change in changes:
                campaign.pacer.observe(change, pool.floor)

    # Asking the gate.

    def _ask(
        self,
        campaign: CampaignOn,
        lead: Lead,
        source: Source,
        now: int,
        agent: AgentId | None = None,
        number: str = "",
        *,
        directed: bool = False,
        shown: str = "",
    ) -> bool:
        """Ask the gate for an attempt; a lead without any number goes back for a day.

        A lead whose numbers are all dead is the gate's to refuse, which moves it on.
        """
        chosen = next((each for each in lead.numbers if each.number == number), None)
        chosen = chosen or choose_number(lead) or next(iter(lead.numbers), None)
        if chosen is None or self.flights.has_lead(lead.lead):
            self._release(campaign.id, [lead], now + _DAY_US if chosen is None else None)
            return False
        attempt = attempt_id(lead.lead, lead.tried + 1)
        flight = Flight(
            attempt=attempt,
            campaign=campaign.id,
            lead=lead,
            number=chosen.number,
            source=source,
            pool=self._pool(pool_of(campaign.settings)),
            asked_at=now,
            agent=agent,
            directed=directed,
        )
        self.flights.add(flight)
        campaign.open += 1
        campaign.bucket.take(now)
        self.room.ask()
        if directed and agent is not None:
            flight.pool.directed[attempt] = agent
        else:
            flight.pool.answers.dialled(attempt, campaign.id, now)
            odds = lead.odds * flight.pool.answers.of(campaign.id)
            queued = CallSeen(at=now, attempt=attempt, stage=CallStage.QUEUED, odds=odds)
            self._see(flight.pool, queued)
        self._out.append(
            OpenAttempt(
                campaign=campaign.id,
                attempt=attempt,
                lead=lead,
                number=chosen.number,
                caller_id=shown
                or shown_to(campaign.settings, lead, chosen, now, campaign.rested(now)),
                source=source,
                agent=agent,
            )
        )
        return True

    def _release(self, campaign: CampaignId, leads: list[Lead], due_at: int | None = None) -> None:
        if leads:
            back = tuple((each.lead, each.token) for each in leads)
            self._out.append(ReleaseLeads(campaign=campaign, leads=back, due_at=due_at))
            if campaign in self.campaigns:
                self.campaigns[campaign].hopper.touched(self._now)

    def _unasked(self, flight: Flight, now: int) -> None:
        """Nothing will come of a question: free what it held."""
        campaign = self.campaigns[flight.campaign]
        campaign.open -= 1
        campaign.bucket.give_back()
        self.room.refused()
        flight.pool.answers.withdrawn(flight.attempt)
        self._leave_floor(flight, CallStage.CANCELLED, now)

    def _leave_floor(self, flight: Flight, stage: CallStage, now: int) -> None:
        if flight.attempt in flight.pool.floor.calls:
            self._see(flight.pool, CallSeen(at=now, attempt=flight.attempt, stage=stage))
        flight.pool.directed.pop(flight.attempt, None)

    def _refused(self, said: AttemptRefused) -> None:
        flight = self.flights.by_attempt.get(said.attempt)
        if flight is None or flight.opened is not None:
            self.flights.late(said.attempt)
            return
        self.flights.end(flight)
        self._unasked(flight, said.at)


def list_is_on(settings: CampaignSettings, name: ListId) -> bool:
    """Say whether a list is in a campaign's mix, and on."""
    return any(each.list == name and each.on for each in settings.lists)


def wanted(settings: CampaignSettings, lead: Lead) -> bool:
    """Say whether a lead is to be dialled: its list is on, or it was promised a call."""
    return lead.callback is not None or list_is_on(settings, lead.list)


def active(campaign: CampaignOn) -> bool:
    """Say whether anything of a campaign may be under way."""
    if campaign.open:
        return True
    return campaign.state in (
        CampaignState.RUNNING,
        CampaignState.PAUSED,
        CampaignState.DRAINING,
    )


def shown_to(
    settings: CampaignSettings,
    lead: Lead,
    number: LeadNumber,
    now: int,
    resting: Collection[str] = (),
) -> str:
    """Choose the caller id: honest ones first, those that rest last; the gate has the last word."""
    fresh = tuple(one for one in settings.caller_ids if one.number not in resting)
    for pool in dict.fromkeys((fresh, settings.caller_ids)):
        for near in (False, True):
            found = choose(pool, lead.party, number.region, near, {}, now)
            if found is not None:
                return found
    return settings.caller_ids[0].number if settings.caller_ids else ""

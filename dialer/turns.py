"""The middle floor of the dialing reducer: what to dial now, pool by pool and campaign by campaign.

A turn of a pool: callbacks for agents who promised them, previews, then what the pacers want. All
look at the same floor, so agents are counted once, and a call of one campaign is in flight for all.
"""

from dataclasses import replace

from dialer.asking import active
from dialer.attempt import Source
from dialer.attempts import Attempts
from dialer.campaign import CampaignSettings, CampaignState, Mode
from dialer.campaign_life import CampaignOn, pool_of
from dialer.floor import CallStage
from dialer.ids import AgentId, AttemptId
from dialer.lead import Lead
from dialer.limits import of_trunk
from dialer.messages import ClaimLeads, Told
from dialer.modes import PACED, one_to_one, within
from dialer.pacing import Ask, Decision
from dialer.preview import offers
from dialer.scheduling import is_open, target_at
from dialer.supply import Pool, share

ODDS_MOST = 256
"""Of how many leads at most a pacer is told the odds."""
MIN_RING_US = 15_000_000
HOLD_US = 2_000_000


class Turns(Attempts):
    """Deciding."""

    def _turn(self, pool: Pool, now: int) -> None:
        """Look at a pool and dial what is to be dialled."""
        sharing = {each.id: each for each in self._sharing(pool) if active(each)}
        may = {key: each for key, each in sharing.items() if self._may_dial(each, now)}
        order = pool.turns((each.id, each.settings.weight) for each in may.values())
        in_turn = [may[each] for each in order]
        self._promised(pool, in_turn, now)
        self._preview(pool, in_turn, now)
        paced = [each for each in in_turn if each.settings.mode in PACED]
        agentless = [each for each in in_turn if each.settings.mode is Mode.AGENTLESS]
        for place, campaign in enumerate(paced):
            after = sum(each.settings.weight for each in paced[place + 1 :] if len(each.hopper))
            self._pace(pool, campaign, self._room(pool, campaign, now), after, now)
        for campaign in agentless:
            self._pace(pool, campaign, self._room(pool, campaign, now), 0, now)
        for key, campaign in sharing.items():
            if key not in may and campaign.open and campaign.settings.mode in PACED:
                self._pace(pool, campaign, 0, 0, now)

    def _may_dial(self, campaign: CampaignOn, now: int) -> bool:
        return campaign.dials and is_open(campaign.settings.schedule, now)

    def _room(self, pool: Pool, campaign: CampaignOn, now: int) -> int:
        """Count the calls that limits and leads allow now."""
        settings = campaign.settings
        room = min(campaign.bucket.room(now), self.room.room(), len(campaign.hopper))
        if settings.mode is not Mode.AGENTLESS and settings.limits.lines_per_agent:
            most = int(settings.limits.lines_per_agent * pool.staffed())
            room = min(room, most - campaign.open)
        return max(0, min(room, self._trunk_room(campaign)))

    def _trunk_room(self, campaign: CampaignOn) -> int:
        """Count the calls that its share of all lines leaves a campaign."""
        return of_trunk(campaign.settings.limits.trunk_share, self.room.trunk) - campaign.open

    def _pace(self, pool: Pool, campaign: CampaignOn, room: int, after: int, now: int) -> None:
        """Ask a campaign's pacer, and do what it says as far as its mode and share allow."""
        hopper, settings = campaign.hopper, campaign.settings
        ask = Ask(
            now=now,
            room=room,
            target=target_at(settings, now),
            hold_us=HOLD_US,
            min_ring_us=MIN_RING_US,
            reserved=pool.kept(),
            keep_free=settings.keep_free,
            one_to_one=one_to_one(settings, pool.staffed()),
            inbound_per_s=pool.inbound_per_s * settings.inbound_weight,
            windows=campaign.ledgers(),
            odds=hopper.odds(min(room, ODDS_MOST), pool.answers.of(campaign.id)),
        )
        decision = campaign.pacer.decide(pool.floor, ask)
        decision = within(settings.mode, decision, pool.floor, ask, pool.staffed())
        if decision.why == "room" and room == max(0, self._trunk_room(campaign)):
            decision = replace(decision, why="trunk_share")
        dial = share(decision.dial, settings.weight, after)
        if dial < decision.dial:
            decision = replace(decision, dial=dial, why="share")
        if dial and dial >= len(hopper):
            hopper.starved(dial)
        told = self._told(pool, campaign, _noted(settings, ask, decision), now)
        for _ in range(dial):
            lead = hopper.take()
            if self._ask(campaign, lead, _source(campaign, lead), now, self._endpoint(campaign)):
                pool.gave(campaign.id, settings.weight, 1.0)
        for attempt in decision.shed:
            self._shed(pool, attempt, now)
        self._out.append(told)

    def _shed(self, pool: Pool, attempt: AttemptId, now: int) -> None:
        call = pool.floor.flying.get(attempt)
        if call is None or call.stage is not CallStage.DIALLED or call.dialled_at is None:
            return
        flight = self.flights.by_attempt.get(call.attempt)
        if flight is not None and now - call.dialled_at >= MIN_RING_US:
            self._ring_off(flight, "shed", now)

    def _endpoint(self, campaign: CampaignOn) -> AgentId | None:
        """Give the endpoint outside with the most room, of a campaign that has some."""
        if not campaign.settings.external or campaign.settings.mode is Mode.AGENTLESS:
            return None
        busy: dict[AgentId, int] = {}
        for flight in self.flights.by_attempt.values():
            if flight.campaign == campaign.id and flight.agent is not None:
                busy[flight.agent] = busy.get(flight.agent, 0) + 1
        ends = campaign.settings.external
        return min(ends, key=lambda each: (busy.get(each.agent, 0) / each.most, each.agent)).agent

    def _promised(self, pool: Pool, campaigns: list[CampaignOn], now: int) -> None:
        """Dial callbacks for those idle agents who promised them."""
        for campaign in campaigns:
            if not campaign.hopper.kept:
                continue
            for agent in sorted(campaign.hopper.owners(now)):
                if not pool.idle_for(agent) or self._full(campaign, now):
                    continue
                lead = campaign.hopper.take_for(agent, now)
                if lead is not None:
                    self._ask(campaign, lead, Source.CALLBACK, now, agent, directed=True)

    def _preview(self, pool: Pool, campaigns: list[CampaignOn], now: int) -> None:
        """Ask for one preview for each agent who has nothing to do."""
        showing = [each for each in campaigns if each.settings.mode is Mode.PREVIEW]
        if not showing:
            return
        told = {each.id: self._told(pool, each, Decision(dial=0), now) for each in showing}
        counts = dict.fromkeys(told, 0)
        chances = [(each.id, each.settings.weight, len(each.hopper)) for each in showing]
        free = pool.free_agents()
        left = len(free)
        for campaign_id, agent in offers(free, chances):
            campaign = self.campaigns[campaign_id]
            if left <= campaign.settings.keep_free:
                continue
            if self._full(campaign, now) or not len(campaign.hopper):
                continue
            lead = campaign.hopper.take()
            source = Source.PREVIEW
            if self._ask(campaign, lead, source, now, agent, directed=True):
                counts[campaign_id] += 1
                left -= 1
                pool.gave(campaign_id, campaign.settings.weight, 1.0)
        for campaign_id, said in told.items():
            why = "idle" if pool.staffed() else "no_agents"
            decision = Decision(dial=counts[campaign_id], why=why)
            self._out.append(replace(said, decision=decision))

    def _full(self, campaign: CampaignOn, now: int) -> bool:
        room = min(campaign.bucket.room(now), self.room.room(), self._trunk_room(campaign))
        return room < 1

    def _told(self, pool: Pool, campaign: CampaignOn, decision: Decision, now: int) -> Told:
        floor = pool.floor
        waiting = sum(each.stage is CallStage.WAITING for each in floor.flying.values())
        return Told(
            campaign=campaign.id,
            at=now,
            decision=decision,
            idle=floor.idle(),
            agents=pool.staffed(),
            ringing=len(floor.flying) - waiting,
            waiting=waiting,
            talking=len(floor.calls) - len(floor.flying),
            buffered=len(campaign.hopper),
        )

    # Filling the buffers.

    def _fill(self, campaign: CampaignOn, now: int) -> None:
        """Claim leads, as many as will soon be dialled."""
        hopper, settings = campaign.hopper, campaign.settings
        if not self._may_dial(campaign, now) or settings.mode is Mode.MANUAL:
            return
        pool = self._pool(pool_of(campaign.settings))
        if settings.mode is Mode.AGENTLESS:
            ports = settings.limits.lines or self.room.room()
            staffed = idle = max(0, ports - campaign.open)
        else:
            staffed, idle = pool.staffed(), pool.floor.idle()
        if not staffed and not self._may_be_done(campaign):
            return
        count = hopper.wanted(now, staffed, idle)
        if count:
            hopper.claiming(now, count)
            self._out.append(ClaimLeads(campaign=campaign.id, count=count))

    def _may_be_done(self, campaign: CampaignOn) -> bool:
        """Say whether it may have come to its end: worth a question though nobody is there."""
        hopper = campaign.hopper
        return not campaign.open and not len(hopper) and not hopper.kept and hopper.short

    def _is_done(self, campaign: CampaignOn) -> bool:
        """Say whether there is nothing to dial, in flight, held, or due later."""
        hopper = campaign.hopper
        if campaign.state is not CampaignState.RUNNING or campaign.open:
            return False
        return hopper.dry and hopper.claiming_since is None and not len(hopper) + hopper.kept


def _noted(settings: CampaignSettings, ask: Ask, decision: Decision) -> Decision:
    """Note with a decision what people had asked for that was held to."""
    asked = {
        "keep_free": float(ask.keep_free),
        "predictive_from": float(settings.predictive_from if ask.one_to_one else 0),
        "inbound_per_s": ask.inbound_per_s,
        "target_now": ask.target if settings.target_early else 0.0,
    }
    held = {name: value for name, value in asked.items() if value}
    return replace(decision, numbers={**decision.numbers, **held}) if held else decision


def _source(campaign: CampaignOn, lead: Lead) -> Source:
    if lead.callback is not None:
        return Source.CALLBACK
    return Source.AGENTLESS if campaign.settings.mode is Mode.AGENTLESS else Source.AUTO

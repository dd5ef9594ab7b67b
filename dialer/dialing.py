"""The dialing reducer: all campaigns of a process, told what happened, saying what is to be done.

Pure and synchronous. The same messages give the same answers. It keeps nothing that storage does
not have too, but for what is in flight (`AttemptAdopted` brings it back) and what pacers learned.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dialer.answer_prior import COLD_RATE
from dialer.asking import active, wanted
from dialer.attempt import Source
from dialer.campaign import CampaignSettings, CampaignState, CampaignTrigger
from dialer.campaign_life import CampaignOn, pool_of
from dialer.floor import AgentSeen, AgentWork
from dialer.hopper import waits_for
from dialer.ids import CampaignId, LeadId
from dialer.lead import Lead
from dialer.messages import (
    AnswersExpected,
    AttemptAdopted,
    AttemptOpened,
    AttemptOver,
    AttemptRefused,
    Barred,
    CampaignMoved,
    CampaignSet,
    DialAsked,
    Disposed,
    In,
    LeadsClaimed,
    LedgerSet,
    Out,
    PoolForecast,
    PoolSeen,
    RoomSeen,
    StateChanged,
    Ticked,
)
from dialer.modes import MakePacer, pacer_for, same_pacer
from dialer.pacers import pacer_of
from dialer.pacing import TICK_US, Expecting
from dialer.scheduling import next_change, wants
from dialer.turns import Turns

_RULE = "rule"
_LOOK_US = 1_000_000
"""How often deadlines are looked at."""
_AGAIN_US, _MUCH_LATER_US = 5_000_000, 60_000_000
"""When a promise is claimed again for which its agent had no time, or that had no place here."""
_REST_US = 60_000_000
"""How often a reducer with nothing under way looks around."""


class Dialing(Turns):
    """All campaigns. ``make``: gives a pacer by name."""

    def __init__(self, make: MakePacer = pacer_of) -> None:
        super().__init__()
        self._make = make
        self._looked_at = 0
        self._handlers: Mapping[type[In], Callable[[Any], None]] = {
            Ticked: self._ticked,
            CampaignSet: self._set,
            CampaignMoved: self._moved,
            PoolSeen: self._pool_seen,
            PoolForecast: self._forecast,
            RoomSeen: self._room_seen,
            LeadsClaimed: self._claimed,
            AttemptOpened: self._opened,
            AttemptAdopted: self._adopted,
            AttemptRefused: self._refused,
            AttemptOver: self._attempt_over,
            Disposed: self._disposed,
            DialAsked: self._asked,
            Barred: self._barred,
            LedgerSet: self._ledger,
            AnswersExpected: self._answers,
        }

    def handle(self, message: In) -> list[Out]:
        """Take in what happened, and say what is to be done, in this order.

        Raises ValueError for a pacer that does not exist (nothing is changed then). What is
        said twice, late, or of something unknown, does no harm.
        """
        self._now = max(self._now, message.at)
        self._out = []
        self._handlers[type(message)](message)
        out, self._out = self._out, []
        return out

    def next_tick(self, now: int) -> int:
        """Tell when `Ticked` is wanted next; later than `now`."""
        if any(active(each) for each in self.campaigns.values()):
            return now + TICK_US
        changes = [
            at
            for each in self.campaigns.values()
            if each.state is CampaignState.SCHEDULED
            and (at := next_change(each.settings.schedule, now)) is not None
        ]
        return max(now + TICK_US, min([now + _REST_US, *changes]))

    # Ticks.

    def _ticked(self, said: Ticked) -> None:
        now = said.at
        for campaign in list(self.campaigns.values()):
            self._by_rule(campaign, now)
        if now - self._looked_at >= _LOOK_US:
            self._looked_at = now
            self._expire(now)
        for pool in list(self.pools.values()):
            self._turn(pool, now)
        for campaign in self.campaigns.values():
            self._put_back(campaign, campaign.hopper.old(now), now, _AGAIN_US)
            self._fill(campaign, now)

    def _by_rule(self, campaign: CampaignOn, now: int) -> None:
        """Move a campaign whose schedule, rules or end say so."""
        move = wants(
            campaign.settings,
            campaign.state,
            now,
            successes=campaign.successes,
            live=campaign.live,
            abandoned=campaign.abandoned,
        )
        if move is not None:
            self._move(campaign, move.trigger, move.why, now)
        if campaign.state is CampaignState.DRAINING and not campaign.open:
            self._move(campaign, CampaignTrigger.DRAINED, "drained", now)
        if self._is_done(campaign):
            self._move(campaign, CampaignTrigger.OUT_OF_LEADS, "out_of_leads", now)

    def _move(self, campaign: CampaignOn, trigger: CampaignTrigger, why: str, now: int) -> None:
        self._moved(CampaignMoved(at=now, campaign=campaign.id, trigger=trigger, by=_RULE, why=why))

    # Campaigns.

    def _set(self, said: CampaignSet) -> None:
        settings = said.settings
        campaign = self.campaigns.get(settings.campaign)
        if campaign is None:
            pacer = pacer_for(settings, self._make)
            campaign = self.campaigns[settings.campaign] = CampaignOn(said, pacer)
        else:
            self._change(campaign, settings)
        pool = self._pool(pool_of(settings))
        changed = pool.open_places(settings.external, said.at) if settings.external else []
        self._observe(pool, changed)

    def _change(self, campaign: CampaignOn, settings: CampaignSettings) -> None:
        """Take new settings: leads of lists that are off, or chosen otherwise, go back."""
        before = campaign.settings
        pacer = campaign.pacer
        if not same_pacer(before, settings) or pool_of(before) != pool_of(settings):
            pacer = pacer_for(settings, self._make)
        anew = pacer is not campaign.pacer
        campaign.set(settings, pacer)
        if anew:
            self._expect(campaign)
        if before.lists != settings.lists:
            keep = {each.list for each in settings.lists if each.on and each in before.lists}
            self._release(
                campaign.id,
                campaign.hopper.remove(
                    lambda lead, _: lead.callback is None and lead.list not in keep
                ),
            )

    def _moved(self, said: CampaignMoved) -> None:
        campaign = self.campaigns.get(said.campaign)
        if campaign is None:
            self._out.append(_unknown(said))
            return
        changed = campaign.move(said)
        self._out.append(changed)
        if changed.refused:
            return
        if not campaign.dials:
            self._release(campaign.id, campaign.hopper.clear())
        if said.trigger is CampaignTrigger.STOP:
            self._ring_off_all(campaign.id, said.at)
        elif campaign.state is CampaignState.DRAINING and not campaign.open:
            self._move(campaign, CampaignTrigger.DRAINED, "drained", said.at)

    # Agents, calls, limits.

    def _pool_seen(self, said: PoolSeen) -> None:
        seen = said.seen
        if isinstance(seen, AgentSeen):
            pool = self._pool(said.pool)
            self._see(pool, seen)
            if seen.work is AgentWork.IDLE and not seen.leaving:
                self._turn(pool, said.at)
            return
        flight = self.flights.by_attempt.get(seen.attempt)
        if flight is not None and flight.opened is not None:
            self._stage(flight, seen)

    def _forecast(self, said: PoolForecast) -> None:
        pool = self._pool(said.pool)
        pool.reserved, pool.inbound_per_s = max(0, said.reserved), max(0.0, said.inbound_per_s)

    def _room_seen(self, said: RoomSeen) -> None:
        self.room.seen(said.lines, said.calls_now, said.trunk)

    def _ledger(self, said: LedgerSet) -> None:
        campaign = self.campaigns.get(said.campaign)
        if campaign is not None:
            campaign.windows = said.windows

    def _answers(self, said: AnswersExpected) -> None:
        campaign = self.campaigns.get(said.campaign)
        if campaign is not None:
            campaign.expected = said.expected
            for each in self._sharing(self._pool(pool_of(campaign.settings))):
                if each is campaign or (each.expected and each.expected.instead_of is None):
                    self._expect(each)

    def _expect(self, campaign: CampaignOn) -> None:
        """Tell a pacer what is known of earlier days.

        A pacer sees the calls of all who share its pool: where somebody may answer more often
        than the campaign's own lists, that is what it begins from.
        """
        expected, pacer = campaign.expected, campaign.pacer
        if expected is None or not isinstance(pacer, Expecting):
            return
        sharing = self._sharing(self._pool(pool_of(campaign.settings)))
        rates = [each.expected.rate if each.expected else COLD_RATE for each in sharing]
        if max(rates) > expected.rate:
            expected = replace(expected, rate=max(rates), instead_of=None)
        pacer.expect(expected)

    # Leads.

    def _claimed(self, said: LeadsClaimed) -> None:
        campaign = self.campaigns.get(said.campaign)
        if campaign is None or not campaign.dials:
            self._release(said.campaign, list(said.leads))
            if campaign is not None:
                count = len(said.leads)
                campaign.hopper.claimed(count, count, said.next_due_at, said.at)
            return
        good = [
            each
            for each in said.leads
            if wanted(campaign.settings, each) and not self._held(campaign.id, each.lead)
        ]
        kept = {each.lead for each in good}
        back = [each for each in said.leads if each.lead not in kept]
        usable = sum(waits_for(each, said.at) is None for each in good)
        campaign.hopper.claimed(len(said.leads), usable, said.next_due_at, said.at)
        back += campaign.hopper.add(good, said.at)
        self._put_back(campaign, back, said.at, _MUCH_LATER_US)

    def _put_back(self, campaign: CampaignOn, leads: list[Lead], now: int, later_us: int) -> None:
        """Release leads; those that wait for one agent not at once, or they would come first again.

        Nobody else would be claimed beside the promises of agents who are not there.
        """
        promised = [each for each in leads if waits_for(each, now) is not None]
        self._release(campaign.id, promised, now + later_us)
        self._release(campaign.id, [each for each in leads if waits_for(each, now) is None])

    def _held(self, campaign: CampaignId, lead: LeadId) -> bool:
        if self.flights.has_lead(lead):
            return True
        return any(lead in each.hopper for each in self.campaigns.values() if each.id != campaign)

    def _asked(self, said: DialAsked) -> None:
        campaign = self.campaigns.get(said.campaign)
        if campaign is None or not campaign.dials or self._full(campaign, said.at):
            self._release(said.campaign, [said.lead])
            return
        for each in self.campaigns.values():
            each.hopper.remove(lambda lead, _: lead.lead == said.lead.lead)
        self._ask(
            campaign,
            said.lead,
            Source.MANUAL,
            said.at,
            said.agent,
            said.number,
            directed=True,
            shown=said.shown,
        )

    def _barred(self, said: Barred) -> None:
        self._bar(said.party, said.number, said.at)

    def _attempt_over(self, said: AttemptOver) -> None:
        self._over(said)
        campaign = self.campaigns.get(said.campaign)
        if campaign is not None:
            self._by_rule(campaign, said.at)


def _unknown(said: CampaignMoved) -> StateChanged:
    return StateChanged(
        campaign=said.campaign,
        at=said.at,
        state=CampaignState.DRAFT,
        by=said.by,
        why=said.why,
        refused="no such campaign",
    )

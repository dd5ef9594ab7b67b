"""The second floor of the dialing reducer: an attempt's life from the gate's answer to its end.

On the books and dialled in the same breath (`_opened`), over (`_over`), judged by an agent
(`_disposed`). How the lead stands then is said at once, and said again when the agent knows better.
"""

from collections.abc import Mapping

from dialer.asking import Asking, list_is_on
from dialer.attempt import Attempt, AttemptEnd, Source, Verdict
from dialer.campaign import Mode
from dialer.campaign_life import CampaignOn, pool_of
from dialer.flights import OPENING_US, STAGES, Finished, Flight
from dialer.floor import OPEN, CallSeen, CallStage
from dialer.ids import (
    CampaignId,
    LeadId,
    ListId,
    PartyId,
    lead_of,
)
from dialer.lead import Lead, LeadState
from dialer.machine_audit import person_by
from dialer.messages import (
    AttemptAdopted,
    AttemptOpened,
    AttemptOver,
    CloseAttempt,
    Disposed,
    OfferPreview,
    PlaceCall,
    RingOff,
)
from dialer.recycling import SKIPPED, Next, after_disposition, after_verdict

DIAL_WITHIN_US = 1_000_000
"""The gate's answer is good for so long: who is suppressed now is not dialled a second from now."""
_OVERDUE_AGAIN_US = 30_000_000
_ORDER: Mapping[CallStage | None, int] = {
    CallStage.QUEUED: 0,
    CallStage.DIALLED: 1,
    CallStage.WAITING: 2,
    CallStage.CONNECTED: 3,
}
_LAST = 4
_OWN = frozenset({Source.PREVIEW, Source.MANUAL})
_PACED = frozenset({Source.AUTO, Source.AGENTLESS, Source.PREVIEW})


class Attempts(Asking):
    """What becomes of attempts."""

    def _opened(self, said: AttemptOpened) -> None:
        attempt = said.attempt
        flight = self.flights.by_attempt.get(attempt.attempt)
        if flight is None:
            self.flights.late(attempt.attempt)
            if self.flights.finished(attempt.attempt) is None:
                self._close_unplaced(attempt, said.at, "late")
            return
        if flight.opened is not None:
            return
        campaign = self.campaigns[flight.campaign]
        stale = said.at - attempt.opened_at > DIAL_WITHIN_US
        off = attempt.source in _PACED and not list_is_on(campaign.settings, attempt.list)
        why = "late" if stale else "stopped" if off or not campaign.dials else ""
        if not why and not _has_agents(campaign.settings.mode, flight):
            why = "agents left"
        if why:
            self.flights.end(flight)
            self._unasked(flight, said.at)
            self._close_unplaced(attempt, said.at, why, flight.lead)
            return
        self._place(campaign, flight, attempt, said.at)

    def _close_unplaced(
        self, attempt: Attempt, now: int, why: str, lead: Lead | None = None
    ) -> None:
        """Write down that what was let pass is not dialled; its lead is as it was."""
        end = AttemptEnd(attempt=attempt.attempt, at=now, verdict=Verdict.CANCELLED, cause=why)
        self.flights.finish(
            attempt.attempt,
            Finished(
                campaign=attempt.campaign,
                lead=lead or _named(attempt.lead, attempt.list),
                number=attempt.number,
                end=end,
            ),
        )
        if attempt.campaign in self.campaigns:
            self.campaigns[attempt.campaign].hopper.touched(now)
        self._out.append(
            CloseAttempt(
                campaign=attempt.campaign,
                end=end,
                lead=attempt.lead,
                state=LeadState.OPEN,
                due_at=now,
            )
        )

    def _place(self, campaign: CampaignOn, flight: Flight, attempt: Attempt, now: int) -> None:
        flight.opened, flight.placed_at, flight.staged_at = attempt, now, now
        flight.stage = CallStage.QUEUED
        self.room.placed()
        agent = flight.agent
        if flight.source is Source.PREVIEW and agent and campaign.may_skip(agent, now):
            flight.shown = True
            self._out.append(
                OfferPreview(campaign=campaign.id, attempt=attempt, lead=flight.lead, agent=agent)
            )
            return
        self._stage(flight, CallSeen(at=now, attempt=flight.attempt, stage=CallStage.DIALLED))
        self._out.append(PlaceCall(campaign=campaign.id, attempt=attempt, lead=flight.lead))

    # What becomes of it.

    def _stage(self, flight: Flight, seen: CallSeen) -> None:
        """Note how far an attempt is. Its end is noted when its verdict comes.

        What comes too late is no news: a call goes only forward.
        """
        if _ORDER.get(seen.stage, _LAST) < _ORDER.get(flight.stage, 0):
            return
        if seen.stage in OPEN and seen.stage is not flight.stage:
            campaign = self.campaigns[flight.campaign]
            campaign.talking += (seen.stage is CallStage.CONNECTED) - (
                flight.stage is CallStage.CONNECTED
            )
            flight.stage, flight.staged_at = seen.stage, seen.at
            if seen.stage is not CallStage.DIALLED:
                flight.pool.answers.answered(flight.attempt)
        if not flight.directed:
            self._see(flight.pool, seen)
        if seen.stage is CallStage.CONNECTED or seen.stage not in OPEN:
            flight.pool.directed.pop(flight.attempt, None)

    def _adopted(self, said: AttemptAdopted) -> None:
        attempt = said.attempt
        campaign = self.campaigns.get(attempt.campaign)
        if campaign is None or attempt.attempt in self.flights.by_attempt:
            return
        if said.stage not in OPEN or self.flights.finished(attempt.attempt) is not None:
            return
        owned = said.lead.callback is not None and said.lead.callback.agent is not None
        directed = attempt.agent is not None and (attempt.source in _OWN or owned)
        flight = Flight(
            attempt=attempt.attempt,
            campaign=campaign.id,
            lead=said.lead,
            number=attempt.number,
            source=attempt.source,
            pool=self._pool(pool_of(campaign.settings)),
            asked_at=attempt.opened_at,
            agent=attempt.agent,
            directed=directed,
            opened=attempt,
            placed_at=attempt.opened_at,
            stage=CallStage.QUEUED,
            staged_at=said.at,
        )
        self._release(campaign.id, campaign.hopper.remove(lambda held, _: held == said.lead))
        self.flights.add(flight)
        campaign.open += 1
        campaign.bucket.adopt()
        if directed and attempt.agent is not None and said.stage is not CallStage.CONNECTED:
            flight.pool.directed[flight.attempt] = attempt.agent
        at = attempt.opened_at if said.stage is CallStage.DIALLED else said.at
        seen = CallSeen(
            at=at, attempt=flight.attempt, stage=said.stage, odds=attempt.odds, agent=attempt.agent
        )
        self._stage(flight, seen)

    def _over(self, said: AttemptOver) -> None:
        name = said.end.attempt
        flight = self.flights.by_attempt.get(name)
        if flight is not None:
            self._land(flight, said.end)
        elif self.flights.late(name) is None and self.flights.finished(name) is None:
            self._close_unknown(said.campaign, said.end)

    def _land(self, flight: Flight, end: AttemptEnd) -> None:
        """An attempt is over: free everything, and tell how its lead stands."""
        campaign = self.campaigns[flight.campaign]
        asked = flight.opened is None
        self.flights.end(flight)
        campaign.open -= 1
        campaign.talking -= flight.stage is CallStage.CONNECTED
        if asked:
            campaign.bucket.give_back()
            self.room.refused()
        else:
            campaign.bucket.release()
            self.room.over()
        self._leave_floor(flight, STAGES[end.verdict], end.at)
        campaign.ended(end)
        if flight.opened is not None:
            campaign.reputation.note(flight.opened.caller_id, end.verdict)
        if end.cause.startswith(SKIPPED) and flight.agent is not None:
            campaign.skipped(flight.agent, end.at)
        finished = Finished(campaign=campaign.id, lead=flight.lead, number=flight.number, end=end)
        self.flights.finish(end.attempt, finished)
        if flight.disposition:
            self._refine(campaign, finished, flight.disposition)
        else:
            then = after_verdict(campaign.settings, flight.lead, flight.number, end)
            finished.suppress = then.suppress
            self._close(campaign, finished, then)

    def _close_unknown(self, campaign_id: CampaignId, end: AttemptEnd) -> None:
        """An attempt of an earlier process ended: written down all the same, cautiously."""
        try:
            lead = _named(lead_of(end.attempt), ListId(""))
        except ValueError:
            return
        campaign = self.campaigns.get(campaign_id)
        finished = Finished(campaign=campaign_id, lead=lead, number="", end=end)
        self.flights.finish(end.attempt, finished)
        then = Next(state=LeadState.PARKED)
        if campaign is not None:
            campaign.ended(end)
            then = after_verdict(campaign.settings, lead, "", end)
            finished.suppress = then.suppress
        self._written(campaign_id, finished, then)

    def _disposed(self, said: Disposed) -> None:
        flight = self.flights.by_attempt.get(said.attempt)
        if flight is not None:
            flight.disposition = said.disposition
            return
        campaign = self.campaigns.get(said.campaign)
        if campaign is None:
            return
        finished = self.flights.finished(said.attempt)
        if finished is None:
            end = AttemptEnd(
                attempt=said.attempt, at=said.at, verdict=Verdict.CONNECTED, agent=said.agent
            )
            try:
                lead = _named(lead_of(said.attempt), ListId(""))
            except ValueError:
                return
            finished = Finished(campaign=campaign.id, lead=lead, number="", end=end)
            self.flights.finish(said.attempt, finished)
        if finished.disposition != said.disposition:
            self._refine(campaign, finished, said.disposition)

    def _refine(self, campaign: CampaignOn, finished: Finished, code: str) -> None:
        """Write an agent's disposition down; who once asked not to be called stays so."""
        then = after_disposition(
            campaign.settings, finished.lead, finished.number, finished.end, code
        )
        if finished.suppress and not then.suppress:
            then = Next(
                state=LeadState.SUPPRESSED, suppress=finished.suppress, success=then.success
            )
        campaign.successes += then.success - finished.success
        finished.disposition, finished.success = code, then.success
        finished.person = person_by(campaign.settings, code)
        finished.suppress = then.suppress
        self._close(campaign, finished, then)

    def _close(self, campaign: CampaignOn, finished: Finished, then: Next) -> None:
        self._written(campaign.id, finished, then)
        campaign.hopper.touched(self._now)
        if then.due_at is not None:
            campaign.hopper.due(then.due_at)

    def _written(self, campaign: CampaignId, finished: Finished, then: Next) -> None:
        self._out.append(
            CloseAttempt(
                campaign=campaign,
                end=finished.end,
                lead=finished.lead.lead,
                state=then.state,
                due_at=then.due_at,
                number_dead=then.number_dead,
                suppress=then.suppress,
                disposition=finished.disposition,
                success=then.success,
                person=finished.person,
            )
        )
        if then.suppress:
            self._bar(finished.lead.party or None, finished.number, self._now)

    def _bar(self, party: PartyId | None, number: str, now: int) -> None:
        """Somebody may not be called any more: not from a buffer, and not from a preview."""
        for campaign in self.campaigns.values():
            self._release(campaign.id, campaign.hopper.bar(party, number))
        for flight in self.flights.by_attempt.values():
            same = flight.number == number or (party is not None and flight.lead.party == party)
            if same and flight.shown and flight.stage is CallStage.QUEUED:
                self._ring_off(flight, "barred", now)

    # Ringing off, and deadlines.

    def _ring_off(self, flight: Flight, why: str, now: int) -> None:
        if flight.rung_off_at is None:
            flight.rung_off_at = now
            self._out.append(RingOff(campaign=flight.campaign, attempt=flight.attempt, why=why))

    def _ring_off_all(self, campaign: CampaignId, now: int) -> None:
        for flight in self.flights.by_attempt.values():
            if flight.campaign == campaign and flight.unanswered:
                self._ring_off(flight, "stopped", now)

    def _expire(self, now: int) -> None:
        """Give up gates that do not answer, and calls of which nothing is heard any more."""
        self.flights.forget_late(now)
        for flight in list(self.flights.by_attempt.values()):
            if flight.opened is None:
                if now - flight.asked_at >= OPENING_US:
                    self.flights.give_up(flight)
                    self._unasked(flight, now)
                continue
            settings = self.campaigns[flight.campaign].settings
            if not flight.overdue(now, settings.ring_us, settings.preview_us):
                continue
            if flight.rung_off_at is None:
                self._ring_off(flight, "overdue", now)
            elif now - flight.rung_off_at >= _OVERDUE_AGAIN_US:
                lost = AttemptEnd(
                    attempt=flight.attempt, at=now, verdict=Verdict.LOST, cause="overdue"
                )
                self._land(flight, lost)


def _has_agents(mode: Mode, flight: Flight) -> bool:
    """Say whether the agents for whom an attempt was asked for are there still."""
    pool, source = flight.pool, flight.source
    if source in (Source.MANUAL, Source.AGENTLESS):
        return True
    if flight.directed:
        return flight.agent is not None and pool.is_idle(flight.agent)
    if mode is Mode.PROGRESSIVE:
        return pool.floor.in_flight() <= pool.floor.idle() - pool.kept()
    return pool.staffed() > 0


def _named(lead: LeadId, list_id: ListId) -> Lead:
    """A lead of which only the name is known."""
    return Lead(lead=lead, party=PartyId(""), list=list_id, token=0, numbers=())

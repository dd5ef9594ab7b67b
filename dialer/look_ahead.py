"""Pacing by looking ahead: who will be free when these phones are picked up.

At each decision the ages of ringing calls and the elapsed times of talks and wrap-ups say what to
expect at the moments when a call dialled now may be answered. It is dialled if the chance that
nobody would be there in time is at most the risk allowed. That risk is learned from what came of
earlier dials (`appetite`) and bound by the ledgers of the law (`guard`); nothing else bounds it but
lines, and the agents who are to be left free. There is always one call for each idle agent beyond
those, whatever the risk.
"""

import math
from dataclasses import dataclass

from dialer.answer_prior import Expected
from dialer.answer_rate import AnswerRate
from dialer.appetite import Appetite, boldness
from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage, Floor, Seen
from dialer.free_up import FreeUp
from dialer.guard import Bound, bound_of
from dialer.ids import AttemptId
from dialer.in_flight import InFlight
from dialer.outlook import Ahead, Scene
from dialer.pacing import Ask, Decision
from dialer.ring_law import BIN_US, BINS, bin_of
from dialer.risk import ExactLag, Outlook, Stake, by_moments, tail, usual_slack
from dialer.staffing import Staffing

SMALL_TEAM = 12
_LAGS, _LAGS_SMALL = 6, 4
_SETTLE_US = 5_000_000
_COLD_ANSWERS, _COLD_HEADS, _COLD_ALPHA, _COLD_SPREAD = 30, 2, 0.02, 0.3
"""So many answers (at least two for each agent) have to be judged before more is risked. Until
then the answer rate is in doubt: what is known of it hangs on a law of ringing not known yet."""
_SET_UP_US = 2_000_000
"""A call is rung off so much later than the least ringing: its way to the phone took time too."""
_HARDLY, _LOST_SHARE = 0.95, 0.05
_SHED_OVER, _SHED_LEAST, _SHED_BOUND = 2.0, 0.4, 0.04
_WIDE = math.sqrt(3.0)
_SURE = 0.05
"""An answer rate known to this share (a bit over one deviation) is taken as known."""


@dataclass(frozen=True, slots=True)
class Dare:
    """How much may be at stake: as a plain risk (by law), and weighed (what is learned).

    ``free``: so many agents have to be left idle on average besides; 0 for any number.
    """

    risk: float
    weighed: float
    free: int = 0

    def takes(self, stake: Stake) -> bool:
        """Say whether so much may be at stake."""
        return self.risks(stake) and not self.keeps(stake)

    def risks(self, stake: Stake) -> bool:
        """Say whether the risk is none too much."""
        return stake.risk <= self.risk and stake.weighed <= self.weighed

    def keeps(self, stake: Stake) -> bool:
        """Say whether a call would take one of the agents who are to be left free."""
        return self.free > 0 and stake.slack <= self.free


@dataclass(frozen=True, slots=True)
class Found:
    """How many dials may be; what the first puts at stake, and the first that may not be."""

    dials: int
    first: Stake | None = None
    refused: Stake | None = None


class LookAhead:
    """The pacer. One for each pool and campaign; deep copies go their own way."""

    name = "look_ahead"

    def __init__(self) -> None:
        self.rate = AnswerRate()
        self.free_up = FreeUp()
        self.flight = InFlight()
        self.appetite = Appetite()
        self.staffing = Staffing()
        self._aheads: dict[str, Ahead] = {}
        self._lags = 0
        self._route = ""
        self._judged = 0
        self._aim = 0.0
        self._held = False
        self._lost = 0.0
        self._hardly = BINS
        self._exposed_at: int | None = None
        self._settle_at = 0
        self._settle_step = 0

    def expect(self, expected: Expected) -> None:
        """Take up what is known of earlier days. The doubt of a cold start stays as it is."""
        self.rate.expect(expected.rate, expected.calls, expected.instead_of)

    # Learning

    def observe(self, seen: Seen, floor: Floor) -> None:
        """Learn from what happened; the floor has it already."""
        if isinstance(seen, AgentSeen):
            self._agent(seen)
        else:
            self._call(seen)

    def _agent(self, seen: AgentSeen) -> None:
        ended = self.staffing.see(seen)
        if ended is None:
            return
        work, took_us = ended
        if work is AgentWork.TALKING:
            self.free_up.talks.learn(took_us)
            if seen.work is AgentWork.IDLE:
                self.free_up.wraps.learn(0)
        elif work is AgentWork.WRAP_UP and seen.work is not AgentWork.TALKING:
            self.free_up.wraps.learn(took_us)

    def _call(self, seen: CallSeen) -> None:
        known = self.flight.out.get(seen.attempt)
        self.flight.see(seen)
        if seen.stage is CallStage.DIALLED:
            self._route = seen.route
        if known is None:
            return
        if seen.stage is CallStage.CONNECTED:
            self._judge(0.0)
        elif seen.stage is CallStage.ABANDONED:
            self._judge(1.0)

    def _judge(self, abandoned: float) -> None:
        self._judged += 1
        # Where it is not the risk that holds it back, that nobody is abandoned teaches nothing.
        if self._aim > 0 and (abandoned or not self._held):
            self.appetite.judge(abandoned, self._aim)

    def _learn(self, floor: Floor, now: int) -> None:
        if len(self.flight.out) != len(floor.flying):
            self.flight.take_up(floor)
        if len(self.staffing.agents) != len(floor.agents):
            self.staffing.take_up(floor)
        before = now if self._exposed_at is None else self._exposed_at
        self._exposed_at = now
        for _ in range(self.flight.answered):
            self.rate.answered()
        self.flight.answered = 0
        if self._judged < _COLD_HEADS * len(floor.agents) and now > before:
            self._settle_rings(now)
        self.rate.exposed(self.flight.exposure(now), (now - before) / 1e6, len(self.flight.out))
        if not self._aheads or self.flight.routes.keys() != self._aheads.keys():
            self._settle_rings(now)
        elif now >= self._settle_at:
            self._settle(now)

    def _settle(self, now: int) -> None:
        """Take one of three turns at making tables anew, so that no decision pays for all."""
        self._settle_step = (self._settle_step + 1) % 3
        if self._settle_step == 0:
            self._settle_rings(now)
            self._settle_at = now + _SETTLE_US
            return
        work = AgentWork.TALKING if self._settle_step == 1 else AgentWork.WRAP_UP
        running = self.staffing.running(work, now)
        if work is AgentWork.TALKING:
            self.free_up.settle_talks(running)
        else:
            self.free_up.settle_wraps(running)

    def _settle_rings(self, now: int) -> None:
        main = self.flight.routes.get(self._route, self.flight.routes[""])
        for route in self.flight.routes.values():
            route.law.settle(route.ages(now))
        self._hardly = main.law.lag_of(_HARDLY)
        lags = [1, *main.law.lags(self._lags or _LAGS)]
        self._aheads = {name: Ahead(r.law, lags) for name, r in self.flight.routes.items()}

    # Deciding

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        """Say how many to dial. Never more than ``ask.room``."""
        self._learn(floor, ask.now)
        scene = self._scene(ask)
        bound = bound_of(ask.windows, ask.target, self.flight.waiting)
        self._aim = bound.aim
        alpha = self.appetite.alpha * boldness(scene.team.heads) * bound.share
        plain = bound.alpha
        if self._judged < max(_COLD_ANSWERS, _COLD_HEADS * scene.team.size):
            plain = min(plain, _COLD_ALPHA)
        dare = Dare(plain, min(alpha, plain), ask.keep_free)
        outlook = scene.outlook()
        if scene.team.size == 0:
            return Decision(dial=0, why="no_agents", numbers=self._numbers(outlook, dare, bound))
        found, room = Found(0), max(ask.room, 0)
        if dare.risk > 0.0 and scene.team.size > 1 and not ask.one_to_one:
            if scene.team.heads <= SMALL_TEAM:
                found = self._exactly(scene, ask, dare, room)
            else:
                found = self._roughly(outlook, ask, dare, room)
        by_risk, idle = found.dials, max(scene.team.idle - ask.keep_free, 0)
        spare = idle - len(self.flight.out)
        shed = self._shed(outlook, ask, dare, free=bound.alpha >= 1.0)
        if not shed and spare == 0 < idle and not by_risk:
            shed = self._rung_out(ask, idle)
        by_idle = max(spare + len(shed), 0)
        why = _why(by_risk, by_idle, room, bound)
        kept = found.refused is not None and dare.keeps(found.refused)
        self._held = ask.one_to_one or kept
        if why != "room" and self._held:
            why = "few_agents" if ask.one_to_one else "keep_free"
        return Decision(
            dial=min(max(by_risk, by_idle), room),
            shed=shed,
            why=why,
            numbers=self._numbers(outlook, dare, bound, found.first),
        )

    def _rung_out(self, ask: Ask, most: int) -> tuple[AttemptId, ...]:
        """Give up phones that are hardly answered any more, for idle agents with no other calls.

        Some are left to ring to their end, so that the law of ringing stays known there.
        """
        least = max(ask.min_ring_us + _SET_UP_US, self._hardly * BIN_US)
        if self._lost > _LOST_SHARE * self._judged or not self.flight.rings_since(ask.now - least):
            return ()
        found = [
            attempt
            for attempt in self.flight.oldest(ask.now, least)
            if self.flight.out[attempt].dialled_at // BIN_US % 4
        ]
        return self._give_up(tuple(found[:most]), ask.now)

    def _give_up(self, shed: tuple[AttemptId, ...], now: int) -> tuple[AttemptId, ...]:
        """Count what answers are lost by ringing off."""
        known: dict[tuple[str, float, int], float] = {}
        for attempt in shed:
            out = self.flight.out[attempt]
            like = out.route, out.odds, bin_of(now - out.dialled_at)
            if like not in known:
                known[like] = self._loses(*like)
            self._lost += known[like]
        return shed

    def _loses(self, route: str, odds: float, age: int) -> float:
        """Tell how probably a call of this bin of age would still be answered."""
        answer, other, _ = self._aheads.get(route, self._aheads[""]).row(age)
        here = min(self.rate.rate * odds, 0.95)
        return here * answer / max(here * answer + (1.0 - here) * other, 1e-9)

    def _shed(self, outlook: Outlook, ask: Ask, dare: Dare, *, free: bool) -> tuple[AttemptId, ...]:
        """Ring off whoever has rung long enough, if nobody would be there for them now."""
        least = ask.min_ring_us + _SET_UP_US
        if not self.flight.rings_since(ask.now - least):
            return ()
        soon = outlook.soon
        if soon is None:
            return ()
        risk = tail(soon.demand - soon.supply, soon.demand_var + soon.supply_var, 0.0)
        if risk <= max(_SHED_OVER * dare.weighed, _SHED_LEAST if free else _SHED_BOUND):
            return ()
        return self._give_up(tuple(self.flight.oldest(ask.now, least)), ask.now)

    def _scene(self, ask: Ask) -> Scene:
        team = self.staffing.team(ask.now, ask.reserved)
        lags = _LAGS_SMALL if team.heads <= SMALL_TEAM else _LAGS
        if lags != self._lags:
            self._lags = lags
            self._settle_rings(ask.now)
        main = self._aheads.get(self._route, self._aheads[""])
        hold_s = ask.hold_us / 1e6
        self.free_up.look(tuple(lag * BIN_US / 1e6 + hold_s for lag in main.lags))
        return Scene(
            team=team,
            flight=self.flight,
            aheads=self._aheads,
            main=main,
            free_up=self.free_up,
            now=ask.now,
            rate=self.rate.rate,
            spread=max(self.rate.spread, self._doubt(team.size)),
            inbound_per_s=ask.inbound_per_s,
            hold_s=hold_s,
        )

    def _doubt(self, size: int) -> float:
        """Tell how much the answer rate is in doubt at least: less with every answer judged."""
        return _COLD_SPREAD * max(0.0, 1.0 - self._judged / (_COLD_HEADS * size + 1))

    def _roughly(self, outlook: Outlook, ask: Ask, dare: Dare, room: int) -> Found:
        """Find how many dials may be, by the normal law."""
        rate, odds, sums = outlook.rate, ask.odds, [0.0]

        def stake(before: int) -> Stake:
            known = min(before, len(odds))
            while len(sums) <= known:
                sums.append(sums[-1] + min(rate * odds[len(sums) - 1], 0.95))
            return by_moments(outlook, before, sums[known] + (before - known) * rate)

        first = stake(0)
        if room == 0 or not dare.takes(first):
            return Found(0, first, first)
        good, bad = 1, 2
        while bad <= room and dare.takes(stake(bad - 1)):
            good, bad = bad, 2 * bad
        bad = min(bad, room + 1)
        while bad - good > 1:
            middle = (good + bad) // 2
            if dare.takes(stake(middle - 1)):
                good = middle
            else:
                bad = middle
        return Found(good, first, stake(good) if good < room else None)

    def _exactly(self, scene: Scene, ask: Ask, dare: Dare, room: int) -> Found:
        """Find how many dials may be, by folding, over three answer rates."""
        wide = min(_WIDE * scene.spread, 0.9)
        rates = [(scene.rate, 1.0)]
        if wide > _SURE:
            rates = [
                (scene.rate * (1.0 - wide), 1 / 6),
                (scene.rate, 2 / 3),
                (min(scene.rate * (1.0 + wide), 0.95), 1 / 6),
            ]
        supply = scene.supply_laws()
        laws = [(rate, weight, scene.exact(supply, rate)) for rate, weight in rates]
        usual = usual_slack(scene.team.heads)
        first: Stake | None = None
        for dials in range(room + 1):
            stake = _mixed([(weight, lags) for _, weight, lags in laws], usual)
            first = first or stake
            if not dare.takes(stake):
                return Found(dials, first, stake)
            if dials == room:
                return Found(dials, first)
            odds = ask.odds[dials] if dials < len(ask.odds) else 1.0
            for rate, _, lags in laws:
                for lag in lags:
                    lag.dial(min(rate * odds, 0.95))
        return Found(0)

    def _numbers(
        self, outlook: Outlook, dare: Dare, bound: Bound, stake: Stake | None = None
    ) -> dict[str, float]:
        """Give what a decision was made from, for people to read."""
        middle = outlook.lags[len(outlook.lags) // 2]
        numbers = {
            "alpha": dare.weighed,
            "alpha_of_law": dare.risk,
            "aim": bound.aim,
            "answer_rate": outlook.rate,
            "answer_rate_spread": outlook.spread,
            "supply": middle.supply,
            "demand": middle.demand,
            "ringing": float(self.flight.ringing),
            "queued": float(self.flight.queued),
            "waiting": float(self.flight.waiting),
        }
        if bound.policy:
            numbers["room"] = bound.room
        if stake is not None:
            numbers["risk"] = stake.risk
            numbers["slack"] = stake.slack
        return numbers


def _mixed(laws: list[tuple[float, list[ExactLag]]], usual: float) -> Stake:
    risk = slack = 0.0
    for weight, lags in laws:
        for lag in lags:
            risk += weight * lag.risk() / len(lags)
            slack += weight * lag.slack() / len(lags)
    return Stake(risk, slack, usual)


def _why(by_risk: int, by_idle: int, room: int, bound: Bound) -> str:
    if max(by_risk, by_idle) > room:
        return "room"
    if bound.why:
        return bound.why
    return "idle" if by_idle > by_risk else "risk"

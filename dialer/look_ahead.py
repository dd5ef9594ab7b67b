"""Pacing by looking ahead: who will be free when these phones are picked up.

At each decision the ages of ringing calls and the elapsed times of talks and wrap-ups say what to
expect at the moments when a call dialled now may be answered. It is dialled if the chance that
nobody would be there in time is at most the risk allowed. That risk is learned from what came of
earlier dials (`appetite`) and bound by the ledgers of the law (`guard`); nothing else bounds it but
lines. There is always one call for each idle agent, whatever the risk.
"""

import math

from dialer.answer_rate import AnswerRate
from dialer.appetite import Appetite, aim_of
from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage, Floor, Seen
from dialer.free_up import FreeUp
from dialer.guard import Bound, bound_of
from dialer.in_flight import InFlight
from dialer.outlook import Ahead, Scene
from dialer.pacing import Ask, Decision
from dialer.ring_law import BIN_US
from dialer.risk import Outlook, risk_by_moments
from dialer.staffing import Staffing

SMALL_TEAM = 12
_LAGS, _LAGS_SMALL = 6, 4
_SETTLE_US = 5_000_000
_COLD_ANSWERS, _COLD_ALPHA = 30, 0.02
_SET_UP_US = 2_000_000
"""A call is rung off so much later than the least ringing: its way to the phone took time too."""
_WIDE = math.sqrt(3.0)


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
        self._exposed_at: int | None = None
        self._settle_at = 0
        self._settle_step = 0

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
        if self._aim > 0:
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
        self.rate.exposed(self.flight.exposure(now), (now - before) / 1e6)
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
        lags = main.law.lags(self._lags or _LAGS)
        self._aheads = {name: Ahead(r.law, lags) for name, r in self.flight.routes.items()}

    # Deciding

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        """Say how many to dial. Never more than ``ask.room``."""
        self._learn(floor, ask.now)
        scene = self._scene(ask)
        self._aim = _aim(ask)
        bound = bound_of(ask.windows, self.flight.waiting)
        alpha = min(self.appetite.alpha, bound.alpha)
        if self._judged < _COLD_ANSWERS:
            alpha = min(alpha, _COLD_ALPHA)
        outlook = scene.outlook()
        out = self.flight.ringing + self.flight.queued + self.flight.waiting
        if scene.team.size == 0:
            return Decision(dial=0, why="no_agents", numbers=_numbers(self, outlook, 0.0, 0.0))
        by_risk = 0
        now_risk = 0.0
        room = max(ask.room, 0)
        if alpha > 0.0 and scene.team.size > 1:
            if scene.team.size <= SMALL_TEAM:
                by_risk, now_risk = self._exactly(scene, ask, alpha, room)
            else:
                by_risk, now_risk = self._roughly(outlook, ask, alpha, room)
        by_idle = max(scene.team.idle - out, 0)
        dial = min(max(by_risk, by_idle), room)
        why = _why(dial, by_risk, by_idle, room, bound, alpha)
        numbers = _numbers(self, outlook, alpha, now_risk)
        return Decision(dial=dial, why=why, numbers=numbers)

    def _scene(self, ask: Ask) -> Scene:
        team = self.staffing.team(ask.now, ask.reserved)
        lags = _LAGS_SMALL if team.size <= SMALL_TEAM else _LAGS
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
            spread=self.rate.spread,
            inbound_per_s=ask.inbound_per_s,
            hold_s=hold_s,
        )

    def _roughly(self, outlook: Outlook, ask: Ask, alpha: float, room: int) -> tuple[int, float]:
        """Find how many dials the risk allows, by the normal law; and the risk of the first."""
        sums = _rates(outlook.rate, ask.odds) if ask.odds else None

        def risk(before: int) -> float:
            if sums is None:
                return risk_by_moments(outlook, before, before * outlook.rate)
            known = min(before, len(sums) - 1)
            rates = sums[known] + (before - known) * outlook.rate
            return risk_by_moments(outlook, before, rates)

        first = risk(0)
        if first > alpha or room == 0:
            return 0, first
        good, bad = 1, 2
        while bad <= room and risk(bad - 1) <= alpha:
            good, bad = bad, 2 * bad
        bad = min(bad, room + 1)
        while bad - good > 1:
            middle = (good + bad) // 2
            if risk(middle - 1) <= alpha:
                good = middle
            else:
                bad = middle
        return good, first

    def _exactly(self, scene: Scene, ask: Ask, alpha: float, room: int) -> tuple[int, float]:
        """Find how many dials the risk allows, by folding, over three answer rates."""
        wide = min(_WIDE * scene.spread, 0.9)
        rates = [(scene.rate, 1.0)]
        if wide > 0.05:
            rates = [
                (scene.rate * (1.0 - wide), 1 / 6),
                (scene.rate, 2 / 3),
                (min(scene.rate * (1.0 + wide), 0.95), 1 / 6),
            ]
        laws = [(rate, weight, scene.exact(rate)) for rate, weight in rates]
        dials, first = 0, 0.0
        while True:
            risk = sum(
                weight * sum(lag.risk() for lag in lags) / len(lags) for _, weight, lags in laws
            )
            if dials == 0:
                first = risk
            if risk > alpha or dials >= room:
                return dials, first
            odds = ask.odds[dials] if dials < len(ask.odds) else 1.0
            for rate, _, lags in laws:
                for lag in lags:
                    lag.dial(min(rate * odds, 0.95))
            dials += 1


def _rates(rate: float, odds: tuple[float, ...]) -> list[float]:
    sums = [0.0]
    for each in odds:
        sums.append(sums[-1] + min(rate * each, 0.95))
    return sums


def _aim(ask: Ask) -> float:
    """Tell the lowest share that a window asks to aim at next."""
    aims = [
        aim_of(min(ask.target, window.cap), window.live, window.abandoned) for window in ask.windows
    ]
    return min(aims, default=ask.target)


def _why(dial: int, by_risk: int, by_idle: int, room: int, bound: Bound, alpha: float) -> str:
    if dial == room and max(by_risk, by_idle) > room:
        return "room"
    if bound.why and alpha >= bound.alpha:
        return bound.why
    return "idle" if by_idle > by_risk else "risk"


def _numbers(pacer: LookAhead, outlook: Outlook, alpha: float, risk: float) -> dict[str, float]:
    middle = outlook.lags[len(outlook.lags) // 2]
    return {
        "alpha": alpha,
        "risk": risk,
        "answer_rate": outlook.rate,
        "answer_rate_spread": outlook.spread,
        "supply": middle.supply,
        "demand": middle.demand,
        "ringing": float(pacer.flight.ringing),
        "waiting": float(pacer.flight.waiting),
    }

"""Which pacer a campaign's mode means, and what no pacer may exceed in it."""

from collections.abc import Callable
from dataclasses import replace

from dialer.answer_prior import Expected
from dialer.baselines import FixedRatio, PerAgent
from dialer.campaign import CampaignSettings, Mode
from dialer.floor import Floor, Seen
from dialer.pacing import Ask, Decision, Expecting, Pacer

MakePacer = Callable[[str], Pacer]
"""Makes a pacer by its name. Raises ValueError for one that is not there."""

PACED = frozenset({Mode.PROGRESSIVE, Mode.POWER, Mode.RATIO, Mode.PREDICTIVE})
"""Modes in which a pacer says how many to dial."""


class Power:
    """So many lines for each idle agent or each who is there, but no more than the risk allows."""

    def __init__(self, ratio: FixedRatio | PerAgent, risk: Pacer) -> None:
        self.name = ratio.name
        self._ratio = ratio
        self.risk = risk

    def observe(self, seen: Seen, floor: Floor) -> None:
        """Learn from what happened."""
        self._ratio.observe(seen, floor)
        self.risk.observe(seen, floor)

    def expect(self, expected: Expected) -> None:
        """Take up how many will answer, where that is a risk."""
        if isinstance(self.risk, Expecting):
            self.risk.expect(expected)

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        """Say how many to dial: the lesser of the two."""
        wanted, allowed = self._ratio.decide(floor, ask), self.risk.decide(floor, ask)
        numbers = {**allowed.numbers, "ratio": self._ratio.ratio, "by_ratio": float(wanted.dial)}
        if wanted.dial <= allowed.dial:
            return Decision(dial=wanted.dial, shed=allowed.shed, why=wanted.why, numbers=numbers)
        return replace(allowed, numbers=numbers)


class Ports:
    """As many calls at once as there are lines: nobody waits for an agent."""

    name = "ports"

    def observe(self, seen: Seen, floor: Floor) -> None:
        """Learn nothing."""

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        """Dial what there is room for."""
        return Decision(dial=ask.room, why="room")


def pacer_for(settings: CampaignSettings, make: MakePacer) -> Pacer:
    """Make the pacer of a campaign's mode. Raises ValueError for a name that is not known."""
    if settings.mode is Mode.AGENTLESS:
        return Ports()
    if settings.mode is Mode.POWER:
        return Power(FixedRatio(settings.ratio, "power"), make("look_ahead"))
    if settings.mode is Mode.RATIO:
        return Power(PerAgent(settings.ratio, "ratio"), make("look_ahead"))
    if settings.mode is Mode.PREDICTIVE:
        return make(settings.pacer)
    return FixedRatio(1.0, "progressive")


def same_pacer(before: CampaignSettings, after: CampaignSettings) -> bool:
    """Say whether what a pacer has learned serves the new settings too."""
    return (before.mode, before.pacer, before.ratio) == (after.mode, after.pacer, after.ratio)


RISKY = PACED - {Mode.PROGRESSIVE}
"""Modes in which more may be dialled than agents are idle."""


def one_to_one(settings: CampaignSettings, staffed: int) -> bool:
    """Say whether there are too few agents for more than one call for each who is idle."""
    return settings.mode in RISKY and staffed < settings.predictive_from


def within(mode: Mode, decision: Decision, floor: Floor, ask: Ask, staffed: int) -> Decision:
    """Hold a decision to what its mode and the room allow, whoever made it."""
    dial, why = decision.dial, decision.why
    if mode is not Mode.AGENTLESS and not staffed:
        dial, why = 0, "no_agents"
    if mode is Mode.PROGRESSIVE or ask.one_to_one:
        spare = max(0, floor.idle() - ask.reserved - ask.keep_free - floor.in_flight())
        if dial > spare:
            dial, why = spare, "few_agents" if ask.one_to_one else why
    if dial > ask.room:
        dial, why = ask.room, "room"
    dial = max(dial, 0)
    return decision if dial == decision.dial else replace(decision, dial=dial, why=why)

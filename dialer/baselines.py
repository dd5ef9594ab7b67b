"""Ways of pacing to compare with: one call an agent, a fixed ratio to those idle or there."""

from collections.abc import Mapping

from dialer.floor import Floor, Seen
from dialer.pacing import Ask, Decision


class FixedRatio:
    """So many lines for each idle agent, ringing ones included, as a supervisor once set it.

    With 1.0 it is progressive dialling: no call without an idle agent for it, and so, as long as
    agents stay, nobody is abandoned. Agents kept back or to be left free are not counted.
    """

    def __init__(self, lines_per_idle: float = 1.0, name: str = "") -> None:
        self.ratio = lines_per_idle
        self.name = name or f"ratio_{lines_per_idle:g}"

    def observe(self, seen: Seen, floor: Floor) -> None:
        """Learn nothing."""

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        """Dial what is missing to the ratio."""
        idle = max(0, floor.idle() - ask.reserved - ask.keep_free)
        flying = floor.in_flight()
        wanted = round(self.ratio * idle) - flying
        numbers: Mapping[str, float] = {"idle": idle, "flying": flying, "ratio": self.ratio}
        if wanted > ask.room:
            return Decision(dial=ask.room, why="room", numbers=numbers)
        return Decision(dial=max(0, wanted), why="ratio" if idle else "no_agents", numbers=numbers)


class PerAgent:
    """So many lines for each agent who is there, whatever they do; lines with agents count as well.

    It dials for agents who talk, whose talks may last: with more than one line an agent people are
    abandoned, and nothing here keeps to a cap. Who is leaving, kept
    back or to be left free is not counted.
    """

    def __init__(self, lines_per_agent: float = 1.0, name: str = "") -> None:
        self.ratio = lines_per_agent
        self.name = name or f"per_agent_{lines_per_agent:g}"

    def observe(self, seen: Seen, floor: Floor) -> None:
        """Learn nothing."""

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        """Dial what is missing to the ratio."""
        staying = sum(1 for agent in floor.agents.values() if not agent.leaving)
        there = max(0, staying - ask.reserved - ask.keep_free)
        lines = len(floor.calls)
        wanted = round(self.ratio * there) - lines
        numbers: Mapping[str, float] = {"there": there, "lines": lines, "ratio": self.ratio}
        if wanted > ask.room:
            return Decision(dial=ask.room, why="room", numbers=numbers)
        why = "per_agent" if there else "no_agents"
        return Decision(dial=max(0, wanted), why=why, numbers=numbers)

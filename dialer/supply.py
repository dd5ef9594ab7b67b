"""A pool: the agents that one or several campaigns share, counted once.

Every campaign's pacer decides on the same floor, one after the other, and each sees the calls of
those before it; so the calls of all of them together are what the pool can take. Whose turn comes
first, and how much it may take, goes by what each has been given for its weight.
"""

import math
from collections.abc import Iterable, Sequence

from dialer.answer_odds import AnswerOdds
from dialer.campaign import External
from dialer.floor import OPEN, AgentSeen, AgentWork, CallSeen, CallStage, Floor, Seen
from dialer.ids import AgentId, AttemptId, CampaignId, PoolId

_OUTSIDE = "~"
"""Between an external endpoint's name and the number of one of its places."""


class Pool:
    """A pool's floor, and what else wants its agents."""

    def __init__(self, pool: PoolId) -> None:
        self.pool = pool
        self.floor = Floor()
        self.reserved = 0
        """Idle agents kept for something else (callbacks due elsewhere, experts held back)."""
        self.inbound_per_s = 0.0
        self.directed: dict[AttemptId, AgentId] = {}
        """Attempts that have their agent already: no demand, and the agent no supply."""
        self.answers = AnswerOdds()
        self._places: dict[AttemptId, AgentId] = {}
        self._given: dict[CampaignId, float] = {}
        self._floor_of_given = 0.0

    def see(self, seen: Seen) -> list[Seen]:
        """Note what happened; gives what pacers are to be told of it."""
        if isinstance(seen, AgentSeen):
            self.floor.see(seen)
            return [seen]
        if seen.attempt not in self.floor.calls and seen.stage not in OPEN:
            return []
        self.floor.see(seen)
        return [seen, *self._place(seen)]

    def staffed(self) -> int:
        """Count agents who will take another call some time."""
        return sum(not agent.leaving for agent in self.floor.agents.values())

    def kept(self) -> int:
        """Count idle agents who are no supply: kept back, or with a call of their own coming."""
        agents = self.floor.agents
        own = {agent for agent in self.directed.values() if agent in agents and self.is_idle(agent)}
        return self.reserved + len(own)

    def idle_for(self, agent: AgentId) -> bool:
        """Say whether an agent is idle and nothing of their own is coming."""
        return self.is_idle(agent) and agent not in self.directed.values()

    def free_agents(self) -> list[AgentId]:
        """Name idle agents with nothing of their own coming, the longest idle first.

        As many as are kept back, or likely to be needed for what rings, are left out.
        """
        taken = set(self.directed.values())
        idle = [
            agent
            for agent in self.floor.agents.values()
            if agent.work is AgentWork.IDLE and not agent.leaving and agent.agent not in taken
        ]
        idle.sort(key=lambda each: (each.since, each.agent))
        left = len(idle) - self.reserved - self.needed()
        return [each.agent for each in idle[: max(0, left)]]

    def needed(self) -> int:
        """Count the agents whom calls in flight will likely want."""
        flying = self.floor.flying.values()
        waiting = sum(each.stage is CallStage.WAITING for each in flying)
        return waiting + math.ceil((len(flying) - waiting) * self.answers.rate)

    def is_idle(self, agent: AgentId) -> bool:
        """Say whether an agent can take a call now."""
        known = self.floor.agents.get(agent)
        return known is not None and known.work is AgentWork.IDLE and not known.leaving

    # Endpoints outside, as agents.

    def open_places(self, external: Sequence[External], now: int) -> list[Seen]:
        """Have as many agents as the endpoints take calls at once; gives what changed."""
        names = {
            place_name(each.agent, number): each.agent
            for each in external
            for number in range(each.most)
        }
        known = self.floor.agents
        gone = [each for each in known if _OUTSIDE in each and each not in names]
        come = [each for each in names if each not in known]
        changed: list[Seen] = [
            *(AgentSeen(at=now, agent=each, work=AgentWork.AWAY) for each in gone),
            *(AgentSeen(at=now, agent=each, work=AgentWork.IDLE) for each in come),
        ]
        for seen in changed:
            self.floor.see(seen)
        return changed

    def _place(self, seen: CallSeen) -> list[Seen]:
        """An endpoint's place is taken when it has a call, and free when the call is over."""
        place = self._places.get(seen.attempt)
        if seen.stage is CallStage.CONNECTED and seen.agent is not None and place is None:
            prefix = f"{seen.agent}{_OUTSIDE}"
            place = next(
                (
                    each
                    for each in self.floor.agents
                    if each.startswith(prefix) and self.is_idle(each)
                ),
                None,
            )
            if place is None:
                return []
            self._places[seen.attempt] = place
            taken = AgentSeen(at=seen.at, agent=place, work=AgentWork.TALKING)
            self.floor.see(taken)
            return [taken]
        if place is not None and seen.stage not in OPEN:
            del self._places[seen.attempt]
            if place in self.floor.agents:
                free = AgentSeen(at=seen.at, agent=place, work=AgentWork.IDLE)
                self.floor.see(free)
                return [free]
        return []

    def _free_place(self, endpoint: AgentId) -> AgentId | None:
        places = (each for each in self.floor.agents if each.startswith(endpoint + _OUTSIDE))
        return next((each for each in places if self.is_idle(each)), None)

    # Turns.

    def turns(self, campaigns: Iterable[tuple[CampaignId, int]]) -> list[CampaignId]:
        """Order campaigns (id, weight) by what they were given for their weight, least first."""
        present = [each for each, _ in campaigns]
        lowest = min((self._given[each] for each in present if each in self._given), default=None)
        self._floor_of_given = max(self._floor_of_given, lowest or 0.0)
        for each in present:
            given = self._given.get(each, 0.0)
            self._given[each] = max(given, self._floor_of_given - _CREDIT)
        return sorted(present, key=lambda each: (self._given[each], each))

    def gave(self, campaign: CampaignId, weight: int, calls: float) -> None:
        """Note what a campaign was given: expected answers, or agents' calls."""
        self._given[campaign] = self._given.get(campaign, 0.0) + calls / max(weight, 1)


_CREDIT = 20.0
"""How far a campaign that had nothing to dial may be behind: it catches up, and takes not all."""


def place_name(endpoint: AgentId, number: int) -> AgentId:
    """Name one of the places of an endpoint outside."""
    return AgentId(f"{endpoint}{_OUTSIDE}{number}")


def share(want: int, weight: int, weights_after: int) -> int:
    """Tell how many of the wanted calls a campaign dials when others come after it."""
    if weights_after <= 0:
        return want
    return math.ceil(want * weight / (weight + weights_after))

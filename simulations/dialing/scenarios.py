"""The scenarios that dialing is measured by, by name.

``N20_p25_aht60``: 20 agents, 25 % of the dials answered in person, 60 s of handling. All begin
cold: the agents come at once, and the pacer knows nothing. `why` says what is beyond the grid.
"""

from dataclasses import dataclass, replace

from dialer.ids import AgentId
from dialer.rehearsal_parts import Shift
from simulations.dialing.callees import SECOND_US, Manners, steady, steps, swing

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A share of the agents leaves at once (after the call they are in), and comes back."""

    from_s: float
    to_s: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One situation. ``calls_per_s``: None for one for each agent.

    ``early``: how many agents are there from the start (None: all), the others come at ``late_s``.
    """

    name: str
    agents: int
    manners: Manners
    hours: float = 3.0
    why: str = ""
    breaks: tuple[Break, ...] = ()
    early: int | None = None
    late_s: float = HOUR_S
    calls_per_s: float | None = None
    lines: int | None = None

    def shifts(self, start_at: int) -> tuple[Shift, ...]:
        """Say who comes and goes when."""
        found: list[Shift] = []
        agents = [AgentId(f"agent-{number}") for number in range(1, self.agents + 1)]
        early = len(agents) if self.early is None else self.early
        late = start_at + round(self.late_s * SECOND_US)
        for place, agent in enumerate(agents):
            found.append(Shift(at=start_at if place < early else late, agent=agent, comes=True))
        for each in self.breaks:
            for agent in agents[: round(each.share * len(agents))]:
                for second, comes in ((each.from_s, False), (each.to_s, True)):
                    at = start_at + round(second * SECOND_US)
                    found.append(Shift(at=at, agent=agent, comes=comes))
        return tuple(found)


def plain(agents: int, percent: int, handle_s: int) -> Scenario:
    """Make a scenario of the grid; with 500 agents half as long."""
    return Scenario(
        name=f"N{agents}_p{percent}_aht{handle_s}",
        agents=agents,
        manners=Manners(answer=steady(percent / 100), handle_s=float(handle_s)),
        hours=1.5 if agents >= 500 else 3.0,
    )


def _shocks(agents: int) -> list[Scenario]:
    lunch = Break(from_s=HOUR_S, to_s=1.25 * HOUR_S, share=0.4)
    jump = Manners(answer=steps(0.15, (HOUR_S, 0.45), (2 * HOUR_S, 0.15)), handle_s=120.0)
    return [
        Scenario(
            name=f"N{agents}_shock15-45-15",
            agents=agents,
            manners=jump,
            why="15 % answer, 45 % in the second hour, 15 % in the third",
        ),
        Scenario(
            name=f"N{agents}_break40%",
            agents=agents,
            manners=Manners(answer=steady(0.25), handle_s=120.0),
            breaks=(lunch,),
            why="after an hour 40 % of the agents leave at once, for a quarter of an hour",
        ),
    ]


def _double() -> Scenario:
    return Scenario(
        name="N100_aht_x2",
        agents=100,
        manners=Manners(
            answer=steady(0.25), handle_s=90.0, stretch=steps(1.0, (1.5 * HOUR_S, 2.0))
        ),
        why="handling takes 90 s, and twice as long from the middle on",
    )


def _sine() -> Scenario:
    return Scenario(
        name="N100_sine13-37",
        agents=100,
        manners=Manners(answer=swing(0.25, 0.12, HOUR_S), handle_s=120.0),
        why="answers swing between 13 and 37 % each hour",
    )


def _table() -> list[Scenario]:
    grid = [(p, h) for p in (10, 25, 50) for h in (60, 180)]
    found = [plain(agents, p, h) for agents in (5, 20, 100) for p, h in grid]
    found += [plain(1, 25, 120), plain(3, 25, 120)]
    found += [plain(20, 25, 30), plain(20, 25, 300), plain(100, 25, 300)]
    twenty, hundred = _shocks(20), _shocks(100)
    found += [twenty[0], hundred[0], _sine(), twenty[1], hundred[1], _double()]
    return found + [plain(500, p, h) for p, h in grid]


def _beyond() -> list[Scenario]:
    twenty = plain(20, 25, 60)
    manners = twenty.manners
    ring_18 = replace(manners, ring_s=18.0, machine_ring_s=22.0, longest_ring_s=35.0)
    inbound = replace(
        manners,
        handle_s=120.0,
        inbound_per_hour=swing(120.0, 80.0, HOUR_S),
        most_inbound_per_hour=200.0,
    )
    changed = replace(manners, answer=steps(0.25, (HOUR_S, 0.08)))
    return [
        replace(twenty, name="N20_one_call_per_s", calls_per_s=1.0, why="one call a second"),
        replace(
            twenty,
            name="N20_amd_fp3",
            manners=replace(manners, false_machine=0.03),
            why="3 % of the people are taken for machines and hung up on: that alone is the cap",
        ),
        replace(
            twenty,
            name="N20_amd_fp1",
            manners=replace(manners, false_machine=0.01),
            why="1 % of the people are taken for machines and hung up on, which counts",
        ),
        replace(twenty, name="N20_inbound_sine", manners=inbound, why="40 to 200 calls come in/h"),
        replace(twenty, name="N60_list_change", agents=60, manners=changed, why="25 %, then 8 %"),
        replace(twenty, name="N100_mass_login", agents=100, early=5, why="5 agents, 100 after 1 h"),
        replace(
            twenty,
            name="N20_outage",
            manners=replace(manners, failing=(HOUR_S, 1.5 * HOUR_S)),
            why="every dial fails for half an hour",
        ),
        replace(twenty, name="N20_ring18", manners=ring_18, why="people ring 18 s, up to 35 s"),
        replace(twenty, name="N20_day", hours=8.0, why="eight hours"),
        replace(
            twenty,
            name="N20_known_odds",
            manners=replace(manners, odds_deviation=1.0),
            why="leads differ (deviation 1 of the log odds), and the pacer is told how",
        ),
        plain(35, 35, 120),
        plain(8, 15, 90),
        plain(200, 18, 45),
    ]


TABLE = {scenario.name: scenario for scenario in _table()}
"""The 35 of the table, in its order."""
BEYOND = {scenario.name: scenario for scenario in _beyond()}
"""Some more, with what the table does not have."""
SCENARIOS = TABLE | BEYOND
QUICK = ("N3_p25_aht120", "N5_p25_aht60", "N20_p25_aht60", "N20_shock15-45-15")
"""What fits into a minute."""

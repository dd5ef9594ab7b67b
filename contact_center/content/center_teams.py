"""Teams of a center: who leads them, which agents are in them and which queues are theirs."""

from collections.abc import Mapping
from typing import Protocol

from pydantic import Field

from contact_center.content.center_references import References
from contact_center.content.shapes import Shape
from contact_center.content.yaml_source import Path
from contact_center.core.ids import AgentId, QueueId
from contact_center.core.permissions import Permission, Role, is_allowed
from contact_center.core.teams import Reach


class HasRoles(Protocol):
    """An agent as written."""

    @property
    def all_roles(self) -> frozenset[Role]:
        """What they are."""


class TeamShape(Shape):
    """A team. Whoever leads one reaches the agents and queues of the teams they lead, no others."""

    led_by: list[str] = Field(min_length=1, max_length=200, description="Agents who lead it.")
    agents: list[str] = Field(default_factory=list, max_length=5_000)
    queues: list[str] = Field(default_factory=list, max_length=1_000)
    note: str = ""


def build_teams(
    written: Mapping[str, TeamShape],
    names: References,
    agents: Mapping[str, HasRoles],
) -> dict[AgentId, Reach]:
    """Give how far each who leads a team reaches; names that are wrong are reported.

    Who may not see the floor anyway cannot lead a team.
    """
    reaches: dict[AgentId, Reach] = {}
    for team, shape in written.items():
        path: Path = ("teams", team)
        for index, agent in enumerate(shape.agents):
            names.agent(agent, (*path, "agents", index))
        for index, queue in enumerate(shape.queues):
            names.queue(queue, (*path, "queues", index))
        for index, leader in enumerate(shape.led_by):
            here = (*path, "led_by", index)
            names.agent(leader, here)
            known_as = agents.get(leader)
            if known_as is not None and not is_allowed(known_as.all_roles, Permission.SEE_FLOOR):
                said = f'"{leader}" may not see the floor and can lead nobody'
                names.document.report(here, "E012", said, "give them the role lead or supervisor")
            known = reaches.get(AgentId(leader), Reach(agents=frozenset(), queues=frozenset()))
            reaches[AgentId(leader)] = Reach(
                agents=known.agents | {AgentId(agent) for agent in shape.agents},
                queues=known.queues | {QueueId(queue) for queue in shape.queues},
            )
    return reaches

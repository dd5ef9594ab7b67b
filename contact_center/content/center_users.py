"""Who may log in at the desks of a center."""

from collections.abc import Mapping
from dataclasses import dataclass

from contact_center.content import center_shapes as shapes
from contact_center.core.ids import AgentId
from contact_center.core.permissions import Role
from contact_center.core.teams import Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskUser:
    """Who may log in at the desk, as which agent, what they are there, where their phone is.

    ``reach``: of who leads teams; None for the whole center.
    """

    login: str
    name: str
    agent: AgentId
    roles: frozenset[Role] = frozenset({Role.AGENT})
    phone: str = ""
    reach: Reach | None = None


def users_of(
    agents: Mapping[str, shapes.AgentShape], reaches: Mapping[AgentId, Reach]
) -> tuple[DeskUser, ...]:
    """List the agents of a center as people who log in; `reaches` of those who lead teams."""
    return tuple(
        DeskUser(
            login=shape.login,
            name=shape.name,
            agent=AgentId(name),
            roles=shape.all_roles,
            phone=shape.phone,
            reach=reaches.get(AgentId(name)),
        )
        for name, shape in agents.items()
    )

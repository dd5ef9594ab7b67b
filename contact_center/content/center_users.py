"""Who may log in at the desks of a center."""

from collections.abc import Mapping
from dataclasses import dataclass

from contact_center.content import center_shapes as shapes
from contact_center.core.ids import AgentId
from contact_center.core.permissions import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskUser:
    """Who may log in at the desk, as which agent, what they are there, where their phone is."""

    login: str
    name: str
    agent: AgentId
    roles: frozenset[Role] = frozenset({Role.AGENT})
    phone: str = ""


def users_of(agents: Mapping[str, shapes.AgentShape]) -> tuple[DeskUser, ...]:
    """List the agents of a center as people who log in."""
    return tuple(
        DeskUser(
            login=shape.login,
            name=shape.name,
            agent=AgentId(name),
            roles=shape.all_roles,
            phone=shape.phone,
        )
        for name, shape in agents.items()
    )

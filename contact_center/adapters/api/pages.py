"""Letting in pages of ours: by the session of whoever is logged in, never by a token.

What changes something takes an Origin of ours and a header that no form and no foreign page can
send without being asked for leave first (``X-Console: 1``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from contact_center.adapters.api.access import Access, Holder, refusal
from contact_center.adapters.api.reaching import door_of, reaches
from contact_center.core.center import Center
from contact_center.core.permissions import (
    Needs,
    Permission,
    Role,
    is_allowed,
    may_of,
    pages_of,
)
from contact_center.core.teams import Reach

HEADER: Final = "X-Console"
_SAFE: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who is logged in, with the roles of their session. ``device``: their own phone.

    ``reach``: of who leads teams; None for the whole center.
    """

    agent: str
    name: str
    device: str
    roles: frozenset[Role]
    reach: Reach | None = None

    def is_allowed(self, what: Needs) -> bool:
        """Whether they may."""
        return is_allowed(self.roles, what, bound=self.reach is not None)

    @property
    def supervises(self) -> bool:
        """Whether the floor is for them."""
        return self.is_allowed(Permission.SEE_FLOOR)

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages of the console that are for them; none, and the console is not."""
        return pages_of(self.roles, bound=self.reach is not None)

    @property
    def may(self) -> tuple[str, ...]:
        """Everything they may."""
        return tuple(what.value for what in may_of(self.roles, bound=self.reach is not None))

    @property
    def sees_numbers(self) -> bool:
        """Whether they are told callers' numbers whole."""
        return self.is_allowed(Permission.SEE_NUMBERS)


class PageAccess(Access):
    """Lets in who is logged in and may see a page, ten times a second each.

    ``who`` gives who is logged in in the browser that asks; ``is_ours`` tells an Origin of ours;
    ``center`` gives the center of now, to tell whose a call is. With ``agents`` whoever is logged
    in gets in, since customers are of no team: what they may is for the door to say.
    """

    def __init__(
        self,
        who: Callable[[web.Request], Visitor | None],
        is_ours: Callable[[str], bool],
        clock: Callable[[], float],
        center: Callable[[], Center],
        *,
        agents: bool = False,
    ) -> None:
        super().__init__([], clock, per_s=10.0, burst=60)
        self._center = center
        self._agents = agents
        self._who = who
        self._is_ours = is_ours

    def for_agents(self) -> "PageAccess":
        """Make one that lets in agents too; what they change goes into the same book."""
        other = PageAccess(self._who, self._is_ours, self._clock, self._center, agents=True)
        other.book = self.book
        return other

    def let_in(self, request: web.Request, what: Needs, cost: int = 1) -> Holder | web.Response:
        """Say who asks, or why they may not."""
        origin = request.headers.get("Origin")
        if origin is not None and not self._is_ours(origin):
            return refusal(403, "origin", "This page may not ask that.")
        if request.method not in _SAFE and (origin is None or request.headers.get(HEADER) != "1"):
            return refusal(403, "origin", "Only the console may ask that.")
        visitor = self._who(request)
        if visitor is None:
            return refusal(401, "log_in", "Log in first.")
        if not visitor.pages and not self._agents:
            return refusal(403, "no_supervisor", "The console is not for your role.")
        if not visitor.is_allowed(what):
            return refusal(403, "role", f"This takes a role that may {what.value}.")
        reach = None if self._agents else visitor.reach
        if reach is not None and not self._is_theirs(reach, request):
            return refusal(403, "team", "This is not of your team.")
        if not self.may_now(visitor.agent, float(cost)):
            answer = refusal(429, "too_often", "Ask less often.")
            answer.headers["Retry-After"] = "1"
            return answer
        return Holder(visitor.agent, visitor.roles, visitor.device, visitor.reach)

    def _is_theirs(self, reach: Reach, request: web.Request) -> bool:
        resource = request.match_info.route.resource
        door = door_of(request.method, resource.canonical if resource is not None else "")
        return reaches(reach, self._center(), door, request.match_info)

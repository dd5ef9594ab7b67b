"""The supervisors' console, put together: the desk's logins, the API's doors, the live numbers."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from aiohttp import web

from contact_center.adapters.api import views
from contact_center.adapters.api.pages import PageAccess, Visitor
from contact_center.adapters.console.pages import Pages
from contact_center.adapters.console.payloads import Choice
from contact_center.adapters.console.server import Console
from contact_center.adapters.desktop.server import DeskServer
from contact_center.app.api import ApiParts
from contact_center.app.dialing import DialerParts
from contact_center.app.measuring import Measuring
from contact_center.app.phones import PhoneBook
from contact_center.core.center import Center
from contact_center.core.ids import CallId, QueueId
from contact_center.reporting.live import LiveNumbers

LEVELS_EVERY_US: Final = 10_000_000
"""Service levels of the day are worked out so often, while anybody looks."""
LEVEL: Final = "sl_answered"


class FloorSight:
    """What the console shows, seen through the API's views. Times as the console's rows."""

    def __init__(
        self, center: Callable[[], Center], numbers: LiveNumbers, clock: Callable[[], int]
    ) -> None:
        self._center = center
        self._numbers = numbers
        self._clock = clock
        self._levels: Mapping[str, Any] = {}
        self._levels_at = 0

    def queues(self) -> list[dict[str, Any]]:
        """Every queue, with today's service level."""
        center, levels = self._center(), self._service_levels()
        settings = center.configuration.queues
        return [
            {
                **row,
                "oldest": _ms(row["oldest_at"]),
                "in_time": _ms(settings[QueueId(row["queue"])].service_level_us),
                "service_level": levels.get(row["queue"]),
            }
            for row in views.queues(center)
        ]

    def callers(self, queue: str, limit: int) -> list[dict[str, Any]]:
        """The first ones of a queue."""
        name, now = QueueId(queue), self._clock()
        rows = views.waiting_in(self._center(), name, now, offset=0, limit=limit)
        return [{**row, "queue": queue, "since": _ms(row["since_at"])} for row in rows]

    def agents(self, offset: int, limit: int) -> list[dict[str, Any]]:
        """So many agents, with the queue of their call and who listens."""
        center = self._center()
        rows = views.agents(center, self._clock(), queue=None, offset=offset, limit=limit)
        return [
            {
                **row,
                "since": _ms(row["since_at"] or None),
                "help_since": _ms(row["help_since_at"]),
                **_call_of(center, row),
            }
            for row in rows
        ]

    def _service_levels(self) -> Mapping[str, Any]:
        now = self._clock()
        if now - self._levels_at >= LEVELS_EVERY_US:
            told = self._numbers.now(now, agents=()).get("queues", {})
            self._levels = {name: queue["today"][LEVEL] for name, queue in told.items()}
            self._levels_at = now
        return self._levels


def _call_of(center: Center, row: Mapping[str, Any]) -> dict[str, Any]:
    call = center.calls.calls.get(CallId(row["call"])) if row["call"] else None
    if call is None:
        return {"queue": None, "ears": []}
    ears = [{"by": s.by, "mode": s.mode.value, "on": s.on} for s in call.supervisors.values()]
    return {"queue": call.queue, "ears": ears if call.agent == row["agent"] else []}


def _ms(us: int | None) -> int | None:
    return None if us is None else us // 1_000


class HasParts(Protocol):
    """The parts of a process that the console is made of."""

    api: ApiParts
    desk_server: DeskServer
    measuring: Measuring
    dialing: DialerParts | None
    phones: PhoneBook


def console_of(service: HasParts) -> Console:
    """Make the console of a process."""
    api, desk = service.api, service.desk_server
    clock = desk.desk.clock

    def who(request: web.Request) -> Visitor | None:
        agent = desk.visitor(request)
        if agent is None:
            return None
        return Visitor(agent=agent.id, name=agent.name, device=agent.device, roles=agent.roles)

    def pause_reasons() -> list[Choice]:
        return [Choice(code=c.code, label=c.label) for c in desk.desk.roster.pause_reasons]

    access = PageAccess(who, desk.is_ours, lambda: clock() / 1_000_000)
    return Console(
        sight=FloorSight(api.center, service.measuring.live.numbers, clock),
        who=who,
        is_ours=desk.is_ours,
        clock=clock,
        pause_reasons=pause_reasons,
        changes=[
            *api.doors(access).floor_routes("/console/api"),
            *api.audit_doors(access, "/console/api"),
            *(service.dialing.campaign_routes(access, "/console/api") if service.dialing else ()),
        ],
        pages=Pages(phone_sources=service.phones.sources),
    )

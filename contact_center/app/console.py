"""The supervisors' console, put together: the desk's logins, the API's doors, the live numbers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from aiohttp import web

from contact_center.adapters.api import views
from contact_center.adapters.api.alerts import AlertDoors
from contact_center.adapters.api.doors import Doors
from contact_center.adapters.api.evaluations import EvaluationDoors
from contact_center.adapters.api.floor_views import ViewDoors
from contact_center.adapters.api.notices import NoticeDoors
from contact_center.adapters.api.pages import PageAccess, Visitor
from contact_center.adapters.api.past_numbers import PastNumbers
from contact_center.adapters.api.undo import UndoDoor, may_undo
from contact_center.adapters.api.wall import WallDoor
from contact_center.adapters.console.pages import Pages
from contact_center.adapters.console.payloads import AgeLimit, Choice
from contact_center.adapters.console.server import Console
from contact_center.adapters.desktop.roster import DeskAgent
from contact_center.adapters.desktop.server import DeskServer
from contact_center.adapters.sql.database import Database
from contact_center.app.alerting import Alerting
from contact_center.app.api import ApiParts
from contact_center.app.customer_doors import CustomerDoors
from contact_center.app.dialing import DialerParts
from contact_center.app.evaluations import Reviews
from contact_center.app.floor_numbers import FloorNumbers
from contact_center.app.floor_views import Views
from contact_center.app.measuring import Measuring
from contact_center.app.notices import Notices
from contact_center.app.past_numbers import PastNumbersOf
from contact_center.app.phones import PhoneBook
from contact_center.app.providers import Provider
from contact_center.app.self_service import case_file_doors
from contact_center.app.wall import WallSight
from contact_center.content.center import Center as Content
from contact_center.core.center import Center
from contact_center.core.evaluations import EvaluationForm
from contact_center.core.facts import Fact
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.ports import FactSink
from contact_center.runtime.metrics import Metrics
from contact_center.settings import Settings


class FloorSight:
    """What the console shows, seen through the API's views. Times as the console's rows."""

    def __init__(
        self,
        center: Callable[[], Center],
        numbers: FloorNumbers,
        clock: Callable[[], int],
        alerts: Callable[[], list[dict[str, Any]]] = list,
    ) -> None:
        self._center = center
        self._numbers = numbers
        self._clock = clock
        self.alerts = alerts

    def queues(self) -> list[dict[str, Any]]:
        """Every queue, with numbers of today."""
        center = self._center()
        return [{**row, **self._of_queue(center, row)} for row in views.queues(center)]

    def _of_queue(self, center: Center, row: Mapping[str, Any]) -> dict[str, Any]:
        name, today = QueueId(row["queue"]), self._numbers.today
        settings, change = center.configuration.queues[name], center.floor.queues.get(name)
        return {
            "oldest": _ms(row["oldest_at"]),
            "in_time": _ms(settings.service_level_us),
            "service_level": today(name, "sl_answered"),
            "entered": today(name, "entered"),
            "abandoned": today(name, "abandoned"),
            "weight": settings.weight,
            "priority": settings.priority,
            "live": change and _until_in_ms(views.change_of_queue(change)),
        }

    def callers(self, queue: str, limit: int) -> list[dict[str, Any]]:
        """The first ones of a queue."""
        name, now = QueueId(queue), self._clock()
        rows = views.waiting_in(self._center(), name, now, offset=0, limit=limit)
        calls = self._center().calls.calls
        return [
            {
                **row,
                "queue": queue,
                "since": _ms(row["since_at"]),
                "number": calls[CallId(row["call"])].ani if row["call"] in calls else "",
            }
            for row in rows
        ]

    def agents(self, offset: int, limit: int) -> list[dict[str, Any]]:
        """So many agents, with the queue of their call and who listens."""
        center = self._center()
        rows = views.agents(center, self._clock(), queue=None, offset=offset, limit=limit)
        return [
            {
                **row,
                "since": _ms(row["since_at"] or None),
                "help_since": _ms(row["help_since_at"]),
                "paused_in": [{**one, "since": _ms(one["since_at"])} for one in row["paused_in"]],
                **_call_of(center, row),
                **_settings_of(center, row),
            }
            for row in rows
        ]


def _settings_of(center: Center, row: Mapping[str, Any]) -> dict[str, Any]:
    name = AgentId(row["agent"])
    settings, change = center.configuration.agents[name], center.floor.agents.get(name)
    return {
        "skills": dict(settings.skills),
        "capacity": settings.capacity,
        "live": change and _until_in_ms(views.change_of_agent(change)),
    }


def _until_in_ms(change: dict[str, Any]) -> dict[str, Any]:
    return {**change, "until": _ms(change["until_at"])}


def _call_of(center: Center, row: Mapping[str, Any]) -> dict[str, Any]:
    call = center.calls.calls.get(CallId(row["call"])) if row["call"] else None
    if call is None:
        return {"queue": None, "ears": []}
    ears = [{"by": s.by, "mode": s.mode.value, "on": s.on} for s in call.supervisors.values()]
    return {"queue": call.queue, "ears": ears if call.agent == row["agent"] else []}


def _ms(us: int | None) -> int | None:
    return None if us is None else us // 1_000


def visitor_of(agent: DeskAgent) -> Visitor:
    """Show the console who is logged in at a desk."""
    return Visitor(
        agent=agent.id,
        name=agent.name,
        device=agent.device,
        roles=agent.roles,
        reach=agent.reach,
    )


class HasParts(Protocol):
    """The parts of a process that the console is made of."""

    api: ApiParts
    desk_server: DeskServer
    measuring: Measuring
    dialing: DialerParts | None
    phones: PhoneBook
    settings: Settings
    content: Content
    database: Database
    provider: Provider
    metrics: Metrics


def console_of(service: HasParts) -> Console:
    """Make the console of a process."""
    api, desk = service.api, service.desk_server
    clock = desk.desk.clock

    def who(request: web.Request) -> Visitor | None:
        agent = desk.visitor(request)
        return None if agent is None else visitor_of(agent)

    def pause_reasons() -> list[Choice]:
        return [Choice(code=c.code, label=c.label) for c in desk.desk.roster.pause_reasons]

    def ages() -> list[AgeLimit]:
        limits = service.content.floor.ages.items()
        return [AgeLimit(state=s, long=a // 1_000, too_long=b // 1_000) for s, (a, b) in limits]

    def skills() -> list[Choice]:
        return [Choice(code=c, label=n) for c, n in service.content.floor.skills.items()]

    def tell(facts: Sequence[Fact]) -> None:
        readers: list[FactSink] = [service.measuring.log, *service.measuring.webhooks]
        for reader in readers:
            reader.publish(facts)

    numbers = FloorNumbers(api.center, service.measuring.live.numbers, clock)
    alerting = Alerting(lambda: service.content.floor, numbers.value, clock, tell)
    service.metrics.watch(
        "alerts_on", "Alerts of the center's file that are on", lambda: alerting.on
    )
    access = PageAccess(who, desk.is_ours, lambda: clock() / 1_000_000, api.center)
    doors = Doors(access, clock)
    sight = FloorSight(api.center, numbers, clock, alerting.rows)
    wall = WallSight(api.center, sight, lambda: service.content.floor, clock)
    notices = Notices(desk.desk.beside, api.center, clock, service.database)
    desk.desk.beside.notices = notices
    customers = CustomerDoors(service.database, api, lambda: service.content.cases, clock)
    return Console(
        sight=sight,
        who=who,
        is_ours=desk.is_ours,
        clock=clock,
        pause_reasons=pause_reasons,
        ages=ages,
        skills=skills,
        changes=[
            *api.doors(access).floor_routes("/console/api"),
            *api.audit_doors(access, "/console/api", may_undo),
            *UndoDoor(doors, api.audit, api.center, api.asking).routes("/console/api"),
            *(service.dialing.campaign_routes(access, "/console/api") if service.dialing else ()),
            *AlertDoors(doors, alerting.acknowledge, alerting.queue_of).routes("/console/api"),
            *api.recording_doors(access, "/console/api", service.provider.download),
            *NoticeDoors(doors, notices).routes("/console/api"),
            *_stored(service, doors, clock),
            *customers.routes(access.for_agents()),
            *WallDoor(api.access(""), access, clock, wall.look).routes(),
        ],
        pages=Pages(phone_sources=service.phones.sources),
        keep=[alerting.keep, notices.keep, customers.keep],
    )


def _stored(
    service: HasParts, doors: Doors, clock: Callable[[], int]
) -> list[web.AbstractRouteDef]:
    """Make the doors to what is in the database: the past, and views that people made."""
    center = service.api.center
    past = PastNumbersOf(service.database, center, clock)
    views = Views(service.database, center)

    def forms() -> Mapping[str, EvaluationForm]:
        return service.content.floor.forms

    return [
        *PastNumbers(doors, past.find).routes("/console/api"),
        *ViewDoors(doors, views, views.queues).routes("/console/api"),
        *case_file_doors(service.settings, service.database, doors, "/console/api"),
        *EvaluationDoors(doors, Reviews(service.database), forms).routes("/console/api"),
    ]

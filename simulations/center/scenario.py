"""Scenarios: a real configuration, who calls and who answers, and how often it is simulated.

Read from YAML with every mistake at its place. Agents that the configuration has are taken from it;
others are added to it, with what the workload says of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from contact_center.adapters.simulated.scripts import read_script
from contact_center.content.center_files import load_center_file
from contact_center.content.problems import ContentError, did_you_mean, raise_errors
from contact_center.content.shapes import describe
from contact_center.content.yaml_source import Document
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import AgentId, QueueId
from contact_center.core.queue_settings import AgentSettings
from simulations.center.happenings import Emergency, Outbound, check_happenings
from simulations.center.manners import Manners, check_manners
from simulations.durations import STRICT, NotNegative, Positive
from simulations.people import Habits
from simulations.workload import Workload, agents_by_name
from simulations.workload_file import document_of, workload_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How callers of a queue come there: the number they dial, and what they do on the phone.

    Without a script they do what the scenario says of the flows they come into.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    did: str
    script: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        read_script(list(self.script))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The section ``scenario`` of a file.

    ``center``: a center's file or folder, from the scenario's own folder. ``warm_up_s``: of each
    replication, left out of all numbers. ``within_s``: what counts as answered in time; 0 for each
    queue's own level. ``level``: the router alone, or the whole center with its flows and phones,
    which needs `routes` by queue. ``flows``: what callers do there whose route has no script, and
    whom the center calls (``outbound``). ``emergencies``: when its flows are switched to them.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    name: str
    center: str
    days: Annotated[int, Field(ge=1, le=366)] = 1
    replications: Annotated[int, Field(ge=1, le=10_000)] = 10
    seed: int = 1
    warm_up_s: NotNegative = 0.0
    interval_s: Positive = 1800.0
    within_s: NotNegative = 0.0
    level: Literal["router", "center"] = "router"
    routes: dict[str, Route] = field(default_factory=dict)
    flows: dict[str, Manners] = field(default_factory=dict)
    emergencies: tuple[Emergency, ...] = ()
    outbound: dict[str, Outbound] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A plan, read and checked, with everything it names. ``start_us``: midnight of day 0."""

    plan: Plan
    configuration: CenterConfiguration
    workload: Workload
    habits: dict[AgentId, Habits]
    start_us: int


_ADAPTER = TypeAdapter(Plan)


def load_scenario(path: Path) -> Scenario:
    """Read a scenario and its center. Raises ContentError with every problem found."""
    document = document_of(path)
    raise_errors(document.problems)
    plan = _plan(document)
    data = document.data
    assert isinstance(data, dict)
    workload = workload_of(document, ("workload",), data.get("workload"))
    center = load_center_file(path.parent / plan.center).configuration
    _check(document, workload, center)
    _check_routes(document, plan, workload, center)
    check_manners(document, plan.flows, center)
    check_happenings(document, plan.emergencies, plan.outbound, center)
    raise_errors(document.problems)
    return scenario_of(plan, center, workload)


def scenario_of(plan: Plan, center: CenterConfiguration, workload: Workload) -> Scenario:
    """Put a scenario together."""
    habits = {AgentId(name): one for name, one in agents_by_name(workload).items()}
    agents = {name: _agent(name, one, center) for name, one in habits.items()}
    zone = next((calendar.zone for calendar in center.calendars.values()), UTC)
    midnight = datetime.combine(workload.first_day, time(), tzinfo=zone)
    return Scenario(
        plan=plan,
        configuration=replace(center, agents=agents),
        workload=workload,
        habits=habits,
        start_us=round(midnight.timestamp()) * 1_000_000,
    )


def _agent(name: AgentId, habits: Habits, center: CenterConfiguration) -> AgentSettings:
    known = center.agents.get(name)
    if known is not None:
        return known
    return AgentSettings(
        agent=name,
        name=name,
        device=name,
        queues=tuple(QueueId(queue) for queue in habits.queues),
        skills=habits.skills,
    )


def _plan(document: Document) -> Plan:
    data = document.data
    section = data.get("scenario") if isinstance(data, dict) else None
    if not isinstance(section, dict):
        document.report((), "E011", 'there is no section "scenario"', "write scenario:")
        raise ContentError(document.problems)
    try:
        return _ADAPTER.validate_python(section)
    except ValidationError as error:
        for detail in error.errors():
            code, message, hint, key = describe(Plan, detail, {})
            document.report(("scenario", *detail["loc"]), code, message, hint, key=key)
        raise ContentError(document.problems) from None


def _check(document: Document, workload: Workload, center: CenterConfiguration) -> None:
    """Report every name that the center does not know, and agents who could serve nobody."""
    for path, queue in _queues_named(workload):
        if queue not in center.queues:
            hint = did_you_mean(queue, center.queues, "name a queue of the center")
            message = f'there is no queue "{queue}"'
            document.report(path, "E024", message, hint, key=path[-1] == queue)
    for name, habits in workload.agents.items():
        known = habits.count == 1 and AgentId(name) in center.agents
        if not known and not habits.queues:
            hint = did_you_mean(name, center.agents, "give them queues, or name one of the center")
            message = f'"{name}" is no agent of the center and is in no queue'
            document.report(("workload", "agents", name), "E036", message, hint, key=True)
    if not workload.agents:
        document.report(("workload",), "E011", "nobody answers", "write agents:")


def _check_routes(
    document: Document, plan: Plan, workload: Workload, center: CenterConfiguration
) -> None:
    """Report numbers that do not exist, and queues that nobody could come to."""
    for queue, route in plan.routes.items():
        if route.did not in center.numbers:
            hint = did_you_mean(route.did, center.numbers, "dial a number of the center")
            path = ("scenario", "routes", queue, "did")
            document.report(path, "E012", f'there is no number "{route.did}"', hint)
    for section in ("flows", "emergencies", "outbound"):
        if getattr(plan, section) and plan.level != "center":
            message = "flows are not walked on the level of the router"
            document.report(("scenario", section), "E011", message, "write level: center", key=True)
    if plan.level == "center":
        for queue in workload.queues:
            if queue not in plan.routes:
                message = f'nothing says how callers come to "{queue}"'
                document.report(("scenario",), "E011", message, f"write routes: {{{queue}: ...}}")


def _queues_named(workload: Workload) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for queue in workload.queues:
        yield ("workload", "queues", queue), queue
    for name, habits in workload.agents.items():
        for place, queue in enumerate(habits.queues):
            yield ("workload", "agents", name, "queues", place), queue

"""What happens in a simulated center beside its callers: emergencies, and calls that it makes."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from contact_center.adapters.simulated.phones import phone
from contact_center.content.problems import did_you_mean
from contact_center.content.yaml_source import Document
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.dialing import DialRequested
from contact_center.core.events import Event
from contact_center.core.ids import CallId, CommandId, FlowId, QueueId
from contact_center.core.supervisor_requests import EmergencySwitched
from simulations.arrivals import DAY_S, Arrivals
from simulations.center.clock import Clock, Moment, us
from simulations.durations import AT_ONCE, FOREVER, STRICT, Constant, Duration, Positive
from simulations.people import clock_s
from simulations.streams import Streams
from simulations.workload import Caller

_A_MINUTE = Constant(seconds=60.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """From when to when operations have a flow, or all of them (""), switched to emergency."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    start: str
    end: str
    day: Annotated[int, Field(ge=0)] = 0
    flow: str = ""

    def __post_init__(self) -> None:
        if clock_s(self.start) >= clock_s(self.end):
            raise ValueError(f"it ends at {self.end}, before it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """Calls that the center makes: to whom it gets through is led through `flow`.

    ``shows``: the number they see. ``calls``: when, as arrivals. ``people``: by what happens where
    it rings, in the words of the simulated network, weights. ``queue``: whose agents it is for.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    flow: str
    shows: str
    calls: Arrivals
    people: Annotated[dict[str, Positive], Field(min_length=1)]
    queue: str = ""
    patience: Duration = FOREVER
    talk: Duration = _A_MINUTE
    wrap_up: Duration = AT_ONCE
    fields: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for behaviour in self.people:
            phone("+14155550123", behaviour)


class Happenings:
    """Lets them happen. ``dials`` makes a call, to somebody who behaves so."""

    def __init__(
        self,
        emergencies: tuple[Emergency, ...],
        outbound: Mapping[str, Outbound],
        streams: Streams,
        clock: Clock,
        tell: Callable[[Event], None],
        dials: Callable[[DialRequested, Caller, str], None],
    ) -> None:
        self._emergencies, self._outbound = emergencies, outbound
        self._streams, self._clock = streams, clock
        self._tell, self._dials = tell, dials
        self._switched = self._dialled = 0

    def begin(self, start_us: int, first: date, days: range) -> None:
        """Set everything that is to happen on these days; `start_us`: midnight of the `first`."""
        for one in self._emergencies:
            for text, on in ((one.start, True), (one.end, False)):
                due = start_us + us(one.day * DAY_S + clock_s(text))
                self._clock.at(due, self._switch, (one.flow, on))
        for name, calls in self._outbound.items():
            for day in days:
                for at_s in calls.calls.on_day(self._streams, name, first, day):
                    self._clock.at(start_us + us(at_s), self._dial, (name, at_s))

    def _switch(self, moment: Moment) -> None:
        flow, on = moment.value
        self._switched += 1
        cmd = CommandId(f"emergency-{self._switched}")
        named = FlowId(flow) if flow else None
        self._tell(EmergencySwitched(cmd=cmd, by="scenario", flow=named, on=on))

    def _dial(self, moment: Moment) -> None:
        name, at_s = moment.value
        calls = self._outbound[name]
        self._dialled += 1
        chance = self._streams.of("outbound", name, self._dialled)
        behaviour = chance.choices(list(calls.people), list(calls.people.values()))[0]
        person = Caller(
            number=-self._dialled,
            at_s=at_s,
            queue=calls.queue,
            kind=name,
            patience_s=calls.patience.draw(chance),
            talk_s=calls.talk.draw(chance),
            wrap_up_s=calls.wrap_up.draw(chance),
        )
        asked = DialRequested(
            call=CallId(f"{name}-{self._dialled}"),
            campaign=name,
            number=f"+1415556{self._dialled % 10_000:04d}",
            caller_id=calls.shows,
            flow=FlowId(calls.flow),
            queue=QueueId(calls.queue) if calls.queue else None,
            fields=tuple(calls.fields.items()),
        )
        self._dials(asked, person, behaviour)


def check_happenings(
    document: Document,
    emergencies: tuple[Emergency, ...],
    outbound: Mapping[str, Outbound],
    center: CenterConfiguration,
) -> None:
    """Report names of flows, queues and numbers that the center does not have."""
    flows = [("emergencies", n, one.flow) for n, one in enumerate(emergencies)]
    named: list[tuple[str, str | int, str, str]] = [
        (section, which, "flow", flow) for section, which, flow in flows
    ]
    for name, one in outbound.items():
        named.append(("outbound", name, "flow", one.flow))
        named.append(("outbound", name, "queue", one.queue))
        named.append(("outbound", name, "shows", one.shows))
    there: dict[str, Collection[str]] = {
        "flow": center.flows,
        "queue": center.queues,
        "shows": center.numbers,
    }
    for section, which, what, name in named:
        if name and name not in there[what]:
            kind = "number" if what == "shows" else what
            hint = did_you_mean(name, there[what], f"name a {kind} of the center")
            path = ("scenario", section, which, what)
            document.report(path, "E012", f'there is no {kind} "{name}"', hint)

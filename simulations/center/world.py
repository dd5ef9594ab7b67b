"""A whole center under SimPy's clock: flows, announcements, screens, a simulated phone network.

Callers dial a number and press keys; what the flow, the waiting room and the router make of it is
the product's. Nothing of it is changed: events go in at the instants they happen, commands go into
the network, and the center's own deadlines are moments like others.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from contact_center.adapters.simulated.network import Network
from contact_center.adapters.simulated.people import Caller as Dialling
from contact_center.adapters.simulated.phones import phone
from contact_center.adapters.simulated.scripts import read_script
from contact_center.core.center import Center
from contact_center.core.commands import FindCustomer, Listen, PlaySequence, TelephonyCommand
from contact_center.core.dialing import DialRequested
from contact_center.core.events import CenterStarted, CustomerLookedUp, DeadlinePassed, Event
from contact_center.core.facts import (
    AgentOffered,
    CallConnected,
    CallFact,
    CallQueued,
    Fact,
    OfferEnded,
    ScreenPopped,
    WaitEnded,
)
from contact_center.core.ids import AgentId, CallId, CommandId, LegId
from contact_center.core.lookups import KeepSecret, RunLookup
from contact_center.core.outcomes import OfferResult, Work
from contact_center.core.output import Output
from contact_center.core.requests import DeskConnected, DeskLost, PresenceRequested, PresenceWish
from contact_center.core.routing import Router
from simulations.arrivals import DAY_S
from simulations.center.clock import Clock, Moment, us
from simulations.center.duties import Duties
from simulations.center.happenings import Happenings
from simulations.center.menus import Menus
from simulations.center.outcome import Outcome
from simulations.center.scenario import Scenario
from simulations.streams import Streams
from simulations.workload import Caller, callers

CLOSING_S = 4 * 3600.0
"""So long after the last day calls are given to end."""
Step = Callable[[Event, int, Sequence[Output]], None]


def simulate_center(scenario: Scenario, seed: int) -> Outcome:
    """Simulate a scenario's days once, with everything a real call goes through."""
    return World(scenario, seed).run()


class World:
    """One replication. ``on_step`` is told of every event, its instant, and what was decided."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._scenario = scenario
        self._plan = scenario.plan
        self.clock = Clock(scenario.start_us)
        self.center = Center(scenario.configuration)
        self.network = Network(seed=seed)
        for agent in scenario.configuration.agents.values():
            self.network.plug_in(phone(agent.device, "manual"))
        self.outcome = Outcome()
        self.on_step: Step = lambda event, at, outputs: None
        self.announcements = self.pops = 0
        streams = Streams(seed)
        days = range(self._plan.days)
        self._coming: Iterator[Caller] = callers(scenario.workload, streams, days)
        self._callers: dict[CallId, Caller] = {}
        self._queued: dict[CallId, int] = {}
        self._duties = Duties(scenario, streams, self.clock, self, self.outcome)
        self._timer: int | None = None
        self._requests = 0
        self._menus = Menus(
            self._plan.flows,
            streams,
            self.clock,
            lambda: self.center,
            self.network,
            self._tell,
            self._hang_up,
            self._settle,
        )

        self._happenings = Happenings(
            self._plan.emergencies,
            self._plan.outbound,
            streams,
            self.clock,
            self._told,
            self._dials,
        )

    @property
    def router(self) -> Router:
        """The center's router, to be looked at."""
        return self.center.router

    def run(self) -> Outcome:
        """Run all days, and let those who are still there come to their end."""
        self._tell(CenterStarted(epoch=1))
        self.network.connect(self.clock.now)
        self._settle()
        self._duties.begin()
        days = range(self._plan.days)
        self._happenings.begin(self._scenario.start_us, self._scenario.workload.first_day, days)
        self._next()
        self.clock.run(until=self._scenario.start_us + us(self._plan.days * DAY_S + CLOSING_S))
        warm = self._scenario.start_us + us(self._plan.warm_up_s)
        self.outcome.flows.update(self._menus.tallies(warm))
        return self.outcome

    # --- events in, commands out --------------------------------------------------------------

    def _tell(self, event: Event) -> None:
        now = self.clock.now
        outputs = self.center.handle(event, now)
        self.on_step(event, now, outputs)
        for output in outputs:
            if isinstance(output, Fact):
                self._heard(output)
        for output in outputs:
            if isinstance(output, TelephonyCommand):
                self._sounds(output)
                self.network.handle(output, now)
            elif isinstance(output, FindCustomer):
                self._tell(CustomerLookedUp(call=output.call, customers=(), history=()))
            elif isinstance(output, RunLookup):
                self._menus.looks_up(output)
            elif isinstance(output, KeepSecret):
                self._menus.keeps(output)

    def _sounds(self, command: TelephonyCommand) -> None:
        if isinstance(command, PlaySequence):
            self.announcements += 1
            self._menus.plays(command)
        elif isinstance(command, Listen):
            self._menus.asks(command)

    def _settle(self) -> None:
        """Deliver what the network has to say, and set the timer."""
        now = self.clock.now
        while True:
            self.network.advance(now)
            events = list(self.network.events())
            if not events:
                break
            for event in events:
                self._tell(event)
        dues = (self.center.next_deadline(), self.network.next_deadline())
        due = min((due for due in dues if due is not None), default=None)
        if due is not None and (self._timer is None or due < self._timer):
            self._timer = max(due, now)
            self.clock.at(due, self._deadline, self._timer)

    def _deadline(self, moment: Moment) -> None:
        if moment.value != self._timer:
            return  # an earlier one was set since
        self._timer = None
        due = self.center.next_deadline()
        if due is not None and due <= self.clock.now:
            self._tell(DeadlinePassed())
        self._settle()

    # --- callers ------------------------------------------------------------------------------

    def _next(self) -> None:
        caller = next(self._coming, None)
        if caller is not None:
            due = self._scenario.start_us + us(caller.at_s)
            self.clock.at(due, lambda moment: self._dial(caller))

    def _dial(self, caller: Caller) -> None:
        route = self._plan.routes[caller.queue]
        dialling = Dialling(
            ani=f"+1415555{caller.number % 10_000:04d}",
            did=route.did,
            script=read_script(list(route.script)),
        )
        leg = self.network.place_call(dialling, self.clock.now)
        self._callers[CallId(leg)] = caller
        self._menus.dialled(CallId(leg), caller.number, has_script=bool(route.script))
        self._settle()
        self._next()

    def _told(self, event: Event) -> None:
        self._tell(event)
        self._settle()

    def _dials(self, asked: DialRequested, person: Caller, behaviour: str) -> None:
        """Let the center call somebody, whose telephone rings, or does not."""
        self.network.plug_in(phone(asked.number, behaviour))
        self._callers[asked.call] = person
        self._menus.dialled(asked.call, person.number, has_script=False)
        self._told(asked)

    def _hang_up(self, call: CallId) -> None:
        known = self.center.calls.calls.get(call)
        self.network.hang_up(known.caller if known is not None else LegId(call), self.clock.now)
        self._settle()

    def _ends_talk(self, fact: CallConnected) -> None:
        """The talk is over: the caller hangs up, or stays for what comes when the agent does."""
        if self._menus.stays(fact.call):
            device = self._scenario.configuration.agents[fact.agent].device
            for leg in self.network.at_phone(device):
                self.network.hang_up(leg.leg, self.clock.now)
            self._settle()
        else:
            self._hang_up(fact.call)

    def _gives_up(self, call: CallId, queued_at: int) -> None:
        if self._queued.get(call) == queued_at:
            self._hang_up(call)

    # --- what the center says -----------------------------------------------------------------

    def _heard(self, fact: Fact) -> None:
        if isinstance(fact, CallFact):
            self._menus.heard(fact)
        match fact:
            case CallQueued():
                self._waits(fact)
            case WaitEnded():
                self._over(fact)
            case AgentOffered():
                self.outcome.offers += 1
                delay = self._duties.answers(fact.agent)
                if delay is not None:
                    due = self.clock.now + delay
                    self.clock.at(due, lambda moment: self._pick_up(fact.agent))
            case OfferEnded() if fact.result is OfferResult.NO_ANSWER:
                self.outcome.unanswered += 1
                self._duties.unanswered(fact.agent)
            case CallConnected():
                self._talks(fact)
            case ScreenPopped():
                self.pops += 1

    def _waits(self, fact: CallQueued) -> None:
        caller = self._callers.get(fact.call)
        self._queued[fact.call] = self.clock.now
        if caller is not None and caller.patience_s != float("inf"):
            gives_up = partial(self._gives_up, fact.call, self.clock.now)
            self.clock.at(self.clock.now + us(caller.patience_s), lambda moment: gives_up())

    def _over(self, fact: WaitEnded) -> None:
        queued_at = self._queued.pop(fact.call, self.clock.now)
        came_s = (queued_at - self._scenario.start_us) / 1e6
        if came_s >= self._plan.warm_up_s:
            level = self._scenario.configuration.queues[fact.queue].service_level_us
            tally = self.outcome.tally(fact.queue, int(came_s // self._plan.interval_s))
            tally.count(fact.outcome, fact.waited_us, us(self._plan.within_s) or level)

    def _talks(self, fact: CallConnected) -> None:
        caller = self._callers.get(fact.call)
        if caller is None:
            return
        habits = self._scenario.habits[fact.agent]
        over = self.clock.now + us(habits.handle_s(caller.talk_s))
        self.clock.at(over, lambda moment: self._ends_talk(fact))
        done = over + us(habits.handle_s(caller.wrap_up_s))
        self.clock.at(done, lambda moment: self._is_done(fact.agent, fact.call))

    # --- agents -------------------------------------------------------------------------------

    def _pick_up(self, agent: AgentId) -> None:
        device = self._scenario.configuration.agents[agent].device
        for leg in self.network.at_phone(device):
            self.network.answer(leg.leg, self.clock.now)
        self._settle()

    def _is_done(self, agent: AgentId, call: CallId) -> None:
        """The notes are written: the agent says so, if wrap-up is not over anyway."""
        state = self.router.agents[agent]
        if state.call == call and state.work is Work.WRAP_UP and state.next_presence is None:
            self.wish(agent, PresenceWish.READY)

    def sign_in(self, agent: AgentId) -> None:
        """Let an agent sit down and be ready."""
        self._tell(DeskConnected(agent=agent))
        self.wish(agent, PresenceWish.READY)

    def sign_out(self, agent: AgentId) -> None:
        """Let an agent go home, after the call they have."""
        self.wish(agent, PresenceWish.LOGGED_OUT)
        self._tell(DeskLost(agent=agent))
        self._settle()

    def wish(self, agent: AgentId, wish: PresenceWish, reason: str = "") -> None:
        """Let an agent ask for a presence."""
        self._requests += 1
        cmd = CommandId(f"r{self._requests}")
        self._tell(PresenceRequested(agent=agent, cmd=cmd, presence=wish, reason=reason))
        self._settle()

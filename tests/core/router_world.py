"""A router and everything that can happen to it, in small steps that are checked one by one."""

from contact_center.core.acd import (
    AskWait,
    EnterQueue,
    LeaveQueue,
    Rekey,
    ReportAnswered,
    ReportConnected,
    ReportFailed,
    ReportFinished,
    ReportHold,
    ReportWrappedUp,
    ReserveAgent,
    ToRouter,
)
from contact_center.core.acd_events import DeviceChanged, DeviceState, ScoresGiven
from contact_center.core.center import Center
from contact_center.core.facts import OfferResult, Presence, QueueOutcome, RequestAnswered
from contact_center.core.facts import SupervisorAnswered as Answered
from contact_center.core.ids import AgentId, CallId, CommandId, ReservationId
from contact_center.core.output import Outbox
from contact_center.core.requests import (
    DeclineRequested,
    DeskConnected,
    DeskLost,
    PresenceRequested,
    PresenceWish,
    QueuePauseRequested,
    WrapUpRequested,
)
from contact_center.core.routing import Router
from contact_center.core.skills import joined
from contact_center.core.supervisor_requests import (
    MoveRequested,
    ReprioritiseRequested,
    SetPresenceRequested,
    SetQueuePauseRequested,
    SupervisorRequest,
    WithdrawRequested,
)
from tests.core.router_centers import QUEUES, REQUIREMENTS, SECOND, random_center
from tests.core.router_invariants import check_router
from tests.core.router_ledger import Books, Held
from tests.core.router_rig import Act, Rig, Step, as_bytes, made_again

START = 1_764_000_000 * SECOND
MOST_CALLS = 40
RESULTS = [r for r in OfferResult if r is not OfferResult.CONNECTED]
SPANS = (1, 300_000, SECOND, SECOND, 5 * SECOND, 12 * SECOND, 31 * SECOND, 125 * SECOND)


class World:
    """One center's router, from its first minute. Every method is something that happens; numbers
    choose among what there is, so that any numbers make sense."""

    def __init__(self, seed: int) -> None:
        self.now = START
        self.rig = Rig(Center(random_center(seed)), watched=True)
        self.twin = Rig(Center(random_center(seed)))
        self.books = Books(self.rig.center.configuration)
        self.calls = 0
        self.asked = 0
        self.events = 0
        self.epoch = 1
        self.shrunk = False
        self.wanted: set[ReservationId] = set()
        self.plain: dict[CallId, EnterQueue] = {}
        self.old: list[ToRouter] = []
        self.begin()

    # --- driving ------------------------------------------------------------------------------

    def do(self, act: Act) -> Step:
        """Let both routers do something, compare, and check everything."""
        return self.compare(self.rig.do(act, self.now), self.twin.do(act, self.now))

    def compare(self, step: Step, again: Step) -> Step:
        """Check what came of an event."""
        self.events += 1
        assert as_bytes(step) == as_bytes(again), "the twin differs"
        for output in step.outputs:
            self.books.state(output)
        for message in step.told:
            self.books.hear(message, self.rig.router, self.now)
        self.books.check(self.rig.router)
        check_router(self.rig.router, self.now, shrunk=self.shrunk)
        self._places_are_as_asked()
        return step

    def _places_are_as_asked(self) -> None:
        """I8: whom nobody moved has the band and the head start that they came with, and what the
        steps they took have added."""
        for call, asked in list(self.plain.items()):
            waiting = self.rig.router.waiting.get(call)
            if waiting is None or waiting.visited:
                del self.plain[call]
                continue
            taken = asked.steps[: waiting.step]
            band = asked.priority + sum(step.band for step in taken)
            boost = asked.boost_us + sum(step.boost_us for step in taken)
            assert (waiting.band, waiting.boost_us) == (band, boost), f"I8: {waiting}"

    def tell(self, message: ToRouter) -> Step:
        """Let a call say something."""
        self.old = [*self.old[-30:], message]
        return self.do(lambda router, now, out: router.handle(message, now, out))

    def again(self, index: int) -> None:
        """I11: what is over, and said again or late, changes nothing and is counted."""
        old = [m for m in self.old if self._is_over(m)]
        if old:
            message = old[index % len(old)]
            self.rig.center.now = self.now
            before = self.rig.written_down()
            step = self.do(lambda router, now, out: router.handle(message, now, out))
            assert step.stale == 1, f"I11: {message} is taken for new"
            assert not step.told, f"I11: {message} leads to something"
            assert self.rig.written_down() == before, f"I11: {message} changes something"

    def _is_over(self, message: ToRouter) -> bool:
        held = self.books.held.get(getattr(message, "reservation", ReservationId("")))
        match message:
            case EnterQueue():
                return message.call in self.books.waiting
            case LeaveQueue() | Rekey():
                return message.call not in self.books.waiting
            case ReportAnswered():
                return held is None or held.answered
            case ReportConnected() | ReportFailed():
                return held is None or held.connected_at is not None
            case ReportFinished() | ReportHold():
                return held is None
        return False

    def begin(self) -> None:
        """Start: the first agents come in, the phone system is there."""
        self.started()
        for index in range(len(self.rig.router.agents)):
            if index % 4 != 3:
                self.screen(index, True)
                self.presence(index, 0)

    def started(self) -> None:
        """The process has begun: the phone system is found, in a new epoch."""
        for rig in (self.rig, self.twin):
            rig.router.epoch = self.epoch
        self.do(lambda router, now, out: router.set_provider(True, now, out))

    def agent(self, index: int) -> AgentId:
        """Choose an agent."""
        names = list(self.rig.router.agents)
        return names[index % len(names)]

    def some_held(self, index: int, *, answered: bool, connected: bool = False) -> Held | None:
        """Choose a reservation in a state."""
        found = [
            held
            for held in self.books.held.values()
            if held.answered is answered and (held.connected_at is not None) is connected
        ]
        return found[index % len(found)] if found else None

    def some_waiting(self, index: int) -> CallId | None:
        """Choose somebody who waits."""
        names = list(self.books.waiting)
        return names[index % len(names)] if names else None

    # --- callers ------------------------------------------------------------------------------

    def arrive(self, n: int) -> None:
        """Somebody comes, with any of the things that a call may say on entering."""
        if len(self.books.waiting) >= MOST_CALLS:
            return
        self.calls += 1
        call = CallId(f"c{self.calls}")
        queue = list(self.rig.center.configuration.queues)[n % len(QUEUES) % self._queues]
        settings = self.rig.center.configuration.queues[queue]
        name = self.agent(n // 7) if n % 5 == 1 else None
        message = EnterQueue(
            call=call,
            queue=queue,
            priority=settings.priority + (n // 3 % 4 == 1),
            requirement=joined(settings.requirement, REQUIREMENTS[n // 11 % len(REQUIREMENTS)]),
            max_wait_us=settings.max_wait_us,
            boost_us=(n // 13 % 6 == 1) * 7 * SECOND,
            since=None if n // 17 % 4 else self.now - 9 * SECOND,
            caller=f"+1{n % 3}" if n // 19 % 2 else "",
            named=name,
            named_us=8 * SECOND if name else 0,
            steps=settings.steps if n // 23 % 3 else (),
            position=1 + n % 3 if n // 29 % 6 == 1 else None,
            returns=n // 31 % 7 == 1,
            not_agent=self.agent(n // 37) if n // 31 % 7 == 1 and n % 2 else None,
        )
        self.books.waiting[call] = queue
        self.books.ends_at[call] = self.now + message.max_wait_us
        since = self.books.since_of(message, self.now)
        self.tell(message)
        waiting = self.rig.router.waiting.get(call)
        assert waiting is None or waiting.since == since, f"I8: {waiting} is not as old as {since}"
        if waiting is not None:
            # Whoever is refused keeps the place, and may try once more.
            self.books.redials.pop((message.queue, message.caller), None)
        if waiting is not None and message.position is None and waiting.queue == queue:
            self.plain[call] = message

    @property
    def _queues(self) -> int:
        return len(self.rig.center.configuration.queues)

    def hang_up(self, index: int) -> None:
        """A caller goes, ringing or not; or leaves by a key."""
        call = self.some_waiting(index)
        if call is not None:
            key = index % 4 == 0
            outcome = QueueOutcome.EXITED_KEY if key else QueueOutcome.ABANDONED
            self.books.over(call)
            self.books.gone.add(call)
            if not key:
                self.books.cut_off(self.rig.router.waiting[call], self.now)
            self.tell(LeaveQueue(call=call, outcome=outcome))

    def rekey(self, n: int) -> None:
        """Something is learned late about a caller."""
        call = self.some_waiting(n)
        if call is not None:
            self.plain.pop(call, None)
            queue = self.rig.center.configuration.queues[self.books.waiting[call]]
            own = REQUIREMENTS[n // 5 % len(REQUIREMENTS)]
            self.tell(
                Rekey(
                    call=call,
                    priority=n // 3 % 2 if n % 2 else None,
                    boost_us=(n // 7 % 4 - 1) * 5 * SECOND if n // 2 % 2 else None,
                    requirement=joined(queue.requirement, own) if n // 11 % 2 else None,
                    steps=queue.steps if n // 13 % 3 == 0 else None,
                )
            )

    def ask_wait(self, index: int) -> None:
        """A caller asks how far they are."""
        call = self.some_waiting(index)
        if call is not None:
            before = self.books.news
            self.tell(AskWait(call=call))
            assert self.books.news == before + 1, "a question without an answer"

    def scores(self, n: int) -> None:
        """Somebody outside says how well agents suit a caller."""
        call = self.some_waiting(n)
        if call is not None:
            names = list(self.rig.router.agents)
            given = tuple((name, (n // (3 + i)) % 5 - 1) for i, name in enumerate(names) if n & i)
            event = ScoresGiven(call=call, scores=given)
            self.do(lambda router, now, out: router.scores(event, now, out))

    # --- offers -------------------------------------------------------------------------------

    def accept(self, index: int, *, well: bool = True) -> None:
        """An agent picks up; if all goes well, both talk at once."""
        held = self.some_held(index, answered=False)
        if held is not None:
            held.answered = True
            patience = SECOND * (index % 3)
            self.tell(
                ReportAnswered(call=held.call, reservation=held.reservation, patience_us=patience)
            )
            if well:
                self.connect(index)

    def connect(self, index: int) -> None:
        """Caller and agent hear each other."""
        held = self.some_held(index, answered=True)
        if held is not None:
            held.connected_at = self.now
            if not held.consult:
                self.books.waiting.pop(held.call, None)
                self.books.gone.add(held.call)
                self.books.outcomes[QueueOutcome.ANSWERED] += 1
            self.tell(ReportConnected(call=held.call, reservation=held.reservation))

    def fail(self, index: int, result: int, answered: bool) -> None:
        """The agent does not come to talk."""
        held = self.some_held(index, answered=answered)
        if held is not None:
            del self.books.held[held.reservation]
            how = RESULTS[result % len(RESULTS)]
            self.books.rest(held, how, self.now)
            self.tell(ReportFailed(call=held.call, reservation=held.reservation, result=how))

    def decline(self, index: int) -> None:
        """An agent does not take an offer, or says so too late."""
        names = list(self.books.held)
        if names:
            held = self.books.held[names[index % len(names)]]
            late = held.connected_at is not None
            code = self.ask(
                DeclineRequested(cmd=self.cmd(), agent=held.agent, reservation=held.reservation)
            )
            assert (code == "offer_is_over") == late, code

    def hold(self, index: int) -> None:
        """The caller is put on hold, or brought back."""
        held = self.some_held(index, answered=True, connected=True)
        if held is not None:
            self.tell(ReportHold(call=held.call, reservation=held.reservation, on=index % 2 == 0))

    def finish(self, index: int, wrap_up: bool) -> None:
        """The talk is over."""
        held = self.some_held(index, answered=True, connected=True)
        if held is not None:
            wanted = held.reservation in self.wanted
            self.books.finish(held, wrap_up, wanted, self.now)
            self.tell(ReportFinished(call=held.call, reservation=held.reservation, wrap_up=wrap_up))

    def consult(self, n: int) -> None:
        """A call wants this very agent beside the one it has."""
        held = self.some_held(n, answered=True, connected=True)
        if held is not None:
            queue = list(self.rig.center.configuration.queues)[n // 3 % self._queues]
            before = len(self.books.held) + self.books.refusals
            self.books.gone.discard(held.call)
            self.tell(ReserveAgent(call=held.call, agent=self.agent(n // 7), queue=queue))
            self.books.gone.add(held.call)
            assert len(self.books.held) + self.books.refusals == before + 1, "no answer"

    # --- people -------------------------------------------------------------------------------

    def cmd(self) -> CommandId:
        """Name a request."""
        self.asked += 1
        return CommandId(f"q{self.asked}")

    def ask(self, request: object) -> str:
        """Let somebody ask for something; gives the code of the answer."""
        step = self.do(lambda router, now, out: _ask(router, request, now, out))
        answers = [o for o in step.outputs if isinstance(o, RequestAnswered | Answered)]
        assert len(answers) == 1, f"{request} has {len(answers)} answers"
        return answers[0].code

    def screen(self, index: int, there: bool) -> None:
        """A screen comes or goes."""
        event = (DeskConnected if there else DeskLost)(agent=self.agent(index))
        self.do(lambda router, now, out: router.desk(event, now, out))

    def presence(self, index: int, n: int) -> None:
        """An agent, or a supervisor for them, chooses a presence (I14)."""
        agent = self.agent(index)
        wish = [PresenceWish.READY, PresenceWish.READY, *PresenceWish][n % 5]
        if wish is PresenceWish.READY:
            self.books.resting.pop(agent, None)
            for wrap in self.books.wraps:
                if wrap.agent == agent:
                    wrap.until = min(wrap.until, self.now)
        if n % 7 == 3:
            self.ask(
                SetPresenceRequested(
                    cmd=self.cmd(), by="s", agent=agent, presence=wish, reason="lunch"
                )
            )
        else:
            self.ask(
                PresenceRequested(
                    cmd=self.cmd(), agent=agent, presence=wish, reason="lunch", once=n % 3 == 0
                )
            )
        state = self.rig.router.agents[agent]
        if wish is PresenceWish.READY:
            assert state.presence is Presence.READY, "I14: ready at once"
        else:
            last = state.next_presence if state.jobs else state.presence
            assert last is Presence(wish.value), f"I14: {state} was asked to be {wish}"
        self._until_is_what_it_was()

    def queue_pause(self, index: int, n: int) -> None:
        """An agent, or a supervisor for them, takes a break from one queue, or ends it (I14)."""
        agent = self.agent(index)
        queue = list(self.rig.center.configuration.queues)[n % self._queues]
        on, reason = n // 3 % 3 > 0, ["lunch", "training"][n // 5 % 2]
        if n % 7 == 3:
            request: object = SetQueuePauseRequested(
                cmd=self.cmd(), by="s", agent=agent, queue=queue, on=on, reason=reason
            )
        else:
            request = QueuePauseRequested(
                cmd=self.cmd(), agent=agent, queue=queue, on=on, reason=reason
            )
        code = self.ask(request)
        known = self.rig.router.agents[agent].paused_in.get(queue)
        if not code:
            assert (known is not None) == on, "I14: not as it was asked for"
            assert known is None or known.reason == reason

    def _until_is_what_it_was(self) -> None:
        """Who may not leave wrap-up early has not left it."""
        jobs = self.rig.router.agents
        for wrap in self.books.wraps:
            for job in jobs[wrap.agent].jobs.values():
                if job.call == wrap.call and job.wrap_up_until is not None:
                    wrap.until = job.wrap_up_until

    def good_hour(self, n: int) -> None:
        """Everybody is there and ready, some talk and some are done; then callers come."""
        for index, agent in enumerate(list(self.rig.router.agents)):
            settings = self.rig.center.configuration.agents[agent]
            if self.rig.router.agents[agent].device is not DeviceState.UNKNOWN or n % 2:
                event = DeviceChanged(device=settings.device, state=DeviceState.IDLE)
                self.do(lambda router, now, out, event=event: router.device(event, now, out))
            if not self.rig.router.agents[agent].at_desk:
                self.screen(index, True)
            if self.rig.router.agents[agent].presence is not Presence.READY:
                self.presence(index, 0)
        for index in range(n % 5):
            self.accept(n + index)
            self.finish(n + index, n % 3 > 0)
            self.pass_time(1 + index % 3)
        for index in range(n // 7 % 4):
            self.arrive(n // 11 + index)
            self.disposition(n + index)

    def device(self, index: int, state: int) -> None:
        """A phone changes."""
        settings = self.rig.center.configuration.agents[self.agent(index)]
        states = [*DeviceState, DeviceState.IDLE, DeviceState.IDLE]
        event = DeviceChanged(device=settings.device, state=states[state % len(states)])
        self.do(lambda router, now, out: router.device(event, now, out))

    def want_wrap_up(self, index: int, extend: bool) -> None:
        """An agent wants time after the call, or more of it."""
        jobs = [(a.agent, j) for a in self.rig.router.agents.values() for j in a.jobs.values()]
        if not jobs:
            return
        agent, job = jobs[index % len(jobs)]
        before = job.wrap_up_until
        code = self.ask(WrapUpRequested(cmd=self.cmd(), agent=agent, call=job.call, extend=extend))
        if not extend:
            self.wanted.add(job.reservation)
        elif code == "":
            assert before is not None
            assert job.wrap_up_until is not None
            assert before < job.wrap_up_until <= job.wrap_up_most, "I3: extended for ever"
            self._until_is_what_it_was()

    def disposition(self, index: int) -> None:
        """An agent says how a call ended."""
        if self.books.wraps:
            wrap = self.books.wraps[index % len(self.books.wraps)]
            wrap.until = min(wrap.until, self.now)
            left = len(self.books.wraps)
            self.tell(ReportWrappedUp(call=wrap.call, agent=wrap.agent))
            assert len(self.books.wraps) < left, "a disposition ends wrap-up in every mode"

    def supervisor(self, n: int) -> None:
        """A supervisor moves, withdraws or promotes somebody who waits."""
        call = self.some_waiting(n)
        if call is None:
            return
        self.plain.pop(call, None)
        queue = list(self.rig.center.configuration.queues)[n // 3 % self._queues]
        boost = (n // 5 % 5 - 2) * 6 * SECOND
        request: object
        match n // 7 % 3:
            case 0:
                request = ReprioritiseRequested(
                    cmd=self.cmd(), by="s", call=call, priority=n // 11 % 2, boost_us=boost
                )
            case 1:
                spot = 1 + n // 13 % 5 if n // 17 % 2 else None
                request = MoveRequested(
                    cmd=self.cmd(), by="s", call=call, queue=queue, position=spot
                )
            case _:
                request = WithdrawRequested(cmd=self.cmd(), by="s", call=call)
        self.ask(request)

    # --- time, and what is under all of it ----------------------------------------------------

    def pass_time(self, span: int) -> None:
        """Time passes, and every deadline is kept."""
        until = self.now + SPANS[span % len(SPANS)]
        while (due := self.rig.next_deadline()) is not None and due <= until:
            self.next_deadline()
        self.now = until

    def next_deadline(self) -> None:
        """The next deadline passes (I16: once, and then there is none so early)."""
        due = self.rig.next_deadline()
        if due is not None:
            self.now = max(self.now, due)
        for _ in range(5):
            self.compare(self.rig.deadlines(self.now), self.twin.deadlines(self.now))
            due = self.rig.next_deadline()
            if due is None or due > self.now:
                break
        assert due is None or due > self.now, "I16: a deadline has passed and does not go away"

    def gap(self, back: bool) -> None:
        """The phone system is out of reach, or back."""
        self.do(lambda router, now, out: router.set_provider(back, now, out))

    def crash(self) -> None:
        """The process dies, and goes on from what it had written down, in a new epoch."""
        written = self.rig.written_down()
        self.rig = made_again(written, self.rig.center.configuration, watched=True)
        assert self.rig.written_down() == written, "something is lost in a crash"
        self.epoch += 1
        self.started()

    def twin_again(self) -> None:
        """The twin alone is made again, and must go on as if nothing had been."""
        self.twin = made_again(self.twin.written_down(), self.rig.center.configuration)

    def reload(self, seed: int) -> None:
        """The configuration is another one from now on; nobody who waits is lost."""
        today = random_center(seed)
        before = {call: self.rig.router.waiting[call].since for call in self.books.waiting}
        # Devices and clocks of wrap-ups under way stay those of the jobs.
        self.rig = made_again(self.rig.written_down(), today, watched=True)
        self.twin = made_again(self.twin.written_down(), today)
        self.books.configuration = self.rig.center.configuration
        self.books.told.clear()
        self.shrunk = True
        self._until_is_what_it_was()
        self.do(lambda router, now, out: router.reloaded(now, out))
        for call, since in before.items():
            if call in self.rig.router.waiting:
                assert self.rig.router.waiting[call].since == since, "I8: a place is lost"

    # --- the end ------------------------------------------------------------------------------

    def end_well(self) -> None:
        """Everybody is served or gone, and nothing is left but what has a name."""
        self.gap(True)
        for held in [h for h in self.books.held.values() if h.connected_at is not None]:
            self.books.finish(held, True, held.reservation in self.wanted, self.now)
            self.tell(ReportFinished(call=held.call, reservation=held.reservation))
        for _ in range(3):
            for span in range(len(SPANS)):
                self.pass_time(span)
        while self.books.waiting:
            due = self.rig.next_deadline()
            assert due is not None, f"I5: {self.books.waiting} wait for nothing"
            self.now = max(self.now, due)
            self.next_deadline()
        for _ in range(12):
            self.pass_time(7)
        self._nothing_is_left()

    def _nothing_is_left(self) -> None:
        router = self.rig.router
        assert not router.waiting
        assert not router.reservations, "I3: somebody is held for nobody"
        assert not self.books.held
        assert not self.books.wraps, "I9: wrap-up for ever"
        assert self.books.wrap_ups == self.books.finished, "I10: a talk is counted twice"
        assert not router.ringing
        assert not list(router.lines)
        for agent in router.agents.values():
            assert not agent.jobs, f"I3: {agent} is stuck"
            assert agent.resting_until == 0, f"I3: {agent} rests for ever"
            assert agent.outside_since is None, f"I3: {agent} is outside for ever"
        left = {kind for _, kind, _ in router.media_deadlines.entries()}
        assert left <= {"hours"}, f"I16: {left}"
        left = {kind for _, kind, _ in router.people_deadlines.entries()}
        assert left <= {"desk", "window"}, f"I16: {left}"


def _ask(router: Router, request: object, now: int, out: Outbox) -> None:
    match request:
        case DeclineRequested():
            router.request_decline(request, now, out)
        case PresenceRequested() | QueuePauseRequested() | WrapUpRequested():
            router.request(request, now, out)
        case SupervisorRequest():
            router.supervise(request, now, out)

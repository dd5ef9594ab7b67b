"""Call scripts of live calls: which is read where, and what agents do in them.

Follows the facts of calls: an offer shows the first page of the queue's script before the phone
rings, the conversation begins the run, a transfer hands it over, the disposition ends it. Nothing
here waits; what happened goes to a `ScriptSink`.
"""

import heapq
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from contact_center.core import facts as f
from contact_center.core.events import Customer
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.core.ivr.names import customer_values
from contact_center.core.scripting import reading
from contact_center.core.scripting.choice import ScriptChoice
from contact_center.core.scripting.facts import ScriptFact
from contact_center.core.scripting.kept import KeptRun
from contact_center.core.scripting.reading import ScriptRefusedError
from contact_center.core.scripting.run import Run
from contact_center.core.scripting.script import Script
from contact_center.core.scripting.view import PageView, shown

MOST_RUNS: Final = 20_000
"""Scripts open at once; beyond it the oldest is given up."""

log = logging.getLogger(__name__)

Act = Callable[[Run, Mapping[str, object], int], list[ScriptFact]]


class Show(Protocol):
    """Puts a page on an agent's screen; `begun`: they talk, and something can be done there."""

    def __call__(self, agent: AgentId, call: CallId, view: PageView | None, *, begun: bool) -> None:
        """None takes the page away."""


class ScriptSink(Protocol):
    """Keeps what happens in scripts. Must not block and must not raise."""

    def happened(self, run: Run, facts: Sequence[ScriptFact]) -> None:
        """Take facts of a run, in order."""


@dataclass(slots=True, kw_only=True)
class _Reading:
    """A script open at a desk. ``begun``: agent and caller talk, so what happens counts."""

    run: Run
    names: dict[str, object]
    queue: QueueId
    begun: bool = False
    was_secure: bool = False
    others: dict[AgentId, f.ScreenPopped] = field(default_factory=dict)


class CallScripts:
    """The scripts of all live calls, behind facts on one side and desks on the other.

    `show` puts a page on an agent's screen (None takes it away); `secure` is told when a page comes
    up, or goes, on which something is asked that must not be recorded. `wake` is asked to have
    `tick` called at a time (microseconds UTC), for hints.
    """

    def __init__(
        self,
        scripts: Mapping[QueueId, ScriptChoice],
        agents: Mapping[AgentId, str],
        clock: Callable[[], int],
        show: Show,
        secure: Callable[[AgentId, CallId, bool], None],
        sink: ScriptSink,
        wake: Callable[[int], None] = lambda at: None,
    ) -> None:
        self._scripts, self._agents = scripts, agents
        self._clock, self._show, self._secure, self._sink = clock, show, secure, sink
        self._wake = wake
        self._due: list[tuple[int, CallId]] = []
        self._open: dict[CallId, _Reading] = {}
        self._kept: dict[CallId, KeptRun] = {}
        self._on: dict[type[f.Fact], Callable[[f.Fact], None]] = {
            f.ScreenPopped: self._popped,  # type: ignore[dict-item]
            f.ScreenPopCompleted: self._completed,  # type: ignore[dict-item]
            f.OfferEnded: self._offer_ended,  # type: ignore[dict-item]
            f.CallConnected: self._connected,  # type: ignore[dict-item]
            f.DispositionRecorded: self._ended,  # type: ignore[dict-item]
            f.AgentChanged: self._agent_changed,  # type: ignore[dict-item]
        }

    def reseat(
        self, scripts: Mapping[QueueId, ScriptChoice], agents: Mapping[AgentId, str]
    ) -> None:
        """Go on with other scripts; calls that have one finish on it."""
        self._scripts, self._agents = scripts, agents

    def restore(self, kept: Iterable[KeptRun]) -> None:
        """Take runs that an earlier process had open: they go on when their call is told again."""
        self._kept = {CallId(run.call): run for run in kept}

    # --- facts ------------------------------------------------------------------------------------

    def publish(self, facts: Sequence[f.Fact]) -> None:
        """Take facts, in order."""
        for fact in facts:
            act = self._on.get(type(fact))
            if act is None:
                continue
            try:
                act(fact)
            except Exception:
                # A script that goes wrong must not stop the core; the call goes on without it.
                log.exception("a script could not follow %s", type(fact).__name__)

    def _popped(self, fact: f.ScreenPopped) -> None:
        script = self._script_for(fact)
        known = self._open.get(fact.call)
        if known is not None and known.begun:
            known.others[fact.agent] = fact
            if known.queue == fact.queue:  # the next agent sees how far it has come
                self._show(fact.agent, fact.call, self._view(known), begun=False)
            return
        if known is not None:
            self._close(known, show=known.run.agent != fact.agent)
        if script is not None:
            self._begin(fact, script, begun=False)

    def _script_for(self, pop: f.ScreenPopped) -> Script | None:
        choice = self._scripts.get(pop.queue)
        return None if choice is None else choice.of(pop.direction, pop.campaign, pop.lead_list)

    def _begin(self, pop: f.ScreenPopped, script: Script, *, begun: bool) -> None:
        while len(self._open) >= MOST_RUNS:
            self._close(next(iter(self._open.values())))
        one = pop.customers[0] if len(pop.customers) == 1 else None
        language = one.language if one is not None and one.language in script.languages else ""
        chosen = language or script.language
        run = self._gone_on_with(pop, script)
        names = self._names(pop, one, chosen if run is None else run.language)
        if run is not None:
            self._open[pop.call] = found = _Reading(
                run=run, names=names, queue=pop.queue, begun=True
            )
            self._time(found)
            self._tell(found)
            return
        run = Run(
            call=pop.call,
            script=script,
            agent=pop.agent,
            language=chosen,
            queue=pop.queue,
            customer=one.customer if one is not None else "",
        )
        found = self._open[pop.call] = _Reading(run=run, names=names, queue=pop.queue, begun=begun)
        happened = reading.begin(run, names, self._clock())
        if begun:
            self._sink.happened(run, happened)
            self._time(found)
        self._tell(found)

    def _gone_on_with(self, pop: f.ScreenPopped, script: Script) -> Run | None:
        """Give the run of an earlier process, if the agent has it and its text is the same."""
        kept = self._kept.pop(pop.call, None)
        if kept is None or kept.agent != pop.agent:
            return None
        try:
            run = kept.restore(script)
        except (ValueError, KeyError):
            log.warning("the script of a call has changed and begins again: %s", kept.script)
            return None
        return run if run.page and not run.over else None

    def _names(self, pop: f.ScreenPopped, one: Customer | None, language: str) -> dict[str, object]:
        return {
            "customer": dict(customer_values(one)),
            "call": {
                "id": pop.call,
                "number": pop.ani,
                "direction": pop.direction.value,
                "queue": pop.queue_label,
                "language": language,
            },
            "agent": {"name": self._agents.get(pop.agent, pop.agent)},
            "offer": {"id": "", "name": "", "text": "", "price": ""},
        }

    def _completed(self, fact: f.ScreenPopCompleted) -> None:
        found = self._open.get(fact.call)
        if found is None or found.run.agent != fact.agent:
            return
        one = fact.customers[0] if len(fact.customers) == 1 else None
        found.run.customer = one.customer if one is not None else ""
        found.names["customer"] = dict(customer_values(one, fields=fact.fields))
        self._tell(found)

    def _offer_ended(self, fact: f.OfferEnded) -> None:
        found = self._open.get(fact.call)
        if found is None or fact.result is f.OfferResult.CONNECTED:
            return
        if found.others.pop(fact.agent, None) is not None:
            self._show(fact.agent, fact.call, None, begun=False)
        elif not found.begun and found.run.agent == fact.agent:
            self._close(found)

    def _connected(self, fact: f.CallConnected) -> None:
        found = self._open.get(fact.call)
        if found is None:
            return
        pop = found.others.pop(fact.agent, None)
        if not found.begun:
            # Now it counts, and from now: what was on the screen while it rang was a preview.
            self._start(found, fact.agent)
        elif pop is not None and pop.queue == found.queue:
            former = AgentId(found.run.agent)
            found.names["agent"] = {"name": self._agents.get(fact.agent, fact.agent)}
            self._done(found, reading.hand_over(found.run, fact.agent, self._clock()))
            self._show(former, fact.call, None, begun=False)
        elif pop is not None:
            self._close(found)
            script = self._script_for(pop)
            if script is not None:
                self._begin(pop, script, begun=True)

    def _start(self, found: _Reading, agent: AgentId) -> None:
        run, found.begun = found.run, True
        found.run = Run(
            call=run.call,
            script=run.script,
            agent=agent,
            language=run.language,
            queue=run.queue,
            customer=run.customer,
        )
        self._done(found, reading.begin(found.run, found.names, self._clock()))
        self._time(found)

    def _ended(self, fact: f.DispositionRecorded) -> None:
        found = self._open.get(fact.call)
        if found is not None and found.begun and found.run.agent == fact.agent:
            # It was recorded: what the script has against it was said before.
            self._done(found, reading.end(found.run, fact.code, self._clock(), overruled=True))

    def _agent_changed(self, fact: f.AgentChanged) -> None:
        at = {fact.call, *(job.call for job in fact.jobs)}
        for found in [r for r in self._open.values() if r.run.agent == fact.agent]:
            if found.begun and found.run.call not in at:
                self._close(found)
            elif fact.work is f.Work.TALKING and fact.call == found.run.call and not found.begun:
                # Connected in an earlier process, of which nothing was kept.
                self._start(found, fact.agent)

    def _close(self, found: _Reading, *, show: bool = True) -> None:
        """Give a script up, or let go of one that is over."""
        run = found.run
        self._open.pop(CallId(run.call), None)
        if found.begun and not run.over:
            self._sink.happened(run, reading.end(run, "", self._clock(), overruled=True))
        self._mind(found, secure=False)
        for agent in found.others:
            self._show(agent, CallId(run.call), None, begun=False)
        if show:
            self._show(AgentId(run.agent), CallId(run.call), None, begun=False)

    # --- what comes up with time ------------------------------------------------------------------

    def tick(self) -> None:
        """Show the hints that it is time for."""
        now = self._clock()
        while self._due and self._due[0][0] <= now:
            _, call = heapq.heappop(self._due)
            found = self._open.get(call)
            if found is None or not found.begun:
                continue
            happened = reading.remind(found.run, found.names, now)
            if happened:
                self._done(found, happened)
        if self._due:
            self._wake(self._due[0][0])

    def _time(self, found: _Reading) -> None:
        """Have the hints of a conversation come up when it is time for them."""
        run = found.run
        for hint in run.script.hints.values():
            if hint.name not in run.hinted:
                heapq.heappush(self._due, (run.began + hint.after_us, CallId(run.call)))
        if self._due:
            self._wake(self._due[0][0])

    # --- desks ------------------------------------------------------------------------------------

    def act(self, agent: AgentId, call: CallId, fence: int, act: Act) -> None:
        """Do something in the script of a call. Raises ScriptRefusedError."""
        found = self._open.get(call)
        if found is None or found.run.agent != agent:
            raise ScriptRefusedError("stale", "this script is not at your desk")
        if not found.begun:
            raise ScriptRefusedError("not_yet", "the script begins with the conversation")
        reading.check_fence(found.run, fence)
        self._done(found, act(found.run, found.names, self._clock()))

    def missing(self, agent: AgentId, call: CallId, disposition: str) -> list[str]:
        """Name what has to be said before a call may end like this."""
        found = self._open.get(call)
        if found is None or found.run.agent != agent or found.run.over:
            return []
        return reading.missing_for(found.run, disposition)

    def look_at(self, agent: AgentId) -> None:
        """Somebody sits down at a desk: show what they have open."""
        for found in self._open.values():
            if found.run.agent == agent:
                self._tell(found)

    @property
    def open(self) -> int:
        """How many scripts are open."""
        return len(self._open)

    def _done(self, found: _Reading, happened: list[ScriptFact]) -> None:
        if happened:
            self._sink.happened(found.run, happened)
        self._tell(found)

    def _tell(self, found: _Reading) -> None:
        view = self._view(found)
        self._mind(found, secure=view.secure and found.begun and not found.run.over)
        self._show(AgentId(found.run.agent), CallId(found.run.call), view, begun=found.begun)

    def _mind(self, found: _Reading, *, secure: bool) -> None:
        if secure != found.was_secure:
            found.was_secure = secure
            self._secure(AgentId(found.run.agent), CallId(found.run.call), secure)

    @staticmethod
    def _view(found: _Reading) -> PageView:
        return shown(found.run, found.names)

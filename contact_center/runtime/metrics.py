"""Facts as Prometheus metrics, and what the loop says about itself.

Counters and histograms ignore facts decided before this process began (history is told again after
a restart); gauges take them all, since the newest one is the truth. No label holds a person, a call
or a number: only ids that someone configured, and outcomes.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

from contact_center.core import facts
from contact_center.core.facts import Fact, QueueChanged
from contact_center.core.ids import AgentId, CallId

_MAX_CALLS = 20_000
_LAG_INTERVAL_S = 0.25
_WAIT_BUCKETS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600)
_TALK_BUCKETS = (10, 30, 60, 120, 180, 300, 600, 900, 1800, 3600)
_LAG_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
_PREFIX = "contact_center"


class _Children:
    """The children of a metric by their labels, at hand: finding one takes a lock and more.

    There are as many as the metric has; labels hold only what someone configured, and outcomes.
    """

    def __init__(self, metric: Any) -> None:
        self._metric = metric
        self._known: dict[tuple[str, ...], Any] = {}

    def __call__(self, *labels: str) -> Any:
        child = self._known.get(labels)
        if child is None:
            child = self._known[labels] = self._metric.labels(*labels)
        return child


class Metrics:
    """A reader of facts. ``since``: microseconds UTC at which this process began."""

    def __init__(self, registry: CollectorRegistry, *, since: int = 0) -> None:
        self._since = since
        self._seen: OrderedDict[CallId, int] = OrderedDict()
        self._agents: dict[AgentId, facts.AgentChanged] = {}
        self._handled_us: dict[AgentId, tuple[str, int]] = {}
        self._registry = registry
        # Most facts are nobody's metric.
        self._take: dict[type[Fact], Callable[[Any], None]] = {
            facts.CallStarted: self._on_call_started,
            facts.CallFinished: self._on_call_finished,
            facts.NodeLeft: self._on_node_left,
            facts.WaitEnded: self._on_wait_ended,
            facts.OfferEnded: self._on_offer_ended,
            facts.CallConnected: self._on_call_connected,
            facts.ConversationEnded: self._on_conversation_ended,
            facts.AgentChanged: self._on_agent_changed,
            facts.FaultFound: self._on_fault_found,
            facts.ProviderChanged: self._on_provider_changed,
        }
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        self._calls(registry)
        self._queues(registry)
        self._people(registry)
        self._lag = Histogram(
            f"{_PREFIX}_loop_lag_seconds",
            "How late the event loop runs what is due",
            buckets=_LAG_BUCKETS,
            registry=registry,
        )

    def _calls(self, registry: CollectorRegistry) -> None:
        self._started = _Children(
            Counter(
                f"{_PREFIX}_calls_started", "Calls that began", ["direction"], registry=registry
            )
        )
        self._finished = _Children(
            Counter(
                f"{_PREFIX}_calls_finished",
                "Calls whose last leg is gone, by how they ended",
                ["outcome"],
                registry=registry,
            )
        )
        self._lost = Counter(
            f"{_PREFIX}_calls_lost",
            "Calls that ended unseen, found gone after a gap or a restart",
            registry=registry,
        )
        self._prompts_failed = _Children(
            Counter(
                f"{_PREFIX}_prompts_failed",
                "Prompts of flows that could not be played",
                ["flow"],
                registry=registry,
            )
        )
        self._faults = Counter(
            f"{_PREFIX}_faults",
            "Bugs of our own that were contained: each has cost at most one call",
            registry=registry,
        )
        self._provider_up = _Children(
            Gauge(
                f"{_PREFIX}_provider_up",
                "1 when the phone system can be reached",
                ["provider"],
                registry=registry,
            )
        )

    def _queues(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, text: str) -> Gauge:
            return Gauge(f"{_PREFIX}_queue_{name}", text, ["queue"], registry=registry)

        self._waiting = _Children(gauge("waiting", "Callers who wait"))
        self._offering = _Children(gauge("offering", "Callers for whom a phone rings"))
        self._idle = _Children(
            gauge("agents_idle", "Agents who could take a call of this queue now")
        )
        self._logged_in = _Children(
            gauge("agents_logged_in", "Agents of this queue who are logged in")
        )
        self._oldest = _Children(
            gauge(
                "oldest_since_seconds",
                "When the longest waiting caller came (Unix time), 0 for none",
            )
        )
        self._waited = _Children(
            Histogram(
                f"{_PREFIX}_queue_wait_seconds",
                "How long callers waited, by how the wait ended",
                ["queue", "outcome"],
                buckets=_WAIT_BUCKETS,
                registry=registry,
            )
        )

    def _people(self, registry: CollectorRegistry) -> None:
        self._offers = _Children(
            Counter(
                f"{_PREFIX}_offers",
                "Offers of a call to an agent, by result",
                ["result"],
                registry=registry,
            )
        )
        self._states = _Children(
            Gauge(
                f"{_PREFIX}_agents",
                "Agents by presence (what they chose) and work (what they do)",
                ["presence", "work"],
                registry=registry,
            )
        )
        self._talk = _Children(
            Histogram(
                f"{_PREFIX}_talk_seconds",
                "How long conversations lasted, hold not counted",
                ["queue"],
                buckets=_TALK_BUCKETS,
                registry=registry,
            )
        )
        self._handle = _Children(
            Histogram(
                f"{_PREFIX}_handle_seconds",
                "Talk, hold and wrap-up of one conversation together",
                ["queue"],
                buckets=_TALK_BUCKETS,
                registry=registry,
            )
        )

    def publish(self, facts: Sequence[Fact]) -> None:
        """Take facts, in order; those of a call that were taken already are passed over."""
        queues: dict[str, QueueChanged] = {}
        for fact in facts:
            if isinstance(fact, QueueChanged):
                # Gauges: of several in one turn, only the last can ever be read.
                queues[fact.queue] = fact
            elif not self._repeated(fact):
                take = self._take.get(type(fact))
                if take is not None:
                    take(fact)
        for changed in queues.values():
            self._on_queue_changed(changed)

    def watch(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Add a gauge ``contact_center_<name>`` that asks `read` when it is scraped."""
        Gauge(f"{_PREFIX}_{name}", text, registry=self._registry).set_function(read)

    async def watch_loop(self, interval_s: float = _LAG_INTERVAL_S) -> None:
        """Measure how late the loop is, for ever; to be run as a task."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + interval_s
            await asyncio.sleep(interval_s)
            self._lag.observe(max(0.0, loop.time() - due))

    def _repeated(self, fact: Fact) -> bool:
        if not isinstance(fact, facts.CallFact):
            return False
        if fact.seq <= self._seen.get(fact.call, 0):
            return True
        self._seen[fact.call] = fact.seq
        self._seen.move_to_end(fact.call)
        if len(self._seen) > _MAX_CALLS:
            self._seen.popitem(last=False)
        return False

    def _counts(self, fact: Fact) -> bool:
        return fact.at >= self._since

    def _on_call_started(self, fact: facts.CallStarted) -> None:
        if self._counts(fact):
            self._started(fact.direction.value).inc()

    def _on_call_finished(self, fact: facts.CallFinished) -> None:
        if self._counts(fact):
            self._finished(fact.outcome.value).inc()
            if fact.lost:
                self._lost.inc()

    def _on_node_left(self, fact: facts.NodeLeft) -> None:
        if fact.prompts_failed and self._counts(fact):
            self._prompts_failed(fact.flow).inc(fact.prompts_failed)

    def _on_wait_ended(self, fact: facts.WaitEnded) -> None:
        if self._counts(fact):
            waited = self._waited(fact.queue, fact.outcome.value)
            waited.observe(fact.waited_us / 1e6)

    def _on_offer_ended(self, fact: facts.OfferEnded) -> None:
        if self._counts(fact):
            self._offers(fact.result.value).inc()

    def _on_call_connected(self, fact: facts.CallConnected) -> None:
        # An offer that was taken has no fact of its own: this is how it shows.
        if self._counts(fact):
            self._offers(facts.OfferResult.CONNECTED.value).inc()

    def _on_queue_changed(self, fact: QueueChanged) -> None:
        self._waiting(fact.queue).set(fact.waiting)
        self._offering(fact.queue).set(fact.offering)
        self._idle(fact.queue).set(fact.idle)
        self._logged_in(fact.queue).set(fact.logged_in)
        self._oldest(fact.queue).set((fact.oldest_since or 0) / 1e6)

    def _on_conversation_ended(self, fact: facts.ConversationEnded) -> None:
        if self._counts(fact):
            self._talk(fact.queue).observe(fact.talk_us / 1e6)
            self._settle(fact.agent, 0)
            self._handled_us[fact.agent] = (fact.queue, fact.talk_us + fact.hold_us)

    def _on_agent_changed(self, fact: facts.AgentChanged) -> None:
        before = self._agents.get(fact.agent)
        self._agents[fact.agent] = fact
        if before is not None:
            self._states(before.presence.value, before.work.value).dec()
        self._states(fact.presence.value, fact.work.value).inc()
        if fact.work in (facts.Work.TALKING, facts.Work.WRAP_UP):
            return
        was_wrapping = before is not None and before.work is facts.Work.WRAP_UP
        self._settle(fact.agent, max(0, fact.at - before.since) if before and was_wrapping else 0)

    def _on_fault_found(self, fact: facts.FaultFound) -> None:
        if self._counts(fact):
            self._faults.inc()

    def _on_provider_changed(self, fact: facts.ProviderChanged) -> None:
        self._provider_up(fact.provider).set(1 if fact.up else 0)

    def _settle(self, agent: AgentId, wrapped_us: int) -> None:
        """The agent's last conversation is over and done with: now its handle time is known."""
        if agent in self._handled_us:
            queue, handled = self._handled_us.pop(agent)
            self._handle(queue).observe((handled + wrapped_us) / 1e6)

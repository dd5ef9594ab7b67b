"""The same answer as the database gives about a flow, from facts alone: what both must agree on."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from contact_center.core.events import Direction
from contact_center.core.facts import (
    CallConnected,
    CallFact,
    CallFinished,
    CallQueued,
    CallStarted,
    Fact,
    NodeLeft,
)
from contact_center.reporting.flow_book import (
    ARM,
    DAY_US,
    PERCENTS,
    SUCCESS,
    FlowBook,
    FlowQuestion,
    VersionTally,
    nearest_rank,
)


@dataclass(slots=True)
class _Call:
    facts: dict[int, CallFact] = field(default_factory=dict)

    def of(self, kind: type[CallFact]) -> list[CallFact]:
        return [fact for _, fact in sorted(self.facts.items()) if isinstance(fact, kind)]

    @property
    def started(self) -> CallStarted | None:
        return next((f for f in self.facts.values() if isinstance(f, CallStarted)), None)

    @property
    def visits(self) -> list[NodeLeft]:
        return [f for _, f in sorted(self.facts.items()) if isinstance(f, NodeLeft)]

    @property
    def connected_at(self) -> int | None:
        return next((fact.at for fact in self.of(CallConnected)), None)

    def is_contained(self, successes: frozenset[str]) -> bool:
        """Whether a call that is over gave the caller what they wanted without a person."""
        visits = self.visits
        if self.connected_at is not None or any(v.edge == "answered" for v in visits):
            return False
        words = {visit.contained for visit in visits}
        if True in words:
            return True
        success = any(v.outcome == SUCCESS or v.milestone in successes for v in visits)
        return success and False not in words and not self.of(CallQueued)


def fold_flow(facts: Iterable[Fact], asked: FlowQuestion) -> FlowBook:
    """Count what facts tell, in any order and more than once."""
    calls: dict[str, _Call] = {}
    for fact in facts:
        if isinstance(fact, CallFact):
            calls.setdefault(fact.call, _Call()).facts[fact.seq] = fact
    book = FlowBook(asked)
    spent: dict[tuple[str, str], list[int]] = {}
    for call in calls.values():
        started = call.started
        if started is None or not asked.begin <= started.at < asked.end:
            continue
        own = [visit for visit in call.visits if visit.flow == asked.flow]
        for version in {visit.version for visit in own}:
            visits = [visit for visit in own if visit.version == version]
            tally = book.version(version)
            _count_visits(tally, visits)
            _count_call(tally, call, started, visits, calls.values(), asked)
            for visit in visits:
                spent.setdefault((version, visit.node), []).append(visit.at - visit.entered_at)
    for (version, node), lengths in spent.items():
        ordered = sorted(lengths)
        at = {percent: nearest_rank(ordered, percent) for percent in PERCENTS}
        book.version(version).node(node).spent_at = at
    return book


def _count_visits(tally: VersionTally, visits: list[NodeLeft]) -> None:
    for visit in visits:
        node = tally.node(visit.node)
        node.edges[visit.edge] += 1
        node.spent_us += visit.at - visit.entered_at
        node.no_inputs += visit.no_inputs
        node.no_matches += visit.failures - visit.no_inputs
        node.barged += visit.barged
        node.typed_ahead += visit.typed_ahead
        node.spoken += visit.spoken
    for name in {visit.node for visit in visits}:
        tally.node(name).calls += 1


def _count_call(
    tally: VersionTally,
    call: _Call,
    started: CallStarted,
    visits: list[NodeLeft],
    everybody: Iterable[_Call],
    asked: FlowQuestion,
) -> None:
    over = bool(call.of(CallFinished))
    contained = over and call.is_contained(asked.successes)
    zero_out = any(f"{visit.node}/{visit.edge}" in (asked.zero_outs or ()) for visit in visits)
    arms = {(visit.node, visit.edge) for visit in visits if visit.edge.startswith(ARM)}
    passed = {visit.milestone for visit in visits} - {""}
    passed_anywhere = {visit.milestone for visit in call.visits} - {""}
    for one, milestones in (
        (tally, passed),
        *((tally.arm(*arm), passed_anywhere) for arm in arms),
    ):
        one.calls += 1
        one.finished += over
        one.contained += contained
        one.zero_outs += zero_out
        one.milestones.update(milestones)
    connected_at = call.connected_at
    if connected_at is not None:
        tally.connected += 1
        tally.to_agent_us += connected_at - started.at
    inbound = started.direction is Direction.INBOUND and bool(started.ani)
    if over and inbound and started.at + DAY_US <= asked.until:
        repeated = any(_follows(other.started, started) for other in everybody)
        tally.followed += 1
        tally.repeated += repeated
        tally.contained_followed += contained
        tally.contained_repeated += contained and repeated


def _follows(later: CallStarted | None, first: CallStarted) -> bool:
    return (
        later is not None
        and later.direction is Direction.INBOUND
        and later.ani == first.ani
        and first.at < later.at <= first.at + DAY_US
    )

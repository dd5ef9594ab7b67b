"""Tests in a flow's file -> `FlowTest`: what they name is looked up, mistakes have their place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from contact_center.content.problems import did_you_mean
from contact_center.content.scenario_shapes import (
    ExpectShape,
    GivenShape,
    ScenarioShape,
    StepShape,
)
from contact_center.content.yaml_source import Document, Path
from contact_center.core.ivr.flow import AnyNode, Edge
from contact_center.core.ivr.labels import ANYWHERE, labels_of, outcomes_of
from contact_center.core.ivr.scenario import Act, Answered, Does, Expect, FlowTest, Given

A_MONDAY = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001 - the zone is that of the center
"""When tests take place that do not say when."""
SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What tests may name. ``tags``: whatever the flow may put on a call."""

    document: Document
    nodes: Mapping[str, AnyNode]
    names: frozenset[str]
    shared: Sequence[Edge]
    variables: Mapping[str, object]
    queues: frozenset[str]
    services: frozenset[str]
    languages: Sequence[str]
    zone: ZoneInfo | None

    def build(self, written: Sequence[ScenarioShape]) -> tuple[FlowTest, ...]:
        """Build every test; problems are added to the document."""
        made = [self._test(shape, ("tests", index)) for index, shape in enumerate(written)]
        seen: set[str] = set()
        for index, test in enumerate(made):
            if test.name in seen:
                self._wrong(("tests", index, "name"), f'a second test "{test.name}"', "rename it")
            seen.add(test.name)
        return tuple(made)

    def _test(self, s: ScenarioShape, path: Path) -> FlowTest:
        steps = [self._step(step, (*path, "steps", i)) for i, step in enumerate(s.steps)]
        if not any(isinstance(step, Expect) for step in steps):
            self._wrong((*path, "steps"), "this test expects nothing", "add {expect: {...}}")
        return FlowTest(
            name=s.name,
            given=self._given(s.given, (*path, "given")),
            steps=tuple(steps),
            line=self.document.place(path).line,
        )

    def _given(self, s: GivenShape, path: Path) -> Given:
        for name in s.services:
            self._known(name, self.services, (*path, "services", name), "E070", "service")
        return Given(
            at=self._instant(s.time, (*path, "time")),
            number=s.caller.number,
            name=s.caller.name,
            dialled=s.caller.dialled,
            language=s.caller.language,
            customer={name: _text(value) for name, value in s.customer.items()},
            services={
                name: Answered(outcome=a.outcome, values=a.values, after_us=a.after)
                for name, a in s.services.items()
            },
            numbers=s.numbers,
            agents=s.agents == "at_work",
            emergency=s.emergency,
            outbound=s.direction == "outbound",
        )

    def _instant(self, text: str, path: Path) -> int:
        moment = A_MONDAY
        if text:
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                self.document.report(
                    path, "E012", f'"{text}" is no time', "write 2026-11-23T10:00, or add -05:00"
                )
        return instant(moment, self.zone)

    def _step(self, s: StepShape, path: Path) -> Act | Expect:
        line = self.document.place(path).line
        (name,) = s.model_fields_set
        if s.expect is not None:
            return self._expect(s.expect, (*path, "expect"), line)
        return Act(
            does=Does(name),
            text=s.keys or s.speech or s.agent or s.emergency or "",
            for_us=s.wait or 0,
            times=int(s.silence.removesuffix("x")) if s.silence else 0,
            line=line,
        )

    def _expect(self, s: ExpectShape, path: Path, line: int) -> Expect:
        if s.node is not None:
            self._known(s.node, self.names, (*path, "node"), "E020", "node")
        if s.queue is not None:
            self._known(s.queue, self.queues, (*path, "queue"), "E024", "queue")
        if s.language is not None:
            self._known(s.language, self.languages, (*path, "language"), "E105", "language")
        for name in s.vars:
            self._known(name, self.variables, (*path, "vars", name), "E040", "variable")
        for index, edge in enumerate(s.edges):
            self._edge(edge, (*path, "edges", index))
        for index, tag in enumerate(s.tag):
            self._known(tag, self._tags(), (*path, "tag", index), "E120", "tag")
        return Expect(
            heard=tuple(s.heard),
            not_heard=tuple(s.not_heard),
            node=s.node,
            edges=tuple(s.edges),
            variables=s.vars,
            queue=s.queue,
            tags=tuple(s.tag),
            language=s.language,
            talking=s.talking,
            ended=s.ended,
            reason=s.reason,
            line=line,
        )

    def _edge(self, written: str, path: Path) -> None:
        name, slash, label = written.partition("/")
        if not slash:
            self._wrong(path, f'"{written}" is no edge', "write node/outcome, as main/no_input#1")
            return
        self._known(name, self.names, path, "E020", "node")
        node = self.nodes.get(name)
        if node is None:
            return
        labels = {label for label, _ in outcomes_of(node)}
        if label not in labels | ANYWHERE and not label.startswith("global:"):
            message = f'the node "{name}" has no outcome "{label}"'
            self._wrong(path, message, did_you_mean(label, labels))

    def _tags(self) -> frozenset[str]:
        ways = [edge for node in self.nodes.values() for _, edge in labels_of(node)]
        tags = {tag for node in self.nodes.values() for tag in getattr(node, "tags", ())}
        outcomes = {getattr(node, "outcome", "") for node in self.nodes.values()}
        named = {edge.tag for edge in (*ways, *self.shared)}
        return frozenset(tags | named | outcomes) - {""}

    def _known(self, name: str, known: Iterable[str], path: Path, code: str, kind: str) -> None:
        if name not in known:
            hint = did_you_mean(name, known)
            at_key = path[-1] == name
            self.document.report(path, code, f'there is no {kind} "{name}"', hint, key=at_key)

    def _wrong(self, path: Path, message: str, hint: str) -> None:
        self.document.report(path, "E120", message, hint)


def instant(moment: datetime, zone: ZoneInfo | None) -> int:
    """Microseconds since 1970 UTC; a moment without an offset is in `zone`, or in UTC."""
    there = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone or UTC)
    return round(there.timestamp()) * SECOND_US


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

"""What building nodes has in common: edges looked up, escalation lists, calendars, skills."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from contact_center.content import flow_shapes as shapes
from contact_center.content.assignments import Assigner
from contact_center.content.center_references import References
from contact_center.content.problems import did_you_mean
from contact_center.content.signatures import Signature
from contact_center.content.speeches import FileExists, Speaker
from contact_center.content.yaml_source import Document, Path
from contact_center.core.hours import Calendar
from contact_center.core.ivr import flow

Shared = dict[str, Any]
"""What every node of the core is built with: name, label, error edge."""
Makers = Mapping[type[shapes.NodeShape], Callable[..., Any]]
"""By shape: what builds it, from the builder, the shape, its path and `Shared`."""
SPECIAL_EDGES = frozenset({"back", "main", "repeat", "hangup"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a flow may refer to outside its file. Calendars that are broken are None.

    ``callbacks``: the queues that call people back, and the calendar of their hours, "" for none.
    ``numbers``: those that reach the center.
    ``flows``: those of the center, unless ``knows_all_flows`` is false: then there may be others.
    """

    language: str
    region: str
    zone: ZoneInfo | None
    queues: frozenset[str]
    skills: frozenset[str]
    agents: frozenset[str]
    callbacks: Mapping[str, str]
    numbers: frozenset[str]
    calendars: Mapping[str, Calendar | None]
    file_exists: FileExists
    flows: Mapping[str, Signature] = field(default_factory=dict)
    knows_all_flows: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An edge as the lint sees it. `waits`: time passes before it is taken."""

    target: str
    path: Path
    waits: bool


@dataclass(slots=True)
class NodeBuilder:
    """Builds the nodes of one flow and remembers every edge.

    ``takers``: by service, which variable first takes a value it returns under another name.
    """

    document: Document
    header: shapes.FlowHeader
    speaker: Speaker
    around: Surroundings
    calendars: Mapping[str, Calendar | None]
    node_names: frozenset[str]
    names: References
    takers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    links: dict[str, list[Link]] = field(default_factory=dict)

    @property
    def assigner(self) -> Assigner:
        """What builds assignments."""
        return Assigner(self.document, self.speaker, self.header.vars)

    @property
    def variables(self) -> Mapping[str, object]:
        """The flow's variables by name, those with errors in their declaration too."""
        return self.speaker.names["vars"]

    def knows(self, name: str, path: Path, *, key: bool = False) -> bool:
        """Report a variable that is not there; whether it is. ``key``: `path` is that of a key."""
        if name not in self.variables:
            hint = did_you_mean(name, self.variables, "declare it under vars")
            self.document.report(path, "E040", f'there is no variable "{name}"', hint, key=key)
        return name in self.variables

    def check_into(self, name: str, path: Path, kind: str, why: str, advice: str = "") -> None:
        """Report a variable that is not there, or not of the type `kind`, which goes into it.

        ``why`` says that, as in "answers are numbers"; ``advice``: what else to write.
        """
        variable = self.header.vars.get(name)
        if self.knows(name, path) and variable is not None and variable.type != kind:
            hint = f"declare {name}: {{type: {kind}}}{f'; {advice}' if advice else ''}"
            self.document.report(path, "E041", f'{why}, and "{name}" is {variable.type}', hint)

    def edge(
        self, shape: shapes.EdgeObject, path: Path, source: str = "", *, waits: bool = True
    ) -> flow.Edge:
        """Look an edge up; `source` is the node it leaves, for the lint."""
        self.check_target(shape.goto, path)
        if source:
            self.links[source].append(Link(target=shape.goto, path=path, waits=waits))
        assigned = self.assigner.build(shape.assign, (*path, "set")) if shape.assign else ()
        return flow.Edge(goto=shape.goto, tag=shape.tag, set=assigned)

    def check_target(self, target: str, path: Path) -> None:
        """Report an edge to a node that does not exist."""
        if target not in self.node_names and target not in SPECIAL_EDGES:
            goto = (*path, "goto")
            known = self.node_names | SPECIAL_EDGES
            self.document.report(
                goto,
                "E020",
                f'there is no node "{target}"',
                did_you_mean(target, known, "add it under nodes"),
            )

    def skills(self, written: Mapping[str, int], path: Path) -> dict[str, int]:
        """Check skills that a queue node asks for."""
        self.names.levels(written, path)
        return dict(written)

    def optional_edge(
        self, shape: shapes.EdgeObject | None, path: Path, source: str, *, waits: bool = True
    ) -> flow.Edge | None:
        """Look an edge up that need not be there."""
        return None if shape is None else self.edge(shape, path, source, waits=waits)

    def failures(
        self, written: Sequence[shapes.FailureObject], path: Path, source: str
    ) -> tuple[flow.Failure, ...]:
        """Build an escalation list and check that its last item leaves the node."""
        built: list[flow.Failure] = []
        for index, item in enumerate(written):
            here = (*path, index)
            edge = None
            if item.goto is not None:
                target = shapes.EdgeObject(goto=item.goto, tag=item.tag, set=item.assign)
                edge = self.edge(target, here, source)
            self._check_bare_text(item, here)
            built.append(
                flow.Failure(
                    say=self.speaker.prompt(item.say, (*here, "say")),
                    edge=edge,
                    first_timeout_us=item.first_timeout,
                )
            )
            if edge is not None and index < len(written) - 1:
                self.document.warn(
                    (*path, index + 1),
                    "E030",
                    "this item is never reached: the one before leaves the node",
                    "remove it, or move the edge to the end",
                )
        self._check_leaves(built, path, source)
        return tuple(built)

    def _check_leaves(self, built: Sequence[flow.Failure], path: Path, source: str) -> None:
        last = built[-1].edge if built else None
        bounded = self.header.limits.call_failures > 0
        if last is None:
            where = (*path, len(built) - 1) if built else path
            self.document.report(
                where,
                "E030",
                "the last item of an escalation list has to leave the node",
                "end the list with {goto: node}",
            )
        elif last.goto in ("repeat", source) and not bounded:
            self.document.report(
                (*path, len(built) - 1),
                "E030",
                "the last item comes back to this node: a silent caller would never leave",
                "lead to another node, or set limits.call_failures",
            )

    def _check_bare_text(self, item: shapes.FailureObject, path: Path) -> None:
        for spoken in item.say:
            text = (spoken.text or {}).get("", "")
            if text in self.node_names:
                self.document.warn(
                    path,
                    "E035",
                    f'"{text}" will be spoken, and is also a node',
                    f"to go there write {{goto: {text}}}",
                )

    def listening(self, shape: shapes.ListeningShape, path: Path) -> dict[str, Any]:
        """What menu and collect share."""
        defaults, source = self.header.defaults, str(path[-1])
        return {
            "say": self.speaker.prompt(shape.say, (*path, "say")),
            "on_no_input": self.failures(shape.on_no_input, (*path, "on_no_input"), source),
            "on_no_match": self.failures(shape.on_no_match, (*path, "on_no_match"), source),
            "first_timeout_us": either(shape.first_timeout, defaults.first_timeout),
            "inter_digit_us": either(shape.inter_digit, defaults.inter_digit),
            "barge_in": either(shape.barge_in, defaults.barge_in),
            "type_ahead": either(shape.type_ahead, defaults.type_ahead),
            "max_failures": shape.max_failures,
            "short": self.speaker.prompt(shape.short, (*path, "short")),
        }

    def calendar(self, name: str, path: Path) -> Calendar | None:
        """Find a calendar of the flow or of the center."""
        if name not in self.calendars:
            self.document.report(
                path,
                "E025",
                f'there is no calendar "{name}"',
                did_you_mean(name, self.calendars, "define it under calendars"),
            )
        return self.calendars.get(name)


def either(own: Any, default: Any) -> Any:
    """Give what the node says, else the flow's default."""
    return default if own is None else own

"""Flow files -> `FlowBundle`: shape, references, expressions, graph; all problems at once.

The steps go on as far as they make sense: a node with a misspelt field still counts as a node that
others may lead to, but the graph is looked at only when every node could be read.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from contact_center.content import flow_shapes as shapes
from contact_center.content.build_scenarios import Around
from contact_center.content.build_services import ServiceBuilder, renamed
from contact_center.content.calendars import build_calendar
from contact_center.content.cel_engine import sample_names
from contact_center.content.center_references import References
from contact_center.content.flow_builder import SPECIAL_EDGES, NodeBuilder, Surroundings
from contact_center.content.flow_lint import lint_graph, silent_returns
from contact_center.content.flow_nodes import build_node
from contact_center.content.flow_reading import check_reads
from contact_center.content.languages import check_languages
from contact_center.content.later import LATER_FIELDS
from contact_center.content.problems import did_you_mean
from contact_center.content.shapes import validate, validate_leniently
from contact_center.content.speeches import Speaker
from contact_center.content.variables import read_variables, types_of
from contact_center.content.yaml_source import Document
from contact_center.core.flows import APOLOGY
from contact_center.core.hours import Calendar
from contact_center.core.ids import FlowId, is_safe_id
from contact_center.core.ivr.edges import leads_to_people
from contact_center.core.ivr.expressions import Scalar
from contact_center.core.ivr.flow import AnyNode, Edge, FlowBundle
from contact_center.core.ivr.scenario import FlowTest
from contact_center.core.ivr.values import VariableType


def flow_id_of(document: Document) -> str | None:
    """The flow's id as written, even when the rest of the file is wrong."""
    written = document.data.get("flow") if isinstance(document.data, dict) else None
    return written if isinstance(written, str) and is_safe_id(written) else None


def load_flow(
    document: Document, text: str, around: Surroundings
) -> tuple[FlowBundle, frozenset[str]] | None:
    """Build one flow; gives the returns that it may come back by without waiting, too.

    Problems are added to the document; None when any of them is an error.
    """
    if not isinstance(document.data, dict):
        if not document.problems:
            document.report((), "E012", "a flow file is a mapping", "begin with flow: name")
        return None
    placeholders = {"flow": "unknown", "schema": 1, "entry": ""}
    header = validate_leniently(shapes.FlowHeader, document, ("nodes",), placeholders, LATER_FIELDS)
    languages = check_languages(document, header.languages, around.language)
    variables = read_variables(document, header, _written(document, "vars"))
    speaker = _speaker(document, header, variables, languages, around)
    raw = _raw_nodes(document)
    read = {name: shape for name in raw if (shape := _shape(document, name)) is not None}
    takers = renamed(read)
    builder = NodeBuilder(
        document,
        header,
        speaker,
        around,
        _calendars(document, header, around),
        frozenset(raw),
        _names(document, text, around),
        takers,
    )
    services = ServiceBuilder(document, header, speaker, takers).build()
    nodes = {
        name: node for name, s in read.items() if (node := build_node(builder, name, s)) is not None
    }
    _check_header(document, header, raw)
    shared = _shared_edges(builder, header)
    shared["tests"] = _tests(builder, header, nodes, shared, languages.offered)
    if len(read) == len(raw) and header.entry in raw:
        lint_graph(document, header, read, builder.links, _reaching_people(around))
        check_reads(document, header, nodes)
    if any(problem.is_error for problem in document.problems):
        return None
    bundle = FlowBundle(
        flow=FlowId(header.flow),
        version=hashlib.sha256(text.encode()).hexdigest()[:16],
        entry=header.entry,
        nodes=nodes,
        language=languages.default,
        variables=variables,
        max_steps=header.limits.steps,
        max_failures=header.limits.call_failures,
        farewell=speaker.prompt(header.farewell, ("farewell",)),
        services=services,
        ivr_time_us=header.limits.ivr_time,
        fallback=dict(languages.fallback),
        types=types_of(header),
        returns=_returns(header),
        **shared,
    )
    return bundle, silent_returns(header.entry, read, builder.links)


def _returns(header: shapes.FlowHeader) -> dict[str, dict[str, VariableType]]:
    return {
        name: {value: VariableType(kind=kind) for value, kind in values.items()}
        for name, values in header.returns.items()
    }


def _speaker(
    document: Document,
    header: shapes.FlowHeader,
    variables: Mapping[str, Scalar],
    languages: shapes.LanguagesShape,
    around: Surroundings,
) -> Speaker:
    secrets = [name for name, shape in header.vars.items() if shape.type == "secret"]
    speaker = Speaker(document, languages, sample_names(variables, secrets), around.file_exists)
    speaker.load_library(header.prompts, _written(document, "prompts"))
    return speaker


def _tests(
    builder: NodeBuilder,
    header: shapes.FlowHeader,
    nodes: Mapping[str, AnyNode],
    shared: Mapping[str, Any],
    languages: Sequence[str],
) -> tuple[FlowTest, ...]:
    ways = [*shared["global_keys"].values(), shared["on_error"], shared["on_limit"]]
    return Around(
        document=builder.document,
        nodes=nodes,
        names=builder.node_names,
        shared=[edge for edge in ways if edge is not None],
        variables=builder.variables,
        queues=builder.around.queues,
        services=frozenset(_written(builder.document, "services")),
        languages=languages,
        zone=builder.around.zone,
    ).build(header.tests)


def _names(document: Document, text: str, around: Surroundings) -> References:
    return References(
        document=document,
        text=text,
        skills=around.skills,
        queues=around.queues,
        agents=around.agents,
        calendars=(),
        dispositions=(),
    )


def _written(document: Document, section: str) -> Iterable[str]:
    """The names in a section as written, those with errors too."""
    data = document.data.get(section) if isinstance(document.data, dict) else None
    return tuple(data) if isinstance(data, dict) else ()


def _raw_nodes(document: Document) -> Mapping[str, object]:
    """The nodes as written; reports when there are none, or names that cannot be used."""
    data = document.data if isinstance(document.data, dict) else {}
    if "nodes" not in data:
        document.report((), "E011", 'the field "nodes" is missing', "add nodes:")
        return {}
    nodes = data["nodes"]
    if not isinstance(nodes, dict) or not nodes:
        document.report(("nodes",), "E012", "no nodes", "write name: {do: play, ...} under nodes")
        return {}
    for name in nodes:
        if name in SPECIAL_EDGES and name != "main":  # a node of that name is what it means then
            document.report(
                ("nodes", name),
                "E014",
                f'"{name}" is an edge of its own',
                "rename the node",
                key=True,
            )
        elif not is_safe_id(name):
            document.report(
                ("nodes", name),
                "E014",
                f'"{name[:40]}" is not a usable name',
                "use letters, digits, '.', '_' and '-'",
                key=True,
            )
    return nodes


def _shape(document: Document, name: str) -> shapes.NodeShape | None:
    path = ("nodes", name)
    data: Any = document.data
    node = data["nodes"][name]
    if not isinstance(node, dict):
        document.report(path, "E012", f'the node "{name}" has no fields', "write {do: play, ...}")
        return None
    kind = node.get("do")
    if "do" not in node:
        document.report(path, "E011", f'the node "{name}" has no do:', "add do: play, menu, ...")
        return None
    model = shapes.NODE_SHAPES.get(kind) if isinstance(kind, str) else None
    if model is not None:
        return validate(model, document, path, later=LATER_FIELDS, outcomes=_OUTCOMES)
    document.report(
        (*path, "do"),
        "E013",
        f'there is no node type "{kind}"',
        did_you_mean(str(kind), shapes.NODE_SHAPES),
    )
    return None


_OUTCOMES = frozenset(
    {
        "next",
        "yes",
        "no",
        "ok",
        "not_found",
        "error",
        "else",
        "open",
        "closed",
        "timeout",
        "no_agents",
        "full",
        "registered",
        "refused",
        "unavailable",
        "recorded",
        "done",
        "abandoned",
        "empty",
        "busy",
        "no_answer",
        "failed",
        "on_no_input",
        "on_no_match",
    }
)


def _calendars(
    document: Document, header: shapes.FlowHeader, around: Surroundings
) -> Mapping[str, Calendar | None]:
    calendars = {**around.calendars, **dict.fromkeys(_written(document, "calendars"))}
    for name, shape in header.calendars.items():
        path = ("calendars", name)
        if name in around.calendars:
            document.report(
                path,
                "E106",
                f'the center already has a calendar "{name}"',
                "rename one of the two",
                key=True,
            )
            continue
        calendars[name] = build_calendar(document, path, name, shape, around.zone)
    return calendars


def _shared_edges(builder: NodeBuilder, header: shapes.FlowHeader) -> dict[str, Any]:
    keys: dict[str, Edge] = {
        key: builder.edge(edge, ("global_keys", key)) for key, edge in header.global_keys.items()
    }
    on = header.on
    return {
        "global_keys": keys,
        "on_error": builder.edge(on.error, ("on", "error")) if on.error else None,
        "on_limit": builder.edge(on.limit, ("on", "limit")) if on.limit else None,
        "on_emergency": (builder.edge(on.emergency, ("on", "emergency")) if on.emergency else None),
        "on_hangup": _after_hangup(builder, on.hangup),
    }


def _after_hangup(builder: NodeBuilder, name: str | None) -> str:
    if name is not None:
        builder.check_target(name, ("on", "hangup"))
    return name or ""


def _reaching_people(around: Surroundings) -> frozenset[str]:
    """Name the flows that have a way to a person, or whose file could not be read."""
    return frozenset(
        name
        for name, other in around.flows.items()
        if other.bundle is None or leads_to_people(other.bundle)
    )


def _check_header(document: Document, header: shapes.FlowHeader, raw: Mapping[str, object]) -> None:
    if header.flow == APOLOGY:
        message = f'"{header.flow}" is a flow of our own'
        document.report(("flow",), "E014", message, "choose another name")
    if header.entry and header.entry not in raw:
        document.report(
            ("entry",),
            "E020",
            f'there is no node "{header.entry}"',
            did_you_mean(header.entry, raw, "add it under nodes"),
        )
    declared = tuple(_written(document, "vars"))
    for index, name in enumerate(header.params):
        if name not in declared:
            hint = did_you_mean(name, declared, "declare it under vars")
            document.report(("params", index), "E040", f'there is no variable "{name}"', hint)

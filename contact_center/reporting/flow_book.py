"""What became of callers in a flow: counts by version, node, edge, arm, and what they come to.

A call belongs to the time in which it began, with all that happened in it later; what goes on at a
node is not counted before the caller has left it. Shares come with Wilson's interval (95 %).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contact_center.core.ivr.flow import FlowBundle
from contact_center.core.ivr.labels import outcomes_of
from dialer.analysis import wilson

HUNG_UP = "hangup"
"""The edge of whoever hangs up in a node."""
SUCCESS = "success"
"""The outcome of a `tag` after which a caller who leaves got what they wanted."""
ARM = "arm:"
DAY_US = 86_400_000_000
PERCENTS = (50, 90, 99)
NAME_OF_REPORT = "flow"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowQuestion:
    """What is asked: calls that began in ``[begin, end)``, microseconds UTC, and came into `flow`.

    ``until``: now; whether callers called again is known of those who called a day before that.
    ``zero_outs``: ways by which callers insist on a person, as node/edge; None when unknown.
    ``successes``: milestones that are a success besides those of tags with that outcome.
    """

    flow: str
    begin: int
    end: int
    until: int
    zero_outs: frozenset[str] | None = None
    successes: frozenset[str] = frozenset()


@dataclass(slots=True)
class NodeTally:
    """One node. ``visits`` that ended, by how many ``calls``; ``edges``: visits by way out.

    ``spent_us``: sum over visits; ``spent_at``: percentiles of it (nearest rank), by percent.
    """

    calls: int = 0
    edges: Counter[str] = field(default_factory=Counter)
    spent_us: int = 0
    spent_at: dict[int, int] = field(default_factory=dict)
    no_inputs: int = 0
    no_matches: int = 0
    barged: int = 0
    typed_ahead: int = 0
    spoken: int = 0

    @property
    def visits(self) -> int:
        """How many visits ended."""
        return self.edges.total()


@dataclass(slots=True)
class CallTally:
    """Calls. Of those that are over: ``finished``, ``contained``; ``zero_outs`` of all.

    ``milestones``: how many calls passed each.
    """

    calls: int = 0
    finished: int = 0
    contained: int = 0
    zero_outs: int = 0
    milestones: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class VersionTally(CallTally):
    """One version of the flow. ``arms`` by node and name.

    ``connected``: calls that came to an agent, ``to_agent_us`` after how long in all. ``followed``:
    calls after which a day has passed, ``repeated``: those whose caller called again in it, and
    the same of contained calls.
    """

    connected: int = 0
    to_agent_us: int = 0
    followed: int = 0
    repeated: int = 0
    contained_followed: int = 0
    contained_repeated: int = 0
    nodes: dict[str, NodeTally] = field(default_factory=dict)
    arms: dict[tuple[str, str], CallTally] = field(default_factory=dict)

    def node(self, name: str) -> NodeTally:
        """Give the tally of a node, made when missing."""
        return self.nodes.setdefault(name, NodeTally())

    def arm(self, node: str, edge: str) -> CallTally:
        """Give the tally of the arm that `edge` names."""
        return self.arms.setdefault((node, edge.removeprefix(ARM)), CallTally())


@dataclass(slots=True)
class FlowBook:
    """The answer to a question, by version."""

    asked: FlowQuestion
    versions: dict[str, VersionTally] = field(default_factory=dict)

    def version(self, name: str) -> VersionTally:
        """Give the tally of a version, made when missing."""
        return self.versions.setdefault(name, VersionTally())

    def plain(self, bundle: FlowBundle | None = None) -> dict[str, Any]:
        """Everything as plain data. ``traffic`` is what pictures take: visits by node and edge.

        `bundle`: the flow of today, for the order and labels of nodes; without it nodes are in the
        order of their callers, most first.
        """
        versions = sorted(self.versions.items(), key=lambda one: (-one[1].calls, one[0]))
        current = bundle.version if bundle is not None else None
        return {
            "report": NAME_OF_REPORT,
            "flow": self.asked.flow,
            "from_at": self.asked.begin,
            "to_at": self.asked.end,
            "versions": [
                {
                    "version": name,
                    "current": name == current,
                    **_plain_version(tally, self.asked.zero_outs is not None, bundle),
                }
                for name, tally in versions
            ],
            "traffic": traffic(self.versions.values()),
        }


def traffic(versions: Iterable[VersionTally]) -> dict[str, dict[str, int]]:
    """Add up visits by node and edge."""
    found: dict[str, Counter[str]] = {}
    for tally in versions:
        for name, node in tally.nodes.items():
            found.setdefault(name, Counter()).update(node.edges)
    return {name: dict(sorted(edges.items())) for name, edges in sorted(found.items())}


def nearest_rank(ordered: Sequence[int], percent: int) -> int:
    """Give a percentile of numbers in rising order, at least one: one of them."""
    return ordered[max(0, (len(ordered) * percent + 99) // 100 - 1)]


def share(count: int, of: int) -> dict[str, Any]:
    """Give a share with its interval; `share` is None when there is nothing to take it of."""
    found = wilson(count, of)
    return {
        "count": count,
        "of": of,
        "share": round(found.value, 6) if of else None,
        "low": round(found.low, 6),
        "high": round(found.high, 6),
    }


def _plain_version(
    tally: VersionTally, zero_outs_known: bool, bundle: FlowBundle | None
) -> dict[str, Any]:
    return {
        "calls": tally.calls,
        "finished": tally.finished,
        "containment": share(tally.contained, tally.finished),
        "zero_out": share(tally.zero_outs, tally.calls) if zero_outs_known else None,
        "connected": tally.connected,
        "mean_to_agent_us": tally.to_agent_us // tally.connected if tally.connected else None,
        "called_again": share(tally.repeated, tally.followed),
        "contained_called_again": share(tally.contained_repeated, tally.contained_followed),
        "milestones": {
            name: share(calls, tally.calls) for name, calls in sorted(tally.milestones.items())
        },
        "nodes": [
            _plain_node(name, tally.nodes.get(name, NodeTally()), tally.calls, bundle)
            for name in _in_order(tally.nodes, bundle)
        ],
        "splits": _plain_splits(tally, zero_outs_known),
    }


def _in_order(nodes: Mapping[str, NodeTally], bundle: FlowBundle | None) -> list[str]:
    by_callers = sorted(nodes, key=lambda name: (-nodes[name].calls, name))
    if bundle is None:
        return by_callers
    return [*bundle.nodes, *(name for name in by_callers if name not in bundle.nodes)]


def _plain_node(
    name: str, tally: NodeTally, calls: int, bundle: FlowBundle | None
) -> dict[str, Any]:
    node = bundle.nodes.get(name) if bundle is not None else None
    visits = tally.visits
    goals = {} if node is None else {label: edge.goto for label, edge in outcomes_of(node)}
    return {
        "node": name,
        "label": node.label if node is not None else "",
        "calls": tally.calls,
        "reached": round(tally.calls / calls, 6) if calls else None,
        "visits": visits,
        "drop_off": share(tally.edges[HUNG_UP], visits),
        "mean_us": tally.spent_us // visits if visits else None,
        **{f"p{percent}_us": tally.spent_at.get(percent) for percent in PERCENTS},
        "failures": {
            "no_input": tally.no_inputs,
            "no_match": tally.no_matches,
            "error": tally.edges["error"],
            "limit": tally.edges["limit"],
            "max_failures": tally.edges["max_failures"],
        },
        "barged": tally.barged,
        "typed_ahead": tally.typed_ahead,
        "spoken": tally.spoken,
        "edges": [
            {
                "edge": edge,
                "to": goals.get(edge),
                "visits": times,
                "share": round(times / visits, 6),
            }
            for edge, times in sorted(tally.edges.items(), key=lambda one: (-one[1], one[0]))
        ],
    }


def _plain_splits(tally: VersionTally, zero_outs_known: bool) -> list[dict[str, Any]]:
    milestones = sorted(tally.milestones)
    return [
        {
            "node": node,
            "arm": name,
            "calls": arm.calls,
            "containment": share(arm.contained, arm.finished),
            "zero_out": share(arm.zero_outs, arm.calls) if zero_outs_known else None,
            "milestones": {m: share(arm.milestones[m], arm.calls) for m in milestones},
        }
        for (node, name), arm in sorted(tally.arms.items())
    ]

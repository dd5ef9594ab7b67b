"""What flows take and give back that others call: read before any of them is built.

Read as it is written and without complaints, which are made when the flow itself is loaded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contact_center.core.ivr.flow import FlowBundle

PLAIN_TYPES = ("string", "int", "float", "bool", "decimal")


@dataclass(slots=True, kw_only=True)
class Signature:
    """One flow as its callers see it.

    ``types`` are those of all its variables, of which ``params`` can be given and ``required`` have
    to be. ``returns``: by which names it comes back, with which values of which types. ``calls``
    are the flows that it calls itself, by the node that does. ``bundle`` is there once it is
    loaded without errors, and ``silent`` then names the returns that it may come back by before the
    caller had anything to hear or to do.
    """

    flow: str
    file: str
    types: Mapping[str, str]
    params: tuple[str, ...]
    required: frozenset[str]
    returns: Mapping[str, Mapping[str, str]]
    calls: Mapping[str, str]
    bundle: FlowBundle | None = None
    silent: frozenset[str] = field(default_factory=frozenset)


def signature_of(flow: str, file: str, data: Any) -> Signature:
    """Read the signature off a flow file's plain data, whatever that is."""
    top = data if isinstance(data, dict) else {}
    variables = _mapping(top.get("vars"))
    written = top.get("params")
    params = tuple(p for p in written if isinstance(p, str)) if isinstance(written, list) else ()
    return Signature(
        flow=flow,
        file=file,
        types={name: str(_mapping(shape).get("type", "")) for name, shape in variables.items()},
        params=params,
        required=frozenset(
            name for name in params if _mapping(variables.get(name)).get("default") is None
        ),
        returns={
            name: {value: str(kind) for value, kind in _mapping(values).items()}
            for name, values in _mapping(top.get("returns")).items()
        },
        calls={
            name: node["flow"]
            for name, node in _mapping(top.get("nodes")).items()
            if isinstance(node, dict)
            and node.get("do") == "call"
            and isinstance(node.get("flow"), str)
        },
    )


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {}
    return {name: inner for name, inner in value.items() if isinstance(name, str)}

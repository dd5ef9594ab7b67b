"""A flow as the interpreter sees it: immutable nodes with explicit edges.

Built by ``content.flows`` from YAML, where everything is checked; here references are known to
resolve. Times are microseconds. The kinds of nodes are in ``flow_talk``, ``flow_logic`` and
``flow_ways``; whoever reads flows takes them from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contact_center.core.ids import FlowId
from contact_center.core.ivr.expressions import Scalar
from contact_center.core.ivr.flow_logic import Branch, Case, Hours, Set
from contact_center.core.ivr.flow_parts import (
    Edge,
    Failure,
    Node,
    Prompt,
    Speech,
    SpeechKind,
    ValueForm,
)
from contact_center.core.ivr.flow_talk import Collect, HangUp, Menu, Play, Voicemail
from contact_center.core.ivr.flow_ways import Callback, Queue, Transfer
from contact_center.core.ivr.scenario import FlowTest

__all__ = [
    "AnyNode",
    "Branch",
    "Callback",
    "Case",
    "Collect",
    "Edge",
    "Failure",
    "FlowBundle",
    "HangUp",
    "Hours",
    "Menu",
    "Node",
    "Play",
    "Prompt",
    "Queue",
    "Set",
    "Speech",
    "SpeechKind",
    "Transfer",
    "ValueForm",
    "Voicemail",
]

AnyNode = (
    Play | Menu | Collect | Branch | Set | Hours | Queue | Callback | Voicemail | Transfer | HangUp
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowBundle:
    """One flow, whole. A call keeps the bundle it began with; `version` is a digest of its text.

    ``max_failures`` bounds wrong and missing input over the whole call, 0 for no bound.
    ``farewell`` is said before a call ends because something is wrong and no edge caught it.
    """

    flow: FlowId
    version: str
    entry: str
    nodes: Mapping[str, AnyNode]
    language: str
    variables: Mapping[str, Scalar]
    global_keys: Mapping[str, Edge] = field(default_factory=dict)
    on_error: Edge | None = None
    on_limit: Edge | None = None
    max_steps: int = 500
    max_failures: int = 0
    farewell: Prompt = ()
    tests: tuple[FlowTest, ...] = ()

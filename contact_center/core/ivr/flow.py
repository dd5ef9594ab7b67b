"""A flow as the interpreter sees it: immutable nodes with explicit edges.

Built by ``content.flows`` from YAML, where everything is checked; here references are known to
resolve. Times are microseconds. The kinds of nodes are in ``flow_talk``, ``flow_logic`` and
``flow_ways``; whoever reads flows takes them from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contact_center.core.ids import FlowId
from contact_center.core.ivr.checks import Check
from contact_center.core.ivr.expressions import Scalar
from contact_center.core.ivr.flow_logic import (
    Arm,
    Branch,
    Call,
    Case,
    Hours,
    Lookup,
    Return,
    Route,
    Set,
    Split,
    Switch,
    Tag,
)
from contact_center.core.ivr.flow_parts import (
    Confidence,
    Edge,
    Failure,
    Node,
    Prompt,
    Speech,
    SpeechKind,
    ValueForm,
)
from contact_center.core.ivr.flow_talk import (
    Collect,
    HangUp,
    Menu,
    Play,
    Question,
    Record,
    Survey,
    Taping,
    Voicemail,
)
from contact_center.core.ivr.flow_ways import Appointment, Callback, Queue, Transfer
from contact_center.core.ivr.scenario import FlowTest
from contact_center.core.ivr.services import Service
from contact_center.core.ivr.values import VariableType

__all__ = [
    "AnyNode",
    "Appointment",
    "Arm",
    "Branch",
    "Call",
    "Callback",
    "Case",
    "Check",
    "Collect",
    "Confidence",
    "Edge",
    "Failure",
    "FlowBundle",
    "HangUp",
    "Hours",
    "Lookup",
    "Menu",
    "Node",
    "Play",
    "Prompt",
    "Question",
    "Queue",
    "Record",
    "Return",
    "Route",
    "Set",
    "Speech",
    "SpeechKind",
    "Split",
    "Survey",
    "Switch",
    "Tag",
    "Taping",
    "Transfer",
    "ValueForm",
    "VariableType",
    "Voicemail",
]

AnyNode = (
    Play
    | Menu
    | Collect
    | Branch
    | Switch
    | Set
    | Hours
    | Lookup
    | Route
    | Split
    | Tag
    | Call
    | Return
    | Queue
    | Callback
    | Voicemail
    | Survey
    | Record
    | Transfer
    | HangUp
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowBundle:
    """One flow, whole. A call keeps the bundle it began with; `version` is a digest of its text.

    ``max_failures`` bounds wrong and missing input over the whole call, 0 for no bound.
    ``farewell`` is said before a call ends because something is wrong and no edge caught it.
    ``ivr_time_us`` bounds the time in the flow, waiting for agents not counted; 0 for no bound.
    ``fallback``: which language stands in for one that a text lacks.

    ``on_hangup`` is the node that begins what is done when the caller has hung up, "" for nothing;
    ``on_emergency`` where callers go while the flow is switched to emergency.

    ``subflows`` are all flows that this one calls, and those that they call. ``types``: what the
    variables can hold. ``returns``: by which names, with which values, a flow that can be called
    comes back.
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
    services: Mapping[str, Service] = field(default_factory=dict)
    ivr_time_us: int = 0
    fallback: Mapping[str, str] = field(default_factory=dict)
    on_hangup: str = ""
    on_emergency: Edge | None = None
    subflows: Mapping[FlowId, "FlowBundle"] = field(default_factory=dict)
    types: Mapping[str, VariableType] = field(default_factory=dict)
    returns: Mapping[str, Mapping[str, VariableType]] = field(default_factory=dict)
    tests: tuple[FlowTest, ...] = ()

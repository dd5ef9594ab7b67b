"""Tests that stand in a flow's file: what is given, what a caller does, what must come of it.

Plain data, built and checked by ``content``; ``app.ivr`` runs them. ``line`` is where a step stands
in the file, from 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.ivr.expressions import Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How a service answers: with `values` when `outcome` is ``ok``; `after_us` later."""

    outcome: str = "ok"
    values: Mapping[str, Scalar] = field(default_factory=dict)
    after_us: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is so when the caller calls.

    ``at``: the instant, microseconds since 1970 UTC. ``number``: whom the call comes from, empty
    for a withheld one; ``dialled``: empty for a number of the flow. ``language``: what was chosen
    in an earlier call, to be remembered. ``customer``: what is known of
    the caller, empty for a stranger. ``services``: how lookups are answered; what is not named
    fails. ``numbers``: what telephones outside do, in the words of the simulated network.
    ``agents``: whether somebody is at work; nobody takes a call before a step says so.
    ``emergency``: whether operations have switched it on. ``outbound``: the center calls the
    number, as a campaign does, and they pick up.
    """

    at: int = 0
    number: str = ""
    name: str = ""
    dialled: str = ""
    language: str = ""
    customer: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, Answered] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    agents: bool = True
    emergency: bool = False
    outbound: bool = False


class Does(Enum):
    """What happens in a step.

    KEYS: the caller presses `text`. WAIT: `for_us` pass. SILENCE: the caller keeps silent until the
    flow has waited in vain `times` times. SPEECH: the caller says `text`. HANGUP: the caller hangs
    up. AGENT: somebody ``answers`` or ``leaves`` (`text`). EMERGENCY: operations switch it ``on``
    or ``off``.
    """

    KEYS = "keys"
    WAIT = "wait"
    SILENCE = "silence"
    SPEECH = "speech"
    HANGUP = "hangup"
    AGENT = "agent"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that happens."""

    does: Does
    text: str = ""
    for_us: int = 0
    times: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What must be so; what is None or empty is not looked at.

    ``heard``, ``not_heard`` and ``edges`` are about what happened since the expectation before.
    ``edges`` are written ``node/outcome`` and come in this order, perhaps with others between them.
    """

    heard: tuple[str, ...] = ()
    not_heard: tuple[str, ...] = ()
    node: str | None = None
    edges: tuple[str, ...] = ()
    variables: Mapping[str, Scalar] = field(default_factory=dict)
    queue: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    talking: bool | None = None
    ended: bool | None = None
    reason: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowTest:
    """One test of a flow."""

    name: str
    given: Given
    steps: tuple[Act | Expect, ...]
    line: int = 0

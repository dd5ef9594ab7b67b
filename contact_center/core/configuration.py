"""What a center is made of, as the core needs it. Built by ``content``, immutable, checked there.

Times are microseconds. Ids are safe ids; every reference (a number's flow, a queue's fallback, an
agent's queues) is known to resolve when one of these exists.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.hours import Calendar
from contact_center.core.ids import AgentId, FlowId, QueueId
from contact_center.core.ivr.flow import FlowBundle


class AfterNoAnswer(Enum):
    """What happens to an agent who lets an offer ring out."""

    PAUSE = "pause"
    BACK_OFF = "back_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSettings:
    """One queue.

    ``ring_us``: how long one agent's phone rings. ``max_waiting``: bound on callers waiting.
    ``when_no_agents``: leave at once when nobody is logged in. ``script``: what the agent says
    first, one paragraph an item, with ``{customer}``, ``{agent}`` and ``{queue}`` filled in.
    """

    queue: QueueId
    label: str
    music: str = "default"
    ring_us: int = 20_000_000
    max_waiting: int = 500
    max_wait_us: int = 900_000_000
    when_no_agents_leave: bool = True
    wrap_up_us: int = 30_000_000
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    script: tuple[str, ...] = ()
    dispositions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSettings:
    """One agent. `device` is where the phone rings, in the provider's own form."""

    agent: AgentId
    name: str
    device: str
    queues: tuple[QueueId, ...]
    skills: Mapping[str, int] = field(default_factory=dict)
    after_no_answer: AfterNoAnswer = AfterNoAnswer.PAUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSettings:
    """A number people dial, and the flow that answers it."""

    did: str
    flow: FlowId
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """How a call may have ended, for the agent to choose."""

    code: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Bounds of the whole center.

    ``back_off_us``: rest for an agent after declining or being busy; ``lost_device_back_off_us``
    after a phone that cannot be reached; ``desk_grace_us``: how long an agent stays ready without
    a screen; ``max_call_us``: no call lives longer;
    ``setup_us``: how long the switch may take to connect what was answered.
    """

    back_off_us: int = 5_000_000
    lost_device_back_off_us: int = 15_000_000
    desk_grace_us: int = 30_000_000
    max_call_us: int = 4 * 3_600_000_000
    setup_us: int = 10_000_000
    lookup_us: int = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CenterConfiguration:
    """Everything the core knows about a center before the first call.

    `unknown_number` is the flow for a DID that nobody configured; None refuses such calls after a
    spoken apology. `region` is the ISO country that national numbers are read in.
    """

    name: str
    region: str
    language: str
    queues: Mapping[QueueId, QueueSettings]
    agents: Mapping[AgentId, AgentSettings]
    numbers: Mapping[str, NumberSettings]
    flows: Mapping[FlowId, FlowBundle]
    calendars: Mapping[str, Calendar]
    dispositions: Mapping[str, Disposition]
    timing: Timing = Timing()
    unknown_number: FlowId | None = None
    apology: str = "We are sorry, this number is not in service."

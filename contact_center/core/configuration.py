"""What a center is made of, as the core needs it. Built by ``content``, immutable, checked there.

Times are microseconds. Ids are safe ids; every reference (a number's flow, a queue's fallback, an
agent's queues) is known to resolve when one of these exists.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.context import ContextRule
from contact_center.core.disposition import Disposition
from contact_center.core.hours import Calendar
from contact_center.core.ids import AgentId, FlowId, QueueId
from contact_center.core.ivr.flow import FlowBundle
from contact_center.core.queue_settings import AgentSettings, BackOff, QueueSettings
from contact_center.core.waiting_room import WaitingRoom

_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")


def e164(text: str) -> str | None:
    """Take a number in E.164 as it is, and nothing else."""
    return text if _E164.match(text) else None


def anywhere(_number: str) -> bool:
    """Let agents have any number called."""
    return True


class Discipline(Enum):
    """Whom of several queues' first callers a free agent gets, within a band.

    AGING: the longest wait, boosts and slopes counted. FIXED_RATIO: the queue that exceeds its
    share of all who wait by most. COST: generalised c-mu: the wait times `weight` over the mean
    handle time.
    """

    AGING = "aging"
    FIXED_RATIO = "fixed_ratio"
    COST = "cost"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSettings:
    """A number people dial, and the flow that answers it."""

    did: str
    flow: FlowId
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Bounds of the whole center.

    ``back_off``: rests of agents who have none of their own; ``desk_grace_us``: how long an agent
    stays ready without a screen; ``device_grace_us``: the same without a phone; ``max_call_us``: no
    call lives longer;
    ``setup_us``: how long the switch may take to connect what was answered; ``least_talk_us``: an
    agent who is gone sooner than this has not talked with the caller, who waits on in their place
    (0: whoever is connected has talked); ``park_us``: how long a caller is parked before somebody
    is made to look after them.
    """

    back_off: BackOff = BackOff()
    desk_grace_us: int = 30_000_000
    device_grace_us: int = 60_000_000
    max_call_us: int = 4 * 3_600_000_000
    setup_us: int = 10_000_000
    least_talk_us: int = 1_000_000
    lookup_us: int = 1_000_000
    park_us: int = 120_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CenterConfiguration:
    """Everything the core knows about a center before the first call.

    `unknown_number` is the flow for a DID that nobody configured; None refuses such calls after a
    spoken apology. `region` is the ISO country that national numbers are read in. ``number_of``
    gives the number that can be called back (E.164) of one as the switch or a caller gave it, None
    when there is none; by default only E.164 itself is taken. ``dials``: whether agents may have a
    number called, as they wrote it.
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
    discipline: Discipline = Discipline.AGING
    weight_us: int = 10_000_000
    rooms: Mapping[QueueId, WaitingRoom] = field(default_factory=dict)
    context: tuple[ContextRule, ...] = ()
    number_of: Callable[[str], str | None] = e164
    dials: Callable[[str], bool] = anywhere
    seed: int = 1
    unknown_number: FlowId | None = None
    apology: str = "We are sorry, this number is not in service."
    agents_see_listeners: bool = False

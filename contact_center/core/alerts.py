"""What alerts are made of: rules, what they measure, and the fact that one changed."""

from dataclasses import dataclass
from enum import Enum

from contact_center.core.facts import Fact
from contact_center.core.ids import AgentId, QueueId


class Measure(Enum):
    """What is measured of a queue; shares from 0 to 1, times in microseconds.

    LONGEST_WAIT: of who waits now. SERVICE_LEVEL, ABANDONMENT: of this half hour; .._TODAY: of the
    day. FREE, LOGGED_IN: agents.
    """

    LONGEST_WAIT = "longest_wait"
    WAITING = "waiting"
    SERVICE_LEVEL = "service_level"
    SERVICE_LEVEL_TODAY = "service_level_today"
    ABANDONMENT = "abandonment"
    ABANDONMENT_TODAY = "abandonment_today"
    FREE = "free"
    LOGGED_IN = "logged_in"


class Severity(Enum):
    """How bad it is."""

    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """One rule. It holds while a value is `above` its limit, or not above it (below).

    ``clear``: the value at which it is well again, on the other side of `limit` or the same.
    ``for_us``: how long it has to hold before the alert is on, and not to hold before it is over.
    ``whom``: the supervisors it is for; empty for all.
    """

    name: str
    queues: tuple[QueueId, ...]
    measure: Measure
    above: bool
    limit: float
    clear: float
    for_us: int = 0
    severity: Severity = Severity.WARNING
    whom: tuple[AgentId, ...] = ()
    say: str = ""

    def is_beyond(self, value: float) -> bool:
        """Say whether a value is beyond the limit."""
        return value > self.limit if self.above else value < self.limit

    def is_well(self, value: float) -> bool:
        """Say whether a value is back."""
        return value <= self.clear if self.above else value >= self.clear


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertChanged(Fact):
    """An alert came on (`on`), was acknowledged (`by`), or is over."""

    rule: str
    queue: QueueId
    measure: str
    severity: Severity
    on: bool
    value: float
    limit: float
    by: str = ""

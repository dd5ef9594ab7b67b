"""Agents whose desk is open and who do nothing at it: when they are warned, and logged out.

Pure: time comes in, microseconds UTC.
"""

from enum import Enum
from typing import Final

from contact_center.adapters.desktop.payloads import AgentState
from contact_center.core.facts import Work

WARN_US: Final = 120_000_000
"""So long before they are logged out people are warned, or a quarter of the whole time."""


class Idle(Enum):
    """How it stands."""

    IN_USE = "in_use"
    WARNED = "warned"
    OVER = "over"


def last_used(used: int, state: AgentState, now: int) -> int:
    """Say when a desk was used last, at which somebody did something at ``used``.

    Work counts, whatever it is, and so does its end.
    """
    is_at_work = state.work is not Work.IDLE or state.outside or bool(state.jobs)
    return now if is_at_work else max(used, state.since * 1_000)


def how_idle(last: int, now: int, idle_us: int) -> Idle:
    """Say how it stands at a desk that was used `last`; `idle_us`: how long that may be ago."""
    if now - last >= idle_us:
        return Idle.OVER
    warn_us = min(WARN_US, idle_us // 4)
    return Idle.WARNED if now - last >= idle_us - warn_us else Idle.IN_USE

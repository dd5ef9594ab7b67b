"""The states in which an agent may be taken for absent, as masks: one bit a state."""

from functools import lru_cache

from contact_center.core.acd_events import DeviceState
from contact_center.core.agent import Agent
from contact_center.core.facts import Presence
from contact_center.core.outcomes import Work
from contact_center.core.queue_settings import Absence

_ABSENT = {absence: 1 << index for index, absence in enumerate(Absence)}


@lru_cache(maxsize=1_024)
def mask_of(absences: frozenset[Absence]) -> int:
    """Write states as a mask."""
    return sum(_ABSENT[absence] for absence in absences)


def absences_of(agent: Agent) -> int:
    """Give an agent's states as a mask."""
    mask = 0
    if agent.presence is Presence.PAUSED:
        mask |= _ABSENT[Absence.PAUSED]
    if agent.resting_until:
        mask |= _ABSENT[Absence.WRAP_UP]
    if agent.outside_since is not None:
        mask |= _ABSENT[Absence.TALKING]
    for job in agent.jobs.values():
        mask |= _ABSENT_AT.get(job.work, _ABSENT[Absence.TALKING])
    return mask | _ABSENT_BY_DEVICE.get(agent.device, 0)


_ABSENT_AT = {Work.OFFERED: _ABSENT[Absence.RINGING], Work.WRAP_UP: _ABSENT[Absence.WRAP_UP]}
_ABSENT_BY_DEVICE = {
    DeviceState.UNAVAILABLE: _ABSENT[Absence.UNAVAILABLE],
    DeviceState.INVALID: _ABSENT[Absence.INVALID],
    DeviceState.UNKNOWN: _ABSENT[Absence.UNKNOWN],
}

"""Skills: who may serve whom.

A requirement is a set of ``(skill, least proficiency)``; an agent meets it by having every skill at
that proficiency or better. Callers with the same queue and requirement form a class, agents with
the same queues and skills form a type, and eligibility is worked out once per pair of the two.
"""

from collections.abc import Mapping

from contact_center.core.ids import QueueId

Requirement = tuple[tuple[str, int], ...]
"""Sorted by skill name, so that equal requirements are equal."""

CallClass = tuple[QueueId, Requirement]
AgentType = tuple[tuple[QueueId, ...], Requirement]


def requirement(*sources: Mapping[str, int] | Requirement) -> Requirement:
    """Join requirements; of a skill asked for twice the higher proficiency counts."""
    needed: dict[str, int] = {}
    for source in sources:
        pairs = source.items() if isinstance(source, Mapping) else source
        for skill, level in pairs:
            needed[skill] = max(level, needed.get(skill, 0))
    return tuple(sorted(needed.items()))


class Eligibility:
    """Which agent types may serve which call classes, remembered."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[tuple[CallClass, AgentType], bool] = {}

    def __call__(self, call_class: CallClass, agent_type: AgentType) -> bool:
        """Say whether agents of the type may serve callers of the class."""
        key = (call_class, agent_type)
        known = self._known.get(key)
        if known is None:
            queue, needed = call_class
            queues, skills = agent_type
            has = dict(skills)
            known = queue in queues and all(has.get(s, -1) >= level for s, level in needed)
            self._known[key] = known
        return known

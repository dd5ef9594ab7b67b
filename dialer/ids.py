"""Names of things the dialer works with: short ASCII strings of ``[A-Za-z0-9._-]``."""

from typing import NewType

CampaignId = NewType("CampaignId", str)
ListId = NewType("ListId", str)
LeadId = NewType("LeadId", str)
PartyId = NewType("PartyId", str)
"""Who is called: a person or a household; several leads of several lists may be one party."""
AttemptId = NewType("AttemptId", str)
"""One try to reach a lead at one number. The call it makes has the same id (see `attempt_id`)."""
PoolId = NewType("PoolId", str)
"""Agents whom one or several campaigns share."""
AgentId = NewType("AgentId", str)
PolicyId = NewType("PolicyId", str)


def attempt_id(lead: LeadId, number: int) -> AttemptId:
    """Name the `number`-th attempt ever made on a lead; made twice, it is the same attempt."""
    return AttemptId(f"d-{lead}-{number}")


def lead_of(attempt: AttemptId) -> LeadId:
    """Tell which lead an attempt's name is of. Raises ValueError for a name of another kind."""
    if not attempt.startswith("d-") or "-" not in attempt[2:]:
        raise ValueError(f"{attempt} is not the name of an attempt")
    return LeadId(attempt[2:].rsplit("-", 1)[0])

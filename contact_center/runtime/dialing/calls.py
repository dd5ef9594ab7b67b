"""From an attempt to the call that the center is asked for."""

from collections.abc import Mapping
from types import MappingProxyType

from contact_center.core.dialing import CountsFrom, DialRequested, MachineAction
from contact_center.core.ids import AgentId, CallId, FlowId, QueueId
from dialer.attempt import Attempt, Source
from dialer.campaign import CampaignSettings, Mode, OnMachine
from dialer.lead import Lead
from dialer.machine_audit import drawn
from dialer.messages import OfferPreview
from dialer.policy import StartPoint

_ON_MACHINE = {
    OnMachine.HANG_UP: MachineAction.HANG_UP,
    OnMachine.DROP: MachineAction.DROP,
    OnMachine.AGENT: MachineAction.AGENT,
}
_STARTS = (
    (StartPoint.ANSWER, CountsFrom.ANSWER),
    (StartPoint.SPEECH_START, CountsFrom.SPEECH),
    (StartPoint.GREETING_END, CountsFrom.GREETING),
)
"""The strictest first."""
SET_UP_US = 2_000_000
"""How long it may take from dialling until a phone rings; the law counts rings."""
MOST_FIELDS = 64
"""Bound on what is passed on to flow and screen."""


def dial_request(
    campaign: CampaignSettings,
    attempt: Attempt,
    lead: Lead,
    preview: OfferPreview | None = None,
    starts: Mapping[str, StartPoint] = MappingProxyType({}),
    rings: Mapping[str, int] = MappingProxyType({}),
) -> DialRequested:
    """Make the request. Who is promised to an agent, or clicked by one, has the agent first.

    ``starts``: from when each policy counts the seconds that somebody may wait for an agent;
    ``rings``: how long each wants a phone to ring at least, which no campaign falls short of.
    """
    agentless = campaign.mode is Mode.AGENTLESS and attempt.source is Source.AGENTLESS
    agent = preview.agent if preview is not None else attempt.agent
    external = next((end.to for end in campaign.external if end.agent == attempt.agent), "")
    first = preview is not None or attempt.source in (Source.MANUAL, Source.PREVIEW)
    return DialRequested(
        call=CallId(attempt.attempt),
        campaign=campaign.campaign,
        number=attempt.number,
        caller_id=attempt.caller_id,
        flow=FlowId(campaign.flow),
        queue=None if agentless else QueueId(campaign.queue),
        agent=AgentId(agent) if agent is not None and not external else None,
        agent_first=first or (attempt.source is Source.CALLBACK and agent is not None),
        preview_us=campaign.preview_us if preview is not None else 0,
        preview_dials=campaign.preview_dials,
        external=external,
        ring_us=max(campaign.ring_us, least_ring_us(attempt, rings)),
        amd=campaign.amd,
        on_machine=_ON_MACHINE[campaign.on_machine],
        machine_flow=FlowId(campaign.machine_flow) if campaign.machine_flow else None,
        machine_sample=not external and _is_sample(campaign, attempt),
        name=lead.name,
        language=lead.language,
        reason=campaign.label,
        fields=tuple(
            (name, str(value))
            for name, value in list(lead.fields.items())[:MOST_FIELDS]
            if value is not None
        ),
        skip_reasons=campaign.skip_reasons,
        counts_from=_counts_from(attempt, starts),
        lead_list=lead.list,
    )


def _is_sample(campaign: CampaignSettings, attempt: Attempt) -> bool:
    """Say whether an agent is to hear a machine. A promise is not kept by talking to one."""
    share = campaign.machine_samples if campaign.amd and attempt.source is Source.AUTO else 0.0
    return drawn(attempt.attempt, share, campaign.seed)


def least_ring_us(attempt: Attempt, rings: Mapping[str, int]) -> int:
    """Say how long after dialling an attempt may be given up: every policy's ring, and set-up."""
    least = max((rings[policy] for policy in attempt.policies if policy in rings), default=0)
    return least + SET_UP_US if least else 0


def _counts_from(attempt: Attempt, starts: Mapping[str, StartPoint]) -> CountsFrom:
    """Take the strictest of all policies that hold; the answer, where none says anything."""
    asked = {starts[policy] for policy in attempt.policies if policy in starts}
    return next((ours for start, ours in _STARTS if start in asked), CountsFrom.ANSWER)

"""Previews: who is shown whose lead. One for each agent who has nothing to do, no more."""

from collections.abc import Iterator, Sequence

from dialer.ids import AgentId, CampaignId


def offers(
    agents: Sequence[AgentId], campaigns: Sequence[tuple[CampaignId, int, int]]
) -> Iterator[tuple[CampaignId, AgentId]]:
    """Deal agents out to campaigns (id, weight, leads at hand), in the order given, by weight.

    Each next agent goes to the campaign that has had least for its weight and has leads left.
    """
    left = {campaign: leads for campaign, _, leads in campaigns}
    had = dict.fromkeys(left, 0.0)
    weights = {campaign: max(weight, 1) for campaign, weight, _ in campaigns}
    for agent in agents:
        able = [campaign for campaign, leads in left.items() if leads > 0]
        if not able:
            return
        campaign = min(able, key=lambda each: had[each])
        left[campaign] -= 1
        had[campaign] += 1 / weights[campaign]
        yield campaign, agent

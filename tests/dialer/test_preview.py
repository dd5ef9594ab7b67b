"""Previews: who is shown whose lead."""

from __future__ import annotations

from collections import Counter

from dialer.ids import AgentId, CampaignId
from dialer.preview import offers

AGENTS = [AgentId(f"a{number}") for number in range(9)]
ONE, OTHER = CampaignId("one"), CampaignId("other")


def test_each_agent_is_shown_one_lead_and_no_more_than_there_are() -> None:
    dealt = list(offers(AGENTS, [(ONE, 1, 4)]))
    assert dealt == [(ONE, agent) for agent in AGENTS[:4]]
    assert list(offers([], [(ONE, 1, 4)])) == []
    assert list(offers(AGENTS, [(ONE, 1, 0)])) == []


def test_campaigns_have_agents_by_their_weight() -> None:
    dealt = Counter(campaign for campaign, _ in offers(AGENTS, [(ONE, 1, 99), (OTHER, 2, 99)]))
    assert dealt == {ONE: 3, OTHER: 6}


def test_what_one_campaign_cannot_fill_the_other_has() -> None:
    dealt = Counter(campaign for campaign, _ in offers(AGENTS, [(ONE, 1, 99), (OTHER, 5, 2)]))
    assert dealt == {ONE: 7, OTHER: 2}

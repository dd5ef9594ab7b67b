"""When pacers are told anew how many will answer: another hour, other lists, nothing told yet."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from dialer.answer_prior import AnswerHistory, slot_of
from dialer.campaign import CampaignSettings
from dialer.ids import CampaignId, ListId
from dialer.messages import AnswersExpected


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked of the history: which lists by their weights, when, by which clock."""

    shares: Mapping[ListId, float]
    at: int
    zone: str

    def same(self, other: "_Asked") -> bool:
        """Say whether the same is to be expected."""
        mine, theirs = slot_of(self.at, self.zone), slot_of(other.at, other.zone)
        return mine == theirs and self.shares == other.shares


class Expecting:
    """What campaigns were told last."""

    def __init__(self) -> None:
        self._told: dict[CampaignId, _Asked] = {}

    def are_news(self, campaigns: Collection[CampaignSettings], now: int) -> bool:
        """Say whether any of these is to be told something."""
        return any(self._is_news(each, now) for each in campaigns)

    def _is_news(self, campaign: CampaignSettings, now: int) -> bool:
        before = self._told.get(campaign.campaign)
        return before is None or not before.same(_asked(campaign, now))

    def learn(
        self, history: AnswerHistory, campaigns: Collection[CampaignSettings], now: int
    ) -> list[AnswersExpected]:
        """Say what is to be told, and to whom. Of whom nothing is known, nothing is."""
        found: list[AnswersExpected] = []
        for campaign in campaigns:
            if not self._is_news(campaign, now):
                continue
            asked, before = _asked(campaign, now), self._told.get(campaign.campaign)
            self._told[campaign.campaign] = asked
            expected = history.expected(asked.shares, asked.at, asked.zone)
            if expected is None:
                continue
            was = before and history.expected(before.shares, before.at, before.zone)
            if was:
                expected = replace(expected, instead_of=was.rate)
            found.append(AnswersExpected(at=now, campaign=campaign.campaign, expected=expected))
        return found


def _asked(campaign: CampaignSettings, now: int) -> _Asked:
    shares = {share.list: float(share.weight) for share in campaign.lists if share.on}
    return _Asked(shares, now, campaign.schedule.zone)

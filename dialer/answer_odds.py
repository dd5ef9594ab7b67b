"""How much likelier one campaign's leads answer in person than those of the whole pool.

Pacers of a shared pool see each other's calls; a list that answers half as often as another is no
more to them than calls with half the odds. Counted is a call when it has had its time, answered or
not, so a list that has just begun is not taken for one that answers at once.
"""

from dataclasses import dataclass

from dialer.ids import AttemptId, CampaignId

_HAD_ITS_TIME_US = 30_000_000
_MEMORY = 400.0
_PRIOR_CALLS = 30.0
_LEAST, _MOST = 0.2, 5.0


@dataclass(slots=True)
class _Out:
    at: int
    campaign: CampaignId
    answered: bool = False


class AnswerOdds:
    """Counts of each campaign of a pool, fading with its calls."""

    def __init__(self) -> None:
        self._out: dict[AttemptId, _Out] = {}
        self._calls: dict[CampaignId, float] = {}
        self._answers: dict[CampaignId, float] = {}

    def dialled(self, attempt: AttemptId, campaign: CampaignId, at: int) -> None:
        """Note a call that goes out."""
        self._out[attempt] = _Out(at, campaign)
        self._settle(at)

    def answered(self, attempt: AttemptId) -> None:
        """Note that a person answered."""
        out = self._out.get(attempt)
        if out is not None:
            out.answered = True

    def withdrawn(self, attempt: AttemptId) -> None:
        """Note that a call did not go out after all."""
        self._out.pop(attempt, None)

    def of(self, campaign: CampaignId) -> float:
        """Give a campaign's odds; 1.0 for one alone, or of which nothing is known."""
        if len(self._calls) < 2:
            return 1.0
        pool = (sum(self._answers.values()) + 1.0) / (sum(self._calls.values()) + 3.0)
        calls, answers = self._calls.get(campaign, 0.0), self._answers.get(campaign, 0.0)
        rate = (answers + _PRIOR_CALLS * pool) / (calls + _PRIOR_CALLS)
        return min(max(rate / pool, _LEAST), _MOST)

    @property
    def rate(self) -> float:
        """Give the share of the pool's calls that a person answers, as far as is known."""
        return (sum(self._answers.values()) + 3.0) / (sum(self._calls.values()) + 10.0)

    def _settle(self, now: int) -> None:
        while self._out:
            attempt, out = next(iter(self._out.items()))
            if now - out.at < _HAD_ITS_TIME_US:
                return
            del self._out[attempt]
            keep, campaign = 1.0 - 1.0 / _MEMORY, out.campaign
            self._calls[campaign] = self._calls.get(campaign, 0.0) * keep + 1.0
            self._answers[campaign] = self._answers.get(campaign, 0.0) * keep + out.answered

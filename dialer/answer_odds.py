"""How much likelier one campaign's leads answer in person than those of the whole pool.

Pacers of a shared pool see each other's calls; a list that answers half as often as another is no
more to them than calls with half the odds. Counted is a call when it has had its time, answered or
not, so a list that has just begun is not taken for one that answers at once.
"""

from collections import deque

from dialer.ids import AttemptId, CampaignId

_HAD_ITS_TIME_US = 30_000_000
_MEMORY = 400.0
_PRIOR_CALLS = 30.0
_LEAST, _MOST = 0.2, 5.0


class AnswerOdds:
    """Counts of each campaign of a pool, fading with its calls."""

    def __init__(self) -> None:
        self._out: deque[tuple[int, AttemptId, CampaignId]] = deque()
        self._answered: set[AttemptId] = set()
        self._calls: dict[CampaignId, float] = {}
        self._answers: dict[CampaignId, float] = {}

    def dialled(self, attempt: AttemptId, campaign: CampaignId, at: int) -> None:
        """Note a call that goes out."""
        self._out.append((at, attempt, campaign))
        self._settle(at)

    def answered(self, attempt: AttemptId) -> None:
        """Note that a person answered."""
        self._answered.add(attempt)

    def of(self, campaign: CampaignId) -> float:
        """Give a campaign's odds; 1.0 for one alone, or of which nothing is known."""
        if len(self._calls) < 2:
            return 1.0
        pool = (sum(self._answers.values()) + 1.0) / (sum(self._calls.values()) + 3.0)
        calls, answers = self._calls.get(campaign, 0.0), self._answers.get(campaign, 0.0)
        rate = (answers + _PRIOR_CALLS * pool) / (calls + _PRIOR_CALLS)
        return min(max(rate / pool, _LEAST), _MOST)

    def _settle(self, now: int) -> None:
        while self._out and now - self._out[0][0] >= _HAD_ITS_TIME_US:
            _, attempt, campaign = self._out.popleft()
            keep = 1.0 - 1.0 / _MEMORY
            answered = attempt in self._answered
            self._answered.discard(attempt)
            self._calls[campaign] = self._calls.get(campaign, 0.0) * keep + 1.0
            self._answers[campaign] = self._answers.get(campaign, 0.0) * keep + answered

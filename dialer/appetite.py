"""How much risk a dial may carry, learned from what came of earlier ones.

A step with every verdict: down after an abandoned call, up a little after a connected one. It comes
to rest only where the realised share is the one aimed at, so whatever is wrong with the model is
taken up here. The risk is one number over hours: what easy hours leave is spent where it buys most.
"""

import math

LEAST, MOST = 0.004, 0.5
_START = 0.03
_GAIN = 0.10
_SMALL, _BOLDER, _BOLDEST = 5, 1.5, 3.0


def boldness(heads: int) -> float:
    """Tell how many times the risk a team of so many may take of what larger ones do.

    One agent of three who waits is a third of the floor, and their next answer is far: the same
    risk buys more. Learning would find that out, but not in the few answers of a small team's day.
    """
    times: float = max(_SMALL / max(heads, 1), 1.0) ** _BOLDER
    return min(times, _BOLDEST)


class Appetite:
    """The risk (`alpha`) that the marginal dial may carry."""

    __slots__ = ("_log", "_log_least", "_log_most")

    def __init__(self, start: float = _START) -> None:
        self._log = math.log(start)
        self._log_least = math.log(LEAST)
        self._log_most = math.log(MOST)

    @property
    def alpha(self) -> float:
        """Tell the risk allowed now."""
        return math.exp(self._log)

    def judge(self, abandoned: float, aim: float) -> None:
        """Step with one verdict: `abandoned` 0 or 1; `aim`: what share of them should be."""
        self._log += _GAIN * (aim - abandoned)
        self._log = min(max(self._log, self._log_least), self._log_most)

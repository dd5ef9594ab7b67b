"""How many of the calls that are dialled a person answers, learned from calls still ringing too.

Answers are set against exposure: each started call is exposed by as much of the ring law as its age
has gone through, whether or not it has ended. So the estimate is right at every moment, also in the
first seconds and after a sudden change, where answers among ended calls are not.
"""

import math

from dialer.answer_prior import COLD_RATE

_PRIOR_RATE = COLD_RATE
_PRIOR_CALLS = 20.0
_FAST_CALLS = 60.0
_RISE_SD = 2.6
_FALL_SD = 3.3
_FALL_KEEPS = 30.0
_EXPECTED_CALLS = 40.0
"""What is expected counts like so many calls at most: what is seen soon outweighs it."""
_SECONDS = 100.0
"""The slow memory spans about so much time, if that is more calls than `slow_calls`."""


class AnswerRate:
    """A slow and a fast memory of answers and exposure, both fading with exposure.

    A rise is a danger and is believed at once, a fall is an opportunity and wants more proof.
    ``slow_calls``, ``most_calls``: least and most calls of the slow memory.
    """

    __slots__ = (
        "_a_fast",
        "_a_slow",
        "_e_fast",
        "_e_slow",
        "_memory",
        "_most",
        "_per_s",
        "_seen",
        "_slow_calls",
        "changes",
    )

    def __init__(
        self,
        prior: float = _PRIOR_RATE,
        prior_calls: float = _PRIOR_CALLS,
        slow_calls: float = 400.0,
        most_calls: float = 4000.0,
    ) -> None:
        self._e_slow = self._e_fast = prior_calls
        self._a_slow = self._a_fast = prior * prior_calls
        self._slow_calls = self._memory = slow_calls
        self._most = most_calls
        self._per_s = 0.0
        self._seen = 0.0
        self.changes = 0
        """How often a sudden change was believed."""

    def expect(self, rate: float, calls: float, instead_of: float | None = None) -> None:
        """Take up what is expected from here on, worth `calls` calls as far as that is few.

        Before the first call the estimate begins with it; a rate above that of a cold start, which
        holds agents back if it is wrong, counts like no more calls than that. Later it counts only
        how it differs from what was expected `instead_of` it: before a rise the estimate is lifted,
        by what is worth half of what was seen at most; before a fall only the memory is cut short,
        so that calls soon show it.
        """
        calls = min(calls, _EXPECTED_CALLS)
        if self._seen <= 0.0:
            calls = min(calls, _PRIOR_CALLS) if rate > _PRIOR_RATE else calls
            cold = max(_PRIOR_CALLS - calls, 0.0)
            self._e_slow = self._e_fast = cold + calls
            self._a_slow = self._a_fast = _PRIOR_RATE * cold + rate * calls
        elif instead_of is not None and rate != instead_of:
            seen = self._a_slow / self._e_slow
            kept = min(self._e_slow, self._e_fast + _FALL_KEEPS)
            lifts = min(calls, kept / 2) if rate > instead_of else 0.0
            self._e_slow = kept + lifts
            self._a_slow = seen * kept + min(seen * rate / instead_of, 0.95) * lifts

    def answered(self, odds: float = 1.0) -> None:
        """Note that a person answered. Exposure is weighed by the odds, so an answer counts one."""
        del odds
        self._a_slow += 1.0
        self._a_fast += 1.0

    def exposed(self, calls: float, elapsed_s: float, out: int = 0) -> None:
        """Note how much exposure (calls, weighed by their odds) the last `elapsed_s` brought."""
        self._seen += max(calls, 0.0)
        if elapsed_s > 0:
            fade = math.exp(-elapsed_s / 60.0)
            self._per_s = self._per_s * fade + max(calls, 0.0) / elapsed_s * (1 - fade)
            self._memory = min(max(self._slow_calls, self._per_s * _SECONDS, 4.0 * out), self._most)
        forget = math.exp(-max(calls, 0.0) / self._memory)
        self._e_slow = max(self._e_slow * forget + calls, 1.0)
        self._a_slow *= forget
        forget = math.exp(-max(calls, 0.0) / max(_FAST_CALLS, 0.5 * out))
        self._e_fast = max(self._e_fast * forget + calls, 1.0)
        self._a_fast *= forget
        self._compare()

    def _compare(self) -> None:
        slow = self._a_slow / self._e_slow
        fast = self._a_fast / self._e_fast
        if self._e_slow < 1.5 * self._e_fast:
            return
        variance = slow * (1 - min(slow, 1.0)) / self._e_fast + slow / self._e_slow
        z = (fast - slow) / math.sqrt(max(variance, 1e-9))
        if z > _RISE_SD:
            self._e_slow, self._a_slow = self._e_fast, self._a_fast
            self.changes += 1
        elif z < -_FALL_SD:
            self._e_slow = self._e_fast + _FALL_KEEPS
            self._a_slow = self._a_fast + _FALL_KEEPS * slow
            self.changes += 1

    @property
    def rate(self) -> float:
        """Tell the share of calls that a person answers, above 0 and below 1."""
        return min(max(self._a_slow / self._e_slow, 0.002), 0.98)

    @property
    def spread(self) -> float:
        """Tell the standard deviation of the rate, as a share of it.

        A full memory that fades spreads half as much as one of as many calls that does not; a
        tenth is kept for the rate's own drift.
        """
        rate = self.rate
        faded = 1.0 - 0.4 * min(self._e_slow / self._memory, 1.0)
        return math.sqrt(faded * (1 - rate) / (rate * self._e_slow))

"""What came from Twilio and went there, counted, for whoever watches. Pure."""

from collections import Counter
from dataclasses import dataclass, field

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0)


@dataclass(slots=True)
class Times:
    """How long things took: how many were below each of `BUCKETS_S`, and all seconds together."""

    below: list[int] = field(default_factory=lambda: [0] * len(BUCKETS_S))
    number: int = 0
    total_s: float = 0.0

    def take(self, seconds: float) -> None:
        """Count one."""
        self.number += 1
        self.total_s += seconds
        for index, bound in enumerate(BUCKETS_S):
            if seconds <= bound:
                self.below[index] += 1


@dataclass(slots=True)
class WebhookCounts:
    """``answers``: by route and what became of the request (``answered``; ``repeated``, with the
    bytes of an earlier answer; ``malformed``, without what its route needs; ``refused``, not
    believed; ``unknown``, no such route). ``odd``: parameters that did not look as they should,
    by route and name. ``waiting``: requests that have no answer yet.
    """

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    odd: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    times: Times = field(default_factory=Times)
    waiting: int = 0


@dataclass(slots=True)
class RestCounts:
    """``requests``: by kind and fate, each once however often it was tried. ``too_many``: answers
    with 429. ``retries``: tries behind the first. ``pausing``: requests that wait to be tried
    again. ``concurrent``: how many Twilio said were in its hands, at the last answer.
    """

    requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    too_many: int = 0
    retries: int = 0
    pausing: int = 0
    concurrent: int = 0

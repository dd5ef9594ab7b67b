"""How often detection takes people for machines: samples that agents listen to, and what follows.

A share of the calls that were taken for machines, drawn by the attempt's name, goes to an agent all
the same. What the agents say of them is evidence; it meets what the campaign's file says of the
detector, and gives a share for the ledger that rather says too much than too little.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import exp, lgamma, log, log1p
from typing import Protocol

from dialer.attempt import Attempt, AttemptEnd, Verdict
from dialer.campaign import CampaignSettings
from dialer.ids import AttemptId

SPAN_US = 30 * 86_400_000_000
"""How far back evidence reaches: detectors, trunks and greetings change."""
WEIGHT = 20.0
"""What the file says is worth so many tests: with more, flattery would be believed too long."""
LEAST = 0.025
"""No prior is better than half a person in `WEIGHT` tests: nobody may claim that it never errs."""
SURE = 0.9
"""How sure it is that the truth is not above the share that is counted."""
_STEPS = 60
_TINY = 1e-300
SAMPLE_FIELDS = (
    "attempt",
    "opened",
    "let_through",
    "connected",
    "agent",
    "disposition",
    "found",
)
"""Columns of ``machines.csv``: a row for each call that was taken for a machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A call that was taken for a machine, and what an agent found. ``at``: when it was opened."""

    attempt: AttemptId
    at: int
    person: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What share of the machines are people. All are shares but ``people`` and ``machines``.

    ``people``/``machines``: what agents found within the span. ``mean``/``upper``: of the
    posterior; the truth is under `upper` with the probability `SURE`. ``counted``: in ledgers.
    """

    configured: float
    people: int
    machines: int
    mean: float
    upper: float
    counted: float


class Seen(Protocol):
    """An attempt as storage keeps it; see `dialer.evidence.Row`."""

    @property
    def attempt(self) -> Attempt:
        """What was opened."""

    @property
    def end(self) -> AttemptEnd | None:
        """How it ended; None while it is open."""

    @property
    def disposition(self) -> str:
        """What the agent said of it."""

    @property
    def person(self) -> bool | None:
        """Whether it was a person, by the agent's word; None: nobody said."""


def drawn(attempt: AttemptId, share: float, seed: int = 1) -> bool:
    """Say whether an attempt is a sample, should it be taken for a machine; always the same."""
    if share <= 0:
        return False
    digest = sha256(f"machine sample {seed} {attempt}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2.0**64


def person_by(settings: CampaignSettings, disposition: str) -> bool | None:
    """Say whether an agent's disposition means that a person was there.

    Whatever does not mean a machine does; None where no disposition of the campaign means one, as
    nobody could have said so.
    """
    if not disposition or not any(rule.machine for rule in settings.dispositions.values()):
        return None
    rule = settings.dispositions.get(disposition)
    return rule is None or not rule.machine


def findings_of(rows: Iterable[Seen]) -> tuple[Finding, ...]:
    """Give the evidence among attempts: taken for machines, and judged by the agent they met."""
    return tuple(
        Finding(attempt=row.attempt.attempt, at=row.attempt.opened_at, person=row.person)
        for row in rows
        if row.person is not None and row.end is not None and row.end.machine
    )


def estimate(settings: CampaignSettings, people: int, machines: int) -> Estimate:
    """Estimate from what agents found within the span.

    The share that is counted is never under the configured one, and only that one where nothing is
    sampled and nothing was. Raises ValueError for negative counts.
    """
    if people < 0 or machines < 0:
        raise ValueError(f"{people} people and {machines} machines are no counts")
    prior = WEIGHT * min(max(settings.machine_false, LEAST), 1.0 - LEAST)
    a, b = prior + people, WEIGHT - prior + machines
    upper = quantile(SURE, a, b)
    audited = settings.machine_samples > 0 or people + machines > 0
    return Estimate(
        configured=settings.machine_false,
        people=people,
        machines=machines,
        mean=a / (a + b),
        upper=upper,
        counted=max(settings.machine_false, upper) if audited else settings.machine_false,
    )


def estimate_at(settings: CampaignSettings, findings: Iterable[Finding], at: int) -> Estimate:
    """Estimate as of an instant, from the findings of the span that ends there."""
    found = {one.attempt: one.person for one in findings if at - SPAN_US < one.at <= at}
    people = sum(found.values())
    return estimate(settings, people, len(found) - people)


def quantile(share: float, a: float, b: float) -> float:
    """Give the quantile of Beta(a, b) by bisection, to about 1e-12; a, b > 0."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if below(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return high


def below(x: float, a: float, b: float) -> float:
    """Give the probability that Beta(a, b) is at most x (the regularised incomplete beta)."""
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    # The continued fraction converges fast on one side of the mean only.
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1.0 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Evaluate the continued fraction of the incomplete beta by Lentz's method."""
    c, d = 1.0, 1.0 / _not_zero(1.0 - (a + b) * x / (a + 1.0))
    found = d
    for m in range(1, 1_000):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        for term in (even, odd):
            d = 1.0 / _not_zero(1.0 + term * d)
            c = _not_zero(1.0 + term / c)
            found *= c * d
        if abs(c * d - 1.0) < 1e-14:
            break
    return found


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


# --- what is told ---------------------------------------------------------------------------------


def words(found: Estimate) -> list[str]:
    """Say in words what was found, and what is counted."""
    tests = found.people + found.machines
    told = [
        f"The file says that {found.configured:.2%} of the machines are people.",
        f"Agents listened to {tests} in {SPAN_US // 86_400_000_000} days:"
        f" {found.people} people, {found.machines} machines.",
    ]
    if tests or found.counted > found.configured:
        told.append(
            f"By these and the file it is {found.mean:.2%}, and at most {found.upper:.2%} with a"
            f" certainty of {SURE:.0%}."
        )
    return [*told, f"In ledgers {found.counted:.2%} are counted as people who were abandoned."]


def method() -> str:
    """Say how the estimate is made, for whoever is to follow it."""
    return (
        "Of the calls that detection took for machines those were drawn for which the first 8\n"
        "bytes of SHA-256('machine sample SEED ATTEMPT'), as a number, are under 2^64 times the\n"
        "machine_samples that held when the call was made (dialer audit). Drawn ones went to an\n"
        "agent, if one was free at once; what the agent said is the finding, and without one\n"
        "there is no evidence. The prior is a Beta distribution, worth"
        f" {WEIGHT:g} tests, with the\nmean machine_false, {LEAST:.1%} at least; the evidence the"
        f" findings of {SPAN_US // 86_400_000_000} days.\n"
        f"Counted is the {SURE:.0%} quantile of the posterior, and never less than machine_false.\n"
    )


def sample_rows(
    rows: Iterable[Seen], instant: Callable[[int | None], str]
) -> Iterable[Mapping[str, object]]:
    """Give a row of `SAMPLE_FIELDS` for each call that was taken for a machine, in their order."""
    found = {None: "", True: "person", False: "machine"}
    for row in rows:
        end = row.end
        if end is None or not (end.machine or end.verdict is Verdict.MACHINE):
            continue
        yield {
            "attempt": row.attempt.attempt,
            "opened": instant(row.attempt.opened_at),
            "let_through": "yes" if end.sampled else "no",
            "connected": instant(end.connected_at),
            "agent": end.agent or "",
            "disposition": row.disposition,
            "found": found[row.person],
        }

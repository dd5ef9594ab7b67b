"""Machines that agents listen to: which are drawn, and what share of them counts as people."""

import random
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.attempt import AttemptEnd, Verdict
from dialer.campaign import CampaignSettings, CampaignState, DispositionRule
from dialer.dialing import Dialing
from dialer.ids import AgentId, AttemptId
from dialer.lead import LeadState
from dialer.machine_audit import (
    SPAN_US,
    SURE,
    Finding,
    below,
    drawn,
    estimate,
    estimate_at,
    person_by,
    quantile,
    words,
)
from dialer.messages import AttemptOver, CampaignSet, CloseAttempt, Disposed
from tests.dialer.gate_samples import NOON, campaign

CAMPAIGN = replace(campaign(), machine_false=0.02, machine_samples=0.05)
SAYS = {
    "machine": DispositionRule(code="machine", machine=True),
    "sold": DispositionRule(code="sold", success=True),
}
counts = st.integers(0, 5_000)
shares = st.floats(0, 0.5)


def with_file(share: float, samples: float = 0.05) -> CampaignSettings:
    return replace(CAMPAIGN, machine_false=share, machine_samples=samples)


def test_about_the_share_is_drawn_and_always_the_same() -> None:
    names = [AttemptId(f"d-lead-{n}-1") for n in range(20_000)]
    first = [name for name in names if drawn(name, 0.05)]
    assert first == [name for name in names if drawn(name, 0.05)]
    assert 900 < len(first) < 1_100
    other = [name for name in names if drawn(name, 0.05, seed=2)]
    assert len(set(first) & set(other)) < 100, "another salt draws others"
    assert set(first) <= {name for name in names if drawn(name, 0.06)}
    assert not any(drawn(name, 0.0) for name in names)
    assert all(drawn(name, 1.0) for name in names)


def test_anybody_can_find_again_what_was_drawn() -> None:
    for n in range(200):
        digest = sha256(f"machine sample 7 d-l{n}-1".encode()).hexdigest()
        assert drawn(AttemptId(f"d-l{n}-1"), 0.3, 7) is (int(digest[:16], 16) < 0.3 * 2**64)


@pytest.mark.parametrize(("a", "b"), [(1, 1), (1, 49), (1, 300), (20, 1)])
def test_quantiles_are_those_that_have_a_formula(a: int, b: int) -> None:
    wanted = SURE ** (1 / a) if b == 1 else 1 - (1 - SURE) ** (1 / b)
    assert quantile(SURE, a, b) == pytest.approx(wanted, rel=1e-9)


@settings(deadline=None)
@given(st.floats(0.2, 2_000), st.floats(0.2, 2_000), st.floats(0.001, 0.999))
def test_the_two_ends_of_the_distribution_agree(a: float, b: float, x: float) -> None:
    assert below(x, a, b) == pytest.approx(1 - below(1 - x, b, a), abs=1e-9)
    assert 0.0 <= below(x, a, b) <= 1.0 + 1e-9
    assert (below(0.0, a, b), below(1.0, a, b)) == (0.0, 1.0)


@settings(deadline=None)
@given(shares, counts, counts)
def test_no_evidence_makes_the_ledger_more_lenient_than_the_file(
    share: float, people: int, machines: int
) -> None:
    found = estimate(with_file(share), people, machines)
    assert found.counted >= max(share, min(found.mean, found.upper))
    assert found.counted <= 1.0


@settings(deadline=None)
@given(shares, counts, counts)
def test_another_person_raises_and_another_machine_lowers_what_is_believed(
    share: float, people: int, machines: int
) -> None:
    found = estimate(with_file(share), people, machines)
    assert estimate(with_file(share), people + 1, machines).upper > found.upper
    assert estimate(with_file(share), people, machines + 1).upper < found.upper


def test_who_samples_starts_stricter_than_the_file_and_comes_down_to_it_by_evidence() -> None:
    counted = [estimate(with_file(0.02), 0, machines).counted for machines in (0, 20, 60, 200)]
    assert counted == sorted(counted, reverse=True)
    assert counted[0] > 0.04
    assert counted[-1] == 0.02


def test_without_samples_the_file_alone_counts() -> None:
    assert estimate(with_file(0.02, samples=0.0), 0, 0).counted == 0.02
    assert estimate(with_file(0.0, samples=0.0), 0, 0).counted == 0.0


def test_who_stops_sampling_does_not_lose_what_was_found() -> None:
    sampled = estimate(with_file(0.01), 9, 91)
    assert estimate(with_file(0.01, samples=0.0), 9, 91) == sampled
    assert sampled.counted > 0.05


def test_a_file_that_claims_perfection_is_not_believed() -> None:
    assert estimate(with_file(0.0), 0, 0).counted > 0.02
    assert estimate(with_file(0.0), 5, 95).counted > 0.05


def test_the_bound_is_seldom_under_the_truth_though_the_file_flatters() -> None:
    random_, truth, under = random.Random(11), 0.03, 0
    for _ in range(1_000):
        people = sum(random_.random() < truth for _ in range(300))
        under += estimate(with_file(0.01), people, 300 - people).counted < truth
    assert under / 1_000 <= 1 - SURE + 0.03, "SURE, but for what the file's word is worth"


def test_evidence_wears_off_after_its_span() -> None:
    tests = [Finding(attempt=AttemptId(f"a{n}"), at=NOON + n, person=n < 3) for n in range(10)]
    now = NOON + SPAN_US
    assert (estimate_at(CAMPAIGN, tests, now - 1).people, 3) == (3, 3)
    assert estimate_at(CAMPAIGN, tests, now + 2).people == 0
    assert estimate_at(CAMPAIGN, tests, NOON + 4).machines == 2
    assert estimate_at(CAMPAIGN, [*tests, *tests], now - 1).machines == 7, "each counts once"


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="no counts"):
        estimate(CAMPAIGN, -1, 0)


def test_whatever_does_not_mean_a_machine_means_a_person() -> None:
    says = replace(CAMPAIGN, dispositions=SAYS)
    assert person_by(says, "machine") is False
    assert person_by(says, "sold") is True
    assert person_by(says, "something else") is True
    assert person_by(says, "") is None
    assert person_by(CAMPAIGN, "sold") is None, "where no word means a machine, none was asked"


def test_words_say_what_is_counted_and_why() -> None:
    told = " ".join(words(estimate(CAMPAIGN, 2, 98)))
    assert "2 people, 98 machines" in told
    assert "2.00% of the machines are people" in told
    assert "with a certainty of 90%" in told
    alone = " ".join(words(estimate(with_file(0.02, samples=0.0), 0, 0)))
    assert alone.endswith("In ledgers 2.00% are counted as people who were abandoned.")


@pytest.mark.parametrize(("code", "person"), [("machine", False), ("sold", True)])
def test_an_agents_word_of_a_sample_is_written_down_as_what_it_was(code: str, person: bool) -> None:
    rules = Dialing()
    settings = replace(CAMPAIGN, dispositions=SAYS)
    rules.handle(CampaignSet(at=NOON, settings=settings, state=CampaignState.RUNNING))
    name = AttemptId("d-l1-1")
    end = AttemptEnd(attempt=name, at=NOON, verdict=Verdict.CONNECTED, machine=True, sampled=True)
    mine = {"at": NOON, "campaign": settings.campaign}
    (first,) = rules.handle(AttemptOver(end=end, **mine))  # type: ignore[arg-type]
    said = Disposed(attempt=name, agent=AgentId("ana"), disposition=code, **mine)  # type: ignore[arg-type]
    (then,) = rules.handle(said)
    assert isinstance(first, CloseAttempt)
    assert isinstance(then, CloseAttempt)
    assert (first.person, first.state) == (None, LeadState.OPEN), "a machine, until somebody says"
    assert (then.disposition, then.person, then.end) == (code, person, end)

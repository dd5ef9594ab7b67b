"""When people are best called: learned from who answered when, on the clock of the called."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dialer.best_time import SLOTS, BestTime, beta, slot_name, slot_of
from dialer.chance import Chance


def at(text: str, zone: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 10**6


def test_a_slot_is_of_the_called_partys_clock_over_both_changes_of_the_clocks() -> None:
    assert slot_of(at("2026-11-23T00:00", "America/New_York"), "America/New_York") == 0
    assert slot_of(at("2026-11-23T18:30", "Asia/Kolkata"), "Asia/Kolkata") == 9
    for day in ("2026-03-09", "2026-11-02"):  # Mondays after the clocks changed
        assert slot_of(at(f"{day}T18:30", "America/New_York"), "America/New_York") == 9
    assert (slot_name(9), slot_name(SLOTS - 1)) == ("mon 18-20", "sun 22-24")
    assert slot_of(at("2026-11-29T23:59", "Europe/London"), "Europe/London") == SLOTS - 1


def test_nothing_known_is_the_prior_everywhere_and_odds_of_one() -> None:
    fresh = BestTime()
    assert {fresh.rate("a", slot) for slot in range(SLOTS)} == {fresh.rate("b")}
    assert fresh.odds("a", 3) == 1.0
    with pytest.raises(ValueError, match="84 slots"):
        fresh.note("a", SLOTS, answered=True)


def test_rates_are_learned_and_few_tries_are_drawn_to_the_group() -> None:
    known = BestTime()
    for number in range(2_000):
        known.note("a", 9, answered=number % 2 == 0)
        known.note("a", 4, answered=number % 10 == 0)
    known.note("a", 5, answered=True)
    assert known.rate("a", 9) == pytest.approx(0.5, abs=0.03)
    assert known.rate("a", 4) == pytest.approx(0.1, abs=0.03)
    assert known.rate("a") < known.rate("a", 5) < known.rate("a", 9)
    assert known.odds("a", 9) > 1.5 > 0.5 > known.odds("a", 4)
    assert abs(known.rate("b", 9) - known.rate("a")) < 0.1  # nobody of it was ever called


def test_habits_that_change_are_learned_anew() -> None:
    known = BestTime()
    for _ in range(3_000):
        known.note("a", 9, answered=True)
    for _ in range(3_000):
        known.note("a", 9, answered=False)
    assert known.rate("a", 9) < 0.1


def test_the_best_slot_is_found_by_trying_and_then_mostly_taken() -> None:
    true = {3: 0.1, 6: 0.2, 9: 0.4, 12: 0.15}
    known, chance = BestTime(seed=5), Chance(11)
    chosen: list[int] = []
    for _ in range(1_500):
        best = known.best("a", true)
        assert best is not None
        chosen.append(best.slot)
        known.note("a", best.slot, answered=chance.share() < true[best.slot])
    assert set(chosen[:200]) == set(true)  # each was tried
    assert chosen[-500:].count(9) > 350
    assert known.best("a", ()) is None


def test_groups_whose_hour_it_is_come_first() -> None:
    known = BestTime(seed=2)
    zones = {"west": "America/Los_Angeles", "east": "America/New_York"}
    for _ in range(800):
        for group in zones:
            known.note(group, 9, answered=True)  # Monday evening
            known.note(group, 7, answered=False)
    # Half past six in New York is half past three in Los Angeles.
    assert known.order(at("2026-11-23T18:30", "America/New_York"), zones) == ["east", "west"]
    assert known.order(at("2026-11-23T18:30", "America/Los_Angeles"), zones)[0] == "west"


def test_the_same_seed_draws_the_same() -> None:
    drawn = [[known.score("a", 1).drawn for _ in range(5)] for known in (BestTime(3), BestTime(3))]
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) == 5


@pytest.mark.parametrize(("a", "b"), [(0.5, 3.0), (2.0, 5.0), (40.0, 10.0)])
def test_draws_have_the_mean_and_spread_of_the_law(a: float, b: float) -> None:
    chance = Chance(1)
    draws = [beta(chance, a, b) for _ in range(20_000)]
    mean = sum(draws) / len(draws)
    variance = sum((x - mean) ** 2 for x in draws) / len(draws)
    assert mean == pytest.approx(a / (a + b), abs=0.01)
    assert variance == pytest.approx(a * b / (a + b) ** 2 / (a + b + 1), rel=0.06)

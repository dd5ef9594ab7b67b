"""The part of the page that a benchmark writes."""

from __future__ import annotations

from typing import Any

import pytest

from simulations.dialing.page import BEGIN, END, benchmark, with_benchmark


def row(policy: str, utilisation: float, abandonment: float, **said: Any) -> dict[str, Any]:
    return {
        "scenario": "N5_p25_aht60",
        "policy": policy,
        "seeds": 2,
        "utilisation": utilisation,
        "utilisation_worst": utilisation,
        "abandonment": abandonment,
        "abandonment_worst": abandonment,
        "worst_quarter": 0.07,
        "bound": 1.0,
        "share_of_bound": utilisation,
        "dials_per_connect": 4.2,
        "talk_minutes_per_hour": 32.0,
        "decision_p99_us": 300.0,
        "setting": "",
        **said,
    }


def test_the_table_has_utilisation_abandonment_and_the_worst_seed() -> None:
    rows = [
        row("look_ahead", 0.674, 0.0249, abandonment_worst=0.0266),
        row("best_ratio", 0.639, 0.02, setting="ratio_2"),
        row("oracle_talks", 0.7, 0.02),
    ]
    bounds = [{"scenario": "N5_p25_aht60", "clairvoyant": 1.0, "share_of_clairvoyant": 0.674}]
    lines = benchmark(rows, bounds).splitlines()
    assert lines[2] == "| `N5_p25_aht60` | 67.4 at 2.49, 2.66 | 63.9 at 2.00 (2) |"
    assert "| `N5_p25_aht60` | 100.0 |  |  |  | 67.4 |  |  |  |" in lines


def test_scenarios_with_a_seed_over_the_cap_are_counted() -> None:
    rows = [
        row("progressive", 0.4, 0.0),
        row("vicidial_hard", 0.45, 0.029, abandonment_worst=0.031),
    ]
    text = benchmark(rows, [])
    assert "| 1:1 | 1 | 2 | 40.0 | 40.0 | 0 of 1 | 0.00 | 7.0 |" in text
    assert "| VICIdial hard | 1 | 2 | 45.0 | 45.0 | 1 of 1 | 3.10 | 7.0 |" in text


def test_only_the_part_between_the_marks_is_written_anew() -> None:
    page = f"# Dialing\n\n{BEGIN}old\n{END}\nthe end\n"
    assert with_benchmark(page, "new\n") == f"# Dialing\n\n{BEGIN}new\n{END}\nthe end\n"
    with pytest.raises(ValueError, match="no lines"):
        with_benchmark("# Dialing\n", "new\n")

"""When a change of the pacing is taken back by itself."""

from __future__ import annotations

from dataclasses import replace

from dialer.campaign import Limits, Mode
from dialer.pacing import Window
from dialer.stepping_back import LEAST_ABANDONED, Standing, Watch, former_of, why_back
from tests.runtime.dialing.parts import SPRING


def window(live: int, abandoned: int) -> Window:
    return Window(policy="us-tsr", cap=0.03, live=live, abandoned=abandoned)


def watch(live: int = 100, abandoned: int = 2, *windows: Window) -> Watch:
    standing = Standing(live=live, abandoned=abandoned, windows=windows)
    return Watch(by="mia", since=0, until=180, former={}, standing=standing)


def test_more_abandoned_since_the_change_than_the_limit_takes_it_back() -> None:
    why = why_back(watch(), Standing(live=160, abandoned=5), 0.03)
    assert why == "3 of 60 people abandoned since the change of mia: 5.0%, over the limit of 3.0%"


def test_what_was_abandoned_before_the_change_does_not_count() -> None:
    bad = watch(100, 20)
    assert why_back(bad, Standing(live=300, abandoned=24), 0.03) == ""
    assert why_back(bad, Standing(live=200, abandoned=24), 0.03)


def test_one_or_two_people_are_no_proof() -> None:
    for abandoned in range(LEAST_ABANDONED):
        assert why_back(watch(), Standing(live=101, abandoned=2 + abandoned), 0.03) == ""


def test_a_cap_that_is_newly_passed_takes_it_back_and_one_that_was_passed_does_not() -> None:
    near, over = window(1_000, 29), window(1_100, 34)
    standing = Standing(live=200, abandoned=5, windows=(over,))
    assert why_back(watch(100, 2, near), standing, 0.03) == (
        "the cap of us-tsr is passed since the change of mia"
    )
    assert why_back(watch(100, 2, over), standing, 0.03) == ""


def test_a_campaign_that_began_anew_meanwhile_is_left_as_it_is() -> None:
    assert why_back(watch(100, 20), Standing(live=10, abandoned=5), 0.03) == ""


def test_former_settings_are_what_people_would_ask_for() -> None:
    before = replace(
        SPRING, mode=Mode.POWER, ratio=1.5, limits=Limits(lines=40, lines_per_agent=3.0)
    )
    wishes = {"mode": "predictive", "lines": 80, "lists": {}, "machine_samples": 0.1}
    assert former_of(before, wishes) == {"mode": "power", "lines": 40}

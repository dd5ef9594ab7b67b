"""The table of scenarios."""

from __future__ import annotations

from simulations.dialing.scenarios import BEYOND, QUICK, SCENARIOS, TABLE
from simulations.dialing.testbed import START_AT


def test_the_table_has_its_scenarios_each_under_its_own_name() -> None:
    assert len(TABLE) == 35
    assert len(SCENARIOS) == 35 + len(BEYOND)
    assert {name for name, each in SCENARIOS.items() if each.name != name} == set()
    assert set(QUICK) <= set(TABLE)


def test_names_of_the_grid_say_what_is_in_them() -> None:
    scenario = TABLE["N100_p25_aht300"]
    assert (scenario.agents, scenario.manners.answer(0.0), scenario.manners.handle_s) == (
        100,
        0.25,
        300.0,
    )
    assert (TABLE["N500_p10_aht60"].hours, scenario.hours) == (1.5, 3.0)


def test_shocks_are_where_they_are_said_to_be() -> None:
    answer = TABLE["N20_shock15-45-15"].manners.answer
    assert [answer(hour * 3600 + 1) for hour in (0, 1, 2)] == [0.15, 0.45, 0.15]
    swing = TABLE["N100_sine13-37"].manners.answer
    assert (round(swing(900), 2), round(swing(2700), 2)) == (0.37, 0.13)
    stretch = TABLE["N100_aht_x2"].manners.stretch
    assert (stretch(5399), stretch(5400)) == (1.0, 2.0)


def test_a_break_takes_its_share_of_the_agents_away_and_back() -> None:
    shifts = TABLE["N20_break40%"].shifts(START_AT)
    gone = [shift for shift in shifts if not shift.comes]
    back = [shift for shift in shifts if shift.comes and shift.at > START_AT]
    assert len(gone) == len(back) == 8
    assert {shift.agent for shift in gone} == {shift.agent for shift in back}


def test_agents_who_come_late_are_not_there_before() -> None:
    shifts = BEYOND["N100_mass_login"].shifts(START_AT)
    assert sum(shift.at == START_AT for shift in shifts) == 5
    assert len(shifts) == 100

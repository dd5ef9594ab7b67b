"""The scenarios that come with the project, for tests."""

from pathlib import Path

from simulations.center.scenario import Scenario, load_scenario

FOLDER = Path(__file__).parents[3] / "simulations" / "scenarios"


def busy_hour() -> Scenario:
    """A morning on everything a call goes through."""
    return load_scenario(FOLDER / "nursery_morning.yaml")

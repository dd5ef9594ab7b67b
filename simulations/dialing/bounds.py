"""What no pacer can beat, and what one without eyes would reach."""

from simulations.dialing.scenarios import Scenario
from simulations.theory import erlang_b

STEP_S = 60.0


def clairvoyant(scenario: Scenario) -> float:
    """Give the utilisation of who knows every outcome beforehand, abandoning nobody.

    Agents are always at work, unless too few calls a second may be made for that. (The ten minutes
    that utilisation leaves out at the start are more than the first calls take to arrive.)
    """
    manners = scenario.manners
    rate = scenario.calls_per_s
    if rate is None:
        rate = float(scenario.agents)
    steps = int(scenario.hours * 3600 / STEP_S)
    total = 0.0
    for step in range(steps):
        second = step * STEP_S
        work_s = manners.handle_s * manners.stretch(second)
        inbound = manners.inbound_per_hour(second) / 3600.0 * manners.handle_s
        out = manners.failing is not None and manners.failing[0] <= second < manners.failing[1]
        found = (0.0 if out else rate) * manners.answer(second) * work_s + inbound
        total += min(1.0, found / scenario.agents)
    return total / steps


def blind(agents: int, cap: float) -> float:
    """Give the utilisation of a constant rate of answers, the highest with `cap` lost (Erlang B).

    A pacer that does not beat it makes no use of what it sees.
    """
    low, high = 0.0, 2.0 * agents + 10.0
    for _ in range(60):
        middle = (low + high) / 2
        if erlang_b(agents, middle) > cap:
            high = middle
        else:
            low = middle
    return low * (1 - cap) / agents

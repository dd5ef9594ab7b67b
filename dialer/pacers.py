"""The ways of pacing there are, by name. Each makes a pacer that knows nothing yet."""

from collections.abc import Callable, Mapping

from dialer.baselines import FixedRatio, PerAgent
from dialer.look_ahead import LookAhead
from dialer.mean_matching import MeanMatching
from dialer.pacing import Pacer
from dialer.vicidial import Stop, Vicidial

RATIO, PER_AGENT = "ratio_", "per_agent_"

PACERS: Mapping[str, Callable[[], Pacer]] = {
    "look_ahead": LookAhead,
    "mean_matching": MeanMatching,
    "progressive": lambda: FixedRatio(1.0, "progressive"),
    "vicidial_tapered": lambda: Vicidial(Stop.TAPERED),
    "vicidial_hard": lambda: Vicidial(Stop.HARD),
    "vicidial_average": lambda: Vicidial(Stop.AVERAGE),
}
"""And for any number R of lines ``ratio_R`` for each idle agent, ``per_agent_R`` for each who is
there: see `pacer_of`."""


LAWFUL: Mapping[str, Callable[[], Pacer]] = {
    name: PACERS[name] for name in ("look_ahead", "progressive")
}
"""Those a campaign may use: they keep to every ledger. The others are there to be compared with."""


def pacer_of(name: str) -> Pacer:
    """Make a pacer. Raises ValueError, with the names there are, for any other."""
    if name in PACERS:
        return PACERS[name]()
    kind = PER_AGENT if name.startswith(PER_AGENT) else RATIO
    try:
        ratio = float(name.removeprefix(kind)) if name.startswith(kind) else 0.0
    except ValueError:
        ratio = 0.0
    if not 1.0 <= ratio <= 100.0:
        known = ", ".join(PACERS)
        raise ValueError(f'no pacer "{name}"; there are {known}, ratio_1 to _100 and per_agent_1')
    return PerAgent(ratio, name) if kind == PER_AGENT else FixedRatio(ratio, name)

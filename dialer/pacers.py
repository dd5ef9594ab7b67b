"""The ways of pacing there are, by name. Each makes a pacer that knows nothing yet."""

from collections.abc import Callable, Mapping

from dialer.baselines import FixedRatio
from dialer.look_ahead import LookAhead
from dialer.mean_matching import MeanMatching
from dialer.pacing import Pacer
from dialer.vicidial import Stop, Vicidial

RATIO = "ratio_"

PACERS: Mapping[str, Callable[[], Pacer]] = {
    "look_ahead": LookAhead,
    "mean_matching": MeanMatching,
    "progressive": lambda: FixedRatio(1.0, "progressive"),
    "vicidial_tapered": lambda: Vicidial(Stop.TAPERED),
    "vicidial_hard": lambda: Vicidial(Stop.HARD),
    "vicidial_average": lambda: Vicidial(Stop.AVERAGE),
}
"""And ``ratio_R`` for any number R of lines for each idle agent: see `pacer_of`."""


LAWFUL: Mapping[str, Callable[[], Pacer]] = {
    name: PACERS[name] for name in ("look_ahead", "progressive")
}
"""Those a campaign may use: they keep to every ledger. The others are there to be compared with."""


def pacer_of(name: str) -> Pacer:
    """Make a pacer. Raises ValueError, with the names there are, for any other."""
    if name in PACERS:
        return PACERS[name]()
    try:
        ratio = float(name.removeprefix(RATIO)) if name.startswith(RATIO) else 0.0
    except ValueError:
        ratio = 0.0
    if not 1.0 <= ratio <= 100.0:
        raise ValueError(f'no pacer "{name}"; there are {", ".join(PACERS)} and ratio_1 to _100')
    return FixedRatio(ratio, name)

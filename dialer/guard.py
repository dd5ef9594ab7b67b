"""What the ledgers of the law allow: only ever less than the pacer would dare.

Each window's room is how many more abandoned calls fit under its cap at this moment; calls answered
and not yet connected count as abandoned. The pacer aims to keep a reserve of room, about as wide as
chance makes the room swing. Below it the appetite for risk shrinks, in proportion; without room for
one more abandoned call each dial is bound to a small risk, over the cap to a tiny one, and far over
it only idle agents are dialled for. A step down comes before the cap is met, not after.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from dialer.pacing import Window

SOFT, FIRM = 0.004, 0.0005
"""The most risk of a dial without room for one abandoned call, and over the cap."""
_SURE_OF = 20.0
"""With so many abandoned calls allowed already, `SOFT` is all; with fewer less, down to a quarter:
a small team takes long to make up for one."""
_LEAST_RESERVE, _RESERVE_SWING = 0.3, 0.55
_LEAST_SHARE, _MOST_SHARE = 0.2, 1.5
_HORIZON, _HORIZON_SHARE = 150.0, 0.15


@dataclass(frozen=True, slots=True)
class Bound:
    """What the tightest window says.

    ``alpha``: the most risk a dial may carry (0: one call for each idle agent only), and ``why``.
    ``share``: of the appetite that is left. ``aim``: share of abandoned calls to aim at next.
    ``room``: how many more abandoned calls fit, of ``policy``.
    """

    alpha: float = 1.0
    why: str = ""
    share: float = 1.0
    aim: float = 1.0
    room: float = math.inf
    policy: str = ""


def bound_of(windows: Iterable[Window], target: float, waiting: int = 0) -> Bound:
    """Find the tightest bound of all windows. `waiting`: answered calls whose end is not known.

    `target`: the share of abandoned calls to aim at, where a cap does not ask for less.
    """
    tightest: Bound | None = None
    aim = math.inf
    for window in windows:
        found = _of(window, target, waiting)
        aim = min(aim, found.aim)
        if tightest is None or (found.alpha, found.share) < (tightest.alpha, tightest.share):
            tightest = found
    if tightest is None:
        return Bound(aim=target)
    return Bound(tightest.alpha, tightest.why, tightest.share, aim, tightest.room, tightest.policy)


def _of(window: Window, target: float, waiting: int) -> Bound:
    allowed = window.cap * window.live
    room = allowed - window.abandoned - waiting
    aim = _aim(window, min(target, window.cap))
    if room < -max(8.0, math.sqrt(allowed)) or (window.strict and room < 0.0):
        return Bound(0.0, "ledger_hard", 0.0, aim, room, window.policy)
    if room < 0.0:
        return Bound(FIRM, "ledger_firm", _LEAST_SHARE, aim, room, window.policy)
    if room < 1.0:
        soft = SOFT * min(max(allowed / _SURE_OF, 0.25), 1.0)
        return Bound(soft, "ledger_soft", _LEAST_SHARE, aim, room, window.policy)
    share = _LEAST_SHARE + (room - 1.0) / _reserve(allowed)
    share = min(share, _MOST_SHARE)
    return Bound(1.0, "ledger_low" if share < 1.0 else "", share, aim, room, window.policy)


def _reserve(allowed: float) -> float:
    """Tell how much room to keep beyond one abandoned call, when so many are allowed so far."""
    return max(_LEAST_RESERVE, _RESERVE_SWING * math.sqrt(allowed) - 1.0)


def _aim(window: Window, target: float) -> float:
    """Tell the share to aim at next so that the window comes to its target, less the reserve.

    What was saved is spent, and what was overspent saved, over the next 150 live answers or a
    seventh of what there were.
    """
    allowed = window.cap * window.live
    wanted = min(target * window.live, allowed - 1.0 - _reserve(allowed))
    aim = target + (wanted - window.abandoned) / max(_HORIZON, _HORIZON_SHARE * window.live)
    return min(max(aim, 0.2 * target), 2.0 * target)

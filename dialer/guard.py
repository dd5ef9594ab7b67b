"""What the ledgers of the law allow: only ever less than the pacer would dare.

Each window's room is how many more abandoned calls fit under its cap at this moment. While there is
room, nothing is said. Without room the risk that a dial may carry falls in steps, and at the last
one only idle agents are dialled for. A step down comes before the cap is met, not after.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dialer.pacing import Window

SOFT, FIRM = 0.004, 0.0005


@dataclass(frozen=True, slots=True)
class Bound:
    """The most risk a dial may carry (0: one call for each idle agent), why, and the least room."""

    alpha: float
    why: str
    room: float
    policy: str = ""


def bound_of(windows: Iterable[Window], waiting: int = 0) -> Bound:
    """Find the tightest bound of all windows. `waiting`: answered calls whose end is not known."""
    tightest = Bound(1.0, "", float("inf"))
    for window in windows:
        found = _of(window, waiting)
        if (found.alpha, found.room) < (tightest.alpha, tightest.room):
            tightest = found
    return tightest


def _of(window: Window, waiting: int) -> Bound:
    room = window.cap * window.live - window.abandoned
    after_next = room + window.cap - 1.0 - waiting * (1.0 - window.cap)
    if room < -max(8.0, (window.cap * window.live) ** 0.5) or (window.strict and room < 0):
        return Bound(0.0, "ledger_hard", room, window.policy)
    if room < -1.0:
        return Bound(FIRM, "ledger_firm", room, window.policy)
    if after_next < 0.0:
        return Bound(SOFT, "ledger_soft", room, window.policy)
    return Bound(1.0, "", room, window.policy)

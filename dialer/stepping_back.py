"""When a change that people made to the pacing is taken back by itself.

For a while after a change its consequences are watched: too many people who answered and found
nobody, and the former settings come back. One person alone is no proof, so it takes some.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialer.campaign import CampaignSettings
from dialer.changes import plain
from dialer.pacing import Window

LEAST_ABANDONED = 3
"""So many have to be abandoned since the change before it is taken back."""
PACING = (
    *("mode", "pacer", "target", "target_early", "keep_free", "predictive_from", "ratio"),
    *("weight", "inbound_weight", "lines", "lines_per_agent", "calls_per_s", "trunk_share"),
)
"""What can be taken back: everything about how much is dialled."""
_LIMITS = ("lines", "lines_per_agent", "calls_per_s", "trunk_share")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Live answers and abandoned ones of a campaign's run, and where each window stands."""

    live: int
    abandoned: int
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A change that is watched. ``former``: what takes it back, as people would ask for it."""

    by: str
    since: int
    until: int
    former: Mapping[str, Any]
    standing: Standing


def former_of(before: CampaignSettings, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """Say what has to be asked for to have the pacing as it was before such wishes."""
    return {
        name: plain(getattr(before.limits if name in _LIMITS else before, name))
        for name in wishes
        if name in PACING
    }


def why_back(watch: Watch, now: Standing, limit: float) -> str:
    """Say why a change has to be taken back, in words; "" for not."""
    live, abandoned = now.live - watch.standing.live, now.abandoned - watch.standing.abandoned
    if abandoned < LEAST_ABANDONED:
        return ""
    if live > 0 and abandoned / live > limit:
        return (
            f"{abandoned} of {live} people abandoned since the change of {watch.by}:"
            f" {abandoned / live:.1%}, over the limit of {limit:.1%}"
        )
    name = _newly_over(watch.standing.windows, now.windows)
    return f"the cap of {name} is passed since the change of {watch.by}" if name else ""


def _newly_over(before: Sequence[Window], now: Sequence[Window]) -> str:
    over = {window.policy for window in before if _over(window)}
    return next((w.policy for w in now if _over(w) and w.policy not in over), "")


def _over(window: Window) -> bool:
    return window.abandoned > window.cap * window.live

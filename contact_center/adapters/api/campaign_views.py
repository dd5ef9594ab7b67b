"""Campaigns as JSON. Times are seconds since 1970, durations seconds, shares from 0 to 1."""

from typing import Any, Final, Protocol

from dialer.analysis import Lift, Share
from dialer.campaign import MOVES, CampaignSettings, CampaignState, CampaignTrigger
from dialer.campaign_life import CampaignOn
from dialer.changes import plain
from dialer.explain import why_so_many
from dialer.ids import CampaignId
from dialer.messages import Told
from dialer.stepping_back import PACING, Watch
from dialer.what_if import Forecast

_BY_RULE: Final = frozenset({CampaignTrigger.DRAINED, CampaignTrigger.OUT_OF_LEADS})
_MEASURES: Final = (
    *("utilisation", "abandonment", "idle_s", "wait_s"),
    *("dials_per_min", "connected", "ledger"),
)


class Watching(Protocol):
    """Whoever watches changes, and has taken some back."""

    returned: Any

    def watched(self, campaign: CampaignId) -> Watch | None:
        """Give what is watched of a campaign."""


class Seen(Protocol):
    """What was seen of a campaign."""

    told: Any
    dialled: int
    ends: dict[str, int]
    successes: int


def campaign(campaign: CampaignOn, seen: Seen) -> dict[str, Any]:
    """Give a campaign as it stands."""
    last: Told | None = seen.told[-1] if seen.told else None
    settings = campaign.settings
    return {
        "campaign": campaign.id,
        "label": settings.label,
        "state": campaign.state.value,
        "mode": settings.mode.value,
        "target": settings.target,
        "moves": moves(campaign.state),
        "pacing": pacing(settings),
        "started_at": _seconds(campaign.started_at),
        "open": campaign.open,
        "talking": campaign.talking,
        "dialled": seen.dialled,
        "outcomes": dict(seen.ends),
        "successes": campaign.successes,
        "ledger": [
            {
                "policy": window.policy,
                "cap": window.cap,
                "live": window.live,
                "abandoned": window.abandoned,
                "false_machines": window.false_machines,
                "share": window.abandoned / window.live if window.live else 0.0,
            }
            for window in campaign.windows
        ],
        "now": decision(last) if last is not None else None,
    }


def moves(state: CampaignState) -> list[str]:
    """Say what people may do with a campaign in such a state."""
    return [t.value for (at, t) in MOVES if at is state and t not in _BY_RULE]


def watching(campaign: CampaignId, found: Watching) -> dict[str, Any]:
    """Tell a change that is watched, and the last one that was taken back."""
    watch, back = found.watched(campaign), found.returned.get(campaign)
    return {
        "watch": None
        if watch is None
        else {
            "by": watch.by,
            "since": _seconds(watch.since),
            "until": _seconds(watch.until),
            "former": dict(watch.former),
        },
        "returned": None
        if back is None
        else {"at": _seconds(back.at), "by": back.by, "why": back.why, "former": dict(back.former)},
    }


def pacing(settings: CampaignSettings) -> dict[str, Any]:
    """Give what says how much is dialled, by the words it is changed with."""
    limits = settings.limits
    return {
        name: plain(getattr(limits if hasattr(limits, name) else settings, name)) for name in PACING
    }


def lists(settings: CampaignSettings) -> dict[str, Any]:
    """Give what says who is dialled: of each list, by the words it is changed with."""
    return {
        str(share.list): {
            "on": share.on,
            "weight": share.weight,
            "filter": share.filter,
            "order": list(share.order),
        }
        for share in settings.lists
    }


def settings(campaign: CampaignOn) -> dict[str, Any]:
    """Give the settings as plain data, without what is only the law's business."""
    found = plain(campaign.settings)
    assert isinstance(found, dict)
    return found


def decision(told: Told) -> dict[str, Any]:
    """Give one decision."""
    return {
        "at": _seconds(told.at),
        "dial": told.decision.dial,
        "shed": list(told.decision.shed),
        "why": told.decision.why,
        "numbers": {name: round(value, 6) for name, value in told.decision.numbers.items()},
        "agents": told.agents,
        "idle": told.idle,
        "ringing": told.ringing,
        "waiting": told.waiting,
        "talking": told.talking,
        "buffered": told.buffered,
    }


def explained(campaign: CampaignOn, told: Told | None, now: int) -> dict[str, Any]:
    """Say why so many are dialled now, in codes and words."""
    reasons = why_so_many(campaign.settings, campaign.state, told, now, campaign.windows)
    return {
        "campaign": campaign.id,
        "state": campaign.state.value,
        "codes": [reason.code for reason in reasons],
        "words": [reason.words for reason in reasons],
        "decision": decision(told) if told is not None else None,
    }


def forecast(found: Forecast) -> dict[str, Any]:
    """Give a forecast; every measure as low, middle and high of its runs."""
    return {
        "minutes": found.minutes,
        "agents": found.agents,
        "runs": found.runs,
        "samples": found.samples,
        "cold": found.cold,
        "prior": found.prior,
        **{
            name: {"low": low, "middle": middle, "high": high}
            for name in _MEASURES
            for low, middle, high in (getattr(found, name),)
        },
    }


def _seconds(at: int | None) -> float | None:
    return at / 1_000_000 if at is not None else None


def share(found: Share) -> dict[str, float]:
    """A share with its interval."""
    return {
        "count": found.count,
        "of": found.of,
        "value": found.value,
        "low": found.low,
        "high": found.high,
    }


def lift(found: Lift | None) -> dict[str, Any] | None:
    """What calling achieved, beside people who were held out; None when nobody was."""
    if found is None:
        return None
    parts = {name: getattr(found, name) for name in ("value", "low", "high", "certain")}
    return {"called": share(found.called), "held_out": share(found.held_out), **parts}

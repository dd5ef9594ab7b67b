"""Campaigns as JSON. Times are seconds since 1970, durations seconds, shares from 0 to 1."""

from typing import Any, Protocol

from dialer.campaign_life import CampaignOn
from dialer.changes import plain
from dialer.explain import why_so_many
from dialer.messages import Told
from dialer.what_if import Forecast


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
        **{
            name: {"low": low, "middle": middle, "high": high}
            for name in ("utilisation", "abandonment", "idle_s", "dials_per_min", "connected")
            for low, middle, high in (getattr(found, name),)
        },
    }


def _seconds(at: int | None) -> float | None:
    return at / 1_000_000 if at is not None else None

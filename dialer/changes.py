"""Live changes of a campaign: what may be changed while it runs, checked whole, and what differs.

A change is a mapping of words to plain values, as people send it. A supervisor's change can only
ask for less than what is safe: the caps of the law stay, whatever the target.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from enum import Enum
from typing import Any

from dialer.campaign import ORDERS, CampaignSettings, Limits, ListShare, Mode
from dialer.filter_parser import parse
from dialer.ids import ListId
from dialer.lead_filter import FilterError

MOST_RATIO = 15.0


class ChangeError(ValueError):
    """A change that cannot be made; ``problems`` say what is wrong, by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {what}" for name, what in problems.items()))
        self.problems = dict(problems)


def changed(
    settings: CampaignSettings,
    wishes: Mapping[str, Any],
    *,
    cap: float,
    pacers: Mapping[str, object],
) -> CampaignSettings:
    """Make the settings that follow. Raises ChangeError with every problem; all or nothing.

    ``cap``: the lowest cap on abandonment that holds for the campaign; a `target` that is wished
    has to be under it.
    """
    problems: dict[str, str] = {}
    new = settings
    for name, value in wishes.items():
        act = _ACTS.get(name)
        if act is None:
            problems[name] = f"not to be changed live; what can be: {', '.join(_ACTS)}"
            continue
        try:
            new = act(new, value)
        except ValueError as problem:
            problems[name] = str(problem)
    # The target of the file may be over the cap of one state: the ledger keeps to that.
    for name in ("target", "target_early"):
        if not problems and name in wishes and getattr(new, name) >= cap:
            problems[name] = f"has to be under the cap of {cap:.1%}"
    if not problems and new.pacer not in pacers:
        problems["pacer"] = f"there is none of this name; there are {', '.join(pacers)}"
    if problems:
        raise ChangeError(problems)
    return new


def difference(
    before: CampaignSettings, after: CampaignSettings
) -> dict[str, tuple[object, object]]:
    """Say what differs, by field, as plain values."""
    return {
        each.name: (plain(old), plain(new))
        for each in fields(CampaignSettings)
        if (old := getattr(before, each.name)) != (new := getattr(after, each.name))
    }


def plain(value: Any) -> object:
    """Give a value of settings as plain data."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple | list):
        return [plain(inner) for inner in value]
    if hasattr(value, "__dataclass_fields__"):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    return value


def _number(value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"write a number from {low:g} to {high:g}")
    return float(value)


def _whole(value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"write a whole number from {low} to {high}")
    return value


def _mode(settings: CampaignSettings, value: Any) -> CampaignSettings:
    try:
        mode = Mode(value)
    except ValueError:
        raise ValueError(f"write one of {', '.join(m.value for m in Mode)}") from None
    if (mode is Mode.AGENTLESS) != (settings.mode is Mode.AGENTLESS):
        raise ValueError("a campaign with agents cannot become one without, nor the other way")
    return replace(settings, mode=mode)


def _limit(name: str, read: Callable[[Any], Any]) -> Callable[[CampaignSettings, Any], Any]:
    def act(settings: CampaignSettings, value: Any) -> CampaignSettings:
        limits: Limits = replace(settings.limits, **{name: read(value)})
        return replace(settings, limits=limits)

    return act


def _field(name: str, read: Callable[[Any], Any]) -> Callable[[CampaignSettings, Any], Any]:
    def act(settings: CampaignSettings, value: Any) -> CampaignSettings:
        return replace(settings, **{name: read(value)})

    return act


def _samples(settings: CampaignSettings, value: Any) -> CampaignSettings:
    if not settings.amd or not any(rule.machine for rule in settings.dispositions.values()):
        raise ValueError("takes amd, and a disposition with machine: true")
    return replace(settings, machine_samples=_number(value, 0.0, 1.0))


def _early(settings: CampaignSettings, value: Any) -> CampaignSettings:
    early = _number(value, 0.0, 0.1)
    if early and not settings.schedule.windows:
        raise ValueError(
            "takes hours in the campaign's schedule, for there to be an end of a shift"
        )
    return replace(settings, target_early=early)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("write a name")
    return value


def _lists(settings: CampaignSettings, value: Any) -> CampaignSettings:
    """Turn lists on and off, weigh, filter and order them anew; a list may be added."""
    if not isinstance(value, Mapping):
        raise ValueError("write a list's name, and what is to change of it")
    shares = {share.list: share for share in settings.lists}
    for name, wish in value.items():
        if not isinstance(wish, Mapping) or not isinstance(name, str) or not name:
            raise ValueError(f"{name}: write on, weight, filter, order")
        share = shares.get(ListId(name), ListShare(list=ListId(name)))
        shares[share.list] = _share(share, wish)
    return replace(settings, lists=tuple(shares.values()))


def _share(share: ListShare, wish: Mapping[str, Any]) -> ListShare:
    for name, value in wish.items():
        if name == "on" and isinstance(value, bool):
            share = replace(share, on=value)
        elif name == "weight":
            share = replace(share, weight=_whole(value, 1, 100_000))
        elif name == "filter" and isinstance(value, str):
            share = replace(share, filter=_filter(share, value))
        elif name == "order" and isinstance(value, list) and all(map(_is_order, value)):
            share = replace(share, order=tuple(value))
        else:
            raise ValueError(f"{share.list}: {name} cannot be {value!r}")
    return share


def _filter(share: ListShare, value: str) -> str:
    """Check a filter as far as that goes without the list's fields."""
    try:
        parse(value)
    except FilterError as error:
        raise ValueError(f"{share.list}: {error}") from None
    return value


def _is_order(value: object) -> bool:
    known = isinstance(value, str) and value.removeprefix("-").startswith("field:")
    return known or value in ORDERS


_ACTS: Mapping[str, Callable[[CampaignSettings, Any], CampaignSettings]] = {
    "mode": _mode,
    "pacer": _field("pacer", _text),
    "target": _field("target", lambda value: _number(value, 0.0, 0.1)),
    "target_early": _early,
    "keep_free": _field("keep_free", lambda value: _whole(value, 0, 1_000)),
    "predictive_from": _field("predictive_from", lambda value: _whole(value, 0, 1_000)),
    "inbound_weight": _field("inbound_weight", lambda value: _number(value, 0.0, 5.0)),
    "ratio": _field("ratio", lambda value: _number(value, 1.0, MOST_RATIO)),
    "weight": _field("weight", lambda value: _whole(value, 1, 100_000)),
    "lines": _limit("lines", lambda value: _whole(value, 0, 100_000)),
    "lines_per_agent": _limit("lines_per_agent", lambda value: _number(value, 0.1, 50.0)),
    "calls_per_s": _limit("calls_per_s", lambda value: _number(value, 0.0, 1_000.0)),
    "trunk_share": _limit("trunk_share", lambda value: _number(value, 0.01, 1.0)),
    "lists": _lists,
    "machine_samples": _samples,
}

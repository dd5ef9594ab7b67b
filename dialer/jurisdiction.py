"""Which policies hold for a call, and what they ask together.

A policy holds or does not by itself, whatever others there are; so a policy more can only forbid
more. What is not known of the called party's region is taken as if it were everywhere it may be.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dialer.calling_window import dated, known, local_time
from dialer.ids import PolicyId
from dialer.policy import Policy

_DAY_US = 86_400_000_000


def surely_in(region: str, area: str) -> bool:
    """Say whether a party known to be in `region` is in `area` (``US-FL`` is in ``US``)."""
    return area == "*" or (region != "" and (region == area or region.startswith(area + "-")))


def may_be_in(region: str, area: str) -> bool:
    """Say whether a party of whom `region` is known may be in `area`; unknown may be anywhere."""
    return region == "" or surely_in(region, area) or area.startswith(region + "-")


def holding(
    policies: Iterable[Policy], region: str, purpose: str, named: Sequence[PolicyId] = ()
) -> tuple[Policy, ...]:
    """Give the policies that hold for a call, of any date, in the order of their names.

    ``named``: those that a campaign names hold wherever it calls. Of a tuple of policies that is
    asked about again and again the answers are kept.
    """
    if not isinstance(policies, tuple):
        return _holding(policies, region, purpose, named)
    kept = _answers(policies)
    key = (region, purpose, tuple(named))
    if key not in kept:
        if len(kept) >= _MOST_ANSWERS:
            kept.clear()
        kept[key] = _holding(policies, region, purpose, named)
    return kept[key]


_MOST_BOOKS, _MOST_ANSWERS = 8, 4096
_Answers = dict[tuple[str, str, tuple[PolicyId, ...]], tuple[Policy, ...]]
_BOOKS: list[tuple[tuple[Policy, ...], _Answers]] = []
"""Of the policies asked about lately, by identity: comparing them would take as long as asking."""


def _answers(policies: tuple[Policy, ...]) -> _Answers:
    for book, answers in _BOOKS:
        if book is policies:
            return answers
    if len(_BOOKS) >= _MOST_BOOKS:
        del _BOOKS[0]
    _BOOKS.append((policies, {}))
    return _BOOKS[-1][1]


def _holding(
    policies: Iterable[Policy], region: str, purpose: str, named: Sequence[PolicyId]
) -> tuple[Policy, ...]:
    held = [
        policy
        for policy in policies
        if (not policy.purposes or purpose in policy.purposes)
        and (policy.policy in named or _reaches(policy, region))
    ]
    return tuple(sorted(held, key=lambda policy: (policy.policy, policy.effective_from)))


def _reaches(policy: Policy, region: str) -> bool:
    if not may_be_in(region, policy.region):
        return False
    return not any(region and surely_in(region, area) for area in policy.except_in)


def in_force(policies: Iterable[Policy], at: int, zones: Sequence[str]) -> tuple[Policy, ...]:
    """Give the policies in force at `at`, where it is that day already or still in any zone.

    Without a zone that exists: in force that day anywhere on earth.
    """
    if known(zones):
        days = {local_time(at, zone).date().isoformat() for zone in zones}
    else:
        near = (local_time(at + shift * _DAY_US, "UTC") for shift in (-1, 0, 1))
        days = {moment.date().isoformat() for moment in near}
    return tuple(policy for policy in policies if any(dated(policy, day) for day in days))


def versions(policies: Iterable[Policy], names: Sequence[str], at: int) -> tuple[Policy, ...]:
    """Give the policies of these names as they were in force at `at`, by the day in UTC.

    Of a name that nothing was in force of that day: the version that came into force last before.
    """
    day = local_time(at, "UTC").date().isoformat()
    found: dict[str, Policy] = {}
    for policy in sorted(policies, key=lambda policy: policy.effective_from):
        if policy.policy in names and (
            dated(policy, day) or policy.policy not in found or policy.effective_from <= day
        ):
            found[policy.policy] = policy
    return tuple(found[name] for name in sorted(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What policies together ask of a call beside the permission to make it.

    ``hold_us``: how long a person who answered may be without an agent: the shortest of all.
    ``cap``: the lowest share of abandoned calls, None when nobody caps it.
    """

    min_ring_us: int = 0
    hold_us: int = 2_000_000
    cap: float | None = None
    local_presence: bool = True
    message_must: tuple[str, ...] = ()
    opt_out_in_message: bool = False
    retention_years: int = 0


def terms(policies: Iterable[Policy]) -> Terms:
    """Compose policies that hold: the longest ring, the shortest hold, every word of messages."""
    policies = tuple(policies)
    rules = [policy.abandon for policy in policies if policy.abandon is not None]
    return Terms(
        min_ring_us=max((policy.min_ring_us for policy in policies), default=0),
        hold_us=min((rule.threshold_us for rule in rules), default=2_000_000),
        cap=min((rule.cap for rule in rules), default=None),
        local_presence=all(policy.local_presence for policy in policies),
        message_must=tuple(sorted({word for policy in policies for word in policy.message_must})),
        opt_out_in_message=any(policy.opt_out_in_message for policy in policies),
        retention_years=max((policy.retention_years for policy in policies), default=0),
    )

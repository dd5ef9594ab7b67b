"""What expressions in a flow can read."""

import re
from collections.abc import Callable, Iterator, Mapping

from contact_center.core.events import Customer
from contact_center.core.ivr.expressions import Scalar
from contact_center.core.ivr.session import IvrSession

CUSTOMER_DEFAULTS: dict[str, Scalar] = {"known": False, "name": "", "tier": "", "language": ""}

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")


class Names(Mapping[str, object]):
    """The names that expressions can read, by group; a group is put together when it is read.

    caller: ``number``, ``name``, ``language`` (remembered of an earlier call, or ""). call:
    ``did``, ``direction``, ``flow``, ``language``, ``tags``.
    customer: ``known``, ``name``, ``tier``, ``language`` and the customer's attributes; for a
    stranger `known` is false and the others are empty. vars: the flow's variables. queue: empty
    until a queue tells its own. sys: ``now`` (seconds since 1970 UTC), ``failures``, ``steps``.
    """

    __slots__ = ("_now", "_session")

    def __init__(self, session: IvrSession, now: int) -> None:
        self._session = session
        self._now = now

    def __getitem__(self, group: str) -> object:
        return _GROUPS[group](self._session, self._now)

    def get(self, group: str, default: object = None) -> object:
        """Give a group, or `default` for one that there is not."""
        made = _GROUPS.get(group)
        return default if made is None else made(self._session, self._now)

    def __iter__(self) -> Iterator[str]:
        return iter(_GROUPS)

    def __len__(self) -> int:
        return len(_GROUPS)

    def __contains__(self, group: object) -> bool:
        return group in _GROUPS


def names_of(session: IvrSession, now: int) -> Names:
    """Gather the names that expressions can read."""
    return Names(session, now)


def _call(session: IvrSession, now: int) -> dict[str, object]:
    return {
        "did": session.did,
        "direction": session.direction.value,
        "flow": session.flow,
        "language": session.language,
        "tags": session.tags,
    }


_GROUPS: Mapping[str, Callable[[IvrSession, int], object]] = {
    "caller": lambda s, now: {"number": s.ani, "name": s.ani_name, "language": s.remembered},
    "call": _call,
    "customer": lambda s, now: {**CUSTOMER_DEFAULTS, **s.customer},
    "vars": lambda s, now: s.variables,
    "queue": lambda s, now: {},
    "sys": lambda s, now: {"now": now // 1_000_000, "failures": s.failures, "steps": s.steps},
}


def customer_values(
    one: Customer | None, name: str = "", fields: tuple[tuple[str, str], ...] = ()
) -> tuple[tuple[str, Scalar], ...]:
    """List what a flow may read of its caller; None stands for a stranger.

    ``name``, ``fields``: what else is known, of somebody whom we dialled. Attributes and fields
    whose name cannot be written in an expression, or is taken, are left out.
    """
    known: tuple[tuple[str, Scalar], ...] = tuple({**CUSTOMER_DEFAULTS, "name": name}.items())
    if one is not None:
        called = (("name", one.name or name), ("tier", one.tier), ("language", one.language))
        known = (("known", True), *called)
    more = (
        (name, value)
        for name, value in (*fields, *(one.attributes if one is not None else ()))
        if _NAME.match(name) and name not in CUSTOMER_DEFAULTS
    )
    return (*known, *more)

"""What expressions in a flow can read."""

import re

from contact_center.core.events import Customer
from contact_center.core.ivr.expressions import Scalar
from contact_center.core.ivr.session import IvrSession

CUSTOMER_DEFAULTS: dict[str, Scalar] = {"known": False, "name": "", "tier": "", "language": ""}

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")


def names_of(session: IvrSession, now: int) -> dict[str, object]:
    """Gather the names: ``caller``, ``call``, ``customer``, ``vars``, ``queue`` and ``sys``.

    caller: ``number``, ``name``. call: ``did``, ``direction``, ``flow``, ``language``, ``tags``.
    customer: ``known``, ``name``, ``tier``, ``language`` and the customer's attributes; for a
    stranger `known` is false and the others are empty. vars: the flow's variables. queue: empty
    until a queue tells its own. sys: ``now`` (seconds since 1970 UTC), ``failures``, ``steps``.
    """
    return {
        "caller": {"number": session.ani, "name": session.ani_name},
        "call": {
            "did": session.did,
            "direction": session.direction.value,
            "flow": session.flow,
            "language": session.language,
            "tags": session.tags,
        },
        "customer": {**CUSTOMER_DEFAULTS, **session.customer},
        "vars": session.variables,
        "queue": {},
        "sys": {
            "now": now // 1_000_000,
            "failures": session.failures,
            "steps": session.steps,
        },
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

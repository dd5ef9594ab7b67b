"""What expressions in a flow can read."""

from contact_center.core.ivr.session import IvrSession

CUSTOMER_DEFAULTS = {"known": False, "name": "", "tier": "", "language": ""}


def names_of(session: IvrSession, now: int) -> dict[str, object]:
    """Gather the names: ``caller``, ``call``, ``customer``, ``vars``, ``queue`` and ``sys``.

    caller: ``number``, ``name``. call: ``did``, ``direction``, ``flow``, ``language``, ``tags``.
    customer: ``known``, ``name``, ``tier``, ``language`` and what else is known; for a stranger
    `known` is false and the others are empty. vars: the flow's variables. queue: empty until a
    queue tells its own. sys: ``now`` (seconds since 1970 UTC), ``failures``, ``steps``.
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

"""Lookups: asking a service while the caller waits, and going on by what came of it.

The caller may hear something meanwhile (the filler), from ``filler_after`` on and again that long
after its end. What they press is kept for the node that reads next. The answer has a deadline of
its own here, a little after the one that is asked for, in case nobody answers at all.
"""

from contact_center.core.ivr.assigning import put
from contact_center.core.ivr.expressions import Scalar
from contact_center.core.ivr.flow import Lookup
from contact_center.core.ivr.services import Service
from contact_center.core.ivr.session import Phase
from contact_center.core.ivr.walk import Walk
from contact_center.core.lookups import LookupAnswered, LookupOutcome, RunLookup

GRACE_US = 1_000_000


def enter_lookup(walk: Walk, node: Lookup) -> str | None:
    """Ask the service."""
    s = walk.session
    service = walk.bundle.services.get(node.service)
    if service is None:
        return walk.error()
    asked = _request(walk, node, service)
    walk.silence()
    s.phase = Phase.LOOKING
    s.lookup = walk.ids.lookup()
    s.lookup_due = walk.now + node.timeout_us + GRACE_US
    _ask(walk, node, asked)
    _wait(walk, node)
    return None


def answered(walk: Walk, event: LookupAnswered) -> str | None:
    """Go on by the outcome; what another lookup answers is dropped."""
    s, node = walk.session, walk.node
    if s.phase is not Phase.LOOKING or event.lookup != s.lookup or not isinstance(node, Lookup):
        return None
    names = {returned: variable for variable, returned in node.into}
    service = walk.bundle.services.get(node.service)
    if service is not None and event.outcome is not LookupOutcome.TIMEOUT:
        used = {sent.secret for sent in service.sent}
        s.secrets[:] = [secret for secret in s.secrets if secret not in used]
    if event.outcome is LookupOutcome.OK:
        for name, value in event.values:
            variable = names.get(name, name)
            if variable in walk.bundle.variables:
                put(s, walk.bundle.types, variable, value)
    return _leave(walk, node, event.outcome)


def time_passed(walk: Walk, node: Lookup) -> str | None:
    """Begin the filler, or give the service up."""
    s = walk.session
    if walk.now >= s.lookup_due:
        return _leave(walk, node, LookupOutcome.TIMEOUT)
    items = walk.speak(node.filler)
    if items and not s.hung_up_at:
        walk.play(items, interruptible=False)
        s.phase = Phase.LOOKING
    walk.arm(s.lookup_due - walk.now)
    return None


def filler_over(walk: Walk, node: Lookup) -> str | None:
    """The filler is over before the answer came: begin it again after a while."""
    walk.session.playback = walk.session.command = None
    _wait(walk, node)
    return None


def lost_sight(walk: Walk, node: Lookup) -> str | None:
    """Events of the switch were lost, the filler's end perhaps among them."""
    walk.stop_playback()
    _wait(walk, node)
    return None


def lost_answer(walk: Walk, node: Lookup) -> str | None:
    """The process that asked is gone: ask again if that does no harm."""
    s = walk.session
    service = walk.bundle.services.get(node.service)
    if service is None or not service.may_repeat:
        return _leave(walk, node, LookupOutcome.ERROR)
    s.lookup_due = walk.now + node.timeout_us + GRACE_US
    _ask(walk, node, _request(walk, node, service))
    walk.stop_playback()
    _wait(walk, node)
    return None


def _leave(walk: Walk, node: Lookup, outcome: LookupOutcome) -> str | None:
    s = walk.session
    s.lookup = None
    edges = {
        LookupOutcome.OK: node.ok,
        LookupOutcome.NOT_FOUND: node.not_found,
        LookupOutcome.TIMEOUT: node.timeout,
        LookupOutcome.ERROR: node.failed,
    }
    return walk.leave(outcome.value, edges[outcome])


_Asked = tuple[tuple[tuple[str, Scalar], ...], tuple[tuple[str, str], ...]]


def _request(walk: Walk, node: Lookup, service: Service) -> _Asked:
    """Compute what is sent. Raises ExpressionFailedError."""
    names = dict(walk.names())
    names["args"] = {name: expression.evaluate(names) for name, expression in node.args}
    args = tuple(
        (sent.key, sent.value.evaluate(names)) for sent in service.sent if sent.value is not None
    )
    return args, tuple((sent.key, sent.secret) for sent in service.sent if sent.secret)


def _ask(walk: Walk, node: Lookup, asked: _Asked) -> None:
    lookup = walk.session.lookup
    assert lookup is not None
    walk.outputs.append(
        RunLookup(
            cmd=walk.ids.command(),
            call=walk.ids.call,
            lookup=lookup,
            flow=walk.bundle.flow,
            version=walk.bundle.version,
            service=node.service,
            args=asked[0],
            secrets=asked[1],
            timeout_us=node.timeout_us,
        )
    )


def _wait(walk: Walk, node: Lookup) -> None:
    """Wait for the filler's time, or for the deadline if that comes first."""
    rest = walk.session.lookup_due - walk.now
    walk.arm(min(node.filler_after_us, rest) if node.filler else rest)

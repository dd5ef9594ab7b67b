"""Nodes that nobody hears: deciding, noting, calling other flows and coming back."""

import hashlib

from contact_center.core.hours import Opening
from contact_center.core.ivr.assigning import assign, put
from contact_center.core.ivr.expressions import ExpressionFailedError, Scalar
from contact_center.core.ivr.flow import (
    Branch,
    Call,
    Hours,
    Return,
    Route,
    Set,
    Split,
    Switch,
    Tag,
)
from contact_center.core.ivr.frames import DEPTH, go_into
from contact_center.core.ivr.speech import is_true
from contact_center.core.ivr.values import fit
from contact_center.core.ivr.walk import Walk

BUCKETS = 10_000


def enter_branch(walk: Walk, node: Branch) -> str | None:
    """Take the first true case."""
    names = walk.names()
    for number, case in enumerate(node.cases, 1):
        if is_true(case.when, names):
            return walk.leave(f"case#{number}", case.edge)
    return walk.leave("else", node.otherwise)


def enter_switch(walk: Walk, node: Switch) -> str | None:
    """Take the edge of the value that there is."""
    found = as_text(node.on.evaluate(walk.names()))
    for number, (value, edge) in enumerate(node.values, 1):
        if value == found:
            return walk.leave(f"value#{number}", edge)
    return walk.leave("else", node.otherwise)


def as_text(value: Scalar) -> str:
    """Write a value as it is written in a flow: ``true``, ``12``, ``gold``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def enter_set(walk: Walk, node: Set) -> str | None:
    """Assign."""
    assign(walk.session, walk.bundle.types, node.assign, walk.names)
    return walk.leave("next", node.next)


def enter_hours(walk: Walk, node: Hours) -> str | None:
    """Ask the calendar, unless the center is in an emergency that the node has an edge for."""
    if node.emergency is not None and walk.is_emergency(walk.bundle):
        return walk.leave("emergency", node.emergency)
    opening = node.calendar.at(walk.now)
    if opening is Opening.OPEN:
        return walk.leave("open", node.open)
    if opening is Opening.HOLIDAY:
        return walk.leave("holiday", node.holiday)
    return walk.leave("closed", node.closed)


def enter_tag(walk: Walk, node: Tag) -> str | None:
    """Note; the milestone and the outcome are in the report that the node was left."""
    if node.outcome:
        walk.session.outcome = node.outcome
    return walk.leave("next", node.next)


def enter_route(walk: Walk, node: Route) -> str | None:
    """Note what a queue node to come asks for."""
    wish = walk.session.wish
    if node.priority is not None:
        put(walk.session, {}, "route.priority", node.priority.evaluate(walk.names()))
    if node.queue is not None:
        wish.queue = node.queue
    if node.boost_us:
        wish.boost_us = node.boost_us
    if node.require:
        wish.require = node.require
    if node.reason:
        wish.reason = node.reason
    wish.skills.update(node.skills)
    for name, expression in node.attributes:
        wish.attributes[name] = as_text(expression.evaluate(walk.names()))[:200]
    return walk.leave("next", node.next)


def enter_split(walk: Walk, node: Split) -> str | None:
    """Take the arm that the caller, or the call, falls to."""
    call = walk.ids.call
    subject = walk.session.ani or call if node.by_caller else call
    bucket = bucket_of(walk.bundle.flow, node.name, node.salt, subject)
    total, upper = sum(arm.weight for arm in node.arms), 0
    for arm in node.arms:
        upper += arm.weight
        if bucket * total < upper * BUCKETS:
            return walk.leave(f"arm:{arm.name}", arm.edge)
    return walk.error()


def bucket_of(flow: str, node: str, salt: str, subject: str) -> int:
    """Deal a subject into one of the buckets, the same for ever."""
    text = "|".join((flow, node, salt, subject))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % BUCKETS


def enter_call(walk: Walk, node: Call) -> str | None:
    """Go into another flow."""
    s, called = walk.session, walk.root.subflows.get(node.flow)
    if called is None or len(s.frames) >= DEPTH:
        return walk.error()
    names = walk.names()
    arguments: dict[str, Scalar] = {}
    for name, expression in node.args:
        value, wanted = expression.evaluate(names), called.types.get(name)
        arguments[name] = value if wanted is None else fit(value, wanted)
    walk.silence()
    go_into(s, called, arguments)
    walk.bundle = called
    return called.entry


def enter_return(walk: Walk, node: Return) -> str | None:
    """Go back to the flow that called; where none did, the call is over."""
    s, names = walk.session, walk.names()
    declared = walk.bundle.returns.get(node.outcome, {})
    values: dict[str, Scalar] = {}
    for name, expression in node.values:
        value, wanted = expression.evaluate(names), declared.get(name)
        values[name] = value if wanted is None else fit(value, wanted)
    if not s.frames:
        walk.note(node.outcome)
        s.node = ""
        return walk.finish("returned")
    walk.note(node.outcome)
    walk.come_back()
    call = walk.node
    edge = call.returns.get(node.outcome) if isinstance(call, Call) else None
    if edge is None or not isinstance(call, Call):
        return walk.error()
    for variable, name in call.into:
        if name in values:
            try:
                put(s, walk.bundle.types, variable, values[name])
            except ExpressionFailedError:
                return walk.error()
    return walk.leave(node.outcome, edge)

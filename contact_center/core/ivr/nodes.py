"""What each kind of node does when a caller comes into it, and when its prompt is over.

`go_on` is the loop of a step: it follows the walk from node to node until the caller is to be
waited for. An expression that fails anywhere on the way surfaces there and takes the node's error
edge.
"""

from collections.abc import Callable
from typing import Any

from contact_center.core.ids import QueueId
from contact_center.core.ivr import asking, choosing, silent
from contact_center.core.ivr.assigning import put
from contact_center.core.ivr.booking import span_of, written
from contact_center.core.ivr.expressions import ExpressionFailedError
from contact_center.core.ivr.flow import (
    AnyNode,
    Branch,
    Call,
    Callback,
    Collect,
    HangUp,
    Hours,
    Lookup,
    Menu,
    Play,
    Queue,
    Record,
    Return,
    Route,
    Set,
    Split,
    Survey,
    Switch,
    Tag,
    Transfer,
    Voicemail,
)
from contact_center.core.ivr.looking import enter_lookup
from contact_center.core.ivr.session import CallbackExit, QueueExit, TransferExit
from contact_center.core.ivr.speech import is_true, speak
from contact_center.core.ivr.tapes import enter_record
from contact_center.core.ivr.walk import Walk

SILENT = Branch | Switch | Set | Hours | Lookup | Route | Split | Tag | Call | Return
"""Nodes that say nothing by themselves, and ask the caller nothing."""


def go_on(walk: Walk, target: str | None) -> None:
    """Enter one node after the other until the caller is to be waited for."""
    while target is not None:
        try:
            target = enter(walk, target)
        except ExpressionFailedError:
            target = walk.error()


def enter(walk: Walk, name: str) -> str | None:
    """Come into the node `name`."""
    if not walk.arrive(name):
        return walk.limit()
    node, s = walk.node, walk.session
    if node is None or (s.hung_up_at and not isinstance(node, SILENT)):
        return walk.error() if node is None else _end_unheard(walk)
    if walk.emergencies and (edge := walk.emergency()) is not None:
        return walk.leave("emergency", edge)
    if node.when is not None and not is_true(node.when, walk.names()):
        return walk.error() if node.skip is None else walk.leave("skipped", node.skip)
    if node.tags:
        walk.tag(*node.tags)
    if node.say_first and isinstance(node, SILENT | Callback | Record) and not s.hung_up_at:
        return _open(walk, node)
    return _ENTER[type(node)](walk, node)


def _open(walk: Walk, node: AnyNode) -> str | None:
    """Say what comes before the work of a node that says nothing itself."""
    items = () if walk.session.buffer else walk.speak(node.say_first)
    if not items:
        return _ENTER[type(node)](walk, node)
    walk.session.opening = True
    walk.play(items, interruptible=True)
    return None


def _end_unheard(walk: Walk) -> str | None:
    """Whoever hung up hears nothing: what is left is over."""
    walk.note("ended")
    walk.session.node = ""
    return walk.finish("")


def after_prompt(walk: Walk) -> str | None:
    """The prompt is over: go on with what it led up to."""
    node, s = walk.node, walk.session
    if s.opening and node is not None:
        s.opening = False
        return _ENTER[type(node)](walk, node)
    if isinstance(node, Play):
        return walk.leave("next", node.next)
    if isinstance(node, asking.ASKING):
        if s.leaving:
            return asking.leave_failed(walk, node)
        asking.await_keys(walk, node)
        return None
    menu = choosing.menu_of(walk)
    if menu is not None:
        choosing.await_key(walk, menu)
        return None
    if isinstance(node, Voicemail):
        walk.record(node)
    elif isinstance(node, Queue):
        _queue(walk, node)
    elif isinstance(node, Transfer):
        walk.depart(_outside(walk, node))
    else:
        _end(walk)
    return None


def _outside(walk: Walk, node: Transfer) -> TransferExit:
    """Say where the caller goes, and what is asked there: in the flow's language, not theirs."""
    ask = speak(node.ask, walk.bundle.language, (), walk.names)
    return TransferExit(
        to=node.to,
        timeout_us=node.timeout_us,
        caller_id=node.caller_id,
        ask=ask,
        accept=node.accept,
    )


def prompt_again(walk: Walk) -> str | None:
    """Say what the caller should hear now once more."""
    node = walk.node
    if node is None:
        walk.silence()
        return walk.bid_farewell()
    if walk.session.opening:
        walk.silence()
        return _open(walk, node)
    menu = choosing.menu_of(walk)
    if menu is not None:
        return choosing.ask_again(walk, menu)
    if isinstance(node, Menu | Collect):
        if walk.session.leaving:
            return asking.leave_failed(walk, node)
        asking.ask_again(walk, node)
        return None
    if isinstance(node, Play | Voicemail | Queue | Transfer | HangUp):
        walk.silence()
        return _say(walk, node, interruptible=_may_interrupt(node))
    return walk.error()


def _may_interrupt(node: AnyNode) -> bool:
    return isinstance(node, Voicemail) or (isinstance(node, Play) and node.barge_in)


def _say(
    walk: Walk, node: Play | Voicemail | Queue | Transfer | HangUp, *, interruptible: bool
) -> str | None:
    items = walk.speak(node.say_first + node.say)
    if not items:
        return after_prompt(walk)
    walk.play(items, interruptible=interruptible)
    return None


def _enter_play(walk: Walk, node: Play) -> str | None:
    if not node.barge_in:
        walk.session.buffer.clear()
    elif walk.session.buffer:  # a key typed ahead ends it as a key pressed meanwhile would
        return walk.leave("next", node.next)
    return _say(walk, node, interruptible=node.barge_in)


def _enter_speaking(walk: Walk, node: Voicemail | Queue | Transfer | HangUp) -> str | None:
    return _say(walk, node, interruptible=_may_interrupt(node))


def _queue(walk: Walk, node: Queue) -> None:
    wish = walk.session.wish
    if not (node.queue or wish.queue):
        raise ExpressionFailedError("no queue was chosen")
    walk.depart(
        QueueExit(
            queue=node.queue or QueueId(wish.queue),
            priority=wish.priority if node.priority is None else node.priority,
            skills=tuple(sorted((node.skills or wish.skills).items())),
            max_wait_us=node.max_wait_us,
            reason=node.reason or wish.reason,
            boost_us=node.boost_us or wish.boost_us,
            require=node.require or wish.require,
            steps=node.steps,
            prefer=node.prefer,
            prefer_us=node.prefer_us,
        )
    )


def _enter_callback(walk: Walk, node: Callback) -> str | None:
    number, span = walk.session.ani, None
    if node.number is not None:
        number = str(node.number.evaluate(walk.names()) or "")
    if node.at is not None:
        span = span_of(walk, node.at)
        if span is None:
            away = node.unavailable
            return walk.error() if away is None else walk.leave("unavailable", away)
        if node.at.into:
            told = written(span[0], node.at.calendar.zone)
            put(walk.session, walk.bundle.types, node.at.into, told)
    walk.depart(
        CallbackExit(
            queue=node.queue,
            number=number,
            priority=node.priority,
            boost_us=node.boost_us,
            require=node.require,
            span=span,
        )
    )
    return None


def _end(walk: Walk) -> None:
    s, node = walk.session, walk.node
    reason = node.reason if isinstance(node, HangUp) else s.ending
    walk.note("ended")
    walk.come_back_from_all("ended")
    s.node = ""
    walk.finish(reason)


_ENTER: dict[type[AnyNode], Callable[[Walk, Any], str | None]] = {
    Play: _enter_play,
    Menu: asking.enter_waiting,
    Collect: asking.enter_waiting,
    Branch: silent.enter_branch,
    Switch: silent.enter_switch,
    Set: silent.enter_set,
    Hours: silent.enter_hours,
    Route: silent.enter_route,
    Split: silent.enter_split,
    Tag: silent.enter_tag,
    Call: silent.enter_call,
    Return: silent.enter_return,
    Lookup: enter_lookup,
    Queue: _enter_speaking,
    Callback: _enter_callback,
    Voicemail: _enter_speaking,
    Survey: choosing.enter_survey,
    Record: enter_record,
    Transfer: _enter_speaking,
    HangUp: _enter_speaking,
}

"""Menus and collections of digits: asking, reading keys, failing, asking again.

Every key goes through the session's own buffer, so that callers who know the way may type ahead.
A failure empties it: a wrong key must not be read as an answer to the next question.
"""

import re

from contact_center.core.ivr.expressions import ExpressionFailedError
from contact_center.core.ivr.flow import Collect, Edge, Failure, Menu, Prompt
from contact_center.core.ivr.keys import KEYS, Reading, read_key, read_silence
from contact_center.core.ivr.session import KeyStroke, Phase
from contact_center.core.ivr.walk import Walk

BUFFERED_KEYS = 32
HISTORY = 20
NO_INPUT = "no_input"
NO_MATCH = "no_match"


def type_ahead(walk: Walk, key: str) -> None:
    """Keep a key for whoever reads next; what is no key, or one too many, is dropped."""
    buffer = walk.session.buffer
    if key in KEYS and len(buffer) < BUFFERED_KEYS:
        buffer.append(KeyStroke(key=key, at=walk.now))


def enter_waiting(walk: Walk, node: Menu | Collect) -> str | None:
    """Begin to ask; a caller who typed ahead is not asked but read at once."""
    s = walk.session
    if not s.history or s.history[-1] != node.name:
        s.history.append(node.name)
        del s.history[:-HISTORY]
    if not (node.barge_in and node.type_ahead):
        s.buffer.clear()
    s.digits = ""
    if s.buffer:
        s.phase = Phase.KEYS
        return read(walk, node)
    ask(walk, node, node.say)
    return None


def ask(walk: Walk, node: Menu | Collect, say: Prompt) -> None:
    """Say something and expect keys; those of a stubborn prompt only count after it."""
    items = walk.speak(say)
    walk.silence()
    walk.session.digits = ""
    if not items:
        await_keys(walk, node)
    elif node.barge_in:
        walk.listen(node)
        walk.play(items, interruptible=True)
    else:
        walk.play(items, interruptible=False)
        walk.listen(node)


def await_keys(walk: Walk, node: Menu | Collect) -> None:
    """Wait for the first key, or for the next one."""
    s = walk.session
    s.phase = Phase.KEYS
    if s.listen is None:
        walk.listen(node)
    between = s.digits and node.inter_digit_us
    walk.arm(node.inter_digit_us if between else node.first_timeout_us)


def read(walk: Walk, node: Menu | Collect, *, last: bool = False) -> str | None:
    """Read the buffer key by key until it is empty or the node is answered.

    `last`: the caller's time is over already, so what is typed then has to do.
    """
    s = walk.session
    while s.buffer:
        stroke = s.buffer.pop(0)
        reading, typed = read_key(node, walk.bundle.global_keys, s.digits, stroke.key)
        if reading in (Reading.MORE, Reading.CLEARED):
            s.digits = typed
            continue
        if reading is Reading.TAKE_AND_HAND_BACK:
            s.buffer.insert(0, stroke)
        return _answer(walk, node, reading, typed)
    if last and s.digits:
        return read_nothing_more(walk, node)
    await_keys(walk, node)
    return None


def read_nothing_more(walk: Walk, node: Menu | Collect) -> str | None:
    """The caller's time is over: take what is typed if it will do."""
    digits = walk.session.digits
    if not digits:
        return fail(walk, node, NO_INPUT)
    return _answer(walk, node, read_silence(node, digits), digits)


def _answer(walk: Walk, node: Menu | Collect, reading: Reading, typed: str) -> str | None:
    if reading is Reading.GLOBAL:
        edge = walk.bundle.global_keys[typed]
        return walk.leave(f"global:{edge.goto}", edge)
    if reading is Reading.NO_MATCH:
        return fail(walk, node, NO_MATCH)
    if isinstance(node, Menu):
        # Named by where it leads, not by its key: what callers press stays out of every report.
        edge = node.keys[typed]
        return walk.leave(f"choice:{edge.goto}", edge)
    if reading is Reading.EMPTY:
        if not node.empty_is_accepted:
            return fail(walk, node, NO_INPUT)
    elif not _passes(node, typed):
        return fail(walk, node, NO_MATCH)
    walk.session.variables[node.into] = typed
    return walk.leave("next", node.next)


def _passes(node: Collect, typed: str) -> bool:
    try:
        return not node.regex or re.fullmatch(node.regex, typed) is not None
    except re.error as problem:
        raise ExpressionFailedError(f"check of {node.name}: {problem}") from problem


def fail(walk: Walk, node: Menu | Collect, kind: str) -> str | None:
    """Count a failure and do what the escalation list says for the n-th one."""
    s = walk.session
    s.buffer.clear()
    s.digits = ""
    s.failures += 1
    if kind == NO_INPUT:
        s.no_inputs += 1
    else:
        s.no_matches += 1
    if 0 < walk.bundle.max_failures <= s.failures and not s.limit_hit:
        return walk.limit()
    items, count = _escalation(walk, node, kind)
    if 0 < node.max_failures <= s.no_inputs + s.no_matches:
        return _leave_by_last(walk, items)
    if count > len(items):
        return walk.error()
    failure = items[count - 1]
    if failure.edge is None:
        ask(walk, node, failure.say + node.say)
        return None
    said = walk.speak(failure.say)
    if not said:
        return walk.leave(f"{kind}#{count}", failure.edge)
    walk.silence()
    s.leaving = kind
    walk.play(said, interruptible=node.barge_in)
    return None


def leave_failed(walk: Walk, node: Menu | Collect) -> str | None:
    """The last words to a caller who failed are said: take the edge they belong to."""
    items, count = _escalation(walk, node, walk.session.leaving)
    edge = items[count - 1].edge if 0 < count <= len(items) else None
    return walk.error() if edge is None else walk.leave(f"{walk.session.leaving}#{count}", edge)


def _escalation(walk: Walk, node: Menu | Collect, kind: str) -> tuple[tuple[Failure, ...], int]:
    s = walk.session
    if kind == NO_INPUT:
        return node.on_no_input, s.no_inputs
    return node.on_no_match, s.no_matches


def _leave_by_last(walk: Walk, items: tuple[Failure, ...]) -> str | None:
    edge: Edge | None = items[-1].edge if items else None
    return walk.error() if edge is None else walk.leave("max_failures", edge)

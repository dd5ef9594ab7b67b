"""Menus and collections of digits: asking, reading keys, failing, asking again.

Every key goes through the session's own buffer, so that callers who know the way may type ahead.
A failure empties it: a wrong key must not be read as an answer to the next question.
"""

from collections.abc import Mapping

from contact_center.core.caller_facts import LanguageChosen
from contact_center.core.ivr import taping
from contact_center.core.ivr.assigning import put
from contact_center.core.ivr.flow import Collect, Edge, Failure, Menu, Prompt
from contact_center.core.ivr.keys import (
    CLEARED,
    GLOBAL,
    HAND_BACK,
    KEYS,
    MORE,
    WRONG,
    Reading,
    read_key,
    read_silence,
)
from contact_center.core.ivr.secrecy import is_sensitive, is_stand_in
from contact_center.core.ivr.session import AT_KEYS, NO_DOUBT, KeyStroke, Phase
from contact_center.core.ivr.speech import is_true
from contact_center.core.ivr.utterances import YES_KEY, doubt_menu
from contact_center.core.ivr.walk import Walk
from contact_center.core.lookups import KeepSecret

ASKING = (Menu, Collect)
"""Nodes that ask, and read keys."""
BUFFERED_KEYS = 32
HISTORY = 20
MAX_REFUSALS = 3
"""How often a caller may say that what was read back is wrong, before the node is left."""
CHECKING_US = 5_000_000
NO_INPUT = "no_input"
NO_MATCH = "no_match"


def type_ahead(walk: Walk, key: str) -> None:
    """Keep a key for whoever reads next; what is no key, or one too many, is dropped."""
    buffer = walk.session.buffer
    if (key in KEYS or is_stand_in(key)) and len(buffer) < BUFFERED_KEYS:
        buffer.append(KeyStroke(key=key, at=walk.now))


def enter_waiting(walk: Walk, node: Menu | Collect) -> str | None:
    """Begin to ask; a caller who typed ahead is not asked but read at once."""
    s = walk.session
    if isinstance(node, Menu) and node.remembers and (key := _recalled(walk, node)):
        return walk.leave(node.outcomes[key], node.keys[key])
    s.main = s.main or node.name
    if is_sensitive(node) and taping.runs(s):
        taping.hold(walk)
        return None
    if not is_sensitive(node) and (not s.history or s.history[-1] != node.name):
        s.history.append(node.name)
        del s.history[:-HISTORY]
    forget_ahead(walk, node)
    s.digits = ""
    if s.buffer:
        s.phase = AT_KEYS
        s.typed_ahead = True
        return read(walk, node)
    ask(walk, node, node.say_first + node.say if node.say_first else node.say)
    return None


def _recalled(walk: Walk, menu: Menu) -> str:
    """Give the key of the language chosen in an earlier call; whoever comes back is asked."""
    s = walk.session
    if s.recalled or not s.remembered:
        return ""
    s.recalled = True
    return next((key for key, one in menu.outcomes.items() if one == s.remembered), "")


def forget_ahead(walk: Walk, node: Menu | Collect) -> None:
    """Drop what was typed ahead of `node` and is no answer to it."""
    s = walk.session
    if not (node.barge_in and node.type_ahead):
        s.buffer.clear()
    # What was meant for a secret answers no other question.
    if s.buffer:
        s.buffer[:] = [stroke for stroke in s.buffer if not is_stand_in(stroke.key)]


def asked_now(walk: Walk, node: Menu | Collect) -> Menu | Collect:
    """Give what is asked now: the node itself, or whether what was typed or said is right."""
    s = walk.session
    if s.confirming and isinstance(node, Collect) and node.confirm is not None:
        return node.confirm
    if s.doubted != NO_DOUBT and isinstance(node, Menu):
        return doubt_menu(node, walk.language, s.doubted[1])
    return node


def ask_again(walk: Walk, node: Menu | Collect) -> None:
    """Ask what is asked now once more."""
    ask(walk, node, asked_now(walk, node).say)


def ask(walk: Walk, node: Menu | Collect, say: Prompt) -> None:
    """Say something and expect keys; those of a stubborn prompt only count after it."""
    items = walk.speak(say)
    walk.silence()
    walk.session.digits = ""
    asked = asked_now(walk, node)
    if not items:
        await_keys(walk, node)
    elif node.barge_in:
        walk.listen(asked)
        walk.play(items, interruptible=True)
    else:
        walk.play(items, interruptible=False)
        walk.listen(asked)


def await_keys(walk: Walk, node: Menu | Collect) -> None:
    """Wait for the first key, or for the next one."""
    _await_keys_of(walk, asked_now(walk, node))


def _await_keys_of(walk: Walk, asked: Menu | Collect) -> None:
    s = walk.session
    s.phase = AT_KEYS
    if s.listen is None:
        walk.listen(asked)
    between = s.digits and asked.inter_digit_us
    walk.arm(asked.inter_digit_us if between else s.patience_us or asked.first_timeout_us)


def read_pressed(walk: Walk, node: Menu | Collect, key: str) -> str | None:
    """Read a key that was just pressed, behind those that wait to be read, if any do."""
    s = walk.session
    if s.buffer or s.doubted != NO_DOUBT or key not in KEYS:
        type_ahead(walk, key)
        return read(walk, node)
    asked = asked_now(walk, node)
    reading, typed = read_key(asked, global_keys(walk), s.digits, key)
    if reading is MORE or reading is CLEARED:
        s.digits = typed
        _await_keys_of(walk, asked)
        return None
    if reading is HAND_BACK:
        type_ahead(walk, key)
    return _answer(walk, node, reading, typed)


def read(walk: Walk, node: Menu | Collect, *, last: bool = False) -> str | None:
    """Read the buffer key by key until it is empty or the node is answered.

    `last`: the caller's time is over already, so what is typed then has to do.
    """
    s, asked = walk.session, asked_now(walk, node)
    while s.buffer:
        stroke = s.buffer.pop(0)
        if is_stand_in(stroke.key) and not (is_sensitive(asked) or s.digits):
            continue
        if s.doubted != NO_DOUBT and isinstance(asked, Menu) and stroke.key not in asked.keys:
            # Neither yes nor no: a key of the menu itself is clearer than any word.
            s.doubted, asked = NO_DOUBT, node
        reading, typed = read_key(asked, global_keys(walk), s.digits, stroke.key)
        if reading in (MORE, CLEARED):
            s.digits = typed
            continue
        if reading is HAND_BACK:
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
    return _answer(walk, node, read_silence(asked_now(walk, node), digits), digits)


def global_keys(walk: Walk) -> Mapping[str, Edge]:
    """Give the keys that work everywhere here: the flow's own, then those of its callers."""
    if not walk.session.frames:
        return walk.bundle.global_keys
    keys: dict[str, Edge] = {}
    for bundle in walk.bundles():
        keys.update(bundle.global_keys)
    return keys


def _take_global(walk: Walk, key: str) -> str | None:
    """Leave by a global key, and the flow with it when the key is that of a calling one."""
    bundles = walk.bundles()
    depth = max(depth for depth, one in enumerate(bundles) if key in one.global_keys)
    edge = bundles[depth].global_keys[key]
    label = f"global:{edge.goto}"
    if edge.goto not in ("back", "repeat"):  # these never lead out of a flow that was called
        walk.unwind(label, depth)
    return walk.leave(label, edge)


def _answer(walk: Walk, node: Menu | Collect, reading: Reading, typed: str) -> str | None:
    if reading is GLOBAL:
        return _take_global(walk, typed)
    if reading is WRONG:
        return fail(walk, node, NO_MATCH)
    if isinstance(node, Menu):
        return choose(walk, node, typed)
    if walk.session.confirming:
        return _confirmed(walk, node, typed)
    if reading is Reading.EMPTY:
        if not node.empty_is_accepted:
            return fail(walk, node, NO_INPUT)
    elif node.sensitive:
        return _keep(walk, node, typed)
    elif not _passes(walk, node, typed):
        return fail(walk, node, NO_MATCH)
    put(walk.session, walk.bundle.types, node.into, typed)
    if node.confirm is not None and typed:
        return _read_back(walk, node, node.confirm)
    return walk.leave("next", node.next)


def _keep(walk: Walk, node: Collect, typed: str) -> str | None:
    """Have what was typed put aside and looked at, where it is known what it is."""
    s = walk.session
    walk.silence()
    s.digits = ""
    s.buffer.clear()
    s.phase = Phase.CHECKING
    s.checking = node.into
    walk.outputs.append(
        KeepSecret(
            cmd=walk.ids.command(),
            call=walk.ids.call,
            secret=node.into,
            keys=typed,
            regex=node.check.regex,
            luhn=node.check.luhn,
        )
    )
    walk.arm(CHECKING_US)
    return None


def choose(walk: Walk, menu: Menu, key: str, *, spoken: bool = False) -> str | None:
    """Take the option of a key, pressed or said, or what was doubted to be one."""
    s = walk.session
    if s.doubted != NO_DOUBT:
        meant, s.doubted = s.doubted[0], NO_DOUBT
        if key != YES_KEY:
            return _refused(walk, menu)
        key, spoken = meant, True
    edge = menu.keys.get(key)
    if edge is None:  # it was doubted in another version of the flow
        return fail(walk, menu, NO_MATCH)
    s.spoken = spoken
    if menu.remembers and (language := menu.outcomes.get(key)):
        walk.outputs.append(
            LanguageChosen(at=walk.now, call=walk.ids.call, seq=walk.ids.fact(), language=language)
        )
    # Named by where it leads, not by its key: what callers press stays out of every report.
    return walk.leave(menu.outcomes.get(key) or f"choice:{edge.goto}", edge)


def said(walk: Walk, node: Menu | Collect, key: str) -> str | None:
    """Take a word for the key that it stands for."""
    if isinstance(node, Menu):
        return choose(walk, node, key, spoken=True)
    return _confirmed(walk, node, key)


def doubt(walk: Walk, menu: Menu, key: str, phrase: str) -> None:
    """Ask whether the caller said `phrase`, which is hardly certain."""
    s = walk.session
    s.doubted = key, phrase
    s.digits, s.patience_us = "", 0
    s.buffer.clear()
    ask_again(walk, menu)


def _refused(walk: Walk, node: Menu | Collect) -> str | None:
    """What was understood is wrong, says the caller: ask again, though not for ever."""
    s = walk.session
    s.refusals += 1
    if s.refusals >= MAX_REFUSALS:
        return _leave_by_last(walk, node.on_no_match)
    ask(walk, node, node.short or node.say)
    return None


def _passes(walk: Walk, node: Collect, typed: str) -> bool:
    check = node.check
    if not check.holds(typed):
        return False
    if check.cel is None:
        return True
    names = dict(walk.names())
    names["vars"] = {**walk.session.variables, node.into: typed}
    return is_true(check.cel, names)


def _read_back(walk: Walk, node: Collect, confirm: Menu) -> str | None:
    """Ask whether what was typed is right."""
    s = walk.session
    s.confirming = True
    s.digits = ""
    s.patience_us = 0
    s.buffer.clear()  # nobody confirms what they have not heard
    ask(walk, node, confirm.say)
    return None


def _confirmed(walk: Walk, node: Collect, typed: str) -> str | None:
    """Go on with what was typed, or let the caller type it again."""
    s = walk.session
    assert node.confirm is not None
    if node.confirm.outcomes.get(typed) == "yes":
        return walk.leave("next", node.next)
    s.confirming = False
    return _refused(walk, node)


def fail(walk: Walk, node: Menu | Collect, kind: str) -> str | None:
    """Count a failure and do what the escalation list says for the n-th one."""
    s = walk.session
    s.buffer.clear()
    s.digits, s.doubted = "", NO_DOUBT
    s.failures += 1
    if kind == NO_INPUT:
        s.no_inputs += 1
    else:
        s.no_matches += 1
    if 0 < walk.root.max_failures <= s.failures and not s.limit_hit:
        return walk.limit()
    items, count = _escalation(walk, node, kind)
    if 0 < node.max_failures <= s.no_inputs + s.no_matches:
        return _leave_by_last(walk, items)
    if count > len(items):
        return walk.error()
    failure = items[count - 1]
    if failure.edge is None:
        s.patience_us = failure.first_timeout_us or 0
        asked = asked_now(walk, node)
        ask(walk, node, failure.say + (asked.short or asked.say))
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

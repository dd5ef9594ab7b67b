"""What a key means to a menu or a collection of digits: the rules alone, nothing remembered.

A menu is walked like a tree of keys. With the options 1 and 12, a 1 may be the whole answer or the
beginning of a longer one: the caller is given ``inter_digit`` to go on. A key that no option goes
on with ends the walk: what was typed before is taken if it is an option, and the key is handed back
for the next node to read.
"""

from collections.abc import Mapping
from enum import Enum

from contact_center.core.ivr.flow import Collect, Edge, Menu
from contact_center.core.ivr.secrecy import is_stand_in

KEYS = frozenset("0123456789*#ABCD")
DIGITS = frozenset("0123456789")
MENU_TERMINATOR = "#"


class Reading(Enum):
    """What follows from a key."""

    MORE = "more"
    TAKE = "take"
    TAKE_AND_HAND_BACK = "take_and_hand_back"
    GLOBAL = "global"
    CLEARED = "cleared"
    EMPTY = "empty"
    NO_MATCH = "no_match"


# Python 3.11 takes longer to find a member than to read a key.
MORE, TAKE, CLEARED, WRONG = Reading.MORE, Reading.TAKE, Reading.CLEARED, Reading.NO_MATCH
GLOBAL, HAND_BACK = Reading.GLOBAL, Reading.TAKE_AND_HAND_BACK


def read_key(
    node: Menu | Collect, global_keys: Mapping[str, Edge], digits: str, key: str
) -> tuple[Reading, str]:
    """Read `key` after `digits`; the second value is what is typed now, or what is to be taken."""
    if isinstance(node, Menu):
        return _read_menu(node, global_keys, digits, key)
    return _read_collect(node, global_keys, digits, key)


def read_silence(node: Menu | Collect, digits: str) -> Reading:
    """Say what follows when the caller types nothing more after `digits`, which are not empty."""
    done = digits in node.keys if isinstance(node, Menu) else len(digits) >= node.min
    return TAKE if done else WRONG


def longest(node: Menu | Collect) -> int:
    """How many keys the node can want: a hint for providers that collect by themselves."""
    return node.longest if isinstance(node, Menu) else node.max


def _read_menu(
    node: Menu, global_keys: Mapping[str, Edge], digits: str, key: str
) -> tuple[Reading, str]:
    typed = digits + key
    longer = typed in node.beginnings
    if typed in node.keys:
        return (MORE if longer and node.inter_digit_us else TAKE), typed
    if longer:
        return MORE, typed
    if not digits:
        return (GLOBAL if key in global_keys else WRONG), key
    if digits in node.keys:
        ends = key == MENU_TERMINATOR
        return (TAKE if ends else HAND_BACK), digits
    return WRONG, typed


def _read_collect(
    node: Collect, global_keys: Mapping[str, Edge], digits: str, key: str
) -> tuple[Reading, str]:
    own = (node.clear_key, node.terminator)
    if node.globals and not digits and key in global_keys and key not in own:
        return GLOBAL, key
    if key == node.clear_key:
        return CLEARED, ""
    if key == node.terminator:
        if not digits:
            return Reading.EMPTY, ""
        return read_silence(node, digits), digits
    typed = digits + key
    if key not in DIGITS and not (node.sensitive and is_stand_in(key)):
        return WRONG, typed
    enough = len(typed) >= node.max or (not node.inter_digit_us and len(typed) >= node.min)
    return (TAKE if enough else MORE), typed

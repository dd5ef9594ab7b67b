"""Keys that are secret: stand-ins for them, and when keys have to be replaced by stand-ins.

A stand-in is one character of Unicode's private use area, so it is as long as the key, is not
taken for any other, and says nothing. It counts as a digit in a sensitive node and as nothing
anywhere else.
"""

from collections.abc import Iterable, Mapping

from contact_center.core.ivr.edges import edges_of
from contact_center.core.ivr.flow import (
    AnyNode,
    Call,
    Collect,
    FlowBundle,
    Menu,
    Queue,
    Return,
    Survey,
    Transfer,
    Voicemail,
)
from contact_center.core.ivr.frames import bundle_of
from contact_center.core.ivr.session import IvrSession, Phase

FIRST = 0xE000
STAND_INS = 6_400
"""How many there are before they begin again."""

_WAITING = (Menu, Collect, Voicemail, Survey, Queue, Transfer)


def stand_in(number: int) -> str:
    """Give the stand-in for the `number`-th secret key of a call."""
    return chr(FIRST + number % STAND_INS)


def is_stand_in(key: str) -> bool:
    """Say whether a key stands for one that is secret."""
    return len(key) == 1 and FIRST <= ord(key) < FIRST + STAND_INS


def holds_stand_ins(session: IvrSession) -> bool:
    """Say whether secret keys were typed that nobody has taken yet."""
    typed = (*session.digits, *(stroke.key for stroke in session.buffer))
    return any(is_stand_in(key) for key in typed)


def is_sensitive(node: AnyNode | None) -> bool:
    """Say whether keys in this node are secret."""
    return isinstance(node, Collect) and node.sensitive


class Secrecy:
    """Where in a flow keys are secret: in sensitive nodes and wherever the next is one of them.

    Whoever is in a node that waits for nothing may type ahead; so its keys are secret too if one
    of the ways on, without waiting, ends in a sensitive node.
    """

    __slots__ = ("_bundle", "_straight")

    def __init__(self, bundle: FlowBundle) -> None:
        self._bundle = bundle
        called: dict[str, FlowBundle] = dict(bundle.subflows.items())
        bundles: dict[str, FlowBundle] = {bundle.flow: bundle, **called}
        self._straight = _straight(bundles)

    @property
    def has_secrets(self) -> bool:
        """Say whether there is any such place."""
        return bool(self._straight)

    def at_entry(self) -> bool:
        """Say whether keys are secret that are typed before the flow begins."""
        return self._leads(self._bundle, self._bundle.entry)

    def masks(self, session: IvrSession, key: str) -> bool:
        """Say whether `key`, typed now, is secret."""
        if session.phase in (Phase.DONE, Phase.AWAY):
            return False
        if session.phase is Phase.NEW or not session.node:
            return self.at_entry()
        bundle = bundle_of(self._bundle, session)
        node = bundle.nodes.get(session.node)
        if node is None:
            return False
        if is_sensitive(node) or session.phase in (Phase.PAUSING, Phase.CHECKING):
            return True
        if not isinstance(node, _WAITING):
            return bool(session.secrets) or self._leads(bundle, node.name)
        if session.leaving:
            return any(self._leads(bundle, edge.goto) for _, edge in edges_of(node))
        if isinstance(node, Survey):
            return self._goes_beyond(bundle, node, session, key)
        return isinstance(node, Menu) and self._overshoots(bundle, node, session.digits, key)

    def _overshoots(self, bundle: FlowBundle, menu: Menu, digits: str, key: str) -> bool:
        """Whether the key is beyond an option that leads to a sensitive node: it is meant there."""
        edge = menu.keys.get(digits)
        typed = digits + key
        longer = any(option.startswith(typed) for option in menu.keys)
        return edge is not None and not longer and self._leads(bundle, edge.goto)

    def _goes_beyond(self, bundle: FlowBundle, node: Survey, session: IvrSession, key: str) -> bool:
        """Whether the key is beyond the last answer of a survey that a sensitive node follows."""
        if session.asked + 1 != len(node.questions):
            return False
        answers, typed = node.questions[-1].ask.keys, session.digits + key
        longer = any(answer.startswith(typed) for answer in answers)
        leads = any(self._leads(bundle, edge.goto) for edge in (node.done, node.abandoned))
        return session.digits in answers and not longer and leads

    def _leads(self, bundle: FlowBundle, name: str) -> bool:
        return (bundle.flow, name) in self._straight


_Spot = tuple[str, str]


def _straight(bundles: Mapping[str, FlowBundle]) -> frozenset[_Spot]:
    """List sensitive nodes, and those from which one is reached without waiting."""
    before: dict[_Spot, set[_Spot]] = {}
    back = _after_calls(bundles)
    for flow, bundle in bundles.items():
        for node in bundle.nodes.values():
            for target in _next(flow, bundle, node, bundles, back):
                before.setdefault(target, set()).add((flow, node.name))
    sensitive = {
        (flow, node.name)
        for flow, bundle in bundles.items()
        for node in bundle.nodes.values()
        if is_sensitive(node)
    }
    found, waiting = set(sensitive), list(sensitive)
    while waiting:
        for spot in before.get(waiting.pop(), ()):
            node = bundles[spot[0]].nodes[spot[1]]
            if spot not in found and not isinstance(node, _WAITING):
                found.add(spot)
                waiting.append(spot)
    return frozenset(found)


def _after_calls(bundles: Mapping[str, FlowBundle]) -> Mapping[str, set[_Spot]]:
    """Where a flow that is called may come back to."""
    back: dict[str, set[_Spot]] = {}
    for flow, bundle in bundles.items():
        for node in bundle.nodes.values():
            if isinstance(node, Call):
                targets = {(flow, edge.goto) for edge in node.returns.values()}
                back.setdefault(node.flow, set()).update(targets)
    return back


def _next(
    flow: str,
    bundle: FlowBundle,
    node: AnyNode,
    bundles: Mapping[str, FlowBundle],
    back: Mapping[str, set[_Spot]],
) -> Iterable[_Spot]:
    targets = {(flow, edge.goto) for _, edge in edges_of(node)}
    if node.skip is not None:
        targets.add((flow, node.skip.goto))
    if isinstance(node, Call) and node.flow in bundles:
        targets.add((node.flow, bundles[node.flow].entry))
    if isinstance(node, Return):
        targets |= back.get(flow, set())
    return targets

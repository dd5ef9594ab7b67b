"""What a walk through a flow consists of: leaving a node, going on, giving up.

A `Walk` is made for one step and gathers what that step yields. Methods that may leave a node
return the name of the next one, or None when the caller is to be waited for (or the flow is over).
"""

from collections.abc import Collection

from contact_center.core.commands import Command
from contact_center.core.facts import CallFact, NodeLeft
from contact_center.core.ids import CallIds
from contact_center.core.ivr import taping
from contact_center.core.ivr.assigning import assign
from contact_center.core.ivr.expressions import ExpressionFailedError
from contact_center.core.ivr.flow import AnyNode, Edge, FlowBundle, HangUp, Tag
from contact_center.core.ivr.frames import bundle_of, return_to
from contact_center.core.ivr.parting import LEAVING_MORE, left_behind
from contact_center.core.ivr.session import NO_DOUBT, Exit, HangUpExit, IvrSession, Phase
from contact_center.core.ivr.sound import Sound
from contact_center.core.quick import maker

EXTRA_STEPS = 50
EVERY_FLOW = "*"
"""Stands for all flows where those are listed that are in an emergency."""
SPECIAL = frozenset({"back", "main", "repeat", "hangup"})
"""Edges that are no nodes; though a flow may have a node of its own that it calls main."""
_NAMING = frozenset({Tag, HangUp})
"""Nodes that may name what became of the call."""
_node_left = maker(NodeLeft)
UNPASSED = frozenset({"skipped", "error", "limit", "hangup", "emergency"})
"""Ways out of a node that do not count as having done what it is for."""


class Walk(Sound):
    """The bundle, the session and what this step has yielded so far."""

    __slots__ = ("_again", "emergencies", "exit")

    def __init__(
        self,
        root: FlowBundle,
        session: IvrSession,
        ids: CallIds,
        now: int,
        emergencies: Collection[str] = (),
    ) -> None:
        self.root = root
        self.bundle = bundle_of(root, session) if session.frames else root
        self.session = session
        self.ids = ids
        self.now = now
        self.outputs: list[Command | CallFact] = []
        self.emergencies = emergencies
        self.exit: Exit | None = None
        self._again = False

    @property
    def node(self) -> AnyNode | None:
        """The node that the caller is in; None before the first, and while a farewell is said."""
        return self.bundle.nodes.get(self.session.node)

    # --- from node to node -------------------------------------------------------------------

    def arrive(self, name: str) -> bool:
        """Be in a node from now on, which costs a step; False when there are no steps left."""
        s = self.session
        if s.steps >= (s.step_limit or self.root.max_steps) or (s.ivr_due and self.is_time_up()):
            return False
        s.steps += 1
        if not self._again:
            s.no_inputs = s.no_matches = s.refusals = 0
        self._again = False
        s.barged = s.typed_ahead = s.opening = s.confirming = s.spoken = False
        s.doubted = NO_DOUBT
        s.patience_us = s.prompts_failed = 0
        s.leaving = ""
        s.node = name
        s.entered_at = self.now
        taping.release(self)
        return True

    def is_time_up(self) -> bool:
        """Whether the caller has been in the flow for as long as it bears."""
        s = self.session
        return 0 < s.ivr_due <= self.now and not s.limit_hit

    def leave(self, label: str, edge: Edge) -> str | None:
        """Go out by `edge`, which reports call `label`.

        Raises ExpressionFailedError, and stays, when the edge assigns what cannot be computed.
        """
        s = self.session
        if edge.set:
            assign(s, self.bundle.types, edge.set, self.names)
        self.silence()
        self.note(label)
        if edge.tag:
            self.tag(edge.tag)
        target = edge.goto
        if target not in SPECIAL or (target == "main" and "main" in self.bundle.nodes):
            s.node = ""
            return target
        if target == "hangup":
            self.come_back_from_all("hangup")
            s.node = ""
            return self.finish("hangup")
        if target == "back":
            target = self._before()
        elif target == "main":
            target = s.main or self.bundle.entry
        else:
            target = s.node or self.bundle.entry
        self._again = target == s.node
        s.node = ""
        return target

    def bundles(self) -> list[FlowBundle]:
        """Give the flows the caller is in, the one the call began with first."""
        called = [frame.flow for frame in self.session.frames[1:]] + [self.session.inside]
        if not self.session.frames:
            return [self.root]
        return [self.root, *(self.root.subflows[flow] for flow in called)]

    def is_emergency(self, bundle: FlowBundle) -> bool:
        """Whether a flow is switched to emergency, by itself or with all others."""
        return bundle.flow in self.emergencies or EVERY_FLOW in self.emergencies

    def emergency(self) -> Edge | None:
        """Give the way for emergencies that a caller has to take now, and be in its flow.

        Once in a call: that of the flow it began with, else those of the flows that were called.
        """
        s = self.session
        if s.in_emergency or s.hung_up_at:
            return None
        for depth, bundle in enumerate(self.bundles()):
            if bundle.on_emergency is not None and self.is_emergency(bundle):
                s.in_emergency = True
                self.unwind("emergency", depth)
                return bundle.on_emergency
        return None

    def tag(self, *tags: str) -> None:
        """Put tags on the call, each once."""
        noted = self.session.tags
        noted.extend(tag for tag in tags if tag and tag not in noted)

    def _before(self) -> str:
        """Where `back` goes: the waiting node before this one, or this one again."""
        history = self.session.history
        if len(history) > 1 and history[-1] == self.session.node:
            history.pop()
        return history[-1] if history else self.session.node or self.bundle.entry

    def note(self, label: str) -> None:
        """Report that the caller leaves the node, once; not when there is nothing to say of it."""
        s, node = self.session, self.node
        if not s.node or not label:
            return
        kind = type(node)
        if kind in LEAVING_MORE:
            self.outputs.extend(left_behind(s, self.ids, node, label, self.now))
        passed = node is not None and label not in UNPASSED
        self.outputs.append(
            _node_left(
                at=self.now,
                call=self.ids.call,
                seq=self.ids.fact(),
                flow=self.bundle.flow,
                node=s.node,
                edge=label,
                entered_at=s.entered_at,
                version=self.bundle.version,
                failures=s.no_inputs + s.no_matches,
                no_inputs=s.no_inputs,
                barged=s.barged,
                typed_ahead=s.typed_ahead,
                spoken=s.spoken,
                milestone=node.milestone if node is not None and passed else "",
                outcome=_outcome(node) if passed and kind in _NAMING else "",
                contained=node.contained if isinstance(node, HangUp) else None,
                prompts_failed=s.prompts_failed,
            )
        )

    def come_back(self) -> None:
        """Be in the call node again whose flow is over."""
        return_to(self.session)
        self.bundle = bundle_of(self.root, self.session)

    def come_back_from_all(self, label: str) -> None:
        """The same when the innermost node is reported already."""
        if self.session.frames:
            self.come_back()
            self.unwind(label)
            self.note(label)

    def unwind(self, label: str, depth: int = 0) -> None:
        """Leave called flows until only `depth` are left, and report each node on the way."""
        while len(self.session.frames) > depth:
            self.note(label)
            self.come_back()

    def error(self) -> str | None:
        """Take the node's error edge, else the flow's, else those of the flow that called it.

        Where there is none, say so and end the call.
        """
        s = self.session
        while not s.hung_up_at:
            node, general = self.node, self.bundle.on_error
            own = node.error if node is not None else None
            for edge in (own, None if general is None or general.goto == s.node else general):
                try:
                    if edge is not None:
                        return self.leave("error", edge)
                except ExpressionFailedError:
                    continue
            if not s.frames:
                break
            self.note("error")
            self.come_back()
        return self.give_up("error")

    def limit(self) -> str | None:
        """Take the flow's way out of endless calls, once; the second time the call ends."""
        s = self.session
        if s.limit_hit or s.hung_up_at or self.root.on_limit is None:
            return self.give_up("limit")
        s.limit_hit = True
        s.step_limit = s.steps + EXTRA_STEPS
        self.unwind("limit")
        try:
            return self.leave("limit", self.root.on_limit)
        except ExpressionFailedError:
            return self.give_up("limit")

    def give_up(self, reason: str) -> str | None:
        """Say the farewell and end the call."""
        s = self.session
        self.silence()
        self.unwind(reason)
        self.note(reason)
        s.node = ""
        s.leaving = ""
        s.ending = reason
        return self.finish(reason) if s.hung_up_at else self.bid_farewell()

    def bid_farewell(self) -> str | None:
        """Say the farewell, if it can be said, and end the call for the reason that was noted."""
        try:
            items = self.speak(self.bundle.farewell)
        except ExpressionFailedError:
            items = ()
        if not items:
            return self.finish(self.session.ending)
        self.play(items, interruptible=False)
        return None

    def finish(self, reason: str) -> str | None:
        """End the flow and with it the call, which is over already if the caller hung up."""
        if not self.session.hung_up_at:
            self.depart(HangUpExit(reason=reason))
        self.session.phase = Phase.DONE
        return None

    def depart(self, way: Exit) -> None:
        """Hand the caller over to the call. Keys typed so far were meant for the flow."""
        self.silence()
        s = self.session
        s.buffer.clear()
        s.phase = Phase.AWAY
        s.away_at = self.now
        self.exit = way

    def returned(self) -> None:
        """The call gave the caller back: what they waited is no time in the flow."""
        s = self.session
        if s.ivr_due:
            s.ivr_due += self.now - s.away_at
        s.away_at = 0


def _outcome(node: AnyNode | None) -> str:
    if isinstance(node, Tag):
        return node.outcome
    return node.reason if isinstance(node, HangUp) else ""

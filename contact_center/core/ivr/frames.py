"""Flows that flows call: which one a caller is in, and the way back."""

from collections.abc import Mapping

from contact_center.core.ivr.expressions import Scalar
from contact_center.core.ivr.flow import FlowBundle
from contact_center.core.ivr.session import NO_DOUBT, Frame, IvrSession

DEPTH = 8
"""How many flows may be called one inside the other."""


def bundle_of(root: FlowBundle, session: IvrSession) -> FlowBundle:
    """Find the flow a caller is in, who began in `root`; that one if the other is no more."""
    return root.subflows.get(session.inside, root) if session.frames else root


def is_there(root: FlowBundle, session: IvrSession) -> bool:
    """Say whether every node still exists that a session stands at or comes back to."""
    flows = [frame.flow for frame in session.frames] + [session.inside]
    nodes = [frame.node for frame in session.frames] + [session.node]
    for number, (flow, node) in enumerate(zip(flows, nodes, strict=True)):
        bundle = root if number == 0 else root.subflows.get(flow)
        if bundle is None or (node and node not in bundle.nodes):
            return False
    return True


def go_into(session: IvrSession, bundle: FlowBundle, arguments: Mapping[str, Scalar]) -> None:
    """Be in another flow from now on; the node the caller is in is where they come back to."""
    s = session
    s.frames.append(
        Frame(
            flow=s.inside,
            node=s.node,
            entered_at=s.entered_at,
            variables=s.variables,
            history=s.history,
            main=s.main,
        )
    )
    s.inside, s.node, s.main, s.history = bundle.flow, "", "", []
    s.variables = {**bundle.variables, **arguments}


def return_to(session: IvrSession) -> Frame:
    """Be in the call node again that the innermost flow was called by. Needs a frame."""
    s, frame = session, session.frames.pop()
    s.inside, s.node, s.entered_at = frame.flow, frame.node, frame.entered_at
    s.variables, s.history, s.main = frame.variables, frame.history, frame.main
    s.no_inputs = s.no_matches = s.prompts_failed = 0
    s.barged = s.typed_ahead = s.opening = s.confirming = s.spoken = False
    s.digits = s.leaving = ""
    s.doubted = NO_DOUBT
    return frame

"""Flows that call flows: in which order they are loaded, and putting them together."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from contact_center.content.flow_builder import Surroundings
from contact_center.content.flows import load_flow
from contact_center.content.signatures import Signature, signature_of
from contact_center.content.yaml_source import Document
from contact_center.core.ids import FlowId
from contact_center.core.ivr.flow import Call, FlowBundle
from contact_center.core.ivr.frames import DEPTH


def load_flows(
    documents: Mapping[str, Document], sources: Mapping[str, str], around: Surroundings
) -> dict[FlowId, FlowBundle]:
    """Load the flows of a center, by their ids; those with errors are left out."""
    signatures = {
        flow: signature_of(flow, document.file, document.data)
        for flow, document in documents.items()
    }
    around = replace(around, flows=signatures)
    loaded: dict[FlowId, FlowBundle] = {}
    for flow in loading_order(signatures, documents):
        document, signature = documents[flow], signatures[flow]
        found = load_flow(document, sources[document.file], around)
        if found is not None:
            bundle, signature.silent = found
            signature.bundle = loaded[FlowId(flow)] = joined(bundle, loaded)
    return {FlowId(flow): loaded[FlowId(flow)] for flow in documents if flow in loaded}


def loading_order(
    signatures: Mapping[str, Signature], documents: Mapping[str, Document]
) -> tuple[str, ...]:
    """Order flows so that each comes after those it calls. Reports circles and too deep ones."""
    depths: dict[str, int] = {}
    for flow in signatures:
        _place(flow, signatures, documents, depths, [])
    return tuple(sorted(depths, key=lambda flow: depths[flow]))


def _place(
    flow: str,
    signatures: Mapping[str, Signature],
    documents: Mapping[str, Document],
    depths: dict[str, int],
    trail: list[str],
) -> int:
    """Give how many flows are called one inside the other from here."""
    if flow in depths:
        return depths[flow]
    deepest = 0
    for node, called in signatures[flow].calls.items():
        path = ("nodes", node, "flow")
        if called == flow or called in trail:
            circle = [*trail, flow][[*trail, flow].index(called) :]
            message = f"flows that call each other in a circle: {' > '.join([*circle, called])}"
            hint = "let one of them return, and call again from there"
            documents[flow].report(path, "E045", message, hint)
        elif called in signatures:
            depth = 1 + _place(called, signatures, documents, depths, [*trail, flow])
            if depth == DEPTH + 1:
                message = f"flows that call each other {depth} deep; {DEPTH} are allowed"
                documents[flow].report(path, "E045", message, "put two of them together")
            deepest = max(deepest, depth)
    depths[flow] = deepest
    return deepest


def joined(bundle: FlowBundle, loaded: Mapping[FlowId, FlowBundle]) -> FlowBundle:
    """Give a flow together with those it calls, which are loaded; its version covers them."""
    subflows: dict[FlowId, FlowBundle] = {}
    for node in bundle.nodes.values():
        called = loaded.get(node.flow) if isinstance(node, Call) else None
        if called is not None:
            subflows |= {called.flow: replace(called, subflows={}), **called.subflows}
    if not subflows:
        return bundle
    versions = [bundle.version, *(f"{f} {b.version}" for f, b in sorted(subflows.items()))]
    version = hashlib.sha256("\n".join(versions).encode()).hexdigest()[:16]
    return replace(bundle, subflows=subflows, version=version)

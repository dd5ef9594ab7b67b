"""Versions of flows that calls are still in: from which texts they are made again.

A call finishes on the version of its flow that it began with, over reloads and restarts. So the
header of a segment names, beside the content of now, the contents of before that are needed.
"""

from collections.abc import Iterable, Mapping, Sequence

from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ivr.flow import FlowBundle
from contact_center.runtime.journal import Earlier, Load


def as_earlier(
    configuration: CenterConfiguration, center: str, sources: Mapping[str, str]
) -> Earlier:
    """Note which versions of flows a content has."""
    flows = [(flow, bundle.version) for flow, bundle in configuration.flows.items()]
    return Earlier(flows=flows, center=center, sources=dict(sources))


def needed(bundles: Iterable[FlowBundle], contents: Iterable[Earlier]) -> tuple[Earlier, ...]:
    """Keep of contents, the newest first, those that the bundles can be made of."""
    wanted = {(bundle.flow, bundle.version) for bundle in bundles}
    found = []
    for content in contents:
        flows = [pin for pin in content.flows if pin in wanted]
        wanted.difference_update(flows)
        if flows:
            found.append(Earlier(flows=flows, center=content.center, sources=content.sources))
    return tuple(found)


def made_again(contents: Sequence[Earlier], load: Load) -> tuple[FlowBundle, ...]:
    """Make the flows of contents of before."""
    found = []
    for content in contents:
        flows = load(content.center, content.sources).flows
        bundles = (flows[flow] for flow, _ in content.flows if flow in flows)
        found += [one for one in bundles if (one.flow, one.version) in set(content.flows)]
    return tuple(found)

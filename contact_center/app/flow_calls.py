"""How many calls are in which version of which flow, for whoever scrapes."""

from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from contact_center.core.center import Center

NAME = "contact_center_flow_calls"


class FlowCalls(Collector):
    """Counts live calls of `center` (which gives the center of now) when it is asked."""

    def __init__(self, center: Callable[[], Center]) -> None:
        self._center = center

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give ``contact_center_flow_calls`` by flow and version; today's flows with 0, too."""
        center = self._center()
        flows = center.configuration.flows.values()
        count = Counter({(one.flow, one.version): 0 for one in flows})
        for call in center.calls.calls.values():
            if call.session is not None and call.legs:
                count[call.session.flow, call.session.version] += 1
        told = GaugeMetricFamily(NAME, "Calls in this version", labels=["flow", "version"])
        for (flow, version), calls in sorted(count.items()):
            told.add_metric([flow, version], calls)
        yield told

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing before there is a center."""
        return []

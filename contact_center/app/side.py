"""Beside an Asterisk: the health feed (AMI) and the door for dial plans (FastAGI).

Neither is on the path of a call: calls go on when both are away.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping

from contact_center.adapters.asterisk.ami import (
    AmiFeed,
    AmiNews,
    AmiSettings,
    AmiState,
    EndpointChanged,
    RegistrationChanged,
)
from contact_center.adapters.asterisk.fastagi import CallData, FastAgiServer
from contact_center.adapters.sql.customers import Customers
from contact_center.adapters.sql.errors import StorageError
from contact_center.runtime.metrics import Metrics

log = logging.getLogger(__name__)

MAX_TOLD = 50_000
"""Bound on endpoints and trunks that are remembered."""


class SwitchHealth:
    """What the side feed says of phones and trunks, for metrics and the log."""

    def __init__(self, settings: AmiSettings) -> None:
        self.feed = AmiFeed(settings, self._hear)
        self.endpoints: dict[str, bool] = {}
        self.trunks: dict[str, bool] = {}

    def watch(self, metrics: Metrics) -> None:
        """Add the gauges."""
        metrics.watch("ami_up", "Whether the side feed is connected", self._up)
        metrics.watch(
            "phones_reachable",
            "SIP endpoints that can be reached",
            lambda: sum(self.endpoints.values()),
        )
        metrics.watch(
            "phones_unreachable",
            "SIP endpoints that cannot be reached",
            lambda: sum(not reachable for reachable in self.endpoints.values()),
        )
        metrics.watch(
            "trunks_unregistered",
            "Trunks that are not registered at their provider",
            lambda: sum(not registered for registered in self.trunks.values()),
        )

    def _up(self) -> float:
        return float(self.feed.state.state is AmiState.CONNECTED)

    def _hear(self, news: AmiNews) -> None:
        match news:
            case EndpointChanged():
                self._note(self.endpoints, "phone", news.endpoint, news.reachable, news.state)
            case RegistrationChanged():
                self._note(self.trunks, "trunk", news.trunk, news.registered, news.state)
            case _:
                pass

    def _note(self, known: dict[str, bool], kind: str, name: str, well: bool, state: str) -> None:
        before = known.get(name)
        if before is well or (before is None and len(known) >= MAX_TOLD):
            return
        known[name] = well
        # A phone that comes and goes is a working day; a trunk that goes is an operator's night.
        level = logging.WARNING if kind == "trunk" and not well else logging.INFO
        log.log(level, "%s %s: %s", kind, name, state)


def customer_lookup(
    customers: Customers,
) -> Callable[[CallData], Awaitable[Mapping[str, str]]]:
    """Look a dial plan's caller up: variables about the one customer who has the number."""

    async def find(data: CallData) -> Mapping[str, str]:
        try:
            found = await customers.find(data.ani)
        except StorageError:
            log.warning("a dial plan's look-up failed: the database is out of reach")
            return {}
        if len(found.customers) != 1:
            return {}
        customer = found.customers[0]
        return {
            "ACD_CUSTOMER": customer.customer,
            "ACD_CUSTOMER_NAME": customer.name,
            "ACD_CUSTOMER_TIER": customer.tier,
            "ACD_CUSTOMER_LANGUAGE": customer.language,
        }

    return find


def fastagi(host: str, port: int, customers: Customers) -> FastAgiServer:
    """Make the FastAGI server; enter it to listen."""
    return FastAgiServer(customer_lookup(customers), host=host, port=port)

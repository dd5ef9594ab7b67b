"""Lookups as Prometheus metrics, by service (``flow/service``): both are names someone wrote."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from contact_center.adapters.lookups.breaker import BreakerState

_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30)
_PREFIX = "contact_center_lookup"
_LEVELS = {BreakerState.CLOSED: 0, BreakerState.HALF_OPEN: 1, BreakerState.OPEN: 2}


class LookupMetrics:
    """Counts, times and breakers."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._count = Counter(
            f"{_PREFIX}s", "Lookups, by how they ended", ["service", "outcome"], registry=registry
        )
        self._tries = Counter(
            f"{_PREFIX}_requests", "Requests sent for lookups", ["service"], registry=registry
        )
        self._time = Histogram(
            f"{_PREFIX}_seconds",
            "How long callers waited for a lookup",
            ["service"],
            buckets=_BUCKETS,
            registry=registry,
        )
        self._breaker = Gauge(
            f"{_PREFIX}_breaker",
            "0 when a service is asked, 1 when it is tried, 2 when it is left alone",
            ["service"],
            registry=registry,
        )

    def ended(self, service: str, outcome: str, seconds: float, tries: int) -> None:
        """Count a lookup."""
        self._count.labels(service, outcome).inc()
        self._tries.labels(service).inc(tries)
        self._time.labels(service).observe(seconds)

    def watch_breaker(self, service: str, state: Callable[[], BreakerState]) -> None:
        """Show a breaker's state whenever it is asked for."""
        self._breaker.labels(service).set_function(lambda: _LEVELS[state()])

"""A Twilio account as Prometheus metrics: read off the adapter when somebody scrapes.

No label holds a call, a number or anything that came with a request: only routes, outcomes and
names of parameters that are in our own tables.
"""

from collections.abc import Iterator

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from contact_center.adapters.twilio.counts import BUCKETS_S
from contact_center.adapters.twilio.pacing import BreakerState
from contact_center.adapters.twilio.telephony import TwilioTelephony

PREFIX = "contact_center_twilio"
_LEVELS = {BreakerState.CLOSED: 0, BreakerState.HALF_OPEN: 1, BreakerState.OPEN: 2}


class TwilioMetrics(Collector):
    """What `telephony` counts."""

    def __init__(self, telephony: TwilioTelephony) -> None:
        self._telephony = telephony

    def collect(self) -> Iterator[Metric]:
        """Give all of them as they are now."""
        yield from self._webhooks()
        yield from self._rest()
        yield from self._dialling()
        yield from self._streams()

    def describe(self) -> Iterator[Metric]:
        """Give their names."""
        return self.collect()

    def _webhooks(self) -> Iterator[Metric]:
        counts = self._telephony.webhooks.counts
        answers = _counter("webhooks", "Requests of Twilio's", ["route", "outcome"])
        for (route, outcome), number in sorted(counts.answers.items()):
            answers.add_metric([route, outcome], number)
        yield answers
        refused = _counter("webhooks_refused", "Requests not believed to be Twilio's", ["why"])
        for why, number in sorted(counts.refused.items()):
            refused.add_metric([why], number)
        yield refused
        odd = _counter("parameters_odd", "Parameters that made no sense", ["route", "parameter"])
        for (route, name), number in sorted(counts.odd.items()):
            odd.add_metric([route, name], number)
        yield odd
        times = counts.times
        buckets = [(str(bound), below) for bound, below in zip(BUCKETS_S, times.below, strict=True)]
        told = HistogramMetricFamily(
            f"{PREFIX}_webhook_seconds", "How long Twilio waited for an answer of ours"
        )
        told.add_metric([], [*buckets, ("+Inf", times.number)], times.total_s)
        yield told
        yield _gauge("webhooks_waiting", "Requests of Twilio's without an answer", counts.waiting)
        machine = self._telephony.machine
        yield _count(
            "holding_documents",
            "Requests answered with a pause, because nobody said in time what to do",
            machine.documents.holding,
        )
        yield _count("stale_webhooks", "Requests about documents that are gone", machine.book.stale)

    def _rest(self) -> Iterator[Metric]:
        rest = self._telephony.rest
        requests = _counter("requests", "Requests to Twilio's REST interface", ["kind", "outcome"])
        for (kind, outcome), number in sorted(rest.counts.requests.items()):
            requests.add_metric([kind, outcome], number)
        yield requests
        yield _count("too_many_requests", "Answers with 429", rest.counts.too_many)
        yield _count("request_retries", "Requests that were made again", rest.counts.retries)
        yield _gauge("requests_in_flight", "Requests being made", rest.in_flight)
        yield _gauge(
            "requests_concurrent",
            "How many requests Twilio said it had in hand, at its last answer",
            rest.counts.concurrent,
        )
        yield _gauge(
            "breaker",
            "0 when the interface is asked, 1 when it is tried again, 2 when it is left alone",
            _LEVELS[rest.breaker],
        )

    def _dialling(self) -> Iterator[Metric]:
        rest, book = self._telephony.rest, self._telephony.machine.book
        legs = list(book.legs.values())
        yield _gauge(
            "calls_waiting", "Calls that wait for their turn to be dialled", rest.calls_waiting
        )
        yield _gauge("calls_per_second", "How fast calls are dialled at present", rest.calls_per_s)
        told = GaugeMetricFamily(f"{PREFIX}_legs", "Calls of Twilio's now", labels=["direction"])
        dialled = sum(leg.dialled for leg in legs)
        told.add_metric(["inbound"], len(legs) - dialled)
        told.add_metric(["outbound"], dialled)
        yield told
        unsure = sum(1 for leg in legs if leg.unsure_at and not leg.sid)
        yield _gauge("intents_unknown", "Calls that may or may not have been dialled", unsure)
        yield _count(
            "intents_never_found",
            "Calls of which nobody ever learnt whether they were dialled",
            book.never_found,
        )

    def _streams(self) -> Iterator[Metric]:
        door = self._telephony.door
        if door is None:
            return
        counts = door.streams.counts
        yield _gauge("streams", "Media streams now", counts.open)
        yield _count("streams_refused", "Media streams that were not believed", counts.refused)
        yield _count("stream_frames_lost", "Pieces of sound that never came", counts.frames_lost)


def _counter(name: str, text: str, labels: list[str]) -> CounterMetricFamily:
    return CounterMetricFamily(f"{PREFIX}_{name}", text, labels=labels)


def _count(name: str, text: str, value: int) -> CounterMetricFamily:
    return CounterMetricFamily(f"{PREFIX}_{name}", text, value=value)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", text, value=value)

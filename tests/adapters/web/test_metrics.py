"""Metrics as a scraper sees them."""

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.parser import text_string_to_metric_families

from contact_center.adapters.web import metrics_routes


async def test_metrics_are_those_of_the_registry_and_no_other(serve, client):
    registry = CollectorRegistry()
    Counter("calls", "Calls", registry=registry).inc(3)
    server = await serve(metrics_routes(registry))
    async with client.get(f"{server.url}/metrics") as response:
        assert response.status == 200
        assert response.content_type == "text/plain"
        families = list(text_string_to_metric_families(await response.text()))
    assert [family.name for family in families if family.type == "counter"] == ["calls"]
    assert families[0].samples[0].value == 3
    openmetrics = {"Accept": "application/openmetrics-text"}
    async with client.get(f"{server.url}/metrics", headers=openmetrics) as response:
        assert response.content_type == "application/openmetrics-text"
        assert (await response.text()).endswith("# EOF\n")

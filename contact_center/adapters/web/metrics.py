"""``/metrics``: what Prometheus scrapes."""

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from contact_center.core.permissions import Open, needs


def metrics_routes(registry: CollectorRegistry) -> list[web.AbstractRouteDef]:
    """The route ``/metrics`` for one registry, in the format the scraper asks for."""

    @needs(Open.EVERYBODY)
    async def metrics(request: web.Request) -> web.Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(registry), headers={"Content-Type": content_type})

    return [web.get("/metrics", metrics)]

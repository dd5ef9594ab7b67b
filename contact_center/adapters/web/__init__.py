"""One HTTP port for everything: health, metrics, prompts, and the routes that others bring."""

from contact_center.adapters.web.health import Check, health_routes
from contact_center.adapters.web.metrics import metrics_routes
from contact_center.adapters.web.prompts import prompt_routes
from contact_center.adapters.web.server import WebServer, WebSettings, WebStartError

__all__ = [
    "Check",
    "WebServer",
    "WebSettings",
    "WebStartError",
    "health_routes",
    "metrics_routes",
    "prompt_routes",
]

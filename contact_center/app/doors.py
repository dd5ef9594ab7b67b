"""Every door of the process says what it takes, or the process does not start."""

from aiohttp import web

from contact_center.app.state_folder import StartError
from contact_center.core.permissions import needed


def check_doors(app: web.Application) -> None:
    """Raises StartError naming the doors on which nothing is written (`permissions.needs`)."""
    unwritten = [name_of(route) for route in app.router.routes() if needed(route.handler) is None]
    if unwritten:
        raise StartError(f"nobody said who may go through: {', '.join(unwritten)}")


def name_of(route: web.AbstractRoute) -> str:
    """Name a door by method and path."""
    where = route.resource.canonical if route.resource is not None else ""
    return f"{route.method} {where}"

"""Errors as JSON: ``{"error": code, "message": words}``, and nothing about our insides."""

import logging
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

_log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_MESSAGES = {
    404: ("not_found", "There is nothing here."),
    405: ("method_not_allowed", "This cannot be done here."),
    413: ("too_large", "This is larger than what is taken here."),
}
# What of the exception's own headers is part of the answer.
_KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into JSON; one of ours is logged under an id that the answer names."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400 or error.content_type == "application/json":
            raise
        code, message = _MESSAGES.get(error.status, (f"http_{error.status}", error.reason))
        kept = {name: error.headers[name] for name in _KEPT if name in error.headers}
        return _answer(error.status, code, message, kept)
    except ConnectionError:
        if request.transport is not None and not request.transport.is_closing():
            return _ours(request)
        return _answer(400, "gone", "The client left.")
    except Exception:  # noqa: BLE001 - the last place that can answer
        return _ours(request)


def http_log() -> logging.Logger:
    """The log of the HTTP layer below the application, without others' malformed requests."""
    log = logging.getLogger(f"{__package__}.http")
    if not log.filters:
        log.addFilter(_is_not_their_fault)
    return log


def _is_not_their_fault(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


def _ours(request: web.Request) -> web.Response:
    mark = secrets.token_hex(4)
    _log.exception(
        "a request failed", extra={"mark": mark, "method": request.method, "path": request.path}
    )
    message = f"Something went wrong here. The log has it under {mark}."
    return _answer(500, "internal", message)


def _answer(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> web.Response:
    body = {"error": code, "message": message}
    return web.json_response(body, status=status, headers=headers)

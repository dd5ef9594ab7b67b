"""One structured line for a request: no query, no headers, nothing that lets anybody in."""

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger


class AccessLog(AbstractAccessLogger):
    """Logs method, path, status, bytes, milliseconds and the other side's address."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Log one request; `time` is seconds."""
        self.logger.info(
            "%s %s",
            request.method,
            request.path,
            extra={
                "status": response.status,
                "bytes": response.body_length,
                "ms": round(time * 1000, 1),
                "remote": request.remote or "",
            },
        )

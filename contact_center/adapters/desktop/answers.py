"""Answers of the desk's doors: JSON that nobody keeps."""

from collections.abc import Callable
from typing import Any

from aiohttp import web
from msgspec import json


def answered(body: dict[str, Any], status: int = 200) -> web.Response:
    """Make an answer."""
    headers = {"Cache-Control": "no-store"}
    return web.Response(
        body=json.encode(body), status=status, content_type="application/json", headers=headers
    )


def problem_answer(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> web.Response:
    """Say why not: ``{"err": {"code", "message"}}``."""
    response = answered({"err": {"code": code, "message": message}}, status)
    response.headers.update(headers or {})
    return response


def refusal(kind: Callable[..., web.HTTPException], code: str, message: str) -> web.HTTPException:
    """The same, to be raised."""
    text = json.encode({"err": {"code": code, "message": message}}).decode()
    return kind(text=text, content_type="application/json")

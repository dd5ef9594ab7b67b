"""The command ``reload``: let the running process read its center again."""

import argparse
import http.client
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contact_center.content.problems import ContentError
from contact_center.settings import Settings, load_settings

TOKEN_FILE = "admin-token"  # noqa: S105 - the name of the file, not what is in it
WITHIN_S = 120.0


class UnreachableError(Exception):
    """The process could not be asked; the message says why."""


def reload_command(argv: list[str]) -> int:
    """Ask for a reload: 0 when done, 1 when the content has mistakes, 2 when it cannot be asked."""
    parser = argparse.ArgumentParser(
        prog="contact-center reload",
        description="Let the running contact center read its center and flows again.",
    )
    parser.add_argument("--settings", type=Path, help="settings file (or CC_SETTINGS)")
    options = parser.parse_args(argv)
    try:
        settings = load_settings(os.environ, options.settings)
        status, answer = ask(settings)
    except ContentError as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
        return 2
    except UnreachableError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return told(status, answer)


def ask(
    settings: Settings,
    method: str = "POST",
    path: str = "/api/reload",
    body: Mapping[str, Any] | None = None,
) -> tuple[int, dict[str, Any]]:
    """Ask the process that runs on the state folder of `settings`. Raises UnreachableError."""
    status, text = ask_raw(settings, method, path, body)
    try:
        return status, json.loads(text)
    except ValueError as error:
        raise UnreachableError(f"the answer is no JSON: {error}") from None


def ask_raw(
    settings: Settings, method: str, path: str, body: Mapping[str, Any] | None = None
) -> tuple[int, bytes]:
    """Ask, and give the answer as it came. Raises UnreachableError."""
    file = settings.state_dir / TOKEN_FILE
    try:
        token = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not readable"
        raise UnreachableError(
            f"{file}: {reason}: is the contact center running, with this state folder, and"
            " started by this user?"
        ) from None
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.http.host, settings.http.host)  # noqa: S104
    door = http.client.HTTPConnection(host, settings.http.port, timeout=WITHIN_S)
    try:
        sent = json.dumps(body).encode() if body is not None else None
        door.request(method, path, sent, {"Authorization": f"Bearer {token}"})
        response = door.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException) as error:
        raise UnreachableError(f"{host} port {settings.http.port}: {error}") from None
    finally:
        door.close()


def told(status: int, answer: dict[str, Any]) -> int:
    """Say how it went; gives the exit code."""
    if status == 200:
        for warning in answer["warnings"]:
            sys.stdout.write(f"{warning['text']}\n")
        for line in answer["changes"] or ["nothing changed"]:
            sys.stdout.write(f"{line}\n")
        sys.stdout.write(f"reloaded: version {answer['version']}\n")
        return 0
    if status == 422:
        for problem in answer["problems"]:
            sys.stderr.write(f"{problem['text']}\n")
        sys.stderr.write("not reloaded: nothing was changed\n")
        return 1
    message = answer.get("message", f"status {status}")
    sys.stderr.write(f"not reloaded: {message}\n")
    return 2

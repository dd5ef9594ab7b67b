"""Asking the service that runs, over its API, from another terminal."""

import http.client
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from contact_center.content.problems import ContentError
from contact_center.settings import Settings, load_settings

TOKEN_FILE = "admin-token"  # noqa: S105 - the name of the file, not what is in it
WITHIN_S = 120.0


class UnreachableError(Exception):
    """The process could not be asked; the message says why."""


def asking(settings: Path | None, act: Callable[[Settings], int]) -> int:
    """Do what asks, with settings of a file; 2 when they are wrong, or when nobody answers."""
    try:
        return act(load_settings(os.environ, settings))
    except ContentError as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
    except UnreachableError as error:
        sys.stderr.write(f"{error}\n")
    return 2


def ask(
    settings: Settings, method: str, path: str, body: Mapping[str, Any] | None = None
) -> tuple[int, dict[str, Any]]:
    """Ask the process that runs on the state folder of `settings`: the status and what it says.

    Raises UnreachableError.
    """
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


def refused(status: int, answer: Mapping[str, Any]) -> int:
    """Say why not: 1 when there is no such thing, or not in this state, else 2."""
    sys.stderr.write(f"{answer.get('message', f'status {status}')}\n")
    return 1 if status in (404, 409) else 2


def changed(status: int, answer: Mapping[str, Any], done: str) -> int:
    """Say what a change of content came to: 0 when it was made, 1 when the content is wrong.

    ``done``: what was to be done, as in "reloaded".
    """
    if status == 422:
        for problem in answer["problems"]:
            sys.stderr.write(f"{problem['text']}\n")
        sys.stderr.write(f"not {done}: nothing was changed\n")
        return 1
    if status != 200:
        return refused(status, answer)
    for warning in answer["warnings"]:
        sys.stdout.write(f"{warning['text']}\n")
    for line in answer["changes"] or ["nothing changed"]:
        sys.stdout.write(f"{line}\n")
    return 0

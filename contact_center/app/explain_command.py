"""The command ``explain``: ask the running process why, and print it in words."""

import argparse
import json
import os
import sys
from pathlib import Path
from urllib.parse import quote

from contact_center.app.reload_command import UnreachableError, ask
from contact_center.content.problems import ContentError
from contact_center.settings import load_settings


def explain_command(argv: list[str]) -> int:
    """Say why: 0 when there is an answer, 1 when there is no such thing, 2 when nobody answers."""
    parser = argparse.ArgumentParser(
        prog="contact-center explain",
        description="Say why a caller waits, an agent has nobody, or an offer was made.",
    )
    parser.add_argument("about", choices=["call", "agent", "offer"])
    parser.add_argument("name", help="its id; of an offer, that of the reservation")
    parser.add_argument("--json", action="store_true", help="as data")
    parser.add_argument("--settings", type=Path, help="settings file (or CC_SETTINGS)")
    options = parser.parse_args(argv)
    path = f"/api/explain/{options.about}/{quote(options.name, safe='')}"
    try:
        settings = load_settings(os.environ, options.settings)
        status, answer = ask(settings, "GET", path)
    except ContentError as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
        return 2
    except UnreachableError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if status != 200:
        sys.stderr.write(f"{answer.get('message', f'status {status}')}\n")
        return 1 if status == 404 else 2
    if options.json:
        sys.stdout.write(f"{json.dumps(answer, indent=2)}\n")
    else:
        sys.stdout.write(f"{options.about} {options.name}: {answer['state']}\n")
        sys.stdout.write("".join(f"  {line}\n" for line in answer["words"]))
    return 0

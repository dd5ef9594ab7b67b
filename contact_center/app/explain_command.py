"""The command ``explain``: ask the running process why, and print it in words."""

import argparse
import json
import sys
from pathlib import Path
from urllib.parse import quote

from contact_center.app.asking import ask, asking, refused
from contact_center.settings import Settings


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
    return asking(options.settings, lambda settings: _explain(settings, options))


def _explain(settings: Settings, options: argparse.Namespace) -> int:
    path = f"/api/explain/{options.about}/{quote(options.name, safe='')}"
    status, answer = ask(settings, "GET", path)
    if status != 200:
        return refused(status, answer)
    if options.json:
        sys.stdout.write(f"{json.dumps(answer, indent=2)}\n")
    else:
        sys.stdout.write(f"{options.about} {options.name}: {answer['state']}\n")
        sys.stdout.write("".join(f"  {line}\n" for line in answer["words"]))
    return 0

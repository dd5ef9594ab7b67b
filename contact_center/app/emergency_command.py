"""The command ``emergency``: switch flows to emergency and back, or say which are."""

import argparse
import sys
from pathlib import Path
from typing import Any

from contact_center.app.asking import ask, asking, refused
from contact_center.settings import Settings

_DOOR = "/api/emergency"


def emergency_command(argv: list[str]) -> int:
    """Switch or say: 0 when done, 1 when it cannot be done, 2 when nobody answers."""
    parser = argparse.ArgumentParser(
        prog="contact-center emergency",
        description="Switch a flow, or all flows, to emergency or back. Calls in them see it at"
        " their next node.",
    )
    parser.add_argument("what", choices=["on", "off", "show"])
    parser.add_argument("flow", nargs="?", help="a flow; without it, all")
    parser.add_argument("--settings", type=Path, help="settings file (or CC_SETTINGS)")
    options = parser.parse_args(argv)
    return asking(options.settings, lambda settings: _switch(settings, options))


def _switch(settings: Settings, options: argparse.Namespace) -> int:
    if options.what != "show":
        body = {"on": options.what == "on", "flow": options.flow}
        status, answer = ask(settings, "POST", _DOOR, body)
        if status != 200:
            return refused(status, answer)
    status, answer = ask(settings, "GET", _DOOR)
    if status != 200:
        return refused(status, answer)
    sys.stdout.write(f"{said(answer)}\n")
    return 0


def said(answer: dict[str, Any]) -> str:
    """Say in a line which flows are switched to emergency."""
    if answer["all"]:
        return "emergency: all flows"
    return f"emergency: {', '.join(answer['flows']) or 'none'}"

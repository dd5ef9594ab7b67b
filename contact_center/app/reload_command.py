"""The command ``reload``: let the running process read its center again."""

import argparse
import sys
from pathlib import Path

from contact_center.app.asking import ask, asking, changed
from contact_center.settings import Settings


def reload_command(argv: list[str]) -> int:
    """Ask for a reload: 0 when done, 1 when the content has mistakes, 2 when it cannot be asked."""
    parser = argparse.ArgumentParser(
        prog="contact-center reload",
        description="Let the running contact center read its center and flows again.",
    )
    parser.add_argument("--settings", type=Path, help="settings file (or CC_SETTINGS)")
    return asking(parser.parse_args(argv).settings, _reload)


def _reload(settings: Settings) -> int:
    status, answer = ask(settings, "POST", "/api/reload")
    if status not in (200, 422):
        sys.stderr.write(f"not reloaded: {answer.get('message', f'status {status}')}\n")
        return 2
    code = changed(status, answer, "reloaded")
    if code == 0:
        sys.stdout.write(f"reloaded: version {answer['version']}\n")
    return code

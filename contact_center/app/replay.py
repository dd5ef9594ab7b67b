"""The command ``replay``: prove that a journal's decisions follow from its events."""

import argparse
import sys
from pathlib import Path

from contact_center.content.center import load_center
from contact_center.content.problems import ContentError
from contact_center.runtime.codec import CodecError
from contact_center.runtime.journal import JournalError
from contact_center.runtime.replay import replay


def replay_command(argv: list[str]) -> int:
    """Replay a segment or a folder: 0 for no difference, 1 for one, 2 when it cannot be read."""
    parser = argparse.ArgumentParser(
        prog="contact-center replay",
        description="Run a journal again through the core and report the first difference.",
    )
    parser.add_argument("journal", type=Path, help="a .journal file, or a folder of them")
    path = parser.parse_args(argv).journal
    try:
        if not path.exists():
            raise JournalError(f"{path}: there is no such file or folder")
        result = replay(path, lambda _name, sources: load_center(sources))
    except (JournalError, CodecError, ContentError, OSError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    if result.segments == 0:
        sys.stderr.write(f"{path}: there is no journal in this folder\n")
        return 2
    if result.difference is not None:
        sys.stdout.write(f"{result.difference}\n")
        return 1
    sys.stdout.write(f"{result.segments} segments, {result.events} events, no difference\n")
    return 0

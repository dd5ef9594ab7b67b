"""Running a log of the dialer again: the same messages have to ask for the same."""

import sys
from itertools import groupby
from pathlib import Path

from contact_center.runtime.dialing.event_log import EventLogError, files, place, read, written
from dialer.dialing import Dialing


def replay_log(folder: Path) -> int:
    """Replay every whole story in a folder: 0 without a difference, 1 with one, 2 when unreadable.

    A story whose first parts were removed for age is left out, and told.
    """
    found = files(folder)
    if not found:
        sys.stderr.write(f"{folder}: there is no log of a dialer here\n")
        return 2
    for story, parts in groupby(found, key=lambda file: place(file)[0]):
        whole = list(parts)
        if place(whole[0])[1] != 1:
            sys.stdout.write(f"story {story}: its beginning is gone\n")
            continue
        try:
            difference, count = replay(whole)
        except EventLogError as problem:
            sys.stderr.write(f"{problem}\n")
            return 2
        if difference:
            sys.stdout.write(f"story {story}: {difference}\n")
            return 1
        sys.stdout.write(f"story {story}: {count} messages, no difference\n")
    return 0


def replay(parts: list[Path]) -> tuple[str, int]:
    """Replay one story; gives the first difference ("" for none) and how many messages it has."""
    rules = Dialing()
    count = 0
    for part in parts:
        for told, asked in read(part):
            count += 1
            again = [written(out) for out in rules.handle(told)]
            if again != asked:
                return f"{part.name}: message {count} ({type(told).__name__}) differs", count
    return "", count

"""What history may not have been told: facts of segments before the newest.

A restart replays the newest segment and tells its facts again. That is all there is to tell, unless
history could not be written meanwhile (a locked or lost database) and the process began another
segment, or was started twice. So a small file names the segment from which on history may lack
something; it moves forward when everything before is written.
"""

import logging
import os
from pathlib import Path

import msgspec

from contact_center.core.facts import Fact
from contact_center.runtime.codec import CodecError, message_from
from contact_center.runtime.journal import Segment, segments

_OUTPUTS = msgspec.json.Decoder(list[tuple[str, msgspec.Raw]])
_LOG = logging.getLogger(__name__)


def untold(folder: Path, marked: str) -> list[Fact]:
    """Give the facts of segments from `marked` on, but for the newest, in order.

    Without a mark (empty) there are none. What this version cannot read is left out and logged.
    Raises JournalError.
    """
    facts: list[Fact] = []
    for segment in segments(folder)[:-1]:
        if marked and segment.path.name >= marked:
            facts += _facts_of(segment)
    return facts


def mark(file: Path, segment: str) -> None:
    """Note that history has all of the segments before the one of this file name."""
    new = file.with_name(file.name + ".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(segment + "\n")
    new.replace(file)


def marked_in(file: Path) -> str:
    """Read the mark; empty when there is none."""
    try:
        return file.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return ""


def _facts_of(segment: Segment) -> list[Fact]:
    facts: list[Fact] = []
    unread = 0
    for line in segment.lines():
        try:
            made = [message_from(*output) for output in _OUTPUTS.decode(line.outputs)]
        except (CodecError, msgspec.MsgspecError):
            unread += 1
            continue
        facts += [message for message in made if isinstance(message, Fact)]
    if unread:
        _LOG.warning("%d lines of %s cannot be told to history", unread, segment.path.name)
    return facts

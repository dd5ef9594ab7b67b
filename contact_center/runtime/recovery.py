"""Take up where the last process left off.

The newest segment holds a snapshot and every event since; running those events through the core
again yields the state at the moment the process died. The facts of that segment are told again to
history, which knows each by its number and keeps what it missed. The media never stopped: the
switch is compared with this state when it is reached again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from contact_center.core.center import Center
from contact_center.core.facts import Fact
from contact_center.core.snapshot import flows_in_use, restore, snapshot
from contact_center.runtime.earlier import as_earlier, needed
from contact_center.runtime.journal import Earlier, Load, segments
from contact_center.runtime.replay import center_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """A center ready to go on.

    ``facts`` are those of the last segment, for sinks that may have missed some; ``at`` is the
    last instant the old process lived at: the clock must not go behind it. ``earlier``: contents of
    before that live calls need.
    """

    center: Center
    epoch: int
    facts: list[Fact]
    events: int
    at: int
    earlier: tuple[Earlier, ...] = ()


def recover(
    folder: Path, name: str, sources: Mapping[str, str], load: Load, first_epoch: int
) -> Recovered:
    """Rebuild the center from a journal folder, or make a new one when there is none.

    `first_epoch` is for the latter: take the seconds since 1970, so that ids made under it are new
    even when an older journal was moved away.

    Raises JournalError when the newest segment cannot be read; nothing is changed
    then, and moving the folder away starts afresh.
    """
    found = segments(folder)
    if not found:
        center = Center(load(name, sources))
        return Recovered(center=center, epoch=first_epoch, facts=[], events=0, at=0)
    segment = found[-1]
    header = segment.header()
    center = center_of(header, load)
    facts: list[Fact] = []
    events = at = 0
    for line, event in segment.events():
        outputs = center.handle(event, line.at)
        facts += [output for output in outputs if isinstance(output, Fact)]
        events, at = events + 1, line.at
    contents = header.earlier
    if dict(sources) != header.sources or name != header.center:
        today = load(name, sources)
        last = as_earlier(center.configuration, header.center, header.sources)
        contents = [last, *contents]
        center = restore(today, snapshot(center), flows_in_use(center, today))
    return Recovered(
        center=center,
        epoch=header.epoch + 1,
        facts=facts,
        events=events,
        at=at,
        earlier=needed(center.calls.flows.earlier, contents),
    )

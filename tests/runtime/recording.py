"""Journals of small centers, for the tests of what reads and writes them."""

from collections.abc import Mapping
from pathlib import Path

from contact_center.core import events as e
from contact_center.core.center import Center
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import AgentId, CallId, LegId
from contact_center.core.requests import DeskConnected, PresenceRequested, PresenceWish
from contact_center.core.snapshot import snapshot
from contact_center.runtime.journal import Journal
from tests.stories.centers import DIRECT_NUMBER, small_center

START = 1_764_000_000_000_000
SOURCES = {"center.yaml": "name: small\n"}


def load(_name: str, _sources: Mapping[str, str]) -> CenterConfiguration:
    return small_center()


def a_day() -> list[e.Event]:
    """An agent gets ready; one caller is offered to her, another waits."""
    anna = AgentId("anna")
    day: list[e.Event] = [
        e.CenterStarted(epoch=1),
        e.ProviderResynced(provider="test", legs=()),
        DeskConnected(agent=anna),
        PresenceRequested(cmd="q1", agent=anna, presence=PresenceWish.READY),  # type: ignore[arg-type]
    ]
    for name in ("c1", "c2"):
        call, leg = CallId(name), LegId(name)
        day.append(e.CallOffered(call=call, leg=leg, ani="", did=DIRECT_NUMBER, answered=True))
    return day


def record(folder: Path, day: list[e.Event] | None = None, *, close: bool = True) -> Journal:
    """Run a day, one event a second, and write it down."""
    center = Center(small_center())
    journal = Journal(folder, 1)
    journal.begin("small", SOURCES, snapshot(center))
    for second, event in enumerate(a_day() if day is None else day):
        now = START + second * 1_000_000
        journal.append(event, now, center.handle(event, now))
    journal.flush()
    if close:
        journal.close()
    return journal

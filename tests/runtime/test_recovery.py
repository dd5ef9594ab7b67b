"""Taking up where a process left off, however it went."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from contact_center.core.call import CallPhase
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.events import CenterStarted, LegState, LiveLeg, ProviderResynced
from contact_center.core.facts import CallStarted, FaultFound
from contact_center.core.ids import AgentId, CallId, LegId
from contact_center.core.snapshot import snapshot
from contact_center.runtime.codec import encoder
from contact_center.runtime.journal import Journal, JournalError, segments
from contact_center.runtime.recovery import Recovered, recover
from tests.runtime.recording import SOURCES, START, load, record
from tests.stories.centers import small_center

FIRST_EPOCH = 7
ROOT = Path(__file__).parents[2]


def recovered(folder: Path) -> Recovered:
    return recover(folder, "small", SOURCES, load, FIRST_EPOCH)


def test_with_no_journal_a_center_begins_anew(tmp_path: Path) -> None:
    result = recovered(tmp_path / "none")
    assert (result.epoch, result.events, result.at, result.facts) == (FIRST_EPOCH, 0, 0, [])
    assert result.center.calls.calls == {}


def test_everything_is_as_it_was_and_the_epoch_is_new(tmp_path: Path) -> None:
    record(tmp_path)
    result = recovered(tmp_path)
    assert (result.epoch, result.events) == (2, 6)
    assert result.at == START + 5_000_000
    calls = result.center.calls.calls
    assert {c.call: c.phase for c in calls.values()} == {
        "c1": CallPhase.OFFERING,
        "c2": CallPhase.WAITING,
    }
    assert sum(isinstance(fact, CallStarted) for fact in result.facts) == 2


def test_what_the_last_process_ran_on_is_built_once(tmp_path: Path) -> None:
    record(tmp_path)
    built: list[str] = []

    def today(name: str, sources: Mapping[str, str]) -> CenterConfiguration:
        built.append(sources["center.yaml"])
        return load(name, SOURCES)

    changed = {"center.yaml": "name: another\n"}
    recover(tmp_path, "small", changed, today, FIRST_EPOCH)
    assert built == [SOURCES["center.yaml"], changed["center.yaml"]]


def test_a_torn_line_costs_only_that_event(tmp_path: Path) -> None:
    path = record(tmp_path).path
    path.write_bytes(path.read_bytes()[:-3])
    result = recovered(tmp_path)
    assert result.events == 5
    assert list(result.center.calls.calls) == ["c1"]


def test_recovering_twice_in_a_row_changes_nothing(tmp_path: Path) -> None:
    record(tmp_path)
    first = recovered(tmp_path)
    written = encoder.encode(snapshot(first.center))
    journal = Journal(tmp_path, first.epoch)
    journal.begin("small", SOURCES, snapshot(first.center))
    journal.close()
    second = recovered(tmp_path)
    assert second.epoch == 3
    assert second.facts == []
    assert encoder.encode(snapshot(second.center)) == written


def test_an_unreadable_newest_segment_is_told_and_left_alone(tmp_path: Path) -> None:
    record(tmp_path)
    broken = tmp_path / "00000002-000001.journal"
    broken.write_bytes(b"not a journal\n")
    with pytest.raises(JournalError, match="00000002-000001"):
        recovered(tmp_path)
    assert broken.read_bytes() == b"not a journal\n"


def test_an_event_of_a_newer_version_is_told(tmp_path: Path) -> None:
    path = record(tmp_path).path
    path.write_text(path.read_text().replace('["DeskConnected"', '["DeskTeleported"'))
    with pytest.raises(JournalError, match="DeskTeleported"):
        recovered(tmp_path)


def test_an_agent_and_a_queue_taken_out_meanwhile_are_kept_while_they_are_needed(
    tmp_path: Path,
) -> None:
    record(tmp_path)

    def today(_name: str, sources: Mapping[str, str]) -> CenterConfiguration:
        center = small_center()
        if dict(sources) == SOURCES:
            return center
        agents = {a: replace(s, queues=()) for a, s in center.agents.items() if a != "anna"}
        return replace(center, agents=agents, queues={})

    changed = {"center.yaml": "name: smaller\n"}
    result = recover(tmp_path, "small", changed, today, FIRST_EPOCH)
    center = result.center
    assert center.router.agents[AgentId("anna")].call == "c1"
    assert center.calls.calls[CallId("c2")].phase is CallPhase.WAITING
    journal = Journal(tmp_path, result.epoch)
    journal.begin("small", changed, snapshot(center))
    journal.close()
    center = recover(tmp_path, "small", changed, today, FIRST_EPOCH).center
    now = START + 10_000_000
    outputs = center.handle(CenterStarted(epoch=3), now)
    leg = LegId(f"a-{center.calls.calls[CallId('c1')].reservation}")
    legs = tuple(LiveLeg(leg=LegId(name), state=LegState.UP) for name in ("c1", leg))
    outputs += center.handle(ProviderResynced(provider="test", legs=legs), now)
    assert center.calls.calls[CallId("c1")].phase is CallPhase.CONNECTING
    assert not [o for o in outputs if isinstance(o, FaultFound)]


WRITER = """
import sys
from pathlib import Path
from contact_center.core.center import Center
from contact_center.core.events import CallOffered
from contact_center.core.ids import CallId, LegId
from contact_center.core.snapshot import snapshot
from contact_center.runtime.journal import Journal
from tests.runtime.recording import SOURCES, START, a_day
from tests.stories.centers import DIRECT_NUMBER, small_center

center = Center(small_center())
journal = Journal(Path(sys.argv[1]), 1)
journal.begin("small", SOURCES, snapshot(center))
number = 0
day = a_day()
while True:
    for _ in range(5):
        number += 1
        if day:
            event = day.pop(0)
        else:
            leg = LegId(f"k{number}")
            event = CallOffered(
                call=CallId(leg), leg=leg, ani="", did=DIRECT_NUMBER, answered=True
            )
        journal.append(event, START + number, center.handle(event, START + number))
    journal.flush()
    print(number, flush=True)
"""


def test_a_process_killed_in_the_middle_of_its_work_lost_nothing_it_acted_on(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "journal"
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert process.stdout is not None
    with process:
        for line in process.stdout:
            if int(line) >= 200:
                process.send_signal(signal.SIGKILL)
                break
        rest = process.stdout.read().split()
    assert process.returncode == -signal.SIGKILL
    acted_on = max([200, *map(int, rest[-1:])])
    result = recovered(folder)
    assert result.events >= acted_on
    lines = list(segments(folder)[0].lines())
    assert [line.number for line in lines] == list(range(1, result.events + 1))
    assert result.center.calls.calls[CallId("c1")].phase is CallPhase.OFFERING
    waiting = list(result.center.router.lines)
    assert waiting[0] == "c2", "everybody is in their place"

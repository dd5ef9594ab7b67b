"""The dialer's event log: written, read again, and the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from contact_center.runtime.dialing import event_log
from contact_center.runtime.dialing.event_log import EventLog, EventLogError, files, read, written
from dialer.campaign import CampaignState
from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage
from dialer.ids import AgentId, PoolId
from dialer.messages import (
    AttemptOpened,
    CampaignSet,
    ClaimLeads,
    LeadsClaimed,
    PlaceCall,
    PoolSeen,
)
from tests.runtime.dialing.parts import ATTEMPT, LEAD, SPRING

TOLD = [
    CampaignSet(at=1, settings=SPRING, state=CampaignState.RUNNING),
    PoolSeen(
        at=2,
        pool=PoolId("sales"),
        seen=AgentSeen(at=2, agent=AgentId("ana"), work=AgentWork.IDLE),
    ),
    PoolSeen(
        at=3,
        pool=PoolId("sales"),
        seen=CallSeen(at=3, attempt=ATTEMPT.attempt, stage=CallStage.DIALLED),
        campaign=SPRING.campaign,
    ),
    LeadsClaimed(at=4, campaign=SPRING.campaign, leads=(LEAD,)),
    AttemptOpened(at=5, attempt=ATTEMPT),
]
ASKED = [
    ClaimLeads(campaign=SPRING.campaign, count=3),
    PlaceCall(campaign=SPRING.campaign, attempt=ATTEMPT, lead=LEAD),
]


def test_what_was_told_and_asked_is_read_again_as_it_was(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    for told in TOLD:
        log.append(told, ASKED)
    log.flush()
    log.close()
    (file,) = files(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    found = list(read(file))
    assert [told for told, _ in found] == TOLD
    assert all(asked == [written(out) for out in ASKED] for _, asked in found)


def test_a_line_cut_short_by_a_crash_is_left_out_and_a_damaged_one_is_named(
    tmp_path: Path,
) -> None:
    log = EventLog(tmp_path)
    log.append(TOLD[0], [])
    log.close()
    (file,) = files(tmp_path)
    with file.open("ab") as cut:
        cut.write(b'[["Ticked",{"at":')
    assert len(list(read(file))) == 1
    file.write_bytes(file.read_bytes() + b"\n")
    with pytest.raises(EventLogError, match=r"dialer-000001-001\.jsonl:2: cannot be read"):
        list(read(file))


def test_a_story_goes_on_in_parts_and_old_parts_make_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_log, "MOST_BYTES", 10)
    log = EventLog(tmp_path)
    for _ in range(event_log.KEPT_FILES + 5):
        log.append(TOLD[0], [])
        log.flush()
    log.close()
    kept = files(tmp_path)
    assert len(kept) == event_log.KEPT_FILES
    assert kept[-1].name == f"dialer-000001-{event_log.KEPT_FILES + 6:03}.jsonl"
    EventLog(tmp_path).close()
    assert files(tmp_path)[-1].name == "dialer-000002-001.jsonl"

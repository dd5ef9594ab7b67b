"""FreeSWITCH's call center, imported: what becomes of each parameter, and of every line."""

from __future__ import annotations

import pytest

from contact_center.content.importing.callcenter_xml import STRATEGIES
from contact_center.content.importing.report import Verdict
from contact_center.core.ids import AgentId, QueueId
from contact_center.core.queue_settings import (
    AfterNoAnswer,
    BackOff,
    IdleClock,
    Membership,
    Recording,
)
from tests.content.importing.samples import CALLCENTER, made_of_xml

S = 1_000_000
SUPPORT, SALES = QueueId("support"), QueueId("sales")


def test_every_line_with_an_element_is_in_the_report_with_a_fate() -> None:
    entries = list(made_of_xml().report.entries)
    lines = {
        number: line.strip()
        for number, line in enumerate(CALLCENTER.splitlines(), 1)
        if line.strip().startswith("<")
    }
    assert {e.line: e.text for e in entries} == lines
    assert [e for e in entries if e.verdict is None] == []


def test_queues_become_what_they_were() -> None:
    made = made_of_xml().center
    assert made.warnings == ()
    support, sales = (made.configuration.queues[name] for name in (SUPPORT, SALES))
    assert (support.strategy, support.idle_clock) == ("longest_idle", IdleClock.LAST_CALL)
    assert (support.label, support.max_wait_us) == ("support@default", 86_400 * S)
    assert support.absent_waiting == frozenset()
    assert (support.redial_us, support.recording) == (90 * S, Recording(on=True))
    assert (sales.strategy, sales.ring_step_us) == ("progressive", 8 * S)
    assert (sales.music, sales.max_wait_us, sales.absent_waiting) == ("jazz", 300 * S, None)
    room = made.configuration.rooms[SUPPORT]
    assert (len(room.comfort), room.comfort_every_us) == (1, 40 * S)


def test_agents_and_tiers_become_what_they_were() -> None:
    agents = made_of_xml().center.configuration.agents
    assert list(agents) == ["zoe", "1000"]  # by level and position
    zoe, other = agents[AgentId("zoe")], agents[AgentId("1000")]
    assert (other.device, other.ring_us, other.wrap_up_us) == ("1000", 10 * S, 10 * S)
    assert (other.after_no_answer, other.no_answers) == (AfterNoAnswer.PAUSE, 3)
    assert other.back_off == BackOff(declined_us=12 * S, busy_us=60 * S, no_answer_us=S)
    assert other.members == (Membership(queue=SUPPORT, tier=2, delay_us=40 * S),)
    assert (zoe.device, zoe.after_no_answer) == ("7000", AfterNoAnswer.BACK_OFF)
    assert zoe.members == (Membership(queue=SALES, tier=3),)
    assert zoe.queues == (SUPPORT, SALES)


@pytest.mark.parametrize(
    ("line", "verdict", "words"),
    [
        ('<param name="dbname"', Verdict.NOT_NEEDED, "in memory"),
        ('<param name="odd"', Verdict.LEFT_OUT, "called so"),
        ("<!--<param", Verdict.COMMENT, ""),
        ('<param name="moh-sound" value="$$', Verdict.TO_DO, "variable"),
        ('<param name="time-base-score" value="system"', Verdict.LEFT_OUT, "first queue"),
        ('<param name="max-wait-time" value="0"', Verdict.KEPT, "24h"),
        ('<param name="max-wait-time-with-no-agent" value="60"', Verdict.KEPT, "at once"),
        ('<param name="announce-sound"', Verdict.TO_DO, "wait.wav"),
        ('<agent name="zoe"', Verdict.LEFT_OUT, "uuid-standby"),
        ('<tier agent="nobody"', Verdict.LEFT_OUT, "no agent nobody"),
        ("<X-PRE-PROCESS", Verdict.LEFT_OUT, "queues/*.xml"),
    ],
)
def test_the_report_says_why(line: str, verdict: Verdict, words: str) -> None:
    entry = made_of_xml().line(line)
    assert entry.verdict is verdict
    assert words in "; ".join(entry.words)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_of_freeswitch_has_one_of_ours(strategy: str) -> None:
    text = CALLCENTER.replace("longest-idle-agent", strategy)
    queues = made_of_xml(text).center.configuration.queues
    assert queues[SUPPORT].strategy == STRATEGIES[strategy]

"""Asterisk's queues, imported: what becomes of each option, and that no line is passed over."""

from __future__ import annotations

import pytest

from contact_center.content.importing.queues_conf import STRATEGIES
from contact_center.content.importing.report import Verdict
from contact_center.core.ids import AgentId, QueueId
from contact_center.core.queue_settings import (
    Absence,
    AfterNoAnswer,
    IdleClock,
    Membership,
    Recording,
    WaitStep,
    WrapUp,
)
from tests.content.importing.samples import QUEUES, RULES, made_of

S = 1_000_000
SALES, SUPPORT = QueueId("sales"), QueueId("support")


def test_every_line_of_both_files_is_in_the_report_with_a_fate() -> None:
    entries = list(made_of().report.entries)
    for file, text in (("queues.conf", QUEUES), ("queuerules.conf", RULES)):
        there = {e.line: e.text for e in entries if e.file == file}
        lines = {n: line.strip() for n, line in enumerate(text.splitlines(), 1) if line.strip()}
        assert there == lines
    assert [e for e in entries if e.verdict is None] == []
    silent = (Verdict.COMMENT, Verdict.KEPT)
    assert [e for e in entries if e.verdict not in silent and not e.words] == []


def test_what_is_made_starts_without_an_error_and_without_an_unserved_queue() -> None:
    made = made_of()
    assert made.center.warnings == ()
    assert set(made.center.configuration.queues) == {"sales", "support"}
    assert [n.label for n in made.center.configuration.numbers.values()] == ["sales", "support"]


def test_a_queue_has_what_its_template_and_it_say() -> None:
    made = made_of().center.configuration
    sales = made.queues[SALES]
    assert (sales.strategy, sales.idle_clock) == ("longest_idle", IdleClock.LAST_CALL)
    assert (sales.music, sales.ring_us, sales.max_waiting) == ("classical", 20 * S, 25)
    assert sales.wrap_up == WrapUp(us=15 * S)
    assert (sales.weight, sales.service_level_us) == (3, 60 * S)
    assert sales.recording == Recording(on=True)
    assert sales.absent_at_entry == {
        Absence.NOT_ELIGIBLE,
        Absence.INVALID,
        Absence.PAUSED,
        Absence.UNAVAILABLE,
    }
    assert sales.absent_waiting == set(Absence)
    support = made.queues[SUPPORT]
    assert (support.strategy, support.ring_us) == ("round_robin", 600 * S)
    assert (support.absent_at_entry, support.absent_waiting) == (None, None)


def test_announcements_are_taken_over() -> None:
    rooms = made_of().center.configuration.rooms
    sales, support = rooms[SALES], rooms[SUPPORT]
    assert (sales.announce_every_us, sales.position, sales.position_most) == (90 * S, True, 4)
    assert (sales.only_better, sales.expected, sales.round_us) == (True, True, 30 * S)
    assert (sales.comfort_first_us, sales.comfort_every_us) == (20 * S, 60 * S)
    assert len(sales.comfort) == 1
    assert sales.whisper
    assert (support.position, support.expected) == (False, True)


def test_members_become_agents_with_tiers() -> None:
    agents = made_of().center.configuration.agents
    ana, ben = agents[AgentId("1001")], agents[AgentId("1002")]
    assert (ana.name, ana.device, ana.queues) == ("Ana Ruiz", "1001", (SALES, SUPPORT))
    assert ana.members == (
        Membership(queue=SALES, tier=0),
        Membership(queue=SUPPORT, tier=0),
    )
    assert (ben.members, ben.wrap_up_us) == ((), 30 * S)
    chloe = next(a for a in agents.values() if a.name == "Chloe Martin")
    assert (chloe.device, chloe.members) == ("7000", (Membership(queue=SALES, tier=7),))
    assert {a.name: a.after_no_answer for a in agents.values()} == {
        "Ana Ruiz": AfterNoAnswer.PAUSE,
        "Ben Okafor": AfterNoAnswer.PAUSE,
        "Chloe Martin": AfterNoAnswer.PAUSE,
        "Agent/1007": AfterNoAnswer.BACK_OFF,
    }


def test_a_penalty_rule_becomes_steps_that_ask_for_the_penalty() -> None:
    made = made_of().center.configuration
    assert made.queues[SALES].steps == (
        WaitStep(after_us=30 * S, requirement="sales-penalty >= 0 and sales-penalty <= 1"),
        WaitStep(after_us=60 * S, requirement="sales-penalty >= 1 and sales-penalty <= 5"),
        WaitStep(after_us=90 * S, requirement="sales-penalty >= 1 and sales-penalty <= 5"),
    )
    skills = {a.name: dict(a.skills) for a in made.agents.values()}
    assert skills["Ana Ruiz"] == {"sales-penalty": 0}
    assert skills["Chloe Martin"] == {"sales-penalty": 7}
    assert skills["Agent/1007"] == {}


@pytest.mark.parametrize(
    ("line", "at", "verdict", "words"),
    [
        ("retry = 5", 0, Verdict.NOT_NEEDED, "at once"),
        ("autofill = no", 0, Verdict.NOT_NEEDED, "every free agent"),
        ("autofill = yes", 0, Verdict.NOT_NEEDED, "every free agent"),
        ("weight = 3", 0, Verdict.KEPT, "nobody starves"),
        ("weight = 99", 0, Verdict.COMMENT, ""),
        ("weight = 4", 0, Verdict.LEFT_OUT, "no queue uses this line"),
        ("maxlen = 0", 0, Verdict.KEPT, "here there is one"),
        ("timeout = 0", 0, Verdict.KEPT, "for ever"),
        ("strategy = wrandom", 0, Verdict.NOT_NEEDED, "says otherwise"),
        ("ringinuse = no", 0, Verdict.NOT_NEEDED, "one call at a time"),
        ("ringinuse = yes", 0, Verdict.LEFT_OUT, "channels"),
        ("announce = queue-markq", 0, Verdict.TO_DO, "queue-markq"),
        ("periodic-announce = ", 0, Verdict.TO_DO, "buy-more"),
        ("announce-holdtime = once", 0, Verdict.KEPT, "not only once"),
        ("queue-thankyou", 0, Verdict.LEFT_OUT, "spoken from texts"),
        ("context = qoutcon", 0, Verdict.LEFT_OUT, "keys"),
        ("penaltymemberslimit", 0, Verdict.LEFT_OUT, "step"),
        ("fancy-option", 0, Verdict.LEFT_OUT, "called so"),
        ("timeout-typo", 0, Verdict.LEFT_OUT, "key = value"),
        ("#include", 0, Verdict.LEFT_OUT, "not followed"),
        ("defaultrule = widen", 0, Verdict.KEPT, "sales-penalty"),
        ("penaltychange => 90,,,2", 0, Verdict.LEFT_OUT, "raising"),
        ("penaltychange => 10,5", 0, Verdict.NOT_NEEDED, "no queue names"),
        ("member => Local/9", 0, Verdict.KEPT, "extension 7000"),
    ],
)
def test_the_report_says_why(line: str, at: int, verdict: Verdict, words: str) -> None:
    entry = made_of().line(line, at)
    assert entry.verdict is verdict
    assert words in "; ".join(entry.words)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_of_asterisk_has_one_of_ours(strategy: str) -> None:
    made = made_of(f"[q]\nstrategy = {strategy}\nmember => PJSIP/101\n", "")
    assert made.center.configuration.queues[QueueId("q")].strategy == STRATEGIES[strategy][0]


@pytest.mark.parametrize("line", ["timeout = soon", "maxlen = -1", "wrapuptime =", "weight = x"])
def test_a_value_that_is_no_number_is_left_out_and_said(line: str) -> None:
    made = made_of(f"[q]\n{line}\nmember => PJSIP/101\n", "")
    assert made.line(line).verdict is Verdict.LEFT_OUT
    assert "no number" in made.line(line).words[0]


def test_a_rule_that_counts_from_what_is_not_here_is_said() -> None:
    rules = "[r]\npenaltychange => 30,+5\n"
    made = made_of("[q]\ndefaultrule = r\nmember => PJSIP/101\n", rules)
    assert "dial plan" in made.line("penaltychange").words[-1]
    assert made.line("penaltychange").verdict is Verdict.LEFT_OUT


def test_names_that_are_not_usable_are_made_so_and_stay_apart() -> None:
    text = "[Sales East!]\nmember => SIP/a b,1\n[Sales-East]\nmember => SIP/a_b,1\n"
    made = made_of(text, "").center.configuration
    assert list(made.queues) == ["Sales-East", "Sales-East-2"]
    assert [q.label for q in made.queues.values()] == ["Sales East!", "Sales-East"]
    assert len({agent.device for agent in made.agents.values()}) == 2


def test_a_report_is_whole_when_nothing_is_left_to_do() -> None:
    assert made_of("[q]\ntimeout = 20\nretry = 4\nmember => PJSIP/101\n", "").report.is_whole
    assert not made_of().report.is_whole

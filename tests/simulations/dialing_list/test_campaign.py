"""A campaign over a list, dialled by the parts of the live dialer."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from dialer.attempt import Verdict
from dialer.lead_filter import FilterError
from simulations.__main__ import main
from simulations.dialing_list.campaign import Outcome, Setting, dial, ordered, split
from simulations.dialing_list.odds import judged
from simulations.dialing_list.report import document, table
from simulations.dialing_list.source import Source, read_source
from tests.simulations.dialing_list.made import write_list

SETTING = Setting(agents=6, pacer="progressive", days=5, seed=2)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return read_source(write_list(tmp_path_factory.mktemp("list") / "list.csv", 160))


@pytest.fixture(scope="module")
def outcome(source: Source) -> Outcome:
    return dial(source.people, judged(source.people), SETTING)


def test_every_lead_comes_to_an_end_or_is_open_for_another_day(outcome: Outcome) -> None:
    assert sum(outcome.states.values()) == len(outcome.people)
    assert outcome.states["done"] > 0.7 * len(outcome.people)
    assert set(outcome.states) <= {"done", "exhausted", "open"}


def test_what_agents_hear_is_what_the_list_says(source: Source, outcome: Outcome) -> None:
    bought = {p.row.key for p in source.people if p.buys}
    talked = [each for each in outcome.tried if each.end and each.end.verdict is Verdict.CONNECTED]
    assert {each.attempt.lead for each in talked if each.success} <= bought
    assert not {each.attempt.lead for each in talked if not each.success} & bought
    assert max(Counter(each.attempt.lead for each in talked).values()) == 1
    seconds = {p.row.key: p.talk_s for p in source.people}
    assert all(
        each.end and each.end.talk_us == seconds[each.attempt.lead] * 1_000_000 for each in talked
    )


def test_who_is_held_out_is_never_called(source: Source, outcome: Outcome) -> None:
    held = {p.row.key for p in outcome.held_out}
    assert 5 < len(held) < 60
    assert not held & {each.attempt.lead for each in outcome.tried}
    assert len(held) + len(outcome.people) == len(source.people)


def test_nobody_is_dialled_again_before_the_rules_say_so(outcome: Outcome) -> None:
    last: dict[str, tuple[int, Verdict]] = {}
    again = 0
    for each in sorted(outcome.tried, key=lambda t: t.attempt.opened_at):
        assert each.end is not None
        lead = str(each.attempt.lead)
        if lead in last:
            ended, verdict = last[lead]
            least = {Verdict.BUSY: 600, Verdict.NO_ANSWER: 14_400, Verdict.MACHINE: 72_000}
            assert each.attempt.opened_at - ended >= least.get(verdict, 0) * 1_000_000
            assert verdict is not Verdict.CONNECTED
            again += 1
        last[lead] = (each.end.at, each.end.verdict)
    assert again > 30


def test_one_call_for_each_idle_agent_abandons_nobody(outcome: Outcome) -> None:
    assert outcome.totals.abandoned == 0
    assert outcome.totals.connected == sum(bool(each.disposition) for each in outcome.tried)


def test_the_same_seed_is_the_same_campaign(source: Source, outcome: Outcome) -> None:
    again = dial(source.people, judged(source.people), SETTING)
    assert again.tried == outcome.tried


def test_the_best_are_called_first(source: Source) -> None:
    known = judged(source.people)
    called, _ = split(source.people, known, SETTING)
    worth = [called[place][1].worth for place in ordered(called, SETTING)]
    assert worth == sorted(worth, reverse=True)
    assert ordered(called, Setting(order="file")) == list(range(len(called)))
    chance = Setting(order="random", seed=5)
    assert sorted(ordered(called, chance)) == list(range(len(called))) != ordered(called, chance)


def test_it_is_told_by_segment_hour_and_attempt_with_intervals(
    source: Source, outcome: Outcome
) -> None:
    told = document(outcome, source.definition.kinds)
    assert told["sales"] == sum(each.success for each in outcome.tried)
    segments = told["segments"]
    assert segments["new"]["leads"] + segments["bought before"]["leads"] == told["called"]
    again, new = segments["bought before"]["conversion"], segments["new"]["conversion"]
    assert again["low"] > new["value"]
    assert new["low"] < new["value"] < new["high"]
    attempts = [row["attempts"] for row in told["by_attempt"].values()]
    assert attempts[0] == told["called"]
    assert attempts == sorted(attempts, reverse=True)
    assert sum(row["attempts"] for row in told["by_hour"].values()) == len(outcome.tried)
    assert {int(hour) for hour in told["by_hour"]} <= set(range(9, 18))
    assert told["planned"]["talks"] > 0.8 * told["total"]["conversion"]["count"]
    assert told["lift"]["low"] > 0
    assert "bought before" in table(told)
    with pytest.raises(FilterError):
        document(outcome, source.definition.kinds, {"odd": "fields.height > 3"})


def test_the_command_says_it_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_list(tmp_path / "list.csv", 80)
    words = ["telemarketing", str(path), "--agents", "4", "--pacers", "progressive", "--days", "2"]
    assert main([*words, "--json", "--segment", "few", "fields.age < 25"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["imported"] == 80
    assert "few" in told["campaigns"][0]["segments"]
    assert main(words) == 0
    assert "abandoned: 0.00%" in capsys.readouterr().out
    for wrong in (
        [*words, "--segment", "few", "fields.agee < 25"],
        [*words[:-2], "--pacers", "none"],
        ["telemarketing", str(tmp_path / "none.csv")],
        [*words, "--leads", "10"],
    ):
        assert main(wrong) == 2

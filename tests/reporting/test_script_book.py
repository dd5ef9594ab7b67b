"""What came of a script, counted from what happened in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contact_center.reporting.script_book import BY, ScriptQuestion
from contact_center.reporting.script_fold import fold_script
from tests.reporting.script_walks import OTHER, TODAY, S, hung_up, kept_of, sold, walked

ASKED = ScriptQuestion(script="sale", begin=0, end=1_000_000 * S, goals=frozenset({"sold"}))
RUNS = [
    sold("c1", 0),
    sold("c2", 100 * S),
    sold("c3", 200 * S, accepts=False),
    hung_up("c4", 300 * S),
    hung_up("c4", 400 * S, ""),
]


def told(asked: ScriptQuestion = ASKED) -> dict[str, Any]:
    return fold_script(RUNS, asked).plain(TODAY)


def page_of(group: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(page for page in group["pages"] if page["page"] == name)
    return found


def test_a_script_is_told_with_how_its_runs_ended() -> None:
    (group,) = told()["groups"]
    assert (group["version"], group["current"]) == (TODAY.version, True)
    assert (group["runs"], group["calls"], group["ended"]) == (5, 4, 4)
    assert (group["completion"]["count"], group["completion"]["of"]) == (2, 4)
    assert group["conversion"]["share"] == 0.5
    assert group["conversion"]["low"] < 0.5 < group["conversion"]["high"]
    codes = {code: found["count"] for code, found in group["dispositions"].items()}
    assert codes == {"sold": 2, "no_sale": 1}


def test_a_page_is_told_with_its_ways_out_its_time_and_who_was_lost_there() -> None:
    (group,) = told()["groups"]
    first = page_of(group, "open")
    assert (first["runs"], first["calls"], first["entries"]) == (5, 4, 5)
    assert {way["way"]: way["times"] for way in first["exits"]} == {"next:fork": 3, "end": 2}
    assert (first["lost"]["count"], first["lost"]["of"]) == (2, 4)
    assert (first["p50_us"], first["p90_us"]) == (2 * S, 3 * S)
    order = page_of(group, "order")
    # The third one declined the offer, and that leads here again.
    assert (order["entries"], order["back"], order["runs"]) == (7, 3, 3)
    assert order["lost"]["count"] == 0
    fork = page_of(group, "fork")
    assert (fork["entries"], fork["exits"]) == (0, [])
    assert sum(way["times"] for way in fork["passed"]) == 3
    assert [page["page"] for page in group["pages"]] == list(TODAY.pages)


def test_what_came_up_on_the_way_is_told_with_how_it_ended() -> None:
    (group,) = told()["groups"]
    (met,) = group["objections"]
    assert (met["objection"], met["times"], met["runs"]) == ("price", 3, 3)
    assert met["conversion"]["share"] == 1.0
    (offer,) = group["offers"]
    assert (offer["shown"], offer["accepted"]["count"], offer["declined"]["count"]) == (3, 2, 1)
    (said,) = group["disclosures"]
    assert (said["disclosure"], said["runs"], said["recorded"]) == ("terms", 3, 2)


def test_arms_of_a_split_are_told_with_their_conversion() -> None:
    (group,) = told()["groups"]
    assert {(arm["page"], arm["arm"]) for arm in group["splits"]} <= {("fork", "a"), ("fork", "b")}
    assert sum(arm["runs"] for arm in group["splits"]) == 3
    assert sum(arm["conversion"]["count"] for arm in group["splits"]) == 2
    assert all(arm["conversion"] is None for arm in told(replace(ASKED, goals=frozenset()))
               ["groups"][0]["splits"])  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (replace(ASKED, by="queue"), {"sales": 3, "support": 2}),
        (replace(ASKED, by="agent"), {"ann": 3, "bob": 2}),
        (replace(ASKED, by="agent", queue="support"), {"bob": 2}),
        (replace(ASKED, by="queue", agent="ann"), {"sales": 3}),
        (replace(ASKED, by="queue", begin=100 * S, end=400 * S), {"sales": 2, "support": 1}),
        (replace(ASKED, script="help"), {}),
    ],
)
def test_runs_are_those_of_a_queue_an_agent_and_a_time(
    asked: ScriptQuestion, names: dict[str, int]
) -> None:
    assert {group[asked.by]: group["runs"] for group in told(asked)["groups"]} == names


def test_whoever_has_it_last_has_the_run() -> None:
    asked = replace(ASKED, by="agent")
    run = RUNS[0].restore(TODAY)
    run.agent = "eve"
    (group,) = fold_script([kept_of(run, list(RUNS[0].facts))], asked).plain()["groups"]
    assert (group["agent"], "current" in group) == ("eve", False)


def test_versions_are_told_apart_and_todays_comes_first() -> None:
    book = fold_script(walked(60, 1), ASKED)
    groups = book.plain(TODAY)["groups"]
    assert [group["current"] for group in groups] == [True, False]
    assert fold_script(walked(60, 1), replace(ASKED, script=OTHER.script)).groups


def test_without_the_script_of_today_pages_are_in_the_order_of_how_many_came() -> None:
    (group,) = fold_script(RUNS, ASKED).plain()["groups"]
    runs = [page["runs"] for page in group["pages"]]
    assert runs == sorted(runs, reverse=True)
    assert {page["title"] for page in group["pages"]} == {""}


@pytest.mark.parametrize("by", BY)
def test_counts_fit_together(by: Any) -> None:
    book = fold_script(walked(200, 2), replace(ASKED, by=by))
    for tally in book.groups.values():
        assert sum(page.lost for page in tally.pages.values()) == tally.ended - tally.complete
        assert tally.dispositions.total() <= tally.ended <= tally.runs
        assert tally.calls <= tally.runs
        for page in tally.pages.values():
            assert page.exits.total() <= page.entries
            assert page.calls <= page.runs <= page.entries
        for offer in tally.offers.values():
            assert offer.accepted + offer.declined <= offer.shown

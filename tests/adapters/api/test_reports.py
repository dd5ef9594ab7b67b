"""The doors to what callers answered, what became of them in flows, what came of scripts."""

from __future__ import annotations

import pytest

from contact_center.reporting.flow_book import DAY_US
from contact_center.reporting.script_book import ScriptQuestion
from tests.adapters.api.conftest import Bench


async def test_surveys_are_counted_over_the_time_that_is_asked_for(bench: Bench) -> None:
    status, told = await bench.ask("GET", "/api/surveys?from=1&to=900&by=agent&queue=sales")
    assert (status, told["surveys"]) == (200, [{"survey": "after_call", "agent": "sales"}])
    assert bench.asked_surveys == [(1, 900, "agent", "sales", "")]


async def test_breaks_from_one_queue_are_added_up(bench: Bench) -> None:
    status, told = await bench.ask("GET", "/api/queue-pauses?from=1&to=900&queue=sales&agent=bob")
    assert (status, told["pauses"][0]["agent"]) == (200, "bob")
    assert bench.asked_pauses == (1, 900, "sales", "bob")
    assert (await bench.ask("GET", "/api/queue-pauses?queue=a%20b"))[0] == 400


async def test_without_a_time_it_is_the_last_day_by_queue(bench: Bench) -> None:
    _, told = await bench.ask("GET", "/api/surveys")
    now = bench.bare.now
    assert (told["from_at"], told["to_at"], told["by"]) == (now - DAY_US, now, "queue")


async def test_what_became_of_callers_in_a_flow_is_told(bench: Bench) -> None:
    status, told = await bench.ask("GET", "/api/flows/main/report?from=1&to=900&success=a,b")
    assert (status, told["flow"]) == (200, "main")
    assert bench.asked_flows == [("main", 1, 900, ["a", "b"])]
    status, told = await bench.ask("GET", "/api/flows/main/report?from=9&to=1")
    assert (status, list(told["fields"])) == (400, ["to"])


async def test_a_flow_that_nobody_knows_is_not_found(bench: Bench) -> None:
    status, told = await bench.ask("GET", "/api/flows/elsewhere/report")
    assert (status, "no_such_flow" in str(told)) == (404, True)
    status, told = await bench.ask("GET", "/api/flows/main%00/report")
    assert (status, "no_such_flow" in str(told)) == (404, True)
    assert [flow for flow, *_ in bench.asked_flows] == ["elsewhere"], "the database is not asked"
    bench.history = None
    assert (await bench.ask("GET", "/api/flows/main/report"))[0] == 503


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=x", "from"),
        ("from=9&to=9", "to"),
        ("by=skill", "by"),
        ("from=1", "to"),
        ("queue=%00", "queue"),
        ("queue=sales%00", "queue"),
        ("agent=ana%E2%80%AE", "agent"),
        (f"agent={'a' * 121}", "agent"),
    ],
)
async def test_what_makes_no_sense_is_refused(bench: Bench, query: str, field: str) -> None:
    status, told = await bench.ask("GET", f"/api/surveys?{query}")
    assert (status, list(told["fields"])) == (400, [field])
    assert bench.asked_surveys == [], "the database is not asked"


@pytest.mark.parametrize("success", ["%00", "told,%00", "told,a%2Fb", "told booked"])
async def test_milestones_that_no_flow_can_have_are_refused(bench: Bench, success: str) -> None:
    status, told = await bench.ask("GET", f"/api/flows/main/report?success={success}")
    assert (status, list(told["fields"])) == (400, ["success"])
    assert (await bench.ask("GET", "/api/flows/main/report?success=,told,"))[0] == 200
    assert bench.asked_flows[0][3] == ["told"]
    assert len(bench.asked_flows) == 1


async def test_a_database_that_is_away_is_said(bench: Bench) -> None:
    bench.history = None
    status, told = await bench.ask("GET", "/api/surveys")
    assert status == 503
    assert "no_history" in str(told)


async def test_what_came_of_a_script_is_told_by_what_is_asked_for(bench: Bench) -> None:
    words = "from=1&to=900&by=agent&queue=sales&agent=ann&goal=sold,quote"
    status, told = await bench.ask("GET", f"/api/scripts/sale/report?{words}")
    assert (status, told["script"]) == (200, "sale")
    goals = frozenset({"sold", "quote"})
    assert bench.asked_scripts == [
        ScriptQuestion(
            script="sale", begin=1, end=900, by="agent", queue="sales", agent="ann", goals=goals
        )
    ]
    await bench.ask("GET", "/api/scripts/sale/report")
    now = bench.bare.now
    assert bench.asked_scripts[1] == ScriptQuestion(script="sale", begin=now - DAY_US, end=now)


@pytest.mark.parametrize(
    ("words", "field"),
    [("from=9&to=1", "to"), ("by=mood", "by"), ("goal=a%20b", "goal"), ("queue=a%20b", "queue")],
)
async def test_a_wrong_question_about_a_script_is_answered_with_its_place(
    words: str, field: str, bench: Bench
) -> None:
    status, told = await bench.ask("GET", f"/api/scripts/sale/report?{words}")
    assert (status, list(told["fields"])) == (400, [field])
    assert bench.asked_scripts == []


async def test_a_script_that_nobody_knows_is_not_found(bench: Bench) -> None:
    status, told = await bench.ask("GET", "/api/scripts/elsewhere/report")
    assert (status, "no_such_script" in str(told)) == (404, True)
    status, told = await bench.ask("GET", "/api/scripts/sale%00/report")
    assert (status, "no_such_script" in str(told)) == (404, True)
    assert [asked.script for asked in bench.asked_scripts] == ["elsewhere"]
    bench.history = None
    assert (await bench.ask("GET", "/api/scripts/sale/report"))[0] == 503

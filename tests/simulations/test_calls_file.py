"""Call-by-call files: good rows are read, bad ones are named by line."""

from __future__ import annotations

from datetime import datetime

import pytest

from simulations.calls_file import UNTYPED, BadRowsError, Outcome, Row, read_calls

HEAD = "arrived,queue,type,waited,outcome,talk,wrap_up,agent"
GOOD = "2026-11-02T09:13:05,sales,order,12.5,answered,200,30,ana"


def read(*lines: str, head: str = HEAD) -> tuple[list[Row], list[str]]:
    return read_calls([f"{line}\n" for line in (head, *lines)], "calls.csv")


def test_a_row_is_read() -> None:
    rows, problems = read(GOOD)
    assert problems == []
    assert rows == [
        Row(
            arrived=datetime(2026, 11, 2, 9, 13, 5),
            queue="sales",
            kind="order",
            waited_s=12.5,
            outcome=Outcome.ANSWERED,
            talk_s=200,
            wrap_up_s=30,
            agent="ana",
        )
    ]


def test_columns_may_stand_in_any_order_with_others_between() -> None:
    rows, problems = read(
        "x,ana,30,200,answered,12.5,order,sales,2026-11-02T09:13:05",
        head="id,agent,wrap_up,talk,outcome,waited,type,queue,arrived",
    )
    assert (rows, problems) == read(GOOD)


def test_cells_that_mean_nothing_may_be_empty() -> None:
    rows, problems = read(
        "2026-11-02 09:13:05,sales,,40,abandoned,,,", "2026-11-02 09:14,sales,,,no_answer,,,bo"
    )
    assert problems == []
    assert [(row.outcome, row.waited_s, row.kind) for row in rows] == [
        (Outcome.ABANDONED, 40, UNTYPED),
        (Outcome.NO_ANSWER, 0, UNTYPED),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("yesterday,sales,,1,answered,5,0,ana", "arrived"),
        ("2026-11-02T09:13:05Z,sales,,1,answered,5,0,ana", "local time"),
        ("2026-11-02T09:13:05,,,1,answered,5,0,ana", "queue"),
        ("2026-11-02T09:13:05,sales,,-1,answered,5,0,ana", "waited"),
        ("2026-11-02T09:13:05,sales,,nan,abandoned,,,", "waited"),
        ("2026-11-02T09:13:05,sales,,1,answered,long,0,ana", "talk"),
        ("2026-11-02T09:13:05,sales,,1,answered,0,0,ana", "talk"),
        ("2026-11-02T09:13:05,sales,,1,answered,5,,ana", "wrap_up"),
        ("2026-11-02T09:13:05,sales,,1,lost,5,0,ana", "outcome"),
        ("2026-11-02T09:13:05,sales,,,no_answer,,,", "agent"),
        ("2026-11-02T09:13:05,sales", "fewer cells"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(line: str, said: str) -> None:
    rows, problems = read(GOOD, line, GOOD)
    assert len(rows) == 2
    (problem,) = problems
    assert problem.startswith("calls.csv:3: ")
    assert said in problem


def test_everything_that_is_wrong_with_a_row_is_said_at_once() -> None:
    _, problems = read("soon,,,x,answered,y,z,ana")
    assert [problem.split(":")[2].strip() for problem in problems] == [
        "arrived",
        "queue",
        "waited",
        "talk",
        "wrap_up",
    ]


def test_a_file_without_the_columns_is_refused() -> None:
    with pytest.raises(BadRowsError, match=r"calls.csv:1: no column waited, agent"):
        read(head="arrived,queue,type,outcome,talk,wrap_up")
    with pytest.raises(BadRowsError, match="no column"):
        read_calls([], "empty.csv")


def test_a_file_that_is_no_csv_is_refused() -> None:
    with pytest.raises(BadRowsError, match=r"calls.csv:2"):
        read('"2026-11-02"x,sales,,1,answered,5,0,ana')

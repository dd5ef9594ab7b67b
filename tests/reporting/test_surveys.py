"""What answers come to."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from contact_center.core.caller_facts import SurveyAnswered, SurveyEnded
from contact_center.core.facts import Fact
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.reporting.surveys import SurveyBook, SurveyTally, mean


def visit(number: int, outcome: str, agent: str, *values: int) -> list[Fact]:
    """One caller's survey, at a second of their own."""
    call, at = CallId(f"k{number}"), number * 1_000_000
    served = {"queue": QueueId("sales"), "agent": AgentId(agent)} if agent else {}
    answers: list[Fact] = [
        SurveyAnswered(
            at=at,
            call=call,
            seq=10 + index,
            survey="after",
            question=f"q{index}",
            value=value,
            **served,  # type: ignore[arg-type]
        )
        for index, value in enumerate(values)
    ]
    end = SurveyEnded(
        at=at,
        call=call,
        seq=20,
        survey="after",
        outcome=outcome,
        questions=2,
        answered=len(values),
        **served,  # type: ignore[arg-type]
    )
    return [*answers, end]


LOG = [
    *visit(1, "done", "anna", 5, 9),
    *visit(2, "done", "anna", 4, 10),
    *visit(3, "abandoned", "anna"),
    *visit(4, "hangup", "bob", 1),
    *visit(5, "done", "", 3, 7),
]


def test_means_distributions_and_rates_are_by_queue() -> None:
    book = SurveyBook(by="queue")
    book.take(LOG)
    nobody, sales = book.plain()
    assert (nobody["queue"], nobody["asked"], nobody["answer_rate"]) == (None, 1, 1.0)
    assert sales == {
        "survey": "after",
        "queue": "sales",
        "asked": 4,
        "replied": 3,
        "answer_rate": 0.75,
        "ended": {"abandoned": 1, "done": 2, "hangup": 1},
        "questions": [
            {
                "question": "q0",
                "answers": 3,
                "mean": 3.3333,
                "distribution": {"1": 1, "4": 1, "5": 1},
            },
            {"question": "q1", "answers": 2, "mean": 9.5, "distribution": {"9": 1, "10": 1}},
        ],
    }


def test_the_same_by_agent_and_for_all() -> None:
    agents, everybody = SurveyBook(by="agent"), SurveyBook(by="center")
    agents.take(LOG)
    everybody.take(LOG)
    assert [(row["agent"], row["asked"]) for row in agents.plain()] == [
        (None, 1),
        ("anna", 3),
        ("bob", 1),
    ]
    (total,) = everybody.plain()
    assert (total["asked"], total["replied"]) == (5, 4)


def test_of_nothing_there_is_no_mean() -> None:
    assert SurveyTally().rate is None
    assert mean(Counter()) is None
    book = SurveyBook()
    book.take(LOG[:3])
    (only,) = book.tallies.values()
    assert mean(only.answers["q0"]) == Fraction(5)

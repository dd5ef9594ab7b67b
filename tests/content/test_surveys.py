"""Surveys and reviewed messages in flow files: how they are read, and what is refused."""

from __future__ import annotations

import pytest

from contact_center.content.center import load_content
from contact_center.core.ids import FlowId
from contact_center.core.ivr.flow import AnyNode, Edge, Survey, Voicemail
from contact_center.core.ivr.prompts import texts_of
from tests.content.samples import FLOW, at, broken, problems_of, sources

SURVEY = """\
  rate:
    do: survey
    survey: after_call
    questions:
      - {id: kind, say: {prompt: sorry}, into: tries}
      - {id: again, say: {prompt: sorry}, low: 0, high: 10}
    retry: {prompt: sorry}
    done: bye
    abandoned: bye
"""
LED = broken(FLOW, "full: outside}", "full: outside, connected: rate}") + SURVEY


def node(flow: str, name: str) -> AnyNode:
    return load_content(sources(flow=flow)).configuration.flows[FlowId("shop")].nodes[name]


def test_a_survey_is_read_with_its_ranges() -> None:
    rate = node(LED, "rate")
    assert isinstance(rate, Survey)
    assert (rate.survey, rate.done, rate.abandoned) == (
        "after_call",
        Edge(goto="bye"),
        Edge(goto="bye"),
    )
    kind, again = rate.questions
    assert (kind.question, sorted(kind.ask.keys), kind.into) == ("kind", list("12345"), "tries")
    assert set(again.ask.keys) == {str(n) for n in range(11)}
    assert (kind.ask.first_timeout_us, kind.ask.inter_digit_us) == (5_000_000, 3_000_000)


def test_a_survey_without_a_name_has_that_of_its_node() -> None:
    rate = node(broken(LED, "    survey: after_call\n", ""), "rate")
    assert isinstance(rate, Survey)
    assert rate.survey == "rate"


def test_what_a_survey_says_is_rendered() -> None:
    flow = broken(LED, "retry: {prompt: sorry}", "retry: {text: {en-US: Again., es-US: Otra.}}")
    bundle = load_content(sources(flow=flow)).configuration.flows[FlowId("shop")]
    assert ("Again.", "en-US") in texts_of(bundle)


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "column", "hint"),
    [
        ("id: again", "id: kind", "E014", 52, 14, "a name of its own"),
        ("into: tries", "into: order", "E041", 51, 48, "type: int"),
        ("into: tries", "into: nothing", "E040", 51, 48, "vars"),
        ("low: 0, high: 10", "low: 7, high: 7", "E012", 52, 9, "swap"),
        ("high: 10}", "high: 100}", "E012", 52, 57, "99"),
        ("    abandoned: bye\n", "", "E080", 48, 5, "abandoned"),
        ("    survey: after_call", "    inter_digit: 0s", "E032", 52, 57, "inter_digit"),
    ],
)
def test_a_mistake_in_a_survey_is_reported_where_it_stands(
    old: str, new: str, code: str, line: int, column: int, hint: str
) -> None:
    found = [p for p in problems_of(flow=broken(LED, old, new)) if p.is_error]
    assert [at(p)[1:] for p in found] == [(code, line, column)]
    assert hint in found[0].hint + found[0].message


def test_a_message_may_be_reviewed() -> None:
    flow = broken(
        FLOW,
        "    recorded: bye\n",
        "    review: {prompt: sorry}\n    too_short: main\n    recorded: bye\n",
    )
    box = node(flow, "message")
    assert isinstance(box, Voicemail)
    assert box.too_short == Edge(goto="main")
    assert box.review is not None
    assert box.review.outcomes == {"1": "keep", "2": "again", "3": "listen"}
    plain = node(FLOW, "message")
    assert isinstance(plain, Voicemail)
    assert (plain.review, plain.too_short) == (None, None)

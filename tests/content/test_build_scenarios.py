"""Tests in a flow's file are read with their places, and name only what there is."""

from __future__ import annotations

import pytest

from contact_center.adapters.simulated.phones import phone
from contact_center.content.center import load_content
from contact_center.content.problems import ContentError
from contact_center.content.scenario_shapes import GivenShape
from contact_center.core.ids import FlowId
from contact_center.core.ivr.scenario import Act, Does, Expect, FlowTest
from tests.content.samples import CENTER, FLOW

TEN_IN_CALIFORNIA = 1_795_456_800_000_000  # 2026-11-23T10:00-08:00
HEAD = "tests:\n  - name: one\n"


def loaded(written: str) -> tuple[FlowTest, ...]:
    made = load_content({"center.yaml": CENTER, "shop.yaml": f"{FLOW}{written}"})
    return made.configuration.flows[FlowId("shop")].tests


def mistakes(written: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        loaded(written)
    before = len(FLOW.splitlines())
    return [f"{p.line - before}:{p.column} {p.code}" for p in caught.value.problems]


def test_a_test_is_given_a_time_in_the_zone_of_its_center() -> None:
    steps = "    steps: [{expect: {node: main}}]\n"
    (at_ten,) = loaded(f'{HEAD}    given: {{time: "2026-11-23T10:00"}}\n{steps}')
    assert at_ten.given.at == TEN_IN_CALIFORNIA
    (elsewhere,) = loaded(f'{HEAD}    given: {{time: "2026-11-23T19:00+01:00"}}\n{steps}')
    assert elsewhere.given.at == TEN_IN_CALIFORNIA
    (unsaid,) = loaded(f"{HEAD}{steps}")
    assert unsaid.given.at == TEN_IN_CALIFORNIA, "a Monday at ten"


def test_what_is_given_may_be_written_in_short() -> None:
    (made,) = loaded(
        f'{HEAD}    given: {{caller: "+14155550123", customer: {{tier: gold, vip: true}},'
        " agents: none, numbers: {'+14155550190': busy}}\n"
        "    steps: [{expect: {node: main}}]\n"
    )
    given = made.given
    assert (given.number, given.agents) == ("+14155550123", False)
    assert given.customer == {"tier": "gold", "vip": "true"}
    assert given.numbers == {"+14155550190": "busy"}


def test_steps_know_where_they_stand() -> None:
    (made,) = loaded(
        f"{HEAD}    steps:\n"
        "      - {keys: 12}\n"
        "      - {wait: 3s}\n"
        "      - {silence: 3x}\n"
        "      - {agent: answers}\n"
        "      - hangup\n"
        "      - expect: {heard: Hello, edges: [main/no_input#2], vars: {order: '7'}}\n"
    )
    first = made.line + 2
    assert made.steps[:5] == (
        Act(does=Does.KEYS, text="12", line=first),
        Act(does=Does.WAIT, for_us=3_000_000, line=first + 1),
        Act(does=Does.SILENCE, times=3, line=first + 2),
        Act(does=Does.AGENT, text="answers", line=first + 3),
        Act(does=Does.HANGUP, line=first + 4),
    )
    assert made.steps[5] == Expect(
        heard=("Hello",), edges=("main/no_input#2",), variables={"order": "7"}, line=first + 5
    )


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("[{expect: {node: mian}}]", ["3:29 E020"]),
        ("[{expect: {queue: sails}}]", ["3:30 E024"]),
        ("[{expect: {vars: {ordr: x}}}]", ["3:30 E040"]),
        ("[{expect: {language: de-DE}}]", ["3:33 E105"]),
        ("[{expect: {edges: [main/choice:nowhere]}}]", ["3:31 E120"]),
        ("[{expect: {edges: [main]}}]", ["3:31 E120"]),
        ("[{expect: {edges: [mian/next]}}]", ["3:31 E020"]),
        ("[{expect: {tag: vip}}]", ["3:28 E120"]),
        ("[{expect: {}}]", ["3:22 E012"]),
        ("[{expect: {node: null, heard: []}}]", ["3:22 E012"]),
        ("[{expect: }]", ["3:13 E012"]),
        ("[{keys: }, {expect: {node: main}}]", ["3:13 E012"]),
        ("[{wait: 3s}]", ["3:12 E120"]),
        ("[{wait: 3}]", ["3:20 E015"]),
        ("[{wait: 3s, keys: 1}, {expect: {node: main}}]", ["3:13 E012"]),
        ("[{press: 1}]", ["3:14 E010"]),
        ("[{silence: often}, {expect: {node: main}}]", ["3:23 E012"]),
        ("[]", ["3:12 E012"]),
    ],
)
def test_what_cannot_be_is_told_with_its_place(steps: str, found: list[str]) -> None:
    told = mistakes(f"{HEAD}    steps: {steps}\n")
    assert found[0] in told


def test_a_time_a_service_and_a_name_that_cannot_be() -> None:
    given = '    given: {time: "soon", services: {crm: ok}}\n'
    steps = "    steps: [{expect: {node: main}}]\n"
    told = mistakes(f"{HEAD}{given}{steps}  - name: one\n{steps}")
    assert told == ["3:19 E012", "3:38 E070", "5:11 E120"]


@pytest.mark.parametrize("words", ["busy", "answer after 2 s", "ignore", "answer after 1..4 s"])
def test_telephones_outside_do_what_the_network_knows(words: str) -> None:
    steps = "    steps: [{expect: {node: main}}]\n"
    (made,) = loaded(f"{HEAD}    given: {{numbers: {{'+14155550190': {words}}}}}\n{steps}")
    assert phone("+14155550190", made.given.numbers["+14155550190"])
    wrong = f"{HEAD}    given: {{numbers: {{'+14155550190': sing}}}}\n{steps}"
    assert mistakes(wrong) == ["3:39 E012"]


def test_a_service_answers_with_an_outcome_or_with_values() -> None:
    shape = {"a": "timeout", "b": {"tier": "gold"}, "c": {"outcome": "ok", "after": "2s"}}
    made = GivenShape.model_validate({"services": shape}).services
    assert made["a"].outcome == "timeout"
    assert (made["b"].outcome, made["b"].values) == ("ok", {"tier": "gold"})
    assert (made["c"].after, made["c"].values) == (2_000_000, {})

"""What an agent may do on a page of a call script, and what follows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contact_center.core.ids import RecordingId
from contact_center.core.parties import Stretch
from contact_center.core.scripting import facts as f
from contact_center.core.scripting import reading
from contact_center.core.scripting.reading import ScriptRefusedError
from contact_center.core.scripting.run import MOST_FACTS, Run, read_back
from contact_center.core.scripting.view import shown
from tests.core.scripting.scripts import NAMES, OFFERED, SALE, run_of, script

S = 1_000_000


@pytest.fixture
def run() -> Run:
    run = run_of(script())
    reading.begin(run, NAMES, 0)
    return run


def refusal(act: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(ScriptRefusedError) as raised:
        act()
    return raised.value.code, raised.value.about


def to_order(run: Run, names: dict[str, object] = NAMES) -> None:
    reading.answer(run, "wants", True, 1 * S)
    reading.go_on(run, names, 2 * S)
    reading.confirm(run, 10 * S)
    reading.go_on(run, names, 11 * S)
    assert run.page == "order"


def test_what_has_to_be_answered_is_answered_before_the_next_page(run: Run) -> None:
    assert refusal(lambda: reading.go_on(run, NAMES, S)) == ("incomplete", "wants")
    reading.answer(run, "wants", "no", S)
    reading.go_on(run, NAMES, 2 * S)
    assert (run.page, run.suggested) == ("bye", "no_sale")


def test_a_split_is_passed_unseen_and_the_same_for_a_call_for_ever() -> None:
    arms = set()
    for call in ("c1", "c1", "c2", "c3", "c4", "c5", "c6"):
        run = run_of(script(), call)
        reading.begin(run, NAMES, 0)
        reading.answer(run, "wants", True, S)
        happened = reading.go_on(run, NAMES, 2 * S)
        (passed,) = [fact for fact in happened if isinstance(fact, f.PagePassed)]
        assert (passed.page, run.page) == ("fork", "terms")
        arms.add((call, passed.way))
    assert len(arms) == 6
    assert {way for _, way in arms} == {"arm:a", "arm:b"}


def test_nobody_has_said_in_a_second_what_takes_five(run: Run) -> None:
    reading.answer(run, "wants", True, 1 * S)
    reading.go_on(run, NAMES, 2 * S)
    assert refusal(lambda: reading.go_on(run, NAMES, 3 * S)) == ("unconfirmed", "terms")
    assert refusal(lambda: reading.confirm(run, 6 * S)) == ("too_soon", "terms")
    (said,) = reading.confirm(
        run, 7 * S, Stretch(recording=RecordingId("r-1"), end_us=90 * S, long_us=4 * S)
    )
    assert isinstance(said, f.DisclosureConfirmed)
    assert (said.read_us, said.recording) == (5 * S, "r-1")
    assert (said.recording_us, said.recorded_us) == (90 * S, 4 * S)
    assert said.digest == run.script.disclosures["terms"].digest
    assert reading.confirm(run, 8 * S) == []


def test_no_sale_without_what_the_law_wants_said(run: Run) -> None:
    assert refusal(lambda: reading.end(run, "sold", S)) == ("unconfirmed", "terms")
    assert not run.over
    overruled = run_of(run.script)
    reading.begin(overruled, NAMES, 0)
    reading.end(overruled, "sold", S, overruled=True)
    assert overruled.over
    reading.end(run, "no_sale", S)
    assert (run.over, run.complete, run.disposition) == (True, False, "no_sale")


def test_a_secret_is_known_to_be_there_and_nothing_more(run: Run) -> None:
    to_order(run)
    assert shown(run, NAMES).secure
    happened = reading.answer(run, "card", "4111111111111111", 12 * S)
    assert "4111" not in repr(happened)
    assert "4111" not in repr(run)
    assert "card" not in run.names(NAMES)["answers"]  # type: ignore[operator]
    asked = {question.name: question for question in shown(run, NAMES).questions}
    assert (asked["card"].answer, asked["card"].given) == (None, True)
    reading.answer(run, "card", "", 13 * S)
    assert not shown(run, NAMES).questions[1].given


def test_what_was_answered_is_written_under_the_name_it_has_in_the_record(run: Run) -> None:
    to_order(run)
    reading.answer(run, "colour", "red", 12 * S)
    reading.answer(run, "remark", "rings twice", 12 * S)
    assert reading.patch(run) == {"wants_it": True, "colour": "R"}
    reading.answer(run, "colour", None, 13 * S)
    assert reading.patch(run) == {"wants_it": True}


def test_an_offer_waits_for_yes_or_no_and_is_passed_when_there_is_none(run: Run) -> None:
    to_order(run)
    for question, given_ in (("colour", "red"), ("card", "1")):
        reading.answer(run, question, given_, 12 * S)
    reading.go_on(run, NAMES, 13 * S)
    assert run.page == "done"
    other = run_of(run.script)
    reading.begin(other, OFFERED, 0)
    to_order(other, OFFERED)
    for question, given_ in (("colour", "red"), ("card", "1")):
        reading.answer(other, question, given_, 12 * S)
    reading.go_on(other, OFFERED, 13 * S)
    assert other.page == "special"
    assert refusal(lambda: reading.go_on(other, OFFERED, 14 * S))[0] == "undecided"
    reading.answer_offer(other, OFFERED, 15 * S, accepted=False)
    assert (other.page, other.offers) == ("order", {"soil": False})


def test_an_objection_is_met_on_any_page_and_leads_back_or_on(run: Run) -> None:
    reading.object_to(run, "price", S)
    view = shown(run, NAMES)
    assert view.page == "open"
    assert view.open is not None
    assert view.open.say[0].text == "It lasts for years."
    assert refusal(lambda: reading.close_objection(run, NAMES, S, go=True)) == ("nowhere", "price")
    reading.close_objection(run, NAMES, 2 * S)
    assert shown(run, NAMES).open is None
    reading.object_to(run, "later", 3 * S)
    reading.close_objection(run, NAMES, 4 * S, go=True)
    assert (run.page, run.objection) == ("bye", "")


def test_going_back_keeps_answers_and_leads_over_pages_that_were_seen(run: Run) -> None:
    to_order(run)
    reading.go_back(run, 12 * S)
    assert run.page == "terms"
    reading.go_back(run, 13 * S)
    assert (run.page, run.answers) == ("open", {"wants": True})
    assert refusal(lambda: reading.go_back(run, 14 * S))[0] == "no_way_back"


def test_a_page_left_open_at_a_former_desk_changes_nothing(run: Run) -> None:
    reading.hand_over(run, "ben", S)
    assert (run.agent, run.fence) == ("ben", 2)
    assert refusal(lambda: reading.check_fence(run, 1))[0] == "stale"
    reading.check_fence(run, 2)
    reading.end(run, "no_sale", 2 * S)
    assert refusal(lambda: reading.check_fence(run, 2))[0] == "over"
    assert reading.end(run, "sold", 3 * S) == []


def test_a_desk_gone_wild_is_stopped(run: Run) -> None:
    for turn in range(MOST_FACTS):
        if run.counted >= MOST_FACTS:
            break
        reading.answer(run, "wants", turn % 2 == 0, S)
    assert refusal(lambda: reading.check_fence(run, 1))[0] == "too_much"


def test_a_page_may_be_read_so_often() -> None:
    text = SALE.replace("order:\n    ask", "order:\n    max_visits: 2\n    ask")
    run = run_of(script(text))
    reading.begin(run, OFFERED, 0)
    to_order(run, OFFERED)
    for question, given_ in (("colour", "red"), ("card", "1")):
        reading.answer(run, question, given_, 12 * S)
    reading.go_on(run, OFFERED, 13 * S)
    reading.answer_offer(run, OFFERED, 14 * S, accepted=False)
    assert run.page == "order"
    reading.go_on(run, OFFERED, 15 * S)
    before = repr(run)
    refused = refusal(lambda: reading.answer_offer(run, OFFERED, 16 * S, accepted=False))
    assert (refused, repr(run)) == (("too_often", "order"), before)


def test_a_value_that_is_missing_is_a_gap_and_stops_nobody(run: Run) -> None:
    names = {**NAMES, "customer": {"known": False, "name": ""}, "call": {}}
    view = shown(run, names)
    assert view.words.startswith("Hello there, from [call.queue].")
    assert view.missing == ("call.queue",)
    assert shown(run, NAMES).words.startswith("Hello Maria, from Sales.")


ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "next",
                "back",
                "confirm",
                "accept",
                "decline",
                "price",
                "later",
                "close",
                "take",
                "wants",
                "colour",
                "card",
                "remark",
                "hand",
                "end",
            )
        ),
        st.sampled_from((True, False, "red", "blue", "", "x", None, 5)),
        st.integers(0, 20),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ACTS)
def test_whatever_is_done_the_facts_tell_all_of_it(acts: list[tuple[str, object, int]]) -> None:
    made = script()
    run, now = run_of(made), 0
    happened = reading.begin(run, OFFERED, now)
    for act, value, seconds in acts:
        now += seconds * S
        before = repr(run)
        do: dict[str, Callable[[], list[f.ScriptFact]]] = {
            "next": lambda at=now: reading.go_on(run, OFFERED, at),  # type: ignore[misc]
            "back": lambda at=now: reading.go_back(run, at),  # type: ignore[misc]
            "confirm": lambda at=now: reading.confirm(run, at),  # type: ignore[misc]
            "accept": lambda at=now: reading.answer_offer(run, OFFERED, at, accepted=True),  # type: ignore[misc]
            "decline": lambda at=now: reading.answer_offer(run, OFFERED, at, accepted=False),  # type: ignore[misc]
            "close": lambda at=now: reading.close_objection(run, OFFERED, at),  # type: ignore[misc]
            "take": lambda at=now: reading.close_objection(run, OFFERED, at, go=True),  # type: ignore[misc]
            "hand": lambda at=now: reading.hand_over(run, "ben", at),  # type: ignore[misc]
            "end": lambda at=now: reading.end(run, "no_sale", at),  # type: ignore[misc]
        }
        try:
            reading.check_fence(run, run.fence)
            if act in ("price", "later"):
                happened += reading.object_to(run, act, now)
            elif act in do:
                happened += do[act]()
            else:
                happened += reading.answer(run, act, value, now)
        except ScriptRefusedError:
            assert repr(run) == before, "a refusal changed something"
    again = read_back(run_of(made), happened)
    assert repr(again) == repr(run)
    shown(run, OFFERED)

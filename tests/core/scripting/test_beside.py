"""What comes up beside a page: hints when it is time for them, and buttons."""

from __future__ import annotations

import pytest

from contact_center.core.scripting import facts as f
from contact_center.core.scripting import reading
from contact_center.core.scripting.reading import ScriptRefusedError
from contact_center.core.scripting.run import Run, read_back
from contact_center.core.scripting.view import shown
from tests.core.scripting.scripts import NAMES, SALE, run_of, script

S = 1_000_000
BESIDE = """\
hints:
  time: {after: 60s, say: "Has ${customer.name | first} the time?", goto: bye}
  upsell: {after: 30s, say: Offer the soil., when: answers.wants}
actions:
  later: {title: Call back, do: callback}
  boss: {title: To the manager, do: transfer, to: "queue:help"}
  terms: {title: The terms, do: open, to: "https://example.com/terms"}
"""
WITH = SALE.replace("pages:\n", f"{BESIDE}pages:\n").replace(
    "    ask: wants\n",
    '    ask: wants\n    actions: [later, {action: boss, when: "customer.known"}, terms]\n',
)


@pytest.fixture
def run() -> Run:
    run = run_of(script(WITH))
    reading.begin(run, NAMES, 100 * S)
    return run


def hints(run: Run) -> list[str]:
    return [hint.name for hint in shown(run, NAMES).hints]


def test_a_hint_comes_up_so_long_into_the_call_and_goes_when_it_is_read(run: Run) -> None:
    assert reading.remind(run, NAMES, 129 * S) == []
    reading.answer(run, "wants", True, 125 * S)
    (told,) = reading.remind(run, NAMES, 131 * S)
    assert told == f.HintDue(at=131 * S, page="open", hint="upsell", shown=True)
    assert reading.remind(run, NAMES, 132 * S) == [], "once"
    reading.remind(run, NAMES, 160 * S)
    assert hints(run) == ["time", "upsell"]
    assert "Has Maria the time?" in shown(run, NAMES).words
    reading.close_hint(run, NAMES, "upsell", 161 * S)
    assert hints(run) == ["time"]
    with pytest.raises(ScriptRefusedError) as raised:
        reading.close_hint(run, NAMES, "upsell", 161 * S)
    assert raised.value.code == "unknown"


def test_a_hint_whose_condition_is_not_true_then_does_not_come_later(run: Run) -> None:
    (told,) = reading.remind(run, NAMES, 131 * S)
    assert isinstance(told, f.HintDue)
    assert (told.hint, told.shown) == ("upsell", False)
    reading.answer(run, "wants", True, 132 * S)
    assert reading.remind(run, NAMES, 140 * S) == []
    assert hints(run) == []


def test_a_hint_leads_on_only_when_it_is_taken(run: Run) -> None:
    reading.answer(run, "wants", True, 101 * S)
    happened = reading.remind(run, NAMES, 170 * S)
    assert [one.hint for one in happened if isinstance(one, f.HintDue)] == ["upsell", "time"]
    assert run.page == "open", "nobody is torn away from a page"
    with pytest.raises(ScriptRefusedError) as raised:
        reading.close_hint(run, NAMES, "upsell", 171 * S, go=True)
    assert raised.value.code == "nowhere"
    reading.close_hint(run, NAMES, "time", 171 * S, go=True)
    assert (run.page, hints(run)) == ("bye", ["upsell"])


def test_a_run_read_back_has_the_hints_that_it_had_and_the_end_has_none(run: Run) -> None:
    happened: list[f.ScriptFact] = [f.PageEntered(at=100 * S, page="open", came="entry")]
    happened += reading.answer(run, "wants", True, 101 * S)
    happened += reading.remind(run, NAMES, 170 * S)
    happened += reading.close_hint(run, NAMES, "time", 171 * S)
    again = read_back(run_of(run.script), happened)
    assert hints(again) == hints(run) == ["upsell"]
    other = run_of(run.script)
    reading.begin(other, NAMES, 100 * S)
    reading.end(other, "no_sale", 110 * S)
    assert reading.remind(other, NAMES, 999 * S) == []


def test_a_page_has_the_buttons_that_are_there_now_and_no_other_is_pressed(run: Run) -> None:
    view = shown(run, NAMES)
    assert [(a.name, a.does, a.to) for a in view.actions] == [
        ("later", "callback", ""),
        ("boss", "transfer", "queue:help"),
        ("terms", "open", "https://example.com/terms"),
    ]
    (told,) = reading.act(run, NAMES, "boss", 101 * S)
    assert told == f.ActionTaken(at=101 * S, page="open", action="boss")
    stranger = {**NAMES, "customer": {"known": False}}
    for names, action in ((stranger, "boss"), (NAMES, "nothing")):
        with pytest.raises(ScriptRefusedError) as raised:
            reading.act(run, names, action, 102 * S)
        assert raised.value.code == "unknown"
    reading.answer(run, "wants", False, 103 * S)
    reading.go_on(run, NAMES, 104 * S)
    assert shown(run, NAMES).actions == ()
    with pytest.raises(ScriptRefusedError):
        reading.act(run, NAMES, "later", 105 * S)

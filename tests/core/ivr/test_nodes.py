from datetime import date
from zoneinfo import ZoneInfo

import pytest

from contact_center.core.commands import PlaySequence
from contact_center.core.hours import Calendar, Interval
from contact_center.core.ivr.flow import Branch, Case, HangUp, Hours, Play, Set, Transfer
from contact_center.core.ivr.session import HangUpExit, Phase
from tests.core.ivr.caller import BROKEN, SECOND, Caller, bundle, formula, say, text, to

YES = HangUp(name="yes", reason="yes")
NO = HangUp(name="no", reason="no")
OOPS = HangUp(name="oops", reason="oops")


def reason(caller: Caller) -> str:
    assert isinstance(caller.exit, HangUpExit)
    return caller.exit.reason


def branch(*conditions: str, **session: object) -> Caller:
    cases = tuple(Case(when=formula(c), edge=to("yes")) for c in conditions)
    node = Branch(name="b", cases=cases, otherwise=to("no"), error=to("oops"))
    return Caller(bundle(node, YES, NO, OOPS), **session)


# --- play ---


def test_a_key_ends_a_message_and_is_kept_for_the_next_node():
    play = Play(name="p", say=say("News."), next=to("q"))
    second = Play(name="q", say=say("More news."), next=to("yes"), barge_in=False)
    caller = Caller(bundle(play, second, YES)).press("1")
    assert caller.edges == ["p/next"]
    assert caller.said == ["More news."]


def test_a_key_typed_ahead_ends_a_message_like_one_pressed_meanwhile():
    play = Play(name="p", say=say("News."), next=to("q"))
    second = Play(name="q", say=say("More news."), next=to("yes"))
    assert Caller(bundle(play, second, YES)).press("1").edges == ["p/next", "q/next", "yes/ended"]


def test_a_legal_notice_is_heard_whole():
    notice = Play(name="p", say=say("Recorded."), next=to("yes"), barge_in=False)
    caller = Caller(bundle(notice, YES)).press("1")
    assert (caller.phase, caller.session.buffer) == (Phase.PROMPT, [])
    assert caller.of(PlaySequence)[0].interruptible is False


def test_an_empty_message_is_passed_at_once():
    assert Caller(bundle(Play(name="p", say=(), next=to("yes")), YES)).edges[0] == "p/next"


def test_the_caller_hears_their_language_or_the_flows():
    play = Play(name="p", say=(text("Hello.", es="Hola."), text("Bye.")), next=to("yes"))
    caller = Caller(bundle(play, YES), language="es")
    assert caller.said == ["Hola.", "Bye."]
    assert [i.language for i in caller.of(PlaySequence)[0].items] == ["es", "en-US"]


# --- branch, set ---


def test_the_first_true_case_is_taken():
    assert branch("1 > 2", "2 > 1").edges[0] == "b/case#2"


def test_without_a_true_case_the_other_way_is_taken():
    assert branch("1 > 2").edges[0] == "b/else"
    assert branch().edges[0] == "b/else"


@pytest.mark.parametrize("condition", ["vars['unset']", "1 + 1", "''", "None", "1 / 0"])
def test_what_is_neither_true_nor_false_is_an_error_and_never_silently_false(condition: str):
    assert branch(condition).edges[0] == "b/error"


def test_conditions_know_the_caller_and_the_customer():
    known = {"tier": "gold", "known": True}
    assert branch("customer['tier'] == 'gold'", customer=known).edges[0] == "b/case#1"
    assert branch("customer['known']").edges[0] == "b/else"
    assert branch("caller['number'] == '+14155550100'").edges[0] == "b/case#1"
    assert branch("call['did'] == '+18005550199'").edges[0] == "b/case#1"


def test_variables_are_set_in_order():
    assign = (("a", formula("2")), ("b", formula("vars['a'] * 3")))
    caller = Caller(bundle(Set(name="s", assign=assign, next=to("yes")), YES))
    assert caller.session.variables == {"a": 2, "b": 6}
    assert caller.edges[0] == "s/next"


def test_the_language_of_the_call_can_be_set():
    assign = (("call.language", formula("'es'")),)
    caller = Caller(bundle(Set(name="s", assign=assign, next=to("yes")), YES))
    assert (caller.session.language, caller.session.variables) == ("es", {})


def test_a_value_that_cannot_be_computed_is_an_error():
    node = Set(name="s", assign=(("a", BROKEN),), next=to("yes"))
    assert reason(Caller(bundle(node, YES, OOPS, on_error=to("oops")))) == "oops"


# --- hours ---


@pytest.mark.parametrize(
    ("row", "holidays", "way"),
    [
        ((Interval(start=0, end=1440),), {}, "open"),
        ((), {}, "closed"),
        ((Interval(start=0, end=1440),), {date(2026, 11, 23): ()}, "holiday"),
    ],
)
def test_hours_lead_three_ways(row, holidays, way):
    calendar = Calendar(name="c", zone=ZoneInfo("UTC"), weekly=(row,) * 7, holidays=holidays)
    node = Hours(name="h", calendar=calendar, open=to("yes"), closed=to("no"), holiday=to("oops"))
    caller = Caller(bundle(node, YES, NO, OOPS))
    assert caller.edges[0] == f"h/{way}"
    assert reason(caller) == {"open": "yes", "closed": "no", "holiday": "oops"}[way]


# --- transfer, hang up ---


def test_a_transfer_says_what_it_has_to_say_first():
    node = Transfer(
        name="t",
        to="+1",
        timeout_us=SECOND,
        busy=to("no"),
        no_answer=to("no"),
        failed=to("no"),
        say=say("One moment."),
    )
    caller = Caller(bundle(node, NO))
    assert (caller.said, caller.exit) == (["One moment."], None)
    assert caller.prompt_over().exit is not None


def test_the_last_words_are_said_before_the_end_whatever_is_pressed():
    caller = Caller(bundle(HangUp(name="bye", say=say("Goodbye."), reason="done"))).press("123")
    assert caller.exit is None
    caller.prompt_over()
    assert (reason(caller), caller.edges) == ("done", ["bye/ended"])


def test_an_edge_can_hang_up():
    caller = Caller(bundle(Play(name="p", say=(), next=to("hangup", tag="gone"))))
    assert (reason(caller), caller.session.tags) == ("hangup", ["gone"])
    assert caller.edges == ["p/next"]


def test_tags_are_noted_once():
    first = Play(name="p", say=(), next=to("q", tag="sales"))
    second = Play(name="q", say=(), next=to("yes", tag="sales"))
    assert Caller(bundle(first, second, YES)).session.tags == ["sales"]

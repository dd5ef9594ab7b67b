"""The rules of asking, one by one, by the numbers they have on the page about flows."""

from typing import Any

import pytest

from contact_center.core.commands import Listen, StopPlayback
from contact_center.core.events import KeyPressed, PlaybackFinished, TimerFired
from contact_center.core.facts import NodeLeft
from contact_center.core.ids import PlaybackId, TimerId
from contact_center.core.ivr.asking import type_ahead
from contact_center.core.ivr.flow import (
    Call,
    Check,
    Collect,
    Edge,
    Failure,
    FlowBundle,
    HangUp,
    Menu,
    Play,
    Return,
    Set,
)
from contact_center.core.ivr.session import HangUpExit, Phase
from contact_center.core.ivr.walk import Walk
from tests.core.ivr.caller import (
    CALL,
    LEG,
    SECOND,
    Caller,
    again,
    away,
    bundle,
    formula,
    say,
    to,
)

TIMES: dict[str, Any] = {"first_timeout_us": 5 * SECOND, "inter_digit_us": 3 * SECOND}
LISTS = (again("Once more."), again("And again."), away("operator"))
END = HangUp(name="bye", say=say("Bye."), reason="done")
OPERATOR = HangUp(name="operator", say=say("A person."), reason="operator")


def menu(name: str = "main", **more: Any) -> Menu:
    fields = {
        "name": name,
        "say": say(f"{name}?"),
        "keys": {"1": to("second"), "12": to("bye"), "2": to("third")},
        "on_no_input": LISTS,
        "on_no_match": LISTS,
        **TIMES,
    }
    return Menu(**{**fields, **more})  # type: ignore[arg-type]


def collect(**more: Any) -> Collect:
    fields = {
        "name": "number",
        "say": say("Number?"),
        "into": "number",
        "min": 2,
        "max": 4,
        "terminator": "#",
        "next": to("second"),
        "on_no_input": LISTS,
        "on_no_match": LISTS,
        **TIMES,
    }
    return Collect(**{**fields, **more})  # type: ignore[arg-type]


def flow(*nodes: Any, **more: Any) -> FlowBundle:
    second = menu("second", keys={"1": to("bye"), "2": to("third")})
    third = menu("third", keys={"1": to("bye"), "9": to("back")})
    return bundle(*nodes, second, third, END, OPERATOR, **{"variables": {"number": ""}, **more})


# --- 1 to 5: keys before, during and after prompts -----------------------------------------------


def test_rule_1_keys_are_kept_while_nobody_asks():
    tell = Set(name="tell", assign=(), say_first=say("Wait."), next=to("second"))
    caller = Caller(flow(tell)).press("2")
    assert caller.edges == ["tell/next", "second/choice:third"]


def test_rule_1_at_most_32_keys_are_kept_and_the_newest_are_dropped():
    asked = menu("number", keys={"1" * 6: to("bye")}, inter_digit_us=0)
    caller = Caller(flow(Play(name="hi", say=say("Hi."), next=to("number")), asked))
    walk = Walk(caller.flow, caller.session, caller.ids, caller.now)
    for key in "1234567890" * 4:
        type_ahead(walk, key)
    assert "".join(stroke.key for stroke in caller.session.buffer) == ("1234567890" * 4)[:32]


def test_rule_2_who_types_ahead_is_not_asked_and_the_rest_is_for_the_next_node():
    caller = Caller(flow(Play(name="hi", say=say("Hi."), next=to("main")), menu()))
    caller.press("2")
    assert (caller.node, caller.said) == ("third", ["third?"])
    left = [fact for fact in caller.of(NodeLeft) if fact.node == "main"]
    assert [(fact.typed_ahead, fact.barged) for fact in left] == [(True, False)]


def test_rule_3_without_type_ahead_what_was_typed_is_forgotten_but_a_key_still_barges_in():
    intro = Play(name="hi", say=say("Hi."), next=to("number"))
    caller = Caller(flow(intro, collect(type_ahead=False)))
    caller.press("2")
    assert (caller.node, caller.said, caller.session.digits) == ("number", ["Number?"], "")
    caller.press("4")
    assert (caller.phase, caller.session.digits) == (Phase.KEYS, "4")


def test_rule_4_a_stubborn_prompt_discards_keys_until_its_end():
    caller = Caller(flow(menu(barge_in=False))).press("2")
    assert (caller.node, caller.phase) == ("main", Phase.PROMPT)
    assert caller.prompt_over().waits_s == 5
    assert caller.press("2").node == "third"


def test_rule_5_a_key_stops_the_whole_sequence():
    caller = Caller(flow(menu(say=say("One.", "Two.", "Three.")))).press("1")
    assert [type(o) for o in caller.last.outputs] == [StopPlayback]
    assert caller.phase is Phase.KEYS


# --- 6: timers ----------------------------------------------------------------------------------


def test_rule_6_the_first_timer_starts_with_the_prompts_end_and_the_next_with_the_key():
    caller = Caller(flow(menu())).prompt_over()
    assert caller.waits_s == 5
    assert Caller(flow(menu())).press("1").waits_s == 3


def test_rule_6_a_prompt_that_fails_counts_as_finished():
    caller = Caller(flow(menu())).prompt_fails()
    assert caller.waits_s == 5
    caller.silent().command_fails()
    caller.press("2")
    assert [fact.prompts_failed for fact in caller.of(NodeLeft)] == [2]


# --- 7 and 9: menus are trees of keys -------------------------------------------------------------


def test_rule_7a_an_option_that_nothing_longer_begins_with_is_taken_at_once():
    assert Caller(flow(menu())).press("2").node == "third"


@pytest.mark.parametrize(("end", "node"), [("time", "second"), ("#", "second"), ("2", "bye")])
def test_rule_7b_an_option_that_a_longer_one_begins_with_waits(end, node):
    caller = Caller(flow(menu())).press("1")
    assert caller.node == "main"
    caller = caller.time_passes() if end == "time" else caller.press(end)
    assert caller.node == node


def test_rule_7c_half_an_option_is_no_match_when_time_is_over():
    caller = Caller(flow(menu(keys={"12": to("bye")}))).press("1").time_passes()
    assert (caller.node, caller.session.no_matches) == ("main", 1)


def test_rule_7d_a_key_that_goes_no_further_takes_what_was_typed_and_is_kept_for_the_next():
    caller = Caller(flow(menu())).press("11")
    assert caller.edges == ["main/choice:second", "second/choice:bye"]


def test_rule_7d_a_key_that_begins_nothing_is_no_match():
    assert Caller(flow(menu())).press("5").session.no_matches == 1


def test_rule_9_without_an_inter_digit_time_the_first_match_is_taken():
    assert Caller(flow(menu(inter_digit_us=0))).press("1").node == "second"
    assert Caller(flow(collect(inter_digit_us=0))).press("12").node == "second"


# --- 8: digits ----------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["1234", "123#", "12#"])
def test_rule_8_digits_end_at_the_most_or_with_the_terminator(typed):
    caller = Caller(flow(collect())).press(typed)
    assert caller.session.variables["number"] == typed.rstrip("#")
    assert caller.node == "second"


def test_rule_8_digits_end_when_nothing_more_is_typed():
    assert Caller(flow(collect())).press("12").time_passes().node == "second"
    assert Caller(flow(collect())).press("1").time_passes().session.no_matches == 1


def test_rule_8_too_few_digits_and_the_terminator_are_no_match():
    assert Caller(flow(collect())).press("1#").session.no_matches == 1


def test_rule_8_the_clear_key_starts_over_at_no_cost():
    caller = Caller(flow(collect(clear_key="*"))).press("12*")
    assert (caller.session.digits, caller.said, caller.waits_s) == ("", [], 5)
    assert caller.session.no_matches == caller.session.no_inputs == 0


@pytest.mark.parametrize("accepted", [True, False])
def test_rule_8_the_terminator_alone_is_empty(accepted):
    caller = Caller(flow(collect(empty_is_accepted=accepted))).press("#")
    assert caller.node == ("second" if accepted else "number")
    assert caller.session.no_inputs == (0 if accepted else 1)


# --- 10 and 11: failures --------------------------------------------------------------------------


def test_rule_10_the_nth_failure_of_a_kind_has_the_nth_item_of_its_list():
    caller = Caller(flow(menu()))
    assert caller.silent().said == ["Once more.", "main?"]
    assert caller.press("5").said == ["Once more.", "main?"]
    assert caller.silent().said == ["And again.", "main?"]
    assert caller.silent().node == "operator"
    assert caller.edges == ["main/no_input#3"]
    assert [fact.failures for fact in caller.of(NodeLeft)] == [4]


def test_rule_10_who_comes_back_through_another_node_begins_anew():
    round_trip = menu(keys={"3": to("tell")})
    tell = Set(name="tell", assign=(), next=to("main"))
    caller = Caller(flow(round_trip, tell)).silent().silent().press("3")
    assert (caller.node, caller.session.no_inputs) == ("main", 0)


def test_rule_10_repeat_and_back_to_the_same_node_do_not_begin_anew():
    for edge in ("repeat", "back"):
        caller = Caller(flow(menu(keys={"3": to(edge)}))).silent().press("3")
        assert (caller.node, caller.session.no_inputs) == ("main", 1)


def test_rule_10_a_node_and_a_call_bound_failures_of_both_kinds_together():
    assert Caller(flow(menu(max_failures=2))).silent().press("5").edges == ["main/max_failures"]
    caller = Caller(flow(menu(), max_failures=2, on_limit=to("operator"))).silent().press("5")
    assert caller.edges == ["main/limit"]


def test_rule_11_a_failure_empties_the_buffer_and_asks_again_with_the_short_words():
    caller = Caller(flow(Play(name="hi", say=say("Hi."), next=to("main")), menu()))
    caller.press("5")
    assert caller.session.buffer == []
    short = menu(short=say("One or two?"))
    assert Caller(flow(short)).silent().said == ["Once more.", "One or two?"]
    assert Caller(flow(short)).silent().press("2").node == "third"


def test_rule_11_an_item_may_give_the_caller_another_time():
    slowly = (Failure(say=say("Take your time."), first_timeout_us=9 * SECOND), away("operator"))
    caller = Caller(flow(menu(on_no_input=slowly))).silent()
    listening = caller.of(Listen)[-1]
    assert (listening.first_timeout_us, caller.prompt_over().waits_s) == (9 * SECOND, 9)
    assert caller.press("5").prompt_over().waits_s == 5


# --- 12: global keys ------------------------------------------------------------------------------


def test_rule_12_a_global_key_works_unless_the_node_has_it_or_digits_are_typed():
    keys = {"0": to("operator"), "2": to("operator")}
    assert Caller(flow(menu(), global_keys=keys)).press("0").node == "operator"
    assert Caller(flow(menu(), global_keys=keys)).press("2").node == "third"
    # After a 1, which is an option, the 0 takes it and is read by the next menu.
    caller = Caller(flow(menu(), global_keys=keys)).press("10")
    assert caller.edges == ["main/choice:second", "second/global:operator"]


def test_rule_12_digits_are_digits_unless_the_node_wants_global_keys():
    keys = {"0": to("operator"), "#": to("operator")}
    assert Caller(flow(collect(), global_keys=keys)).press("0").session.digits == "0"
    wanted = collect(globals=True)
    assert Caller(flow(wanted, global_keys=keys)).press("0").node == "operator"
    assert Caller(flow(wanted, global_keys=keys)).press("10").session.digits == "10"
    assert Caller(flow(wanted, global_keys=keys)).press("#").session.no_inputs == 1


def test_rule_12_the_own_key_beats_that_of_the_flow_and_that_beats_the_callers():
    def called(**own: Edge) -> Caller:
        sub = bundle(
            menu("inner", keys={"1": to("out")}),
            Return(name="out", outcome="done"),
            HangUp(name="here", say=say("Here.")),
            flow="sub",
            global_keys=own,
            returns={"done": {}},
        )
        call = Call(name="call", flow=sub.flow, returns={"done": to("bye")})
        keys = {"0": to("operator"), "1": to("operator"), "*": to("back")}
        return Caller(flow(call, global_keys=keys, subflows={sub.flow: sub}))

    assert called().press("1").edges == ["inner/choice:out", "out/done", "call/done"]
    assert called(**{"0": to("here")}).press("0").node == "here"
    outside = called().press("0")
    assert outside.node == "operator"
    assert outside.edges == ["inner/global:operator", "call/global:operator"]
    assert called().press("*").node == "inner"


# --- confirming what was typed --------------------------------------------------------------------


def confirmed(**more: Any) -> Caller:
    ask = menu("number", say=say("Right?"), keys={"1": to("repeat"), "2": to("repeat")})
    confirm = Menu(
        name="number",
        say=ask.say,
        keys=ask.keys,
        outcomes={"1": "yes", "2": "no"},
        on_no_input=(),
        on_no_match=(),
        **TIMES,
    )
    return Caller(flow(collect(confirm=confirm, **more)))


def test_what_was_typed_is_read_back_and_taken_after_a_yes():
    caller = confirmed().press("12#")
    assert (caller.node, caller.said) == ("number", ["Right?"])
    assert caller.press("1").node == "second"
    assert caller.session.variables["number"] == "12"


def test_after_a_no_the_caller_types_again_and_after_three_the_node_is_left():
    caller = confirmed(short=say("Again?")).press("12#").press("2")
    assert caller.said == ["Again?"]
    assert caller.session.no_matches == 0
    caller.press("34#").press("2").press("56#").press("2")
    assert caller.edges == ["number/max_failures"]
    assert caller.node == "operator"


def test_silence_while_confirming_is_a_failure_and_asks_the_same_again():
    caller = confirmed().press("12#").silent()
    assert caller.said == ["Once more.", "Right?"]
    assert caller.press("9").said == ["Once more.", "Right?"]
    assert caller.press("1").node == "second"


def test_keys_typed_ahead_confirm_nothing_that_was_not_heard():
    caller = confirmed().press("1234")
    assert (caller.node, caller.said) == ("number", ["Right?"])


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (Check(regex="[1-9]{4}"), "1234", "1034"),
        (Check(luhn=True), "1230", "1234"),
        (Check(date="MMDD"), "0229", "0230"),
        (Check(least=1000, most=2000), "1999", "2001"),
        (Check(cel=formula("vars['number'] != '7777'")), "1234", "7777"),
        (Check(luhn=True, least=1200), "1230", "1123"),
    ],
)
def test_digits_have_to_pass_every_check(check, good, bad):
    assert Caller(flow(collect(check=check))).press(good).node == "second"
    caller = Caller(flow(collect(check=check))).press(bad)
    assert (caller.node, caller.session.no_matches) == ("number", 1)
    assert caller.session.variables["number"] == ""


# --- 21: what no longer concerns anybody ---------------------------------------------------------


def test_rule_21_what_is_of_another_playback_timer_or_leg_changes_nothing():
    caller = Caller(flow(menu()))
    for event in (
        PlaybackFinished(call=CALL, leg=LEG, playback=PlaybackId("p-old")),
        TimerFired(call=CALL, leg=LEG, timer=TimerId("m-old")),
        KeyPressed(call=CALL, leg="a-other", key="2"),  # type: ignore[arg-type]
    ):
        assert caller.step(event).last.outputs == ()
        assert (caller.node, caller.phase) == ("main", Phase.PROMPT)


def test_the_flow_ends_with_the_reason_of_the_node():
    caller = Caller(flow(menu(keys={"1": to("bye")}))).press("1").prompt_over()
    assert caller.exit == HangUpExit(reason="done")
    assert [fact.outcome for fact in caller.of(NodeLeft)] == ["", "done"]

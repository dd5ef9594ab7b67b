from typing import Any

import pytest

from contact_center.core.caller_facts import LanguageChosen
from contact_center.core.commands import Listen, PlaySequence, StopPlayback
from contact_center.core.events import KeyPressed, PlaybackFinished, TimerFired
from contact_center.core.ids import LegId, PlaybackId, TimerId
from contact_center.core.ivr.flow import Check, Collect, Edge, Failure, HangUp, Menu, Play
from contact_center.core.ivr.session import HangUpExit, Phase
from tests.core.ivr.caller import (
    BROKEN,
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

SALES = HangUp(name="sales", reason="sales")
SERVICE = HangUp(name="service", reason="service")
BRANCHES = HangUp(name="branches", reason="branches")
OPERATOR = HangUp(name="operator", reason="operator")
ENDS = (SALES, SERVICE, BRANCHES, OPERATOR)


def menu(name: str = "main", **more: Any) -> Menu:
    fields: dict[str, Any] = {
        "name": name,
        "say": say(f"This is {name}."),
        "keys": {"1": to("sales"), "2": to("service")},
        "on_no_input": (again("Are you there?"), away("operator")),
        "on_no_match": (again("Sorry."), again("Sorry again."), away("operator")),
        "first_timeout_us": 5 * SECOND,
        "inter_digit_us": 3 * SECOND,
    }
    return Menu(**{**fields, **more})


def collect(**more: Any) -> Collect:
    fields: dict[str, Any] = {
        "name": "account",
        "say": say("Your number?"),
        "into": "account",
        "min": 4,
        "max": 4,
        "next": to("service"),
        "on_no_input": (again("Please type it."), away("operator")),
        "on_no_match": (again("That is wrong."), away("operator")),
        "first_timeout_us": 5 * SECOND,
        "inter_digit_us": 3 * SECOND,
    }
    return Collect(**{**fields, **more})


def in_menu(**more: Any) -> Caller:
    return Caller(bundle(menu(**more), *ENDS))


def in_collect(**more: Any) -> Caller:
    return Caller(bundle(collect(**more), *ENDS))


def ended(caller: Caller) -> str:
    assert isinstance(caller.exit, HangUpExit)
    return caller.exit.reason


# --- single keys ---


def test_a_menu_is_said_and_its_keys_are_expected():
    caller = in_menu()
    assert caller.said == ["This is main."]
    assert caller.did == ["Listen", "PlaySequence"]
    listen = caller.of(Listen)[0]
    assert (listen.max_keys, listen.terminator) == (1, "#")
    assert (listen.first_timeout_us, listen.inter_digit_us) == (5 * SECOND, 3 * SECOND)


def test_a_key_during_the_prompt_stops_it_and_is_taken_as_the_choice():
    caller = in_menu().press("2")
    assert caller.did[:1] == ["StopPlayback"]
    assert caller.of(StopPlayback)[0].playback == caller.of(PlaySequence)[0].playback
    assert ended(caller) == "service"
    assert caller.edges == ["main/choice:service", "service/ended"]


def test_a_key_after_the_prompt_is_the_choice():
    caller = in_menu().prompt_over().press("1")
    assert ended(caller) == "sales"
    assert "StopPlayback" not in caller.did


def test_the_time_for_the_first_key_begins_when_the_prompt_is_over():
    caller = in_menu()
    caller.now += 9 * SECOND
    caller.prompt_over()
    assert caller.phase is Phase.KEYS
    assert caller.waits_s == 5


def test_the_time_for_the_first_key_begins_at_once_when_there_is_nothing_to_say():
    caller = in_menu(say=())
    assert caller.phase is Phase.KEYS
    assert caller.waits_s == 5
    assert caller.did == ["Listen"]


def test_a_prompt_that_cannot_be_played_counts_as_played():
    caller = in_menu().prompt_fails()
    assert caller.phase is Phase.KEYS
    assert caller.press("1").exit is not None


def test_what_is_no_key_and_the_keys_of_another_leg_change_nothing():
    caller = in_menu()
    for key, leg in (("x", LEG), ("", LEG), ("12", LEG), ("1", LegId("a-c1-e1-n1"))):
        assert caller.step(KeyPressed(call=CALL, leg=leg, key=key)).last.outputs == ()
    assert caller.phase is Phase.PROMPT


# --- options of several keys ---

LONG = {"1": to("sales"), "12": to("branches"), "2": to("service")}


def test_one_is_taken_after_a_pause_when_twelve_exists_too():
    caller = in_menu(keys=LONG).press("1")
    assert caller.exit is None
    assert caller.waits_s == 3
    assert ended(caller.time_passes()) == "sales"


def test_twelve_is_taken_at_once_because_nothing_is_longer():
    assert ended(in_menu(keys=LONG).press("12")) == "branches"


def test_the_hash_key_ends_the_pause():
    caller = in_menu(keys=LONG).press("1#")
    assert ended(caller) == "sales"


def test_a_key_that_cannot_go_on_takes_what_was_typed_and_is_read_by_the_next_node():
    second = menu("second", keys={"3": to("branches")})
    caller = Caller(bundle(menu(keys={**LONG, "1": to("second")}), second, *ENDS)).press("13")
    assert caller.edges == ["main/choice:second", "second/choice:branches", "branches/ended"]


def test_a_beginning_that_is_no_option_is_no_match_after_the_pause():
    caller = in_menu(keys={"12": to("branches")}).press("1")
    assert caller.waits_s == 3
    assert caller.time_passes().said == ["Sorry.", "This is main."]


def test_a_wrong_second_key_of_a_longer_option_is_no_match():
    assert in_menu(keys={"12": to("branches")}).press("15").said[0] == "Sorry."


def test_without_a_pause_the_first_exact_match_is_taken():
    assert ended(in_menu(keys=LONG, inter_digit_us=0).press("1")) == "sales"


def test_without_a_pause_a_beginning_still_has_the_first_time():
    caller = in_menu(keys={"12": to("branches")}, inter_digit_us=0).press("1")
    assert caller.waits_s == 5


# --- failures ---


def test_each_kind_of_failure_escalates_by_itself():
    caller = in_menu().press("9")
    assert caller.said == ["Sorry.", "This is main."]
    caller.silent()
    assert caller.said == ["Are you there?", "This is main."]
    caller.press("8")
    assert caller.said == ["Sorry again.", "This is main."]
    assert ended(caller.silent()) == "operator"
    assert caller.edges[0] == "main/no_input#2"


def test_the_failure_prompt_can_be_interrupted():
    caller = in_menu().press("9")
    assert ended(caller.press("1")) == "sales"


def test_a_wrong_key_empties_what_was_typed_ahead():
    caller = in_menu()
    caller.prompt_over()
    caller.session.buffer.clear()
    caller.press("9")
    assert caller.session.buffer == []
    assert caller.exit is None


def test_last_words_are_said_before_the_way_out_is_taken():
    flow = bundle(menu(on_no_input=(away("operator", "We connect you."),)), *ENDS)
    caller = Caller(flow).silent()
    assert caller.said == ["We connect you."]
    assert caller.exit is None
    assert ended(caller.prompt_over()) == "operator"
    assert "main/no_input#1" in caller.edges


def test_a_key_during_the_last_words_goes_to_the_next_node():
    flow = bundle(menu(on_no_input=(away("second", "One more."),)), menu("second"), *ENDS)
    caller = Caller(flow).silent().press("1")
    assert caller.edges == ["main/no_input#1", "second/choice:sales", "sales/ended"]


def test_last_words_that_nobody_translated_are_skipped():
    silent_failure = Failure(say=say(""), edge=to("operator"))
    assert ended(in_menu(on_no_input=(silent_failure,)).silent()) == "operator"


def test_both_kinds_together_are_bounded_in_one_node():
    caller = in_menu(max_failures=2).press("9").silent()
    assert caller.edges[0] == "main/max_failures"
    assert ended(caller) == "operator"


def test_a_bound_without_a_way_out_is_an_error():
    assert ended(in_menu(max_failures=1, on_no_match=(again("x"),)).press("9")) == "error"
    assert ended(in_menu(max_failures=1, on_no_match=()).press("9")) == "error"


def test_failures_are_bounded_over_the_whole_call():
    flow = bundle(menu(), *ENDS, max_failures=2, on_limit=to("branches"))
    caller = Caller(flow).press("9").press("9")
    assert caller.edges[0] == "main/limit"
    assert ended(caller) == "branches"


def test_after_the_bound_was_met_the_lists_of_the_nodes_decide():
    second = menu("second")
    flow = bundle(menu(), second, *ENDS, max_failures=1, on_limit=to("second"))
    caller = Caller(flow).press("9").press("9")
    assert caller.node == "second"
    assert caller.said == ["Sorry.", "This is second."]


def test_an_escalation_list_that_ends_without_a_way_out_is_an_error():
    assert ended(in_menu(on_no_match=()).press("9")) == "error"


def test_the_counters_start_anew_when_the_caller_comes_back():
    intro = Play(name="intro", say=(), next=to("main"))
    caller = Caller(bundle(menu(keys={"1": to("intro")}), intro, *ENDS)).press("9")
    assert caller.session.no_matches == 1
    caller.press("1")
    assert (caller.node, caller.session.no_matches) == ("main", 0)
    assert caller.session.failures == 1


def test_to_repeat_does_not_reset_the_counters():
    caller = in_menu(keys={"9": to("repeat")}).press("5").press("9")
    assert caller.said == ["This is main."]
    assert caller.session.no_matches == 1


# --- typing ahead ---


def test_who_types_ahead_does_not_hear_the_next_menu():
    caller = Caller(bundle(menu(keys={"1": to("second")}), menu("second"), *ENDS))
    intro = Play(name="intro", say=say("Welcome."), next=to("main"))
    caller = Caller(bundle(intro, menu(keys={"1": to("second")}), menu("second"), *ENDS))
    caller.press("1")
    assert caller.node == "second"
    assert caller.heard == ["Welcome.", "This is second."]


def test_keys_typed_ahead_may_be_the_beginning_of_an_option():
    intro = Play(name="intro", say=say("Welcome."), next=to("main"))
    caller = Caller(bundle(intro, menu(keys=LONG), *ENDS)).press("1")
    assert (caller.phase, caller.session.digits, caller.waits_s) == (Phase.KEYS, "1", 3)
    assert caller.did == ["StopPlayback", "Listen"]


@pytest.mark.parametrize("stubborn", [{"barge_in": False}, {"type_ahead": False}])
def test_a_node_can_refuse_keys_typed_ahead(stubborn: dict[str, bool]):
    intro = Play(name="intro", say=say("Welcome."), next=to("main"))
    caller = Caller(bundle(intro, menu(**stubborn), *ENDS)).press("1")
    assert caller.said == ["This is main."]
    assert caller.session.buffer == []


def test_without_type_ahead_keys_still_interrupt():
    assert ended(in_menu(type_ahead=False).press("1")) == "sales"


def test_without_barge_in_keys_during_the_prompt_are_lost():
    caller = in_menu(barge_in=False).press("1")
    assert caller.phase is Phase.PROMPT
    assert caller.of(PlaySequence)[0].interruptible is False
    assert caller.prompt_over().waits_s == 5
    assert ended(caller.press("2")) == "service"


def test_without_barge_in_listening_follows_the_prompt():
    assert in_menu(barge_in=False).did == ["PlaySequence", "Listen"]


def test_the_buffer_is_bounded_and_drops_the_newest():
    flow = bundle(menu(), *ENDS)
    caller = Caller(flow, start=False)
    from contact_center.core.ivr.asking import type_ahead
    from contact_center.core.ivr.walk import Walk

    walk = Walk(flow, caller.session, caller.ids, caller.now)
    for key in "1" * 32 + "2" * 8:
        type_ahead(walk, key)
    assert [stroke.key for stroke in caller.session.buffer] == ["1"] * 32


# --- global keys, back ---


def test_a_global_key_works_in_every_menu_that_does_not_use_it_itself():
    globals_ = {"0": to("operator"), "1": to("branches")}
    flow = bundle(menu(), *ENDS, global_keys=globals_)
    assert Caller(flow).press("0").edges[0] == "main/global:operator"
    assert ended(Caller(flow).press("1")) == "sales"


def test_a_global_key_is_no_global_key_within_an_option_or_when_digits_are_collected():
    globals_ = {"0": to("operator")}
    flow = bundle(menu(keys={"10": to("branches")}), *ENDS, global_keys=globals_)
    assert ended(Caller(flow).press("10")) == "branches"
    flow = bundle(collect(), *ENDS, global_keys=globals_)
    assert ended(Caller(flow).press("0000")) == "service"


def test_back_goes_to_the_menu_before_and_at_the_first_repeats_it():
    first = menu("first", keys={"1": to("second"), "*": to("back")})
    second = menu("second", keys={"*": to("back"), "1": to("third")})
    third = menu("third", keys={"*": to("back")})
    caller = Caller(bundle(first, second, third, *ENDS)).press("1").press("1").press("*")
    assert caller.node == "second"
    caller.press("*")
    assert caller.node == "first"
    caller.press("7")
    caller.press("*")
    assert (caller.node, caller.session.no_matches) == ("first", 1)


def test_back_from_a_message_goes_to_the_menu_that_led_there():
    notice = Play(name="notice", say=say("Our hours."), next=to("back"))
    caller = Caller(bundle(menu(keys={"1": to("notice")}), notice, *ENDS)).press("1").prompt_over()
    assert (caller.node, caller.phase) == ("main", Phase.PROMPT)


# --- collections of digits ---


def test_digits_of_a_fixed_length_are_taken_when_they_are_all_there():
    caller = in_collect().press("1234")
    assert caller.session.variables == {"account": "1234"}
    assert caller.edges[0] == "account/next"


def test_the_terminator_ends_digits_and_is_no_part_of_them():
    caller = in_collect(min=1, max=6, terminator="#").press("12#")
    assert caller.session.variables == {"account": "12"}


def test_a_pause_ends_digits_when_they_are_enough():
    caller = in_collect(min=2, max=6, terminator="#").press("12")
    assert caller.waits_s == 3
    assert caller.time_passes().session.variables == {"account": "12"}


@pytest.mark.parametrize("end", ["pause", "#"])
def test_too_few_digits_are_no_match(end: str):
    caller = in_collect(min=3, max=6, terminator="#").press("12")
    caller.time_passes() if end == "pause" else caller.press(end)
    assert caller.said == ["That is wrong.", "Your number?"]
    assert caller.session.digits == ""


def test_a_lone_terminator_is_no_input_unless_nothing_may_be_typed():
    caller = in_collect(min=1, max=6, terminator="#").press("#")
    assert caller.said[0] == "Please type it."
    caller = in_collect(min=1, max=6, terminator="#", empty_is_accepted=True).press("#")
    assert caller.session.variables == {"account": ""}


def test_the_clear_key_starts_again_without_a_failure():
    caller = in_collect(clear_key="*").press("12*")
    assert (caller.session.digits, caller.waits_s, caller.did) == ("", 5, [])
    caller.press("5678")
    assert caller.session.variables == {"account": "5678"}
    assert caller.session.failures == 0


def test_a_key_that_is_no_digit_is_no_match():
    assert in_collect().press("12#").said[0] == "That is wrong."


def test_without_a_pause_digits_are_taken_as_soon_as_they_are_enough():
    assert in_collect(min=2, inter_digit_us=0).press("12").session.variables["account"] == "12"
    assert in_collect(min=2, inter_digit_us=0).press("1").waits_s == 5


def test_digits_are_held_against_their_pattern():
    caller = in_collect(check=Check(regex="[1-9][0-9]{3}")).press("0123")
    assert caller.said[0] == "That is wrong."
    assert "account" not in caller.session.variables
    caller.press("1234")
    assert caller.session.variables["account"] == "1234"


def test_a_pattern_that_is_none_is_an_error():
    assert ended(in_collect(check=Check(regex="[")).press("1234")) == "error"


def test_silence_in_a_collection_escalates():
    assert ended(in_collect().silent().silent()) == "operator"


# --- providers that collect keys by themselves ---


def test_keys_collected_by_the_provider_are_read_like_pressed_ones():
    assert ended(in_menu().collected("2")) == "service"
    assert in_collect().collected("1234").session.variables["account"] == "1234"


def test_a_provider_that_heard_nothing_has_waited_already():
    assert in_menu().collected("").said == ["Are you there?", "This is main."]


def test_what_a_provider_collected_has_to_do_because_the_pause_is_over():
    assert ended(in_menu(keys=LONG).collected("1")) == "sales"
    assert in_collect(min=2, max=6).collected("123").session.variables["account"] == "123"
    assert in_collect(min=4, max=6).collected("123").said[0] == "That is wrong."


def test_keys_collected_beyond_the_choice_go_to_the_next_node():
    flow = bundle(menu(keys={"1": to("second")}), menu("second"), *ENDS)
    assert Caller(flow).collected("12").edges == [
        "main/choice:second",
        "second/choice:service",
        "service/ended",
    ]


def test_when_the_collected_keys_were_cleared_the_provider_listens_anew():
    caller = in_collect(clear_key="*").collected("12*")
    assert caller.did == ["StopPlayback", "Listen"]
    assert caller.session.failures == 0


# --- what no longer concerns the present ---


def test_late_ends_of_playbacks_and_timers_change_nothing():
    caller = in_menu(keys=LONG)
    playback, timer = caller.session.playback, caller.session.timer
    assert playback is not None
    assert timer is not None
    caller.press("1")
    before = caller.fork().session
    for event in (
        PlaybackFinished(call=CALL, leg=LEG, playback=playback),
        PlaybackFinished(call=CALL, leg=LEG, playback=PlaybackId("p-other")),
        TimerFired(call=CALL, leg=LEG, timer=timer),
        TimerFired(call=CALL, leg=LEG, timer=TimerId("m-other")),
    ):
        assert caller.step(event).last.outputs == ()
    assert caller.session == before


def test_a_prompt_whose_end_is_never_reported_does_not_hang_the_caller():
    caller = in_menu()
    assert 20 < caller.waits_s < 60
    caller.time_passes()
    assert caller.phase is Phase.KEYS
    assert caller.did == ["StopPlayback"]


# --- errors in prompts ---


def test_a_prompt_that_cannot_be_made_takes_the_error_edge():
    from contact_center.core.ivr.flow import Speech, SpeechKind

    broken = (Speech(kind=SpeechKind.VALUE, value=BROKEN),)
    caller = Caller(bundle(menu(say=broken, error=to("sales")), *ENDS))
    assert ended(caller) == "sales"
    caller = in_menu(on_no_match=(Failure(say=broken),), error=to("sales")).press("9")
    assert caller.edges[0] == "main/error"


def test_a_part_of_a_prompt_is_left_out_when_its_condition_is_false():
    from contact_center.core.ivr.flow import Speech, SpeechKind

    def part(words: str, when: str) -> Speech:
        return Speech(kind=SpeechKind.TEXT, texts={"en-US": words}, when=formula(when))

    caller = in_menu(say=(part("gold", "1 > 2"), part("silver", "2 > 1")))
    assert caller.said == ["silver"]


# --- languages that are remembered ---


def language_menu(**more: Any) -> Menu:
    chosen = {"1": "en-US", "2": "es-US"}
    keys = {
        key: Edge(goto="main", set=(("call.language", formula(f"'{one}'")),))
        for key, one in chosen.items()
    }
    return menu("choose", keys=keys, outcomes=chosen, remembers=True, **more)


def of_two_menus(remembered: str) -> Caller:
    again = menu("main", keys={"1": to("sales"), "9": to("choose")})
    return Caller(bundle(language_menu(), again, *ENDS), remembered=remembered)


def test_a_language_that_is_chosen_is_told_to_be_remembered():
    caller = of_two_menus("").press("2")
    assert caller.session.language == "es-US"
    assert [fact.language for fact in caller.of(LanguageChosen)] == ["es-US"]


def test_whoever_chose_once_is_not_asked_and_nothing_is_told_again():
    caller = of_two_menus("es-US")
    assert caller.said == ["This is main."]
    assert caller.session.language == "es-US"
    assert caller.edges == ["choose/es-US"]
    assert caller.of(LanguageChosen) == []


def test_who_comes_back_to_choose_is_asked_and_the_new_choice_counts():
    caller = of_two_menus("es-US").press("9")
    assert caller.said[-1] == "This is choose."
    assert [fact.language for fact in caller.press("1").of(LanguageChosen)] == ["en-US"]
    assert caller.session.language == "en-US"


def test_a_language_that_is_no_longer_offered_is_asked_for():
    assert of_two_menus("ca-ES").said == ["This is choose."]

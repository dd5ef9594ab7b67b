from typing import Any

import pytest

from contact_center.core.commands import Listen, StopListen, StopPlayback
from contact_center.core.events import SpeechFinal, SpeechStarted
from contact_center.core.facts import NodeLeft
from contact_center.core.ids import LegId
from contact_center.core.ivr.flow import Confidence, Menu
from contact_center.core.ivr.prompts import texts_of
from contact_center.core.ivr.session import HangUpExit, Phase, StreamRecovered
from tests.core.ivr.caller import CALL, LEG, SECOND, Caller, bundle, say, to
from tests.core.ivr.test_asking import ENDS, collect, menu

WORDS = {"1": {"en-US": ("sales", "buy")}, "2": {"en-US": ("service",), "es-US": ("servicio",)}}
SURE = Confidence(reject=0.3, accept=0.6)


def spoken_menu(**more: Any) -> Menu:
    return menu(**{"words": WORDS, "confidence": SURE, **more})


def in_menu(**more: Any) -> Caller:
    return Caller(bundle(spoken_menu(**more), *ENDS))


def asked(**more: Any) -> Caller:
    return in_menu(**more).prompt_over()


def last_left(caller: Caller) -> NodeLeft:
    return caller.of(NodeLeft)[-1]


def test_a_menu_with_words_listens_for_them_in_the_language_of_the_caller():
    listen = in_menu().of(Listen)[0]
    assert listen.words == ("sales", "buy", "service")
    assert listen.language == "en-US"
    there = Caller(bundle(spoken_menu(), *ENDS), language="es-US").of(Listen)[0]
    assert there.words == ("servicio",)
    assert there.language == "es-US"


def test_a_menu_without_words_listens_for_none_and_hears_none():
    caller = Caller(bundle(menu(), *ENDS)).prompt_over()
    assert caller.of(Listen)[0].words == ()
    assert caller.says("sales").last.outputs == ()


def test_a_word_takes_the_option_it_stands_for():
    caller = asked().says("I want to buy something")
    assert caller.exit_now == HangUpExit(reason="sales")
    assert caller.edges[0] == "main/choice:sales"
    assert caller.of(NodeLeft)[0].spoken


def test_a_key_is_no_word():
    assert not asked().press("1").of(NodeLeft)[0].spoken


def test_a_word_ends_the_prompt_that_it_answers():
    caller = in_menu().says("service")
    assert caller.did == ["StopPlayback", "StopListen"]
    left = caller.of(NodeLeft)[0]
    assert left.barged
    assert left.edge == "choice:service"


def test_whoever_begins_to_speak_is_listened_to_in_silence():
    caller = in_menu().speaks()
    assert caller.did == ["StopPlayback"]
    assert caller.phase is Phase.KEYS
    assert caller.waits_s == 10
    assert caller.says("sales").exit_now == HangUpExit(reason="sales")


def test_beginning_to_speak_gives_time_only_once():
    caller = asked().speaks()
    caller.now += 4 * SECOND
    assert caller.speaks().waits_s == 6
    assert caller.time_passes().said == ["Are you there?", "This is main."]


def test_a_notice_that_must_be_heard_is_not_ended_by_words():
    caller = in_menu(barge_in=False)
    assert caller.speaks().last.outputs == ()
    assert caller.says("sales").last.outputs == ()
    assert caller.prompt_over().says("sales").exit_now == HangUpExit(reason="sales")


@pytest.mark.parametrize(
    ("words", "confidence"),
    [("sales", 0.29), ("", 0.9), ("weather", 0.9), ("sales service", 0.9)],
)
def test_what_is_not_understood_is_no_match(words, confidence):
    caller = asked().says(words, confidence)
    assert caller.said == ["Sorry.", "This is main."]
    assert caller.session.no_matches == 1


def test_what_is_hardly_understood_is_asked_back():
    caller = asked().says("buy", 0.5)
    assert caller.said == ["Did you say buy? Say yes, or press 1. Say no, or press 2."]
    assert caller.of(Listen)[-1].words == ("yes", "yeah", "correct", "no", "nope", "wrong")
    caller.prompt_over().says("yes", 0.31)
    assert caller.exit_now == HangUpExit(reason="sales")
    assert caller.of(NodeLeft)[0].spoken


def test_a_key_answers_what_is_asked_back():
    caller = asked().says("service", 0.5).press("1")
    assert caller.exit_now == HangUpExit(reason="service")


def test_no_is_no_failure_and_asks_again_though_not_for_ever():
    caller = asked().says("buy", 0.5).prompt_over().says("no")
    assert caller.said == ["This is main."]
    assert caller.session.failures == 0
    caller.prompt_over().says("buy", 0.5).press("2")
    assert caller.said == ["This is main."]
    caller.prompt_over().says("buy", 0.5).press("2")
    assert caller.exit_now == HangUpExit(reason="operator")
    assert last_left(caller).node == "operator"


def test_a_key_of_the_menu_counts_while_something_is_asked_back():
    caller = asked(keys={"1": to("sales"), "2": to("service"), "3": to("branches")})
    assert caller.says("buy", 0.5).press("3").exit_now == HangUpExit(reason="branches")
    assert not caller.of(NodeLeft)[0].spoken


def test_a_global_key_counts_while_something_is_asked_back():
    flow = bundle(spoken_menu(), *ENDS, global_keys={"0": to("operator")})
    caller = Caller(flow).prompt_over().says("buy", 0.5).press("0")
    assert caller.exit_now == HangUpExit(reason="operator")


def test_silence_after_a_question_back_is_missing_input():
    caller = asked().says("buy", 0.5).silent()
    assert caller.said == ["Are you there?", "This is main."]
    assert caller.session.doubted == ("", "")
    assert caller.prompt_over().press("1").exit_now == HangUpExit(reason="sales")


def test_what_was_asked_back_is_asked_again_when_events_were_lost():
    caller = asked().says("buy", 0.5).step(StreamRecovered())
    assert caller.said == ["Did you say buy? Say yes, or press 1. Say no, or press 2."]
    assert caller.press("1").exit_now == HangUpExit(reason="sales")


def test_an_option_that_is_gone_meanwhile_is_not_taken():
    caller = asked().says("buy", 0.5)
    caller.session.doubted = ("9", "buy")  # as another version of the flow had it
    caller.press("1")
    assert caller.said == ["Sorry.", "This is main."]


def test_in_a_language_without_the_question_what_is_uncertain_is_not_understood():
    words = {"1": {"fr-FR": ("ventes",)}}
    caller = Caller(bundle(spoken_menu(words=words), *ENDS), language="fr-FR").prompt_over()
    assert caller.says("ventes", 0.5).session.no_matches == 1
    assert caller.prompt_over().says("ventes", 0.6).exit_now == HangUpExit(reason="sales")


def test_rule_13_a_key_wins_over_a_word_that_comes_after_it():
    caller = asked(keys={"1": to("sales"), "2": to("service"), "12": to("branches")})
    caller.press("1")
    assert caller.says("service").last.outputs == ()
    assert caller.time_passes().exit_now == HangUpExit(reason="sales")


def test_rule_13_a_word_of_a_listening_that_is_over_is_dropped():
    caller = asked()
    before = caller.session.listen
    assert before is not None
    caller.press("7")
    assert caller.said == ["Sorry.", "This is main."]
    assert caller.says("service", listen=before).last.outputs == ()
    assert caller.session.no_matches == 1


def test_words_of_another_leg_are_not_the_callers():
    caller = asked()
    assert caller.session.listen is not None
    other = LegId("somebody else")
    said = {"call": CALL, "leg": other, "listen": caller.session.listen}
    assert caller.step(SpeechStarted(**said)).last.outputs == ()
    assert caller.step(SpeechFinal(text="sales", confidence=1.0, **said)).last.outputs == ()


def test_digits_that_are_read_back_are_confirmed_by_word():
    again = {"1": to("repeat"), "2": to("repeat")}
    words = {"1": {"en-US": ("yes",)}, "2": {"en-US": ("no",)}}
    right = menu(
        name="account",
        say=say("Is that right?"),
        keys=again,
        outcomes={"1": "yes", "2": "no"},
        words=words,
        confidence=SURE,
    )
    flow = bundle(collect(confirm=right), *ENDS, variables={"account": ""})
    caller = Caller(flow).press("4711")
    assert caller.of(Listen)[-1].words == ("yes", "no")
    fork = caller.fork()
    assert caller.says("yes").exit_now == HangUpExit(reason="service")
    assert fork.says("no").said == ["Your number?"]
    # Nobody is asked whether they said yes: what is uncertain is not understood.
    assert fork.press("4711").says("yes", 0.5).session.no_matches == 1


def test_a_node_for_digits_listens_for_no_word():
    caller = Caller(bundle(collect(), *ENDS))
    assert caller.of(Listen)[0].words == ()
    assert caller.says("sales").last.outputs == ()


def test_every_question_back_is_rendered_when_the_flow_is_published():
    texts = texts_of(bundle(spoken_menu(), *ENDS))
    assert ("Did you say buy? Say yes, or press 1. Say no, or press 2.", "en-US") in texts
    assert ("¿Dijo servicio? Diga sí, u oprima 1. Diga no, u oprima 2.", "es-US") in texts


def test_after_the_answer_nothing_is_listened_for_any_more():
    caller = asked().says("sales")
    assert [o.listen for o in caller.of(StopListen)] == [caller.of(Listen)[0].listen]
    assert caller.of(StopPlayback) == []
    assert caller.session.leg == LEG

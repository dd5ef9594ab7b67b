"""Questions that nodes ask by themselves: surveys, and what is to become of a message."""

import pytest

from contact_center.core.caller_facts import SurveyAnswered, SurveyEnded, attributed
from contact_center.core.commands import (
    DiscardRecording,
    Listen,
    PlaySequence,
    PromptKind,
    StartRecording,
    StopPlayback,
)
from contact_center.core.facts import VoicemailLeft
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.core.ivr.flow import HangUp, Menu, Play, Question, Survey, Voicemail
from contact_center.core.ivr.secrecy import stand_in
from contact_center.core.ivr.session import CallerHungUp, Phase, StreamRecovered
from tests.core.ivr.caller import BROKEN, SECOND, Caller, bundle, say, to

BYE = HangUp(name="bye", reason="bye")
DONE = HangUp(name="done", reason="done")
GONE = HangUp(name="gone", reason="gone")


def asked(words: str, keys: str, **fields: object) -> Menu:
    more = {"first_timeout_us": 5 * SECOND, "inter_digit_us": 2 * SECOND, **fields}
    nowhere = to("repeat")
    return Menu(
        name="m",
        say=say(words),
        keys=dict.fromkeys(keys.split(), nowhere),
        on_no_input=(),
        on_no_match=(),
        **more,  # type: ignore[arg-type]
    )


KIND = Question(question="kind", ask=asked("How kind?", "1 2 3 4 5"))
AGAIN = Question(
    question="again", ask=asked("Would you return?", "0 1 2 3 4 5 6 7 8 9 10"), into="nps"
)


def survey(*questions: Question, **fields: object) -> Caller:
    node = Survey(
        name="rate",
        survey="after",
        questions=questions or (KIND, AGAIN),
        done=to("done"),
        abandoned=to("gone"),
        retry=say("Sorry?"),
        **fields,  # type: ignore[arg-type]
    )
    return Caller(bundle(node, DONE, GONE))


def answers(caller: Caller) -> list[tuple[str, int]]:
    return [(f.question, f.value) for f in caller.of(SurveyAnswered)]


def ends(caller: Caller) -> list[tuple[str, int]]:
    return [(f.outcome, f.answered) for f in caller.of(SurveyEnded)]


# --- surveys ---


def test_each_question_is_asked_and_its_answer_is_a_fact():
    caller = survey()
    assert caller.said == ["How kind?"]
    caller.press("4")
    assert caller.said == ["Would you return?"]
    caller.press("9")
    assert answers(caller) == [("kind", 4), ("again", 9)]
    assert ends(caller) == [("done", 2)]
    assert caller.edges == ["rate/done", "done/ended"]
    assert caller.session.variables == {"nps": 9}
    (end,) = caller.of(SurveyEnded)
    assert (end.survey, end.questions) == ("after", 2)


def test_a_number_of_two_digits_is_waited_for():
    caller = survey(AGAIN).press("1")
    assert answers(caller) == []
    caller.press("0")
    assert answers(caller) == [("again", 10)]
    other = survey(AGAIN).press("1").time_passes()
    assert answers(other) == [("again", 1)]
    hash_ends = survey(AGAIN).press("1#")
    assert answers(hash_ends) == [("again", 1)]


def test_answers_may_be_typed_ahead_of_the_questions():
    caller = survey()
    caller.press("47")
    assert answers(caller) == [("kind", 4), ("again", 7)]
    assert caller.heard.count("Would you return?") <= 1


def test_what_was_meant_for_a_secret_answers_no_question_of_a_survey():
    hello = Play(name="hello", say=say("Hello."), next=to("rate"))
    node = Survey(
        name="rate",
        survey="after",
        questions=(KIND,),
        done=to("done"),
        abandoned=to("gone"),
        retry=say("Sorry?"),
    )
    caller = Caller(bundle(hello, node, DONE, GONE)).press(stand_in(0))
    assert (caller.said, caller.session.no_matches) == (["How kind?"], 0)
    assert answers(caller.press("4")) == [("kind", 4)]


def test_whoever_must_not_interrupt_is_heard_after_the_question():
    node = Question(question="kind", ask=asked("How kind?", "1 2", barge_in=False))
    caller = survey(node).press("1")
    assert caller.phase is Phase.PROMPT
    caller.prompt_over().press("2")
    assert answers(caller) == [("kind", 2)]


def test_a_wrong_answer_is_asked_for_once_more_and_then_passed_over():
    caller = survey().press("9")
    assert caller.said == ["Sorry?", "How kind?"]
    caller.press("8")
    assert caller.said == ["Would you return?"]
    caller.press("3")
    assert answers(caller) == [("again", 3)]
    assert ends(caller) == [("done", 1)]


def test_whoever_twice_says_nothing_has_abandoned_it():
    caller = survey().press("4").silent()
    assert caller.said == ["Sorry?", "Would you return?"]
    caller.silent()
    assert ends(caller) == [("abandoned", 1)]
    assert caller.edges[0] == "rate/abandoned"


def test_whoever_answers_nothing_rightly_has_abandoned_it():
    caller = survey().press("99").press("**")
    assert answers(caller) == []
    assert ends(caller) == [("abandoned", 0)]


def test_whoever_hangs_up_has_answered_what_they_have():
    caller = survey().press("4").step(CallerHungUp())
    assert ends(caller) == [("hangup", 1)]
    assert caller.edges == ["rate/hangup"]


def test_wrong_answers_do_not_count_against_the_limits_of_the_flow():
    assert survey().press("9").session.failures == 0


def test_keys_that_work_everywhere_are_answers_here():
    node = Survey(
        name="rate", survey="s", questions=(AGAIN,), done=to("done"), abandoned=to("gone")
    )
    flow = bundle(node, DONE, GONE, global_keys={"0": to("gone"), "*": to("gone")})
    caller = Caller(flow).press("*")
    assert caller.node == "rate"
    assert answers(caller.press("0")) == [("again", 0)]


def test_what_is_said_first_is_said_before_the_first_question_only():
    caller = survey(say_first=say("Two questions."))
    assert caller.said == ["Two questions.", "How kind?"]
    assert caller.press("1").said == ["Would you return?"]


def test_a_node_that_is_passed_over_is_no_survey():
    node = Survey(
        name="rate",
        survey="s",
        questions=(KIND,),
        done=to("done"),
        abandoned=to("gone"),
        when=BROKEN,
        error=to("gone"),
    )
    assert ends(Caller(bundle(node, DONE, GONE))) == []


def test_a_second_visit_is_a_second_survey():
    node = Survey(name="rate", survey="s", questions=(KIND,), done=to("news"), abandoned=to("gone"))
    news = Play(name="news", say=say("Once more."), next=to("rate"))
    caller = Caller(bundle(node, news, GONE)).press("1").prompt_over().press("2")
    assert answers(caller) == [("kind", 1), ("kind", 2)]
    assert ends(caller) == [("done", 1), ("done", 1)]


def test_a_provider_that_collects_by_itself_gives_the_answer():
    caller = survey()
    caller.prompt_over().collected("3")
    assert answers(caller) == [("kind", 3)]
    caller.prompt_over().collected("").prompt_over().collected("")
    assert ends(caller) == [("abandoned", 1)]


def test_after_a_gap_the_question_is_asked_again():
    caller = survey().press("4").prompt_over().step(StreamRecovered())
    assert caller.said == ["Would you return?"]
    assert answers(caller.press("5")) == [("kind", 4), ("again", 5)]


def test_facts_say_who_had_served_the_caller_if_anybody_had():
    (fact,) = survey(KIND).press("4").of(SurveyAnswered)
    assert attributed(fact, QueueId("sales"), None) == fact
    served = attributed(fact, QueueId("sales"), AgentId("anna"))
    assert (served.queue, served.agent, served.call) == ("sales", "anna", CallId("c1"))


# --- reviewing a message ---


def voicemail(**fields: object) -> Caller:
    menu = asked("1 keeps, 2 again, 3 plays.", "1 2 3")
    review = Menu(
        name="box",
        say=menu.say,
        keys=menu.keys,
        outcomes={"1": "keep", "2": "again", "3": "listen"},
        on_no_input=(),
        on_no_match=(),
        first_timeout_us=5 * SECOND,
        inter_digit_us=0,
    )
    node = Voicemail(
        name="box",
        box="general",
        say=say("Speak."),
        max_us=60 * SECOND,
        silence_us=4 * SECOND,
        min_us=SECOND,
        recorded=to("done"),
        empty=to("gone"),
        **{"review": review, **fields},  # type: ignore[arg-type]
    )
    return Caller(bundle(node, DONE, GONE, BYE)).prompt_over()


def kept(caller: Caller) -> list[str]:
    return [f.recording for f in caller.of(VoicemailLeft)]


def test_a_message_is_reviewed_before_it_is_kept():
    caller = voicemail().recorded()
    assert caller.said == ["1 keeps, 2 again, 3 plays."]
    assert kept(caller) == []
    caller.press("1")
    assert len(kept(caller)) == 1
    assert caller.edges == ["box/recorded", "done/ended"]


@pytest.mark.parametrize("how", ["silence", "hang up", "wrong keys"])
def test_a_message_is_kept_whatever_follows(how: str):
    caller = voicemail().recorded()
    if how == "silence":
        caller.silent()
    elif how == "hang up":
        caller.step(CallerHungUp())
    else:
        caller.press("777")
    assert len(kept(caller)) == 1
    assert caller.edges[0] == "box/recorded"


def test_the_way_of_a_limit_keeps_a_message_too():
    caller = voicemail().recorded()
    caller.session.limit_hit = True
    caller.interpreter.part(caller.session, caller.ids, "limit", (), caller.now)
    assert caller.session.message is None


def test_another_message_takes_the_place_of_the_first_which_is_thrown_away():
    caller = voicemail().recorded()
    first = caller.of(StartRecording)[0].recording
    caller.press("2")
    assert [d.recording for d in caller.of(DiscardRecording)] == [first]
    assert caller.phase is Phase.RECORDING
    second = caller.of(StartRecording)[1].recording
    assert second != first
    caller.recorded().press("1")
    assert kept(caller) == [second]


def test_the_caller_may_listen_and_decide_meanwhile():
    caller = voicemail().recorded(7_000).press("3")
    (sound, words) = caller.of(PlaySequence)[-1].items
    assert (sound.kind, sound.ms) == (PromptKind.RECORDING, 7_000)
    assert sound.text == caller.of(StartRecording)[0].recording
    assert words.text == "1 keeps, 2 again, 3 plays."
    caller.press("1")
    assert StopPlayback in map(type, caller.last.outputs)
    assert len(kept(caller)) == 1


def test_wrong_keys_before_listening_are_not_in_a_row_with_those_after_it():
    caller = voicemail().recorded().press("773")
    assert kept(caller.press("77")) == []
    assert caller.said == ["1 keeps, 2 again, 3 plays."]
    assert len(kept(caller.press("7"))) == 1


def test_a_second_message_that_fails_keeps_nothing_of_the_first():
    caller = voicemail().recorded().press("2").recording_fails()
    assert kept(caller) == []
    assert caller.edges[0] == "box/empty"


def test_a_message_that_is_too_short_has_a_way_of_its_own():
    caller = voicemail(too_short=to("bye")).recorded(400)
    assert caller.edges[0] == "box/too_short"
    assert voicemail(too_short=to("bye")).recorded(0).edges[0] == "box/empty"
    assert voicemail().recorded(400).edges[0] == "box/empty"


def test_a_caller_who_hangs_up_while_recording_again_leaves_that_message():
    caller = voicemail().recorded().press("2").step(CallerHungUp())
    assert kept(caller) == []
    assert caller.session.recording is not None


def test_after_a_gap_the_caller_is_asked_again_what_to_do():
    caller = voicemail().recorded().step(StreamRecovered())
    assert caller.said == ["1 keeps, 2 again, 3 plays."]
    assert len(kept(caller.press("1"))) == 1


def test_keys_are_listened_for_while_a_message_is_reviewed():
    caller = voicemail().recorded()
    assert caller.of(Listen)[-1].max_keys == 1

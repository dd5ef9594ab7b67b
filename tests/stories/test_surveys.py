"""Surveys after a talk and without one, and messages that callers look over."""

from __future__ import annotations

from dataclasses import replace

from contact_center.core.caller_facts import SurveyAnswered, SurveyEnded
from contact_center.core.commands import DiscardRecording
from contact_center.core.configuration import CenterConfiguration, NumberSettings
from contact_center.core.facts import CallFinished, CallOutcome, CallStarted, VoicemailLeft
from contact_center.core.ids import CallId, FlowId
from contact_center.core.ivr.flow import (
    AnyNode,
    Edge,
    FlowBundle,
    HangUp,
    Menu,
    Question,
    Survey,
    Voicemail,
)
from tests.stories.centers import DIRECT_NUMBER, LANGUAGE, SALES, direct_flow, say, to_queue
from tests.stories.talking import Floor, MakeWorld, center
from tests.stories.world import World

SURVEY_NUMBER = "+14155550155"
REVIEW = "To keep it press 1, to record again press 2, to listen press 3."


def asked(words: str, low: int, high: int) -> Menu:
    return Menu(
        name="asked",
        say=say(words),
        keys={str(n): Edge(goto="repeat") for n in range(low, high + 1)},
        on_no_input=(),
        on_no_match=(),
        first_timeout_us=5_000_000,
        inter_digit_us=2_000_000,
    )


def survey() -> Survey:
    questions = (
        Question(question="kind", ask=asked("How kind were we?", 1, 5)),
        Question(question="again", ask=asked("Would you call again?", 0, 10)),
    )
    return Survey(
        name="rate",
        survey="after_call",
        questions=questions,
        done=Edge(goto="bye"),
        abandoned=Edge(goto="bye"),
    )


def with_survey() -> CenterConfiguration:
    """The direct number is asked after the talk; another number is nothing but the survey."""
    plain, bye = center(), HangUp(name="bye", say=say("Goodbye."))
    sales = to_queue("sales", SALES, connected=Edge(goto="rate"))
    nodes: dict[str, AnyNode] = {**direct_flow().nodes, "sales": sales, "rate": survey()}
    flow = replace(direct_flow(), nodes={**nodes, "bye": bye})
    alone = FlowBundle(
        flow=FlowId("survey"),
        version="1",
        entry="rate",
        nodes={"rate": survey(), "bye": bye},
        language=LANGUAGE,
        variables={},
    )
    number = NumberSettings(did=SURVEY_NUMBER, flow=alone.flow)
    return replace(
        plain,
        flows={**plain.flows, flow.flow: flow, alone.flow: alone},
        numbers={**plain.numbers, SURVEY_NUMBER: number},
    )


def answers(world: World) -> list[tuple[str, int, object, object]]:
    facts = world.said(SurveyAnswered)
    return [(f.question, f.value, f.queue, f.agent) for f in facts if isinstance(f, SurveyAnswered)]


def ends(world: World) -> list[tuple[str, int, object]]:
    facts = world.said(SurveyEnded)
    return [(f.outcome, f.answered, f.agent) for f in facts if isinstance(f, SurveyEnded)]


def test_a_caller_answers_when_the_agent_has_left(make_world: MakeWorld) -> None:
    f = Floor(make_world(with_survey()))
    f.world.wait(20)
    f.hang_up("anna")
    assert f.world.hears(f.call) == "prompt:How kind were we?"
    f.world.press(f.call, "5")
    assert f.world.hears(f.call) == "prompt:Would you call again?"
    f.world.press(f.call, "10")
    assert f.world.hears(f.call) == "prompt:Goodbye."
    f.settled()
    assert answers(f.world) == [("kind", 5, "sales", "anna"), ("again", 10, "sales", "anna")]
    assert ends(f.world) == [("done", 2, "anna")]


def test_whoever_hangs_up_on_the_survey_is_counted(make_world: MakeWorld) -> None:
    f = Floor(make_world(with_survey()))
    f.world.wait(20)
    f.hang_up("anna")
    f.world.press(f.call, "2")
    f.hang_up("caller")
    f.settled()
    assert answers(f.world) == [("kind", 2, "sales", "anna")]
    assert ends(f.world) == [("hangup", 1, "anna")]


def test_a_survey_may_be_a_flow_of_its_own(make_world: MakeWorld) -> None:
    world = make_world(with_survey())
    call = world.call(did=SURVEY_NUMBER)
    world.press(call, "3")
    world.wait(30)
    assert answers(world) == [("kind", 3, None, None)]
    assert ends(world) == [("abandoned", 1, None)]
    (end,) = world.said(CallFinished)
    assert isinstance(end, CallFinished)
    assert end.outcome is CallOutcome.ENDED_IN_IVR


def test_a_survey_goes_on_in_a_process_that_starts_anew(make_world: MakeWorld) -> None:
    f = Floor(make_world(with_survey()))
    f.world.wait(20)
    f.hang_up("anna")
    f.world.press(f.call, "5")
    f.world.restart()
    f.world.reconnect()
    assert f.world.hears(f.call) == "prompt:Would you call again?"
    f.world.press(f.call, "7")
    f.world.wait(3)
    assert [a[:2] for a in answers(f.world)] == [("kind", 5), ("again", 7)]
    f.settled()


# --- messages ---


def leaving(make_world: MakeWorld) -> tuple[World, CallId]:
    """A caller has spoken, and is asked what to do with the message."""
    plain, flow = center(), direct_flow()
    before = flow.nodes["voicemail"]
    assert isinstance(before, Voicemail)
    review = replace(
        asked(REVIEW, 1, 3),
        outcomes={"1": "keep", "2": "again", "3": "listen"},
        inter_digit_us=0,
    )
    box = replace(before, review=review, queue=SALES)
    flow = replace(flow, entry="voicemail", nodes={**flow.nodes, "voicemail": box})
    world = make_world(replace(plain, flows={**plain.flows, flow.flow: flow}))
    call = world.call(did=DIRECT_NUMBER)
    world.press(call, "1")
    world.wait(3)
    world.press(call, "#")
    return world, call


def left(world: World) -> list[VoicemailLeft]:
    return [f for f in world.said(VoicemailLeft) if isinstance(f, VoicemailLeft)]


def work(world: World) -> list[CallStarted]:
    started = [f for f in world.said(CallStarted) if isinstance(f, CallStarted)]
    return [f for f in started if f.channel == "task"]


def test_a_message_becomes_work_once_when_it_is_kept(make_world: MakeWorld) -> None:
    world, call = leaving(make_world)
    assert world.hears(call) == f"prompt:{REVIEW}"
    assert (left(world), work(world)) == ([], [])
    world.press(call, "1")
    world.wait(5)
    assert (len(left(world)), len(work(world))) == (1, 1)


def test_a_caller_hears_the_message_and_keeps_it_by_saying_nothing(make_world: MakeWorld) -> None:
    world, call = leaving(make_world)
    world.press(call, "3")
    assert world.hears(call).startswith("recording:r-")
    world.wait(60)
    assert world.hears(call) == "nothing"
    assert (len(left(world)), len(work(world))) == (1, 1)


def test_a_caller_who_hangs_up_in_the_review_has_left_the_message(make_world: MakeWorld) -> None:
    world, call = leaving(make_world)
    world.hang_up(call)
    world.wait(30)
    assert (len(left(world)), len(work(world))) == (1, 1)


def test_of_two_messages_the_second_counts_and_the_first_is_thrown_away(
    make_world: MakeWorld,
) -> None:
    world, call = leaving(make_world)
    world.press(call, "2")
    world.wait(4)
    world.press(call, "#")
    world.press(call, "1")
    world.wait(5)
    (message,) = left(world)
    (thrown,) = [c for c in world.outputs if isinstance(c, DiscardRecording)]
    assert thrown.recording != message.recording
    assert len(work(world)) == 1


def test_a_message_outlives_the_process_that_had_asked_about_it(make_world: MakeWorld) -> None:
    world, call = leaving(make_world)
    world.restart()
    world.reconnect()
    assert world.hears(call) == f"prompt:{REVIEW}"
    world.hang_up(call)
    world.wait(30)
    assert (len(left(world)), len(work(world))) == (1, 1)

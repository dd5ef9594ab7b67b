from contact_center.core.commands import RecordingScope, StartRecording
from contact_center.core.events import (
    CenterStarted,
    PlaybackFailed,
    RecordingFailed,
    RecordingFinished,
)
from contact_center.core.facts import VoicemailLeft
from contact_center.core.ids import PlaybackId, QueueId, RecordingId
from contact_center.core.ivr.flow import HangUp, Menu, Play, Queue, Transfer, Voicemail
from contact_center.core.ivr.session import (
    CallerHungUp,
    CustomerKnown,
    ExitReturned,
    HangUpExit,
    IvrStarted,
    Phase,
    QueueExit,
    Step,
    StreamRecovered,
    TransferExit,
)
from tests.core.ivr.caller import CALL, LEG, SECOND, Caller, again, away, bundle, say, to

GOODBYE = HangUp(name="goodbye", say=say("Goodbye."), reason="done")
OPERATOR = HangUp(name="operator", reason="operator")
BOX = Voicemail(
    name="box",
    box="general",
    say=say("Leave a message."),
    max_us=120 * SECOND,
    silence_us=4 * SECOND,
    min_us=2 * SECOND,
    recorded=to("goodbye"),
    empty=to("operator"),
    error=to("operator"),
)
QUEUE = Queue(
    name="wait",
    queue=QueueId("sales"),
    timeout=to("box"),
    no_agents=to("goodbye"),
    full=to("operator"),
    say=say("You are being connected."),
    priority=5,
    skills={"spanish": 3, "cards": 1},
    max_wait_us=60 * SECOND,
    reason="card",
)
TRANSFER = Transfer(
    name="away",
    to="+14155550123",
    timeout_us=20 * SECOND,
    busy=to("box"),
    no_answer=to("goodbye"),
    failed=to("operator"),
)
MAIN = Menu(
    name="main",
    say=say("Main menu."),
    keys={"1": to("wait"), "2": to("box"), "3": to("away"), "12": to("wait")},
    on_no_input=(again("Hello?"), away("operator", "We connect you.")),
    on_no_match=(away("operator"),),
    first_timeout_us=5 * SECOND,
    inter_digit_us=3 * SECOND,
)
WELCOME = Play(name="welcome", say=say("Welcome."), next=to("main"))
FLOW = bundle(WELCOME, MAIN, QUEUE, BOX, TRANSFER, GOODBYE, OPERATOR)


def at(node: str) -> Caller:
    return Caller(FLOW, node=node)


def recording() -> Caller:
    return at("box").prompt_over()


# --- beginning ---


def test_a_call_begins_at_the_entry_with_the_flows_variables():
    flow = bundle(WELCOME, MAIN, variables={"tier": "none", "tries": 0})
    caller = Caller(flow, variables={"tries": 7})
    assert caller.said == ["Welcome."]
    assert caller.session.variables == {"tries": 7, "tier": "none"}


def test_a_call_may_enter_in_mid_flow():
    assert at("box").said == ["Leave a message."]


def test_a_call_that_enters_where_nothing_is_begins_at_the_entry():
    assert at("a node of an older version").said == ["Welcome."]


def test_a_call_begins_once():
    assert at("main").step(IvrStarted()).last == Step()


def test_events_that_are_none_of_the_flows_business_change_nothing():
    caller = at("main")
    before = caller.fork().session
    assert caller.step(CenterStarted(epoch=1)).last == Step()
    assert caller.session == before


# --- hand-overs ---


def test_a_queue_takes_the_caller_when_its_prompt_is_over():
    caller = at("wait").press("1")
    assert (caller.exit, caller.said) == (None, [])
    caller.prompt_over()
    assert caller.exit == QueueExit(
        queue=QueueId("sales"),
        priority=5,
        skills=(("cards", 1), ("spanish", 3)),
        max_wait_us=60 * SECOND,
        reason="card",
    )
    assert (caller.phase, caller.session.buffer) == (Phase.AWAY, [])


def test_a_caller_who_waited_too_long_goes_on_in_the_flow():
    caller = at("wait").prompt_over().step(ExitReturned(outcome="timeout"))
    assert (caller.node, caller.edges) == ("box", ["wait/timeout"])
    assert at("wait").prompt_over().step(ExitReturned(outcome="no_agents")).node == "goodbye"
    assert "wait/full" in at("wait").prompt_over().step(ExitReturned(outcome="full")).edges


def test_a_transfer_sends_the_caller_away_and_goes_on_when_it_fails():
    caller = at("away")
    assert caller.exit == TransferExit(to="+14155550123", timeout_us=20 * SECOND)
    assert at("away").step(ExitReturned(outcome="busy")).node == "box"
    assert at("away").step(ExitReturned(outcome="no_answer")).node == "goodbye"
    assert "away/failed" in at("away").step(ExitReturned(outcome="failed")).edges


def test_when_caller_and_agent_are_connected_the_flow_is_over():
    caller = at("wait").prompt_over().step(ExitReturned(outcome="connected"))
    assert (caller.phase, caller.edges) == (Phase.DONE, ["wait/connected"])
    assert caller.step(CallerHungUp()).last == Step()


def test_an_outcome_that_nobody_knows_is_an_error():
    assert at("wait").prompt_over().step(ExitReturned(outcome="rain")).exit == HangUpExit(
        reason="error"
    )


def test_an_exit_that_returns_to_a_caller_who_is_not_away_changes_nothing():
    assert at("main").step(ExitReturned(outcome="timeout")).last == Step()


def test_keys_of_a_caller_who_is_away_are_not_for_the_flow():
    assert at("away").press("12").session.buffer == []


# --- voicemail ---


def test_a_message_is_recorded_after_the_prompt():
    caller = recording()
    assert caller.of(StartRecording) == [
        StartRecording(
            cmd=caller.of(StartRecording)[0].cmd,
            call=CALL,
            leg=LEG,
            recording=caller.of(StartRecording)[0].recording,
            scope=RecordingScope.LEG,
            max_us=120 * SECOND,
            silence_us=4 * SECOND,
            terminator="#",
            beep=True,
        )
    ]


def test_a_key_skips_the_greeting_of_a_voicemail():
    caller = at("box").press("5")
    assert caller.did == ["StopPlayback", "StartRecording"]
    assert caller.session.buffer == []


def test_keys_during_a_message_are_not_kept_for_the_next_node():
    assert recording().press("#5").session.buffer == []


def test_a_message_that_is_long_enough_is_left():
    caller = recording()
    kept = caller.session.recording
    caller.recorded(ms=2000)
    (left,) = caller.of(VoicemailLeft)
    assert (left.box, left.ms, left.recording) == ("general", 2000, kept)
    assert left.url == f"kept/{kept}"
    assert caller.said == ["Goodbye."]
    assert caller.edges == ["box/recorded"]


def test_a_message_that_is_too_short_is_none():
    caller = recording().recorded(ms=1999)
    assert caller.of(VoicemailLeft) == []
    assert caller.edges[0] == "box/empty"


def test_a_recording_with_nothing_in_it_is_an_empty_message():
    assert recording().recording_fails().edges[0] == "box/empty"


def test_a_recording_that_cannot_be_made_is_an_error():
    assert recording().command_fails().edges[0] == "box/error"


def test_other_recordings_change_nothing():
    caller = recording()
    other = RecordingId("r-other")
    finished = RecordingFinished(call=CALL, leg=LEG, recording=other, url="", ms=9000)
    assert caller.step(finished).last == Step()
    assert caller.step(RecordingFailed(call=CALL, leg=LEG, recording=other)).last == Step()
    assert caller.phase is Phase.RECORDING


def test_a_recording_that_never_ends_is_stopped_and_then_given_up():
    caller = recording()
    assert caller.waits_s == 150
    caller.time_passes()
    assert (caller.did, caller.phase) == (["StopRecording"], Phase.STOPPING)
    assert caller.fork().recorded().edges == ["box/recorded"]
    assert caller.time_passes().edges[0] == "box/error"


def test_a_caller_who_hangs_up_has_left_the_message():
    caller = recording()
    kept = caller.session.recording
    assert kept is not None
    caller.step(CallerHungUp())
    assert (caller.phase, caller.edges, caller.did) == (Phase.DONE, ["box/recorded"], [])
    finished = RecordingFinished(call=CALL, leg=LEG, recording=kept, url="kept", ms=3000)
    assert caller.step(finished).last == Step()
    left = caller.interpreter.message_left(caller.session, caller.ids, finished, caller.now)
    assert isinstance(left, VoicemailLeft)
    assert (left.box, left.ms, left.url) == ("general", 3000, "kept")
    again_ = caller.interpreter.message_left(caller.session, caller.ids, finished, caller.now)
    assert again_ is None


def test_a_short_message_of_a_caller_who_hung_up_is_none():
    caller = recording()
    kept = caller.session.recording
    assert kept is not None
    caller.step(CallerHungUp())
    finished = RecordingFinished(call=CALL, leg=LEG, recording=kept, url="kept", ms=100)
    interpreter = caller.interpreter
    assert interpreter.message_left(caller.session, caller.ids, finished, caller.now) is None


# --- the caller is gone ---


def test_who_hangs_up_is_told_nothing_more():
    for caller in (at("main"), at("main").prompt_over(), at("main").press("1"), at("away")):
        caller.step(CallerHungUp())
        assert (caller.phase, caller.did, caller.exit_now) == (Phase.DONE, [], None)
        assert caller.edges[-1].endswith("/hangup")
        assert caller.session.timer_due is None


def test_who_hangs_up_before_the_flow_began_left_no_node():
    caller = Caller(FLOW, start=False).step(CallerHungUp())
    assert (caller.phase, caller.outputs) == (Phase.DONE, [])
    assert caller.step(IvrStarted()).last == Step()


# --- providers that fail and come back ---


def test_a_prompt_that_the_provider_refuses_counts_as_played():
    assert at("main").command_fails(code="media_missing").phase is Phase.KEYS
    assert at("welcome").command_fails().said == ["Main menu."]


def test_other_commands_that_fail_change_nothing():
    caller = at("main").prompt_over()
    assert caller.command_fails(caller.outputs[0].cmd).last == Step()


def test_a_caller_whose_provider_is_away_does_not_run_through_the_flow():
    caller = at("welcome").command_fails(code="unreachable")
    assert (caller.node, caller.phase) == ("welcome", Phase.PROMPT)
    assert caller.step(StreamRecovered()).said == ["Welcome."]


def test_when_events_were_lost_the_prompt_is_said_again_with_new_ids():
    caller = at("main")
    caller.press("")
    old = caller.session.playback
    caller.step(StreamRecovered())
    assert caller.did == ["StopPlayback", "StopListen", "Listen", "PlaySequence"]
    assert caller.session.playback not in (None, old)
    late = PlaybackFailed(call=CALL, leg=LEG, playback=old or PlaybackId(""))
    assert caller.step(late).last == Step()


def test_when_events_were_lost_a_half_typed_answer_is_asked_for_again_without_a_failure():
    caller = at("main").press("1").step(StreamRecovered())
    assert caller.said == ["Main menu."]
    assert (caller.session.digits, caller.session.failures) == ("", 0)
    assert caller.press("1").time_passes().node == "wait"


def test_when_events_were_lost_a_message_goes_on_being_recorded():
    caller = recording()
    old = caller.session.recording
    caller.step(StreamRecovered())
    assert caller.did == ["StartRecording"]
    assert caller.of(StartRecording)[-1].recording == old
    caller.time_passes()
    assert caller.session.phase is Phase.STOPPING
    assert caller.step(StreamRecovered()).did == ["StopRecording"]
    assert caller.session.recording == old


def test_when_events_were_lost_other_prompts_are_said_again():
    assert at("wait").step(StreamRecovered()).said == ["You are being connected."]
    assert at("goodbye").step(StreamRecovered()).said == ["Goodbye."]
    assert at("box").step(StreamRecovered()).said == ["Leave a message."]


def test_when_events_were_lost_a_caller_who_is_away_goes_on_waiting():
    assert at("away").step(StreamRecovered()).last == Step()


def test_when_events_were_lost_last_words_are_not_said_twice():
    caller = at("main").silent().silent()
    assert caller.said == ["We connect you."]
    caller.step(StreamRecovered())
    assert caller.exit == HangUpExit(reason="operator")


def test_when_events_were_lost_the_farewell_is_said_again():
    lost = Play(name="welcome", say=say("Welcome."), next=to("nowhere"))
    caller = Caller(bundle(lost, farewell=say("Sorry."))).prompt_over()
    assert caller.said == ["Sorry."]
    assert caller.step(StreamRecovered()).said == ["Sorry."]
    assert caller.prompt_over().exit == HangUpExit(reason="error")


def test_a_session_whose_node_is_gone_ends_with_an_error():
    for phase in (Phase.KEYS, Phase.PROMPT):
        caller = Caller(FLOW, start=False, node="gone", phase=phase)
        caller.session.playback = PlaybackId("p-x") if phase is Phase.PROMPT else None
        caller.step(StreamRecovered())
        assert caller.phase is Phase.DONE


# --- customers ---


def test_what_is_known_of_the_customer_is_kept():
    caller = at("main").step(CustomerKnown(values=(("tier", "gold"), ("known", True))))
    assert caller.session.customer == {"tier": "gold", "known": True}
    assert caller.last == Step()

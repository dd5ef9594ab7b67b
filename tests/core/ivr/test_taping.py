"""A recording of the call has a gap while a secret is typed, or the secret is not asked for."""

from contact_center.core.commands import PauseRecording, ResumeRecording
from contact_center.core.events import RecordingFinished, RecordingPaused
from contact_center.core.ids import RecordingId
from contact_center.core.ivr.session import Phase, StreamRecovered
from contact_center.core.lookups import LookupAnswered, LookupOutcome, RunLookup, SecretKept
from tests.core.ivr.caller import CALL, LEG, SECOND, Caller, bundle, to
from tests.core.ivr.test_asking import ENDS, collect, menu
from tests.core.ivr.test_looking import LATE, NOWHERE, lookup, service
from tests.core.ivr.test_secrecy import PIN, pin

TAPE = RecordingId("r-c1-1")


def taped(*, paused: bool = False) -> Caller:
    """A caller who is recorded, in a menu whose key 1 leads to a code."""
    flow = bundle(
        menu(keys={"1": to("pin")}),
        pin(next=to("who"), error=to("operator")),
        lookup(ok=to("more")),
        menu("more"),
        NOWHERE,
        LATE,
        *ENDS,
        services={"identify": service(sent=())},
    )
    return Caller(flow, tape=TAPE, tape_paused=paused)


def paused(caller: Caller, recording: RecordingId = TAPE) -> Caller:
    return caller.step(RecordingPaused(call=CALL, leg=LEG, recording=recording))


def test_the_recording_pauses_before_the_caller_is_asked() -> None:
    caller = taped().press("1")
    assert (caller.did[-1], caller.phase, caller.said) == ("PauseRecording", Phase.PAUSING, [])
    assert caller.of(PauseRecording)[0].recording == TAPE
    assert paused(caller).said == ["Your code?"]


def test_keys_pressed_before_the_gap_began_are_dropped() -> None:
    caller = taped().press("1").press(PIN[:2])
    assert caller.last.outputs == ()
    assert paused(caller).session.digits == ""


def test_it_goes_on_when_the_secret_is_used_and_the_caller_is_asked_something_else() -> None:
    caller = paused(taped().press("1")).press(PIN)
    caller.step(SecretKept(call=CALL, secret="pin", passed=True))
    assert (caller.phase, caller.of(ResumeRecording)) == (Phase.LOOKING, [])
    lookup_id = caller.of(RunLookup)[0].lookup
    caller.step(LookupAnswered(call=CALL, lookup=lookup_id, outcome=LookupOutcome.OK))
    assert caller.did[0] == "ResumeRecording"
    assert caller.said == ["This is more."]
    assert not caller.session.tape_held


def test_a_second_secret_is_in_the_same_gap() -> None:
    flow = bundle(pin(next=to("second")), pin("second", next=to("main")), menu(), *ENDS)
    caller = paused(Caller(flow, tape=TAPE)).press(PIN)
    caller.step(SecretKept(call=CALL, secret="pin", passed=True))
    assert caller.said == ["Your code?"]
    assert len(caller.of(PauseRecording)) == 1
    assert caller.of(ResumeRecording) == []


def test_a_mistake_is_typed_again_in_the_same_gap() -> None:
    caller = paused(taped().press("1")).press(PIN)
    caller.step(SecretKept(call=CALL, secret="pin", passed=False))
    assert caller.said == ["That is wrong.", "Your code?"]
    assert len(caller.of(PauseRecording)) == 1


def test_a_recording_that_cannot_be_paused_means_that_nothing_secret_is_asked() -> None:
    caller = taped().press("1").command_fails()
    assert caller.edges[-2:] == ["pin/error", "operator/ended"]
    assert caller.said == []


def test_a_switch_that_never_says_it_paused_means_the_same() -> None:
    caller = taped().press("1").time_passes()
    assert "pin/error" in caller.edges
    # Should it pause after all, the rest of the call is not to be missing.
    assert [c.recording for c in caller.of(ResumeRecording)] == [TAPE]


def test_a_pause_that_is_refused_is_taken_back_too() -> None:
    assert [c.recording for c in taped().press("1").command_fails().of(ResumeRecording)] == [TAPE]


def test_a_gap_that_comes_when_it_was_given_up_changes_nothing_any_more() -> None:
    flow = bundle(pin(error=to("main")), menu(), *ENDS)
    caller = Caller(flow, tape=TAPE).time_passes()
    assert (caller.did[0], caller.said) == ("ResumeRecording", ["This is main."])
    assert paused(caller).last.outputs == ()
    assert (caller.phase, caller.session.tape_held) == (Phase.PROMPT, False)
    assert caller.session.tape == TAPE


def test_another_secret_asked_for_at_once_is_in_the_gap_that_is_still_waited_for() -> None:
    flow = bundle(pin(error=to("second")), pin("second", error=to("operator")), *ENDS)
    caller = Caller(flow, tape=TAPE).time_passes()
    assert (caller.did, caller.phase) == (["PauseRecording"], Phase.PAUSING)
    caller.time_passes()
    assert [c.recording for c in caller.of(ResumeRecording)] == [TAPE]


def test_a_recording_that_ended_meanwhile_is_not_told_to_go_on() -> None:
    caller = taped().press("1")
    caller.step(RecordingFinished(call=CALL, leg=LEG, recording=TAPE, url="u", ms=900))
    assert "pin/error" in caller.edges
    assert caller.of(ResumeRecording) == []


def test_the_way_of_a_limit_takes_the_pause_back() -> None:
    flow = bundle(pin(), menu(), *ENDS, ivr_time_us=2 * SECOND, on_limit=to("main"))
    caller = Caller(flow, tape=TAPE).time_passes()
    assert caller.edges == ["pin/limit"]
    assert [c.recording for c in caller.of(ResumeRecording)] == [TAPE]


def test_another_recording_s_gap_is_not_this_one_s() -> None:
    caller = paused(taped().press("1"), RecordingId("r-c1-9"))
    assert caller.phase is Phase.PAUSING


def test_a_switch_that_was_away_is_asked_to_pause_again() -> None:
    caller = taped().press("1").command_fails(code="unreachable").step(StreamRecovered())
    assert (len(caller.of(PauseRecording)), caller.phase) == (2, Phase.PAUSING)
    assert paused(caller).said == ["Your code?"]


def test_a_recording_that_the_flow_has_paused_stays_paused() -> None:
    caller = taped(paused=True).press("1")
    assert caller.said == ["Your code?"]
    assert caller.of(PauseRecording) == []
    assert caller.of(ResumeRecording) == []


def test_what_is_no_secret_is_recorded() -> None:
    caller = Caller(bundle(collect(), *ENDS), tape=TAPE)
    assert caller.said == ["Your number?"]
    assert caller.of(PauseRecording) == []

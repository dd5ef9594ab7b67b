"""A message whose caller hung up while it was recorded is kept all the same."""

from contact_center.core import events as e
from contact_center.core.acd import ReservationEnded, WrapUpEnded
from contact_center.core.call import CallPhase
from contact_center.core.commands import PlaySequence, StartRecording
from contact_center.core.facts import CallFinished, CallOutcome, OfferResult, VoicemailLeft
from contact_center.core.ids import AgentId, CallId, LegId, RecordingId, ReservationId
from contact_center.core.output import Outbox
from contact_center.core.requests import NotesRequested
from tests.core.bare import Bare
from tests.stories.centers import DIRECT_NUMBER


def recording(bare: Bare) -> RecordingId:
    """Nobody is logged in, so the caller is asked for a message, and is speaking it now."""
    bare.call(DIRECT_NUMBER)
    played = [o for o in bare.outputs if isinstance(o, PlaySequence)][-1]
    call, leg = CallId("c1"), LegId("c1")
    outputs = bare.tell(e.PlaybackFinished(call=call, leg=leg, playback=played.playback))
    return next(o.recording for o in outputs if isinstance(o, StartRecording))


def finished(bare: Bare, recording: RecordingId, ms: int = 5_000) -> None:
    bare.tell(
        e.RecordingFinished(
            call=CallId("c1"), leg=LegId("c1"), recording=recording, url="r.wav", ms=ms
        )
    )


def test_a_message_that_ends_with_the_call_counts_once() -> None:
    bare = Bare()
    name = recording(bare)
    bare.ends("c1")
    assert bare.of("c1").phase is CallPhase.ENDED
    finished(bare, name)
    finished(bare, name)
    [message] = bare.said(VoicemailLeft)
    assert isinstance(message, VoicemailLeft)
    assert (message.box, message.url, message.ms) == ("general", "r.wav", 5_000)


def test_a_click_is_no_message() -> None:
    bare = Bare()
    name = recording(bare)
    bare.ends("c1")
    finished(bare, name, ms=300)
    finished(bare, RecordingId("another"))
    assert bare.said(VoicemailLeft) == []


def test_a_message_before_the_end_decides_the_outcome() -> None:
    bare = Bare()
    finished(bare, recording(bare))
    bare.ends("c1")
    [over] = bare.said(CallFinished)
    assert isinstance(over, CallFinished)
    assert over.outcome is CallOutcome.VOICEMAIL


def test_a_recording_of_a_call_that_never_came_to_a_flow_is_nothing() -> None:
    bare = Bare()
    bare.call(DIRECT_NUMBER, answered=False)
    bare.ends("c1")
    finished(bare, RecordingId("r"))
    assert bare.said(VoicemailLeft) == []


def test_what_the_router_says_too_late_changes_nothing() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    out = Outbox()
    message = ReservationEnded(
        call=CallId("c1"), reservation=ReservationId("former"), result=OfferResult.NO_ANSWER
    )
    bare.center.calls.told(message, bare.now, out)
    bare.center.calls.told(WrapUpEnded(call=CallId("c9"), agent=AgentId("anna")), bare.now, out)
    assert (out.outputs, out.stale) == ([], 2)
    assert bare.of("c1").phase is CallPhase.OFFERING


def test_notes_are_cut_at_their_bound_and_no_earlier() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    bare.connect("c1")
    assert bare.ask(NotesRequested, "anna", call="c1", text="x" * 10_001) == ""
    [saved] = [o for o in bare.outputs if type(o).__name__ == "NotesSaved"]
    assert len(saved.text) == 10_000  # type: ignore[union-attr]

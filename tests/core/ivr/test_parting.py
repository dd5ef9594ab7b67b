from contact_center.core.ids import CallIds, RecordingId
from contact_center.core.ivr.flow import HangUp
from contact_center.core.ivr.parting import left_behind
from contact_center.core.ivr.session import Message
from tests.core.ivr.caller import CALL, bundle, new_session
from tests.core.ivr.test_choosing import KIND, survey, voicemail

BYE = HangUp(name="bye")


def test_a_message_that_nobody_recorded_anew_stays():
    caller = voicemail()
    caller.session.message = Message(recording=RecordingId("r-1"), url="kept/r-1", ms=900)
    (left,) = left_behind(caller.session, CallIds(call=CALL), caller.flow.nodes["box"], "limit", 5)
    assert (left.recording, left.box, left.at) == ("r-1", "general", 5)
    assert caller.session.message is None
    assert left_behind(caller.session, CallIds(call=CALL), caller.flow.nodes["box"], "x", 5) == ()


def test_a_survey_that_was_begun_is_over_however_it_is_left():
    caller = survey(KIND)
    (end,) = left_behind(caller.session, CallIds(call=CALL), caller.flow.nodes["rate"], "limit", 5)
    assert (end.outcome, end.questions, end.answered) == ("limit", 1, 0)
    assert left_behind(caller.session, CallIds(call=CALL), caller.flow.nodes["rate"], "x", 5) == ()


def test_of_other_nodes_nothing_stays():
    session = new_session(bundle(BYE))
    assert left_behind(session, CallIds(call=CALL), BYE, "ended", 5) == ()
    assert left_behind(session, CallIds(call=CALL), None, "ended", 5) == ()

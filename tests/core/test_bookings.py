from contact_center.core.bookings import HEAD_START_US, at_time, can_be_had, request_of
from contact_center.core.call import Call
from contact_center.core.events import Direction
from contact_center.core.ids import CallId, CallIds, QueueId
from contact_center.core.place import CallbackRequest, Place
from contact_center.core.queue_settings import Callbacks
from tests.stories.centers import ALWAYS

HOUR = 3_600_000_000
SALES = QueueId("sales")
PLACE = Place(queue=SALES, priority=0, boost_us=5, requirement="", max_wait_us=HOUR)


def caller() -> Call:
    return Call(
        call=CallId("c1"),
        ids=CallIds(call=CallId("c1")),
        direction=Direction.INBOUND,
        ani="+14155550123",
        did="+14155550100",
        ani_name="Eve",
        started_at=0,
        since=7,
    )


def request(span: tuple[int, int] | None) -> CallbackRequest:
    return CallbackRequest(
        number="+14155550123", queue=SALES, origin=CallId("c1"), registered_at=9, span=span
    )


def test_a_request_keeps_the_place_of_its_caller():
    made = request_of(caller(), CallId("cb-c1"), PLACE, request(None), "Sales")
    assert (made.since, made.ani, made.reason) == (7, "+14155550123", "Callback: Sales")
    assert made.place is not None
    assert made.place.boost_us == 5


def test_a_time_that_is_named_is_when_they_begin_to_wait_with_one_head_start():
    made = request_of(caller(), CallId("cb-c1"), PLACE, request((HOUR, 2 * HOUR)), "Sales")
    assert made.place is not None
    assert (made.since, made.place.boost_us) == (HOUR, 5 + HEAD_START_US)
    at_time(made, (3 * HOUR, 4 * HOUR))
    assert (made.since, made.place.boost_us) == (3 * HOUR, 5 + HEAD_START_US)
    assert made.callback is not None
    assert made.callback.begins_at == 3 * HOUR


def test_a_time_is_had_within_what_the_queue_allows():
    span, none = (HOUR, 2 * HOUR), []
    assert can_be_had(span, Callbacks(), None, none, 0)
    assert can_be_had(span, Callbacks(), ALWAYS, none, 0)
    assert not can_be_had(span, Callbacks(ahead_us=HOUR - 1), None, none, 0)
    assert not can_be_had((HOUR, HOUR), Callbacks(), None, none, 0)
    others = [request((2 * HOUR - 1, 3 * HOUR)), request(None), request((2 * HOUR, 3 * HOUR))]
    assert can_be_had(span, Callbacks(at_once=2), None, others, 0)
    assert not can_be_had(span, Callbacks(at_once=1), None, others, 0)

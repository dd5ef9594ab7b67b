"""The caller's side of a wait, with a router that says what the test wants it to say."""

from collections.abc import Callable, Iterator

import pytest

from contact_center.core.acd import QueueLeft, QueueMoved, ToCall, WaitNews
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import CallQueued, Fact, QueueOutcome, WaitEnded
from contact_center.core.ids import CallId
from contact_center.core.ivr.flow import Edge
from contact_center.core.output import Outbox, Output
from tests.stories.centers import DIRECT_NUMBER, SALES, SUPPORT
from tests.stories.test_waiting import MINUTE, ROOM, SECOND, replace, room_center, spoken
from tests.stories.world import World

Make = Callable[[CenterConfiguration], World]


@pytest.fixture
def make_busy() -> Iterator[Make]:
    """Centers whose only agent is talking. What the test tells them is in no journal."""
    worlds: list[World] = []

    def make(configuration: CenterConfiguration) -> World:
        world = World(configuration)
        worlds.append(world)
        world.ready("anna")
        world.call(ani="+14155550190", did=DIRECT_NUMBER)
        world.pick_up("anna")
        return world

    yield make
    for world in worlds:
        world.abandon()


@pytest.fixture
def busy(make_busy: Make) -> World:
    return make_busy(room_center())


def tell(world: World, message: ToCall) -> list[Output]:
    """Let the router say something to a call, and carry out what follows."""
    out = Outbox()
    world.center.calls.told(message, world.now, out)
    for output in out.outputs:
        if not isinstance(output, Fact):
            world.network.handle(output, world.now)  # type: ignore[arg-type]
    world.pump()
    return out.outputs


def tell_news(world: World, call: CallId, position: int, low: int | None, high: int | None) -> None:
    """Let the router say how far a caller is; `low` and `high` in minutes."""
    news = WaitNews(
        call=call,
        queue=SALES,
        position=position,
        waiting=position,
        expected_us=None if low is None else low * MINUTE,
        low_us=None if low is None else low * MINUTE,
        high_us=None if high is None else high * MINUTE,
    )
    tell(world, news)


def test_the_place_and_the_wait_are_told_as_the_router_says(busy: World) -> None:
    call = busy.call(did=DIRECT_NUMBER)
    busy.wait(8)
    tell_news(busy, call, 3, 4, 6)
    busy.wait(8)
    assert spoken(busy, call).endswith(
        "You are number three in line. You will wait for between four and six minutes."
    )


def test_more_than_ten_and_more_than_an_hour_are_told_as_such(busy: World) -> None:
    call = busy.call(did=DIRECT_NUMBER)
    busy.wait(8)
    tell_news(busy, call, 14, 70, 90)
    busy.wait(10)
    assert spoken(busy, call).endswith(
        "There are more than ten callers before you. You will wait for more than sixty minutes."
    )


def test_a_wait_never_grows_unless_by_much_and_then_it_is_admitted(busy: World) -> None:
    call = busy.call(did=DIRECT_NUMBER)
    busy.wait(8)
    tell_news(busy, call, 2, 2, 4)
    busy.wait(1)
    for low, high in ((3, 5), (4, 6), (2, 3), (4, 6)):
        busy.wait(15)
        tell_news(busy, call, 2, low, high)
    busy.wait(15)
    told = spoken(busy, call)
    assert "three and five" not in told
    assert "between four and six" in told
    assert told.index("It takes longer") < told.index("between four and six")
    assert told.index("between two and three") < told.index("It takes longer")


def test_only_better_news_are_told_when_the_queue_wants_that(make_busy: Make) -> None:
    room = replace(ROOM, only_better=True, greeting=(), offer=(), comfort=(), keys={})
    world = make_busy(room_center(room))
    call = world.call(did=DIRECT_NUMBER)
    for position in (4, 4, 5, 3):
        tell_news(world, call, position, 3, 3)
        world.wait(10)
    assert spoken(world, call) == (
        "You are number four in line. You will wait for about three minutes. "
        "You are number three in line."
    )


def test_nothing_is_said_of_a_wait_that_nobody_can_estimate(busy: World) -> None:
    call = busy.call(did=DIRECT_NUMBER)
    busy.wait(8)
    tell_news(busy, call, 1, None, None)
    busy.wait(8)
    assert spoken(busy, call).endswith("You are next in line.")


def test_a_moved_caller_hears_the_new_queue_and_keeps_their_age(make_busy: Make) -> None:
    rooms = {SALES: ROOM, SUPPORT: replace(ROOM, greeting=ROOM.comfort[0])}
    busy = make_busy(replace(room_center(), rooms=rooms))
    call, since = busy.call(did=DIRECT_NUMBER), busy.now
    busy.wait(30)
    moved = QueueMoved(call=call, queue=SALES, to=SUPPORT, outcome=QueueOutcome.OVERFLOWED)
    outputs = tell(busy, moved)
    queued = [f for f in outputs if isinstance(f, CallQueued)]
    assert [(f.queue, f.since) for f in queued] == [(SUPPORT, since)]
    ended = [f for f in outputs if isinstance(f, WaitEnded)]
    assert [(f.queue, f.outcome, f.waited_us) for f in ended] == [
        (SALES, QueueOutcome.OVERFLOWED, 30 * SECOND)
    ]
    busy.wait(1)
    assert busy.hears(call) == "prompt:Thank you for waiting.", "the greeting of the other queue"


@pytest.mark.parametrize(
    ("outcome", "edge"),
    [
        (QueueOutcome.CLOSED, "closed"),
        (QueueOutcome.CLOSED, "no_agents"),
        (QueueOutcome.OVERFLOWED, "overflow"),
        (QueueOutcome.OVERFLOWED, "timeout"),
        (QueueOutcome.WITHDRAWN, "withdrawn"),
        (QueueOutcome.WITHDRAWN, "timeout"),
        (QueueOutcome.EVICTED, "no_agents"),
        (QueueOutcome.FULL, "full"),
    ],
)
def test_every_end_of_a_wait_has_an_edge_or_one_to_fall_back_on(
    make_busy: Make, outcome: QueueOutcome, edge: str
) -> None:
    world = make_busy(room_center(**{edge: Edge(goto="bye")}))
    call = world.call(did=DIRECT_NUMBER)
    outputs = tell(world, QueueLeft(call=call, queue=SALES, outcome=outcome))
    assert [f.outcome for f in outputs if isinstance(f, WaitEnded)] == [outcome]
    assert world.center.calls.calls[call].is_over, "the node bye hangs up; the others record"

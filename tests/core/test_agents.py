"""Agents: wrap-up in every mode, rests, absences, breaks, several things at a time."""

import pytest

from contact_center.core.acd import QueueLeft, ReportWrappedUp, WrapUpEnded
from contact_center.core.acd_events import DeviceChanged, DeviceState
from contact_center.core.facts import OfferResult, Presence, QueueOutcome
from contact_center.core.ids import AgentId, CallId, CommandId
from contact_center.core.queue_settings import (
    Absence,
    AfterNoAnswer,
    BackOff,
    Channel,
    ChannelLimit,
    WrapUp,
    WrapUpMode,
)
from contact_center.core.requests import PresenceWish, WrapUpRequested
from tests.core.router_desk import SECOND, Desk, agent, queue

M, A = WrapUpMode, Absence
CHATS = {Channel.CHAT: ChannelLimit(cost=30, most=3)}


def wrapping(mode: WrapUpMode, *, early: bool = True, wanted: bool = False) -> Desk:
    settings = WrapUp(
        mode=mode, us=10 * SECOND, most_us=60 * SECOND, extend_us=20 * SECOND, early=early
    )
    desk = Desk([queue(wrap_up=settings)], [agent("a")])
    desk.ready("a")
    desk.call("c1")
    desk.talk("c1", "a")
    if wanted:
        ask(desk, extend=False)
    desk.finish("c1", "a", wrap_up=True)
    return desk


def ask(desk: Desk, *, extend: bool) -> None:
    request = WrapUpRequested(
        cmd=CommandId("w"), agent=AgentId("a"), call=CallId("c1"), extend=extend
    )
    desk.do(lambda router, now, out: router.request_wrap_up(request, now, out))


def is_over(desk: Desk) -> bool:
    return bool(desk.heard(WrapUpEnded))


@pytest.mark.parametrize(
    ("mode", "wanted", "seconds"),
    [
        (M.NONE, False, 0),
        (M.OPTIONAL, False, 0),
        (M.OPTIONAL, True, 10),
        (M.TIMED, False, 10),
        (M.MANDATORY, False, 60),
        (M.DISCRETIONARY, False, 60),
    ],
)
def test_how_long_wrap_up_lasts_in_each_mode(mode: WrapUpMode, wanted: bool, seconds: int) -> None:
    desk = wrapping(mode, wanted=wanted)
    if seconds:
        desk.wait(seconds - 0.1)
        assert not is_over(desk)
        desk.call("c2")
        assert desk.asked[-1][0] == "c1", "nobody is offered in wrap-up"
        desk.wait(0.2)
        assert desk.asked[-1][0] == "c2"
    assert is_over(desk)


@pytest.mark.parametrize(
    ("mode", "early", "over"),
    [
        (M.TIMED, True, True),
        (M.TIMED, False, False),
        (M.DISCRETIONARY, True, True),
        (M.MANDATORY, True, False),
    ],
)
def test_who_may_end_wrap_up_by_being_ready(mode: WrapUpMode, early: bool, over: bool) -> None:
    desk = wrapping(mode, early=early)
    desk.choose("a", PresenceWish.READY)
    assert is_over(desk) is over


def test_a_disposition_ends_a_mandatory_wrap_up() -> None:
    desk = wrapping(M.MANDATORY)
    desk.tell(ReportWrappedUp(call=CallId("c1"), agent=AgentId("a")))
    assert is_over(desk)


def test_extensions_end_at_their_bound() -> None:
    desk = wrapping(M.TIMED)
    for _ in range(5):
        ask(desk, extend=True)
    desk.wait(59.9)
    assert not is_over(desk)
    desk.wait(0.2)
    assert is_over(desk)


@pytest.mark.parametrize(
    ("result", "rest_s"),
    [
        (OfferResult.DECLINED, 2),
        (OfferResult.BUSY, 3),
        (OfferResult.NO_ANSWER, 4),
        (OfferResult.UNREGISTERED, 5),
        (OfferResult.FAILED, 6),
        (OfferResult.REVOKED, 0),
    ],
)
def test_each_failure_has_a_rest_of_its_own(result: OfferResult, rest_s: int) -> None:
    rests = BackOff(
        declined_us=2 * SECOND,
        busy_us=3 * SECOND,
        no_answer_us=4 * SECOND,
        unregistered_us=5 * SECOND,
        failed_us=6 * SECOND,
    )
    desk = Desk([queue()], [agent("a", back_off=rests, after_no_answer=AfterNoAnswer.BACK_OFF)])
    desk.ready("a")
    desk.call("c1")
    desk.fail("c1", "a", result)
    if rest_s:
        desk.wait(rest_s - 0.1)
        assert len(desk.asked) == 1
        desk.wait(0.2)
    assert desk.asked == [("c1", "a")] * 2


def test_after_too_many_in_a_row_an_agent_who_does_not_answer_is_paused() -> None:
    desk = Desk([queue()], [agent("a", no_answers=2)])
    desk.ready("a")
    desk.call("c1")
    desk.fail("c1", "a", OfferResult.NO_ANSWER)
    assert desk.of("a").presence is Presence.READY
    desk.wait(6)
    desk.fail("c1", "a", OfferResult.NO_ANSWER)
    assert (desk.of("a").presence, desk.of("a").reason) == (Presence.PAUSED, "no_answer")


def absent(desk: Desk, factor: Absence) -> None:
    """Bring the one agent into a state."""
    devices = {
        A.UNAVAILABLE: DeviceState.UNAVAILABLE,
        A.INVALID: DeviceState.INVALID,
        A.UNKNOWN: DeviceState.UNKNOWN,
    }
    if factor is not A.UNKNOWN:
        phone(desk, DeviceState.IDLE)
    if factor in devices:
        phone(desk, devices[factor])
    elif factor is A.PAUSED:
        desk.choose("a", PresenceWish.PAUSED)
    elif factor in {A.RINGING, A.TALKING, A.WRAP_UP}:
        desk.call("c0")
        if factor is not A.RINGING:
            desk.talk("c0", "a")
        if factor is A.WRAP_UP:
            desk.finish("c0", "a", wrap_up=True)


def phone(desk: Desk, state: DeviceState) -> None:
    event = DeviceChanged(device="device-a", state=state)
    desk.do(lambda router, now, out: router.device(event, now, out))


@pytest.mark.parametrize("factor", list(Absence))
def test_each_of_the_eight_states_counts_as_absent_where_it_is_written(factor: Absence) -> None:
    for written, refused in ((frozenset({factor}), True), (frozenset[Absence](), False)):
        desk = Desk([queue(absent_at_entry=written)], [agent("a")])
        desk.ready("a")
        absent(desk, factor)
        desk.call("c1", require="es" if factor is A.NOT_ELIGIBLE else "")
        outcomes = [m.outcome for m in desk.heard(QueueLeft) if isinstance(m, QueueLeft)]
        if factor is A.NOT_ELIGIBLE:
            refused = True  # nobody will ever have that skill
        assert outcomes == ([QueueOutcome.NO_AGENTS] if refused else []), written


def test_whoever_asked_for_a_break_gets_nothing_more_however_much_they_could_do() -> None:
    desk = Desk([queue(channel=Channel.CHAT)], [agent("a", channels=CHATS)])
    desk.ready("a")
    desk.call("c1")
    desk.talk("c1", "a")
    desk.choose("a", PresenceWish.PAUSED)
    desk.call("c2")
    assert [call for call, _ in desk.asked] == ["c1"]
    desk.finish("c1", "a")
    assert desk.of("a").presence is Presence.PAUSED


def test_one_call_then_idle() -> None:
    desk = Desk([queue()], [agent("a")])
    desk.ready("a")
    desk.choose("a", PresenceWish.READY, once=True)
    desk.call("c1")
    desk.call("c2")
    desk.served("c1", "a")
    assert (desk.of("a").presence, desk.of("a").reason) == (Presence.PAUSED, "one_call")
    assert desk.line() == ["c2"]


def test_an_agent_is_never_rung_twice_for_one_caller() -> None:
    desk = Desk(
        [queue(channel=Channel.CHAT, strategy="progressive", ring_step_us=2 * SECOND)],
        [agent("a", channels=CHATS)],
    )
    desk.ready("a")
    desk.call("c1")
    desk.wait(11)
    assert desk.asked == [("c1", "a")]


def test_a_callback_may_take_as_long_to_connect_as_its_call_says() -> None:
    desk = Desk([queue()], [agent("a")])
    desk.ready("a")
    desk.call("c1")
    desk.answer("c1", "a", patience_us=45 * SECOND)
    desk.wait(44)
    assert list(desk.rig.router.reservations) == [desk.rings["c1", "a"]]
    desk.wait(2)
    assert desk.asked == [("c1", "a")]
    assert not desk.rig.router.reservations


def test_a_reservation_reported_twice_or_late_changes_nothing() -> None:
    desk = Desk([queue()], [agent("a")])
    desk.ready("a")
    desk.call("c1")
    desk.answer("c1", "a")
    desk.answer("c1", "a")
    desk.talk("c1", "a")
    desk.fail("c1", "a", OfferResult.BUSY)
    assert [job.work.value for job in desk.of("a").jobs.values()] == ["talking"]

"""Whom an agent gets, who may wait, and how long, as it is written in a center file."""

from collections.abc import Callable

import pytest

from contact_center.core.acd_events import DeviceChanged, DeviceState, WorkOffered
from contact_center.core.caller_facts import PlaceTakenUp
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.events import Event
from contact_center.core.facts import CallQueued, SupervisorAnswered
from contact_center.core.ids import AgentId, CallId, CommandId, QueueId
from contact_center.core.outcomes import QueueOutcome
from contact_center.core.requests import (
    AcceptRequested,
    DispositionRequested,
    PresenceRequested,
    PresenceWish,
    WrapUpRequested,
)
from contact_center.core.supervisor_requests import (
    MoveRequested,
    ReprioritiseRequested,
    SetPresenceRequested,
    WithdrawRequested,
)
from tests.stories.world import World
from tests.stories.written import (
    AFTER_A_WHILE,
    BOTH,
    TO_SUPPORT,
    busy,
    calls,
    outcomes,
    queue_of,
    ready,
    rung,
    who,
    written,
)

Make = Callable[[CenterConfiguration], World]
S = "queues: [sales]"
SALES, SUPPORT = QueueId("sales"), QueueId("support")
CMD = CommandId("s-1")


def next_is(world: World, talk: CallId, agent: str = "ann") -> CallId | None:
    """Let a conversation end, and say whom the agent is offered then."""
    world.hang_up(talk)
    return who(world, agent)


def supervise(world: World, event: Event) -> str:
    world.tell(event)
    world.pump()
    answers = [f for f in world.said(SupervisorAnswered) if isinstance(f, SupervisorAnswered)]
    return answers[-1].code


# --- who is next ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("order", "next_one"), [("fifo", 0), ("lifo", 2)])
def test_callers_of_the_same_instant_keep_their_order(
    make_world: Make, order: str, next_one: int
) -> None:
    world = make_world(written(f"order: {order}"))
    ready(world)
    talk = busy(world)
    waiting = [calls(world, n) for n in range(3)]
    assert next_is(world, talk) == waiting[next_one]


RULES = {
    "a band goes before any wait": ("", "priority: 1", "", True),
    "a weight is a head start": ("", "weight: 4", "weight_worth: 10s", True),
    "a head start is not everything": ("", "weight: 2", "weight_worth: 10s", False),
    "a steeper slope overtakes": ("", "aging: {slope: 3}", "", True),
    "a slope has its ceiling": ("", "aging: {slope: 3, ceiling: 30s}", "", False),
    "a step raises the band": ("", "steps: [{after: 15s, priority: 2}]", "", True),
    "a step not yet taken does not": ("", "steps: [{after: 25s, priority: 2}]", "", False),
    "who waited long enough is first": ("promote_after: 45s", "priority: 9", "", False),
    "but not a moment sooner": ("promote_after: 55s", "priority: 9", "", True),
    "by age alone the first comes first": ("", "", "", False),
    "the dearer wait over the shorter call": (
        "expected_handle: 10m", "expected_handle: 1m", "discipline: cost", True,
    ),
    "the queue over its share": ("share: 1", "share: 3", "discipline: fixed_ratio", False),
    "the queue over its share, the other way": (
        "share: 9", "share: 1", "discipline: fixed_ratio", True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_of_two_queues_the_rule_decides(make_world: Make, rule: str) -> None:
    """One waits for sales since 50 s, one for support since 20 s."""
    sales, support, header, later = RULES[rule]
    world = make_world(written(sales, support, header))
    ready(world)
    talk = busy(world)
    first = calls(world, 1)
    world.wait(30)
    second = calls(world, 2, TO_SUPPORT)
    world.wait(20)
    assert next_is(world, talk) == (second if later else first)


def test_a_supervisor_moves_callers_forward_on_and_out(make_world: Make) -> None:
    world = make_world(written())
    ready(world)
    talk = busy(world)
    first, second, third, fourth = (calls(world, n) for n in range(4))

    def ask(kind: type, call: CallId, **more: object) -> str:
        return supervise(world, kind(cmd=CMD, by="eve", call=call, **more))

    assert ask(ReprioritiseRequested, fourth, boost_us=60_000_000) == ""
    assert world.center.router.lines.in_queue(SALES) == [fourth, first, second, third]
    assert ask(MoveRequested, third, queue=SALES, position=2) == ""
    assert world.center.router.lines.in_queue(SALES) == [fourth, third, first, second]
    assert ask(MoveRequested, second, queue=SUPPORT) == ""
    assert queue_of(world, second) == SUPPORT
    assert ask(WithdrawRequested, fourth) == ""
    assert outcomes(world, fourth) == [QueueOutcome.WITHDRAWN]
    assert ask(WithdrawRequested, fourth) == "not_waiting"
    assert next_is(world, talk) == third
    pause = SetPresenceRequested(
        cmd=CMD, by="eve", agent=AgentId("ann"), presence=PresenceWish.PAUSED, reason="meeting"
    )
    assert supervise(world, pause) == ""
    assert world.state("ann") == "paused idle"


# --- who may wait --------------------------------------------------------------------------------

ABSENCES = ["paused", "talking", "ringing", "wrap_up", "unavailable", "invalid", "unknown"]


def be(world: World, state: str) -> None:
    """Bring ann, who is the only one, into a state."""
    ready(world)
    world.tell(DeviceChanged(device="1001", state=DeviceState.IDLE))
    match state:
        case "paused":
            world.ask(PresenceRequested, "ann", presence=PresenceWish.PAUSED, reason="lunch")
        case "talking":
            busy(world)
        case "ringing":
            calls(world, 98)
        case "wrap_up":
            world.hang_up(busy(world))
        case _:
            world.tell(DeviceChanged(device="1001", state=DeviceState(state)))


@pytest.mark.parametrize("state", ABSENCES)
@pytest.mark.parametrize("counts", [True, False])
def test_a_queue_says_which_states_count_as_absent(
    make_world: Make, state: str, counts: bool
) -> None:
    others = ", ".join(s for s in ABSENCES if s != state)
    refuse = state if counts else others
    queue = f"when_empty: {{refuse: [{refuse}], evict: false}}, wrap_up: 30s"
    world = make_world(written(queue, ann=S))
    be(world, state)
    call = calls(world)
    assert outcomes(world, call) == ([QueueOutcome.NO_AGENTS] if counts else [])


def test_who_cannot_be_served_yet_is_refused_only_where_it_is_written(make_world: Make) -> None:
    queue = "require: es >= 50, steps: [{after: 60s, require: es >= 1}], when_empty: "
    ann = f"{S}, skills: {{es: 5}}"
    for factors, refused in {"[not_eligible]": True, "true": False}.items():
        world = make_world(written(queue + factors, ann=ann))
        ready(world)
        assert bool(outcomes(world, calls(world))) is refused


OVERFLOWS = {
    "{when: length, waiting: 1, to: support}": ("", True),
    "{when: length, waiting: 2, to: support}": ("", False),
    "{when: expected, over: 5m, to: support}": ("expected_handle: 5m, ", True),
    "{when: expected, over: 30m, to: support}": ("expected_handle: 5m, ", False),
    "{when: closed, to: support}": ("calendar: never, ", True),
    "{when: service_level, under: 90, to: support}": ("service_level: 5s, ", True),
    "{when: service_level, under: 50, to: support}": ("service_level: 10m, ", False),
}


@pytest.mark.parametrize("rule", OVERFLOWS)
def test_callers_are_sent_on_at_the_door(make_world: Make, rule: str) -> None:
    more, sent = OVERFLOWS[rule]
    world = make_world(written(f"{more}overflow: [{rule}]"))
    ready(world)
    busy(world, "ann", TO_SUPPORT)
    if "service_level" in rule:
        late = calls(world, 7)
        world.wait(60)
        world.hang_up(who(world) or late)
        world.pick_up("ann")
    else:
        calls(world, 1)
    call = calls(world, 2)
    assert queue_of(world, call) == (SUPPORT if sent else SALES)


def test_who_is_sent_on_after_a_wait_keeps_the_age(make_world: Make) -> None:
    overflow = "overflow: [{when: waited, after: 20s, to: support}]"
    world = make_world(written(overflow, ann="queues: [support]", bob=S))
    ready(world)
    busy(world, "bob")
    talk = busy(world, "ann", TO_SUPPORT)
    first = calls(world, 1)
    since = world.now
    world.wait(10)
    calls(world, 2, TO_SUPPORT)
    world.wait(10)
    assert queue_of(world, first) == SUPPORT
    queued = [f for f in world.said(CallQueued) if isinstance(f, CallQueued) and f.call == first]
    assert [(f.queue, f.since) for f in queued] == [(SALES, since), (SUPPORT, since)]
    assert next_is(world, talk) == first


@pytest.mark.parametrize(("says", "counts"), [("counts_from: call", True), ("", False)])
def test_time_in_menus_counts_where_a_queue_says_so(
    make_world: Make, says: str, counts: bool
) -> None:
    world = make_world(written(says, ann=S))
    ready(world)
    talk = busy(world, "ann")
    slow = calls(world, 1, AFTER_A_WHILE)
    began = world.now
    world.wait(4)
    quick = calls(world, 2)
    world.wait(6)
    assert queue_of(world, quick) == queue_of(world, slow) == SALES
    queued = [f for f in world.said(CallQueued) if isinstance(f, CallQueued) and f.call == slow]
    assert (queued[0].since == began) is counts
    assert next_is(world, talk) == (slow if counts else quick)


def test_when_the_last_agent_goes_callers_are_sent_on(make_world: Make) -> None:
    overflow = "overflow: [{when: no_agents, to: support}]"
    world = make_world(written(overflow, ann="queues: [support]", bob=S))
    ready(world)
    busy(world, "ann", TO_SUPPORT)
    talk = busy(world, "bob")
    call = calls(world)
    assert queue_of(world, call) == SALES
    world.ask(PresenceRequested, "bob", presence=PresenceWish.LOGGED_OUT)
    world.hang_up(talk)
    assert queue_of(world, call) == SUPPORT


@pytest.mark.parametrize(("seconds", "kept"), [(50, True), (70, False)])
def test_who_was_cut_off_and_redials_has_the_place_again(
    make_world: Make, seconds: int, kept: bool
) -> None:
    world = make_world(written("redial: 60s"))
    ready(world)
    talk = busy(world)
    cut_off = calls(world, 1)
    world.wait(1)
    other = calls(world, 2)
    world.hang_up(cut_off)
    world.wait(seconds)
    again = calls(world, 1)
    assert next_is(world, talk) == (again if kept else other)
    since = world.center.calls.calls[again].since
    told = [(f.call, f.since) for f in world.said(PlaceTakenUp)]
    assert told == ([(again, since)] if kept else []), "screens and books count from then"


# --- ringing, and after the call -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("queue", "agent", "seconds"),
    [
        ("ring: 30s", "", 30),
        ("ring: 30s", ", ring: 12s", 12),
        ("ring: 30s, max_wait: 18s", "", 18),
    ],
)
def test_a_phone_rings_as_long_as_queue_agent_and_patience_allow(
    make_world: Make, queue: str, agent: str, seconds: float
) -> None:
    world = make_world(written(queue, ann=S + agent))
    ready(world)
    calls(world)
    world.wait(seconds - 0.1)
    assert rung(world) == ["ann"]
    world.wait(0.1)
    assert rung(world) == []


def test_an_agent_may_be_told_how_long_the_caller_waited(make_world: Make) -> None:
    told = '"Minutes waited: ${queue.waited_min}."'
    world = make_world(written(f"announcements: {{whisper: {told}}}"))
    world.ready("ann")
    talk = busy(world)
    calls(world)
    world.wait(100)
    world.hang_up(talk)
    leg = world.pick_up("ann")
    world.wait(8)
    assert "prompt:Minutes waited:\nprompt:two\n" in world.heard(leg)


def test_offers_that_ring_out_are_counted(make_world: Make) -> None:
    world = make_world(written("ring: 10s", ann=f"{S}, no_answers: 2, back_off: 3s"))
    ready(world)
    calls(world)
    world.wait(10)
    assert world.state("ann") == "ready idle"
    world.wait(3)
    assert rung(world) == ["ann"]
    world.wait(10)
    assert world.state("ann") == "paused idle"


def test_one_call_and_then_a_pause(make_world: Make) -> None:
    world = make_world(written())
    ready(world)
    world.ask(PresenceRequested, "ann", presence=PresenceWish.READY, once=True)
    world.hang_up(busy(world))
    assert world.state("ann") == "paused idle"


def wrap_up(world: World, wish: str = "") -> CallId:
    ready(world)
    call = busy(world)
    if wish:
        assert world.ask(WrapUpRequested, "ann", call=call) == wish.removeprefix("granted")
    world.hang_up(call)
    return call


def done(world: World) -> str:
    return world.ask(PresenceRequested, "ann", presence=PresenceWish.READY)


@pytest.mark.parametrize(
    ("written_as", "seconds"),
    [
        ("40s", 40),
        ("{mode: timed, for: 40s}", 40),
        ("{mode: optional, for: 40s}", 0),
        ("{mode: none, for: 40s}", 0),
        ("{mode: discretionary, most: 90s}", 90),
        ("{mode: mandatory, most: 90s}", 90),
    ],
)
def test_wrap_up_lasts_as_its_mode_says(make_world: Make, written_as: str, seconds: int) -> None:
    world = make_world(written(f"wrap_up: {written_as}"))
    wrap_up(world)
    assert world.state("ann") == ("ready wrap_up" if seconds else "ready idle")
    world.wait(max(0, seconds - 0.1))
    assert world.state("ann") == ("ready wrap_up" if seconds else "ready idle")
    world.wait(0.1)
    assert world.state("ann") == "ready idle"


def test_wrap_up_is_asked_for_ended_early_and_extended_within_its_bound(make_world: Make) -> None:
    optional = make_world(written("wrap_up: {mode: optional, for: 40s}"))
    wrap_up(optional, "granted")
    assert optional.state("ann") == "ready wrap_up"
    assert done(optional) == ""
    assert optional.state("ann") == "ready idle"

    kept = make_world(written("wrap_up: {mode: timed, for: 40s, early: false}"))
    wrap_up(kept)
    assert done(kept) == "wrap_up_is_not_over"

    mandatory = make_world(written("wrap_up: {mode: mandatory}"))
    call = wrap_up(mandatory)
    assert done(mandatory) == "disposition_needed"
    assert mandatory.ask(DispositionRequested, "ann", call=call, code="sold") == ""
    assert mandatory.state("ann") == "ready idle"

    longer = make_world(written("wrap_up: {for: 40s, most: 90s, extend: 30s}"))
    call = wrap_up(longer)
    codes = [longer.ask(WrapUpRequested, "ann", call=call, extend=True) for _ in range(3)]
    assert codes == ["", "", "longest_wrap_up"]
    longer.wait(89.9)
    assert longer.state("ann") == "ready wrap_up"
    longer.wait(0.1)
    assert longer.state("ann") == "ready idle"


def test_an_agent_s_own_wrap_up_holds_in_every_queue(make_world: Make) -> None:
    world = make_world(written("wrap_up: 40s", ann=f"{BOTH}, wrap_up: 10s"))
    wrap_up(world)
    other = calls(world, 5, TO_SUPPORT)
    world.wait(9.9)
    assert rung(world) == []
    world.wait(0.1)
    assert who(world) == other


def test_capacity_lets_chats_add_up_and_voice_take_all(make_world: Make) -> None:
    ann = f"{BOTH}, channels: {{voice: 100, chat: {{cost: 40, most: 3}}}}"
    world = make_world(written("", "channel: chat", ann=ann))
    ready(world)

    def job_count() -> int:
        return len(world.center.router.agents[AgentId("ann")].jobs)

    for n in range(3):
        world.tell(WorkOffered(call=CallId(f"w-chat-{n}"), queue=SUPPORT))
        for job in list(world.center.router.agents[AgentId("ann")].jobs.values()):
            world.ask(AcceptRequested, "ann", reservation=job.reservation)
    assert job_count() == 2, "a third would cost more than there is"
    caller = calls(world)
    assert queue_of(world, caller) == SALES
    assert rung(world) == []

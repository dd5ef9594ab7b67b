"""What supervisors change for a while: on top of the file, with an end, through restarts."""

from __future__ import annotations

from dataclasses import replace

from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import (
    AgentOffered,
    FaultFound,
    SupervisorAnswered,
    WaitEnded,
)
from contact_center.core.ids import AgentId, CallId, CommandId
from contact_center.core.live_changes import (
    AgentChangedLive,
    ChangeAgentsRequested,
    ChangeQueueRequested,
    EndChangesRequested,
    EndWrapUpRequested,
    LiveChangeEnded,
    QueueChangedLive,
    WrapUpEndedBySupervisor,
)
from contact_center.core.queue_settings import Channel, ChannelLimit, WrapUp, WrapUpMode
from contact_center.core.requests import PresenceRequested, PresenceWish
from contact_center.core.supervisor_requests import SetQueuePauseRequested, SupervisorRequest
from tests.stories.centers import DIRECT_NUMBER, MAIN_NUMBER, SALES, SUPPORT, agent, small_center
from tests.stories.world import World

ANNA, BOB = AgentId("anna"), AgentId("bob")
HOUR = 3_600


def of_support(**queue_fields: object) -> CenterConfiguration:
    """Anna serves support alone; nobody serves sales."""
    waits = {"absent_at_entry": None, "absent_waiting": None}
    return small_center(
        agent("anna", 1001, SUPPORT, es=10),
        agent("bob", 1002, SUPPORT),
        **{**waits, **queue_fields},
    )


def ask(world: World, request: type[SupervisorRequest], **fields: object) -> str:
    """Ask as a supervisor; gives the code of the answer."""
    cmd = CommandId(f"s-{len(world.facts)}")
    world.tell(request(cmd=cmd, by="dana", **fields))
    world.pump()
    answers = [f for f in world.said(SupervisorAnswered) if isinstance(f, SupervisorAnswered)]
    [code] = [fact.code for fact in answers if fact.cmd == cmd]
    return code


def change(world: World, *agents: AgentId, hours: float = 1, **fields: object) -> str:
    until = world.now + round(hours * HOUR * 1_000_000)
    return ask(world, ChangeAgentsRequested, agents=agents, until=until, why="rush", **fields)


def offered(world: World) -> list[tuple[AgentId, CallId]]:
    made = [f for f in world.said(AgentOffered) if isinstance(f, AgentOffered)]
    return [(fact.agent, fact.call) for fact in made]


def queues_of(world: World, name: AgentId) -> tuple[str, ...]:
    return world.center.configuration.agents[name].queues


def ends(world: World) -> list[tuple[str | None, str]]:
    told = [f for f in world.said(LiveChangeEnded) if isinstance(f, LiveChangeEnded)]
    return [(f.agent or f.queue, f.cause) for f in told]


def end(world: World) -> None:
    assert world.said(FaultFound) == []
    world.close()


def test_an_agent_who_is_moved_into_a_queue_gets_who_waits_there_at_once() -> None:
    world = World(of_support())
    world.ready("anna")
    call = world.call(did=DIRECT_NUMBER)
    world.wait(5)
    assert offered(world) == []
    assert change(world, ANNA, join=(SALES,), leave=(SUPPORT,)) == ""
    assert offered(world) == [(ANNA, call)]
    assert queues_of(world, ANNA) == (SALES,)
    [told] = [f.change for f in world.said(AgentChangedLive) if isinstance(f, AgentChangedLive)]
    assert (told.by, told.why, told.join, told.leave) == ("dana", "rush", (SALES,), (SUPPORT,))
    end(world)


def test_many_are_moved_at_once_or_none_of_them() -> None:
    world = World(of_support())
    world.ready("anna", "bob")
    assert change(world, ANNA, AgentId("nobody"), join=(SALES,)) == "unknown_agent"
    assert queues_of(world, ANNA) == (SUPPORT,)
    assert change(world, ANNA, BOB, join=(SALES,)) == ""
    assert {queues_of(world, name) for name in (ANNA, BOB)} == {(SUPPORT, SALES)}
    end(world)


def test_a_live_change_ends_at_its_time_and_the_file_counts_again() -> None:
    world = World(of_support())
    world.ready("anna")
    assert change(world, ANNA, hours=0.5, join=(SALES,), leave=(SUPPORT,)) == ""
    world.wait(0.5 * HOUR - 1)
    assert queues_of(world, ANNA) == (SALES,)
    world.wait(2)
    assert queues_of(world, ANNA) == (SUPPORT,)
    assert ends(world) == [("anna", "time")]
    call = world.call(did=DIRECT_NUMBER)
    world.wait(3)
    assert (ANNA, call) not in offered(world)
    end(world)


def test_one_for_a_shift_ends_when_the_agent_logs_out() -> None:
    world = World(of_support())
    world.ready("anna")
    assert change(world, ANNA, join=(SALES,), with_shift=True) == ""
    world.ask(PresenceRequested, "anna", presence=PresenceWish.PAUSED, reason="lunch")
    assert ends(world) == []
    world.ask(PresenceRequested, "anna", presence=PresenceWish.LOGGED_OUT)
    assert ends(world) == [("anna", "shift")]
    assert queues_of(world, ANNA) == (SUPPORT,)
    end(world)


def test_one_for_a_shift_is_refused_for_who_has_not_begun_it() -> None:
    world = World(of_support())
    world.ready("anna")
    assert change(world, ANNA, BOB, join=(SALES,), with_shift=True) == "logged_out"
    assert world.center.floor.agents == {}
    assert change(world, BOB, join=(SALES,)) == ""
    end(world)


def test_a_channel_that_the_file_takes_away_is_no_longer_changed() -> None:
    def of(**channels: int) -> CenterConfiguration:
        limits = {
            Channel(name): ChannelLimit(cost=25, most=most) for name, most in channels.items()
        }
        center = of_support()
        anna = replace(center.agents[ANNA], channels=limits)
        return replace(center, agents={**center.agents, ANNA: anna})

    world = World(of(voice=1, chat=1))
    assert change(world, ANNA, most=((Channel.CHAT, 3),)) == ""
    world.reload(of(voice=1))
    assert change(world, ANNA, join=(SALES,)) == ""
    assert world.center.floor.agents[ANNA].most == ()
    end(world)


def test_who_is_taken_out_of_the_file_in_a_call_gets_no_other_by_a_live_change() -> None:
    world = World(of_support())
    world.ready("anna")
    assert change(world, ANNA, join=(SALES,)) == ""
    world.call(did=DIRECT_NUMBER)
    world.pick_up("anna")
    world.reload(small_center(agent("bob", 1002, SUPPORT), absent_at_entry=None))
    assert world.center.configuration.agents[ANNA].queues == ()
    end(world)


def test_a_live_change_survives_the_process_and_another_file() -> None:
    world = World(of_support())
    world.ready("anna", "bob")
    assert change(world, ANNA, join=(SALES,), skills=(("es", 80),)) == ""
    assert ask(world, ChangeQueueRequested, queue=SALES, weight=5, until=world.now + 10**9) == ""
    world.restart()
    world.reconnect()
    assert queues_of(world, ANNA) == (SUPPORT, SALES)
    assert world.center.configuration.queues[SALES].weight == 5
    world.reload(of_support(ring_us=33_000_000))
    settings = world.center.configuration.agents[ANNA]
    assert (settings.queues, settings.skills["es"]) == ((SUPPORT, SALES), 80)
    assert world.center.configuration.queues[SALES].ring_us == 33_000_000
    assert ask(world, EndChangesRequested, agents=(ANNA,), queues=(SALES,)) == ""
    assert world.center.configuration is world.center.floor.base
    assert ends(world) == [("anna", "ended"), ("sales", "ended")]
    end(world)


def test_a_second_change_is_added_to_the_first_and_undoing_both_ends_it() -> None:
    world = World(of_support())
    assert change(world, ANNA, join=(SALES,)) == ""
    assert change(world, ANNA, hours=2, skills=(("es", 50),)) == ""
    told = world.center.floor.agents[ANNA]
    assert (told.join, told.skills) == ((SALES,), (("es", 50),))
    assert change(world, ANNA, leave=(SALES,), skills=(("es", 10),)) == ""
    assert world.center.floor.agents == {}
    assert ends(world) == [("anna", "undone")]
    end(world)


def test_who_talks_finishes_and_then_serves_the_queues_of_now() -> None:
    world = World(of_support())
    world.ready("anna")
    first = world.call(did=MAIN_NUMBER, script=[])
    world.wait(1)
    world.press(first, "2")
    world.wait(1)
    world.pick_up("anna")
    world.wait(3)
    assert change(world, ANNA, join=(SALES,), leave=(SUPPORT,)) == ""
    assert world.hears(first).startswith("talk")
    second = world.call(ani="+14155550166", did=DIRECT_NUMBER)
    world.wait(2)
    world.hang_up(first)
    world.wait(35)
    assert (ANNA, second) in offered(world)
    end(world)


def test_a_skill_given_for_an_hour_lets_somebody_serve_who_could_not() -> None:
    world = World(of_support(requirement="es >= 50"))
    world.ready("anna")
    call = world.call(did=DIRECT_NUMBER)
    assert change(world, ANNA, join=(SALES,)) == ""
    world.wait(2)
    assert offered(world) == []
    assert change(world, ANNA, skills=(("es", 60),)) == ""
    assert offered(world) == [(ANNA, call)]
    end(world)


def test_a_queue_with_more_weight_is_served_first_by_those_who_serve_both() -> None:
    waits = {"absent_at_entry": None, "absent_waiting": None}
    world = World(small_center(agent("anna", 1001), **waits))
    first = world.call(did=MAIN_NUMBER)
    world.press(first, "2")
    world.wait(5)
    second = world.call(ani="+14155550177", did=DIRECT_NUMBER)
    world.wait(5)
    assert ask(world, ChangeQueueRequested, queue=SALES, weight=2, until=world.now + 10**9) == ""
    world.ready("anna")
    assert offered(world) == [(ANNA, second)]
    [told] = [f.change for f in world.said(QueueChangedLive) if isinstance(f, QueueChangedLive)]
    assert (told.queue, told.weight, told.priority) == (SALES, 2, None)
    end(world)


def test_a_queue_with_another_priority_gives_it_to_those_who_come_in() -> None:
    world = World(of_support())
    assert ask(world, ChangeQueueRequested, queue=SALES, priority=7, until=world.now + 10**9) == ""
    call = world.call(did=DIRECT_NUMBER)
    world.wait(1)
    assert world.center.router.waiting[call].band == 7
    end(world)


def test_what_cannot_be_is_refused_and_nothing_changes() -> None:
    world = World(of_support())
    assert change(world, ANNA, hours=25, join=(SALES,)) == "bad_end"
    assert change(world, ANNA, hours=-1, join=(SALES,)) == "bad_end"
    assert change(world, ANNA, skills=(("juggling", 9),)) == "no_such_skill"
    assert change(world, ANNA, most=((Channel.CHAT, 3),)) == "other_channel"
    assert change(world, ANNA, capacity=50) == "no_room"
    assert change(world) == "too_many_agents"
    until = world.now + 10**9
    assert (
        ask(world, ChangeQueueRequested, queue="nowhere", weight=1, until=until) == "no_such_queue"
    )
    assert ask(world, EndChangesRequested, agents=(ANNA,)) == "no_such_change"
    assert world.center.configuration is world.center.floor.base
    end(world)


def test_capacity_and_jobs_at_once_are_changed_live() -> None:
    made = of_support()
    limits = {Channel.VOICE: ChannelLimit(cost=100), Channel.CHAT: ChannelLimit(cost=25, most=2)}
    anna = replace(made.agents[ANNA], channels=limits)
    world = World(replace(made, agents={**made.agents, ANNA: anna}))
    assert change(world, ANNA, capacity=200, most=((Channel.CHAT, 4),)) == ""
    settings = world.center.configuration.agents[ANNA]
    assert (settings.capacity, settings.channels[Channel.CHAT].most) == (200, 4)
    assert world.center.router.types[ANNA].capacity == 200
    end(world)


def test_a_caller_whose_only_agent_is_moved_away_leaves_by_the_rules_of_the_queue() -> None:
    world = World(small_center(agent("anna", 1001, SALES), agent("bob", 1002, SUPPORT)))
    world.ready("anna", "bob")
    busy = world.call(did=DIRECT_NUMBER)
    world.pick_up("anna")
    call = world.call(ani="+14155550188", did=DIRECT_NUMBER)
    world.wait(2)
    assert world.hears(call).startswith("music")
    assert change(world, ANNA, join=(SUPPORT,), leave=(SALES,)) == ""
    ended = [f for f in world.said(WaitEnded) if isinstance(f, WaitEnded) and f.call == call]
    assert len(ended) == 1
    assert world.hears(busy).startswith("talk")
    end(world)


def test_a_supervisor_ends_a_wrap_up_that_waits_for_a_disposition() -> None:
    mandatory = WrapUp(mode=WrapUpMode.MANDATORY, early=False)
    world = World(small_center(agent("anna", 1001), wrap_up=mandatory))
    world.ready("anna")
    call = world.call(did=DIRECT_NUMBER)
    world.pick_up("anna")
    world.wait(3)
    assert ask(world, EndWrapUpRequested, agent=ANNA) == "not_in_wrap_up"
    world.hang_up(call)
    assert world.state("anna") == "ready wrap_up"
    assert ask(world, EndWrapUpRequested, agent=ANNA) == ""
    assert world.state("anna") == "ready idle"
    [told] = world.said(WrapUpEndedBySupervisor)
    assert isinstance(told, WrapUpEndedBySupervisor)
    assert (told.agent, told.by, told.jobs) == (ANNA, "dana", 1)
    end(world)


def test_a_break_from_one_queue_goes_on_over_a_live_change_and_ends_with_the_queue() -> None:
    waits = {"absent_at_entry": None, "absent_waiting": None}
    world = World(small_center(agent("anna", 1001), agent("bob", 1002, SUPPORT), **waits))
    world.ready("anna")
    pause = {"agent": ANNA, "queue": SALES, "on": True, "reason": "training"}
    assert ask(world, SetQueuePauseRequested, **pause) == ""
    assert change(world, BOB, join=(SALES,)) == ""
    call = world.call(did=DIRECT_NUMBER)
    world.wait(2)
    assert offered(world) == []
    world.ready("bob")
    assert offered(world) == [(BOB, call)]
    assert change(world, ANNA, leave=(SALES,)) == ""
    assert world.center.router.agents[ANNA].paused_in == {}
    world.restart()
    world.reconnect()
    assert queues_of(world, ANNA) == (SUPPORT,)
    end(world)

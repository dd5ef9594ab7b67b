"""Agents who ask supervisors for help: since when, about what, and until when."""

from __future__ import annotations

from contact_center.core.ids import AgentId, CommandId
from contact_center.core.requests import HelpRequested, PresenceRequested, PresenceWish
from contact_center.core.supervisor_requests import HelpSeenToRequested
from tests.stories.talking import MakeWorld, floor
from tests.stories.world import World


def wanted(world: World, agent: str = "anna") -> tuple[int | None, str]:
    """Since when an agent asks for help, and about what, as was told last."""
    told = world.agent_states[AgentId(agent)]
    return told.help_since, told.help_note


def test_a_hand_is_up_until_it_is_taken_down(make_world: MakeWorld) -> None:
    f = floor(make_world)
    raised = f.world.now
    assert f.world.ask(HelpRequested, "anna", on=True, note="wants a refund") == ""
    assert wanted(f.world) == (raised, "wants a refund")
    f.world.wait(5)
    assert f.world.ask(HelpRequested, "anna", on=True, note="and shouts") == ""
    assert wanted(f.world) == (raised, "and shouts")
    assert f.world.ask(HelpRequested, "anna", on=False) == ""
    assert wanted(f.world) == (None, "")
    f.hang_up("caller")
    f.settled()


def test_a_supervisor_takes_it_down(make_world: MakeWorld) -> None:
    f = floor(make_world)
    seen = HelpSeenToRequested
    f.world.ask(HelpRequested, "anna", on=True)
    f.world.tell(seen(cmd=CommandId("s1"), by="eva", agent=AgentId("anna")))
    assert wanted(f.world) == (None, "")
    again = f.world.tell(seen(cmd=CommandId("s2"), by="eva", agent=AgentId("anna")))
    stranger = f.world.tell(seen(cmd=CommandId("s3"), by="eva", agent=AgentId("nobody")))
    codes = [getattr(answer[0], "code", None) for answer in (again, stranger)]
    assert codes == ["no_help_wanted", "unknown_agent"]
    f.hang_up("caller")
    f.settled()


def test_who_logs_out_asks_for_nothing_more(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob")
    f.world.ask(HelpRequested, "bob", on=True)
    f.world.ask(PresenceRequested, "bob", presence=PresenceWish.LOGGED_OUT)
    assert wanted(f.world, "bob") == (None, "")
    assert f.world.ask(HelpRequested, "bob", on=True) == "logged_out"
    f.hang_up("caller")
    f.settled()


def test_a_hand_stays_up_over_a_restart(make_world: MakeWorld) -> None:
    f = floor(make_world)
    f.world.ask(HelpRequested, "anna", on=True, note="help")
    f.world.restart()
    f.world.reconnect()
    assert wanted(f.world)[1] == "help"
    assert f.world.center.router.agents[AgentId("anna")].help_note == "help"
    f.hang_up("caller")
    f.settled()

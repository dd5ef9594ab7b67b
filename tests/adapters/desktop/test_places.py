"""Another roster under open screens: everybody sees it, and nobody loses a call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from msgspec import json

from contact_center.adapters.desktop.callback_messages import (
    PromisedCalls,
    PromisedNumber,
    PromiseForm,
)
from contact_center.adapters.desktop.roster import DeskAgent, DeskQueue, DeskRoster
from contact_center.core.facts import AgentChanged, Presence, QueueChanged, Work
from contact_center.core.ids import AgentId, QueueId
from tests.adapters.desktop.conftest import Center, roster, running, until
from tests.adapters.desktop.scripted_promises import EVE

LIVE = ["connecting", "live"]


def changed(without: str = "") -> DeskRoster:
    """The roster of tomorrow: Nina is new, sales is new, returns is gone."""
    old = roster()
    agents = [replace(a, queues=("service",)) for a in old.agents.values() if a.id != without]
    return DeskRoster.of(
        agents=[*agents, DeskAgent(id="nina", name="Nina Roth", login="nina")],
        queues=[old.queues["service"], DeskQueue(id="sales", label="Sales")],
        dispositions=[old.dispositions[0]],
        pause_reasons=old.pause_reasons,
    )


def talks(center: Center, agent: str) -> None:
    now = center.core.clock()
    center.core.publish(
        AgentChanged(
            at=now,
            agent=AgentId(agent),
            presence=Presence.READY,
            reason="",
            work=Work.TALKING,
            since=now,
        )
    )


async def test_open_screens_show_another_roster_without_a_gap() -> None:
    async with running() as center:
        maria = await center.agent("maria")
        assert [q["queue"] for q in maria.screen.queues] == ["service", "returns"]
        center.desk.reseat(changed())
        await until(lambda: [q["queue"] for q in maria.screen.queues] == ["service"], "new queues")
        assert maria.client.counts.gaps == 1  # the one it began with
        assert maria.states == LIVE


async def test_an_agent_who_is_new_can_log_in_at_once() -> None:
    async with running() as center:
        center.desk.reseat(changed())
        nina = await center.agent("nina")
        await until(lambda: nina.screen.name == "Nina Roth", "her name")
        assert [q["queue"] for q in nina.screen.queues] == ["service", "sales"]


async def test_an_agent_who_was_taken_out_is_shown_the_door_when_idle() -> None:
    async with running() as center:
        jonas = await center.agent("jonas")
        center.desk.reseat(changed(without="jonas"))
        await until(lambda: jonas.client.closed_code == 4401, "the screen closes")
        assert center.desk.screen_of("maria") is None


async def test_an_agent_who_was_taken_out_keeps_the_screen_while_they_are_busy() -> None:
    async with running() as center:
        jonas = await center.agent("jonas")
        talks(center, "jonas")
        center.desk.reseat(changed(without="jonas"))
        maria = await center.agent("maria")
        assert maria.states == LIVE
        await until(lambda: [q["queue"] for q in jonas.screen.queues] == [], "his queues are gone")
        assert jonas.states == LIVE
        center.desk.reseat(roster())
        await until(lambda: [q["queue"] for q in jonas.screen.queues] == ["returns"], "back again")


async def test_the_tile_of_a_queue_that_is_gone_is_not_shown_to_who_comes_later() -> None:
    async with running() as center:
        for queue in ("service", "returns"):
            center.core.publish(
                QueueChanged(
                    at=center.core.clock(),
                    queue=QueueId(queue),
                    waiting=1,
                    offering=0,
                    idle=0,
                    logged_in=0,
                    oldest_since=None,
                )
            )
        center.desk.reseat(changed())
        maria = await center.agent("maria")
        await until(lambda: maria.screen.tiles, "a tile")
        assert list(maria.screen.tiles) == ["service"]


class Wall:
    """A screen that keeps what is put on it."""

    def __init__(self, agent: str) -> None:
        self.agent = agent
        self.shown: dict[str, dict[str, Any]] = {}

    def push(self, frame: bytes, *, is_ledger: bool = True) -> None:
        """Ledgers are not looked at here."""

    def put(self, topic: str, frame: bytes) -> None:
        self.shown[topic] = json.decode(frame[frame.index(b"{") :])  # behind the header

    def forget_ledger(self) -> None:
        """Nothing waits."""

    def close(self, code: int, reason: str) -> None:
        """Nothing is open."""


async def test_promises_are_shown_to_their_agent_alone_also_later_and_after_another_roster() -> (
    None
):
    async with running() as center:
        desk, one = center.desk, PromisedNumber(number=EVE, label="", zones=[], suggested="")
        for agent in ("maria", "jonas"):
            form = PromiseForm(call=f"of {agent}", campaign="", name="", numbers=[one])
            desk.show_callbacks(agent, PromisedCalls(callbacks=[], form=form))
        first, maria, jonas = Wall("maria"), Wall("maria"), Wall("jonas")
        for wall in (first, maria, jonas):
            desk.resume(wall, {})
        for wall in (first, maria, jonas):
            mine = f"callbacks:{wall.agent}"
            assert [channel for channel in wall.shown if channel.startswith("callbacks")] == [mine]
            assert wall.shown[mine]["d"]["form"]["call"] == f"of {wall.agent}"
            wall.shown.clear()
        desk.reseat(changed())
        list(desk.spread())
        assert [c for c in first.shown if c.startswith("callbacks")] == [], "another took over"
        assert [c for c in maria.shown if c.startswith("callbacks")] == ["callbacks:maria"]
        assert [c for c in jonas.shown if c.startswith("callbacks")] == ["callbacks:jonas"]
        before = maria.shown["callbacks:maria"]["rev"]
        desk.show_callbacks("maria", PromisedCalls(callbacks=[]))
        assert maria.shown["callbacks:maria"]["rev"] > before
        assert maria.shown["callbacks:maria"]["d"].get("form") is None
        for wall in (maria, jonas):
            desk.leave(wall)

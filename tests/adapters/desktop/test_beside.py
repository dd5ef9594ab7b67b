"""What lies beside a call, on the wire: shown to who looks, as long as they look."""

from __future__ import annotations

from typing import Any

from contact_center.core import facts as f
from contact_center.core.ids import AgentId
from tests.adapters.desktop.conftest import Agent, Center, until


def shown(agent: Agent, kind: str = "directory.state") -> list[dict[str, Any]]:
    """What was shown of something, oldest first."""
    return [message["d"] for message in agent.heard if message["t"] == kind]


async def ask(agent: Agent, t: str, **d: Any) -> None:
    """Send a command and wait until it was done."""
    await agent.client.command(t, d=d)


def jonas(center: Center, presence: f.Presence) -> None:
    changed = f.AgentChanged(
        at=center.core.clock(), agent=AgentId("jonas"), presence=presence, reason="",
        work=f.Work.IDLE, since=center.core.clock(),
    )  # fmt: skip
    center.core.publish(changed)


async def test_the_directory_is_live_while_it_is_open(center: Center) -> None:
    maria = await center.agent()
    await ask(maria, "cmd.directory", search="jonas")
    await until(lambda: len(shown(maria)) == 1)
    assert [e["state"] for e in shown(maria)[0]["entries"]] == ["away"]
    jonas(center, f.Presence.READY)
    await until(lambda: shown(maria)[-1]["entries"][0]["state"] == "free")
    await ask(maria, "cmd.directory", open=False)
    before = len(shown(maria))
    jonas(center, f.Presence.PAUSED)
    for _ in center.desk.spread():
        pass
    await ask(maria, "cmd.directory", open=False)  # behind whatever was sent before
    assert len(shown(maria)) == before


async def test_another_search_replaces_the_one_before(center: Center) -> None:
    maria = await center.agent()
    await ask(maria, "cmd.directory")
    await ask(maria, "cmd.directory", search="returns")
    await until(lambda: len(shown(maria)) == 2)
    assert [e["to"] for e in shown(maria)[1]["entries"]] == ["queue:returns"]


async def test_a_screen_that_comes_back_has_nothing_open(center: Center) -> None:
    maria = await center.agent()
    await ask(maria, "cmd.directory")
    await until(lambda: len(shown(maria)) == 1)
    again = await center.agent()
    jonas(center, f.Presence.READY)
    for _ in center.desk.spread():
        pass
    await ask(again, "cmd.directory", open=False)
    assert shown(again) == []

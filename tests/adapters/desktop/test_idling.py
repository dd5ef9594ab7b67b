"""When an agent at an open desk is idle: the rule alone, and with a server around it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contact_center.adapters.desktop.idling import Idle, how_idle, last_used
from contact_center.adapters.desktop.payloads import AgentState
from contact_center.adapters.desktop.settings import DeskSettings
from contact_center.core import facts as f
from contact_center.core.permissions import Role
from tests.adapters.desktop.conftest import Center, running, until, wall_clock
from tests.adapters.desktop.scripted_core import SECOND, ScriptedCore

MINUTE = 60 * SECOND
HALF_AN_HOUR = DeskSettings(
    public_url="", idle_us=30 * MINUTE, session_idle_us=600 * MINUTE, session_us=900 * MINUTE
)


def state(**changes: Any) -> AgentState:
    given = {"presence": f.Presence.READY, "reason": "", "work": f.Work.IDLE, "since": 0}
    return AgentState(**(given | changes))


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(0, Idle.IN_USE), (27, Idle.IN_USE), (28, Idle.WARNED), (29, Idle.WARNED), (30, Idle.OVER)],
)
def test_who_does_nothing_is_warned_and_then_logged_out(minutes: int, told: Idle) -> None:
    last = last_used(1_000, state(), 1_000 + minutes * MINUTE)
    assert how_idle(last, 1_000 + minutes * MINUTE, 30 * MINUTE) is told


def test_the_warning_of_a_short_time_is_short() -> None:
    assert how_idle(0, 3 * MINUTE - 1, 4 * MINUTE) is Idle.IN_USE
    assert how_idle(0, 3 * MINUTE, 4 * MINUTE) is Idle.WARNED


@pytest.mark.parametrize(
    "busy",
    [{"work": work} for work in f.Work if work is not f.Work.IDLE] + [{"outside": True}],
)
def test_a_call_and_all_other_work_count_as_doing_something(busy: dict[str, Any]) -> None:
    assert last_used(0, state(**busy), 90 * MINUTE) == 90 * MINUTE


def test_the_time_begins_anew_at_the_end_of_a_call() -> None:
    ended_ms = 80 * MINUTE // 1_000
    assert last_used(0, state(since=ended_ms), 90 * MINUTE) == 80 * MINUTE


class Later:
    """A clock that can be put forward."""

    def __init__(self) -> None:
        self.by = 0

    def __call__(self) -> int:
        return wall_clock() + self.by


def at_rest(center: Center) -> None:
    since = center.core.change(presence=f.Presence.PAUSED, reason="lunch")
    center.core.publish(since)


async def test_a_desk_that_nobody_uses_says_so_and_ends_the_login() -> None:
    clock = Later()
    async with running(core=ScriptedCore(clock), settings=HALF_AN_HOUR) as center:
        at_rest(center)
        maria = await center.agent()
        clock.by = 29 * MINUTE
        await until(lambda: "idle.warned" in maria.types(), "maria is warned")
        await maria.client.send_text('{"v": 0, "t": "here"}')
        await until(lambda: maria.heard[-1].get("until") == 0, "the warning is taken back")
        clock.by = 57 * MINUTE
        await until(lambda: maria.heard[-1].get("until", 0) > 0, "maria is warned again")
        clock.by = 61 * MINUTE
        await until(lambda: maria.types()[-1] == "auth.changed", "maria is logged out")
        assert maria.heard[-1]["reason"] == "idle"
        await until(lambda: center.core.state.presence is f.Presence.LOGGED_OUT)
        assert not list(center.server.sessions.living())


async def test_who_watches_the_floor_is_not_idle() -> None:
    clock = Later()
    async with running(core=ScriptedCore(clock), settings=HALF_AN_HOUR) as center:
        at_rest(center)
        roster = center.desk.roster
        maria = replace(roster.agents["maria"], roles=frozenset({Role.AGENT, Role.SUPERVISOR}))
        center.desk.reseat(replace(roster, agents={**roster.agents, "maria": maria}))
        await center.agent()
        clock.by = 61 * MINUTE
        center.server.look_who_is_idle()
        assert [session.agent for session in center.server.sessions.living()] == ["maria"]

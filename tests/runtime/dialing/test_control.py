"""What people see of campaigns and change about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from contact_center.runtime.dialing.control import Control
from contact_center.runtime.dialing.store import StoreAwayError
from dialer.campaign import CampaignSettings, CampaignState, CampaignTrigger, ListShare, Mode
from dialer.changes import ChangeError, changed
from dialer.dialing import Dialing
from dialer.errors import NoSuchCampaignError
from dialer.floor import AgentSeen, AgentWork
from dialer.ids import AgentId, CampaignId, ListId, PoolId
from dialer.messages import CampaignMoved, CampaignSet, In, LedgerSet, PoolSeen, RoomSeen, Ticked
from dialer.pacers import LAWFUL, PACERS
from dialer.pacing import Window
from tests.runtime.dialing.parts import SPRING

S = 1_000_000


class Kept:
    """Remembers changes, or cannot."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, Mapping[str, Any], str, str]] = []
        self.away = False
        self.meanwhile: Callable[[], None] = lambda: None

    async def save_changes(
        self, campaign: CampaignId, wishes: Mapping[str, Any], by: str, why: str, now: int
    ) -> None:
        if self.away:
            raise StoreAwayError("away")
        self.meanwhile()
        self.rows.append((campaign, wishes, by, why))


class Direct:
    """Tells the rules at once what a runner would tell them soon."""

    def __init__(self, rules: Dialing, control: Control) -> None:
        self.rules, self.control = rules, control
        self.at = 0
        self.campaigns: dict[CampaignId, CampaignSettings] = {}

    def tell(self, told: In) -> None:
        self.at = max(self.at, told.at)
        self.control.see(told, self.rules.handle(told))

    def set_campaign(self, told: CampaignSet) -> None:
        self.campaigns[told.settings.campaign] = told.settings
        self.tell(told)


class Desk:
    def __init__(self) -> None:
        self.rules, self.kept = Dialing(), Kept()
        self.control = Control(self.rules, self.kept, lambda: self.live.at, PACERS)
        self.live = Direct(self.rules, self.control)
        self.control.dialer = self.live  # type: ignore[assignment]
        self.live.set_campaign(CampaignSet(at=1, settings=SPRING, state=CampaignState.DRAFT))
        window = Window(policy="us-tsr", cap=0.03, live=1_000, abandoned=5)
        self.live.tell(LedgerSet(at=2, campaign=SPRING.campaign, windows=(window,)))

    def seat(self, *names: str) -> None:
        for name in names:
            seen = AgentSeen(at=self.live.at, agent=AgentId(name), work=AgentWork.IDLE)
            self.live.tell(PoolSeen(at=self.live.at, pool=PoolId("sales"), seen=seen))

    def tick(self, seconds: float = 0.5) -> None:
        at = self.live.at + int(seconds * S)
        self.live.tell(RoomSeen(at=at, lines=50, calls_now=20))
        self.live.tell(Ticked(at=at))


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_a_move_is_answered_and_an_illegal_one_says_why(desk: Desk) -> None:
    done = await desk.control.move("spring", CampaignTrigger.START, "mia", "monday")
    assert (done.state, done.refused) == (CampaignState.RUNNING, "")
    again = await desk.control.move("spring", CampaignTrigger.START, "mia", "again")
    assert again.state is CampaignState.RUNNING
    assert "not possible" in again.refused
    with pytest.raises(NoSuchCampaignError):
        await desk.control.move("autumn", CampaignTrigger.START, "mia", "")


async def test_a_change_holds_at_the_next_tick_and_is_kept_with_who_and_why(desk: Desk) -> None:
    await desk.control.move("spring", CampaignTrigger.START, "mia", "monday")
    differs = await desk.control.change("spring", {"mode": "progressive"}, "mia", "few agents")
    assert differs == {"mode": ("predictive", "progressive")}
    desk.seat("ana")
    desk.tick()
    assert desk.control.campaign("spring").settings.mode is Mode.PROGRESSIVE
    assert desk.kept.rows == [("spring", {"mode": "progressive"}, "mia", "few agents")]


async def test_a_change_of_lists_is_kept_so_that_it_means_the_same_again(desk: Desk) -> None:
    await desk.control.change("spring", {"lists": {"customers": {"on": False}}}, "mia", "done")
    await desk.control.change("spring", {"lists": {"lapsed": {"weight": 2}}}, "mia", "more")
    (_, first, *_), (_, second, *_) = desk.kept.rows
    assert first["lists"]["customers"]["on"] is False
    assert set(second["lists"]) == {"customers", "lapsed"}
    assert desk.control.campaign("spring").settings.lists == (
        ListShare(list=ListId("customers"), on=False),
        ListShare(list=ListId("lapsed"), weight=2),
    )


async def test_what_cannot_be_written_down_is_not_changed(desk: Desk) -> None:
    desk.kept.away = True
    with pytest.raises(StoreAwayError):
        await desk.control.change("spring", {"target": 0.01}, "mia", "calmer")
    assert desk.control.campaign("spring").settings.target == SPRING.target


async def test_no_change_may_ask_for_the_laws_cap_or_more(desk: Desk) -> None:
    with pytest.raises(ChangeError, match=r"3\.0%"):
        await desk.control.change("spring", {"target": 0.03}, "mia", "more")
    lower = Window(policy="ca-puc", cap=0.01, live=10, abandoned=0)
    desk.live.tell(LedgerSet(at=3, campaign=SPRING.campaign, windows=(lower,)))
    with pytest.raises(ChangeError, match=r"1\.0%"):
        await desk.control.change("spring", {"target": 0.02}, "mia", "more")


async def test_the_emergency_stop_stops_all_that_run(desk: Desk) -> None:
    await desk.control.move("spring", CampaignTrigger.START, "mia", "monday")
    (stopped,) = await desk.control.stop_all("mia", "complaint")
    assert (stopped.campaign, stopped.state) == ("spring", CampaignState.STOPPED)
    assert await desk.control.stop_all("mia", "again") == []


async def test_what_was_decided_can_be_looked_at(desk: Desk) -> None:
    await desk.control.move("spring", CampaignTrigger.START, "mia", "monday")
    desk.seat("ana", "ben")
    desk.tick()
    told = desk.control.watched(SPRING.campaign).told[-1]
    assert (told.agents, told.idle) == (2, 2)
    assert told.decision.why


async def test_a_what_if_tells_busier_from_calmer_and_changes_nothing(desk: Desk) -> None:
    await desk.control.move("spring", CampaignTrigger.START, "mia", "monday")
    desk.seat(*(f"a{n}" for n in range(8)))
    desk.tick()
    now = await desk.control.what_if("spring", {}, 5)
    calm = await desk.control.what_if("spring", {"mode": "progressive"}, 5)
    assert now.utilisation[1] > calm.utilisation[1]
    assert calm.abandonment[2] == 0.0
    assert desk.control.campaign("spring").settings == SPRING
    with pytest.raises(ChangeError):
        await desk.control.what_if("spring", {"mode": "agressive"}, 5)


async def test_who_asks_for_a_move_is_not_answered_by_somebody_elses(desk: Desk) -> None:
    live, told = desk.live, desk.live.tell

    def late(message: In) -> None:
        """Let a rule stop the campaign just before what a person asks for is heard."""
        if isinstance(message, CampaignMoved) and message.by == "mia":
            told(replace(message, trigger=CampaignTrigger.START, by="rule", why="its time"))
        told(message)

    live.tell = late  # type: ignore[method-assign]
    done = await desk.control.move("spring", CampaignTrigger.PAUSE, "mia", "lunch")
    assert (done.by, done.state) == ("mia", CampaignState.PAUSED)


async def test_ways_of_pacing_that_keep_to_no_ledger_are_for_the_benchmark_alone() -> None:
    for name in set(PACERS) - set(LAWFUL):
        with pytest.raises(ChangeError, match="look_ahead"):
            changed(SPRING, {"pacer": name}, cap=0.03, pacers=LAWFUL)
    assert changed(SPRING, {"pacer": "progressive"}, cap=0.03, pacers=LAWFUL)

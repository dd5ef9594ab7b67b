"""Changes that do harm are taken back by themselves, at once and for good."""

from __future__ import annotations

import asyncio

from dialer.attempt import AttemptEnd, Verdict
from dialer.campaign import CampaignTrigger, Mode
from dialer.ids import AttemptId
from tests.real.dialog import until
from tests.runtime.dialing.parts import SPRING
from tests.runtime.dialing.test_control import Desk

MINUTE = 60_000_000


async def eager() -> Desk:
    """Make a campaign that dials one to one, and let mia make it predictive, watched."""
    desk = Desk()
    await desk.control.move("spring", CampaignTrigger.START, "mia", "monday")
    await desk.control.change("spring", {"mode": "progressive"}, "mia", "calm")
    changes = {"mode": "predictive", "lines_per_agent": 4.0}
    await desk.control.change("spring", changes, "mia", "more", 3 * MINUTE)
    return desk


def end(desk: Desk, verdict: Verdict, count: int) -> None:
    campaign = desk.control.campaign("spring")
    for number in range(count):
        campaign.ended(
            AttemptEnd(attempt=AttemptId(f"{verdict.value}-{number}"), at=1, verdict=verdict)
        )


async def test_a_change_is_taken_back_at_the_tick_after_too_many_are_abandoned() -> None:
    desk = await eager()
    end(desk, Verdict.CONNECTED, 40)
    end(desk, Verdict.ABANDONED, 2)
    desk.tick()
    settings = desk.control.campaign("spring").settings
    assert settings.mode is Mode.PREDICTIVE, "two people are no proof"
    end(desk, Verdict.ABANDONED, 1)
    desk.tick()
    settings = desk.control.campaign("spring").settings
    assert (settings.mode, settings.limits.lines_per_agent) == (
        Mode.PROGRESSIVE,
        SPRING.limits.lines_per_agent,
    )
    returned = desk.control.returning.returned[SPRING.campaign]
    assert returned.by == "mia"
    assert "3 of 43 people abandoned" in returned.why
    assert desk.control.returning.watched(SPRING.campaign) is None
    await until(lambda: len(desk.kept.rows) == 3, within=30, what="it is written down")
    assert desk.kept.rows[-1] == (
        "spring",
        {"mode": "progressive", "lines_per_agent": 15.0},
        "rule",
        returned.why,
    )


async def test_people_who_still_talk_were_not_abandoned() -> None:
    desk = await eager()
    desk.control.campaign("spring").talking = 200
    end(desk, Verdict.ABANDONED, 3)
    desk.tick()
    assert desk.control.campaign("spring").settings.mode is Mode.PREDICTIVE


async def test_after_its_time_a_change_stays() -> None:
    desk = await eager()
    desk.tick(179)
    assert desk.control.returning.watched(SPRING.campaign) is not None
    desk.tick(2)
    assert desk.control.returning.watched(SPRING.campaign) is None
    end(desk, Verdict.ABANDONED, 9)
    desk.tick()
    assert desk.control.campaign("spring").settings.mode is Mode.PREDICTIVE


async def test_what_is_changed_again_is_watched_anew_or_not_at_all() -> None:
    desk = await eager()
    await desk.control.change("spring", {"target": 0.01}, "omar", "calmer")
    assert desk.control.returning.watched(SPRING.campaign) is None


async def test_it_is_taken_back_also_while_storage_is_away_and_written_down_later() -> None:
    desk = await eager()
    desk.kept.away = True
    end(desk, Verdict.ABANDONED, 3)
    desk.tick()
    assert desk.control.campaign("spring").settings.mode is Mode.PROGRESSIVE
    await asyncio.sleep(0)
    assert len(desk.kept.rows) == 2
    desk.kept.away = False
    await until(lambda: len(desk.kept.rows) == 3, within=30, what="it is written down")


async def test_what_is_taken_back_while_another_change_is_saved_stays_back() -> None:
    desk = await eager()

    def harm() -> None:
        desk.kept.meanwhile = lambda: None
        end(desk, Verdict.ABANDONED, 3)
        desk.tick()

    desk.kept.meanwhile = harm
    await desk.control.change("spring", {"lists": {"customers": {"on": False}}}, "omar", "done")
    settings = desk.control.campaign("spring").settings
    assert settings.mode is Mode.PROGRESSIVE
    assert not settings.lists[0].on
    assert desk.control.returning.returned[SPRING.campaign].by == "mia"


async def test_a_change_of_anything_but_the_pacing_leaves_the_watch() -> None:
    desk = await eager()
    await desk.control.change("spring", {"lists": {"customers": {"on": False}}}, "omar", "done")
    watch = desk.control.returning.watched(SPRING.campaign)
    assert watch is not None
    assert watch.by == "mia"


async def test_what_somebody_set_since_is_not_written_over_by_what_was_taken_back() -> None:
    desk = await eager()
    desk.kept.away = True
    end(desk, Verdict.ABANDONED, 3)
    desk.tick()
    await asyncio.sleep(0)
    desk.kept.away = False
    await desk.control.change("spring", {"lines_per_agent": 3.0}, "omar", "as many")
    await until(lambda: len(desk.kept.rows) == 4, within=30, what="the rest is written down")
    assert desk.kept.rows[-1][1] == {"mode": "progressive"}

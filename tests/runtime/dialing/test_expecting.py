"""Pacers are told what was learned on days before: at the start, and when hour or lists change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contact_center.runtime.dialing.expecting import Expecting
from dialer.answer_prior import HOUR_US, AnswerHistory
from dialer.campaign import ListShare
from dialer.dialing import Dialing
from dialer.ids import ListId
from dialer.look_ahead import LookAhead
from dialer.messages import AnswersExpected, CampaignSet, LeadsClaimed, RoomSeen
from tests.runtime.dialing.parts import SPRING, Rig, Rules, Store
from tests.runtime.dialing.test_runner import dials

NOW = 500_000 * HOUR_US
CUSTOMERS = SPRING.lists[0].list
OTHERS = ListId("others")


def known(*, evening: float = 0.1, of: ListId = CUSTOMERS) -> AnswerHistory:
    """Three weeks in which every call in three hours of the day was answered as often."""
    history = AnswerHistory()
    for day in range(1, 22):
        for later, rate in ((0, 0.1), (8, evening)):
            hour = NOW // HOUR_US - 24 * day + later
            history.note(of, hour, 500.0, 500.0 * rate)
    return history


def test_a_campaign_is_told_once_as_long_as_nothing_changes() -> None:
    expecting, history = Expecting(), known()
    assert expecting.are_news([SPRING], NOW)
    (told,) = expecting.learn(history, [SPRING], NOW)
    assert told.campaign == SPRING.campaign
    assert told.expected.rate == pytest.approx(0.1, abs=0.01)
    assert told.expected.instead_of is None
    assert not expecting.are_news([SPRING], NOW + HOUR_US // 2)
    assert expecting.learn(history, [SPRING], NOW + HOUR_US // 2) == []


def test_another_hour_is_told_beside_what_it_comes_after() -> None:
    expecting, history = Expecting(), known(evening=0.4)
    expecting.learn(history, [SPRING], NOW)
    (told,) = expecting.learn(history, [SPRING], NOW + 8 * HOUR_US)
    assert told.expected.rate == pytest.approx(0.4, abs=0.04)
    assert told.expected.instead_of == pytest.approx(0.1, abs=0.02)


def test_other_lists_are_told_and_other_weights() -> None:
    expecting, history = Expecting(), known()
    for day in range(1, 22):
        history.note(OTHERS, NOW // HOUR_US - 24 * day, 500.0, 250.0)
    expecting.learn(history, [SPRING], NOW)
    both = replace(SPRING, lists=(*SPRING.lists, ListShare(list=OTHERS)))
    (told,) = expecting.learn(history, [both], NOW)
    assert told.expected.rate == pytest.approx(0.3, abs=0.05)
    off = replace(both, lists=(replace(both.lists[0], on=False), both.lists[1]))
    (told,) = expecting.learn(history, [off], NOW)
    assert told.expected.rate == pytest.approx(0.5, abs=0.05)


def test_of_what_nothing_is_known_nothing_is_told_and_nothing_asked_again() -> None:
    expecting = Expecting()
    assert expecting.learn(AnswerHistory(), [SPRING], NOW) == []
    assert not expecting.are_news([SPRING], NOW)


async def test_a_dialer_that_starts_tells_its_pacers_what_storage_knows(tmp_path: Path) -> None:
    rules = Dialing()
    store = Store()
    rig = Rig(tmp_path, Rules({}), store)
    store.history.note(CUSTOMERS, rig.now // HOUR_US - 2, 5_000.0, 500.0)
    rig.dialer._rules = rules  # the real ones
    rig.dialer.set_campaign(rig.rules.of(CampaignSet)[0])
    async with rig:
        rig.connect()
        pacer = rules.campaigns[SPRING.campaign].pacer
        assert isinstance(pacer, LookAhead)
        await rig.until(lambda: pacer.rate.rate < 0.2, "the pacer knows")


async def test_storage_that_cannot_say_leaves_pacers_as_they_are(tmp_path: Path) -> None:
    store = Store()
    store.away_after_recovery = True
    async with Rig(tmp_path, Rules(dials()), store) as rig:
        rig.connect()
        await rig.until(lambda: len(rig.rules.of(RoomSeen)) >= 3, "it goes on")
        await rig.until(lambda: "answers" in store.asked, "it was asked")
    assert rig.rules.of(AnswersExpected) == []
    assert rig.rules.of(LeadsClaimed)

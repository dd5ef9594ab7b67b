"""VICIdial's level: how it is counted, moved and pulled."""

from __future__ import annotations

import pytest

from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage, Floor
from dialer.ids import AgentId, AttemptId
from dialer.pacing import Ask
from dialer.vicidial import Stop, Vicidial

S = 1_000_000
NINE = 9 * 3600 * S


class Center:
    def __init__(self, pacer: Vicidial, idle: int, talking: int = 0, wrapping: int = 0) -> None:
        self.pacer, self.floor, self.now = pacer, Floor(), NINE
        works = [AgentWork.IDLE] * idle + [AgentWork.TALKING] * talking
        for number, work in enumerate(works + [AgentWork.WRAP_UP] * wrapping):
            self.floor.see(AgentSeen(at=NINE, agent=AgentId(f"a{number}"), work=work))

    def call(self, name: str, *stages: CallStage) -> None:
        for stage in stages:
            seen = CallSeen(at=self.now, attempt=AttemptId(name), stage=stage)
            self.floor.see(seen)
            self.pacer.observe(seen, self.floor)

    def run(self, seconds: float) -> list[int]:
        dials = []
        for _ in range(round(2 * seconds)):
            ask = Ask(now=self.now, room=1000, target=0.03)
            dials.append(self.pacer.decide(self.floor, ask).dial)
            self.now += S // 2
        return dials


def drops(center: Center, dropped: int, connected: int) -> None:
    for number in range(dropped + connected):
        end = CallStage.ABANDONED if number < dropped else CallStage.CONNECTED
        center.call(f"x{number}", CallStage.DIALLED, CallStage.WAITING, end)
        if number >= dropped:
            center.call(f"x{number}", CallStage.DONE)


def test_lines_are_brought_up_to_level_times_agents_who_are_ready_or_talk() -> None:
    center = Center(Vicidial(), idle=3, talking=4, wrapping=5)
    center.pacer.level = 2.0
    for number in range(6):
        center.call(f"c{number}", CallStage.DIALLED)
    assert center.run(0.5) == [8]


def test_it_dials_every_two_and_a_half_seconds_and_not_between() -> None:
    center = Center(Vicidial(), idle=3)
    assert [dial > 0 for dial in center.run(5.5)] == [n % 5 == 0 for n in range(11)]


def test_the_level_rises_by_the_share_of_agents_who_are_ready_every_fifteen_seconds() -> None:
    center = Center(Vicidial(), idle=2, talking=6)
    center.run(15)
    assert center.pacer.level == 1.0
    center.run(0.5)
    assert center.pacer.level == pytest.approx(1.25)
    center.run(15)
    assert center.pacer.level == pytest.approx(1.25**2)
    center.run(300)
    assert center.pacer.level == 3.0


def test_the_level_falls_by_callers_who_wait_and_never_below_one() -> None:
    center = Center(Vicidial(), idle=0, talking=4)
    center.pacer.level = 2.0
    center.call("w", CallStage.DIALLED, CallStage.WAITING)
    center.run(15.5)
    assert center.pacer.level == pytest.approx(1.5)
    center.run(120)
    assert center.pacer.level == 1.0


@pytest.mark.parametrize(
    ("stop", "level"), [(Stop.HARD, 1.0), (Stop.AVERAGE, 1.5), (Stop.TAPERED, 3.0)]
)
def test_over_the_limit_the_level_is_pulled_as_the_manner_says(stop: Stop, level: float) -> None:
    center = Center(Vicidial(stop), idle=4)
    drops(center, dropped=3, connected=57)
    # 12 hours are left: the tapered stop does nothing yet.
    center.pacer.level = 3.0
    center.run(15.5)
    assert center.pacer.level == pytest.approx(level)


def test_the_tapered_stop_subtracts_clock_times_as_they_are_written() -> None:
    center = Center(Vicidial(Stop.TAPERED), idle=4)
    center.now = 13 * 3600 * S + 15 * 60 * S
    drops(center, dropped=3, connected=57)
    center.pacer.level = 2.0
    center.run(15.5)
    assert center.pacer.level == pytest.approx(3.0 * 0.785)
    center.now = 21 * 3600 * S + 60 * S
    center.run(30)
    assert center.pacer.level == 1.0


def test_statistics_begin_anew_with_the_servers_day() -> None:
    center = Center(Vicidial(Stop.HARD), idle=4)
    drops(center, dropped=3, connected=57)
    center.run(20)
    assert center.pacer.level == 1.0
    center.now = 24 * 3600 * S
    center.run(20)
    assert center.pacer.level > 1.5


def test_drops_are_known_a_minute_later_only() -> None:
    center = Center(Vicidial(Stop.HARD), idle=4)
    center.run(0.5)
    center.pacer.level = 3.0
    drops(center, dropped=3, connected=57)
    center.run(50)
    assert center.pacer.level == 3.0
    center.run(30)
    assert center.pacer.level == 1.0


def test_the_brake_of_the_last_minute_divides_by_dials() -> None:
    center = Center(Vicidial(Stop.HARD), idle=4)
    center.pacer.level = 3.0
    for number in range(30):
        center.call(f"n{number}", CallStage.DIALLED, CallStage.NO_ANSWER)
    drops(center, dropped=20, connected=0)
    center.run(15.5)
    # 20 of 20 people were dropped, and 20 of 50 dials: it does not pull.
    assert center.pacer.level == 3.0
    drops(center, dropped=40, connected=0)
    center.pacer.level = 3.0
    center.run(15)
    assert center.pacer.level <= 1.5

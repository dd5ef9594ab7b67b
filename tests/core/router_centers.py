"""Centers at random for the router alone: every setting of queues and agents that it knows."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

from contact_center.core.configuration import CenterConfiguration, Discipline, Timing
from contact_center.core.hours import Calendar, Interval
from contact_center.core.ids import AgentId, QueueId
from contact_center.core.queue_settings import (
    VOICE_ONLY,
    Absence,
    AfterNoAnswer,
    AgentSettings,
    BackOff,
    Channel,
    ChannelLimit,
    IdleClock,
    KeepBack,
    Membership,
    Order,
    Overflow,
    OverflowWhen,
    QueueSettings,
    WaitStep,
    WrapUp,
    WrapUpMode,
)
from contact_center.core.strategies import STRATEGIES

SECOND = 1_000_000
SKILLS = ("a", "b", "c")
REQUIREMENTS = ("", "", "", "a", "b >= 50", "a or c", "not b", "a and c")
QUEUES = tuple(QueueId(f"q{n}") for n in range(4))
AGENTS = tuple(AgentId(f"anna{n}") for n in range(6))
HOURS = Calendar(
    name="hours",
    zone=ZoneInfo("UTC"),
    # Open and closed in turns of three minutes, so that a short run sees both.
    weekly=((*(Interval(start=m, end=m + 3) for m in range(0, 1_440, 6)),),) * 7,
)
MIXED = {
    Channel.VOICE: ChannelLimit(cost=100),
    Channel.CHAT: ChannelLimit(cost=30, most=3),
    Channel.EMAIL: ChannelLimit(cost=50, most=1),
    Channel.TASK: ChannelLimit(cost=20, most=2),
}
T = TypeVar("T")


def random_center(seed: int) -> CenterConfiguration:
    """Make a center of a seed. Queues and agents have the same names in all of them."""
    chance = Random(seed)
    channels = [Channel.VOICE, Channel.VOICE, Channel.VOICE, chance.choice(list(Channel))]
    named = dict(zip(QUEUES, channels, strict=True))
    queues = {name: _queue(chance, name, named) for name in QUEUES[: chance.randint(2, 4)]}
    for name, queue in queues.items():
        kept = tuple(r for r in queue.overflow if r.to is None or r.to in queues)
        queues[name] = replace(queue, overflow=kept)
    agents = {name: _agent(chance, name, tuple(queues)) for name in AGENTS[: chance.randint(2, 6)]}
    return CenterConfiguration(
        name="any",
        region="US",
        language="en",
        queues=queues,
        agents=agents,
        numbers={},
        flows={},
        calendars={"hours": HOURS},
        dispositions={},
        discipline=_mostly(chance, Discipline.AGING, lambda: chance.choice(list(Discipline))),
        weight_us=chance.choice([SECOND, 10 * SECOND]),
        seed=seed,
        timing=Timing(device_grace_us=20 * SECOND, max_call_us=300 * SECOND),
    )


def _mostly(chance: Random, usual: T, other: Callable[[], T], share: float = 0.5) -> T:
    return usual if chance.random() < share else other()


def _queue(chance: Random, name: QueueId, named: dict[QueueId, Channel]) -> QueueSettings:
    return QueueSettings(
        queue=name,
        label=name,
        channel=named[name],
        order=_mostly(chance, Order.FIFO, lambda: Order.LIFO, 0.7),
        strategy=chance.choice(list(STRATEGIES)),
        idle_clock=chance.choice(list(IdleClock)),
        declined_restarts_clock=chance.random() < 0.7,
        window_us=chance.choice([5, 30, 600]) * SECOND,
        ring_us=chance.choice([5, 20]) * SECOND,
        ring_most=chance.choice([1, 2, 50]),
        ring_step_us=chance.choice([1, 5]) * SECOND,
        max_waiting=chance.choice([3, 10, 100]),
        max_wait_us=chance.choice([30, 120, 900]) * SECOND,
        absent_at_entry=_absent(chance),
        absent_waiting=_absent(chance),
        pausable=chance.random() < 0.9,
        wrap_up=_wrap_up(chance),
        weight=chance.choice([0, 0, 1, 3]),
        slope=chance.choice([0, 500, 1_000, 1_000, 2_000]),
        ceiling_us=_mostly(chance, None, lambda: chance.choice([5, 60]) * SECOND),
        promote_us=_mostly(chance, None, lambda: chance.choice([20, 90]) * SECOND),
        share=chance.choice([1, 3]),
        requirement=chance.choice(REQUIREMENTS[:5]),
        steps=_steps(chance),
        keep_back=_keep_back(chance),
        overflow=_overflow(chance, name, named),
        calendar=_mostly(chance, "", lambda: "hours", 0.7),
        redial_us=chance.choice([0, 60 * SECOND]),
        expected_handle_us=chance.choice([10, 60]) * SECOND,
    )


def _absent(chance: Random) -> frozenset[Absence] | None:
    if chance.random() < 0.3:
        return None
    return frozenset(one for one in Absence if chance.random() < 0.25)


def _wrap_up(chance: Random) -> WrapUp:
    return WrapUp(
        mode=chance.choice(list(WrapUpMode)),
        us=chance.choice([0, 3, 20]) * SECOND,
        most_us=chance.choice([30, 90]) * SECOND,
        extend_us=chance.choice([0, 10]) * SECOND,
        early=chance.random() < 0.7,
    )


def _steps(chance: Random) -> tuple[WaitStep, ...]:
    after = 0
    made = []
    for _ in range(chance.choice([0, 0, 1, 3])):
        after += chance.choice([2, 10, 30]) * SECOND
        made.append(
            WaitStep(
                after_us=after,
                over_expected_us=_mostly(chance, None, lambda: chance.choice([0, 20]) * SECOND),
                requirement=_mostly(chance, None, lambda: chance.choice(REQUIREMENTS)),
                band=chance.choice([0, 0, 1]),
                boost_us=chance.choice([0, 0, 20]) * SECOND,
            )
        )
    return tuple(made)


def _keep_back(chance: Random) -> tuple[KeepBack, ...]:
    return tuple(
        KeepBack(skill=skill, keep=chance.choice([1, 2]), until_us=chance.choice([15, 40]) * SECOND)
        for skill in SKILLS
        if chance.random() < 0.2
    )


def _overflow(chance: Random, name: QueueId, named: dict[QueueId, Channel]) -> tuple[Overflow, ...]:
    others = [q for q in QUEUES if named[q] is named[name] and q != name]
    return tuple(
        Overflow(
            when=when,
            to=chance.choice([*others, *others, None]),
            us=chance.choice([10, 40]) * SECOND,
            most=chance.choice([2, 5]),
            percent=chance.choice([50, 90]),
        )
        for when in OverflowWhen
        if chance.random() < 0.2
    )


def _agent(chance: Random, name: AgentId, queues: tuple[QueueId, ...]) -> AgentSettings:
    serves = tuple(queue for queue in queues if chance.random() < 0.8)
    return AgentSettings(
        agent=name,
        name=name,
        device=f"device-{name}",
        queues=serves,
        members=tuple(
            Membership(
                queue=queue,
                tier=chance.choice([1, 1, 2]),
                delay_us=chance.choice([0, 0, 8, 25]) * SECOND,
                preference=chance.choice([0, 0, 1]),
            )
            for queue in serves
            if chance.random() < 0.4
        ),
        skills={skill: chance.choice([20, 60, 100]) for skill in SKILLS if chance.random() < 0.6},
        after_no_answer=chance.choice(list(AfterNoAnswer)),
        no_answers=chance.choice([1, 2]),
        back_off=_mostly(chance, None, lambda: BackOff(declined_us=0, busy_us=9 * SECOND)),
        ring_us=_mostly(chance, None, lambda: 7 * SECOND),
        wrap_up_us=_mostly(chance, None, lambda: 4 * SECOND),
        capacity=chance.choice([100, 100, 60]) if chance.random() < 0.5 else 100,
        channels=_mostly(chance, VOICE_ONLY, lambda: MIXED),
        weight=chance.choice([1, 1, 5]),
        idle_grace_us=chance.choice([0, 30]) * SECOND,
    )

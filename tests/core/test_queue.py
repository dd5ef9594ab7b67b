"""Who meets whom: lines, benches, skills; the oracle looks at everybody."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from contact_center.core.agent import Agent, WorkTrigger
from contact_center.core.facts import Presence
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.core.queue import Bench, Eligibility, Lines, Waiting
from contact_center.core.skills import requirement, text_of

QUEUES = [QueueId("sales"), QueueId("support")]
skill_sets = st.dictionaries(st.sampled_from(["spanish", "loans"]), st.integers(0, 100))
callers = st.lists(
    st.builds(
        lambda priority, since, queue, skills: (priority, since, queue, skills),
        st.integers(0, 2),
        st.integers(0, 3),
        st.sampled_from(QUEUES),
        skill_sets,
    ),
    max_size=12,
)
people = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.lists(st.sampled_from(QUEUES), unique=True, min_size=1),
        skill_sets,
        st.booleans(),
    ),
    max_size=6,
)


def waits(rows: list[tuple[int, int, QueueId, dict[str, int]]]) -> list[Waiting]:
    return [
        Waiting(
            call=CallId(f"c{seq}"), queue=queue, priority=priority, since=since, seq=seq,
            requirement=text_of(skills),
        )
        for seq, (priority, since, queue, skills) in enumerate(rows)
    ]  # fmt: skip


def serves(queues: list[QueueId], skills: dict[str, int], waiting: Waiting) -> bool:
    return waiting.queue in queues and requirement(waiting.requirement).test(skills)


@given(callers, people)
def test_everybody_gets_whose_turn_it_is(
    rows: list[tuple[int, int, QueueId, dict[str, int]]],
    staff: list[tuple[int, list[QueueId], dict[str, int], bool]],
) -> None:
    lines, bench, eligible = Lines(), Bench(), Eligibility()
    waiting = waits(rows)
    for one in waiting:
        lines.add(one)
    agents = []
    for order, (since, queues, skills, ready) in enumerate(staff):
        presence = Presence.READY if ready else Presence.PAUSED
        agent = Agent(agent=AgentId(f"a{order}"), order=order, presence=presence)
        agent.available_since = since
        kind = (tuple(queues), tuple(sorted(skills.items())))
        bench.update(agent, kind)
        agents.append((agent, kind))
        mine = [w for w in waiting if serves(queues, skills, w)]
        best = min(mine, key=lambda w: (-w.priority, w.since, w.seq), default=None)
        assert lines.head_for(kind, eligible) == (best.call if best else None)
    for one in waiting:
        able = [
            agent
            for agent, (queues, skills) in agents
            if agent.is_available and serves(list(queues), dict(skills), one)
        ]
        longest = min(able, key=lambda a: (a.available_since, a.order), default=None)
        assert bench.best_for(one.call_class, eligible) == (longest.agent if longest else None)
    for queue in QUEUES:
        idle = [a for a, (queues, _) in agents if a.is_available and queue in queues]
        assert bench.idle_in(queue) == len(idle)
        keys = [w.key for w in waiting if w.queue == queue]
        assert lines.head_of(queue) == (min(keys) if keys else None)
    assert list(lines) == [w.call for w in sorted(waiting, key=lambda w: w.key)]


def test_who_comes_back_stands_where_they_stood() -> None:
    lines = Lines()
    first, second, third = waits([(0, 5, QUEUES[0], {})] * 3)
    for one in (first, second, third):
        lines.add(one)
    lines.remove(second)
    lines.add(second)
    assert list(lines) == ["c0", "c1", "c2"]
    assert lines.in_class(second.call_class) == ["c0", "c1", "c2"]


def test_priority_goes_before_time_and_time_before_the_order_of_coming() -> None:
    lines = Lines()
    for one in waits([(0, 1, QUEUES[0], {}), (1, 9, QUEUES[0], {}), (1, 8, QUEUES[0], {})]):
        lines.add(one)
    assert list(lines) == ["c2", "c1", "c0"]


def test_an_empty_line_is_no_line() -> None:
    lines = Lines()
    [one] = waits([(0, 1, QUEUES[0], {"loans": 3})])
    lines.add(one)
    assert lines.classes() == [one.call_class]
    lines.remove(one)
    assert lines.classes() == []
    assert lines.in_class(one.call_class) == []


def test_an_agent_who_is_not_available_sits_nowhere() -> None:
    bench, kind = Bench(), ((QUEUES[0],), ())
    agent = Agent(agent=AgentId("anna"), order=0, presence=Presence.READY)
    for change, idle in (
        (lambda: None, 1),
        (lambda: setattr(agent, "resting_until", 9), 0),
        (lambda: setattr(agent, "resting_until", 0), 1),
        (lambda: agent.move(WorkTrigger.RESERVE, 1), 0),
        (lambda: agent.move(WorkTrigger.RELEASE, 2), 1),
        (lambda: agent.choose(Presence.PAUSED, "lunch", 3), 0),
    ):
        change()
        bench.update(agent, kind)
        assert bench.idle_in(QUEUES[0]) == idle
        assert agent.is_available == bool(idle)


def test_a_skill_is_needed_even_at_level_nought() -> None:
    eligible = Eligibility()
    queue = QUEUES[0]
    assert eligible((queue, ""), ((queue,), ()))
    assert not eligible((queue, "a >= 0"), ((queue,), ()))
    assert eligible((queue, "a >= 0"), ((queue,), (("a", 0),)))
    assert not eligible((queue, "a >= 51"), ((queue,), (("a", 50),)))
    assert not eligible((QUEUES[1], ""), ((queue,), ()))


def test_a_waits_key_does_not_depend_on_whether_it_is_offered() -> None:
    [one] = waits([(2, 4, QUEUES[1], {})])
    assert replace(one, overdue=True).key == one.key == (-2, 4, 0, "c0")

"""What the console sees of a center, with the fields of its rows."""

from __future__ import annotations

import msgspec

from contact_center.adapters.console.payloads import AgentRow, CallerRow, QueueRow
from contact_center.app.console import FloorSight
from contact_center.app.floor_numbers import EVERY_US, FloorNumbers
from contact_center.core.events import CallOffered
from contact_center.core.ids import AgentId, CallId, CommandId, LegId, QueueId
from contact_center.core.live_changes import ChangeAgentsRequested, ChangeQueueRequested
from contact_center.core.outcomes import Listening, Presence, Work
from contact_center.core.requests import HelpRequested
from contact_center.core.supervisor_requests import (
    HelpSeenToRequested,
    SetQueuePauseRequested,
    SuperviseRequested,
)
from contact_center.reporting.live import LiveNumbers
from tests.adapters.api.conftest import Bench
from tests.core.bare import SECOND
from tests.stories.centers import DIRECT_NUMBER


def sight(bench: Bench) -> FloorSight:
    return seen_with(bench, LiveNumbers({}))


def seen_with(bench: Bench, numbers: LiveNumbers) -> FloorSight:
    def clock() -> int:
        return bench.bare.now

    made = FloorNumbers(lambda: bench.bare.center, numbers, clock)
    return FloorSight(lambda: bench.bare.center, made, clock)


def queue(bench: Bench, name: str) -> QueueRow:
    rows = [msgspec.convert(row, QueueRow) for row in sight(bench).queues()]
    return next(row for row in rows if row.queue == name)


def agent(bench: Bench, name: str) -> AgentRow:
    rows = [msgspec.convert(row, AgentRow) for row in sight(bench).agents(0, 1_000)]
    return next(row for row in rows if row.agent == name)


def test_who_never_came_is_in_their_state_since_nobody_knows_when() -> None:
    bench = Bench()
    row = agent(bench, "anna")
    assert (row.presence, row.work, row.since, row.call) == (
        Presence.LOGGED_OUT,
        Work.IDLE,
        None,
        None,
    )


def test_a_caller_who_waits_is_in_the_line_and_on_the_tile() -> None:
    bench = Bench()
    bench.enter("c1")
    bench.bare.wait(30)
    (row,) = [msgspec.convert(one, CallerRow) for one in sight(bench).callers("sales", 10)]
    assert (row.call, row.queue, row.position) == ("c1", "sales", 1)
    assert row.since == (bench.bare.now - 30 * SECOND) // 1_000
    tile = queue(bench, "sales")
    assert (tile.waiting, tile.oldest) == (1, row.since)
    settings = bench.bare.center.configuration.queues
    assert (
        tile.in_time
        == next(q for n, q in settings.items() if n == "sales").service_level_us // 1000
    )
    assert sight(bench).callers("sales", 0) == []


def test_agents_come_in_pages() -> None:
    bench = Bench()
    seen = sight(bench)
    everybody = [row["agent"] for row in seen.agents(0, 1_000)]
    assert [row["agent"] for row in seen.agents(1, 2)] == everybody[1:3]
    assert seen.agents(len(everybody), 10) == []


def test_who_talks_is_shown_with_the_queue_and_with_who_listens() -> None:
    bench = Bench()
    bench.bare.ready("anna")
    bench.tell_call("c1")
    bench.bare.connect("c1")
    row = agent(bench, "anna")
    assert (row.work, row.call, row.ears) == (Work.TALKING, "c1", [])
    assert row.queue is not None
    bench.tell(
        SuperviseRequested(
            cmd=CommandId("q1"),
            by="dana",
            call=CallId("c1"),
            mode=Listening.WHISPER,
            device="1009",
        )
    )
    (ear,) = agent(bench, "anna").ears
    assert (ear.by, ear.mode, ear.on) == ("dana", Listening.WHISPER, False)


def test_service_levels_are_worked_out_now_and_then() -> None:
    bench = Bench()
    asked = []

    class Numbers(LiveNumbers):
        def now(self, at, agents=None, most_agents=500):  # type: ignore[no-untyped-def]
            asked.append(at)
            today = {"sl_answered": 0.8, "entered": 5, "abandoned": 2}
            return {"queues": {"sales": {"today": today}}}

    seen = seen_with(bench, Numbers({}))
    levels = [{r["queue"]: r["service_level"] for r in seen.queues()} for _ in range(3)]
    assert levels[0]["sales"] == levels[2]["sales"] == 0.8
    assert levels[0]["support"] is None
    lost = {row["queue"]: (row["entered"], row["abandoned"]) for row in seen.queues()}
    assert (lost["sales"], lost["support"]) == ((5, 2), (None, None))
    assert len(asked) == 1
    bench.bare.now += EVERY_US
    seen.queues()
    assert len(asked) == 2


def test_who_asks_for_help_is_shown_with_what_it_is_about_until_somebody_saw_to_it() -> None:
    bench = Bench()
    bench.bare.ready("anna")
    assert agent(bench, "anna").help_since is None
    wish = HelpRequested(cmd=CommandId("q1"), agent=AgentId("anna"), on=True, note="a refund")
    bench.tell(wish)
    row = agent(bench, "anna")
    assert (row.help_since, row.help_note) == (bench.bare.now // 1_000, "a refund")
    bench.tell(HelpSeenToRequested(cmd=CommandId("q2"), by="dana", agent=AgentId("anna")))
    assert agent(bench, "anna").help_since is None


def test_what_is_other_than_in_the_file_is_shown_with_who_why_and_until_when() -> None:
    bench = Bench()
    until = bench.bare.now + 60 * SECOND
    changed = ChangeAgentsRequested(
        cmd=CommandId("q1"),
        by="dana",
        why="rush",
        agents=(AgentId("anna"),),
        until=until,
        leave=(QueueId("sales"),),
    )
    bench.tell(changed)
    weight = {"queue": QueueId("sales"), "weight": 4, "until": until, "why": "rush"}
    bench.tell(ChangeQueueRequested(cmd=CommandId("q2"), by="dana", **weight))
    row = agent(bench, "anna")
    assert "sales" not in row.queues
    assert row.live is not None
    assert (row.live.by, row.live.leave, row.live.until) == ("dana", ["sales"], until // 1_000)
    assert agent(bench, "bob").live is None
    tile = queue(bench, "sales")
    assert tile.live is not None
    assert (tile.weight, tile.live.weight, tile.live.priority) == (4, 4, None)


def test_a_caller_has_their_number() -> None:
    bench = Bench()
    call = CallId("c1")
    bench.tell(
        CallOffered(
            call=call, leg=LegId("c1"), ani="+14155550123", did=DIRECT_NUMBER, answered=True
        )
    )
    bench.bare.wait(1)
    bench.enter("c1")
    (row,) = sight(bench).callers("sales", 10)
    assert row["number"] == "+14155550123"


def test_breaks_from_one_queue_alone_are_in_the_row() -> None:
    bench = Bench()
    bench.bare.ready("anna")
    bench.tell(
        SetQueuePauseRequested(
            cmd=CommandId("q1"),
            by="dana",
            agent=AgentId("anna"),
            queue=QueueId("sales"),
            on=True,
            reason="mail",
        )
    )
    (row,) = agent(bench, "anna").paused_in
    assert (row.queue, row.reason, row.since) == ("sales", "mail", bench.bare.now // 1_000)

"""What callers' visits to nodes come to."""

from __future__ import annotations

from typing import Any

import pytest

from contact_center.core.events import Direction
from contact_center.core.facts import (
    CallConnected,
    CallFact,
    CallFinished,
    CallOutcome,
    CallQueued,
    CallStarted,
    NodeLeft,
    QueueOutcome,
    WaitEnded,
)
from contact_center.core.ids import AgentId, CallId, FlowId, QueueId, ReservationId
from contact_center.reporting.flow_book import DAY_US, FlowBook, FlowQuestion
from contact_center.reporting.flow_fold import fold_flow

S = 1_000_000
MAIN = FlowId("main")


class Told:
    """One call as facts, told second by second. `visits`: node, edge, seconds, and what else."""

    def __init__(self, call: str, at: int, ani: str, **fields: Any) -> None:
        self.call, self.now, self.facts = CallId(call), at, list[CallFact]()
        start = {"direction": Direction.INBOUND, "flow": MAIN, "did": "", "ani_name": "", **fields}
        self.add(CallStarted, ani=ani, **start)

    def add(self, kind: type[CallFact], **fields: Any) -> Told:
        seq = len(self.facts) + 1
        self.facts.append(kind(at=self.now, call=self.call, seq=seq, **fields))
        return self

    def left(self, node: str, edge: str, seconds: int, **fields: Any) -> Told:
        entered_at, self.now = self.now, self.now + seconds * S
        known = {"flow": MAIN, "version": "v2", **fields}
        return self.add(NodeLeft, node=node, edge=edge, entered_at=entered_at, **known)

    def waited(self, seconds: int, *, agent: str = "") -> Told:
        self.add(CallQueued, queue=QueueId("sales"), priority=0)
        self.now += seconds * S
        outcome = QueueOutcome.ANSWERED if agent else QueueOutcome.TIMED_OUT
        fields = {"queue": QueueId("sales"), "waited_us": seconds * S}
        self.add(WaitEnded, outcome=outcome, **fields)
        if agent:
            self.add(CallConnected, reservation=ReservationId("r"), agent=AgentId(agent), **fields)
        return self

    def over(self) -> list[CallFact]:
        self.add(CallFinished, outcome=CallOutcome.ENDED_IN_IVR)
        return self.facts


def call(number: int, caller: int, **fields: Any) -> Told:
    return Told(f"k{number}", number * 100 * S, f"+1415555{caller:04}", **fields)


LOG: list[CallFact] = [
    # Helps themselves, and does not call again.
    *call(1, 100).left("deal", "arm:a", 0)
    .left("menu", "choice:balance", 4, barged=True, spoken=True)
    .left("balance", "next", 10, milestone="told").left("bye", "ended", 2, contained=True).over(),
    # Insists on a person, talks, and calls again.
    *call(2, 101).left("deal", "arm:b", 0).left("menu", "global:people", 2, typed_ahead=True)
    .waited(30, agent="anna").left("people", "connected", 30).over(),
    # Says nothing, presses something wrong, hangs up.
    *call(3, 102).left("deal", "arm:a", 0).left("menu", "hangup", 16, failures=3, no_inputs=1)
    .over(),
    # Hears what they wanted and hangs up: a milestone, with no word of the flow.
    *call(4, 101).left("deal", "arm:b", 0).left("menu", "choice:balance", 6)
    .left("balance", "hangup", 7, milestone="told").over(),
    # Waits in vain after that: not contained by a milestone.
    *call(5, 103).left("deal", "arm:a", 0).left("menu", "choice:balance", 6)
    .left("balance", "next", 7, milestone="told").waited(60).left("people", "timeout", 60)
    .left("menu", "max_failures", 9, failures=3, no_inputs=3).over(),
    # An older text of the flow; another flow on the way ends it well. They call again.
    *call(6, 104).left("menu", "choice:cards", 3, version="v1")
    .left("sold", "next", 1, flow="cards", version="c", outcome="success", milestone="card")
    .left("pay", "error", 1, version="v1").over(),
    *call(7, 104).left("bye", "ended", 1, contained=False, outcome="success").over(),
    # Transferred to a number outside, so not contained whatever is said then.
    *call(8, 105).left("out", "answered", 20).left("bye", "ended", 1, contained=True).over(),
    # Withholds the number; still on the line; dialled by us; before and after the time.
    *Told("k9", 900 * S, "").left("menu", "hangup", 1).over(),
    *call(10, 106).left("menu", "choice:balance", 1).facts,
    *call(11, 107, direction=Direction.OUTBOUND).left("menu", "hangup", 5).over(),
    *Told("k0", 0, "+14155550107").left("menu", "hangup", 5).over(),
    *call(20, 101).left("menu", "hangup", 5).over(),
    *call(21, 104).over(),
]  # fmt: skip
ASKED = FlowQuestion(
    flow="main",
    begin=100 * S,
    end=2000 * S,
    until=DAY_US + 850 * S,
    zero_outs=frozenset({"menu/global:people"}),
    successes=frozenset({"told"}),
)


@pytest.fixture
def book() -> FlowBook:
    return fold_flow([*LOG, *reversed(LOG)], ASKED)


def test_versions_stand_apart_and_only_calls_of_the_time_count(book: FlowBook) -> None:
    assert {name: tally.calls for name, tally in book.versions.items()} == {"v1": 1, "v2": 10}


def test_a_call_is_contained_by_the_flows_word_or_a_success_without_people(
    book: FlowBook,
) -> None:
    new, old = book.versions["v2"], book.versions["v1"]
    assert (new.contained, new.finished) == (2, 9)  # the first and the fourth
    assert (old.contained, old.finished) == (1, 1)
    told_nothing = fold_flow(LOG, FlowQuestion(flow="main", begin=0, end=10**9 * S, until=0))
    assert told_nothing.versions["v2"].contained == 1


def test_failures_are_told_by_kind_and_times_by_rank(book: FlowBook) -> None:
    menu = book.versions["v2"].nodes["menu"]
    assert (menu.no_inputs, menu.no_matches, menu.barged, menu.typed_ahead) == (4, 2, 1, 1)
    assert menu.spoken == 1
    assert (menu.calls, menu.visits) == (8, 9)
    # 1 1 2 4 5 6 6 9 16
    assert menu.spent_at == {50: 5 * S, 90: 16 * S, 99: 16 * S}
    assert menu.spent_us == 50 * S


def test_callers_who_insist_on_a_person_and_those_who_reach_one_are_counted(
    book: FlowBook,
) -> None:
    new = book.versions["v2"]
    assert (new.zero_outs, new.connected, new.to_agent_us) == (1, 1, 32 * S)


def test_only_who_called_a_day_ago_can_be_said_not_to_have_called_again(book: FlowBook) -> None:
    new, old = book.versions["v2"], book.versions["v1"]
    # Of calls 1 to 8: 2 and 4 called again; 4 was contained.
    assert (new.followed, new.repeated) == (7, 3)
    assert (new.contained_followed, new.contained_repeated) == (2, 1)
    assert (old.followed, old.repeated, old.contained_repeated) == (1, 1, 1)


def test_arms_are_compared_by_what_became_of_their_calls(book: FlowBook) -> None:
    arms = book.versions["v2"].arms
    assert set(arms) == {("deal", "a"), ("deal", "b")}
    first, second = arms["deal", "a"], arms["deal", "b"]
    assert (first.calls, first.finished, first.contained, first.zero_outs) == (3, 3, 1, 0)
    assert (second.calls, second.contained, second.zero_outs) == (2, 1, 1)
    assert (first.milestones["told"], second.milestones["told"]) == (2, 1)

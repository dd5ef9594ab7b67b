"""The fold against counts made the long way round, over random days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contact_center.core.events import Direction
from contact_center.core.facts import (
    AgentOffered,
    CallConnected,
    CallFact,
    CallFinished,
    CallOutcome,
    CallQueued,
    ConversationEnded,
    DispositionRecorded,
    Fact,
    OfferEnded,
    OfferResult,
    QueueOutcome,
    WaitEnded,
)
from contact_center.core.ids import AgentId, CallId, QueueId, ReservationId
from contact_center.reporting.books import CENTER, Attribution, Books, Grid, Key, Of
from contact_center.reporting.fold import Fold
from contact_center.reporting.tally import Tally, Thresholds
from tests.reporting.histories import (
    QUEUES,
    REQUIREMENTS,
    Day,
    PlannedTalk,
    PlannedWait,
    S,
    days,
    overtaken,
)

LIMITS = {
    QueueId("cards"): Thresholds(answer_us=20 * S, short_us=5 * S),
    QueueId("loans"): Thresholds(answer_us=60 * S, short_us=10 * S),
}
FLOW, COHORT = Attribution.FLOW, Attribution.COHORT


def kept(facts: list[Fact], grid: Grid, attribution: Attribution, end: int) -> Books:
    books = Books(grid=grid, attribution=attribution, thresholds=LIMITS)
    fold = Fold(books)
    fold.take(facts)
    fold.close(end)
    return books


def waits_of(day: Day, key: Key) -> list[PlannedWait]:
    of, name = key
    waits = [wait for wait in day.waits if wait.direction is Direction.INBOUND]
    calls = [wait for wait in waits if wait.channel == "voice"]
    match of:
        case Of.QUEUE:
            return [wait for wait in waits if wait.queue == name]
        case Of.SKILL:
            return [wait for wait in calls if name in REQUIREMENTS[wait.requirement]]
        case Of.CHANNEL:
            return [wait for wait in waits if wait.channel == name]
    return calls if of is Of.CENTER else []


def talks_of(day: Day, key: Key) -> list[PlannedTalk]:
    of, name = key
    match of:
        case Of.QUEUE:
            return [talk for talk in day.talks if talk.queue == name]
        case Of.AGENT:
            return [talk for talk in day.talks if talk.agent == name]
        case Of.CHANNEL:
            return [talk for talk in day.talks if talk.channel == name]
        case Of.SKILL:
            calls = [talk for talk in day.talks if talk.channel == "voice"]
            return [talk for talk in calls if name in REQUIREMENTS[talk.requirement]]
        case Of.CENTER:
            return [talk for talk in day.talks if talk.channel == "voice"]


def brute(day: Day, key: Key, belongs: Callable[[int], bool], attribution: Attribution) -> Tally:
    """A tally made by looking at the plan, thing by thing."""
    made, of, flow = Tally(), key[0], attribution is FLOW
    for wait in waits_of(day, key):
        if not belongs(wait.ended if flow else wait.entered):
            continue
        limits = LIMITS[QueueId(wait.queue)]
        made.entered += 1
        made.ended[wait.outcome] += 1
        made.waited_us[wait.outcome] += wait.waited
        made.within[wait.outcome] += wait.waited <= limits.answer_us
        made.longest_us = max(made.longest_us, wait.waited)
        if wait.outcome is QueueOutcome.ANSWERED:
            made.answered_waits.add(wait.waited)
        if wait.outcome is QueueOutcome.ABANDONED:
            made.short_abandons += wait.waited <= limits.short_us
    for offer in day.offers:
        mine = {
            Of.QUEUE: offer.queue,
            Of.AGENT: offer.agent,
            Of.CENTER: "" if offer.channel == "voice" else None,
            Of.CHANNEL: offer.channel,
        }.get(of)
        if mine != key[1] or not belongs(offer.end if flow else offer.at):
            continue
        made.offers[offer.result] += 1
        ours = offer.result is OfferResult.REVOKED and not offer.caller_left
        if not offer.picked_up and not ours and offer.result is not OfferResult.CONNECTED:
            made.unanswered += 1
            made.unanswered_caller_left += offer.caller_left
    for talk in talks_of(day, key):
        if belongs(talk.ended if flow else talk.began):
            made.handled[talk.direction] += 1
            made.talk_us[talk.direction] += talk.talk
            made.hold_us[talk.direction] += talk.hold
            made.wrap_up_us[talk.direction] += talk.wrap_up
    for queue, what, at in day.callbacks:
        if belongs(at) and (of is Of.CENTER or key == (Of.QUEUE, queue)):
            made.callbacks[what] += 1
    return made


def plain(tally: Tally, *, time: bool = False) -> dict[str, object]:
    """What two tallies are compared by: all but overtaking, and time if not asked for."""
    names = (
        *("entered", "short_abandons", "longest_us", "unanswered", "unanswered_caller_left"),
        *("ended", "waited_us", "within", "offers", "handled", "talk_us", "hold_us", "wrap_up_us"),
        "callbacks",
        *(("time_us",) if time else ()),
    )
    values = {name: getattr(tally, name) for name in names}
    values["waits"] = tally.answered_waits.counts  # type: ignore[attr-defined]
    return {n: +v if isinstance(v, Counter) else v for n, v in values.items()}


KEYS: list[Key] = [
    CENTER,
    *((Of.QUEUE, queue) for queue in QUEUES),
    *((Of.AGENT, agent) for agent in ("ann", "bob", "cid")),
    *((Of.SKILL, skill) for skill in ("es", "gold", "trainee")),
    (Of.CHANNEL, "chat"),
]


@settings(max_examples=120, deadline=None)
@given(day=days(), attribution=st.sampled_from(Attribution), length=st.integers(20 * S, 400 * S))
def test_every_interval_is_what_looking_at_everything_gives(
    day: Day, attribution: Attribution, length: int
) -> None:
    grid = Grid(length_us=length, origin=7)
    books = kept(day.log(), grid, attribution, day.end)
    for key in KEYS:
        found = books.intervals(key)
        first = (min([0, *found]) - 7) // length
        for number in range(first, (day.end + 100 * S) // length + 1):
            begin = 7 + number * length
            tally = found.get(begin, Tally())
            expected = brute(day, key, lambda at, b=begin: b <= at < b + length, attribution)
            assert plain(tally) == plain(expected), (key, begin)


@settings(max_examples=60, deadline=None)
@given(day=days(), length=st.integers(20 * S, 400 * S))
def test_agents_time_is_all_there_and_cut_at_the_borders(day: Day, length: int) -> None:
    books = kept(day.log(), Grid(length_us=length), FLOW, day.end)
    for agent in {name for name, *_ in day.time}:
        spans = [(kind, b, e) for name, kind, b, e in day.time if name == agent]
        # The last state lasts until the books are closed.
        last, begin, _ = spans.pop()
        spans.append((last, begin, day.end))
        for start, tally in books.intervals((Of.AGENT, agent)).items():
            expected: Counter[object] = Counter()
            for kind, b, e in spans:
                expected[kind] += max(0, min(e, start + length) - max(b, start))
            assert +tally.time_us == +expected
        whole = books.total((Of.AGENT, agent)).time_us.total()
        assert whole == day.end - min(b for _, b, _ in spans)


@settings(max_examples=80, deadline=None)
@given(day=days())
def test_who_was_overtaken_is_counted_as_by_looking_at_the_whole_log(day: Day) -> None:
    log = day.log()
    books = kept(log, Grid(length_us=10**12), FLOW, day.end)
    for queue in QUEUES:
        assert books.total((Of.QUEUE, queue)).overtaken == overtaken(log, queue)


@settings(max_examples=60, deadline=None)
@given(day=days(), data=st.data())
def test_a_log_told_again_from_anywhere_counts_nothing_twice(day: Day, data: st.DataObject) -> None:
    log = day.log()
    once = kept(log, Grid(length_us=60 * S), COHORT, day.end)
    till = data.draw(st.integers(0, len(log)))
    since = data.draw(st.integers(0, till))
    told = [*log[:till], *log[since:till], *log[till:]]
    again = kept(told, Grid(length_us=60 * S), COHORT, day.end)
    for key in KEYS:
        assert {s: plain(t, time=True) for s, t in again.intervals(key).items()} == {
            s: plain(t, time=True) for s, t in once.intervals(key).items()
        }


@settings(max_examples=40, deadline=None)
@given(day=days())
def test_intervals_add_up_to_the_whole(day: Day) -> None:
    fine = kept(day.log(), Grid(length_us=13 * S), FLOW, day.end)
    whole = kept(day.log(), Grid(length_us=10**12), FLOW, day.end)
    for key in KEYS:
        assert plain(fine.total(key), time=True) == plain(whole.total(key), time=True)


def call(name: str, *told: tuple[type[CallFact], int, dict[str, object]]) -> list[Fact]:
    return [
        kind(at=at * S, call=CallId(name), seq=number, **fields)  # type: ignore[arg-type]
        for number, (kind, at, fields) in enumerate(told, 1)
    ]


CARDS = {"queue": QueueId("cards")}
ANN = {"agent": AgentId("ann")}
BOB = {"agent": AgentId("bob")}


def offered(agent: dict[str, object], number: int) -> dict[str, object]:
    return {"reservation": ReservationId(f"k-e1-n{number}"), **agent}


def one_total(facts: list[Fact], key: Key) -> Tally:
    return kept(facts, Grid(length_us=10**12), FLOW, 10**9).total(key)


def test_of_many_phones_that_ring_only_those_nobody_took_back_count_as_not_answered() -> None:
    rings = (AgentOffered, 1, {**CARDS, **offered(ANN, 1), "expires_at": 0})
    too = (AgentOffered, 1, {**CARDS, **offered(BOB, 2), "expires_at": 0})
    other_won = (OfferEnded, 5, {**offered(BOB, 2), "result": OfferResult.REVOKED})
    talk = (CallConnected, 6, {**CARDS, **offered(ANN, 1), "waited_us": 6})
    queued = (CallQueued, 0, {**CARDS, "priority": 0})
    taken = one_total(call("k", queued, rings, too, other_won, talk), (Of.AGENT, "bob"))
    assert (taken.offers[OfferResult.REVOKED], taken.unanswered) == (1, 0)
    both_gone = [
        (OfferEnded, 5, {**offered(who, n), "result": OfferResult.REVOKED})
        for n, who in ((1, ANN), (2, BOB))
    ]
    left = (WaitEnded, 5, {**CARDS, "outcome": QueueOutcome.ABANDONED, "waited_us": 5})
    gone = one_total(call("k", queued, rings, too, *both_gone, left), CENTER)
    assert (gone.unanswered, gone.unanswered_caller_left) == (2, 2)


def test_a_caller_passed_on_to_another_agent_is_a_transfer_of_the_first() -> None:
    ended = {**CARDS, "talk_us": S, "hold_us": 0}
    facts = call(
        "k",
        (CallConnected, 1, {**CARDS, **offered(ANN, 1), "waited_us": 0}),
        (ConversationEnded, 2, {**ended, **ANN}),
        (CallQueued, 2, {**CARDS, "priority": 0}),
        (WaitEnded, 4, {**CARDS, "outcome": QueueOutcome.ANSWERED, "waited_us": 0}),
        (CallConnected, 4, {**CARDS, **offered(BOB, 2), "waited_us": 0}),
        (ConversationEnded, 5, {**ended, **BOB}),
        (CallFinished, 5, {"outcome": CallOutcome.ANSWERED}),
        (DispositionRecorded, 9, {**BOB, "code": "sold", "notes": ""}),
    )
    assert one_total(facts, (Of.AGENT, "ann")).transfers == 1
    assert one_total(facts, (Of.AGENT, "bob")).transfers == 0
    assert one_total(facts, (Of.AGENT, "bob")).dispositions == Counter(sold=1)
    assert one_total(facts, (Of.QUEUE, "cards")).handled[Direction.INBOUND] == 2


def test_an_agent_called_in_who_stays_with_the_caller_makes_it_a_transfer() -> None:
    ended = {**CARDS, "talk_us": S, "hold_us": 0}
    connected = [
        (CallConnected, at, {**CARDS, **offered(who, n), "waited_us": 0})
        for at, n, who in ((1, 1, ANN), (3, 2, BOB))
    ]
    stays = call("k", *connected, (ConversationEnded, 4, {**ended, **ANN}))
    assert one_total(stays, (Of.AGENT, "ann")).transfers == 1
    goes = call("k", *connected, (ConversationEnded, 4, {**ended, **BOB}))
    assert one_total(goes, CENTER).transfers == 0


@pytest.mark.parametrize(("begin", "end"), [(0, 10), (3, 7)])
def test_intervals_take_their_first_instant_and_not_their_last(begin: int, end: int) -> None:
    grid = Grid(length_us=end - begin, origin=begin, begin=begin, end=end)
    assert [grid.start_of(at) for at in (begin - 1, begin, end - 1, end)] == [
        *(None, begin, begin),
        None,
    ]
    assert list(grid.pieces(begin - 5, end + 5)) == [(begin, end - begin)]


def test_only_the_newest_intervals_are_kept_where_so_many_are_asked_for() -> None:
    facts = [
        fact
        for number in range(5)
        for fact in call(
            f"k{number}",
            (CallQueued, number, {**CARDS, "priority": 0}),
            (WaitEnded, number, {**CARDS, "outcome": QueueOutcome.FULL, "waited_us": 0}),
        )
    ]
    books = kept(facts, Grid(length_us=S, kept=2), FLOW, 0)
    assert list(books.intervals(CENTER)) == [3 * S, 4 * S]


def test_calls_that_are_over_are_forgotten_in_the_end() -> None:
    fold = Fold(Books(grid=Grid(length_us=S)), remembered=10)
    for number in range(100):
        fold.take(call(f"k{number}", (CallFinished, 1, {"outcome": CallOutcome.ENDED_IN_IVR})))
    assert len(fold._over) == 10
    assert not fold._calls

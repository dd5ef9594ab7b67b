"""Scripts follow calls: offered, begun, handed over, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from contact_center.core import facts as f
from contact_center.core.events import Customer, Direction
from contact_center.core.ids import AgentId, CallId, CustomerId, QueueId, ReservationId
from contact_center.core.scripting import reading
from contact_center.core.scripting.choice import ScriptChoice
from contact_center.core.scripting.facts import HandedOver, PageEntered, RunEnded, ScriptFact
from contact_center.core.scripting.kept import KeptRun
from contact_center.core.scripting.reading import ScriptRefusedError
from contact_center.core.scripting.run import Run, read_back
from contact_center.core.scripting.view import PageView
from contact_center.runtime import scripting
from contact_center.runtime.scripting import CallScripts
from tests.core.scripting.scripts import SALE, script

ANN, BEN = AgentId("ann"), AgentId("ben")
SALES, OTHER, NONE = QueueId("sales"), QueueId("other"), QueueId("none")
MARIA = Customer(customer=CustomerId("c1"), name="Maria Ruiz", attributes=(("tea", "green"),))
CALL = CallId("call-1")
S = 1_000_000


@dataclass
class Floor:
    """Desks, storage and a clock around the scripts of calls."""

    now: int = 0
    screens: dict[AgentId, tuple[PageView | None, bool]] = field(default_factory=dict)
    gaps: list[tuple[CallId, bool]] = field(default_factory=list)
    kept: list[ScriptFact] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    seq: int = 0
    waking: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sale = script(
            SALE.replace("from ${call.queue}.", "from ${call.queue} (${call.direction}).")
        )
        other = script(SALE.replace("script: sale", "script: other"))
        self.scripts = CallScripts(
            {SALES: ScriptChoice.always(self.sale), OTHER: ScriptChoice.always(other)},
            {ANN: "Ann Lee", BEN: "Ben Roe"},
            lambda: self.now,
            self.show,
            lambda agent, call, secure: self.gaps.append((call, secure)),
            self,
            self.waking.append,
        )

    def show(self, agent: AgentId, call: CallId, view: PageView | None, *, begun: bool) -> None:
        self.screens[agent] = (view, begun)

    def happened(self, run: Run, facts: Sequence[ScriptFact]) -> None:
        self.kept += facts
        self.runs.append(run)

    def where(self, call: CallId = CALL) -> dict[str, object]:
        self.seq += 1
        return {"at": self.now, "call": call, "seq": self.seq}

    def offer(
        self,
        agent: AgentId,
        queue: QueueId = SALES,
        call: CallId = CALL,
        direction: Direction = Direction.INBOUND,
        **whence: str,
    ) -> None:
        self.scripts.publish(
            [
                f.ScreenPopped(
                    **self.where(call),  # type: ignore[arg-type]
                    agent=agent,
                    reservation=ReservationId(f"{call}-e1-n1"),
                    ani="+14155550101",
                    did="600",
                    queue=queue,
                    queue_label="Sales",
                    reason="",
                    customers=(MARIA,),
                    waited_us=0,
                    script=(),
                    direction=direction,
                    **whence,  # type: ignore[arg-type]
                )
            ]
        )

    def connect(self, agent: AgentId, queue: QueueId = SALES, call: CallId = CALL) -> None:
        reservation = ReservationId(f"{call}-e1-n1")
        self.scripts.publish(
            [
                f.OfferEnded(
                    **self.where(call),  # type: ignore[arg-type]
                    reservation=reservation,
                    agent=agent,
                    result=f.OfferResult.CONNECTED,
                ),
                f.CallConnected(
                    **self.where(call),  # type: ignore[arg-type]
                    reservation=reservation,
                    agent=agent,
                    queue=queue,
                    waited_us=0,
                ),
            ]
        )

    def decline(self, agent: AgentId) -> None:
        self.scripts.publish(
            [
                f.OfferEnded(
                    **self.where(),  # type: ignore[arg-type]
                    reservation=ReservationId("r"),
                    agent=agent,
                    result=f.OfferResult.DECLINED,
                )
            ]
        )

    def idle(self, agent: AgentId, call: CallId | None = None) -> None:
        self.scripts.publish(
            [
                f.AgentChanged(
                    at=self.now,
                    agent=agent,
                    presence=f.Presence.READY,
                    reason="",
                    work=f.Work.IDLE,
                    since=self.now,
                    call=call,
                )
            ]
        )

    def dispose(self, agent: AgentId, code: str) -> None:
        self.scripts.publish(
            [f.DispositionRecorded(**self.where(), agent=agent, code=code, notes="")]  # type: ignore[arg-type]
        )

    def next(self, agent: AgentId, fence: int = 1) -> None:
        self.scripts.act(agent, CALL, fence, reading.go_on)

    def answer(self, agent: AgentId, question: str, given: object, fence: int = 1) -> None:
        self.scripts.act(
            agent, CALL, fence, lambda run, names, now: reading.answer(run, question, given, now)
        )

    def page(self, agent: AgentId) -> str:
        view, _ = self.screens.get(agent, (None, False))
        return view.page if view is not None else ""


@pytest.fixture
def floor() -> Floor:
    return Floor()


def test_the_first_page_is_there_before_the_phone_is_answered_and_counts_from_then(
    floor: Floor,
) -> None:
    floor.offer(ANN)
    view, begun = floor.screens[ANN]
    assert view is not None
    assert (view.words[:12], begun, floor.kept) == ("Hello Maria,", False, [])
    with pytest.raises(ScriptRefusedError) as raised:
        floor.answer(ANN, "wants", given=True)
    assert raised.value.code == "not_yet"
    floor.now = 5
    floor.connect(ANN)
    assert floor.screens[ANN][1]
    assert floor.kept == [PageEntered(at=5, page="open", came="entry")]


def test_whoever_does_not_take_the_call_has_its_script_no_more(floor: Floor) -> None:
    floor.offer(ANN)
    floor.decline(ANN)
    assert (floor.page(ANN), floor.scripts.open) == ("", 0)
    floor.offer(BEN)
    floor.connect(BEN)
    assert floor.page(BEN) == "open"
    assert floor.kept[0].at == 0


def test_a_script_knows_who_called_whom(floor: Floor) -> None:
    for direction in Direction:
        floor.offer(ANN, direction=direction)
        view, _ = floor.screens[ANN]
        assert view is not None
        assert f"({direction.value})" in view.words
        floor.decline(ANN)


def test_a_queue_without_a_script_shows_none(floor: Floor) -> None:
    floor.offer(ANN, NONE)
    floor.connect(ANN, NONE)
    assert (floor.screens, floor.kept) == ({}, [])


def test_the_disposition_ends_the_run_and_the_next_call_clears_the_screen(floor: Floor) -> None:
    floor.offer(ANN)
    floor.connect(ANN)
    assert floor.scripts.missing(ANN, CALL, "sold") == ["terms"]
    assert floor.scripts.missing(ANN, CALL, "no_sale") == []
    floor.dispose(ANN, "no_sale")
    view, _ = floor.screens[ANN]
    assert view is not None
    assert view.over
    assert floor.scripts.missing(ANN, CALL, "sold") == []
    floor.idle(ANN)
    assert (floor.page(ANN), floor.scripts.open) == ("", 0)
    assert [fact for fact in floor.kept if isinstance(fact, RunEnded)] == [
        RunEnded(at=0, page="open", disposition="no_sale", complete=False)
    ]


def test_the_run_is_about_the_only_customer_who_is_known_also_when_that_is_known_late(
    floor: Floor,
) -> None:
    floor.offer(ANN)
    floor.connect(ANN)
    assert (floor.runs[-1].customer, floor.runs[-1].queue) == ("c1", "sales")
    twin = replace(MARIA, customer=CustomerId("c2"))
    for known, customer in (((MARIA, twin), ""), ((), ""), ((twin,), "c2")):
        floor.scripts.publish(
            [
                f.ScreenPopCompleted(
                    **floor.where(),  # type: ignore[arg-type]
                    agent=ANN,
                    reservation=ReservationId("r"),
                    customers=known,
                    history=(),
                )
            ]
        )
        assert floor.runs[-1].customer == customer
    floor.dispose(ANN, "no_sale")
    assert floor.runs[-1].customer == "c2"


def test_who_goes_on_without_a_disposition_leaves_an_end_that_says_so(floor: Floor) -> None:
    floor.offer(ANN)
    floor.connect(ANN)
    floor.idle(ANN, CALL)
    assert floor.scripts.open == 1
    floor.idle(ANN, CallId("call-2"))
    assert floor.scripts.open == 0
    assert isinstance(floor.kept[-1], RunEnded)
    assert floor.kept[-1].disposition == ""


def test_a_transfer_in_the_queue_hands_the_script_over_where_it_is(floor: Floor) -> None:
    floor.offer(ANN)
    floor.connect(ANN)
    floor.answer(ANN, "wants", given=True)
    floor.next(ANN)
    assert floor.page(ANN) == "terms"
    floor.offer(BEN)
    assert floor.page(BEN) == "terms", "the next agent sees how far it has come"
    assert floor.screens[BEN][1] is False
    floor.connect(BEN)
    assert (floor.page(ANN), floor.page(BEN)) == ("", "terms")
    with pytest.raises(ScriptRefusedError) as raised:
        floor.next(ANN)
    assert raised.value.code == "stale"
    with pytest.raises(ScriptRefusedError):
        floor.next(BEN, fence=1)
    floor.scripts.act(BEN, CALL, 2, lambda run, names, now: reading.go_back(run, now))
    assert any(isinstance(fact, HandedOver) for fact in floor.kept)
    floor.idle(ANN)
    assert floor.scripts.open == 1, "the former agent's going changes nothing"
    again = read_back(Run(call=CALL, script=floor.sale, agent=ANN, language="en-US"), floor.kept)
    assert (again.page, again.agent, again.fence) == ("open", BEN, 2)


def test_a_transfer_to_a_queue_with_another_script_begins_that_one(floor: Floor) -> None:
    floor.offer(ANN)
    floor.connect(ANN)
    floor.offer(BEN, OTHER)
    floor.connect(BEN, OTHER)
    view, begun = floor.screens[BEN]
    assert view is not None
    assert (view.script, begun, floor.page(ANN)) == ("other", True, "")
    kinds = [type(fact) for fact in floor.kept]
    assert kinds[-2:] == [RunEnded, PageEntered]


def test_who_is_called_from_a_list_is_read_the_lists_script(floor: Floor) -> None:
    own = script(SALE.replace("script: sale", "script: vip"))
    choice = ScriptChoice(inbound=floor.sale, lists={"vip": own})
    floor.scripts.reseat({SALES: choice}, {ANN: "Ann Lee"})
    floor.offer(ANN, direction=Direction.OUTBOUND, campaign="spring", lead_list="vip")
    view, _ = floor.screens[ANN]
    assert view is not None
    assert view.script == "vip"
    floor.decline(ANN)
    floor.offer(ANN, direction=Direction.OUTBOUND, campaign="spring", lead_list="plain")
    assert floor.page(ANN) == "", "there is none for other lists"


def test_the_recording_has_a_gap_while_a_secret_is_asked(floor: Floor) -> None:
    floor.offer(ANN)
    floor.connect(ANN)
    floor.answer(ANN, "wants", given=True)
    floor.next(ANN)
    floor.now = 10_000_000
    floor.scripts.act(ANN, CALL, 1, lambda run, names, now: reading.confirm(run, now))
    assert floor.gaps == []
    floor.next(ANN)
    assert floor.gaps == [(CALL, True)]
    floor.answer(ANN, "card", "4111")
    floor.answer(ANN, "colour", "blue")
    floor.next(ANN)
    assert floor.gaps == [(CALL, True), (CALL, False)]
    assert "4111" not in repr(floor.kept)


def test_a_gap_ends_with_the_call_at_the_latest(floor: Floor) -> None:
    floor.offer(ANN)
    floor.connect(ANN)
    floor.answer(ANN, "wants", given=True)
    floor.next(ANN)
    floor.now = 10_000_000
    floor.scripts.act(ANN, CALL, 1, lambda run, names, now: reading.confirm(run, now))
    floor.next(ANN)
    floor.idle(ANN)
    assert floor.gaps[-1] == (CALL, False)


def test_a_reload_of_the_screen_shows_what_is_open(floor: Floor) -> None:
    floor.offer(ANN)
    floor.connect(ANN)
    floor.screens.clear()
    floor.scripts.look_at(ANN)
    assert floor.page(ANN) == "open"


def test_calls_finish_on_the_script_that_they_began_with(floor: Floor) -> None:
    floor.offer(ANN)
    floor.connect(ANN)
    floor.scripts.reseat({}, {ANN: "Ann Lee"})
    floor.answer(ANN, "wants", given=False)
    floor.next(ANN)
    assert floor.page(ANN) == "bye"
    floor.offer(BEN, call=CallId("call-2"))
    assert floor.page(BEN) == ""


def test_there_is_a_bound_on_open_scripts(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripting, "MOST_RUNS", 3)
    for number in range(5):
        floor.offer(ANN, call=CallId(f"call-{number}"))
        floor.connect(ANN, call=CallId(f"call-{number}"))
    assert floor.scripts.open == 3


def test_a_script_that_goes_wrong_stops_nobody(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(reading, "begin", broken)
    floor.offer(ANN)
    assert "a script could not follow ScreenPopped" in caplog.text


def kept_of(floor: Floor, **changes: object) -> KeptRun:
    """What storage has of a run that stands at the disclosure, with Ann."""
    run = Run(call=CALL, script=floor.sale, agent=ANN, language="en-US")
    happened = reading.begin(run, {}, 1)
    happened += reading.answer(run, "wants", True, 2)
    happened += reading.go_on(run, {}, 3)
    kept = KeptRun(
        call=CALL,
        script="sale",
        version=floor.sale.version,
        language="en-US",
        agent=ANN,
        facts=tuple(happened),
    )
    return replace(kept, **changes)  # type: ignore[arg-type]


def talking(floor: Floor) -> None:
    """What a new process tells of a call that went on without it."""
    floor.offer(ANN)
    state = f.AgentChanged(
        at=floor.now,
        agent=ANN,
        presence=f.Presence.READY,
        reason="",
        work=f.Work.TALKING,
        since=floor.now,
        call=CALL,
    )
    floor.scripts.publish([state])


def test_a_call_that_outlives_the_process_goes_on_where_its_script_was(floor: Floor) -> None:
    floor.scripts.restore([kept_of(floor)])
    talking(floor)
    assert (floor.page(ANN), floor.screens[ANN][1], floor.kept) == ("terms", True, [])
    floor.now = 9_000_000
    floor.scripts.act(ANN, CALL, 1, lambda run, names, now: reading.confirm(run, now))
    assert len(floor.kept) == 1


@pytest.mark.parametrize(
    "changes", [{"version": "another"}, {"agent": BEN}, {"facts": ()}], ids=lambda c: next(iter(c))
)
def test_a_script_that_has_changed_meanwhile_begins_again(
    floor: Floor, changes: dict[str, object]
) -> None:
    floor.scripts.restore([kept_of(floor, **changes)])
    talking(floor)
    assert (floor.page(ANN), floor.screens[ANN][1]) == ("open", True)
    assert isinstance(floor.kept[0], PageEntered)
    floor.answer(ANN, "wants", given=False)
    floor.next(ANN)
    assert floor.page(ANN) == "bye"


HINTED = SALE.replace(
    "pages:\n", "hints:\n  time: {after: 60s, say: Time is short., goto: bye}\npages:\n"
)


def hinted(floor: Floor) -> None:
    floor.scripts.reseat({SALES: ScriptChoice.always(script(HINTED))}, {ANN: "Ann Lee"})


def hints_of(floor: Floor, agent: AgentId) -> list[str]:
    view, _ = floor.screens[agent]
    return [] if view is None else [hint.name for hint in view.hints]


def test_a_hint_comes_up_by_the_centers_clock_counted_from_the_conversation(floor: Floor) -> None:
    hinted(floor)
    floor.offer(ANN)
    floor.now = 50 * S
    assert floor.waking == [], "what rings is no conversation yet"
    floor.connect(ANN)
    assert floor.waking == [110 * S]
    floor.now = 109 * S
    floor.scripts.tick()
    assert hints_of(floor, ANN) == []
    floor.now = 110 * S
    floor.scripts.tick()
    assert hints_of(floor, ANN) == ["time"]
    floor.scripts.act(
        ANN, CALL, 1, lambda run, names, now: reading.close_hint(run, names, "time", now)
    )
    assert hints_of(floor, ANN) == []


def test_a_hint_goes_to_who_has_the_call_then_and_not_to_a_call_that_is_over(floor: Floor) -> None:
    hinted(floor)
    floor.offer(ANN)
    floor.connect(ANN)
    floor.offer(BEN)
    floor.connect(BEN)
    floor.now = 60 * S
    floor.scripts.tick()
    assert hints_of(floor, BEN) == ["time"]
    assert floor.screens[ANN][0] is None
    second = CallId("call-2")
    floor.offer(ANN, call=second)
    floor.connect(ANN, call=second)
    floor.idle(ANN)
    kept = len(floor.kept)
    floor.now = 300 * S
    floor.scripts.tick()
    assert len(floor.kept) == kept

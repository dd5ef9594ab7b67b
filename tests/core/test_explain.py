"""Why not yet, why no caller, why these two: every reason there is, as data and in words."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contact_center.core import events as e
from contact_center.core.acd import EnterQueue, LeaveQueue, ReserveAgent
from contact_center.core.acd_events import DeviceChanged, DeviceState
from contact_center.core.call import CallPhase
from contact_center.core.explain import explain_agent, explain_call, explain_offer, words
from contact_center.core.explain_call import expect
from contact_center.core.explain_words import CODES, span
from contact_center.core.ids import AgentId, CallId, QueueId, ReservationId
from contact_center.core.outcomes import Work
from contact_center.core.output import Outbox
from contact_center.core.queue_settings import (
    Channel,
    KeepBack,
    Membership,
    Overflow,
    OverflowWhen,
    QueueSettings,
    WaitStep,
)
from contact_center.core.reasons import Explanation, Value
from contact_center.core.requests import (
    DeclineRequested,
    PresenceRequested,
    PresenceWish,
    QueuePauseRequested,
)
from contact_center.core.snapshot import snapshot
from tests.core.bare import SECOND, Bare
from tests.core.nasty import rough_center
from tests.stories.centers import DIRECT_NUMBER, SALES, SUPPORT

ANNA, BOB, CARL, DORA = (AgentId(name) for name in ("anna", "bob", "carl", "dora"))


class Desk(Bare):
    """A center whose callers are put into queues by hand."""

    def enter(self, call: str, queue: QueueId = SALES, **fields: Any) -> None:
        message = EnterQueue(
            call=CallId(call),
            queue=queue,
            **{"priority": 0, "requirement": "", "max_wait_us": 60 * SECOND, **fields},
        )
        self.center.router.handle(message, self.now, Outbox())

    def why(self, call: str) -> dict[str, dict[str, Value]]:
        explained = explain_call(self.center, CallId(call), self.now)
        assert explained is not None
        return reasons(explained)

    def why_idle(self, agent: AgentId) -> dict[str, dict[str, Value]]:
        explained = explain_agent(self.center, agent, self.now)
        assert explained is not None
        return reasons(explained)

    def why_these(self, call: str, which: int = 0) -> dict[str, dict[str, Value]]:
        name = self.center.router.waiting[CallId(call)].reservations[which]
        explained = explain_offer(self.center, name, self.now)
        assert explained is not None
        return reasons(explained)


def reasons(explained: Explanation) -> dict[str, dict[str, Value]]:
    """The reasons by code; each can be said, with everything filled in."""
    for reason, said in zip(explained.reasons, words(explained), strict=True):
        assert reason.code in CODES
        assert said.endswith(".")
        assert "None" not in said, said
    return {reason.code: dict(reason.values) for reason in explained.reasons}


def desk(*ready: str, queue: QueueId = SALES, **changes: Any) -> Desk:
    """A desk whose queue lets everybody in, with changes."""
    center = rough_center()
    changes = {"absent_at_entry": None, "absent_waiting": None, **changes}
    settings: QueueSettings = replace(center.queues[queue], **changes)
    made = Desk(replace(center, queues={**center.queues, queue: settings}))
    made.ready(*ready)
    return made


def with_member(name: str, member: Membership, **changes: Any) -> Desk:
    center = rough_center()
    agents = dict(center.agents)
    agents[AgentId(name)] = replace(agents[AgentId(name)], members=(member,))
    settings = replace(center.queues[SALES], absent_at_entry=None, absent_waiting=None, **changes)
    return Desk(replace(center, agents=agents, queues={**center.queues, SALES: settings}))


# --- a caller ----------------------------------------------------------------------------------


def test_nobody_explains_a_call_there_is_not() -> None:
    assert explain_call(desk().center, CallId("c9"), 0) is None


def test_a_caller_waits_for_the_phone_system() -> None:
    made = desk()
    made.enter("c1")
    made.tell(e.ProviderGap(provider="test"))
    assert next(iter(made.why("c1"))) == "provider_down"


def test_a_phone_rings_for_the_caller() -> None:
    made = desk("anna")
    made.enter("c1")
    explained = explain_call(made.center, CallId("c1"), made.now)
    assert explained is not None
    assert explained.state == "offering"
    assert made.why("c1")["phone_rings"]["agent"] == ANNA


def test_a_caller_is_held_for_one_agent_for_a_time() -> None:
    made = desk("anna", "bob")
    made.enter("c0")
    made.enter("c1", named=ANNA, named_us=20 * SECOND)
    assert made.why("c1")["named"] == {
        "agent": ANNA,
        "agent_is": "ringing",
        "left_us": 20 * SECOND,
    }


def test_scores_are_awaited() -> None:
    made = desk("anna", "bob", strategy="external", score_us=SECOND)
    made.enter("c1")
    assert made.why("c1")["score_awaited"]["left_us"] == SECOND
    assert "awaits_scores" in made.why_idle(ANNA)


def test_nobody_is_configured_to_serve_the_queue() -> None:
    center = rough_center()
    agents = {name: replace(one, queues=(SUPPORT,)) for name, one in center.agents.items()}
    queues = {**center.queues, SALES: replace(center.queues[SALES], absent_at_entry=None)}
    made = Desk(replace(center, agents=agents, queues=queues))
    made.enter("c1")
    assert "nobody_serves_the_queue" in made.why("c1")


def test_nobody_has_the_skills() -> None:
    made = desk("anna", "carl")
    made.enter("c1", requirement="spanish >= 90")
    found = made.why("c1")["nobody_has_the_skills"]
    assert found["requirement"] == "spanish >= 90"


def test_nobody_is_there() -> None:
    made = desk("anna")
    made.ask(PresenceRequested, "anna", presence=PresenceWish.PAUSED, reason="lunch")
    made.enter("c1")
    found = made.why("c1")["nobody_is_there"]
    assert (found["able"], found["paused"], found["logged_out"]) == (3, 1, 2)
    assert found["paused_agents"] == [ANNA]


def test_all_are_busy_and_the_words_say_with_what() -> None:
    made = desk("anna", "bob", "carl")
    made.tell(DeviceChanged(device="1003", state=DeviceState.IN_USE))
    made.enter("c1")
    made.enter("c2")
    made.enter("c3")
    found = made.why("c3")["all_are_busy"]
    assert (found["ringing"], found["outside"]) == (2, 1)
    explained = explain_call(made.center, CallId("c3"), made.now)
    assert explained is not None
    said = words(explained)[0]
    assert said.startswith("All of the 3 who could are busy: 2 being rung (anna, bob)")
    assert "1 on the phone elsewhere (carl)" in said


def test_names_are_bounded_and_counts_are_not() -> None:
    center = rough_center()
    anna = center.agents[ANNA]
    crowd = {
        AgentId(f"a{n}"): replace(anna, agent=AgentId(f"a{n}"), device=f"2{n:03}")
        for n in range(30)
    }
    queues = {**center.queues, SALES: replace(center.queues[SALES], absent_at_entry=None)}
    made = Desk(replace(center, agents=crowd, queues=queues))
    made.enter("c1")
    found = made.why("c1")["nobody_is_there"]
    assert found["logged_out"] == 30
    assert found["logged_out_agents"] == [f"a{n}" for n in range(5)]


def test_an_agent_is_asked_only_later() -> None:
    made = with_member("anna", Membership(queue=SALES, delay_us=30 * SECOND))
    made.ready("anna")
    made.enter("c1")
    made.wait(10)
    assert made.why("c1")["delayed"] == {"agents": [ANNA], "left_us": 20 * SECOND}
    assert made.why("c1")["able"]["delayed"] == 1
    assert made.why_idle(ANNA)["not_yet_for_you"]["count"] == 1


def test_an_expert_is_kept_back() -> None:
    rule = KeepBack(skill="spanish", keep=1, until_us=30 * SECOND)
    made = desk("carl", keep_back=(rule,))
    made.enter("c1")
    found = made.why("c1")["kept_back"]
    assert found == {"agents": [CARL], "skill": "spanish", "keep": 1, "left_us": 30 * SECOND}
    assert made.why_idle(CARL)["you_are_kept_back"]["calls"] == ["c1"]
    made.wait(31)
    assert "phone_rings" in made.why("c1")


def test_a_caller_whom_an_agent_gave_back_is_for_others_first() -> None:
    made = desk("anna", "bob")
    made.enter("c0", named=BOB, named_us=20 * SECOND)
    made.enter("c1", not_agent=ANNA)
    able = made.why("c1")["able"]
    assert (able["ringing_agents"], able["gave_back_agents"]) == ([BOB], [ANNA])
    assert made.why_idle(ANNA)["given_back_by_you"]["calls"] == ["c1"]
    made.center.router.handle(LeaveQueue(call=CallId("c0")), made.now, Outbox())
    assert made.why("c1")["phone_rings"]["agent"] == BOB


def test_others_are_before() -> None:
    made = desk()
    made.enter("c1")
    made.wait(1)
    made.enter("c2")
    assert "others_are_before" not in made.why("c1")
    assert made.why("c2")["others_are_before"] == {"before": 1, "calls": ["c1"]}


def test_what_comes_by_itself_is_told_with_its_time() -> None:
    made = desk(
        promote_us=50 * SECOND,
        overflow=(Overflow(when=OverflowWhen.WAITED, to=SUPPORT, us=40 * SECOND),),
    )
    steps = (WaitStep(after_us=20 * SECOND, requirement="spanish", over_expected_us=SECOND),)
    made.enter("c1", requirement="spanish >= 50", steps=steps)
    made.wait(5)
    found = made.why("c1")
    assert found["next_step"]["left_us"] == 15 * SECOND
    assert found["next_step"]["requirement"] == "spanish"
    assert found["goes_first"]["left_us"] == 45 * SECOND
    assert found["overflow"]["left_us"] == 35 * SECOND
    assert found["longest_wait"]["left_us"] == 55 * SECOND


@pytest.mark.parametrize("phase", list(CallPhase))
def test_every_phase_of_a_call_can_be_told(phase: CallPhase) -> None:
    made = desk("anna")
    made.call(DIRECT_NUMBER)
    made.connect("c1")
    made.of("c1").phase = phase
    explained = explain_call(made.center, CallId("c1"), made.now)
    assert explained is not None
    assert explained.state == phase.value
    assert phase.value in reasons(explained)


def test_the_expected_wait_is_that_of_the_router() -> None:
    made = desk("anna", "bob")
    for number in range(4):
        made.enter(f"c{number}")
        made.wait(1)
    router = made.center.router
    for name in ("c2", "c3"):
        waiting = router.waiting[CallId(name)]
        mine = expect(router, waiting, made.now)
        assert mine is not None
        assert mine == router.estimate(waiting, router.lines.position(waiting.call), made.now)


# --- an agent ----------------------------------------------------------------------------------


def test_nobody_explains_an_agent_there_is_not() -> None:
    assert explain_agent(desk().center, AgentId("nobody"), 0) is None


def test_an_agent_is_logged_out_or_on_a_break() -> None:
    made = desk("bob")
    assert "logged_out" in made.why_idle(ANNA)
    made.ask(PresenceRequested, "bob", presence=PresenceWish.PAUSED, reason="lunch")
    made.wait(3)
    assert made.why_idle(BOB)["paused"] == {"reason": "lunch", "for_us": 3 * SECOND}


def test_an_agent_is_on_a_break_from_one_queue_alone() -> None:
    made = desk("anna")
    made.ask(QueuePauseRequested, ANNA, queue=SALES, on=True, reason="training")
    made.enter("c1")
    made.wait(7)
    why = made.why_idle(ANNA)
    assert why["paused_in"] == {"queue": SALES, "reason": "training", "for_us": 7 * SECOND}
    assert why["you_are_on_a_break"]["calls"] == ["c1"]
    assert made.why("c1")["nobody_is_there"]["paused_here_agents"] == [ANNA]


def test_an_agent_has_no_phone_or_is_using_it() -> None:
    made = desk("anna", "bob")
    made.tell(DeviceChanged(device="1001", state=DeviceState.UNAVAILABLE))
    made.tell(DeviceChanged(device="1002", state=DeviceState.IN_USE))
    made.wait(10)
    assert made.why_idle(ANNA)["phone_lost"] == {
        "device_is": "unavailable",
        "left_us": 50 * SECOND,
    }
    assert made.why_idle(BOB)["outside"] == {"for_us": 10 * SECOND}


def test_an_agent_is_at_work_whatever_it_is() -> None:
    made = desk("anna")
    made.call(DIRECT_NUMBER)
    works: list[Value] = [made.why_idle(ANNA)["at_work"]["work"]]
    made.up("c1", made.rung("c1"))
    works.append(made.why_idle(ANNA)["at_work"]["work"])
    made.join("c1", made.of("c1").caller)
    made.join("c1", next(leg for leg in made.of("c1").legs if leg != "c1"))
    works.append(made.why_idle(ANNA)["at_work"]["work"])
    made.ask(PresenceRequested, "anna", presence=PresenceWish.PAUSED, reason="lunch")
    assert made.why_idle(ANNA)["next"] == {"presence": "paused", "reason": "lunch"}
    made.ends("c1")
    works.append(made.why_idle(ANNA)["at_work"]["work"])
    assert works == [work.value for work in Work if work is not Work.IDLE]


def test_an_agent_rests() -> None:
    made = desk("anna")
    made.call(DIRECT_NUMBER)
    made.ask(DeclineRequested, "anna", reservation=made.reservation("c1"))
    assert made.why_idle(ANNA)["resting"]["left_us"] == 5 * SECOND


def test_an_agent_serves_no_queue() -> None:
    center = rough_center()
    agents = {**center.agents, DORA: replace(center.agents[DORA], queues=())}
    made = Desk(replace(center, agents=agents))
    made.ready("dora")
    assert "no_queues" in made.why_idle(DORA)


def test_nobody_waits() -> None:
    made = desk("anna")
    made.wait(7)
    assert made.why_idle(ANNA)["nobody_waits"]["idle_us"] == 7 * SECOND


def test_those_who_wait_are_rung_for_already_or_held_for_another() -> None:
    made = desk("anna", "bob", "carl")
    made.enter("c1")
    made.enter("c2", named=ANNA, named_us=20 * SECOND)
    found = made.why_idle(CARL)
    assert found["rung_for_already"]["calls"] == ["c1"]
    assert found["held_for_another"]["calls"] == ["c2"]


def test_those_who_wait_ask_for_what_the_agent_lacks() -> None:
    made = desk("bob")
    made.enter("c1", requirement="spanish")
    found = made.why_idle(BOB)["lacks_skills"]
    assert found == {"count": 1, "calls": ["c1"], "requirements": ["spanish"]}


def test_those_who_wait_wait_for_the_phone_system() -> None:
    made = desk("bob")
    made.tell(e.ProviderGap(provider="test"))
    made.enter("c1")
    assert list(made.why_idle(BOB)) == ["provider_down", "waits_for_the_provider"]


def test_an_agent_has_no_room_for_a_channel() -> None:
    made = desk("dora", queue=SUPPORT, channel=Channel.CHAT)
    center = made.center.configuration
    agents = {**center.agents, ANNA: replace(center.agents[ANNA], queues=(SALES, SUPPORT))}
    made = Desk(replace(center, agents=agents))
    made.ready("anna")
    made.enter("w-1", SUPPORT)
    assert made.why_idle(ANNA)["no_room_for_channel"]["calls"] == ["w-1"]


def test_a_free_agent_beside_a_caller_is_called_what_it_is() -> None:
    """It cannot be: so the state is forced, as a bug would have it."""
    made = desk("anna")
    made.center.router.up = False
    made.enter("c1")
    made.center.router.up = True
    assert made.why_idle(ANNA)["should_come"]["calls"] == ["c1"]
    assert made.why("c1")["able"]["free"] == 1


def test_a_long_line_is_looked_at_in_part() -> None:
    made = desk("bob", max_waiting=1_000)
    for number in range(510):
        made.enter(f"c{number}", requirement="spanish")
    found = made.why_idle(BOB)
    assert found["lacks_skills"]["count"] == 500
    assert found["more_wait"]["count"] == 10


# --- an offer ----------------------------------------------------------------------------------


def test_nobody_explains_an_offer_there_is_not() -> None:
    assert explain_offer(desk().center, ReservationId("c1-e1-n9"), 0) is None


def test_the_only_agent_and_the_first_of_several() -> None:
    made = desk("anna")
    made.enter("c1")
    assert made.why_these("c1")["only_agent"]["agent"] == ANNA
    made = desk("anna", "bob")
    made.enter("c1")
    found = made.why_these("c1")["first_agent"]
    assert (found["agents"], found["strategy"], found["agent"]) == (2, "longest_idle", ANNA)


def test_the_first_of_several_callers() -> None:
    made = desk()
    made.enter("c1")
    made.enter("c2")
    made.ready("anna")
    found = made.why_these("c1")["first_caller"]
    assert (found["callers"], found["strategy"]) == (2, "aging")
    explained = explain_offer(
        made.center, made.center.router.waiting[CallId("c1")].reservations[0], made.now
    )
    assert explained is not None
    assert words(explained) == [
        "anna became free; of 2 callers for them, this one has waited longest, head starts and"
        " slopes counted (aging)."
    ]


def test_an_agent_who_was_asked_for_by_name() -> None:
    made = desk("anna")
    message = ReserveAgent(call=CallId("c1"), agent=ANNA, queue=SALES)
    made.center.router.handle(message, made.now, Outbox())
    explained = explain_offer(made.center, next(iter(made.center.router.reservations)), made.now)
    assert explained is not None
    assert "asked_for" in reasons(explained)


def test_an_agent_who_joins_a_ring() -> None:
    made = desk("anna", strategy="ring_all")
    made.enter("c1")
    made.ready("bob")
    assert "joined_the_ring" in made.why_these("c1", 1)


def test_an_agent_of_a_later_tier() -> None:
    made = with_member("anna", Membership(queue=SALES, tier=3))
    made.ready("anna")
    made.enter("c1")
    assert made.why_these("c1")["later_tier"] == {"tier": 3}


# --- all of it ---------------------------------------------------------------------------------


def busy_floors() -> Iterator[Desk]:
    rule = KeepBack(skill="spanish", keep=1, until_us=30 * SECOND)
    for strategy in ("longest_idle", "ring_all", "external", "progressive"):
        made = desk("anna", "carl", "dora", strategy=strategy, keep_back=(rule,))
        for number in range(8):
            made.call(DIRECT_NUMBER, f"c{number}")
            made.wait(3)
        made.enter("x1", requirement="spanish >= 50 and german")
        made.enter("x2", SUPPORT, named=ANNA, named_us=9 * SECOND)
        yield made


def test_asking_leaves_no_trace() -> None:
    for made in busy_floors():
        center = made.center
        router = center.router
        made.now += 500 * SECOND  # so that what ages would age

        def written(made: Desk = made) -> bytes:
            lines = made.center.router.lines
            known = len(made.center.router.graph.classes), len(lines.lines), lines.ready
            return msgspec.json.encode([snapshot(made.center), known])

        before = written()
        for call in [*router.waiting, *center.calls.calls]:
            assert explain_call(center, call, made.now) is not None
        for agent in router.agents:
            assert explain_agent(center, agent, made.now) is not None
        for name in router.reservations:
            assert explain_offer(center, name, made.now) is not None
        assert written() == before


@pytest.mark.parametrize(
    ("us", "said"),
    [(0, "0 s"), (119 * SECOND, "119 s"), (120 * SECOND, "2 min"), (7_500 * SECOND, "2 h 5 min")],
)
def test_spans_are_said_briefly(us: int, said: str) -> None:
    assert span(us) == said


def test_every_reason_there_is_is_looked_for_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    phases = {phase.value for phase in CallPhase}
    assert [code for code in CODES - phases if f'"{code}"' not in source] == []

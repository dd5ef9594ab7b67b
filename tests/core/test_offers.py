"""Many phones ring for one call: the call's half of it, told by messages as a router sends them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from contact_center.core import events as e
from contact_center.core.acd import (
    AgentReserved,
    Message,
    ReportAnswered,
    ReportConnected,
    ReportFailed,
    ReservationEnded,
)
from contact_center.core.call import Call, CallPhase
from contact_center.core.calls import Calls
from contact_center.core.commands import EndCause, Hangup, Join, Originate
from contact_center.core.deadlines import Deadlines
from contact_center.core.facts import AgentOffered, OfferEnded, OfferResult, ScreenPopped
from contact_center.core.ids import (
    AgentId,
    CallId,
    CommandId,
    LegId,
    ReservationId,
    agent_leg,
    reservation_id,
    talk_of,
)
from contact_center.core.output import Outbox, Output
from contact_center.core.requests import AcceptRequested
from tests.stories.centers import DIRECT_NUMBER, SALES
from tests.stories.talking import center

NAME = CallId("c1")
STAFF = ("anna", "bob", "carl")


class Half:
    """The call's half alone: what it is told goes in, what it says comes out."""

    def __init__(self) -> None:
        self.now = 1_000_000_000
        self.calls = Calls(center(), Deadlines(), Deadlines())
        self.outputs: list[Output] = []
        self.mail: list[Message] = []
        self.event(
            e.CallOffered(call=NAME, leg=LegId(NAME), ani="", did=DIRECT_NUMBER, answered=True)
        )

    @property
    def call(self) -> Call:
        return self.calls.calls[NAME]

    def event(self, event: e.CallEvent) -> Outbox:
        out = Outbox()
        self.calls.handle(event, self.now, out)
        return self._keep(out)

    def told(self, message: AgentReserved | ReservationEnded) -> Outbox:
        out = Outbox()
        self.calls.told(message, self.now, out)
        return self._keep(out)

    def _keep(self, out: Outbox) -> Outbox:
        self.outputs += out.outputs
        self.mail += out.mail
        return out

    def reserve(self, *agents: str) -> list[ReservationId]:
        made = [reservation_id(NAME, 1, 1 + STAFF.index(agent)) for agent in agents]
        for agent, reservation in zip(agents, made, strict=True):
            message = AgentReserved(
                call=NAME,
                reservation=reservation,
                agent=AgentId(agent),
                queue=SALES,
                expires_at=self.now + 20_000_000,
            )
            self.told(message)
        return made

    def answers(self, reservation: ReservationId) -> Outbox:
        return self.event(e.CallAnswered(call=NAME, leg=agent_leg(reservation)))

    def ends(self, reservation: ReservationId, cause: EndCause) -> Outbox:
        return self.event(e.CallEnded(call=NAME, leg=agent_leg(reservation), cause=cause))

    def revoke(self, reservation: ReservationId) -> Outbox:
        revoked = OfferResult.REVOKED
        return self.told(ReservationEnded(call=NAME, reservation=reservation, result=revoked))

    def join(self, *legs: LegId) -> None:
        for leg in legs:
            self.event(e.TalkJoined(call=NAME, leg=leg, talk=talk_of(NAME)))

    def said(self, kind: type) -> list[Output]:
        return [output for output in self.outputs if isinstance(output, kind)]

    def sent(self, kind: type) -> list[Message]:
        return [message for message in self.mail if isinstance(message, kind)]


def hung_up(outputs: Iterable[Output]) -> list[LegId]:
    return [output.leg for output in outputs if isinstance(output, Hangup)]


def test_each_agent_sees_the_call_before_their_phone_rings() -> None:
    half = Half()
    half.reserve(*STAFF)
    kinds = [type(o) for o in half.outputs if isinstance(o, (ScreenPopped, Originate))]
    assert kinds == [ScreenPopped, Originate] * 3
    assert [o.agent for o in half.said(AgentOffered)] == list(STAFF)
    assert half.call.phase is CallPhase.OFFERING


def test_the_first_to_answer_wins_and_the_others_are_hung_up_when_they_are_revoked() -> None:
    half = Half()
    anna, bob, carl = half.reserve(*STAFF)
    half.answers(bob)
    assert half.sent(ReportAnswered) == [ReportAnswered(call=NAME, reservation=bob)]
    assert half.call.phase is CallPhase.CONNECTING
    joins = half.said(Join)
    assert [j.leg for j in joins] == [NAME, agent_leg(bob)]
    for loser in (anna, carl):
        assert hung_up(half.revoke(loser).outputs) == [agent_leg(loser)]
    assert [o.result for o in half.said(OfferEnded)] == [OfferResult.REVOKED] * 2
    half.join(LegId(NAME), agent_leg(bob))
    assert half.call.phase is CallPhase.TALKING
    assert half.call.agent == "bob"
    assert half.sent(ReportConnected) == [ReportConnected(call=NAME, reservation=bob)]


@pytest.mark.parametrize("told_first", [True, False])
def test_an_answer_that_comes_later_is_hung_up_on(told_first: bool) -> None:
    half = Half()
    anna, bob = half.reserve("anna", "bob")
    half.answers(anna)
    if told_first:
        half.revoke(bob)
    assert hung_up(half.answers(bob).outputs) == [agent_leg(bob)]
    assert half.sent(ReportAnswered) == [ReportAnswered(call=NAME, reservation=anna)]
    assert half.call.agent == "anna"


def test_the_caller_is_offered_on_while_one_phone_still_rings() -> None:
    half = Half()
    anna, bob = half.reserve("anna", "bob")
    half.ends(anna, EndCause.REJECTED)
    assert half.call.phase is CallPhase.OFFERING
    half.ends(bob, EndCause.BUSY)
    assert half.call.phase is CallPhase.WAITING
    failed = half.sent(ReportFailed)
    assert [(m.reservation, m.result) for m in failed] == [
        (anna, OfferResult.DECLINED),
        (bob, OfferResult.BUSY),
    ]


def test_an_agent_reserved_later_joins_those_who_ring() -> None:
    half = Half()
    half.reserve("anna")
    half.reserve("bob")
    assert list(half.call.offers) == half_of(half, "anna", "bob")
    assert half.call.phase is CallPhase.OFFERING


def half_of(half: Half, *agents: str) -> list[ReservationId]:
    by_agent = {offer.agent: offer.reservation for offer in half.call.offers.values()}
    return [by_agent[AgentId(agent)] for agent in agents]


def test_an_agent_who_hangs_up_before_the_bridge_costs_the_caller_nothing() -> None:
    half = Half()
    anna, bob = half.reserve("anna", "bob")
    half.answers(anna)
    half.ends(anna, EndCause.NORMAL)
    # The router has not revoked bob's yet: his phone still rings, and he may win.
    assert half.call.phase is CallPhase.OFFERING
    half.answers(bob)
    half.join(LegId(NAME), agent_leg(bob))
    assert half.call.phase is CallPhase.TALKING


def test_when_nobody_else_rings_such_a_caller_waits_on() -> None:
    half = Half()
    anna, bob = half.reserve("anna", "bob")
    half.answers(anna)
    half.revoke(bob)
    half.ends(anna, EndCause.NORMAL)
    assert half.call.phase is CallPhase.WAITING
    assert half.call.in_line
    assert half.sent(ReportFailed)[-1].result is OfferResult.DECLINED


def test_an_agent_reserved_when_somebody_has_answered_is_given_back() -> None:
    half = Half()
    (anna,) = half.reserve("anna")
    half.answers(anna)
    half.reserve("bob")
    assert half.sent(ReportFailed)[-1].result is OfferResult.REVOKED
    assert len(half.said(Originate)) == 1


def test_requests_to_answer_are_each_agents_own() -> None:
    half = Half()
    anna, bob = half.reserve("anna", "bob")
    out = Outbox()
    for agent, reservation in (("anna", anna), ("bob", bob)):
        request = AcceptRequested(
            cmd=CommandId(f"q-{agent}"), agent=AgentId(agent), reservation=reservation
        )
        half.calls.accept(half.call, request, half.now, out)
    half._keep(out)
    half.answers(bob)
    half.revoke(anna)
    answers = {o.cmd: o.code for o in half.outputs if type(o).__name__ == "RequestAnswered"}
    assert answers == {"q-bob": "", "q-anna": "offer_is_over"}


def test_a_caller_who_hangs_up_ends_every_offer() -> None:
    half = Half()
    made = half.reserve(*STAFF)
    out = half.event(e.CallEnded(call=NAME, leg=LegId(NAME), cause=EndCause.NORMAL))
    assert set(hung_up(out.outputs)) >= {agent_leg(r) for r in made}
    results = [o.result for o in half.said(OfferEnded)]
    assert results == [OfferResult.REVOKED] * 3
    assert half.call.offers == {}

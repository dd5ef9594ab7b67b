"""Moments around a talk and before a flow: what fails, and what came too early."""

from contact_center.core import events as e
from contact_center.core.call import CallPhase
from contact_center.core.commands import Join, PlaySequence
from contact_center.core.facts import Work
from contact_center.core.ids import AgentId, CallId, LegId
from tests.core.bare import Bare
from tests.stories.centers import DIRECT_NUMBER, MAIN_NUMBER, SALES, small_center

ANI = "+14155550123"


def test_keys_pressed_before_the_flow_begins_are_kept() -> None:
    bare = Bare(small_center())
    bare.ready("anna")
    call, leg = CallId("c1"), LegId("c1")
    bare.tell(e.CallOffered(call=call, leg=leg, ani=ANI, did=MAIN_NUMBER, answered=True))
    bare.tell(e.KeyPressed(call=call, leg=leg, key="1"))
    assert bare.of("c1").session is None, "storage has not answered yet"
    bare.tell(e.CustomerLookedUp(call=call, customers=()))
    assert bare.of("c1").queue == SALES
    assert bare.of("c1").phase is CallPhase.OFFERING
    assert bare.of("c1").early_keys == ""


def _connecting(bare: Bare) -> LegId:
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    leg = bare.rung("c1")
    bare.tell(e.CallAnswered(call=CallId("c1"), leg=leg))
    assert bare.of("c1").phase is CallPhase.CONNECTING
    return leg


def test_a_talk_that_cannot_be_made_puts_the_caller_back_in_place() -> None:
    bare = Bare(small_center())
    leg = _connecting(bare)
    join = next(o for o in bare.outputs if isinstance(o, Join) and o.leg == leg)
    bare.tell(e.CommandFailed(call=join.call, leg=leg, cmd=join.cmd, code="refused"))
    assert bare.of("c1").phase is CallPhase.WAITING
    assert bare.center.router.agents[AgentId("anna")].work is Work.IDLE


def test_a_late_failure_of_something_else_does_not_break_the_talk() -> None:
    bare = Bare(small_center())
    leg = _connecting(bare)
    bare.tell(
        e.CommandFailed(call=CallId("c1"), leg=LegId("c1"), cmd=_earlier(bare), code="refused")
    )
    assert bare.of("c1").phase is CallPhase.CONNECTING
    assert bare.of("c1").legs[leg].up


def _earlier(bare: Bare):  # type: ignore[no-untyped-def]
    played = [o for o in bare.outputs if not isinstance(o, Join) and hasattr(o, "cmd")]
    assert not any(isinstance(o, PlaySequence) for o in played)
    return next(o.cmd for o in played if getattr(o, "call", None) == "c1")

"""Legs of former attempts: they may still answer, ring and end, and must change nothing."""

from contact_center.core.call import CallPhase
from contact_center.core.commands import EndCause, Hangup, Join, Originate
from contact_center.core.events import CallProgress, ProgressKind
from contact_center.core.ids import CallId, LegId, agent_leg, reservation_id, transfer_leg
from tests.core.bare import Bare
from tests.core.nasty import CHAIN_NUMBER
from tests.stories.centers import DIRECT_NUMBER


def second_number(bare: Bare) -> tuple[LegId, LegId]:
    """The first number did not answer in time, and its leg is not gone; the second one rings."""
    bare.call(CHAIN_NUMBER)
    bare.wait(20)
    assert bare.of("c1").phase is CallPhase.DIALING
    return transfer_leg(CallId("c1"), 1), transfer_leg(CallId("c1"), 2)


def test_the_end_of_a_former_number_does_not_end_the_next_attempt() -> None:
    bare = Bare()
    former, _ = second_number(bare)
    assert bare.said(Originate)[-1].leg != former
    assert bare.ends("c1", former, EndCause.BUSY)[1:] == []
    assert bare.of("c1").transfers == 2


def test_a_former_number_that_answers_late_is_hung_up_on() -> None:
    bare = Bare()
    former, current = second_number(bare)
    assert isinstance(bare.up("c1", former)[-1], Hangup)
    assert bare.of("c1").phase is CallPhase.DIALING
    joins = [o.leg for o in bare.up("c1", current) if isinstance(o, Join)]
    assert joins == ["c1", current]


def test_the_end_of_a_former_number_does_not_end_the_talk() -> None:
    bare = Bare()
    former, current = second_number(bare)
    bare.up("c1", current)
    bare.ends("c1", former)
    assert bare.of("c1").phase is CallPhase.BRIDGED
    bare.ends("c1", current)
    assert bare.of("c1").is_over


def test_a_former_agent_who_answers_late_is_hung_up_on() -> None:
    bare = Bare()
    bare.ready("anna", "bob")
    bare.call(DIRECT_NUMBER)
    former = bare.rung("c1")
    bare.wait(20)
    assert bare.rung("c1") != former
    assert isinstance(bare.up("c1", former)[-1], Hangup)
    assert bare.of("c1").phase is CallPhase.OFFERING
    bare.ends("c1", former)
    assert bare.of("c1").phase is CallPhase.OFFERING


def test_a_phone_that_rings_in_our_name_for_nobody_is_let_go() -> None:
    bare = Bare()
    bare.call(DIRECT_NUMBER)
    for call in ("c1", "never-heard-of"):
        ghost = agent_leg(reservation_id(CallId(call), 7, 1))
        progress = CallProgress(call=CallId(call), leg=ghost, kind=ProgressKind.RINGING)
        for told in (bare.tell(progress), bare.up(call, ghost)):
            (ended,) = told
            assert isinstance(ended, Hangup)
            assert ended.leg == ghost
    assert not bare.of("c1").is_over

"""After a gap: what is alive is compared with what we believe, case by case."""

from contact_center.core import events as e
from contact_center.core.call import CallPhase
from contact_center.core.commands import (
    Answer,
    CreateTalk,
    EndTalk,
    EnterWaiting,
    FindCustomer,
    Hangup,
    Hold,
    HoldMusic,
    Join,
    Originate,
    PlaySequence,
)
from contact_center.core.events import LegState, LiveLeg
from contact_center.core.facts import (
    CallFinished,
    CallOutcome,
    CallStarted,
    ConversationEnded,
    OfferEnded,
    OfferResult,
)
from contact_center.core.ids import AgentId, CallId, LegId, TalkId, transfer_leg
from contact_center.core.output import Output
from contact_center.core.requests import DeclineRequested, HangupRequested, HoldRequested
from tests.core.bare import Bare
from tests.core.nasty import CHAIN_NUMBER
from tests.stories.centers import DIRECT_NUMBER, MAIN_NUMBER


def alive(*legs: str, ringing: tuple[str, ...] = (), talk: str | None = None) -> tuple:
    return tuple(
        LiveLeg(
            leg=LegId(leg),
            state=LegState.RINGING if leg in ringing else LegState.UP,
            did=DIRECT_NUMBER,
            talk=TalkId(talk) if talk else None,
        )
        for leg in (*legs, *ringing)
    )


def gap(bare: Bare) -> None:
    bare.tell(e.ProviderGap(provider="test"))


def back(bare: Bare, *legs: LiveLeg, talks: tuple[str, ...] = ()) -> list[Output]:
    return bare.tell(
        e.ProviderResynced(provider="test", legs=legs, talks=tuple(map(TalkId, talks)))
    )


def test_an_unknown_caller_is_taken_in() -> None:
    bare = Bare()
    leg = LiveLeg(leg=LegId("c9"), state=LegState.RINGING, ani="+14155550123", did=DIRECT_NUMBER)
    outputs = back(bare, leg)
    assert [type(o) for o in outputs if type(o) in (CallStarted, FindCustomer, Answer)] == [
        CallStarted, FindCustomer, Answer,
    ]  # fmt: skip


def test_a_leg_we_dialled_and_nobody_waits_for_is_hung_up_on() -> None:
    bare = Bare()
    outputs = back(bare, *alive("a-c7-e1-n3", "x-c8-n1"))
    assert [o.leg for o in outputs if isinstance(o, Hangup)] == ["a-c7-e1-n3", "x-c8-n1"]
    assert bare.said(CallStarted) == []


def test_a_talk_without_a_call_is_taken_apart_and_a_strange_one_left_alone() -> None:
    outputs = back(Bare(), talks=("t-c7", "conference"))
    assert [o.talk for o in outputs if isinstance(o, EndTalk)] == ["t-c7"]


def test_a_caller_in_the_menu_is_asked_again() -> None:
    bare = Bare()
    bare.call(MAIN_NUMBER)
    gap(bare)
    assert any(isinstance(o, PlaySequence) for o in back(bare, *alive("c1")))


def test_a_caller_who_was_not_answered_yet_is_answered_or_heard() -> None:
    bare = Bare()
    bare.call(MAIN_NUMBER, answered=False)
    assert any(isinstance(o, Answer) for o in back(bare, *alive(ringing=("c1",))))
    assert any(isinstance(o, PlaySequence) for o in back(bare, *alive("c1")))


def test_a_waiting_caller_gets_their_music_and_keeps_their_place() -> None:
    bare = Bare()
    bare.ready("anna")
    for name in ("c1", "c2", "c3"):
        bare.call(DIRECT_NUMBER, name)
    leg = bare.rung("c1")
    order = list(bare.center.router.lines)
    gap(bare)
    outputs = back(bare, *alive("c1", "c2", "c3", ringing=(leg,)))
    waiting = [o.leg for o in outputs if isinstance(o, EnterWaiting)]
    assert waiting == ["c1", "c2", "c3"]
    assert list(bare.center.router.lines) == order
    assert bare.said(OfferEnded) == []


def test_an_agent_who_picked_up_meanwhile_is_connected() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    leg = bare.rung("c1")
    gap(bare)
    outputs = back(bare, *alive("c1", leg))
    assert [o.leg for o in outputs if isinstance(o, Join)] == ["c1", leg]


def test_two_who_were_joined_meanwhile_are_talking() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    leg = bare.rung("c1")
    bare.up("c1", leg)
    gap(bare)
    back(bare, *alive("c1", leg, talk="t-c1"), talks=("t-c1",))
    assert bare.state("anna") == "ready talking"


def test_two_who_should_talk_and_do_not_are_joined() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    leg = bare.connect("c1")
    gap(bare)
    outputs = back(bare, *alive("c1", leg))
    assert [type(o) for o in outputs[:3]] == [CreateTalk, Join, Join]
    assert bare.of("c1").phase is CallPhase.TALKING


def test_a_held_caller_is_held_again() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    leg = bare.connect("c1")
    bare.ask(HoldRequested, "anna", call="c1", on=True)
    gap(bare)
    assert any(isinstance(o, Hold) for o in back(bare, *alive("c1", leg)))


def test_a_caller_who_hears_a_number_ring_hears_music_again() -> None:
    bare = Bare()
    bare.call(CHAIN_NUMBER)
    leg = transfer_leg(CallId("c1"), 1)
    gap(bare)
    outputs = back(bare, *alive("c1", ringing=(leg,)))
    assert any(isinstance(o, HoldMusic) for o in outputs)
    assert not any(isinstance(o, Originate) for o in outputs)


def test_a_number_lost_in_the_gap_is_followed_by_the_next() -> None:
    bare = Bare()
    bare.call(CHAIN_NUMBER)
    bare.call(DIRECT_NUMBER, "c2")
    gap(bare)
    outputs = back(bare, *alive("c1", "c2"))
    assert [o.leg for o in outputs if isinstance(o, Originate)] == ["x-c1-n2"]
    assert bare.center.router.up
    assert bare.of("c1").phase is CallPhase.DIALING


def test_an_agent_lost_in_the_gap_frees_the_caller_for_another() -> None:
    bare = Bare()
    bare.ready("anna", "bob")
    bare.call(DIRECT_NUMBER)
    gap(bare)
    back(bare, *alive("c1"))
    assert bare.state("anna") == "ready idle"
    assert bare.state("bob") == "ready offered"


def test_a_caller_lost_in_the_gap_costs_the_agent_nothing() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    gap(bare)
    back(bare)
    ended = bare.said(OfferEnded)[0]
    assert isinstance(ended, OfferEnded)
    assert ended.result is OfferResult.REVOKED
    finished = bare.said(CallFinished)[0]
    assert isinstance(finished, CallFinished)
    assert (finished.outcome, finished.lost) == (CallOutcome.ABANDONED, True)
    assert bare.center.router.agents[AgentId("anna")].is_available


def test_two_who_were_lost_while_talking_had_a_conversation() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    bare.connect("c1")
    gap(bare)
    back(bare)
    assert len(bare.said(ConversationEnded)) == 1
    assert bare.state("anna") == "ready wrap_up"


def test_an_end_that_was_asked_for_in_the_gap_is_asked_for_again() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    leg = bare.connect("c1")
    bare.wait(1)
    gap(bare)
    bare.ask(HangupRequested, "anna", call="c1")
    outputs = back(bare, *alive("c1", leg, talk="t-c1"), talks=("t-c1",))
    assert {o.leg for o in outputs if isinstance(o, Hangup)} == {"c1", leg}
    assert any(isinstance(o, EndTalk) for o in outputs)


def test_a_phone_that_was_given_up_on_in_the_gap_is_hung_up() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    leg = bare.rung("c1")
    gap(bare)
    assert bare.ask(DeclineRequested, "anna", reservation=bare.reservation("c1")) == ""
    outputs = back(bare, *alive("c1", ringing=(leg,)))
    assert [o.leg for o in outputs if isinstance(o, Hangup)] == [leg]
    assert any(isinstance(o, EnterWaiting) for o in outputs)


def test_a_leg_that_outlived_its_call_is_hung_up_and_is_no_new_call() -> None:
    bare = Bare()
    bare.call(MAIN_NUMBER)
    bare.wait(300)
    finished = bare.said(CallFinished)[0]
    assert isinstance(finished, CallFinished)
    assert finished.lost, "nothing was ever confirmed"
    outputs = back(bare, *alive("c1"))
    assert [o.leg for o in outputs if isinstance(o, Hangup)] == ["c1"]
    assert len(bare.said(CallStarted)) == 1


def test_it_does_no_harm_twice() -> None:
    bare = Bare()
    bare.ready("anna", "bob")
    bare.call(DIRECT_NUMBER)
    bare.call(MAIN_NUMBER, "c2")
    leg = bare.connect("c1")
    legs = (*alive("c1", leg, talk="t-c1"), *alive("c2"))
    back(bare, *legs, talks=("t-c1",))
    before = [(c.call, c.phase) for c in bare.center.calls.calls.values()]
    outputs = back(bare, *legs, talks=("t-c1",))
    assert [(c.call, c.phase) for c in bare.center.calls.calls.values()] == before
    assert not any(isinstance(o, Hangup | EndTalk | Originate | Join) for o in outputs)

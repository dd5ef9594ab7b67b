"""A queue that rings all its agents at once: one gets the caller, nobody else loses anything."""

from __future__ import annotations

from contact_center.core.facts import AgentOffered, CallConnected, OfferEnded, OfferResult
from contact_center.core.requests import AcceptRequested, DeclineRequested
from tests.stories.centers import DIRECT_NUMBER
from tests.stories.talking import Floor, MakeWorld, center

STAFF = ("anna", "bob", "carl")


class _Ringing(Floor):
    """A caller for whom three phones ring."""

    def __init__(self, make_world: MakeWorld) -> None:
        self.world = make_world(center(strategy="ring_all"))
        self.world.ready(*STAFF)
        self.call = self.world.call(did=DIRECT_NUMBER)
        self.all_hear(anna="ringing", bob="ringing", carl="ringing", caller="music")

    def results(self) -> dict[str, OfferResult]:
        return {ended.agent: ended.result for ended in self.told(OfferEnded)}


def test_the_first_to_answer_has_the_caller_and_the_other_phones_fall_silent(
    make_world: MakeWorld,
) -> None:
    f = _Ringing(make_world)
    f.pick_up("bob")
    f.all_hear(caller="bob", bob="caller", anna="gone", carl="gone")
    assert f.results() == {"anna": OfferResult.REVOKED, "carl": OfferResult.REVOKED}
    assert [f.world.state(agent) for agent in STAFF] == [
        "ready idle",
        "ready talking",
        "ready idle",
    ]
    assert len(f.told(CallConnected)) == 1
    f.hang_up("caller")
    f.settled()


def test_two_who_answer_in_the_same_instant_do_not_both_get_the_caller(
    make_world: MakeWorld,
) -> None:
    f = _Ringing(make_world)
    for agent in ("bob", "anna"):
        leg = f.leg(agent)
        assert leg is not None
        f.world.network.answer(leg, f.world.now)
    f.world.pump()
    f.all_hear(caller="bob", bob="caller", anna="gone", carl="gone")
    f.hang_up("caller")
    f.settled()


def test_who_declines_leaves_the_others_ringing(make_world: MakeWorld) -> None:
    f = _Ringing(make_world)
    offers = {offer.agent: offer.reservation for offer in f.told(AgentOffered)}
    assert f.world.ask(DeclineRequested, "anna", reservation=offers["anna"]) == ""
    f.all_hear(anna="gone", bob="ringing", carl="ringing", caller="music")
    assert f.world.ask(AcceptRequested, "carl", reservation=offers["carl"]) == ""
    f.all_hear(caller="carl", carl="caller", bob="gone")
    f.world.wait(1)
    f.hang_up("carl")
    f.settled()


def test_who_hangs_up_before_the_bridge_costs_the_caller_nothing(make_world: MakeWorld) -> None:
    f = _Ringing(make_world)
    leg = f.leg("bob")
    assert leg is not None
    f.world.network.answer(leg, f.world.now)
    f.world.network.hang_up(leg, f.world.now)
    f.world.pump()
    f.world.wait(1)
    assert f.hears("caller") == "music"
    f.all_hear(anna="ringing", carl="ringing")
    f.pick_up("anna")
    f.all_hear(caller="anna", anna="caller")
    f.hang_up("caller")
    f.settled()


def test_many_phones_go_on_ringing_over_a_restart(make_world: MakeWorld) -> None:
    f = _Ringing(make_world)
    f.world.restart()
    f.world.reconnect()
    f.all_hear(anna="ringing", bob="ringing", carl="ringing", caller="music")
    f.pick_up("carl")
    f.all_hear(caller="carl", carl="caller", anna="gone", bob="gone")
    f.hang_up("caller")
    f.settled()


def test_when_nobody_answers_everybody_is_told_so(make_world: MakeWorld) -> None:
    f = _Ringing(make_world)
    f.world.wait(21)
    assert set(f.results().values()) == {OfferResult.NO_ANSWER}
    assert set(f.results()) == set(STAFF)
    f.hang_up("caller")

"""An agent's own numbers: of a day of theirs, out of the facts that everybody is counted by."""

from __future__ import annotations

from contact_center.app.own_numbers import own_numbers
from contact_center.core.requests import DispositionRequested
from contact_center.reporting.live import LiveNumbers
from tests.stories.centers import DIRECT_NUMBER
from tests.stories.conftest import make_world
from tests.stories.talking import MakeWorld, center, floor

__all__ = ["make_world"]


def test_calls_talk_and_wrap_up_are_the_agents_own(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob")
    f.world.wait(30)
    f.hang_up("caller")
    f.world.wait(7)
    assert f.ask(DispositionRequested, "anna", code="sold") == ""
    numbers = LiveNumbers({})
    numbers.take(f.world.facts)
    told = own_numbers(numbers, lambda: f.world.now)
    anna, bob = told("anna"), told("bob")
    assert anna is not None
    assert bob is not None
    assert (anna.calls, anna.missed, anna.talk_ms, anna.hold_ms) == (1, 0, 30_000, 0)
    assert anna.wrap_up_ms == 7_000
    assert (bob.calls, bob.talk_ms) == (0, 0)
    assert bob.ready_ms == 37_000
    assert anna.since <= f.world.now // 1_000
    f.settled()


def test_an_offer_that_rang_out_is_missed(make_world: MakeWorld) -> None:
    world = make_world(center())
    world.ready("anna")
    world.call(did=DIRECT_NUMBER)
    world.wait(40)
    numbers = LiveNumbers({})
    numbers.take(world.facts)
    anna = own_numbers(numbers, lambda: world.now)("anna")
    assert anna is not None
    assert anna.missed == 1


def test_nothing_is_told_of_somebody_who_was_never_there() -> None:
    assert own_numbers(LiveNumbers({}), lambda: 5)("nobody") is None

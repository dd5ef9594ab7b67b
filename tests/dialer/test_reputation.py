"""Numbers that people answer far less than others rest."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.attempt import Verdict
from dialer.campaign import CallerId, Mode
from dialer.reputation import LEAST, Reputation
from tests.dialer.dialing_world import (
    DialWorld,
    campaign,
    everybody_answers,
    nobody_answers,
)

HOUR = 3_600_000_000
DAY = 24 * HOUR
ONE, TWO, FAR = "+12125550100", "+12125550101", "+14155550100"
POOL = (CallerId(number=ONE), CallerId(number=TWO))


def told(known: Reputation, number: str, rang: int, answered: int) -> None:
    for call in range(rang):
        known.note(number, Verdict.CONNECTED if call < answered else Verdict.NO_ANSWER)


def test_a_number_that_is_answered_far_less_than_its_like_rests_and_begins_anew() -> None:
    known = Reputation()
    told(known, ONE, 500, 125)
    told(known, TWO, 500, 30)
    assert known.resting(POOL, DAY, 0) == {TWO}
    assert known.resting(POOL, DAY, DAY - 1) == {TWO}
    assert known.resting(POOL, DAY, DAY) == set()
    assert known.shown[TWO].rang == 0


def test_a_little_less_or_few_calls_are_no_proof() -> None:
    known = Reputation()
    told(known, ONE, 500, 125)
    told(known, TWO, 500, 100)
    assert known.resting(POOL, DAY, 0) == set()
    few = Reputation()
    told(few, ONE, 500, 125)
    told(few, TWO, LEAST - 1, 0)
    assert few.resting(POOL, DAY, 0) == set()


def test_numbers_for_other_regions_are_not_compared() -> None:
    known = Reputation()
    told(known, ONE, 500, 200)
    told(known, FAR, 500, 10)
    pool = (CallerId(number=ONE), CallerId(number=FAR, regions=("US-CA",)))
    assert known.resting(pool, DAY, 0) == set()


def test_calls_that_never_rang_tell_nothing_and_nobody_rests_where_it_is_not_wanted() -> None:
    known = Reputation()
    for _ in range(1_000):
        known.note(ONE, Verdict.FAILED)
    assert known.shown == {}
    told(known, ONE, 500, 200)
    told(known, TWO, 500, 0)
    assert known.resting(POOL, 0, 0) == set()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.02, 0.5))
def test_of_numbers_that_are_answered_alike_hardly_one_rests_and_never_all(
    seed: int, share: float
) -> None:
    known, chance = Reputation(), Random(seed)
    pool = tuple(CallerId(number=f"+121255501{n:02}") for n in range(4))
    for call in range(4_000):
        verdict = Verdict.CONNECTED if chance.random() < share else Verdict.NO_ANSWER
        known.note(pool[call % 4].number, verdict)
        assert len(known.resting(pool, DAY, call)) < len(pool)
    assert len(known.resting(pool, DAY, 4_000)) <= 1


def test_a_campaign_leaves_off_showing_a_number_that_nobody_answers() -> None:
    world = DialWorld(seed=7, check_every=200)
    pool = tuple(
        CallerId(number=number, proof="contract", valid_until=1 << 60) for number in (ONE, TWO)
    )
    world.outcome = lambda attempt: (
        everybody_answers(attempt)
        if attempt.caller_id == ONE and world.random.random() < 0.5
        else nobody_answers(attempt)
    )
    world.come(40)
    world.start(campaign(mode=Mode.PROGRESSIVE, caller_ids=pool), leads=4_000)
    world.run(900)
    numbers = [each.attempt.caller_id for each in world.placed]
    half = len(numbers) // 2
    assert numbers[:half].count(TWO) > LEAST // 2
    (on,) = world.dialing.campaigns.values()
    assert on.resting == {TWO}
    assert numbers[-100:].count(TWO) == 0

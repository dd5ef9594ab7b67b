"""Who lives at the numbers outside of a simulated network."""

from collections import Counter

import pytest

from contact_center.adapters.simulated.phones import Rings
from contact_center.adapters.simulated.population import Shares, population

NUMBERS = [f"+1415555{n:04d}" for n in range(2_000)]


def test_the_same_person_lives_at_the_same_number_and_elsewhere_somebody_else() -> None:
    first, again, other = population(1), population(1), population(2)
    assert [first(number) for number in NUMBERS[:50]] == [again(number) for number in NUMBERS[:50]]
    assert [first(number) for number in NUMBERS[:50]] != [other(number) for number in NUMBERS[:50]]


def test_the_shares_are_those_that_were_asked_for() -> None:
    who = population(3, Shares(answers=40, machine=30, busy=10, invalid=5))
    found = Counter(phone.rings if phone else None for phone in map(who, NUMBERS))
    assert found[Rings.MACHINE] == pytest.approx(600, abs=70)
    assert found[Rings.ANSWERS] == pytest.approx(900, abs=70), "those in a hurry answer too"
    assert found[Rings.BUSY] == pytest.approx(200, abs=50)
    assert found[Rings.WORDY] == pytest.approx(20, abs=15)
    assert found[None] == pytest.approx(100, abs=40)


def test_nobody_lives_at_what_is_no_number() -> None:
    assert population(1)("1001") is None


def test_shares_are_of_a_hundred() -> None:
    with pytest.raises(ValueError, match="100 together"):
        Shares(answers=90, machine=30)

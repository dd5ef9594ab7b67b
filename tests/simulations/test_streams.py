"""Chance that is the same again."""

from __future__ import annotations

from simulations.streams import Streams, seeds


def test_a_seed_and_a_purpose_give_the_same_numbers_again() -> None:
    first, again = Streams(7).of("patience", "sales", 3), Streams(7).of("patience", "sales", 3)
    assert [first.random() for _ in range(5)] == [again.random() for _ in range(5)]


def test_the_numbers_are_the_same_in_every_process() -> None:
    assert Streams(1).of("arrivals").random() == 0.7139575686444606


def test_purposes_and_seeds_have_streams_of_their_own() -> None:
    drawn = {
        Streams(seed).of(*purpose).random()
        for seed in (1, 2)
        for purpose in (("a",), ("b",), ("a", 1), ("a", 11), ("a1", 1))
    }
    assert len(drawn) == 10


def test_replications_have_seeds_one_after_the_other() -> None:
    assert list(seeds(5, 3)) == [5, 6, 7]

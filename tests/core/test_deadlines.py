"""Deadlines: each key at most once, in the order of their instants, then of their setting."""

from hypothesis import given
from hypothesis import strategies as st

from contact_center.core.deadlines import Deadlines

keys = st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"))
acts = st.lists(
    st.one_of(
        st.tuples(st.just("set"), keys, st.integers(0, 20)),
        st.tuples(st.just("cancel"), keys, st.just(0)),
        st.tuples(st.just("pop"), keys, st.integers(0, 20)),
    ),
    max_size=400,
)


@given(acts)
def test_it_is_a_sorted_list_of_what_was_set_last(
    acts: list[tuple[str, tuple[str, str], int]],
) -> None:
    deadlines = Deadlines()
    oracle: dict[tuple[str, str], tuple[int, int]] = {}
    for turn, (act, key, at) in enumerate(acts):
        if act == "set":
            deadlines.set(*key, at)
            oracle[key] = (at, turn)
        elif act == "cancel":
            deadlines.cancel(*key)
            oracle.pop(key, None)
        else:
            first = min(oracle, key=lambda k: oracle[k], default=None)
            due = first is not None and oracle[first][0] <= at
            assert deadlines.pop(at) == (first if due else None)
            if due and first is not None:
                del oracle[first]
        assert deadlines.next() == min((due for due, _ in oracle.values()), default=None)
        assert len(deadlines) == len(oracle)
        assert deadlines.due(*key) == (oracle[key][0] if key in oracle else None)


def test_what_is_due_at_the_same_instant_comes_in_the_order_it_was_set() -> None:
    deadlines = Deadlines()
    for owner in ("third", "first", "second"):
        deadlines.set("k", owner, 5)
    deadlines.set("k", "third", 5)
    assert [deadlines.pop(5) for _ in range(4)] == [
        ("k", "first"),
        ("k", "second"),
        ("k", "third"),
        None,
    ]


def test_what_is_written_down_comes_back_in_the_same_order() -> None:
    deadlines = Deadlines()
    for owner, due in (("b", 7), ("a", 7), ("c", 3), ("d", 9)):
        deadlines.set("k", owner, due)
    deadlines.cancel("k", "d")
    entries = deadlines.entries()
    assert entries == [(3, "k", "c"), (7, "k", "b"), (7, "k", "a")]
    again = Deadlines()
    again.restore(entries)
    assert again.entries() == entries


def test_a_deadline_moved_ten_thousand_times_takes_no_more_room() -> None:
    deadlines = Deadlines()
    for due in range(10_000):
        deadlines.set("k", "x", due)
    assert len(deadlines._heap) <= 65
    assert deadlines.next() == 9_999

"""In which order requests go out."""

from hypothesis import given
from hypothesis import strategies as st

from contact_center.adapters.asterisk.ari_lanes import Lanes, Urgency

NOW, SOON, LATER = Urgency


def drained(lanes: Lanes) -> list[str]:
    keys = []
    while (item := lanes.take()) is not None:
        keys.append(item[0])
    return keys


def filled(*requests: tuple[str, str, Urgency]) -> Lanes:
    lanes = Lanes()
    for key, lane, urgency in requests:
        lanes.put((key, b""), lane, urgency)
    return lanes


def test_what_is_urgent_goes_before_what_is_not() -> None:
    lanes = filled(("1", "a", LATER), ("2", "b", LATER), ("3", "c", NOW))
    assert drained(lanes) == ["3", "1", "2"]
    assert not lanes


def test_offers_go_between() -> None:
    lanes = filled(("1", "a", LATER), ("2", "b", SOON), ("3", "c", NOW), ("4", "a", SOON))
    assert drained(lanes) == ["3", "2", "1", "4"]


def test_something_urgent_takes_along_what_waits_before_it_in_its_lane() -> None:
    lanes = filled(("1", "a", LATER), ("2", "b", LATER), ("3", "b", NOW), ("4", "c", NOW))
    assert drained(lanes) == ["2", "3", "4", "1"]


def test_urgent_requests_of_several_lanes_keep_their_order() -> None:
    assert drained(filled(("1", "a", NOW), ("2", "b", NOW), ("3", "c", NOW))) == ["1", "2", "3"]


def test_nothing_comes_out_after_everything_was_forgotten() -> None:
    lanes = filled(("1", "a", NOW), ("2", "b", LATER))
    lanes.clear()
    assert not lanes
    assert lanes.take() is None


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from(Urgency), st.integers(0, 3)), max_size=40
    ),
)
def test_everything_goes_out_once_and_each_lane_keeps_its_order(
    steps: list[tuple[str, Urgency, int]],
) -> None:
    lanes, put, taken = Lanes(), [], []
    for number, (lane, urgency, takes) in enumerate(steps):
        lanes.put((f"{lane}{number}", b""), lane, urgency)
        put.append(f"{lane}{number}")
        for _ in range(takes):
            item = lanes.take()
            if item is not None:
                taken.append(item[0])
    taken += drained(lanes)
    assert sorted(taken) == sorted(put)
    for lane in "abcd":
        assert [k for k in taken if k[0] == lane] == [k for k in put if k[0] == lane]

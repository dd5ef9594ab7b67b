import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.core.ivr.flow import Collect, Menu
from contact_center.core.ivr.keys import Reading, longest, read_key, read_silence
from tests.core.ivr.caller import SECOND, to

OPTION = st.text("012*#", min_size=1, max_size=3)


def menu(*options: str, inter_digit_us: int = SECOND) -> Menu:
    return Menu(
        name="m",
        say=(),
        keys={option: to(f"to-{option}") for option in options},
        on_no_input=(),
        on_no_match=(),
        first_timeout_us=SECOND,
        inter_digit_us=inter_digit_us,
    )


def walk(node: Menu, keys: str) -> tuple[Reading, str]:
    digits = ""
    for key in keys:
        reading, digits = read_key(node, {}, digits, key)
        if reading is not Reading.MORE:
            return reading, digits
    return read_silence(node, digits), digits


@given(options=st.sets(OPTION, min_size=1, max_size=8))
def test_every_option_can_be_chosen_by_typing_it(options):
    node = menu(*options)
    for option in options:
        if "#" not in option:
            assert walk(node, option) == (Reading.TAKE, option)


@given(options=st.sets(OPTION, min_size=1, max_size=8), keys=st.text("012*#", min_size=1))
def test_only_options_are_ever_taken(options, keys):
    reading, taken = walk(menu(*options), keys)
    assert reading is Reading.NO_MATCH or taken in options


@given(options=st.sets(OPTION, min_size=1, max_size=8), keys=st.text("012*#", min_size=1))
def test_without_a_pause_the_shortest_option_that_begins_so_is_taken(options, keys):
    reading, taken = walk(menu(*options, inter_digit_us=0), keys)
    shortest = next((keys[:n] for n in range(1, len(keys) + 1) if keys[:n] in options), None)
    if shortest is not None:
        assert (reading, taken) == (Reading.TAKE, shortest)


@pytest.mark.parametrize(("options", "keys"), [(("1", "2"), 1), (("1", "123"), 3), ((), 1)])
def test_a_menu_wants_as_many_keys_as_its_longest_option_has(options, keys):
    assert longest(menu(*options)) == keys


def test_a_collection_wants_as_many_keys_as_it_takes():
    node = Collect(
        name="c",
        say=(),
        into="x",
        min=2,
        max=7,
        next=to("n"),
        on_no_input=(),
        on_no_match=(),
        first_timeout_us=1,
        inter_digit_us=1,
    )
    assert longest(node) == 7

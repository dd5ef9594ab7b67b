import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.core.ivr.expressions import ExpressionFailedError
from contact_center.core.ivr.numbers import count, count_minutes, fragments, spell

SCALARS = st.one_of(st.text(max_size=80), st.integers(), st.floats(), st.booleans(), st.none())


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (7, "seven"),
        (19, "nineteen"),
        (20, "twenty"),
        (42, "forty two"),
        (100, "one hundred"),
        (345, "three hundred forty five"),
        (1204, "one thousand two hundred four"),
        (70_000, "seventy thousand"),
        (2_000_001, "two million one"),
        (5_000_000_000, "five billion"),
        (-3, "minus three"),
        (1250.5, "one thousand two hundred fifty point 5"),
        (3.0, "three"),
        ("12.50", "twelve point 5"),
        ("0042", "forty two"),
        ("-8", "minus eight"),
    ],
)
def test_numbers_are_counted_in_english(number, words):
    assert " ".join(count(number, "en-US")) == words


def test_numbers_are_spelt_where_their_grammar_is_not_known():
    assert count(1204, "fr-FR") == ["1", "2", "0", "4"]
    assert count(-1.5, "de") == ["-", "1", ".", "5"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "cero"),
        (1, "uno"),
        (16, "dieciséis"),
        (21, "veintiuno"),
        (31, "treinta y uno"),
        (100, "cien"),
        (101, "ciento uno"),
        (555, "quinientos cincuenta y cinco"),
        (1000, "mil"),
        (1204, "mil doscientos cuatro"),
        (21_021, "veintiún mil veintiuno"),
        (31_100, "treinta y un mil cien"),
        (1_000_000, "un millón"),
        (2_000_001, "dos millones uno"),
        (5_000_000_000, "cinco mil millones"),
        (-3, "menos tres"),
        (2.5, "dos punto 5"),
    ],
)
def test_numbers_are_counted_in_spanish(number, words):
    assert " ".join(count(number, "es-US")) == words


def test_one_is_shortened_before_minutes_in_spanish():
    assert count_minutes(1, "es") == ["un"]
    assert count_minutes(21, "es-US") == ["veintiún"]
    assert count_minutes(31, "es") == ["treinta", "y", "un"]
    assert count_minutes(21, "en-US") == ["twenty", "one"]


@pytest.mark.parametrize("huge", [10**12, -(10**15), 1e300, "9" * 20])
def test_numbers_too_large_to_grasp_are_spelt(huge):
    assert count(huge, "en") == spell(huge, "en")


def test_digits_are_said_one_by_one_and_dashes_are_not():
    assert spell("123-45 6", "en-US") == ["1", "2", "3", "4", "5", "6"]
    assert spell("+1*#", "en-US") == ["plus", "1", "star", "pound"]
    assert spell("+1*#", "es-US") == ["+", "1", "*", "#"]
    assert spell("ab1", "en") == ["A", "B", "1"]
    assert spell(-20, "en") == ["minus", "2", "0"]


@pytest.mark.parametrize("value", [True, None])
def test_what_has_no_characters_cannot_be_spelt(value):
    with pytest.raises(ExpressionFailedError):
        spell(value, "en")


@pytest.mark.parametrize("value", [True, None, "twelve", "", "1.2.3", "1.", "٣"])
def test_what_is_no_number_cannot_be_counted(value):
    with pytest.raises(ExpressionFailedError):
        count(value, "en")


@given(value=SCALARS, language=st.sampled_from(["en", "en-US", "es-US", "de"]))
def test_all_that_is_ever_said_was_rendered_beforehand(value, language):
    rendered = set(fragments(language))
    for say in (spell, count, count_minutes):
        try:
            said = say(value, language)
        except ExpressionFailedError:
            continue
        assert rendered.issuperset(said)


@given(st.integers(0, 10**12 - 1))
def test_counted_words_add_up_to_the_number(number):
    assert _value(count(number, "en")) == number


def _value(words: list[str]) -> int:
    names = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    names += "fifteen sixteen seventeen eighteen nineteen"
    values = {word: n for n, word in enumerate(names.split())}
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    values |= {word: 10 * n for n, word in enumerate(tens, 2)}
    scales = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
    total = part = 0
    for word in " ".join(words).split():
        if word in scales:
            total, part = total + part * scales[word], 0
        elif word == "hundred":
            part *= 100
        else:
            part += values[word]
    return total + part

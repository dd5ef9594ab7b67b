import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.core.ivr.expressions import ExpressionFailedError
from contact_center.core.ivr.flow import ValueForm
from contact_center.core.ivr.spoken import Pause, currencies, fragments_of, words

F = ValueForm


def said(value, form, language="en-US", currency=""):
    parts = words(value, form, language, currency)
    return " ".join("," if isinstance(part, Pause) else part for part in parts).replace(" ,", ",")


@pytest.mark.parametrize(
    ("amount", "currency", "english", "spanish"),
    [
        ("1250.50", "USD", "one thousand two hundred fifty dollars and fifty cents",
         "mil doscientos cincuenta dólares con cincuenta centavos"),
        (1, "USD", "one dollar", "un dólar"),
        ("0.01", "USD", "one cent", "un centavo"),
        (0, "EUR", "zero euros", "cero euros"),
        (21, "GBP", "twenty one pounds", "veintiuna libras"),
        (201, "GBP", "two hundred one pounds", "doscientas una libras"),
        (1_000_000, "EUR", "one million euros", "un millón de euros"),
        (2_000_000, "MXN", "two million Mexican pesos", "dos millones de pesos"),
        (1_000_001, "USD", "one million one dollars", "un millón un dólares"),
        ("-3.5", "USD", "minus three dollars and fifty cents",
         "menos tres dólares con cincuenta centavos"),
        ("-0.00", "USD", "zero dollars", "cero dólares"),
        (1500, "JPY", "one thousand five hundred yen", "mil quinientos yenes"),
        ("999.4", "JPY", "nine hundred ninety nine yen", "novecientos noventa y nueve yenes"),
        ("2.675", "EUR", "two euros and sixty eight cents",
         "dos euros con sesenta y ocho céntimos"),
        ("0.999", "USD", "one dollar", "un dólar"),
        (12.3, "CHF", "twelve Swiss francs and thirty centimes",
         "doce francos suizos con treinta céntimos"),
    ],
)  # fmt: skip
def test_money_is_said_in_its_units(amount, currency, english, spanish):
    assert said(amount, F.MONEY, "en-US", currency) == english
    assert said(amount, F.MONEY, "es-US", currency) == spanish


@pytest.mark.parametrize(
    ("day", "english", "spanish"),
    [
        ("2026-11-23", "Monday November twenty third twenty twenty six",
         "lunes veintitrés de noviembre de dos mil veintiséis"),
        ("2005-05-01", "Sunday May first two thousand five",
         "domingo primero de mayo de dos mil cinco"),
        ("1900-12-31T10:00:00-05:00", "Monday December thirty first one thousand nine hundred",
         "lunes treinta y uno de diciembre de mil novecientos"),
    ],
)  # fmt: skip
def test_a_date_is_said_with_its_weekday(day, english, spanish):
    assert said(day, F.DATE) == english
    assert said(day, F.DATE, "es-MX") == spanish


@pytest.mark.parametrize(
    ("time", "english", "spanish"),
    [
        ("17:30", "five thirty p m", "las cinco y treinta de la tarde"),
        ("00:05", "twelve oh five a m", "las doce y cinco de la mañana"),
        ("12:00", "twelve p m", "las doce de la tarde"),
        ("13:01", "one oh one p m", "la una y uno de la tarde"),
        ("2026-11-23T20:15:00Z", "eight fifteen p m", "las ocho y quince de la noche"),
        ("9:40", "nine forty a m", "las nueve y cuarenta de la mañana"),
    ],
)
def test_a_time_is_said_by_a_clock_of_twelve_hours(time, english, spanish):
    assert said(time, F.TIME) == english
    assert said(time, F.TIME, "es-US") == spanish


@pytest.mark.parametrize(
    ("seconds", "english", "spanish"),
    [
        (0, "zero seconds", "cero segundos"),
        (1, "one second", "un segundo"),
        (61, "one minute and one second", "un minuto y un segundo"),
        (3600, "one hour", "una hora"),
        (7_500, "two hours and five minutes", "dos horas y cinco minutos"),
        (3_599 + 3_600, "two hours", "dos horas"),
        (75_600, "twenty one hours", "veintiuna horas"),
        (90_000, "one day and one hour", "un día y una hora"),
        (86_399, "one day", "un día"),
    ],
)
def test_a_duration_is_said_by_its_two_largest_units(seconds, english, spanish):
    assert said(seconds, F.DURATION) == english
    assert said(seconds, F.DURATION, "es-US") == spanish


@pytest.mark.parametrize(
    ("number", "english"),
    [
        ("+14155550123", "4 1 5, 5 5 5, 0 1 2 3"),
        ("4155550123", "4 1 5, 5 5 5, 0 1 2 3"),
        ("+44 20 7946 0123", "plus 4 4, 2 0 7, 9 4 6, 0 1 2 3"),
        ("911", "9 1 1"),
        ("5550123", "5 5 5, 0 1, 2 3"),
    ],
)
def test_a_telephone_number_is_said_in_groups(number, english):
    assert said(number, F.PHONE) == english


@pytest.mark.parametrize(
    ("place", "english", "spanish"),
    [
        (1, "first", "primero"),
        (3.0, "third", "tercero"),
        (12, "twelfth", "doce"),
        (23, "twenty third", "veintitrés"),
        (80, "eightieth", "ochenta"),
        (121, "one hundred twenty first", "ciento veintiuno"),
        ("2", "second", "segundo"),
        (100, "one hundredth", "cien"),
        (1200, "one thousand two hundredth", "mil doscientos"),
        (5_000_000, "five millionth", "cinco millones"),
    ],
)
def test_a_place_is_said_as_such(place, english, spanish):
    assert said(place, F.ORDINAL) == english
    assert said(place, F.ORDINAL, "es") == spanish


def test_a_decimal_keeps_every_place_that_was_given():
    assert said("12.50", F.DECIMAL) == "twelve point 5 0"
    assert said("-0.05", F.DECIMAL, "es") == "menos cero punto 0 5"
    assert said(3, F.DECIMAL) == "three"


def test_where_the_grammar_is_not_known_digits_are_said():
    assert said("12.50", F.MONEY, "fr-FR", "EUR") == "1 2 . 5 0 E U R"
    assert said("2026-11-23", F.DATE, "fr") == "2 0 2 6, 1 1, 2 3"
    assert said("17:30", F.TIME, "de") == "1 7, 3 0"
    assert said(75, F.DURATION, "de") == "7 5"
    assert said(23, F.ORDINAL, "de") == "2 3"


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("twelve", F.MONEY),
        ("1e9", F.MONEY),
        (float("nan"), F.MONEY),
        (float("inf"), F.DURATION),
        (True, F.MONEY),
        (None, F.DATE),
        ("2026-02-30", F.DATE),
        ("23/11/2026", F.DATE),
        (1_795_000_000, F.DATE),
        ("24:00", F.TIME),
        ("half past five", F.TIME),
        (-1, F.DURATION),
        ("soon", F.DURATION),
        ("", F.PHONE),
        ("++1", F.PHONE),
        (0, F.ORDINAL),
        ("first", F.ORDINAL),
    ],
)
def test_what_is_no_such_value_is_the_nodes_error(value, form):
    for language in ("en-US", "es-US", "fr"):
        with pytest.raises(ExpressionFailedError):
            words(value, form, language, "USD")


VALUES = st.one_of(
    st.integers(-(10**12), 10**12),
    st.floats(),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.dates().map(str),
    st.datetimes().map(lambda at: at.isoformat()),
    st.times().map(lambda at: at.isoformat()),
    st.from_regex(r"\+?[0-9]{3,15}", fullmatch=True),
    st.text(max_size=20),
    st.booleans(),
    st.none(),
)


@given(VALUES, st.sampled_from(ValueForm), st.sampled_from(["en-US", "es-US", "fr"]), st.data())
def test_whatever_is_said_was_rendered_beforehand(value, form, language, data):
    currency = data.draw(st.sampled_from(sorted(currencies()))) if form is F.MONEY else ""
    try:
        parts = words(value, form, language, currency)
    except ExpressionFailedError:
        return
    rendered = set(fragments_of(form, language, currency))
    assert parts or form in (F.DIGITS, F.NUMBER)
    assert {part for part in parts if not isinstance(part, Pause)} - rendered == set()


def test_every_round_place_was_rendered_beforehand():
    rendered = set(fragments_of(F.ORDINAL, "en"))
    for place in (*range(100, 100_000, 100), 10**6, 10**9):
        assert set(words(place, F.ORDINAL, "en")) <= rendered


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_no_two_amounts_sound_alike(major, minor):
    heard = said(f"{major}.{minor:02}", F.MONEY, "en", "USD")
    other = said(f"{major + 1}.{minor:02}", F.MONEY, "en", "USD")
    assert heard != other

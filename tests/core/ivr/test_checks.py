import pytest

from contact_center.core.ivr.checks import DATE_FORMATS, Check, is_date, luhn
from contact_center.core.ivr.expressions import ExpressionFailedError


@pytest.mark.parametrize("digits", ["79927398713", "4111111111111111", "00", "18"])
def test_numbers_with_the_right_check_digit_pass(digits):
    assert luhn(digits)
    wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    assert not luhn(wrong)


@pytest.mark.parametrize("digits", ["", "0", "12a4", "\u0661\u0662"])
def test_what_is_no_number_has_no_check_digit(digits):
    assert not luhn(digits)


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        ("MMDDYYYY", "02292024", "02292023"),
        ("DDMMYYYY", "31122026", "31112026"),
        ("YYYYMMDD", "20261122", "20261322"),
        ("MMDDYY", "022928", "022927"),
        ("DDMMYY", "290228", "290227"),
        ("MMDD", "0229", "0230"),
        ("DDMM", "3112", "3111"),
        ("MMYY", "1226", "1326"),
    ],
)
def test_a_date_is_a_day_that_there_is(form, good, bad):
    assert form in DATE_FORMATS
    assert is_date(good, form)
    assert not is_date(bad, form)
    assert not is_date(good + "0", form)
    assert not is_date("0" * len(form), form)


def test_a_range_bounds_the_number_that_the_digits_are():
    assert Check(least=1, most=31).holds("007")
    assert not Check(least=1).holds("0")
    assert not Check(most=31).holds("32")
    assert not Check(least=0).holds("*")


def test_all_rules_have_to_hold_and_none_always_does():
    both = Check(regex="1.*", least=10)
    assert [both.holds(digits) for digits in ("12", "1", "20")] == [True, False, False]
    assert Check().holds("")


def test_a_broken_regular_expression_is_an_error_and_not_a_refusal():
    with pytest.raises(ExpressionFailedError):
        Check(regex="[").holds("1")

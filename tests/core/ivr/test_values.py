import pytest

from contact_center.core.ivr.expressions import ExpressionFailedError
from contact_center.core.ivr.values import VariableType, exact, fit


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("string", "a", "a"),
        ("int", 3, 3),
        ("float", 3, 3.0),
        ("bool", True, True),
        ("decimal", "012.50", "12.50"),
        ("decimal", 7, "7"),
    ],
)
def test_a_value_that_fits_is_kept_in_the_form_of_its_type(kind, value, kept):
    found = fit(value, VariableType(kind=kind))
    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("string", 1),
        ("int", True),
        ("int", 1.0),
        ("float", "1"),
        ("bool", 1),
        ("decimal", 1.5),
        ("decimal", "1e3"),
        ("decimal", True),
        ("string", None),
        ("secret", "1"),
    ],
)
def test_a_value_that_does_not_fit_is_an_error(kind, value):
    with pytest.raises(ExpressionFailedError):
        fit(value, VariableType(kind=kind))


def test_an_enum_has_only_its_values():
    tier = VariableType(kind="enum", of=("gold", "tin"))
    assert fit("gold", tier) == "gold"
    with pytest.raises(ExpressionFailedError):
        fit("lead", tier)


@pytest.mark.parametrize(
    ("written", "form"),
    [("0.10", "0.10"), ("-1.5", "-1.5"), ("-0", "0"), ("-0.00", "0.00"), ("0007", "7")],
)
def test_a_decimal_has_one_form_and_keeps_its_places(written, form):
    assert exact(written) == form


@pytest.mark.parametrize("written", ["", "1.", ".5", "+1", "1,5", "1 ", "1" * 19, "0." + "1" * 10])
def test_what_is_no_decimal_is_refused(written):
    with pytest.raises(ExpressionFailedError):
        exact(written)

"""Before a customer is verified, enough is shown to ask, and too little to answer."""

from __future__ import annotations

import pytest

from contact_center.core import customer_masking as masking


@pytest.mark.parametrize(
    ("whole", "shown"),
    [
        ("ann.example@mail.example.com", "a•••@•••.com"),
        ("a@b", "a•••@•••"),
        ("no address", "•••"),
        ("", ""),
    ],
)
def test_of_an_email_the_first_letter_and_the_end_are_left(whole: str, shown: str) -> None:
    assert masking.email(whole) == shown


def test_of_a_number_two_digits_are_left_and_of_a_street_nothing() -> None:
    assert masking.number("+14155550134") == "•••34"
    assert masking.number("+12") == "•••"
    assert masking.number("") == ""
    assert masking.street("1 Example Road") == "•••"
    assert masking.street("") == ""

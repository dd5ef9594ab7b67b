from __future__ import annotations

from random import Random

import phonenumbers
import pytest

from contact_center.content.north_america import is_assigned


@pytest.mark.parametrize(
    ("national", "assigned"),
    [
        ("2125550123", True),
        ("4165550123", True),  # Canada
        ("2425550123", False),  # no exchange of the Bahamas
        ("8005550123", True),
        ("2121550123", False),  # no exchange begins with 1
        ("9995550123", False),  # no area code
        ("3105550", False),
    ],
)
def test_a_number_is_somebodys_by_its_area_code_and_exchange(national: str, assigned: bool) -> None:
    assert is_assigned(national) is assigned


def test_any_number_is_judged_as_the_tables_of_the_world_judge_it() -> None:
    """In every area code; the quick way and the long one read the same tables."""
    chance = Random(11)
    found = 0
    for code in range(200, 1000):
        for _ in range(6):
            national = f"{code}{chance.randrange(10**7):07}"
            number = phonenumbers.PhoneNumber(country_code=1, national_number=int(national))
            assert is_assigned(national) is phonenumbers.is_valid_number(number), national
            found += is_assigned(national)
    assert found > 1_000

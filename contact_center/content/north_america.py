"""Whether a number of the North American plan can be somebody's, found out quickly.

The same rules, from the same tables, as `phonenumbers.is_valid_number`, which goes through twenty
patterns with a dozen calls each: an eighth of the time of an import was spent there.
"""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneMetadata

_DIGITS = 10
_KINDS = (
    *("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan"),
    *("voicemail", "fixed_line", "mobile"),
)


def is_assigned(national: str) -> bool:
    """Say whether ten digits (area code and line) are a number that somebody can have."""
    for begins, numbers in _regions():
        if begins is None:
            if numbers.match(national):
                return True
        elif begins.match(national):
            return numbers.match(national) is not None
    return False


@lru_cache(maxsize=1)
def _regions() -> tuple[tuple[re.Pattern[str] | None, re.Pattern[str]], ...]:
    """Give, for each region in its order, what its numbers begin with, if that says it, and all."""
    found = []
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[1]:
        metadata = PhoneMetadata.metadata_for_region(region)
        if metadata is not None:
            begins = metadata.leading_digits
            found.append((re.compile(begins) if begins else None, _numbers(metadata)))
    return tuple(found)


def _numbers(metadata: PhoneMetadata) -> re.Pattern[str]:
    """Make one pattern of all kinds of numbers of a region that have ten digits."""
    kinds = [getattr(metadata, kind) for kind in _KINDS]
    patterns = [
        kind.national_number_pattern
        for kind in kinds
        if kind is not None
        and kind.national_number_pattern
        and (not kind.possible_length or _DIGITS in kind.possible_length)
    ]
    every = "|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)"
    general = metadata.general_desc
    if general is None or not general.national_number_pattern:
        return re.compile(r"(?!)")
    return re.compile(rf"(?=(?:{general.national_number_pattern})\Z)(?:{every})\Z")

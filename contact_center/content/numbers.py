"""Numbers that people write down: telephone numbers and short internal ones."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import phonenumbers

_EXTENSION = re.compile(r"[0-9*#]{1,6}\Z")
_WRITTEN = re.compile(r"\+?[0-9 ().\-]{7,30}\Z")


def is_extension(text: str) -> bool:
    """Say whether `text` is a short number inside the center."""
    return _EXTENSION.match(text) is not None


def as_e164(text: str, region: str) -> str | None:
    """Read a telephone number, national ones in `region`; None when it is not a possible one."""
    if not _WRITTEN.match(text):
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def dialled(text: str, region: str) -> str | None:
    """Normalise what can be dialled: an extension as it is, anything else to E.164, or None."""
    return text if is_extension(text) else as_e164(text, region)


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """Which numbers can be called back from `region`, as a function of what was dialled or typed.

    Compared by the region, so that the same texts give equal configurations.
    """

    region: str

    def __call__(self, text: str) -> str | None:
        """Give the number in E.164; None for none that anybody could be reached at."""
        number = as_e164(text, self.region)
        if number is None:
            return None
        return number if phonenumbers.is_valid_number(phonenumbers.parse(number)) else None


@dataclass(frozen=True, slots=True)
class DialPlan:
    """Which numbers agents may have called, as they write them: extensions, and these countries'.

    Without countries any number. National numbers are read in ``region``.
    """

    region: str
    countries: tuple[str, ...] = ()

    def __call__(self, text: str) -> bool:
        """Say whether it may be called."""
        if not self.countries or is_extension(text):
            return True
        number = as_e164(text, self.region)
        return number is not None and is_called(number, self.countries)


_COSTLY = frozenset(
    {
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.PAGER,
        phonenumbers.PhoneNumberType.UAN,
        phonenumbers.PhoneNumberType.VOICEMAIL,
    }
)


def is_called(number: str, countries: Collection[str]) -> bool:
    """Say whether strangers may have `number` (E.164) called: in these countries, not at a price.

    Whoever has a number that costs the caller more earns by being called.
    """
    parsed = phonenumbers.parse(number)
    if phonenumbers.number_type(parsed) in _COSTLY:
        return False
    return phonenumbers.region_code_for_number(parsed) in countries


def is_region(text: str) -> bool:
    """Say whether `text` is an ISO 3166 country that has telephone numbers."""
    return text in phonenumbers.SUPPORTED_REGIONS

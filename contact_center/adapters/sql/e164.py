"""Callers' numbers in E.164, the one form in which numbers are compared."""

import re
from functools import lru_cache

import phonenumbers

# What carriers and Twilio put where a number should be: these spell ANONYMOUS, RESTRICTED, BLOCKED,
# UNKNOWN and UNAVAILABLE on a keypad. Some pass for numbers, and then all hidden callers would
# share one history.
_HIDDEN = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
_LONGEST = 40
# A number as people write it. Letters are refused although phonenumbers would read 1-800-FLOWERS:
# no switch reports a caller that way.
_NUMBERLIKE = re.compile(r"[\d\s+()./\-\u2010-\u2015]+\Z")


@lru_cache(maxsize=8192)
def e164(number: str, region: str) -> str | None:
    """Read a number as the switch gave it; ``None`` when nobody could be called back on it.

    National numbers are read in `region` (ISO 3166, two letters). Empty, anonymous, too short, too
    long, and odd ones are ``None``; nothing raises. Length is checked, not assignment: numbering
    plans change faster than programs.
    """
    number = number.strip()
    if len(number) > _LONGEST or _NUMBERLIKE.match(number) is None:
        return None
    try:
        parsed = phonenumbers.parse(number, region.upper())
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    text = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return None if text in _HIDDEN else text

"""Numbers and names of callers as Twilio writes them, made fit to be looked up and shown. Pure."""

import re
import unicodedata

from contact_center.core.ids import LegId

NAME_BOUND = 120
NUMBER_BOUND = 80
_URI = re.compile(r"(?i)\s*<?\s*(?:sips?|tel|client):([^@;>\s?]*)")
_HIDDEN = frozenset(
    {"anonymous", "restricted", "unavailable", "unknown", "private", "blocked", "withheld"}
)
_SPELT = frozenset({"266696687", "7378742833", "86282452253", "8656696", "7748283"})
"""The same, as keys of a telephone spell them, which is how Twilio gives it as a number."""


def leg_of(sid: str) -> LegId:
    """Name the leg of somebody who calls, by what the provider calls the call.

    Some have a colon in it, which no id of ours has; none of those has a full stop.
    """
    return LegId(sid.replace(":", "."))


def plain(address: str) -> str:
    """Give an address without what was to be told along with it: lists may have it either way."""
    return address.partition("?")[0]


def clean_text(text: str, bound: int = NAME_BOUND) -> str:
    """Take control and format characters out of `text`, shorten it to `bound` characters."""
    kept = (c if unicodedata.category(c)[0] != "C" else " " for c in text[: 4 * bound])
    return " ".join("".join(kept).split())[:bound].rstrip()


def clean_number(text: str) -> str:
    """Give a caller's number or name; "" for somebody who hides it."""
    uri = _URI.match(text)
    number = clean_text(uri[1] if uri else text, NUMBER_BOUND)
    hidden = number.casefold() in _HIDDEN or number.removeprefix("+") in _SPELT
    return "" if hidden else number

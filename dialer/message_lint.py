"""Does the message to somebody who was abandoned say what the law wants, and nothing it forbids?

A reading of words, no more: what passes here may still be wrong, what is found here is.
"""

import re
from collections.abc import Collection

from dialer.jurisdiction import Terms

_LEAST_DIGITS = 7
_SPOKEN = {
    word: str(digit)
    for digit, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
} | {"oh": "0", "o": "0"}
_PURPOSES = {
    "sales": ("sales", "telemarketing", "marketing", "offer you", "sell"),
    "survey": ("survey", "opinion", "research", "poll"),
    "debt": ("debt", "account", "payment", "collect"),
    "service": ("about your", "appointment", "order", "delivery", "service", "reminder", "warning"),
}
_PITCH = (
    "% off",
    "bargain",
    "best price",
    "bonus",
    "buy now",
    "deal",
    "discount",
    "free gift",
    "limited time",
    "order now",
    "percent off",
    "prize",
    "save money",
    "special offer",
)


def lint(
    text: str, seller: str, purpose: str, terms: Terms, opt_out_keys: Collection[str] = ()
) -> tuple[str, ...]:
    """Name what is missing or too much; () when nothing is.

    ``seller``, ``telephone``, ``purpose``: not said. ``opt_out``: no key takes the party off the
    list, or the text does not tell which. ``pitch``: it sells, which such a message may not.
    ``opt_out_keys``: keys that do it while the message is played.
    """
    words = _plain(text)
    found = []
    if "seller" in terms.message_must and _plain(seller) not in words:
        found.append("seller")
    if "telephone" in terms.message_must and not _says_a_number(words):
        found.append("telephone")
    if "purpose" in terms.message_must and not any(
        word in words for word in _PURPOSES.get(purpose, (purpose,))
    ):
        found.append("purpose")
    if terms.opt_out_in_message and not any(_says_key(words, key) for key in opt_out_keys):
        found.append("opt_out")
    if any(pitch in words for pitch in _PITCH):
        found.append("pitch")
    return tuple(found)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w%+*#]+", " ", text.casefold()).split())


def _says_a_number(words: str) -> bool:
    """Say whether enough digits follow each other to call somebody, however they are grouped."""
    run = 0
    for word in words.split():
        digits = _SPOKEN.get(word, word.lstrip("+"))
        run = run + len(digits) if digits.isdigit() else 0
        if run >= _LEAST_DIGITS:
            return True
    return False


def _says_key(words: str, key: str) -> bool:
    names = {key, *(word for word, digit in _SPOKEN.items() if digit == key)}
    names |= {"star"} if key == "*" else {"hash", "pound"} if key == "#" else set()
    said = re.findall(r"(?:press|push|touch|dial|key)(?: the)?(?: key)? (\S+)", words)
    return any(name in names for name in said)

"""Text as it may be stored and shown: no control characters, no characters that fool a screen."""

import re
from typing import Any

_LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029]")
# C0 and C1 controls (tab and newline are treated before), and the characters that reorder what
# follows them: in a name they can make one customer look like another.
_NEVER = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\n]+")


def clean_text(text: str) -> str:
    """Return `text` fit for any database and screen; newlines and tabs stay."""
    if text.isprintable():
        return text
    text = _LINE_BREAKS.sub("\n", text)
    return _SURROGATES.sub("\ufffd", _NEVER.sub("", text))


def clean_line(text: str, limit: int = 200) -> str:
    """Return `text` as one clean line of at most `limit` characters (a name, a number, a label)."""
    return _SPACES.sub(" ", clean_text(text)).strip()[:limit]


def clean_tree(value: Any) -> Any:
    """Clean every string in nested dicts, lists and tuples, as they come from encoding a fact."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {key: clean_tree(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_tree(item) for item in value]
    return value

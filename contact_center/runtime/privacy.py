"""What must not be read in a log: phone numbers, keys that callers pressed, secrets.

Phone numbers keep their last three digits (``+4930123456`` is ``+*******456``): enough to tell two
callers of one minute apart, not enough to call anybody. A number is recognised in free text as 7 to
15 digits, with spaces, dashes or brackets between them, that are not part of a longer word or of a
decimal number, so that ids (``1763777306.5``), dates and microseconds stay readable. Numbers of up
to six digits are taken for extensions and stay, and so do ids in the fields made for them.

Values called key, keys, digits, pin, password, secret, token and the like are left out altogether,
also where such a value is written out in a message (``digits='1234'``). Secrets that are known by
value are left out wherever they appear.
"""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

_KEEP = 3
_MAX_DEPTH = 5
_MAX_ITEMS = 50
_MAX_TEXT = 4000
_MIN_SECRET = 6

REDACTED = "[redacted]"

_NUMBER = re.compile(
    r"(?<![\w.])(?<!\d-)(?!\d{4}-\d\d-\d\d(?!\d))\+?\(?\d(?:[ ()/-]{0,2}\d){6,14}(?![\w]|[.:-]\w)"
)
_PHONE_FIELDS = frozenset(
    {"ani", "did", "phone", "msisdn", "caller_id", "caller", "number", "to", "e164", "remote_party"}
)
_ID_FIELDS = frozenset(
    {"call", "leg", "talk", "cmd", "playback", "recording", "timer", "reservation"}
    | {"agent", "queue", "flow", "node", "task"}
)
_HIDDEN = (
    r"(?:keys?|digits?|dtmf|pin|otp|cvv|pan|card_number|password|passwd|secret|token|authorization|"
    r"cookie|api_key|credentials?)"
)
_HIDDEN_FIELD = re.compile(rf"(?:\w+_)?{_HIDDEN}\Z", re.IGNORECASE)
_HIDDEN_IN_TEXT = re.compile(
    rf"(?P<name>\b(?:\w+_)?{_HIDDEN}['\"]?\s*[=:]\s*)"
    r"(?:'[^']*'|\"[^\"]*\"|\([^)]*\)|\[[^\]]*\]|(?:(?:Bearer|Basic)\s+)?[^\s,;)&]+)",
    re.IGNORECASE,
)


def mask_number(text: str) -> str:
    """A phone number with all but its last three digits as stars; short ones are kept."""
    digits = sum(sign.isdigit() for sign in text)
    if digits < 7:
        return text
    left = digits - _KEEP
    out = []
    for sign in text:
        if sign.isdigit() and left > 0:
            left -= 1
            sign = "*"
        out.append(sign)
    return "".join(out)


class Privacy:
    """Makes text and values fit to be logged. ``secrets``: values to be left out everywhere."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({s for s in secrets if len(s) >= _MIN_SECRET}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, known))) if known else None

    def text(self, text: str) -> str:
        """Free text without numbers, keys and secrets, cut at 4000 characters."""
        text = self._without_secrets(text)
        if len(text) > _MAX_TEXT:
            text = f"{text[:_MAX_TEXT]}... ({len(text)} characters)"
        text = _HIDDEN_IN_TEXT.sub(rf"\g<name>{REDACTED}", text)
        return _NUMBER.sub(lambda match: mask_number(match[0]), text)

    def _without_secrets(self, text: str) -> str:
        return self._secrets.sub(REDACTED, text) if self._secrets is not None else text

    def field(self, name: str, value: object) -> Any:
        """A named value as something JSON can hold; never raises, whatever the value is."""
        return self._plain(name, value, _MAX_DEPTH, ())

    def _plain(self, name: str, value: object, depth: int, above: tuple[int, ...]) -> Any:
        if value is not None and not isinstance(value, bool) and _HIDDEN_FIELD.match(name):
            return REDACTED
        if isinstance(value, Enum):
            value = value.value
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float):
            return value if abs(value) < float("inf") else str(value)
        if isinstance(value, str):
            return self._named_text(name, str(value))
        if id(value) in above:
            return "[cycle]"
        if depth == 0:
            return "[deep]"
        return self._compound(name, value, depth - 1, (*above, id(value)))

    def _compound(self, name: str, value: object, depth: int, above: tuple[int, ...]) -> Any:
        try:
            if dataclasses.is_dataclass(value) and not isinstance(value, type):
                names = [field.name for field in dataclasses.fields(value)]
                value = {name: getattr(value, name) for name in names}
            if isinstance(value, Mapping):
                items = list(value.items())
                plain = {}
                for key, item in items[:_MAX_ITEMS]:
                    label = self.text(str(key))
                    plain[label] = self._plain(label, item, depth, above)
                return {**plain, "...": len(items)} if len(items) > _MAX_ITEMS else plain
            if isinstance(value, list | tuple | set | frozenset):
                list_ = list(value)
                made = [self._plain(name, item, depth, above) for item in list_[:_MAX_ITEMS]]
                return [*made, f"... ({len(list_)})"] if len(list_) > _MAX_ITEMS else made
            return self.text(str(value))
        except Exception:  # noqa: BLE001 - a value that cannot be shown must not end a call
            return f"[unprintable {type(value).__name__}]"

    def _named_text(self, name: str, text: str) -> str:
        if name in _ID_FIELDS:  # what a line is found by; some of them look like numbers
            return self._without_secrets(text)[:_MAX_TEXT]
        if name.casefold() in _PHONE_FIELDS:
            return mask_number(self.text(text))
        return self.text(text)

"""Codes that are told to a number, and entered by whoever has it. Pure, but for the dice.

A code is six digits, good for ten minutes and five tries. Nothing grows without a bound.
"""

import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

LASTS_S: Final = 600
TRIES: Final = 5
MOST: Final = 1_000
DIGITS: Final = 6


@dataclass(slots=True)
class _Pending:
    number: str
    code: str
    until: int
    tries: int = 0


@dataclass(slots=True)
class Codes:
    """Codes that were told, and have not been entered yet."""

    _pending: OrderedDict[str, _Pending] = field(default_factory=OrderedDict)

    def make(self, number: str, now_s: int) -> tuple[str, str]:
        """Make a code for a number; gives the name by which it is asked about, and the code.

        One that was made for the number before is good no more.
        """
        gone = [
            name for name, one in self._pending.items() if one.number == number or one.until < now_s
        ]
        for name in gone:
            del self._pending[name]
        while len(self._pending) >= MOST:
            self._pending.popitem(last=False)
        name = secrets.token_hex(16)
        code = "".join(str(secrets.randbelow(10)) for _ in range(DIGITS))
        self._pending[name] = _Pending(number, code, now_s + LASTS_S)
        return name, code

    def enter(self, name: str, code: str, now_s: int) -> str:
        """Give the number whose code this is, once; "" when it is wrong, too old or worn out."""
        one = self._pending.get(name)
        if one is None or one.until < now_s:
            return ""
        one.tries += 1
        right = hmac.compare_digest(one.code.encode(), code.encode())
        if right or one.tries >= TRIES:
            del self._pending[name]
        return one.number if right else ""

    def drop(self, name: str) -> None:
        """Forget a code that nobody could be told."""
        self._pending.pop(name, None)

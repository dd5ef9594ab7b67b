"""Asking over HTTP whether numbers have another owner now: a database of reassigned numbers.

Such databases (the regulator's, and those who resell it) want a number and a date, and say of each
whether it was given to somebody else since. Ask and answer are JSON:

    POST URL  {"numbers": [{"number": "+12125550101", "date": "2026-05-31"}]}
    200       {"answers": [{"number": "+12125550101", "answer": "no"}]}

``yes``: another owner since that date; ``no``; ``no_data``. What is not answered stays unanswered.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Literal, Self

import aiohttp
import msgspec

MOST: Final = 100
"""Numbers in one question."""
WITHIN_S: Final = 15.0
_MOST_BYTES: Final = 200_000


class OwnersAwayError(OSError):
    """The database does not answer, or answers what cannot be read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A number, and since when (microseconds UTC) it is known to be whose it is."""

    number: str
    since: int


class _Answer(msgspec.Struct, frozen=True):
    number: str
    answer: Literal["yes", "no", "no_data"]


class _Answers(msgspec.Struct, frozen=True):
    answers: list[_Answer]


class Owners:
    """A session with such a database. Use as a context; `token` is sent as a bearer's."""

    def __init__(self, url: str, token: str = "", within_s: float = WITHIN_S) -> None:
        self._url = url
        self._headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=within_s), trust_env=False
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def ask(self, numbers: Sequence[Asked]) -> dict[str, str]:
        """Give the answers by number, of at most `MOST` numbers; those nobody asked for are left
        out. Raises OwnersAwayError."""
        if len(numbers) > MOST:
            raise ValueError(f"at most {MOST} numbers at a time")
        body = {"numbers": [{"number": n.number, "date": _day(n.since)} for n in numbers]}
        try:
            async with self._session.post(
                self._url,
                data=msgspec.json.encode(body),
                headers=self._headers,
                allow_redirects=False,
            ) as response:
                if response.status != 200:
                    raise OwnersAwayError(f"the database of owners said {response.status}")
                told = await response.content.read(_MOST_BYTES + 1)
                while not response.content.at_eof() and len(told) <= _MOST_BYTES:
                    told += await response.content.read(_MOST_BYTES)
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise OwnersAwayError(
                f"the database of owners does not answer ({type(error).__name__})"
            ) from error
        if len(told) > _MOST_BYTES:
            raise OwnersAwayError("the database of owners says too much")
        try:
            answers = msgspec.json.decode(told, type=_Answers).answers
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise OwnersAwayError("what the database of owners says cannot be read") from error
        wanted = {one.number for one in numbers}
        return {one.number: one.answer for one in answers if one.number in wanted}


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1_000_000, UTC).date().isoformat()

"""The door of reports: what is asked for, and the answer as JSON and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence

import aiohttp
import pytest
import pytest_asyncio

from contact_center.adapters.api.access import Access, Holder, Role
from contact_center.adapters.api.doors import Doors
from contact_center.adapters.api.memory import HistoryAwayError
from contact_center.adapters.api.past_numbers import DAY_US, Line, PastNumbers, Question
from contact_center.adapters.web.server import WebServer, WebSettings
from contact_center.reporting.books import Of
from contact_center.reporting.measures import MEASURES

NOW = 1_790_000_000_000_000
TOKEN = "token-of-a-lead-1"


class Bench:
    """The door before a history that a test makes up."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.lines: list[Line] | None = []
        self.url = ""
        self.http: aiohttp.ClientSession

    async def find(self, asked: Question) -> Sequence[Line]:
        self.asked.append(asked)
        if self.lines is None:
            raise HistoryAwayError
        return self.lines

    async def ask(self, query: str = "", token: str = TOKEN) -> tuple[int, aiohttp.ClientResponse]:
        headers = {"Authorization": f"Bearer {token}"}
        answer = await self.http.get(f"{self.url}/api/report{query}", headers=headers)
        await answer.read()
        return answer.status, answer


@pytest_asyncio.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    grants = [
        (TOKEN, Holder("lena", frozenset({Role.LEAD}))),
        ("token-of-an-agent", Holder("ana", frozenset({Role.AGENT}))),
    ]
    doors = Doors(Access(grants, lambda: 0.0), lambda: NOW)
    server = WebServer(WebSettings(port=0))
    server.add(PastNumbers(doors, made.find).routes("/api"))
    await server.start()
    made.url = server.url
    try:
        async with aiohttp.ClientSession() as made.http:
            yield made
    finally:
        await server.stop()


def line(name: str, **values: float) -> Line:
    return Line(at=NOW - DAY_US, name=name, values={**dict.fromkeys(MEASURES), **values})


async def test_without_a_word_it_is_the_last_day_by_queue_in_one_piece(bench: Bench) -> None:
    bench.lines = [line("sales", entered=3, sl_noshort=0.5)]
    status, answer = await bench.ask()
    told = await answer.json()
    assert status == 200
    [asked] = bench.asked
    assert (asked.begin, asked.end, asked.length_us) == (NOW - DAY_US, NOW, DAY_US)
    assert asked.of is Of.QUEUE
    assert (told["by"], told["units"]["sl_noshort"]) == ("queue", "share")
    [row] = told["rows"]
    assert (row["name"], row["at"], row["entered"], row["sl_noshort"]) == (
        "sales",
        (NOW - DAY_US) // 1_000,
        3,
        0.5,
    )


async def test_csv_has_every_measure_in_the_zone_that_is_asked_for_and_no_formula(
    bench: Bench,
) -> None:
    bench.lines = [line("=1+1", entered=2)]
    begin = (NOW - DAY_US) // 1_000
    query = f"?by=agent&interval=1h&format=csv&zone=Europe/Madrid&from={begin}&to={NOW // 1_000}"
    status, answer = await bench.ask(query)
    assert status == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="report-by-agent.csv"'
    head, row = list(csv.reader(io.StringIO(await answer.text())))
    assert head == ["from", "of", "name", *MEASURES]
    assert row[0].endswith("+02:00")
    assert row[1:3] == ["agent", "'=1+1"]
    assert dict(zip(head, row, strict=True))["entered"] == "2"
    assert dict(zip(head, row, strict=True))["answered"] == ""
    assert bench.asked[0].length_us == 3_600_000_000


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?by=nobody", "by"),
        ("?interval=1m", "interval"),
        ("?format=xlsx", "format"),
        ("?zone=Mars/Olympus", "zone"),
        ("?zone=../../etc/passwd", "zone"),
        ("?from=yesterday", "from"),
        (f"?from={NOW // 1_000}&to=0", "to"),
        ("?from=0", "to"),
        (f"?interval=30m&from={(NOW - 300 * DAY_US) // 1_000}", "interval"),
    ],
)
async def test_what_makes_no_sense_is_told_by_field(bench: Bench, query: str, field: str) -> None:
    status, answer = await bench.ask(query)
    assert status == 400
    assert list((await answer.json())["fields"]) == [field]
    assert bench.asked == []


async def test_who_may_see_no_reports_gets_none_and_a_history_away_is_told(bench: Bench) -> None:
    assert (await bench.ask(token="token-of-an-agent"))[0] == 403
    bench.lines = None
    status, answer = await bench.ask()
    assert (status, (await answer.json())["error"]) == (503, "no_history")

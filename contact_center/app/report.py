"""The command ``report``: measures of a stretch of time, from the database."""

import argparse
import asyncio
import csv
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, TextIO

from contact_center.adapters.sql.database import connect
from contact_center.adapters.sql.errors import StorageError, told_as_unavailable
from contact_center.adapters.sql.history import History, Report
from contact_center.adapters.sql.queue_pauses import QueuePauseTimes
from contact_center.adapters.sql.surveys import Surveys
from contact_center.app.article_report import article_report_command
from contact_center.app.endings_report import endings_report_command
from contact_center.app.flow_report import flow_report_command
from contact_center.app.instants import add_stretch, stretch_of, told_at
from contact_center.app.measuring import thresholds_of
from contact_center.app.script_report import script_report_command
from contact_center.content.center_files import load_center_file, prompt_files
from contact_center.content.problems import ContentError
from contact_center.reporting.books import Attribution, Books, Of
from contact_center.reporting.csv_cells import cell
from contact_center.reporting.measures import MEASURES, Unit, jain, measured
from contact_center.reporting.surveys import BY
from contact_center.runtime.clock import WallClock
from contact_center.settings import Settings, load_settings

_UNITS = {"s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}
_SHOWN = (
    *("entered", "answered", "abandoned", "sl_noshort", "sl_strict", "abandonment", "asa_us"),
    *("longest_wait_us", "wait_p90_us", "handled", "aht_inbound_us", "occupancy"),
)
"""What a table shows unless it is told otherwise; CSV and JSON have everything."""
_MOST_INTERVALS = 20_000
_OF_ONE = {
    "flow": flow_report_command,
    "script": script_report_command,
    "dispositions": endings_report_command,
    "articles": article_report_command,
}


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    of: Of
    name: str
    values: dict[str, float | int | None]


def report_command(argv: list[str]) -> int:
    """Print a report: 0 when done, 1 when it cannot be made, 2 for a wrong command line."""
    if argv and argv[0] in _OF_ONE:
        return _OF_ONE[argv[0]](argv[1:])
    options = _parser().parse_args(argv)
    try:
        begin, end, zone = stretch_of(options)
        length = _length(options.interval) if options.interval else max(1, end - begin)
        if (end - begin) // length > _MOST_INTERVALS:
            raise ValueError(f"more than {_MOST_INTERVALS} intervals: make --interval longer")
        columns = tuple(options.measures.split(",")) if options.measures else None
        unknown = [name for name in columns or () if name not in MEASURES]
        if unknown:
            raise ValueError(f"no measure is called {', '.join(unknown)}; see docs/measures.md")
    except ValueError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    try:
        settings = load_settings(os.environ, options.settings)
        if options.surveys:
            found = asyncio.run(_surveys(settings, options, begin, end))
            return _write_rows(sys.stdout, "surveys", found)
        if options.queue_pauses:
            found = asyncio.run(_pauses(settings, options, begin, end))
            return _write_rows(sys.stdout, "pauses", found)
        books = asyncio.run(_books(settings, options, begin, end, length))
    except ContentError as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
        return 1
    except StorageError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    write = {"table": _write_table, "csv": _write_csv, "json": _write_json}[options.format]
    write(sys.stdout, _Page(books, list(_lines(books, options)), zone, columns))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="contact-center report",
        description="Measures of a stretch of time, from the database. `report flow` and"
        " `report script`: of one of those; `report dispositions`: how calls ended; `report"
        " articles`: whom articles helped.",
    )
    add_stretch(parser)
    parser.add_argument("--interval", help="as 30m, 1h, 1d; one interval otherwise")
    parser.add_argument("--by", choices=[of.value for of in Of], default=Of.QUEUE.value)
    parser.add_argument("--queue", help="this queue alone")
    parser.add_argument("--agent", help="this agent alone")
    parser.add_argument(
        "--attribution",
        choices=[a.value for a in Attribution],
        default="cohort",
        help="an interval has what began in it (cohort) or what ended (flow)",
    )
    parser.add_argument(
        "--surveys", action="store_true", help="what callers answered, as JSON, by --by"
    )
    parser.add_argument(
        "--queue-pauses",
        action="store_true",
        help="breaks that agents took from one queue alone, as JSON, by agent, queue and reason",
    )
    parser.add_argument("--measures", help="names with commas; see docs/measures.md")
    parser.add_argument("--format", choices=["table", "csv", "json"], default="table")
    return parser  # fmt: skip


async def _books(
    settings: Settings, options: argparse.Namespace, begin: int, end: int, length: int
) -> Books:
    content = load_center_file(settings.center, prompt_files(settings.prompts.files_dir))
    database = connect(settings.database)
    try:
        report = Report(
            begin=begin,
            end=end,
            length_us=length,
            until=WallClock().now(),
            attribution=Attribution(options.attribution),
            thresholds=thresholds_of(content.configuration),
        )
        with told_as_unavailable(database.url):
            return await History(database).books(report)
    finally:
        await database.close()


async def _surveys(
    settings: Settings, options: argparse.Namespace, begin: int, end: int
) -> list[dict[str, Any]]:
    by = "agent" if options.agent else options.by if options.by in BY else "queue"
    queue, agent = options.queue or "", options.agent or ""
    database = connect(settings.database)
    try:
        book = await Surveys(database).book(begin, end, by=by, queue=queue, agent=agent)
    finally:
        await database.close()
    return book.plain()


async def _pauses(
    settings: Settings, options: argparse.Namespace, begin: int, end: int
) -> list[dict[str, Any]]:
    until = max(begin, min(end, WallClock().now()))
    queue, agent = options.queue or "", options.agent or ""
    database = connect(settings.database)
    try:
        book = await QueuePauseTimes(database).book(begin, until, queue=queue, agent=agent)
    finally:
        await database.close()
    return book.plain()


def _write_rows(out: TextIO, name: str, rows: list[dict[str, Any]]) -> int:
    json.dump({name: rows}, out, indent=1)
    out.write("\n")
    return 0


def _lines(books: Books, options: argparse.Namespace) -> Iterator[_Line]:
    of, wanted = Of(options.by), None
    if options.queue:
        of, wanted = Of.QUEUE, options.queue
    elif options.agent:
        of, wanted = Of.AGENT, options.agent
    found = [
        _Line(start, of, name, measured(tally))
        for name in books.keys(of)
        if wanted in (None, name)
        for start, tally in books.intervals((of, name)).items()
    ]
    yield from sorted(found, key=lambda line: (line.start, line.name))


@dataclass(frozen=True, slots=True)
class _Page:
    books: Books
    lines: list[_Line]
    zone: tzinfo
    columns: Sequence[str] | None

    def when(self, line: _Line) -> str:
        return told_at(line.start, self.zone)


def _write_table(out: TextIO, page: _Page) -> None:
    columns = page.columns or _SHOWN
    head = ("from", "of", *(name.removesuffix("_us") for name in columns))
    rows = [
        (page.when(line), line.name or "center", *(_cell(n, line.values[n]) for n in columns))
        for line in page.lines
    ]
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    for row in (head, *rows):
        left = (cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True))
        right = (cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True))
        out.write("  ".join((*left, *right)).rstrip() + "\n")
    if not rows:
        out.write("(nothing happened in this time)\n")


def _cell(name: str, value: float | int | None) -> str:
    """A value for people: shares in percent, times in seconds, a dash for what is undefined."""
    if value is None:
        return "-"
    match MEASURES[name][0]:
        case Unit.SHARE:
            return f"{value * 100:.1f} %"
        case Unit.TIME:
            return f"{value / 1e6:.1f} s"
        case Unit.COUNT:
            return str(value)


def _write_csv(out: TextIO, page: _Page) -> None:
    columns = page.columns or tuple(MEASURES)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("from", "of", "name", *columns))
    for line in page.lines:
        values = ("" if line.values[name] is None else line.values[name] for name in columns)
        writer.writerow((page.when(line), line.of.value, cell(line.name), *values))


def _write_json(out: TextIO, page: _Page) -> None:
    columns = page.columns or tuple(MEASURES)
    agents = (page.books.total((Of.AGENT, name)) for name in page.books.keys(Of.AGENT))
    fairness = jain(agents)
    told: dict[str, Any] = {
        "from": told_at(page.books.grid.begin or 0, page.zone),
        "to": told_at(page.books.grid.end or 0, page.zone),
        "interval_us": page.books.grid.length_us,
        "attribution": page.books.attribution.value,
        "fairness": None if fairness is None else round(float(fairness), 6),
        "rows": [
            {
                "from": page.when(line),
                line.of.value: line.name,
                **{name: line.values[name] for name in columns},
            }
            for line in page.lines
        ],
    }
    json.dump(told, out, indent=1)
    out.write("\n")


def _length(text: str) -> int:
    match = re.fullmatch(r"([1-9]\d{0,6})([smhd])", text)
    if match is None:
        raise ValueError(f"{text!r} is not a length of time: write 30m, 1h or 1d")
    return int(match[1]) * _UNITS[match[2]]

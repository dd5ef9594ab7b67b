"""The command ``report script``: what came of a call script, from the database."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from contact_center.adapters.sql.database import connect
from contact_center.adapters.sql.errors import StorageError
from contact_center.adapters.sql.script_reports import ScriptReports
from contact_center.app.instants import add_stretch, stretch_of
from contact_center.app.report_words import in_words, percent, seconds, write_table
from contact_center.content.center_files import load_center_file, prompt_files
from contact_center.content.problems import ContentError
from contact_center.core.scripting.script import Script
from contact_center.reporting.script_book import BY, ScriptBook, ScriptQuestion
from contact_center.settings import Settings, load_settings

_PAGES = ("page", "runs", "reached", "entries", "back", "lost", "p50", "p90", "most go")


def script_called(name: str, scripts: Iterable[Script]) -> Script | None:
    """Give the script of that name, if it is one of these."""
    return next((script for script in scripts if script.script == name), None)


def script_report_command(argv: list[str]) -> int:
    """Print the report: 0 when done, 1 when it cannot be made, 2 for a wrong command line."""
    options = _parser().parse_args(argv)
    try:
        begin, end, _ = stretch_of(options)
    except ValueError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    asked = ScriptQuestion(
        script=options.script,
        begin=begin,
        end=end,
        by=options.by,
        queue=options.queue,
        agent=options.agent,
        goals=frozenset(options.goal.split(",")) - {""},
    )
    try:
        settings = load_settings(os.environ, options.settings)
        content = load_center_file(settings.center, prompt_files(settings.prompts.files_dir))
        book = asyncio.run(_book(settings, asked))
    except ContentError as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
        return 1
    except StorageError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    scripts = [s for choice in content.call_scripts.values() for s in choice.scripts]
    script = script_called(options.script, scripts)
    if script is None and not book.groups:
        known = ", ".join(sorted({script.script for script in scripts})) or "none"
        sys.stderr.write(f"there is no call script {options.script}; there are: {known}\n")
        return 2
    told = book.plain(script)
    if options.format == "json":
        json.dump(told, sys.stdout, indent=1)
        sys.stdout.write("\n")
    else:
        _write(sys.stdout, told)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="contact-center report script",
        description="What came of a call script, page by page, from the database.",
    )
    parser.add_argument("script", metavar="NAME", help="the script's name")
    add_stretch(parser)
    parser.add_argument("--by", choices=BY, default="version", help="what is told apart")
    parser.add_argument("--queue", default="", help="this queue alone")
    parser.add_argument("--agent", default="", help="this agent alone")
    parser.add_argument(
        "--goal", default="", metavar="DISPOSITIONS",
        help="dispositions, with commas, that the script is for: conversion is their share",
    )  # fmt: skip
    parser.add_argument("--format", choices=["table", "json"], default="table")
    parser.add_argument(
        "--json", dest="format", action="store_const", const="json", help="as --format json"
    )
    return parser


async def _book(settings: Settings, asked: ScriptQuestion) -> ScriptBook:
    database = connect(settings.database)
    try:
        return await ScriptReports(database).book(asked)
    finally:
        await database.close()


# --- for people ---------------------------------------------------------------------------------


def _write(out: TextIO, told: dict[str, Any]) -> None:
    if not told["groups"]:
        out.write("(nobody read this script in this time)\n")
    by = told["by"]
    for number, group in enumerate(told["groups"]):
        now = " (today's)" if group.get("current") else ""
        name = group[by][:12] if by == "version" else group[by]
        out.write(f"{'' if number == 0 else chr(10)}{by} {name}{now}\n")
        for line in _sums(group):
            out.write(f"  {line}\n")
        out.write("\n")
        write_table(out, [_PAGES, *map(_page, group["pages"])])
        for head, rows in _tables(group):
            out.write("\n")
            write_table(out, [head, *rows])


def _sums(group: dict[str, Any]) -> Iterator[str]:
    yield f"{group['runs']} runs in {group['calls']} calls, {group['ended']} of them over"
    for words, found in (
        ("read to the end", group["completion"]),
        ("conversion", group["conversion"]),
    ):
        if found is not None and found["of"]:
            yield f"{words}: {in_words(found)}"
    for code, found in group["dispositions"].items():
        yield f"ended as {code}: {in_words(found)}"


def _page(page: dict[str, Any]) -> tuple[str, ...]:
    ways = [*page["exits"], *page["passed"]]
    most = f"{ways[0]['way']} {percent(ways[0]['share'])}" if ways else "-"
    return (
        page["page"],
        str(page["runs"]),
        percent(page["reached"]),
        str(page["entries"]),
        str(page["back"]),
        str(page["lost"]["count"]),
        seconds(page["p50_us"]),
        seconds(page["p90_us"]),
        most,
    )


def _tables(group: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """What is told beside pages: a head and rows each, left out when there is nothing."""
    goals = group["conversion"] is not None
    last = ("converted", "between", "and") if goals else ("to the end", "between", "and")

    def ends(found: dict[str, Any]) -> tuple[str, ...]:
        share = found["conversion"] if goals else found["completion"]
        return tuple(percent(share[name]) for name in ("share", "low", "high"))

    tables = (
        ("split", "runs", [(f"{a['page']}: {a['arm']}", str(a["runs"]), *ends(a))
                           for a in group["splits"]]),
        ("objection", "runs", [(o["objection"], str(o["runs"]), *ends(o))
                               for o in group["objections"]]),
        ("said", "runs", [(d["disclosure"], _recorded(d), *ends(d))
                          for d in group["disclosures"]]),
    )  # fmt: skip
    for what, runs, rows in tables:
        if rows:
            yield (what, runs, *last), rows
    offers = [
        (
            o["offer"],
            str(o["shown"]),
            *(percent(o["accepted"][n]) for n in ("share", "low", "high")),
        )
        for o in group["offers"]
    ]
    if offers:
        yield ("offer", "shown", "accepted", "between", "and"), offers


def _recorded(said: dict[str, Any]) -> str:
    return f"{said['runs']} ({said['recorded']} recorded)"

"""The command ``report dispositions``: how calls ended, counted by the tree or one by one."""

import argparse
import asyncio
import csv
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import TextIO

from contact_center.adapters.sql.database import connect
from contact_center.adapters.sql.endings import Ending, Endings
from contact_center.adapters.sql.errors import StorageError
from contact_center.app.instants import add_stretch, stretch_of, told_at
from contact_center.app.report_words import write_table
from contact_center.content.center_files import load_center_file, prompt_files
from contact_center.content.problems import ContentError
from contact_center.core.disposition import Disposition
from contact_center.reporting.csv_cells import cell
from contact_center.settings import Settings, load_settings

Tree = Mapping[str, Disposition]


def endings_report_command(argv: list[str]) -> int:
    """Print the report: 0 when done, 1 when it cannot be made, 2 for a wrong command line."""
    options = _parser().parse_args(argv)
    try:
        begin, end, zone = stretch_of(options)
    except ValueError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    try:
        settings = load_settings(os.environ, options.settings)
        content = load_center_file(settings.center, prompt_files(settings.prompts.files_dir))
        found = asyncio.run(_endings(settings, options, begin, end))
    except ContentError as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
        return 1
    except StorageError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    tree = content.configuration.dispositions
    if options.format == "table":
        _write_table(sys.stdout, found, tree)
    elif options.format == "csv":
        write_csv(sys.stdout, found, tree, zone)
    else:
        _write_json(sys.stdout, found, tree, zone)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="contact-center report dispositions",
        description="How calls ended, as agents said: a table counts them by the tree, CSV and"
        " JSON have each with what was said to its fields.",
    )
    add_stretch(parser)
    parser.add_argument("--queue", default="", help="this queue alone")
    parser.add_argument("--agent", default="", help="this agent alone")
    parser.add_argument("--format", choices=["table", "csv", "json"], default="table")
    return parser


async def _endings(
    settings: Settings, options: argparse.Namespace, begin: int, end: int
) -> list[Ending]:
    database = connect(settings.database)
    try:
        return await Endings(database).between(begin, end, queue=options.queue, agent=options.agent)
    finally:
        await database.close()


def _path(code: str, tree: Tree) -> tuple[str, ...]:
    known = tree.get(code)
    return (*known.under, known.label) if known is not None else (code,)


def _write_table(out: TextIO, found: Sequence[Ending], tree: Tree) -> None:
    """Count every ending and every group that it is under, in the order of the center's file."""
    counts: Counter[tuple[str, ...]] = Counter()
    for ending in found:
        path = _path(ending.code, tree)
        counts.update(path[: depth + 1] for depth in range(len(path)))
    if not counts:
        out.write("(nobody said how a call ended in this time)\n")
        return
    rows: list[tuple[str, ...]] = [("how it ended", "calls", "share")]
    for path in _in_order(counts, tree):
        share = f"{counts[path] / len(found) * 100:.1f} %"
        rows.append((f"{'  ' * (len(path) - 1)}{path[-1]}", str(counts[path]), share))
    write_table(out, rows)


def _in_order(paths: Iterable[tuple[str, ...]], tree: Tree) -> list[tuple[str, ...]]:
    places: dict[tuple[str, ...], int] = {}
    for code in tree:
        path = _path(code, tree)
        for depth in range(len(path)):
            places.setdefault(path[: depth + 1], len(places))
    far = len(places)

    def place(path: tuple[str, ...]) -> tuple[list[int], tuple[str, ...]]:
        return [places.get(path[: depth + 1], far) for depth in range(len(path))], path

    return sorted(paths, key=place)


def write_csv(out: TextIO, found: Sequence[Ending], tree: Tree, zone: tzinfo) -> None:
    """One line for each, with a column for every field that any of them has."""
    named = [one.name for known in tree.values() for one in known.fields]
    said = sorted({name for ending in found for name in ending.fields})
    fields = list(dict.fromkeys([*(name for name in named if name in said), *said]))
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("at", "call", "queue", "agent", "code", "path", "notes", *map(cell, fields)))
    for ending in found:
        cells = (
            told_at(ending.at, zone),
            *(ending.call, ending.queue, ending.agent, ending.code),
            " / ".join(_path(ending.code, tree)),
            ending.notes,
            *(ending.fields.get(name, "") for name in fields),
        )
        writer.writerow(map(cell, cells))


def _write_json(out: TextIO, found: Sequence[Ending], tree: Tree, zone: tzinfo) -> None:
    rows = [
        {
            "at": told_at(ending.at, zone),
            "call": ending.call,
            "queue": ending.queue,
            "agent": ending.agent,
            "code": ending.code,
            "path": list(_path(ending.code, tree)),
            "notes": ending.notes,
            "fields": dict(ending.fields),
        }
        for ending in found
    ]
    json.dump({"dispositions": rows}, out, indent=1)
    out.write("\n")

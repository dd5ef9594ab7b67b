"""The command ``report articles``: whom the articles of the public page helped."""

import argparse
import asyncio
import csv
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TextIO

from contact_center.adapters.sql.article_votes import ArticleVotes, Votes
from contact_center.adapters.sql.database import connect
from contact_center.adapters.sql.errors import StorageError
from contact_center.app.instants import add_stretch, stretch_of
from contact_center.app.report_words import write_table
from contact_center.content.center_files import load_center_file, prompt_files
from contact_center.content.problems import ContentError
from contact_center.reporting.csv_cells import cell
from contact_center.settings import Settings, load_settings

COLUMNS = ("article", "title", "helped", "not_helped", "share")


def article_report_command(argv: list[str]) -> int:
    """Print the report: 0 when done, 1 when it cannot be made, 2 for a wrong command line."""
    parser = argparse.ArgumentParser(
        prog="contact-center report articles",
        description="Whom articles helped, as readers said on the public page, by whole days UTC;"
        " those that helped the fewest come first.",
    )
    add_stretch(parser)
    parser.add_argument("--format", choices=["table", "csv", "json"], default="table")
    options = parser.parse_args(argv)
    try:
        begin, end, _ = stretch_of(options)
    except ValueError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    try:
        settings = load_settings(os.environ, options.settings)
        content = load_center_file(settings.center, prompt_files(settings.prompts.files_dir))
        found = asyncio.run(_votes(settings, begin, end))
    except ContentError as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
        return 1
    except StorageError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    titles = {one.name: one.title for one in content.look_up.articles}
    write_articles(sys.stdout, found, titles, options.format)
    return 0


def write_articles(
    out: TextIO, found: Sequence[Votes], titles: Mapping[str, str], how: str
) -> None:
    """Write the counts as a table, as CSV or as JSON; `titles` by an article's name."""
    if how == "json":
        told = [{**asdict(one), "title": titles.get(one.article, "")} for one in found]
        out.write(json.dumps(told, indent=2) + "\n")
        return
    rows = [
        (
            one.article,
            titles.get(one.article, ""),
            str(one.helped),
            str(one.not_helped),
            f"{100 * one.helped / (one.helped + one.not_helped):.0f}%",
        )
        for one in found
    ]
    if how == "csv":
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([cell(text) for text in row] for row in rows)
    else:
        write_table(out, [COLUMNS, *rows])


async def _votes(settings: Settings, begin: int, end: int) -> list[Votes]:
    database = connect(settings.database)
    try:
        return await ArticleVotes(database).between(begin, end)
    finally:
        await database.close()

"""What can be said to the command ``leads``."""

import argparse
from pathlib import Path

from contact_center.app.whoever import logged_in

SCOPES = "global, list:NAME, seller:NAME or campaign:NAME"


def parser() -> argparse.ArgumentParser:
    """Make the parser."""
    top = argparse.ArgumentParser(
        prog="contact-center leads", description="Lists of leads: docs/lists.md."
    )
    top.add_argument("--settings", type=Path, help="settings file (or CC_SETTINGS)")
    what = top.add_subparsers(dest="what", required=True, metavar="WHAT")
    _import(what.add_parser("import", help="import a CSV file into a list"))
    lists = what.add_parser("lists", help="what lists there are")
    lists.add_argument("--json", action="store_true", help="as data")
    count = what.add_parser("count", help="count the leads of a list that a filter matches")
    _of_list(count)
    segment = what.add_parser("segment", help="save a filter under a name")
    _of_list(segment)
    segment.add_argument("name", help='then a filter may say: "NAME" in lead.segments')
    segment.add_argument(
        "--snapshot", action="store_true", help="the leads that match now, not those that will"
    )
    _by(segment)
    suppress = what.add_parser("suppress", help="bar the numbers of a file from being called")
    suppress.add_argument("file", type=Path, help="one number a line, or in the first column")
    suppress.add_argument("--scope", default="global", help=f"{SCOPES} (global)")
    suppress.add_argument(
        "--source", default="internal", help="the name of a list from outside (internal: our own)"
    )
    suppress.add_argument("--reason", default="", help="why, for who reads it later")
    suppress.add_argument("--region", default="US", help="whose national numbers are meant (US)")
    _by(suppress)
    export = what.add_parser("export", help="write leads as CSV, safe to open in a spreadsheet")
    _of_list(export)
    export.add_argument("--out", type=Path, help="a file (the screen)")
    best = what.add_parser("best-time", help="learn when people answer; whose hour it is, is first")
    best.add_argument("--list", required=True)
    best.add_argument("--days", type=int, default=90, help="of attempts to learn from (90)")
    best.add_argument("--seed", type=int, help="of what is drawn (the time)")
    _owners(what.add_parser("owners", help="ask a database of reassigned numbers about a list"))
    return top


def _owners(command: argparse.ArgumentParser) -> None:
    command.add_argument("--list", required=True)
    command.add_argument("--url", required=True, help="where to ask: docs/compliance.md")
    command.add_argument("--token-file", type=Path, help="a file with the token it wants")
    command.add_argument("--days", type=int, default=30, help="so old an answer may be (30)")
    _by(command)


def _import(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path)
    command.add_argument("--shape", type=Path, required=True, help="what its columns mean")
    command.add_argument("--list", help="another list than the definition's own")
    command.add_argument(
        "--beside",
        nargs="*",
        default=[],
        metavar="LIST",
        help="other lists of the campaign, for duplicates: campaign",
    )
    command.add_argument("--verdicts", type=Path, help="where to write what became of each row")
    command.add_argument("--dry-run", action="store_true", help="say it, and import nothing")
    _by(command)


def _of_list(command: argparse.ArgumentParser) -> None:
    command.add_argument("--list", required=True)
    command.add_argument("--filter", default="", help="which leads (all), as in: fields.age > 30")


def _by(command: argparse.ArgumentParser) -> None:
    command.add_argument("--by", default=logged_in(), help="who does it (whoever is logged in)")

"""The command ``audit``: read the audit log, and find out whether it still holds.

It reads the database itself, so it works also when nothing runs.
"""

import argparse
import asyncio
import json
import os
import re
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contact_center.adapters.sql.audit import MOST, AuditLog, Entry, Wanted
from contact_center.adapters.sql.database import connect
from contact_center.adapters.sql.errors import StorageError
from contact_center.app.audit import shown, told
from contact_center.app.instants import instant
from contact_center.content.problems import ContentError
from contact_center.settings import Settings, load_settings

_HEAD = re.compile(r"(?P<n>\d{1,18}):(?P<hash>[0-9a-f]{64})\Z")


def audit_command(argv: list[str]) -> int:
    """Show or verify: 0 when done, 1 when the chain is broken, 2 when it cannot be read."""
    options = _parser().parse_args(argv)
    try:
        settings = load_settings(os.environ, options.settings)
        return asyncio.run(_act(settings, options, _ACTS[options.what]))
    except ContentError as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
    except (StorageError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="contact-center audit", description="Who changed what, when and why."
    )
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--settings", type=Path, help="settings file (or CC_SETTINGS)")
    shared.add_argument("--json", action="store_true", help="as data")
    acts = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    line = "read it from its beginning, and name the first row that does not hold"
    made = acts.add_parser("verify", help=line, description=line, parents=[shared])
    made.add_argument("--head", metavar="N:HASH", help="an end that was noted before", default="")
    line = "show entries, newest first"
    made = acts.add_parser("show", help=line, description=line, parents=[shared])
    made.add_argument("--who", default="", help="by whom")
    made.add_argument("--action", default="", help="how it begins: campaign., call.move")
    made.add_argument("--object", default="", help="of what; how it begins")
    made.add_argument("--from", dest="begin", default="", metavar="TIME")
    made.add_argument("--to", dest="end", default="", metavar="TIME")
    made.add_argument("--limit", type=int, default=50, help=f"so many at most, up to {MOST}")
    return parser


Act = Callable[[AuditLog, argparse.Namespace], Awaitable[int]]


async def _act(settings: Settings, options: argparse.Namespace, act: Act) -> int:
    database = connect(settings.database)
    try:
        return await act(AuditLog(database), options)
    finally:
        await database.close()


async def _verify(log: AuditLog, options: argparse.Namespace) -> int:
    head = None
    if options.head:
        found = _HEAD.match(options.head)
        if found is None:
            raise ValueError("--head: write it as verify tells it, N:HASH")
        head = (int(found["n"]), found["hash"])
    verdict = await log.verify(head)
    if options.json:
        sys.stdout.write(f"{json.dumps(told(verdict), indent=2)}\n")
    elif verdict.broken:
        sys.stdout.write(
            f"broken at row {verdict.broken}: {verdict.why}"
            f" ({verdict.entries} entries before it hold)\n"
        )
    else:
        sys.stdout.write(f"{verdict.entries} entries hold; head {verdict.n}:{verdict.hash}\n")
    return 1 if verdict.broken else 0


async def _show(log: AuditLog, options: argparse.Namespace) -> int:
    wanted = Wanted(
        who=options.who,
        action=options.action,
        object=options.object,
        since=instant(options.begin, UTC) if options.begin else 0,
        until=instant(options.end, UTC) if options.end else 0,
        limit=options.limit,
    )
    found = await log.entries(wanted)
    if options.json:
        sys.stdout.write(f"{json.dumps([shown(entry) for entry in found], indent=2)}\n")
    else:
        sys.stdout.write("".join(f"{_line(entry)}\n" for entry in found))
    return 0


def _line(entry: Entry) -> str:
    change = entry.change
    at = datetime.fromtimestamp(change.at // 1_000_000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    ends = [f"({change.why})" if change.why else "", f"[{change.outcome}]" * bool(change.outcome)]
    values = f"{_value(change.before)} -> {_value(change.after)}"
    words = [f"{entry.n:6}", at, f"{change.who}:", change.action, change.object, values, *ends]
    return " ".join(word for word in words if word)


def _value(value: Any) -> str:
    return "-" if value is None else json.dumps(value, ensure_ascii=False)


_ACTS: dict[str, Act] = {"verify": _verify, "show": _show}

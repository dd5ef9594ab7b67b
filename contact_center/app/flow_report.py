"""The command ``report flow``: what became of callers in a flow, from the database."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from contact_center.adapters.sql.database import connect
from contact_center.adapters.sql.errors import StorageError
from contact_center.adapters.sql.node_visits import NodeVisits
from contact_center.app.instants import add_stretch, stretch_of
from contact_center.app.report_words import in_words, percent, seconds, write_table
from contact_center.content.center_files import load_center_file, prompt_files
from contact_center.content.problems import ContentError
from contact_center.core.ids import FlowId
from contact_center.core.ivr.flow import FlowBundle
from contact_center.reporting.flow_book import FlowBook, FlowQuestion, VersionTally, traffic
from contact_center.reporting.zero_out import zero_outs
from contact_center.runtime.clock import WallClock
from contact_center.settings import Settings, load_settings

_NODES = ("node", "calls", "reached", "visits", "hung up", "no input", "no match", "error",
          "by word", "mean", "p50", "p90")  # fmt: skip


def flow_question(
    flow: str,
    bundle: FlowBundle | None,
    begin: int,
    end: int,
    until: int,
    successes: frozenset[str] = frozenset(),
) -> FlowQuestion:
    """Ask about a flow; `bundle` is how it is now, None when there is no such flow any more."""
    return FlowQuestion(
        flow=flow,
        begin=begin,
        end=end,
        until=until,
        zero_outs=None if bundle is None else zero_outs(bundle),
        successes=successes,
    )


def flow_report_command(argv: list[str]) -> int:
    """Print the report: 0 when done, 1 when it cannot be made, 2 for a wrong command line."""
    options = _parser().parse_args(argv)
    try:
        begin, end, _ = stretch_of(options)
    except ValueError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    try:
        settings = load_settings(os.environ, options.settings)
        content = load_center_file(settings.center, prompt_files(settings.prompts.files_dir))
        bundle = content.configuration.flows.get(FlowId(options.flow))
        successes = frozenset(options.success.split(",")) - {""}
        now = WallClock().now()
        asked = flow_question(options.flow, bundle, begin, end, now, successes)
        book = asyncio.run(_book(settings, asked))
    except ContentError as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
        return 1
    except StorageError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if bundle is None and not book.versions:
        known = ", ".join(content.configuration.flows)
        sys.stderr.write(f"there is no flow {options.flow}; there are: {known}\n")
        return 2
    _keep_version(book, options.version)
    if options.format == "json":
        json.dump(book.plain(bundle), sys.stdout, indent=1)
        sys.stdout.write("\n")
    elif options.format == "traffic":
        json.dump({options.flow: traffic(book.versions.values())}, sys.stdout, indent=1)
        sys.stdout.write("\n")
    else:
        _write(sys.stdout, book.plain(bundle))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="contact-center report flow",
        description="What became of callers in a flow, version by version, from the database.",
    )
    parser.add_argument("flow", metavar="NAME", help="the flow's name")
    add_stretch(parser)
    parser.add_argument("--version", default="", help="this version alone (its first characters)")
    parser.add_argument(
        "--success", default="", metavar="MILESTONES",
        help="milestones, with commas, after which a caller who leaves needed nobody",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=["table", "json", "traffic"], default="table",
        help="json also has what `ivr draw --traffic` takes; traffic is that alone",
    )  # fmt: skip
    return parser


async def _book(settings: Settings, asked: FlowQuestion) -> FlowBook:
    database = connect(settings.database)
    try:
        return await NodeVisits(database).book(asked)
    finally:
        await database.close()


def _keep_version(book: FlowBook, chosen: str) -> None:
    kept: dict[str, VersionTally] = {
        name: tally for name, tally in book.versions.items() if name.startswith(chosen)
    }
    book.versions = kept


# --- for people ---------------------------------------------------------------------------------


def _write(out: TextIO, told: dict[str, Any]) -> None:
    if not told["versions"]:
        out.write("(nobody came into this flow in this time)\n")
    for number, version in enumerate(told["versions"]):
        now = " (today's)" if version["current"] else ""
        out.write(f"{'' if number == 0 else chr(10)}version {version['version'][:12]}{now}\n")
        for line in _sums(version):
            out.write(f"  {line}\n")
        out.write("\n")
        write_table(out, [_NODES, *map(_node, version["nodes"])])
        arms = [_arm(arm) for arm in version["splits"]]
        if arms:
            out.write("\n")
            write_table(out, [("split", "calls", "contained", "between", "and"), *arms])


def _sums(version: dict[str, Any]) -> Iterator[str]:
    yield f"{version['calls']} calls, {version['finished']} of them over"
    for words, name in (
        ("contained", "containment"),
        ("insisted on a person", "zero_out"),
        ("called again within a day", "called_again"),
        ("contained, but called again", "contained_called_again"),
    ):
        found = version[name]
        if found is not None and found["of"]:
            yield f"{words}: {in_words(found)}"
    mean = version["mean_to_agent_us"]
    if mean is not None:
        yield f"reached an agent: {version['connected']}, after {seconds(mean)} on average"
    for milestone, found in version["milestones"].items():
        yield f"passed {milestone}: {in_words(found)}"


def _node(node: dict[str, Any]) -> tuple[str, ...]:
    failures = node["failures"]
    return (
        node["node"],
        str(node["calls"]),
        percent(node["reached"]),
        str(node["visits"]),
        percent(node["drop_off"]["share"]),
        *(str(failures[name]) for name in ("no_input", "no_match", "error")),
        str(node["spoken"]),
        *(seconds(node[name]) for name in ("mean_us", "p50_us", "p90_us")),
    )


def _arm(arm: dict[str, Any]) -> tuple[str, ...]:
    contained = arm["containment"]
    shares = (percent(contained[name]) for name in ("share", "low", "high"))
    return (f"{arm['node']}: {arm['arm']}", str(arm["calls"]), *shares)

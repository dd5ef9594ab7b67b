"""``ivr draw`` and ``ivr diff``: a flow as a picture, and what is different in another version."""

import argparse
import asyncio
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from contact_center.adapters.sql.database import connect
from contact_center.adapters.sql.node_visits import NodeVisits
from contact_center.app.instants import instant
from contact_center.app.ivr.finding import NotFoundError, Place, find
from contact_center.core.ivr.compare import compare
from contact_center.core.ivr.drawing import Traffic, to_svg
from contact_center.core.ivr.flow import FlowBundle
from contact_center.core.ivr.picture import to_mermaid
from contact_center.reporting.flow_book import FlowBook, FlowQuestion
from contact_center.reporting.flow_book import traffic as counted
from contact_center.runtime.clock import WallClock
from contact_center.settings import Settings, load_settings

MOST_BYTES = 16 * 1024 * 1024


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be said of a picture."""
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--svg", action="store_true", help="as SVG, for browsers")
    form.add_argument("--mermaid", action="store_true", help="as text for Mermaid (the default)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write it here")
    parser.add_argument(
        "--traffic", type=Path, metavar="FILE.json",
        help="callers by node and outcome, laid over an SVG",
    )  # fmt: skip
    parser.add_argument(
        "--from", dest="begin", metavar="TIME",
        help="lay over it the callers since then, from the database of the settings",
    )  # fmt: skip
    parser.add_argument("--to", dest="end", metavar="TIME", help="and until then; now otherwise")


def draw(options: argparse.Namespace) -> int:
    """Draw a flow, on the screen or into a file."""
    place = find(options.flow, options.center, options.settings)
    bundle = _bundle(place, options)
    traffic = None
    if options.traffic is not None:
        traffic = read_traffic(options.traffic, bundle)
    elif options.begin is not None:
        traffic = _from_database(bundle, options, place.zone)
    if options.mermaid and traffic is not None:
        raise NotFoundError("callers are laid over an SVG: leave --mermaid out")
    as_svg = options.svg or traffic is not None
    text = to_svg(bundle, traffic) if as_svg else to_mermaid(bundle)
    if options.out is None:
        sys.stdout.write(text)
    else:
        options.out.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{options.out}: {len(bundle.nodes)} nodes\n")
    return 0


def diff(options: argparse.Namespace) -> int:
    """Say what is different: 0 when nothing is, 1 when something is."""
    old, new = (find(w, options.center, options.settings) for w in (options.old, options.new))
    # A file that belongs to no center is read as if it stood where the other one does.
    if new.center is None:
        new = old.instead(new)
    elif old.center is None:
        old = new.instead(old)
    return tell_changes(old, new, options)


def tell_changes(old: Place, new: Place, options: argparse.Namespace) -> int:
    """Say what is different in the flow of `new`: 0 when nothing is, 1 when something is."""
    changes = compare(_bundle(old, options), _bundle(new, options))
    if options.json:
        sys.stdout.write(f"{json.dumps([asdict(c) for c in changes], indent=2)}\n")
    else:
        lines = [f"{change}\n" for change in changes] or ["no difference\n"]
        sys.stdout.write("".join(lines))
    return 1 if changes else 0


def _bundle(place: Place, options: argparse.Namespace) -> FlowBundle:
    center = place.load(options.prompt_files)
    flows = place.flows(center)
    if len(flows) != 1:
        names = ", ".join(center.configuration.flows)
        raise NotFoundError(f"{place.center} is a center; name one of its flows: {names}")
    return center.configuration.flows[flows[0]]


def _from_database(bundle: FlowBundle, options: argparse.Namespace, zone: ZoneInfo) -> Traffic:
    now = WallClock().now()
    try:
        begin = instant(options.begin, zone)
        end = now if options.end is None else instant(options.end, zone)
    except ValueError as problem:
        raise NotFoundError(str(problem)) from None
    asked = FlowQuestion(flow=bundle.flow, begin=begin, end=end, until=now)
    settings = load_settings(os.environ, options.settings)
    book = asyncio.run(_asked(settings, asked))
    return Traffic(left=counted(book.versions.values()))


async def _asked(settings: Settings, asked: FlowQuestion) -> FlowBook:
    database = connect(settings.database)
    try:
        return await NodeVisits(database).book(asked)
    finally:
        await database.close()


def read_traffic(file: Path, bundle: FlowBundle) -> Traffic:
    """Read ``{"node": {"outcome": callers}}``, which may stand under the flow's name.

    What `report flow --format json` gives is taken as it is. Raises NotFoundError for what is no
    such file.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise NotFoundError(f"{file} is larger than {MOST_BYTES} bytes")
        data: Any = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise NotFoundError(f"{file} is not JSON: {error}") from None
    if isinstance(data, dict) and data.get("report") == "flow":
        data = data.get("traffic")
    elif isinstance(data, dict) and bundle.flow not in bundle.nodes and bundle.flow in data:
        data = data[bundle.flow]
    if not isinstance(data, dict) or not all(map(_counts, data.values())):
        raise NotFoundError(f'{file}: write {{"node": {{"outcome": 12}}}}')
    strangers = sorted(set(data) - set(bundle.nodes))
    if data and len(strangers) == len(data):
        raise NotFoundError(f"{file} is of another flow: {', '.join(strangers[:5])}")
    return Traffic(left=data)


def _counts(ways: object) -> bool:
    return isinstance(ways, dict) and all(
        isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in ways.values()
    )

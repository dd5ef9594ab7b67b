"""Instants and stretches of time on the command line."""

import argparse
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def add_stretch(parser: argparse.ArgumentParser) -> None:
    """Add what every report takes: settings, from when, to when, in which time zone."""
    parser.add_argument("--settings", type=Path, help="settings file (or CC_SETTINGS)")
    parser.add_argument(
        "--from",
        dest="begin",
        required=True,
        metavar="TIME",
        help="first instant, as 2026-11-22 or 2026-11-22T09:00 or with +01:00",
    )
    parser.add_argument(
        "--to",
        dest="end",
        required=True,
        metavar="TIME",
        help="first instant that does not belong to it any more",
    )
    parser.add_argument("--zone", default="", help="time zone of what is written, UTC otherwise")


def stretch_of(options: argparse.Namespace) -> tuple[int, int, tzinfo]:
    """Read what `add_stretch` added: begin and end, in microseconds UTC, and the zone.

    Raises ValueError.
    """
    try:
        zone: tzinfo = ZoneInfo(options.zone) if options.zone else UTC
    except ZoneInfoNotFoundError as problem:
        raise ValueError(str(problem)) from None
    begin, end = instant(options.begin, zone), instant(options.end, zone)
    if not begin < end:
        raise ValueError("--to must be later than --from")
    return begin, end, zone


def instant(text: str, zone: tzinfo) -> int:
    """Read a time, in microseconds UTC. Raises ValueError."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a time: write 2026-11-22 or 2026-11-22T09:30") from None
    at = at if at.tzinfo is not None else at.replace(tzinfo=zone)
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def told_at(at: int, zone: tzinfo) -> str:
    """Write a time."""
    return datetime.fromtimestamp(at // 1_000_000, zone).isoformat(timespec="minutes")

"""``telemarketing``: a campaign over a real list, dialled in simulation by the live parts."""

import argparse
import json
import os
import sys
from pathlib import Path

from dialer.filter_parser import parse
from dialer.lead_filter import FilterError
from dialer.pacers import pacer_of
from simulations.commands.outcome import FINE, UsageError
from simulations.dialing_list.campaign import Setting, dial
from simulations.dialing_list.odds import judged
from simulations.dialing_list.report import SEGMENTS, document, table
from simulations.dialing_list.source import Source, UnusableListError, read_source

HELP = "import, segment, plan, dial and analyse a real telemarketing list"
LEAST = 50


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be said."""
    parser.add_argument("file", type=Path, help="the list; docs/lists.md says which")
    parser.add_argument("--agents", type=int, default=20)
    parser.add_argument("--pacers", nargs="+", default=["look_ahead", "progressive"])
    parser.add_argument("--orders", nargs="+", default=["best"], choices=["best", "file", "random"])
    parser.add_argument("--leads", type=int, default=0, help="rows of the file (all)")
    parser.add_argument("--days", type=int, default=15, help="at most")
    parser.add_argument("--holdout", type=float, default=0.1, help="share never called (0.1)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--segment",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "FILTER"),
        help="another segment to look at",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")


def run(chosen: argparse.Namespace) -> int:
    """Dial the list once with each pacer and order, and print what came of it."""
    source = _read(chosen)
    if chosen.agents < 1 or chosen.days < 1 or not 0 <= chosen.holdout < 1:
        raise UsageError("at least one agent and one day, and somebody has to be called")
    segments = {**SEGMENTS, **dict(chosen.segment)}
    try:
        for pacer in chosen.pacers:
            pacer_of(pacer)
        for written in segments.values():
            parse(written, source.definition.kinds)
    except (FilterError, ValueError) as error:
        raise UsageError(str(error)) from None
    known = judged(source.people)
    campaigns = []
    for pacer in chosen.pacers:
        for order in chosen.orders:
            sys.stderr.write(f"{pacer}, {order} ...\n")
            setting = Setting(
                agents=chosen.agents,
                pacer=pacer,
                order=order,
                holdout=chosen.holdout,
                seed=chosen.seed,
                days=chosen.days,
            )
            outcome = dial(source.people, known, setting)
            campaigns.append(document(outcome, source.definition.kinds, segments))
    told = {
        "imported": len(source.people),
        "rejected": len(source.rejected),
        "campaigns": campaigns,
        "load_average": os.getloadavg()[0],
    }
    if chosen.json:
        print(json.dumps(told))
    else:
        print(f"imported {told['imported']} leads, {told['rejected']} rows rejected")
        print("\n\n".join(table(each) for each in campaigns))
    return FINE


def _read(chosen: argparse.Namespace) -> Source:
    try:
        source = read_source(chosen.file, chosen.leads)
    except (OSError, UnusableListError) as error:
        raise UsageError(f"{chosen.file}: {error}") from None
    if len(source.people) < LEAST:
        raise UsageError(f"{chosen.file}: fewer than {LEAST} leads")
    return source

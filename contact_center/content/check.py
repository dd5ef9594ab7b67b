"""Checking a center and saying what is in it."""

from collections.abc import Iterable
from pathlib import Path

from contact_center.content.abandoned_message import check_messages
from contact_center.content.campaigns import around, load_campaigns_file
from contact_center.content.center import Center
from contact_center.content.center_files import load_center_file, prompt_files
from contact_center.content.policies import load_policies_folder
from contact_center.content.problems import ContentError, Problem, in_order
from contact_center.content.script_places import scripts_for_nobody
from contact_center.core.ivr.flow import FlowBundle
from dialer.campaign import CampaignSettings
from dialer.pacers import LAWFUL
from dialer.policy import Policy


def check_center(
    center: Path, files_dir: Path | None = None
) -> tuple[Center | None, tuple[Problem, ...]]:
    """Load a center: the center, None when it has errors, and every problem found."""
    try:
        loaded = load_center_file(center, prompt_files(files_dir))
    except ContentError as error:
        return None, error.problems
    return loaded, loaded.warnings


def check_dialer(
    center: Center, campaigns: Path, policies: Path
) -> tuple[tuple[CampaignSettings, ...], tuple[Policy, ...], tuple[Problem, ...]]:
    """Load rule books and campaigns: what of both is right, and every problem found."""
    problems: list[Problem] = []
    books: tuple[Policy, ...] = ()
    settings: tuple[CampaignSettings, ...] = ()
    try:
        books = load_policies_folder(policies)
    except ContentError as error:
        problems += error.problems
    names = {book.policy for book in books}
    try:
        settings = load_campaigns_file(campaigns, around(center.configuration, names, LAWFUL))
    except ContentError as error:
        # Rule books that cannot be read are not missing as well.
        problems += [p for p in error.problems if books or p.code != "E131"]
    problems += scripts_for_nobody(center.script_files, settings) if settings else []
    problems += check_messages(str(campaigns), settings, center.configuration, books)
    return settings, books, in_order(problems)


def summary(center: Center) -> str:
    """Say in a few lines what a center is made of."""
    made = center.configuration
    numbers = ", ".join(f"{n.did} > {n.flow}" for n in made.numbers.values())
    queues = ", ".join(
        f"{name} ({sum(name in agent.queues for agent in made.agents.values())} agents)"
        for name in made.queues
    )
    lines = [
        f"center     {made.name} ({made.region}, {made.language})",
        f"numbers    {numbers}",
        f"queues     {queues}",
        f"agents     {', '.join(f'{a.agent} at {a.device}' for a in made.agents.values())}",
        f"calendars  {', '.join(made.calendars) or 'none'}",
        *(f"flow       {_flow(bundle)}" for bundle in made.flows.values()),
    ]
    return "\n".join(lines)


def dialer_summary(campaigns: Iterable[CampaignSettings], policies: Iterable[Policy]) -> list[str]:
    """Say in a line each what is dialled, and by which rule books."""
    regions = sorted({policy.region for policy in policies})
    return [
        *(
            f"campaign   {one.campaign} ({one.mode.value}, {one.queue}): "
            f"{', '.join(share.list for share in one.lists)}"
            for one in campaigns
        ),
        f"rule books {len(tuple(policies))} for {', '.join(regions) or 'nowhere'}",
    ]


def count(problems: Iterable[Problem]) -> str:
    """Word how many errors and warnings there are."""
    errors = warnings = 0
    for problem in problems:
        if problem.is_error:
            errors += 1
        else:
            warnings += 1
    return f"{_number(errors, 'error')}, {_number(warnings, 'warning')}"


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _flow(bundle: FlowBundle) -> str:
    kinds: dict[str, int] = {}
    for node in bundle.nodes.values():
        kind = type(node).__name__.lower()
        kinds[kind] = kinds.get(kind, 0) + 1
    parts = ", ".join(f"{kinds[kind]} {kind}" for kind in sorted(kinds))
    return f"{bundle.flow} (version {bundle.version}): {len(bundle.nodes)} nodes: {parts}"

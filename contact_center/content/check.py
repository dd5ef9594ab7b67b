"""Checking a center and saying what is in it."""

from collections.abc import Iterable
from pathlib import Path

from contact_center.content.center import Center
from contact_center.content.center_files import load_center_file, prompt_files
from contact_center.content.problems import ContentError, Problem
from contact_center.core.ivr.flow import FlowBundle


def check_center(
    center: Path, files_dir: Path | None = None
) -> tuple[Center | None, tuple[Problem, ...]]:
    """Load a center: the center, None when it has errors, and every problem found."""
    try:
        loaded = load_center_file(center, prompt_files(files_dir))
    except ContentError as error:
        return None, error.problems
    return loaded, loaded.warnings


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

"""The command ``check``: settings, center, campaigns and rule books, every problem at once."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from contact_center.content.check import (
    check_center,
    check_dialer,
    count,
    dialer_summary,
    summary,
)
from contact_center.content.problems import ContentError, Problem
from contact_center.settings.environment import table
from contact_center.settings.loading import center_named, load_settings


def check_command(argv: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Check and print; 0 when the center could start, 1 when not. Warnings do not count."""
    parser = argparse.ArgumentParser(
        prog="contact-center check",
        description="Check settings, the center, its flows, campaigns and rule books.",
    )
    parser.add_argument("--settings", type=Path, help="settings file (or CC_SETTINGS)")
    parser.add_argument("--center", type=Path, help="center file or folder (or CC_CENTER)")
    parser.add_argument("--prompt-files", type=Path, help="folder of recordings, by language")
    parser.add_argument(
        "--variables", action="store_true", help="print the environment variables and stop"
    )
    options = parser.parse_args(argv)
    if options.variables:
        sys.stdout.write(table())
        return 0
    named = os.environ if environment is None else environment
    problems, lines = find_problems(options.settings, options.center, options.prompt_files, named)
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    for line in lines:
        sys.stdout.write(f"{line}\n")
    failed = any(problem.is_error for problem in problems)
    sys.stdout.write(f"{'not usable' if failed else 'ok'}: {count(problems)}\n")
    return 1 if failed else 0


def find_problems(
    file: Path | None, center: Path | None, files_dir: Path | None, environment: Mapping[str, str]
) -> tuple[list[Problem], list[str]]:
    """Every problem of settings, center, flows and campaigns, and lines that say what was loaded.

    Settings that are broken do not hide the mistakes of the center they name.
    """
    problems: list[Problem] = []
    settings = None
    try:
        settings = load_settings(environment, file)
    except ContentError as error:
        problems += error.problems
        center = center or center_named(environment, file)
        loaded, found = check_center(center, files_dir)
    else:
        settings = settings if center is None else replace(settings, center=center)
        loaded, found = check_center(settings.center, files_dir or settings.prompts.files_dir)
    problems += found
    lines = [summary(loaded)] if loaded is not None else []
    if settings is not None and settings.campaigns is not None and loaded is not None:
        campaigns, books, more = check_dialer(loaded, settings.campaigns, settings.dialer.policies)
        problems += more
        lines += dialer_summary(campaigns, books)
    return problems, lines

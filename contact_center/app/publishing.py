"""What publishing a flow takes: its file, its tests, and saying what stands against it."""

import os
from collections.abc import Mapping
from pathlib import Path

from contact_center.app.ivr.trial import run_tests
from contact_center.content.center import Center as Content
from contact_center.content.center_files import file_of, flow_in
from contact_center.content.problems import ContentError, Problem
from contact_center.core.ids import FlowId


class NoSuchFlowError(Exception):
    """The center that runs names no file with this flow."""


def source_of(sources: Mapping[str, str], flow: str) -> str:
    """Say in which source a flow is. Raises NoSuchFlowError."""
    name = file_of(sources, flow)
    if name is None:
        raise NoSuchFlowError(flow)
    return name


def put_text(path: Path, text: str) -> None:
    """Put a text into a file, all of it or nothing. Raises ContentError."""
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_text(text, encoding="utf-8")
        if path.exists():
            os.chmod(new, path.stat().st_mode & 0o777)
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise ContentError(
            [
                Problem(
                    file=str(path),
                    code="E100",
                    message=f"cannot be written: {error.strerror}",
                    hint="check the permissions",
                )
            ]
        ) from None


def refuse_what_fails(folder: Path, old: Content, new: Content) -> None:
    """Run the tests of every flow that is different. Raises ContentError for those that fail.

    `folder` is that of the center file.
    """
    before, after = old.configuration.flows, new.configuration.flows
    problems = []
    for flow, bundle in after.items():
        if flow in before and before[flow].version == bundle.version:
            continue
        place = os.path.normpath(folder / source_of(new.sources, flow))
        problems += [
            Problem(
                file=place,
                line=outcome.line,
                column=1,
                code="E121",
                message=f'the test "{outcome.name}" fails: {"; ".join(outcome.failures)}',
                hint=f"run it by itself: python -m contact_center ivr test {place}",
            )
            for outcome in run_tests(new.configuration, flow).outcomes
            if not outcome.passed
        ]
    if problems:
        raise ContentError(problems)


def another_flow(text: str, flow: FlowId) -> bool:
    """Say whether a text is of another flow, as far as it can be read."""
    return flow_in(text) not in ("", flow)

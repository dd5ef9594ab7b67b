"""The commands ``import studio`` and ``import dialplan``: a flow of another system's menus."""

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from contact_center.app.ivr.finding import NotFoundError, made_up
from contact_center.content.center import load_content
from contact_center.content.center_files import read_bytes
from contact_center.content.importing.dialplan import DialplanError, import_dialplan
from contact_center.content.importing.flow_draft import FlowDraft
from contact_center.content.importing.plain_json import JsonError
from contact_center.content.importing.report import Report
from contact_center.content.importing.studio import StudioError, import_studio
from contact_center.content.problems import ContentError, Problem, renamed

MOST_BYTES = 4 * 1024 * 1024
KINDS: Mapping[str, str] = {
    "studio": "Make a flow of a flow definition of Twilio Studio (JSON).",
    "dialplan": "Make a flow of a menu in Asterisk's dial plan (extensions.conf).",
}


class UnreadableError(Exception):
    """A file cannot be read or written; the message says which and why."""


def import_flow_command(kind: str, argv: list[str]) -> int:
    """Import a flow: 0 when every line was carried over, 1 when some need a person, 2 when nothing
    was written."""
    parser = argparse.ArgumentParser(prog=f"contact-center import {kind}", description=KINDS[kind])
    parser.add_argument("file", type=Path, help="what is imported")
    parser.add_argument("--out", type=Path, required=True, help="flow file to write")
    parser.add_argument("--name", help="name of the flow; the name of the file without it")
    if kind == "dialplan":
        parser.add_argument("--context", default="", help="where calls begin")
    parser.add_argument("--report", type=Path, help="write the report here, not to the screen")
    parser.add_argument("--force", action="store_true", help="replace a file that is there")
    options = parser.parse_args(argv)
    report = Report()
    try:
        draft = _draft(kind, options, report)
        text = draft.text(
            f"Made of {options.file.name}. What to do is in the report of the import."
        )
        problems = _problems(options.out, text)
        _write(options.out, text, force=options.force)
        _tell(report, options.report)
    except (
        UnreadableError, JsonError, StudioError, DialplanError, NotFoundError, ContentError, OSError
    ) as error:  # fmt: skip
        sys.stderr.write(f"nothing was imported: {error}\n")
        return 2
    _summary(draft, report, problems, options.out)
    return 0 if report.is_whole else 1


def _draft(kind: str, options: argparse.Namespace, report: Report) -> FlowDraft:
    text = _text(options.file)
    if kind == "studio":
        draft = import_studio(options.file.name, text, report)
    else:
        draft = import_dialplan(options.file.name, text, options.context, report)
    wish = options.name or options.file.stem
    draft.name = re.sub(r"[^A-Za-z0-9._-]+", "-", wish).strip("-.")[:80] or "imported"
    return draft


def _text(file: Path) -> str:
    content = read_bytes(file, MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnreadableError(f"{file}:1: larger than {MOST_BYTES} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError(f"{file}:{line}: not UTF-8 text") from None


def _problems(out: Path, text: str) -> tuple[Problem, ...]:
    """Load what was made, as if every recording were there; gives the warnings."""
    made = load_content(made_up(out, text).sources, lambda *_: True)
    return tuple(renamed(problem, str(out)) for problem in made.warnings)


def _write(out: Path, text: str, *, force: bool) -> None:
    if out.exists() and not force:
        raise UnreadableError(f"{out}: already there; --force replaces")
    out.write_text(text, encoding="utf-8")


def _tell(report: Report, file: Path | None) -> None:
    rows = sorted(report.entries, key=lambda entry: entry.line)
    text = "".join(f"{entry}\n" for entry in rows)
    if file is None:
        sys.stdout.write(text)
    else:
        file.write_text(text, encoding="utf-8")


def _summary(draft: FlowDraft, report: Report, problems: tuple[Problem, ...], out: Path) -> None:
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    for name, foreign in draft.files.items():
        sys.stdout.write(f"recording to bring: {name} ({foreign})\n")
    counts = ", ".join(f"{number} {name}" for name, number in report.counts().items())
    sys.stdout.write(f"lines: {counts}\n")
    sys.stdout.write(f"written: {out} ({len(draft.nodes)} nodes)\n")

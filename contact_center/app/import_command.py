"""The command ``import``: a center of another system's queues; flows of its menus go elsewhere."""

import argparse
import sys
from pathlib import Path

from contact_center.app.import_flow import KINDS, import_flow_command
from contact_center.content.center import load_content
from contact_center.content.center_files import read_bytes
from contact_center.content.importing.callcenter_xml import import_callcenter
from contact_center.content.importing.draft import FLOW_FILE, CenterDraft
from contact_center.content.importing.plain_xml import XmlError
from contact_center.content.importing.queues_conf import Source, import_queues_conf
from contact_center.content.importing.report import Report
from contact_center.content.problems import ContentError, Problem, renamed

RULES = "queuerules.conf"
MOST_BYTES = 16 * 1024 * 1024


class UnreadableError(Exception):
    """A file cannot be read, or is none that can be imported; the message says which and why."""


def import_command(argv: list[str]) -> int:
    """Import: 0 when every line was carried over, 1 when some need a person, 2 when nothing was
    written."""
    if argv and argv[0] in KINDS:
        return import_flow_command(argv[0], argv[1:])
    parser = argparse.ArgumentParser(
        prog="contact-center import",
        description="Make a center of Asterisk's queues.conf or FreeSWITCH's callcenter.conf.xml."
        " Menus: import studio FLOW.json, import dialplan extensions.conf.",
    )
    parser.add_argument("file", type=Path, help="queues.conf (queuerules.conf beside it) or .xml")
    parser.add_argument("--out", type=Path, required=True, help="center file to write")
    parser.add_argument("--report", type=Path, help="write the report here, not to the screen")
    parser.add_argument("--force", action="store_true", help="replace files that are there")
    options = parser.parse_args(argv)
    report = Report()
    try:
        draft = _draft(options.file, report)
        problems = _write(draft, options.file, options.out, force=options.force)
        _tell(report, options.report)
    except (UnreadableError, XmlError, ContentError, OSError) as error:
        sys.stderr.write(f"nothing was imported: {error}\n")
        return 2
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    counts = ", ".join(f"{number} {name}" for name, number in report.counts().items())
    sys.stdout.write(f"lines: {counts}\n")
    sys.stdout.write(
        f"written: {options.out} ({len(draft.queues)} queues, {len(draft.agents)} agents)\n"
    )
    return 0 if report.is_whole else 1


def _draft(file: Path, report: Report) -> CenterDraft:
    text = _text(file)
    if file.suffix == ".xml":
        return import_callcenter(file.name, text, report)
    rules = file.with_name(RULES)
    beside = Source(rules.name, _text(rules)) if rules.is_file() else None
    return import_queues_conf(Source(file.name, text), beside, report)


def _text(file: Path) -> str:
    content = read_bytes(file, MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnreadableError(f"{file} is larger than {MOST_BYTES} bytes")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _write(draft: CenterDraft, file: Path, out: Path, *, force: bool) -> tuple[Problem, ...]:
    """Check what was made and write it; gives the warnings. Raises ContentError."""
    if not draft.queues:
        raise UnreadableError(f"{file} has no queue")
    header = f"Made of {file.name}. Region, language and time zone are to be set by a person."
    texts = draft.texts(header)
    made = load_content(texts)
    places = {"center.yaml": out, FLOW_FILE: out.with_name(FLOW_FILE)}
    there = [str(place) for place in places.values() if place.exists()]
    if there and not force:
        raise UnreadableError(f"{', '.join(there)}: already there; --force replaces")
    for name, place in places.items():
        place.write_text(texts[name], encoding="utf-8")
    return tuple(renamed(problem, str(places[problem.file])) for problem in made.warnings)


def _tell(report: Report, file: Path | None) -> None:
    text = "".join(f"{entry}\n" for entry in report.entries)
    if file is None:
        sys.stdout.write(text)
    else:
        file.write_text(text, encoding="utf-8")

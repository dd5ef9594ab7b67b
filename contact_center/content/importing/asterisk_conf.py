"""Files in Asterisk's own form: sections, templates, options, comments. Pure.

``[name]``; ``[name](!)`` for a template; ``[name](one,two)`` begins with those; ``[name](+)`` goes
on with one above; ``key = value`` or ``key => value``; ``;`` begins a comment, ``;--`` and
``--;`` enclose one. ``#include`` and its like are kept apart: they are not followed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from contact_center.content.importing.report import Report, Verdict

_SECTION = re.compile(r"\[([^\]]*)\]\s*(?:\(([^)]*)\))?\s*(.*)\Z")
_OPTION = re.compile(r"([^=]+?)\s*=>?\s*(.*)\Z")


@dataclass(frozen=True, slots=True)
class Option:
    """``key = value`` and where it stands."""

    key: str
    value: str
    file: str
    line: int


@dataclass(slots=True)
class Section:
    """A section with everything its templates gave it, theirs first."""

    name: str
    file: str
    line: int
    is_template: bool = False
    options: list[Option] = field(default_factory=list)

    def last(self, key: str) -> str | None:
        """The value that counts: the last one."""
        return next((o.value for o in reversed(self.options) if o.key == key), None)


def read_conf(file: str, text: str, report: Report) -> Mapping[str, Section]:
    """Read a file; every line that is not blank is expected in the report."""
    sections: dict[str, Section] = {}
    here: Section | None = None
    inside = False
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip():
            continue
        report.expect(file, number, raw)
        line, inside = _uncommented(raw, inside)
        if not line:
            report.say(file, number, Verdict.COMMENT)
        elif line.startswith("#"):
            words = "this file is not followed: give me a file with its text in this place"
            report.say(file, number, Verdict.LEFT_OUT, words)
        elif line.startswith("["):
            here = _section(file, number, line, sections, report)
        else:
            _option(file, number, line, here, report)
    return sections


def _uncommented(line: str, inside: bool) -> tuple[str, bool]:
    kept = ""
    at = 0
    while at < len(line):
        if inside:
            end = line.find("--;", at)
            if end < 0:
                return kept.strip(), True
            at, inside = end + 3, False
        elif line.startswith(";--", at) and not line.startswith(";---", at):
            at, inside = at + 3, True
        elif line.startswith("\\;", at):
            kept, at = kept + ";", at + 2
        elif line[at] == ";":
            break
        else:
            kept, at = kept + line[at], at + 1
    return kept.strip(), inside


def _section(
    file: str, number: int, line: str, sections: dict[str, Section], report: Report
) -> Section | None:
    match = _SECTION.match(line)
    if match is None or match[3]:
        report.say(file, number, Verdict.LEFT_OUT, "this is no section")
        return None
    name = match[1].strip()
    flags = [flag.strip() for flag in (match[2] or "").split(",") if flag.strip()]
    if "+" in flags and name in sections:
        report.say(file, number, Verdict.KEPT, f"goes on with [{name}]")
        return sections[name]
    made = Section(name, file, number, is_template="!" in flags)
    for flag in flags:
        if flag in sections:
            made.options += sections[flag].options
        elif flag not in ("!", "+"):
            report.say(file, number, Verdict.LEFT_OUT, f"there is no template [{flag}] above")
    if made.is_template:
        report.say(file, number, Verdict.KEPT, "a template: its lines are where it is used")
    sections[name] = made
    return made


def _option(file: str, number: int, line: str, here: Section | None, report: Report) -> None:
    match = _OPTION.match(line)
    if match is None:
        report.say(file, number, Verdict.LEFT_OUT, "this is neither a section nor key = value")
    elif here is None:
        report.say(file, number, Verdict.LEFT_OUT, "this is in no section")
    else:
        key = match[1].strip().rstrip("+").strip().lower()
        here.options.append(Option(key, match[2].strip(), file, number))


def is_true(text: str) -> bool:
    """Read a yes or no as Asterisk does."""
    return text.strip().lower() in ("yes", "true", "y", "t", "1", "on")

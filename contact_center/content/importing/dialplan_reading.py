"""Asterisk's extensions.conf, read: contexts, extensions, priorities, labels, includes. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from contact_center.content.importing.asterisk_conf import Option, Section, read_conf
from contact_center.content.importing.report import Report, Verdict

MOST_STEPS = 20_000
MOST_OPTIONS = 20
_PRIORITY = re.compile(r"(\d{1,6}|n|s|hint)(?:\+(\d{1,4}))?\s*(?:\(([\w.-]+)\))?\Z", re.ASCII)
_APPLICATION = re.compile(r"(\w+)\s*(?:\((.*)\))?\s*\Z", re.S | re.ASCII)
_KEYS = re.compile(r"[0-9*#]{1,6}\Z", re.ASCII)
_CLASSES: Mapping[str, str] = {"X": "0123456789", "Z": "123456789", "N": "23456789"}
_ANY: Mapping[str, int] = {".": 1_000, "!": 1_001}
_ENDS = 1_002
_PART = re.compile(r"\[([^\]]*)\]|(.)", re.S)
SPECIAL = ("general", "globals")
SETS = re.compile(r"_{0,2}([A-Za-z_]\w{0,60})\s*=\s*(.*)\Z", re.S | re.ASCII)
"""``NAME=value``, as Set has it."""
_WRITES: Mapping[str, re.Pattern[str]] = {
    "set": SETS,
    "read": re.compile(r"\s*([A-Za-z_]\w{0,60})", re.ASCII),
}
_NOTHING = re.compile(r"(?!)")
_PLAIN = re.compile(r"\$\{(\w+)\}", re.ASCII)


class DialplanError(ValueError):
    """The dial plan has no menu that could be imported; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Step:
    """``Application(arguments)`` and where it stands. ``label`` is "" without one."""

    application: str
    arguments: str
    line: int
    label: str = ""


@dataclass(slots=True)
class Context:
    """A context: its steps by extension and priority, labels, and what it includes."""

    name: str
    line: int
    steps: dict[str, dict[int, Step]] = field(default_factory=dict)
    includes: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """A whole dial plan. ``values`` are globals that nothing in it changes, by their names in
    capitals; ``begins`` are those that the plan itself sets, with what they begin with."""

    file: str
    contexts: dict[str, Context] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    begins: dict[str, str] = field(default_factory=dict)

    def within(self, context: str) -> Iterator[Context]:
        """The context and everything it includes, each once, in the order of the search.

        What an include includes itself comes before the next include.
        """
        seen: set[str] = set()
        waiting = [context]
        while waiting:
            name = waiting.pop(0)
            if name in seen or name not in self.contexts:
                continue
            seen.add(name)
            yield self.contexts[name]
            waiting = [*self.contexts[name].includes, *waiting]

    def steps(self, context: str, extension: str) -> Mapping[int, Step] | None:
        """The steps of what was dialled: of the extension of that name, else of the pattern that
        says most of it."""
        for one in self.within(context):
            if extension in one.steps:
                return one.steps[extension]
            fitting = [n for n in one.steps if n.startswith("_") and _matches(n, extension)]
            if fitting:
                return one.steps[min(fitting, key=_rank)]
        return None

    def options(self, context: str) -> tuple[dict[str, int], dict[str, int]]:
        """What can be keyed in a context: keys, and patterns that are too wide for a menu.

        Each with the line it stands on.
        """
        keys: dict[str, int] = {}
        wide: dict[str, int] = {}
        for one in self.within(context):
            for name, steps in one.steps.items():
                line = next(iter(steps.values())).line
                if _KEYS.match(name):
                    keys.setdefault(name, line)
                elif name.startswith("_"):
                    expanded = expand(name)
                    if not expanded:
                        wide.setdefault(name, line)
                    for key in expanded:
                        keys.setdefault(key, line)
        return keys, wide


def expand(pattern: str) -> list[str]:
    """List everything a pattern matches; empty when that is too much for a menu."""
    if pattern[-1] in ".!" or "." in pattern or "!" in pattern:
        return []
    classes = [_class(part) for part in _parts(pattern)]
    size = 1
    for one in classes:
        size *= len(one)
        if size > MOST_OPTIONS:
            return []
    found = ["".join(keys) for keys in product(*classes)]
    return found if all(_KEYS.match(key) for key in found) else []


def _class(part: re.Match[str]) -> str:
    if part[2] is not None:
        return _CLASSES.get(part[2].upper(), part[2])
    written, keys = part[1], ""
    for match in re.finditer(r"(.)-(.)|(.)", written):
        if match[3] is not None:
            keys += match[3]
        else:
            keys += "".join(chr(c) for c in range(ord(match[1]), min(ord(match[2]), 127) + 1))
    return "".join(dict.fromkeys(keys))


def _parts(pattern: str) -> Iterator[re.Match[str]]:
    """The places of a pattern. A dash between them is for the eye: nobody dials it."""
    return (part for part in _PART.finditer(pattern[1:]) if part[2] != "-")


def _matches(pattern: str, extension: str) -> bool:
    made = ""
    for part in _parts(pattern):
        if part[2] in (".", "!"):
            made += ".+" if part[2] == "." else ".*"
            break
        keys = _class(part)
        made += "[" + re.escape(keys) + "]" if keys else ""
    return re.fullmatch(made, extension.replace("-", ""), re.S) is not None


def _rank(pattern: str) -> tuple[tuple[int, str], ...]:
    """Order patterns: place by place, the one that allows less comes first, the longer too."""
    ranks: list[tuple[int, str]] = []
    for part in _parts(pattern):
        if part[2] in (".", "!"):
            ranks.append((_ANY[part[2]], ""))
            break
        keys = _class(part)
        if keys:
            ranks.append((len(keys), min(keys)))
    return (*ranks, (_ENDS, ""))


def read_plan(file: str, text: str, report: Report) -> Plan:
    """Read a dial plan. Raises DialplanError when it is too large."""
    plan = Plan(file)
    count = 0
    for section in read_conf(file, _joined(text), report).values():
        if section.name in SPECIAL:
            _special(plan, section, report)
            continue
        context = Context(section.name, section.line)
        plan.contexts[section.name] = context
        report.say(file, section.line, Verdict.COMMENT)
        last = ("", 0)
        for option in section.options:
            last = _option(context, option, last, report)
            count += 1
            if count > MOST_STEPS:
                raise DialplanError(f"{file}:{option.line}: more than {MOST_STEPS} lines of steps")
    for name in _written(plan):
        if name in plan.values:
            plan.begins[name] = plan.values.pop(name)
    return plan


def _written(plan: Plan) -> Iterator[str]:
    """Name, in capitals, what any step of the plan sets or fills."""
    for context in plan.contexts.values():
        for steps in context.steps.values():
            for step in steps.values():
                found = _WRITES.get(step.application, _NOTHING).match(step.arguments)
                if found is not None:
                    yield found[1].upper()


def _joined(text: str) -> str:
    """Let a context that is begun twice go on, as Asterisk does."""
    seen: set[str] = set()
    rows: list[str] = []
    for row in text.splitlines():
        match = re.match(r"\s*\[([^\]]+)\]\s*(;.*)?\Z", row)
        if match and match[1] in seen:
            row = f"[{match[1]}](+)"
        if match:
            seen.add(match[1])
        rows.append(row)
    return "\n".join(rows)


def _special(plan: Plan, section: Section, report: Report) -> None:
    report.say(section.file, section.line, Verdict.COMMENT)
    for option in section.options:
        if section.name == "globals":
            value = _PLAIN.sub(lambda m: plan.values.get(m[1].upper(), m[0]), option.value)
            plan.values[option.key.upper()] = value
            report.say(option.file, option.line, Verdict.KEPT, "wherever it is used")
        else:
            report.say(option.file, option.line, Verdict.NOT_NEEDED, "how Asterisk reads its files")


def _option(
    context: Context, option: Option, last: tuple[str, int], report: Report
) -> tuple[str, int]:
    """Read one line; gives the extension and priority it stands at."""

    def say(verdict: Verdict, words: str) -> None:
        report.say(option.file, option.line, verdict, words)

    if option.key == "include":
        name, *rest = re.split(r"[,|]", option.value)
        if rest:
            say(Verdict.LEFT_OUT, "an include that holds at times: write an hours node")
        else:
            context.includes[name.strip()] = option.line
            say(Verdict.KEPT, f"what stands in [{name.strip()}] can be keyed here too")
        return last
    parts = option.value.split(",", 2 if option.key == "exten" else 1)
    if option.key not in ("exten", "same") or len(parts) < (3 if option.key == "exten" else 2):
        say(Verdict.LEFT_OUT, "not a step of a dial plan that is known here")
        return last
    extension = parts[0].strip() if option.key == "exten" else last[0]
    found = _PRIORITY.match(parts[-2].strip())
    application = _APPLICATION.match(parts[-1].strip())
    if found is None or application is None or not extension:
        say(Verdict.LEFT_OUT, "a priority, an extension or an application that cannot be read")
        return last
    if found[1] == "hint":
        say(Verdict.NOT_NEEDED, "the state of phones is watched anyway")
        return last
    if "/" in extension:
        say(Verdict.LEFT_OUT, "an extension for some callers: write a branch on caller.number")
        return last
    before = last[1] if extension == last[0] else max(context.steps.get(extension, {0: None}))
    more = int(found[2] or 0)
    priority = int(found[1]) if found[1].isdigit() else before + (found[1] == "n")
    priority = priority + more - (1 if found[1] == "n" and more else 0)
    step = Step(application[1].lower(), (application[2] or "").strip(), option.line, found[3] or "")
    context.steps.setdefault(extension, {})[priority] = step
    return extension, priority

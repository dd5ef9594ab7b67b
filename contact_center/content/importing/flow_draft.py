"""A flow in the making: filled by an importer, made fit to load, written as YAML at the end.

Other systems let callers go round for ever; a flow of ours has to come to an end. What is changed
for that is said in the report.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contact_center.content.importing.draft import to_yaml
from contact_center.content.importing.report import Report, Verdict

ASKED = 3
_SPECIAL = ("hangup", "back", "repeat")
_EDGES: Mapping[str, tuple[str, ...]] = {
    "play": ("next",),
    "tag": ("next",),
    "set": ("next",),
    "collect": ("next",),
    "branch": ("else",),
    "hours": ("open", "closed"),
    "lookup": ("ok", "not_found", "timeout", "error"),
    "queue": ("timeout", "no_agents", "full", "connected"),
    "voicemail": ("recorded", "empty"),
    "transfer": ("busy", "no_answer", "failed", "answered"),
}
_WAITING: Mapping[str, tuple[str, ...]] = {
    "menu": ("keys", "on_no_input", "on_no_match"),
    "collect": ("next", "on_no_input", "on_no_match"),
    "voicemail": ("recorded", "empty"),
    "queue": ("timeout", "connected"),
    "transfer": ("no_answer", "answered"),
}
_ENDING = ("hangup", "queue", "transfer")
_ESCALATIONS = ("on_no_input", "on_no_match")

Node = dict[str, Any]


@dataclass(slots=True)
class FlowDraft:
    """A flow. ``lines`` says from which line of ``file`` a node came, ``files`` which recordings
    have to be brought: our name, and what the other system called it. ``rows`` are the lines of the
    file."""

    file: str
    report: Report
    rows: list[str]
    name: str = "imported"
    entry: str = ""
    language: str = ""
    defaults: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    services: dict[str, Any] = field(default_factory=dict)
    calendars: dict[str, Any] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def named(self, foreign: str) -> str:
        """Make a safe name for a foreign one: always the same, and no other's."""
        if foreign not in self._names:
            wish = re.sub(r"[^A-Za-z0-9._-]+", "-", foreign).strip("-.")[:80] or "node"
            wish = f"{wish}-node" if wish in _SPECIAL else wish
            taken, name, number = set(self._names.values()), wish, 2
            while name in taken:
                name, number = f"{wish}-{number}", number + 1
            self._names[foreign] = name
        return self._names[foreign]

    def variable(self, foreign: str, default: str = "") -> str:
        """Note a variable, which begins as `default`, and give its name: letters, digits and _."""
        name = re.sub(r"\W", "_", foreign, flags=re.ASCII)[:60] or "value"
        name = f"v_{name}" if name[0].isdigit() else name
        self.variables.setdefault(name, default)
        return name

    def recording(self, foreign: str) -> Node:
        """Note a recording and give the item of a prompt that plays it."""
        plain = re.sub(r"\.(wav|mp3|ulaw|alaw|gsm|ogg|sln16?|g722)\Z", "", foreign, flags=re.I)
        plain = re.sub(r"\A\w+://[^/]+/", "", plain)
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-.")[-80:].strip("-.") or "recording"
        number, wish = 2, name
        while self.files.get(name, foreign) != foreign:
            name, number = f"{wish}-{number}", number + 1
        self.files[name] = foreign
        return {"file": name}

    def add(self, foreign: str, line: int, kind: str, fields: Mapping[str, Any]) -> str:
        """Add a node made of what stands at a line."""
        name = self.named(foreign)
        self.nodes[name] = {"do": kind, "note": f"{self.file}:{line}", **fields}
        self.lines[name] = line
        return name

    def say(self, line: int, verdict: Verdict, words: str) -> None:
        """Note what became of a line."""
        self.report.expect(self.file, line, self.rows[line - 1][:160])
        self.report.say(self.file, line, verdict, words)

    def finish(self) -> None:
        """Make it fit to load: edges that exist, an end to every circle, nothing unreachable."""
        for node in self.nodes.values():
            for holder, key, _ in links(node):
                if holder[key] not in self.nodes and holder[key] not in _SPECIAL:
                    holder[key] = "hangup"
        if self.entry not in self.nodes:
            self.nodes = {"start": {"do": "hangup"}, **self.nodes}
            self.entry = "start"
        for name in self.nodes:
            self._count_failures(name)
        self._cut_circles()
        self._prune()
        self._find_ends()
        used = set(re.findall(r"\w+", repr((self.nodes, self.services))))
        self.variables = {name: value for name, value in self.variables.items() if name in used}

    def text(self, header: str) -> str:
        """The file of the flow, with `header` as a comment on top."""
        language = self.language or "en-US"
        data: dict[str, Any] = {
            "flow": self.name,
            "schema": 1,
            "entry": self.entry,
            "languages": {"default": language, "offered": [language]},
            "defaults": self.defaults,
            "vars": {
                name: {"type": "string", "default": value} for name, value in self.variables.items()
            },
            "services": self.services,
            "calendars": self.calendars,
        }
        body = {name: value for name, value in data.items() if value}
        comment = "".join(f"# {line}\n" for line in header.splitlines())
        return comment + to_yaml({**body, "nodes": self.nodes})

    # --- an end to everything ---------------------------------------------------------------------

    def _count_failures(self, name: str) -> None:
        """Turn a way that leads back to the question into a list that is counted."""
        node = self.nodes[name]
        for field_ in _ESCALATIONS:
            items = node.get(field_, [])
            if len(items) != 1 or set(items[0]) != {"goto"}:
                continue
            said, target, seen = [], items[0]["goto"], {""}
            while target not in seen and self.nodes.get(target, {}).get("do") == "play":
                seen.add(target)
                said += self.nodes[target]["say"]
                target = self.nodes[target]["next"]
            if target in (name, "repeat"):
                again = {"say": said or [{"silence": "200ms"}]}
                node[field_] = [*[dict(again) for _ in range(ASKED - 1)], {"goto": "hangup"}]
                words = f"{name}: {field_} asked for ever; here it hangs up after {ASKED} times"
                self.say(self.lines[name], Verdict.TO_DO, words)

    def _cut_circles(self) -> None:
        """Lead edges that close a circle in which nothing is waited for to the end."""
        done: set[str] = set()
        for start in self.nodes:
            trail: list[str] = []
            stack: list[tuple[str, int]] = [(start, 0)]
            while stack:
                name, index = stack.pop()
                if index == 0:
                    if name in done:
                        continue
                    trail.append(name)
                out = [found for found in links(self.nodes[name]) if not found[2]]
                if index >= len(out):
                    done.add(trail.pop())
                    continue
                stack.append((name, index + 1))
                holder, key, _ = out[index]
                if holder[key] in trail:
                    words = f"{name}: leads back to {holder[key]} without waiting; here it hangs up"
                    self.say(self.lines[name], Verdict.TO_DO, words)
                    holder[key] = "hangup"
                elif holder[key] in self.nodes:
                    stack.append((holder[key], 0))

    def _prune(self) -> None:
        reached: set[str] = set()
        waiting = [self.entry]
        while waiting:
            name = waiting.pop()
            if name in self.nodes and name not in reached:
                reached.add(name)
                waiting += [holder[key] for holder, key, _ in links(self.nodes[name])]
        self.nodes = {name: node for name, node in self.nodes.items() if name in reached}

    def _find_ends(self) -> None:
        """Let questions from which no way leads out end after a few failures."""
        while True:
            ending = {n for n, node in self.nodes.items() if node["do"] in _ENDING}
            grown = True
            while grown:
                more = {
                    name
                    for name, node in self.nodes.items()
                    if any(h[k] in ending or h[k] == "hangup" for h, k, _ in links(node))
                }
                grown = not more <= ending
                ending |= more
            stuck = [name for name in self.nodes if name not in ending]
            asking = [n for n in stuck if self.nodes[n]["do"] in ("menu", "collect")]
            if not asking:
                for name in stuck:  # nothing in it waits for keys: a message that is left again
                    for holder, key, _ in links(self.nodes[name]):
                        holder[key] = "hangup"
                return
            node = self.nodes[asking[0]]
            again = {"say": [{"silence": "200ms"}]}
            node["on_no_input"] = [*[dict(again) for _ in range(ASKED - 1)], {"goto": "hangup"}]
            words = f"{asking[0]}: no way led out of here; silence does now, after {ASKED} times"
            self.say(self.lines[asking[0]], Verdict.TO_DO, words)


def links(node: Node) -> Iterator[tuple[dict[str, Any], str, bool]]:
    """Every edge of a node, as what holds it, under which key, and whether time passes first."""
    kind = node["do"]
    waiting = _WAITING.get(kind, ())
    for name in _EDGES.get(kind, ()):
        if name in node:
            yield *_held(node, name), name in waiting
    for key in node.get("keys", {}) if kind == "menu" else ():
        yield *_held(node["keys"], key), True
    for case in node.get("cases", ()):
        yield case, "goto", False
    for name in _ESCALATIONS:
        for item in node.get(name, ()):
            if "goto" in item:
                yield item, "goto", True


def _held(holder: dict[str, Any], key: str) -> tuple[dict[str, Any], str]:
    edge = holder[key]
    return (edge, "goto") if isinstance(edge, dict) else (holder, key)

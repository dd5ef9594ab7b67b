"""What is compared on: queues, agents and numbers, written down for app_queue and for us.

One description of a floor makes `queues.conf` and a dial plan for the one side, and a center file
with a flow a queue for the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

FIRST_EXTENSION = 2000
LONGEST_WAIT = "60m"


@dataclass(frozen=True, slots=True)
class Line:
    """One queue. `agents`: numbers of agents, from 0, in order.

    `app_queue` are options of queues.conf beside the common ones, `ours` fields of our queue beside
    the common ones. `penalties`: by agent, for app_queue; our tiers.
    """

    name: str
    agents: Sequence[int]
    app_queue: Mapping[str, str] = field(default_factory=dict)
    ours: Mapping[str, Any] = field(default_factory=dict)
    penalties: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A way into a queue: `kind` names it. `restricted` callers may have few agents only.

    `music`: the caller is answered and hears music in app_queue, too; else they hear it ring.
    """

    kind: str
    queue: str
    restricted: bool = False
    music: bool = False


@dataclass(frozen=True, slots=True)
class Floor:
    """Queues, entries, and what else our agents need (`skills` by number of agent)."""

    lines: Sequence[Line]
    entries: Sequence[Entry]
    skills: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    ours: Mapping[str, Any] = field(default_factory=dict)
    agent: Mapping[str, Any] = field(default_factory=dict)

    @property
    def agents(self) -> list[int]:
        return sorted({agent for line in self.lines for agent in line.agents})

    def without(self, queue: str, to: str) -> Floor:
        """The same without a queue: whoever calls it from now on gets into another."""
        return Floor(
            [line for line in self.lines if line.name != queue],
            [replace(e, queue=to) if e.queue == queue else e for e in self.entries],
            self.skills,
            self.ours,
            self.agent,
        )


def extension(agent: int) -> str:
    """What an agent's phone is called, on both sides."""
    return str(FIRST_EXTENSION + agent)


def did(floor: Floor, kind: str) -> str:
    """The number of ours that is dialled for an entry."""
    place = [entry.kind for entry in floor.entries].index(kind)
    return f"+1415555{100 + place:04d}"


# --- app_queue -----------------------------------------------------------------------------------

_COMMON = {
    "strategy": "rrmemory",
    "autofill": "yes",
    "retry": "1",
    "timeout": "15",
    "ringinuse": "no",
    "wrapuptime": "0",
}


def queues_conf(floor: Floor, settings: Mapping[str, str]) -> str:
    """The text of queues.conf; `settings` change all queues of the floor."""
    parts = ["[general]\npersistentmembers=no\n"]
    for line in floor.lines:
        options = {**_COMMON, **line.app_queue, **settings}
        parts.append(f"[{line.name}]\n")
        parts += [f"{name}={value}\n" for name, value in options.items()]
        parts += [
            f"member => PJSIP/{extension(agent)}"
            + (f",{line.penalties[agent]}\n" if agent in line.penalties else "\n")
            for agent in line.agents
        ]
    return "".join(parts)


def dialplan(floor: Floor) -> str:
    """The entries as extensions that do not get in the way of those we ship."""
    lines = ["[inbound](+)"]
    for entry in floor.entries:
        steps = []
        if entry.restricted:
            steps.append("Set(QUEUE_MIN_PENALTY=5)")
        if entry.music:
            # Progress, not Answer: that would wait half a second for sound of the caller's.
            steps += ["Progress()", f"Queue({entry.queue})"]
        else:
            steps.append(f"Queue({entry.queue},r)")
        lines.append(f"exten => {app_queue_number(entry.kind)},1,{steps[0]}")
        lines += [f" same => n,{step}" for step in steps[1:]]
    return "\n".join(lines) + "\n"


def app_queue_number(kind: str) -> str:
    """What is dialled for an entry into app_queue."""
    return f"x_{kind}"


# --- ours ----------------------------------------------------------------------------------------


def write_center(folder: Path, floor: Floor, settings: Mapping[str, Any]) -> Path:
    """Write the center file and a flow an entry; `settings` change all queues. Gives the path."""
    head: dict[str, Any] = {"schema": 1, "languages": {"default": "en-US", "offered": ["en-US"]}}
    for entry in floor.entries:
        node: dict[str, Any] = {"do": "queue", "queue": entry.queue}
        node |= dict.fromkeys(("timeout", "no_agents", "full"), "bye")
        if entry.restricted:
            node["skills"] = {"special": 1}
        flow = head | {
            "flow": entry.kind,
            "entry": "line",
            "nodes": {"line": node, "bye": {"do": "hangup"}},
        }
        _write(folder / f"{entry.kind}.yaml", flow)
    common = {"ring": "10s", "wrap_up": "0s", "max_wait": LONGEST_WAIT, "max_waiting": 10_000}
    agents: dict[str, Any] = {}
    for number in floor.agents:
        agents[f"a{number}"] = {
            "name": f"Agent {number}",
            "login": f"a{number}",
            "extension": extension(number),
            "queues": [_member(line, number) for line in floor.lines if number in line.agents],
            **floor.agent,
        }
        if number in floor.skills:
            agents[f"a{number}"]["skills"] = dict(floor.skills[number])
    center = {
        "center": "Side by side",
        "schema": 1,
        "region": "US",
        "language": "en-US",
        "timezone": "UTC",
        "flows": [f"{entry.kind}.yaml" for entry in floor.entries],
        "numbers": {did(floor, entry.kind): {"flow": entry.kind} for entry in floor.entries},
        "queues": {
            line.name: {"label": line.name, **common, **line.ours, **settings}
            for line in floor.lines
        },
        "agents": agents,
        **({"skills": {"special": "Special"}} if floor.skills else {}),
        **floor.ours,
    }
    path = folder / "center.yaml"
    _write(path, center)
    return path


def _member(line: Line, agent: int) -> object:
    if agent not in line.penalties:
        return line.name
    return {"queue": line.name, "tier": line.penalties[agent]}


class _Plain(yaml.SafeDumper):
    """Writes what is used twice twice: our center files know no anchors."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _write(path: Path, value: object) -> None:
    path.write_text(yaml.dump(value, Dumper=_Plain, sort_keys=False))

"""A center in the making: filled by an importer, written as YAML at the end."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

FLOW_FILE = "imported-flow.yaml"
FIRST_NUMBER = 8000
FIRST_EXTENSION = 7000
LONGEST_S = 7 * 86_400
COMFORT = "Thank you for waiting. Somebody will be with you as soon as possible."
WHISPER = "A call from the queue."


@dataclass(slots=True)
class QueueDraft:
    """A queue. ``fields`` are those of the YAML; those of ``announcements`` are apart."""

    name: str
    fields: dict[str, Any] = field(default_factory=dict)
    announcements: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class AgentDraft:
    """An agent. ``queues`` holds the membership by queue."""

    name: str
    label: str
    extension: str
    queues: dict[str, dict[str, Any]] = field(default_factory=dict)
    skills: dict[str, int] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class CenterDraft:
    """A center. Names are made safe and unique; the same foreign name gives the same agent."""

    label: str
    queues: dict[str, QueueDraft] = field(default_factory=dict)
    agents: dict[str, AgentDraft] = field(default_factory=dict)
    skills: dict[str, str] = field(default_factory=dict)

    def queue(self, foreign: str, label: str = "") -> QueueDraft:
        """Find or make the queue of a foreign name."""
        if foreign not in self.queues:
            name = _unused(safe(foreign, "queue"), (q.name for q in self.queues.values()))
            self.queues[foreign] = QueueDraft(name, {"label": label or foreign})
        return self.queues[foreign]

    def agent(self, foreign: str, wish: str, label: str = "") -> AgentDraft:
        """Find or make the agent of a foreign name; `wish` may hold the digits of their phone."""
        if foreign not in self.agents:
            taken = {agent.extension for agent in self.agents.values()}
            digits = re.findall(r"(?<!\d)\d{2,6}(?!\d)", wish)
            extension = next((d for d in digits if d not in taken), "")
            if not extension:
                extension = str(
                    next(n for n in range(FIRST_EXTENSION, 10**6) if str(n) not in taken)
                )
            name = _unused(safe(foreign, "agent"), (a.name for a in self.agents.values()))
            self.agents[foreign] = AgentDraft(name, label or foreign, extension)
        return self.agents[foreign]

    def texts(self, header: str) -> dict[str, str]:
        """The files of the center by name, with `header` as a comment on top of the first."""
        center: dict[str, Any] = {
            "center": self.label,
            "schema": 1,
            "region": "US",
            "language": "en-US",
            "timezone": "UTC",
            "flows": [FLOW_FILE],
            "numbers": {
                str(FIRST_NUMBER + at): {"flow": "imported", "label": queue.fields["label"][:80]}
                for at, queue in enumerate(self.queues.values())
            },
            "skills": self.skills,
            "queues": {queue.name: _queue(queue) for queue in self.queues.values()},
            "agents": {agent.name: _agent(agent) for agent in self.agents.values()},
        }
        comment = "".join(f"# {line}\n" for line in header.splitlines())
        return {
            "center.yaml": comment + to_yaml({k: v for k, v in center.items() if v != {}}),
            FLOW_FILE: to_yaml(_flow(list(self.queues.values()))),
        }


def seconds(text: str) -> int | None:
    """Read whole seconds, as both systems write them; None when it is no number."""
    match = re.fullmatch(r"\s*(-?\d{1,12})\s*", text)
    return int(match[1]) if match else None


def duration(count: int) -> str:
    """Write seconds as we do, at most a week."""
    count = min(count, LONGEST_S)
    return f"{count // 60}m" if count and count % 60 == 0 else f"{count}s"


def safe(foreign: str, otherwise: str) -> str:
    """Make a usable name: ``support@default`` gives ``support``."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", foreign.partition("@")[0].rpartition("/")[2])
    return name.strip("-.")[:100] or otherwise


def _unused(name: str, taken: Iterable[str]) -> str:
    known, wish, number = set(taken), name, 2
    while name in known:
        name, number = f"{wish}-{number}", number + 1
    return name


def _queue(queue: QueueDraft) -> dict[str, Any]:
    said = {"announcements": queue.announcements} if queue.announcements else {}
    return {**queue.fields, **said}


def _agent(agent: AgentDraft) -> dict[str, Any]:
    members = [{"queue": queue, **more} if more else queue for queue, more in agent.queues.items()]
    skills = {"skills": agent.skills} if agent.skills else {}
    return {
        "name": agent.label[:80],
        "login": agent.name,
        "extension": agent.extension,
        "queues": members,
        **skills,
        **agent.fields,
    }


def _flow(queues: list[QueueDraft]) -> Mapping[str, Any]:
    """By the number that was dialled straight into its queue, and an apology when nobody comes."""
    cases = [
        {"if": f"call.did == '{FIRST_NUMBER + at}'", "goto": f"to-{queue.name}"}
        for at, queue in enumerate(queues)
    ]
    nodes: dict[str, Any] = {
        f"to-{queue.name}": {
            "do": "queue",
            "queue": queue.name,
            "timeout": "sorry",
            "no_agents": "sorry",
            "full": "sorry",
        }
        for queue in queues
    }
    last = f"to-{queues[-1].name}"
    nodes = {
        "which": {"do": "branch", "cases": cases[:-1] or cases, "else": last},
        **nodes,
        "sorry": {"do": "hangup", "say": "Nobody can take your call now. Please call again later."},
    }
    return {"flow": "imported", "schema": 1, "entry": "which", "nodes": nodes}


class _Dumper(yaml.SafeDumper):
    """Without anchors, which a center may not have."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out."""
        return True


def to_yaml(data: Mapping[str, Any]) -> str:
    """Write YAML that our loader reads: in the order given, short rows on one line, no anchors."""
    text: str = yaml.dump(
        dict(data),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=None,
        width=98,
    )
    return text

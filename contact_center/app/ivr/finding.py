"""From what somebody names (a flow's file, a flow, a center) to a center that can be run.

A flow's file belongs to the center that names it, which is looked for around it. One that belongs
to none gets a center made up for it: whatever queues, calendars and skills it names are there.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contact_center.content.center import Center, load_content
from contact_center.content.center_files import (
    CENTER_FILE,
    file_of,
    flow_in,
    prompt_files,
    read_sources,
    text_in,
)
from contact_center.content.problems import ContentError, Problem, did_you_mean, in_order, renamed
from contact_center.content.speeches import FileExists
from contact_center.content.word_lint import Lexicon, check_sounds
from contact_center.content.yaml_source import read
from contact_center.core.ids import FlowId
from contact_center.settings import load_settings

LEVELS_UP = 3
MADE_UP = "(made-up center)"
_NAMES = re.compile(r"[A-Za-z_][\w.-]*")


class NotFoundError(Exception):
    """What was named is not there; the message says what was looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where flows are: the center's file (None for one made up) and texts by name beside it.

    ``only``: the source that was named, None when the whole center was.
    """

    center: Path | None
    folder: Path
    sources: Mapping[str, str]
    only: str | None

    def path_of(self, source: str) -> str:
        """Say where a source is, from here."""
        return os.path.normpath(self.folder / source)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the center; UTC when it has none that exists."""
        for name, text in self.sources.items():
            data = _data(name, text)
            if isinstance(data, dict) and "center" in data:
                try:
                    return ZoneInfo(str(data.get("timezone", "UTC")))
                except (ValueError, OSError, ZoneInfoNotFoundError):
                    break
        return ZoneInfo("UTC")

    def load(self, files_dir: Path | None = None) -> Center:
        """Build the center. Raises ContentError with problems by path from here."""
        exists: FileExists = prompt_files(files_dir)
        try:
            made = load_content(self.sources, exists)
        except ContentError as error:
            raise ContentError(self._from_here(error.problems)) from None
        return replace(made, warnings=self._from_here(made.warnings))

    def problems(self, files_dir: Path | None = None) -> tuple[Problem, ...]:
        """Every problem: of the file that was named, else of the whole center."""
        try:
            made = self.load(files_dir)
            sounds = check_sounds(self.sources, made.configuration.flows, _lexicon)
            found = in_order((*made.warnings, *self._from_here(sounds)))
        except ContentError as error:
            found = error.problems
        if self.only is None:
            return found
        name = self.path_of(self.only)
        return tuple(problem for problem in found if problem.file == name)

    def flows(self, center: Center) -> tuple[FlowId, ...]:
        """The flows that were named: one, or all of the center."""
        if self.only is None:
            return tuple(center.configuration.flows)
        name = flow_in(self.sources[self.only])
        return tuple(flow for flow in center.configuration.flows if flow == name)

    def instead(self, other: "Place") -> "Place":
        """Put the other's file in the place of the one that was named, in this center."""
        if self.only is None or other.only is None:
            return other
        sources = {**self.sources, self.only: other.sources[other.only]}
        return Place(center=self.center, folder=self.folder, sources=sources, only=self.only)

    def file_of(self, flow: FlowId) -> str:
        """Say in which file a flow is."""
        return self.path_of(file_of(self.sources, flow) or "")

    def _from_here(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        return in_order(renamed(p, self.path_of(p.file)) for p in problems)


def _lexicon() -> Lexicon:
    """Open the recogniser's dictionary, which only flows with words need."""
    from contact_center.adapters.recognition.lexicon import Lexicon as OfTheEngine

    return OfTheEngine()


def find(what: str, center: Path | None, settings: Path | None = None) -> Place:
    """Find a flow's file, a center's file or folder, or a flow by its name.

    Raises NotFoundError, and ContentError for settings or a center that cannot be read.
    """
    path = Path(what)
    if what and path.exists():
        return _of_path(path, center)
    if what and path.suffix in {".yaml", ".yml"}:
        raise NotFoundError(f"there is no file {what}")
    chosen = center or load_settings(os.environ, settings).center
    place = _whole(chosen)
    if not what:
        return place
    by_name = {flow_in(text): name for name, text in place.sources.items()}
    if what not in by_name:
        known = [name for name in by_name if name]
        raise NotFoundError(
            f"{place.center} has no flow {what!r} and there is no such file"
            f" ({did_you_mean(what, known)})"
        )
    return _only(place, by_name[what])


def _of_path(path: Path, center: Path | None) -> Place:
    if path.is_dir():
        return _whole(path)
    text = text_in(path)
    data = _data(path.name, text)
    if isinstance(data, dict) and "center" in data:
        return _whole(path)
    for candidate in [center] if center is not None else _around(path):
        place = _whole(candidate)
        for name in place.sources:
            if (place.folder / name).resolve() == path.resolve():
                return _only(place, name)
    if center is not None:
        raise NotFoundError(f"{center} does not name {path} under flows")
    return made_up(path, text)


def _only(place: Place, source: str) -> Place:
    return Place(center=place.center, folder=place.folder, sources=place.sources, only=source)


def _whole(center: Path) -> Place:
    file = center / CENTER_FILE if center.is_dir() else center
    return Place(center=file, folder=file.parent, sources=read_sources(file), only=None)


def _around(path: Path) -> Iterator[Path]:
    """The centers near a flow's file, which name it."""
    here = path.resolve()
    for folder in list(here.parents)[: LEVELS_UP + 1]:
        for pattern in (CENTER_FILE, f"*/{CENTER_FILE}", f"config/*/{CENTER_FILE}"):
            for center in sorted(folder.glob(pattern)):
                data = _data(center.name, _perhaps(center))
                flows = data.get("flows") if isinstance(data, dict) else None
                names = flows if isinstance(flows, list) else []
                if here in [(center.parent / str(name)).resolve() for name in names]:
                    yield (
                        center.relative_to(Path.cwd())
                        if center.is_relative_to(Path.cwd())
                        else center
                    )


def _perhaps(path: Path) -> str:
    """Read a file that nobody named; one that cannot be read is none of theirs."""
    try:
        return text_in(path)
    except ContentError:
        return ""


def _data(name: str, text: str) -> Any:
    return read(name, text).data


# --- a center for a flow that has none --------------------------------------------------------


def made_up(path: Path, text: str) -> Place:
    """Make a center up around a flow's file, and the flows beside it that it calls."""
    sources = {path.name: text}
    beside = {flow_in(_perhaps(p)): p for p in sorted(path.parent.glob("*.y*ml")) if p != path}
    waiting = [_data(path.name, text)]
    whole = []
    while waiting:
        data = waiting.pop()
        whole.append(data)
        for node in _nodes(data):
            called = beside.pop(str(node.get("flow")), None) if node.get("do") == "call" else None
            if called is not None:
                sources[called.name] = text_in(called)
                waiting.append(_data(called.name, sources[called.name]))
    center = json.dumps(_center_for(whole, list(sources)), indent=1, ensure_ascii=False)
    return Place(
        center=None, folder=path.parent, sources={MADE_UP: center, **sources}, only=path.name
    )


def _center_for(flows: list[Any], files: list[str]) -> dict[str, Any]:
    nodes = [node for data in flows for node in _nodes(data)]
    queues = _named(nodes, "queue") or ["anybody"]
    own = {str(name) for data in flows for name in _mapping(data, "calendars")}
    skills = {str(name) for node in nodes for name in _mapping(node, "skills")}
    for node in nodes:
        skills |= set(_NAMES.findall(str(node.get("require") or ""))) - {"and", "or", "not"}
    keys = sorted({str(name) for node in nodes for name in _mapping(node, "keys")
                   if node.get("do") == "queue"})  # fmt: skip
    first = flows[0] if isinstance(flows[0], dict) else {}
    language = str(_mapping(first, "languages").get("default", "en-US"))
    room = {"keys": {str(n): key for n, key in enumerate(keys[:9], 1)}, "offer": "Keys."}
    queue = {
        "callbacks": True,
        "when_no_agents": "leave",
        **({"announcements": room} if keys else {}),
    }
    people = {name for node in nodes if isinstance(name := node.get("prefer"), str)}
    agents = sorted(people - {"last_agent", "owner"}) or ["somebody"]
    return {
        "center": "made up",
        "schema": 1,
        "region": "US",
        "language": language,
        "timezone": "UTC",
        "flows": files,
        "numbers": {"+14155550100": str(first.get("flow", ""))},
        "skills": {name: name for name in sorted(skills)},
        "queues": {name: {"label": name, **queue} for name in queues},
        "agents": {
            name: {
                "name": name, "login": name, "extension": str(1001 + number), "queues": queues,
                "skills": dict.fromkeys(sorted(skills), 100),
            }
            for number, name in enumerate(agents)
        },
        "calendars": {
            name: {"weekly": {"mon-sun": ["00:00-24:00"]}}
            for name in _named(nodes, "calendar") if name not in own
        },
    }  # fmt: skip


def _nodes(data: Any) -> list[dict[str, Any]]:
    return [node for node in _mapping(data, "nodes").values() if isinstance(node, dict)]


def _mapping(data: Any, section: str) -> dict[str, Any]:
    found = data.get(section) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _named(nodes: list[dict[str, Any]], field: str) -> list[str]:
    return sorted({value for node in nodes if isinstance(value := node.get(field), str)})

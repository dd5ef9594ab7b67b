"""Which versions of flows have run, since when and by whom, with their texts; in the state folder.

A line of JSON a version and flow, and a file a text, readable by their owner only.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from contact_center.app.publishing import source_of
from contact_center.content.center import Center as Content

KEPT = 200
"""So many versions of a flow are remembered; the oldest are forgotten with their texts."""


class NoSuchVersionError(Exception):
    """Nothing that is remembered, or more than one version, begins so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowVersion:
    """From `at` on (microseconds UTC), by whom and why. ``digest`` is of the flow's own text, the
    version of all texts it runs with."""

    flow: str
    version: str
    digest: str
    at: int
    by: str
    note: str = ""


class FlowVersions:
    """What is remembered, in `folder`. ``clock`` gives microseconds UTC."""

    def __init__(self, folder: Path, clock: Callable[[], int]) -> None:
        self._folder = folder
        self._clock = clock

    def note(self, content: Content, by: str, note: str = "") -> None:
        """Note every flow that is not as it was noted last. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for flow, bundle in content.configuration.flows.items():
            known = self.listed(flow)
            if known and known[-1].version == bundle.version:
                continue
            text = content.sources[source_of(content.sources, flow)]
            digest = hashlib.sha256(text.encode()).hexdigest()[:16]
            _write(self._text_file(flow, digest), text)
            one = FlowVersion(
                flow=flow, version=bundle.version, digest=digest, at=self._clock(), by=by, note=note
            )
            self._keep(flow, [*known, one])

    def listed(self, flow: str) -> list[FlowVersion]:
        """Everything that is remembered of a flow, oldest first. Raises OSError."""
        try:
            lines = self._list_file(flow).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [FlowVersion(**json.loads(line)) for line in lines]

    def text(self, flow: str, version: str) -> str:
        """Give the text of the version that begins so. Raises NoSuchVersionError, OSError."""
        found = [one for one in self.listed(flow) if one.version.startswith(version)]
        if not version or len({one.version for one in found}) != 1:
            raise NoSuchVersionError(version)
        return self._text_file(flow, found[-1].digest).read_text(encoding="utf-8")

    def _keep(self, flow: str, versions: list[FlowVersion]) -> None:
        kept = versions[-KEPT:]
        _write(self._list_file(flow), "".join(f"{json.dumps(asdict(one))}\n" for one in kept))
        for digest in {one.digest for one in versions} - {one.digest for one in kept}:
            self._text_file(flow, digest).unlink(missing_ok=True)

    def _list_file(self, flow: str) -> Path:
        return self._folder / f"{flow}.versions"

    def _text_file(self, flow: str, digest: str) -> Path:
        return self._folder / f"{flow}.{digest}.yaml"


def plain(versions: list[FlowVersion], running: str) -> list[Mapping[str, Any]]:
    """Give versions as plain data, newest first, the one that runs marked."""
    newest = list(reversed(versions))
    return [
        {**asdict(one), "running": number == 0 and one.version == running}
        for number, one in enumerate(newest)
    ]


def _write(file: Path, text: str) -> None:
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(text, encoding="utf-8")
    new.replace(file)

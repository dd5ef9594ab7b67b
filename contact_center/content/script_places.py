"""Which call scripts a center's queues name, and whether there is anything that they are for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from contact_center.content.center_queue_shapes import QueueShape
from contact_center.content.problems import Problem, did_you_mean
from contact_center.content.yaml_source import Document, Path
from contact_center.core.scripting.choice import ScriptChoice
from contact_center.core.scripting.script import Script
from dialer.campaign import CampaignSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A file as it is named in a center: `path` is its place there, as in ``lists``, ``spring``."""

    name: str
    path: tuple[str, ...]
    file: str
    line: int
    column: int

    def problem(self, code: str, message: str, hint: str) -> Problem:
        """Report something at the place where it is named."""
        place = {"file": self.file, "line": self.line, "column": self.column}
        return Problem(**place, code=code, message=message, hint=hint)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptFiles:
    """The files of one queue's call scripts."""

    named: tuple[Named, ...] = field(default_factory=tuple)

    def choice(self, loaded: Mapping[str, Script]) -> ScriptChoice:
        """Put the scripts, by file name, where they belong."""

        def under(kind: str) -> dict[str, Script]:
            of = [one for one in self.named if one.path[0] == kind]
            return {one.path[-1]: loaded[one.name] for one in of}

        return ScriptChoice(
            inbound=under("inbound").get("inbound"),
            outbound=under("outbound").get("outbound"),
            campaigns=under("campaigns"),
            lists=under("lists"),
        )


def script_files(document: Document, queues: Mapping[str, QueueShape]) -> dict[str, ScriptFiles]:
    """Find the files that queues name, with their places."""
    return {
        queue: ScriptFiles(named=tuple(_named(document, queue, shape)))
        for queue, shape in queues.items()
        if shape.call_script is not None
    }


def _named(document: Document, queue: str, shape: QueueShape) -> Iterator[Named]:
    written = shape.call_script
    assert written is not None
    found: list[tuple[tuple[str, ...], str]] = [
        *((("inbound",), one) for one in [written.inbound] if one),
        *((("outbound",), one) for one in [written.outbound] if one),
        *((("campaigns", name), one) for name, one in written.campaigns.items()),
        *((("lists", name), one) for name, one in written.lists.items()),
    ]
    for path, name in found:
        where: Path = ("queues", queue, "call_script", *path)
        place = document.place(where)
        at = {"line": place.line, "column": place.column}
        yield Named(name=name, path=path, file=document.file, **at)


def scripts_for_nobody(
    files: Mapping[str, ScriptFiles], campaigns: Sequence[CampaignSettings]
) -> list[Problem]:
    """Report scripts of campaigns and lists that call nobody for the queue: a wrong name would let
    the wrong words be read."""
    problems: list[Problem] = []
    for queue, written in files.items():
        mine = [campaign for campaign in campaigns if campaign.queue == queue]
        for one in written.named:
            if one.path[0] == "campaigns":
                known: Iterable[str] = [campaign.campaign for campaign in mine]
            elif one.path[0] == "lists":
                known = [share.list for campaign in mine for share in campaign.lists]
            else:
                continue
            if one.path[-1] not in known:
                what = one.path[0].removesuffix("s")
                message = f'no {what} "{one.path[-1]}" calls people for the queue "{queue}"'
                hint = did_you_mean(one.path[-1], known, "correct the name, or take it out")
                problems.append(one.problem("E143", message, hint))
    return problems

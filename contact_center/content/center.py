"""A center and its flows -> `CenterConfiguration`, from texts alone.

Nothing here reads a disk: `load_center` takes the texts by file name, so that a journal can carry
them and a replay gets the same configuration years later. ``center_files`` reads them.
"""

import hashlib
import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from contact_center.content import center_shapes as shapes
from contact_center.content.calendars import CalendarShape, build_calendar, zone_of
from contact_center.content.center_agents import AgentBuilder
from contact_center.content.center_cases import build_cases
from contact_center.content.center_context import ContextBuilder
from contact_center.content.center_floor import NO_WORDS, FloorWords, build_floor
from contact_center.content.center_parts import CenterBuilder
from contact_center.content.center_queue_shapes import QueueShape
from contact_center.content.center_queues import QueueBuilder
from contact_center.content.center_references import References
from contact_center.content.center_rooms import RoomBuilder
from contact_center.content.center_staffing import Staffing
from contact_center.content.center_teams import build_teams
from contact_center.content.center_users import DeskUser, users_of
from contact_center.content.flow_builder import Surroundings
from contact_center.content.flows import flow_id_of
from contact_center.content.languages import is_language
from contact_center.content.numbers import DialPlan, NumberPlan, is_region
from contact_center.content.problems import (
    ContentError,
    Problem,
    did_you_mean,
    in_order,
    raise_errors,
)
from contact_center.content.script_places import ScriptFiles, script_files
from contact_center.content.shapes import Shape, validate, validate_leniently
from contact_center.content.speeches import FileExists
from contact_center.content.subflows import load_flows
from contact_center.content.texts import LookUp, look_up_of
from contact_center.content.yaml_source import Document, Path, read
from contact_center.core.case_clocks import CasePolicy
from contact_center.core.configuration import CenterConfiguration, Discipline
from contact_center.core.hours import Calendar
from contact_center.core.ids import FlowId, QueueId, is_safe_id
from contact_center.core.ivr.flow import FlowBundle
from contact_center.core.queue_settings import QueueSettings
from contact_center.core.scripting.choice import ScriptChoice

_SECTIONS = ("numbers", "queues", "agents", "calendars")
_PLACEHOLDERS: Mapping[str, Any] = {"center": "unknown", "schema": 1, "region": "US"} | {
    "language": "en-US",
    "timezone": "UTC",
    "flows": ["?"],
}
S = TypeVar("S", bound=Shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Center:
    """A center, whole: what the core needs, what the desk needs, and what to warn of.

    ``sources`` are the texts it was made from, for the journal. ``pause_reasons``: what agents may
    say they pause for, labels by code. ``script_files``: the files of call scripts by queue, as
    written; ``call_scripts`` the scripts themselves, where files were read. ``cases``: what is
    promised for them.
    """

    configuration: CenterConfiguration
    users: tuple[DeskUser, ...]
    warnings: tuple[Problem, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    pause_reasons: Mapping[str, str] = field(default_factory=lambda: dict(shapes.PAUSES))
    script_files: Mapping[str, ScriptFiles] = field(default_factory=dict)
    call_scripts: Mapping[QueueId, ScriptChoice] = field(default_factory=dict)
    floor: FloorWords = NO_WORDS
    cases: CasePolicy = field(default_factory=CasePolicy)
    look_up: LookUp = field(default_factory=LookUp)

    @property
    def version(self) -> str:
        """A short name of exactly these texts."""
        whole = "\0".join(f"{name}\0{text}" for name, text in sorted(self.sources.items()))
        return hashlib.sha256(whole.encode()).hexdigest()[:16]


def any_file(name: str, language: str) -> bool:
    """Take every prerecorded file to exist: for replays, which need no disk."""
    return True


def load_center(sources: Mapping[str, str]) -> CenterConfiguration:
    """Build a configuration from texts by file name. Raises ContentError with every problem.

    Exactly one text is the center (it has the field ``center``); it names the others under
    ``flows``. Prerecorded prompt files are taken to exist.
    """
    return load_content(sources).configuration


def load_content(
    sources: Mapping[str, str],
    file_exists: FileExists = any_file,
    already: Sequence[Problem] = (),
) -> Center:
    """Build a center. Raises ContentError with every problem of every file.

    `already` are problems found while reading the files: theirs are not reported as missing.
    """
    documents = {name: read(name, text) for name, text in sources.items()}
    problems = list(already)
    center = _find_center(documents, problems)
    built = None
    if center is not None:
        unread = frozenset(problem.file for problem in already)
        built = _Loader(center, documents, sources, file_exists, unread).load()
    for document in documents.values():
        problems += document.problems
    raise_errors(problems)
    if built is None:
        raise ContentError(problems)
    return replace(built, warnings=in_order(problems), sources=dict(sources))


def _find_center(documents: Mapping[str, Document], problems: list[Problem]) -> Document | None:
    centers = [d for d in documents.values() if isinstance(d.data, dict) and "center" in d.data]
    if len(centers) == 1:
        return centers[0]
    broken = any(document.problems for document in documents.values())
    if not centers and not broken and not problems:
        name = next(iter(documents), "center.yaml")
        problems.append(
            Problem(
                file=name,
                line=1,
                column=1,
                code="E106",
                message="no file describes a center",
                hint="the center file begins with center: and its name",
            )
        )
    for document in centers[1:]:
        document.report(
            ("center",),
            "E106",
            f"a second center; the first is {centers[0].file}",
            "one center a folder",
            key=True,
        )
    return centers[0] if centers else None


class _Loader:
    """Loads one center: its own file first, then the flows in its surroundings."""

    def __init__(
        self,
        document: Document,
        documents: Mapping[str, Document],
        sources: Mapping[str, str],
        file_exists: FileExists,
        unread: frozenset[str],
    ) -> None:
        self._document = document
        self._documents = documents
        self._sources = sources
        self._file_exists = file_exists
        self._unread = unread
        self._knows_all_flows = True
        self._header = validate_leniently(shapes.CenterHeader, document, _SECTIONS, _PLACEHOLDERS)

    def load(self) -> Center | None:
        """Load everything but files; None when an error makes the result unusable."""
        header = self._header
        self._check_header()
        zone, flows = self._zone(), self._flow_documents()
        queues, queue_names = self._entries("queues", QueueShape, required=True)
        agents, agent_names = self._entries("agents", shapes.AgentShape)
        numbers, _ = self._entries(
            "numbers", shapes.NumberShape, required=True, safe=False, expand=_number
        )
        parts = CenterBuilder(self._document, header, frozenset(flows), self._knows_all_flows)
        calendars = self._calendars(zone)
        names = self._references(queue_names, agent_names, calendars)
        built_queues = QueueBuilder(names).build(queues)
        built_agents = AgentBuilder(names).build(agents)
        rooms = self._rooms(flows).build(queues)
        floor = build_floor(header.floor, names, header.skills)
        cases = build_cases(header.cases, names, calendars)
        reaches = build_teams(header.teams, names, agents)
        built_numbers = parts.numbers(numbers)
        around = self._surroundings(names, zone, calendars, built_queues, frozenset(built_numbers))
        bundles = self._bundles(flows, around)
        Staffing(
            document=self._document, written=queues, queues=built_queues, agents=built_agents
        ).check(tuple(header.skills), bundles, flows)
        look_up = look_up_of(header.texts, header.knowledge, names.queue)
        if self._broken():
            return None
        made = CenterConfiguration(
            name=header.center,
            region=header.region,
            language=header.language,
            queues=built_queues,
            agents=built_agents,
            numbers=built_numbers,
            flows=bundles,
            calendars={n: c for n, c in calendars.items() if c is not None},
            dispositions=parts.dispositions(),
            timing=parts.timing(),
            discipline=Discipline(header.discipline),
            weight_us=header.weight_worth,
            rooms=rooms,
            context=ContextBuilder(names).build(header.context),
            number_of=NumberPlan(region=header.region),
            dials=DialPlan(region=header.region, countries=tuple(header.dial_countries)),
            seed=header.seed,
            unknown_number=FlowId(header.unknown_number) if header.unknown_number else None,
            apology=header.apology,
            agents_see_listeners=header.agents_see_listeners,
        )
        return Center(
            configuration=made,
            floor=floor,
            cases=cases,
            users=users_of(agents, reaches),
            pause_reasons=header.pause_reasons,
            look_up=look_up,
            script_files=script_files(self._document, queues),
        )

    def _zone(self) -> ZoneInfo | None:
        return zone_of(self._document, ("timezone",), self._header.timezone)

    def _rooms(self, flows: Mapping[str, Document]) -> RoomBuilder:
        return RoomBuilder(
            document=self._document,
            language=self._header.language,
            flows=flows,
            file_exists=self._file_exists,
        )

    def _references(
        self, queues: Sequence[str], agents: Sequence[str], calendars: Mapping[str, Calendar | None]
    ) -> References:
        header = self._header
        return References(
            document=self._document,
            text=self._sources[self._document.file],
            skills=header.skills,
            queues=queues,
            agents=agents,
            calendars=calendars,
            dispositions=header.dispositions,
        )

    def _surroundings(
        self,
        names: References,
        zone: ZoneInfo | None,
        calendars: Mapping[str, Calendar | None],
        queues: Mapping[QueueId, QueueSettings],
        numbers: frozenset[str],
    ) -> Surroundings:
        return Surroundings(
            language=self._header.language,
            region=self._header.region,
            zone=zone,
            queues=frozenset(names.queues),
            skills=frozenset(names.skills),
            agents=frozenset(names.agents),
            callbacks={n: q.callbacks.within for n, q in queues.items() if q.callbacks},
            numbers=numbers,
            calendars=calendars,
            file_exists=self._file_exists,
        )

    def _broken(self) -> bool:
        return any(
            problem.is_error
            for document in self._documents.values()
            for problem in document.problems
        )

    def _check_header(self) -> None:
        header, document = self._header, self._document
        regions: dict[Path, str] = {("region",): header.region}
        regions |= {("dial_countries", at): one for at, one in enumerate(header.dial_countries)}
        for path, region in regions.items():
            if not is_region(region):
                hint = "write the country as in US, GB, DE"
                document.report(path, "E105", f'there is no region "{region}"', hint)
        if not is_language(header.language):
            document.report(
                ("language",),
                "E105",
                f'"{header.language}" is not a language',
                "write one as en-US or es",
            )

    def _entries(
        self,
        section: str,
        model: type[S],
        *,
        required: bool = False,
        safe: bool = True,
        expand: Callable[[object], object] = lambda entry: entry,
    ) -> tuple[dict[str, S], tuple[str, ...]]:
        """Check a section entry by entry: those that are right, and the names of all."""
        data = self._document.data if isinstance(self._document.data, dict) else {}
        written = data.get(section)
        if section not in data or written is None:
            if required:
                self._document.report(
                    (), "E011", f'the field "{section}" is missing', f"add {section}:"
                )
            return {}, ()
        if not isinstance(written, dict):
            self._document.report(
                (section,),
                "E012",
                f"{section} is not a mapping",
                f"write name: ... under {section}",
            )
            return {}, ()
        good: dict[str, S] = {}
        for name, entry in written.items():
            if safe and not is_safe_id(name):
                self._document.report(
                    (section, name),
                    "E014",
                    f'"{name[:40]}" is not a usable name',
                    "use letters, digits, '.', '_' and '-'",
                    key=True,
                )
            shape = validate(model, self._document, (section, name), expanded=expand(entry))
            if shape is not None:
                good[name] = shape
        return good, tuple(written)

    def _calendars(self, zone: ZoneInfo | None) -> Mapping[str, Calendar | None]:
        found, names = self._entries("calendars", CalendarShape)
        built: dict[str, Calendar | None] = dict.fromkeys(names)
        for name, shape in found.items():
            built[name] = build_calendar(self._document, ("calendars", name), name, shape, zone)
        return built

    def _flow_documents(self) -> dict[str, Document]:
        """The flow files named by the center, by flow id."""
        by_id: dict[str, Document] = {}
        for index, name in enumerate(self._header.flows):
            path = ("flows", index)
            document = self._documents.get(name) or self._documents.get(posixpath.normpath(name))
            if document is None:
                self._knows_all_flows = False
                if name not in self._unread and name != "?":
                    self._document.report(
                        path,
                        "E100",
                        f'there is no file "{name}"',
                        did_you_mean(name, self._documents, "the name is relative to this file"),
                    )
                continue
            flow = flow_id_of(document)
            if flow is None:
                self._knows_all_flows = False
                flow = f"?{index}"
            if flow in by_id:
                document.report(
                    ("flow",),
                    "E106",
                    f'the flow "{flow}" is also in {by_id[flow].file}',
                    "rename one of the two",
                )
                continue
            by_id[flow] = document
        return by_id

    def _bundles(
        self, flows: Mapping[str, Document], around: Surroundings
    ) -> dict[FlowId, FlowBundle]:
        known = replace(around, knows_all_flows=self._knows_all_flows)
        return load_flows(flows, self._sources, known)


def _number(written: object) -> object:
    """Read a flow's name alone as a number with that flow."""
    return {"flow": written} if isinstance(written, str) else written

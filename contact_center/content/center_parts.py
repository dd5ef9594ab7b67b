"""The parts of a center: queues, agents, numbers, dispositions, and whether they fit together."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from contact_center.content import center_shapes as shapes
from contact_center.content.numbers import dialled
from contact_center.content.problems import did_you_mean
from contact_center.content.yaml_source import Document, Path
from contact_center.core.configuration import Disposition, NumberSettings
from contact_center.core.ids import AgentId, FlowId, QueueId
from contact_center.core.ivr.flow import FlowBundle, Queue
from contact_center.core.queue_settings import AfterNoAnswer, AgentSettings, QueueSettings, WrapUp
from contact_center.core.skills import requirement, text_of

_PLACES = frozenset({"customer", "agent", "queue"})


@dataclass(slots=True)
class CenterBuilder:
    """Builds the core's settings and checks what refers to what."""

    document: Document
    header: shapes.CenterHeader
    flow_names: frozenset[str]
    queue_names: frozenset[str]
    knows_all_flows: bool

    def queues(self, written: Mapping[str, shapes.QueueShape]) -> dict[QueueId, QueueSettings]:
        """Build the queues; those with errors too, since the errors are reported."""
        built: dict[QueueId, QueueSettings] = {}
        for name, shape in written.items():
            path: Path = ("queues", name)
            self._check_skills(shape.skills, (*path, "skills"))
            for index, code in enumerate(shape.dispositions):
                if code not in self.header.dispositions:
                    hint = did_you_mean(code, self.header.dispositions, "add it under dispositions")
                    self.document.report(
                        (*path, "dispositions", index),
                        "E028",
                        f'there is no disposition "{code}"',
                        hint,
                    )
            self._check_script(shape.script, (*path, "script"))
            built[QueueId(name)] = QueueSettings(
                queue=QueueId(name),
                label=shape.label,
                music=shape.music,
                ring_us=shape.ring,
                max_waiting=shape.max_waiting,
                max_wait_us=shape.max_wait,
                absent_at_entry=frozenset() if shape.when_no_agents == "leave" else None,
                absent_waiting=frozenset() if shape.when_no_agents == "leave" else None,
                wrap_up=WrapUp(us=shape.wrap_up),
                priority=shape.priority,
                requirement=text_of(shape.skills),
                script=tuple(shape.script),
                dispositions=tuple(shape.dispositions),
            )
        return built

    def agents(self, written: Mapping[str, shapes.AgentShape]) -> dict[AgentId, AgentSettings]:
        """Build the agents; no two share an extension or a login."""
        built: dict[AgentId, AgentSettings] = {}
        extensions: dict[str, str] = {}
        logins: dict[str, str] = {}
        for name, shape in written.items():
            path: Path = ("agents", name)
            self._check_unique(extensions, shape.extension, name, (*path, "extension"), "E102")
            self._check_unique(logins, shape.login.lower(), name, (*path, "login"), "E103")
            self._check_skills(shape.skills, (*path, "skills"))
            for index, queue in enumerate(shape.queues):
                if queue not in self.queue_names:
                    self.document.report(
                        (*path, "queues", index),
                        "E024",
                        f'there is no queue "{queue}"',
                        did_you_mean(queue, self.queue_names),
                    )
            built[AgentId(name)] = AgentSettings(
                agent=AgentId(name),
                name=shape.name,
                device=shape.extension,
                queues=tuple(QueueId(queue) for queue in shape.queues),
                skills=shape.skills,
                after_no_answer=AfterNoAnswer(shape.after_no_answer),
            )
        return built

    def numbers(self, written: Mapping[str, shapes.NumberShape]) -> dict[str, NumberSettings]:
        """Build the numbers, in E.164 (short ones as they are)."""
        built: dict[str, NumberSettings] = {}
        places: dict[str, str] = {}
        for text, shape in written.items():
            path: Path = ("numbers", text)
            did = dialled(text, self.header.region)
            self.check_flow(shape.flow, (*path, "flow"))
            if did is None:
                self.document.report(
                    path,
                    "E101",
                    f'"{text}" is no number that can be dialled',
                    'write it as "+14155550100", or as an extension',
                    key=True,
                )
            elif did in built:
                self.document.report(
                    path,
                    "E101",
                    f'{did} is there twice, first as "{places[did]}"',
                    "remove one of the two",
                    key=True,
                )
            else:
                places[did] = text
                built[did] = NumberSettings(did=did, flow=FlowId(shape.flow), label=shape.label)
        if self.header.unknown_number is not None:
            self.check_flow(self.header.unknown_number, ("unknown_number",))
        return built

    def dispositions(self) -> dict[str, Disposition]:
        """How calls may end."""
        written = self.header.dispositions
        return {code: Disposition(code=code, label=label) for code, label in written.items()}

    def check_flow(self, name: str, path: Path) -> None:
        """Report a flow that no file has, unless there is a file that could not be read."""
        if self.knows_all_flows and name not in self.flow_names:
            self.document.report(
                path,
                "E026",
                f'there is no flow "{name}"',
                did_you_mean(name, self.flow_names, "name its file under flows"),
            )

    def check_staffing(
        self,
        queues: Mapping[QueueId, QueueSettings],
        agents: Mapping[AgentId, AgentSettings],
        bundles: Mapping[FlowId, FlowBundle],
        flow_documents: Mapping[str, Document],
    ) -> None:
        """Warn of queues that nobody serves and of skills that nobody has."""
        for name, queue in queues.items():
            serving = [agent for agent in agents.values() if name in agent.queues]
            if not serving:
                self.document.warn(
                    ("queues", name),
                    "E110",
                    f'no agent serves the queue "{name}"',
                    "add it to an agent's queues",
                    key=True,
                )
            else:
                where: Path = ("queues", name, "skills")
                asked = requirement(queue.requirement)
                needed = {
                    skill: int(level)
                    for skill, _, level in (p.partition(" >= ") for p in asked.text.split(" and "))
                    if level
                }
                _check_levels(self.document, where, name, needed, serving)
        for flow, bundle in bundles.items():
            for node in bundle.nodes.values():
                if isinstance(node, Queue) and node.skills:
                    serving = [agent for agent in agents.values() if node.queue in agent.queues]
                    where = ("nodes", node.name, "skills")
                    _check_levels(flow_documents[flow], where, node.queue, node.skills, serving)
        held = {skill for agent in agents.values() for skill in agent.skills}
        for skill in self.header.skills:
            if skill not in held:
                self.document.warn(
                    ("skills", skill),
                    "E111",
                    f'nobody has the skill "{skill}"',
                    "give it to an agent, or remove it",
                    key=True,
                )

    def _check_skills(self, skills: Mapping[str, int], path: Path) -> None:
        for skill in skills:
            if skill not in self.header.skills:
                self.document.report(
                    (*path, skill),
                    "E029",
                    f'there is no skill "{skill}"',
                    did_you_mean(skill, self.header.skills, "declare it under skills"),
                    key=True,
                )

    def _check_unique(
        self, seen: dict[str, str], value: str, agent: str, path: Path, code: str
    ) -> None:
        if value in seen:
            what = str(path[-1])
            place = self.document.place(("agents", seen[value], what))
            self.document.report(
                path,
                code,
                f'{what} {value} already belongs to "{seen[value]}" (line {place.line})',
                f"give {agent} another {what}",
            )
        else:
            seen[value] = agent

    def _check_script(self, script: list[str], path: Path) -> None:
        for index, paragraph in enumerate(script):
            try:
                fields = [part[1:] for part in Formatter().parse(paragraph) if part[1] is not None]
                wrong = any(f[0] not in _PLACES or f[1] or f[2] for f in fields)
            except ValueError:
                wrong = True
            if wrong:
                self.document.report(
                    (*path, index),
                    "E012",
                    "a place in braces that is not filled in",
                    "there are {customer}, {agent} and {queue}",
                )


def _check_levels(
    document: Document,
    path: Path,
    queue: str,
    skills: Mapping[str, int],
    serving: list[AgentSettings],
) -> None:
    for skill, level in skills.items():
        if not any(agent.skills.get(skill, 0) >= level for agent in serving):
            document.warn(
                (*path, skill),
                "E111",
                f'no agent of "{queue}" has "{skill}" at {level} or more',
                "raise an agent's skill, or lower this",
                key=True,
            )

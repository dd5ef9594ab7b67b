"""Is there anybody? Warnings of queues that nobody serves and of skills that nobody has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contact_center.content.center_queue_shapes import QueueShape
from contact_center.content.yaml_source import Document, Path
from contact_center.core.ids import AgentId, FlowId, QueueId
from contact_center.core.ivr.flow import FlowBundle, Queue
from contact_center.core.queue_settings import AgentSettings, QueueSettings
from contact_center.core.skills import joined, requirement


@dataclass(slots=True, kw_only=True)
class Staffing:
    """Holds what queues and flows ask for against the agents there are."""

    document: Document
    written: Mapping[str, QueueShape]
    queues: Mapping[QueueId, QueueSettings]
    agents: Mapping[AgentId, AgentSettings]

    def check(
        self,
        skills: Sequence[str],
        bundles: Mapping[FlowId, FlowBundle],
        flow_documents: Mapping[str, Document],
    ) -> None:
        """Warn of everything that cannot be served; `skills` are those declared."""
        for name, queue in self.queues.items():
            self._queue(name, queue)
        for flow, bundle in bundles.items():
            for node in bundle.nodes.values():
                if isinstance(node, Queue) and node.queue in self.queues:
                    self._node(flow_documents[flow], node)
        held = {skill for agent in self.agents.values() for skill in agent.skills}
        for skill in skills:
            if skill not in held:
                self.document.warn(
                    ("skills", skill),
                    "E111",
                    f'nobody has the skill "{skill}"',
                    "give it to an agent, or remove it",
                    key=True,
                )

    def _queue(self, name: QueueId, queue: QueueSettings) -> None:
        path: Path = ("queues", name)
        serving = self._serving(name)
        if not serving:
            chosen = [a for a in self.agents.values() if name in a.queues]
            what = f"takes {queue.channel.value}" if chosen else "serves the queue"
            hint = "add it to an agent's queues"
            if chosen:
                hint = f"add {queue.channel.value}: to the channels of one who serves it"
            self.document.warn(path, "E110", f'no agent {what} "{name}"', hint, key=True)
            return
        shape = self.written[name]
        if not _check_levels(self.document, (*path, "skills"), name, shape.skills, serving):
            return
        if shape.require:
            where = (*path, "require")
            self._expression(self.document, where, name, queue.requirement, serving)
        for index, step in enumerate(queue.steps):
            if step.requirement:
                where = (*path, "steps", index, "require")
                self._expression(self.document, where, name, step.requirement, serving)

    def _node(self, document: Document, node: Queue) -> None:
        serving = self._serving(node.queue)
        path: Path = ("nodes", node.name)
        if not serving:
            return  # the queue itself is warned of
        asked = str(getattr(node, "require", ""))
        fits = _check_levels(document, (*path, "skills"), node.queue, node.skills, serving)
        if fits and asked:
            everything = joined(self.queues[node.queue].requirement, asked)
            self._expression(document, (*path, "require"), node.queue, everything, serving)

    def _serving(self, queue: QueueId) -> list[AgentSettings]:
        channel = self.queues[queue].channel
        return [
            agent
            for agent in self.agents.values()
            if queue in agent.queues and channel in agent.channels
        ]

    @staticmethod
    def _expression(
        document: Document, path: Path, queue: str, asked: str, serving: Sequence[AgentSettings]
    ) -> None:
        test = requirement(asked).test
        if not any(test(agent.skills) for agent in serving):
            document.warn(
                path,
                "E111",
                f'no agent of "{queue}" has what is asked for: {asked}',
                "raise an agent's skill, or ask for less",
            )


def _check_levels(
    document: Document,
    path: Path,
    queue: str,
    skills: Mapping[str, int],
    serving: Sequence[AgentSettings],
) -> bool:
    fits = True
    for skill, level in skills.items():
        if not any(agent.skills.get(skill, -1) >= level for agent in serving):
            fits = False
            document.warn(
                (*path, skill),
                "E111",
                f'no agent of "{queue}" has "{skill}" at {level} or more',
                "raise an agent's skill, or lower this",
                key=True,
            )
    return fits

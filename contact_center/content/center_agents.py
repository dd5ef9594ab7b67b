"""The agents of a center: from what is written to the core's settings."""

from collections.abc import Mapping
from dataclasses import dataclass

from contact_center.content.center_references import References
from contact_center.content.center_shapes import AgentShape, BackOffShape, MembershipShape
from contact_center.content.yaml_source import Path
from contact_center.core.ids import AgentId, QueueId
from contact_center.core.queue_settings import (
    AfterNoAnswer,
    AgentSettings,
    BackOff,
    Channel,
    ChannelLimit,
    Membership,
)


@dataclass(slots=True)
class AgentBuilder:
    """Builds agents; no two share an extension or a login."""

    names: References

    def build(self, written: Mapping[str, AgentShape]) -> dict[AgentId, AgentSettings]:
        """Build every agent; those with errors too, since the errors are reported."""
        built: dict[AgentId, AgentSettings] = {}
        extensions: dict[str, str] = {}
        logins: dict[str, str] = {}
        for name, shape in written.items():
            path: Path = ("agents", name)
            self._check_unique(extensions, shape.extension, name, (*path, "extension"), "E102")
            self._check_unique(logins, shape.login.lower(), name, (*path, "login"), "E103")
            self.names.levels(shape.skills, (*path, "skills"))
            self._check_queues(shape, path)
            built[AgentId(name)] = _agent(name, shape)
        return built

    def _check_queues(self, shape: AgentShape, path: Path) -> None:
        seen: set[str] = set()
        for index, member in enumerate(shape.queues):
            here = (*path, "queues", index)
            self.names.queue(member.queue, (*here, "queue"))
            if member.queue in seen:
                message = f'"{member.queue}" is there twice'
                self.names.document.report(here, "E012", message, "remove one of the two")
            seen.add(member.queue)

    def _check_unique(
        self, seen: dict[str, str], value: str, agent: str, path: Path, code: str
    ) -> None:
        if value in seen:
            what = str(path[-1])
            place = self.names.document.place(("agents", seen[value], what))
            self.names.document.report(
                path,
                code,
                f'{what} {value} already belongs to "{seen[value]}" (line {place.line})',
                f"give {agent} another {what}",
            )
        else:
            seen[value] = agent


def _agent(name: str, s: AgentShape) -> AgentSettings:
    return AgentSettings(
        agent=AgentId(name),
        name=s.name,
        device=s.extension,
        queues=tuple(QueueId(member.queue) for member in s.queues),
        members=tuple(_membership(m) for m in s.queues if _is_special(m)),
        skills=s.skills,
        after_no_answer=AfterNoAnswer(s.after_no_answer),
        no_answers=s.no_answers,
        back_off=back_off_of(s.back_off) if s.back_off is not None else None,
        ring_us=s.ring,
        wrap_up_us=s.wrap_up,
        capacity=s.capacity,
        channels=_channels(s),
        idle_grace_us=s.idle_grace,
        weight=s.weight,
        supervises=s.supervises,
        auto_answer=s.auto_answer,
    )


def _is_special(m: MembershipShape) -> bool:
    return (m.tier, m.delay, m.prefer) != (1, 0, 0)


def _membership(m: MembershipShape) -> Membership:
    return Membership(queue=QueueId(m.queue), tier=m.tier, delay_us=m.delay, preference=m.prefer)


def _channels(s: AgentShape) -> Mapping[Channel, ChannelLimit]:
    if s.channels is None:
        return {Channel.VOICE: ChannelLimit(cost=s.capacity)}
    return {
        Channel(name): ChannelLimit(cost=channel.cost, most=channel.most)
        for name, channel in s.channels.items()
    }


def back_off_of(s: BackOffShape) -> BackOff:
    """Build the rests after offers that failed."""
    return BackOff(
        declined_us=s.declined,
        busy_us=s.busy,
        no_answer_us=s.no_answer,
        unregistered_us=s.unregistered,
        failed_us=s.failed,
    )

"""Who could serve whom, worked out once.

Callers who ask for the same thing in the same queue form a *class*, agents who are the same to the
router form a *type*. Eligibility is a property of the pair, so it is evaluated when a class or a
type is first seen, and kept as bit masks (bit n of a mask stands for the n-th type): a decision
then costs as much as there are classes and types that matter, however many queues exist.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from contact_center.core.ids import QueueId
from contact_center.core.queue_settings import (
    AgentSettings,
    Channel,
    ChannelLimit,
    Membership,
    QueueSettings,
)
from contact_center.core.skills import requirement

Metric = tuple[str, int]
"""What idle agents are ordered by, and over how long; see ``bench``."""
Guards = tuple[tuple[str, int], ...]
"""Skills, and how many idle agents who have it are kept back for those who need it."""
ALL_SPARE = 1 << 30
"""As ``spare``: nobody is kept back any more."""
MAX_CLASSES = 50_000
"""Bound on remembered classes; the ones that nobody is in are forgotten beyond it."""


@dataclass(slots=True, eq=False)
class AgentType:
    """Agents who are the same to the router. ``lines`` is kept by `Lines`: the lines they serve.

    Those of them who are on a break in some queues alone (``paused``) are a variant: a type of its
    own, made when the first takes such a break and gone with the last. ``base``: the index of what
    it is a variant of, its own otherwise. ``agents``: how many a variant has.
    """

    index: int
    base: int
    members: Mapping[QueueId, Membership]
    skills: Mapping[str, int]
    channels: Mapping[Channel, ChannelLimit]
    capacity: int
    weight: int
    metrics: Mapping[Channel, tuple[Metric, ...]]
    plain: bool
    lines: int = 0
    paused: frozenset[QueueId] = frozenset()
    variants: list["AgentType"] = field(default_factory=list)
    agents: int = 0

    @property
    def bit(self) -> int:
        """This type's place in a mask of types."""
        return 1 << self.index


@dataclass(slots=True, eq=False)
class CallClass:
    """Callers who may be served by the same agents.

    ``reach_us``: how long they have waited, as far as agents' delays are concerned. ``spare``: so
    many of the rules that keep experts back hold no longer, in the order in which they end.
    ``types``: mask of who may serve. ``paused``: mask of who might, but for a break in this queue.
    ``guarded``: of these types, those with skills of which some agents are kept back, and how many
    of each, by their base.
    """

    queue: QueueId
    requirement: str
    reach_us: int
    spare: int
    types: int = 0
    paused: int = 0
    guarded: dict[int, Guards] = field(default_factory=dict)

    @property
    def key(self) -> "ClassKey":
        """Name the class."""
        return (self.queue, self.requirement, self.reach_us, self.spare)


ClassKey = tuple[QueueId, str, int, int]
_TypeKey = tuple[object, ...]


def bits(mask: int) -> Iterator[int]:
    """Go through the set bits of a mask, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class Graph:
    """Classes and types, and which of them go together."""

    def __init__(
        self, queues: Mapping[QueueId, QueueSettings], metrics: Mapping[QueueId, Metric]
    ) -> None:
        self._queues = queues
        self._metrics = metrics
        self._types: dict[_TypeKey, AgentType] = {}
        self._members: dict[tuple[object, ...], tuple[Mapping[QueueId, Membership], int]] = {}
        self._places: dict[tuple[Membership, ...], int] = {}
        self.types: list[AgentType] = []
        self.types_of_queue: dict[QueueId, list[AgentType]] = {}
        self.classes: dict[ClassKey, CallClass] = {}
        self.delays: dict[QueueId, tuple[int, ...]] = {}
        self.rules = {
            name: tuple(sorted(settings.keep_back, key=lambda rule: rule.until_us))
            for name, settings in queues.items()
        }
        self.bound = MAX_CLASSES
        self.bases = 0
        """Mask of the types that are no variants."""

    def type_of(self, settings: AgentSettings) -> AgentType:
        """Give an agent's type. To be asked for all agents before the first class."""
        members, place = self._members_of(settings)
        key = (
            place,
            tuple(sorted(settings.skills.items())),
            tuple((channel.value, limit) for channel, limit in settings.channels.items()),
            settings.capacity,
            settings.weight,
        )
        found = self._types.get(key)
        if found is None:
            found = self._types[key] = AgentType(
                index=len(self.types),
                base=len(self.types),
                members=members,
                skills=dict(settings.skills),
                channels=dict(settings.channels),
                capacity=settings.capacity,
                weight=settings.weight,
                metrics=self._metrics_of(members),
                plain=all(m.preference == 0 for m in members.values()),
            )
            self.types.append(found)
            self.bases |= found.bit
            for queue, member in members.items():
                self.types_of_queue.setdefault(queue, []).append(found)
                delays = self.delays.get(queue, ())
                if member.delay_us > 0 and member.delay_us not in delays:
                    self.delays[queue] = tuple(sorted((*delays, member.delay_us)))
        return found

    def variant(
        self, base: AgentType, paused: frozenset[QueueId], index: int = -1
    ) -> tuple[AgentType, bool]:
        """Give the agents of a type who are on a break in some queues, and whether they are new.

        `index` is where the variant was before a restart, if that place is free.
        """
        for known in base.variants:
            if known.paused == paused:
                return known, False
        if not self._is_free(index):
            index = next(n for n in count() if self._is_free(n))
        while len(self.types) <= index:
            # Places of variants that are gone.
            self.types.append(replace(base, index=len(self.types), lines=0, variants=[]))
        made = replace(base, index=index, lines=0, paused=paused, variants=[], agents=0)
        self.types[index] = made
        base.variants.append(made)
        for kind in self.classes.values():
            self._let_in(kind, base, made)
        return made, True

    def _is_free(self, index: int) -> bool:
        if index < 0 or self.bases >> index & 1:
            return False
        return index >= len(self.types) or self.types[index].agents == 0

    def retire(self, gone: AgentType) -> None:
        """Forget a variant that nobody is of any more. Its place is taken by the next one."""
        self.types[gone.base].variants.remove(gone)
        for kind in self.classes.values():
            kind.types &= ~gone.bit
            kind.paused &= ~gone.bit

    @staticmethod
    def _let_in(kind: CallClass, base: AgentType, variant: AgentType) -> None:
        if kind.types & base.bit:
            if kind.queue in variant.paused:
                kind.paused |= variant.bit
            else:
                kind.types |= variant.bit

    def _members_of(self, settings: AgentSettings) -> tuple[Mapping[QueueId, Membership], int]:
        """Give an agent's places in queues, and the number of that: the same for equal places.

        Many agents share few ways of writing them, so each way is looked at once.
        """
        written = (settings.queues, settings.members)
        found = self._members.get(written)
        if found is None:
            special = {member.queue: member for member in settings.members}
            members = {
                queue: special.get(queue) or Membership(queue=queue)
                for queue in settings.queues
                if queue in self._queues
            }
            place = self._places.setdefault(tuple(members.values()), len(self._places))
            found = self._members[written] = (members, place)
        return found

    def class_of(self, queue: QueueId, text: str, reach_us: int, *, spare: int) -> CallClass:
        """Give the class of such callers. `text` must be an expression that compiles."""
        key = (queue, text, reach_us, spare)
        found = self.classes.get(key)
        if found is None:
            found = self.classes[key] = self.new_class(queue, text, reach_us, spare=spare)
        return found

    def new_class(self, queue: QueueId, text: str, reach_us: int, *, spare: int) -> CallClass:
        """Work out a class, and keep nothing of it."""
        asked = requirement(text)
        rules = self.rules.get(queue, ())[spare:]
        made = CallClass(queue, text, reach_us, spare)
        for kind in self.types_of_queue.get(queue, ()):
            if kind.members[queue].delay_us > reach_us or not asked.test(kind.skills):
                continue
            made.types |= kind.bit
            for variant in kind.variants:
                self._let_in(made, kind, variant)
            guards = tuple(
                (rule.skill, rule.keep)
                for rule in rules
                if kind.skills.get(rule.skill, 0) > 0 and rule.skill not in asked.wants
            )
            if guards:
                made.guarded[kind.index] = guards
        return made

    def forget(self, used: set[ClassKey]) -> None:
        """Drop the classes that nobody is in."""
        self.classes = {key: kind for key, kind in self.classes.items() if key in used}
        self.bound = max(MAX_CLASSES, 2 * len(self.classes))

    def _metrics_of(
        self, members: Mapping[QueueId, Membership]
    ) -> Mapping[Channel, tuple[Metric, ...]]:
        by_channel: dict[Channel, dict[Metric, None]] = {}
        for queue in members:
            channel = self._queues[queue].channel
            by_channel.setdefault(channel, {})[self._metrics[queue]] = None
        return {channel: tuple(names) for channel, names in by_channel.items()}

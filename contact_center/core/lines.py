"""Who waits, in the order in which they are to be served.

Callers of classes that the same agents may serve, on the same terms, stand in one *line*, even when
they wait in different queues. A caller's place is a key that does not change with time (aging moves
everybody alike), so a line is sorted once, and a caller who comes back after a failed offer is put
in with the same key, and so in the same place. Between the heads of lines the discipline decides.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sortedcontainers import SortedList

from contact_center.core.graph import AgentType, CallClass, Graph, bits
from contact_center.core.ids import AgentId, CallId, QueueId, ReservationId
from contact_center.core.queue_settings import Order, QueueSettings, WaitStep

TOP_BAND = 1_000_000
"""The band of callers who waited so long that nobody may overtake them any more."""

PlaceKey = tuple[int, int, int, CallId]
"""Minus the band, when the caller came (less the head start), the sequence number, who."""


@dataclass(slots=True, kw_only=True)
class Waiting:
    """One wait. Plain data. Instants are microseconds UTC.

    ``requirement``: who may serve, all in all. ``relaxed``: what a step put in place of it, None
    while none did. ``since``: when the caller's age began; ``entered_at``: when
    they entered this queue, which the steps count from. ``step``: the next of ``steps``.
    ``tried``: the place of the agent asked last, for strategies that go on from there. ``overdue``:
    the longest wait passed while a phone was ringing. ``scores``: given from outside. ``avoids``:
    the agent who gave the caller back, see `Waits.kept_from`. ``placed``: put behind others by hand
    after they were promoted, which time does not undo. ``no_flow``, ``strict``,
    ``only``, ``offer_us``: as in `EnterQueue`.
    """

    call: CallId
    queue: QueueId
    band: int
    since: int
    seq: int
    entered_at: int
    boost_us: int = 0
    requirement: str = ""
    relaxed: str | None = None
    caller: str = ""
    named: AgentId | None = None
    steps: tuple[WaitStep, ...] = ()
    step: int = 0
    reach_us: int = 0
    spare: int = 0
    promoted: bool = False
    placed: bool = False
    reservations: list[ReservationId] = field(default_factory=list)
    tried: int = -1
    overdue: bool = False
    scores: dict[AgentId, int] | None = None
    visited: tuple[QueueId, ...] = ()
    counted: bool = True
    outbound: bool = False
    no_flow: bool = False
    avoids: AgentId | None = None
    strict: bool = False
    only: bool = False
    offer_us: int = 0

    @property
    def is_ringing(self) -> bool:
        """Whether somebody's phone rings for this caller, or is being connected."""
        return bool(self.reservations)


def place(waiting: Waiting, queue: QueueSettings, weight_us: int) -> PlaceKey:
    """Give a caller's key in their line; lower is earlier."""
    boost = waiting.boost_us + queue.weight * weight_us
    band = TOP_BAND if waiting.promoted else waiting.band
    aged = queue.slope * waiting.since
    if queue.order is Order.LIFO and not waiting.promoted:
        return (-band, -aged - 1_000 * boost, -waiting.seq, waiting.call)
    return (-band, aged - 1_000 * boost, waiting.seq, waiting.call)


class Line:
    """Callers of some classes, by key. ``bit`` is its place in masks of lines.

    ``first`` is the lowest key, and ``count`` how many there are: asked far oftener than changed.
    ``types``: who serves it, variants aside. ``apart``: the queue that it is of, when its callers
    share the line with those of no other.
    """

    __slots__ = (
        *("apart", "bit", "channel", "count", "first", "floor", "guarded", "keys", "lifo", "queue"),
        *("slope", "types"),
    )

    def __init__(
        self,
        index: int,
        kind: CallClass,
        queue: QueueSettings,
        types: int,
        apart: QueueId | None,
    ) -> None:
        self.bit = 1 << index
        self.apart = apart
        self.keys: SortedList[PlaceKey] = SortedList()
        self.first: PlaceKey | None = None
        self.count = 0
        self.types = types
        self.guarded = kind.guarded
        self.slope = queue.slope
        self.channel = queue.channel
        self.floor = None if queue.ceiling_us is None else -1_000 * queue.ceiling_us
        self.lifo = queue.order is Order.LIFO
        self.queue = kind.queue
        """Of the class that the line was made for."""

    def add(self, key: PlaceKey) -> None:
        """Let a caller stand here."""
        self.keys.add(key)
        self.count += 1
        if self.first is None or key < self.first:
            self.first = key

    def remove(self, key: PlaceKey) -> None:
        """Let a caller go from here."""
        self.keys.remove(key)
        self.count -= 1
        if key == self.first:
            self.first = self.keys[0] if self.count else None


Signature = tuple[object, ...]


class Lines:
    """All lines of a pool, and every queue's callers by key, those being rung for included."""

    def __init__(
        self,
        graph: Graph,
        queues: Mapping[QueueId, QueueSettings],
        weight_us: int,
        *,
        by_queue: bool,
    ) -> None:
        self._graph = graph
        self._queues = queues
        self._weight_us = weight_us
        self._by_queue = by_queue
        self._signatures: dict[Signature, Line] = {}
        self._of_class: dict[CallClass, Line] = {}
        self._aged: dict[CallId, int] = {}
        self._standing: dict[CallId, tuple[SortedList[PlaceKey] | Line, PlaceKey]] = {}
        self._places: dict[CallId, tuple[QueueId, PlaceKey]] = {}
        self._named: dict[AgentId, dict[QueueId, SortedList[PlaceKey]]] = {}
        self._spare: list[SortedList[PlaceKey]] = []
        self.lines: list[Line] = []
        self.avoiding: dict[CallId, AgentId] = {}
        """Who waits and was given back lately, and by whom."""
        self.ready = 0
        self.apart: set[QueueId] = set()
        """Queues in which somebody took a break alone: their callers share a line with no others,
        so that whoever is on that break serves a line whole or not at all."""
        self.queues: dict[QueueId, SortedList[PlaceKey]] = {}

    # --- coming and going ---------------------------------------------------------------------

    def enter(self, waiting: Waiting) -> None:
        """Give a caller a place in their queue, beside that in a line."""
        call, queue, settings = waiting.call, waiting.queue, self._queues[waiting.queue]
        key = place(waiting, settings, self._weight_us)
        if settings.order is Order.LIFO:
            boost = waiting.boost_us + settings.weight * self._weight_us
            self._aged[call] = settings.slope * waiting.since - 1_000 * boost
        places = self.queues.get(queue)
        if places is None:
            places = self.queues[queue] = self._spare.pop() if self._spare else SortedList()
        places.add(key)
        self._places[call] = (queue, key)
        if waiting.avoids is not None:
            self.avoiding[call] = waiting.avoids

    def leave(self, call: CallId) -> None:
        """Take a caller's place in the queue away."""
        queue, key = self._places.pop(call)
        self._aged.pop(call, None)
        self.avoiding.pop(call, None)
        places = self.queues[queue]
        places.remove(key)
        if not places:
            self._spare.append(self.queues.pop(queue))

    def stand(self, call: CallId, kind: CallClass) -> None:
        """Put a caller into the line of a class."""
        line = self.line_of(kind)
        key = self._places[call][1]
        line.add(key)
        self.ready |= line.bit
        self._standing[call] = (line, key)

    def stand_for(self, call: CallId, agent: AgentId) -> None:
        """Let a caller wait for one agent only."""
        queue, key = self._places[call]
        keys = self._named.setdefault(agent, {}).setdefault(queue, SortedList())
        keys.add(key)
        self._standing[call] = (keys, key)

    def step_out(self, call: CallId) -> None:
        """Take a caller out of their line: somebody's phone rings for them, or they go."""
        standing = self._standing.pop(call, None)
        if standing is not None:
            where, key = standing
            where.remove(key)
            if isinstance(where, Line) and not where.count:
                self.ready &= ~where.bit

    def is_standing(self, call: CallId) -> bool:
        """Say whether a caller stands in a line."""
        return call in self._standing

    # --- asking -------------------------------------------------------------------------------

    def line_of(self, kind: CallClass) -> Line:
        """Give the line of a class."""
        line = self._of_class.get(kind)
        if line is None:
            line = self._of_class[kind] = self._find(kind)
        return line

    def aged(self, line: Line, key: PlaceKey) -> int:
        """Give what to compare heads of different lines by: the arrival less the head start."""
        return self._aged[key[3]] if line.lifo else key[1]

    def named_for(self, agent: AgentId) -> Iterator[tuple[QueueId, PlaceKey]]:
        """Go through the first of each queue who wait for this agent only."""
        queues = self._named.get(agent, {})
        return ((queue, keys[0]) for queue, keys in queues.items() if keys)

    def waiting_for(self, agent: AgentId) -> list[CallId]:
        """List who waits for this agent only."""
        queues = self._named.get(agent, {}).values()
        return [key[3] for key in sorted(key for keys in queues for key in keys)]

    def groups(self) -> Iterator[tuple[Line | None, list[PlaceKey]]]:
        """Go through everybody who stands in a line, in groups that are in order by key."""
        lifo: dict[QueueId, list[PlaceKey]] = {}
        for line in (self.lines[index] for index in bits(self.ready)):
            if line.lifo:
                lifo.setdefault(line.queue, []).extend(line.keys)
            else:
                yield line, list(line.keys)
        for queues in self._named.values():
            for queue, keys in queues.items():
                if not keys:
                    continue
                if self._queues[queue].order is Order.LIFO:
                    lifo.setdefault(queue, []).extend(keys)
                else:
                    yield None, list(keys)
        for keys_ in lifo.values():
            yield None, sorted(keys_)

    def ready_for(self, kind: AgentType) -> Iterator[Line]:
        """Go through the lines that this type serves and somebody stands in."""
        lines = self.lines
        return (lines[index] for index in bits(self.ready & kind.lines))

    def known_line(self, kind: CallClass) -> Line | None:
        """Give the line of a class, if anybody ever stood in it."""
        return self._of_class.get(kind)

    def before(self, call: CallId, most: int) -> tuple[int, list[CallId]]:
        """Count those who stand before a caller, for the same agents; name the first of them."""
        standing = self._standing.get(call)
        if standing is None:
            return 0, []
        where, key = standing
        keys = where.keys if isinstance(where, Line) else where
        count = int(keys.bisect_left(key))
        return count, [other[3] for other in keys[: min(count, most)]]

    def position(self, call: CallId) -> int:
        """Say how many come before a caller in their queue, those being rung for included."""
        queue, key = self._places[call]
        return int(self.queues[queue].bisect_left(key))

    def in_queue(self, queue: QueueId) -> list[CallId]:
        """List a queue's callers, first to last."""
        return [key[3] for key in self.queues.get(queue, ())]

    def page(self, queue: QueueId, offset: int, most: int) -> list[CallId]:
        """List some of a queue's callers, from a place on."""
        places = self.queues.get(queue)
        return [key[3] for key in places[offset : offset + most]] if places is not None else []

    def first_of(self, queue: QueueId) -> CallId | None:
        """Name a queue's first caller."""
        places = self.queues.get(queue)
        return places[0][3] if places else None

    def key_of(self, call: CallId) -> PlaceKey:
        """Give a caller's key."""
        return self._places[call][1]

    def length(self, queue: QueueId) -> int:
        """Count a queue's callers."""
        return len(self.queues.get(queue, ()))

    def __iter__(self) -> Iterator[CallId]:
        """Go through everybody who stands in a line, best key first."""
        return iter([key[3] for key in sorted(entry[1] for entry in self._standing.values())])

    def __len__(self) -> int:
        return len(self._standing)

    def forget(self) -> None:
        """Drop the lines that nobody stands in, and their classes."""
        self.lines = [line for line in self.lines if line.count]
        self.ready = 0
        for kind in self._graph.types:
            kind.lines = 0
        for index, line in enumerate(self.lines):
            line.bit = 1 << index
            self.ready |= line.bit
            self._let_serve(line)
        self._signatures = {s: line for s, line in self._signatures.items() if line.count}
        self._of_class = {kind: line for kind, line in self._of_class.items() if line.count}
        self._graph.forget({kind.key for kind in self._of_class})

    def _find(self, kind: CallClass) -> Line:
        queue = self._queues[kind.queue]
        mask = kind.types & self._graph.bases
        types = [self._graph.types[index] for index in bits(mask)]
        preferences = tuple(
            (t.index, t.members[kind.queue].preference) for t in types if not t.plain
        )
        # The newest is first in their own queue only, so the last come do not share a line.
        alone = self._by_queue or mask == 0 or queue.order is Order.LIFO or kind.queue in self.apart
        apart = kind.queue if alone else None
        signature = (
            mask,
            queue.channel,
            queue.slope,
            queue.ceiling_us,
            queue.order,
            tuple(sorted(kind.guarded.items())),
            preferences,
            apart,
        )
        line = self._signatures.get(signature)
        if line is None:
            line = self._signatures[signature] = Line(len(self.lines), kind, queue, mask, apart)
            self.lines.append(line)
            self._let_serve(line)
        return line

    # --- breaks in some queues ----------------------------------------------------------------

    def set_apart(self, queue: QueueId) -> bool:
        """Let a queue's callers share a line with no others from now on; False when they do so
        already. Whoever stands in one has to be put into the line of their class again."""
        if queue in self.apart:
            return False
        self.apart.add(queue)
        self._of_class = {
            kind: line
            for kind, line in self._of_class.items()
            if kind.queue != queue or line.apart is not None
        }
        return True

    def take_up(self, variant: AgentType) -> None:
        """Let agents who are on a break in some queues serve the lines of all others."""
        variant.lines = 0
        base = 1 << variant.base
        for line in self.lines:
            if line.types & base and line.apart not in variant.paused:
                variant.lines |= line.bit

    def _let_serve(self, line: Line) -> None:
        for one in bits(line.types):
            base = self._graph.types[one]
            base.lines |= line.bit
            for variant in base.variants:
                if line.apart not in variant.paused:
                    variant.lines |= line.bit

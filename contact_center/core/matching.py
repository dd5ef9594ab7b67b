"""Matches: choosing an agent for a caller, and a caller for an agent.

The floor above the doors. Only what just changed can make a new pair, so one event leads to few
looks: a caller who came looks at the agents, an agent who came looks at the first of each line.
"""

from abc import abstractmethod

from sortedcontainers import SortedList

from contact_center.core.bench import Seats
from contact_center.core.doors import Doors
from contact_center.core.graph import AgentType, CallClass, Metric, bits
from contact_center.core.ids import AgentId, CallId
from contact_center.core.lines import Line, PlaceKey, Waiting
from contact_center.core.outcomes import Decided, Why
from contact_center.core.output import Outbox
from contact_center.core.queue_settings import Channel, QueueSettings
from contact_center.core.skills import requirement
from contact_center.core.strategies import STRATEGIES, Choice, Pick, Rings, Strategy, draw


class Matching(Doors):
    """Who gets whom."""

    @abstractmethod
    def reserve(
        self,
        waiting: Waiting,
        agent_id: AgentId,
        settings: QueueSettings,
        why: Why,
        now: int,
        out: Outbox,
    ) -> None:
        """Hold an agent for a caller, and tell the call."""

    # --- a caller looks for an agent ----------------------------------------------------------

    def offer_call(self, waiting: Waiting, decided: Decided, now: int, out: Outbox) -> None:
        """Give a caller who stands in line an agent, if one is free."""
        if not self.up or waiting.reservations:
            return
        settings = self.configuration.queues[waiting.queue]
        if waiting.named is not None:
            if self.bench.is_seated(waiting.named, settings.channel):
                why = Why(decided=decided, strategy="named", named=True)
                self.reserve(waiting, waiting.named, settings, why, now, out)
            return
        strategy = STRATEGIES[settings.strategy]
        kind = self.class_of(waiting)
        choice, tier = self._choice(waiting, settings, kind)
        if choice is None or self._awaits_scores(waiting, settings, strategy, choice, now):
            return
        if strategy.rings is Rings.ALL:
            self._ring_all(choice, tier, decided, now, out)
            return
        self._ring(choice, strategy, tier, decided, now, out)
        if strategy.rings is Rings.MORE:
            self.media_deadlines.set("more", waiting.call, now + settings.ring_step_us)

    def _choice(
        self, waiting: Waiting, settings: QueueSettings, kind: CallClass
    ) -> tuple[Choice | None, int]:
        """Find the idle agents of the best tier; None when there are none."""
        channel, metric = settings.channel, self.metrics[waiting.queue]
        best = 0
        found: list[AgentType] = []
        kept = self.kept_from(waiting) if waiting.avoids is not None else None
        for index in bits(kind.types & self.bench.idle[channel]):
            guard = kind.guarded.get(index)
            if guard is not None and self.experts[guard[0]] <= guard[1]:
                continue
            one = self.graph.types[index]
            if kept is not None and not self._seats(one, channel, metric, kept):
                continue
            tier = one.members[waiting.queue].tier
            if not found or tier < best:
                best, found = tier, [one]
            elif tier == best:
                found.append(one)
        if not found:
            return None, 0
        benches = [(one, self._seats(one, channel, metric, kept)) for one in found]
        asked = requirement(kind.requirement)
        last = self.last_asked.get(waiting.queue, -1)
        return Choice(waiting, settings, asked, benches, last, self._draw), best

    def _seats(
        self, kind: AgentType, channel: Channel, metric: Metric, kept: AgentId | None
    ) -> Seats:
        """Give the idle agents of a type, but for one who is kept from the caller."""
        seats = self.bench.of(kind, channel, metric)
        if kept is None or self.types[kept] is not kind:
            return seats
        return SortedList(seat for seat in seats if seat[3] != kept)

    def _draw(self, below: int) -> int:
        self.draws += 1
        return draw(self.configuration.seed, self.draws, below)

    def _awaits_scores(
        self,
        waiting: Waiting,
        settings: QueueSettings,
        strategy: Strategy,
        choice: Choice,
        now: int,
    ) -> bool:
        """Hold a caller for scores from outside, where there is a choice, but not for long."""
        due = waiting.entered_at + settings.score_us
        if not strategy.scored or waiting.scores is not None or now >= due:
            return False
        if sum(len(seats) for _, seats in choice.benches) < 2:
            return False
        self.media_deadlines.set("score", waiting.call, due)
        return True

    def _ring(
        self,
        choice: Choice,
        strategy: Strategy,
        tier: int,
        decided: Decided,
        now: int,
        out: Outbox,
    ) -> None:
        pick: Pick = strategy.choose(choice)
        why = Why(
            decided=decided,
            strategy=choice.queue.strategy,
            agents=sum(len(seats) for _, seats in choice.benches),
            tier=tier,
            rank=pick[1],
        )
        self.reserve(choice.waiting, pick[0], choice.queue, why, now, out)

    def _ring_all(self, choice: Choice, tier: int, decided: Decided, now: int, out: Outbox) -> None:
        keys = sorted(key for _, seats in choice.benches for key in seats)
        why = Why(decided=decided, strategy=choice.queue.strategy, agents=len(keys), tier=tier)
        for key in keys[: choice.queue.ring_most]:
            self.reserve(choice.waiting, key[3], choice.queue, why, now, out)

    def ring_more(self, call: CallId, now: int, out: Outbox) -> None:
        """Let one more phone ring, beside those that ring already."""
        waiting = self.waiting.get(call)
        if waiting is None or call not in self.ringing or not self.up:
            return
        settings = self.configuration.queues[waiting.queue]
        self.media_deadlines.set("more", call, now + settings.ring_step_us)
        if len(waiting.reservations) < settings.ring_most:
            choice, tier = self._choice(waiting, settings, self.class_of(waiting))
            if choice is not None:
                self._ring(choice, STRATEGIES[settings.strategy], tier, Decided.STEP, now, out)

    # --- an agent looks for a caller ----------------------------------------------------------

    def offer_agent(self, agent_id: AgentId, now: int, out: Outbox) -> None:
        """Give an agent who became available the caller who should have them."""
        if not self.up or not self.bench.seated(agent_id):
            return
        kind = self.types[agent_id]
        for channel in kind.metrics:
            while self.bench.is_seated(agent_id, channel):
                call, callers = self._head_for(agent_id, kind, channel, now)
                if call is None:
                    self._join_a_ring(agent_id, kind, channel, now, out)
                    break
                waiting = self.waiting[call]
                settings = self.configuration.queues[waiting.queue]
                why = Why(
                    decided=Decided.AGENT_FREE,
                    strategy=self.configuration.discipline.value,
                    callers=callers,
                    tier=kind.members[waiting.queue].tier,
                    named=waiting.named is not None,
                )
                self.reserve(waiting, agent_id, settings, why, now, out)

    def _head_for(
        self, agent_id: AgentId, kind: AgentType, channel: Channel, now: int
    ) -> tuple[CallId | None, int]:
        """Name the caller whom a free agent gets, and count the callers it was chosen from."""
        best: tuple[int, int, int, int, PlaceKey] | None = None
        lines, queues, callers = self.lines, self.configuration.queues, 0
        rank, avoiding = self.discipline.rank, lines.avoiding
        ready = lines.ready & kind.lines
        while ready:
            # As in `graph.bits`, without the generator: nothing is done oftener than this.
            low = ready & -ready
            ready ^= low
            line = lines.lines[low.bit_length() - 1]
            key = self._first_for(line, agent_id) if avoiding else line.first
            if line.channel is not channel or key is None:
                continue
            if line.guarded:
                guard = line.guarded.get(kind.index)
                if guard is not None and self.experts[guard[0]] <= guard[1]:
                    continue
            callers += line.count
            preference = 0 if kind.plain else kind.members[line.queue].preference
            value = rank(line, lines.aged(line, key) if line.lifo else key[1], now, self)
            found = (preference, key[0], value, abs(key[2]), key)
            if best is None or found < best:
                best = found
        named = lines.named_for(agent_id)
        if named is not None:
            queue = queues[self.waiting[named[3]].queue]
            if queue.channel is channel:
                callers += 1
                found = (0, named[0], abs(named[1]) - queue.slope * now, abs(named[2]), named)
                if best is None or found < best:
                    best = found
        return (best[4][3] if best is not None else None), callers

    def _first_for(self, line: Line, agent_id: AgentId) -> PlaceKey | None:
        """Give the first of a line whom this agent did not give back just now."""
        for key in line.keys:
            mine = self.lines.avoiding.get(key[3]) == agent_id
            if not mine or self.kept_from(self.waiting[key[3]]) is None:
                return key
        return None

    def _join_a_ring(
        self, agent_id: AgentId, kind: AgentType, channel: Channel, now: int, out: Outbox
    ) -> None:
        """Let a free agent's phone ring along for a caller for whom all phones are to ring."""
        for call in self.ringing:
            waiting = self.waiting[call]
            settings = self.configuration.queues[waiting.queue]
            if STRATEGIES[settings.strategy].rings is not Rings.ALL:
                continue
            eligible = self.class_of(waiting).types & kind.bit
            if not eligible or settings.channel is not channel:
                continue
            if len(waiting.reservations) >= settings.ring_most or waiting.named is not None:
                continue
            if waiting.avoids == agent_id and self.kept_from(waiting) == agent_id:
                continue
            tier = kind.members[waiting.queue].tier
            if tier > self.reservations[waiting.reservations[0]].why.tier:
                continue
            why = Why(decided=Decided.AGENT_FREE, strategy=settings.strategy, tier=tier)
            self.reserve(waiting, agent_id, settings, why, now, out)
            return

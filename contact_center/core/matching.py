"""Matches: choosing an agent for a caller, and a caller for an agent.

The floor above the doors. Only what just changed can make a new pair, so one event leads to few
looks: a caller who came looks at the agents, an agent who came looks at the first of each line.
"""

from abc import abstractmethod
from collections.abc import Iterator
from heapq import heapify, heappop, heapreplace

from sortedcontainers import SortedList

from contact_center.core.bench import Seats
from contact_center.core.doors import Doors
from contact_center.core.graph import AgentType, CallClass, Guards, Metric, bits
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.core.lines import Line, PlaceKey, Waiting
from contact_center.core.outcomes import Decided, Why
from contact_center.core.output import Outbox
from contact_center.core.queue_settings import Channel, QueueSettings
from contact_center.core.skills import requirement
from contact_center.core.strategies import STRATEGIES, Choice, Pick, Rings, Strategy, draw

_Claim = tuple[int, int, int, int, PlaceKey]
"""The agent's preference, minus the band, the discipline's rank, the age, the place."""


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
            one = self.graph.types[index]
            if self.is_guarded(channel, kind.guarded.get(one.base)):
                continue
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
        if waiting.reservations:
            benches = self._not_asked(waiting, benches)
            if not benches:
                return None, 0
        asked = requirement(kind.requirement)
        last = self.last_asked.get(waiting.queue, -1)
        return Choice(waiting, settings, asked, benches, last, self._draw), best

    def is_guarded(self, channel: Channel, guards: Guards | None) -> bool:
        """Say whether agents with some skills are kept back, so few of them being idle."""
        if guards is None:
            return False
        return any(self.experts[channel, skill] <= keep for skill, keep in guards)

    def _not_asked(
        self, waiting: Waiting, benches: list[tuple[AgentType, Seats]]
    ) -> list[tuple[AgentType, Seats]]:
        """Leave out agents who have room for one more and are rung for this caller already."""
        asked = {self.reservations[name].agent for name in waiting.reservations}
        if not any(self.bench.seated(agent) for agent in asked):
            return benches
        left = [(one, SortedList(k for k in seats if k[3] not in asked)) for one, seats in benches]
        return [(one, seats) for one, seats in left if seats]

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
        kind = self.class_of(choice.waiting)
        for key in keys:
            if len(choice.waiting.reservations) >= choice.queue.ring_most:
                return
            # With every phone that rings there are fewer experts to keep back.
            guards = kind.guarded.get(self.types[key[3]].base)
            if not self.is_guarded(choice.queue.channel, guards):
                self.reserve(choice.waiting, key[3], choice.queue, why, now, out)

    def ring_more(self, call: CallId, now: int, out: Outbox) -> None:
        """Let one more phone ring, beside those that ring already."""
        waiting = self.waiting.get(call)
        if waiting is None or call not in self.ringing or not self.up or waiting.overdue:
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
                    if self._join_a_ring(agent_id, kind, channel, now, out):
                        continue
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
        best: _Claim | None = None
        newest: dict[QueueId, _Claim] = {}
        lines, rank, callers = self.lines, self.discipline.rank, 0
        avoiding = lines.avoiding
        ready = lines.ready & kind.lines
        while ready:
            # As in `graph.bits`, without the generator: nothing is done oftener than this.
            low = ready & -ready
            ready ^= low
            line = lines.lines[low.bit_length() - 1]
            key = self._first_for(line, agent_id) if avoiding else line.first
            if line.channel is not channel or key is None:
                continue
            if line.guarded and self.is_guarded(channel, line.guarded.get(kind.base)):
                continue
            callers += line.count
            preference = 0 if kind.plain else kind.members[line.queue].preference
            aged = lines.aged(line, key) if line.lifo else key[1]
            claim = (preference, key[0], rank(line, aged, now, self), aged, key)
            if line.lifo:
                _keep_first(newest, line.queue, claim)
            elif best is None or claim < best:
                best = claim
        for queue, claim, lifo in self._named_claims(agent_id, kind, channel, now):
            callers += 1
            if lifo:
                _keep_first(newest, queue, claim)
            elif best is None or claim < best:
                best = claim
        if newest:
            first = min(newest.values())
            best = first if best is None or first < best else best
        return (best[4][3] if best is not None else None), callers

    def _named_claims(
        self, agent_id: AgentId, kind: AgentType, channel: Channel, now: int
    ) -> Iterator[tuple[QueueId, _Claim, bool]]:
        """Go through the first callers who wait for this agent only, and whether the newest of
        their queue is first."""
        for queue, key in self.lines.named_for(agent_id):
            if self.configuration.queues[queue].channel is channel:
                line = self.lines.line_of(self.class_of(self.waiting[key[3]]))
                yield queue, self._claim(line, queue, key, kind, now), line.lifo

    def _claim(
        self, line: Line, queue: QueueId, key: PlaceKey, kind: AgentType | None, now: int
    ) -> _Claim:
        """Say how good a caller's claim to an agent of a type is; lower is better.

        Whom the discipline takes for equal (a ceiling is reached, time is counted coarsely) are
        served by their place, or callers of one queue would overtake each other there.
        """
        aged = self.lines.aged(line, key)
        member = kind.members.get(queue) if kind is not None and not kind.plain else None
        preference = member.preference if member is not None else 0
        return (preference, key[0], self.discipline.rank(line, aged, now, self), aged, key)

    def in_turn(self, now: int) -> Iterator[CallId]:
        """Go through everybody who stands in a line, best claim first, whoever is to serve them."""
        groups = [keys for _, keys in self.lines.groups()]
        heap = [(self._claim_of(keys[0], now), n, 0) for n, keys in enumerate(groups)]
        heapify(heap)
        while heap:
            claim, n, at = heap[0]
            if at + 1 < len(groups[n]):
                heapreplace(heap, (self._claim_of(groups[n][at + 1], now), n, at + 1))
            else:
                heappop(heap)
            yield claim[4][3]

    def _claim_of(self, key: PlaceKey, now: int) -> _Claim:
        waiting = self.waiting[key[3]]
        line = self.lines.line_of(self.class_of(waiting))
        return self._claim(line, waiting.queue, key, None, now)

    def _first_for(self, line: Line, agent_id: AgentId) -> PlaceKey | None:
        """Give the first of a line whom this agent did not give back just now."""
        for key in line.keys:
            mine = self.lines.avoiding.get(key[3]) == agent_id
            if not mine or self.kept_from(self.waiting[key[3]]) is None:
                return key
        return None

    def _join_a_ring(
        self, agent_id: AgentId, kind: AgentType, channel: Channel, now: int, out: Outbox
    ) -> bool:
        """Let a free agent's phone ring along for a caller for whom all phones are to ring."""
        mine = {job.call for job in self.agents[agent_id].jobs.values()}
        for call in self.ringing:
            waiting = self.waiting[call]
            settings = self.configuration.queues[waiting.queue]
            if settings.channel is not channel or call in mine or not self._takes_more(waiting):
                continue
            asked = self.class_of(waiting)
            guards = asked.guarded.get(kind.base)
            if not asked.types & kind.bit or self.is_guarded(channel, guards):
                continue
            if waiting.avoids == agent_id and self.kept_from(waiting) == agent_id:
                continue
            tier = kind.members[waiting.queue].tier
            if tier > self.reservations[waiting.reservations[0]].why.tier:
                continue
            why = Why(decided=Decided.AGENT_FREE, strategy=settings.strategy, tier=tier)
            self.reserve(waiting, agent_id, settings, why, now, out)
            return True
        return False

    def _takes_more(self, waiting: Waiting) -> bool:
        """Say whether one more phone may ring for a caller for whom some do."""
        settings = self.configuration.queues[waiting.queue]
        return (
            STRATEGIES[settings.strategy].rings is Rings.ALL
            and len(waiting.reservations) < settings.ring_most
            and waiting.named is None
            and not waiting.overdue
        )


def _keep_first(newest: dict[QueueId, _Claim], queue: QueueId, claim: _Claim) -> None:
    """Of a queue whose newest caller is first, let only that one compete with other queues."""
    known = newest.get(queue)
    if known is None or claim[4] < known[4]:
        newest[queue] = claim

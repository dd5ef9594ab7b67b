"""Doors of queues: who is let in, who is refused, who is sent on, and where to.

The floor above the waits. Rules of overflow are asked in the order in which they are written, and
followed from queue to queue: nobody is put where a rule would send them away at once.
"""

from dataclasses import replace

from contact_center.core.absences import mask_of
from contact_center.core.acd import EnterQueue, PlaceResumed, QueueLeft, QueueMoved, WaitNews
from contact_center.core.facts import QueueOutcome
from contact_center.core.hours import Opening
from contact_center.core.ids import CallId, QueueId
from contact_center.core.lines import Waiting
from contact_center.core.output import Outbox
from contact_center.core.queue_pauses import QueuePauses
from contact_center.core.queue_settings import Absence, Overflow, OverflowWhen, QueueSettings
from contact_center.core.waits import ASK_AGAIN_US, AVOID_US, HOURS_US

MOST_MOVES = 20
"""Bound on how often one wait may be sent on by rules, so that queues cannot send in circles."""


class Doors(QueuePauses):
    """Ways into queues and out of them."""

    # --- entering -----------------------------------------------------------------------------

    def enter(self, message: EnterQueue, now: int, out: Outbox) -> None:
        """A caller waits from now on, is sent on, or is refused."""
        if message.call in self.waiting:
            out.ignore()
            return
        settings = self.configuration.queues[message.queue]
        self.dirty_queues[message.queue] = None
        since = now if message.since is None else message.since
        resumed = self.resumable.get(_place_of(message)) if message.caller else None
        resumes = resumed is not None and now < resumed[1] and resumed[0] < since
        if resumed is not None and resumes:
            since = resumed[0]
        self.sequence += 1
        waiting = _wait_of(message, since, self.sequence, now)
        outcome = self._outcome(message, waiting, settings, now)
        if isinstance(outcome, QueueOutcome):
            out.tell(QueueLeft(call=message.call, queue=message.queue, outcome=outcome))
            return
        # Taken up by whoever is let in only: a caller who is refused may try once more.
        self.resumable.pop(_place_of(message), None)
        if resumes:
            out.tell(PlaceResumed(call=message.call, since=since))
        if outcome is not None:
            out.tell(
                QueueMoved(
                    call=message.call,
                    queue=message.queue,
                    to=outcome,
                    outcome=QueueOutcome.OVERFLOWED,
                )
            )
            waiting.visited = (message.queue,)
            waiting.queue = outcome
            self.fit(waiting)
            self.dirty_queues[outcome] = None
        self.media_deadlines.set("wait", message.call, now + message.max_wait_us)
        if waiting.avoids is not None:
            self.media_deadlines.set("avoid", message.call, now + AVOID_US)
        if message.named is not None:
            self.name(waiting, message.named_us, now)
        if message.position is not None:
            self.squeeze_in(waiting, message.position - 1)
        self.take_in(waiting, now, out)
        if message.at_once and not waiting.reservations:
            self.evict(waiting, QueueOutcome.NO_AGENTS, now, out)

    # --- refusing and sending on --------------------------------------------------------------

    def _outcome(
        self, message: EnterQueue, waiting: Waiting, settings: QueueSettings, now: int
    ) -> QueueOutcome | QueueId | None:
        if message.only and not self.comes(waiting):
            return QueueOutcome.NO_AGENTS
        return None if message.returns else self._refusal(waiting, settings, now)

    def _refusal(
        self, waiting: Waiting, settings: QueueSettings, now: int
    ) -> QueueOutcome | QueueId | None:
        """Say why a caller may not come in, or where they are sent; None lets them in."""
        for rule in settings.overflow:
            if self._applies(rule, waiting, settings, now):
                end = self._end_of(rule.to, waiting, now)
                if end is not None:
                    return end
        if waiting.counted and not self._has_room(waiting.queue):
            return QueueOutcome.FULL
        if self._is_closed(settings, now):
            return QueueOutcome.CLOSED
        if self._nobody_for(waiting, settings.absent_at_entry):
            return QueueOutcome.NO_AGENTS
        return None

    def _applies(self, rule: Overflow, waiting: Waiting, settings: QueueSettings, now: int) -> bool:
        """Say whether a rule that is asked on entering sends the caller on."""
        match rule.when:
            case OverflowWhen.LENGTH:
                return self._length(waiting.queue) >= rule.most
            case OverflowWhen.EXPECTED:
                estimate = self.estimate(waiting, self.lines.length(waiting.queue), now)
                return estimate is not None and estimate.mean_us > rule.us
            case OverflowWhen.NO_AGENTS:
                return self._nobody_for(waiting, settings.absent_at_entry or frozenset())
            case OverflowWhen.CLOSED:
                return self._is_closed(settings, now)
            case OverflowWhen.SERVICE_LEVEL:
                level = self.history_of(waiting.queue, now).level_percent()
                return level is not None and level < rule.percent
            case OverflowWhen.WAITED:
                return False

    def _end_of(
        self, to: QueueId | None, waiting: Waiting, now: int
    ) -> QueueOutcome | QueueId | None:
        """Say where a caller whom a rule sends to a queue comes to in the end: that queue's own
        rules are asked as if they entered there, and so on. OVERFLOWED is out by the flow's edge;
        None: nobody on the way takes them. No queue is asked twice, so circles end."""
        if to is None:
            return QueueOutcome.OVERFLOWED
        asked = {waiting.queue}

        def follow(to: QueueId | None) -> QueueOutcome | QueueId | None:
            if to is None:
                return None if waiting.no_flow else QueueOutcome.OVERFLOWED
            if to in asked or len(asked) > MOST_MOVES:
                return None
            asked.add(to)
            settings = self.configuration.queues[to]
            there = self._as_if_in(to, waiting) if settings.overflow else waiting
            for rule in settings.overflow:
                if self._applies(rule, there, settings, now):
                    end = follow(rule.to)
                    if end is not None:
                        return end
            return to if self._takes(to, now) else None

        return follow(to)

    def _as_if_in(self, queue: QueueId, waiting: Waiting) -> Waiting:
        """Give a caller as they would be in another queue."""
        there = replace(
            waiting, queue=queue, reach_us=0, spare=0, relaxed=None, named=None, reservations=[]
        )
        self.fit(there)
        return there

    def _takes(self, queue: QueueId, now: int) -> bool:
        """Say whether callers may be sent to a queue, and not only to be stuck there."""
        settings = self.configuration.queues[queue]
        if not self._has_room(queue) or self._is_closed(settings, now):
            return False
        absent = settings.absent_at_entry
        if absent is None:
            return True
        return self.anyone_in(queue, mask_of(absent - {Absence.NOT_ELIGIBLE}))

    def _has_room(self, queue: QueueId) -> bool:
        return self._length(queue) < self.configuration.queues[queue].max_waiting

    def _length(self, queue: QueueId) -> int:
        """Count a queue's callers as far as its bounds are concerned."""
        return self.waiting_in.get(queue, 0) - self.uncounted_in.get(queue, 0)

    def _is_closed(self, settings: QueueSettings, now: int) -> bool:
        calendar = self.configuration.calendars.get(settings.calendar)
        return calendar is not None and calendar.at(now) is not Opening.OPEN

    def _nobody_for(self, waiting: Waiting, absent: frozenset[Absence] | None) -> bool:
        if absent is None:
            return False
        eligible = Absence.NOT_ELIGIBLE in absent
        mask = mask_of(absent - {Absence.NOT_ELIGIBLE} if eligible else absent)
        if self.anyone_for(self.class_of(waiting), mask):
            return False
        return eligible or not any(self.anyone_for(kind, mask) for kind in self.hopes_of(waiting))

    def news(self, call: CallId, now: int, out: Outbox) -> None:
        """Say how far a caller is."""
        waiting = self.waiting.get(call)
        if waiting is None:
            out.ignore()
            return
        ahead = self.lines.position(call)
        found = self.estimate(waiting, ahead, now)
        out.tell(
            WaitNews(
                call=call,
                queue=waiting.queue,
                position=ahead + 1,
                waiting=self.lines.length(waiting.queue),
                expected_us=found.mean_us if found else None,
                low_us=found.low_us if found else None,
                high_us=found.high_us if found else None,
            )
        )

    def overflow(self, call: CallId, now: int, out: Outbox) -> None:
        """A caller has waited so long that a rule may send them on."""
        waiting = self.waiting.get(call)
        if waiting is None or waiting.reservations:
            # With a phone ringing there is nothing to send on; it is looked at again if that fails.
            return
        settings = self.configuration.queues[waiting.queue]
        waited, full = now - waiting.entered_at, False
        for rule in settings.overflow:
            due = rule.when is OverflowWhen.WAITED and waited >= rule.us
            if rule.to is None and waiting.no_flow:
                continue  # there is no edge by which they could go on
            if due and self.send_on(waiting, rule.to, now, out):
                return
            full = full or due
        self.set_steps(waiting, now)
        if full and self.media_deadlines.due("overflow", call) is None:
            # There was no room where they were to go; there may be later.
            self.media_deadlines.set("overflow", call, now + ASK_AGAIN_US)

    def send_on(self, waiting: Waiting, to: QueueId | None, now: int, out: Outbox) -> bool:
        """Send a caller to a queue and on from there as its rules say, or out by the flow's edge;
        False when nobody takes them."""
        end = self._end_of(to, waiting, now)
        if isinstance(end, QueueOutcome):
            self.evict(waiting, end, now, out)
        elif end is not None and len(waiting.visited) < MOST_MOVES:
            self.move(waiting, end, QueueOutcome.OVERFLOWED, now, out)
        else:
            return False
        return True

    def look_at_hours(self, queue: QueueId, now: int, out: Outbox) -> None:
        """A queue with opening hours has callers: send them on when it closed meanwhile."""
        settings = self.configuration.queues.get(queue)
        if settings is None or not self.lines.length(queue):
            return
        rule = next((r for r in settings.overflow if r.when is OverflowWhen.CLOSED), None)
        if rule is not None and self._is_closed(settings, now):
            for call in self.lines.in_queue(queue):
                waiting = self.waiting[call]
                if not waiting.reservations:
                    self.send_on(waiting, rule.to, now, out)
        self.media_deadlines.set("hours", queue, now + HOURS_US)

    def let_go_of_hopeless(self, now: int, out: Outbox) -> None:
        """Let go of callers for whom nobody is there any more, after agents went."""
        emptied, self.emptied = self.emptied, {}
        if not emptied:
            return
        queues = dict.fromkeys(q for index in emptied for q in self.graph.types[index].members)
        for queue in queues:
            if self.lines.length(queue):
                self.let_go_in(queue, now, out)

    def let_go_in(self, queue: QueueId, now: int, out: Outbox) -> None:
        """Let go of those in a queue for whom nobody is there."""
        settings = self.configuration.queues[queue]
        rule = next((r for r in settings.overflow if r.when is OverflowWhen.NO_AGENTS), None)
        absent = settings.absent_waiting
        if absent is None and rule is None:
            return
        known: dict[tuple[object, ...], bool] = {}
        for call in self.lines.in_queue(queue):
            waiting = self.waiting[call]
            if waiting.reservations:
                continue
            key = (self.class_of(waiting).key, waiting.steps, waiting.step)
            hopeless = known.get(key)
            if hopeless is None:
                hopeless = known[key] = self._nobody_for(waiting, absent or frozenset())
            if not hopeless or (rule is not None and self.send_on(waiting, rule.to, now, out)):
                continue
            if absent is not None:
                self.evict(waiting, QueueOutcome.EVICTED, now, out)


def _place_of(message: EnterQueue) -> str:
    return f"{message.queue}/{message.caller}"


def _wait_of(message: EnterQueue, since: int, seq: int, now: int) -> Waiting:
    return Waiting(
        call=message.call,
        queue=message.queue,
        band=message.priority,
        since=since,
        seq=seq,
        entered_at=now,
        boost_us=message.boost_us,
        requirement=message.requirement,
        caller=message.caller,
        named=message.named,
        steps=message.steps,
        counted=message.counted,
        outbound=message.outbound,
        no_flow=message.no_flow,
        avoids=message.not_agent if message.named is None else None,
        strict=message.strict,
        only=message.only,
        offer_us=message.offer_us,
    )

"""Waits: a place in line, the steps of waiting, leaving.

The floor above the staff. A wait ends in exactly one way; a caller who is moved to another queue
keeps their age and goes on waiting.
"""

from abc import abstractmethod

from contact_center.core.absences import mask_of
from contact_center.core.acd import LeaveQueue, QueueLeft, QueueMoved, Rekey
from contact_center.core.estimate import Estimate, expected_wait
from contact_center.core.facts import QueueOutcome
from contact_center.core.graph import bits
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.core.lines import Waiting
from contact_center.core.outcomes import Decided
from contact_center.core.output import Outbox
from contact_center.core.pool import NOT_AT_WORK, Reservation, ReservationState
from contact_center.core.queue_settings import (
    Absence,
    Order,
    OverflowWhen,
    WaitStep,
)
from contact_center.core.skills import joined
from contact_center.core.staff import Staff

MOST_RESUMABLE = 100_000
"""Bound on remembered places of callers who were cut off."""
ASK_AGAIN_US = 5_000_000
"""A step that waits for a longer expected wait is looked at again this often."""
ON_A_BREAK = frozenset({Absence.PAUSED})
HOURS_US = 30_000_000
"""Queues with opening hours and callers are looked at this often."""
AVOID_US = 30_000_000
"""For so long a caller does not come straight back to the agent who gave them back."""

APART = 1_000_000
"""How far from others in a line, in the measure of its keys, a caller is put by hand: 1 ms."""

OF_WAITS = ("wait", "step", "named", "overflow", "score", "more", "avoid")
"""Kinds of deadlines that end with the wait."""


class Waits(Staff):
    """Everybody who waits."""

    @abstractmethod
    def offer_call(self, waiting: Waiting, decided: Decided, now: int, out: Outbox) -> None:
        """Give a caller who stands in line an agent, if one is free."""

    @abstractmethod
    def revoke(self, reservation: Reservation, now: int, out: Outbox, *, tell: bool) -> None:
        """End a reservation that nobody is to blame for."""

    # --- in line -------------------------------------------------------------------------------

    def take_in(self, waiting: Waiting, now: int, out: Outbox) -> None:
        """Put a caller into the queue that `waiting` names, and look for an agent."""
        self.waiting[waiting.call] = waiting
        self.waiting_in[waiting.queue] = self.waiting_in.get(waiting.queue, 0) + 1
        self.total_waiting += 1
        if not waiting.counted:
            self.uncounted_in[waiting.queue] = self.uncounted_in.get(waiting.queue, 0) + 1
        self.lines.enter(waiting)
        self.set_steps(waiting, now)
        self.stand(waiting)
        self.watch_hours(waiting.queue, now)
        self.offer_call(waiting, Decided.CALL_CAME, now, out)

    def watch_hours(self, queue: QueueId, now: int) -> None:
        """See to it that a queue with opening hours and callers is looked at."""
        has_hours = bool(self.configuration.queues[queue].calendar)
        if has_hours and self.media_deadlines.due("hours", queue) is None:
            self.media_deadlines.set("hours", queue, now + HOURS_US)

    def stand(self, waiting: Waiting) -> None:
        """Let a caller stand in the line where they belong now."""
        if len(self.graph.classes) > self.graph.bound:
            self.lines.forget()
        if waiting.named is not None:
            self.lines.stand_for(waiting.call, waiting.named)
        else:
            self.lines.stand(waiting.call, self.class_of(waiting))

    def name(self, waiting: Waiting, for_us: int, now: int) -> None:
        """Let a caller wait for one agent only, if that agent is there."""
        agent = self.agents.get(waiting.named) if waiting.named is not None else None
        if agent is None or not self.may_come(agent.agent, waiting) or for_us <= 0:
            waiting.named = None
        else:
            self.media_deadlines.set("named", waiting.call, now + for_us)

    def may_come(self, agent: AgentId, waiting: Waiting) -> bool:
        """Say whether a named agent is there at all and serves the queue now."""
        kind = self.types.get(agent)
        serves = kind is not None and waiting.queue in kind.members
        on_a_break = kind is not None and waiting.queue in kind.paused
        return serves and not on_a_break and self.is_there(agent)

    def comes(self, waiting: Waiting) -> bool:
        """Say whether the agent a caller waits for is there."""
        return waiting.named is not None and self.may_come(waiting.named, waiting)

    def is_there(self, agent: AgentId) -> bool:
        """Say whether an agent is logged in and not on a break."""
        return self._counted.get(agent, -1) & mask_of(ON_A_BREAK) == 0

    def kept_from(self, waiting: Waiting) -> AgentId | None:
        """Name the agent who gave the caller back, while they are kept from them.

        That is for `AVOID_US`, and only while somebody else who may serve the caller is at work.
        """
        avoided = waiting.avoids
        own = self.types.get(avoided) if avoided is not None else None
        if avoided is None or own is None:
            return None
        channel = self.configuration.queues[waiting.queue].channel
        away = mask_of(NOT_AT_WORK)
        for index in bits(self.class_of(waiting).types):
            if channel in self.graph.types[index].channels:
                there = self.count_present(index, away)
                himself = index == own.index and self._counted.get(avoided, -1) & away == 0
                if there > himself:
                    return avoided
        return None

    def squeeze_in(self, waiting: Waiting, position: int) -> None:
        """Give the caller such a head start, or lag, that so many come before them."""
        settings = self.configuration.queues[waiting.queue]
        calls = [c for c in self.lines.in_queue(waiting.queue) if c != waiting.call]
        if not calls:
            return
        after = self.lines.key_of(calls[position]) if position < len(calls) else None
        before = self.lines.key_of(calls[min(position, len(calls)) - 1]) if position > 0 else None
        beside = after or before
        assert beside is not None
        was_promoted = waiting.promoted
        waiting.promoted = self.waiting[beside[3]].promoted
        # Who is put behind others by hand after they were promoted stays there.
        waiting.placed = was_promoted and not waiting.promoted
        waiting.band = -beside[0]
        value = beside[1] + (-APART if after is not None else APART)
        if before is not None and after is not None and before[0] == after[0]:
            # Between those who came at one instant there is no room: then before all of these.
            value = (before[1] + after[1]) // 2 if after[1] - before[1] >= 2_000 else value
        backwards = settings.order is Order.LIFO and not waiting.promoted
        aged = settings.slope * (-waiting.since if backwards else waiting.since)
        waiting.boost_us = (aged - value) // 1_000 - settings.weight * self.configuration.weight_us

    def estimate(self, waiting: Waiting, ahead: int, now: int) -> Estimate | None:
        """Estimate a wait with `ahead` callers before this one; None when nobody is there."""
        agents = self.agents_for(self.class_of(waiting))
        if agents <= 0:
            return None
        history = self.history_of(waiting.queue, now)
        prior = self.configuration.queues[waiting.queue].expected_handle_us
        return expected_wait(ahead, agents, history.handle_us(prior), history.leave_rate())

    # --- steps --------------------------------------------------------------------------------

    def set_steps(self, waiting: Waiting, now: int, *, asked_again: bool = False) -> None:
        """Arm the deadlines of a wait in its queue. `asked_again`: the next of the caller's steps
        is due, and waits for its condition."""
        settings = self.configuration.queues[waiting.queue]
        following = waiting.steps[waiting.step : waiting.step + 1]
        dues = [waiting.entered_at + step.after_us for step in following]
        waited = now - waiting.entered_at
        if asked_again:
            dues = [now + ASK_AGAIN_US]
        for delay in self.graph.delays.get(waiting.queue, ()):
            if delay > waiting.reach_us:
                dues.append(waiting.entered_at + delay)
                break
        for kept in self.graph.rules[waiting.queue][waiting.spare : waiting.spare + 1]:
            dues.append(waiting.entered_at + kept.until_us)
        if settings.promote_us is not None and not (waiting.promoted or waiting.placed):
            dues.append(waiting.since + settings.promote_us)
        if dues:
            self.media_deadlines.set("step", waiting.call, max(now, min(dues)))
        later = [r.us for r in settings.overflow if r.when is OverflowWhen.WAITED and r.us > waited]
        if later:
            self.media_deadlines.set("overflow", waiting.call, waiting.entered_at + min(later))

    def take_step(self, call: CallId, now: int, out: Outbox) -> None:
        """A caller has waited long enough for something to change for them."""
        waiting = self.waiting.get(call)
        if waiting is None:
            return
        settings = self.configuration.queues[waiting.queue]
        waited = now - waiting.entered_at
        again = self._next_step(waiting, waited, now)
        for delay in self.graph.delays.get(waiting.queue, ()):
            if waiting.reach_us < delay <= waited:
                waiting.reach_us = delay
        rules = self.graph.rules[waiting.queue]
        waiting.spare = sum(1 for rule in rules if rule.until_us <= waited)
        waits_long = settings.promote_us is not None and now - waiting.since >= settings.promote_us
        if waits_long and not waiting.placed:
            waiting.promoted = True
        self.replace(waiting, now, out)
        if call in self.waiting:
            self.set_steps(waiting, now, asked_again=again)

    def _next_step(self, waiting: Waiting, waited: int, now: int) -> bool:
        """Take the steps that are due; say whether one is due and waits for its condition."""
        while waiting.step < len(waiting.steps):
            step = waiting.steps[waiting.step]
            if step.after_us > waited:
                return False
            if step.over_expected_us is not None:
                found = self.estimate(waiting, self.lines.position(waiting.call), now)
                if found is not None and found.mean_us <= step.over_expected_us:
                    return True
            self._apply(waiting, step)
        return False

    def _apply(self, waiting: Waiting, step: WaitStep) -> None:
        waiting.step += 1
        waiting.band += step.band
        waiting.boost_us += step.boost_us
        if step.requirement is not None:
            waiting.relaxed = step.requirement

    def replace(self, waiting: Waiting, now: int, out: Outbox) -> None:
        """Put a caller where they belong after something about them changed."""
        standing = self.lines.is_standing(waiting.call)
        self.lines.step_out(waiting.call)
        self.lines.leave(waiting.call)
        self.lines.enter(waiting)
        self.dirty_queues[waiting.queue] = None
        if standing:
            self.stand(waiting)
            self.offer_call(waiting, Decided.STEP, now, out)

    def no_longer_named(self, call: CallId, now: int, out: Outbox) -> None:
        """The time for a named agent is over: anybody may serve the caller."""
        waiting = self.waiting.get(call)
        if waiting is not None and waiting.only:
            if not waiting.reservations:
                self.evict(waiting, QueueOutcome.EVICTED, now, out)
        elif waiting is not None and waiting.named is not None:
            waiting.named = None
            self.media_deadlines.cancel("named", call)
            self.replace(waiting, now, out)

    def no_longer_avoided(self, call: CallId, now: int, out: Outbox) -> None:
        """Whoever gave the caller back may have them again."""
        waiting = self.waiting.get(call)
        if waiting is not None:
            waiting.avoids = None
            self.replace(waiting, now, out)

    def fit(self, waiting: Waiting) -> None:
        """Let a caller ask for what the queue they were sent to asks for, until their call says
        better (see QueueMoved)."""
        settings = self.configuration.queues[waiting.queue]
        waiting.steps, waiting.step = settings.steps, 0
        waiting.requirement = joined(settings.requirement, waiting.requirement)

    def rekey(self, message: Rekey, now: int, out: Outbox) -> None:
        """A caller counts for more, or less."""
        waiting = self.waiting.get(message.call)
        if waiting is None:
            out.ignore()
            return
        if message.priority is not None:
            waiting.band = message.priority
        if message.boost_us is not None:
            waiting.boost_us = message.boost_us
        if message.requirement is not None:
            waiting.requirement, waiting.relaxed = message.requirement, None
        if message.steps is not None:
            waiting.steps, waiting.step = message.steps, 0
            self._next_step(waiting, now - waiting.entered_at, now)
            self.set_steps(waiting, now)
        if message.position is not None:
            self.squeeze_in(waiting, message.position - 1)
        self.replace(waiting, now, out)

    # --- leaving ------------------------------------------------------------------------------

    def leave(self, message: LeaveQueue, now: int, out: Outbox) -> None:
        """A caller waits no more by their own will."""
        waiting = self.waiting.get(message.call)
        if waiting is None:
            out.ignore()
            return
        settings = self.configuration.queues[waiting.queue]
        if message.outcome is QueueOutcome.ABANDONED:
            history = self.history_of(waiting.queue, now)
            history.left += 1
            if now - waiting.entered_at > settings.service_level_us:
                history.decided += 1
            # Whoever was sent on calls again where they called before.
            called = waiting.visited[0] if waiting.visited else waiting.queue
            settings = self.configuration.queues.get(called, settings)
            if settings.redial_us > 0 and waiting.caller and len(self.resumable) < MOST_RESUMABLE:
                place = f"{settings.queue}/{waiting.caller}"
                self.resumable[place] = (waiting.since, now + settings.redial_us)
                self.people_deadlines.set("redial", place, now + settings.redial_us)
        self._let_go(waiting, now, out)

    def _let_go(self, waiting: Waiting, now: int, out: Outbox) -> None:
        open_ = [self.reservations[name] for name in waiting.reservations]
        self.forget(waiting.call, now)
        for reservation in open_:
            self.revoke(reservation, now, out, tell=False)

    def forget(self, call: CallId, now: int) -> Waiting | None:
        """Take a wait off the books; its reservations are the caller's business."""
        waiting = self.waiting.pop(call, None)
        if waiting is None:
            return None
        self.history_of(waiting.queue, now).waited_us += now - waiting.entered_at
        self.lines.step_out(call)
        self.lines.leave(call)
        self.ringing.pop(call, None)
        self.waiting_in[waiting.queue] -= 1
        self.total_waiting -= 1
        if not waiting.counted:
            self.uncounted_in[waiting.queue] -= 1
        self.dirty_queues[waiting.queue] = None
        self.media_deadlines.cancel_all(OF_WAITS, call)
        return waiting

    def waited_too_long(self, call: CallId, now: int, out: Outbox) -> None:
        """The longest wait is over: out, unless a phone is ringing for the caller just now."""
        waiting = self.waiting.get(call)
        if waiting is None:
            return
        if waiting.reservations and not (waiting.strict and self._nobody_answered(waiting)):
            # Let it ring, and give up only if that fails.
            waiting.overdue = True
            return
        open_ = [self.reservations[name] for name in waiting.reservations]
        waiting.reservations.clear()
        for reservation in open_:
            self.revoke(reservation, now, out, tell=True)
        self.evict(waiting, QueueOutcome.TIMED_OUT, now, out)

    def _nobody_answered(self, waiting: Waiting) -> bool:
        states = (self.reservations[name].state for name in waiting.reservations)
        return all(state is ReservationState.OFFERED for state in states)

    def evict(self, waiting: Waiting, outcome: QueueOutcome, now: int, out: Outbox) -> None:
        """End a wait that no phone rings for."""
        self.forget(waiting.call, now)
        out.tell(QueueLeft(call=waiting.call, queue=waiting.queue, outcome=outcome))

    def move(
        self,
        waiting: Waiting,
        to: QueueId,
        outcome: QueueOutcome,
        now: int,
        out: Outbox,
        position: int | None = None,
    ) -> None:
        """Let a caller wait in another queue, with the same age, or in a `position` from 1."""
        due = self.media_deadlines.due("wait", waiting.call) or now
        avoids_until = self.media_deadlines.due("avoid", waiting.call)
        self.forget(waiting.call, now)
        moved = QueueMoved(
            call=waiting.call, queue=waiting.queue, to=to, outcome=outcome, position=position
        )
        out.tell(moved)
        self.media_deadlines.set("wait", waiting.call, due)
        if avoids_until is not None:
            self.media_deadlines.set("avoid", waiting.call, avoids_until)
        waiting.visited = (*waiting.visited, waiting.queue)
        waiting.queue, waiting.entered_at = to, now
        self.fit(waiting)
        waiting.reach_us, waiting.spare, waiting.relaxed = 0, 0, None
        waiting.named, waiting.tried = None, -1
        self.dirty_queues[to] = None
        self.take_in(waiting, now, out)

    def signed_off(self, agent_id: AgentId, now: int, out: Outbox) -> None:
        """Look after those who wait for this agent only: they wait for anybody now."""
        for call in self.lines.waiting_for(agent_id):
            self.no_longer_named(call, now, out)

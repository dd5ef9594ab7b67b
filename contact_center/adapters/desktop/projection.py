"""From facts to what one agent's screen shows: pure, tolerant of any order, bounded.

Facts of one call come in order, but after a restart they come again, and some never come (a call
that was already being talked in). So every fact says what it can about the current call and none
relies on the one before it.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, Final

from msgspec import UNSET, json, structs

from contact_center.adapters.desktop import disposition_payloads as dp
from contact_center.adapters.desktop import messages as m
from contact_center.adapters.desktop import payloads as p
from contact_center.adapters.desktop import talk_messages as tm
from contact_center.adapters.desktop.codec import encode
from contact_center.adapters.desktop.current_call import Amendment, CallView, Draft, Pop
from contact_center.adapters.desktop.roster import DeskAgent, DeskRoster
from contact_center.adapters.desktop.screen_text import (
    MAX_PARAGRAPHS,
    clean,
    customers_of,
    fields_of,
    fit,
    history_of,
    pop_of,
    preview_of,
)
from contact_center.core import facts as f
from contact_center.core import talk_facts as t
from contact_center.core.outcomes import JobState

MAX_POPS: Final = 16
MAX_MISSED: Final = 50


class AgentView(CallView):
    """What the screen of one agent shows."""

    def __init__(self, agent: DeskAgent, roster: DeskRoster) -> None:
        super().__init__()
        self.agent = agent
        self._roster = roster
        self.state = p.AgentState(
            presence=f.Presence.LOGGED_OUT, reason="", work=f.Work.IDLE, since=0
        )
        self.missed: deque[p.MissedCall] = deque(maxlen=MAX_MISSED)

    def seat(self, agent: DeskAgent, roster: DeskRoster) -> None:
        """Go on with what the center is from now on; calls and pops stay as they are."""
        self.agent, self._roster = agent, roster

    def full(self) -> p.FullState:
        """Describe everything at once."""
        roster = self._roster
        return p.FullState(
            agent=self.agent.id,
            name=self.agent.name,
            state=self.state,
            call=self.call,
            missed=list(self.missed),
            dispositions=[dp.choice_of(one) for one in roster.dispositions],
            pause_reasons=[dp.Choice(code=c.code, label=c.label) for c in roster.pause_reasons],
            queues=[
                p.QueueInfo(queue=q.id, label=q.label, dispositions=list(q.dispositions))
                for q in roster.queues_of(self.agent.id)
            ],
        )

    def sent(self, draft: Draft, seq: int) -> None:
        """Hear under which number a draft went out."""
        if isinstance(draft.d, p.Pop) and (pop := self._pops.get(draft.d.reservation)):
            pop.seq = seq

    def apply(self, fact: f.Fact) -> list[Draft | Amendment]:
        """Take a fact about this agent; give what is to be sent and what is to be amended."""
        handler = _HANDLERS.get(type(fact))
        return handler(self, fact) if handler else []

    # --- facts -----------------------------------------------------------------------------------

    def _agent_changed(self, fact: f.AgentChanged) -> list[Draft | Amendment]:
        out = self._switch(fact.call)
        if fact.call is not None:
            self._touch(fact.call, fact.reservation, held=fact.held)
        self.state = p.AgentState(
            presence=fact.presence,
            reason=fact.reason,
            work=fact.work,
            since=fact.since // 1000,
            next_presence=fact.next_presence,
            next_reason=fact.next_reason,
            call=fact.call,
            reservation=fact.reservation,
            held=fact.held,
            wrap_up_until=_ms(fact.wrap_up_until),
            outside=fact.outside,
            load=fact.load,
            jobs=[_job(one) for one in fact.jobs],
            help_since=_ms(fact.help_since),
            help_note=clean(fact.help_note),
            paused_in=list(fact.paused_in),
        )
        call = fact.call if fact.call is not None else UNSET
        out.append(Draft(m.AgentStateMessage, fact.at, self.state, call))
        return out

    def _offered(self, fact: f.AgentOffered) -> list[Draft | Amendment]:
        out = self._switch(fact.call)
        preview = preview_of(fact.preview) if fact.preview is not None else None
        expires = preview.until if preview is not None else fact.expires_at // 1000
        self._touch(
            fact.call,
            fact.reservation,
            queue=fact.queue,
            offered_at=fact.at // 1000,
            expires_at=expires,
            preview=preview,
        )
        offer = p.Offer(
            reservation=fact.reservation, queue=fact.queue, expires_at=expires, preview=preview
        )
        return [*out, Draft(m.CallOffered, fact.at, offer, fact.call)]

    def _popped(self, fact: f.ScreenPopped) -> list[Draft | Amendment]:
        whole = pop_of(fact)
        # The number and how it ends are not known yet; long ones keep the bound honest.
        empty = m.PopShow(
            ch=f"agent:{self.agent.id}",
            ep="x" * 16,
            seq=10**12,
            ts=fact.at // 1000,
            call=fact.call,
            d=structs.replace(
                whole, script=[], customers=[], reason="", queue_label="", ended="x" * 16
            ),
        )
        room = m.MAX_POP - len(encode(empty)) + len(json.encode(empty.d)) - 16
        pop = fit(whole, room)
        draft = Draft(m.PopShow, fact.at, pop, fact.call)
        self._pops[fact.reservation] = Pop(draft, pop, whole.script)
        while len(self._pops) > MAX_POPS:
            self._pops.popitem(last=False)
        out = self._switch(fact.call)
        self._touch(fact.call, fact.reservation, queue=fact.queue, pop=pop)
        return [draft, *out]

    def _completed(self, fact: f.ScreenPopCompleted) -> list[Draft | Amendment]:
        known = self._pops.get(fact.reservation)
        script: list[str] = []
        if known is not None and known.pop.shortened:
            script = known.whole_script[: MAX_PARAGRAPHS * 2]
        more = p.PopMore(
            reservation=fact.reservation,
            customers=customers_of(fact.customers[:10]),
            history=history_of(fact.history, self._roster),
            script=script,
            fields=fields_of(fact.fields),
        )
        if self._is_current(fact.call):
            self._touch(fact.call, fact.reservation, more=more)
        out: list[Draft | Amendment] = [Draft(m.PopMoreMessage, fact.at, more, fact.call)]
        if fact.preview is not None and known is not None:
            shown = preview_of(fact.preview)
            self._touch(fact.call, fact.reservation, preview=shown, expires_at=shown.until)
            offer = p.Offer(
                reservation=fact.reservation,
                queue=known.pop.queue,
                expires_at=shown.until,
                preview=shown,
            )
            out.append(Draft(m.CallOffered, fact.at, offer, fact.call))
        return out

    def _offer_ended(self, fact: f.OfferEnded) -> list[Draft | Amendment]:
        over = p.OfferOver(reservation=fact.reservation, result=fact.result)
        out: list[Draft | Amendment] = [Draft(m.OfferEnded, fact.at, over, fact.call)]
        if fact.result is f.OfferResult.CONNECTED:
            return out
        if self.call is not None and self.call.preview and self._is_current(fact.call):
            # Not to call somebody is no call that was missed.
            out += self._end_pop(fact.reservation, fact.result.value)
            self.call = None
            return out
        return [*out, *self._missed(fact, fact.reservation, fact.result)]

    def _missed(
        self, fact: f.CallFact, reservation: str, result: f.OfferResult
    ) -> list[Draft | Amendment]:
        out = self._end_pop(reservation, result.value)
        if self._is_current(fact.call):
            self.call = None
        if all(row.reservation != reservation for row in self.missed):
            row = self._missed_row(fact, reservation, result)
            self.missed.append(row)
            out.append(Draft(m.CallMissed, fact.at, row, fact.call))
        return out

    def _missed_row(
        self, fact: f.CallFact, reservation: str, result: f.OfferResult
    ) -> p.MissedCall:
        known = self._pops.get(reservation)
        pop = known.pop if known else None
        return p.MissedCall(
            call=fact.call,
            reservation=reservation,
            at=fact.at // 1000,
            ani=pop.ani if pop else "",
            name=pop.customers[0].name if pop and len(pop.customers) == 1 else "",
            queue_label=pop.queue_label if pop else "",
            result=result,
        )

    def _connected(self, fact: f.CallConnected) -> list[Draft | Amendment]:
        out = self._switch(fact.call)
        self._touch(
            fact.call,
            fact.reservation,
            queue=fact.queue,
            connected_at=fact.at // 1000,
            expires_at=None,
            preview=None,
        )
        connected = p.Connected(
            reservation=fact.reservation, queue=fact.queue, waited_ms=fact.waited_us // 1000
        )
        return [*out, Draft(m.CallConnected, fact.at, connected, fact.call)]

    def _joined(self, fact: t.AgentJoined) -> list[Draft | Amendment]:
        out = self._switch(fact.call)
        at = fact.at // 1000
        self._touch(fact.call, fact.reservation, queue=fact.queue, connected_at=at, expires_at=None)
        connected = p.Connected(reservation=fact.reservation, queue=fact.queue, waited_ms=0)
        return [*out, Draft(m.CallConnected, fact.at, connected, fact.call)]

    def _supervised(self, fact: t.SupervisionChanged) -> list[Draft | Amendment]:
        if not self._roster.shows_listeners or not self._is_current(fact.call):
            return []
        assert self.call is not None
        others = [one for one in self.call.listeners if one.by != fact.by]
        who = self._roster.agents.get(fact.by) or self._roster.by_login.get(fact.by)
        name = who.name if who is not None else fact.by
        here = [p.Listener(by=fact.by, name=clean(name), mode=fact.mode)]
        listeners = [*others, *(here if fact.on and not fact.over else [])]
        if listeners == self.call.listeners:
            return []
        self._touch(fact.call, listeners=listeners)
        return [Draft(tm.CallListeners, fact.at, p.Listeners(listeners=listeners), fact.call)]

    def _ended(self, fact: f.ConversationEnded) -> list[Draft | Amendment]:
        talk, hold = fact.talk_us // 1000, fact.hold_us // 1000
        known = self.call
        if self._is_current(fact.call):
            self._touch(
                fact.call,
                talk_ms=talk,
                held=False,
                muted=False,
                consult=None,
                recording=None,
                listeners=[],
            )
        over = Draft(m.CallEnded, fact.at, p.Talked(talk_ms=talk, hold_ms=hold), fact.call)
        if not fact.missed or known is None or known.call != fact.call:
            return [over]
        return [over, *self._missed(fact, known.reservation, f.OfferResult.DECLINED)]


def _ms(at: int | None) -> int | None:
    return None if at is None else at // 1000


def _job(one: JobState) -> p.Job:
    return p.Job(
        reservation=one.reservation,
        call=one.call,
        channel=one.channel,
        work=one.work,
        since=one.since // 1000,
    )


_HANDLERS: Final[dict[type[f.Fact], Callable[[AgentView, Any], list[Draft | Amendment]]]] = {
    f.AgentChanged: AgentView._agent_changed,
    f.AgentOffered: AgentView._offered,
    f.ScreenPopped: AgentView._popped,
    f.ScreenPopCompleted: AgentView._completed,
    f.OfferEnded: AgentView._offer_ended,
    f.CallConnected: AgentView._connected,
    f.HoldChanged: AgentView._held,
    t.AgentJoined: AgentView._joined,
    t.MuteChanged: AgentView._muted,
    t.KeysNotSent: AgentView._keys_lost,
    t.ConsultChanged: AgentView._consulted,
    t.CallTransferred: AgentView._transferred,
    t.CallParked: AgentView._parked,
    t.RecordingChanged: AgentView._recorded,
    t.SupervisionChanged: AgentView._supervised,
    f.ConversationEnded: AgentView._ended,
    f.NotesSaved: AgentView._noted,
    f.DispositionRecorded: AgentView._disposed,
}

"""The call an agent is at, as their screen has it: what is said of it while they have it.

The lower part of ``projection``: drafts of messages, the pops, and the facts that say one thing of
the current call.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, Struct, UnsetType, structs

from contact_center.adapters.desktop import disposition_payloads as dp
from contact_center.adapters.desktop import messages as m
from contact_center.adapters.desktop import payloads as p
from contact_center.adapters.desktop import talk_messages as tm
from contact_center.adapters.desktop.screen_text import clean_lines
from contact_center.core import facts as f
from contact_center.core import talk_facts as t
from contact_center.core.outcomes import ConsultState


@dataclass(frozen=True, slots=True)
class Draft:
    """A ledger message without its number. `at` is microseconds UTC."""

    kind: type[m.LedgerMessage]
    at: int
    d: Struct
    call: str | UnsetType = UNSET

    def message(self, channel: str, epoch: str, seq: int) -> m.LedgerMessage:
        """Put the message together."""
        make: Callable[..., m.LedgerMessage] = self.kind
        return make(ch=channel, ep=epoch, seq=seq, ts=self.at // 1000, call=self.call, d=self.d)


@dataclass(frozen=True, slots=True)
class Amendment:
    """A pop that was sent as `seq` reads differently from now on, should it be replayed."""

    seq: int
    draft: Draft


@dataclass(slots=True)
class Pop:
    """A pop as it was sent: under which number, and the whole of what to say."""

    draft: Draft
    pop: p.Pop
    whole_script: list[str]
    seq: int | None = None


class CallView:
    """The current call of one agent, and the pops of the last ones."""

    def __init__(self) -> None:
        self.call: p.CurrentCall | None = None
        self._pops: OrderedDict[str, Pop] = OrderedDict()

    def _touch(self, call: str, reservation: str | None = None, **changes: Any) -> None:
        """Change what is known about the current call; another call replaces it."""
        current = self.call
        if current is None or current.call != call:
            current = p.CurrentCall(call=call, reservation=reservation or "")
        if reservation:
            changes["reservation"] = reservation
        self.call = structs.replace(current, **changes)

    def _switch(self, call: str | None) -> list[Draft | Amendment]:
        """Let go of the current call unless it is this one."""
        if self.call is None or self.call.call == call:
            return []
        out = self._end_pop(self.call.reservation, "finished")
        self.call = None
        return out

    def _is_current(self, call: str) -> bool:
        return self.call is not None and self.call.call == call

    def _end_pop(self, reservation: str, how: str) -> list[Draft | Amendment]:
        known = self._pops.get(reservation)
        if known is None or known.pop.ended:
            return []
        known.pop = structs.replace(known.pop, ended=how)
        if known.seq is None:
            return []
        old = known.draft
        return [Amendment(known.seq, Draft(old.kind, old.at, known.pop, old.call))]

    # --- facts that say one thing of it ---------------------------------------------------------

    def _held(self, fact: f.HoldChanged) -> list[Draft | Amendment]:
        if self._is_current(fact.call):
            self._touch(fact.call, held=fact.on, held_at=fact.at // 1000 if fact.on else None)
        return [Draft(m.CallHold, fact.at, p.Hold(on=fact.on), fact.call)]

    def _muted(self, fact: t.MuteChanged) -> list[Draft | Amendment]:
        if self._is_current(fact.call):
            self._touch(fact.call, muted=fact.on)
        return [Draft(tm.CallMute, fact.at, p.Muted(on=fact.on), fact.call)]

    def _keys_lost(self, fact: t.KeysNotSent) -> list[Draft | Amendment]:
        return [Draft(tm.CallKeys, fact.at, tm.KeysLost(code=fact.code), fact.call)]

    def _consulted(self, fact: t.ConsultChanged) -> list[Draft | Amendment]:
        consult = p.Consult(
            state=fact.state, to=fact.to, consulted=fact.consulted, reason=fact.reason
        )
        if self._is_current(fact.call):
            over = fact.state is ConsultState.ENDED
            self._touch(fact.call, consult=None if over else consult)
        return [Draft(tm.CallConsult, fact.at, consult, fact.call)]

    def _transferred(self, fact: t.CallTransferred) -> list[Draft | Amendment]:
        if self._is_current(fact.call):
            self._touch(fact.call, consult=None, recording=None)
        sent = p.Transferred(how=fact.how, to=fact.to, to_agent=fact.to_agent)
        return [Draft(tm.CallTransferred, fact.at, sent, fact.call)]

    def _parked(self, fact: t.CallParked) -> list[Draft | Amendment]:
        parked = p.ParkedCall(slot=fact.slot, until=fact.until // 1000)
        return [Draft(tm.CallParked, fact.at, parked, fact.call)]

    def _recorded(self, fact: t.RecordingChanged) -> list[Draft | Amendment]:
        since = None if fact.paused_at is None else fact.paused_at // 1000
        state = p.RecordingState(paused=fact.paused, since=since, by_script=fact.by_script)
        if self._is_current(fact.call):
            self._touch(fact.call, recording=state)
        return [Draft(tm.CallRecording, fact.at, state, fact.call)]

    def _noted(self, fact: f.NotesSaved) -> list[Draft | Amendment]:
        text = clean_lines(fact.text)
        if self._is_current(fact.call):
            self._touch(fact.call, notes=text)
        return [Draft(m.CallNotes, fact.at, p.SavedNotes(text=text), fact.call)]

    def _disposed(self, fact: f.DispositionRecorded) -> list[Draft | Amendment]:
        fields = {name: clean_lines(said) for name, said in fact.fields}
        if self._is_current(fact.call):
            changes = {"notes": clean_lines(fact.notes)} if fact.notes else {}
            self._touch(fact.call, disposition=fact.code, disposition_fields=fields, **changes)
        saved = dp.SavedDisposition(code=fact.code, fields=fields)
        return [Draft(m.CallDisposition, fact.at, saved, fact.call)]

"""What agents add to a call at its end: their notes, and how it ended."""

from contact_center.core.acd import ReportWrappedUp
from contact_center.core.call import Call
from contact_center.core.disposition import FieldRefusedError, taken
from contact_center.core.facts import DispositionRecorded, NotesSaved, RequestAnswered
from contact_center.core.outbound import Outbound
from contact_center.core.output import Outbox
from contact_center.core.requests import DispositionRequested, NotesRequested

MAX_NOTES = 10_000
"""Bound on an agent's notes of one call, in characters."""


class Afterwards(Outbound):
    """Notes and dispositions."""

    def notes(self, call: Call, request: NotesRequested, now: int, out: Outbox) -> None:
        """Keep what the agent typed."""
        if request.agent not in call.screens:
            self.answer(request, "not_your_call", now, out)
            return
        text = request.text[:MAX_NOTES]
        self.answer(request, "", now, out)
        out.emit(
            NotesSaved(at=now, call=call.call, seq=call.ids.fact(), agent=request.agent, text=text)
        )

    def disposition(self, call: Call, request: DispositionRequested, now: int, out: Outbox) -> None:
        """Keep how the call ended; this ends the wrap-up."""
        if request.agent not in call.screens or call.connected_at is None:
            self.answer(request, "not_your_call", now, out)
            return
        allowed = self.configuration.queues[call.queue].dispositions if call.queue else ()
        if request.code not in (allowed or self.configuration.dispositions):
            self.answer(request, "unknown_disposition", now, out)
            return
        known = self.configuration.dispositions.get(request.code)
        try:
            # A code that a queue of before still has, and the center no more, has no fields.
            fields = taken(known, request.fields) if known is not None else ()
        except FieldRefusedError as wrong:
            answer = RequestAnswered(
                at=now, agent=request.agent, cmd=request.cmd, code="field", message=str(wrong)
            )
            out.emit(answer)
            return
        self.answer(request, "", now, out)
        out.emit(
            DispositionRecorded(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                agent=request.agent,
                code=request.code,
                notes=(request.notes or "")[:MAX_NOTES],
                fields=fields,
            )
        )
        if request.agent in call.wrappers:
            out.tell(ReportWrappedUp(call=call.call, agent=request.agent))

"""All legs together: commands, requests of Twilio's, answers of REST and time come in, and out come
events to tell, requests to answer and questions to ask, in order. Pure; the topmost floor.
"""

from collections.abc import Mapping, Sequence

from contact_center.adapters.twilio.agenda import PATIENCE_US, TOGETHER_US, Effects
from contact_center.adapters.twilio.asks import Answer, Ask
from contact_center.adapters.twilio.documents import Admission
from contact_center.adapters.twilio.leg import ENTER
from contact_center.adapters.twilio.requests import Requests
from contact_center.adapters.twilio.streamed import ToStream
from contact_center.adapters.twilio.streaming import StreamedLegs
from contact_center.adapters.twilio.urls import Place
from contact_center.adapters.twilio.wishes import failed
from contact_center.core.commands import Answer as AnswerCommand
from contact_center.core.commands import PickUp, Progress, TelephonyCommand
from contact_center.core.events import CallEvent, Event, KeyPressed, SpeechFinal, SpeechStarted
from contact_center.core.ids import LegId

UNSUPPORTED = frozenset({PickUp, Progress})
"""Twilio makes no sound before the answer, and phones pick up by themselves."""


class Machine(Requests):
    """The legs of one account. ``streaming``: those with media streams, where there are any."""

    streaming: StreamedLegs | None = None

    def command(self, command: TelephonyCommand, now: int) -> Effects:
        """Take a command down."""
        if type(command) in UNSUPPORTED:
            self.out.append(failed(command, "not_supported"))
            return self.take()
        events = self._taken_down(command, now)
        self.out.extend(events)
        leg = self.book.legs.get(command.leg)
        if leg is not None:
            leg.adopted = False
        soon = PATIENCE_US if _is_answered(command, events) else TOGETHER_US
        for one in self.concerned(leg):
            self.settle_soon(one, now, soon)
        return self.take()

    def _taken_down(self, command: TelephonyCommand, now: int) -> Sequence[Event | ToStream]:
        if self.streaming is not None and self.streaming.takes(command):
            return self.streaming(command, now)
        if self.talks.takes(command):
            return self.talks(command)
        if self.tapes.takes(command):
            return self.tapes(command, now)
        if self.wishes.takes(command):
            return self.wishes(command, now)
        return [failed(command, "not_supported")]

    # --- media streams -------------------------------------------------------------------------

    def let_stream(self, admission: Admission) -> None:
        """Give legs media streams; `admission` gives the parameters with which one is let in."""
        self.documents.admission = admission
        self.streaming = StreamedLegs(self.book, self.sounds, self.wishes)

    def stream_opened(self, name: LegId, now: int) -> Effects:
        """Take in that a leg's stream is there."""
        leg = self.book.legs.get(name)
        if leg is not None and self.streaming is not None:
            leg.heard_at = now
            self.out.extend(self.streaming.opened(leg))
        return self.take()

    def stream_closed(self, name: LegId, now: int) -> Effects:
        """Take in that it is over. What comes next Twilio asks by itself."""
        leg = self.book.legs.get(name)
        if leg is not None and self.streaming is not None:
            self.streaming.closed(leg)
            self.settle_soon(leg, now, PATIENCE_US)
        return self.take()

    def stream_told(self, event: CallEvent, now: int) -> Effects:
        """Take in what a stream says: a key, or what became of a prompt."""
        leg = self.book.legs.get(event.leg)
        if leg is None or leg.ended is not None or self.streaming is None:
            return self.take()
        leg.heard_at = now
        if isinstance(event, SpeechStarted | SpeechFinal):
            listen = leg.wanted.listen
            self.out.extend([event] if listen and listen.listen == event.listen else [])
        elif isinstance(event, KeyPressed):
            self.out.extend(self.hearing.keys(leg, event.key, now))
        else:
            self.out.extend(self.streaming.told(leg, event))
        self.settle_soon(leg, now, PATIENCE_US)
        return self.take()

    def _step(self, place: Place | None, params: Mapping[str, str], token: int, now: int) -> None:
        if self.streaming is not None and place is not None and place.about != ENTER:
            leg = self.book.legs.get(place.leg)
            if leg is not None and leg.is_current(place):
                self.out.extend(self.streaming.came_back(leg, now))
        super()._step(place, params, token, now)

    def answered(self, ask: Ask, answer: Answer, now: int) -> Effects:
        """Take in what REST said to a question."""
        leg = self.book.legs.get(ask.leg)
        self.out.extend(self.landing.answered(ask, answer, now))
        if leg is None:
            return self.take()
        late, leg.late = leg.late, []
        for token in late:
            self.reply(token, self.documents.again(leg))
        self.end_if_over(leg, now)
        for one in self.concerned(leg):
            self.plan(one)
        return self.take()


def _is_answered(command: TelephonyCommand, events: Sequence[object]) -> bool:
    return isinstance(command, AnswerCommand) and bool(events)

"""All legs together: commands, requests of Twilio's, answers of REST and time come in, and out come
events to tell, requests to answer and questions to ask, in order. Pure; the topmost floor.
"""

from collections.abc import Sequence

from contact_center.adapters.twilio.agenda import PATIENCE_US, TOGETHER_US, Effects
from contact_center.adapters.twilio.asks import Answer, Ask
from contact_center.adapters.twilio.requests import Requests
from contact_center.adapters.twilio.wishes import Events, failed
from contact_center.core.commands import Answer as AnswerCommand
from contact_center.core.commands import PickUp, Progress, TelephonyCommand
from contact_center.core.events import Event

UNSUPPORTED = frozenset({PickUp, Progress})
"""Twilio makes no sound before the answer, and phones pick up by themselves."""


class Machine(Requests):
    """The legs of one account."""

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

    def _taken_down(self, command: TelephonyCommand, now: int) -> Events:
        if self.talks.takes(command):
            return self.talks(command)
        if self.tapes.takes(command):
            return self.tapes(command, now)
        if self.wishes.takes(command):
            return self.wishes(command, now)
        return [failed(command, "not_supported")]

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


def _is_answered(command: TelephonyCommand, events: Sequence[Event]) -> bool:
    return isinstance(command, AnswerCommand) and bool(events)

"""What REST answered to questions about a leg, put into the book. Pure.

An answer that says nothing (it may or may not have happened) leaves what is wanted as it is: the
next look at the leg asks again, for how it shall be, which twice is as good as once.
"""

from collections.abc import Sequence

from contact_center.adapters.twilio import asks as a
from contact_center.adapters.twilio.asks import Answer, Ask, Outcome
from contact_center.adapters.twilio.book import Book
from contact_center.adapters.twilio.hearing import Hearing
from contact_center.adapters.twilio.leg import Leg
from contact_center.adapters.twilio.settling import COMING_US, Settling
from contact_center.adapters.twilio.talks import JOIN_WITHIN_US, Talks
from contact_center.adapters.twilio.tapes import Tapes
from contact_center.adapters.twilio.wanted import Called, Talking
from contact_center.adapters.twilio.wishes import Events
from contact_center.core.commands import EndCause
from contact_center.core.events import CommandFailed, EndedBy

FIND_FIRST_US = 5_000_000
FIND_MADE_US = 2_000_000
"""So long a call that was made, but not named, has to ring before it is looked for."""
UNSURE_US = 30_000_000
"""So long a call of which nothing is known may yet turn up."""
AGAIN_US = 500_000
_DIAL_CODES = {Outcome.BUSY: "overload", Outcome.AWAY: "unreachable"}
_NOT_LIVE = frozenset({21220, 20404})
_NUMBER_WRONG = frozenset({21211, 21214, 21217, 21219, 21401, 13223, 13224})


class Landing:
    """Takes answers in. Each method gives what the core is told."""

    def __init__(
        self, book: Book, hearing: Hearing, talks: Talks, tapes: Tapes, settling: Settling
    ) -> None:
        self._book = book
        self._hearing = hearing
        self._talks = talks
        self._tapes = tapes
        self._settling = settling

    def answered(self, ask: Ask, answer: Answer, now: int) -> Events:
        """Take in what came of a question."""
        leg = self._book.legs.get(ask.leg)
        told = self._tapes.looked(ask, answer, now) if isinstance(ask, a.LookTape) else []
        if leg is None or leg.flying is not ask:
            return told
        leg.flying = None
        leg.settle_at = now
        match ask:
            case a.Dial():
                return self._dialled(leg, answer, now)
            case a.FindDialled():
                return self._found(leg, answer, now)
            case a.Redocument():
                return self._replaced(leg, ask, answer, now)
            case a.Finish() | a.Look():
                return self._looked(leg, ask, answer, now)
            case a.Place() | a.Tell() | a.FindTalk():
                return self._of_talks(leg, ask, answer, now)
            case a.Tape() | a.TapeState():
                if answer.outcome is not Outcome.DONE:
                    self._later(leg, now)
                return self._tapes.asked(ask, answer, now)
            case _:
                return told

    def _dialled(self, leg: Leg, answer: Answer, now: int) -> Events:
        if answer.outcome is Outcome.DONE:
            if sid := str(answer.body.get("sid") or ""):
                self._book.bind(leg, sid)
            elif not leg.sid:
                # It was made, and is told of when it rings; else it is looked for.
                leg.unsure_at, leg.find_at = now, now + FIND_MADE_US
            return []
        if answer.outcome is Outcome.UNKNOWN:
            if not leg.sid:  # else Twilio has come with it already
                leg.unsure_at, leg.find_at = now, now + FIND_FIRST_US
            return []
        code = _DIAL_CODES.get(answer.outcome, "refused")
        wrong = answer.code in _NUMBER_WRONG
        cause = EndCause.INVALID_NUMBER if wrong else EndCause.FAILED
        if answer.outcome is Outcome.BUSY:
            cause = EndCause.CONGESTION
        detail = f"Twilio: {answer.code or answer.status}"
        over = self._settling.never(leg, cause, EndedBy.SWITCH)
        return [*self._dial_failed(leg, code, detail), *over]

    @staticmethod
    def _dial_failed(leg: Leg, code: str, detail: str) -> Events:
        assert leg.dial is not None
        return [leg.event(CommandFailed, cmd=leg.dial.command.cmd, code=code, detail=detail)]

    def _found(self, leg: Leg, answer: Answer, now: int) -> Events:
        sid = str(answer.body.get("sid", ""))
        if sid and not leg.sid and self._book.of_sid(sid) is None:
            self._book.bind(leg, sid)
            leg.unsure_at = 0
            return []
        if now - leg.unsure_at < UNSURE_US:
            leg.settle_at = leg.find_at
            return []
        self._book.never_found += 1
        detail = "it is not known whether it was dialled"
        return [
            *self._dial_failed(leg, "timeout", detail),
            *self._settling.never(leg, EndCause.FAILED, EndedBy.UNKNOWN),
        ]

    def _replaced(self, leg: Leg, ask: a.Redocument, answer: Answer, now: int) -> Events:
        if leg.landed:
            return []
        match answer.outcome:
            case Outcome.DONE if ask.url:
                events = self._settling.left(leg, ask.activity)
                leg.begin(Called(), now)
                return events
            case Outcome.DONE:
                return self._settling.begun(leg, ask.activity, now)
            case Outcome.GONE | Outcome.REFUSED if isinstance(ask, a.Fetch):
                leg.queue_sid = ""
                return []
            case Outcome.GONE:
                return self._not_live(leg, now)
            case Outcome.REFUSED if answer.code in _NOT_LIVE:
                return self._not_live(leg, now)
            case Outcome.REFUSED:
                detail = f"Twilio: {answer.code or answer.status}"
                return self._settling.take_back(leg, ask.activity, "refused", detail)
            case _:
                leg.doing = None if answer.outcome is Outcome.UNKNOWN else leg.doing
                self._later(leg, now)
                return []

    def _not_live(self, leg: Leg, now: int) -> Events:
        leg.errands.appendleft(a.Look(leg=leg.leg, sid=leg.sid))
        self._later(leg, now)
        leg.look_due = now
        return []

    @staticmethod
    def _later(leg: Leg, now: int) -> None:
        leg.tries += 1
        leg.settle_at = now + min(16, 2 ** min(leg.tries, 5)) * AGAIN_US

    def _looked(self, leg: Leg, ask: a.Finish | a.Look, answer: Answer, now: int) -> Events:
        if answer.outcome is Outcome.GONE:
            params = {"CallStatus": "completed" if leg.up else "canceled"}
            return self._hearing.status(leg, params, now)
        if answer.outcome is not Outcome.DONE:
            self._later(leg, now)
            if isinstance(ask, a.Finish) and answer.outcome is Outcome.REFUSED:
                leg.look_due = now
            return []
        status = str(answer.body.get("status", ""))
        if isinstance(ask, a.Look) and leg.tries:
            self._later(leg, now)
        if isinstance(ask, a.Finish) and leg.wanted.ending is not None:
            # Not asked again: the word of it comes, or it is looked for in a while.
            leg.settle_at, leg.look_due = 0, now + COMING_US
            leg.finished = True
        return self._hearing.status(leg, {"CallStatus": status}, now)

    def _of_talks(
        self, leg: Leg, ask: a.Place | a.Tell | a.FindTalk, answer: Answer, now: int
    ) -> Events:
        if isinstance(ask, a.Place):
            return self._placed(leg, ask, answer, now)
        if isinstance(ask, a.FindTalk):
            return self._in_talk(leg, ask, answer, now)
        if answer.outcome is Outcome.DONE:
            return self._talks.telling(leg, ask, now)
        return self._talks.not_told(leg, ask)

    def _placed(self, leg: Leg, ask: a.Place, answer: Answer, now: int) -> Events:
        if answer.outcome is Outcome.DONE:
            self._talks.placed(leg, ask)
        else:
            self._later(leg, now)
            if answer.outcome is Outcome.GONE and leg.in_talk is not None:
                leg.join_due = now
        return []

    def _in_talk(self, leg: Leg, ask: a.FindTalk, answer: Answer, now: int) -> Events:
        """See who is in a talk, the word of which may be lost."""
        talk = self._book.talks.get(ask.talk)
        conference = str(answer.body.get("conference", ""))
        if answer.outcome is not Outcome.DONE or talk is None:
            self._later(leg, now)
            return []
        members: Sequence[str] = answer.body.get("members", ())
        if leg.sid in members and conference:
            return self._talks.joined(talk, conference, leg, now)
        if leg.in_talk == ask.talk:
            leg.doing = None
            return self._talks.left(leg, ask.talk)
        if isinstance(leg.doing, Talking):
            leg.join_due = now + JOIN_WITHIN_US
        return []

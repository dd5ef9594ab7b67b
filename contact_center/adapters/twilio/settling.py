"""Brings what a leg does together with what is wanted of it. Pure.

`next_step` gives the one thing to do now: answer the request of Twilio's that is open, else ask
REST for one change, else nothing. Whether a document was taken over is said by REST, or by what
comes back from it, which may be sooner.
"""

from dataclasses import dataclass

from contact_center.adapters.twilio import asks as a
from contact_center.adapters.twilio.asks import Ask
from contact_center.adapters.twilio.book import Book
from contact_center.adapters.twilio.documents import Documents
from contact_center.adapters.twilio.hearing import Hearing
from contact_center.adapters.twilio.leg import Leg
from contact_center.adapters.twilio.talks import JOIN_WITHIN_US, MOST_JOINS, Talks
from contact_center.adapters.twilio.tapes import Tapes
from contact_center.adapters.twilio.twiml import Document, TwimlError
from contact_center.adapters.twilio.wanted import (
    Activity,
    Away,
    Called,
    Ending,
    Idle,
    Music,
    Playing,
    Refused,
    Talking,
    Taping,
    Undecided,
    Waiting,
    serves,
)
from contact_center.adapters.twilio.wishes import Events
from contact_center.core.commands import NO_MUSIC, EndCause
from contact_center.core.events import (
    CallEnded,
    CommandFailed,
    EndedBy,
    PlaybackFailed,
    PlaybackStarted,
    TransferResult,
)
from contact_center.core.ids import CommandId

WATCHDOG_US = 3_000_000
"""So long a request of Twilio's is kept waiting at most."""
COMING_US = 6_000_000
"""So long Twilio has to come for a document that it was told to fetch."""
FIND_EVERY_US = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A request of Twilio's, by its number, is answered."""

    token: int
    document: Document


Effect = Reply | Ask


class Settling:
    """Decides what is to be done for a leg."""

    def __init__(
        self, book: Book, documents: Documents, hearing: Hearing, talks: Talks, tapes: Tapes
    ) -> None:
        self._book = book
        self._documents = documents
        self._hearing = hearing
        self._talks = talks
        self._tapes = tapes

    # --- what is to be done --------------------------------------------------------------------

    def next_step(self, leg: Leg, now: int) -> tuple[Effect | None, Events]:
        """Give the next thing to do for a leg, and what is to be told with it."""
        if leg.ended is not None:
            return None, []
        want = self._wanted(leg)
        if leg.open is not None:
            return self._answer(leg, want, now)
        if leg.flying is not None:
            return None, []
        if leg.dial is not None and not leg.dialled_at:
            return self._dial(leg, now)
        if not leg.sid:
            return self._find(leg, now), []
        if leg.errands:
            return self._fly(leg, leg.errands.popleft()), []
        if isinstance(leg.doing, Undecided) and now < leg.began_at + COMING_US:
            # Unanswered, it takes nothing from REST; it is about to ask anyway.
            leg.settle_at = leg.began_at + COMING_US
            return None, []
        if isinstance(want, Ending):
            if leg.finished:
                return None, []
            return self._fly(leg, a.Finish(leg=leg.leg, sid=leg.sid, unanswered=not leg.up)), []
        return self._change(leg, want, now)

    def waits_aside(self, leg: Leg) -> bool:
        """Say whether a leg waits in none of Twilio's queues: in silence, or where there is none
        out of which we could take one who is not the first."""
        waiting = leg.wanted.waiting
        no_queue = leg.no_queue or not self._documents.dialect.members
        return waiting is not None and (waiting[1] == NO_MUSIC or no_queue)

    def _wanted(self, leg: Leg) -> Activity:
        want = leg.activity()
        ringing = not leg.dialled and not leg.up
        if isinstance(want, Ending) and ringing and leg.open is not None:
            return Refused(busy=leg.wanted.ending is EndCause.BUSY)
        if isinstance(want, Waiting) and self.waits_aside(leg):
            return Idle() if want.music == NO_MUSIC else Music(music=want.music, cmd=want.cmd)
        return want

    def _answer(self, leg: Leg, want: Activity, now: int) -> tuple[Effect | None, Events]:
        assert leg.open is not None
        if isinstance(want, Undecided) and now - leg.open_at < WATCHDOG_US:
            leg.settle_at = leg.open_at + WATCHDOG_US
            return None, []
        leg.next_step()
        document, events = self._written(leg, want)
        if document is None:
            leg.settle_at = now
            return None, events
        reply = Reply(token=leg.open, document=document)
        leg.open = None
        return reply, [*events, *self.begun(leg, want, now)]

    def _written(self, leg: Leg, want: Activity) -> tuple[Document | None, Events]:
        """Write a document; what cannot be written is not wanted any more."""
        if isinstance(want, Talking):
            leg.entry = self._talks.entrance(leg)
        try:
            return self._documents.of(leg, want), []
        except TwimlError:
            return None, self.take_back(leg, want, "refused", "no document for it")

    def _change(self, leg: Leg, want: Activity, now: int) -> tuple[Effect | None, Events]:
        doing = leg.doing
        if leg.adopted or isinstance(want, Undecided) or isinstance(doing, Called) or not leg.up:
            return None, []
        if isinstance(doing, Undecided):
            return None, []  # nobody has answered it for Twilio: it asks by itself in a moment
        spoken_out = self._hearing.spoken_out(leg, now)
        if doing is None or not serves(doing, want, spoken_out=spoken_out):
            return self._redocument(leg, want, now)
        ask = self._talks.ask(leg) or self._tapes.ask(leg)
        return (self._fly(leg, ask) if ask is not None else None), []

    def _redocument(self, leg: Leg, want: Activity, now: int) -> tuple[Effect | None, Events]:
        leg.next_epoch()
        document, events = self._written(leg, want)
        if document is None:
            leg.settle_at = now
            return None, events
        if isinstance(leg.doing, Waiting) and leg.queue_sid:
            ask: Ask = a.Fetch(
                leg=leg.leg,
                sid=leg.sid,
                activity=want,
                url=self._documents.enter(leg),
                queue_sid=leg.queue_sid,
            )
        elif document.fits_inline:
            twiml = document.body.decode()
            ask = a.Redocument(leg=leg.leg, sid=leg.sid, activity=want, twiml=twiml)
        else:
            url = self._documents.enter(leg)
            ask = a.Redocument(leg=leg.leg, sid=leg.sid, activity=want, url=url)
        return self._fly(leg, ask), []

    @staticmethod
    def _fly(leg: Leg, ask: Ask) -> Ask:
        leg.flying, leg.landed = ask, False
        return ask

    def _dial(self, leg: Leg, now: int) -> tuple[Effect | None, Events]:
        if leg.wanted.ending is not None:
            return None, self.never(leg, leg.wanted.ending, EndedBy.US)
        assert leg.dial is not None
        leg.dialled_at = now
        return self._fly(leg, leg.dial), []

    def _find(self, leg: Leg, now: int) -> Ask | None:
        if not leg.unsure_at or leg.find_at > now or leg.dial is None:
            return None
        leg.find_at = now + FIND_EVERY_US
        return self._fly(leg, a.FindDialled(leg=leg.leg, to=leg.dial.to, since=leg.dialled_at))

    # --- a document is under way ---------------------------------------------------------------

    def taken_over(self, leg: Leg, now: int) -> Events:
        """Something came back from the document that is just being handed over: it is there."""
        ask = leg.flying
        if not isinstance(ask, a.Redocument) or leg.landed:
            return []
        leg.landed = True
        if ask.url:
            leg.doing = None
            return self.left(leg, ask.activity)
        return self.begun(leg, ask.activity, now)

    def begun(self, leg: Leg, activity: Activity, now: int) -> Events:
        """Twilio carries this out from now on."""
        events = self.left(leg, activity)
        leg.begin(activity, now)
        leg.tries = 0
        match activity:
            case Playing(playback=playback) if leg.started != playback.playback:
                leg.started = playback.playback
                events.append(leg.event(PlaybackStarted, playback=playback.playback))
            case Talking():
                leg.join_due = now + JOIN_WITHIN_US
                if leg.joins > MOST_JOINS:
                    leg.joins = 0
                    events.extend(self.take_back(leg, activity, "refused", "it does not stay"))
                    leg.settle_at = now
            case _:
                pass
        return events

    def left(self, leg: Leg, activity: Activity) -> Events:
        """What a leg leaves by doing this instead."""
        if isinstance(leg.doing, Waiting):
            leg.queue_sid = ""
        leg.join_due = 0
        if isinstance(activity, Talking) and activity.talk == leg.in_talk:
            return []
        return self._talks.left(leg, leg.in_talk, "asked")

    # --- giving up -----------------------------------------------------------------------------

    @staticmethod
    def never(leg: Leg, cause: EndCause, by: EndedBy) -> Events:
        """End a leg that Twilio knows nothing of."""
        leg.ended = CallEnded(call=leg.call, leg=leg.leg, cause=cause, by=by)
        leg.end_due = leg.since
        return []

    def given_up(self, leg: Leg, doing: Activity) -> Events:
        """Twilio does not take a document: do without what it is for."""
        return self.take_back(leg, doing, "refused", "Twilio does not take the document")

    def take_back(self, leg: Leg, want: Activity, code: str, detail: str) -> Events:
        """What cannot be done is not wanted any more, and whoever asked is told."""
        events: Events = []
        cmd: CommandId | None = want.cmd
        if cmd is not None:
            events.append(leg.event(CommandFailed, cmd=cmd, code=code, detail=detail))
        wanted = leg.wanted
        match want:
            case Playing(playback=playback):
                if wanted.playbacks and wanted.playbacks[0].playback == playback.playback:
                    wanted.playbacks.popleft()
                    events.append(leg.event(PlaybackFailed, playback=playback.playback, cause=code))
            case Talking():
                wanted.talk, wanted.held = None, False
            case Taping(start=start):
                wanted.tape = None
                events.extend(self._tapes.heard(start.recording, {"RecordingStatus": "failed"}, 0))
            case Away():
                wanted.away = None
                events.append(leg.event(TransferResult, result="failed"))
            case Waiting():
                leg.no_queue = True
            case Music():
                wanted.music = ""
            case _:
                if wanted.digits:
                    wanted.digits.popleft()
        return events

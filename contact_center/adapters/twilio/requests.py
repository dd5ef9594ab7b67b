"""What Twilio comes with, route by route, and what it is answered. A floor of the machine. Pure."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from contact_center.adapters.twilio import asks as a
from contact_center.adapters.twilio.agenda import PATIENCE_US, TOGETHER_US, Agenda, Effects
from contact_center.adapters.twilio.documents import HELD
from contact_center.adapters.twilio.leg import ENTER, Leg
from contact_center.adapters.twilio.naming import leg_of
from contact_center.adapters.twilio.urls import PREFIX, Place, Route
from contact_center.adapters.twilio.wanted import Talking, Waiting
from contact_center.core.commands import EndCause
from contact_center.core.ids import PlaybackId, RecordingId, TalkId, is_our_leg, is_safe_id

LEGS_BOUND = 20_000
"""More legs at once are turned away."""

Take = Callable[[Place | None, Mapping[str, str], int, int], None]


class Requests(Agenda):
    """Takes requests of Twilio's. ``is_complete``: callers are offered as they come; else they are
    listed by the next resync."""

    is_complete = True

    def request(
        self, route: Route, place: Place | None, params: Mapping[str, str], token: int, now: int
    ) -> Effects:
        """Take a request of Twilio's; `token` is the number by which it is answered, once."""
        ways: dict[Route, Take] = {
            Route.VOICE: self._voice,
            Route.FALLBACK: self._fallback,
            Route.STEP: self._step,
            Route.TALK: self._step,
            Route.WAIT: self._wait,
            Route.STATUS: self._status,
            Route.CONFERENCE: self._conference,
            Route.ANNOUNCE: self._telling,
            Route.AMD: self._amd,
            Route.RECORDING: self._recording,
        }
        take = ways.get(route)
        if take is None:
            self.reply(token, self.documents.over())
        else:
            take(place, params, token, now)
        return self.take()

    def overdue(self, token: int, now: int) -> Effects:
        """Answer a request at last that has waited for longer than it may."""
        for leg in self.book.legs.values():
            if token in leg.late:
                leg.late.remove(token)
                self.reply(token, self.documents.again(leg))
                return self.take()
            if leg.open == token:
                leg.open, leg.doing = None, None
                leg.next_step()
                self.reply(token, self.documents.later(leg))
                return self.take()
        self.reply(token, self.documents.over())
        return self.take()

    def concerned(self, leg: Leg | None) -> list[Leg]:
        """Give the legs that a change of this one may concern: those of its call."""
        if leg is None:
            return []
        return self.book.of_call(leg.call)

    def _voice(self, place: Place | None, params: Mapping[str, str], token: int, now: int) -> None:
        sid = params.get("CallSid", "")
        leg = self.book.of_sid(sid)
        if leg is not None:
            self._enter(leg, token, now)
            return
        name = leg_of(sid)
        known = not is_safe_id(name) or is_our_leg(name) or self.book.has_ended(sid)
        if known or len(self.book.legs) >= LEGS_BOUND:
            self.reply(token, self.documents.over())
            return
        leg = self.hearing.called(sid, params, now)
        self.hearing.status(leg, params, now)
        if leg.known.answered:
            leg.up = leg.wanted.answered = True
        leg.doing = None
        if self.is_complete:
            self.out.append(self.hearing.offered(leg, params))
        self._open(leg, token, now, told=True)

    def _fallback(
        self, place: Place | None, params: Mapping[str, str], token: int, now: int
    ) -> None:
        leg = self.book.of_sid(params.get("CallSid", ""))
        if leg is None and place is not None:
            leg = self.book.legs.get(place.leg)
        if leg is None:
            self._voice(place, params, token, now)
            return
        if not _is_a_step(params.get("ErrorUrl", "")):
            # Something on the way (music, an announcement), not what the leg is at.
            self.reply(token, self.documents.nothing())
            return
        leg.next_epoch()
        if not params.get("ErrorCode", "").startswith("11") and leg.doing is not None:
            # A document that Twilio does not take would not be taken the second time.
            self.out.extend(self.settling.given_up(leg, leg.doing))
        self._enter(leg, token, now)

    def _enter(self, leg: Leg, token: int, now: int) -> None:
        leg.heard_at = now
        leg.doing = None
        self._open(leg, token, now, told=False)

    def _open(self, leg: Leg, token: int, now: int, *, told: bool) -> None:
        """Twilio waits for the leg's next document."""
        if leg.ended is not None:
            self.reply(token, self.documents.over())
            self.end_if_over(leg, now)
            return
        if leg.open is not None:
            leg.next_step()  # else who asks at the same address twice would be sent back to it
            self.reply(leg.open, self.documents.again(leg))
        leg.open, leg.open_at = token, now
        leg.settle_at = now + (PATIENCE_US if told else 0)
        if told:
            self.plan(leg)
        else:
            self.settle(leg, now)

    def _step(self, place: Place | None, params: Mapping[str, str], token: int, now: int) -> None:
        if place is None:
            self.reply(token, self.documents.over())
            return
        leg, sid = self.book.legs.get(place.leg), params.get("CallSid", "")
        if leg is None:
            if self.book.has_ended(place.leg) or not is_safe_id(leg_of(sid)):
                self.reply(token, self.documents.over())
                return
            leg = self._adopt(place, sid, params, now)
        if not self._is_its_own(leg, sid):
            self.reply(token, self.documents.over())
            return
        self.out.extend(self.hearing.status(leg, params, now) if leg.dialled else [])
        if (place.epoch, place.step) < (leg.epoch, leg.step):
            self._stale(leg, place, params, token, now)
            return
        before = len(self.out)
        self.out.extend(self.settling.taken_over(leg, now))
        if place.about != ENTER and leg.is_news(place):
            self.out.extend(self.hearing.finished(leg, params, now))
            if not leg.dialled:
                self.out.extend(self.hearing.status(leg, params, now))
        leg.doing = None
        leg.heard_at = now
        told = len(self.out) > before or bool(leg.answered_at == now)
        self._open(leg, token, now, told=told)

    def _adopt(self, place: Place, sid: str, params: Mapping[str, str], now: int) -> Leg:
        leg = self.hearing.adopted(place, sid, params, now)
        if self.is_complete and leg.dialled:
            leg.wanted.ending = EndCause.SYSTEM  # nobody here waits for it
        elif self.is_complete:
            self.out.append(self.hearing.offered(leg, params))
        return leg

    def _is_its_own(self, leg: Leg, sid: str) -> bool:
        """Say whether this is the one call of the leg; a second one is ended."""
        if not sid or self.book.bind(leg, sid):
            leg.unsure_at = 0
            return True
        self.book.errands.append(a.Finish(leg=leg.leg, sid=sid))
        return False

    def _stale(
        self, leg: Leg, place: Place, params: Mapping[str, str], token: int, now: int
    ) -> None:
        """Something comes back from a document that is gone."""
        self.book.stale += 1
        if place.about != ENTER and leg.is_news(place) and leg.ended is None:
            self.out.extend(self.hearing.keys(leg, params.get("Digits", ""), now))
        if leg.ended is not None:
            self.reply(token, self.documents.over())
            self.end_if_over(leg, now)
        elif leg.is_redocumented():
            leg.late.append(token)
        else:
            self.reply(token, self.documents.again(leg))

    def _wait(self, place: Place | None, params: Mapping[str, str], token: int, now: int) -> None:
        leg = self.book.legs.get(place.leg) if place is not None else None
        if leg is None or leg.ended is not None:
            self.reply(token, self.documents.leave())
            return
        if place is not None and place.about == HELD:
            self.reply(token, self.documents.held(leg.wanted.hold_music))
            return
        self.out.extend(self.settling.taken_over(leg, now))
        self.out.extend(self.hearing.waits(leg, params, now))
        doing = leg.doing
        if isinstance(doing, Waiting):
            self.reply(token, self.documents.waiting(leg, doing.music))
        else:
            self.reply(token, self.documents.leave())
        self.settle_soon(leg, now, PATIENCE_US)

    def _status(self, place: Place | None, params: Mapping[str, str], token: int, now: int) -> None:
        self.reply(token, self.documents.nothing())
        sid = params.get("CallSid", "")
        leg = self.book.of_sid(sid) if place is None else self.book.legs.get(place.leg)
        if leg is None:
            return
        if place is not None and place.about == "away":
            self.out.extend(self.hearing.sent_away(leg, params, now))
        elif place is None or self._is_its_own(leg, sid):
            self.out.extend(self.hearing.status(leg, params, now))
        self.end_if_over(leg, now)
        for one in self.concerned(leg):
            self.settle_soon(one, now, PATIENCE_US)

    def _conference(
        self, place: Place | None, params: Mapping[str, str], token: int, now: int
    ) -> None:
        self.reply(token, self.documents.nothing())
        leg = self.book.of_sid(params.get("CallSid", ""))
        if leg is not None and isinstance(leg.flying, a.Redocument):
            came = params.get("StatusCallbackEvent") == "participant-join"
            if came and isinstance(leg.flying.activity, Talking):
                self.out.extend(self.settling.taken_over(leg, now))
        self.out.extend(self.talks.heard(params, now))
        talk = self.book.talks.get(TalkId(params.get("FriendlyName", "")))
        concerned = self.book.of_call(talk.call) if talk is not None else []
        for one in concerned or ([leg] if leg is not None else []):
            self.settle_soon(one, now, TOGETHER_US)

    def _telling(
        self, place: Place | None, params: Mapping[str, str], token: int, now: int
    ) -> None:
        about = PlaybackId(place.about) if place is not None else None
        playback = self.book.tellings.get(about) if about is not None else None
        document = self.documents.telling(playback) if playback else self.documents.nothing()
        self.reply(token, document)

    def _amd(self, place: Place | None, params: Mapping[str, str], token: int, now: int) -> None:
        self.reply(token, self.documents.nothing())
        leg = self.book.legs.get(place.leg) if place is not None else None
        if leg is not None and self._is_its_own(leg, params.get("CallSid", "")):
            self.out.extend(self.hearing.who_answered(leg, params, now))
            self.settle_soon(leg, now, PATIENCE_US)

    def _recording(
        self, place: Place | None, params: Mapping[str, str], token: int, now: int
    ) -> None:
        self.reply(token, self.documents.nothing())
        if place is None:
            return
        self.out.extend(self.tapes.heard(RecordingId(place.about), params, now))
        leg = self.book.legs.get(place.leg)
        if leg is not None:
            self.end_if_over(leg, now)
            self.settle_soon(leg, now, PATIENCE_US)


def _is_a_step(url: str) -> bool:
    """Say whether an address is of a leg's own document; so is one that is not named."""
    path = urlsplit(url).path
    steps = (Route.STEP, Route.TALK, Route.VOICE, Route.FALLBACK)
    return not url or any(path.endswith(f"{PREFIX}/{route.value}") for route in steps)

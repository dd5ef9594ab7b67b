"""What Twilio tells and asks, and what it means to a leg. Pure.

A request about the document that a leg has now says that this one is over, and how. One about an
older document is stale: keys in it count (they were pressed), nothing else does.
"""

from collections.abc import Mapping
from dataclasses import replace

from contact_center.adapters.twilio import statuses
from contact_center.adapters.twilio.book import Book
from contact_center.adapters.twilio.documents import keys_wanted, patience_us
from contact_center.adapters.twilio.leg import Leg
from contact_center.adapters.twilio.naming import clean_number, clean_text, leg_of
from contact_center.adapters.twilio.statuses import Change
from contact_center.adapters.twilio.talks import Talks
from contact_center.adapters.twilio.tapes import Tapes
from contact_center.adapters.twilio.urls import Place
from contact_center.adapters.twilio.wanted import (
    Away,
    Playback,
    Playing,
    Sending,
    Talking,
    Taping,
    Waiting,
)
from contact_center.adapters.twilio.wishes import Events
from contact_center.core.commands import EndCause
from contact_center.core.events import (
    AmdResult,
    AmdVerdict,
    CallAnswered,
    CallEnded,
    CallOffered,
    CallProgress,
    KeyPressed,
    KeysCollected,
    PlaybackFinished,
    ProgressKind,
    SpeechFinal,
    TransferResult,
    WaitingEntered,
)
from contact_center.core.ids import is_our_leg
from contact_center.core.visits import is_visit

KEYS = frozenset("0123456789*#ABCD")
AMD_WITHIN_US = 45_000_000
"""So long after the answer Twilio has to say who it was; then nobody knows."""
TAPE_WITHIN_US = 4_000_000
"""So long the end of a leg waits for where its recording is."""
SPEECH_END_MS = 1_200
"""So long Twilio listens to silence before it takes a greeting to be over."""
_STARTED_US = 300_000
_VERDICTS = {"human": AmdVerdict.HUMAN, "fax": AmdVerdict.FAX}


_SIGNED = frozenset({"A", "B", "C"})


def _signed(params: Mapping[str, str]) -> str:
    """Read how Twilio signed a call that we make; "" where it does not say."""
    told = params.get("StirStatus", "")
    return told if told in _SIGNED else ""


def _who_and_what(params: Mapping[str, str]) -> tuple[str, str]:
    """Read who calls and what was dialled.

    A visitor's browser has the name of its visit for an identity, by the token that we gave it;
    whatever it says besides of where it wants to is not listened to.
    """
    ani = params.get("From", "")
    visit = ani.removeprefix("client:")
    if visit != ani and is_visit(visit):
        return "", visit
    return clean_number(ani), clean_number(params.get("To", ""))


class Hearing:
    """Reads requests of Twilio's. Each method gives what the core is told."""

    def __init__(self, book: Book, talks: Talks, tapes: Tapes) -> None:
        self._book = book
        self._talks = talks
        self._tapes = tapes

    # --- legs that are new ---------------------------------------------------------------------

    def called(self, sid: str, params: Mapping[str, str], now: int) -> Leg:
        """Note a caller who reached one of our numbers."""
        leg = self._book.begin(leg_of(sid), now, dialled=False, sid=sid)
        leg.ani, leg.did = _who_and_what(params)
        leg.ani_name = clean_text(params.get("CallerName", ""))
        return leg

    @staticmethod
    def offered(leg: Leg, params: Mapping[str, str]) -> CallOffered:
        """Say that a caller reached us."""
        known = (("forwarded_from", "ForwardedFrom"), ("attestation", "StirVerstat"))
        return CallOffered(
            call=leg.call,
            leg=leg.leg,
            ani=leg.ani,
            did=leg.did,
            ani_name=leg.ani_name,
            answered=leg.up,
            attributes=tuple(
                (name, clean_text(params[param])) for name, param in known if params.get(param)
            ),
        )

    def adopted(self, place: Place, sid: str, params: Mapping[str, str], now: int) -> Leg:
        """Note a leg that another process of ours had before."""
        ours = is_our_leg(place.leg) or place.leg != leg_of(sid)
        leg = self._book.begin(place.leg, now, dialled=ours, sid=sid)
        leg.epoch = max(leg.epoch, place.epoch + 1)
        leg.adopted, leg.doing = True, None
        leg.known, _ = statuses.learn(leg.known, statuses.Report.of(params))
        leg.up = leg.known.answered
        leg.wanted.answered = leg.up or ours
        leg.ani, leg.did = _who_and_what(params)
        return leg

    # --- how far a leg has come ----------------------------------------------------------------

    def status(self, leg: Leg, params: Mapping[str, str], now: int) -> Events:
        """Read how far a call has come; it never goes back."""
        leg.heard_at = now
        if leg.ended is not None:
            return []
        leg.known, changes = statuses.learn(leg.known, statuses.Report.of(params))
        events: Events = []
        for change in changes:
            if change is Change.ENDED:
                events.extend(self.over(leg, now))
            elif leg.dialled and not leg.up:
                if change is Change.ANSWERED:
                    events.extend(self._answered(leg, now, _signed(params)))
                else:
                    rings, signed = ProgressKind.RINGING, _signed(params)
                    events.append(leg.event(CallProgress, kind=rings, attestation=signed))
        return events

    def _answered(self, leg: Leg, now: int, signed: str = "") -> Events:
        leg.up, leg.answered_at = True, now
        if leg.amd:
            leg.amd_due = now + AMD_WITHIN_US
        return [leg.event(CallAnswered, attestation=signed)]

    def over(self, leg: Leg, now: int) -> Events:
        """A call is over; its end is told when its recordings are."""
        if leg.ended is not None:
            return []
        events = self._talks.left(leg, leg.in_talk, "ended")
        wanted = leg.wanted.ending
        # A caller may be gone before the document that answers has reached Twilio.
        known = replace(leg.known, answered=leg.known.answered or leg.up)
        leg.ended = CallEnded(
            call=leg.call,
            leg=leg.leg,
            cause=statuses.end_cause(known, dialled=leg.dialled, phone=leg.is_phone, wanted=wanted),
            by=statuses.ended_by(known, dialled=leg.dialled, wanted=wanted),
            sip_code=leg.known.sip_code,
        )
        events.extend(self._tapes.legs_over(leg.leg, now))
        leg.end_due = now + TAPE_WITHIN_US if self._tapes.runs(leg) else now
        return events

    def who_answered(self, leg: Leg, params: Mapping[str, str], now: int) -> Events:
        """Read what Twilio takes the one who answered for."""
        answered_by = params.get("AnsweredBy", "")
        if not leg.amd or leg.ended is not None:
            return []
        leg.amd, leg.amd_due = False, 0
        text = params.get("MachineDetectionDuration", "")
        after = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
        after = after or max(1, (now - leg.answered_at) // 1000)
        is_machine = answered_by.startswith("machine")
        verdict = AmdVerdict.MACHINE if is_machine else _VERDICTS.get(answered_by)
        greeting = after - SPEECH_END_MS if verdict is AmdVerdict.HUMAN else 0
        events: Events = [] if leg.up else self._answered(leg, now)
        leg.amd_due = 0
        events.append(
            leg.event(
                AmdResult,
                verdict=verdict or AmdVerdict.UNKNOWN,
                after_ms=after,
                greeting_ms=greeting if greeting > 0 else None,
            )
        )
        if answered_by.startswith("machine_end"):
            events.append(
                leg.event(AmdResult, verdict=AmdVerdict.MACHINE, beep=True, after_ms=after)
            )
        return events

    # --- a document is over --------------------------------------------------------------------

    def keys(self, leg: Leg, keys: str, now: int) -> Events:
        """Tell keys, one by one."""
        events: Events = []
        for key in keys.upper()[:1000]:
            if key in KEYS:
                events.append(leg.event(KeyPressed, key=key))
                self._tapes.key(leg, key, now)
        return events

    def finished(self, leg: Leg, params: Mapping[str, str], now: int) -> Events:
        """Say what the end of the document that the leg has means."""
        match leg.doing:
            case Playing() as doing:
                return self._played(leg, doing, params, now)
            case Taping() as doing:
                return self._taped(leg, doing, params, now)
            case Sending():
                if leg.wanted.digits:
                    leg.wanted.digits.popleft()
                return []
            case Talking():
                return self._talks.left(leg, leg.in_talk)
            case Away():
                return self._back(leg, params)
            case Waiting():
                leg.queue_sid = ""
                result = params.get("QueueResult", "")
                leg.no_queue = result in ("error", "system-error", "queue-full")
                return []
            case _:
                pressed = self.keys(leg, _digits(params), now)
                return pressed or self._speech(leg, params)

    def _played(self, leg: Leg, doing: Playing, params: Mapping[str, str], now: int) -> Events:
        listen, current = doing.listen, leg.wanted.listen
        typed, finisher = _digits(params), _finisher(params)
        heard_all = not doing.playback.interruptible or self.spoken_out(leg, now)
        over = self.playback_over(leg, doing.playback)
        is_asked = listen is not None and current is not None and listen.listen == current.listen
        is_whole = bool(finisher) or len(typed) >= keys_wanted(listen)
        if (typed or finisher) and (is_whole or not is_asked):
            # A key ended what was heard, unless that was over by itself.
            pressed = self.keys(leg, typed + finisher, now)
            return [*over, *pressed] if heard_all else [*pressed, *over]
        said = self._speech(leg, params)
        if said:
            return [*over, *said] if heard_all else [*said, *over]
        if listen is None or not is_asked or not patience_us(listen):
            return over
        leg.wanted.listen = None
        collected = leg.event(KeysCollected, listen=listen.listen, keys=typed, reason="timeout")
        return [*over, collected]

    def spoken_out(self, leg: Leg, now: int) -> bool:
        """Say whether what the leg was to hear has probably been heard whole."""
        doing = leg.doing
        if not isinstance(doing, Playing) or doing.playback.us is None:
            return False
        return now - leg.began_at >= doing.playback.us + _STARTED_US

    @staticmethod
    def playback_over(leg: Leg, playback: Playback) -> Events:
        """Say that a playback is over, once."""
        queue = leg.wanted.playbacks
        if not queue or queue[0].playback != playback.playback:
            return []
        queue.popleft()
        return [leg.event(PlaybackFinished, playback=playback.playback)]

    @staticmethod
    def _speech(leg: Leg, params: Mapping[str, str]) -> Events:
        text, listen = clean_text(params.get("SpeechResult", ""), 500), leg.wanted.listen
        if not text or listen is None or not listen.words:
            return []
        try:
            confidence = min(1.0, max(0.0, float(params.get("Confidence", "0"))))
        except ValueError:
            confidence = 0.0
        return [leg.event(SpeechFinal, listen=listen.listen, text=text, confidence=confidence)]

    def _taped(self, leg: Leg, doing: Taping, params: Mapping[str, str], now: int) -> Events:
        pressed = self.keys(leg, _digits(params), now)
        recording = doing.start.recording
        if not params.get("RecordingSid"):
            self._tapes.silent(recording, now)
            return pressed
        return [*self._tapes.heard(recording, params, now), *pressed]

    @staticmethod
    def _back(leg: Leg, params: Mapping[str, str]) -> Events:
        """Who was to be sent away is back: nobody was there."""
        leg.wanted.away = None
        if params.get("DialCallStatus") in ("completed", "answered"):
            leg.wanted.ending = EndCause.NORMAL
            return [leg.event(TransferResult, result="accepted")]
        return [leg.event(TransferResult, result="failed")]

    def sent_away(self, leg: Leg, params: Mapping[str, str], now: int) -> Events:
        """Read how far the call has come that a leg is to be connected with."""
        if leg.wanted.away is None or leg.ended is not None:
            return []
        if params.get("CallStatus", "") not in ("in-progress", "answered"):
            return []
        leg.wanted.ending = leg.wanted.ending or EndCause.NORMAL
        return [leg.event(TransferResult, result="accepted"), *self.over(leg, now)]

    # --- waiting -------------------------------------------------------------------------------

    def waits(self, leg: Leg, params: Mapping[str, str], now: int) -> Events:
        """Twilio asks what a waiting caller is to hear."""
        leg.heard_at = now
        leg.queue_sid = params.get("QueueSid", "") or leg.queue_sid
        events: Events = []
        if not leg.entered and leg.wanted.waiting is not None:
            leg.entered = True
            events.append(leg.event(WaitingEntered))
        return [*events, *self.keys(leg, _digits(params), now)]


def _digits(params: Mapping[str, str]) -> str:
    text = params.get("Digits", "")
    return text if set(text.upper()) <= KEYS else ""


def _finisher(params: Mapping[str, str]) -> str:
    text = params.get("FinishedOnKey", "").upper()
    return text if text in KEYS and len(text) == 1 else ""

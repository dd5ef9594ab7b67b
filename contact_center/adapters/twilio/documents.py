"""From an activity to the document that has Twilio do it. Pure.

Every document comes back to us, with keys or without: each of its addresses names the leg, its
epoch and its step. Keys are only heard inside a Gather, so there is one around nearly everything.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from contact_center.adapters.twilio import twiml
from contact_center.adapters.twilio.dialects import DIALECTS
from contact_center.adapters.twilio.leg import ENTER, Leg, Standing
from contact_center.adapters.twilio.settings import TwilioSettings
from contact_center.adapters.twilio.sounds import locale
from contact_center.adapters.twilio.twiml import Document, Verb
from contact_center.adapters.twilio.urls import INSISTENT, PATIENT, Place, Route, Urls
from contact_center.adapters.twilio.wanted import (
    Activity,
    Away,
    Ending,
    Idle,
    Music,
    Playback,
    Playing,
    Refused,
    Sending,
    Sound,
    Streaming,
    Talking,
    Taping,
    Undecided,
    Waiting,
    one_by_one,
)
from contact_center.core.commands import NO_MUSIC, Listen, StartRecording
from contact_center.core.ids import CallId, LegId, RecordingId

HELD = "hold"
"""What an address of waiting is about that is for somebody on hold."""
IDLE_S = 120
"""How long one document of silence lasts; then it is asked for again."""
TAIL_S = 1
"""How long keys are waited for behind a prompt that asks for nothing; Twilio knows no less."""
LONGEST_RECORD_S = 3_600
TRANSFER_S = 60
_LONGEST_DIAL_S = 600
_QUEUE_NAME = 64
_SECOND_US = 1_000_000


Admission = Callable[[LegId, CallId], dict[str, str]]


def patience_us(listen: Listen) -> int:
    """Say how long a caller may be silent; 0 when nobody said."""
    if one_by_one(listen):
        return listen.first_timeout_us
    return max(listen.first_timeout_us, listen.inter_digit_us)


def keys_wanted(listen: Listen | None) -> int:
    """How many keys one Gather takes."""
    return 1 if listen is None or one_by_one(listen) else min(1000, listen.max_keys)


class Documents:
    """Writes documents. `settings` say what music, voice and number are used."""

    def __init__(self, settings: TwilioSettings, urls: Urls) -> None:
        self._settings = settings
        self._urls = urls
        self.dialect = DIALECTS[settings.dialect]
        self.admission: Admission | None = None
        """Gives the parameters with which a leg's stream is let in; None where there are none."""
        self.holding = 0
        """How many documents were written that only have Twilio ask again."""

    def of(self, leg: Leg, activity: Activity) -> Document:
        """Write the document for an activity of the leg, at the step the leg is at.

        Raises TwimlError for what Twilio would not take; that is a mistake of ours.
        """
        return twiml.document(*self._verbs(leg, activity), dialect=self.dialect)

    def _verbs(self, leg: Leg, activity: Activity) -> Sequence[Verb]:
        match activity:
            case Away():
                return [self._away(leg, activity)]
            case Talking():
                return [self._talk(leg, activity)]
            case Taping():
                # Of a recording that is empty Twilio tells nothing, and goes on.
                return [self._record(leg, activity.start), twiml.redirect(self._step(leg))]
            case Sending():
                return [twiml.play_digits(activity.digits), twiml.redirect(self._step(leg))]
            case Playing():
                return self._play(leg, activity.playback, activity.listen)
            case Waiting(queue=queue):
                wait = self._urls.to(Route.WAIT, leg.place(), PATIENT)
                name = "".join(c if c.isprintable() else " " for c in queue)[:_QUEUE_NAME] or "-"
                return [twiml.enqueue(name, wait=wait, action=self._step(leg))]
            case Music(music=music):
                return [self._music(music, self._step(leg))]
            case Streaming():
                return [self._stream(leg)]
            case Idle(listen=listen):
                return [self._idle(leg, listen)]
            case _:
                return self._unlike(leg, activity)

    def _unlike(self, leg: Leg, activity: Activity) -> Sequence[Verb]:
        """Make what nobody hears."""
        match activity:
            case Refused():
                return [twiml.reject(busy=activity.busy)]
            case Ending():
                return [twiml.hangup()]
            case Undecided():
                return self._hold(leg)
            case _:
                raise TypeError(f"no document for {type(activity).__name__}")

    def _step(self, leg: Leg) -> str:
        return self._urls.to(Route.STEP, leg.place(), PATIENT)

    def enter(self, leg: Leg) -> str:
        """Give the address at which the leg's document is asked for anew."""
        return self._urls.to(Route.STEP, leg.place(ENTER), PATIENT)

    # --- single documents ----------------------------------------------------------------------

    def _hold(self, leg: Leg) -> Sequence[Verb]:
        self.holding += 1
        # Silence first: Twilio does not pick up for it.
        return [twiml.pause(1), twiml.redirect(self.enter(leg))]

    def later(self, leg: Leg) -> Document:
        """Have Twilio ask again in a second, and nothing be heard meanwhile."""
        return twiml.document(*self._hold(leg), dialect=self.dialect)

    def again(self, leg: Leg) -> Document:
        """Send whoever comes from a document that is gone to the one that counts."""
        return twiml.document(twiml.redirect(self.enter(leg)))

    @staticmethod
    def over() -> Document:
        """End a call that is none of ours any more."""
        return twiml.document(twiml.hangup())

    def waiting(self, leg: Leg, music: str) -> Document:
        """Write what a caller hears in a queue of Twilio's."""
        action = self._urls.to(Route.WAIT, leg.place("key"), PATIENT)
        return twiml.document(self._music(music, action), may_run_out=True, dialect=self.dialect)

    def telling(self, playback: Playback) -> Document:
        """Write what a talk is to hear; of a sound that is repeated, one piece."""
        once = [replace(sound, loop=1) for sound in playback.sounds]
        sounds = [verb for sound in once for verb in self._sound(sound)]
        return twiml.document(*sounds, may_run_out=True)

    @staticmethod
    def leave() -> Document:
        """Send whoever waits for nothing out of the queue."""
        return twiml.document(twiml.leave())

    @staticmethod
    def nothing() -> Document:
        """Answer who only told us something."""
        return twiml.document(may_run_out=True)

    # --- verbs ---------------------------------------------------------------------------------

    def _away(self, leg: Leg, activity: Away) -> Verb:
        status = self._urls.to(Route.STATUS, leg.place("away"), INSISTENT)
        return twiml.dial(
            twiml.to_address(activity.to, status=status),
            action=self._step(leg),
            timeout_s=min(_LONGEST_DIAL_S, TRANSFER_S),
            caller_id=activity.caller_id,
        )

    def _talk(self, leg: Leg, activity: Talking) -> Verb:
        place = Place(leg=leg.leg, about=activity.talk)
        entry: Standing = leg.entry
        target = twiml.conference(
            activity.talk,
            status=self._urls.to(Route.CONFERENCE, place, INSISTENT),
            muted=entry.muted,
            coach=entry.coach,
        )
        return twiml.dial(target, action=self._step(leg))

    def _stream(self, leg: Leg) -> Verb:
        assert self.admission is not None
        return twiml.connect_stream(
            self._settings.stream_url or self._urls.stream(),
            action=self._step(leg),
            name=leg.leg,
            parameters=self.admission(leg.leg, leg.call),
        )

    def _record(self, leg: Leg, start: StartRecording) -> Verb:
        longest = -(-start.max_us // _SECOND_US) if start.max_us else LONGEST_RECORD_S
        return twiml.record(
            action=self._step(leg),
            status=self.recording_url(leg.leg, start.recording),
            max_s=min(LONGEST_RECORD_S, max(1, longest)),
            silence_s=-(-start.silence_us // _SECOND_US) if start.silence_us else 0,
            finish_on_key=start.terminator,
            beep=start.beep,
        )

    def recording_url(self, leg: LegId, recording: RecordingId) -> str:
        """Give the address that is told what became of a recording."""
        return self._urls.to(Route.RECORDING, Place(leg=leg, about=recording), INSISTENT)

    def _play(self, leg: Leg, playback: Playback, listen: Listen | None) -> Sequence[Verb]:
        sounds = [verb for sound in playback.sounds for verb in self._sound(sound)]
        if playback.interruptible:
            return [self._gather(leg, listen, *sounds)]
        if listen is None:
            return [*sounds, twiml.redirect(self._step(leg))]
        return [*sounds, self._gather(leg, listen)]

    def _gather(self, leg: Leg, listen: Listen | None, *sounds: Verb) -> Verb:
        if listen is None:
            return twiml.gather(
                *sounds, action=self._step(leg), num_digits=1, timeout_s=TAIL_S, finish_on_key=""
            )
        wait, longest = patience_us(listen), self.dialect.longest_gather_s
        count = keys_wanted(listen)
        return twiml.gather(
            *sounds,
            action=self._step(leg),
            num_digits=count,
            finish_on_key=listen.terminator[:1] if count > 1 else "",
            timeout_s=min(longest, twiml.seconds_up(wait)) if wait else IDLE_S,
            words=listen.words,
            language=locale(listen.language),
        )

    def _idle(self, leg: Leg, listen: Listen | None) -> Verb:
        words = listen.words if listen is not None else ()
        return twiml.gather(
            action=self._step(leg),
            num_digits=1,
            finish_on_key="",
            timeout_s=IDLE_S,
            words=words,
            language=locale(listen.language) if listen is not None else "",
        )

    def _music(self, music: str, action: str) -> Verb:
        sounds = [] if music == NO_MUSIC else [twiml.play(self.music_url(music), loop=0)]
        return twiml.gather(
            *sounds, action=action, num_digits=1, finish_on_key="", timeout_s=IDLE_S
        )

    def held(self, music: str) -> Document:
        """Write what somebody hears who is on hold in a talk."""
        return twiml.document(twiml.play(self.music_url(music), loop=0), may_run_out=True)

    def held_url(self, leg: Leg) -> str:
        """Say where that is."""
        return self._urls.to(Route.WAIT, Place(leg=leg.leg, about=HELD), PATIENT)

    def music_url(self, music: str) -> str:
        """Say where a music is."""
        known = self._settings.music_url
        url = known.get(music) or known.get("default")
        return url or self._urls.media("tones/music.wav")

    def _sound(self, sound: Sound) -> Sequence[Verb]:
        if sound.url:
            return [twiml.play(sound.url, loop=sound.loop)]
        if sound.rest_s:
            return [twiml.pause(sound.rest_s)]
        return twiml.spoken(sound.text, language=sound.language, voice=self._settings.say_voice)

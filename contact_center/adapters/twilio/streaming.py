"""Legs whose prompts, music and keys go over a media stream, not through documents. Pure.

A leg is given to a stream when something is first played to it, or listened for. Its document is
then one that stands still, until it is to do what only a document can: talk, wait, record, be sent
away, say a text that nobody rendered, listen for words that nobody here understands. What is asked
before the stream is there waits for it; where none comes, the leg goes on with documents.
"""

from contact_center.adapters.twilio.book import Book
from contact_center.adapters.twilio.leg import Leg
from contact_center.adapters.twilio.sounds import Sounds
from contact_center.adapters.twilio.streamed import Order, Streamed, ToStream
from contact_center.adapters.twilio.wanted import Streaming
from contact_center.adapters.twilio.wishes import MOST_PLAYBACKS, Events, Wishes, failed
from contact_center.core.commands import (
    HoldMusic,
    Listen,
    PlaySequence,
    Silence,
    StopPlayback,
    TelephonyCommand,
)
from contact_center.core.events import (
    CallEvent,
    Event,
    PlaybackFailed,
    PlaybackFinished,
    PlaybackStarted,
)
from contact_center.core.ids import LegId

MOST_STREAMS = 50
"""Streams of one leg, one behind the other; then something is wrong with them."""

Told = list[Event | ToStream]


class StreamedLegs:
    """Gives streams what is theirs to do."""

    def __init__(self, book: Book, sounds: Sounds, wishes: Wishes) -> None:
        self._book = book
        self._sounds = sounds
        self._wishes = wishes
        self.heard: set[LegId] = set()
        """Legs whose words are understood from their streams."""

    def may_stream(self, leg: LegId) -> bool:
        """Say whether a leg has a stream, or may get one."""
        known = self._book.legs.get(leg)
        alive = known is not None and known.ended is None and known.wanted.answered
        return alive and known is not None and not (known.no_stream or known.is_phone)

    # --- commands ------------------------------------------------------------------------------

    def takes(self, command: TelephonyCommand) -> bool:
        """Say whether a command is for the leg's stream."""
        leg = self._book.legs.get(command.leg)
        if leg is None or leg.ended is not None or not leg.wanted.answered:
            return False
        if isinstance(command, StopPlayback):
            return leg.streamed is not None and command.playback in leg.streamed.playing
        self._give(leg, command)
        if leg.streamed is not None:
            leg.streamed.heard = leg.leg in self.heard
        if leg.streamed is None or self._is_busy(leg):
            return False
        return isinstance(command, HoldMusic | Silence) or (
            isinstance(command, PlaySequence) and self._is_sound(leg, command)
        )

    @staticmethod
    def _give(leg: Leg, command: TelephonyCommand) -> None:
        """Let a leg have a stream from now on."""
        asked = isinstance(command, PlaySequence | Listen | HoldMusic)
        if asked and leg.streamed is None and not leg.no_stream and not leg.is_phone:
            leg.streamed = Streamed()

    @staticmethod
    def _is_busy(leg: Leg) -> bool:
        """Say whether a leg is, or is to be, where only documents lead."""
        wanted = leg.wanted
        elsewhere = (wanted.ending, wanted.away, wanted.talk, wanted.tape, wanted.waiting)
        return any(one is not None for one in elsewhere) or bool(wanted.playbacks or wanted.digits)

    def _is_sound(self, leg: Leg, command: PlaySequence) -> bool:
        sounds = self._sounds.find(command.items)
        listen = leg.wanted.listen
        heard = leg.streamed is not None and leg.streamed.heard
        if sounds is None or (listen is not None and listen.words and not heard):
            return False
        return not any(sound.text for sound in sounds)

    def __call__(self, command: TelephonyCommand, now: int) -> Told:
        """Carry a command out that is taken."""
        leg = self._book.legs[command.leg]
        streamed = leg.streamed
        assert streamed is not None
        match command:
            case PlaySequence():
                return self._play(leg, streamed, command)
            case StopPlayback():
                return self._stop(leg, streamed, command)
            case HoldMusic():
                streamed.music = command
                return self._music(streamed, command, now)
            case Silence():
                streamed.music = None
                return self._music(streamed, command, now)
            case _:
                return []

    @staticmethod
    def _play(leg: Leg, streamed: Streamed, command: PlaySequence) -> Told:
        if command.playback in streamed.playing:
            return []
        if len(streamed.playing) >= MOST_PLAYBACKS:
            ended = leg.event(PlaybackFailed, playback=command.playback, cause="overload")
            return [failed(command, "overload"), ended]
        streamed.playing.add(command.playback)
        if streamed.open:
            return [ToStream(command)]
        streamed.pending.append(command)
        return []

    @staticmethod
    def _stop(leg: Leg, streamed: Streamed, command: StopPlayback) -> Told:
        for waiting in list(streamed.pending):
            if waiting.playback == command.playback:
                streamed.pending.remove(waiting)
                streamed.playing.discard(command.playback)
                return [leg.event(PlaybackFinished, playback=command.playback)]
        return [ToStream(command)]

    def _music(self, streamed: Streamed, command: HoldMusic | Silence, now: int) -> Told:
        # Documents are to know it too: the leg may be without a stream one day.
        told: Told = [*self._wishes(command, now)]
        return [*told, ToStream(command)] if streamed.open else told

    # --- the stream ----------------------------------------------------------------------------

    def opened(self, leg: Leg) -> Told:
        """The leg's stream is there: it does what waited for it."""
        streamed = leg.streamed
        if streamed is None or leg.ended is not None:
            return []
        streamed.open, streamed.closed = True, False
        streamed.opens += 1
        orders: list[Order] = [*streamed.pending]
        streamed.pending.clear()
        if streamed.music is not None:
            orders.append(streamed.music)
        return [ToStream(order) for order in orders]

    @staticmethod
    def closed(leg: Leg) -> None:
        """The leg's stream is over; what it played was told before."""
        if leg.streamed is not None:
            leg.streamed.open, leg.streamed.closed = False, True
            waiting = {one.playback for one in leg.streamed.pending}
            leg.streamed.playing &= waiting

    def told(self, leg: Leg, event: CallEvent) -> Told:
        """The stream says what became of a prompt."""
        if leg.streamed is None or leg.ended is not None:
            return []
        if isinstance(event, PlaybackFinished | PlaybackFailed):
            if event.playback not in leg.streamed.playing:
                return []
            leg.streamed.playing.discard(event.playback)
            return [event]
        known = isinstance(event, PlaybackStarted) and event.playback in leg.streamed.playing
        return [event] if known else []

    def came_back(self, leg: Leg, now: int) -> Events:
        """Twilio wants another document where the leg had a stream, or was to have one.

        Where none opened, or they break again and again, the leg goes on without.
        """
        streamed = leg.streamed
        if streamed is None or not isinstance(leg.doing, Streaming):
            return []
        if (streamed.open or streamed.closed) and streamed.opens < MOST_STREAMS:
            streamed.closed = False
            return []
        leg.streamed, leg.no_stream = None, True
        events: Events = []
        for waiting in streamed.pending:
            events.extend(self._wishes(waiting, now))
        return events

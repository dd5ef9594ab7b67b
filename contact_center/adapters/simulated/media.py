"""Commands about what a leg hears."""

from contact_center.adapters.simulated.hearing import Heard, HeardKind, is_there, length_us
from contact_center.adapters.simulated.parties import Leg, Playback
from contact_center.adapters.simulated.switch import Switch
from contact_center.core.commands import (
    Announce,
    EnterWaiting,
    HoldMusic,
    LeaveWaiting,
    PlaySequence,
    SendDigits,
    Silence,
    StopPlayback,
    TelephonyCommand,
)
from contact_center.core.events import (
    PlaybackFailed,
    PlaybackFinished,
    PlaybackStarted,
    WaitingEntered,
    WaitingLeft,
)
from contact_center.core.ids import TalkId

PLAYBACKS_BOUND = 50
"""Playbacks waiting for one leg or talk; more are refused with ``overload``."""


class Media:
    """Plays and parks."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch

    # --- playing -------------------------------------------------------------------------------

    def play(self, command: PlaySequence) -> None:
        """Play to the leg, after what it is being played already."""
        leg = self._switch.ours(command)
        if leg is None or command.playback in self._switch.playbacks:
            return
        leg.music = None
        self._enqueue(command, leg.playbacks, None)

    def announce(self, command: Announce) -> None:
        """Play to a whole talk, or to the leg when none is named."""
        if command.talk is None:
            leg = self._switch.ours(command)
            if leg is not None:
                self._enqueue(command, leg.playbacks, None)
            return
        talk = self._switch.talks.get(command.talk)
        if talk is None:
            self._switch.fail(command, "no_such_talk")
            return
        self._enqueue(command, talk.playbacks, command.talk)

    def stop_playback(self, command: StopPlayback) -> None:
        """Stop a playback; one that is over is stopped already."""
        playback = self._switch.playbacks.get(command.playback)
        if playback is not None:
            self._finish(playback)

    def _enqueue(
        self, command: PlaySequence | Announce, queue: list[Playback], talk: TalkId | None
    ) -> None:
        switch = self._switch
        if command.playback in switch.playbacks:
            return
        if len(queue) >= PLAYBACKS_BOUND:
            switch.fail(command, "overload")
            return
        if not all(is_there(item, switch.prompts, switch.kept) for item in command.items):
            switch.fail(command, "media_missing")
            failed = PlaybackFailed(
                call=command.call, leg=command.leg, playback=command.playback, cause="media_missing"
            )
            switch.tell(failed)
            return
        playback = Playback(
            playback=command.playback, call=command.call, leg=command.leg, items=command.items,
            talk=talk,
        )  # fmt: skip
        switch.playbacks[playback.playback] = playback
        queue.append(playback)
        if queue[0] is playback:
            self._next_item(playback)

    def _next_item(self, playback: Playback) -> None:
        switch = self._switch
        playback.item += 1
        if playback.item >= len(playback.items):
            self._finish(playback)
            return
        if playback.item == 0:
            started = PlaybackStarted(
                call=playback.call, leg=playback.leg, playback=playback.playback
            )
            switch.tell(started)
        self._ears_of(playback, fresh=True)
        length = length_us(playback.items[playback.item], switch.prompts)
        playback.next = switch.deadlines.set(switch.now + length, lambda: self._next_item(playback))

    def _finish(self, playback: Playback) -> None:
        queue = self._switch.playing_queue(playback)
        self._switch.drop_playback(playback)
        self._ears_of(playback)
        finished = PlaybackFinished(
            call=playback.call, leg=playback.leg, playback=playback.playback
        )
        self._switch.tell(finished)
        if queue and queue[0].item < 0:
            self._next_item(queue[0])

    def _ears_of(self, playback: Playback, *, fresh: bool = False) -> None:
        talk = self._switch.talks.get(playback.talk) if playback.talk is not None else None
        for name in tuple(talk.members) if talk is not None else (playback.leg,):
            leg = self._switch.legs.get(name)
            if leg is not None:
                if fresh:
                    leg.transcript.now = None
                self._switch.changed(leg)

    # --- music and waiting -----------------------------------------------------------------------

    def hold_music(self, command: HoldMusic) -> None:
        """Play music until something else is asked for."""
        self._set_music(command, command.music)

    def silence(self, command: Silence) -> None:
        """End the music; a leg that is gone hears none."""
        if command.leg in self._switch.legs:
            self._set_music(command, None)

    def enter_waiting(self, command: EnterWaiting) -> None:
        """Park the leg with music; entering again changes the music."""
        leg = self._switch.ours(command)
        if leg is None:
            return
        if leg.talk is not None:
            self._switch.leave_talk(leg, "waiting")
        entered = leg.waiting is None
        leg.waiting, leg.music = command.music, None
        self._switch.changed(leg)
        if entered:
            self._switch.tell(WaitingEntered(call=leg.call, leg=leg.leg))

    def leave_waiting(self, command: LeaveWaiting) -> None:
        """Take the leg out of waiting, if it waits."""
        leg = self._switch.legs.get(command.leg)
        if leg is not None and leg.ours:
            self.stop_waiting(leg, "asked")

    def stop_waiting(self, leg: Leg, reason: str) -> None:
        """Take a leg out of waiting, if it waits."""
        if leg.waiting is not None:
            leg.waiting = None
            self._switch.changed(leg)
            self._switch.tell(WaitingLeft(call=leg.call, leg=leg.leg, reason=reason))

    def send_digits(self, command: SendDigits) -> None:
        """Let the far end hear keys."""
        leg = self._switch.ours(command)
        if leg is not None:
            now = self._switch.now
            leg.transcript.moment(Heard(at=now, kind=HeardKind.KEYS, text=command.digits))

    def _set_music(self, command: TelephonyCommand, music: str | None) -> None:
        leg = self._switch.ours(command)
        if leg is not None:
            leg.music = music
            self._switch.changed(leg)

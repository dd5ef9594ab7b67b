"""Commands about who talks with whom."""

from contact_center.adapters.simulated.media import Media
from contact_center.adapters.simulated.parties import Leg, Member, Stage, Talk
from contact_center.adapters.simulated.switch import Switch
from contact_center.core.commands import CreateTalk, EndTalk, Hold, Join, LeaveTalk, Mute, Unhold
from contact_center.core.events import TalkJoined

MEMBERS_BOUND = 50
"""Legs in one talk; more are refused with ``overload``."""
TALKS_BOUND = 5_000
"""Talks at once; more are refused with ``overload``."""


class Talks:
    """Makes talks and brings legs in and out of them."""

    def __init__(self, switch: Switch, media: Media) -> None:
        self._switch = switch
        self._media = media

    def create(self, command: CreateTalk) -> None:
        """Make the talk, if it is not there."""
        if command.talk in self._switch.talks:
            return
        if len(self._switch.talks) >= TALKS_BOUND:
            self._switch.fail(command, "overload")
        else:
            self._switch.talks[command.talk] = Talk(
                talk=command.talk, call=command.call, leg=command.leg
            )

    def join(self, command: Join) -> None:
        """Put an answered (or offered) leg into the talk, out of whatever it was in."""
        switch = self._switch
        leg = switch.ours(command)
        if leg is None:
            return
        talk = switch.talks.get(command.talk)
        if talk is None:
            switch.fail(command, "no_such_talk")
        elif leg.stage is Stage.RINGING:
            switch.fail(command, "refused", "the leg is not answered")
        elif leg.leg not in talk.members and len(talk.members) >= MEMBERS_BOUND:
            switch.fail(command, "overload")
        else:
            self._enter(leg, talk, command)

    def _enter(self, leg: Leg, talk: Talk, command: Join) -> None:
        switch = self._switch
        leg.muted = command.muted
        joined = leg.talk != talk.talk
        if joined:
            switch.leave_talk(leg, "moved")
            self._media.stop_waiting(leg, "joined")
        leg.music, leg.talk = None, talk.talk
        talk.members[leg.leg] = Member(leg=leg.leg, role=command.role, coach_of=command.coach_of)
        switch.changed_talk(talk)
        if joined:
            switch.tell(TalkJoined(call=leg.call, leg=leg.leg, talk=talk.talk))

    def leave(self, command: LeaveTalk) -> None:
        """Take the leg out of the talk, if it is in it."""
        leg = self._switch.legs.get(command.leg)
        if leg is not None and leg.talk == command.talk:
            self._switch.leave_talk(leg, "asked")

    def end(self, command: EndTalk) -> None:
        """Take the talk apart, if it is there."""
        talk = self._switch.talks.get(command.talk)
        if talk is not None:
            self._switch.end_talk(talk, "asked")

    def hold(self, command: Hold) -> None:
        """Let the leg hear music only, and the talk not hear the leg."""
        self._set_held(command, command.music)

    def unhold(self, command: Unhold) -> None:
        """Bring the leg back into its talk."""
        self._set_held(command, None)

    def mute(self, command: Mute) -> None:
        """Let the talk not hear this leg, or hear it again."""
        leg = self._switch.ours(command)
        if leg is None:
            return
        leg.muted = command.on
        talk = self._switch.talks.get(leg.talk) if leg.talk is not None else None
        if talk is not None:
            self._switch.changed_talk(talk)

    def _set_held(self, command: Hold | Unhold, music: str | None) -> None:
        leg = self._switch.ours(command)
        if leg is None:
            return
        talk = self._switch.talks.get(command.talk)
        if talk is None or leg.leg not in talk.members:
            self._switch.fail(command, "no_such_talk")
            return
        leg.held = music
        self._switch.changed_talk(talk)

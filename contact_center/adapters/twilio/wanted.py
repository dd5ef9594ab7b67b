"""What a leg is to do, and what it does: the two sides that are brought together. Pure.

Commands change what is *wanted*; nothing is sent for a command as such. From everything that is
wanted follows one `Activity`, and only when Twilio does another one is it told. So commands that
come together cost one document, a command that is repeated costs nothing, and one that was lost on
the way is made up for by the next look.
"""

from collections import deque
from dataclasses import dataclass, field

from contact_center.core.commands import (
    NO_MUSIC,
    BlindTransfer,
    EndCause,
    Listen,
    SendDigits,
    StartRecording,
)
from contact_center.core.ids import CommandId, LegId, PlaybackId, TalkId

ONE_BY_ONE = 2
"""So many keys at most are told one at a time, for each may decide: a menu with 1 and 12."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Sound:
    """One thing to be heard: what is at ``url``, ``loop`` times, or ``text``, or ``rest_s``."""

    url: str = ""
    loop: int = 1
    text: str = ""
    language: str = ""
    rest_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Playback:
    """A row of sounds with a name. ``us`` is how long it lasts, None when that is not known.

    ``talk``: it is for everybody there. ``goes_on``: an earlier piece of it was heard already.
    """

    playback: PlaybackId
    sounds: tuple[Sound, ...]
    interruptible: bool = True
    us: int | None = None
    cmd: CommandId = field(compare=False)
    talk: TalkId | None = None
    goes_on: bool = False


# --- activities --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Something that a leg does on Twilio. `cmd` is the command that last asked for it."""

    cmd: CommandId | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided(Activity):
    """A caller whom nobody has answered: they hear it ring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Called(Activity):
    """Twilio was told to come for the next document, and is on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(Activity):
    """The caller is turned away, unanswered."""

    busy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending(Activity):
    """The leg is to be over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Away(Activity):
    """The leg is connected with somebody outside, and none of ours any more."""

    to: str
    caller_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Talking(Activity):
    """The leg is in a talk. How it is there (muted, on hold) is no other activity."""

    talk: TalkId


@dataclass(frozen=True, slots=True, kw_only=True)
class Taping(Activity):
    """What the leg says is recorded, and nothing else is done."""

    start: StartRecording


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Sending(Activity):
    """Keys are sent to the far end."""

    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Playing(Activity):
    """Something is played, while keys are listened for as `listen` says."""

    playback: Playback
    listen: Listen | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(Activity):
    """The leg stands in a queue of Twilio's, which is there for people to look at."""

    queue: str
    music: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Music(Activity):
    """Music is played, while single keys are listened for."""

    music: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle(Activity):
    """Silence, in which single keys are listened for; words too, when `listen` has some.

    Where keys are expected without anything being said, it is the core's clock that runs: each key
    has to be told at once, so this serves for listening as well.
    """

    listen: Listen | None = field(default=None, compare=False)
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaming(Activity):
    """The leg's sound and keys go over a media stream; what is heard is the stream's to say."""


# --- what is wanted ----------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Wanted:
    """All that is wanted of one leg. ``held`` and the like are about its place in its talk."""

    answered: bool = False
    ending: EndCause | None = None
    ending_cmd: CommandId | None = None
    away: BlindTransfer | None = None
    away_to: str = ""
    talk: TalkId | None = None
    talk_cmd: CommandId | None = None
    muted: bool = False
    coach_of: LegId | None = None
    held: bool = False
    hold_music: str = "default"
    tape: StartRecording | None = None
    digits: deque[SendDigits] = field(default_factory=deque)
    playbacks: deque[Playback] = field(default_factory=deque)
    listen: Listen | None = None
    waiting: tuple[str, str] | None = None
    waiting_cmd: CommandId | None = None
    music: str = ""

    def activity(self, *, is_member: bool) -> Activity:
        """Say what the leg is to do now; `is_member`: it is in its talk already."""
        if self.ending is not None:
            return Ending(cmd=self.ending_cmd)
        if not self.answered:
            return Undecided()
        if self.away is not None:
            return Away(to=self.away_to, caller_id="", cmd=self.away.cmd)
        if self.talk is not None and (is_member or not self.held):
            return Talking(talk=self.talk, cmd=self.talk_cmd)
        if self.tape is not None:
            return Taping(start=self.tape, cmd=self.tape.cmd)
        if self.digits:
            return Sending(digits=self.digits[0].digits, cmd=self.digits[0].cmd)
        if self.playbacks:
            first = self.playbacks[0]
            return Playing(playback=first, listen=self.listen, cmd=first.cmd)
        return self._quiet()

    def _quiet(self) -> Activity:
        if self.held:
            return Music(music=self.hold_music, cmd=self.talk_cmd)
        if self.listen is not None:
            return Idle(listen=self.listen, words=self.listen.words)
        if self.waiting is not None:
            queue, music = self.waiting
            return Waiting(queue=queue, music=music, cmd=self.waiting_cmd)
        if self.music and self.music != NO_MUSIC:
            return Music(music=self.music)
        return Idle()


def one_by_one(listen: Listen | None) -> bool:
    """Say whether each key has to be told at once, because it may decide by itself."""
    return listen is None or listen.max_keys <= ONE_BY_ONE


def serves(doing: Activity, wanted: Activity, *, spoken_out: bool) -> bool:
    """Say whether what a leg does will do for what is wanted of it.

    `spoken_out`: what is being played is probably over, and only keys are waited for.
    """
    if doing == wanted:
        return True
    if isinstance(doing, Playing) and isinstance(wanted, Idle):
        return spoken_out and doing.listen is not None and not wanted.words
    return False

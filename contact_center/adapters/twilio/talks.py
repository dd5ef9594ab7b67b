"""Talks: conferences of Twilio's, one for each, and how legs are in them. Pure.

A conference is there while somebody is in it; a talk from when it is made until it is ended. Twilio
tells of each conference in numbered words which may come late or twice, so a word about a leg that
is older than the last one counts for nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from contact_center.adapters.twilio.asks import Ask, Place, Tell
from contact_center.adapters.twilio.book import Book, Talk
from contact_center.adapters.twilio.documents import Documents
from contact_center.adapters.twilio.leg import Leg, Standing
from contact_center.adapters.twilio.urls import PATIENT, Route, Urls
from contact_center.adapters.twilio.urls import Place as UrlPlace
from contact_center.adapters.twilio.wanted import Playback
from contact_center.adapters.twilio.wishes import Events, Wishes, failed, leave_waiting
from contact_center.core import commands as c
from contact_center.core.events import (
    PlaybackFailed,
    PlaybackFinished,
    PlaybackStarted,
    TalkEnded,
    TalkJoined,
    TalkLeft,
)
from contact_center.core.ids import TalkId

TALKS_BOUND = 20_000
JOIN_WITHIN_US = 4_000_000
"""After this it is looked whether a leg is in its talk: the word of it may be lost."""
TELL_WITHIN_US = 120_000_000
"""After this something that is told a talk counts as heard, whatever Twilio says."""
_LATE_US, _UNTOLD_US = 5_000_000, 500_000
"""So long after its end something counts as heard, where that is told and where it is not."""
MOST_JOINS = 5
"""So often at most a leg is sent into a talk that does not keep it."""


class Talks:
    """Who is to be in which talk, who is, and what is asked so that it becomes the same."""

    def __init__(self, book: Book, documents: Documents, wishes: Wishes, urls: Urls) -> None:
        self._book = book
        self._documents = documents
        self._wishes = wishes
        self._urls = urls
        self._take: dict[type[Any], Callable[[Any], Events]] = {
            c.CreateTalk: self._create,
            c.EndTalk: self._end,
            c.Join: self._join,
            c.LeaveTalk: self._leave,
            c.Hold: self._hold,
            c.Unhold: self._unhold,
            c.Mute: self._mute,
            c.Announce: self._announce,
        }

    def takes(self, command: c.TelephonyCommand) -> bool:
        """Say whether a command is dealt with here."""
        return type(command) in self._take

    def __call__(self, command: c.TelephonyCommand) -> Events:
        """Take a command down; gives what is to be told at once."""
        return self._take[type(command)](command)

    # --- commands ------------------------------------------------------------------------------

    def _live(self, command: c.TelephonyCommand) -> Leg | None:
        leg = self._book.legs.get(command.leg)
        return leg if leg is not None and leg.ended is None else None

    def _create(self, command: c.CreateTalk) -> Events:
        if command.talk not in self._book.talks and len(self._book.talks) >= TALKS_BOUND:
            return [failed(command, "overload")]
        talk = self._book.talks.setdefault(
            command.talk, Talk(talk=command.talk, call=command.call, leg=command.leg)
        )
        talk.ending = False
        return []

    def _end(self, command: c.EndTalk) -> Events:
        talk = self._book.talks.get(command.talk)
        if talk is None:
            return []
        talk.ending, talk.ending_leg = True, command.leg
        for leg in self._book.legs.values():
            if leg.wanted.talk == command.talk:
                leg.wanted.talk, leg.wanted.held = None, False
        return self._over_if_empty(talk)

    def _join(self, command: c.Join) -> Events:
        leg = self._live(command)
        if leg is None:
            return [failed(command, "no_such_leg")]
        if command.talk not in self._book.talks:
            return [failed(command, "no_such_talk")]
        if leg.dialled and not leg.up:
            return [failed(command, "refused", "the leg is not answered")]
        if command.coach_of is not None:
            coached = self._book.legs.get(command.coach_of)
            if coached is None or coached is leg:
                return [failed(command, "no_such_leg", "nobody there to be coached")]
            if coached.wanted.talk != command.talk:
                return [failed(command, "no_such_talk", "who is coached is not in that talk")]
        self._book.talks[command.talk].ending = False
        wanted = leg.wanted
        if wanted.talk != command.talk:
            leg.joins = 0
        wanted.answered = leg.up = True
        wanted.talk, wanted.talk_cmd = command.talk, command.cmd
        wanted.muted, wanted.coach_of, wanted.held = command.muted, command.coach_of, False
        return [*leave_waiting(leg, "joined"), *self._cut_short(leg)]

    @staticmethod
    def _cut_short(leg: Leg) -> Events:
        """Who goes into a talk hears no more of a prompt."""
        over = [leg.event(PlaybackFinished, playback=p.playback) for p in leg.wanted.playbacks]
        leg.wanted.playbacks.clear()
        return list(over)

    def _leave(self, command: c.LeaveTalk) -> Events:
        leg = self._live(command)
        if leg is not None and leg.wanted.talk == command.talk:
            leg.wanted.talk, leg.wanted.held = None, False
        return []

    def _hold(self, command: c.Hold) -> Events:
        leg = self._live(command)
        if leg is None:
            return []
        leg.wanted.held, leg.wanted.hold_music = True, command.music
        leg.wanted.talk, leg.wanted.talk_cmd = command.talk, command.cmd
        return []

    def _unhold(self, command: c.Unhold) -> Events:
        leg = self._live(command)
        if leg is None:
            return [failed(command, "no_such_leg")]
        if leg.wanted.talk == command.talk and not leg.wanted.held:
            return []
        if command.talk not in self._book.talks:
            return [failed(command, "no_such_talk")]
        leg.wanted.held = False
        leg.wanted.talk, leg.wanted.talk_cmd = command.talk, command.cmd
        return []

    def _mute(self, command: c.Mute) -> Events:
        leg = self._live(command)
        if leg is None:
            return [failed(command, "no_such_leg")]
        leg.wanted.muted = command.on
        return []

    def _announce(self, command: c.Announce) -> Events:
        leg = self._live(command)
        if leg is None:
            return [failed(command, "no_such_leg")]
        if command.talk is not None and command.talk not in self._book.talks:
            return [
                failed(command, "no_such_talk"),
                leg.event(PlaybackFailed, playback=command.playback),
            ]
        if command.talk is None:
            return self._wishes.play(command, leg)
        playback = self._wishes.playback(command)
        if playback is None:
            return [
                failed(command, "media_missing"),
                leg.event(PlaybackFailed, playback=command.playback, cause="media_missing"),
            ]
        leg.tells.append(playback)
        return []

    # --- what is asked -------------------------------------------------------------------------

    def entrance(self, leg: Leg) -> Standing:
        """Say how the leg is to come into its talk, as far as a document can say that."""
        wish = self.entry(leg)
        if wish.coach and not self._documents.dialect.coaches_at_once:
            return Standing(muted=True)  # until it is asked for the rest: nobody hears it meanwhile
        return wish

    def entry(self, leg: Leg) -> Standing:
        """Say how the leg is to be in its talk."""
        coach = self._coached(leg)
        # Whose agent is gone would be heard by everybody, instead of by nobody.
        alone = leg.wanted.coach_of is not None and not coach
        return Standing(muted=leg.wanted.muted or alone, coach=coach)

    def _coached(self, leg: Leg) -> str:
        coached = self._book.legs.get(leg.wanted.coach_of) if leg.wanted.coach_of else None
        return coached.sid if coached is not None else ""

    def ask(self, leg: Leg) -> Ask | None:
        """Say what is to be asked so that a leg is in its talk as it should be."""
        talk = self._book.talks.get(leg.in_talk) if leg.in_talk is not None else None
        if talk is None or not talk.conference or not leg.is_member:
            return None
        wish = replace(self.entry(leg), held=leg.wanted.held)
        if wish != leg.standing:
            return Place(
                leg=leg.leg,
                conference=talk.conference,
                sid=leg.sid,
                muted=wish.muted,
                held=wish.held,
                hold_url=self._documents.held_url(leg),
                coach=wish.coach,
            )
        if leg.tells and leg.telling is None:
            playback = leg.tells[0]
            self._book.tell_of(playback)
            place = UrlPlace(leg=leg.leg, about=playback.playback)
            return Tell(
                leg=leg.leg,
                conference=talk.conference,
                sid="" if playback.talk is not None else leg.sid,
                url=self._urls.to(Route.ANNOUNCE, place, PATIENT),
                playback=playback,
            )
        return None

    def placed(self, leg: Leg, ask: Place) -> None:
        """Twilio said yes to how a leg is in its talk."""
        leg.standing = Standing(muted=ask.muted, held=ask.held, coach=ask.coach)

    def telling(self, leg: Leg, ask: Tell, now: int) -> Events:
        """Twilio said yes to what a talk is to hear."""
        if not leg.tells or leg.tells[0] is not ask.playback:
            return []  # it was stopped meanwhile
        leg.telling = leg.tells.popleft()
        late = _LATE_US if self._documents.dialect.tells_announcements else _UNTOLD_US
        leg.telling_due = now + (ask.playback.us or TELL_WITHIN_US) + late
        if ask.playback.goes_on:
            return []
        return [leg.event(PlaybackStarted, playback=ask.playback.playback)]

    def not_told(self, leg: Leg, ask: Tell) -> Events:
        """Twilio will not let the talk hear it."""
        if leg.tells and leg.tells[0] is ask.playback:
            leg.tells.popleft()
            return [leg.event(PlaybackFailed, playback=ask.playback.playback, cause="refused")]
        return []

    # --- what Twilio tells ---------------------------------------------------------------------

    def heard(self, params: Mapping[str, str], now: int) -> Events:
        """Read a word about a conference."""
        talk = self._book.talks.get(TalkId(params.get("FriendlyName", "")))
        conference, sid = params.get("ConferenceSid", ""), params.get("CallSid", "")
        if talk is None or not conference:
            return []
        number = _number(params.get("SequenceNumber", ""))
        # Where words about a conference have no number, they count in the order they come.
        if params.get("SequenceNumber") and number <= talk.seen.get((conference, sid), -1):
            return []
        event = params.get("StatusCallbackEvent", "")
        if event in ("participant-join", "participant-leave", "conference-end"):
            talk.seen[conference, sid] = number
        leg = self._book.of_sid(sid) if sid else None
        match event:
            case "participant-join" if leg is not None:
                return self.joined(talk, conference, leg, now)
            case "participant-leave" if leg is not None:
                return self.left(leg, talk.talk) if talk.conference == conference else []
            case "conference-end":
                return self._gone(talk, conference)
            case "announcement-end" | "announcement-fail":
                return self._told(talk, leg, failed=event == "announcement-fail")
            case _:
                return []

    def joined(self, talk: Talk, conference: str, leg: Leg, now: int) -> Events:
        """A leg is in a conference."""
        talk.conference = conference
        leg.join_due = 0
        if leg.in_talk == talk.talk:
            return []
        events = self.left(leg, leg.in_talk) if leg.in_talk is not None else []
        leg.in_talk = talk.talk
        leg.standing = leg.entry
        if leg.wanted.talk == talk.talk:
            events.append(leg.event(TalkJoined, talk=talk.talk))
        return events

    def left(self, leg: Leg, talk: TalkId | None, reason: str = "") -> Events:
        """A leg is out of its talk, if it was in that."""
        if talk is None or leg.in_talk != talk:
            return []
        leg.in_talk = None
        leg.standing = Standing()
        events: Events = []
        if leg.telling is not None:
            events.append(leg.event(PlaybackFinished, playback=leg.telling.playback))
            leg.telling = None
        known = self._book.talks.get(talk)
        why = reason or ("ended" if known is not None and known.ending else "")
        events.append(leg.event(TalkLeft, talk=talk, reason=why))
        if known is not None:
            events.extend(self._over_if_empty(known))
        return events

    def _gone(self, talk: Talk, conference: str) -> Events:
        if talk.conference != conference:
            return []
        talk.conference = ""
        events: Events = []
        for leg in self._book.members(talk.talk):
            events.extend(self.left(leg, talk.talk))
        return events

    def _over_if_empty(self, talk: Talk) -> Events:
        if not talk.ending or self._book.members(talk.talk):
            return []
        self._book.talks.pop(talk.talk, None)
        owner = self._book.legs.get(talk.ending_leg or talk.leg) or next(
            iter(self._book.of_call(talk.call)), None
        )
        if owner is None or owner.ended is not None:
            return []  # nobody is left to be told: a leg's end is its last event
        return [owner.event(TalkEnded, talk=talk.talk)]

    def _told(self, talk: Talk, leg: Leg | None, *, failed: bool) -> Events:
        """Something that a talk was told is over."""
        for member in [leg] if leg is not None else self._book.members(talk.talk):
            telling = member.telling
            if telling is not None and (telling.talk is None) is (leg is not None):
                return self.told(member, failed=failed)
        return []

    def told(self, leg: Leg, *, failed: bool = False) -> Events:
        """What a talk was told by a leg's wish is over."""
        telling, leg.telling = leg.telling, None
        if telling is None:
            return []
        if failed:
            return [leg.event(PlaybackFailed, playback=telling.playback, cause="not fetched")]
        rest = _rest_of(telling)
        if rest is not None:
            leg.tells.appendleft(rest)
            return []
        return [leg.event(PlaybackFinished, playback=telling.playback)]


def _rest_of(playback: Playback) -> Playback | None:
    """What is left of a sound that is told piece by piece, so that it can be stopped in between."""
    sound = playback.sounds[0]
    if len(playback.sounds) > 1 or sound.loop < 2:
        return None
    return replace(playback, sounds=(replace(sound, loop=sound.loop - 1),), goes_on=True)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

"""After a connect: what is alive, read from Asterisk. Pure, but for the order of three requests.

The answers come over the same socket as the events, yet an event may overtake an answer that was
drawn up before it. So what began while the answers were on their way is added to them, and what
ended is taken out.
"""

from dataclasses import dataclass

import msgspec

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.ari_link import Ask
from contact_center.adapters.asterisk.book import Book, LegNote
from contact_center.adapters.asterisk.tapes import is_tape
from contact_center.adapters.asterisk.translate import (
    clean_number,
    clean_text,
    did_of,
    is_servant,
)
from contact_center.core.events import LegState, LiveLeg, ProviderResynced
from contact_center.core.ids import LegId, TalkId, call_of_talk, is_our_leg, is_safe_id

_CHANNELS = msgspec.json.Decoder(tuple[wire.Channel, ...], strict=False)
_BRIDGES = msgspec.json.Decoder(tuple[wire.Bridge, ...], strict=False)
_APPLICATION = msgspec.json.Decoder(wire.Application, strict=False)


def asks(app: str) -> tuple[Ask, Ask, Ask]:
    """Make the three requests whose answers `Snapshot.read` takes, in this order."""
    return Ask("GET", f"applications/{app}"), Ask("GET", "channels"), Ask("GET", "bridges")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What Asterisk says is alive."""

    application: wire.Application
    channels: tuple[wire.Channel, ...]
    bridges: tuple[wire.Bridge, ...]

    @staticmethod
    def read(application: str, channels: str, bridges: str) -> "Snapshot":
        """Decode the three answers. Raises ``msgspec.DecodeError``."""
        return Snapshot(
            _APPLICATION.decode(application), _CHANNELS.decode(channels), _BRIDGES.decode(bridges)
        )


def servants(snapshot: Snapshot) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """List what was made for coaches: ids of snoop channels of ours, and of all bridges."""
    mine = frozenset(snapshot.application.channel_ids)
    snoops = (c.id for c in snapshot.channels if c.name.startswith("Snoop/") and c.id in mine)
    coaches = (snoop for snoop in snoops if not is_tape(snoop))
    return tuple(coaches), tuple(bridge.id for bridge in snapshot.bridges)


def resync(
    provider: str, snapshot: Snapshot, book: Book, began: frozenset[LegId]
) -> ProviderResynced:
    """Bring the book up to date; say what the core is told.

    `began`: legs that entered our application since the requests were sent.
    """
    talks = _talks(snapshot)
    talk_of = {LegId(leg): talk for talk, legs in talks.items() for leg in legs}
    mine = frozenset(snapshot.application.channel_ids)
    channels = {
        LegId(channel.id): channel
        for channel in sorted(snapshot.channels, key=_age)
        if _is_ours(channel, snapshot.application.name, mine)
        and not book.has_ended(LegId(channel.id))
    }
    for leg in [leg for leg in book.legs if leg not in channels and leg not in began]:
        book.end(leg)
    book.talks = {talk: set() for talk in talks}
    legs = []
    for leg, channel in channels.items():
        note = book.legs.get(leg)
        if note is None:
            note = book.begin(leg)
            note.sounding = True  # what an earlier process asked for is not known
        note.up = note.up or _is_up(channel)
        book.move(note, talk_of.get(leg))
        legs.append(_live(note, channel, book))
    young = (leg for leg in began if leg in book.legs and leg not in channels)
    legs.extend(_live(book.legs[leg], None, book) for leg in young)
    for playback in tuple(book.playbacks):
        book.played(playback)
    for recording in [r for r, sound in book.recordings.items() if sound.leg not in book.legs]:
        del book.recordings[recording]
    for sound in book.recordings.values():
        sound.sure = False
    return ProviderResynced(provider=provider, legs=tuple(legs), talks=tuple(talks))


def _talks(snapshot: Snapshot) -> dict[TalkId, tuple[str, ...]]:
    mine = frozenset(snapshot.application.bridge_ids)
    members = frozenset(snapshot.application.channel_ids)
    return {
        TalkId(bridge.id): bridge.channels
        for bridge in sorted(snapshot.bridges, key=lambda bridge: bridge.creationtime)
        if call_of_talk(TalkId(bridge.id)) is not None
        and (bridge.id in mine or not members.isdisjoint(bridge.channels))
    }


def _is_ours(channel: wire.Channel, app: str, mine: frozenset[str]) -> bool:
    if not is_safe_id(channel.id) or is_servant(channel):
        return False
    if is_our_leg(LegId(channel.id)):
        return channel.id in mine
    return _is_in(channel, app)


def _is_in(channel: wire.Channel, app: str) -> bool:
    """Say whether the channel is in our application, and not still (or again) in the dial plan."""
    return channel.dialplan.app_name == "Stasis" and _args(channel)[:1] == (app,)


def _is_up(channel: wire.Channel) -> bool:
    dialled = is_our_leg(LegId(channel.id))
    return channel.state == "Up" and (not dialled or channel.dialplan.app_name == "Stasis")


def _args(channel: wire.Channel) -> tuple[str, ...]:
    return tuple(channel.dialplan.app_data.split(","))


def _live(note: LegNote, channel: wire.Channel | None, book: Book) -> LiveLeg:
    state = LegState.UP if note.up else LegState.RINGING
    coach = book.coaches.get(note.leg)
    talk = coach.talk if coach is not None and coach.snoop else note.talk
    if channel is None:
        return LiveLeg(leg=note.leg, state=state, talk=talk)
    return LiveLeg(
        leg=note.leg,
        state=state,
        ani=clean_number(channel.caller.number),
        did="" if note.dialled else did_of(channel, _args(channel)[1:]),
        ani_name=clean_text(channel.caller.name),
        talk=talk,
    )


def _age(channel: wire.Channel) -> tuple[str, int, str]:
    """Order by creation: the time has milliseconds, the number in the id breaks ties."""
    number = channel.id.rpartition(".")[2]
    return channel.creationtime, int(number) if number.isdecimal() else 0, channel.id

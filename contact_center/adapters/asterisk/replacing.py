"""Legs that another channel carries on: a page that was loaded again takes its call up. Pure.

A browser that goes away in the middle of a call leaves its channel behind; the next page asks to
take its place (RFC 3891), and Asterisk puts a new channel where the old one was. To everybody else
the leg goes on under the name it began with: names are changed here, in what is asked and in what
is heard. Which leg a channel carries is written on the channel (its account code), for a process
that comes later.
"""

from typing import Any

import msgspec

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.ari_link import Ask
from contact_center.adapters.asterisk.book import Book
from contact_center.adapters.asterisk.reconcile import Snapshot
from contact_center.core.ids import LegId, is_our_leg

_CHANNELS = "channels/"


class StandIns:
    """Which channel carries a leg, where that is another than the leg's first one."""

    def __init__(self) -> None:
        self._channel: dict[LegId, str] = {}
        self._leg: dict[str, LegId] = {}
        self._enters: set[LegId] = set()

    def take(self, event: wire.StasisStart, book: Book) -> tuple[Ask, ...]:
        """Let a phone's new channel carry its leg on; what to ask for that, nothing if it is none.

        Only a channel of the same phone may: whoever could name another's call could hear it.
        """
        old, new = event.replace_channel, event.channel
        if old is None or new.name.startswith("Local/") or _phone(new) != _phone(old):
            return ()
        leg = self._leg.get(old.id, LegId(old.id))
        note = book.legs.get(leg)
        if note is None or not is_our_leg(leg):
            return ()
        self._carry(leg, new.id)
        if note.talk is not None:
            self._enters.add(leg)
        name = (("variable", "CHANNEL(accountcode)"), ("value", leg))
        asks = [Ask("POST", f"{_CHANNELS}{new.id}/variable", name)]
        if note.muted:
            asks.append(Ask("POST", f"{_CHANNELS}{new.id}/mute", (("direction", "in"),)))
        return tuple(asks)

    def ask(self, ask: Ask) -> Ask:
        """Name the channel where the leg is named."""
        if not self._channel:
            return ask
        uri = ask.uri
        if uri.startswith(_CHANNELS):
            name, slash, rest = uri.removeprefix(_CHANNELS).partition("/")
            uri = f"{_CHANNELS}{self._channel.get(LegId(name), name)}{slash}{rest}"
        query = tuple(
            (key, self._named(value) if key == "channel" else value) for key, value in ask.query
        )
        return Ask(ask.method, uri, query, ask.body)

    def _named(self, legs: str) -> str:
        """Name the channels of legs, which come with commas between them."""
        return ",".join(self._channel.get(LegId(leg), leg) for leg in legs.split(","))

    def heard(self, event: Any) -> Any | None:
        """Name the leg where its channel is named; None for what tells of the channel before."""
        field = "peer" if isinstance(event, wire.Dial) else "channel"
        channel: wire.Channel | None = getattr(event, field, None)
        if channel is None or not self._channel:
            return event
        if LegId(channel.id) in self._channel:
            return None
        leg = self._leg.get(channel.id)
        if leg is None:
            return event
        if isinstance(event, wire.StasisEnd):
            self._forget(leg)
        if isinstance(event, wire.ChannelEnteredBridge) and leg in self._enters:
            self._enters.discard(leg)  # it was there all the time
            return None
        return msgspec.structs.replace(event, **{field: _named(channel, leg)})

    def seen(self, snapshot: Snapshot) -> Snapshot:
        """Name legs in what Asterisk says is alive; learns which channels carry which."""
        for channel in snapshot.channels:
            leg = LegId(channel.accountcode)
            if leg and leg != channel.id and is_our_leg(leg):
                self._carry(leg, channel.id)
        if not self._channel:
            return snapshot
        alive = {channel.id for channel in snapshot.channels}
        for leg in [leg for leg, channel in self._channel.items() if channel not in alive]:
            self._forget(leg)
        return Snapshot(
            application=msgspec.structs.replace(
                snapshot.application, channel_ids=self._names(snapshot.application.channel_ids)
            ),
            channels=tuple(
                _named(channel, self._leg.get(channel.id, LegId(channel.id)))
                for channel in snapshot.channels
                if LegId(channel.id) not in self._channel
            ),
            bridges=tuple(
                msgspec.structs.replace(bridge, channels=self._names(bridge.channels))
                for bridge in snapshot.bridges
            ),
        )

    def _names(self, channels: tuple[str, ...]) -> tuple[str, ...]:
        # The channel before may not be gone yet.
        there = (one for one in channels if LegId(one) not in self._channel)
        return tuple(self._leg.get(one, one) for one in there)

    def _carry(self, leg: LegId, channel: str) -> None:
        self._forget(leg)
        self._channel[leg] = channel
        self._leg[channel] = leg

    def _forget(self, leg: LegId) -> None:
        self._enters.discard(leg)
        channel = self._channel.pop(leg, None)
        if channel is not None:
            self._leg.pop(channel, None)


def _phone(channel: wire.Channel) -> str:
    """Name the phone of a channel: ``PJSIP/1001-browser-00000003`` without its number."""
    return channel.name.rpartition("-")[0]


def _named(channel: wire.Channel, leg: LegId) -> wire.Channel:
    return channel if channel.id == leg else msgspec.structs.replace(channel, id=str(leg))

"""Snapshots: queues and phone systems for whoever may see them, and what is one agent's own.

Of a snapshot only the newest counts, so there is one frame a channel and no history.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from msgspec import Struct

from contact_center.adapters.desktop import messages as m
from contact_center.adapters.desktop import payloads as p
from contact_center.adapters.desktop.codec import encode
from contact_center.adapters.desktop.places import Place, Screen
from contact_center.adapters.desktop.roster import DeskRoster
from contact_center.core import facts as f

SCREENS_A_TURN: Final = 100


class Boards:
    """The newest snapshot of every channel that several may see. ``tiles``: by queue."""

    def __init__(self, rev: int) -> None:
        # Snapshots of an earlier process must look older than ours.
        self._rev = rev
        self._snapshots: dict[str, bytes] = {}
        self._unspread: dict[str, None] = {}
        self.tiles: dict[str, p.QueueTile] = {}

    def keep_queues(self, roster: DeskRoster) -> None:
        """Forget queues that are no more."""
        for channel in list(self._snapshots):
            if channel.startswith("queue:") and channel[6:] not in roster.queues:
                del self._snapshots[channel]
                self._unspread.pop(channel, None)
                self.tiles.pop(channel[6:], None)

    def queue_changed(self, fact: f.QueueChanged, roster: DeskRoster) -> None:
        """Show a queue as it is now."""
        queue = roster.queues.get(fact.queue)
        tile = p.QueueTile(
            queue=fact.queue,
            label=queue.label if queue else fact.queue,
            waiting=fact.waiting,
            offering=fact.offering,
            idle=fact.idle,
            logged_in=fact.logged_in,
            oldest_since=None if fact.oldest_since is None else fact.oldest_since // 1000,
        )
        self.tiles[fact.queue] = tile
        self._show(f"queue:{fact.queue}", m.QueueState, tile, fact.at)

    def provider_changed(self, fact: f.ProviderChanged) -> None:
        """Show whether a phone system can be reached."""
        up = p.ProviderUp(provider=fact.provider, up=fact.up)
        self._show(f"provider:{fact.provider}", m.ProviderState, up, fact.at)

    def _show(
        self, channel: str, kind: Callable[..., m.SnapshotMessage], d: Struct, at: int
    ) -> None:
        self._snapshots[channel] = self.snapshot(channel, kind, d, at)
        self._unspread[channel] = None

    def snapshot(
        self, channel: str, kind: Callable[..., m.SnapshotMessage], d: Struct, at: int
    ) -> bytes:
        """Make a frame that is newer than every one before; `at` in microseconds."""
        self._rev += 1
        return encode(kind(ch=channel, rev=self._rev, ts=at // 1000, d=d))

    def spread(self, places: Iterable[Place]) -> Iterator[None]:
        """Send what changed to who may see it, giving way after every hundred screens."""
        channels, self._unspread = list(self._unspread), {}
        done = 0
        for channel in channels:
            for place in places:
                if place.screen is None or not _may_see(place, channel):
                    continue
                place.screen.put(channel, self._snapshots[channel])
                done += 1
                if done % SCREENS_A_TURN == 0:
                    yield

    def put(self, place: Place, screen: Screen) -> None:
        """Show a screen everything that its agent may see."""
        for channel, frame in self._snapshots.items():
            if _may_see(place, channel):
                screen.put(channel, frame)
        for channel, frame in place.own.items():
            screen.put(channel, frame)


def _may_see(place: Place, channel: str) -> bool:
    kind, _, name = channel.partition(":")
    mine = place.view.agent.queues
    return kind != "queue" or not mine or name in mine

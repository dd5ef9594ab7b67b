"""Who can be asked now: every agent and queue, as the desks of all of them are told."""

from collections.abc import Iterable, Mapping
from typing import Final

from contact_center.adapters.desktop import beside_messages as bm
from contact_center.adapters.desktop import payloads as p
from contact_center.adapters.desktop.places import Place
from contact_center.adapters.desktop.roster import DeskRoster
from contact_center.core.facts import Presence, Work

MOST_ENTRIES: Final = 40
"""Shown of a directory; whoever looks for somebody else types more of the name."""
_A: Final = bm.Availability
_ORDER: Final = {state: number for number, state in enumerate(_A)}


def directory(
    places: Iterable[Place], tiles: Mapping[str, p.QueueTile], roster: DeskRoster
) -> list[bm.Entry]:
    """List everybody on the roster, whoever is free first, then by name."""
    entries = [_agent(place, roster) for place in places if place.view.agent.id in roster.agents]
    entries += [
        _queue(queue.id, queue.label, tiles.get(queue.id)) for queue in roster.queues.values()
    ]
    return sorted(entries, key=lambda entry: (_ORDER[entry.state], entry.name.casefold()))


def found(entries: Iterable[bm.Entry], search: str, but: str = "") -> bm.DirectoryShown:
    """Give those in whose name or id every word of `search` is; never `but`, who looks."""
    words = search.casefold().split()
    shown: list[bm.Entry] = []
    more = 0
    for entry in entries:
        text = f"{entry.name} {entry.to.partition(':')[2]}".casefold()
        if entry.to == but or not all(word in text for word in words):
            continue
        if len(shown) < MOST_ENTRIES:
            shown.append(entry)
        else:
            more += 1
    return bm.DirectoryShown(search=search, entries=shown, more=more)


def _agent(place: Place, roster: DeskRoster) -> bm.Entry:
    agent, state, call = place.view.agent, place.view.state, place.view.call
    busy = state.work is not Work.IDLE
    queue = roster.queues.get(call.queue) if busy and call is not None else None
    reason = ""
    if state.presence is Presence.PAUSED:
        labels = {choice.code: choice.label for choice in roster.pause_reasons}
        reason = labels.get(state.reason, "")
    return bm.Entry(
        to=f"agent:{agent.id}",
        name=agent.name,
        state=_state(state, busy=busy),
        since=state.since or None,
        work=state.work if busy else None,
        queue=queue.label if queue is not None else "",
        reason=reason,
    )


def _state(state: p.AgentState, *, busy: bool) -> bm.Availability:
    if busy:
        return _A.BUSY
    if state.presence is Presence.LOGGED_OUT:
        return _A.AWAY
    if state.outside:
        return _A.OUTSIDE
    return _A.FREE if state.presence is Presence.READY else _A.PAUSED


def _queue(name: str, label: str, tile: p.QueueTile | None) -> bm.Entry:
    idle, logged_in = (tile.idle, tile.logged_in) if tile is not None else (0, 0)
    return bm.Entry(
        to=f"queue:{name}",
        name=label,
        state=_A.FREE if idle else _A.BUSY if logged_in else _A.AWAY,
        waiting=tile.waiting if tile is not None else 0,
        free=idle,
    )

"""Puts into the book what is alive, and says so to the core. Pure; see `listing`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contact_center.adapters.twilio.agenda import Effects
from contact_center.adapters.twilio.book import Talk
from contact_center.adapters.twilio.leg import Leg
from contact_center.adapters.twilio.machine import Machine
from contact_center.adapters.twilio.naming import leg_of
from contact_center.adapters.twilio.urls import Place
from contact_center.adapters.twilio.wanted import Talking
from contact_center.adapters.twilio.wishes import Events
from contact_center.core.events import LegState, LiveLeg, ProviderResynced
from contact_center.core.ids import LegId, TalkId, call_of_talk


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCall:
    """One call that is alive. ``at``: when it was made, microseconds UTC."""

    sid: str
    status: str
    inbound: bool
    from_: str = field(repr=False)
    to: str = field(repr=False)
    name: str = field(repr=False)
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveConference:
    """One conference that goes on; its name is the talk's, `members` are calls."""

    sid: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All that is alive, oldest first. ``known``: legs whose calls are known from writing."""

    calls: tuple[LiveCall, ...]
    conferences: tuple[LiveConference, ...]
    known: Mapping[str, LegId]


def resync(machine: Machine, name: str, listing: Listing, *, asked_at: int, now: int) -> Effects:
    """Compare the book with what is alive; gives what is to be done, the resync last."""
    events: Events = []
    alive = {call.sid for call in listing.calls}
    for call in listing.calls:
        events.extend(_known(machine, listing, call, now))
    for leg in list(machine.book.legs.values()):
        if leg.sid and leg.sid not in alive and leg.since < asked_at:
            params = {"CallStatus": "completed" if leg.up else "canceled"}
            events.extend(machine.hearing.status(leg, params, now))
    _talks(machine, listing, events, asked_at, now)
    machine.out.extend(events)
    machine.end_what_is_over(now)
    legs = sorted(machine.book.legs.values(), key=lambda leg: leg.since)
    live = tuple(_live(leg) for leg in legs if leg.ended is None)
    talks = tuple(machine.book.talks)
    machine.is_complete = True
    return [*machine.take(), ProviderResynced(provider=name, legs=live, talks=talks)]


def _known(machine: Machine, listing: Listing, call: LiveCall, now: int) -> Events:
    """See to it that a live call of ours is in the book."""
    book = machine.book
    leg = book.of_sid(call.sid)
    params = {
        "CallStatus": call.status,
        "From": call.from_,
        "To": call.to,
        "CallerName": call.name,
    }
    if leg is None:
        name = listing.known.get(call.sid, leg_of(call.sid))
        if book.has_ended(name) or book.has_ended(call.sid):
            return []
        leg = book.legs.get(name)
        if leg is not None:
            book.bind(leg, call.sid)
        else:
            leg = machine.hearing.adopted(Place(leg=name), call.sid, params, now)
            leg.since = call.at or now
    return machine.hearing.status(leg, params, now)


def _talks(machine: Machine, listing: Listing, events: Events, asked_at: int, now: int) -> None:
    """See who is in which talk."""
    seen: set[LegId] = set()
    for conference in listing.conferences:
        talk = TalkId(conference.name)
        owner = call_of_talk(talk)
        if owner is None:
            continue
        note = machine.book.talks.setdefault(talk, Talk(talk=talk, call=owner, leg=LegId(owner)))
        for sid in conference.members:
            leg = machine.book.of_sid(sid)
            if leg is None:
                continue
            seen.add(leg.leg)
            told = machine.talks.joined(note, conference.sid, leg, now)
            if leg.adopted:
                leg.wanted.talk = talk
                leg.begin(Talking(talk=talk), now)
            else:
                events.extend(told)
    for leg in list(machine.book.legs.values()):
        if leg.in_talk is not None and leg.leg not in seen and leg.since < asked_at:
            events.extend(machine.talks.left(leg, leg.in_talk))


def _live(leg: Leg) -> LiveLeg:
    return LiveLeg(
        leg=leg.leg,
        state=LegState.UP if leg.up else LegState.RINGING,
        ani=leg.ani,
        did=leg.did,
        ani_name=leg.ani_name,
        talk=leg.in_talk,
    )

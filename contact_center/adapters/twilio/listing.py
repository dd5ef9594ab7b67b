"""What is alive on the account, as REST lists it, and what of that is ours.

Between the lists and the word about them time passes: what began meanwhile is not in them, and what
ended has told so itself. So only legs that were there before the lists were asked for, and are in
none, are taken for gone.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from contact_center.adapters.twilio.naming import plain
from contact_center.adapters.twilio.rest import TwilioRest, instant_us
from contact_center.adapters.twilio.resync import Listing, LiveCall, LiveConference
from contact_center.core.ids import LegId
from contact_center.ports import DialIntent

MOST_CONFERENCES = 500
EARLIER_US = 2_000_000
"""Twilio tells whole seconds, of a clock of its own."""
LATER_US = 60_000_000
"""So long a call may be on its way to Twilio, where it is given its time."""


async def listed(
    rest: TwilioRest, base: str, known: Mapping[str, LegId], open_: Sequence[DialIntent] = ()
) -> Listing | None:
    """Ask what is alive; None when not all of it was answered. `base`: our public address.

    ``open_``: what was to be dialled, of which we do not know what Twilio calls it.
    """
    calls: dict[str, LiveCall] = {}
    for status in rest.dialect.rest.live:
        reply = await rest.list_calls(status=status)
        if not reply.ok:
            return None
        for row in reply.body["calls"]:
            call = _call(row)
            calls[call.sid] = call
    conferences = await _conferences(rest)
    numbers = await _our_numbers(rest, base)
    if conferences is None or numbers is None:
        return None
    known = {**known, **dialled(calls.values(), known, open_)}
    ours = [
        call
        for call in calls.values()
        if call.sid in known or (call.inbound and (not numbers or call.to in numbers))
    ]
    ours.sort(key=lambda call: (call.at, call.sid))
    return Listing(calls=tuple(ours), conferences=conferences, known=dict(known))


def dialled(
    calls: Iterable[LiveCall], known: Mapping[str, LegId], open_: Sequence[DialIntent]
) -> dict[str, LegId]:
    """Find the calls of a process that ended before it heard what they are called.

    Of calls to the same address, the first belongs to what was to be dialled first.
    """
    left = sorted(
        (call for call in calls if not call.inbound and call.sid not in known),
        key=lambda call: (call.at, call.sid),
    )
    found: dict[str, LegId] = {}
    for intent in sorted(open_, key=lambda intent: (intent.at, intent.leg)):
        for call in left:
            made_then = -EARLIER_US <= call.at - intent.at <= LATER_US
            if plain(call.to) == plain(intent.to) and made_then and call.sid not in found:
                found[call.sid] = intent.leg
                break
    return found


async def _conferences(rest: TwilioRest) -> tuple[LiveConference, ...] | None:
    reply = await rest.list_conferences()
    if not reply.ok:
        return None
    found = []
    for row in reply.body["conferences"][:MOST_CONFERENCES]:
        name, sid = str(row.get("friendly_name", "")), str(row.get("sid", ""))
        members = await rest.list_participants(sid)
        if not members.ok:
            return None
        sids = tuple(str(one.get("call_sid", "")) for one in members.body["participants"])
        found.append(LiveConference(sid=sid, name=name, members=sids))
    return tuple(found)


async def _our_numbers(rest: TwilioRest, base: str) -> frozenset[str] | None:
    """The numbers that lead to us; none when that is arranged in another way, so that all count."""
    if not rest.dialect.numbers:
        return frozenset()
    reply = await rest.list_numbers()
    if not reply.ok:
        return None
    rows: list[Any] = list(reply.body["incoming_phone_numbers"])
    return frozenset(
        str(row.get("phone_number", ""))
        for row in rows
        if str(row.get("voice_url") or "").startswith(f"{base}/")
    )


def _call(row: Mapping[str, Any]) -> LiveCall:
    return LiveCall(
        sid=str(row.get("sid", "")),
        status=str(row.get("status", "")),
        inbound=row.get("direction") == "inbound",
        from_=str(row.get("from") or ""),
        to=str(row.get("to") or ""),
        name=str(row.get("caller_name") or ""),
        at=instant_us(str(row.get("date_created") or "")),
    )

"""Conferences in the API."""

from __future__ import annotations

from tests.emulators.twilio.conferences import Conference
from tests.emulators.twilio.model import Source, TwilioError
from tests.emulators.twilio.rest import Reply, Request, route


@route("GET", "Conferences.json")
async def list_conferences(request: Request) -> Reply:
    """Conferences, the latest first."""
    name, status = request.filter("FriendlyName"), request.filter("Status")
    found = [
        c
        for c in reversed(request.twilio.conferences.all.values())
        if (not name or c.name == name) and (not status or c.status == status)
    ]
    return request.page("conferences", ((c.sid, request.say.conference(c)) for c in found))


@route("GET", "Conferences/*.json")
async def fetch_conference(request: Request) -> Reply:
    """One conference, over or not."""
    return Reply(body=request.say.conference(known(request)))


@route("POST", "Conferences/*.json")
async def update_conference(request: Request) -> Reply:
    """End it, or announce something in it."""
    conference = known(request)
    conferences = request.twilio.conferences
    if conference.status == "completed":
        raise TwilioError(404, 20404, f"The requested resource {request.path} was not found")
    if request.get("Status") == "completed":
        conferences.end(conference)
    elif request.get("AnnounceUrl"):
        conferences.announce(conference, announcement(request))
    return Reply(body=request.say.conference(conference))


def announcement(request: Request) -> Source:
    """What is to be announced."""
    return Source(url=request.get("AnnounceUrl"), method=request.get("AnnounceMethod") or "POST")


def known(request: Request) -> Conference:
    """The conference of the path. Raises TwilioError 20404."""
    conference = request.twilio.conferences.all.get(request.ids[0])
    if conference is None:
        raise TwilioError(404, 20404, f"The requested resource {request.path} was not found")
    return conference

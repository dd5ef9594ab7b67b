"""Queues and those who wait in them, in the API."""

from __future__ import annotations

from typing import Any

from tests.emulators.twilio.model import Source, TwilioError
from tests.emulators.twilio.queues import DEFAULT_SIZE, Member, Queue
from tests.emulators.twilio.rest import Reply, Request, route


@route("GET", "Queues.json")
async def list_queues(request: Request) -> Reply:
    """All queues."""
    now = request.twilio.clock.now()
    queues = request.twilio.queues.all.values()
    return request.page("queues", ((q.sid, request.say.queue(q, now)) for q in queues))


@route("POST", "Queues.json")
async def create_queue(request: Request) -> Reply:
    """A new queue."""
    size = int(request.number("MaxSize", DEFAULT_SIZE))
    queue = request.twilio.queues.create(request.get("FriendlyName"), size)
    return Reply(status=201, body=_described(request, queue))


@route("GET", "Queues/*.json")
async def fetch_queue(request: Request) -> Reply:
    """One queue."""
    return Reply(body=_described(request, _queue(request)))


@route("POST", "Queues/*.json")
async def update_queue(request: Request) -> Reply:
    """Another name, or another size."""
    queue = _queue(request)
    queue.name = request.get("FriendlyName") or queue.name
    queue.max_size = int(request.number("MaxSize", queue.max_size))
    queue.updated = request.twilio.clock.now()
    return Reply(body=_described(request, queue))


@route("DELETE", "Queues/*.json")
async def delete_queue(request: Request) -> Reply:
    """Take an empty queue away."""
    request.twilio.queues.delete(_queue(request))
    return Reply(status=204)


@route("GET", "Queues/*/Members.json")
async def list_members(request: Request) -> Reply:
    """Who waits, the front first."""
    now = request.twilio.clock.now()
    members = enumerate(_queue(request).members, 1)
    return request.page(
        "queue_members", ((m.call.sid, request.say.member(m, n, now)) for n, m in members)
    )


@route("GET", "Queues/*/Members/*.json")
async def fetch_member(request: Request) -> Reply:
    """One who waits, by the call's sid or ``Front``."""
    member = _member(request)
    now = request.twilio.clock.now()
    return Reply(body=request.say.member(member, member.position(), now))


@route("POST", "Queues/*/Members/*.json")
async def dequeue_member(request: Request) -> Reply:
    """Let one who waits run another document; out of turn, if it is not the front."""
    member = _member(request)
    if not request.get("Url"):
        raise TwilioError(400, 20001, "Url is required")
    position = member.position()
    source = Source(
        url=request.get("Url"),
        method=request.get("Method") or "POST",
        fallback_url=member.call.source.fallback_url,
        fallback_method=member.call.source.fallback_method,
    )
    request.twilio.queues.redirect(member, source)
    return Reply(body=request.say.member(member, position, request.twilio.clock.now()))


def _queue(request: Request) -> Queue:
    queue = request.twilio.queues.all.get(request.ids[0])
    if queue is None:
        raise TwilioError(404, 20404, f"The requested resource {request.path} was not found")
    return queue


def _member(request: Request) -> Member:
    members = _queue(request).members
    if request.ids[1] == "Front":
        found = members[:1]
    else:
        found = [m for m in members if m.call.sid == request.ids[1]]
    if not found:
        raise TwilioError(404, 20404, f"The requested resource {request.path} was not found")
    return found[0]


def _described(request: Request, queue: Queue) -> dict[str, Any]:
    return request.say.queue(queue, request.twilio.clock.now())

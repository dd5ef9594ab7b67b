"""An API over a center that answers at once, and a client for each role."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import aiohttp
import pytest_asyncio

from contact_center.adapters.api.access import Access, Grant, Holder
from contact_center.adapters.api.asking import Asking
from contact_center.adapters.api.doors import NoSoundError
from contact_center.adapters.api.memory import HistoryAwayError, Memory, PastOffer
from contact_center.adapters.api.recordings import Kept, RecordingDoors
from contact_center.adapters.api.routes import Api
from contact_center.adapters.web.server import WebServer, WebSettings
from contact_center.core.acd import EnterQueue
from contact_center.core.commands import EndCause
from contact_center.core.events import CallEnded, CallOffered, Event
from contact_center.core.facts import Fact
from contact_center.core.ids import (
    AgentId,
    CallId,
    CommandId,
    LegId,
    QueueId,
    RecordingId,
    ReservationId,
)
from contact_center.core.output import Outbox
from contact_center.core.permissions import Role
from contact_center.core.queue_settings import Channel, ChannelLimit
from contact_center.core.requests import (
    AcceptRequested,
    DeskConnected,
    PresenceRequested,
    PresenceWish,
)
from contact_center.reporting.script_book import ScriptQuestion
from tests.core.bare import SECOND, Bare
from tests.core.nasty import rough_center
from tests.stories.centers import DIRECT_NUMBER, SALES, SUPPORT

TOKENS: dict[str, Grant] = {
    "dana": ("token-of-dana-1234", Holder("dana", frozenset({Role.SUPERVISOR}))),
    "crm": ("token-of-crm-12345", Holder("crm", frozenset({Role.SYSTEM}))),
    "lea": ("token-of-lea-12345", Holder("lea", frozenset({Role.LEAD}))),
    "wall": ("token-of-wall-1234", Holder("wall", frozenset({Role.READER}))),
}


class Bench:
    """The center, the API before it, and what a client gets."""

    def __init__(self) -> None:
        center = rough_center()
        channels = {
            Channel.VOICE: ChannelLimit(cost=100),
            Channel.CHAT: ChannelLimit(cost=25, most=3),
        }
        agents = {name: replace(one, channels=channels) for name, one in center.agents.items()}
        open_ = {"absent_at_entry": None, "absent_waiting": None}
        queues = dict(center.queues)
        queues[SALES] = replace(queues[SALES], **open_, max_waiting=1_000, max_wait_us=600 * SECOND)
        queues[QueueId("chats")] = replace(
            queues[SUPPORT], **open_, queue=QueueId("chats"), label="Chats", channel=Channel.CHAT
        )
        serving = {
            name: replace(one, queues=(*one.queues, "chats")) for name, one in agents.items()
        }
        self.bare = Bare(replace(center, agents=serving, queues=queues))
        self.deaf = False
        self.seconds = 0.0
        self.memory = Memory()
        self.asking = Asking(self.post, within_s=0.05)
        self.access = Access(TOKENS.values(), lambda: self.seconds, per_s=1.0, burst=50)
        self.api = self.doors(self.access)
        self.history: dict[str, PastOffer] | None = {}
        self.asked_flows: list[tuple[object, ...]] = []
        self.asked_scripts: list[ScriptQuestion] = []
        self.asked_surveys: list[tuple[object, ...]] = []
        self.told: list[Event] = []
        self.url = ""
        self.http: aiohttp.ClientSession

    def doors(self, access: Access) -> Api:
        """Make the doors for whom `access` lets in."""
        return Api(
            center=lambda: self.bare.center,
            clock=lambda: self.bare.now,
            access=access,
            asking=self.asking,
            memory=self.memory,
            find_offer=self.find_offer,
            find_surveys=self.find_surveys,
            find_flow=self.find_flow,
            find_script=self.find_script,
            find_pauses=self.find_pauses,
        )

    async def find_pauses(
        self, begin: int, end: int, queue: str, agent: str
    ) -> list[dict[str, Any]]:
        """Give what a test has put there."""
        self.asked_pauses = (begin, end, queue, agent)
        return [{"agent": agent or "ann", "queue": queue or "sales", "times": 1}]

    async def find_offer(self, name: ReservationId) -> PastOffer | None:
        """Look into a history that a test fills, or (None) takes away."""
        if self.history is None:
            raise HistoryAwayError
        return self.history.get(name)

    def recordings(self) -> RecordingDoors:
        """Make the doors of recordings."""
        return RecordingDoors(self.access, lambda: self.bare.now, self.list_sounds, self.find_sound)

    async def list_sounds(self, most: int) -> Sequence[Kept]:
        """Have none to list."""
        return []

    async def find_sound(self, name: RecordingId) -> bytes:
        """Have one recording."""
        if name != "r-c1-2":
            raise NoSoundError(404, "no_such_recording", "There is no such recording.")
        return b"RIFF-c1"

    async def find_surveys(
        self, begin: int, end: int, by: str, queue: str, agent: str
    ) -> list[dict[str, object]]:
        """Say that one survey was answered, unless there is no history."""
        if self.history is None:
            raise HistoryAwayError
        self.asked_surveys.append((begin, end, by, queue, agent))
        return [{"survey": "after_call", by: "sales"}]

    async def find_flow(
        self, flow: str, begin: int, end: int, successes: frozenset[str]
    ) -> dict[str, object] | None:
        """Know one flow, unless there is no history."""
        if self.history is None:
            raise HistoryAwayError
        self.asked_flows.append((flow, begin, end, sorted(successes)))
        return {"flow": flow, "versions": []} if flow == "main" else None

    async def find_script(self, asked: ScriptQuestion) -> dict[str, object] | None:
        """Know one script, unless there is no history."""
        if self.history is None:
            raise HistoryAwayError
        self.asked_scripts.append(asked)
        return {"script": asked.script, "groups": []} if asked.script == "sale" else None

    def post(self, event: Event) -> None:
        """Handle an event as the loop would."""
        self.told.append(event)
        if not self.deaf:
            self.tell(event)

    def tell(self, event: Event) -> None:
        facts = [output for output in self.bare.tell(event) if isinstance(output, Fact)]
        self.memory.publish(facts)
        self.asking.publish(facts)

    def enter(self, call: str, queue: QueueId = SALES, **fields: Any) -> None:
        """Put a caller into a queue by hand."""
        message = EnterQueue(
            call=CallId(call),
            queue=queue,
            **{"priority": 0, "requirement": "", "max_wait_us": 600 * SECOND, **fields},
        )
        self.bare.center.router.handle(message, self.bare.now, Outbox())

    def tell_ready(self, agent: str) -> None:
        """Seat an agent, as facts."""
        self.tell(DeskConnected(agent=AgentId(agent)))
        wish = PresenceWish.READY
        self.tell(PresenceRequested(cmd=CommandId("q"), agent=AgentId(agent), presence=wish))

    def tell_call(self, name: str) -> None:
        """Let somebody call the direct number."""
        call, leg = CallId(name), LegId(name)
        self.tell(CallOffered(call=call, leg=leg, ani="", did=DIRECT_NUMBER, answered=True))

    def tell_ended(self, name: str) -> None:
        """Let the caller hang up, and whoever was rung for them."""
        call = CallId(name)
        for leg in [LegId(name), *(leg for leg in self.bare.of(name).legs if leg != name)]:
            self.tell(CallEnded(call=call, leg=leg, cause=EndCause.NORMAL))

    def tell_accepted(self, work: str, agent: str) -> None:
        """Let an agent take a piece of work."""
        name = self.bare.reservation(work)
        self.tell(AcceptRequested(cmd=CommandId("a"), agent=AgentId(agent), reservation=name))

    async def ask(
        self, method: str, path: str, body: Any = None, who: str = "dana", **headers: str
    ) -> tuple[int, Any]:
        """Ask; gives the status and the answer. `body` may be bytes."""
        token = TOKENS[who][0] if who in TOKENS else who
        sent = {"Authorization": f"Bearer {token}", **headers}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        async with self.http.request(method, self.url + path, data=data, headers=sent) as answer:
            return answer.status, await answer.json()


@pytest_asyncio.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    server = WebServer(WebSettings(port=0))
    server.add(made.api.routes())
    server.add(made.recordings().routes("/api"))
    await server.start()
    made.url = server.url
    async with aiohttp.ClientSession() as made.http:
        yield made
    await server.stop()

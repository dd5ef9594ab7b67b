"""The supervised client of Asterisk's REST interface (ARI): connects, notices, connects again.

Three things are told to one callback, in order: `Connected`, events, `Disconnected`. The callback
is called inside the reading loop, so there is no queue between the socket and it; Asterisk is held
back by TCP if it is slow. Requests go over the same socket (`AriLink`).

Connecting again waits a random time up to a growing bound ("full jitter"), never more than 5 s.
When another process connects with our application's name Asterisk sends ApplicationReplaced: then
we stop, for fighting over it would leave neither in charge.
"""

import asyncio
import json
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from websockets.asyncio.connection import Connection

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.ari_lanes import Urgency
from contact_center.adapters.asterisk.ari_link import AriLink, Ask, OnReply, Reply
from contact_center.adapters.asterisk.ari_sockets import AriSockets, opened
from contact_center.adapters.asterisk.errors import (
    AriDisconnectedError,
    AriFault,
    AriRefusedError,
    AriRequestError,
)

log = logging.getLogger(__name__)


class AriState(Enum):
    """Where the client is."""

    NEW = "new"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    REFUSED = "refused"
    REPLACED = "replaced"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class AriHealth:
    """What to tell who asks whether we are ready. `mend` says what a person can do."""

    state: AriState
    fault: AriFault | None = None
    detail: str = ""
    mend: str = ""

    @property
    def is_ready(self) -> bool:
        """Say whether requests can be made."""
        return self.state is AriState.CONNECTED


@dataclass(frozen=True, slots=True)
class Connected:
    """A connection is up. `gap` says that there was one before, so events may be missing."""

    gap: bool


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The connection is down. `final` says that no other will be made."""

    reason: str
    final: bool


AriItem = Connected | Disconnected | wire.Event
OnItem = Callable[[AriItem], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AriLimits:
    """Bounds: seconds and counts."""

    request_deadline_s: float = 5.0
    max_in_flight: int = 4096
    first_retry_s: float = 0.1
    longest_retry_s: float = 5.0


class AriClient:
    """Keeps one connection to one Asterisk for one application."""

    def __init__(
        self,
        sockets: AriSockets,
        *,
        app: str,
        on_item: OnItem,
        limits: AriLimits | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self.app = app
        self._sockets = sockets
        self._on_item = on_item
        self._limits = limits or AriLimits()
        # Only spreads reconnects in time; nothing that is replayed depends on it.
        self._chance = chance or random.Random()  # noqa: S311
        self._link: AriLink | None = None
        self._had_one = False
        self._is_up = False
        self._has_asked = False
        self._lost: AriRefusedError | None = None
        self._health = AriHealth(state=AriState.NEW)
        self._health_changed = asyncio.Event()
        self.connections = 0

    @property
    def health(self) -> AriHealth:
        """How things stand, for readiness checks and people."""
        return self._health

    def request(
        self, ask: Ask, on_reply: OnReply, lane: str = "", urgency: Urgency = Urgency.NOW
    ) -> None:
        """Send a request; `on_reply` is called once, in order with the events around the answer.

        For `lane` and `urgency` see `AriLink.request`.
        """
        if self._link is None:
            on_reply(AriDisconnectedError("not connected to Asterisk"))
        else:
            self._link.request(ask, on_reply, lane, urgency)

    async def call(self, ask: Ask) -> Reply:
        """Send a request and wait. Raises AriRequestError; a status of 400 and above is a reply."""
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

        def on_reply(reply: Reply | AriRequestError) -> None:
            if answer.done():
                return
            if isinstance(reply, AriRequestError):
                answer.set_exception(reply)
            else:
                answer.set_result(reply)

        self.request(ask, on_reply)
        return await answer

    async def wait_for_state(self, *states: AriState) -> AriHealth:
        """Wait until the client is in one of `states`. Bound it with asyncio.timeout."""
        while self._health.state not in states:
            self._health_changed.clear()
            await self._health_changed.wait()
        return self._health

    async def run(self) -> None:
        """Connect and stay connected until replaced. Cancel it to stop; live calls go on.

        Raises AriRefusedError when connecting can never work (our own port is taken).
        """
        try:
            async with opened(self._sockets):
                await self._keep_connected()
        except AriRefusedError as error:
            self._say(AriState.REFUSED, error)
            raise
        finally:
            if self._health.state not in (AriState.REPLACED, AriState.REFUSED):
                self._say(AriState.STOPPED)

    async def _keep_connected(self) -> None:
        attempt = 0
        while self._health.state is not AriState.REPLACED:
            if self._health.state is not AriState.REFUSED:
                self._say(AriState.CONNECTING, self._lost)
            before = self.connections
            try:
                socket = await self._sockets.next()
            except AriRefusedError as error:
                self._say(AriState.REFUSED, error)
            else:
                await self._serve(socket)
            attempt = 0 if self.connections > before else attempt + 1
            if not self._sockets.waits_for_asterisk:
                await asyncio.sleep(self._pause(attempt))

    async def _serve(self, socket: Connection) -> None:
        link = AriLink(
            socket,
            deadline_s=self._limits.request_deadline_s,
            max_in_flight=self._limits.max_in_flight,
        )
        self._link = link
        self._has_asked = False
        if self._sockets.waits_for_asterisk:
            # Asterisk does not notice a frame that comes in one packet with our side of the
            # handshake. It speaks first, so wait for that.
            asyncio.get_running_loop().call_later(2.0, self._begin, link)
        else:
            self._begin(link)
        why: AriRefusedError | None = None
        try:
            why = await link.run(self._on_message)
        finally:
            self._link = None
            was_up, self._is_up = self._is_up, False
            if was_up:
                final = why is None or self._health.state is AriState.REPLACED
                self._on_item(Disconnected(why.detail if why else "stopped", final))
        self._lost = why

    def _begin(self, link: AriLink) -> None:
        if link is self._link and not self._has_asked:
            self._has_asked = True
            self._ask_for_filter()

    def _ask_for_filter(self) -> None:
        allowed = [{"type": name} for name in wire.EVENT_FILTER]
        ask = Ask(
            "PUT", f"applications/{self.app}/eventFilter", body=json.dumps({"allowed": allowed})
        )
        if self._link is not None:
            self._link.request(ask, self._filtered)

    def _filtered(self, reply: Reply | AriRequestError) -> None:
        """Go on once the filter is set: it also shows that Asterisk answers for our application."""
        if isinstance(reply, AriRequestError):
            self._give_up(
                AriState.REFUSED,
                AriFault.TIMEOUT,
                f"a websocket to Asterisk is open, but requests fail: {reply}",
                "Asterisk 22.4 or newer is needed, which takes requests over the websocket.",
            )
        elif reply.status == 503:
            # Asterisk connects to us before it has finished starting.
            asyncio.get_running_loop().call_later(0.1, self._ask_for_filter)
        elif not reply.is_fine:
            self._give_up(
                AriState.REFUSED,
                AriFault.APPLICATION,
                f"Asterisk has no application {self.app!r} for this user (HTTP {reply.status})",
                "Set apps= in the outbound_websocket section of ari.conf to this name, and"
                " read_only=no for its user.",
            )
        else:
            gap, self._had_one = self._had_one, True
            self.connections += 1
            self._is_up = True
            self._say(AriState.CONNECTED)
            self._on_item(Connected(gap))

    def _on_message(self, message: wire.Message) -> None:
        if isinstance(message, wire.ApplicationReplaced):
            # Events go to whoever took our name, and only they may command: do not fight.
            self._give_up(
                AriState.REPLACED,
                AriFault.REPLACED,
                f"another process connected to Asterisk as application {self.app!r}",
                "Stop one of the two, or give each its own application name; then start this one"
                " again.",
            )
        elif isinstance(message, wire.ApplicationRegistered):
            if self._link is not None:
                self._begin(self._link)
        elif not isinstance(message, wire.OtherMessage | wire.RestResponse):
            self._on_item(message)

    def _give_up(self, state: AriState, fault: AriFault, detail: str, mend: str) -> None:
        """End this connection for a reason that a person has to mend."""
        why = AriRefusedError(fault, detail, mend)
        if self._link is not None and not self._link.is_closed:
            self._say(state, why)
            self._link.abandon(why)

    def _pause(self, attempt: int) -> float:
        bound = min(
            self._limits.longest_retry_s, self._limits.first_retry_s * 2 ** min(attempt, 16)
        )
        return self._chance.uniform(0, bound)

    def _say(self, state: AriState, why: AriRefusedError | None = None) -> None:
        """Note where things stand; log it once per change."""
        health = AriHealth(
            state=state,
            fault=why.fault if why else None,
            detail=why.detail if why else "",
            mend=why.mend if why else "",
        )
        if health == self._health:
            return
        self._health = health
        self._health_changed.set()
        if state in (AriState.REFUSED, AriState.REPLACED):
            log.error("Asterisk (%s): %s. %s", self.app, health.detail, health.mend)
        elif why is not None:
            log.warning("Asterisk (%s): %s", self.app, health.detail)
        else:
            log.info("Asterisk (%s): %s", self.app, state.value)

"""The AMI side feed: are trunks registered, are phones reachable. Never on the path of a call.

A reader's thread (`ami_client`) appends to one bounded deque and wakes the loop once per batch.
Rule when the deque is full: *drop the oldest and ask again*; what is told are states, and after
such a loss the whole list is asked for anew.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from contact_center.adapters.asterisk.ami_client import (
    AmiActionError,
    AmiMessage,
    GuardedAmiClient,
)

log = logging.getLogger(__name__)

HAND_OFF_BOUND = 10_000
"""Messages between the reader's thread and the loop."""
LIST_BOUND = 50_000
"""Events collected for one action."""


class AmiState(Enum):
    """Where the feed is."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    REFUSED = "refused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class AmiSettings:
    """Where the manager interface of Asterisk is (manager.conf)."""

    host: str = "127.0.0.1"
    port: int = 5038
    user: str = "acd"
    password: str = field(repr=False)
    deadline_s: float = 5.0
    ping_every_s: float = 15.0
    longest_retry_s: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AmiNews:
    """Something the feed learned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChanged(AmiNews):
    """The feed itself came or went; what was told before may be out of date while it is away."""

    state: AmiState
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointChanged(AmiNews):
    """A phone or trunk can be reached, or not. `state` is Asterisk's own word."""

    endpoint: str
    reachable: bool
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanged(AmiNews):
    """One address of an endpoint; `round_trip_us` when it was measured."""

    endpoint: str
    uri: str
    reachable: bool
    state: str
    round_trip_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationChanged(AmiNews):
    """Whether we are registered at a trunk's provider."""

    trunk: str
    registered: bool
    state: str


class AmiDownError(Exception):
    """An action was not answered: no connection, or no answer in time."""


@dataclass(slots=True)
class _Pending:
    """An action under way. A list action collects events until its Complete event."""

    answer: asyncio.Future[list[AmiMessage]]
    is_list: bool
    collected: list[AmiMessage] = field(default_factory=list)


class AmiFeed:
    """Keeps one connection and tells what it learns to one callback, in the loop's thread."""

    def __init__(
        self,
        settings: AmiSettings,
        on_news: Callable[[AmiNews], None],
        *,
        chance: random.Random | None = None,
    ) -> None:
        self._settings = settings
        self._on_news = on_news
        # Only spreads reconnects in time.
        self._chance = chance or random.Random()  # noqa: S311
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: GuardedAmiClient | None = None
        self._inbox: deque[AmiMessage] = deque(maxlen=HAND_OFF_BOUND)
        self._woken = False
        self._lost = False
        self._ended: asyncio.Future[str] | None = None
        self._pending: dict[str, _Pending] = {}
        self._number = 0
        self.state = FeedChanged(state=AmiState.CONNECTING)
        self.dropped = 0

    async def run(self) -> None:
        """Connect and stay connected. Cancel it to stop."""
        self._loop = asyncio.get_running_loop()
        attempt = 0
        try:
            while True:
                state, why = AmiState.CONNECTING, ""
                try:
                    await self._connect()
                    attempt = 0
                    why = await self._stay()
                except AmiActionError as error:
                    state, why = AmiState.REFUSED, str(error)
                except (OSError, AmiDownError) as error:
                    why = f"no AMI at {self._settings.host}:{self._settings.port} ({error})"
                finally:
                    self._disconnect()
                self._say(state, why)
                bound = min(self._settings.longest_retry_s, 0.1 * 2 ** min(attempt, 16))
                await asyncio.sleep(self._chance.uniform(0, bound))
                attempt += 1
        finally:
            self._disconnect()
            self._say(AmiState.STOPPED)

    async def act(self, name: str, **values: str) -> AmiMessage:
        """Send an action and return its response.

        Raises AmiActionError when it must not be sent or Asterisk refuses it, AmiDownError.
        """
        return (await self._ask(name, values, is_list=False))[0]

    async def collect(self, name: str, **values: str) -> list[AmiMessage]:
        """Send an action that is answered with a list; return its events. Raises as `act`."""
        return await self._ask(name, values, is_list=True)

    # --- one connection ------------------------------------------------------------------------

    async def _connect(self) -> None:
        assert self._loop is not None
        loop, ended = self._loop, self._loop.create_future()
        self._ended = ended

        def end(reason: str) -> None:
            def tell() -> None:
                if not ended.done():
                    ended.set_result(reason)

            _from_thread(loop, tell)

        settings = self._settings
        client = GuardedAmiClient(
            settings.host, settings.port, on_message=self._received, on_end=end
        )
        try:
            await asyncio.to_thread(client.connect)
        except asyncio.CancelledError:
            client.give_up()
            raise
        self._client = client
        try:
            await self.act(
                "Login", Username=settings.user, Secret=settings.password, Events="system"
            )
        except AmiActionError as error:
            raise AmiActionError(
                f"Asterisk's manager interface refused the login ({error}). Compare user and"
                " password with manager.conf, and its permit= with our address"
            ) from error
        self._say(AmiState.CONNECTED)
        await self._tell_all()

    async def _stay(self) -> str:
        """Stay until the connection ends; say why it did."""
        assert self._ended is not None
        while True:
            done, _ = await asyncio.wait({self._ended}, timeout=self._settings.ping_every_s)
            if done:
                return f"the connection to AMI ended ({self._ended.result()})"
            await self.act("Ping")
            if self._lost:
                self._lost = False
                await self._tell_all()

    def _disconnect(self) -> None:
        if self._client is not None:
            self._client.disconnect()
            self._client = None
        pending, self._pending = self._pending, {}
        for one in pending.values():
            if not one.answer.done():
                one.answer.set_exception(AmiDownError("the connection to AMI ended"))
        self._inbox.clear()

    async def _tell_all(self) -> None:
        """Ask for every state there is; afterwards events tell what changes."""
        for action in (
            "PJSIPShowEndpoints",
            "PJSIPShowContacts",
            "PJSIPShowRegistrationsOutbound",
        ):
            try:
                events = await self.collect(action)
            except AmiActionError:
                # Asterisk answers "none found" as an error, and an old one may lack the action.
                continue
            for event in events:
                self._news(event)

    # --- actions -------------------------------------------------------------------------------

    async def _ask(self, name: str, values: dict[str, str], *, is_list: bool) -> list[AmiMessage]:
        client = self._client
        if client is None or self._loop is None:
            raise AmiDownError("not connected to AMI")
        self._number += 1
        key = f"cc-{self._number}"
        pending = _Pending(self._loop.create_future(), is_list)
        self._pending[key] = pending
        try:
            async with asyncio.timeout(self._settings.deadline_s):
                await asyncio.to_thread(client.act, name, key, values)
                return await pending.answer
        except TimeoutError as error:
            raise AmiDownError(f"no answer to {name} in time") from error
        except OSError as error:
            raise AmiDownError(f"{name} could not be sent: {error}") from error
        finally:
            self._pending.pop(key, None)
            if not pending.answer.cancel() and not pending.answer.cancelled():
                pending.answer.exception()  # seen, whether or not anybody waited for it

    # --- from the reader's thread to the loop ----------------------------------------------------

    def _received(self, message: AmiMessage) -> None:
        """Take a message in the reader's thread."""
        if len(self._inbox) == HAND_OFF_BOUND:
            self.dropped += 1
            self._lost = True
        self._inbox.append(message)
        if not self._woken and self._loop is not None:
            self._woken = True
            _from_thread(self._loop, self._drain)

    def _drain(self) -> None:
        self._woken = False
        while self._inbox:
            message = self._inbox.popleft()
            pending = self._pending.get(message.action_id)
            if pending is not None and not pending.answer.done():
                self._answer(pending, message)
            elif not message.is_response:
                self._news(message)

    def _answer(self, pending: _Pending, message: AmiMessage) -> None:
        if message.is_response and message.name.casefold() == "error":
            text = message.values.get("Message", "no reason given")
            pending.answer.set_exception(AmiActionError(text))
        elif message.is_response:
            if not pending.is_list:
                pending.answer.set_result([message])
        elif message.values.get("EventList", "").casefold() == "complete":
            pending.answer.set_result(pending.collected)
        elif len(pending.collected) < LIST_BOUND:
            pending.collected.append(message)

    def _news(self, message: AmiMessage) -> None:
        news = news_of(message)
        if news is not None:
            self._tell(news)

    def _tell(self, news: AmiNews) -> None:
        try:
            self._on_news(news)
        except Exception:
            log.exception("news of AMI could not be dealt with")

    def _say(self, state: AmiState, detail: str = "") -> None:
        """Note where the feed is; log and tell it once per change."""
        change = FeedChanged(state=state, detail=detail)
        # While it tries again nothing has changed until it is connected, or for another reason.
        if change == self.state:
            return
        self.state = change
        level = logging.INFO if not detail else logging.WARNING
        log.log(level, "AMI: %s%s", state.value, f": {detail}" if detail else "")
        self._tell(change)


_REACHABLE = {
    "reachable": True,
    "nonqualified": True,
    "avail": True,
    "created": True,
    "updated": True,
    "registered": True,
    "not in use": True,
    "in use": True,
    "busy": True,
    "ringing": True,
    "ring+inuse": True,
    "ring, in use": True,
    "on hold": True,
}


def news_of(message: AmiMessage) -> AmiNews | None:
    """Read what an event says about trunks and phones. Pure."""
    get = message.values.get
    match message.name:
        case "EndpointList":
            state = get("DeviceState", "")
            return EndpointChanged(
                endpoint=get("ObjectName", ""), reachable=_reachable(state), state=state
            )
        case "PeerStatus":
            state = get("PeerStatus", "")
            endpoint = get("Peer", "").rpartition("/")[2]
            return EndpointChanged(endpoint=endpoint, reachable=_reachable(state), state=state)
        case "ContactStatus" | "ContactList":
            state = get("ContactStatus") or get("Status", "")
            round_trip = get("RoundtripUsec", "")
            return ContactChanged(
                endpoint=get("EndpointName") or get("Endpoint", ""),
                uri=get("URI") or get("Uri", ""),
                reachable=_reachable(state),
                state=state,
                round_trip_us=int(round_trip) if round_trip.isdecimal() else None,
            )
        case "Registry" | "OutboundRegistrationDetail":
            state = get("Status", "")
            trunk = get("ObjectName") or f"{get('Username', '')}@{get('Domain', '')}"
            return RegistrationChanged(trunk=trunk, registered=_reachable(state), state=state)
        case _:
            return None


def _reachable(state: str) -> bool:
    return _REACHABLE.get(state.casefold(), False)


def _from_thread(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """Call something in the loop's thread; nobody is there to be told once the loop is closed."""
    try:
        loop.call_soon_threadsafe(call)
    except RuntimeError:
        log.debug("the loop ended before the AMI feed did")

"""What agents' phones do, our own calls to them included, as Asterisk's device states say it.

After every connect Asterisk is asked once about each phone that is watched, a few at a time so that
commands are not held up; from then on it tells of every change. Whatever it tells while it is being
asked is newer than the answer, so the answer is dropped.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from urllib.parse import quote

import msgspec

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.addresses import endpoint, is_outside
from contact_center.adapters.asterisk.ari_link import Ask, OnReply, Reply
from contact_center.adapters.asterisk.errors import AriDisconnectedError, AriRequestError
from contact_center.adapters.asterisk.settings import AsteriskSettings
from contact_center.core.acd_events import DeviceChanged, DeviceState

AT_A_TIME = 16
"""How many phones are asked about at once."""
AGAIN_S = 1.0
"""A question that was not answered is asked again after so long."""

_STATES = {
    "NOT_INUSE": DeviceState.IDLE,
    "INUSE": DeviceState.IN_USE,
    "BUSY": DeviceState.IN_USE,
    "ONHOLD": DeviceState.IN_USE,
    "RINGINUSE": DeviceState.IN_USE,
    "RINGING": DeviceState.RINGING,
    "UNAVAILABLE": DeviceState.UNAVAILABLE,
    "INVALID": DeviceState.INVALID,
}
_ANSWER = msgspec.json.Decoder(wire.DeviceState)

log = logging.getLogger(__name__)


class Devices:
    """The phones that are watched. `request` sends to Asterisk, `tell` posts to the core."""

    def __init__(
        self,
        settings: AsteriskSettings,
        request: Callable[[Ask, OnReply], None],
        tell: Callable[[DeviceChanged], None],
    ) -> None:
        self._settings = settings
        self._request = request
        self._tell = tell
        self._names: dict[str, str] = {}
        self._to_ask: Iterator[str] = iter(())
        self._round = 0
        self._heard: set[str] = set()
        self._connected = False

    def watch(self, devices: Iterable[str]) -> None:
        """Tell of these phones from now on; `devices` are names as in ``device:NAME``.

        Phones behind another exchange have no state of their own at this one: nothing is told of
        them, and the core takes them for reachable.
        """
        names: dict[str, str] = {}
        for device in devices:
            dialled = endpoint(f"device:{device}", self._settings)
            if dialled is not None and not is_outside(dialled):
                names[dialled] = device
        new = [name for name in names if name not in self._names]
        self._names = names
        if self._connected and new:
            self._ask()

    def moved(self, device: str) -> None:
        """An agent's phone is another one from now on: what it does is asked, and told."""
        is_subscribed = bool(self._names)
        self._names = {said: name for said, name in self._names.items() if name != device}
        dialled = endpoint(f"device:{device}", self._settings)
        if dialled is None or is_outside(dialled):
            self._tell(DeviceChanged(device=device, state=DeviceState.UNKNOWN))
            return
        self._names[dialled] = device
        self._heard.discard(dialled)
        if self._connected and is_subscribed:
            self._ask_about(self._round, dialled)
        elif self._connected:
            self._ask()

    def connected(self) -> None:
        """Subscribe, and ask about every phone."""
        self._connected = True
        if self._names:
            self._ask()

    def disconnected(self) -> None:
        """Nothing is heard any more; what is told next is asked for again."""
        self._connected = False
        self._round += 1

    def heard(self, event: wire.DeviceStateChanged) -> None:
        """Asterisk tells of a change."""
        self._heard.add(event.device_state.name)
        self._told(event.device_state)

    def _ask(self) -> None:
        self._round += 1
        self._heard = set()
        self._to_ask = iter(list(self._names))
        # Without a name: of all devices, in one subscription however many agents there are.
        subscribe = Ask(
            "POST",
            f"applications/{self._settings.app}/subscription",
            (("eventSource", "deviceState:"),),
        )
        self._request(subscribe, partial(self._subscribed, self._round))

    def _subscribed(self, turn: int, reply: Reply | AriRequestError) -> None:
        if turn != self._round or isinstance(reply, AriDisconnectedError):
            return
        if isinstance(reply, AriRequestError) or not reply.is_fine:
            log.warning("Asterisk does not tell what phones do (%s); calls go on without", reply)
            return
        for _ in range(AT_A_TIME):
            self._next(turn)

    def _next(self, turn: int) -> None:
        name = next((name for name in self._to_ask if name not in self._heard), None)
        if name is not None:
            self._ask_about(turn, name)

    def _ask_about(self, turn: int, name: str) -> None:
        if turn == self._round:
            ask = Ask("GET", f"deviceStates/{quote(name, safe='')}")
            self._request(ask, partial(self._answered, turn, name))

    def _answered(self, turn: int, name: str, reply: Reply | AriRequestError) -> None:
        if turn != self._round or isinstance(reply, AriDisconnectedError):
            return
        if isinstance(reply, AriRequestError):
            # Later, for Asterisk is busy; and not in here, for it may say so at once each time.
            asyncio.get_running_loop().call_later(AGAIN_S, self._ask_about, turn, name)
            return
        if not reply.is_fine:
            log.warning("Asterisk does not say what a phone does (HTTP %s)", reply.status)
        elif name not in self._heard:
            try:
                self._told(_ANSWER.decode(reply.body))
            except msgspec.DecodeError:
                log.warning("what Asterisk says of a phone is not understood")
        self._next(turn)

    def _told(self, said: wire.DeviceState) -> None:
        device = self._names.get(said.name)
        if device is not None:
            state = _STATES.get(said.state, DeviceState.UNKNOWN)
            self._tell(DeviceChanged(device=device, state=state))

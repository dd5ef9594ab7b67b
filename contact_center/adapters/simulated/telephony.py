"""The telephony port on the simulated network: one timer, real time or a clock moved by hand."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence

from contact_center.adapters.simulated.network import Network
from contact_center.core.commands import TelephonyCommand
from contact_center.ports import Capabilities, KeyMode, Post

CAPABILITIES = Capabilities(
    name="simulated",
    keys=KeyMode.STREAM,
    pick_up=True,
    originate_is_idempotent=True,
    coach=True,
    amd=True,
)


def wall_clock() -> int:
    """Read the time in microseconds since 1970 UTC."""
    return time.time_ns() // 1_000


class SimulatedTelephony:
    """`Network` behind the port, in real time. All methods run in the event loop's thread."""

    def __init__(self, network: Network, *, clock: Callable[[], int] = wall_clock) -> None:
        self.network = network
        self._clock = clock
        self._post: Post | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._pumping = False

    @property
    def capabilities(self) -> Capabilities:
        """What this provider can do."""
        return CAPABILITIES

    def now(self) -> int:
        """Read the network's clock."""
        return self._clock()

    def watch(self, devices: Iterable[str]) -> None:
        """Tell what these phones do, from now on."""
        self.network.watch(devices)
        self.pump()

    async def start(self, post: Post) -> None:
        """Connect; the first event is ProviderResynced."""
        self._post = post
        self.network.connect(self.now())
        self.pump()

    async def submit(self, commands: Sequence[TelephonyCommand]) -> None:
        """Carry out commands, oldest first; what comes of them is posted."""
        for command in commands:
            self.network.handle(command, self.now())
        self.pump()

    async def stop(self) -> None:
        """Let go: no event is posted any more. The network stands still."""
        self._post = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def cut(self) -> None:
        """Lose the stream of events."""
        self.network.cut(self.now())
        self.pump()

    def restore(self) -> None:
        """Get the stream back."""
        self.network.restore(self.now())
        self.pump()

    def pump(self) -> None:
        """Bring the network to the present, post what came out, set the timer anew.

        To be called after everything done to `network` directly.
        """
        if self._post is None or self._pumping:
            return
        self._pumping = True
        try:
            self.network.advance(self.now())
            for event in self.network.events():
                self._post(event)
        finally:
            self._pumping = False
        self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        at = self.network.next_deadline()
        if at is not None:
            delay_s = max(0, at - self.now()) / 1_000_000
            self._timer = asyncio.get_running_loop().call_later(delay_s, self.pump)


class HandClock:
    """A clock that stands still until it is told the time."""

    def __init__(self, now: int = 1_700_000_000_000_000) -> None:
        self.now = now

    def __call__(self) -> int:
        """Read the time in microseconds."""
        return self.now


class SteppedTelephony(SimulatedTelephony):
    """The same, without a timer: time passes in `advance` only."""

    def __init__(self, network: Network, clock: HandClock | None = None) -> None:
        self.clock = clock or HandClock()
        super().__init__(network, clock=self.clock)

    def advance(self, seconds: float) -> None:
        """Let time pass, posting each event at its own moment."""
        until = self.clock.now + round(seconds * 1_000_000)
        while (at := self.network.next_deadline()) is not None and at <= until:
            self.clock.now = max(self.clock.now, at)
            self.pump()
        self.clock.now = until
        self.pump()

    def _set_timer(self) -> None:
        pass

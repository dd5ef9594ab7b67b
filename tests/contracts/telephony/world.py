"""What the contract suite needs of a world with telephones in it, whichever provider is between.

A world has callers, agents' phones (`ANA`, `BEN`, and `NOBODY`, which is switched off), a number
outside that answers (`OUTSIDE`) and one that does not exist (`NO_NUMBER`). Everybody on the phone
makes a sound of their own all the time, so that "ana hears the caller" can be told from the sound.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from contact_center.core.commands import PromptItem, PromptKind, TelephonyCommand
from contact_center.core.events import CallEvent, CallOffered, Event
from contact_center.core.ids import CallId, CommandId, LegId, call_of_leg
from contact_center.ports import DeviceWatch, TelephonyPort

ANA, BEN, NOBODY = "ana", "ben", "nobody"
OUTSIDE, NO_NUMBER = "+14155550123", "+14155550999"
DID = "5550100"

HELLO = PromptItem(kind=PromptKind.TEXT, text="Welcome, this takes a little while", language="en")
MENU = PromptItem(kind=PromptKind.TEXT, text="Press two for a person", language="en")
LONG = PromptItem(kind=PromptKind.TEXT, text="A very long story about nothing. " * 6, language="en")
PAUSE = PromptItem(kind=PromptKind.SILENCE, ms=400)
MISSING = PromptItem(kind=PromptKind.FILE, text="no-such-file", language="en")
PROMPTS = (HELLO, MENU, LONG)

E = TypeVar("E", bound=Event)


class Party(Protocol):
    """One person's end of one call. What is heard is what is heard *now*."""

    async def press(self, keys: str) -> None:
        """Press keys; returns when the last one is up."""

    async def hang_up(self) -> None:
        """Put the receiver down, answered or not."""

    async def answer(self) -> None:
        """Pick up, at a phone that rings."""

    def start_talking(self) -> None:
        """Make one's own sound, from now on."""

    def stop_talking(self) -> None:
        """Be silent, from now on."""

    def hears(self, other: Party) -> bool:
        """Whether the other one's voice arrives."""

    def hears_recording_of(self, other: Party) -> bool:
        """Whether a voice arrives that the other one had at some time before."""

    def hears_music(self) -> bool:
        """Whether there is music."""

    def hears_nothing(self) -> bool:
        """Whether there is silence."""

    def has_heard(self, prompt: PromptItem) -> bool:
        """Whether this prompt has been heard, whole, at some time in this call."""

    async def greet(self, seconds: float) -> None:
        """Say something for so long, at once, and be silent then."""

    def digits(self) -> str:
        """The keys that were sent to this end."""

    @property
    def over(self) -> bool:
        """Whether the call has ended at this end."""


class Device(Protocol):
    """A phone that can be rung."""

    @property
    def rung(self) -> int:
        """How often it was called, refused calls included."""

    def behave(self, how: str) -> None:
        """``manual``, ``answer``, ``busy``, ``decline`` or ``ignore``, from the next call on.

        ``asked`` picks up only when the call asks the phone to. ``machine`` and ``silent`` answer,
        and greet for long, or not at all. ``sounds`` does not ring, but is heard before an answer.
        """

    async def party(self) -> Party:
        """The latest call at this phone, waited for."""


class Telephony(TelephonyPort, DeviceWatch, Protocol):
    """A network that tells of phones, too."""


class World(Protocol):
    """A provider and telephones on both sides of it."""

    telephony: Telephony
    events: list[Event]
    keeps_events: bool

    async def dial(self, ani: str = "15551230001", did: str = DID, name: str = "") -> Party:
        """Let somebody call; `ani` may be ``anonymous``."""

    async def dial_extension(self, device: str, to: str) -> Party:
        """Let one phone call another, past the provider; gives the caller's end."""

    async def register(self, device: str, *, on: bool) -> None:
        """Let the network know where a phone is, or that it is switched off."""

    def device(self, name: str) -> Device:
        """The phone `ANA` or `BEN`, or the number `OUTSIDE`."""

    async def until(self, condition: Callable[[], Any], what: str, within: float = 10) -> None:
        """Let time pass until this is so. Raises TimeoutError with `what` and the events."""

    async def pass_time(self, seconds: float) -> None:
        """Let so much time pass, whatever happens."""

    async def cut(self) -> None:
        """Take the provider's stream of events away; returns when the provider noticed."""

    def restore(self) -> None:
        """Let the provider connect again."""


class Contract:
    """Commands and events of one test, on a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.calls: dict[LegId, CallId] = {}
        self._commands = 0

    async def do(
        self, kind: type[TelephonyCommand], leg: LegId, call: CallId | None = None, **fields: Any
    ) -> CommandId:
        """Submit one command; the call is the leg's own unless told."""
        command = self.command(kind, leg, call, **fields)
        await self.world.telephony.submit([command])
        return command.cmd

    def command(
        self, kind: type[TelephonyCommand], leg: LegId, call: CallId | None = None, **fields: Any
    ) -> TelephonyCommand:
        """Make a command with an id of its own."""
        self._commands += 1
        cmd = CommandId(f"{leg}:{self._commands}")
        return kind(cmd=cmd, call=call or call_of_leg(leg), leg=leg, **fields)

    def seen(self, kind: type[E], leg: LegId | None = None, **fields: Any) -> list[E]:
        """The events so far of this kind, of this leg, with these fields."""
        return [
            event
            for event in self.world.events
            if isinstance(event, kind)
            and (leg is None or (isinstance(event, CallEvent) and event.leg == leg))
            and all(getattr(event, name) == value for name, value in fields.items())
        ]

    async def event(
        self, kind: type[E], leg: LegId | None = None, within: float = 10, **fields: Any
    ) -> E:
        """Wait for the first such event of the whole test."""
        what = f"{kind.__name__} of {leg} with {fields}"
        await self.world.until(lambda: self.seen(kind, leg, **fields), what, within)
        return self.seen(kind, leg, **fields)[0]

    async def quiet(self, seconds: float = 1.0) -> None:
        """Let some time pass in which something wrong could happen."""
        await self.world.pass_time(seconds)

    async def caller(self, ani: str = "15551230001", did: str = DID) -> tuple[Party, LegId]:
        """A call that was offered, not answered yet."""
        before = len(self.seen(CallOffered))
        party = await self.world.dial(ani, did)
        await self.world.until(lambda: len(self.seen(CallOffered)) > before, "the call is offered")
        return party, self.seen(CallOffered)[before].leg

"""The door to the emulated Twilio."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, Self

from tests.emulators.twilio import (  # noqa: F401  (they know verbs)
    dial,
    gathering,
    player,
    rare_verbs,
    streams,
    texml,
    verbs,
    voicemail,
    waiting,
)
from tests.emulators.twilio.amd import MachineDetector
from tests.emulators.twilio.calls import Calls
from tests.emulators.twilio.clock import Clock, RealClock
from tests.emulators.twilio.conferences import Conferences
from tests.emulators.twilio.limits import Limits
from tests.emulators.twilio.log import TrafficLog
from tests.emulators.twilio.manners import TWILIO, Manner
from tests.emulators.twilio.model import EmulatedCall, Faults, PhoneNumber, Sids
from tests.emulators.twilio.parties import Party, behaviour
from tests.emulators.twilio.queues import QueueBook
from tests.emulators.twilio.recordings import RecordingBook
from tests.emulators.twilio.rest import RestServer
from tests.emulators.twilio.streams import MediaStream
from tests.emulators.twilio.then import Then
from tests.emulators.twilio.verb_table import RULES, Rule
from tests.emulators.twilio.webhooks import WebhookClient

ACCOUNT_SID = "AC" + "0" * 31 + "1"
AUTH_TOKEN = "an-auth-token-of-the-emulator"  # no secret: nobody else has it


class TwilioEmulator:
    """``async with TwilioEmulator() as twilio:`` a whole Twilio on loopback.

    Time is real unless a `VirtualClock` is given. With `validation` every answer of the API is
    held against Twilio's own description: see `spec_violations`. `manner` is whose ways it has.
    What goes wrong inside it is raised when the block is left.
    """

    def __init__(
        self,
        account_sid: str = ACCOUNT_SID,
        auth_token: str = AUTH_TOKEN,
        clock: Clock | None = None,
        shared_keys: dict[str, str] | None = None,
        *,
        validation: bool = True,
        manner: Manner = TWILIO,
    ) -> None:
        self.manner = manner
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.shared_keys = shared_keys or {}
        """Keys for signatures with SHA-256, by id."""
        self.clock: Clock = clock or RealClock()
        self.sids = Sids()
        self.log = TrafficLog(self.clock)
        self.then = Then(self)
        self.faults = Faults()
        self.warnings: list[str] = []
        """Unknown attributes and the like, which Twilio tolerates and a test should not."""
        self.errors: list[tuple[int, str]] = []
        """Twilio's error codes that calls ran into, with words."""
        self.dropped_keys: list[tuple[str, str]] = []
        """Call sid and key, of keys pressed while nothing listened."""
        self.numbers: dict[str, PhoneNumber] = {}
        self.webhooks = WebhookClient(self)
        self.calls = Calls(self)
        self.limits = Limits(self)
        self.admission = self.limits
        self.listening = MachineDetector(self)
        self.queues = QueueBook(self)
        self.conferences = Conferences(self)
        self.recordings = RecordingBook(self)
        self.api = RestServer(self, validation=validation)
        self.streams: dict[str, MediaStream] = {}
        """Media streams so far, by sid."""
        self.payments: list[dict[str, str]] = []
        """What the next ``<Pay>`` verbs end with: parameters of their actions."""
        self._behaviours: dict[str, str] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._failures: list[BaseException] = []

    async def __aenter__(self) -> Self:
        await self.api.start()
        await self.webhooks.start()
        return self

    async def __aexit__(self, kind: object, *_exc: object) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.webhooks.stop()
        await self.api.stop()
        if self._failures and kind is None:
            raise self._failures[0]

    @property
    def rules(self) -> Mapping[str, Rule]:
        """What documents may hold here."""
        return texml.VERBS if self.manner.texml else RULES

    @property
    def base_url(self) -> str:
        """The API's root, such as ``http://127.0.0.1:PORT``."""
        return self.api.url

    @property
    def spec_violations(self) -> list[str]:
        """Answers of the API that Twilio would not have given; a test wants none."""
        return self.api.violations

    def number(
        self,
        number: str,
        *,
        voice_url: str = "",
        voice_method: str = "POST",
        fallback_url: str = "",
        fallback_method: str = "POST",
        status_callback: str = "",
        status_callback_method: str = "POST",
    ) -> PhoneNumber:
        """Make a number the account's own, or change what is asked when it is called."""
        known = self.numbers.get(number)
        made = PhoneNumber(
            sid=known.sid if known else self.sids.new("PN"),
            number=number,
            voice_url=voice_url,
            voice_method=voice_method,
            fallback_url=fallback_url,
            fallback_method=fallback_method,
            status_callback=status_callback,
            status_callback_method=status_callback_method,
            friendly_name=number,
            created=self.clock.now(),
        )
        self.numbers[number] = made
        return made

    def callee(self, address: str, how: str) -> None:
        """How a number, ``client:`` or ``sip:`` address behaves when called, from now on; see
        `parties.Behaviour`. Who was not told is ``manual``."""
        behaviour(how)
        self._behaviours[address] = how

    async def dial(
        self, from_: str, to: str, *, script: str = "", caller_name: str = "", **extra: str
    ) -> Party:
        """Let somebody call one of our numbers; gives the caller's end at once.

        `script` is what the caller does, see `parties.Behaviour`, counted from now. `extra` are
        more parameters of all webhooks of this call. Raises KeyError when the number is not ours.
        """
        call = self.calls.receive(from_, to, script=script, caller_name=caller_name, extra=extra)
        return call.party

    def calls_to(self, address: str) -> list[EmulatedCall]:
        """Calls to this address so far, over or not, whatever parameters it was called with."""
        return [call for call in self.calls.all.values() if call.to.partition("?")[0] == address]

    def behaviour_of(self, address: str) -> str:
        """How this address behaves when called; with parameters as without, unless it was told."""
        plain = self._behaviours.get(address.partition("?")[0], "manual")
        return self._behaviours.get(address, plain)

    def spawn(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[Any]:
        """Run this in the background; it ends with the emulator, its failure is not lost."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            self._failures.append(failure)

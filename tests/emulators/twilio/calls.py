"""The life of calls: created, dialled, answered, given documents, ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.emulators.twilio.model import (
    Callback,
    CallStatus,
    EmulatedCall,
    MachineDetection,
    Source,
)

if TYPE_CHECKING:
    from tests.emulators.twilio.emulator import TwilioEmulator


class Calls:
    """All calls of the account."""

    def __init__(self, twilio: TwilioEmulator) -> None:
        self._twilio = twilio
        self.all: dict[str, EmulatedCall] = {}
        """By sid, in the order they were made."""

    def place(
        self,
        *,
        to: str,
        from_: str,
        direction: str = "outbound-api",
        source: Source | None = None,
        callback: Callback | None = None,
        timeout_s: float = 60.0,
        parent: EmulatedCall | None = None,
        send_digits: str = "",
        caller_name: str = "",
        machine_detection: MachineDetection | None = None,
    ) -> EmulatedCall:
        """Make a call to somebody; it is ``queued``. With a `source` it runs that when answered.

        Without one (the far leg of a Dial) it only waits: see `answered`, `over`, `bridge`.
        """
        raise NotImplementedError

    def redirect(self, call: EmulatedCall, source: Source) -> None:
        """Let a live call run another document instead. A queued or ringing one takes it as its
        first. Raises TwilioError 21220 when the call is over."""
        raise NotImplementedError

    def end(self, call: EmulatedCall, status: CallStatus = CallStatus.COMPLETED) -> None:
        """End a call; nothing when it is over. `canceled` is for calls that nobody answered."""
        raise NotImplementedError

    async def perform(
        self,
        call: EmulatedCall,
        source: Source,
        params: Mapping[str, str] | None = None,
        allowed: frozenset[str] | None = None,
    ) -> None:
        """Run documents in a call from outside it, such as a whisper; the call goes on after."""
        raise NotImplementedError

    def standard_params(self, call: EmulatedCall) -> dict[str, str]:
        """What every webhook of a call tells."""
        raise NotImplementedError

    # What people do at their ends

    def hung_up(self, call: EmulatedCall) -> None:
        """The person has put the receiver down."""
        raise NotImplementedError

    def picked_up(self, call: EmulatedCall) -> None:
        """The person who was rung has answered."""
        raise NotImplementedError

    def declined(self, call: EmulatedCall) -> None:
        """The person who was rung does not want to."""
        raise NotImplementedError

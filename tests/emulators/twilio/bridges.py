"""Two calls that were connected."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import TYPE_CHECKING

from tests.emulators.twilio.model import EmulatedCall, Sound

if TYPE_CHECKING:
    from tests.emulators.twilio.emulator import TwilioEmulator


class TwoCalls:
    """Each hears the other, until one of them leaves."""

    def __init__(self, twilio: TwilioEmulator, one: EmulatedCall, other: EmulatedCall) -> None:
        self._twilio = twilio
        self.members = (one, other)
        self.over = asyncio.Event()
        self.left_by: EmulatedCall | None = None
        self.why = ""
        self._listening = ExitStack()
        for call in self.members:
            call.bridge = self
            changed = call.party.talk_to(lambda _on: twilio.recordings.audio_changed())
            self._listening.enter_context(changed)
        twilio.log.note("bridged", one, with_=other.sid)
        twilio.recordings.audio_changed()

    def sounds_for(self, call: EmulatedCall) -> frozenset[Sound]:
        """The other one's voice."""
        if call not in self.members:
            return frozenset()
        (other,) = (member for member in self.members if member is not call)
        return frozenset({("voice", other.sid)}) if other.party.talking else frozenset()

    def leave(self, call: EmulatedCall, why: str) -> None:
        """Both hear each other no more; fine when that was so already."""
        if self.over.is_set():
            return
        self.left_by, self.why = call, why
        self.over.set()
        self._listening.close()
        for member in self.members:
            if member.bridge is self:
                member.bridge = None
        self._twilio.log.note("parted", call, why=why)
        self._twilio.recordings.audio_changed()

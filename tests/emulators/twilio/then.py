"""What a test asks of an emulator afterwards; who is disappointed gets the whole trace to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulators.twilio.log import Entry
from tests.emulators.twilio.model import EmulatedCall

if TYPE_CHECKING:
    from tests.emulators.twilio.emulator import TwilioEmulator
    from tests.emulators.twilio.parties import Party


class Then:
    """``twilio.then.asked("/voice", Digits="1")``: each raises AssertionError when it is not so."""

    def __init__(self, twilio: TwilioEmulator) -> None:
        self._twilio = twilio

    def asked(self, path: str, times: int | None = None, **params: str) -> Entry:
        """A document was asked for at this path with these parameters (so often); the last one."""
        found = [
            entry
            for entry in self._twilio.log.of("webhook", path=path)
            if params.items() <= entry.params.items()
        ]
        wanted = "at least once" if times is None else f"{times} times"
        what = f"{path} {params} was asked {len(found)} times, not {wanted}"
        self._hold(bool(found) if times is None else len(found) == times, what)
        return found[-1]

    def not_asked(self, path: str, **params: str) -> None:
        """No document was asked for at this path with these parameters."""
        found = [
            entry
            for entry in self._twilio.log.of("webhook", path=path)
            if params.items() <= entry.params.items()
        ]
        self._hold(not found, f"{path} {params} was asked")

    def told(self, call: EmulatedCall, *statuses: str) -> None:
        """The status callbacks of this call that were answered, in the order they were sent."""
        found = tuple(
            entry.params.get("CallStatus", "")
            for entry in self._twilio.log.of("callback", call)
            if entry.params.get("CallbackSource") == "call-progress-events" and entry.status
        )
        self._hold(found == statuses, f"told were {found}, not {statuses}")

    def heard(self, party: Party, kind: str, what: str) -> None:
        """This person has heard this to its end."""
        said = [(each.kind, each.what, each.complete) for each in party.heard]
        self._hold(party.has_heard(kind, what), f"{party.address} heard {said}")

    def well(self) -> None:
        """Nothing that Twilio would have complained of, and no key that was pressed in vain."""
        twilio = self._twilio
        complaints = [*twilio.warnings, *twilio.errors, *twilio.spec_violations]
        complaints += [f"key {key} of {sid} was lost" for sid, key in twilio.dropped_keys]
        self._hold(not complaints, f"complaints: {complaints}")

    def _hold(self, so: bool, what: str) -> None:
        if not so:
            raise AssertionError("\n".join([what, *self._twilio.log.trace()]))

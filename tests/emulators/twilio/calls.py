"""The life of calls: created, dialled, answered, given documents, ended."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.emulators.twilio.callbacks import StatusCallbacks
from tests.emulators.twilio.documents import ApplicationError
from tests.emulators.twilio.execution import EndOfCall, Execution
from tests.emulators.twilio.model import (
    RINGING,
    Callback,
    CallStatus,
    EmulatedCall,
    MachineDetection,
    Source,
    TwilioError,
)
from tests.emulators.twilio.parties import Heard, Party, behaviour, steps

if TYPE_CHECKING:
    from tests.emulators.twilio.emulator import TwilioEmulator

API_VERSION = "2010-04-01"
APOLOGY = "We're sorry, an application error has occurred. Goodbye."
_APOLOGY_S = 3.0
_SET_UP_S = 0.1
"""From ``initiated`` to ``ringing``."""
_NOT_FOUND, _UNAVAILABLE, _BUSY, _CANCELED, _DECLINE = 404, 480, 486, 487, 603


def _about(number: str, *names: str) -> dict[str, str]:
    """Where a number is from, as far as numbers tell: made up, but there as at Twilio."""
    if not number.startswith("+1"):
        return {}
    places = {"City": "", "State": "CA", "Zip": "", "Country": "US"}
    return {f"{name}{kind}": place for name in names for kind, place in places.items()}


class Calls:
    """All calls of the account."""

    def __init__(self, twilio: TwilioEmulator) -> None:
        self._twilio = twilio
        self.all: dict[str, EmulatedCall] = {}
        """By sid, in the order they were made."""
        self._callbacks = StatusCallbacks(twilio)
        self._runners: dict[str, asyncio.Task[Any]] = {}
        self._ringing: dict[str, Heard] = {}

    def receive(
        self, from_: str, to: str, *, script: str, caller_name: str, extra: dict[str, str]
    ) -> EmulatedCall:
        """Somebody calls one of our numbers. Raises KeyError when it is not ours."""
        number = self._twilio.numbers[to]
        told = number.status_callback
        call = self._make(
            from_=from_,
            to=to,
            direction="inbound",
            caller_name=caller_name,
            source=Source(
                url=number.voice_url,
                method=number.voice_method,
                fallback_url=number.fallback_url,
                fallback_method=number.fallback_method,
            ),
            callback=Callback(url=told, method=number.status_callback_method) if told else None,
        )
        call.extra = _about(from_, "From", "Caller") | _about(to, "To", "Called") | extra
        call.started = self._twilio.clock.now()
        call.party = Party(self._twilio, call, from_, behaviour("manual"))
        self._enter(call, CallStatus.RINGING)
        self._ringing[call.sid] = call.party.begin(RINGING)
        call.party.follow(steps(script))
        self._run(call, call.source, {})
        return call

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
        call = self._make(
            from_=from_,
            to=to,
            direction=direction,
            caller_name=caller_name,
            source=source or Source(),
            callback=callback,
        )
        call.parent_sid = parent.sid if parent else ""
        call.timeout_s, call.send_digits = timeout_s, send_digits
        call.machine_detection = machine_detection
        call.party = Party(self._twilio, call, to, behaviour(self._twilio.behaviour_of(to)))
        self._twilio.spawn(self._dial(call))
        return call

    def redirect(self, call: EmulatedCall, source: Source) -> None:
        """Let a call that is in progress run another document instead.

        Raises TwilioError 21220 for any other call.
        """
        if not call.live:
            raise TwilioError(400, 21220, "Call is not in-progress. Cannot redirect.")
        if source.fallback_url or not call.source.fallback_url:
            call.source = source
        if call.bridge is not None:
            call.bridge.leave(call, "redirected")
        self._twilio.log.note("redirected", call)
        self._run(call, source, {})

    def end(self, call: EmulatedCall, status: CallStatus = CallStatus.COMPLETED) -> None:
        """End a call; nothing when it is over. `canceled` does nothing to an answered call."""
        if call.ended or (status is CallStatus.CANCELED and call.live):
            return
        if status is CallStatus.COMPLETED and not call.live and call.direction != "inbound":
            status = CallStatus.CANCELED
        if status is CallStatus.CANCELED and call.status is CallStatus.RINGING:
            call.sip_code = _CANCELED
        self._over(call, status)

    async def perform(
        self,
        call: EmulatedCall,
        source: Source,
        params: Mapping[str, str] | None = None,
        allowed: frozenset[str] | None = None,
    ) -> None:
        """Run documents in a call from outside it, such as a whisper; the call goes on after,
        unless a document ended it: look at `ended`."""
        try:
            await Execution(self._twilio, call, allowed).follow(source, params)
        except EndOfCall as ending:
            self._over(call, ending.status)
        except ApplicationError as error:
            await self._apologise(call, error)

    def standard_params(self, call: EmulatedCall) -> dict[str, str]:
        """What every webhook of a call tells."""
        params = {
            "CallSid": call.sid,
            "AccountSid": call.account_sid,
            "From": call.from_,
            "To": call.to,
            "Caller": call.from_,
            "Called": call.to,
            "CallStatus": str(call.status),
            "Direction": call.direction,
            "ApiVersion": API_VERSION,
        }
        optional = {
            "ParentCallSid": call.parent_sid,
            "CallerName": call.caller_name,
            "ForwardedFrom": call.forwarded_from,
            "AnsweredBy": call.answered_by,
        }
        return params | {name: value for name, value in optional.items() if value} | call.extra

    def answer(self, call: EmulatedCall) -> None:
        """Pick an inbound call up; nothing when it is not one that rings."""
        if call.direction == "inbound" and call.status is CallStatus.RINGING:
            self._answered(call)

    # What people do at their ends

    def hung_up(self, call: EmulatedCall) -> None:
        """The person has put the receiver down."""
        if call.live:
            self._over(call, CallStatus.COMPLETED)
        elif call.direction == "inbound":
            self._over(call, CallStatus.CANCELED)
        else:
            self.declined(call)

    def picked_up(self, call: EmulatedCall) -> None:
        """The person who was rung has answered."""
        if call.direction != "inbound" and call.status is CallStatus.RINGING:
            self._answered(call)
            call.party.follow(call.party.behaviour.steps)
            self._run_answered(call)

    def declined(self, call: EmulatedCall) -> None:
        """The person who was rung does not want to."""
        if call.status is CallStatus.RINGING:
            self._over(call, CallStatus.BUSY, _DECLINE)

    # How a call goes on

    def _make(
        self,
        *,
        from_: str,
        to: str,
        direction: str,
        caller_name: str,
        source: Source,
        callback: Callback | None,
    ) -> EmulatedCall:
        call = EmulatedCall(
            sid=self._twilio.sids.new("CA"),
            account_sid=self._twilio.account_sid,
            from_=from_,
            to=to,
            direction=direction,
            created=self._twilio.clock.now(),
            caller_name=caller_name,
            source=source,
            callback=callback,
        )
        self.all[call.sid] = call
        self._twilio.log.note("call", call, direction=direction, to=to, from_=from_)
        return call

    def _enter(self, call: EmulatedCall, status: CallStatus) -> None:
        call.status = status
        self._twilio.log.note("status", call, status=status)
        self._callbacks.tell(call)

    async def _dial(self, call: EmulatedCall) -> None:
        clock, how = self._twilio.clock, call.party.behaviour
        await self._twilio.admission.turn(call)
        if call.ended:
            return
        self._enter(call, CallStatus.INITIATED)
        await clock.sleep(_SET_UP_S)
        if call.over.is_set():
            return
        if how.kind in {"invalid", "unregistered"}:
            self._unreachable(call, how.kind)
            return
        call.started = clock.now()
        self._enter(call, CallStatus.RINGING)
        clock.call_later(call.timeout_s, lambda: self._no_answer(call))
        match how.kind:
            case "busy":
                clock.call_later(how.after_s, lambda: self._refused(call, _BUSY))
            case "decline":
                clock.call_later(how.after_s, lambda: self._refused(call, _DECLINE))
            case "answer" | "machine" | "silent":
                clock.call_later(how.after_s, lambda: self.picked_up(call))

    def _unreachable(self, call: EmulatedCall, kind: str) -> None:
        if kind == "invalid":
            self._over(call, CallStatus.FAILED, _NOT_FOUND)
        else:
            is_client = call.to.startswith("client:")
            status = CallStatus.NO_ANSWER if is_client else CallStatus.FAILED
            self._over(call, status, _UNAVAILABLE)

    def _refused(self, call: EmulatedCall, sip_code: int) -> None:
        if call.status is CallStatus.RINGING:
            self._over(call, CallStatus.BUSY, sip_code)

    def _no_answer(self, call: EmulatedCall) -> None:
        if call.status is CallStatus.RINGING:
            self._over(call, CallStatus.NO_ANSWER, _CANCELED)

    def _answered(self, call: EmulatedCall) -> None:
        call.started = call.answered_at = self._twilio.clock.now()
        if (ringing := self._ringing.pop(call.sid, None)) is not None:
            call.party.end(ringing)
        self._enter(call, CallStatus.IN_PROGRESS)
        call.answered.set()

    def _run_answered(self, call: EmulatedCall) -> None:
        """What an outgoing call does when it is answered, until its first document."""
        self._runners[call.sid] = self._twilio.spawn(self._greet(call))

    async def _greet(self, call: EmulatedCall) -> None:
        for key in call.send_digits:
            await self._twilio.clock.sleep(0.5 if key in "wW" else 0.2)
            if key not in "wW":
                call.party.digits_sent += key
        params: dict[str, str] = {}
        if call.machine_detection is not None:
            params = await self._twilio.listening.answered(call)
        if call.source.url or call.source.twiml:
            await self._follow(call, call.source, params)

    def _run(self, call: EmulatedCall, source: Source, params: dict[str, str]) -> None:
        running = self._runners.pop(call.sid, None)
        if running is not None:
            running.cancel()
        self._runners[call.sid] = self._twilio.spawn(self._follow(call, source, params))

    async def _follow(self, call: EmulatedCall, source: Source, params: dict[str, str]) -> None:
        try:
            await Execution(self._twilio, call).follow(source, params)
        except EndOfCall as ending:
            self._over(call, ending.status)
        except ApplicationError as error:
            await self._apologise(call, error)
        else:
            self._over(call, CallStatus.COMPLETED)

    async def _apologise(self, call: EmulatedCall, error: ApplicationError) -> None:
        call.error_code = error.code
        if call.live:
            with call.party.hearing(("say", APOLOGY)):
                await self._twilio.clock.sleep(_APOLOGY_S)
            self._over(call, CallStatus.COMPLETED)
        else:
            self._over(call, CallStatus.FAILED)

    def _over(self, call: EmulatedCall, status: CallStatus, sip_code: int = 0) -> None:
        """The end, once."""
        if call.ended:
            return
        call.ended_at = self._twilio.clock.now()
        call.sip_code = sip_code or call.sip_code
        bridge, call.bridge = call.bridge, None
        if (ringing := self._ringing.pop(call.sid, None)) is not None:
            call.party.end(ringing, complete=False)
        self._enter(call, status)
        call.over.set()
        if bridge is not None:
            bridge.leave(call, "hangup")
        running = self._runners.pop(call.sid, None)
        if running is not None and running is not asyncio.current_task():
            running.cancel()
        for tell in call.on_end:
            tell(call)

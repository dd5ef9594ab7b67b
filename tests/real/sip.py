"""A caller and an agent's phone in SIP over UDP on loopback, precise about time and sound.

    async with Caller(asterisk.sip_port) as caller:
        call = await caller.dial("5550100", number="15551230001")
        await call.answered(within=5)
        await call.hears_prompt(wav, within=5)
        await call.media.send_digits("2")
        await call.hang_up()

    async with Phone("ana", asterisk.sip_port, password="...") as phone:
        await phone.register()
        call = await phone.called(within=5)      # rings; what it does is `phone.behaviour`
        await call.answered(within=2)

Every wait has a deadline and raises TimeoutError with what was seen instead.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from tests.real.dialog import Call, CallRejectedError, UserAgent, until
from tests.real.messages import Message, authorization
from tests.real.rtp import RtpStream


class Caller(UserAgent):
    """Someone who dials numbers of ours from outside."""

    def __init__(self, server_port: int, name: str = "caller") -> None:
        super().__init__(server_port, name)

    async def dial(
        self,
        did: str,
        *,
        number: str = "15551230001",
        display: str | None = None,
        password: str | None = None,
        origin: str | None = None,
        extra: Sequence[tuple[str, str]] = (),
    ) -> Call:
        """Call that number and return at once; `answered`, `ringing` and `ended` wait.

        `number` and `display` are what the From says; `number="anonymous"` withholds it; `origin`
        is a whole From header for odd ones.
        """
        media = await RtpStream.open()
        call = Call(self, media, call_id=f"{secrets.token_hex(8)}@test", incoming=False)
        self.calls.append(call)
        headers = list(extra)
        host = "127.0.0.1"
        if number == "anonymous":
            display, host = "Anonymous", "anonymous.invalid"
            headers.append(("Privacy", "id"))
        if origin is None:
            quoted = (display or "").replace("\\", "\\\\").replace('"', '\\"')
            origin = f'"{quoted}" <sip:{number}@{host}>' if display else f"<sip:{number}@{host}>"
        uri = f"sip:{did}@{self.server[0]}:{self.server[1]}"
        tagged = f"{origin};tag={secrets.token_hex(4)}"
        self.background(call.place(uri, tagged, headers, password))
        return call


@dataclass(frozen=True)
class Answer:
    """Rings, and answers after so long."""

    after_s: float = 0.0


@dataclass(frozen=True)
class Ignore:
    """Rings until the far end gives up."""


@dataclass(frozen=True)
class Reject:
    """Refuses at once, or after ringing for a while."""

    status: int = 486
    after_s: float = 0.0


@dataclass(frozen=True)
class Manual:
    """Rings; the test says `call.accept()`, `call.reject()`."""


@dataclass(frozen=True)
class Sounds:
    """Does not ring, but lets something be heard, until the far end gives up."""


@dataclass(frozen=True)
class WhenAsked:
    """Rings, and picks up by itself when the call asks for that."""


Behaviour = Answer | Ignore | Reject | Manual | WhenAsked | Sounds


class Phone(UserAgent):
    """An agent's phone (or the far end of a trunk). What it does with a call is `behaviour`."""

    def __init__(
        self,
        name: str,
        server_port: int,
        *,
        password: str | None = None,
        behaviour: Behaviour | None = None,
        tone_hz: float | None = None,
    ) -> None:
        super().__init__(server_port, name)
        self.behaviour: Behaviour = behaviour or Answer()
        self.tone_hz = tone_hz
        self.invited_at: list[float] = []
        self._password = password
        self._not_seen: deque[Call] = deque()
        self._registration = (f"{secrets.token_hex(8)}@test", 0)

    @property
    def call_count(self) -> int:
        """How often it was called."""
        return len(self.calls)

    async def register(self, *, expires_s: int = 3_600) -> None:
        """Tell Asterisk where we are; 0 takes it back. Raises CallRejectedError."""
        call_id, cseq = self._registration
        uri = f"sip:{self.server[0]}:{self.server[1]}"
        origin = f"<sip:{self.name}@127.0.0.1>"
        authorize: list[tuple[str, str]] = []
        for _ in range(2):
            cseq += 1
            self._registration = (call_id, cseq)
            request = Message(
                f"REGISTER {uri} SIP/2.0",
                [
                    ("Via", self.via()),
                    ("Max-Forwards", "70"),
                    ("From", f"{origin};tag={secrets.token_hex(4)}"),
                    ("To", origin),
                    ("Call-ID", call_id),
                    ("CSeq", f"{cseq} REGISTER"),
                    ("Contact", self.contact),
                    ("Expires", str(expires_s)),
                    *authorize,
                ],
            )
            final = await self.transact(request)
            if final.status < 300:
                return
            if final.status != 401 or authorize or self._password is None:
                break
            challenge = final["WWW-Authenticate"]
            answer = authorization(challenge, "REGISTER", uri, self.name, self._password)
            authorize = [("Authorization", answer)]
        raise CallRejectedError(final.status, final.start)

    async def register_anew(self) -> None:
        """Be reachable at once, whatever the switch last believed. Raises CallRejectedError.

        While other tests had the thread, nobody answered the switch's "are you there?". It then
        counts the phone as away until it asks again, and a mere renewal does not change that.
        """
        await self.register(expires_s=0)
        await self.register()

    async def called(self, *, within: float) -> Call:
        """The next call that came in and was not given back yet."""
        await until(lambda: self._not_seen, within=within, what=f"{self.name} is called")
        return self._not_seen.popleft()

    def incoming(self, call: Call) -> None:
        self.invited_at.append(call.invited_at)
        behaviour = self.behaviour
        if self.tone_hz is not None:
            call.media.tone(self.tone_hz)
        if isinstance(behaviour, Reject) and not behaviour.after_s:
            call.reject(behaviour.status)
        else:
            # Before a test gets hold of the call, or its answer might overtake the ringing.
            call.ring(183 if isinstance(behaviour, Sounds) else 180)
        self._not_seen.append(call)
        if isinstance(behaviour, WhenAsked):
            assert call.invite is not None
            asked = call.invite["Call-Info"]
            behaviour = Answer() if "answer-after=0" in asked else Manual()
        if not isinstance(behaviour, Ignore | Manual | Sounds):
            self.background(self._behave(call, behaviour))

    async def _behave(self, call: Call, behaviour: Answer | Reject) -> None:
        if behaviour.after_s:
            await asyncio.sleep(behaviour.after_s)
        if call.ended_at is not None:
            return
        if isinstance(behaviour, Reject):
            call.reject(behaviour.status)
        else:
            await call.accept()


__all__ = [
    "Answer",
    "Behaviour",
    "Call",
    "CallRejectedError",
    "Caller",
    "Ignore",
    "Manual",
    "Phone",
    "Reject",
    "Sounds",
    "WhenAsked",
    "until",
]

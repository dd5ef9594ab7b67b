"""Callers and agents of the comparison: one user agent plays them all and writes down when.

A `Call` is one caller's call, an `Offer` one INVITE at an agent's phone. The caller's number comes
back as the From user of the agent's INVITE, so each offer is tied to its caller. How long a talk
lasts belongs to the caller, so that both sides get the same work.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.benchmarks.peers import wire
from tests.benchmarks.peers.wire import Headers, Wire

RESEND_S = 0.5
UNHEARD_S = 2.0
"""A caller to whom nobody answers anything within this time gives up."""


@dataclass(slots=True)
class Call:
    """One call of a caller. `kind` says what was dialled; times are 0.0 until it happens."""

    number: int
    kind: str
    hold_s: float
    placed_at: float = 0.0
    heard: bool = False
    answered_at: float = 0.0
    ended_at: float = 0.0
    unheard: bool = False
    offers: list[Offer] = field(default_factory=list)
    headers: Headers = field(default_factory=dict)
    target: bytes = b""
    done: Callable[[], None] | None = None

    @property
    def talked(self) -> bool:
        """Whether an agent answered this caller."""
        return any(offer.answered_at for offer in self.offers)


@dataclass(slots=True)
class Offer:
    """One INVITE at an agent's phone. `free_at`: from when the agent can be rung again."""

    agent: str
    call: Call | None
    invited_at: float
    headers: Headers
    target: bytes
    last: bytes = b""
    answered_at: float = 0.0
    cancelled_at: float = 0.0
    hung_up_at: float = 0.0
    free_at: float = 0.0
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class Manners:
    """What agents do. `answer_s` None: they only ring. Ranges are uniform, in seconds."""

    answer_s: tuple[float, float] | None = (0.03, 0.1)
    hang_up_s: tuple[float, float] | None = None
    """Instead of talking as long as the caller wants: so long after the answer."""


class People:
    """Every phone of a run on one port. `calls` and `offers` are what happened.

    Without `takes_more` nobody calls any more; without `is_open` nobody does anything.
    """

    def __init__(self, manners: Manners, seed: int) -> None:
        self.manners = manners
        self.wire = Wire(self._receive)
        self.calls: list[Call] = []
        self.offers: list[Offer] = []
        self._random = random.Random(seed)
        self._loop = asyncio.get_running_loop()
        self._by_number: dict[str, Call] = {}
        self._calls: dict[bytes, Call] = {}
        self._offers: dict[bytes, Offer] = {}
        self._unsure: dict[bytes, tuple[float, bytes]] = {}
        self.is_open = True
        self.takes_more = True
        self._run = b"%08x" % self._random.getrandbits(32)
        self._contact = b"sip:phone@127.0.0.1:%d" % self.wire.port
        self._sweeper = self._loop.call_later(RESEND_S, self._sweep)

    @property
    def port(self) -> int:
        return self.wire.port

    def close(self) -> None:
        """Stop placing calls and answering, and write nothing down any more. Twice is once."""
        if not self.is_open:
            return
        self.is_open = False
        self._sweeper.cancel()
        self.wire.close()

    # --- callers ---------------------------------------------------------------------------------

    def place(
        self, did: str, kind: str, hold_s: float, done: Callable[[], None] | None = None
    ) -> Call:
        """Let somebody call; `done` is called when the call is over, however."""
        call = Call(number=len(self.calls), kind=kind, hold_s=hold_s, done=done)
        digits = f"1415{5550000 + call.number:07d}"
        name = b"c%d-%s" % (call.number, self._run)
        call.target = b"sip:%s@127.0.0.1:%d" % (did.encode(), self.wire.server[1])
        call.headers = {
            b"From": b"<sip:+%s@127.0.0.1>;tag=%s" % (digits.encode(), name),
            b"To": b"<%s>" % call.target,
            b"Call-ID": name,
            b"CSeq": b"1",
        }
        self.calls.append(call)
        self._by_number[digits] = call
        self._calls[name] = call
        call.placed_at = self._send(b"INVITE", call.target, call.headers, b"i", self._described)
        self._loop.call_later(UNHEARD_S, self._still_unheard, call)
        return call

    @property
    def _described(self) -> bytes:
        return self.wire.description

    def _send(
        self, method: bytes, target: bytes, headers: Headers, mark: bytes, body: bytes = b""
    ) -> float:
        branch = mark + headers[b"Call-ID"]
        data = wire.request(
            method, target, headers, branch=branch, contact=self._contact, body=body
        )
        at = self.wire.send(data)
        if method == b"BYE":
            self._unsure[headers[b"Call-ID"]] = (at, data)
        return at

    def _still_unheard(self, call: Call) -> None:
        if self.is_open and not call.heard:
            call.unheard = True
            self._over(call, time.time())

    def _over(self, call: Call, at: float) -> None:
        if not call.ended_at:
            call.ended_at = at
            if call.done is not None:
                call.done()

    def hang_up(self, call: Call) -> None:
        """The caller gives up, or has heard enough."""
        if call.ended_at:
            return
        if call.answered_at:
            headers = call.headers | {b"CSeq": b"2"}
            self._send(b"BYE", call.target, headers, b"b")
        else:
            self._send(b"CANCEL", call.target, call.headers, b"i")
        self._over(call, time.time())

    def _answered(self, call: Call, headers: Headers, status: int, at: float) -> None:
        """Take in an answer to a caller's INVITE."""
        call.heard = True
        if status < 200:
            if call.unheard and status > 100:
                self._send(b"CANCEL", call.target, call.headers, b"i")
            return
        call.headers = call.headers | {b"To": headers[b"To"]}
        if status >= 300:
            self._send(b"ACK", call.target, call.headers, b"i")
            self._over(call, at)
            return
        call.target = wire.address_in(headers[b"Contact"])
        self._send(b"ACK", call.target, call.headers, b"a")
        if not call.answered_at:
            call.answered_at = at
            if call.ended_at:
                self._send(b"BYE", call.target, call.headers | {b"CSeq": b"2"}, b"b")

    # --- agents ----------------------------------------------------------------------------------

    def _invited(self, first: bytes, headers: Headers, at: float) -> None:
        number = wire.user_in(headers[b"From"])
        call = self._by_number.get(number)
        offer = Offer(
            agent=wire.user_in(first),
            call=call,
            invited_at=at,
            headers=headers,
            target=wire.address_in(headers[b"Contact"]),
        )
        self.offers.append(offer)
        self._offers[headers[b"Call-ID"]] = offer
        if call is not None:
            call.offers.append(offer)
        self._reply(offer, b"180 Ringing")
        if self.manners.answer_s is not None:
            after = self._random.uniform(*self.manners.answer_s)
            self._loop.call_later(after, self._take, offer)

    def _reply(self, offer: Offer, status: bytes, body: bytes = b"") -> None:
        offer.last = wire.answer(status, offer.headers, b"phone", self._contact, body)
        self.wire.send(offer.last)

    def _take(self, offer: Offer) -> None:
        if not self.is_open or offer.free_at:
            return
        self._reply(offer, b"200 OK", self._described)
        offer.answered_at = time.time()
        self._unsure[b"taken " + offer.headers[b"Call-ID"]] = (offer.answered_at, offer.last)
        if self.manners.hang_up_s is not None:
            talk = self._random.uniform(*self.manners.hang_up_s)
        else:
            talk = offer.call.hold_s if offer.call is not None else 0.0
        self._loop.call_later(talk, self._put_down, offer)

    def _put_down(self, offer: Offer) -> None:
        if not self.is_open or offer.free_at or offer.hung_up_at:
            return
        headers = {
            b"From": offer.headers[b"To"] + b";tag=phone",
            b"To": offer.headers[b"From"],
            b"Call-ID": offer.headers[b"Call-ID"],
            b"CSeq": b"1",
        }
        offer.ended_by = "agent"
        offer.hung_up_at = self._send(b"BYE", offer.target, headers, b"b")

    def _freed(self, offer: Offer, at: float, by: str) -> None:
        if not offer.free_at:
            offer.free_at = at
            offer.ended_by = offer.ended_by or by

    # --- what comes in ---------------------------------------------------------------------------

    def _receive(self, data: bytes, at: float) -> None:
        first, _, rest = data.partition(b"\r\n")
        headers = wire.headers_of(rest.partition(b"\r\n\r\n")[0])
        name = headers.get(b"Call-ID", b"")
        if first.startswith(b"SIP/2.0 "):
            self._response(int(first[8:11]), name, headers, at)
            return
        method = first.partition(b" ")[0]
        if method == b"INVITE" and b"tag=" not in headers[b"To"]:
            if (again := self._offers.get(name)) is not None:
                self.wire.send(again.last)
            else:
                self._invited(first, headers, at)
        elif method == b"ACK":
            self._unsure.pop(b"taken " + name, None)
        elif method in (b"INVITE", b"UPDATE"):
            self.wire.send(
                wire.answer(b"200 OK", headers, b"phone", self._contact, self._described)
            )
        else:
            self.wire.send(wire.answer(b"200 OK", headers, b"phone"))
            self._ended(method, name, at)

    def _response(self, status: int, name: bytes, headers: Headers, at: float) -> None:
        method = headers[b"CSeq"].rpartition(b" ")[2]
        if method == b"INVITE":
            if (call := self._calls.get(name)) is not None:
                self._answered(call, headers, status, at)
        elif method == b"BYE":
            self._unsure.pop(name, None)
            if (offer := self._offers.get(name)) is not None:
                self._freed(offer, at, "agent")

    def _ended(self, method: bytes, name: bytes, at: float) -> None:
        if (offer := self._offers.get(name)) is not None:
            if method == b"CANCEL" and not offer.answered_at:
                offer.cancelled_at = at
                self._reply(offer, b"487 Request Terminated")
                self._freed(offer, at, "cancel")
            elif method == b"BYE":
                self._freed(offer, at, "far end")
        elif method == b"BYE" and (call := self._calls.get(name)) is not None:
            self._over(call, at)

    def _sweep(self) -> None:
        """Send again what nobody acknowledged: Asterisk may be too busy to read."""
        late = time.time() - RESEND_S
        for name, (at, data) in list(self._unsure.items()):
            if at < late:
                self._unsure[name] = (self.wire.send(data), data)
        self._sweeper = self._loop.call_later(RESEND_S, self._sweep)


@dataclass(frozen=True, slots=True)
class Trade:
    """A closed loop: so many callers who call again and again. Ranges uniform, in seconds."""

    kind: str
    did: str
    callers: int
    hold_s: tuple[float, float]
    redial_s: tuple[float, float] = (0.0, 1.0)
    start_s: float = 3.0


def keep_calling(people: People, trades: Iterable[Trade], seed: int) -> None:
    """Start every caller of these loops; they go on until `people` is closed."""
    for number, trade in enumerate(trades):
        _keep_trading(people, trade, random.Random(f"{seed}-{number}"))


def _keep_trading(people: People, trade: Trade, source: random.Random) -> None:
    loop = asyncio.get_running_loop()

    def dial() -> None:
        if people.is_open and people.takes_more:
            people.place(trade.did, trade.kind, source.uniform(*trade.hold_s), again)

    def again() -> None:
        loop.call_later(source.uniform(*trade.redial_s), dial)

    for _ in range(trade.callers):
        loop.call_later(source.uniform(0, trade.start_s), dial)

"""Calls and the user agent they live in: dialogs, retransmission, timers (RFC 3261, UDP)."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Self, cast

from tests.real.messages import (
    Message,
    Session,
    authorization,
    describe,
    response,
    tag_of,
    uri_of,
    user_of,
)
from tests.real.rtp import RtpStream

_T1_S = 0.25
_T2_S = 2.0
_REQUEST_TIMEOUT_S = 20.0
_POLL_S = 0.1
_REMEMBERED = 512


class CallRejectedError(Exception):
    """The far end refused; `status` is the SIP status code."""

    def __init__(self, status: int, start: str) -> None:
        super().__init__(start)
        self.status = status


async def until(
    condition: Callable[[], Any],
    *,
    within: float,
    what: str | Callable[[], str],
    step: float = 0.02,
) -> Any:
    """Wait until the condition gives something true, and give that back.

    `what` says what was waited for; as a function it also says what was seen in the end.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while not (found := condition()):
        if loop.time() >= deadline:
            told = what if isinstance(what, str) else what()
            raise TimeoutError(f"not within {within} s: {told}")
        await asyncio.sleep(step)
    return found


class Call:
    """One dialog and its sound. `media` is the RTP stream, `media.heard` what came over it."""

    def __init__(self, agent: UserAgent, media: RtpStream, *, call_id: str, incoming: bool) -> None:
        self.agent = agent
        self.media = media
        self.call_id = call_id
        self.incoming = incoming
        self.invite: Message | None = None
        self.status = 0
        self.invited_at = agent.loop.time()
        self.ringing_at: float | None = None
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self.ended_by: str | None = None
        self.bye: Message | None = None
        self.held_by_remote = False
        self.infos: list[Message] = []
        self.local = ""
        self.remote = ""
        self.target = ""
        self.cseq = random.randrange(1, 1000)
        self._version = 1
        self._acked = asyncio.Event()
        self._invite_branch = ""
        self._invite_cseq = 0

    @property
    def number(self) -> str:
        """Who calls, as the INVITE says."""
        return user_of(self.invite["From"]) if self.invite else ""

    async def answered(self, *, within: float) -> None:
        """Wait for the call to be up. Raises CallRejectedError if it was refused instead."""
        await until(
            lambda: self.answered_at is not None or self.ended_at is not None,
            within=within,
            what=f"answered ({self._seen()})",
        )
        if self.answered_at is None:
            raise CallRejectedError(self.status, self._seen())

    async def ringing(self, *, within: float) -> None:
        await until(
            lambda: self.ringing_at is not None, within=within, what=f"ringing ({self._seen()})"
        )

    async def ended(self, *, within: float) -> None:
        await until(
            lambda: self.ended_at is not None, within=within, what=f"ended ({self._seen()})"
        )

    @property
    def is_up(self) -> bool:
        return self.answered_at is not None and self.ended_at is None

    async def hears_tone(self, hz: float, *, within: float, since: float | None = None) -> None:
        start = self.agent.loop.time() if since is None else since
        await until(
            lambda: self.media.heard.tone(hz, start),
            within=within,
            what=lambda: f"hears {hz} Hz (loudness {self.media.heard.energy(start):.0f})",
            step=_POLL_S,
        )

    async def hears_sound(self, *, within: float, loudness: float = 100) -> None:
        """Anything louder than silence, from now on."""
        start = self.agent.loop.time()
        await until(
            lambda: self.media.heard.energy(start) > loudness,
            within=within,
            what="hears sound",
            step=_POLL_S,
        )

    async def hears_silence(self, *, seconds: float, within: float) -> None:
        """No sound for that long on end (no packets are silence too)."""
        loop, start = self.agent.loop, self.agent.loop.time()

        def quiet() -> bool:
            since = loop.time() - seconds
            return since >= start and self.media.heard.energy(since) < 50

        await until(quiet, within=within, what=f"{seconds} s of silence", step=_POLL_S)

    async def hears_prompt(
        self,
        source: bytes | Path | Sequence[int],
        *,
        within: float,
        since: float = 0.0,
        at_least_s: float | None = None,
    ) -> None:
        """This WAV or these samples, since that loop time (from the start of the call)."""
        loop = self.agent.loop
        deadline = loop.time() + within
        # In a thread: the comparison takes a while, and phones must go on sending meanwhile.
        while not await asyncio.to_thread(self.media.heard.prompt, source, since, at_least_s):
            if loop.time() >= deadline:
                loudness = self.media.heard.energy(since)
                raise TimeoutError(f"prompt not heard within {within} s (loudness {loudness:.0f})")
            await asyncio.sleep(_POLL_S)

    async def accept(self) -> None:
        """Answer an incoming call."""
        assert self.invite is not None
        ok = response(self.invite, 200, tag_of(self.local))
        ok.headers += [("Contact", self.agent.contact), ("Content-Type", "application/sdp")]
        ok.body = self._description("sendrecv")
        self._listen_to(self.invite)
        self.answered_at = self.agent.loop.time()
        self.status = 200
        # At once: nothing that is asked of the call afterwards may overtake its answer.
        self.agent.answer(self.invite, ok)
        self.agent.background(self._answer_until_acknowledged(ok))

    def ring(self, status: int = 180) -> None:
        """Say that it rings, or (183) that something is heard before anybody answers."""
        assert self.invite is not None
        self.ringing_at = self.agent.loop.time()
        self.agent.answer(self.invite, response(self.invite, status, tag_of(self.local)))

    def reject(self, status: int = 486) -> None:
        """Refuse an incoming call: 486 busy, 603 decline, 404, 480, 503 ..."""
        assert self.invite is not None
        self.agent.answer(self.invite, response(self.invite, status, tag_of(self.local)))
        self._end("local", status)

    async def hang_up(self) -> None:
        """End the call whatever its state: BYE, CANCEL, or a refusal. Nothing if it has ended."""
        if self.ended_at is not None:
            return
        if self.answered_at is not None:
            if self.incoming:
                await self._may_say_bye()
            if self.ended_at is not None:
                return
            self._end("local", self.status)
            await self._request("BYE")
        elif self.incoming:
            self.reject(480)
        else:
            await self._cancel()

    async def _may_say_bye(self) -> None:
        """Wait for the ACK, as whoever was called has to before BYE (RFC 3261, 15).

        A BYE before it may come in before our 200, too: it ends nothing then, and the far end talks
        to a phone that is gone.
        """
        try:
            async with asyncio.timeout(_REQUEST_TIMEOUT_S):
                await self._acked.wait()
        except TimeoutError:
            return

    async def send_info_digit(self, digit: str, ms: int = 100) -> None:
        """Press a key by SIP INFO instead of RFC 4733."""
        await self._request(
            "INFO", f"Signal={digit}\r\nDuration={ms}\r\n", "application/dtmf-relay"
        )

    async def refer(self, to: str) -> int:
        """Send the call to that extension, as a phone's own transfer key does; gives the status."""
        self.cseq += 1
        request = self._message("REFER")
        request.headers += [
            ("Contact", self.agent.contact),
            ("Refer-To", f"<sip:{to}@127.0.0.1>"),
        ]
        return (await self.agent.transact(request)).status

    async def hold(self) -> None:
        await self._reinvite("sendonly")

    async def resume(self) -> None:
        await self._reinvite("sendrecv")

    # --- what the user agent calls ---------------------------------------------------------------

    async def place(
        self, uri: str, origin: str, extra: list[tuple[str, str]], password: str | None
    ) -> None:
        """Send the INVITE and follow its answers until the call is up or refused."""
        self.local, self.remote, self.target = origin, f"<{uri}>", uri
        authorize: list[tuple[str, str]] = []
        for _ in range(2):
            self.cseq += 1
            request = self._message("INVITE")
            request.headers += [("Contact", self.agent.contact), *extra, *authorize]
            request.headers.append(("Content-Type", "application/sdp"))
            request.body = self._description("sendrecv")
            self.invite, self._invite_cseq = request, self.cseq
            self._invite_branch = request["Via"]
            try:
                final = await self.agent.transact(request, on_provisional=self._provisional)
            except TimeoutError:
                self._end("nobody", 408)
                return
            if final.status < 300:
                return
            challenge = final["WWW-Authenticate"] or final["Proxy-Authenticate"]
            if password is None or authorize or final.status not in (401, 407):
                break
            name = "Authorization" if final.status == 401 else "Proxy-Authorization"
            user = user_of(origin)
            authorize = [(name, authorization(challenge, "INVITE", uri, user, password))]
        self._end("remote", final.status)

    def answer_received(self, ok: Message) -> Message:
        """Take in a 200 to an INVITE of ours; gives the ACK to send."""
        self.remote = ok["To"]
        self.target = uri_of(ok["Contact"]) or self.target
        if self.answered_at is None and self.ended_at is None:
            self.answered_at, self.status = self.agent.loop.time(), 200
            self._listen_to(ok)
        return self._message("ACK", cseq=ok.cseq[0])

    def received(self, request: Message) -> None:
        """A request inside the dialog (or CANCEL, or ACK)."""
        handler = {
            "ACK": self._on_ack,
            "BYE": self._on_bye,
            "CANCEL": self._on_cancel,
            "INVITE": self._on_reinvite,
            "UPDATE": self._on_reinvite,
            "INFO": self._on_info,
        }.get(request.method)
        if handler is not None:
            handler(request)
        else:
            self.agent.answer(request, response(request, 200))

    def _on_ack(self, _request: Message) -> None:
        self._acked.set()

    def _on_bye(self, request: Message) -> None:
        self.bye = request
        self.agent.answer(request, response(request, 200))
        self._end("remote", self.status)

    def _on_cancel(self, request: Message) -> None:
        self.agent.answer(request, response(request, 200))
        if self.answered_at is None and self.ended_at is None:
            assert self.invite is not None
            self.bye = request
            self.agent.answer(self.invite, response(self.invite, 487, tag_of(self.local)))
            self._end("remote", 487)

    def _on_reinvite(self, request: Message) -> None:
        ok = response(request, 200)
        ok.headers.append(("Contact", self.agent.contact))
        if request.body:
            asked = Session.parse(request.body).direction
            self.held_by_remote = asked in ("sendonly", "inactive")
            self._listen_to(request)
            ok.headers.append(("Content-Type", "application/sdp"))
            mirrored = {"sendonly": "recvonly", "recvonly": "sendonly"}.get(asked, asked)
            ok.body = self._description(mirrored)
        elif request.method == "INVITE":
            ok.headers.append(("Content-Type", "application/sdp"))
            ok.body = self._description("sendrecv")
        self.agent.answer(request, ok)

    def _on_info(self, request: Message) -> None:
        self.infos.append(request)
        self.agent.answer(request, response(request, 200))

    def _provisional(self, answer: Message) -> None:
        self.status = answer.status
        if answer.status in (180, 183) and self.ringing_at is None:
            self.ringing_at = self.agent.loop.time()
        if answer.body:
            self._listen_to(answer)

    async def _answer_until_acknowledged(self, ok: Message) -> None:
        assert self.invite is not None
        wait = _T1_S
        for _ in range(8):
            try:
                async with asyncio.timeout(wait):
                    await self._acked.wait()
                return
            except TimeoutError:
                wait = min(2 * wait, _T2_S)
            self.agent.answer(self.invite, ok)

    async def _cancel(self) -> None:
        assert self.invite is not None
        await until(
            lambda: self.status >= 100 or self.ended_at is not None,
            within=_REQUEST_TIMEOUT_S,
            what="a first answer before CANCEL",
        )
        if self.ended_at is not None:
            return
        if self.answered_at is not None:
            await self.hang_up()
            return
        kept = ("via", "from", "to", "call-id", "max-forwards")
        headers = [(n, v) for n, v in self.invite.headers if n.lower() in kept]
        headers.append(("CSeq", f"{self._invite_cseq} CANCEL"))
        await self.agent.transact(Message(f"CANCEL {uri_of(self.invite['To'])} SIP/2.0", headers))
        await until(
            lambda: self.ended_at is not None or self.answered_at is not None,
            within=_REQUEST_TIMEOUT_S,
            what="an end after CANCEL",
        )
        await self.hang_up()  # does something only if it was answered in the same moment
        self.ended_by = "local"

    async def _reinvite(self, direction: str) -> None:
        self.cseq += 1
        self._version += 1
        request = self._message("INVITE")
        request.headers += [
            ("Contact", self.agent.contact),
            ("Content-Type", "application/sdp"),
        ]
        request.body = self._description(direction)
        final = await self.agent.transact(request)
        if final.status >= 300:
            raise CallRejectedError(final.status, final.start)

    async def _request(self, method: str, body: str = "", kind: str = "") -> Message:
        self.cseq += 1
        request = self._message(method)
        if body:
            request.headers.append(("Content-Type", kind))
            request.body = body
        return await self.agent.transact(request)

    def _message(self, method: str, cseq: int | None = None) -> Message:
        return Message(
            f"{method} {self.target} SIP/2.0",
            [
                ("Via", self.agent.via()),
                ("Max-Forwards", "70"),
                ("From", self.local),
                ("To", self.remote),
                ("Call-ID", self.call_id),
                ("CSeq", f"{self.cseq if cseq is None else cseq} {method}"),
                ("Allow", "INVITE, ACK, CANCEL, BYE, INFO, UPDATE, OPTIONS, NOTIFY"),
                ("User-Agent", "test phone"),
            ],
        )

    def _description(self, direction: str) -> str:
        return describe(self.media.port, self.media.event_payload, direction, self._version)

    def _listen_to(self, message: Message) -> None:
        session = Session.parse(message.body)
        self.media.event_payload = session.event_payload
        self.media.start(session.address)

    def _end(self, by: str, status: int) -> None:
        if self.ended_at is None:
            self.ended_at, self.ended_by, self.status = self.agent.loop.time(), by, status
            self.agent.background(self.media.close())

    def _seen(self) -> str:
        return f"status {self.status}, ended by {self.ended_by}"


class UserAgent(asyncio.DatagramProtocol):
    """A UDP port, the calls on it, and retransmission. Use as `async with`."""

    def __init__(self, server_port: int, name: str) -> None:
        self.server = ("127.0.0.1", server_port)
        self.name = name
        self.loop = asyncio.get_running_loop()
        self.calls: list[Call] = []
        self.ignores_everything = False
        self._is_leaving = False
        self._transport: asyncio.DatagramTransport | None = None
        self._closed = self.loop.create_future()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._waiting: dict[tuple[str, str], asyncio.Queue[Message]] = {}
        self._answers: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._acks: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    async def __aenter__(self) -> Self:
        await self.loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        return self

    async def __aexit__(self, *_exc: object) -> None:
        """Hang up what is still up, let go of everything."""
        self._is_leaving = True
        leaving = [call.hang_up() for call in self.calls if call.ended_at is None]
        await asyncio.gather(*leaving, return_exceptions=True)
        # The tasks first: one of them may be about to open the sound of one more call.
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(call.media.close() for call in self.calls), return_exceptions=True)
        if self._transport is not None:
            self._transport.close()
            await asyncio.wait_for(asyncio.shield(self._closed), 5)

    @property
    def port(self) -> int:
        assert self._transport is not None
        return int(self._transport.get_extra_info("sockname")[1])

    @property
    def contact(self) -> str:
        return f"<sip:{self.name}@127.0.0.1:{self.port}>"

    def via(self) -> str:
        return f"SIP/2.0/UDP 127.0.0.1:{self.port};rport;branch=z9hG4bK{secrets.token_hex(8)}"

    def send(self, message: Message) -> None:
        self._send_bytes(message.encode())

    def _send_bytes(self, data: bytes) -> None:
        assert self._transport is not None
        if not self._transport.is_closing():
            self._transport.sendto(data, self.server)

    def answer(self, request: Message, answer: Message) -> None:
        """Send it, and again whenever the request is repeated."""
        _remember(self._answers, _key(request), answer.encode())
        self.send(answer)

    def background(self, work: Coroutine[Any, Any, Any]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def transact(
        self, request: Message, on_provisional: Callable[[Message], None] | None = None
    ) -> Message:
        """Send a request until it is answered; gives the final answer (of INVITE: acknowledged)."""
        key = _key(request)
        answers: asyncio.Queue[Message] = asyncio.Queue(64)
        self._waiting[key] = answers
        wait, provisional = _T1_S, False
        spent = 0.0
        try:
            while True:
                if not provisional:
                    self.send(request)
                try:
                    async with asyncio.timeout(None if provisional else wait):
                        answer = await answers.get()
                except TimeoutError:
                    spent, wait = spent + wait, min(2 * wait, _T2_S)
                    if spent >= _REQUEST_TIMEOUT_S:
                        raise TimeoutError(f"no answer to {request.start}") from None
                    continue
                if answer.status >= 200:
                    if request.method == "INVITE":
                        self._acknowledge(request, answer)
                    return answer
                provisional = True
                if on_provisional is not None:
                    on_provisional(answer)
        finally:
            self._waiting.pop(key, None)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._closed.done():
            self._closed.set_result(None)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens at the far end (any more): the waits say so by their deadlines."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if self.ignores_everything or not data.strip():
            return
        message = Message.decode(data)
        if message.is_request:
            self._on_request(message)
        else:
            self._on_response(message)

    def incoming(self, call: Call) -> None:
        """A new call came in (already answered with 100)."""
        call.reject(480)

    def _on_response(self, answer: Message) -> None:
        key = _key(answer)
        if (ack := self._acks.get(key)) is not None and answer.status >= 200:
            self._send_bytes(ack)  # it did not get our ACK
        elif (waiting := self._waiting.get(key)) is not None and not waiting.full():
            waiting.put_nowait(answer)

    def _acknowledge(self, request: Message, final: Message) -> None:
        call = self.find(final["Call-ID"])
        if final.status < 300 and call is not None:
            ack = call.answer_received(final)
        else:
            kept = ("via", "from", "call-id", "max-forwards")
            headers = [(n, v) for n, v in request.headers if n.lower() in kept]
            headers += [("To", final["To"]), ("CSeq", f"{request.cseq[0]} ACK")]
            ack = Message(f"ACK {request.start.split(' ')[1]} SIP/2.0", headers)
        _remember(self._acks, _key(request), ack.encode())
        self.send(ack)

    def _on_request(self, request: Message) -> None:
        if (again := self._answers.get(_key(request))) is not None and request.method != "ACK":
            self._send_bytes(again)
            return
        call = self.find(request["Call-ID"])
        if call is not None:
            call.received(request)
        elif request.method == "INVITE" and self._is_leaving:
            self.answer(request, response(request, 480, secrets.token_hex(4)))
        elif request.method == "INVITE":
            self.background(self._on_invite(request))
        elif request.method in ("OPTIONS", "NOTIFY", "MESSAGE"):
            self.answer(request, response(request, 200, secrets.token_hex(4)))
        elif request.method != "ACK":
            self.answer(request, response(request, 481, secrets.token_hex(4)))

    async def _on_invite(self, request: Message) -> None:
        invited_at = self.loop.time()
        self.answer(request, response(request, 100))
        media = await RtpStream.open()
        call = Call(self, media, call_id=request["Call-ID"], incoming=True)
        call.invite, call.invited_at = request, invited_at
        call.local = f"{request['To']};tag={secrets.token_hex(4)}"
        call.remote = request["From"]
        call.target = uri_of(request["Contact"])
        if request.body:
            media.event_payload = Session.parse(request.body).event_payload
        self.calls.append(call)
        self.incoming(call)

    def find(self, call_id: str) -> Call | None:
        return next((call for call in reversed(self.calls) if call.call_id == call_id), None)


def _key(message: Message) -> tuple[str, str]:
    """What a request and its answers have in common."""
    branch = message["Via"].partition("branch=")[2].partition(";")[0]
    return branch, message.method


def _remember(kept: OrderedDict[tuple[str, str], bytes], key: tuple[str, str], data: bytes) -> None:
    kept[key] = data
    while len(kept) > _REMEMBERED:
        kept.popitem(last=False)

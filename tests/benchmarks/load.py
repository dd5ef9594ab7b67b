"""The people of a load test, as cheap as can be: phones without sound, desks without a face.

One UDP socket answers for every agent's phone: it takes each INVITE at once, hangs up after a
while, and notes when what came. One websocket per desk notes when each screen-pop arrived.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
from dataclasses import dataclass, field

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

_HEADER = re.compile(rb"^([A-Za-z-]+)\s*:\s*(.*?)\r?$", re.M)
_CALL = re.compile(rb'"call":"([^"]+)"')


@dataclass(slots=True)
class Dialog:
    """One call at one phone."""

    name: str
    headers: dict[bytes, bytes]
    invited_at: float
    target: bytes
    is_over: bool = False


class Phones(asyncio.DatagramProtocol):
    """Every agent's phone on one port. `talk_s`: how long until the agent hangs up."""

    def __init__(self, talk_s: float) -> None:
        self.talk_s = talk_s
        self.dialogs: dict[bytes, Dialog] = {}
        self.invites: list[tuple[str, float]] = []
        self.freed_at: dict[str, float] = {}
        self.offer_s: list[float] = []
        self._sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sink.bind(("127.0.0.1", 0))
        self._loop = asyncio.get_running_loop()

    @classmethod
    async def open(cls, talk_s: float) -> Phones:
        loop = asyncio.get_running_loop()
        _, phones = await loop.create_datagram_endpoint(
            lambda: cls(talk_s), local_addr=("127.0.0.1", 0)
        )
        return phones

    @property
    def port(self) -> int:
        return int(self._transport.get_extra_info("sockname")[1])

    def close(self) -> None:
        self._transport.close()
        self._sink.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        now = self._loop.time()
        first, _, rest = data.partition(b"\r\n")
        head = rest.partition(b"\r\n\r\n")[0]
        if first.startswith(b"INVITE "):
            self._invited(first, head, addr, now)
        elif first.startswith((b"BYE ", b"CANCEL ")):
            headers = dict(_HEADER.findall(head))
            self._answer(b"200 OK", headers, head, addr)
            dialog = self.dialogs.get(headers[b"Call-ID"])
            if dialog is not None and not dialog.is_over:
                dialog.is_over = True
                self.freed_at[dialog.name] = now
        elif first.startswith(b"OPTIONS "):
            self._answer(b"200 OK", dict(_HEADER.findall(head)), head, addr)

    def _invited(self, first: bytes, head: bytes, addr: tuple[str, int], now: float) -> None:
        headers = dict(_HEADER.findall(head))
        name = re.search(rb"sip:([^@;>]+)@", first)[1].decode()  # type: ignore[index]
        if headers[b"Call-ID"] in self.dialogs:
            return
        target = re.search(rb"<([^>]+)>", headers[b"Contact"])[1]  # type: ignore[index]
        dialog = Dialog(name, headers, now, target)
        self.dialogs[headers[b"Call-ID"]] = dialog
        self.invites.append((name, now))
        free_since = self.freed_at.pop(name, None)
        if free_since is not None:
            self.offer_s.append(now - free_since)
        port = self._sink.getsockname()[1]
        sdp = (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
        ).encode()
        self._answer(b"200 OK", headers, head, addr, sdp)
        self._loop.call_later(self.talk_s, self._hang_up, dialog, addr)

    def _answer(
        self,
        status: bytes,
        headers: dict[bytes, bytes],
        head: bytes,
        addr: tuple[str, int],
        body: bytes = b"",
    ) -> None:
        vias = [line for line in head.split(b"\r\n") if line.lower().startswith(b"via:")]
        to = headers[b"To"] + (b"" if b"tag=" in headers[b"To"] else b";tag=phone")
        lines = [
            b"SIP/2.0 " + status,
            *vias,
            b"From: " + headers[b"From"],
            b"To: " + to,
            b"Call-ID: " + headers[b"Call-ID"],
            b"CSeq: " + headers[b"CSeq"],
            b"Contact: <sip:phone@127.0.0.1:%d>" % self.port,
            *([b"Content-Type: application/sdp"] if body else []),
            b"Content-Length: %d" % len(body),
        ]
        self._transport.sendto(b"\r\n".join(lines) + b"\r\n\r\n" + body, addr)

    def _hang_up(self, dialog: Dialog, addr: tuple[str, int]) -> None:
        if dialog.is_over:
            return
        dialog.is_over = True
        headers = dialog.headers
        lines = [
            b"BYE " + dialog.target + b" SIP/2.0",
            b"Via: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bK%d" % (self.port, id(dialog)),
            b"Max-Forwards: 70",
            b"From: " + headers[b"To"] + b";tag=phone",
            b"To: " + headers[b"From"],
            b"Call-ID: " + headers[b"Call-ID"],
            b"CSeq: 1 BYE",
            b"Content-Length: 0",
        ]
        self._transport.sendto(b"\r\n".join(lines) + b"\r\n\r\n", addr)
        self.freed_at[dialog.name] = self._loop.time()


@dataclass(slots=True)
class Pops:
    """When each agent's screen got a pop, in order."""

    at: dict[str, list[float]] = field(default_factory=dict)


class Desk(asyncio.Protocol):
    """A desk's socket, read where the bytes arrive so that the time is right."""

    def __init__(self, url: str, token: str, name: str, pops: Pops) -> None:
        self._protocol = ClientProtocol(parse_uri(url), subprotocols=["desk.v1"])  # type: ignore[list-item]
        self._token = token
        self._name = name
        self._pops = pops.at.setdefault(name, [])
        self._loop = asyncio.get_running_loop()
        self.is_open = self._loop.create_future()
        self._sent = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        request = self._protocol.connect()
        request.headers["Authorization"] = f"Bearer {self._token}"
        self._protocol.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        now = self._loop.time()
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self.send("resume", {"channels": {}})
                self.send("cmd.ready", {})
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self._hear(bytes(event.data), now)
        self._flush()

    def send(self, kind: str, d: dict[str, object]) -> None:
        """Send one message."""
        self._sent += 1
        message = {"v": 0, "t": kind, "id": f"{self._name}-{self._sent}", "d": d}
        self._protocol.send_text(json.dumps(message).encode())
        self._flush()

    def close(self) -> None:
        self._transport.abort()  # type: ignore[attr-defined]

    def _hear(self, text: bytes, now: float) -> None:
        if b'"t":"pop.show"' in text:
            self._pops.append(now)
        elif b'"t":"ping"' in text:
            self.send("pong", {})
        elif b'"t":"done"' in text and not self.is_open.done():
            self.is_open.set_result(None)

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)  # type: ignore[attr-defined]

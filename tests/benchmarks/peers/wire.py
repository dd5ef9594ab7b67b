"""SIP for a load: one UDP socket, kernel receive stamps, as little parsing as will do.

Times are seconds of CLOCK_REALTIME: a datagram's is the kernel's stamp of its arrival, however late
we come to read it; a sent one's is taken just before it is handed to the kernel.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import time
from collections.abc import Callable

# Not among the names of Python's socket module; the same on every Linux machine we know of.
_SO_TIMESTAMPNS = 35
_SO_RCVBUFFORCE = 33
_BUFFER = 16 << 20
_AT_ONCE = 64
_TIMESPEC = struct.Struct("qq")
_HEADER = re.compile(rb"^([A-Za-z-]+)\s*:\s*(.*?)\r?$", re.M)
_USER = re.compile(rb"sip:(?:\+|%2[Bb])?([^@;>]+)@")
_ADDRESS = re.compile(rb"<([^>]+)>")

Headers = dict[bytes, bytes]


class Wire:
    """One socket on loopback. `receive` gets every datagram and the time the kernel had it."""

    def __init__(self, receive: Callable[[bytes, float], None]) -> None:
        self._receive = receive
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._widen(self._socket)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.server = ("127.0.0.1", 0)
        # Where sound is sent to: nobody listens, but nobody complains either.
        self._sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2304)
        self._sink.bind(("127.0.0.1", 0))
        port = self._sink.getsockname()[1]
        self.description = (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
        ).encode()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._read)

    @staticmethod
    def _widen(sock: socket.socket) -> None:
        try:
            sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
        except PermissionError:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)

    def close(self) -> None:
        self._loop.remove_reader(self._socket)
        self._socket.close()
        self._sink.close()

    def send(self, data: bytes) -> float:
        """Send to the server; gives the time just before."""
        at = time.time()
        self._socket.sendto(data, self.server)
        return at

    def _read(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                data, extra, _flags, _from = self._socket.recvmsg(65536, 64)
            except BlockingIOError:
                return
            seconds, nanoseconds = _TIMESPEC.unpack(extra[0][2])
            self._receive(data, seconds + nanoseconds / 1e9)


def headers_of(head: bytes) -> Headers:
    """The headers by name; Asterisk repeats none of those we need."""
    return dict(_HEADER.findall(head))


def user_in(text: bytes) -> str:
    """The user part of the first address in a line, without a plus sign."""
    found = _USER.search(text)
    return found[1].decode() if found else ""


def address_in(contact: bytes) -> bytes:
    """The address between the brackets of a Contact."""
    found = _ADDRESS.search(contact)
    return found[1] if found else contact


def answer(
    status: bytes, headers: Headers, tag: bytes, contact: bytes = b"", body: bytes = b""
) -> bytes:
    """The answer to a request with these headers."""
    to = headers[b"To"] if b"tag=" in headers[b"To"] else headers[b"To"] + b";tag=" + tag
    lines = [
        b"SIP/2.0 " + status,
        b"Via: " + headers[b"Via"],
        b"From: " + headers[b"From"],
        b"To: " + to,
        b"Call-ID: " + headers[b"Call-ID"],
        b"CSeq: " + headers[b"CSeq"],
    ]
    if contact:
        lines.append(b"Contact: <" + contact + b">")
    if body:
        lines.append(b"Content-Type: application/sdp")
    lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def request(
    method: bytes,
    target: bytes,
    headers: Headers,
    *,
    branch: bytes,
    contact: bytes,
    body: bytes = b"",
) -> bytes:
    """A request. `headers`: From, To, Call-ID and CSeq (the number alone)."""
    lines = [
        method + b" " + target + b" SIP/2.0",
        b"Via: SIP/2.0/UDP " + contact.rpartition(b"@")[2] + b";branch=z9hG4bK" + branch,
        b"Max-Forwards: 70",
        b"From: " + headers[b"From"],
        b"To: " + headers[b"To"],
        b"Call-ID: " + headers[b"Call-ID"],
        b"CSeq: " + headers[b"CSeq"] + b" " + method,
        b"Contact: <" + contact + b">",
    ]
    if body:
        lines.append(b"Content-Type: application/sdp")
    lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body

"""SIP messages, session descriptions and digest answers, as far as a phone needs them."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field

REASONS = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    202: "Accepted",
    404: "Not Found",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    503: "Service Unavailable",
    603: "Decline",
}
_COMPACT = {
    "f": "From",
    "t": "To",
    "i": "Call-ID",
    "m": "Contact",
    "v": "Via",
    "l": "Content-Length",
}


@dataclass
class Message:
    """A request (`INVITE sip:... SIP/2.0`) or a response (`SIP/2.0 200 OK`)."""

    start: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""

    @property
    def is_request(self) -> bool:
        return not self.start.startswith("SIP/2.0")

    @property
    def method(self) -> str:
        """Of a request its method, of a response that of the request it answers."""
        return self.start.split(" ")[0] if self.is_request else self.cseq[1]

    @property
    def status(self) -> int:
        return int(self.start.split(" ")[1])

    @property
    def cseq(self) -> tuple[int, str]:
        number, method = self["CSeq"].split()
        return int(number), method

    def __getitem__(self, name: str) -> str:
        """The first value of this header; "" when there is none."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), "")

    def all(self, name: str) -> list[str]:
        return [v for n, v in self.headers if n.lower() == name.lower()]

    def encode(self) -> bytes:
        body = self.body.encode()
        lines = [self.start, *(f"{n}: {v}" for n, v in self.headers)]
        lines += [f"Content-Length: {len(body)}", "", ""]
        return "\r\n".join(lines).encode() + body

    @classmethod
    def decode(cls, data: bytes) -> Message:
        head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
        start, *lines = head.split("\r\n")
        headers = []
        for line in lines:
            name, _, value = line.partition(":")
            headers.append((_COMPACT.get(name.strip().lower(), name.strip()), value.strip()))
        kept = [(n, v) for n, v in headers if n.lower() != "content-length"]
        return cls(start, kept, body)


def response(request: Message, status: int, tag: str = "") -> Message:
    """The bare answer to a request; `tag` completes its To."""
    headers = [(n, v) for n, v in request.headers if n.lower() in ("via", "record-route")]
    to = request["To"]
    if tag and ";tag=" not in to:
        to += f";tag={tag}"
    headers += [
        ("From", request["From"]),
        ("To", to),
        ("Call-ID", request["Call-ID"]),
        ("CSeq", request["CSeq"]),
    ]
    return Message(f"SIP/2.0 {status} {REASONS.get(status, 'Because')}", headers)


def uri_of(header: str) -> str:
    """The address in a From, To or Contact."""
    match = re.search(r"<([^>]*)>", header)
    return match[1] if match else header.split(";")[0].strip()


def user_of(header: str) -> str:
    """The user part of a From, To or Contact: a number or a name."""
    address = uri_of(header).partition(":")[2]
    return address.partition("@")[0] if "@" in address else ""


def tag_of(header: str) -> str:
    match = re.search(r";tag=([^;>\s]+)", header)
    return match[1] if match else ""


@dataclass(frozen=True)
class Session:
    """What the far end's session description says."""

    address: tuple[str, int]
    event_payload: int
    direction: str

    @classmethod
    def parse(cls, body: str) -> Session:
        host = re.search(r"^c=IN IP4 (\S+)", body, re.MULTILINE)
        port = re.search(r"^m=audio (\d+)", body, re.MULTILINE)
        event = re.search(r"^a=rtpmap:(\d+) telephone-event/8000", body, re.MULTILINE)
        way = re.search(r"^a=(sendrecv|sendonly|recvonly|inactive)", body, re.MULTILINE)
        if host is None or port is None:
            raise ValueError("a session description without audio")
        return cls(
            (host[1], int(port[1])),
            int(event[1]) if event else 101,
            way[1] if way else "sendrecv",
        )


def describe(port: int, event_payload: int, direction: str, version: int) -> str:
    """Our session description: mu-law and digits on loopback."""
    lines = [
        "v=0",
        f"o=- 1 {version} IN IP4 127.0.0.1",
        "s=-",
        "c=IN IP4 127.0.0.1",
        "t=0 0",
        f"m=audio {port} RTP/AVP 0 {event_payload}",
        "a=rtpmap:0 PCMU/8000",
        f"a=rtpmap:{event_payload} telephone-event/8000",
        f"a=fmtp:{event_payload} 0-16",
        "a=ptime:20",
        f"a={direction}",
        "",
    ]
    return "\r\n".join(lines)


def authorization(challenge: str, method: str, uri: str, user: str, password: str) -> str:
    """The digest answer (MD5) to a WWW-Authenticate header."""
    given = {
        m[1].lower(): m[2].strip('"') for m in re.finditer(r'(\w+)=("[^"]*"|[^,\s]+)', challenge)
    }

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    realm, nonce = given["realm"], given["nonce"]
    secret, request = md5(f"{user}:{realm}:{password}"), md5(f"{method}:{uri}")
    parts = {"username": user, "realm": realm, "nonce": nonce, "uri": uri}
    text = ", ".join(f'{name}="{value}"' for name, value in parts.items())
    if "qop" in given:
        once = secrets.token_hex(8)
        answer = md5(f"{secret}:{nonce}:00000001:{once}:auth:{request}")
        text += f', qop=auth, nc=00000001, cnonce="{once}"'
    else:
        answer = md5(f"{secret}:{nonce}:{request}")
    if "opaque" in given:
        text += f', opaque="{given["opaque"]}"'
    return f'Digest {text}, response="{answer}", algorithm=MD5'

"""Where lookups may go: hosts that an operator named, at addresses that such a host may have.

A flow is written by somebody who may not decide what this machine talks to, and the names in it are
resolved by name servers that anybody may run. So a host has to be named in the settings, in exactly
the spelling of the flow; names are resolved by us, every address they have is looked at, and the
connection goes to one of those, not to whatever the name means a moment later. Addresses inside
(loopback, private networks) are for hosts that were named as private; link-local ones, where clouds
keep their machines' credentials, are for nobody.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\Z")
_NUMBERISH = re.compile(r"(0x[0-9a-f]*|[0-9]+)\Z")
_METADATA = frozenset(
    ipaddress.ip_address(text) for text in ("169.254.169.254", "100.100.100.200", "fd00:ec2::254")
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")
_RESOLVERS = 4
_MOST_ADDRESSES = 16

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotAllowedError(Exception):
    """A lookup that may not be made. The text says why, and holds nothing of a caller."""


@dataclass(frozen=True, slots=True)
class Target:
    """A host and a port, in the one spelling that is compared."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What an operator named: ``host`` or ``host:port`` each, a bare host for the usual ports.

    ``private``: hosts that may have addresses inside, and may be asked without encryption.
    ``at``: hosts that are not resolved but are at an address and port of ours.
    """

    hosts: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()
    at: Mapping[str, tuple[str, int]] = field(default_factory=dict)


def target_of(url: str) -> tuple[str, Target]:
    """Read scheme and target of a URL. Raises NotAllowedError for what is not plain."""
    if not url.isascii() or re.search(r"[\x00-\x20\x7f\\]", url):
        raise NotAllowedError("the URL holds characters that do not belong into one")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAllowedError("the URL cannot be read") from None
    if parts.scheme not in _PORTS:
        raise NotAllowedError("the URL is neither http nor https")
    if "@" in parts.netloc:
        raise NotAllowedError("the URL holds a user or password")
    return parts.scheme, Target(host_of(parts.hostname or ""), port or _PORTS[parts.scheme])


def host_of(text: str) -> str:
    """Give a host's one spelling. Raises NotAllowedError for one that can be read in two ways."""
    host = text.lower()
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    if ":" in host:
        try:
            return str(ipaddress.IPv6Address(host)) if "%" not in host else _refuse(host)
        except ValueError:
            _refuse(host)
    if _NUMBERISH.match(host.rsplit(".", 1)[-1]):
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            _refuse(host)
    if len(host) > 253 or not _NAME.match(host):
        _refuse(host)
    return host


def _refuse(_host: str) -> str:
    raise NotAllowedError("the host is not written as one name or address")


def address_of(text: str) -> Address | None:
    """Read an address; None for a name."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def why_not(address: Address, *, private: bool) -> str:
    """Say why nothing may be asked at an address; "" when it may."""
    for inner in _meant(address):
        if inner in _METADATA or inner.is_link_local:
            return "a link-local or metadata address"
        if inner.is_multicast or inner.is_unspecified or inner == _BROADCAST:
            return "not the address of one machine"
        inside = not inner.is_global
        if inside and not private:
            return "an address inside, and the host is not named as private"
        if inside and not (inner.is_private or inner.is_loopback):
            return "a reserved address"
    return ""


_BROADCAST = ipaddress.ip_address("255.255.255.255")


def _meant(address: Address) -> Iterable[Address]:
    """The address, and those of version 4 that are written inside one of version 6."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    found: list[Address] = [address]
    if address.sixtofour is not None:
        found.append(address.sixtofour)
    if address.teredo is not None:
        found.extend(address.teredo)
    if address in _NAT64 or address in _LOCAL_NAT64 or not int(address) >> 32:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return found


class Guard:
    """Keeps lookups to what is allowed."""

    def __init__(self, rules: Rules) -> None:
        self._hosts = frozenset(map(_named, rules.hosts))
        self._private = frozenset(map(_named, rules.private))
        self.at = {host_of(host): at for host, at in rules.at.items()}

    def check(self, url: str) -> None:
        """Look at a URL before it is asked. Raises NotAllowedError."""
        scheme, target = target_of(url)
        if target.host in self.at:
            return
        private = self.is_private(target)
        if not private and not _is_in(self._hosts, target):
            raise NotAllowedError("the host is not named in the settings (lookups.hosts)")
        if scheme == "http" and not private:
            raise NotAllowedError("only a private host may be asked without encryption: use https")
        literal = address_of(target.host)
        reason = why_not(literal, private=private) if literal is not None else ""
        if reason:
            raise NotAllowedError(reason)

    def is_private(self, target: Target) -> bool:
        """Say whether the operator named the host as private."""
        return _is_in(self._private, target)


def _named(text: str) -> Target:
    """Read ``host`` or ``host:port``; port 0 stands for the usual ones."""
    host, colon, port = text.rpartition(":")
    if colon and port.isdecimal() and (":" not in host or host.endswith("]")):
        return Target(host_of(host), int(port))
    return Target(host_of(text), 0)


def _is_in(named: frozenset[Target], target: Target) -> bool:
    usual = target.port in _PORTS.values() and Target(target.host, 0) in named
    return usual or target in named


class GuardedResolver(AbstractResolver):
    """Resolves names for the connections that are made, and gives none that is not allowed."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        # Threads of its own: a name server that hangs must not take those of the whole process.
        self._threads = ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="lookup-names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Give the addresses of a host, all of them allowed. Raises OSError when one is not."""
        at = self._guard.at.get(host)
        if at is not None:
            return [_result(host, at[0], at[1], socket.AF_INET)]
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, _look_up, host, port, family
        )
        private = self._guard.is_private(Target(host_of(host), port))
        results = []
        for kind, text in found[:_MOST_ADDRESSES]:
            address = address_of(text)
            reason = "no address" if address is None else why_not(address, private=private)
            if reason:
                raise OSError(f"the host has {reason}")
            results.append(_result(host, text, port, kind))
        if not results:
            raise OSError("the host has no address")
        return results

    async def close(self) -> None:
        """Let the threads go; one that hangs in a name server ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(
    host: str, port: int, family: socket.AddressFamily
) -> list[tuple[socket.AddressFamily, str]]:
    found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    return [(kind, str(address[0])) for kind, _, _, _, address in found]


def _result(host: str, address: str, port: int, family: socket.AddressFamily) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=family,
        proto=0,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )

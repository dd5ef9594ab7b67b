"""Ports for servers that have to be told theirs before they listen."""

from __future__ import annotations

import os
import random
import socket

_FIRST, _LAST = 32_000, 32_767
"""Below the range from which the kernel gives ports to whoever asks for any, and above those of the
Asterisks of the tests: a port that is free now is not given away before it is used."""

_SLICES = 8
"""Tests that run side by side have a part of the range each: two of them never find the same port
free in the same moment. The last part is for whoever is no worker of a run."""


def slice_of(first: int, last: int, worker: str | None = None) -> range:
    """Give the part of a range of ports that is for this worker ("gw0", "gw1"; empty for none)."""
    if worker is None:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    size = (last - first + 1) // _SLICES
    number = int(worker[2:]) % (_SLICES - 1) if worker[2:].isdecimal() else _SLICES - 1
    return range(first + number * size, first + (number + 1) * size)


class _Ports:
    """Goes round in its part, so that a port is not given twice within a short time."""

    def __init__(self, ports: range) -> None:
        self._ports = ports
        self._next = random.SystemRandom().randrange(len(ports))

    def take(self) -> int:
        for _ in self._ports:
            port = self._ports[self._next]
            self._next = (self._next + 1) % len(self._ports)
            if all(_is_free(port, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)):
                return port
        raise OSError(f"no free port between {self._ports[0]} and {self._ports[-1]}")


_PORTS = _Ports(slice_of(_FIRST, _LAST))


def free_port() -> int:
    """A port on loopback that nobody uses, for TCP and for UDP."""
    return _PORTS.take()


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            # As servers do: connections that are over are no obstacle, somebody who listens is.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

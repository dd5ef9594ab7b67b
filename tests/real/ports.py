"""Ports for servers that have to be told theirs before they listen."""

from __future__ import annotations

import random
import socket

_FIRST, _LAST = 32_000, 32_767
"""Below the range from which the kernel gives ports to whoever asks for any, and above those of the
Asterisks of the tests: a port that is free now is not given away before it is used."""


def free_port() -> int:
    """A port on loopback that nobody uses, for TCP and for UDP."""
    picker = random.SystemRandom()
    for _ in range(500):
        port = picker.randint(_FIRST, _LAST)
        if all(_is_free(port, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)):
            return port
    raise OSError(f"no free port between {_FIRST} and {_LAST}")


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

"""Ports of tests that run side by side."""

from __future__ import annotations

import socket

from tests.real.ports import free_port, slice_of


def test_workers_do_not_share_ports() -> None:
    parts = [set(slice_of(32_000, 32_767, name)) for name in ("gw0", "gw1", "gw2", "gw6", "")]
    assert sum(map(len, parts)) == len(set.union(*parts))
    assert all(port in range(32_000, 32_768) for port in set.union(*parts))


def test_a_port_is_not_given_twice_in_a_row_nor_while_it_is_used() -> None:
    first = free_port()
    with socket.create_server(("127.0.0.1", free_port())) as taken:
        given = [free_port() for _ in range(20)]
        assert taken.getsockname()[1] not in given
    assert len({first, *given}) == 21

from __future__ import annotations

import json

import pytest

from contact_center.adapters.stream.fact_log import FactLog, LostPlaceError
from contact_center.core.facts import NotesSaved
from contact_center.core.ids import AgentId, CallId
from tests.adapters.stream.conftest import finished, queued


def seqs(lines: list[bytes]) -> list[int]:
    return [json.loads(line)["fact"]["seq"] for line in lines]


def test_a_reader_goes_on_where_it_was() -> None:
    log = FactLog(epoch=7)
    log.publish([queued(n) for n in range(1, 8)])
    lines, place = log.read(0, None, most=3)
    assert seqs(lines) == [1, 2, 3]
    lines, place = log.read(log.place(json.loads(lines[-1])["cursor"]), None)
    assert seqs(lines) == [4, 5, 6, 7]
    assert log.read(place, None) == ([], 7)


def test_types_are_left_out_and_the_place_moves_on_all_the_same() -> None:
    log = FactLog(epoch=7)
    log.publish([queued(1), finished(2), queued(3)])
    lines, place = log.read(0, frozenset({"CallFinished"}))
    assert (seqs(lines), place) == ([2], 3)


def test_a_place_that_is_gone_is_lost() -> None:
    log = FactLog(epoch=7, bound=3)
    log.publish([queued(n) for n in range(1, 6)])
    assert (log.oldest, log.newest) == (3, 5)
    assert seqs(log.read(2, None)[0]) == [3, 4, 5]
    for place in (1, 6):
        with pytest.raises(LostPlaceError):
            log.read(place, None)


@pytest.mark.parametrize("cursor", ["", "7", "8-2", "7-x", "7--1", "7-9", "7-٣", "-2"])
def test_a_cursor_of_another_process_or_of_nobody_is_lost(cursor: str) -> None:
    log = FactLog(epoch=7)
    log.publish([queued(1), queued(2), queued(3)])
    assert log.place("7-2") == 2
    with pytest.raises(LostPlaceError):
        log.place(cursor)


def test_what_is_for_one_screen_is_not_in_it() -> None:
    log = FactLog(epoch=7)
    log.publish([NotesSaved(at=1, call=CallId("k1"), seq=1, agent=AgentId("ann"), text="x")])
    assert log.newest == 0

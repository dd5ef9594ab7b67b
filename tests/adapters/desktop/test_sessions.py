"""Logins: random, bounded, over at some time, and still there after a restart."""

from pathlib import Path

from contact_center.adapters.desktop.sessions import ABSOLUTE_US, IDLE_US, Sessions


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now


def test_a_token_finds_its_session_and_nothing_else_does() -> None:
    sessions = Sessions(Clock())
    token, session = sessions.open("maria")
    assert sessions.find(token) is session
    assert sessions.find(token + "x") is None
    assert sessions.find(session.key) is None


def test_an_idle_session_ends_and_an_open_screen_keeps_it() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    token, session = sessions.open("maria")
    clock.now += IDLE_US
    sessions.touch(session)
    clock.now += IDLE_US
    assert sessions.find(token) is session
    clock.now += IDLE_US + 1
    assert sessions.find(token) is None


def test_no_session_outlives_its_day() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    token, session = sessions.open("maria")
    while clock.now <= session.since + ABSOLUTE_US:
        clock.now += IDLE_US
        sessions.touch(session)
    assert sessions.find(token) is None


def test_the_times_are_the_operator_s_to_choose() -> None:
    clock = Clock()
    sessions = Sessions(clock, idle_us=2 * IDLE_US, absolute_us=3 * IDLE_US)
    token, session = sessions.open("maria")
    clock.now += 2 * IDLE_US
    assert sessions.find(token) is session
    clock.now += IDLE_US + 1
    assert sessions.find(token) is None


def test_a_file_that_cannot_be_written_keeps_nobody_out(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    sessions = Sessions(Clock(), tmp_path / "folder" / "sessions")
    (tmp_path / "folder" / "sessions").unlink()
    (tmp_path / "folder").rmdir()
    token, session = sessions.open("maria")
    assert sessions.find(token) is session
    sessions.close(session)
    assert sessions.find(token) is None


def test_sessions_are_bounded_and_the_oldest_go_first() -> None:
    sessions = Sessions(Clock(), max_sessions=3)
    tokens = [sessions.open("maria")[0] for _ in range(5)]
    found = [sessions.find(token) is not None for token in tokens]
    assert found == [False, False, True, True, True]


def test_a_restart_keeps_logins_and_their_ends_but_no_token(tmp_path: Path) -> None:
    clock, file = Clock(), tmp_path / "sessions"
    before = Sessions(clock, file)
    kept, _ = before.open("maria")
    ended, session = before.open("jonas")
    before.close(session)
    clock.now += IDLE_US + 1
    after = Sessions(clock, file)
    found = after.find(kept)
    assert found is not None
    assert found.agent == "maria"
    assert after.find(ended) is None
    assert kept not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


def test_a_restart_after_a_day_forgets(tmp_path: Path) -> None:
    clock, file = Clock(), tmp_path / "sessions"
    token, _ = Sessions(clock, file).open("maria")
    clock.now += ABSOLUTE_US + 1
    assert Sessions(clock, file).find(token) is None
    assert file.read_text() == ""


def test_a_damaged_file_costs_only_what_is_damaged(tmp_path: Path) -> None:
    clock, file = Clock(), tmp_path / "sessions"
    token, _ = Sessions(clock, file).open("maria")
    file.write_bytes(b"\xff\xfe nonsense\n+ only two\n" + file.read_bytes() + b"+ half")
    assert Sessions(clock, file).find(token) is not None

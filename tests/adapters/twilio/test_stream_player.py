"""A caller hears every prompt whole and in order, and nothing more once it is stopped."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from contact_center.adapters.twilio.stream_player import (
    AHEAD_US,
    MARK_WITHIN_US,
    MOST_WAITING,
    Happening,
    StreamPlayer,
    What,
)
from contact_center.core.ids import PlaybackId

A, B = PlaybackId("p-a"), PlaybackId("p-b")
MS = 1000


def sound(letter: str, ms: int) -> bytes:
    return letter.encode() * (8 * ms)


@dataclass
class Phone:
    """The far end: what is on its way, heard as time passes, and its marks."""

    player: StreamPlayer = field(default_factory=lambda: StreamPlayer("MZ1"))
    now: int = 0
    heard: bytes = b""
    marks: bool = True
    furthest_ms: int = 0
    happened: list[Happening] = field(default_factory=list)
    _line: list[bytes | str] = field(default_factory=list)

    def exchange(self) -> None:
        for text in self.player.due(self.now):
            message = json.loads(text)
            assert message["streamSid"] == "MZ1"
            if message["event"] == "media":
                self._line.append(base64.b64decode(message["media"]["payload"]))
            elif message["event"] == "mark":
                self._line.append(message["mark"]["name"])
            else:
                cleared = [one for one in self._line if isinstance(one, str)]
                self._line.clear()
                for name in cleared:
                    self.player.marked(name)
        waiting = sum(len(one) for one in self._line if isinstance(one, bytes)) // 8
        self.furthest_ms = max(self.furthest_ms, waiting)
        self._marks_due()
        self.happened.extend(self.player.happened())

    def _marks_due(self) -> None:
        while self._line and isinstance(self._line[0], str):
            name = self._line.pop(0)
            assert isinstance(name, str)
            if self.marks:
                self.player.marked(name)

    def pass_ms(self, ms: int) -> None:
        """Time passes in steps of 10 ms, with whatever is due in between."""
        for _ in range(ms // 10):
            self.exchange()
            left = 80
            while left and self._line:
                first = self._line[0]
                if isinstance(first, str):
                    self._marks_due()
                    continue
                self.heard += first[:left]
                rest = first[left:]
                left -= len(first) - len(rest)
                self._line[0:1] = [rest] if rest else []
            self.now += 10 * MS
            self._marks_due()
        self.exchange()

    def ended(self) -> list[tuple[What, PlaybackId]]:
        return [(one.what, one.playback) for one in self.happened]


def test_prompts_are_heard_whole_in_order_and_each_is_told_of_twice() -> None:
    phone = Phone()
    phone.player.play(A, sound("a", 750), phone.now)
    phone.player.play(B, sound("b", 320), phone.now)
    phone.pass_ms(1100)
    assert phone.heard == sound("a", 750) + sound("b", 320)
    assert phone.ended() == [
        (What.STARTED, A),
        (What.STARTED, B),
        (What.FINISHED, A),
        (What.FINISHED, B),
    ] or phone.ended() == [
        (What.STARTED, A),
        (What.FINISHED, A),
        (What.STARTED, B),
        (What.FINISHED, B),
    ]
    assert phone.player.next_at() is None


def test_no_more_is_on_its_way_than_the_bound_so_a_stop_is_a_stop() -> None:
    phone = Phone()
    phone.player.play(A, sound("a", 20_000), phone.now)
    phone.pass_ms(5000)
    assert 200 <= phone.furthest_ms <= AHEAD_US // 1000 + 100
    phone.player.stop(A, phone.now)
    phone.exchange()
    heard = len(phone.heard)
    phone.pass_ms(1000)
    assert len(phone.heard) == heard
    assert phone.ended() == [(What.STARTED, A), (What.FINISHED, A)]


def test_what_waited_behind_a_stopped_prompt_is_heard_whole() -> None:
    phone = Phone()
    phone.player.play(A, sound("a", 500), phone.now)
    phone.player.play(B, sound("b", 900), phone.now)
    phone.pass_ms(400)
    phone.player.stop(A, phone.now)
    phone.pass_ms(1500)
    assert phone.heard == sound("a", 400) + sound("b", 900)
    assert phone.ended().count((What.FINISHED, B)) == 1
    assert phone.ended().count((What.STARTED, B)) == 1


def test_a_prompt_that_was_not_begun_is_taken_out_without_a_click() -> None:
    phone = Phone()
    phone.player.play(A, sound("a", 2000), phone.now)
    phone.player.play(B, sound("b", 500), phone.now)
    phone.pass_ms(100)
    phone.player.stop(B, phone.now)
    phone.pass_ms(2000)
    assert phone.heard == sound("a", 2000)
    assert phone.ended() == [(What.STARTED, A), (What.FINISHED, B), (What.FINISHED, A)]


def test_stopping_what_is_over_or_never_was_does_nothing() -> None:
    phone = Phone()
    phone.player.stop(A, phone.now)
    phone.player.play(A, sound("a", 100), phone.now)
    phone.pass_ms(300)
    before = list(phone.happened)
    phone.player.stop(A, phone.now)
    phone.pass_ms(100)
    assert phone.happened == before


def test_the_same_prompt_asked_for_twice_is_heard_once() -> None:
    phone = Phone()
    phone.player.play(A, sound("a", 300), phone.now)
    phone.player.play(A, sound("a", 300), phone.now)
    phone.pass_ms(1000)
    assert phone.heard == sound("a", 300)
    assert phone.ended() == [(What.STARTED, A), (What.FINISHED, A)]


def test_a_mark_that_never_comes_back_is_not_waited_for_for_ever() -> None:
    phone = Phone(marks=False)
    phone.player.play(A, sound("a", 100), phone.now)
    phone.pass_ms(200)
    assert phone.ended() == [(What.STARTED, A)]
    phone.pass_ms(MARK_WITHIN_US // 1000)
    assert phone.happened[-1] == Happening(What.FAILED, A, "no mark came back")
    phone.player.marked(A)
    phone.exchange()
    assert len(phone.happened) == 2


def test_music_is_heard_over_and_over_and_prompts_take_its_place_at_once() -> None:
    phone = Phone()
    phone.player.music(sound("m", 250), phone.now)
    phone.pass_ms(1000)
    assert phone.heard == sound("m", 1000)
    phone.player.play(A, sound("a", 300), phone.now)
    phone.pass_ms(500)
    assert phone.heard[8000:] == sound("a", 300) + sound("m", 200)
    phone.player.music(b"", phone.now)
    phone.pass_ms(300)
    assert len(phone.heard) == 12_000
    assert phone.player.next_at() is None


def test_the_same_music_again_goes_on_without_a_break() -> None:
    phone = Phone()
    phone.player.music(sound("m", 250) + sound("n", 250), phone.now)
    phone.pass_ms(300)
    phone.player.music(sound("m", 250) + sound("n", 250), phone.now)
    phone.pass_ms(200)
    assert phone.heard == sound("m", 250) + sound("n", 250)


def test_more_prompts_than_the_bound_fail() -> None:
    phone = Phone()
    for number in range(MOST_WAITING + 1):
        phone.player.play(PlaybackId(f"p-{number}"), sound("a", 100), phone.now)
    phone.exchange()
    assert phone.happened[0] == Happening(What.FAILED, PlaybackId(f"p-{MOST_WAITING}"), "overload")


def test_when_the_stream_ends_every_prompt_does() -> None:
    phone = Phone(marks=False)
    phone.player.play(A, sound("a", 100), phone.now)
    phone.player.play(B, sound("b", 5000), phone.now)
    phone.pass_ms(150)
    phone.player.end()
    phone.exchange()
    assert phone.ended() == [
        (What.STARTED, A),
        (What.STARTED, B),
        (What.FAILED, A),
        (What.FAILED, B),
    ]


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("play"), st.integers(0, 5), st.integers(0, 900)),
            st.tuples(st.just("stop"), st.integers(0, 5), st.just(0)),
            st.tuples(st.just("wait"), st.integers(1, 60), st.just(0)),
            st.tuples(st.just("music"), st.integers(0, 2), st.just(0)),
        ),
        max_size=25,
    )
)
def test_whatever_is_asked_every_prompt_ends_once(steps: list[tuple[str, int, int]]) -> None:
    phone = Phone()
    played: list[PlaybackId] = []
    for number, (what, which, ms) in enumerate(steps):
        name = PlaybackId(f"p-{which}-{number}")
        if what == "play":
            phone.player.play(name, sound("a", ms), phone.now)
            played.append(name)
        elif what == "stop" and played:
            phone.player.stop(played[which % len(played)], phone.now)
        elif what == "wait":
            phone.pass_ms(10 * which)
        elif what == "music":
            phone.player.music(sound("m", 100 * which), phone.now)
    phone.player.music(b"", phone.now)
    phone.pass_ms(9000)
    ends = [one.playback for one in phone.happened if one.what is not What.STARTED]
    assert sorted(ends) == sorted(played)
    assert phone.furthest_ms <= AHEAD_US // 1000 + 100

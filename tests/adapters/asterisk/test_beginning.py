"""What was to be played and never began."""

import asyncio
from collections.abc import Callable

from contact_center.adapters.asterisk.ari_link import Ask, OnReply, Reply
from contact_center.adapters.asterisk.beginning import MOST_TIMES, Beginning
from contact_center.adapters.asterisk.book import Book
from contact_center.adapters.asterisk.errors import AriDeadlineError, AriRequestError
from contact_center.core.commands import PlaySequence, PromptItem, PromptKind
from contact_center.core.events import Event, PlaybackFailed, PlaybackFinished
from contact_center.core.ids import CallId, CommandId, LegId, PlaybackId

LEG, PLAYBACK = LegId("c1"), PlaybackId("p-c1-1")
COMMAND = PlaySequence(
    cmd=CommandId("c1:1"),
    call=CallId("c1"),
    leg=LEG,
    playback=PLAYBACK,
    items=(PromptItem(kind=PromptKind.TONE, text="beep"),),
)
PLAY = Ask("POST", "channels/c1/play/p-c1-1", body='{"media": ["sound:beep"]}')
GONE, KNOWN, TAKEN = Reply(404), Reply(200), Reply(201)


class Channel:
    """An Asterisk that says of a playback what it is told to say, and who listens to it."""

    def __init__(self, says: Callable[[str], Reply | AriRequestError]) -> None:
        self.book = Book()
        self.note = self.book.begin(LEG, up=True)
        self.book.play(PLAYBACK, self.note)
        self.asked: list[str] = []
        self.told: list[Event] = []
        self._says = says
        self._moved = asyncio.Event()
        self.beginning = Beginning(
            self.book, self.request, self.tell, look_after_s=(0.0, 0.001, 0.002)
        )

    def request(self, ask: Ask, on_reply: OnReply) -> None:
        self.asked.append(ask.method)
        assert ask == PLAY or ask == Ask("GET", f"playbacks/{PLAYBACK}")
        self._moved.set()
        on_reply(self._says(ask.method))

    def tell(self, event: Event) -> None:
        self.told.append(event)
        self._moved.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                self._moved.clear()
                await self._moved.wait()

    async def rests(self) -> None:
        """Let every look that is still due happen: there is to be none."""
        so_far = len(self.asked)
        await asyncio.sleep(0.02)
        assert len(self.asked) == so_far


async def test_what_is_gone_is_asked_for_again_until_it_begins() -> None:
    def says(method: str) -> Reply:
        if method == "POST":
            channel.book.playbacks[PLAYBACK].began = True
            return TAKEN
        return GONE

    channel = Channel(says)
    channel.beginning.expect(COMMAND, PLAY)
    await channel.until(lambda: "POST" in channel.asked)
    await channel.rests()
    assert (channel.asked, channel.told) == (["GET", "POST"], [])


async def test_what_waits_behind_another_is_left_to_wait() -> None:
    channel = Channel(lambda _: KNOWN)
    channel.beginning.expect(COMMAND, PLAY)
    await channel.until(lambda: len(channel.asked) >= 5)
    assert set(channel.asked) == {"GET"}
    channel.book.end(LEG)
    await channel.rests()
    assert channel.told == []


async def test_what_has_begun_or_is_over_is_not_asked_about() -> None:
    begun = Channel(lambda _: GONE)
    begun.book.playbacks[PLAYBACK].began = True
    begun.beginning.expect(COMMAND, PLAY)
    await begun.rests()
    over = Channel(lambda _: GONE)
    over.book.played(PLAYBACK)
    over.beginning.expect(COMMAND, PLAY)
    await over.rests()
    assert begun.asked == over.asked == []


async def test_what_never_begins_has_failed_after_a_number_of_times() -> None:
    channel = Channel(lambda method: TAKEN if method == "POST" else GONE)
    channel.beginning.expect(COMMAND, PLAY)
    await channel.until(lambda: bool(channel.told))
    await channel.rests()
    (failed,) = channel.told
    assert isinstance(failed, PlaybackFailed)
    assert (failed.leg, failed.playback) == (LEG, PLAYBACK)
    assert channel.asked.count("POST") == MOST_TIMES - 1
    assert PLAYBACK not in channel.book.playbacks


async def test_what_was_stopped_before_it_began_is_over() -> None:
    channel = Channel(lambda _: GONE)
    channel.book.playbacks[PLAYBACK].unwanted = True
    channel.beginning.expect(COMMAND, PLAY)
    await channel.until(lambda: bool(channel.told))
    assert [type(event) for event in channel.told] == [PlaybackFinished]
    assert channel.asked == ["GET"]


async def test_a_channel_that_is_gone_by_then_ends_the_asking() -> None:
    channel = Channel(lambda method: GONE)
    channel.beginning.expect(COMMAND, PLAY)
    await channel.until(lambda: bool(channel.told))
    (failed,) = channel.told
    assert isinstance(failed, PlaybackFailed)
    assert channel.asked == ["GET", "POST"]


async def test_an_asterisk_that_does_not_answer_is_asked_again() -> None:
    channel = Channel(lambda _: AriDeadlineError("late"))
    channel.beginning.expect(COMMAND, PLAY)
    await channel.until(lambda: len(channel.asked) >= 4)
    assert set(channel.asked) == {"GET"}
    channel.book.played(PLAYBACK)
    await channel.rests()

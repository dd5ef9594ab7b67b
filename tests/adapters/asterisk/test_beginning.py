"""What was to be played and never began."""

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
    """An Asterisk that says of a playback what it is told to say, who listens, and a clock."""

    def __init__(self, says: Callable[[str], Reply | AriRequestError]) -> None:
        self.book = Book()
        self.note = self.book.begin(LEG, up=True)
        self.book.play(PLAYBACK, self.note)
        self.asked: list[str] = []
        self.told: list[Event] = []
        self.waits: list[float] = []
        self._says = says
        self._due: list[Callable[[], None]] = []
        self.beginning = Beginning(self.book, self.request, self.told.append, later=self.later)

    def request(self, ask: Ask, on_reply: OnReply) -> None:
        self.asked.append(ask.method)
        assert ask in (PLAY, Ask("GET", f"playbacks/{PLAYBACK}"))
        on_reply(self._says(ask.method))

    def later(self, after_s: float, do: Callable[[], None]) -> None:
        self.waits.append(after_s)
        self._due.append(do)

    def looks(self, times: int = 1) -> None:
        """Let so many looks be due, each one set by the one before."""
        for _ in range(times):
            self._due.pop(0)()

    @property
    def rests(self) -> bool:
        return not self._due


def test_what_is_gone_is_asked_for_again_until_it_begins() -> None:
    def says(method: str) -> Reply:
        if method == "POST":
            channel.book.playbacks[PLAYBACK].began = True
            return TAKEN
        return GONE

    channel = Channel(says)
    channel.beginning.expect(COMMAND, PLAY)
    channel.looks()
    assert (channel.asked, channel.told, channel.rests) == (["GET", "POST"], [], True)


def test_what_waits_behind_another_is_left_to_wait_and_asked_about_ever_less_often() -> None:
    channel = Channel(lambda _: KNOWN)
    channel.beginning.expect(COMMAND, PLAY)
    channel.looks(6)
    assert channel.asked == ["GET"] * 6
    assert channel.waits == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    channel.book.end(LEG)
    channel.looks()
    assert (len(channel.asked), channel.told, channel.rests) == (6, [], True)


def test_what_has_begun_or_is_over_is_not_asked_about() -> None:
    begun, over = Channel(lambda _: GONE), Channel(lambda _: GONE)
    begun.beginning.expect(COMMAND, PLAY)
    begun.book.playbacks[PLAYBACK].began = True
    begun.looks()
    over.book.played(PLAYBACK)
    over.beginning.expect(COMMAND, PLAY)
    assert (begun.asked, begun.rests, over.asked, over.rests) == ([], True, [], True)


def test_what_never_begins_has_failed_after_a_number_of_times() -> None:
    channel = Channel(lambda method: TAKEN if method == "POST" else GONE)
    channel.beginning.expect(COMMAND, PLAY)
    channel.looks(MOST_TIMES)
    (failed,) = channel.told
    assert isinstance(failed, PlaybackFailed)
    assert (failed.leg, failed.playback) == (LEG, PLAYBACK)
    assert channel.asked.count("POST") == MOST_TIMES - 1
    assert PLAYBACK not in channel.book.playbacks
    assert channel.rests


def test_what_was_stopped_before_it_began_is_over() -> None:
    channel = Channel(lambda _: GONE)
    channel.book.playbacks[PLAYBACK].unwanted = True
    channel.beginning.expect(COMMAND, PLAY)
    channel.looks()
    assert [type(event) for event in channel.told] == [PlaybackFinished]
    assert (channel.asked, channel.rests) == (["GET"], True)


def test_a_channel_that_is_gone_by_then_ends_the_asking() -> None:
    channel = Channel(lambda _: GONE)
    channel.beginning.expect(COMMAND, PLAY)
    channel.looks()
    (failed,) = channel.told
    assert isinstance(failed, PlaybackFailed)
    assert (channel.asked, channel.rests) == (["GET", "POST"], True)


def test_an_asterisk_that_does_not_answer_is_asked_again() -> None:
    channel = Channel(lambda _: AriDeadlineError("late"))
    channel.beginning.expect(COMMAND, PLAY)
    channel.looks(4)
    assert channel.asked == ["GET"] * 4
    channel.book.played(PLAYBACK)
    channel.looks()
    assert (len(channel.asked), channel.rests) == (4, True)

"""Commands that come together: what is asked for them, and on whom a failure falls."""

from typing import Any

from contact_center.adapters.asterisk.ari_lanes import Urgency
from contact_center.adapters.asterisk.ari_link import Ask, OnReply, Reply
from contact_center.adapters.asterisk.book import Book
from contact_center.adapters.asterisk.carrying import Carrier
from contact_center.adapters.asterisk.errors import AriDisconnectedError
from contact_center.adapters.asterisk.keeping import Keeping
from contact_center.adapters.asterisk.requests import Requests
from contact_center.adapters.asterisk.settings import AsteriskSettings
from contact_center.adapters.asterisk.translate import Translation
from contact_center.core import commands as c
from contact_center.core.events import CommandFailed, Event
from contact_center.core.ids import CallId, CommandId, LegId, TalkId
from tests.adapters.asterisk.test_requests import AGENT, CALLER, TALK, Prompts

CALL = CallId("1.7")
GONE = Reply(404, "Not Found", '{"message": "Channel not found"}')
WRONG = Reply(400, "Bad Request", '{"message": "Channel not found"}')
FINE = Reply(204)


class Room:
    """A carrier over a book with a caller and an agent who answered; requests are written down."""

    def __init__(self) -> None:
        self.book = Book()
        self.caller = self.book.begin(CALLER, up=True)
        self.agent = self.book.begin(AGENT, up=True)
        self.asked: list[tuple[Ask, OnReply, str, Urgency]] = []
        self.told: list[Event] = []
        settings = AsteriskSettings(url="http://x:1", password="x")
        requests = Requests(self.book, Prompts(), settings)

        async def download(url: str) -> bytes:
            return b""

        self.carrier = Carrier(
            self.book,
            requests,
            Translation(self.book),
            Keeping(self.book, self.request, download, self.tell),
            self.request,
            self.tell,
            transfer_within_s=5.0,
        )

    def request(
        self, ask: Ask, on_reply: OnReply, lane: str = "", urgency: Urgency = Urgency.NOW
    ) -> None:
        self.asked.append((ask, on_reply, lane, urgency))

    def tell(self, *events: Event) -> None:
        self.told.extend(events)

    def submit(self, *commands: c.TelephonyCommand) -> None:
        self.carrier.submit(commands, is_away=False)

    def uris(self) -> list[str]:
        return [f"{ask.method} {ask.uri} {dict(ask.query)}" for ask, *_ in self.asked]

    def answer(self, number: int, reply: Reply | AriDisconnectedError) -> None:
        self.asked[number][1](reply)


def command(kind: type[Any], leg: LegId = CALLER, cmd: str = "1", **fields: Any) -> Any:
    return kind(cmd=CommandId(cmd), call=CALL, leg=leg, **fields)


def joins() -> tuple[c.Join, c.Join]:
    return (
        command(c.Join, CALLER, "j1", talk=TALK, role=c.Role.CUSTOMER),
        command(c.Join, AGENT, "j2", talk=TALK, role=c.Role.AGENT),
    )


def test_legs_that_go_into_a_talk_together_go_with_one_request() -> None:
    room = Room()
    room.submit(command(c.CreateTalk, talk=TALK), *joins())
    assert room.uris() == [
        f"POST bridges/{TALK} {{'type': 'mixing,dtmf_events'}}",
        f"POST bridges/{TALK}/addChannel {{'channel': '{CALLER},{AGENT}'}}",
    ]
    room.answer(1, FINE)
    assert room.told == []


def test_legs_of_different_talks_go_each_by_itself() -> None:
    room = Room()
    other = command(c.Join, AGENT, "j2", talk=TalkId("t-1.8"), role=c.Role.AGENT)
    room.submit(joins()[0], other)
    assert [ask.query for ask, *_ in room.asked] == [
        (("channel", str(CALLER)),),
        (("channel", str(AGENT)),),
    ]


def test_a_muted_leg_is_muted_before_it_goes_in() -> None:
    room = Room()
    muted = command(c.Join, AGENT, "j2", talk=TALK, role=c.Role.AGENT, muted=True)
    room.submit(joins()[0], muted)
    assert [ask.uri for ask, *_ in room.asked] == [
        f"bridges/{TALK}/addChannel",
        f"channels/{AGENT}/mute",
        f"bridges/{TALK}/addChannel",
    ]


def test_what_is_asked_behind_joins_stays_behind_them() -> None:
    room = Room()
    room.submit(*joins(), command(c.EndTalk, talk=TALK))
    assert [ask.method for ask, *_ in room.asked] == ["POST", "DELETE"]


def test_when_one_is_gone_the_failure_is_its_own_and_the_other_goes_in() -> None:
    room = Room()
    room.submit(*joins())
    room.book.end(AGENT)
    room.answer(0, WRONG)
    assert [(e.cmd, e.code) for e in room.told if isinstance(e, CommandFailed)] == [
        ("j2", "no_such_leg")
    ]
    assert room.asked[1][0].query == (("channel", str(CALLER)),)
    room.answer(1, FINE)
    assert len(room.told) == 1


def test_when_asterisk_refuses_both_each_is_asked_for_and_fails_by_itself() -> None:
    room = Room()
    room.submit(*joins())
    room.answer(0, WRONG)
    assert [ask.query for ask, *_ in room.asked[1:]] == [
        (("channel", str(CALLER)),),
        (("channel", str(AGENT)),),
    ]
    room.answer(1, FINE)
    room.answer(2, GONE)
    assert [(e.cmd, e.leg) for e in room.told if isinstance(e, CommandFailed)] == [("j2", AGENT)]


def test_a_caller_whose_wait_goes_on_meanwhile_is_not_put_into_the_talk_after_all() -> None:
    room = Room()
    room.submit(*joins())
    room.book.end(AGENT)
    room.submit(command(c.EnterWaiting, queue="sales"))
    asked = len(room.asked)
    room.answer(0, WRONG)
    assert len(room.asked) == asked


def test_without_a_connection_each_fails_as_unreachable() -> None:
    room = Room()
    room.submit(*joins())
    room.answer(0, AriDisconnectedError("gone"))
    failed = [e for e in room.told if isinstance(e, CommandFailed)]
    assert [(e.cmd, e.code) for e in failed] == [("j1", "unreachable"), ("j2", "unreachable")]


def test_people_on_the_line_come_first_then_offers_then_new_callers() -> None:
    room = Room()
    dial = command(
        c.Originate,
        LegId("a-1.7-e1-n2"),
        to="device:2001",
        caller_id="1555",
        timeout_us=5_000_000,
    )
    room.submit(dial, command(c.EnterWaiting, queue="sales"))
    room.submit(*joins(), command(c.Hangup, AGENT))
    # The music ends before the caller goes in, so the two go in one after the other.
    now = Urgency.NOW
    assert [urgency for *_, urgency in room.asked] == [
        Urgency.SOON,
        Urgency.LATER,
        now,
        now,
        now,
        now,
    ]
    assert {lane for *_, lane, _ in room.asked} == {CALL}


def test_a_transfer_that_asterisk_refuses_has_failed_at_once() -> None:
    room = Room()
    room.submit(command(c.BlindTransfer, to="device:2001"))
    assert room.caller.transferring
    room.answer(len(room.asked) - 1, Reply(500))
    assert [type(e).__name__ for e in room.told] == ["CommandFailed", "TransferResult"]
    assert not room.caller.transferring

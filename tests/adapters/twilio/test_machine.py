"""The machine of legs under anything: commands, requests of Twilio's and answers in any order."""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from contact_center.adapters.twilio.agenda import Effects
from contact_center.adapters.twilio.asks import Answer, Ask, Dial, FindDialled, Look, Outcome
from contact_center.adapters.twilio.machine import Machine
from contact_center.adapters.twilio.settings import Secret, TwilioSettings
from contact_center.adapters.twilio.settling import Reply
from contact_center.adapters.twilio.urls import Place, Route, Urls
from contact_center.core import commands as c
from contact_center.core.events import (
    CallEnded,
    CallEvent,
    CommandFailed,
    Event,
    KeyPressed,
    PlaybackFailed,
    PlaybackFinished,
    RecordingFailed,
    RecordingFinished,
)
from contact_center.core.ids import (
    CallId,
    CommandId,
    LegId,
    ListenId,
    PlaybackId,
    RecordingId,
    TalkId,
)
from contact_center.ports import FAILURE_CODES
from tests.adapters.twilio.lines import HELLO, LONG, Prompts

BASE = "https://center.example/telephony"
SETTINGS = TwilioSettings(
    account_sid="AC" + "0" * 32,
    auth_tokens=(Secret("x"),),
    public_base_url=BASE,
    caller_id="+14155550100",
    devices={"ana": "client:ana", "desk": "+14155550188"},
)
CALLS = ("CA1", "CA2")
LEGS = (*CALLS, "a-CA1-e1-n1", "a-CA2-e1-n1")
MISSING = c.PromptItem(kind=c.PromptKind.FILE, text="missing", language="en")
PAUSE = c.PromptItem(kind=c.PromptKind.SILENCE, ms=300)
ADDRESS = re.compile(r'(?:action|waitUrl)="([^"]+)"|<Redirect[^>]*>([^<]+)<')
LATE = (RecordingFinished, RecordingFailed)
"""What may be told of a recording whose leg is over: it is not thrown away."""


class Chaos:
    """A machine, a Twilio that does what it likes, and everything that was told."""

    def __init__(self) -> None:
        self.machine = Machine(SETTINGS, Urls(BASE), Prompts(), key=b"k")
        self.now = 1_800_000_000_000_000
        self.events: list[Event] = []
        self.asks: list[Ask] = []
        self.addresses: list[str] = []
        self.open: dict[int, str] = {}
        self.tokens = self.commands = self.sids = self.numbers = 0

    def take(self, effects: Effects) -> None:
        for effect in effects:
            if isinstance(effect, Reply):
                asked = self.open.pop(effect.token, None)
                assert asked is not None, "answered twice, or never asked"
                text = effect.document.body.decode()
                found = [html.unescape(a or b) for a, b in ADDRESS.findall(text)]
                assert asked not in {url.partition("#")[0] for url in found}, "it leads to itself"
                self.addresses += found
            elif isinstance(effect, Ask):
                self.asks.append(effect)
                twiml = getattr(effect, "twiml", "")
                self.addresses += [html.unescape(a or b) for a, b in ADDRESS.findall(twiml)]
                for name in ("url", "status_url", "amd_url"):
                    if getattr(effect, name, ""):
                        self.addresses.append(getattr(effect, name))
            else:
                self.tell(effect)

    def tell(self, event: Event) -> None:
        if isinstance(event, CallEvent):
            over = [e for e in self.events if isinstance(e, CallEnded) and e.leg == event.leg]
            refused = isinstance(event, CommandFailed)
            assert not over or isinstance(event, LATE) or refused, f"{event} after {over}"
        if isinstance(event, CommandFailed):
            assert event.code in FAILURE_CODES
            assert event.detail != "no document for it"
        self.events.append(event)

    def advance(self, us: int) -> None:
        self.now += us
        self.take(self.machine.tick(self.now))

    # --- what may happen -----------------------------------------------------------------------

    def command(self, which: int, leg: str, more: int) -> None:
        self.commands += 1
        call = CallId("CA2" if "CA2" in leg else "CA1")
        on: dict[str, Any] = {
            "cmd": CommandId(f"k{self.commands}"),
            "call": call,
            "leg": LegId(leg),
        }
        talk, playback = TalkId(f"t-{call}"), PlaybackId(f"p{self.commands}-{leg}")
        earlier = PlaybackId(f"p{self.commands - 1 - more % 6}-{leg}")
        listen, tape = ListenId(f"l{more % 3}"), RecordingId(f"r-{call}-{more % 2}")
        items = ((HELLO,), (LONG, PAUSE), (MISSING,), (HELLO, PAUSE))[more % 4]
        scope = list(c.RecordingScope)[more % 3]
        made = [
            lambda: c.Answer(**on),
            lambda: c.Reject(**on),
            lambda: c.Hangup(**on),
            lambda: c.PlaySequence(
                **on, playback=playback, items=items, interruptible=more % 2 == 0
            ),
            lambda: c.StopPlayback(**on, playback=earlier),
            lambda: c.Listen(
                **on, listen=listen, max_keys=1 + more % 6, terminator="#",
                first_timeout_us=more * 700_000, words=("yes", "no") if more % 5 == 0 else (),
            ),
            lambda: c.StopListen(**on, listen=listen),
            lambda: c.EnterWaiting(
                **on, queue="sales", music=("default", c.NO_MUSIC)[more % 2]
            ),
            lambda: c.LeaveWaiting(**on),
            lambda: c.CreateTalk(**on, talk=talk),
            lambda: c.Join(
                **on, talk=talk, role=c.Role.AGENT, muted=more % 2 == 0,
                coach_of=LegId("CA1") if more % 3 == 0 else None,
            ),
            lambda: c.LeaveTalk(**on, talk=talk),
            lambda: c.EndTalk(**on, talk=talk),
            lambda: c.Hold(**on, talk=talk),
            lambda: c.Unhold(**on, talk=talk),
            lambda: c.Mute(**on, on=more % 2 == 0),
            lambda: c.Announce(
                **on, playback=playback, items=items, talk=talk if more % 2 else None
            ),
            lambda: c.StartRecording(
                **on, recording=tape, scope=scope, talk=talk, beep=more % 2 == 0,
                max_us=more * 1_000_000, terminator="#",
            ),
            lambda: c.PauseRecording(**on, recording=tape),
            lambda: c.ResumeRecording(**on, recording=tape),
            lambda: c.StopRecording(**on, recording=tape),
            lambda: c.DiscardRecording(**on, recording=tape),
            lambda: c.Originate(
                **on, to=("device:ana", "number:+14155550177", "device:nobody")[more % 3],
                amd=list(c.AmdProfile)[more % 2], auto_answer=more % 2 == 0,
            ),
            lambda: c.BlindTransfer(**on, to="number:+14155550177"),
            lambda: c.SendDigits(**on, digits="12#", masked=True),
            lambda: c.HoldMusic(**on),
            lambda: c.Silence(**on),
            lambda: c.PickUp(**on),
        ]  # fmt: skip
        if which % len(made) == 22 and leg in CALLS:
            return  # the core dials under names of its own
        self.take(self.machine.command(made[which % len(made)](), self.now))

    def request(self, route: Route, place: Place | None, params: dict[str, str]) -> None:
        self.tokens += 1
        self.open[self.tokens] = Urls(BASE).to(route, place)
        self.take(self.machine.request(route, place, params, self.tokens, self.now))

    def sid(self, leg: str) -> str:
        known = self.machine.book.legs.get(LegId(leg))
        return known.sid if known is not None and known.sid else f"S{leg}"

    def come(self, which: int, more: int) -> None:
        """Twilio comes to some address it was ever given, which may be an old one."""
        if not self.addresses:
            return
        url = urlsplit(self.addresses[-1 - which % min(len(self.addresses), 12)])
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        place = Urls.read(query)
        assert place is not None
        params = {
            "CallSid": self.sid(place.leg),
            "CallStatus": ("in-progress", "completed", "in-progress")[more % 3],
            "Digits": ("", "1", "12", "#", "hangup")[more % 5],
            "FinishedOnKey": ("", "#")[more % 2],
            "QueueSid": "QU1",
            "QueueResult": ("redirected", "error", "leave")[more % 3],
            "SpeechResult": ("", "yes")[more % 2],
            "Confidence": "0.9",
            "DialCallStatus": ("completed", "busy")[more % 2],
            "AnsweredBy": ("human", "machine_end_beep", "unknown", "fax")[more % 4],
            "RecordingSid": ("", "RE1")[more % 2],
            "RecordingUrl": "https://api.example/RE1",
            "RecordingDuration": "3",
            "RecordingStatus": ("in-progress", "completed", "absent")[more % 3],
        }
        self.request(Route(url.path.rsplit("/", 1)[1]), place, params)

    def status(self, leg: str, more: int) -> None:
        names = ("ringing", "in-progress", "completed", "busy", "no-answer", "failed", "canceled")
        params = {"CallSid": self.sid(leg), "CallStatus": names[more % len(names)]}
        params["SequenceNumber"] = str(more % 4)
        self.request(Route.STATUS, None if leg in CALLS else Place(leg=LegId(leg)), params)

    def conference(self, leg: str, more: int) -> None:
        names = (
            *("participant-join", "participant-leave", "conference-end"),
            *("announcement-end", "announcement-fail", "participant-mute"),
        )
        call = "CA2" if "CA2" in leg else "CA1"
        self.numbers += more % 3 - (more % 7 == 0)
        params = {
            "FriendlyName": f"t-{call}",
            "ConferenceSid": f"CF{more % 2}",
            "CallSid": self.sid(leg),
            "StatusCallbackEvent": names[more % len(names)],
            "SequenceNumber": str(max(0, self.numbers)),
        }
        self.request(Route.CONFERENCE, None, params)

    def voice(self, leg: str, more: int) -> None:
        sid = CALLS[more % 2]
        params = {
            "CallSid": sid,
            "From": ("+14155550123", "anonymous", "client:bob", "sip:x@y")[more % 4],
            "To": "+14155550100",
            "CallStatus": "ringing",
        }
        self.request((Route.VOICE, Route.FALLBACK)[more % 9 == 0], None, params)

    def answer(self, which: int, more: int) -> None:
        """REST answers some question."""
        if not self.asks:
            return
        ask = self.asks.pop(which % len(self.asks))
        self.sids += 1
        body: dict[str, Any] = {"sid": f"CAdialled{self.sids}", "status": "in-progress"}
        if not isinstance(ask, Dial):
            body["sid"] = f"RE{self.sids}"
        body |= {"conference": "CF1", "members": [self.sid(leg) for leg in LEGS[:3]]}
        outcome = (Outcome.DONE, Outcome.DONE, *Outcome)[more % (len(Outcome) + 2)]
        answer = Answer(outcome=outcome, body=body, code=(0, 21220, 21211)[more % 3])
        self.take(self.machine.answered(ask, answer, self.now))

    def step(self, kind: int, which: int, more: int) -> None:
        leg = LEGS[which % len(LEGS)]
        match kind:
            case 0 | 1 | 2:
                self.command(which, LEGS[more % len(LEGS)], which // 3)
            case 3 | 4:
                self.come(which, more)
            case 5:
                self.answer(which, more)
            case 6:
                self.advance((1_000, 20_000, 100_000, 4_000_000, 130_000_000)[more % 5])
            case 7:
                self.conference(leg, more)
            case 8:
                self.voice(leg, more)
            case _:
                self.status(leg, more)

    def calm_down(self) -> None:
        """Twilio says that everything is over, and answers whatever was asked."""
        for leg in list(self.machine.book.legs):
            self.status(leg, 2)
            sid = self.sid(leg)
            self.request(Route.STATUS, Place(leg=leg), {"CallSid": sid, "CallStatus": "completed"})
        for _ in range(40):
            while self.asks:
                ask = self.asks.pop()
                answer = Answer(outcome=Outcome.GONE)
                self.take(self.machine.answered(ask, answer, self.now))
            self.advance(4_000_000)


steps = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 200), st.integers(0, 200)),
    min_size=1,
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(steps)
def test_whatever_comes_every_leg_has_one_end_and_every_request_one_answer(
    plan: list[tuple[int, int, int]],
) -> None:
    chaos = Chaos()
    chaos.voice("CA1", 0 + 2)
    chaos.command(0, "CA1", 0)
    for kind, which, more in plan:
        chaos.step(kind, which, more)
    chaos.calm_down()
    ends = Counter(event.leg for event in chaos.events if isinstance(event, CallEnded))
    assert chaos.machine.book.legs == {}
    assert set(ends.values()) <= {1}
    over = (PlaybackFinished, PlaybackFailed)
    endings = Counter(event.playback for event in chaos.events if isinstance(event, over))
    assert set(endings.values()) <= {1}
    assert chaos.open == {}


def test_a_call_of_which_nothing_is_heard_is_asked_after_and_may_have_ended() -> None:
    chaos = Chaos()
    chaos.voice("CA1", 2)
    chaos.command(0, "CA1", 0)
    chaos.advance(100_000)
    chaos.advance(121_000_000)
    (ask,) = chaos.asks
    assert isinstance(ask, Look)
    answer = Answer(outcome=Outcome.DONE, body={"status": "completed"})
    chaos.take(chaos.machine.answered(ask, answer, chaos.now))
    assert isinstance(chaos.events[-1], CallEnded)


def test_a_call_that_may_or_may_not_have_been_made_is_looked_for_and_given_up() -> None:
    chaos = Chaos()
    leg = LegId("a-CA1-e1-n1")
    command = c.Originate(cmd=CommandId("k"), call=CallId("CA1"), leg=leg, to="device:ana")
    chaos.take(chaos.machine.command(command, chaos.now))
    chaos.advance(20_000)
    chaos.take(chaos.machine.answered(chaos.asks.pop(), Answer(outcome=Outcome.UNKNOWN), chaos.now))
    looked = 0
    for _ in range(400):
        chaos.advance(100_000)
        while chaos.asks:
            looked += isinstance(chaos.asks[-1], FindDialled)
            nothing = Answer(outcome=Outcome.DONE)
            chaos.take(chaos.machine.answered(chaos.asks.pop(), nothing, chaos.now))
    assert looked > 2
    failed, end = chaos.events[-2:]
    assert isinstance(failed, CommandFailed)
    assert (failed.code, type(end)) == ("timeout", CallEnded)


def test_keys_of_a_document_that_is_gone_count_once_and_nothing_else_of_it_does() -> None:
    chaos = Chaos()
    chaos.voice("CA1", 2)
    chaos.command(0, "CA1", 0)
    on: dict[str, Any] = {"call": CallId("CA1"), "leg": LegId("CA1")}
    first, second = PlaybackId("p-1"), PlaybackId("p-2")
    chaos.take(
        chaos.machine.command(
            c.PlaySequence(**on, cmd=CommandId("a"), playback=first, items=(LONG,)), chaos.now
        )
    )
    chaos.advance(100_000)
    old = urlsplit(chaos.addresses[-1])
    for command in (
        c.StopPlayback(**on, cmd=CommandId("b"), playback=first),
        c.PlaySequence(**on, cmd=CommandId("c"), playback=second, items=(LONG,)),
    ):
        chaos.take(chaos.machine.command(command, chaos.now))
    chaos.advance(20_000)
    chaos.take(chaos.machine.answered(chaos.asks.pop(), Answer(outcome=Outcome.DONE), chaos.now))
    place = Urls.read({name: values[0] for name, values in parse_qs(old.query).items()})
    params = {"CallSid": "CA1", "CallStatus": "in-progress", "Digits": "7"}
    for _ in range(3):
        chaos.request(Route.STEP, place, params)
    assert [e.key for e in chaos.events if isinstance(e, KeyPressed)] == ["7"]
    assert [e.playback for e in chaos.events if isinstance(e, PlaybackFinished)] == [first]
    assert chaos.machine.book.stale == 3
    assert chaos.open == {}, "each was sent to the document that counts"

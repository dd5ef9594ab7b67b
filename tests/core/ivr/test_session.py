"""Any events in any order: the interpreter keeps its promises, and a session is all there is."""

import copy
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from contact_center.core.events import (
    CommandFailed,
    Event,
    KeyPressed,
    KeysCollected,
    PlaybackFailed,
    PlaybackFinished,
    RecordingFailed,
    RecordingFinished,
    RecordingPaused,
    RecordingResumed,
    RecordingStarted,
    SpeechFinal,
    SpeechStarted,
    TimerFired,
)
from contact_center.core.ids import (
    CommandId,
    ListenId,
    LookupId,
    PlaybackId,
    QueueId,
    RecordingId,
    TimerId,
)
from contact_center.core.ivr.flow import (
    Branch,
    Case,
    Check,
    Collect,
    FlowBundle,
    HangUp,
    Menu,
    Play,
    Queue,
    Set,
    Speech,
    SpeechKind,
    Transfer,
    Voicemail,
)
from contact_center.core.ivr.interpreter import Interpreter
from contact_center.core.ivr.secrecy import stand_in
from contact_center.core.ivr.session import (
    LEFT,
    CallerHungUp,
    CustomerKnown,
    ExitReturned,
    IvrSession,
    IvrStarted,
    Phase,
    ProcessRestarted,
    StreamRecovered,
)
from contact_center.core.lookups import LookupAnswered, LookupOutcome, SecretKept
from tests.core.ivr.caller import (
    BROKEN,
    CALL,
    LEG,
    SECOND,
    Caller,
    again,
    away,
    bundle,
    formula,
    say,
    to,
)

ESCALATION = (again("Again."), away("box", "Goodbye then."))


def rich_flow(**more: Any) -> FlowBundle:
    times = {"first_timeout_us": 5 * SECOND, "inter_digit_us": 3 * SECOND}
    lists = {"on_no_input": ESCALATION, "on_no_match": ESCALATION}
    gold = formula("customer['tier'] == 'gold'")
    return bundle(
        Play(name="welcome", say=say("Welcome."), next=to("notice")),
        Play(name="notice", say=say("Recorded."), next=to("main"), barge_in=False),
        Menu(
            name="main",
            say=say("Main."),
            keys={
                "1": to("who"),
                "12": to("wait", "sales"),
                "2": to("account"),
                "3": to("away"),
                "4": to("repeat"),
                "5": to("hangup"),
                "6": to("broken"),
                "7": to("circle"),
            },
            words={"1": {"en-US": ("balance",)}, "2": {"en-US": ("card", "lost card")}},
            **lists,
            **times,
            max_failures=3,
        ),
        Collect(
            name="account",
            say=say("Account?"),
            into="account",
            min=2,
            max=4,
            next=to("tell"),
            terminator="#",
            clear_key="*",
            check=Check(regex="[1-9]+"),
            barge_in=False,
            **lists,
            **times,
        ),
        Play(
            name="tell",
            say=(Speech(kind=SpeechKind.VALUE, value=formula("vars['account']")),),
            next=to("back"),
        ),
        Branch(name="who", cases=(Case(when=gold, edge=to("wait")),), otherwise=to("second")),
        Menu(name="second", say=(), keys={"1": to("box")}, **lists, **times, type_ahead=False),
        Set(name="broken", assign=(("x", BROKEN),), next=to("main")),
        Set(name="circle", assign=(), next=to("circle")),
        Queue(
            name="wait",
            queue=QueueId("sales"),
            timeout=to("box"),
            no_agents=to("main"),
            full=to("bye"),
            say=say("Connecting."),
        ),
        Transfer(
            name="away",
            to="+1",
            timeout_us=SECOND,
            busy=to("back"),
            no_answer=to("main"),
            failed=to("broken"),
        ),
        Voicemail(
            name="box",
            box="general",
            say=say("Speak."),
            max_us=60 * SECOND,
            silence_us=3 * SECOND,
            min_us=SECOND,
            recorded=to("main"),
            empty=to("second"),
        ),
        HangUp(name="bye", say=say("Goodbye."), reason="done"),
        **{
            "global_keys": {"0": to("wait"), "*": to("back")},
            "on_error": to("second"),
            "on_limit": to("wait"),
            "max_steps": 25,
            "max_failures": 5,
            "farewell": say("Sorry."),
            **more,
        },
    )


FLOWS = (rich_flow(), rich_flow(on_error=None, on_limit=None), rich_flow(farewell=()))
OTHERS = ("over", "over", "timer", "recovered", "known", "start", "stale")
WORDS = st.sampled_from(["balance", "my balance please", "card", "yes", "no", "xyz", ""])
ACTIONS = st.one_of(
    st.tuples(st.just("press"), st.sampled_from("0123456789*#Ax")),
    st.tuples(st.just("collected"), st.text("0123*#", max_size=6)),
    st.tuples(
        st.just("exit"),
        st.sampled_from(["timeout", "busy", "full", "connected", "unavailable", LEFT, "x"]),
    ),
    st.tuples(st.just("recorded"), st.sampled_from([0, 5000])),
    st.tuples(st.just("answered"), st.sampled_from(["ok", "not_found", "timeout", "error"])),
    st.tuples(st.just("kept"), st.booleans()),
    st.tuples(st.sampled_from(["paused", "restarted", "secret_key"]), st.none()),
    st.tuples(st.sampled_from(["tape_began", "tape_goes_on", "tape_over"]), st.none()),
    st.tuples(st.just("fails"), st.sampled_from(["refused", "unreachable"])),
    st.tuples(st.just("says"), st.tuples(WORDS, st.sampled_from([0.0, 0.4, 1.0]))),
    st.tuples(st.just("speaks"), st.none()),
    st.tuples(
        st.sampled_from(["over", "prompt_failed", "timer", "recording_failed", *OTHERS]),
        st.none(),
    ),
)


def event_of(action: str, detail: Any, session: IvrSession) -> list[Event]:
    """The events of one action, with the ids that the session has now."""
    s: dict[str, Any] = {"call": CALL, "leg": LEG}
    playback = session.playback or PlaybackId("p-none")
    recording = session.recording or RecordingId("r-none")
    match action:
        case "press":
            return [KeyPressed(key=detail, **s)]
        case "collected":
            return [KeysCollected(listen=session.listen or ListenId("l-none"), keys=detail, **s)]
        case "says":
            text, sure = detail
            listen = session.listen or ListenId("l-none")
            return [SpeechFinal(listen=listen, text=text, confidence=sure, **s)]
        case "speaks":
            return [SpeechStarted(listen=session.listen or ListenId("l-none"), **s)]
        case "exit":
            return [ExitReturned(outcome=detail)]
        case "recorded":
            return [RecordingFinished(recording=recording, url="u", ms=detail, **s)]
        case "recording_failed":
            return [RecordingFailed(recording=recording, **s)]
        case "fails":
            return [CommandFailed(cmd=session.command or CommandId("x"), code=detail, **s)]
        case "over":
            return [PlaybackFinished(playback=playback, **s)]
        case "prompt_failed":
            return [PlaybackFailed(playback=playback, **s)]
        case "timer":
            return [TimerFired(timer=session.timer or TimerId("m-none"), **s)]
        case "recovered":
            return [StreamRecovered()]
        case "answered":
            lookup, values = session.lookup or LookupId("k-none"), (("a", "1"), ("b", 2))
            outcome = LookupOutcome(detail)
            return [LookupAnswered(call=CALL, lookup=lookup, outcome=outcome, values=values)]
        case "kept":
            return [SecretKept(call=CALL, secret=session.checking or "none", passed=detail)]
        case "paused":
            return [RecordingPaused(recording=session.tape or recording, **s)]
        case "tape_began":
            return [RecordingStarted(recording=session.tape or recording, **s)]
        case "tape_goes_on":
            return [RecordingResumed(recording=session.tape or recording, **s)]
        case "tape_over":
            return [RecordingFinished(recording=session.tape or recording, url="u", ms=9, **s)]
        case "restarted":
            return [ProcessRestarted()]
        case "secret_key":
            return [KeyPressed(key=stand_in(0), **s)]
        case "known":
            return [CustomerKnown(values=(("tier", "gold"),))]
        case "start":
            return [IvrStarted()]
        case "hang_up":
            return [CallerHungUp()]
    return [
        PlaybackFinished(playback=PlaybackId("p-c1-0"), **s),
        TimerFired(timer=TimerId("m-c1-0"), **s),
        KeysCollected(listen=ListenId("l-c1-0"), keys="1", **s),
        SpeechStarted(listen=ListenId("l-c1-0"), **s),
        SpeechFinal(listen=ListenId("l-c1-0"), text="balance", confidence=1.0, **s),
        CommandFailed(cmd=CommandId("c1:0"), code="refused", **s),
    ]


def written_and_read(session: IvrSession) -> IvrSession:
    return msgspec.json.decode(msgspec.json.encode(session), type=IvrSession)


@settings(max_examples=200, deadline=None)
@given(
    flow=st.sampled_from(FLOWS),
    actions=st.lists(ACTIONS, max_size=60),
    hang_up_at=st.integers(0, 200),
)
def test_any_events_in_any_order_keep_the_promises_and_can_be_replayed(flow, actions, hang_up_at):
    caller = Caller(flow)
    journal: list[tuple[Event, int]] = [(IvrStarted(), caller.now)]
    if hang_up_at < len(actions):
        actions.insert(hang_up_at, ("hang_up", None))
    for action, detail in actions:
        caller.now += SECOND // 10
        for event in event_of(action, detail, caller.session):
            if action == "stale":
                before = copy.deepcopy(caller.session)
                assert caller.step(event).last.outputs == ()
                assert caller.session == before
                continue
            journal.append((event, caller.now))
            kept, ids = copy.deepcopy(caller.session), copy.deepcopy(caller.ids)
            read, ids_too = written_and_read(caller.session), copy.deepcopy(caller.ids)
            assert read == kept
            caller.step(event)
            for session, numbers in ((kept, ids), (read, ids_too)):
                other = Interpreter(flow).step(session, numbers, event, caller.now)
                assert other == caller.last
                assert session == caller.session
    replay = Caller(flow, start=False)
    for event, now in journal:
        replay.now = now
        replay.step(event)
    assert replay.outputs == caller.outputs
    assert replay.session == caller.session


@settings(max_examples=100, deadline=None)
@given(flow=st.sampled_from(FLOWS), keys=st.text("0123456789*#", max_size=40))
def test_a_caller_who_types_anything_and_then_falls_silent_gets_somewhere(flow, keys):
    caller = Caller(flow).press(keys)
    for _ in range(200):
        if caller.phase in (Phase.DONE, Phase.AWAY):
            break
        caller.time_passes()
    assert caller.exit is not None

"""A switch that keeps none of its promises, and a center for it to be let loose on.

Commands pile up until somebody has them carried out, in any order, faithfully or not; events pile
up until somebody delivers them, in any order, once, twice or never. What is really alive (`legs`)
is known all the same, so that a resynchronisation can tell the truth.
"""

from dataclasses import replace

from contact_center.core import commands as c
from contact_center.core import events as e
from contact_center.core.commands import EndCause, TelephonyCommand
from contact_center.core.configuration import CenterConfiguration, NumberSettings
from contact_center.core.events import CallEvent, LegState, LiveLeg
from contact_center.core.ids import (
    CallId,
    FlowId,
    LegId,
    TalkId,
    call_of_leg,
    is_our_leg,
)
from contact_center.core.ivr.flow import (
    Edge,
    Failure,
    FlowBundle,
    HangUp,
    Speech,
    SpeechKind,
    Transfer,
)
from contact_center.core.queue_settings import AfterNoAnswer, AgentSettings, WrapUp
from tests.stories.centers import (
    DIRECT_NUMBER,
    LANGUAGE,
    MAIN_NUMBER,
    SALES,
    SUPPORT,
    agent,
    direct_flow,
    small_center,
    to_queue,
)

CHAIN_NUMBER = "+14155550102"
SKILLED_NUMBER = "+14155550103"
UNKNOWN_NUMBER = "+14155550999"
NUMBERS = (MAIN_NUMBER, DIRECT_NUMBER, CHAIN_NUMBER, SKILLED_NUMBER, UNKNOWN_NUMBER)


def chain_flow() -> FlowBundle:
    """One number after the other, and round again, until the limit of steps."""
    first, second = Edge(goto="first"), Edge(goto="second")
    return FlowBundle(
        flow=FlowId("chain"),
        version="1",
        entry="first",
        nodes={
            "first": Transfer(
                name="first",
                to="+14155550198",
                timeout_us=15_000_000,
                busy=second,
                no_answer=second,
                failed=second,
            ),
            "second": Transfer(
                name="second",
                to="+14155550199",
                timeout_us=15_000_000,
                busy=first,
                no_answer=Edge(goto="sales"),
                failed=Edge(goto="duty"),
            ),
            "duty": Transfer(
                name="duty",
                to="+14155550197",
                timeout_us=15_000_000,
                busy=first,
                no_answer=Edge(goto="sales"),
                failed=second,
                ask=(Speech(kind=SpeechKind.TEXT, texts={LANGUAGE: "Press 1 to take the call."}),),
                accept="1",
            ),
            "sales": to_queue("sales", SALES, timeout=first, no_agents=first, full=first),
        },
        language=LANGUAGE,
        variables={},
        max_steps=12,
    )


def skilled_flow() -> FlowBundle:
    """Callers who want Spanish, ahead of the others."""
    bye = Edge(goto="bye")
    node = to_queue(
        "sales", SALES, skills={"spanish": 50}, priority=2, timeout=bye, no_agents=bye, full=bye
    )
    return replace(
        direct_flow(),
        flow=FlowId("skilled"),
        nodes={"sales": node, "bye": HangUp(name="bye")},
    )


def rough_center() -> CenterConfiguration:
    """Four agents who differ, little room in the queues, short patience everywhere."""
    staff: tuple[AgentSettings, ...] = (
        agent("anna", 1001),
        replace(agent("bob", 1002, SALES), after_no_answer=AfterNoAnswer.BACK_OFF),
        agent("carl", 1003, SUPPORT, SALES, spanish=80),
        agent("dora", 1004, SUPPORT),
    )
    wrap_up = WrapUp(us=10_000_000)
    center = small_center(*staff, max_waiting=4, max_wait_us=60_000_000, wrap_up=wrap_up)
    queues = dict(center.queues)
    queues[SUPPORT] = replace(
        queues[SUPPORT],
        wrap_up=WrapUp(us=0),
        absent_at_entry=None,
        absent_waiting=None,
        priority=1,
    )
    extra = (chain_flow(), skilled_flow())
    numbers = {
        CHAIN_NUMBER: NumberSettings(did=CHAIN_NUMBER, flow=FlowId("chain")),
        SKILLED_NUMBER: NumberSettings(did=SKILLED_NUMBER, flow=FlowId("skilled")),
    }
    return replace(
        center,
        queues=queues,
        flows={**center.flows, **{flow.flow: flow for flow in extra}},
        numbers={**center.numbers, **numbers},
    )


def other_centers() -> tuple[CenterConfiguration, ...]:
    """The same center after an afternoon of changes: people, a queue, flows taken out."""
    center = rough_center()
    fewer = {name: s for name, s in center.agents.items() if name not in {"anna", "carl"}}
    only_sales = {
        name: replace(s, queues=tuple(q for q in s.queues if q == SALES))
        for name, s in center.agents.items()
    }
    main = center.flows[FlowId("main")]
    nodes = {
        "menu" if name == "menu" else f"{name}2": node
        for name, node in main.nodes.items()
        if name in {"bye", "menu"}
    }
    nodes["bye2"] = replace(main.nodes["bye"], name="bye2")
    moved = {f"{key}": Edge(goto="bye2") for key in range(1, 5)}
    give_up = (Failure(edge=Edge(goto="bye2")),)
    nodes["menu"] = replace(
        main.nodes["menu"], keys=moved, on_no_input=give_up, on_no_match=give_up
    )
    flow = replace(main, version="2", entry="menu", nodes=nodes)
    others = {name: f for name, f in center.flows.items() if name != "chain"}
    numbers = {did: s for did, s in center.numbers.items() if did != CHAIN_NUMBER}
    return (
        replace(center, agents=fewer),
        replace(center, agents=only_sales, queues={SALES: center.queues[SALES]}, flows={
            **center.flows, flow.flow: flow,
        }),
        replace(center, numbers=numbers, flows={**others, flow.flow: flow}),
    )  # fmt: skip


class NastySwitch:
    """Legs that are really alive, commands not carried out yet, events not delivered yet."""

    def __init__(self) -> None:
        self.legs: dict[LegId, LegState] = {}
        self.talks: dict[TalkId, set[LegId]] = {}
        self.dialled: dict[LegId, tuple[str, str]] = {}
        self.commands: list[TelephonyCommand] = []
        self.events: list[CallEvent] = []
        self.callers = 0

    def call_in(self, ani: str, did: str, answered: bool) -> CallId:
        self.callers += 1
        leg = LegId(f"c{self.callers}")
        self.legs[leg] = LegState.UP if answered else LegState.RINGING
        self.dialled[leg] = (ani, did)
        call = CallId(leg)
        self.events.append(e.CallOffered(call=call, leg=leg, ani=ani, did=did, answered=answered))
        return call

    def end(self, leg: LegId, cause: EndCause = EndCause.NORMAL) -> None:
        if self.legs.pop(leg, None) is None:
            return
        for members in self.talks.values():
            members.discard(leg)
        self.events.append(e.CallEnded(call=call_of_leg(leg), leg=leg, cause=cause))

    def answer(self, leg: LegId) -> None:
        if self.legs.get(leg) is LegState.RINGING:
            self.legs[leg] = LegState.UP
            self.events.append(e.CallAnswered(call=call_of_leg(leg), leg=leg))

    def fail(self, command: TelephonyCommand, code: str) -> None:
        self.events.append(
            e.CommandFailed(call=command.call, leg=command.leg, cmd=command.cmd, code=code)
        )

    def carry_out(self, command: TelephonyCommand) -> None:
        """Do what the command says, as a switch should."""
        call, leg = command.call, command.leg
        if leg not in self.legs and not isinstance(
            command, c.Originate | c.Hangup | c.StopPlayback | c.EndTalk | c.CreateTalk
        ):
            self.fail(command, "no_such_leg")
            return
        match command:
            case c.Answer() | c.PickUp():
                self.answer(leg)
            case c.Hangup() | c.Reject():
                self.end(leg, command.cause)
            case c.Originate():
                self.legs.setdefault(leg, LegState.RINGING)
            case c.PlaySequence():
                self.events.append(
                    e.PlaybackFinished(call=call, leg=leg, playback=command.playback)
                )
            case c.CreateTalk():
                self.talks.setdefault(command.talk, set())
            case c.EndTalk():
                self.talks.pop(command.talk, None)
            case c.Join():
                self.talks.setdefault(command.talk, set()).add(leg)
                self.events.append(e.TalkJoined(call=call, leg=leg, talk=command.talk))
            case c.StopRecording():
                self.events.append(
                    e.RecordingFinished(
                        call=call, leg=leg, recording=command.recording, url="r", ms=5000
                    )
                )

    def talk_of(self, leg: LegId) -> TalkId | None:
        return next((talk for talk, members in self.talks.items() if leg in members), None)

    def truth(self) -> e.ProviderResynced:
        """What is alive, in order of creation."""
        legs = []
        for leg, state in self.legs.items():
            ani, did = self.dialled.get(leg, ("", ""))
            legs.append(LiveLeg(leg=leg, state=state, ani=ani, did=did, talk=self.talk_of(leg)))
        return e.ProviderResynced(provider="nasty", legs=tuple(legs), talks=tuple(self.talks))

    def callers_up(self) -> list[LegId]:
        return [leg for leg in self.legs if not is_our_leg(leg)]

"""What callers do in one flow, and the edges they must take wherever it runs.

The same table is run in the terminal (`tests/app/ivr/test_traces.py`), on the simulated network and
on a real Asterisk (`test_traces.py` beside this file). There are no declared differences: callers
wait for what happens rather than for a time, so how long prompts last does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from contact_center.content.center import load_center
from contact_center.core.configuration import CenterConfiguration, NumberSettings
from contact_center.core.ids import FlowId
from tests.contracts.telephony.world import DID, HELLO, MENU

TRACES = FlowId("traces")
_CENTER = """\
center: Traces
schema: 1
region: US
language: en
timezone: UTC
flows: [traces.yaml]
numbers: {"+14155550100": traces}
queues: {desk: {label: Desk, when_no_agents: leave}}
agents: {ann: {name: Ann, login: ann, extension: 1001, queues: [desk]}}
"""
_FLOW = f"""\
flow: traces
schema: 1
entry: hello
languages: {{default: en, offered: [en]}}
defaults: {{first_timeout: 2s, inter_digit: 2s}}
vars: {{number: {{type: string}}}}
global_keys: {{"*": back, "0": person}}
nodes:
  hello: {{do: play, say: "{HELLO.text}", next: main}}
  main:
    do: menu
    say: {MENU.text}
    keys: {{"1": number, "12": notice, "2": second, "3": desk, "4": message, "9": hangup}}
    on_no_input: [{MENU.text}, {{goto: person}}]
    on_no_match: [{MENU.text}, {{goto: person}}]
  notice: {{do: play, say: "{HELLO.text}", barge_in: false, next: second}}
  second:
    do: menu
    say: {MENU.text}
    keys: {{"1": number, "2": main, "7": repeat}}
    type_ahead: false
    on_no_input: [{{goto: person}}]
    on_no_match: [{{goto: person}}]
  number:
    do: collect
    say: {MENU.text}
    into: number
    min: 2
    max: 4
    terminator: "#"
    clear_key: "*"
    on_no_input: [{{goto: person}}]
    on_no_match: [{MENU.text}, {{goto: person}}]
    next: done
  desk: {{do: queue, queue: desk, timeout: person, no_agents: message, full: person}}
  message:
    {{do: voicemail, box: desk, min: 300ms, silence: 20s, max: 1m, recorded: done, empty: person}}
  person: {{do: hangup, reason: person}}
  done: {{do: hangup, reason: done}}
"""


def center() -> CenterConfiguration:
    """The center that the stories are told in."""
    made = load_center({"center.yaml": _CENTER, "traces.yaml": _FLOW})
    return replace(made, numbers={DID: NumberSettings(did=DID, flow=TRACES)})


@dataclass(frozen=True, slots=True)
class Press:
    """Press keys, quickly."""

    keys: str


@dataclass(frozen=True, slots=True)
class Until:
    """Do nothing until this edge was taken."""

    edge: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Listen until the caller is waited for in this node, `times` having been said there."""

    node: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Recorded:
    """Speak for so long, once a recording has begun."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HangUp:
    """Put the receiver down."""


@dataclass(frozen=True, slots=True)
class Story:
    """What the caller does, and the whole trace: every edge that was taken, in order."""

    does: tuple[Press | Until | Asked | Recorded | HangUp, ...]
    trace: tuple[str, ...]
    number: str = ""


STORIES: dict[str, Story] = {
    "a key during a prompt ends it and counts for what follows": Story(
        does=(Press("2"), Asked("second"), Press("1"), Asked("number"), Press("47#")),
        trace=(
            "hello/next",
            "main/choice:second",
            "second/choice:number",
            "number/next",
            "done/ended",
        ),
        number="47",
    ),
    "one and twelve: the longer one is waited for": Story(
        does=(Press("1"), Until("main/choice:number"), Asked("number"), Press("4711")),
        trace=("hello/next", "main/choice:number", "number/next", "done/ended"),
        number="4711",
    ),
    "one and twelve: twelve is taken at once": Story(
        does=(Press("12"), Until("main/choice:notice"), Asked("second"), Press("2"), Press("9")),
        trace=(
            "hello/next",
            "main/choice:notice",
            "notice/next",
            "second/choice:main",
            "main/choice:hangup",
        ),
    ),
    "everything typed ahead": Story(
        does=(Press("14711"),),
        trace=("hello/next", "main/choice:number", "number/next", "done/ended"),
        number="4711",
    ),
    "silence leaves by the last item of the list": Story(
        does=(Until("main/no_input#2"),),
        trace=("hello/next", "main/no_input#2", "person/ended"),
    ),
    "wrong keys do too, and a wrong key is not read as another answer": Story(
        does=(Asked("main"), Press("5"), Asked("main", 2), Press("6")),
        trace=("hello/next", "main/no_match#2", "person/ended"),
    ),
    "the clear key begins the digits anew": Story(
        does=(Press("1"), Asked("number"), Press("48*21#")),
        trace=("hello/next", "main/choice:number", "number/next", "done/ended"),
        number="21",
    ),
    "too few digits are no answer": Story(
        does=(Press("1"), Asked("number"), Press("4#"), Asked("number", 2), Press("5#")),
        trace=("hello/next", "main/choice:number", "number/no_match#2", "person/ended"),
    ),
    "digits end when no more are typed": Story(
        does=(Press("1"), Asked("number"), Press("123"), Until("number/next")),
        trace=("hello/next", "main/choice:number", "number/next", "done/ended"),
        number="123",
    ),
    "global keys lead back, and to a person": Story(
        does=(Press("2"), Asked("second"), Press("*"), Asked("main"), Press("0")),
        trace=(
            "hello/next",
            "main/choice:second",
            "second/global:back",
            "main/global:person",
            "person/ended",
        ),
    ),
    "a menu is repeated": Story(
        does=(Press("2"), Asked("second"), Press("7"), Asked("second", 2), Press("2"), Press("9")),
        trace=(
            "hello/next",
            "main/choice:second",
            "second/choice:repeat",
            "second/choice:main",
            "main/choice:hangup",
        ),
    ),
    "keys during words that must be heard are discarded": Story(
        does=(Press("12"), Until("main/choice:notice"), Press("11"), Until("second/no_input#1")),
        trace=(
            "hello/next",
            "main/choice:notice",
            "notice/next",
            "second/no_input#1",
            "person/ended",
        ),
    ),
    "a message is ended by a key, and kept": Story(
        does=(Asked("main"), Press("4"), Recorded(3.0), Press("#"), Until("message/recorded")),
        trace=("hello/next", "main/choice:message", "message/recorded", "done/ended"),
    ),
    "who hangs up while leaving a message has left it": Story(
        does=(Asked("main"), Press("4"), Recorded(3.0), HangUp()),
        trace=("hello/next", "main/choice:message", "message/recorded", "done/ended"),
    ),
    "with nobody at work a queue is left at once": Story(
        does=(Press("3"), Recorded(3.0), Press("#")),
        trace=(
            "hello/next",
            "main/choice:desk",
            "desk/no_agents",
            "message/recorded",
            "done/ended",
        ),
    ),
    "who hangs up leaves the node by that": Story(
        does=(Asked("main"), HangUp()), trace=("hello/next", "main/hangup")
    ),
}

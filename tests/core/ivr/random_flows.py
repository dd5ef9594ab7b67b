"""Flows that nobody would write: any node, any edge, any expression."""

from dataclasses import fields
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from contact_center.core.hours import Calendar, Interval
from contact_center.core.ids import FlowId, QueueId
from contact_center.core.ivr.flow import (
    Appointment,
    Arm,
    Branch,
    Call,
    Callback,
    Case,
    Check,
    Collect,
    Confidence,
    Edge,
    Failure,
    FlowBundle,
    HangUp,
    Hours,
    Lookup,
    Menu,
    Play,
    Question,
    Queue,
    Record,
    Return,
    Route,
    Set,
    Split,
    Survey,
    Switch,
    Tag,
    Taping,
    Transfer,
    VariableType,
    Voicemail,
)
from contact_center.core.ivr.services import Place, Sent, Service
from tests.core.ivr.caller import BROKEN, SECOND, bundle, formula, say

NAMES = [f"n{n}" for n in range(6)]
TARGETS = st.sampled_from([*NAMES, *NAMES, "back", "main", "repeat", "hangup", "nowhere"])
VALUES = st.sampled_from(
    [formula("vars['a']"), formula("1"), formula("'x'"), formula("sys['steps']"), BROKEN]
)
TRUTHS = st.sampled_from([formula("True"), formula("False"), formula("'no truth'"), BROKEN])
PROMPTS = st.sampled_from([(), say("One."), say("One.", "Two.")])
NUMBERS = st.integers(1, 4)
ASSIGNED = st.sampled_from(["a", "b", "call.language", "route.priority", "route.require"])
ASSIGNMENTS = st.lists(st.tuples(ASSIGNED, VALUES), max_size=2).map(tuple)
EDGES = st.builds(Edge, goto=TARGETS, tag=st.sampled_from(["", "t"]), set=ASSIGNMENTS)
SOME_EDGE = st.none() | EDGES
CALENDAR = Calendar(name="c", zone=ZoneInfo("UTC"), weekly=((),) * 7)
FAILURES = st.lists(
    st.builds(
        Failure,
        say=PROMPTS,
        edge=SOME_EDGE,
        first_timeout_us=st.sampled_from([None, SECOND]),
    ),
    max_size=3,
).map(tuple)
COMMON: dict[str, Any] = {
    "error": SOME_EDGE,
    "tags": st.sampled_from([(), ("t",)]),
    "milestone": st.sampled_from(["", "m"]),
    "when": st.none() | TRUTHS,
    "skip": SOME_EDGE,
    "say_first": PROMPTS,
}
ASKING: dict[str, Any] = {
    "say": PROMPTS,
    "on_no_input": FAILURES,
    "on_no_match": FAILURES,
    "first_timeout_us": NUMBERS.map(lambda n: n * SECOND),
    "inter_digit_us": st.sampled_from([0, SECOND]),
    "barge_in": st.booleans(),
    "type_ahead": st.booleans(),
    "max_failures": st.integers(0, 2),
    "short": PROMPTS,
}
KEYS = st.dictionaries(st.sampled_from(["1", "2", "12", "123", "#", "0"]), EDGES, min_size=1)
CONFIRM = st.builds(
    Menu,
    name=st.just("confirm"),
    **{**ASKING, "on_no_input": st.just(()), "on_no_match": st.just(())},
    keys=st.just({"1": Edge(goto="repeat"), "2": Edge(goto="repeat")}),
    words=st.sampled_from([{}, {"1": {"en-US": ("yes",)}, "2": {"en-US": ("no",)}}]),
    outcomes=st.just({"1": "yes", "2": "no"}),
)
CHOICES = {"1": {"en-US": ("balance", "money")}, "12": {"en-US": ("lost card", "card")}}
TWICE = {"1": {"en-US": ("balance",)}, "2": {"en-US": ("balance",)}, "12": {"xx": ("card",)}}
CHECKS = st.builds(
    Check,
    regex=st.sampled_from(["", "[12]+", "["]),
    luhn=st.booleans(),
    cel=st.none() | TRUTHS,
)
SERVICES = {
    name: Service(
        name=name,
        method=name.upper(),
        url="https://crm.example.com/{x}",
        timeout_us=SECOND,
        sent=(
            Sent(place=Place.URL, name="x", value=formula("args['x']")),
            Sent(place=Place.BODY, name="pin", secret="a"),
        ),
    )
    for name in ("get", "post")
}
WAYS: dict[str, Any] = {"timeout": EDGES, "no_agents": EDGES, "full": EDGES}


def _own_menu(keys: str) -> Any:
    return st.builds(
        Menu,
        name=st.just("own"),
        say=PROMPTS,
        keys=st.just({key: Edge(goto="repeat") for key in keys.split()}),
        outcomes=st.just({"1": "keep", "2": "again", "3": "listen"}),
        on_no_input=st.just(()),
        on_no_match=st.just(()),
        first_timeout_us=st.just(SECOND),
        inter_digit_us=st.sampled_from([0, SECOND]),
        barge_in=st.booleans(),
        type_ahead=st.booleans(),
    )


QUESTIONS = st.builds(
    Question, question=st.just("q"), ask=_own_menu("0 1 10"), into=st.sampled_from(["", "a", "n"])
)
REVIEWS = _own_menu("1 2 3")
TIMES = st.builds(
    Appointment,
    day=st.sampled_from([formula("1"), formula("'x'"), BROKEN]),
    time=st.sampled_from([formula("'0930'"), formula("vars['a']")]),
    calendar=st.just(
        Calendar(name="c", zone=ZoneInfo("UTC"), weekly=((Interval(start=0, end=1440),),) * 7)
    ),
    window_us=st.just(3600 * SECOND),
    into=st.sampled_from(["", "a"]),
)


def nodes(flows: list[str]) -> list[Any]:
    """Strategies for nodes of every kind, by all but their names; they may call `flows`."""
    return [*_silent(flows), *_heard()]


def _silent(flows: list[str]) -> list[Any]:
    return [
        st.builds(
            Branch,
            name=st.just(""),
            cases=_some(st.builds(Case, when=TRUTHS, edge=EDGES)),
            otherwise=EDGES,
        ),
        st.builds(
            Switch,
            name=st.just(""),
            on=VALUES,
            values=_some(st.tuples(st.just("1"), EDGES)),
            otherwise=EDGES,
        ),
        st.builds(Set, name=st.just(""), assign=ASSIGNMENTS, next=EDGES),
        st.builds(
            Hours,
            name=st.just(""),
            calendar=st.just(CALENDAR),
            open=EDGES,
            closed=EDGES,
            holiday=EDGES,
            emergency=SOME_EDGE,
        ),
        st.builds(Tag, name=st.just(""), next=EDGES, outcome=st.sampled_from(["", "o"])),
        st.builds(
            Split,
            name=st.just(""),
            arms=_some(st.builds(Arm, name=st.just("x"), weight=NUMBERS, edge=EDGES)),
            by_caller=st.booleans(),
        ),
        st.builds(
            Route,
            name=st.just(""),
            next=EDGES,
            queue=st.none() | st.just(QueueId("q")),
            priority=st.none() | VALUES,
            attributes=st.lists(st.tuples(st.just("x"), VALUES), max_size=1).map(tuple),
        ),
        st.builds(
            Return,
            name=st.just(""),
            outcome=st.sampled_from(["done", "odd"]),
            values=_values("got"),
        ),
        st.builds(
            Call,
            name=st.just(""),
            flow=st.sampled_from([FlowId(flow) for flow in [*flows, "gone"]]),
            returns=st.dictionaries(st.just("done"), EDGES),
            args=_values("a"),
            into=st.sampled_from([(), (("b", "got"),)]),
        ),
        st.builds(
            Lookup,
            name=st.just(""),
            service=st.sampled_from(["get", "post", "gone"]),
            args=_values("x"),
            into=st.sampled_from([(), (("b", "a"),)]),
            timeout_us=NUMBERS.map(lambda n: n * SECOND),
            filler=PROMPTS,
            filler_after_us=st.sampled_from([0, SECOND]),
            ok=EDGES,
            not_found=EDGES,
            timeout=EDGES,
            failed=EDGES,
        ),
    ]


def _heard() -> list[Any]:
    return [
        st.builds(Play, name=st.just(""), say=PROMPTS, next=EDGES, barge_in=st.booleans()),
        st.builds(Menu, name=st.just(""), keys=KEYS, **ASKING),
        st.builds(
            Menu,
            name=st.just(""),
            keys=st.fixed_dictionaries(dict.fromkeys(("1", "2", "12"), EDGES)),
            words=st.sampled_from([CHOICES, TWICE]),
            confidence=st.sampled_from([Confidence(), Confidence(reject=0.0, accept=0.0)]),
            **ASKING,
        ),
        st.builds(
            Collect,
            name=st.just(""),
            into=st.just("a"),
            min=st.just(1),
            max=NUMBERS,
            next=EDGES,
            terminator=st.sampled_from(["", "#"]),
            clear_key=st.sampled_from(["", "*"]),
            empty_is_accepted=st.booleans(),
            check=CHECKS,
            confirm=st.none() | CONFIRM,
            globals=st.booleans(),
            sensitive=st.booleans(),
            **ASKING,
        ),
        st.builds(
            Queue,
            name=st.just(""),
            queue=st.sampled_from([QueueId("q"), QueueId("")]),
            say=PROMPTS,
            **WAYS,
        ),
        st.builds(
            Callback,
            name=st.just(""),
            queue=st.just(QueueId("q")),
            registered=EDGES,
            refused=EDGES,
            at=st.none() | TIMES,
            unavailable=SOME_EDGE,
        ),
        st.builds(
            Survey,
            name=st.just(""),
            survey=st.just("s"),
            questions=_some(QUESTIONS),
            done=EDGES,
            abandoned=EDGES,
            retry=PROMPTS,
        ),
        st.builds(Record, name=st.just(""), action=st.sampled_from(Taping), next=EDGES),
        st.builds(
            Transfer,
            name=st.just(""),
            to=st.just("+1"),
            timeout_us=st.just(SECOND),
            busy=EDGES,
            no_answer=EDGES,
            failed=EDGES,
            say=PROMPTS,
        ),
        st.builds(
            Voicemail,
            name=st.just(""),
            box=st.just("b"),
            say=PROMPTS,
            max_us=st.just(60 * SECOND),
            silence_us=st.just(SECOND),
            min_us=st.just(SECOND),
            recorded=EDGES,
            empty=EDGES,
            too_short=SOME_EDGE,
            review=st.none() | REVIEWS,
        ),
        st.builds(HangUp, name=st.just(""), say=PROMPTS, contained=st.none() | st.booleans()),
    ]


def _some(one: Any) -> Any:
    return st.lists(one, min_size=1, max_size=2).map(tuple)


def _values(name: str) -> Any:
    return st.lists(st.tuples(st.just(name), VALUES), max_size=1).map(tuple)


@st.composite
def one_flow(draw: Any, name: str, subflows: tuple[FlowBundle, ...] = ()) -> FlowBundle:
    """Any flow that may call `subflows`."""
    kinds = nodes([one.flow for one in subflows])
    made = []
    for at in NAMES:
        node = draw(draw(st.sampled_from(kinds)))
        common = {field: draw(strategy) for field, strategy in COMMON.items()}
        made.append(type(node)(**{**_fields(node), **common, "name": at}))
    return bundle(
        *made,
        flow=FlowId(name),
        variables={"a": "", "b": ""},
        types=draw(st.sampled_from([{}, {"a": VariableType(kind="string")}])),
        returns={"done": {"got": VariableType(kind="string")}},
        global_keys=draw(st.dictionaries(st.sampled_from(["0", "*"]), EDGES)),
        on_error=draw(SOME_EDGE),
        on_limit=draw(SOME_EDGE),
        on_emergency=draw(SOME_EDGE),
        on_hangup=draw(st.sampled_from(["", *NAMES, "nowhere"])),
        farewell=draw(PROMPTS),
        max_steps=draw(st.sampled_from([5, 40])),
        max_failures=draw(st.integers(0, 3)),
        ivr_time_us=draw(st.sampled_from([0, 4 * SECOND])),
        subflows={one.flow: one for one in subflows},
        services=SERVICES,
    )


def _fields(node: Any) -> dict[str, Any]:
    named = (field.name for field in fields(node) if field.init and field.name not in COMMON)
    return {name: getattr(node, name) for name in named}


@st.composite
def any_flow(draw: Any) -> FlowBundle:
    """Any flow, with another that it may call and that may call it."""
    inner = draw(one_flow("inner"))
    return draw(one_flow("bank", (inner,)))

"""The rules of going on: subflows, going back, limits, hanging up, emergencies, splits, errors."""

import copy
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from contact_center.core.facts import NodeLeft
from contact_center.core.hours import Calendar, Interval
from contact_center.core.ids import FlowId, QueueId
from contact_center.core.ivr.flow import (
    Arm,
    Branch,
    Call,
    Case,
    Collect,
    Edge,
    FlowBundle,
    HangUp,
    Hours,
    Menu,
    Play,
    Queue,
    Return,
    Route,
    Set,
    Split,
    Switch,
    Tag,
    VariableType,
    Voicemail,
)
from contact_center.core.ivr.session import (
    CallerHungUp,
    ExitReturned,
    HangUpExit,
    IvrSession,
    IvrStarted,
    Phase,
    QueueExit,
)
from contact_center.core.ivr.silent import bucket_of
from contact_center.core.ivr.walk import EVERY_FLOW
from tests.core.ivr.caller import (
    BROKEN,
    SECOND,
    Caller,
    away,
    bundle,
    formula,
    say,
    text,
    to,
)

TIMES: dict[str, Any] = {"first_timeout_us": 5 * SECOND, "inter_digit_us": 3 * SECOND}
LISTS: dict[str, Any] = {"on_no_input": (away("bye"),), "on_no_match": (away("bye"),)}
BYE = HangUp(name="bye", say=say("Bye."), reason="done")
STRING, INT = VariableType(kind="string"), VariableType(kind="int")


def menu(name: str = "main", **keys: str) -> Menu:
    edges = {key.lstrip("k"): to(goto) for key, goto in keys.items()}
    return Menu(name=name, say=say(f"{name}?"), keys=edges, **LISTS, **TIMES)


def call(flow: str = "sub", **more: Any) -> Call:
    fields: dict[str, Any] = {"returns": {"done": to("bye"), "failed": to("main")}, **more}
    return Call(name="call", flow=FlowId(flow), **fields)


def sub(*nodes: Any, name: str = "sub", **more: Any) -> FlowBundle:
    returned: dict[str, Any] = {"done": {"got": STRING}, "failed": {}}
    return bundle(*nodes, flow=FlowId(name), **{"returns": returned, "version": "s1", **more})


def calling(*nodes: Any, subflows: tuple[FlowBundle, ...], **more: Any) -> FlowBundle:
    return bundle(*nodes, BYE, subflows={one.flow: one for one in subflows}, **more)


ASK = Collect(
    name="ask",
    say=say("Number?"),
    into="x",
    min=2,
    max=2,
    next=to("give"),
    on_no_input=(away("fail"),),
    on_no_match=(away("fail"),),
    **TIMES,
)
GIVE = Return(name="give", outcome="done", values=(("got", formula("vars['x']")),))
FAIL = Return(name="fail", outcome="failed")
SUB = sub(ASK, GIVE, FAIL, variables={"x": "", "given": "none"}, types={"given": STRING})


# --- 17: flows that flows call ----------------------------------------------------------------


def test_rule_17_a_called_flow_has_its_own_variables_and_gives_back_what_it_declares():
    args = (("given", formula("caller['number']")),)
    flow = calling(
        call(args=args, into=(("y", "got"),)),
        subflows=(SUB,),
        variables={"x": "mine", "y": ""},
    )
    caller = Caller(flow)
    assert (caller.node, caller.session.inside) == ("ask", "sub")
    assert caller.session.variables == {"x": "", "given": "+14155550100"}
    caller.press("42")
    assert caller.session.variables == {"x": "mine", "y": "42"}
    assert caller.edges == ["ask/next", "give/done", "call/done"]
    flows = [(fact.flow, fact.version) for fact in caller.of(NodeLeft)]
    assert flows == [("sub", "s1"), ("sub", "s1"), ("bank", "v1")]


def test_rule_17_a_value_that_does_not_fit_is_an_error_and_never_passed_on():
    wrong = call(args=(("given", formula("1")),), error=to("bye"))
    assert Caller(calling(wrong, subflows=(SUB,))).edges == ["call/error"]
    number = Return(name="give", outcome="done", values=(("got", formula("7")),))
    bad = sub(Play(name="p", say=(), next=to("give")), number)
    caught = Caller(calling(call(error=to("bye")), subflows=(bad,)))
    assert caught.edges == ["p/next", "give/error", "call/error"]
    into = call(into=(("n", "got"),), error=to("bye"))
    text_ = Return(name="give", outcome="done", values=(("got", formula("'a'")),))
    flow = calling(into, subflows=(sub(text_),), types={"n": INT}, variables={"n": 0})
    assert Caller(flow).edges == ["give/done", "call/error"]


def test_rule_17_back_and_main_stay_inside():
    inner = sub(menu("first", k1="second"), menu("second", k9="back", k8="main"))
    caller = Caller(calling(menu(k1="call"), call(), subflows=(inner,))).press("1")
    assert caller.node == "first"
    assert caller.press("1").press("9").node == "first"
    caller.press("1").press("8")
    assert (caller.node, caller.session.inside) == ("first", "sub")


def test_rule_17_errors_that_nobody_catches_inside_are_the_calls():
    broken = sub(Set(name="s", assign=(("x", BROKEN),), next=to("s")))
    flow = calling(call(error=to("bye")), subflows=(broken,))
    assert Caller(flow).edges == ["s/error", "call/error"]
    general = calling(call(), subflows=(broken,), on_error=to("bye"))
    assert Caller(general).edges == ["s/error", "call/error"]
    lost = Caller(calling(call(), subflows=(broken,), farewell=say("Sorry.")))
    assert (lost.said, lost.session.frames) == (["Sorry."], [])


def test_rule_17_flows_call_each_other_at_most_eight_deep():
    deep = [
        sub(Call(name="call", flow=FlowId(f"s{n + 1}"), returns={}), name=f"s{n}") for n in range(9)
    ]
    flow = calling(call("s0", error=to("bye")), subflows=tuple(deep))
    caller = Caller(flow)
    assert caller.node == "bye"
    assert caller.edges.count("call/error") == 9
    last = sub(ASK, GIVE, FAIL, name="s7")
    caller = Caller(calling(call("s0"), subflows=(*deep[:7], last)))
    assert (caller.node, len(caller.session.frames)) == ("ask", 8)


def test_rule_17_who_hangs_up_leaves_every_flow():
    caller = Caller(calling(call(), subflows=(SUB,))).step(CallerHungUp())
    assert (caller.phase, caller.session.frames) == (Phase.DONE, [])
    assert caller.edges == ["ask/hangup", "call/hangup"]


def test_rule_17_a_call_that_ends_in_a_called_flow_ends_in_all_of_them():
    ends = HangUp(name="out", reason="inside")
    caller = Caller(calling(call(), subflows=(sub(ends),)))
    assert caller.exit == HangUpExit(reason="inside")
    assert (caller.edges, caller.session.frames) == (["out/ended", "call/ended"], [])
    edge = sub(Tag(name="t", milestone="m", next=to("hangup")))
    assert Caller(calling(call(), subflows=(edge,))).edges == ["t/next", "call/hangup"]


def test_rule_17_a_session_can_be_written_down_inside_a_called_flow():
    flow = calling(call(into=(("y", "got"),)), subflows=(SUB,), variables={"y": ""})
    caller = Caller(flow).press("4")
    kept = msgspec.json.decode(msgspec.json.encode(caller.session), type=IvrSession)
    other = Caller(flow, start=False)
    other.session, other.ids, other.now = kept, copy.deepcopy(caller.ids), caller.now
    assert other.press("2").last == caller.press("2").last
    assert kept == caller.session
    assert kept.variables == {"y": "42"}


def test_rule_17_a_return_of_a_flow_that_nobody_called_ends_the_call():
    caller = Caller(bundle(Return(name="out", outcome="done")))
    assert caller.exit == HangUpExit(reason="returned")


def test_a_wait_inside_a_called_flow_goes_on_inside_it():
    wait = Queue(
        name="wait",
        queue=QueueId("sales"),
        timeout=to("fail"),
        no_agents=to("fail"),
        full=to("fail"),
    )
    caller = Caller(calling(call(), menu(), subflows=(sub(wait, FAIL),)))
    assert isinstance(caller.exit, QueueExit)
    caller.step(ExitReturned(outcome="timeout"))
    assert caller.edges == ["wait/timeout", "fail/failed", "call/failed"]
    assert caller.node == "main"


# --- 18: back --------------------------------------------------------------------------------


def test_rule_18_back_goes_to_the_waiting_nodes_before_and_at_the_first_repeats_it():
    flow = bundle(
        menu(k1="tell"), Play(name="tell", say=(), next=to("next")), menu("next", k9="back"), BYE
    )
    caller = Caller(flow).press("1").press("9")
    assert caller.node == "main"
    assert Caller(bundle(menu(k9="back"), BYE)).press("9").node == "main"


def test_main_is_the_first_node_that_waited():
    flow = bundle(menu("top", k1="next"), menu("next", k2="last"), menu("last", k0="main"), BYE)
    assert Caller(flow).press("1").press("2").press("0").node == "top"
    own = bundle(menu("top", k1="main"), menu("main", k1="bye"), BYE)
    assert Caller(own).press("1").node == "main"


# --- 19: limits -------------------------------------------------------------------------------


def test_rule_19_steps_have_a_limit_and_then_fifty_more_and_then_a_farewell():
    circle = Set(name="circle", assign=(), next=to("circle"))
    flow = bundle(circle, max_steps=10, on_limit=to("circle"), farewell=say("Sorry."))
    caller = Caller(flow)
    assert (caller.session.steps, caller.said) == (60, ["Sorry."])
    assert caller.edges.count("circle/next") == 60


def test_rule_19_the_time_in_the_flow_has_a_limit_that_waiting_for_agents_does_not_count_for():
    wait = Queue(
        name="wait", queue=QueueId("sales"), timeout=to("main"), no_agents=to("bye"), full=to("bye")
    )
    flow = bundle(
        menu(k1="wait", k2="repeat"), wait, BYE, ivr_time_us=20 * SECOND, on_limit=to("bye")
    )
    caller = Caller(flow).press("1", after_s=10)
    caller.now += 600 * SECOND
    caller.step(ExitReturned(outcome="timeout"))
    assert caller.node == "main"
    caller.press("2", after_s=8)
    assert caller.waits_s == 2
    caller.time_passes()
    assert caller.edges[-1] == "main/limit"
    assert caller.node == "bye"
    assert caller.prompt_over().exit == HangUpExit(reason="done")


def test_rule_19_a_message_is_not_cut_short_by_the_time_in_the_flow():
    box = Voicemail(
        name="box",
        box="b",
        say=(),
        max_us=60 * SECOND,
        silence_us=4 * SECOND,
        min_us=SECOND,
        recorded=to("bye"),
        empty=to("bye"),
    )
    caller = Caller(bundle(box, BYE, ivr_time_us=10 * SECOND))
    assert caller.waits_s == 90
    caller.now += 30 * SECOND
    caller.recorded()
    assert caller.edges[0] == "box/recorded"
    assert caller.exit == HangUpExit(reason="limit")


# --- 20: hanging up ---------------------------------------------------------------------------


def after(*nodes: Any, **more: Any) -> FlowBundle:
    return bundle(menu(), *nodes, BYE, on_hangup=nodes[0].name, variables={"n": 0}, **more)


def test_rule_20_who_hangs_up_is_cleaned_up_after_without_a_sound():
    note = Tag(
        name="note", milestone="left", outcome="gone", say_first=say("Hello?"), next=to("more")
    )
    more = Set(name="more", assign=(("n", formula("vars['n'] + 1")),), next=to("hangup"))
    caller = Caller(after(note, more)).step(CallerHungUp())
    assert (caller.phase, caller.did, caller.exit) == (Phase.DONE, [], None)
    assert caller.edges == ["main/hangup", "note/next", "more/next"]
    assert [fact.milestone for fact in caller.of(NodeLeft)] == ["", "left", ""]
    assert caller.session.variables == {"n": 1}


@pytest.mark.parametrize(
    "node",
    [
        Set(name="x", assign=(("n", BROKEN),), next=to("x")),
        Set(name="x", assign=(), next=to("x")),
        Play(name="x", say=say("Hello?"), next=to("main")),
        Set(name="x", assign=(), next=to("bye")),
    ],
)
def test_rule_20_whatever_stands_there_nothing_is_said_and_it_ends(node):
    flow = after(node, on_error=to("bye"), on_limit=to("bye"), farewell=say("Sorry."))
    caller = Caller(flow).step(CallerHungUp())
    assert (caller.phase, caller.did, caller.exit) == (Phase.DONE, [], None)


def test_rule_20_a_second_hang_up_and_everything_later_is_ignored():
    note = Tag(name="note", milestone="left", next=to("hangup"))
    caller = Caller(after(note)).step(CallerHungUp()).step(CallerHungUp()).press("1")
    assert caller.edges == ["main/hangup", "note/next"]


def test_rule_20_it_works_while_waiting_for_an_agent_and_not_before_the_beginning():
    wait = Queue(
        name="wait", queue=QueueId("q"), timeout=to("bye"), no_agents=to("bye"), full=to("bye")
    )
    note = Tag(name="note", milestone="left", next=to("hangup"))
    flow = bundle(wait, note, BYE, on_hangup="note")
    assert Caller(flow).step(CallerHungUp()).edges == ["wait/hangup", "note/next"]
    assert Caller(flow, start=False).step(CallerHungUp()).edges == []


# --- 22: the time of day ----------------------------------------------------------------------


def test_rule_22_the_calendar_is_asked_for_the_time_of_the_event():
    day = (Interval(start=540, end=1020),)
    calendar = Calendar(name="c", zone=ZoneInfo("America/New_York"), weekly=(day,) * 7)
    hours = Hours(name="h", calendar=calendar, open=to("main"), closed=to("bye"), holiday=to("bye"))
    caller = Caller(bundle(hours, menu(), BYE), start=False)
    for clock, node in ((13, "bye"), (14, "main"), (22, "bye")):
        one = Caller(caller.flow, start=False)
        one.now = int(datetime(2026, 11, 23, clock, tzinfo=UTC).timestamp()) * SECOND
        assert one.step(IvrStarted()).node == node


# --- 24: emergencies --------------------------------------------------------------------------


def emergency(caller: Caller, *flows: str) -> Caller:
    caller.emergencies = frozenset(flows)
    return caller


@pytest.mark.parametrize("switched", ["bank", EVERY_FLOW])
def test_rule_24_calls_in_flight_see_an_emergency_at_their_next_node(switched):
    storm = menu("storm", k1="main")
    flow = bundle(menu(k1="next"), menu("next"), storm, BYE, on_emergency=to("storm"))
    caller = emergency(Caller(flow), switched)
    assert caller.node == "main"
    caller.press("1")
    assert (caller.node, caller.edges) == ("storm", ["main/choice:next", "next/emergency"])
    # Once in a call: it can go on from there.
    assert caller.press("1").node == "main"
    other = emergency(Caller(flow), "another")
    assert other.press("1").node == "next"


def test_rule_24_hours_have_an_edge_for_it():
    calendar = Calendar(name="c", zone=ZoneInfo("UTC"), weekly=((),) * 7)
    edges = {"open": to("bye"), "closed": to("bye"), "holiday": to("bye"), "emergency": to("storm")}
    flow = bundle(menu(k1="h"), Hours(name="h", calendar=calendar, **edges), menu("storm"), BYE)
    assert emergency(Caller(flow), "bank").press("1").node == "storm"
    assert Caller(flow).press("1").node == "bye"


def test_rule_24_the_way_of_the_flow_that_called_comes_first():
    inner = sub(menu("first", k1="second"), menu("second"), BYE, on_emergency=to("bye"))
    flow = calling(call(), menu("storm"), subflows=(inner,), on_emergency=to("storm"))
    caller = emergency(Caller(flow), EVERY_FLOW).press("1")
    assert (caller.node, caller.session.frames) == ("storm", [])
    assert caller.edges == ["first/choice:second", "second/emergency", "call/emergency"]
    caller = emergency(Caller(flow), "sub").press("1")
    assert (caller.node, caller.session.inside) == ("bye", "sub")


# --- 26: splits -------------------------------------------------------------------------------


def test_rule_26_a_caller_always_falls_to_the_same_arm_by_a_digest_that_anybody_can_compute():
    arms = (Arm(name="a", weight=1, edge=to("bye")), Arm(name="b", weight=3, edge=to("main")))
    flow = bundle(Split(name="s", arms=arms, salt="x"), menu(), BYE)
    found = {}
    for n in range(200):
        number = f"+1415555{n:04}"
        found[number] = Caller(flow, ani=number).edges[0]
        assert Caller(flow, ani=number).edges[0] == found[number]
        upper = bucket_of("bank", "s", "x", number) < 2500
        assert found[number] == ("s/arm:a" if upper else "s/arm:b")
    assert 30 < list(found.values()).count("s/arm:a") < 70
    assert bucket_of("bank", "s", "x", "+14155550000") == 3267


def test_rule_26_by_call_it_is_the_call_that_falls():
    arms = (Arm(name="a", weight=1, edge=to("bye")), Arm(name="b", weight=1, edge=to("main")))
    flow = bundle(Split(name="s", arms=arms, by_caller=False), menu(), BYE)
    assert len({Caller(flow, ani=f"+1415555{n:04}").edges[0] for n in range(50)}) == 1


# --- 27: errors in expressions ----------------------------------------------------------------


def test_rule_27_a_failed_expression_is_an_error_and_never_false():
    branch = Branch(name="b", cases=(Case(when=BROKEN, edge=to("main")),), otherwise=to("main"))
    assert Caller(bundle(branch, menu(), BYE, on_error=to("bye"))).edges == ["b/error"]
    when = Set(name="b", assign=(), next=to("main"), when=BROKEN, skip=to("main"), error=to("bye"))
    assert Caller(bundle(when, menu(), BYE)).edges == ["b/error"]
    edge = Set(
        name="b",
        assign=(),
        next=Edge(goto="main", set=(("n", BROKEN),)),
        error=to("bye"),
    )
    assert Caller(bundle(edge, menu(), BYE)).edges == ["b/error"]


def test_rule_27_an_error_edge_that_fails_itself_falls_to_the_flows_and_then_ends_the_call():
    bad = Edge(goto="main", set=(("n", BROKEN),))
    node = Set(name="b", assign=(("n", BROKEN),), next=to("main"), error=bad)
    assert Caller(bundle(node, menu(), BYE, on_error=to("bye"))).edges == ["b/error"]
    caller = Caller(bundle(node, menu(), BYE, on_error=bad, farewell=say("Sorry.")))
    assert caller.said == ["Sorry."]


# --- small nodes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "node"), [("'gold'", "main"), ("12", "next"), ("True", "last"), ("'tin'", "bye")]
)
def test_a_switch_takes_the_edge_of_the_value_as_text(value, node):
    values = (("gold", to("main")), ("12", to("next")), ("true", to("last")))
    switch = Switch(name="s", on=formula(value), values=values, otherwise=to("bye"))
    flow = bundle(switch, menu(), menu("next"), menu("last"), BYE)
    assert Caller(flow).node == node


def test_a_route_is_what_a_queue_node_asks_for_that_says_nothing_itself():
    route = Route(
        name="r",
        queue=QueueId("cards"),
        priority=formula("40 + 2"),
        boost_us=SECOND,
        skills={"es": 30},
        require="cards",
        reason="Lost card",
        attributes=(("card", formula("'visa'")),),
        next=to("wait"),
    )
    edges: dict[str, Any] = {"timeout": to("bye"), "no_agents": to("bye"), "full": to("bye")}
    caller = Caller(bundle(route, Queue(name="wait", queue=QueueId(""), **edges), BYE))
    asked = caller.exit
    assert isinstance(asked, QueueExit)
    assert (asked.queue, asked.priority, asked.boost_us) == ("cards", 42, SECOND)
    assert (asked.skills, asked.require, asked.reason) == ((("es", 30),), "cards", "Lost card")
    assert caller.session.wish.attributes == {"card": "visa"}
    own = Queue(
        name="wait", queue=QueueId("sales"), priority=1, reason="Own", skills={"fr": 1}, **edges
    )
    asked = Caller(bundle(route, own, BYE)).exit
    assert isinstance(asked, QueueExit)
    assert (asked.queue, asked.priority, asked.reason, asked.skills) == (
        "sales",
        1,
        "Own",
        (("fr", 1),),
    )
    nowhere = Queue(name="wait", queue=QueueId(""), error=to("bye"), **edges)
    assert Caller(bundle(nowhere, BYE)).edges == ["wait/error"]


def test_edges_assign_variables_the_language_and_what_a_queue_is_to_ask_for():
    edge = Edge(
        goto="wait",
        tag="t",
        set=(
            ("n", formula("vars['n'] + 1")),
            ("n", formula("vars['n'] * 10")),
            ("call.language", formula("'es-US'")),
            ("route.priority", formula("7")),
            ("route.boost", formula("1.5")),
            ("route.require", formula("'cards'")),
            ("route.skills", formula("'es >= 3'")),
            ("route.reason", formula("'why'")),
        ),
    )
    wait = Queue(
        name="wait", queue=QueueId("q"), timeout=to("bye"), no_agents=to("bye"), full=to("bye")
    )
    flow = bundle(Play(name="p", say=(), next=edge), wait, BYE, variables={"n": 1})
    caller = Caller(flow)
    assert (caller.session.variables, caller.session.language) == ({"n": 20}, "es-US")
    asked = caller.exit
    assert isinstance(asked, QueueExit)
    assert (asked.priority, asked.boost_us, asked.reason) == (7, 1_500_000, "why")
    assert asked.require == "cards and es >= 3"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("route.priority", "101"),
        ("route.priority", "'high'"),
        ("route.boost", "-1"),
        ("route.require", "'es >='"),
        ("route.skills", "3"),
    ],
)
def test_what_a_queue_cannot_be_asked_for_is_an_error(name, value):
    edge = Edge(goto="bye", set=((name, formula(value)),))
    node = Play(name="p", say=(), next=edge, error=to("main"))
    assert Caller(bundle(node, menu(), BYE)).edges == ["p/error"]


def test_whoever_a_node_is_not_for_skips_it_and_leaves_no_trace_of_it():
    node = Menu(
        name="ask",
        say=say("Ask?"),
        keys={"1": to("bye")},
        when=formula("vars['n'] > 0"),
        skip=to("main"),
        tags=("asked",),
        milestone="asked",
        **LISTS,
        **TIMES,
    )
    skipped = Caller(bundle(node, menu(), BYE, variables={"n": 0}))
    assert (skipped.node, skipped.edges, skipped.session.tags) == ("main", ["ask/skipped"], [])
    assert skipped.of(NodeLeft)[0].milestone == ""
    asked = Caller(bundle(node, menu(), BYE, variables={"n": 1})).press("1")
    assert (asked.session.tags, asked.of(NodeLeft)[0].milestone) == (["asked"], "asked")


def test_what_is_said_first_is_said_once_and_a_key_ends_it():
    first = Menu(
        name="m",
        say=say("Menu."),
        say_first=say("News."),
        keys={"1": to("bye")},
        **{**LISTS, "on_no_input": (away("m"),)},
        **TIMES,
    )
    caller = Caller(bundle(first, BYE))
    assert caller.said == ["News.", "Menu."]
    silent = Set(name="s", assign=(), say_first=say("News."), next=to("main"))
    caller = Caller(bundle(silent, menu(), BYE))
    assert caller.said == ["News."]
    assert caller.prompt_over().said == ["main?"]
    assert Caller(bundle(silent, menu(k5="bye"), BYE)).press("5").node == "bye"


def test_a_text_is_spoken_in_the_language_that_stands_in():
    words = (text("Hello.", **{"es-US": "Hola."}),)
    play = Play(name="p", say=words, next=to("bye"))
    fallback = {"ca-ES": "es-ES", "es-ES": "es-US"}
    flow = bundle(play, BYE, fallback=fallback)
    assert Caller(flow, language="ca-ES").said == ["Hola."]
    assert Caller(flow, language="fr-FR").said == ["Hello."]
    circle = bundle(play, BYE, fallback={"a": "b", "b": "a"})
    assert Caller(circle, language="a").said == ["Hello."]


def test_a_menu_of_outcomes_says_which_and_not_which_key():
    yes_no = Menu(
        name="m",
        say=say("Sure?"),
        keys={"1": to("bye"), "2": to("main")},
        outcomes={"1": "yes", "2": "no"},
        **LISTS,
        **TIMES,
    )
    assert Caller(bundle(yes_no, menu(), BYE)).press("2").edges == ["m/no"]

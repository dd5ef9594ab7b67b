from contact_center.core.ivr.flow import Branch, Case, Edge, HangUp, Play, Set, Speech, SpeechKind
from contact_center.core.ivr.session import HangUpExit
from tests.core.ivr.caller import BROKEN, Caller, bundle, formula, say, to

SORRY = Play(name="sorry", say=say("We have a problem."), next=to("end"))
END = HangUp(name="end", reason="end")


def circle(goto: str = "b") -> tuple[Set, Set]:
    return (
        Set(name="a", assign=(), next=to(goto)),
        Set(name="b", assign=(), next=to("a")),
    )


def broken(error: Edge | None = None) -> Set:
    return Set(name="broken", assign=(("x", BROKEN),), next=to("end"), error=error)


def test_a_failed_node_takes_its_own_error_edge_first():
    caller = Caller(bundle(broken(to("end")), SORRY, END, on_error=to("sorry")))
    assert caller.edges == ["broken/error", "end/ended"]


def test_a_failed_node_without_an_error_edge_takes_the_flows():
    assert Caller(bundle(broken(), SORRY, END, on_error=to("sorry"))).said == ["We have a problem."]


def test_an_error_that_nobody_catches_is_said_before_the_call_ends():
    caller = Caller(bundle(broken(), END, farewell=say("Please call again.")))
    assert (caller.said, caller.exit) == (["Please call again."], None)
    assert caller.prompt_over().exit == HangUpExit(reason="error")
    assert caller.edges == ["broken/error"]


def test_an_error_in_the_node_for_errors_ends_the_call():
    caller = Caller(bundle(broken(), on_error=to("broken")))
    assert caller.exit == HangUpExit(reason="error")


def test_a_farewell_that_cannot_be_said_is_left_out():
    farewell = (Speech(kind=SpeechKind.VALUE, value=BROKEN),)
    assert Caller(bundle(broken(), farewell=farewell)).exit == HangUpExit(reason="error")


def test_an_edge_to_nowhere_is_an_error():
    lost = Play(name="p", say=(), next=to("nowhere"))
    assert Caller(bundle(lost, END, on_error=to("end"))).exit == HangUpExit(reason="end")
    assert Caller(bundle(lost, on_error=to("nowhere"))).exit == HangUpExit(reason="error")


def test_a_flow_that_turns_in_a_circle_is_led_out_by_its_limit():
    caller = Caller(bundle(*circle(), END, max_steps=20, on_limit=to("end")))
    assert caller.exit == HangUpExit(reason="end")
    assert caller.session.steps == 21


def test_the_way_out_of_endless_calls_is_taken_once_and_has_fifty_steps():
    flow = bundle(*circle(), max_steps=20, on_limit=to("a"), farewell=say("Goodbye."))
    caller = Caller(flow)
    assert (caller.session.steps, caller.said) == (70, ["Goodbye."])
    assert caller.prompt_over().exit == HangUpExit(reason="limit")


def test_without_a_way_out_an_endless_call_ends():
    assert Caller(bundle(*circle(), max_steps=20)).exit == HangUpExit(reason="limit")


def test_a_node_can_be_repeated_until_something_changes():
    count = Set(name="count", assign=(("n", formula("vars['n'] + 1")),), next=to("enough"))
    enough = Branch(
        name="enough",
        cases=(Case(when=formula("vars['n'] >= 3"), edge=to("end")),),
        otherwise=to("count"),
    )
    assert Caller(bundle(count, enough, END, variables={"n": 0})).session.variables["n"] == 3


def test_back_without_any_menu_before_is_the_same_node_again():
    caller = Caller(bundle(Play(name="p", say=say("Hello."), next=to("back")))).prompt_over()
    assert (caller.node, caller.said) == ("p", ["Hello."])


def test_back_and_repeat_from_the_limit_lead_to_where_something_is():
    for word in ("back", "repeat"):
        flow = bundle(*circle(), max_steps=5, on_limit=to(word))
        assert Caller(flow).exit == HangUpExit(reason="limit")

"""What reports call the ways out of a node."""

from __future__ import annotations

from contact_center.core.events import PlaybackFinished
from contact_center.core.facts import NodeLeft
from contact_center.core.ids import QueueId
from contact_center.core.ivr.flow import HangUp, Menu, Queue
from contact_center.core.ivr.labels import labels_anywhere, labels_of, outcomes_of
from tests.core.ivr.caller import LEG, Caller, again, away, bundle, say, to

SECOND = 1_000_000
MENU = Menu(
    name="main",
    say=say("Press 1 or 2."),
    keys={"1": to("sales"), "2": to("bye"), "3": to("bye")},
    on_no_input=(again("Hello?"), away("bye")),
    on_no_match=(away("bye"),),
    first_timeout_us=5 * SECOND,
    inter_digit_us=SECOND,
)
SALES = Queue(
    name="sales",
    queue=QueueId("sales"),
    timeout=to("bye"),
    no_agents=to("bye"),
    full=to("bye"),
    keys={"callback": to("bye")},
)
BYE = HangUp(name="bye")


def test_choices_are_named_by_where_they_lead_and_never_by_their_key() -> None:
    assert [label for label, _ in labels_of(MENU)] == [
        "choice:sales",
        "choice:bye",
        "choice:bye",
        "no_input#2",
        "no_match#1",
    ]


def test_keys_of_a_queue_are_named_by_what_they_do() -> None:
    assert ("callback", to("bye")) in labels_of(SALES)


def test_an_outcome_without_an_edge_goes_by_the_one_that_stands_in_for_it() -> None:
    sales = Queue(name="s", queue=QueueId("s"), timeout=to("a"), no_agents=to("b"), full=to("c"))
    assert dict(labels_of(sales)) == {"timeout": to("a"), "no_agents": to("b"), "full": to("c")}
    others = {"closed": to("b"), "overflow": to("a"), "withdrawn": to("a")}
    assert dict(outcomes_of(sales)) == {**dict(labels_of(sales)), **others}
    assert outcomes_of(MENU) == labels_of(MENU)


def test_a_label_is_what_is_noted_when_the_node_is_left() -> None:
    caller = Caller(bundle(MENU, SALES, BYE))
    (playing,) = [c for c in caller.outputs if hasattr(c, "playback")]
    caller.step(PlaybackFinished(call=LEG, leg=LEG, playback=playing.playback))
    caller.press("1")
    (left,) = [fact for fact in caller.outputs if isinstance(fact, NodeLeft)]
    assert left.edge in {label for label, _ in labels_of(MENU)}


def test_what_any_node_may_do_is_named_without_its_key() -> None:
    flow = bundle(MENU, SALES, BYE, global_keys={"0": to("sales")}, on_error=to("bye"))
    assert dict(labels_anywhere(flow)) == {"global:sales": to("sales"), "error": to("bye")}

"""A caller on the production center, by hand: what is done and what is noticed."""

from __future__ import annotations

import pytest

from contact_center.app.ivr.hearing import What
from contact_center.app.ivr.tryout import CannotError, Tryout
from contact_center.content.center import load_center
from contact_center.core.ivr.scenario import Answered, Given
from tests.app.ivr.shop import CENTER, FLOW, SECOND, SHOP, TEN, tryout


def told(them: Tryout, what: What) -> list[str]:
    return [moment.text for moment in them.moments if moment.what is what]


def test_a_caller_hears_the_menu_and_reaches_the_queue() -> None:
    them = tryout()
    assert told(them, What.SAYS) == ["For an order press 1. To buy press 2."]
    them.press("2")
    assert (them.node, them.queue) == ("sales", "sales")
    assert told(them, What.LEFT) == ["open", "choice:sales"]
    assert them.session is not None
    assert them.session.tags == ["buys"]


def test_keys_may_be_typed_ahead() -> None:
    them = tryout()
    them.press("14711")
    assert told(them, What.SAYS)[-1] == "Order 4 7 1 1"
    assert them.session is not None
    assert them.session.variables["order"] == "4711"


def test_silence_goes_on_until_the_flow_has_waited_in_vain() -> None:
    them = tryout()
    them.be_silent(1)
    assert them.node == "main"
    assert told(them, What.SAYS)[-1].startswith("Hello?")
    them.be_silent(1)
    assert them.node == "sales"
    with pytest.raises(CannotError, match="waited for keys 0 times"):
        them.be_silent(1)


def test_agents_are_at_work_and_take_the_call_when_told_to() -> None:
    them = tryout()
    them.press("2")
    them.wait(30 * SECOND)
    assert (them.queue, them.talking) == ("sales", "")
    assert them.agent_answers() == "ann"
    assert them.talking == "ann"
    them.wait(60 * SECOND)
    them.others_leave()
    assert (them.over, them.talking) == (True, "")


def test_without_anybody_at_work_the_caller_is_not_kept_waiting() -> None:
    them = tryout(agents=False)
    them.press("2")
    assert them.node == "message"
    assert "no_agents" in told(them, What.LEFT)


def test_nobody_can_take_a_call_that_does_not_wait() -> None:
    them = tryout()
    with pytest.raises(CannotError, match="no agent"):
        them.agent_answers()
    with pytest.raises(CannotError, match="nobody talks"):
        them.others_leave()


def test_telephones_outside_do_what_is_given() -> None:
    busy = tryout(numbers={"+14155550190": "busy"})
    busy.press("3")
    assert busy.node == "message"
    answered = tryout()
    answered.press("3")
    answered.wait(3 * SECOND)
    assert answered.talking == "+14155550190"
    answered.others_leave()
    assert answered.over


def test_a_message_is_recorded_as_long_as_the_caller_speaks() -> None:
    them = tryout(at=TEN + 12 * 3_600 * SECOND)
    them.run_to_caller()
    assert them.node == "message"
    them.speak("Please call me back about my order, it has not come yet.")
    them.wait(20 * SECOND)
    assert them.over
    assert told(them, What.NOTED)[0].endswith("in shop")
    assert them.reason == "told"


def test_a_caller_who_hung_up_presses_no_keys() -> None:
    them = tryout()
    them.hang_up()
    assert them.over
    for act in (lambda: them.press("1"), them.hang_up, lambda: them.speak("hello")):
        with pytest.raises(CannotError, match="nobody is on the line"):
            act()


def test_a_known_customer_is_known_to_the_flow() -> None:
    them = tryout(customer={"name": "Ana", "tier": "gold", "owner": "bob"})
    assert them.session is not None
    known = them.session.customer
    assert (known["name"], known["tier"], known["owner"]) == ("Ana", "gold", "bob")


def test_time_passes_only_when_it_is_let() -> None:
    them = tryout()
    assert them.now == TEN
    assert them.rest(), "the caller is asked again"
    assert them.now > TEN + 5 * SECOND


def test_a_call_in_which_too_much_happens_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contact_center.app.ivr.tryout.EVENTS_BOUND", 60)
    them = tryout()
    with pytest.raises(CannotError, match="more than 60 things happen"):
        them.press("9" * 60)


def test_the_same_caller_is_told_the_same_again() -> None:
    first, second = tryout(), tryout()
    for them in (first, second):
        them.press("14711")
        them.wait(40 * SECOND)
    assert first.moments == second.moments


# --- services, secrets, emergencies -------------------------------------------------------------


def test_a_service_answers_what_is_given() -> None:
    them = tryout(services={"orders": Answered(values={"state": "sent"}, after_us=2 * SECOND)})
    them.press("44821")
    assert (them.node, told(them, What.ASKED)) == ("asked", ["orders answers ok state=sent"])
    them.wait(2 * SECOND)
    assert told(them, What.SAYS)[-1] == "It was sent."
    assert them.session is not None
    assert them.session.variables["state"] == "sent"


@pytest.mark.parametrize(
    ("given", "edge", "words"),
    [
        ({}, "error", "orders fails: nothing is given for it"),
        ({"orders": Answered(outcome="not_found")}, "not_found", "orders answers not_found"),
        ({"orders": Answered(outcome="timeout")}, "timeout", "orders does not answer in time"),
        ({"orders": Answered(values={"state": "lost"})}, "error", "state='lost' is not a value"),
        (
            {"orders": Answered(values={"stat": "sent"})},
            "error",
            "gives no stat; it gives state",
        ),
    ],
)
def test_a_service_that_does_not_answer_well(
    given: dict[str, Answered], edge: str, words: str
) -> None:
    them = tryout(services=given)
    them.press("44821")
    them.wait(5 * SECOND)
    assert edge in told(them, What.LEFT)
    assert words in told(them, What.ASKED)[0]


def test_a_secret_is_nowhere_to_be_seen() -> None:
    them = tryout()
    assert not them.hides("4")
    them.press("4")
    assert them.hides("4")
    them.press("4821")
    assert "4821" not in repr(them.moments)
    assert "4821" not in repr(them.session)


def test_an_emergency_is_seen_at_the_next_node() -> None:
    flow = FLOW.replace("vars:", "on: {emergency: message}\nvars:", 1)
    center = load_center({"center.yaml": CENTER, "shop.yaml": flow})
    them = Tryout(center, SHOP, Given(at=TEN))
    them.call()
    them.emergency(on=True)
    assert them.node == "main"
    them.press("2")
    assert them.node == "message"
    later = Tryout(center, SHOP, Given(at=TEN, emergency=True))
    later.call()
    assert later.node == "message"

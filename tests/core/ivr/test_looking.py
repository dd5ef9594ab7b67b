"""Lookups in a flow: asked with what was computed, waited for, and gone on from by the outcome."""

from typing import Any

import pytest

from contact_center.core.commands import PlaySequence, StopPlayback
from contact_center.core.events import KeyPressed, PlaybackFailed
from contact_center.core.ids import LookupId, PlaybackId
from contact_center.core.ivr.flow import HangUp, Lookup, Play
from contact_center.core.ivr.services import IdempotencyKey, Place, Sent, Service
from contact_center.core.ivr.session import (
    CallerHungUp,
    HangUpExit,
    Phase,
    ProcessRestarted,
    StreamRecovered,
)
from contact_center.core.ivr.values import VariableType
from contact_center.core.lookups import LookupAnswered, LookupOutcome, RunLookup
from tests.core.ivr.caller import BROKEN, CALL, LEG, SECOND, Caller, bundle, formula, say, text, to
from tests.core.ivr.test_asking import ENDS, menu

OK, NOT_FOUND = LookupOutcome.OK, LookupOutcome.NOT_FOUND
TIMEOUT, ERROR = LookupOutcome.TIMEOUT, LookupOutcome.ERROR
NOWHERE = HangUp(name="nowhere", reason="nowhere")
LATE = HangUp(name="late", reason="late")


def service(**more: Any) -> Service:
    fields: dict[str, Any] = {
        "name": "identify",
        "method": "GET",
        "url": "https://crm.example.com/{phone}",
        "timeout_us": 2 * SECOND,
        "sent": (
            Sent(place=Place.URL, name="phone", value=formula("args['phone']")),
            Sent(place=Place.HEADER, name="X-Shop", value=formula("vars['shop']")),
        ),
    }
    return Service(**{**fields, **more})


def lookup(**more: Any) -> Lookup:
    fields: dict[str, Any] = {
        "name": "who",
        "service": "identify",
        "args": (("phone", formula("caller['number']")),),
        "timeout_us": 2 * SECOND,
        "ok": to("main"),
        "not_found": to("nowhere"),
        "timeout": to("late"),
        "failed": to("operator"),
    }
    return Lookup(**{**fields, **more})


def in_lookup(made: Service | None = None, **more: Any) -> Caller:
    flow = bundle(
        lookup(**more),
        menu(),
        NOWHERE,
        LATE,
        *ENDS,
        services={"identify": made or service()},
        variables={"shop": "garden", "customer": "", "count": 0},
        types={"customer": VariableType(kind="string"), "count": VariableType(kind="int")},
    )
    return Caller(flow)


def answer(caller: Caller, outcome: LookupOutcome = OK, **values: Any) -> Caller:
    lookup_id = caller.of(RunLookup)[-1].lookup
    told = tuple(values.items())
    return caller.step(LookupAnswered(call=CALL, lookup=lookup_id, outcome=outcome, values=told))


def test_a_service_is_asked_with_what_the_flow_computes() -> None:
    caller = in_lookup()
    (asked,) = caller.of(RunLookup)
    assert dict(asked.args) == {"url.phone": "+14155550100", "header.X-Shop": "garden"}
    assert (asked.flow, asked.version, asked.service) == ("bank", "v1", "identify")
    assert (asked.timeout_us, asked.secrets) == (2 * SECOND, ())
    assert (caller.phase, caller.waits_s) == (Phase.LOOKING, 3)


def test_secrets_are_named_and_not_sent_along() -> None:
    pin = Sent(place=Place.BODY, name="pin", secret="pin")
    caller = in_lookup(service(sent=(pin,)), args=())
    assert caller.of(RunLookup)[0].secrets == (("body.pin", "pin"),)


@pytest.mark.parametrize(
    ("outcome", "node", "edge"),
    [
        (OK, "main", "who/ok"),
        (NOT_FOUND, "", "who/not_found"),
        (TIMEOUT, "", "who/timeout"),
        (ERROR, "", "who/error"),
    ],
)
def test_each_outcome_has_its_edge(outcome: LookupOutcome, node: str, edge: str) -> None:
    caller = answer(in_lookup(), outcome)
    assert (caller.node, caller.edges[0]) == (node, edge)


def test_what_is_returned_goes_into_variables_under_their_names() -> None:
    caller = answer(in_lookup(into=(("count", "orders"),)), customer="7", orders=3, other="x")
    assert caller.session.variables == {"shop": "garden", "customer": "7", "count": 3}


def test_what_does_not_fit_a_variable_is_an_error_of_the_node() -> None:
    caller = answer(in_lookup(error=to("operator")), count="three")
    assert isinstance(caller.exit, HangUpExit)
    assert caller.exit.reason == "operator"


def test_nothing_is_taken_over_from_an_answer_that_is_none() -> None:
    assert answer(in_lookup(), NOT_FOUND, customer="7").session.variables["customer"] == ""


def test_the_answer_of_another_lookup_is_dropped() -> None:
    caller = in_lookup()
    other = LookupId("k-c1-999")
    caller.step(LookupAnswered(call=CALL, lookup=other, outcome=OK))
    assert caller.phase is Phase.LOOKING
    assert answer(caller).node == "main"
    assert answer(caller).last.outputs == ()


def test_without_any_answer_the_caller_is_sent_on_all_the_same() -> None:
    assert in_lookup().time_passes().edges == ["who/timeout", "late/ended"]


def test_keys_typed_meanwhile_are_read_by_the_next_node() -> None:
    caller = in_lookup().press("2")
    assert caller.last.outputs == ()
    answer(caller)
    assert isinstance(caller.exit, HangUpExit)
    assert caller.exit.reason == "service"
    assert caller.heard == []


FILLED: dict[str, Any] = {
    "filler": say("One moment."),
    "filler_after_us": SECOND,
    "timeout_us": 6 * SECOND,
}


def test_a_filler_begins_after_a_while_and_stops_with_the_answer() -> None:
    caller = in_lookup(**FILLED)
    assert caller.waits_s == 1
    caller.time_passes()
    assert (caller.said, caller.phase, caller.waits_s) == (["One moment."], Phase.LOOKING, 6)
    answer(caller)
    assert caller.of(StopPlayback)[0].playback == caller.of(PlaySequence)[0].playback
    assert caller.node == "main"


def test_a_filler_is_said_again_until_the_time_is_over() -> None:
    caller = in_lookup(**FILLED).time_passes()
    caller.now += 2 * SECOND
    assert caller.prompt_over().waits_s == 1
    assert caller.time_passes().said == ["One moment."]
    caller.now += 2 * SECOND
    assert caller.prompt_over().waits_s == 1
    caller.time_passes()
    assert caller.edges[0] == "who/timeout"


def test_an_answer_before_the_filler_is_heard_alone() -> None:
    caller = answer(in_lookup(**FILLED))
    assert caller.heard == ["This is main."]


def test_a_filler_that_cannot_be_played_changes_nothing() -> None:
    caller = in_lookup(**FILLED).time_passes().prompt_fails()
    assert (caller.phase, caller.waits_s) == (Phase.LOOKING, 1)
    caller.time_passes().command_fails()
    assert (caller.phase, caller.waits_s) == (Phase.LOOKING, 1)


def test_a_key_does_not_stop_the_filler() -> None:
    caller = in_lookup(**FILLED).time_passes()
    caller.step(KeyPressed(call=CALL, leg=LEG, key="2"))
    assert caller.last.outputs == ()


def test_when_the_switch_was_away_the_answer_is_still_waited_for() -> None:
    caller = in_lookup(**FILLED).time_passes().step(StreamRecovered())
    assert len(caller.of(RunLookup)) == 1
    assert (caller.phase, caller.waits_s) == (Phase.LOOKING, 1)
    assert answer(caller).node == "main"


@pytest.mark.parametrize(
    "made",
    [
        service(),
        service(method="PUT"),
        service(method="POST", idempotency=IdempotencyKey.VISIT),
    ],
)
def test_after_a_restart_what_may_be_asked_twice_is_asked_again(made: Service) -> None:
    caller = in_lookup(made).step(ProcessRestarted())
    first, second = caller.of(RunLookup)
    assert (first.lookup, first.args) == (second.lookup, second.args)
    assert first.cmd != second.cmd
    assert answer(caller).node == "main"


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_after_a_restart_what_might_be_done_twice_is_an_error(method: str) -> None:
    caller = in_lookup(service(method=method)).step(ProcessRestarted())
    assert len(caller.of(RunLookup)) == 1
    assert caller.edges[0] == "who/error"


def test_a_restart_concerns_nobody_else() -> None:
    caller = answer(in_lookup())
    assert caller.step(ProcessRestarted()).last.outputs == ()


def test_whoever_hung_up_gets_no_answer() -> None:
    caller = in_lookup().step(CallerHungUp())
    assert answer(caller).last.outputs == ()
    assert caller.edges == ["who/hangup"]


def test_what_cannot_be_computed_is_an_error_before_anybody_is_asked() -> None:
    caller = in_lookup(args=(("phone", BROKEN),), error=to("operator"))
    assert caller.of(RunLookup) == []
    assert isinstance(caller.exit, HangUpExit)
    assert caller.exit.reason == "operator"


def test_a_service_that_is_not_there_is_an_error() -> None:
    caller = in_lookup(service="other", error=to("operator"))
    assert caller.edges[0] == "who/error"


def test_a_lookup_can_follow_another_in_one_call() -> None:
    flow = bundle(
        lookup(ok=to("again")),
        lookup(name="again"),
        Play(name="main", say=(text("Done."),), next=to("operator")),
        NOWHERE,
        LATE,
        *ENDS,
        services={"identify": service(sent=())},
    )
    caller = answer(Caller(flow))
    first, second = caller.of(RunLookup)
    assert first.lookup != second.lookup
    assert answer(caller).said == ["Done."]


def test_events_of_other_playbacks_do_not_touch_the_filler() -> None:
    caller = in_lookup(**FILLED).time_passes()
    stale = PlaybackFailed(call=CALL, leg=LEG, playback=PlaybackId("p-c1-99"))
    assert caller.step(stale).last.outputs == ()
